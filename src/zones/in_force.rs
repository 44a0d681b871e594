//! Whether a zone was in force in some spans of time. What a source leaves open (the offset of its local times, whether a
//! schedule beside "permanent" counts) and what is not exactly known (the flight's clock, the minute of sunrise) is tried in
//! every way that is possible; only an answer on which all of them agree is yes or no.

use super::sun::{Happens, happens, noon};
use super::window::{Clock, Edge, Period, Window};

/// Where the zone lies, degrees: its middle, and how far it reaches east and west of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    pub lat: f64,
    pub lon: f64,
    pub half_width_deg: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
    /// It depends on what is not known.
    Open,
}

/// What the windows of a zone say about some spans.
#[derive(Clone, Debug, PartialEq)]
pub struct InForce {
    /// At some moment of the spans, whatever is not known.
    pub answer: Answer,
    /// The same, were the flight's clock exactly right.
    pub as_recorded: Answer,
    /// The same, were dates and schedules to count for windows that are called permanent as well; `None` when none has any.
    pub by_schedule: Option<Answer>,
    /// Least and greatest offset from UTC, seconds east, that local times without an offset were tried with.
    pub offsets_s: Option<(i32, i32)>,
    /// Sunrise, sunset or twilight play a part.
    pub by_sun: bool,
    /// The spans are longer than any flight: nothing was tried.
    pub too_long: bool,
}

const SECOND_NS: i64 = 1_000_000_000;
const DAY_S: i64 = 86_400;
const DAY_NS: i64 = DAY_S * SECOND_NS;
/// No flight record spans more.
const LONGEST_NS: i64 = 40 * DAY_NS;
/// Civil time is ahead of the mean time of the longitude by 3.3 h at most (west of China; Alaska and Spain in summer by less)
/// and behind it by 1.7 h (Novaya Zemlya, the Azores by less), the calendar day aside.
const BEHIND_S: i32 = 2 * 3600;
const AHEAD_S: i32 = 7 * 1800;
/// Offsets in use: UTC-12 to UTC+14, in quarters of an hour.
const OFFSETS_S: std::ops::RangeInclusive<i32> = -12 * 3600..=14 * 3600;
const QUARTER_S: i32 = 900;
/// So near to the antimeridian the calendar day may be that of the other side (Attu at 172.9 E keeps the day of Alaska, the Line
/// Islands at 150 W that of Asia).
const NEAR_DATE_LINE: std::ops::Range<f64> = 148.0..172.0;

impl Window {
    /// Whether it holds at all times as it stands.
    fn is_permanent(&self) -> bool {
        self.permanent || (self.start_ns.is_none() && self.end_ns.is_none() && self.periods.is_empty())
    }
}

/// Asks whether any of `windows` holds at some moment of `spans` (first and last nanosecond since 1970, UTC), when the clock
/// of the spans may be wrong by `clock_error_ns` either way. No window at all holds always.
pub fn in_force(windows: &[Window], place: Place, spans: &[(i64, i64)], clock_error_ns: i64) -> InForce {
    let edges = || windows.iter().flat_map(|w| &w.periods).flat_map(|p| [p.start, p.end]);
    let is_local = edges().any(|edge| matches!(edge, Edge::Clock { clock: Clock::Local, .. }));
    let by_sun = edges().any(|edge| matches!(edge, Edge::Sun(_)));
    let offsets = if is_local { offsets_near(place) } else { vec![0] };
    let mut found = InForce {
        answer: Answer::Open,
        as_recorded: Answer::Open,
        by_schedule: None,
        offsets_s: offsets.first().copied().zip(offsets.last().copied()).filter(|_| is_local),
        by_sun,
        too_long: false,
    };
    let hull = spans.iter().fold(None, |hull: Option<(i64, i64)>, &(from, to)| {
        Some(hull.map_or((from, to), |(first, last)| (first.min(from), last.max(to))))
    });
    let Some((first, last)) = hull else { return found };
    if last.saturating_sub(first) > LONGEST_NS {
        found.too_long = true;
        return found;
    }
    let ask = |permanent_wins: bool, error_ns: i64| {
        let mut answers = Vec::new();
        for &offset_s in &offsets {
            for generous in [false, true] {
                let world = World { offset_s, generous, permanent_wins };
                let held = world.held(windows, place, first.saturating_sub(error_ns), last.saturating_add(error_ns));
                answers.push(any_of(spans.iter().map(|span| meets(&held, *span, error_ns))));
            }
        }
        agreed(answers.into_iter())
    };
    found.answer = ask(true, clock_error_ns);
    found.as_recorded = ask(true, 0);
    let has_more = |w: &Window| w.permanent && !(w.start_ns.is_none() && w.end_ns.is_none() && w.periods.is_empty());
    found.by_schedule = windows.iter().any(has_more).then(|| ask(false, clock_error_ns));
    found
}

/// Every offset of civil time that a place may have.
fn offsets_near(place: Place) -> Vec<i32> {
    let mean = (place.lon * 240.0) as i32;
    let spread = (place.half_width_deg * 240.0).clamp(0.0, 86_400.0) as i32;
    let mut days = vec![0];
    if place.lon < -NEAR_DATE_LINE.start {
        days.push(DAY_S as i32);
    }
    if place.lon > NEAR_DATE_LINE.end {
        days.push(-DAY_S as i32);
    }
    let mut offsets: Vec<i32> = OFFSETS_S
        .step_by(QUARTER_S as usize)
        .filter(|offset| {
            days.iter().any(|day| (-BEHIND_S - spread..=AHEAD_S + spread).contains(&(offset - day - mean)))
        })
        .collect();
    offsets.sort_unstable();
    offsets
}

/// One way that things may have been.
struct World {
    /// Of local times.
    offset_s: i32,
    /// What is not exactly known lets windows hold longer rather than shorter.
    generous: bool,
    permanent_wins: bool,
}

impl World {
    /// The spans in which some window holds, in order, clipped to `first..=last`.
    fn held(&self, windows: &[Window], place: Place, first: i64, last: i64) -> Vec<(i64, i64)> {
        let mut held = Vec::new();
        let mut add = |from: i64, to: i64, window: &Window| {
            let start = window.start_ns.unwrap_or(i64::MIN);
            let (from, to) = (from.max(start).max(first), to.min(end_of(window.end_ns)).min(last));
            if from <= to {
                held.push((from, to));
            }
        };
        for window in windows {
            if window.is_permanent() && (self.permanent_wins || window.periods.is_empty()) {
                let whole = Window { start_ns: None, end_ns: None, ..window.clone() };
                let bounded = if self.permanent_wins { &whole } else { window };
                add(first, last, bounded);
                continue;
            }
            if window.periods.is_empty() {
                add(first, last, window);
            }
            for period in &window.periods {
                for day in first.div_euclid(DAY_NS) - 2..=last.div_euclid(DAY_NS) + 1 {
                    if period.days >> (day + 3).rem_euclid(7) & 1 == 1
                        && let Some((from, to)) = self.period(period, day, place)
                    {
                        add(from, to, window);
                    }
                }
            }
        }
        if windows.is_empty() {
            held.push((first, last));
        }
        held.sort_unstable();
        held
    }

    /// The period that begins on a day (since 1970, by the clock of its beginning).
    fn period(&self, period: &Period, day: i64, place: Place) -> Option<(i64, i64)> {
        let starts = self.edge(period.start, day, false, place);
        let ends = |day: i64| self.edge(period.end, day, true, place);
        let to_ns = |second: f64| (second * 1e9) as i64;
        if let Moment::At(from) = starts {
            // The first end behind the beginning; clocks of two kinds may count days a little differently.
            for next in day - 1..=day + 2 {
                match ends(next) {
                    Moment::At(to) if to > from => return Some((to_ns(from), to_ns(to))),
                    Moment::At(_) => {}
                    _ => break,
                }
            }
        }
        let midnight = |day: i64| noon(day, place.lon) - DAY_S as f64 / 2.0;
        let by_day =
            matches!((period.start, period.end), (Edge::Sun(a), Edge::Sun(b)) if a.is_morning() && !b.is_morning());
        let by_night =
            matches!((period.start, period.end), (Edge::Sun(a), Edge::Sun(b)) if !a.is_morning() && b.is_morning());
        let (from, to) = match (starts, ends(if by_night { day + 1 } else { day })) {
            (Moment::StaysAbove, Moment::StaysAbove) if by_day => (midnight(day), midnight(day + 1)),
            (Moment::StaysAbove, Moment::At(to)) if by_day => (midnight(day), to),
            (Moment::At(from), Moment::StaysAbove) if by_day => (from, midnight(day + 1)),
            (Moment::StaysBelow, Moment::StaysBelow) if by_day => return None,
            // It never gets as dark as that.
            (Moment::StaysAbove, _) if by_night => return None,
            (Moment::StaysBelow, Moment::StaysBelow) if by_night => (noon(day, place.lon), noon(day + 1, place.lon)),
            // What the source means in a polar day or night cannot be told.
            _ if self.generous => (midnight(day - 1), midnight(day + 2)),
            _ => return None,
        };
        Some((to_ns(from), to_ns(to)))
    }

    fn edge(&self, edge: Edge, day: i64, is_end: bool, place: Place) -> Moment {
        match edge {
            Edge::Clock { second, clock } => {
                let offset_s = match clock {
                    Clock::Offset(offset_s) => offset_s,
                    Clock::Local => self.offset_s,
                };
                let second = if is_end { whole_day(second) } else { second };
                Moment::At((day * DAY_S + i64::from(second) - i64::from(offset_s)) as f64)
            }
            Edge::Sun(event) => match happens(event, day, place.lat, place.lon) {
                Happens::At { second, error_s } => {
                    // The sun takes four minutes for a degree of longitude.
                    let error_s = error_s + place.half_width_deg * 240.0;
                    let later = is_end == self.generous;
                    Moment::At(if later { second + error_s } else { second - error_s })
                }
                Happens::StaysAbove => Moment::StaysAbove,
                Happens::StaysBelow => Moment::StaysBelow,
            },
        }
    }
}

/// An edge of a period on one day; seconds since 1970.
#[derive(Clone, Copy)]
enum Moment {
    At(f64),
    StaysAbove,
    StaysBelow,
}

/// A period that ends at 23:59 or 23:59:59 ends with the day: no source means to leave a gap there.
fn whole_day(second: u32) -> u32 {
    if second == 86_340 || second == 86_399 { 86_400 } else { second }
}

/// An end that is given to the minute or second before a full minute means all of it.
fn end_of(end_ns: Option<i64>) -> i64 {
    let Some(end) = end_ns else { return i64::MAX };
    let minute = 60 * SECOND_NS;
    if end.rem_euclid(minute) == 59 * SECOND_NS { end.saturating_add(SECOND_NS - 1) } else { end }
}

/// Whether a span that may lie up to `error_ns` earlier or later meets any of `held`, which are in order.
fn meets(held: &[(i64, i64)], (from, to): (i64, i64), error_ns: i64) -> Answer {
    let (first, last) = (from.saturating_sub(error_ns), to.saturating_add(error_ns));
    let mut covered = first;
    let mut gap = 0;
    let mut any = false;
    for &(from, to) in held.iter().filter(|(from, to)| *from <= last && *to >= first) {
        any = true;
        gap = gap.max(from.saturating_sub(covered));
        covered = covered.max(to);
    }
    gap = gap.max(last.saturating_sub(covered));
    match any {
        false => Answer::No,
        // No gap is wide enough for the whole span to lie in it.
        true if gap <= to.saturating_sub(from) => Answer::Yes,
        true => Answer::Open,
    }
}

fn any_of(answers: impl Iterator<Item = Answer>) -> Answer {
    answers.fold(Answer::No, |all, one| match (all, one) {
        (Answer::Yes, _) | (_, Answer::Yes) => Answer::Yes,
        (Answer::No, Answer::No) => Answer::No,
        _ => Answer::Open,
    })
}

fn agreed(mut answers: impl Iterator<Item = Answer>) -> Answer {
    let Some(first) = answers.next() else { return Answer::Open };
    if answers.all(|answer| answer == first) { first } else { Answer::Open }
}

#[cfg(test)]
mod tests {
    use super::super::window::{ALL_DAYS, SunEvent};
    use super::*;

    fn ns(utc: &str) -> i64 {
        utc.parse::<chrono::DateTime<chrono::Utc>>().expect("an instant").timestamp_nanos_opt().expect("in range")
    }

    const BERLIN: Place = Place { lat: 52.5, lon: 13.4, half_width_deg: 0.0 };

    fn window(periods: Vec<Period>) -> Window {
        Window { start_ns: None, end_ns: None, permanent: false, periods, raw: String::new() }
    }

    fn at(second: u32, clock: Clock) -> Edge {
        Edge::Clock { second, clock }
    }

    fn hours(days: u8, from_h: u32, to_h: u32, clock: Clock) -> Window {
        window(vec![Period { days, start: at(from_h * 3600, clock), end: at(to_h * 3600, clock) }])
    }

    fn ask(window: &Window, from: &str, to: &str) -> Answer {
        in_force(std::slice::from_ref(window), BERLIN, &[(ns(from), ns(to))], 0).answer
    }

    #[test]
    fn start_and_end_belong_to_the_window() {
        let (start, end) = ("2024-05-01T00:00:00Z", "2024-05-31T12:00:00Z");
        let may = Window { start_ns: Some(ns(start)), end_ns: Some(ns(end)), ..window(vec![]) };
        assert_eq!(ask(&may, end, "2024-05-31T13:00:00Z"), Answer::Yes);
        assert_eq!(ask(&may, "2024-04-30T23:00:00Z", start), Answer::Yes);
        assert_eq!(ask(&may, "2024-05-31T12:00:00.001Z", "2024-05-31T13:00:00Z"), Answer::No);
        let to_the_end = Window { end_ns: Some(ns("2024-05-31T23:59:59Z")), ..may };
        assert_eq!(ask(&to_the_end, "2024-05-31T23:59:59.500Z", "2024-05-31T23:59:59.700Z"), Answer::Yes);
        assert_eq!(ask(&to_the_end, "2024-06-01T00:00:00Z", "2024-06-01T00:00:01Z"), Answer::No);
    }

    #[test]
    fn no_window_and_permanent_hold_always() {
        let span = [(ns("2024-05-14T10:00:00Z"), ns("2024-05-14T10:01:00Z"))];
        let none = in_force(&[], BERLIN, &span, 0);
        assert_eq!((none.answer, none.by_schedule), (Answer::Yes, None));
        // The Dutch zones: permanent and a schedule on weekdays; 2024-05-18 is a Saturday.
        let both = Window { permanent: true, ..hours(0b001_1111, 6, 16, Clock::Offset(0)) };
        let saturday = [(ns("2024-05-18T10:00:00Z"), ns("2024-05-18T10:01:00Z"))];
        let found = in_force(std::slice::from_ref(&both), BERLIN, &saturday, 0);
        assert_eq!((found.answer, found.by_schedule), (Answer::Yes, Some(Answer::No)));
        let tuesday = in_force(&[both], BERLIN, &span, 0);
        assert_eq!((tuesday.answer, tuesday.by_schedule), (Answer::Yes, Some(Answer::Yes)));
    }

    #[test]
    fn days_of_the_week_and_periods_over_midnight() {
        // 2024-05-17 is a Friday. Friday 22:00 to 04:00 runs into Saturday.
        let friday = hours(1 << 4, 22, 4, Clock::Offset(0));
        assert_eq!(ask(&friday, "2024-05-17T23:00:00Z", "2024-05-17T23:01:00Z"), Answer::Yes);
        assert_eq!(ask(&friday, "2024-05-18T03:59:00Z", "2024-05-18T03:59:30Z"), Answer::Yes);
        assert_eq!(ask(&friday, "2024-05-17T03:00:00Z", "2024-05-17T03:01:00Z"), Answer::No);
        assert_eq!(ask(&friday, "2024-05-18T22:30:00Z", "2024-05-18T22:31:00Z"), Answer::No);
        // Friday 00:30 at UTC+2 is Thursday 22:30 in UTC.
        let early = hours(1 << 4, 0, 1, Clock::Offset(7200));
        assert_eq!(ask(&early, "2024-05-16T22:30:00Z", "2024-05-16T22:31:00Z"), Answer::Yes);
        assert_eq!(ask(&early, "2024-05-17T00:30:00Z", "2024-05-17T00:31:00Z"), Answer::No);
        let whole_days = hours(ALL_DAYS, 0, 0, Clock::Offset(0));
        assert_eq!(ask(&whole_days, "2024-05-16T23:59:59.999Z", "2024-05-17T00:00:00Z"), Answer::Yes);
    }

    /// The Finnish zones: every day from 00:00:00 to 23:59:59; a flight at 23:59:59.5 falls into no gap.
    #[test]
    fn the_last_second_of_the_day() {
        for last in [86_399, 86_340] {
            let daily = window(vec![Period {
                days: ALL_DAYS,
                start: at(0, Clock::Offset(0)),
                end: at(last, Clock::Offset(0)),
            }]);
            assert_eq!(ask(&daily, "2024-05-16T23:59:59.500Z", "2024-05-16T23:59:59.600Z"), Answer::Yes);
        }
    }

    /// Berlin is at UTC+1 or UTC+2; by its longitude (53 minutes) everything from UTC-1 to UTC+4:15 is tried.
    #[test]
    fn local_times_in_winter_and_summer() {
        let office = hours(ALL_DAYS, 8, 18, Clock::Local);
        assert_eq!(ask(&office, "2024-01-10T11:00:00Z", "2024-01-10T11:01:00Z"), Answer::Yes);
        assert_eq!(ask(&office, "2024-07-10T23:00:00Z", "2024-07-10T23:01:00Z"), Answer::No);
        // 07:30 UTC is 08:30 in winter and 09:30 in summer there, but 06:30 at UTC-1.
        assert_eq!(ask(&office, "2024-07-10T07:30:00Z", "2024-07-10T07:31:00Z"), Answer::Open);
        let span = [(ns("2024-01-10T11:00:00Z"), ns("2024-01-10T11:01:00Z"))];
        let found = in_force(&[office], BERLIN, &span, 0);
        assert_eq!(found.offsets_s, Some((-3600, 4 * 3600 + 900)));
    }

    /// Real offsets, summer time included, are among those tried.
    #[test]
    fn offsets_of_real_places() {
        for (lon, offset_h) in [
            (-8.5, 2.0),
            (75.9, 8.0),
            (-157.4, 14.0),
            (-171.8, 14.0),
            (172.9, -9.0),
            (-165.4, -8.0),
            (166.0, 12.0),
            (-176.5, 13.75),
            (69.0, 3.0),
            (-25.7, -1.0),
            (97.0, 5.5),
            (-70.0, -3.0),
            (-67.0, -5.0),
            (-22.0, 0.0),
            (85.3, 5.75),
        ] {
            let offsets = offsets_near(Place { lat: 0.0, lon, half_width_deg: 0.0 });
            assert!(offsets.contains(&((offset_h * 3600.0) as i32)), "{lon}: {offsets:?}");
        }
    }

    /// PyEphem: in Berlin on 2024-03-20 the sun rises at 05:08:10 UTC and sets at 17:20:19 UTC; a minute may be lacking.
    #[test]
    fn from_sunrise_to_sunset() {
        let day = window(vec![Period {
            days: ALL_DAYS,
            start: Edge::Sun(SunEvent::Sunrise),
            end: Edge::Sun(SunEvent::Sunset),
        }]);
        assert_eq!(ask(&day, "2024-03-20T05:20:00Z", "2024-03-20T05:20:10Z"), Answer::Yes);
        assert_eq!(ask(&day, "2024-03-20T05:00:00Z", "2024-03-20T05:00:10Z"), Answer::No);
        assert_eq!(ask(&day, "2024-03-20T05:08:00Z", "2024-03-20T05:08:20Z"), Answer::Open);
        assert_eq!(ask(&day, "2024-03-20T17:30:00Z", "2024-03-20T17:30:10Z"), Answer::No);
        let night = window(vec![Period {
            days: ALL_DAYS,
            start: Edge::Sun(SunEvent::Sunset),
            end: Edge::Sun(SunEvent::Sunrise),
        }]);
        assert_eq!(ask(&night, "2024-03-20T00:00:00Z", "2024-03-20T00:00:10Z"), Answer::Yes);
        assert_eq!(ask(&night, "2024-03-20T12:00:00Z", "2024-03-20T12:00:10Z"), Answer::No);
    }

    #[test]
    fn polar_day_and_night() {
        let tromso = Place { lat: 69.65, lon: 18.96, half_width_deg: 0.0 };
        let from_to =
            |start, end| window(vec![Period { days: ALL_DAYS, start: Edge::Sun(start), end: Edge::Sun(end) }]);
        let ask = |window: &Window, utc: &str| {
            in_force(std::slice::from_ref(window), tromso, &[(ns(utc), ns(utc))], 0).answer
        };
        let (day, night) = (from_to(SunEvent::Sunrise, SunEvent::Sunset), from_to(SunEvent::Sunset, SunEvent::Sunrise));
        assert_eq!(ask(&day, "2024-06-21T23:30:00Z"), Answer::Yes);
        assert_eq!(ask(&night, "2024-06-21T23:30:00Z"), Answer::No);
        assert_eq!(ask(&day, "2024-12-21T11:00:00Z"), Answer::No);
        assert_eq!(ask(&night, "2024-12-21T11:00:00Z"), Answer::Yes);
        let twilight = from_to(SunEvent::MorningTwilight, SunEvent::EveningTwilight);
        assert_eq!(ask(&twilight, "2024-12-21T11:00:00Z"), Answer::Yes);
        assert_eq!(ask(&twilight, "2024-12-21T15:00:00Z"), Answer::No);
        // From a sunrise that does not happen to a dusk that does.
        assert_eq!(ask(&from_to(SunEvent::Sunrise, SunEvent::EveningTwilight), "2024-12-21T11:00:00Z"), Answer::Open);
    }

    #[test]
    fn a_clock_that_may_be_wrong() {
        let office = hours(ALL_DAYS, 8, 18, Clock::Offset(0));
        let ask = |from: &str, to: &str, error_s: i64| {
            let found = in_force(std::slice::from_ref(&office), BERLIN, &[(ns(from), ns(to))], error_s * SECOND_NS);
            (found.answer, found.as_recorded)
        };
        assert_eq!(ask("2024-05-14T18:00:01Z", "2024-05-14T18:00:09Z", 2), (Answer::Open, Answer::No));
        assert_eq!(ask("2024-05-14T18:00:03Z", "2024-05-14T18:00:09Z", 2), (Answer::No, Answer::No));
        assert_eq!(ask("2024-05-14T17:59:59Z", "2024-05-14T17:59:59.500Z", 2), (Answer::Open, Answer::Yes));
        assert_eq!(ask("2024-05-14T17:59:50Z", "2024-05-14T18:00:09Z", 2), (Answer::Yes, Answer::Yes));
    }

    #[test]
    fn garbage_times_are_not_judged() {
        let office = hours(ALL_DAYS, 8, 18, Clock::Offset(0));
        let found = in_force(&[office], BERLIN, &[(ns("1990-01-01T00:00:00Z"), ns("2099-01-01T00:00:00Z"))], 0);
        assert!(found.too_long && found.answer == Answer::Open);
        assert_eq!(in_force(&[], BERLIN, &[], 0).answer, Answer::Open);
    }
}
