//! Dates and times of day as tables hold them, most significant part first: `2016-09-26T18:12:45.964Z`, `2016/09/26 14:12:45`,
//! `14:12:45.5`. Dates with the year at their end can be read two ways: they are read where the order is known.

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

/// Which number stands first in a date with its year at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearLast {
    MonthFirst,
    DayFirst,
}

/// Reads moments; the last date is remembered, for rows of a track share it.
#[derive(Default)]
pub struct Reader {
    /// Of dates with the year at their end.
    order: Option<YearLast>,
    date: Option<([u8; 10], i64)>,
}

impl Reader {
    /// One that also reads dates with the year at their end, in this order.
    pub fn with(order: Option<YearLast>) -> Self {
        Reader { order, date: None }
    }

    /// A date and a time of day, with or without a zone.
    pub fn moment(&mut self, words: &[u8]) -> Option<Civil> {
        let (day_ns, rest) = match self.date(words) {
            Some(read) => read,
            None => {
                let (date, rest) = words.split_at(date_len(words));
                (day_ns(year_last(date)?, Some(self.order?))?, rest)
            }
        };
        let rest = match rest {
            [b'T' | b't' | b' ' | b'_', rest @ ..] => rest.trim_ascii_start(),
            _ => return None,
        };
        let (time_ns, rest) = time_of_day(rest)?;
        Some(Civil { ns: day_ns.checked_add(time_ns)?, offset_s: zone(rest)? })
    }

    /// A date in one cell and a time of day in another, which may have a zone.
    pub fn joined(&mut self, date: &[u8], time: &[u8]) -> Option<Civil> {
        let (day_ns, rest) =
            self.date(date).or_else(|| Some((day_ns(year_last(date)?, self.order)?, b"".as_slice())))?;
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

/// Length of the date at the beginning.
pub fn date_len(words: &[u8]) -> usize {
    words.iter().take_while(|byte| byte.is_ascii_digit() || b"/.-".contains(byte)).count()
}

/// The days that a date with its year at the end can be, `9/15/2016`: with the month first, with the day first.
pub fn year_last(words: &[u8]) -> Option<[Option<NaiveDate>; 2]> {
    let mark = *words.iter().find(|byte| b"/.-".contains(byte))?;
    let mut parts = words.split(|byte| *byte == mark);
    let (a, b, year) = (parts.next()?, parts.next()?, parts.next()?);
    let is_short = |part: &[u8]| matches!(part.len(), 1 | 2);
    if parts.next().is_some() || year.len() != 4 || !is_short(a) || !is_short(b) {
        return None;
    }
    let (a, b, year) = (digits(a)?, digits(b)?, digits(year)? as i32);
    let days = [NaiveDate::from_ymd_opt(year, a, b), NaiveDate::from_ymd_opt(year, b, a)];
    days.iter().any(Option::is_some).then_some(days)
}

/// The beginning of one of two days: by the order, or where only one of them is a day.
fn day_ns(days: [Option<NaiveDate>; 2], order: Option<YearLast>) -> Option<i64> {
    let day = match (days, order) {
        ([month_first, _], Some(YearLast::MonthFirst)) => month_first?,
        ([_, day_first], Some(YearLast::DayFirst)) => day_first?,
        ([Some(one), Some(other)], None) if one != other => return None,
        ([one, other], None) => one.or(other)?,
    };
    i64::from(day.to_epoch_days()).checked_mul(DAY_NS)
}

/// The day of seconds since 1970, `2025-12-29`; empty where no calendar reaches.
pub fn date_text(seconds: i64) -> String {
    chrono::DateTime::from_timestamp(seconds, 0).map(|at| at.format("%Y-%m-%d").to_string()).unwrap_or_default()
}

/// Nanoseconds since midnight of `hh:mm`, `hh:mm:ss` or `hh:mm:ss.fff`, and what follows.
/// `1:25:05.42 PM` as well.
pub fn time_of_day(words: &[u8]) -> Option<(i64, &[u8])> {
    let half = |words: &[u8]| words.len() > 2 && words.ends_with(b"M") && words.contains(&b':');
    if half(words) || words.get(1) == Some(&b':') {
        return half_day(words);
    }
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

/// A time of day by a clock of twelve hours, which says which half of the day it is.
fn half_day(words: &[u8]) -> Option<(i64, &[u8])> {
    const HOUR_NS: i64 = 3_600_000_000_000;
    let (time, half) = (words.get(..words.len().checked_sub(2)?)?.trim_ascii_end(), words.get(words.len() - 2..)?);
    let mut padded = [b'0'; 24];
    let from = usize::from(time.get(1) == Some(&b':'));
    padded.get_mut(from..from + time.len())?.copy_from_slice(time);
    let (ns, rest) = time_of_day(padded.get(..from + time.len())?)?;
    let hour = ns / HOUR_NS;
    let is_after_noon = match half {
        b"AM" => false,
        b"PM" => true,
        _ => return None,
    };
    if !rest.is_empty() || !(1..=12).contains(&hour) {
        return None;
    }
    Some(((ns - hour * HOUR_NS) + (hour % 12 + if is_after_noon { 12 } else { 0 }) * HOUR_NS, &[]))
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
        assert!(Reader::default().joined(b"6/11/2026", b"1:00:00.00 PM").is_none(), "June or November");
        assert!(Reader::default().joined(b"9/15/2016", b"13:51:18 PM").is_none());
    }

    #[test]
    fn half_days_and_years_at_the_end() {
        let ns = |date: &str, time: &str| Reader::default().joined(date.as_bytes(), time.as_bytes()).map(|c| c.ns);
        let whole = |words: &str| Reader::default().moment(words.as_bytes()).map(|c| c.ns);
        assert_eq!(ns("9/15/2016", "1:51:18.67 PM"), whole("2016-09-15 13:51:18.67"));
        assert_eq!(ns("15/9/2016", "12:00:01 AM"), whole("2016-09-15 00:00:01"));
        assert_eq!(ns("5/5/2016", "12:30:00 PM"), whole("2016-05-05 12:30:00"));
        assert_eq!(ns("2025-05-12", "8:27:36 AM"), whole("2025-05-12 08:27:36"));
        let by = |order| Reader::with(Some(order)).moment(b"1/9/2025 07:05").map(|c| c.ns);
        assert_eq!(by(YearLast::MonthFirst), whole("2025-01-09 07:05"));
        assert_eq!(by(YearLast::DayFirst), whole("2025-09-01 07:05"));
        assert_eq!(Reader::with(Some(YearLast::MonthFirst)).moment(b"27.07.2026 07:05"), None);
    }
}
