//! The clock of a log: how fast the tick counts, which moment of UTC it counts from, and how well that is known.

use super::super::{Diagnostic, Fact, RawTime, Sink};
use super::header::Header;
use super::moment::Sample;
use super::survey::Survey;
use super::ticks::{Missed, WRAP};
use crate::evidence::{Origin, Span};

/// Turns ticks into the log's own time.
pub struct Clock {
    ns_a_tick: Option<f64>,
    pub missed: Missed,
    /// UTC of tick 0 in nanoseconds, where satellites told it.
    pub zero_utc_ns: Option<i64>,
}

impl Clock {
    /// The tick with the wraps that none shows, of a record at `offset`.
    #[inline]
    pub fn count(&self, tick: i64, offset: u64) -> i64 {
        tick + self.missed.ticks(offset)
    }

    /// Nanoseconds since tick 0 of such a tick.
    #[inline]
    pub fn time(&self, count: i64) -> RawTime {
        RawTime(self.ns_a_tick.map(|ns| (count as f64 * ns).round() as i64))
    }

    /// Ticks in so many nanoseconds; more than any log has where the rate is not known.
    pub fn ticks_in(&self, ns: i64) -> i64 {
        self.ns_a_tick.map_or(i64::MAX, |ns_a_tick| (ns as f64 / ns_a_tick) as i64)
    }
}

/// Tick, wraps counted, and UTC in nanoseconds.
type Point = (i64, i64);

/// How far the header's rate and that of the satellites may differ: crystals differ by parts in a million.
const AGREEING: f64 = 0.01;
/// A rate is measured over at least this much.
const SPAN_NS: i64 = 20_000_000_000;
/// The two clocks of one log differed by 0.2 s, and no outside clock was at hand.
const ACCURACY_S: f64 = 0.2;

/// Sets the clock by the samples of the survey, and tells how.
pub fn set(header: Option<&Header>, survey: &Survey, sink: &mut dyn Sink) -> Clock {
    let stated = header.and_then(|header| header.tick_hz);
    let by_model = header.and_then(Header::model).and_then(|model| model.tick_hz);
    let best = if survey.rtk.list.len() >= 2 { &survey.rtk.list } else { &survey.gnss.list };
    let near = near_rate(best);
    let guess = stated.or(near).or(by_model);
    let missed = guess.map(|hz| missed(best, hz)).unwrap_or_default();
    let [rtk, gnss] = [&survey.rtk, &survey.gnss].map(|samples| unwrapped(&samples.list, &missed));
    let measured = rate(if survey.rtk.list.len() >= 2 { &rtk } else { &gnss });
    let (hz, source) = match (stated, measured, by_model) {
        (Some(stated), Some(measured), _) if (stated / measured - 1.0).abs() > AGREEING => {
            let message = format!(
                "the header says {stated} ticks a second, the satellites' time {measured:.0}: the latter is used, the field of the \
                 header means something else in this log"
            );
            sink.diagnostic(Diagnostic::note("dji-dat/tick-rate", Origin::at(48, 4), message));
            (measured, "measured against the satellites' time")
        }
        (Some(stated), ..) => (stated, "from the header"),
        (None, Some(measured), _) => (measured, "measured against the satellites' time"),
        (None, None, Some(model)) => (model, "by the model, not measured"),
        (None, None, None) if let Some(near) = near => {
            (near, "of the satellites' times next to each other, the log is short")
        }
        (None, None, None) => {
            let message = "neither header nor satellites tell how fast the tick counts: records have no time";
            sink.diagnostic(Diagnostic::note("dji-dat/no-clock", Origin::Item, message));
            return Clock { ns_a_tick: None, missed, zero_utc_ns: None };
        }
    };
    let mut clock = Clock { ns_a_tick: Some(1e9 / hz), missed, zero_utc_ns: None };
    clock.zero_utc_ns = tell(&clock, (hz, source, measured), [&rtk, &gnss], sink);
    for (offset, wraps) in clock.missed.steps() {
        let message = format!(
            "nothing was written here for longer than the tick can count: by the satellites' time {wraps} wraps are missing so far"
        );
        let at = Origin::Bytes(Span { offset: *offset, len: 0 }.into());
        sink.diagnostic(Diagnostic::note("dji-dat/missed-wrap", at, message));
    }
    clock
}

fn tell(
    clock: &Clock,
    (hz, source, measured): (f64, &str, Option<f64>),
    [rtk, gnss]: [&[Point]; 2],
    sink: &mut dyn Sink,
) -> Option<i64> {
    let mut text = format!("clock: {hz:.0} ticks a second, {source}");
    if let Some(measured) = measured {
        text += &format!("; the satellites' time gives {measured:.0}");
    }
    let start = |points: &[Point]| zero(clock, points);
    let (by_rtk, by_gnss) = (start(rtk), start(gnss));
    let best = by_rtk.or(by_gnss);
    match best {
        Some(Zero { utc_ns, residual_ns }) => {
            let (what, count) = if by_rtk.is_some() {
                ("RTK week and ms", rtk.len())
            } else {
                ("whole seconds of the receiver", gnss.len())
            };
            text += &format!(
                "; tick 0 is {} by {count} times {what}, which lie within {:.3} s of it; no better than {ACCURACY_S} s",
                instant(utc_ns),
                residual_ns as f64 / 1e9
            );
            if let (Some(a), Some(b)) = (by_rtk, by_gnss) {
                text += &format!("; the receiver's whole seconds give {:+.3} s", (b.utc_ns - a.utc_ns) as f64 / 1e9);
            }
            sink.fact(Fact::Clock { clock: "gnss", at: Origin::Item });
            sink.fact(Fact::Epoch { utc_ns, at: Origin::Item });
        }
        None => text += "; no satellite time in the log, UTC is unknown",
    }
    sink.fact(Fact::Note { text, at: Origin::Item });
    best.map(|zero| zero.utc_ns)
}

fn instant(utc_ns: i64) -> String {
    chrono::DateTime::from_timestamp_nanos(utc_ns).to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// The moment of tick 0.
#[derive(Clone, Copy)]
struct Zero {
    utc_ns: i64,
    /// Nineteen of twenty samples lie this close.
    residual_ns: i64,
}

/// The median over all samples: records are written late at times, never early by as much.
fn zero(clock: &Clock, points: &[Point]) -> Option<Zero> {
    let mut zeros: Vec<i64> = points
        .iter()
        .filter_map(|(tick, utc)| Some(utc.saturating_sub((*tick as f64 * clock.ns_a_tick?).round() as i64)))
        .collect();
    zeros.sort_unstable();
    let utc_ns = *zeros.get(zeros.len() / 2)?;
    let mut off: Vec<i64> = zeros.iter().map(|zero| (zero - utc_ns).abs()).collect();
    off.sort_unstable();
    Some(Zero { utc_ns, residual_ns: *off.get(off.len() * 19 / 20)? })
}

/// Ticks a second, as the median over pairs that are half the log apart.
fn rate(points: &[Point]) -> Option<f64> {
    let half = points.len() / 2;
    let pairs = points.iter().zip(points.get(half.max(1)..)?);
    let mut rates: Vec<f64> = pairs
        .filter(|(a, b)| b.1 - a.1 >= SPAN_NS && b.0 > a.0)
        .map(|(a, b)| (b.0 - a.0) as f64 * 1e9 / (b.1 - a.1) as f64)
        .collect();
    rates.sort_unstable_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied()
}

/// Ticks a second from samples that stand next to each other, where no wrap can be missing.
fn near_rate(samples: &[Sample]) -> Option<f64> {
    let mut rates: Vec<f64> = samples
        .windows(2)
        .filter_map(|pair| {
            let [a, b] = pair else { return None };
            let (ticks, ns) = (b.tick - a.tick, b.utc_ns - a.utc_ns);
            (ticks > 0 && (1..=10_000_000_000).contains(&ns)).then(|| ticks as f64 * 1e9 / ns as f64)
        })
        .collect();
    rates.sort_unstable_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied()
}

/// Where more time passed than ticks: whole wraps that the greatest step of the tick in between hides.
fn missed(samples: &[Sample], hz: f64) -> Missed {
    let mut missed = Missed::default();
    for pair in samples.windows(2) {
        let [a, b] = pair else { continue };
        let expected = (b.utc_ns.saturating_sub(a.utc_ns)) as f64 / 1e9 * hz;
        let lacking = expected - (b.tick - a.tick) as f64;
        let wraps = (lacking / WRAP as f64).round();
        // The rest must be what a rate that is a little wrong leaves.
        let rest = (lacking - wraps * WRAP as f64).abs();
        if (1.0..1e6).contains(&wraps)
            && rest < 0.05 * expected + 10.0 * hz
            && let Some((offset, _)) = b.step
        {
            missed.add(offset, wraps as i64);
        }
    }
    missed
}

/// Tick and UTC of samples, missed wraps counted.
fn unwrapped(samples: &[Sample], missed: &Missed) -> Vec<Point> {
    // A sample stands behind the step that it saw; those before it stand before the next one.
    let mut reached = 0;
    samples
        .iter()
        .map(|sample| {
            reached = sample.step.map_or(reached, |(offset, _)| offset.max(reached));
            (sample.tick + missed.ticks(reached), sample.utc_ns)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HZ: i64 = 3_840_000;
    const NS: i64 = 1_000_000_000;

    fn sample(second: i64, lost_wraps: i64) -> Sample {
        Sample { tick: second * HZ - lost_wraps * WRAP, utc_ns: second * NS, step: Some((second as u64, HZ)) }
    }

    #[test]
    fn rate_and_zero_follow_from_samples_over_a_missed_wrap() {
        // A link gap of 25 minutes hides one wrap of 18.6 minutes.
        let samples: Vec<Sample> = (0..60).map(|s| sample(s, 0)).chain((1560..1620).map(|s| sample(s, 1))).collect();
        assert_eq!(near_rate(&samples), Some(HZ as f64));
        let missed = missed(&samples, HZ as f64 * 1.001);
        assert_eq!(missed.steps(), [(1560, 1)]);
        let points = unwrapped(&samples, &missed);
        assert_eq!(rate(&points), Some(HZ as f64));
        let clock = Clock { ns_a_tick: Some(1e9 / HZ as f64), missed, zero_utc_ns: None };
        let zero = zero(&clock, &points).expect("samples");
        assert!(zero.utc_ns.abs() < 1000 && zero.residual_ns < 1000, "{}", zero.utc_ns);
        assert_eq!(clock.time(clock.count(1600 * HZ - WRAP, 1600)).0, Some(1600 * NS));
    }
}
