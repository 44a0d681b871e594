//! Addresses of networks and people: e-mail, MAC, hosts and URLs.

use super::tables::countries;

/// Top-level domains with more than two letters that real addresses and servers of apps have.
const DOMAINS: [&str; 28] = [
    "com", "net", "org", "edu", "gov", "mil", "int", "info", "biz", "name", "pro", "app", "dev", "xyz", "online",
    "site", "tech", "cloud", "email", "mobi", "asia", "aero", "global", "services", "network", "live", "top",
    "example",
];

/// Names of XML namespaces, which nothing connects to.
const NAMESPACES: [&str; 14] = [
    "www.w3.org",
    "ns.adobe.com",
    "schemas.android.com",
    "www.topografix.com",
    "www.opengis.net",
    "purl.org",
    "cipa.jp",
    "www.garmin.com/xmlschemas",
    "www.google.com/kml",
    "www.apple.com/DTDs",
    "earth.google.com/kml",
    "www.dji.com/wpmz",
    "www.dji.com/drone-dji",
    "www.dji.com/FLIR",
];

/// Whether the address names an XML namespace or a document type, by what stands behind `//`.
pub fn is_namespace(rest: &str) -> bool {
    NAMESPACES.iter().any(|name| rest.starts_with(name)) || rest.starts_with("www.dji.com/drone-dji")
}

fn is_known_domain(last: &str) -> bool {
    let last = last.to_ascii_lowercase();
    DOMAINS.contains(&last.as_str()) || countries().contains(&last)
}

fn labels_hold(host: &str) -> bool {
    host.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    })
}

/// Whether this is the name of a server, or an address of IP version 4, without a port.
pub fn is_host(host: &str) -> bool {
    if host.len() > 253 {
        return false;
    }
    let octets: Option<Vec<u8>> = host.split('.').map(|part| part.parse().ok()).collect();
    if let Some(octets) = octets {
        return octets.len() == 4 && octets.iter().any(|octet| *octet != 0);
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    host.contains('.') && labels_hold(host) && is_known_domain(last)
}

pub fn is_email(text: &str) -> bool {
    email_around(text.as_bytes(), text.find('@').unwrap_or(0))
        .is_some_and(|(start, end)| (start, end) == (0, text.len()))
}

/// Start and end of the e-mail address around the `@` at `at`.
pub fn email_around(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let local = |b: &u8| b.is_ascii_alphanumeric() || b"._%+-".contains(b);
    let length = text.get(..at)?.iter().rev().take(65).take_while(|b| local(b)).count();
    let start = at - length;
    let domain =
        text.get(at + 1..)?.iter().take(254).take_while(|b| b.is_ascii_alphanumeric() || b".-".contains(b)).count();
    // A full stop behind an address ends the sentence.
    let host = std::str::from_utf8(text.get(at + 1..at + 1 + domain)?).ok()?.trim_end_matches(['.', '-']);
    let name = std::str::from_utf8(text.get(start..at)?).ok()?;
    let last = host.rsplit('.').next()?;
    let fits = (2..=64).contains(&name.len())
        && name.bytes().any(|b| b.is_ascii_alphabetic())
        && !name.starts_with('.')
        && !name.ends_with('.')
        && host.len() >= 5
        && host.contains('.')
        && labels_hold(host)
        && is_known_domain(last)
        && last.bytes().all(|b| b.is_ascii_alphabetic());
    fits.then_some((start, at + 1 + host.len()))
}

/// A MAC address at the start of `text`, in small letters with colons, and how many bytes it took; without separators it must be
/// all of the text. Zero, broadcast and multicast addresses belong to no device.
pub fn mac(text: &[u8]) -> Option<(String, usize)> {
    let digit = |at: usize| text.get(at).filter(|b| b.is_ascii_hexdigit());
    let separator = text.get(2).filter(|b| matches!(b, b':' | b'-'));
    let step = if separator.is_some() { 3 } else { 2 };
    let len = 6 * step + 2 - step;
    let mut mac = String::with_capacity(17);
    for group in 0..6 {
        let at = group * step;
        let (high, low) = (digit(at)?, digit(at + 1)?);
        if group > 0 {
            if separator != text.get(at.checked_sub(1)?).filter(|_| separator.is_some()) {
                return None;
            }
            mac.push(':');
        }
        mac.extend([high, low].map(|b| char::from(b.to_ascii_lowercase())));
    }
    let next = text.get(len);
    if next.is_some_and(|b| b.is_ascii_alphanumeric()) || separator.is_some() && next == separator {
        return None;
    }
    if separator.is_none() && text.len() != len {
        return None;
    }
    let first = u8::from_str_radix(mac.get(..2)?, 16).ok()?;
    (first & 1 == 0 && mac != "00:00:00:00:00:00").then_some((mac, len))
}

/// A URL in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Url<'t> {
    /// Where it begins and ends.
    pub start: usize,
    pub end: usize,
    pub scheme: &'t str,
    /// Name and password before `@`, and where they begin.
    pub user: Option<(&'t str, usize)>,
    pub host: &'t str,
    pub path: &'t str,
    /// Behind `?`, and where it begins.
    pub query: Option<(&'t str, usize)>,
}

const SCHEMES: [&str; 14] =
    ["http", "https", "ws", "wss", "ftp", "ftps", "sftp", "rtmp", "rtmps", "rtsp", "mqtt", "mqtts", "tcp", "udp"];

/// The URL around the `://` at `at`.
pub fn url_around(text: &str, at: usize) -> Option<Url<'_>> {
    let bytes = text.as_bytes();
    let letters = bytes.get(..at)?.iter().rev().take(6).take_while(|b| b.is_ascii_alphabetic()).count();
    // Other letters may stand before the scheme: the longest scheme that fits counts.
    let scheme = (2..=letters).rev().find_map(|len| {
        text.get(at - len..at).filter(|s| SCHEMES.iter().any(|scheme| scheme.eq_ignore_ascii_case(s)))
    })?;
    let from = at + 3;
    let length = bytes
        .get(from..)?
        .iter()
        .take(4096)
        .take_while(|b| b.is_ascii_graphic() && !b"\"<>\\^`{}|'".contains(b))
        .count();
    let mut rest = text.get(from..from + length)?;
    // What ends a sentence or closes a bracket is no part of it.
    while rest.ends_with(['.', ',', ';', ')', ']', ':', '!']) {
        rest = rest.get(..rest.len() - 1)?;
    }
    let authority_len = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, behind) = rest.split_at_checked(authority_len)?;
    let (user, server) = match authority.rsplit_once('@') {
        Some((user, server)) => (Some((user, from)), server),
        None => (None, authority),
    };
    let (host, port) = server.split_once(':').unwrap_or((server, ""));
    if !port.bytes().all(|b| b.is_ascii_digit()) || !(is_host(host) || host.eq_ignore_ascii_case("localhost")) {
        return None;
    }
    let path_end = behind.find(['?', '#']).unwrap_or(behind.len());
    let path = behind.get(..path_end)?;
    let query =
        behind.get(path_end..).and_then(|q| q.strip_prefix('?')).map(|q| (q, from + authority_len + path_end + 1));
    Some(Url { start: at - scheme.len(), end: from + rest.len(), scheme, user, host, path, query })
}

/// Parameters of a query: name, value, and where the value begins in the text.
pub fn parameters((query, start): (&str, usize)) -> impl Iterator<Item = (&str, &str, usize)> {
    let mut at = start;
    query.split('&').filter_map(move |part| {
        let begin = at;
        at += part.len() + 1;
        let (name, value) = part.split_once('=')?;
        Some((name, value, begin + name.len() + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Option<&str> {
        email_around(text.as_bytes(), text.find('@')?).map(|(start, end)| &text[start..end])
    }

    #[test]
    fn an_address_ends_where_the_sentence_does() {
        assert_eq!(email("write to <pilot.one@mail.example.de>."), Some("pilot.one@mail.example.de"));
        assert_eq!(email("pilot@example.org. Next"), Some("pilot@example.org"));
        for none in ["icon@2x.png", "a@b.c", "user@host", "@example.org", "x@example.org", "v1.2@sha256.abc"] {
            assert_eq!(email(none), None, "{none}");
        }
    }

    #[test]
    fn a_mac_is_no_time_and_no_part_of_a_hash() {
        assert_eq!(mac(b"60:60:1F:aa:00:01 x"), Some(("60:60:1f:aa:00:01".to_owned(), 17)));
        assert_eq!(mac(b"60-60-1F-AA-00-01"), Some(("60:60:1f:aa:00:01".to_owned(), 17)));
        assert_eq!(mac(b"60601faa0001"), Some(("60:60:1f:aa:00:01".to_owned(), 12)));
        assert_eq!(mac(b"60:60:1f:aa:00:01:02"), None, "a longer run");
        for none in
            ["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:fb", "60:60-1f:aa:00:01", "60601faa000123"]
        {
            assert_eq!(mac(none.as_bytes()), None, "{none}");
        }
    }

    #[test]
    fn a_url_comes_apart() {
        let text = "pack http://u:p@cdn.example.net:8080/a/b.bin?X-Amz-Date=1&sig=abc), next";
        let url = url_around(text, text.find("://").expect("there")).expect("a URL");
        assert_eq!((url.scheme, url.host, url.path), ("http", "cdn.example.net", "/a/b.bin"));
        assert_eq!(
            (&text[url.start..url.end], url.user.map(|u| u.0)),
            ("http://u:p@cdn.example.net:8080/a/b.bin?X-Amz-Date=1&sig=abc", Some("u:p"))
        );
        let found: Vec<_> = url.query.map(|q| parameters(q).collect()).unwrap_or_default();
        assert_eq!(
            found.iter().map(|(n, v, at)| (*n, *v, &text[*at..*at + v.len()])).collect::<Vec<_>>(),
            [("X-Amz-Date", "1", "1"), ("sig", "abc", "abc")]
        );
        assert_eq!(url_around("c://x", 1), None);
    }
}
