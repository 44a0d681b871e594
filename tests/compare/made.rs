//! Tracks with offsets that are known to the millisecond: different rates, zones, gaps, shifts; hovers, straights, laps.

use overflown::analyse::compare::{Clock, Source, Sureness, Told, compare};
use overflown::track::{Estimate, FixState, Kind, Role, Rows, Stamp, Subject, Track};

use super::two;

const NS: f64 = 1e9;
/// 2024-05-14T08:00:00Z.
const START_S: f64 = 1_715_673_600.0;

/// A place by seconds since the flight began, metres north and east.
type Way = fn(f64) -> (f64, f64);

fn loops(t: f64) -> (f64, f64) {
    (80.0 * (t / 17.0).sin() + 0.5 * t, 60.0 * (t / 11.0).cos() + 20.0 * (t / 5.0).sin())
}

/// The same lap again and again.
fn laps(t: f64) -> (f64, f64) {
    (80.0 * (t / 10.0 * std::f64::consts::TAU / 6.0).sin(), 80.0 * (t / 10.0 * std::f64::consts::TAU / 6.0).cos())
}

fn straight(t: f64) -> (f64, f64) {
    (8.0 * t, 3.0 * t)
}

fn hover(_: f64) -> (f64, f64) {
    (0.0, 0.0)
}

/// How a source writes the way down.
#[derive(Clone, Copy)]
struct Writer {
    clock: Clock,
    /// Added to every time.
    ahead_s: f64,
    every_s: f64,
    from_s: f64,
    to_s: f64,
    whole_seconds: bool,
    /// Metres north and east beside the way.
    beside: (f64, f64),
    lon: f64,
}

const WRITER: Writer = Writer {
    clock: Clock::Utc,
    ahead_s: 0.0,
    every_s: 0.1,
    from_s: 0.0,
    to_s: 240.0,
    whole_seconds: false,
    beside: (0.0, 0.0),
    lon: 8.9,
};

impl Writer {
    fn track(self, way: Way) -> Track {
        let count = ((self.to_s - self.from_s) / self.every_s) as usize;
        let mut rows =
            Rows { elapsed_ns: vec![Rows::NO_TIME; count], utc_ns: vec![Rows::NO_TIME; count], ..Rows::default() };
        for row in 0..count {
            let t = self.from_s + row as f64 * self.every_s;
            let (north, east) = way(t);
            rows.offset.push(row as u64 * 50);
            rows.lat.push(54.1 + (north + self.beside.0) / 111_300.0);
            let lon = self.lon + (east + self.beside.1) / 65_500.0;
            rows.lon.push(if lon > 180.0 { lon - 360.0 } else { lon });
            let told = t + self.ahead_s;
            let of_day = START_S + if self.whole_seconds { told.round() } else { told };
            let ns = (of_day * 1e3).round() as i64 * 1_000_000;
            match self.clock {
                Clock::Utc => rows.utc_ns[row] = ns,
                Clock::Local => rows.local_ns.push(ns),
                Clock::Elapsed => rows.elapsed_ns[row] = (told * NS) as i64,
            }
        }
        rows.stamp = vec![Stamp::Own; count];
        rows.fix = vec![FixState::Valid; count];
        let kind = Kind { subject: Subject::Aircraft, estimate: Estimate::Fused, role: Role::Recorded };
        Track { name: "aircraft".to_owned(), kind, primary: true, simulated: false, rows }
    }
}

fn assert_ahead(what: &str, a: Writer, b: Writer, way: Way, expected_s: f64, within_s: f64) {
    let comparison = two(&a.track(way), &b.track(way));
    let clock = comparison.clock.unwrap_or_else(|| panic!("{what}: no offset"));
    assert!((clock.ahead_s - expected_s).abs() <= within_s, "{what}: {clock:?}, {expected_s} s were made");
    assert_eq!(clock.sureness, Sureness::Sure, "{what}: {}", clock.why);
    let back = two(&b.track(way), &a.track(way)).clock.unwrap_or_else(|| panic!("{what}: no offset back"));
    assert!((back.ahead_s + expected_s).abs() <= within_s, "{what}, the other way around: {back:?}");
}

#[test]
fn offsets_are_found_whatever_the_clocks() {
    let a = WRITER;
    assert_ahead("rates", a, Writer { every_s: 0.4, ahead_s: -7.314, ..a }, loops, -7.314, 0.02);
    assert_ahead("one a second", Writer { every_s: 1.0, ..a }, Writer { ahead_s: 3.2, ..a }, loops, 3.2, 0.1);
    let seconds = Writer { whole_seconds: true, ahead_s: 5.46, ..a };
    assert_ahead("whole seconds", a, seconds, loops, 5.46, 0.1);
    let beside = Writer { beside: (5.0, -4.0), ahead_s: 2.5, ..a };
    assert_ahead("beside", a, beside, loops, 2.5, 0.1);
    let part = Writer { from_s: 130.0, to_s: 420.0, ahead_s: -40.0, ..a };
    assert_ahead("parts that overlap", a, part, loops, -40.0, 0.02);
    let across = Writer { lon: 179.9999, ..a };
    assert_ahead("across the antimeridian", across, Writer { ahead_s: 1.5, ..across }, loops, 1.5, 0.02);
}

#[test]
fn clocks_with_zones_and_zeros_of_their_own() {
    let local = Writer { clock: Clock::Local, ahead_s: -4.0 * 3600.0 + 5.5, ..WRITER };
    assert_ahead("local time", WRITER, local, loops, -4.0 * 3600.0 + 5.5, 0.02);
    let clock = two(&WRITER.track(loops), &local.track(loops)).clock.expect("an offset");
    assert_eq!((clock.zone_s, clock.clock_b), (Some(-14_400), Clock::Local));
    let elapsed = Writer { clock: Clock::Elapsed, ahead_s: 55.69, ..WRITER };
    assert_ahead("elapsed time", WRITER, elapsed, loops, 55.69 - START_S, 0.02);
}

/// What the way does not tell is not made up.
#[test]
fn an_offset_that_the_way_does_not_tell_is_not_sure() {
    let later = Writer { ahead_s: 4.0, ..WRITER };
    let clock = |way: Way| two(&WRITER.track(way), &later.track(way)).clock.expect("an offset");
    let hovering = clock(hover);
    assert_eq!((hovering.sureness, hovering.ahead_s, hovering.interval_s), (Sureness::Ambiguous, 0.0, None));
    // One lap of four is anywhere.
    let lap = Writer { from_s: 90.0, to_s: 150.0, ..later };
    let lapping = two(&WRITER.track(laps), &lap.track(laps)).clock.expect("an offset");
    assert_eq!(lapping.sureness, Sureness::Ambiguous, "{}", lapping.why);
    let near = |s: &f64| (s - 4.0).abs() < 0.1;
    assert!(lapping.others_s.iter().chain([&lapping.ahead_s]).any(near), "{lapping:?}");
    let going = clock(straight);
    assert_eq!(going.sureness, Sureness::Weak, "{going:?}");
    // Hovers by clocks of no common zero are not laid on each other at all.
    let elapsed = Writer { clock: Clock::Elapsed, ..WRITER };
    assert!(two(&WRITER.track(hover), &elapsed.track(hover)).clock.is_none());
}

fn rules(a: (&Track, Told), b: (&Track, Told)) -> Vec<&'static str> {
    let source = |(track, told)| Source { tracks: vec![track], told };
    compare(&source(a), &source(b)).contradictions.iter().map(|found| found.rule).collect()
}

#[test]
fn contradictions_are_found() {
    let (a, b) = (WRITER.track(loops), Writer { ahead_s: 5.0, ..WRITER }.track(loops));
    let ns = |second: f64| ((START_S + second) * NS) as i64;
    let span = Some((ns(0.0), ns(240.0)));
    let told = |serial: &str, on: &[f64], ahead: f64| Told {
        serials: vec![serial.to_owned()],
        motors_on: on.iter().map(|s| ns(s + ahead)).collect(),
        span: span.map(|(from, to)| (from + (ahead * NS) as i64, to + (ahead * NS) as i64)),
        ..Told::default()
    };
    let own = || told("1581F6GKB235K00403NN", &[3.0, 100.0], 0.0);
    assert_eq!(rules((&a, own()), (&b, told("1581F6GKB235K004", &[3.2, 100.1], 5.0))), [""; 0], "a cut serial number");
    assert_eq!(rules((&a, own()), (&b, told("1581F6GKB235K999", &[3.2, 100.1], 5.0))), ["different-aircraft"]);
    assert_eq!(rules((&a, own()), (&b, told("1581F6GKB235K004", &[3.2], 5.0))), ["different-motor-events"]);
    assert_eq!(rules((&a, own()), (&b, told("1581F6GKB235K004", &[3.2, 120.0], 5.0))), ["different-motor-events"]);
    let years = Writer { ahead_s: 3e7, ..WRITER }.track(loops);
    assert_eq!(rules((&a, own()), (&years, Told::default())), ["different-times"]);
    let elsewhere = WRITER.track(|t| (40.0 * (t / 7.0).cos(), 90.0 * (t / 23.0).sin() - 2.0 * t));
    assert_eq!(rules((&a, own()), (&elsewhere, Told::default())), ["different-ways"]);
}

/// A stretch that was moved by 60 m is named, with its time.
#[test]
fn a_stretch_that_was_moved_is_named() {
    let a = WRITER.track(loops);
    let mut b = Writer { ahead_s: 5.0, ..WRITER }.track(loops);
    (1000..1100).for_each(|row| b.rows.lat[row] += 60.0 / 111_300.0);
    let comparison = two(&a, &b);
    let residual = &comparison.pairs[0].residual;
    assert_eq!(residual.beyond, 100, "{:?}", residual.stretches);
    assert_eq!((residual.stretches.len(), residual.stretches[0].offset), (1, 50_000));
    assert!((residual.stretches[0].max_m - 60.0).abs() < 2.0);
    assert_eq!(comparison.contradictions[0].rule, "different-places");
}
