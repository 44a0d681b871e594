//! One stretch of text, looked through once. Most bytes of a log begin nothing, so a table of bytes decides where to look closer.

use super::address::{email_around, mac, url_around};
use super::key::{is_serial, keyed};
use super::secret::{is_secret_in_text, of_url, pair_around, web_token};
use super::tables::context_words;
use super::{Found, Grade, Kind, digits};

/// Longest text that is looked through in one go; longer ones are cut.
pub const LONGEST: usize = 1 << 20;
/// Bytes before a value in which a word may name it.
const BEFORE: usize = 28;
/// Most identifiers taken from one text.
const MOST: usize = 4096;
/// Bytes between a latitude and its longitude.
const PAIR: usize = 64;

/// Bytes that something may begin at or stand around.
const SIGNS: [bool; 256] = {
    let mut signs = [false; 256];
    let marks = b":=@+-0123456789eA";
    let mut at = 0;
    while at < marks.len() {
        signs[marks[at] as usize] = true;
        at += 1;
    }
    signs
};

/// Everything in a text; `field` is the name of the field that holds it, which may say what it is.
pub fn scan(text: &str, field: &str, found: &mut Vec<Found>) {
    let cut = (0..=LONGEST.min(text.len())).rev().find(|cut| text.is_char_boundary(*cut)).unwrap_or(0);
    let text = text.get(..cut).unwrap_or(text);
    let bytes = text.as_bytes();
    let mut latitude: Option<(f64, usize)> = None;
    let (mut at, most) = (0, found.len() + MOST);
    while let Some(byte) = bytes.get(at) {
        let here = at;
        at += 1;
        if !SIGNS[usize::from(*byte)] || found.len() >= most {
            continue;
        }
        match byte {
            b'0'..=b'9' => {
                if here > 0 && bytes.get(here - 1).is_some_and(u8::is_ascii_alphanumeric) {
                    found.extend(mac_at(text, here, field));
                    continue;
                }
                found.extend(mac_at(text, here, field));
                found.extend(remote_id_serial(text, here));
                let run = bytes.iter().skip(here).take_while(|b| b.is_ascii_digit()).count();
                if run >= 14 {
                    found.extend(number(text, here, run, field));
                    at = here + run;
                }
            }
            b':' if bytes.get(here..here + 3) == Some(b"://") => {
                if let Some(url) = url_around(text, here) {
                    address(text, &url, found);
                    at = url.end.max(at);
                }
            }
            b':' | b'=' => pair(text, here, field, &mut latitude, found),
            b'@' => {
                if let Some((start, end)) = email_around(bytes, here) {
                    let grade = grade(text, start, field, Kind::Email, Grade::Key, Grade::Shape);
                    found.extend(take(
                        text,
                        start,
                        end,
                        Kind::Email,
                        grade,
                        "form of an address, known top-level domain",
                    ));
                }
            }
            b'+' => {
                let telephone = bytes.get(here..).and_then(digits::e164);
                let alone = here == 0 || bytes.get(here - 1).is_none_or(|b| !b.is_ascii_alphanumeric());
                if let Some((value, _)) = telephone.filter(|_| alone)
                    && named(text, here, field, Kind::PhoneNumber)
                {
                    let how = "E.164 with an assigned calling code, named by the words before it".to_owned();
                    found.push(Found { kind: Kind::PhoneNumber, value, grade: Grade::Key, how, at: here });
                }
            }
            b'e' if bytes.get(here..here + 3) == Some(b"eyJ") => {
                if let Some(token) = web_token(text, here) {
                    at = token.end;
                    found.extend(take(text, token.start, token.end, Kind::Token, Grade::Shape, "web token"));
                }
            }
            b'A' => found.extend(mac_at(text, here, field)),
            _ => {}
        }
    }
    // Addresses that begin with a letter have their first mark two bytes in.
    for mark in memchr::memchr2_iter(b':', b'-', bytes) {
        if let Some(start) = mark.checked_sub(2)
            && bytes.get(start).is_some_and(|b| b.is_ascii_alphabetic() && *b != b'A')
        {
            found.extend(mac_at(text, start, field));
        }
    }
}

fn take(text: &str, start: usize, end: usize, kind: Kind, grade: Grade, how: &str) -> Option<Found> {
    let value = text.get(start..end)?;
    let value = if kind == Kind::Email { value.to_ascii_lowercase() } else { value.to_owned() };
    Some(Found { kind, value, grade, how: how.to_owned(), at: start })
}

/// Whether the field, or a word shortly before the value, names this kind.
fn named(text: &str, at: usize, field: &str, kind: Kind) -> bool {
    let mut from = at.saturating_sub(BEFORE);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = text.get(from..at).unwrap_or_default().to_ascii_lowercase();
    let field = field.to_ascii_lowercase();
    context_words(kind).iter().any(|word| before.contains(word) || field.contains(word))
}

fn grade(text: &str, at: usize, field: &str, kind: Kind, with: Grade, without: Grade) -> Grade {
    if named(text, at, field, kind) { with } else { without }
}

/// A run of digits that stands alone.
fn number(text: &str, at: usize, run: usize, field: &str) -> Option<Found> {
    let bytes = text.as_bytes();
    let joins = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'%');
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    let (behind, further) = (bytes.get(at + run), bytes.get(at + run + 1));
    // A full stop that ends a sentence joins nothing.
    let goes_on = behind.is_some_and(|b| joins(b) && (*b != b'.' || further.is_some_and(u8::is_ascii_digit)));
    if before.is_some_and(joins) || goes_on {
        return None;
    }
    let value = text.get(at..at + run)?;
    let digits = value.as_bytes();
    let made = |kind, grade, how: String| Some(Found { kind, value: value.to_owned(), grade, how, at });
    if named(text, at, field, Kind::Imsi)
        && let Some(country) = digits::imsi_country(value)
    {
        return made(Kind::Imsi, Grade::Key, format!("named by the words before it, country {country}"));
    }
    let (kind, holds, what) = match run {
        15 => (Kind::Imei, digits::is_imei(digits), "check digit and reporting body hold"),
        19 | 20 => (Kind::Iccid, digits::is_iccid(digits), "check digit and calling code hold"),
        _ => return None,
    };
    match (named(text, at, field, kind), holds) {
        (true, true) => made(kind, Grade::Proved, format!("{what}, named by the words before it")),
        (true, false) if kind == Kind::Imei || value.starts_with("89") => {
            made(kind, Grade::Key, "named by the words before it; check digit or allocation do not hold".to_owned())
        }
        (false, true) => made(kind, Grade::Shape, what.to_owned()),
        _ => None,
    }
}

fn mac_at(text: &str, at: usize, field: &str) -> Option<Found> {
    let bytes = text.as_bytes();
    bytes.get(at + 2).filter(|b| matches!(b, b':' | b'-'))?;
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    if before.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'-' | b'.' | b'_')) {
        return None;
    }
    let (value, len) = mac(bytes.get(at..)?)?;
    let context = named(text, at, field, Kind::Mac);
    // Groups of decimal digits alone are a date and time more often than an address.
    let letters = value.bytes().any(|b| b.is_ascii_alphabetic());
    if !context && (!letters || bytes.get(at + len) == Some(&b'.')) {
        return None;
    }
    let local = value.get(1..2).is_some_and(|digit| matches!(digit, "2" | "6" | "a" | "e"));
    let how = if local { "six groups, administered locally (made up, not the maker's)" } else { "six groups" };
    let grade = if context { Grade::Key } else { Grade::Shape };
    Some(Found { kind: Kind::Mac, value, grade, how: how.to_owned(), at })
}

/// Serial numbers as CTA-2063-A writes those of DJI: 1581, the length F, and 15 letters and digits.
fn remote_id_serial(text: &str, at: usize) -> Option<Found> {
    let bytes = text.as_bytes();
    let serial = text.get(at..at + 20).filter(|serial| serial.starts_with("1581F") && is_serial(serial))?;
    if bytes.get(at + 20).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let how = "form of CTA-2063-A with the code of DJI".to_owned();
    Some(Found { kind: Kind::AircraftSerial, value: serial.to_owned(), grade: Grade::Shape, how, at })
}

/// Host, path, and what of a URL is secret or tells an identifier.
fn address(text: &str, url: &super::address::Url<'_>, found: &mut Vec<Found>) {
    let behind = text.get(url.start + url.scheme.len() + 3..).unwrap_or_default();
    if super::address::is_namespace(behind) {
        return;
    }
    let host = url.host.to_ascii_lowercase();
    let made = |kind, value, how: &str| Found { kind, value, grade: Grade::Key, how: how.to_owned(), at: url.start };
    let secrets = of_url(text, url);
    let path_is_secret = secrets
        .iter()
        .any(|secret| url.query.is_none_or(|(_, start)| secret.at.end < start) && secret.what.starts_with("stream"));
    let path = if path_is_secret { url.path.rsplit_once('/').map_or("", |(path, _)| path) } else { url.path };
    found.push(made(
        Kind::Url,
        format!("{}://{host}{path}", url.scheme.to_ascii_lowercase()),
        "an address; parameters are left out",
    ));
    found.push(made(Kind::Host, host, "the server of an address"));
    for secret in secrets {
        found.extend(take(text, secret.at.start, secret.at.end, Kind::Token, Grade::Key, &secret.what));
    }
    for (name, value, start) in url.query.into_iter().flat_map(super::address::parameters) {
        let value = value.replace("%40", "@").replace("%3A", ":").replace("%2B", "+");
        found.extend(keyed(name, &value).filter(|f| f.kind != Kind::Token).map(|f| Found { at: start, ..f }));
    }
}

/// A key and its value inside a text: `"imei":"...", ssid=...`; latitude and longitude one behind the other.
fn pair(text: &str, at: usize, field: &str, latitude: &mut Option<(f64, usize)>, found: &mut Vec<Found>) {
    let Some((key, value, start)) = pair_around(text, at) else { return };
    if value.is_empty() {
        return;
    }
    if let Some(one) = keyed(key, value).filter(|one| one.kind != Kind::Token || is_secret_in_text(value)) {
        found.push(Found {
            at: start,
            how: if field.is_empty() { one.how } else { format!("{} in the text", one.how) },
            ..one
        });
        return;
    }
    let name = key.rsplit(['.', '_']).next().unwrap_or(key).to_ascii_lowercase();
    match name.as_str() {
        "lat" | "latitude" => *latitude = precise(value, 90.0).map(|lat| (lat, start + value.len())),
        "lon" | "lng" | "long" | "longitude" | "longtitude" => {
            let Some((lat, end)) = latitude.take() else { return };
            if let Some(lon) =
                precise(value, 180.0).filter(|lon| start.saturating_sub(end) <= PAIR && (lat, *lon) != (0.0, 0.0))
            {
                let how = "latitude and longitude named side by side".to_owned();
                found.push(Found {
                    kind: Kind::Position,
                    value: format!("{lat}, {lon}"),
                    grade: Grade::Key,
                    how,
                    at: start,
                });
            }
        }
        _ => {}
    }
}

/// Degrees with at least three decimals, within range.
fn precise(value: &str, most: f64) -> Option<f64> {
    let (_, decimals) = value.split_once('.')?;
    (decimals.len() >= 3).then(|| value.parse::<f64>().ok()).flatten().filter(|degrees| degrees.abs() <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(Kind, String, Grade)> {
        let mut found = Vec::new();
        scan(text, "", &mut found);
        let mut all: Vec<_> = found.into_iter().map(|f| (f.kind, f.value, f.grade)).collect();
        all.sort();
        all.dedup_by(|a, b| (a.0, &a.1) == (b.0, &b.1));
        all
    }

    #[test]
    fn values_are_graded_by_what_names_them() {
        let one = |text| all(text).into_iter().next().map(|(kind, _, grade)| (kind, grade));
        assert_eq!(one("IMEI is 490154203237518."), Some((Kind::Imei, Grade::Proved)));
        assert_eq!(one("number 490154203237518"), Some((Kind::Imei, Grade::Shape)));
        assert_eq!(one("number 490154203237519"), None);
        assert_eq!(one("IMEI=490154203237519"), Some((Kind::Imei, Grade::Key)));
        assert_eq!(one("subscriber 262011234567890"), Some((Kind::Imsi, Grade::Key)));
        assert_eq!(one("call +49 170 5550123"), Some((Kind::PhoneNumber, Grade::Key)));
        assert_eq!(one("gain +49 170 5550123"), None, "nothing names it");
        assert_eq!(one("bssid 60:60:1f:12:34:56 up"), Some((Kind::Mac, Grade::Key)));
        assert_eq!(one("x c8:60:1f:12:34:56"), Some((Kind::Mac, Grade::Shape)));
        assert_eq!(one("at 20:17:08:26:16:37"), None, "decimal groups without a word");
        assert_eq!(one("rid 1581F5FJD229400A01BC ok"), Some((Kind::AircraftSerial, Grade::Shape)));
    }

    #[test]
    fn pairs_in_text_are_read_by_their_key() {
        let text =
            r#"{"androidId":"9774d56d682e549c","ssid":"Home WLAN","lat":48.13714,"lng":11.57538,"uid":"107312345"}"#;
        let found = all(text);
        let kinds: Vec<Kind> = found.iter().map(|f| f.0).collect();
        assert_eq!(kinds, [Kind::AndroidId, Kind::Ssid, Kind::Account, Kind::Position]);
        assert_eq!(found[3].1, "48.13714, 11.57538");
    }

    #[test]
    fn a_signed_address_gives_host_path_and_secret() {
        let found = all("get http://cdn.example.net/fw/a.sig?X-Amz-Date=20170826T223746Z&X-Amz-Signature=abc123def456");
        let of = |kind| found.iter().filter(|f| f.0 == kind).map(|f| f.1.as_str()).collect::<Vec<_>>();
        assert_eq!(of(Kind::Host), ["cdn.example.net"]);
        assert_eq!(of(Kind::Url), ["http://cdn.example.net/fw/a.sig"]);
        assert_eq!(of(Kind::Token), ["abc123def456"]);
        assert!(all("xmlns=\"http://www.w3.org/2001/XMLSchema\"").is_empty(), "a namespace is no server");
    }

    #[test]
    fn words_of_logs_are_nothing() {
        for text in [
            "[2017-08-26 16:37:46.969]sub module info: modueID: 0xc1, firmwareVersion: 06.05.50.35",
            "## 14:08:51 Home Point recorded. Return-to-Home Altitude:98FT.",
            "set callback: <__NSStackBlock__: 0x16fd14e99>",
            "a3af7cc5-620e-4450-8c82-08836cea0de2 20170826163746969 1503787066123456",
            "icon@2x.png 7900266b3eebf3e0ef21facc881dcbf0a15fae48d166a63608b5e94597c9ab28",
        ] {
            assert_eq!(all(text), [], "{text}");
        }
    }
}
