//! The runs of a log: stretches in which the tick counts on. A counter wraps unseen while nothing is written, begins anew at every
//! power-on, and receivers change their date; the ticks and the satellites' times together tell these apart.

use super::moment::Sample;
use super::ticks::{Shifts, WRAP};

/// Tick, counted on, and UTC in nanoseconds.
pub type Point = (i64, i64);

/// The runs of one log, on the tick of the first one that satellites tell the time of.
#[derive(Default)]
pub struct Runs {
    pub shifts: Shifts,
    /// Where wraps are missing that no tick shows: offset, and how many so far in the run.
    pub missed: Vec<(u64, i64)>,
    /// Where runs behind the first begin: offset, and ticks to add; none where no satellite tells.
    pub begins: Vec<(u64, Option<i64>)>,
    /// Ticks a second as far as is known without a measurement.
    hz: Option<f64>,
}

const SECOND_NS: f64 = 1e9;
/// A rate is measured over at least this much.
const SPAN_NS: i64 = 20_000_000_000;
/// Seconds by which times and ticks differ where records were written late and seconds are whole.
const LATE_S: f64 = 3.0;
/// The rate may be a little wrong while it is a guess.
const WRONG: f64 = 0.002;
/// Ticks in this many seconds between two records are a step: records come many times a second.
const STEP_S: f64 = 1.0;

impl Runs {
    /// By samples in the order of the file, `hz` ticks a second as far as is known, and the places where the tick falls back.
    /// No sample before `earliest` can be right.
    pub fn of(samples: &[Sample], hz: Option<f64>, falls: &[u64], earliest: i64) -> Runs {
        let Some(hz) = hz else {
            let begins: Vec<(u64, Option<i64>)> = falls.iter().map(|at| (*at, None)).collect();
            return Runs { shifts: Shifts::new(begins.clone()), missed: Vec::new(), begins, hz: None };
        };
        let (breaks, missed) = breaks(samples, hz, falls);
        // Without new runs all is one; each has its wraps.
        let mut steps: Vec<(u64, Option<i64>)> = missed.iter().map(|(at, wraps)| (*at, Some(wraps * WRAP))).collect();
        let wrapped = Shifts::new(steps.clone());
        let epoch_of = |from: u64, to: u64| {
            let inside = samples.iter().filter(|sample| (from..to).contains(&sample.at));
            let points: Vec<Point> =
                inside.filter_map(|sample| Some((wrapped.of(sample.tick, sample.at)?, sample.utc_ns))).collect();
            Epoch::of(&points, hz, hz, earliest).map(|epoch| epoch.utc_ns)
        };
        let starts: Vec<u64> = std::iter::once(0).chain(breaks).collect();
        let ends = starts.iter().skip(1).copied().chain([u64::MAX]);
        let epochs: Vec<(u64, Option<i64>)> =
            starts.iter().zip(ends).map(|(from, to)| (*from, epoch_of(*from, to))).collect();
        if epochs.len() == 1 {
            return Runs { shifts: wrapped, missed, begins: Vec::new(), hz: Some(hz) };
        }
        let base = epochs.iter().find_map(|(_, epoch)| *epoch);
        let is_first_known = epochs.first().is_some_and(|(_, epoch)| epoch.is_some()) || base.is_none();
        let shift = |epoch: Option<i64>| {
            let (base, own) = base.zip(epoch)?;
            Some((own.saturating_sub(base) as f64 / SECOND_NS * hz).round() as i64)
        };
        let begins: Vec<(u64, Option<i64>)> =
            epochs.iter().skip(1).map(|(from, epoch)| (*from, shift(*epoch))).collect();
        let first = if is_first_known { Some(0) } else { None };
        let run_of = |offset: u64| {
            let behind = begins.partition_point(|(from, _)| *from <= offset);
            behind.checked_sub(1).and_then(|at| begins.get(at)).map_or(first, |(_, shift)| *shift)
        };
        steps = steps.into_iter().map(|(at, wraps)| (at, wraps.zip(run_of(at)).map(|(a, b)| a + b))).collect();
        steps.extend(begins.iter().filter(|(at, _)| missed.iter().all(|(missed, _)| missed != at)));
        steps.push((0, first));
        steps.sort_by_key(|(at, _)| *at);
        Runs { shifts: Shifts::new(steps), missed, begins, hz: Some(hz) }
    }

    /// Tick and UTC of samples, on the tick of the first run.
    pub fn points(&self, samples: &[Sample]) -> Vec<Point> {
        samples.iter().filter_map(|sample| Some((self.shifts.of(sample.tick, sample.at)?, sample.utc_ns))).collect()
    }

    /// Ticks a second in the longest stretch in which tick and time go on together: the median over pairs that are half of it
    /// apart.
    pub fn rate(&self, samples: &[Sample]) -> Option<f64> {
        let run = |sample: &Sample| self.begins.partition_point(|(from, _)| *from <= sample.at);
        let counted = |sample: &Sample| self.shifts.of(sample.tick, sample.at).unwrap_or(sample.tick);
        let goes_on = |a: &Sample, b: &Sample| {
            run(a) == run(b)
                && self.hz.is_none_or(|hz| {
                    let expected = b.utc_ns.saturating_sub(a.utc_ns) as f64 / SECOND_NS * hz;
                    (expected - (counted(b) - counted(a)) as f64).abs() <= tolerance(expected, hz)
                })
        };
        let longest = samples.chunk_by(goes_on).max_by_key(|stretch| stretch.len())?;
        let points: Vec<Point> = longest.iter().map(|sample| (counted(sample), sample.utc_ns)).collect();
        let half = points.len() / 2;
        let pairs = points.iter().zip(points.get(half.max(1)..)?);
        let rates = pairs
            .filter(|(a, b)| b.1.saturating_sub(a.1) >= SPAN_NS && b.0 > a.0)
            .map(|(a, b)| (b.0 - a.0) as f64 * SECOND_NS / b.1.saturating_sub(a.1) as f64);
        median(rates.collect())
    }
}

/// Ticks a second from samples that stand next to each other, where no wrap can be missing.
pub fn near_rate(samples: &[Sample]) -> Option<f64> {
    let rates = samples.windows(2).filter_map(|pair| {
        let [a, b] = pair else { return None };
        let (ticks, ns) = (b.tick - a.tick, b.utc_ns.saturating_sub(a.utc_ns));
        (ticks > 0 && (1..=10_000_000_000).contains(&ns)).then(|| ticks as f64 * SECOND_NS / ns as f64)
    });
    median(rates.collect())
}

fn median(mut rates: Vec<f64>) -> Option<f64> {
    rates.sort_unstable_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied()
}

/// Ticks by which so many that are expected may be wrong.
fn tolerance(expected: f64, hz: f64) -> f64 {
    (expected.abs() * WRONG + LATE_S * hz).min(WRAP as f64 / 8.0)
}

/// Where runs begin behind the first one, and where wraps are missing: between two samples that more or less time lies between
/// than ticks, at the greatest step of the tick. Where there is no step, it is the receiver whose time jumps.
fn breaks(samples: &[Sample], hz: f64, falls: &[u64]) -> (Vec<u64>, Vec<(u64, i64)>) {
    let (mut begins, mut missed) = (falls.to_vec(), Vec::new());
    let mut wraps_so_far = 0;
    for pair in samples.windows(2) {
        let [a, b] = pair else { continue };
        if falls.iter().any(|at| (a.at + 1..=b.at).contains(at)) {
            wraps_so_far = 0;
            continue;
        }
        let expected = b.utc_ns.saturating_sub(a.utc_ns) as f64 / SECOND_NS * hz;
        let lacking = expected - (b.tick - a.tick) as f64;
        let tolerance = tolerance(expected, hz);
        let Some((offset, _)) = b.step.filter(|(_, step)| *step as f64 >= STEP_S * hz) else { continue };
        if lacking.abs() <= tolerance {
            continue;
        }
        let wraps = (lacking / WRAP as f64).round();
        if (1.0..1e6).contains(&wraps) && (lacking - wraps * WRAP as f64).abs() <= tolerance {
            wraps_so_far += wraps as i64;
            missed.push((offset, wraps_so_far));
        } else {
            wraps_so_far = 0;
            begins.push(offset);
        }
    }
    begins.sort_unstable();
    begins.dedup();
    (begins, missed)
}

/// The moment of tick 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch {
    pub utc_ns: i64,
    /// Nineteen of twenty of the samples that were used lie this close.
    pub residual_ns: i64,
    /// Samples that agree to a second, and all of them.
    pub used: usize,
    pub all: usize,
}

/// Samples of one clock lie within this of each other, and more than half a second is left for records that were written late.
const TOGETHER_NS: i64 = 1_500_000_000;

impl Epoch {
    /// At `hz` ticks a second: the median over the greatest group of samples that agree, those before `earliest` only where there
    /// are no others. They agree at the `measured` rate, which need not be that of the header to the last digit.
    pub fn of(points: &[Point], hz: f64, measured: f64, earliest: i64) -> Option<Epoch> {
        let zero = |(tick, utc): &Point, hz: f64| utc.saturating_sub((*tick as f64 * SECOND_NS / hz).round() as i64);
        let both = |point: &Point| (zero(point, measured), zero(point, hz));
        let mut zeros: Vec<(i64, i64)> = points.iter().filter(|(_, utc)| *utc >= earliest).map(both).collect();
        if zeros.is_empty() {
            zeros = points.iter().map(both).collect();
        }
        zeros.sort_unstable();
        let mut best = 0..0;
        let mut from = 0;
        for to in 1..=zeros.len() {
            let (last, _) = zeros.get(to - 1)?;
            while zeros.get(from).is_some_and(|(first, _)| last.saturating_sub(*first) > TOGETHER_NS) {
                from += 1;
            }
            if to - from > best.len() {
                best = from..to;
            }
        }
        let mut group: Vec<i64> = zeros.get(best)?.iter().map(|(_, zero)| *zero).collect();
        group.sort_unstable();
        let utc_ns = *group.get(group.len() / 2)?;
        let mut off: Vec<i64> = group.iter().map(|zero| (zero - utc_ns).abs()).collect();
        off.sort_unstable();
        let residual_ns = *off.get(off.len() * 19 / 20)?;
        Some(Epoch { utc_ns, residual_ns, used: group.len(), all: points.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HZ: i64 = 3_840_000;
    const NS: i64 = 1_000_000_000;

    /// The sample of one second of the tick, and of UTC; the offset is the second of UTC.
    fn sample(tick_s: i64, utc_s: i64, step_s: i64) -> Sample {
        let step = Some((utc_s as u64, step_s * HZ));
        Sample { at: utc_s as u64, tick: tick_s * HZ, utc_ns: utc_s * NS, step }
    }

    fn steady(tick_s: i64, utc_s: i64) -> Sample {
        Sample { step: Some((utc_s as u64, HZ / 5)), ..sample(tick_s, utc_s, 0) }
    }

    #[test]
    fn rate_and_epoch_follow_from_samples_over_a_missed_wrap() {
        // A link gap of 25 minutes hides one wrap of 18.6 minutes.
        let behind = |s: i64| Sample { tick: s * HZ - WRAP, ..steady(s, s) };
        let step = Sample { step: Some((1560, 1500 * HZ - WRAP)), ..behind(1560) };
        let samples: Vec<Sample> =
            (0..60).map(|s| steady(s, s)).chain([step]).chain((1561..1620).map(behind)).collect();
        assert_eq!(near_rate(&samples), Some(HZ as f64));
        let runs = Runs::of(&samples, Some(HZ as f64 * 1.001), &[], 0);
        assert_eq!((runs.missed.as_slice(), runs.begins.len()), (&[(1560, 1)][..], 0));
        assert_eq!(runs.rate(&samples), Some(HZ as f64));
        let epoch = Epoch::of(&runs.points(&samples), HZ as f64, HZ as f64, 0).expect("samples");
        assert!(epoch.utc_ns.abs() < 1000 && epoch.residual_ns < 1000, "{epoch:?}");
        assert_eq!(runs.shifts.of(1600 * HZ - WRAP, 1600), Some(1600 * HZ));
    }

    /// A minute, an hour without power, another minute: each run has its own UTC.
    #[test]
    fn a_second_power_on_has_its_own_time() {
        let again = |s: i64| steady(s, 3600 + s);
        let samples: Vec<Sample> =
            (100..160).map(|s| steady(s, s)).chain([sample(5, 3605, 155)]).chain((6..60).map(again)).collect();
        let runs = Runs::of(&samples, Some(HZ as f64), &[], 0);
        assert_eq!(runs.begins, [(3605, Some(3600 * HZ))]);
        assert_eq!(runs.shifts.of(150 * HZ, 150), Some(150 * HZ));
        assert_eq!(runs.shifts.of(20 * HZ, 3620), Some(3620 * HZ));
        // One that no satellite tells of has no time, the others keep theirs.
        let runs = Runs::of(samples.get(..60).unwrap_or_default(), Some(HZ as f64), &[3605], 0);
        assert_eq!((runs.shifts.of(150 * HZ, 150), runs.shifts.of(20 * HZ, 3620)), (Some(150 * HZ), None));
        let runs = Runs::of(samples.get(60..).unwrap_or_default(), Some(HZ as f64), &[3605], 0);
        assert_eq!((runs.shifts.of(150 * HZ, 150), runs.shifts.of(20 * HZ, 3620)), (None, Some(20 * HZ)));
    }

    /// A receiver that finds its date while the tick runs on: no run begins, no wrap is missing, the greater group counts.
    #[test]
    fn a_date_that_jumps_moves_nothing() {
        let year = 31_536_000;
        let samples: Vec<Sample> = (0..20).map(|s| steady(s, s)).chain((20..60).map(|s| steady(s, s + year))).collect();
        let runs = Runs::of(&samples, Some(HZ as f64), &[], 0);
        assert_eq!((runs.missed.len(), runs.begins.len()), (0, 0));
        assert_eq!(runs.rate(&samples), Some(HZ as f64));
        let epoch = Epoch::of(&runs.points(&samples), HZ as f64, HZ as f64, 0).expect("samples");
        assert_eq!((epoch.utc_ns, epoch.used, epoch.all), (year * NS, 40, 60));
        // What lies before the firmware was built is not believed, however often it is said.
        let epoch = Epoch::of(&runs.points(samples.get(..25).unwrap_or_default()), HZ as f64, HZ as f64, NS * 100)
            .expect("samples");
        assert_eq!((epoch.utc_ns, epoch.used), (year * NS, 5));
    }
}
