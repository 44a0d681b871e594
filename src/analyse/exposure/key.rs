//! What the name of a field says about its value, and whether the value has the form that the name promises.

use std::borrow::Cow;

use base64::Engine as _;

use super::address::{is_email, is_host, mac};
use super::tables::{KeyRule, key_rules};
use super::{Found, Grade, digits};

/// Longest name of a field that is looked at.
const LONGEST_NAME: usize = 96;

/// The rule for a field of this name: the longest ending that fits. Case and marks between words do not count.
pub fn rule_of(name: &str) -> Option<&'static KeyRule> {
    let name = name.as_bytes();
    let name = name.get(name.len().saturating_sub(LONGEST_NAME)..)?;
    // The last letters decide which rules are asked at all.
    let last = name.iter().rev().find(|byte| byte.is_ascii_alphanumeric())?;
    let rules = key_rules(last.to_ascii_lowercase());
    if rules.is_empty() {
        return None;
    }
    let (mut normal, mut starts): (Vec<u8>, Vec<bool>) = (Vec::new(), Vec::new());
    let mut before = b'_';
    for &byte in name {
        if byte.is_ascii_alphanumeric() {
            let camel = byte.is_ascii_uppercase() && !before.is_ascii_uppercase();
            starts.push(camel || !before.is_ascii_alphanumeric());
            normal.push(byte.to_ascii_lowercase());
        }
        before = byte;
    }
    rules.iter().find(|rule| {
        let at = normal.len().checked_sub(rule.ending.len());
        normal.ends_with(rule.ending.as_bytes())
            && at.is_some_and(|at| !rule.whole_word || starts.get(at).is_some_and(|start| *start))
    })
}

/// The identifier in a value whose field has this name.
pub fn keyed(name: &str, value: &str) -> Option<Found> {
    let rule = rule_of(name)?;
    let value = value.trim();
    let accepted = accept(rule, value, "").or_else(|| {
        // Apps keep some values in Base64 of UTF-8.
        let text = decoded(value)?;
        accept(rule, &text, ", decoded from Base64")
    })?;
    let (value, grade, how) = accepted;
    let shown: String = name.chars().take(LONGEST_NAME).collect();
    Some(Found { kind: rule.kind, value, grade, how: format!("key {shown}{how}"), at: 0 })
}

fn decoded(value: &str) -> Option<String> {
    if value.len() < 8 || !value.len().is_multiple_of(4) || value.len() > 1024 {
        return None;
    }
    let bytes = base64::engine::general_purpose::STANDARD.decode(value).ok()?;
    String::from_utf8(bytes).ok().filter(|text| text.chars().all(|c| !c.is_control()))
}

/// Normal form, grade and reason of a value that has the form that the rule asks for.
fn accept(rule: &KeyRule, value: &str, note: &'static str) -> Option<(String, Grade, Cow<'static, str>)> {
    let keyed = |value: &str| Some((value.to_owned(), Grade::Key, Cow::Borrowed(note)));
    let proved = |value: String, what: &str| Some((value, Grade::Proved, Cow::Owned(format!(", {what}{note}"))));
    let letters = value.bytes().filter(u8::is_ascii_alphanumeric).count();
    let has_digit = value.bytes().any(|b| b.is_ascii_digit());
    match rule.value {
        "imei" | "imsi" | "iccid" => {
            let number: String = value.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
            if !number.bytes().all(|b| b.is_ascii_digit()) || number.bytes().all(|b| b == b'0') {
                return None;
            }
            match rule.value {
                "imei" if digits::is_imei(number.as_bytes()) => proved(number, "check digit and reporting body hold"),
                "imei" if matches!(number.len(), 14..=16) => {
                    Some((number, Grade::Key, Cow::Borrowed(", check digit or reporting body do not hold")))
                }
                "imsi" => digits::imsi_country(&number)
                    .map(|country| (number.clone(), Grade::Key, Cow::Owned(format!(", country {country}{note}")))),
                "iccid" if digits::is_iccid(number.as_bytes()) => proved(number, "check digit and calling code hold"),
                "iccid" if matches!(number.len(), 19 | 20) && number.starts_with("89") => {
                    Some((number, Grade::Key, Cow::Borrowed(", check digit or calling code do not hold")))
                }
                _ => None,
            }
        }
        "hex16" => (value.len() == 16 && value.bytes().all(|b| b.is_ascii_hexdigit()) && has_digit)
            .then(|| value.to_ascii_lowercase())
            .and_then(|value| keyed(&value)),
        "uuid" => is_uuid(value).then(|| value.to_ascii_lowercase()).and_then(|value| keyed(&value)),
        "id" => {
            let marks = value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_:.".contains(&b));
            let zeros = value.bytes().all(|b| matches!(b, b'0' | b'-'));
            (marks && has_digit && !zeros && letters >= 8 && value.len() <= 80)
                .then_some(())
                .and_then(|()| keyed(value))
        }
        "mac" => mac(value.as_bytes()).filter(|(_, len)| *len == value.len()).and_then(|(mac, _)| keyed(&mac)),
        "email" => is_email(value).then(|| value.to_ascii_lowercase()).and_then(|value| keyed(&value)),
        "phone" => {
            let number: String = value.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '/')).collect();
            let plain = number.strip_prefix('+').unwrap_or(&number);
            let fits = plain.bytes().all(|b| b.is_ascii_digit()) && (7..=15).contains(&plain.len());
            (fits && plain.bytes().any(|b| b != b'0')).then_some(()).and_then(|()| keyed(&number))
        }
        "account" => {
            // Numbers of users and processes of the system are short, and octal in archives.
            let is_number = value.bytes().all(|b| b.is_ascii_digit());
            let short_number = is_number && (value.len() <= 6 || value.starts_with('0'));
            let is_word = value.starts_with(|c: char| c.is_alphanumeric() || c == '_');
            (is_word && letters >= 3 && !short_number && value.len() <= 128 && !stands_for_none(value))
                .then_some(())
                .and_then(|()| keyed(value))
        }
        "text" => {
            let fits = (1..=200).contains(&value.len()) && value.chars().any(char::is_alphabetic);
            (fits && !stands_for_none(value)).then_some(()).and_then(|()| keyed(value.trim_matches('"')))
        }
        "serial" => is_serial(value).then_some(()).and_then(|()| keyed(value)),
        "secret" => super::secret::is_secret(value).then_some(()).and_then(|()| keyed(value)),
        "host" => is_host(value).then(|| value.to_ascii_lowercase()).and_then(|value| keyed(&value)),
        _ => None,
    }
}

/// Words that programs write where there is no value.
pub fn stands_for_none(value: &str) -> bool {
    let value = value.trim_matches(|c: char| !c.is_alphanumeric());
    ["", "null", "nil", "none", "unknown", "unknown ssid", "n/a", "na", "true", "false", "undefined", "map loading"]
        .iter()
        .any(|word| value.eq_ignore_ascii_case(word))
}

/// 8-4-4-4-12 hexadecimal digits, not all zeros.
fn is_uuid(value: &str) -> bool {
    let groups: Vec<&str> = value.split('-').collect();
    let lengths = groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]);
    lengths
        && groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_hexdigit()))
        && value.bytes().any(|b| !matches!(b, b'0' | b'-'))
}

/// 8 to 20 capital letters and digits with at least three digits, not one character over and over. Makers of serial numbers leave
/// out small letters.
pub fn is_serial(value: &str) -> bool {
    let bytes = value.as_bytes();
    (8..=20).contains(&bytes.len())
        && bytes.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && bytes.iter().filter(|b| b.is_ascii_digit()).count() >= 3
        && bytes.iter().any(|b| Some(b) != bytes.first())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyse::exposure::Kind;

    fn kind(name: &str) -> Option<Kind> {
        rule_of(name).map(|rule| rule.kind)
    }

    #[test]
    fn the_longest_ending_at_a_word_decides() {
        assert_eq!(kind("key_account_email"), Some(Kind::Email));
        assert_eq!(kind("DJIACCOUNTMANAGER_LASTUSEREMAIL"), Some(Kind::Email));
        assert_eq!(kind("device_sn"), Some(Kind::DeviceSerial));
        assert_eq!(kind("key_last_flyforbid_flyc_sn"), Some(Kind::AircraftSerial));
        assert_eq!(kind("djiPopupKeyLastSn"), Some(Kind::DeviceSerial));
        assert_eq!(kind("key_account_token"), Some(Kind::Token));
        assert_eq!((kind("fluid"), kind("liquid"), kind("vision_used")), (None, None, None));
        assert_eq!((kind("key_account_uid"), kind("userId")), (Some(Kind::Account), Some(Kind::Account)));
    }

    #[test]
    fn a_value_must_have_the_form_that_its_key_promises() {
        let value = |name, value| keyed(name, value).map(|found| (found.value, found.grade));
        assert_eq!(value("imei", "49-015420-323751-8"), Some(("490154203237518".to_owned(), Grade::Proved)));
        assert_eq!(value("imei", "490154203237519").map(|v| v.1), Some(Grade::Key));
        assert_eq!(value("imei", "000000000000000"), None);
        assert_eq!(value("android_id", "9774d56d682e549c"), Some(("9774d56d682e549c".to_owned(), Grade::Key)));
        assert_eq!(value("ssid", "<unknown ssid>"), None);
        assert_eq!(value("uid", "10123"), None, "the number of a process");
        assert_eq!(value("uid", "[137"), None, "the beginning of a list of bytes, as receivers keep their binding");
        assert_eq!(value("log_uid", "0x0446045300000000"), None, "the number of a log, another one at each start");
        assert_eq!(value("advertisingId", "00000000-0000-0000-0000-000000000000"), None);
        assert_eq!(
            value("key_account_email", "cGlsb3RAZXhhbXBsZS5vcmc="),
            Some(("pilot@example.org".to_owned(), Grade::Key))
        );
    }
}
