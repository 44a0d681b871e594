//! Instants as text: RFC 3339 with milliseconds, UTC as `Z`, local time with its offset.

use chrono::{DateTime, FixedOffset, SecondsFormat};

/// `2016-09-26T18:12:45.964Z`; nanoseconds since 1970.
pub fn utc_text(utc_ns: i64) -> String {
    DateTime::from_timestamp_nanos(utc_ns).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// `2016-09-26T14:12:45.964-04:00`; `None` for an offset beyond a day.
pub fn local_text(utc_ns: i64, offset_s: i64) -> Option<String> {
    let offset = FixedOffset::east_opt(i32::try_from(offset_s).ok()?)?;
    Some(DateTime::from_timestamp_nanos(utc_ns).with_timezone(&offset).to_rfc3339_opts(SecondsFormat::Millis, false))
}

/// A local time that states no offset: `2016-09-26T14:12:45.964`; nanoseconds since 1970 as if it were UTC.
pub fn civil_text(local_ns: i64) -> String {
    let mut text = utc_text(local_ns);
    text.pop();
    text
}

/// A moment by the best clock that is known: UTC, a local time without an offset, else seconds of the source's own clock.
pub fn moment_text(utc_ns: Option<i64>, local_ns: Option<i64>, elapsed_s: Option<f64>) -> String {
    match (utc_ns, local_ns, elapsed_s) {
        (Some(utc_ns), _, _) => utc_text(utc_ns),
        (_, Some(local_ns), _) => format!("{} local time", civil_text(local_ns)),
        (_, _, Some(elapsed_s)) => format!("{elapsed_s:.1} s of the log's clock"),
        (None, None, None) => "time unknown".to_owned(),
    }
}

/// Writes instants in a row quickly: the text up to the minute is made once a minute.
#[derive(Default)]
pub struct UtcWriter {
    minute: Option<i64>,
    prefix: String,
}

impl UtcWriter {
    /// Appends what [`utc_text`] gives.
    pub fn push(&mut self, utc_ns: i64, out: &mut String) {
        const MINUTE_MS: i64 = 60_000;
        let ms = utc_ns.div_euclid(1_000_000);
        let minute = ms.div_euclid(MINUTE_MS);
        if self.minute != Some(minute) {
            self.minute = Some(minute);
            self.prefix = utc_text(minute * MINUTE_MS * 1_000_000);
            self.prefix.truncate("2016-09-26T18:12:".len());
        }
        let in_minute = ms.rem_euclid(MINUTE_MS);
        out.push_str(&self.prefix);
        push_digits(in_minute / 1000, 2, out);
        out.push('.');
        push_digits(in_minute % 1000, 3, out);
        out.push('Z');
    }
}

/// Appends the last `width` decimal digits of a number that is not negative.
fn push_digits(number: i64, width: u32, out: &mut String) {
    for place in (0..width).rev() {
        out.push(char::from(b'0' + (number / 10_i64.pow(place) % 10) as u8));
    }
}

/// The offset between a local time and UTC, in seconds, when the two can be the same instant: time zones are whole quarters of
/// an hour up to 14 hours, and the two stamps were made within two minutes of each other.
pub fn offset_between(local_s: i64, utc_ns: i64) -> Option<i64> {
    const QUARTER_S: i64 = 900;
    const SLACK_S: i64 = 120;
    let difference = local_s - utc_ns.div_euclid(1_000_000_000);
    let offset = (difference + QUARTER_S / 2).div_euclid(QUARTER_S) * QUARTER_S;
    (offset.abs() <= 14 * 3600 && (difference - offset).abs() <= SLACK_S).then_some(offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_writer_writes_what_the_library_writes() {
        let mut writer = UtcWriter::default();
        for ns in [0, 1, 999_999, -1, 1_474_913_565_964_000_000, 1_474_913_579_999_999_999, 1_474_913_580_000_000_000] {
            let mut text = String::new();
            writer.push(ns, &mut text);
            assert_eq!(text, utc_text(ns - ns.rem_euclid(1_000_000)));
        }
    }

    #[test]
    fn zone_offsets_follow_from_the_name_of_a_file_and_the_start() {
        // 2016-09-26 14:12:45 in New Haven is 18:12:45.964 UTC; 1474913565 by `date -u -d ... +%s`.
        assert_eq!(offset_between(1_474_899_165, 1_474_913_565_964_000_000), Some(-4 * 3600));
        assert_eq!(utc_text(1_474_913_565_964_000_000), "2016-09-26T18:12:45.964Z");
        assert_eq!(local_text(1_474_913_565_964_000_000, -14_400).as_deref(), Some("2016-09-26T14:12:45.964-04:00"));
        // Kathmandu, and a name that has nothing to do with the start.
        assert_eq!(offset_between(20_700 + 3, 0), Some(20_700));
        assert_eq!(offset_between(20_700 + 300, 0), None);
    }
}
