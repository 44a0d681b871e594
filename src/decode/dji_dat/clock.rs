//! The clock of a log: how fast the tick counts, which moment of UTC it counts from, and how well that is known.

use super::super::{Diagnostic, Fact, RawTime, Sink};
use super::header::Header;
use super::runs::{self, Epoch, Runs};
use super::survey::Survey;
use crate::evidence::{Origin, Span};

/// Turns ticks into the log's own time.
pub struct Clock {
    ns_a_tick: Option<f64>,
    pub runs: Runs,
    /// UTC of tick 0 in nanoseconds, where satellites told it.
    pub zero_utc_ns: Option<i64>,
}

impl Clock {
    /// The tick of a record at `offset`, counted on over wraps that none shows and over new runs; none in a run whose place in
    /// time is not known.
    #[inline]
    pub fn count(&self, tick: i64, offset: u64) -> Option<i64> {
        self.runs.shifts.of(tick, offset)
    }

    /// Nanoseconds since tick 0 of such a tick.
    #[inline]
    pub fn time(&self, count: Option<i64>) -> RawTime {
        RawTime(self.ns_a_tick.zip(count).map(|(ns, count)| (count as f64 * ns).round() as i64))
    }

    /// Ticks in so many nanoseconds; more than any log has where the rate is not known.
    pub fn ticks_in(&self, ns: i64) -> i64 {
        self.ns_a_tick.map_or(i64::MAX, |ns_a_tick| (ns as f64 / ns_a_tick) as i64)
    }
}

/// How far the header's rate and that of the satellites may differ: crystals differ by parts in a million.
const AGREEING: f64 = 0.01;
/// The two clocks of one log differed by 0.2 s, and no outside clock was at hand.
const ACCURACY_S: f64 = 0.2;

/// Sets the clock by the samples of the survey, and tells how.
pub fn set(header: Option<&Header>, survey: &Survey, sink: &mut dyn Sink) -> Clock {
    tell_implausible(survey, sink);
    let stated = header.and_then(|header| header.tick_hz);
    let by_model = header.and_then(Header::model).and_then(|model| model.tick_hz);
    let best = if survey.rtk.list.len() >= 2 { &survey.rtk.list } else { &survey.gnss.list };
    let near = runs::near_rate(best);
    let is_wrong = |stated: f64| near.is_some_and(|near| (stated / near - 1.0).abs() > AGREEING);
    let guess = stated.filter(|stated| !is_wrong(*stated)).or(near).or(by_model);
    let earliest = header.and_then(Header::built_ns).unwrap_or(i64::MIN);
    let runs = Runs::of(best, guess, &survey.falls.list, earliest);
    let measured = runs.rate(best);
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
        (None, None, Some(by_model)) => (by_model, "by the model, not measured"),
        (None, None, None) if let Some(near) = near => {
            (near, "of the satellites' times next to each other, the log is short")
        }
        (None, None, None) => {
            let message = "neither header nor satellites tell how fast the tick counts: records have no time";
            sink.diagnostic(Diagnostic::note("dji-dat/no-clock", Origin::Item, message));
            return Clock { ns_a_tick: None, runs, zero_utc_ns: None };
        }
    };
    let epochs = [&survey.rtk, &survey.gnss]
        .map(|samples| Epoch::of(&runs.points(&samples.list), hz, measured.unwrap_or(hz), earliest));
    let zero_utc_ns = tell((hz, source, measured), epochs, survey.implausible.is_some(), sink);
    tell_runs(&runs, zero_utc_ns, hz, sink);
    if let (Some(zero), Some(header)) = (zero_utc_ns, header.filter(|_| zero_utc_ns.is_some_and(|ns| ns < earliest))) {
        let message = format!(
            "by the satellites' time the log was begun on {}, before its firmware was built ({}): the date is wrong, as where a \
             receiver's count of weeks began anew; the time of day may be right",
            instant(zero),
            header.build
        );
        sink.diagnostic(Diagnostic::note("dji-dat/before-build", Origin::at(16, 32), message));
    }
    Clock { ns_a_tick: Some(1e9 / hz), runs, zero_utc_ns }
}

fn tell_implausible(survey: &Survey, sink: &mut dyn Sink) {
    let Some((count, first, utc_ns)) = survey.implausible else { return };
    let message = format!(
        "{count} times of the satellites lie outside 2010 to 2100, the first is {}: the receiver had no date yet, or its count of \
         weeks began anew; they are not used",
        instant(utc_ns)
    );
    let at = Origin::Bytes(Span { offset: first, len: 0 }.into());
    sink.diagnostic(Diagnostic::note("dji-dat/date", at, message));
}

fn tell_runs(runs: &Runs, zero_utc_ns: Option<i64>, hz: f64, sink: &mut dyn Sink) {
    let at = |offset: u64| Origin::Bytes(Span { offset, len: 0 }.into());
    for (offset, wraps) in &runs.missed {
        let message = format!(
            "nothing was written here for longer than the tick can count: by the satellites' time {wraps} wraps are missing so far"
        );
        sink.diagnostic(Diagnostic::note("dji-dat/missed-wrap", at(*offset), message));
    }
    for (offset, shift) in &runs.begins {
        let place = match (shift, zero_utc_ns) {
            (Some(shift), Some(zero)) => {
                let begun = zero.saturating_add((*shift as f64 / hz * 1e9) as i64);
                format!("by the satellites' time its tick 0 is {}, and its records have their own UTC", instant(begun))
            }
            _ => "no time of the satellites says when, its records have no time".to_owned(),
        };
        let message = format!(
            "the tick does not go on here as the time does: a new run after another power-on, or a receiver that changed its date \
             while nothing was written; {place}"
        );
        sink.diagnostic(Diagnostic::note("dji-dat/new-run", at(*offset), message));
    }
}

fn tell(
    (hz, source, measured): (f64, &str, Option<f64>),
    [by_rtk, by_gnss]: [Option<Epoch>; 2],
    is_implausible: bool,
    sink: &mut dyn Sink,
) -> Option<i64> {
    let mut text = format!("clock: {hz:.0} ticks a second, {source}");
    if let Some(measured) = measured {
        text += &format!("; the satellites' time gives {measured:.0}");
    }
    let what = if by_rtk.is_some() { "RTK week and ms" } else { "whole seconds of the receiver" };
    let best = by_rtk.or(by_gnss);
    match best {
        Some(Epoch { utc_ns, residual_ns, used, all }) => {
            text += &format!(
                "; tick 0 is {} by {used} times {what}, which lie within {:.3} s of it; no better than {ACCURACY_S} s",
                instant(utc_ns),
                residual_ns as f64 / 1e9
            );
            if used < all {
                let message = format!(
                    "{} of {all} times {what} do not fit the others by more than a second: the receiver changed its date or time \
                     while the tick ran on; the clock is set by the other {used}",
                    all - used
                );
                sink.diagnostic(Diagnostic::note("dji-dat/clock-jump", Origin::Item, message));
            }
            if let (Some(a), Some(b)) = (by_rtk, by_gnss) {
                text += &format!("; the receiver's whole seconds give {:+.3} s", (b.utc_ns - a.utc_ns) as f64 / 1e9);
            }
            sink.fact(Fact::Clock { clock: "gnss", at: Origin::Item });
            sink.fact(Fact::Epoch { utc_ns, at: Origin::Item });
        }
        None if is_implausible => text += "; no time of the satellites can be right, UTC is unknown",
        None => text += "; no satellite time in the log, UTC is unknown",
    }
    sink.fact(Fact::Note { text, at: Origin::Item });
    best.map(|epoch| epoch.utc_ns)
}

fn instant(utc_ns: i64) -> String {
    chrono::DateTime::from_timestamp_nanos(utc_ns).to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
