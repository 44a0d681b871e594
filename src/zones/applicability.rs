//! When a zone is in force, as ED-269 (`applicability`), its Swiss form (`dailyPeriod`), ED-318 (`limitedApplicability`) and
//! flat properties say it, into windows. What cannot be read never narrows a window: a zone that may be in force is.

use serde_json::Value;

use super::instant::{self, Side};
use super::json;
use super::properties::{Properties, text_of};
use super::report::{Place, Report, short};
use super::window::{ALL_DAYS, Clock, Edge, Period, SunEvent, Window};

const DAY_S: u32 = 86_400;
/// From here to midnight nothing is meant to be free: `23:59`, `23:59:59` and fractions stand for the end of the day.
const LAST_MINUTE_S: u32 = 86_340;

/// The statements of a list, one window each; `json` is its text in the file.
pub fn windows(json: &str, place: &mut Place, report: &mut Report) -> Vec<Window> {
    let json = json.trim();
    let parts = match json.as_bytes().first() {
        Some(b'[') => json::elements(json, 0).ok(),
        Some(b'{') => Some(std::iter::once(0..json.len()).collect()),
        _ if json.is_empty() || json == "null" => Some(Vec::new()),
        _ => None,
    };
    let Some(parts) = parts else {
        unclear(place, report, "its times of validity are no list");
        return vec![always(json::on_one_line(json))];
    };
    let mut windows = Vec::with_capacity(parts.len());
    for part in parts {
        let raw = json::on_one_line(&json[part]);
        let Ok(value @ Value::Object(_)) = serde_json::from_str(&raw) else {
            unclear(place, report, &format!("a time of validity {:?} is no object", short(&raw)));
            windows.push(always(raw));
            continue;
        };
        windows.push(window(&value, raw, place, report));
    }
    windows
}

/// A window without bounds.
fn always(raw: String) -> Window {
    Window { start_ns: None, end_ns: None, permanent: false, periods: Vec::new(), raw }
}

/// Something about times that was not understood, and what follows.
fn unclear(place: &mut Place, report: &mut Report, what: &str) {
    let what = format!("{what}; the zone counts as in force there, since it may be");
    report.warn(place, "times of validity that were not understood", what);
}

fn window(value: &Value, raw: String, place: &mut Place, report: &mut Report) -> Window {
    let mut window = always(raw);
    window.permanent = is_yes(&value["permanent"]);
    window.start_ns = bound(value, "startDateTime", Side::Start, place, report);
    window.end_ns = bound(value, "endDateTime", Side::End, place, report);
    let schedule = ["schedule", "dailyPeriod"].iter().map(|key| &value[*key]).find(|v| !v.is_null());
    window.periods = schedule.map(|schedule| periods(schedule, place, report)).unwrap_or_default();
    check(&mut window, place, report);
    window
}

/// From flat properties (`permanent`, `startDateTime`, `validTo`, ...); nothing when they say nothing about times.
pub fn of_properties(properties: &Properties, place: &mut Place, report: &mut Report) -> Vec<Window> {
    const START: &[&str] = &["startdatetime", "validfrom", "effectivefrom", "activefrom"];
    const END: &[&str] = &["enddatetime", "validto", "validuntil", "effectiveto", "activeto"];
    let (permanent, start, end) = (properties.find(&["permanent"]), properties.find(START), properties.find(END));
    if start.is_none() && end.is_none() {
        return Vec::new();
    }
    let words = |name: &str, value: Option<&Value>| value.map(|value| format!("{name} {value}"));
    let said = [words("permanent", permanent), words("start", start), words("end", end)];
    let mut window = always(said.into_iter().flatten().collect::<Vec<_>>().join(", "));
    window.permanent = permanent.is_some_and(is_yes);
    window.start_ns = start.and_then(|value| instant_of(value, Side::Start, place, report));
    window.end_ns = end.and_then(|value| instant_of(value, Side::End, place, report));
    check(&mut window, place, report);
    vec![window]
}

/// What a window says against itself.
fn check(window: &mut Window, place: &mut Place, report: &mut Report) {
    if let (Some(start), Some(end)) = (window.start_ns, window.end_ns)
        && end < start
    {
        unclear(place, report, "its validity ends before it starts");
        (window.start_ns, window.end_ns) = (None, None);
    }
    let narrows = window.periods.iter().any(|p| !is_whole_week(p));
    if window.permanent && narrows {
        let what =
            "is permanent and has a schedule: either it is always in force, or only in the hours of the schedule; \
                    both readings are kept"
                .to_owned();
        report.ambiguous(place, "zones that are permanent and have a schedule", what);
    }
    if window.permanent && (window.start_ns.is_some() || window.end_ns.is_some()) {
        let what =
            "is permanent and has a first or a last day: either it is always in force, or only between them; both \
                    readings are kept"
                .to_owned();
        report.ambiguous(place, "zones that are permanent and have a first or last day", what);
    }
}

/// A period that leaves nothing out.
fn is_whole_week(period: &Period) -> bool {
    period.days == ALL_DAYS
        && matches!(
            (period.start, period.end),
            (Edge::Clock { second: 0, clock: a }, Edge::Clock { second: 0 | DAY_S, clock: b }) if a == b
        )
}

/// `YES`, `true`, 1.
fn is_yes(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => *yes,
        Value::Number(number) => number.as_f64().is_some_and(|n| n != 0.0),
        Value::String(word) => matches!(word.trim().to_ascii_uppercase().as_str(), "YES" | "Y" | "TRUE" | "1"),
        _ => false,
    }
}

fn bound(value: &Value, key: &str, side: Side, place: &mut Place, report: &mut Report) -> Option<i64> {
    instant_of(&value[key], side, place, report)
}

fn instant_of(value: &Value, side: Side, place: &mut Place, report: &mut Report) -> Option<i64> {
    match instant::read(value, side) {
        Ok(instant) => {
            if instant.is_some_and(|i| i.assumed_utc) {
                let what = format!(
                    "its time {} names no offset: UTC, which the standards ask for, or local time; UTC was taken",
                    short(&value.to_string())
                );
                report.ambiguous(place, "dates of validity without an offset from UTC", what);
            }
            instant.map(|i| i.ns)
        }
        Err(words) => {
            unclear(place, report, &format!("its time {words:?} was not understood"));
            None
        }
    }
}

/// The periods of a schedule: a list, or a single one.
fn periods(schedule: &Value, place: &mut Place, report: &mut Report) -> Vec<Period> {
    let entries = match schedule {
        Value::Array(list) => list.as_slice(),
        single => std::slice::from_ref(single),
    };
    let mut periods = Vec::with_capacity(entries.len());
    for entry in entries {
        if !entry.is_object() {
            unclear(place, report, &format!("the schedule {:?} is no object", short(&entry.to_string())));
            return Vec::new();
        }
        let days = days(&entry["day"], place, report);
        let starts = edges(entry, "startTime", "startEvent", Side::Start, place, report);
        let ends = edges(entry, "endTime", "endEvent", Side::End, place, report);
        // The Swiss form has an entry without any content for a zone that is always in force.
        if days == ALL_DAYS && starts.is_empty() && ends.is_empty() {
            return Vec::new();
        }
        let clock = starts.iter().chain(&ends).find_map(|edge| match edge {
            Edge::Clock { clock, .. } => Some(*clock),
            Edge::Sun(_) => None,
        });
        let open = |second| vec![Edge::Clock { second, clock: clock.unwrap_or(Clock::Local) }];
        let starts = if starts.is_empty() { open(0) } else { starts };
        let ends = if ends.is_empty() { open(DAY_S) } else { ends };
        for start in &starts {
            periods.extend(ends.iter().map(|end| Period { days, start: *start, end: *end }));
        }
    }
    periods
}

/// Days of the week as bits; every day where none is named or one is not understood.
fn days(value: &Value, place: &mut Place, report: &mut Report) -> u8 {
    const NAMES: [&str; 7] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
    let entries = match value {
        Value::Array(list) => list.as_slice(),
        Value::Null => &[],
        single => std::slice::from_ref(single),
    };
    let mut days = 0;
    for entry in entries {
        let word = text_of(entry).unwrap_or_default().to_ascii_uppercase();
        match NAMES.iter().position(|name| *name == word) {
            Some(day) => days |= 1 << day,
            None if word == "ANY" => days = ALL_DAYS,
            None => {
                unclear(place, report, &format!("the day {:?} is no day of the week", short(&word)));
                days = ALL_DAYS;
            }
        }
    }
    if days == 0 { ALL_DAYS } else { days }
}

/// Where a period begins or ends: a time of day, an event of the sun; both where both are named.
fn edges(entry: &Value, time: &str, event: &str, side: Side, place: &mut Place, report: &mut Report) -> Vec<Edge> {
    let mut edges = Vec::new();
    if let Some(words) = text_of(&entry[time]) {
        match time_of_day(&words, side) {
            Some((second, Some(offset))) => edges.push(Edge::Clock { second, clock: Clock::Offset(offset) }),
            Some((second, None)) => {
                let what = format!(
                    "the time of day {words:?} names no offset: local time at the zone, or UTC as the standards ask; local \
                     time was taken"
                );
                report.ambiguous(place, "times of day without an offset from UTC", what);
                edges.push(Edge::Clock { second, clock: Clock::Local });
            }
            None => unclear(place, report, &format!("the time of day {:?} was not understood", short(&words))),
        }
    }
    if let Some(word) = text_of(&entry[event]) {
        match sun_event(&word) {
            Some(event) => edges.push(Edge::Sun(event)),
            None => unclear(place, report, &format!("{:?} is no event of the sun", short(&word))),
        }
    }
    if edges.len() == 2 {
        let what =
            format!("its schedule names both {time} and {event}: each was taken, the zone is in force by either");
        report.ambiguous(place, "schedules with a time and an event of the sun", what);
    }
    edges
}

/// The names of ED-318.
fn sun_event(word: &str) -> Option<SunEvent> {
    match word.to_ascii_uppercase().as_str() {
        "BMCT" => Some(SunEvent::MorningTwilight),
        "SR" => Some(SunEvent::Sunrise),
        "SS" => Some(SunEvent::Sunset),
        "EECT" => Some(SunEvent::EveningTwilight),
        _ => None,
    }
}

/// `17:00:00.00Z`, `08:30+02:00`, `24:00`: seconds of the day and seconds east of UTC, where they are said. Fractions widen.
fn time_of_day(words: &str, side: Side) -> Option<(u32, Option<i32>)> {
    let words = words.trim();
    let split = words.find(['Z', 'z', '+', '-']).unwrap_or(words.len());
    let (clock, zone) = words.split_at(split);
    let offset = match zone {
        "" => None,
        "Z" | "z" => Some(0),
        _ => Some(offset(zone)?),
    };
    let mut parts = clock.trim().split(':');
    let number = |part: &str, most: u32| -> Option<u32> {
        let ok = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse().ok().filter(|n| ok && *n <= most)
    };
    let hours = number(parts.next()?, 24)?;
    let minutes = number(parts.next()?, 59)?;
    let seconds = parts.next().unwrap_or("0");
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let seconds = number(seconds, 60)?;
    let has_fraction = fraction.bytes().any(|b| b != b'0');
    if parts.next().is_some() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let exact = hours * 3600 + minutes * 60 + seconds;
    let second = match side {
        Side::End if exact >= LAST_MINUTE_S => DAY_S,
        Side::End => exact + u32::from(has_fraction),
        Side::Start => exact,
    };
    (exact <= DAY_S).then_some((second, offset))
}

/// `+02:00`, `-0330`, `+02` in seconds.
fn offset(zone: &str) -> Option<i32> {
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits: String = zone.chars().skip(1).filter(|c| *c != ':').collect();
    let ok = digits.bytes().all(|b| b.is_ascii_digit()) && matches!(digits.len(), 2 | 4);
    let number: i32 = digits.parse().ok().filter(|_| ok)?;
    let (hours, minutes) = if digits.len() == 2 { (number, 0) } else { (number / 100, number % 100) };
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> (Vec<Window>, Place, Report) {
        let (mut place, mut report) = (Place::new("/features/0".to_owned(), None), Report::default());
        let windows = windows(json, &mut place, &mut report);
        (windows, place, report)
    }

    fn utc(second: u32) -> Edge {
        Edge::Clock { second, clock: Clock::Offset(0) }
    }

    #[test]
    fn dates_and_weekends() {
        let (windows, place, _) = read(
            r#"[{"startDateTime":"2022-06-15T09:00:00.00Z","endDateTime":"2023-06-15T09:00:00.00Z","permanent":"NO",
                "schedule":[{"day":["SAT","SUN"],"startTime":"17:00:00.00Z","endTime":"23:59:59.00Z"}]}]"#,
        );
        let [window] = &windows[..] else { unreachable!("{windows:?}") };
        assert_eq!(window.start_ns, Some(1_655_283_600_000_000_000));
        assert_eq!(window.end_ns, Some(1_686_819_600_000_000_000));
        assert_eq!(window.periods, [Period { days: 0b110_0000, start: utc(61_200), end: utc(DAY_S) }]);
        assert!(!window.permanent && window.raw.starts_with(r#"{"startDateTime":"2022"#));
        assert!(place.warnings.is_empty());
    }

    /// Trap 5: weekday hours of a zone that is called permanent. Trap 6: every day until a second before midnight.
    #[test]
    fn permanent_and_more() {
        let (windows, place, mut report) =
            read(r#"[{"permanent":"YES","schedule":[{"day":["MON"],"startTime":"08:00:00Z","endTime":"16:00:00Z"}]}]"#);
        assert!(windows[0].permanent && windows[0].periods.len() == 1);
        assert!(place.warnings[0].contains("permanent and has a schedule"), "{:?}", place.warnings);
        assert_eq!(report.ambiguities().len(), 1);
        let (windows, place, _) = read(
            r#"{"permanent":"YES","startDateTime":"2024-01-01T00:00:00Z","endDateTime":"2027-12-31T23:59:59Z",
               "schedule":[{"day":["ANY"],"startTime":"00:00:00Z","endTime":"23:59:59Z"}]}"#,
        );
        assert_eq!(windows[0].periods, [Period { days: ALL_DAYS, start: utc(0), end: utc(DAY_S) }]);
        assert_eq!(place.warnings.len(), 1, "a schedule of every hour takes nothing away: {:?}", place.warnings);
        assert!(place.warnings[0].contains("first or a last day"));
    }

    /// Trap 15, and words that mean nothing: the zone stays in force.
    #[test]
    fn doubt_never_narrows() {
        let (windows, place, _) =
            read(r#"[{"permanent":"NO","startDateTime":"2026-05-02T00:00:00Z","endDateTime":"2026-05-01T00:00:00Z"}]"#);
        assert_eq!((windows[0].start_ns, windows[0].end_ns), (None, None));
        assert!(place.warnings[0].contains("ends before it starts"));
        let (windows, place, _) =
            read(r#"[{"startDateTime":"soon","schedule":[{"day":["HOL"],"startTime":"late","endTime":"25:00Z"}]}, 7]"#);
        assert_eq!(windows.len(), 2);
        assert_eq!((windows[0].start_ns, windows[0].periods.len()), (None, 0));
        assert_eq!(place.warnings.len(), 5, "{:?}", place.warnings);
        assert!(read("null").0.is_empty());
        let (windows, place, _) = read("[1 2]");
        assert_eq!((windows.len(), windows[0].start_ns, place.warnings.len()), (1, None, 1));
    }

    #[test]
    fn sun_and_clocks() {
        let (windows, place, _) = read(
            r#"[{"schedule":[{"day":["ANY"],"startEvent":"BMCT","endEvent":"SS"},
                {"day":"WED","startTime":"08:00","endTime":"12:00:00.5+02:00"}]}]"#,
        );
        let [sun, clock] = windows[0].periods[..] else { unreachable!("{windows:?}") };
        assert_eq!((sun.start, sun.end), (Edge::Sun(SunEvent::MorningTwilight), Edge::Sun(SunEvent::Sunset)));
        assert_eq!(clock.start, Edge::Clock { second: 28_800, clock: Clock::Local });
        assert_eq!(clock.end, Edge::Clock { second: 43_201, clock: Clock::Offset(7200) });
        assert_eq!(clock.days, 0b100);
        assert!(place.warnings[0].contains("names no offset"));
    }

    #[test]
    fn the_swiss_form_without_content_is_no_schedule() {
        let (windows, place, _) = read(
            r#"[{"permanent":"YES","startDateTime":null,"endDateTime":null,
                "dailyPeriod":[{"day":[],"startTime":null,"endTime":null}]}]"#,
        );
        assert!(windows[0].permanent && windows[0].periods.is_empty() && place.warnings.is_empty());
    }

    #[test]
    fn times_of_day() {
        assert_eq!(time_of_day("24:00Z", Side::End), Some((86_400, Some(0))));
        assert_eq!(time_of_day("23:59", Side::End), Some((86_400, None)));
        assert_eq!(time_of_day("23:59", Side::Start), Some((86_340, None)));
        assert_eq!(time_of_day("06:30-0330", Side::Start), Some((23_400, Some(-12_600))));
        for wrong in ["", "8", "25:00", "24:01", "12:60", "12:00:00:00", "12:00+99:00", "noon", "1:2:3.x"] {
            assert_eq!(time_of_day(wrong, Side::Start), None, "{wrong}");
        }
    }
}
