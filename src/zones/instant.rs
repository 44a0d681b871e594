//! Points in time as zone files write them: RFC 3339 and its shortened forms, milliseconds or seconds since 1970.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use serde_json::Value;

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instant {
    /// Nanoseconds since 1970, UTC. Years that do not fit (before 1678, after 2261) count as the first or last that does.
    pub ns: i64,
    /// The source names no offset from UTC; UTC was taken.
    pub assumed_utc: bool,
}

/// Which side of a span is read: a date alone is its beginning or its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Start,
    End,
}

/// Numbers from here on are milliseconds; as seconds they would lie in the year 5138.
const MILLISECONDS_FROM: f64 = 1e11;
const DAY_NS: i64 = 86_400_000_000_000;

/// Reads a value; `Ok(None)` when it says nothing (null, an empty text).
///
/// # Errors
/// The words, when they are no point in time.
pub fn read(value: &Value, side: Side) -> Result<Option<Instant>, String> {
    match value {
        Value::Null => Ok(None),
        Value::Number(number) => match number.as_f64() {
            Some(number) => Ok(Some(of_number(number))),
            None => Err(number.to_string()),
        },
        Value::String(words) => of_words(words.trim(), side),
        other => Err(super::report::short(&other.to_string())),
    }
}

fn of_number(number: f64) -> Instant {
    let seconds = if number.abs() >= MILLISECONDS_FROM { number / 1e3 } else { number };
    // The cast saturates.
    Instant { ns: (seconds * 1e9) as i64, assumed_utc: false }
}

fn of_words(words: &str, side: Side) -> Result<Option<Instant>, String> {
    if words.is_empty() {
        return Ok(None);
    }
    if words.bytes().all(|b| b.is_ascii_digit()) && words.len() >= 9 {
        return words.parse().map(|number| Some(of_number(number))).map_err(|_| super::report::short(words));
    }
    let iso = words.replacen(' ', "T", 1);
    if let Ok(time) = DateTime::parse_from_rfc3339(&iso) {
        return Ok(Some(Instant { ns: nanoseconds(&time.naive_utc()), assumed_utc: false }));
    }
    let with_offset = iso.strip_suffix(['Z', 'z']).map_or_else(|| iso.clone(), |bare| format!("{bare}+00:00"));
    for form in ["%Y-%m-%dT%H:%M%:z", "%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%dT%H:%M%z"] {
        if let Ok(time) = DateTime::parse_from_str(&with_offset, form) {
            return Ok(Some(Instant { ns: nanoseconds(&time.naive_utc()), assumed_utc: false }));
        }
    }
    for form in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"] {
        if let Ok(time) = NaiveDateTime::parse_from_str(&iso, form) {
            return Ok(Some(Instant { ns: nanoseconds(&time), assumed_utc: true }));
        }
    }
    if let Ok(date) = NaiveDate::parse_from_str(words, "%Y-%m-%d") {
        let midnight = nanoseconds(&date.and_time(chrono::NaiveTime::MIN));
        let ns = if side == Side::End { midnight.saturating_add(DAY_NS - 1) } else { midnight };
        return Ok(Some(Instant { ns, assumed_utc: true }));
    }
    Err(super::report::short(words))
}

fn nanoseconds(time: &NaiveDateTime) -> i64 {
    let time = time.and_utc();
    time.timestamp_nanos_opt().unwrap_or(if time.timestamp() < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(value: Value) -> (i64, bool) {
        let found = read(&value, Side::End).expect("a time").expect("something said");
        (found.ns / 1_000_000_000, found.assumed_utc)
    }

    /// `date -u -d ... +%s`.
    #[test]
    fn forms() {
        for words in [
            "2022-06-15T09:00:00.00Z",
            "2022-06-15T09:00:00+00:00",
            "2022-06-15T11:00:00+02:00",
            "2022-06-15 09:00:00Z",
            "2022-06-15T09:00Z",
            "2022-06-15T11:00+02:00",
            "2022-06-15T11:00:00+0200",
            "1655283600",
            "1655283600000",
        ] {
            assert_eq!(at(json!(words)), (1_655_283_600, false), "{words}");
        }
        assert_eq!(at(json!("2022-06-15T09:00:00")), (1_655_283_600, true));
        assert_eq!(at(json!("2022-06-15")), (1_655_337_599, true));
        assert_eq!(at(json!(1_655_283_600_000_i64)), (1_655_283_600, false));
        assert_eq!(at(json!(1_655_283_600)), (1_655_283_600, false));
        assert_eq!(at(json!("9999-12-31T23:59:59Z")).0, i64::MAX / 1_000_000_000);
        assert_eq!(at(json!(1e300)).0, i64::MAX / 1_000_000_000);
    }

    #[test]
    fn nothing_and_nonsense() {
        assert_eq!(read(&Value::Null, Side::Start), Ok(None));
        assert_eq!(read(&json!(" "), Side::Start), Ok(None));
        assert!(read(&json!("soon"), Side::Start).is_err());
        assert!(read(&json!({"purposely_invalid": 1}), Side::Start).is_err());
        assert!(read(&json!(true), Side::Start).is_err());
        assert!(read(&json!("2022-13-40T09:00:00Z"), Side::Start).is_err());
    }
}
