//! Activation times (`AA`, version 2): `2025-01-01T12:00Z/2025-01-01T13:00Z`, `NONE` where a side is open, `NONE` alone where the
//! times are announced elsewhere.

use chrono::{DateTime, NaiveDateTime};

use super::notes::Notes;
use crate::zones::report::short;
use crate::zones::window::Window;

/// The windows of a record, from the words of its `AA` lines. One line that cannot be used makes the record count as always in
/// force: what it said may be the very time in question.
pub fn windows(lines: &[&str], notes: &mut Notes) -> Vec<Window> {
    let mut windows = Vec::new();
    for line in lines {
        let line = line.trim();
        if line.eq_ignore_ascii_case("NONE") {
            notes.ambiguous(
                "zones whose times are announced elsewhere",
                "AA NONE: it is activated by notice alone; whether it was in force cannot be told from the file, it \
                 counts as in force always"
                    .to_owned(),
            );
            return Vec::new();
        }
        match window(line) {
            Ok(window) => windows.push(window),
            Err(why) => {
                let what = format!("AA {:?} {why}; the zone counts as in force always", short(line));
                notes.warn("activation times that cannot be used", what);
                return Vec::new();
            }
        }
    }
    windows
}

fn window(line: &str) -> Result<Window, String> {
    let (start, end) = line.split_once('/').ok_or("is no pair of times")?;
    let (start_ns, end_ns) = (instant(start)?, instant(end)?);
    match (start_ns, end_ns) {
        (None, None) => return Err("has neither a start nor an end".to_owned()),
        (Some(start), Some(end)) if end < start => return Err("ends before it starts".to_owned()),
        _ => {}
    }
    Ok(Window { start_ns, end_ns, permanent: false, periods: Vec::new(), raw: line.to_owned() })
}

/// Nanoseconds since 1970; `None` for an open side.
fn instant(words: &str) -> Result<Option<i64>, String> {
    let words = words.trim();
    if words.eq_ignore_ascii_case("NONE") {
        return Ok(None);
    }
    let full = DateTime::parse_from_rfc3339(words).map(|t| t.timestamp_nanos_opt());
    let minutes = || NaiveDateTime::parse_from_str(words, "%Y-%m-%dT%H:%MZ").map(|t| t.and_utc().timestamp_nanos_opt());
    let ns = full.or_else(|_| minutes()).ok().flatten();
    ns.map(Some).ok_or_else(|| "holds a time that is no UTC time".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Vec<(Option<i64>, Option<i64>)> {
        windows(lines, &mut Notes::default()).iter().map(|w| (w.start_ns, w.end_ns)).collect()
    }

    /// `date -u -d 2025-01-01T12:00Z +%s` and so on.
    #[test]
    fn times_and_open_sides() {
        let seconds = |s: i64| Some(s * 1_000_000_000);
        assert_eq!(
            read(&["2025-01-01T12:00Z/2025-01-01T13:00:30Z", "NONE/2025-02-02T12:00Z", "2025-03-03T11:00Z/NONE"]),
            [
                (seconds(1_735_732_800), seconds(1_735_736_430)),
                (None, seconds(1_738_497_600)),
                (seconds(1_740_999_600), None)
            ]
        );
    }

    #[test]
    fn one_unusable_line_means_always() {
        let good = "2025-01-01T12:00Z/2025-01-01T13:00Z";
        for bad in [
            "NONE",
            "NONE/NONE",
            "2025-01-01T12:00/2025-01-01T13:00",
            "tomorrow",
            "2025-01-02T12:00Z/2025-01-01T13:00Z",
        ] {
            assert_eq!(read(&[good, bad]), [], "{bad}");
        }
    }
}
