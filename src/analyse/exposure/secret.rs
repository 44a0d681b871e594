//! Secrets: what opens an account or a server. They are never shown unless asked for; the first digits of their SHA-256 stand for
//! them, so that equal ones can be told, and the rest of the text stays.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

use super::Kind;
use super::address::{Url, parameters, url_around};
use super::key::{rule_of, stands_for_none};
use crate::decode::secret::fingerprint;
use crate::layout::Value;

/// Whether secrets are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reveal {
    #[default]
    No,
    Yes,
}

/// Parameters of a URL that sign it or open what it names, beside the keys of tokens; compared without case.
const PARAMETERS: [&str; 24] = [
    "x-amz-signature",
    "x-amz-credential",
    "x-amz-security-token",
    "x-oss-signature",
    "x-oss-credential",
    "x-oss-security-token",
    "x-goog-signature",
    "x-goog-credential",
    "awsaccesskeyid",
    "ossaccesskeyid",
    "googleaccessid",
    "key-pair-id",
    "signature",
    "sig",
    "sign",
    "hmac",
    "ticket",
    "auth",
    "auth_key",
    "policy",
    "security-token",
    "key",
    "code",
    "sid",
];

/// Whether a value under the key of a secret is one: at least 6 characters without blanks, not a plain word or small number.
pub fn is_secret(value: &str) -> bool {
    let other = value.bytes().any(|b| !b.is_ascii_alphabetic());
    let letters = value.bytes().any(|b| b.is_ascii_alphabetic());
    (6..=8192).contains(&value.len())
        && value.bytes().all(|b| b.is_ascii_graphic())
        && (other && letters || value.len() >= 16)
        && !stands_for_none(value)
        && !value.starts_with("[redacted")
}

/// Whether a value behind a key in free text is a secret: beside what [`is_secret`] asks, it has the letters of a token and, unless it
/// is long, a digit, so that words of a program and of a sentence are none.
pub fn is_secret_in_text(value: &str) -> bool {
    let letters = value.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=_-.~%|!$@#".contains(&b));
    is_secret(value) && letters && (value.len() >= 20 || value.bytes().any(|b| b.is_ascii_digit()))
}

fn signs(name: &str) -> bool {
    PARAMETERS.iter().any(|parameter| parameter.eq_ignore_ascii_case(name))
        || rule_of(name).is_some_and(|rule| rule.kind == Kind::Token)
}

/// A secret in a text: where it stands, and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    pub at: Range<usize>,
    pub what: String,
}

/// The secrets of a URL: password, signing parameters, the stream key that ends an RTMP address.
pub fn of_url(text: &str, url: &Url<'_>) -> Vec<Secret> {
    let mut found = Vec::new();
    if let Some((user, start)) = url.user
        && let Some(colon) = user.find(':')
    {
        let at = start + colon + 1..start + user.len();
        found.push(Secret { at, what: format!("password in an address of {}", url.host) });
    }
    for (name, value, start) in url.query.into_iter().flat_map(parameters) {
        if value.len() >= 4 && !value.starts_with("[redacted") && signs(name) {
            let what = format!("parameter {name} of {}://{}{}", url.scheme, url.host, url.path);
            found.push(Secret { at: start..start + value.len(), what });
        }
    }
    if url.scheme.to_ascii_lowercase().starts_with("rtmp")
        && let Some((_, key)) = url.path.rsplit_once('/')
        && url.path.matches('/').count() > 1
        && key.len() >= 6
    {
        let end = url.query.map_or(url.end, |(_, start)| start - 1);
        if let Some(start) = end.checked_sub(key.len()).filter(|start| text.get(*start..end) == Some(key)) {
            found.push(Secret { at: start..end, what: format!("stream key of {}", url.host) });
        }
    }
    found
}

/// A JSON web token that begins at `at`: three parts of Base64 with dots between.
pub fn web_token(text: &str, at: usize) -> Option<Range<usize>> {
    let part = |b: &u8| b.is_ascii_alphanumeric() || b"-_.=".contains(b);
    let length = text.as_bytes().get(at..)?.iter().take(8192).take_while(|b| part(b)).count();
    let token = text.get(at..at + length)?.trim_end_matches('.');
    let parts: Vec<&str> = token.split('.').collect();
    let fits =
        parts.len() == 3 && parts.iter().all(|p| p.len() >= 8) && parts.get(1).is_some_and(|p| p.starts_with("eyJ"));
    fits.then(|| at..at + token.len())
}

/// A key and its value around the `:` or `=` at `at`: the key, the value and where it begins.
pub fn pair_around(text: &str, at: usize) -> Option<(&str, &str, usize)> {
    let bytes = text.as_bytes();
    // `::` parts a path, `==` compares.
    let mark = bytes.get(at);
    if mark == bytes.get(at + 1) || at.checked_sub(1).is_some_and(|before| bytes.get(before) == mark) {
        return None;
    }
    let mut end = at;
    while end > 0 && matches!(bytes.get(end - 1), Some(b'"' | b'\'' | b' ' | b'\\')) && at - end < 4 {
        end -= 1;
    }
    let name = |b: &u8| b.is_ascii_alphanumeric() || b"_-.".contains(b);
    let length = bytes.get(..end)?.iter().rev().take(64).take_while(|b| name(b)).count();
    let key = text.get(end - length..end)?;
    key.bytes().find(u8::is_ascii_alphabetic)?;
    let mut start = at + 1;
    while start - at <= 4 && matches!(bytes.get(start), Some(b' ' | b'\\')) {
        start += 1;
    }
    let quote = bytes.get(start).copied().filter(|b| matches!(b, b'"' | b'\''));
    if quote.is_some() {
        start += 1;
    }
    let rest = bytes.get(start..)?;
    let ends = |b: &u8| match quote {
        Some(quote) => *b == quote || *b == b'\\',
        None => b.is_ascii_whitespace() || b",;&}])\"<>".contains(b),
    };
    let length = rest.iter().take(512).take_while(|b| !ends(b)).count();
    let value = text.get(start..start + length)?;
    // Behind the scheme of an authorization stands what counts.
    for scheme in ["Bearer", "Basic", "Token"] {
        if value.eq_ignore_ascii_case(scheme) && quote.is_none() {
            let start = start + scheme.len() + 1;
            let length = bytes.get(start..)?.iter().take(8192).take_while(|b| !ends(b)).count();
            return Some((key, text.get(start..start + length)?, start));
        }
    }
    let skipped =
        ["Bearer ", "Basic "].iter().find(|scheme| value.starts_with(**scheme)).map_or(0, |scheme| scheme.len());
    Some((key, value.get(skipped..)?, start + skipped))
}

/// Every secret in a text, first to last.
fn secrets(text: &str) -> Vec<Secret> {
    let bytes = text.as_bytes();
    let mut found: Vec<Secret> = Vec::new();
    let mut past = 0;
    for at in memmem::find_iter(bytes, "://") {
        if at >= past
            && let Some(url) = url_around(text, at)
        {
            past = url.end;
            found.extend(of_url(text, &url));
        }
    }
    for at in memmem::find_iter(bytes, "eyJ") {
        found.extend(web_token(text, at).map(|at| Secret { at, what: "web token".to_owned() }));
    }
    for at in memchr::memchr2_iter(b':', b'=', bytes) {
        if let Some((key, value, start)) = pair_around(text, at)
            && rule_of(key).is_some_and(|rule| rule.kind == Kind::Token)
            && is_secret_in_text(value)
        {
            found.push(Secret { at: start..start + value.len(), what: format!("value of {key}") });
        }
    }
    found.sort_by_key(|secret| (secret.at.start, std::cmp::Reverse(secret.at.end)));
    let mut end = 0;
    found.retain(|secret| {
        let apart = secret.at.start >= end;
        end = end.max(secret.at.end);
        apart
    });
    found
}

/// The text with its secrets replaced by `[redacted sha256:...]`.
pub fn redact(text: &str) -> Cow<'_, str> {
    if text.len() < 8 || memchr::memchr3(b':', b'=', b'y', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let secrets = secrets(text);
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    let (mut shown, mut from) = (String::with_capacity(text.len()), 0);
    for Secret { at, .. } in &secrets {
        shown.push_str(text.get(from..at.start).unwrap_or_default());
        let secret = text.get(at.clone()).unwrap_or_default();
        shown.push_str(&format!("[redacted {}]", fingerprint(secret)));
        from = at.end;
    }
    shown.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(shown)
}

/// Whether the name of a field says that its value is a secret, and the value is one.
fn hides(name: &str, value: &str) -> bool {
    is_secret(value) && rule_of(name).is_some_and(|rule| rule.kind == Kind::Token)
}

/// Whether the value of a field of this name holds a secret.
pub fn holds_secret(name: &str, value: &Value<'_>) -> bool {
    match value {
        Value::Text(text) => hides(name, text) || matches!(redact(text), Cow::Owned(_)),
        Value::List(values) => values.iter().any(|value| holds_secret(name, value)),
        Value::Entry(fields) => fields.iter().any(|(name, value)| holds_secret(name, value)),
        _ => false,
    }
}

/// The value of a field of this name with its secrets replaced.
pub fn redact_value<'a>(name: &str, value: Value<'a>) -> Value<'a> {
    match value {
        Value::Text(text) if hides(name, &text) => Value::Text(Cow::Owned(format!("redacted {}", fingerprint(&text)))),
        Value::Text(text) => match redact(&text) {
            Cow::Borrowed(_) => Value::Text(text),
            Cow::Owned(shown) => Value::Text(Cow::Owned(shown)),
        },
        Value::List(values) => Value::List(values.into_iter().map(|value| redact_value(name, value)).collect()),
        Value::Entry(fields) => {
            Value::Entry(fields.into_iter().map(|(name, value)| (name, redact_value(name, value))).collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Digests by `printf %s ... | sha256sum`.
    #[test]
    fn a_signature_goes_and_host_path_and_date_stay() {
        let text = "get http://cdn.example.net/a.sig?X-Amz-Date=20170826T223746Z&X-Amz-Signature=abc123def456&x=1 done";
        let shown = redact(text);
        assert_eq!(
            shown,
            "get http://cdn.example.net/a.sig?X-Amz-Date=20170826T223746Z&X-Amz-Signature=[redacted sha256:e861b2eab679927c]&x=1 done"
        );
        assert!(matches!(redact(&shown), Cow::Borrowed(_)), "what is redacted stays as it is");
    }

    #[test]
    fn tokens_in_text_go_and_words_stay() {
        for (text, gone) in [
            (r#"{"access_token":"8f3kd93jd0","ok":true}"#, "8f3kd93jd0"),
            ("Authorization: Bearer abcdef0123456789", "abcdef0123456789"),
            ("login rtmp://live.example.com/app/streamkey99", "streamkey99"),
            ("ftp://user:s3cret99@ftp.example.org/x", "s3cret99"),
            ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "eyJzdWIiOiIxIn0"),
        ] {
            let shown = redact(text);
            assert!(!shown.contains(gone) && shown.contains("[redacted sha256:"), "{shown}");
        }
        for text in ["token: expired", "password: (null)", "Signature = ok", "mode: 12", "09:15:00 Home Point = set"] {
            assert!(matches!(redact(text), Cow::Borrowed(_)), "{text}");
        }
    }
}
