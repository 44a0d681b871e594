//! Dates and times of day as tables hold them, most significant part first: `2016-09-26T18:12:45.964Z`, `2016/09/26 14:12:45`,
//! `14:12:45.5`. Dates in other orders could be read two ways and are not read.

use chrono::NaiveDate;

const DAY_NS: i64 = 86_400_000_000_000;

/// A moment as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// Nanoseconds since 1970 as if it were UTC.
    pub ns: i64,
    /// Seconds east of UTC, where a zone is written.
    pub offset_s: Option<i64>,
}

impl Civil {
    pub fn utc_ns(self) -> Option<i64> {
        self.offset_s.and_then(|offset| self.ns.checked_sub(offset * 1_000_000_000))
    }
}

/// Reads moments; the last date is remembered, for rows of a track share it.
#[derive(Default)]
pub struct Reader {
    date: Option<([u8; 10], i64)>,
}

impl Reader {
    /// A date and a time of day, with or without a zone.
    pub fn moment(&mut self, words: &[u8]) -> Option<Civil> {
        let (day_ns, rest) = self.date(words)?;
        let rest = match rest {
            [b'T' | b't' | b' ' | b'_', rest @ ..] => rest.trim_ascii_start(),
            _ => return None,
        };
        let (time_ns, rest) = time_of_day(rest)?;
        Some(Civil { ns: day_ns.checked_add(time_ns)?, offset_s: zone(rest)? })
    }

    /// A date in one cell and a time of day in another, which may have a zone.
    pub fn joined(&mut self, date: &[u8], time: &[u8]) -> Option<Civil> {
        let (day_ns, rest) = self.date(date)?;
        let (time_ns, zoned) = time_of_day(time)?;
        rest.is_empty().then_some(())?;
        Some(Civil { ns: day_ns.checked_add(time_ns)?, offset_s: zone(zoned)? })
    }

    /// Nanoseconds from 1970 to the beginning of the day, and what follows the date.
    fn date<'w>(&mut self, words: &'w [u8]) -> Option<(i64, &'w [u8])> {
        let (date, rest) = words.split_first_chunk::<10>()?;
        if let Some((known, day_ns)) = &self.date
            && known == date
        {
            return Some((*day_ns, rest));
        }
        let &[_, _, _, _, first, _, _, second, _, _] = date;
        if first != second || !b"-/.".contains(&first) {
            return None;
        }
        let day = NaiveDate::from_ymd_opt(digits(&date[..4])? as i32, digits(&date[5..7])?, digits(&date[8..])?)?;
        let day_ns = i64::from(day.to_epoch_days()).checked_mul(DAY_NS)?;
        self.date = Some((*date, day_ns));
        Some((day_ns, rest))
    }
}

/// The day of seconds since 1970, `2025-12-29`; empty where no calendar reaches.
pub fn date_text(seconds: i64) -> String {
    chrono::DateTime::from_timestamp(seconds, 0).map(|at| at.format("%Y-%m-%d").to_string()).unwrap_or_default()
}

/// Nanoseconds since midnight of `hh:mm`, `hh:mm:ss` or `hh:mm:ss.fff`, and what follows.
pub fn time_of_day(words: &[u8]) -> Option<(i64, &[u8])> {
    let (hours, rest) = (digits(words.get(..2)?)?, words.get(2..)?.strip_prefix(b":")?);
    let (minutes, rest) = (digits(rest.get(..2)?)?, rest.get(2..)?);
    let (seconds, rest) = match rest {
        [b':', a, b, rest @ ..] => (digits(&[*a, *b])?, rest),
        _ => (0, rest),
    };
    // A leap second is the last second of its day.
    if hours > 23 || minutes > 59 || seconds > 60 {
        return None;
    }
    let (mut ns, mut rest) =
        ((i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds)) * 1_000_000_000, rest);
    if let [b'.' | b',', fraction @ ..] = rest {
        let len = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mut unit = 100_000_000;
        for digit in fraction.iter().take(len) {
            ns += i64::from(digit - b'0') * unit;
            unit /= 10;
        }
        rest = fraction.get(len..).filter(|_| len > 0)?;
    }
    Some((ns, rest))
}

/// The zone behind a time: `None` for words that are none, `Some(None)` for nothing.
fn zone(words: &[u8]) -> Option<Option<i64>> {
    let words = words.trim_ascii();
    let (sign, rest) = match words {
        [] => return Some(None),
        b"Z" | b"z" | b"UTC" | b"GMT" | b"utc" => return Some(Some(0)),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest {
        [_, _] => (digits(rest)?, 0),
        [_, _, b':', minutes @ ..] | [_, _, minutes @ ..] if minutes.len() == 2 => {
            (digits(&rest[..2])?, digits(minutes)?)
        }
        _ => return None,
    };
    (hours <= 14 && minutes < 60).then(|| Some(sign * (i64::from(hours) * 3600 + i64::from(minutes) * 60)))
}

/// Decimal digits and nothing else.
fn digits(words: &[u8]) -> Option<u32> {
    words.iter().try_fold(0, |all, byte| byte.is_ascii_digit().then(|| all * 10 + u32::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `date -u -d 2016-09-26T18:12:45 +%s`.
    const SECOND: i64 = 1_474_913_565;

    fn moment(words: &str) -> Option<Civil> {
        Reader::default().moment(words.as_bytes())
    }

    #[test]
    fn moments_with_and_without_a_zone() {
        let ns = SECOND * 1_000_000_000;
        for (words, offset_s, fraction) in [
            ("2016-09-26T18:12:45.964Z", Some(0), 964_000_000),
            ("2016-09-26 18:12:45", None, 0),
            ("2016/09/26 18:12:45,5", None, 500_000_000),
            ("2016-09-26T18:12:45-04:00", Some(-14_400), 0),
            ("2016-09-26T18:12:45 +0545", Some(20_700), 0),
            ("2016-09-26 18:12:45 UTC", Some(0), 0),
            ("2016-09-26T18:12:45.123456789+02", Some(7200), 123_456_789),
        ] {
            assert_eq!(moment(words), Some(Civil { ns: ns + fraction, offset_s }), "{words}");
        }
        let abroad = moment("2016-09-26T14:12:45-04:00").and_then(Civil::utc_ns);
        assert_eq!(abroad, Some(ns));
        assert_eq!(Reader::default().joined(b"2016-09-26", b"18:12:45.0"), Some(Civil { ns, offset_s: None }));
    }

    #[test]
    fn what_could_be_read_two_ways_or_is_no_day_is_not_read() {
        for words in [
            "26.09.2016 18:12:45",
            "09/26/2016 18:12",
            "2016-13-26 18:12:45",
            "2000-00-00 00:00:00",
            "2016-09-26",
            "2016-09-26 25:00:00",
            "2016-09-26T18:12:45X",
            "2016-09-26T18:12:45.Z",
            "",
        ] {
            assert_eq!(moment(words), None, "{words}");
        }
        assert!(Reader::default().joined(b"2016-09-26", b"24:00:00").is_none());
    }
}
