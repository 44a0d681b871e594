//! Where two sources of one flight contradict each other. Each is an observation with its threshold and innocent causes, never a
//! verdict.

use serde::Serialize;

use super::{ClockOffset, Pair};
use crate::track::utc_text;

/// What a source tells beside its tracks.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Of the aircraft.
    pub serials: Vec<String>,
    /// UTC in nanoseconds of each start and stop of the motors.
    pub motors_on: Vec<i64>,
    pub motors_off: Vec<i64>,
    /// First and last moment that it covers, UTC in nanoseconds.
    pub span: Option<(i64, i64)>,
}

/// One observation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contradiction {
    /// Stable id of the rule.
    pub rule: &'static str,
    pub observation: String,
    pub threshold: &'static str,
    pub innocent_causes: &'static [&'static str],
}

/// What the ways came to.
pub struct Ways<'c> {
    /// Both move, and no offset lays them on each other.
    pub is_other_way: bool,
    pub clock: Option<&'c ClockOffset>,
    /// The pair of tracks that agrees best.
    pub best: Option<&'c Pair>,
}

/// Starts of one flight differ by less than this, seconds: one source tells the command, the other the state.
const SAME_START_S: f64 = 3.0;
/// Clocks of phones and aircraft are off by seconds; by more they were set wrong.
const CLOCK_S: f64 = 60.0;
/// Rows that may be beyond their stated errors: one in a hundred, and never fewer than this.
const FEW: u64 = 10;
/// A serial number that is cut has at least so many characters.
const LEAST_SERIAL: usize = 8;

pub fn contradictions(a: &Told, b: &Told, ways: &Ways<'_>) -> Vec<Contradiction> {
    let all = [serials(a, b), way(ways), clocks(ways), positions(ways)];
    all.into_iter().flatten().chain(motors(a, b, ways.clock)).collect()
}

fn serials(a: &Told, b: &Told) -> Option<Contradiction> {
    let is_same = |x: &String, y: &String| {
        let cut = x.len().min(y.len());
        x == y || cut >= LEAST_SERIAL && (x.starts_with(y.as_str()) || y.starts_with(x.as_str()))
    };
    let differ = !a.serials.is_empty() && !b.serials.is_empty();
    let agree = a.serials.iter().any(|x| b.serials.iter().any(|y| is_same(x, y)));
    (differ && !agree).then(|| Contradiction {
        rule: "different-aircraft",
        observation: format!("the first names aircraft {}, the second {}", a.serials.join(", "), b.serials.join(", ")),
        threshold: "no serial number of the one is, or begins, one of the other",
        innocent_causes: &["two aircraft that flew together", "a flight controller that was exchanged"],
    })
}

fn way(ways: &Ways<'_>) -> Option<Contradiction> {
    ways.is_other_way.then(|| Contradiction {
        rule: "different-ways",
        observation: "no offset of the clocks lays the one way on the other".to_owned(),
        threshold: "the best offset explains less than 80 % of the motion where the two overlap",
        innocent_causes: &["two flights, or two parts of one", "a source of which most is lost"],
    })
}

fn clocks(ways: &Ways<'_>) -> Option<Contradiction> {
    let clock = ways.clock?;
    let off = clock.zone_s.map_or(clock.ahead_s, |zone| clock.ahead_s - zone as f64);
    let are_absolute =
        clock.zone_s.is_some() || clock.clock_a == clock.clock_b && clock.clock_a != super::Clock::Elapsed;
    (are_absolute && off.abs() > CLOCK_S).then(|| Contradiction {
        rule: "different-times",
        observation: format!("by their own clocks the same way was flown {:.1} s apart", off.abs()),
        threshold: "clocks that both show the time of day differ by more than 60 s",
        innocent_causes: &["a phone or a computer whose clock was set wrong", "local time that is labelled UTC"],
    })
}

fn positions(ways: &Ways<'_>) -> Option<Contradiction> {
    let pair = ways.best?;
    let residual = &pair.residual;
    let worst = residual.stretches.iter().max_by(|x, y| x.max_m.total_cmp(&y.max_m))?;
    (residual.beyond >= FEW.max(residual.rows / 100)).then(|| Contradiction {
        rule: "different-places",
        observation: format!(
            "{} of {} rows of {} and {} differ by more than their stated errors, by {:.1} m at most, from {} to {}",
            residual.beyond, residual.rows, pair.track_a, pair.track_b, worst.max_m, worst.from, worst.to
        ),
        threshold: "three standard deviations of both together and the uncertainty of the offset, in one row of a hundred",
        innocent_causes: &[
            "estimates of different receivers, or with and without corrections of a base station",
            "a source that smooths or rounds its places",
            "an offset that is ambiguous",
        ],
    })
}

/// Starts and stops of the motors, in the time that both cover.
fn motors(a: &Told, b: &Told, clock: Option<&ClockOffset>) -> Vec<Contradiction> {
    let Some(clock) = clock.filter(|c| c.clock_a == super::Clock::Utc && c.clock_b == super::Clock::Utc) else {
        return Vec::new();
    };
    let Some(((from_a, to_a), (from_b, to_b))) = a.span.zip(b.span) else { return Vec::new() };
    let ahead_ns = (clock.ahead_s * 1e9) as i64;
    let slack_ns = (SAME_START_S * 1e9) as i64;
    let from = from_a.max(from_b.saturating_sub(ahead_ns)).saturating_sub(slack_ns);
    let to = to_a.min(to_b.saturating_sub(ahead_ns)).saturating_add(slack_ns);
    let within = |times: &[i64], ahead: i64| -> Vec<i64> {
        times.iter().map(|t| t.saturating_sub(ahead)).filter(|t| (from..=to).contains(t)).collect()
    };
    let mut found = Vec::new();
    for (what, of_a, of_b) in [("starts", &a.motors_on, &b.motors_on), ("stops", &a.motors_off, &b.motors_off)] {
        // A source that tells of no motors at all contradicts nothing.
        if of_a.is_empty() || of_b.is_empty() {
            continue;
        }
        let (of_a, of_b) = (within(of_a, 0), within(of_b, ahead_ns));
        if of_a.len() != of_b.len() {
            found.push(Contradiction {
                rule: "different-motor-events",
                observation: format!(
                    "in the time that both cover the first has {} motor {what}, the second {}",
                    of_a.len(),
                    of_b.len()
                ),
                threshold: "numbers that differ",
                innocent_causes: &["a source that was cut, or begins later"],
            });
            continue;
        }
        for (x, y) in of_a.iter().zip(&of_b) {
            let off = y.saturating_sub(*x) as f64 / 1e9;
            if off.abs() > SAME_START_S {
                found.push(Contradiction {
                    rule: "different-motor-events",
                    observation: format!(
                        "motor {what}: {} by the first, {:.1} s {} by the second, its clock set right",
                        utc_text(*x),
                        off.abs(),
                        if off > 0.0 { "later" } else { "earlier" }
                    ),
                    threshold: "more than 3 s apart once the clocks are laid on each other",
                    innocent_causes: &["one source tells the command and the other the state"],
                });
            }
        }
    }
    found
}
