//! Two sources of one flight: how far their clocks are apart, how far their places and heights are apart then, and where they
//! contradict each other. The offset of the clocks comes from the way alone, so clocks of any zero and zone are compared.

mod contradiction;
mod offset;
mod residual;
mod series;

use serde::Serialize;

pub use contradiction::{Contradiction, Told};
pub use residual::{HeightResidual, Residual, Spread, Stretch};
pub use series::Clock;

use crate::track::{FixState, Role, Track, utc_text};
use offset::{Fit, Search, fit_at, search};
use residual::residual;
use series::{Plane, Series};

/// One of the two, with what of it is compared.
pub struct Source<'t> {
    pub tracks: Vec<&'t Track>,
    pub told: Told,
}

/// What came of the comparison.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// `None` when no two tracks could be laid on each other.
    pub clock: Option<ClockOffset>,
    /// Best fit first.
    pub pairs: Vec<Pair>,
    pub contradictions: Vec<Contradiction>,
    pub notes: Vec<String>,
}

/// How sure an offset is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sureness {
    /// The way allows no other.
    Sure,
    /// The way tells little: see the interval.
    Weak,
    /// Other offsets fit nearly as well, or the aircraft hardly moved.
    Ambiguous,
}

impl Sureness {
    pub fn as_str(self) -> &'static str {
        match self {
            Sureness::Sure => "sure",
            Sureness::Weak => "weak",
            Sureness::Ambiguous => "ambiguous",
        }
    }
}

/// The offset between the clocks of the two sources.
#[derive(Clone, Debug, Serialize)]
pub struct ClockOffset {
    /// Seconds that the second clock is ahead of the first; between clocks with different zeros, the second's reading less the
    /// first's.
    pub ahead_s: f64,
    /// Half of the interval that holds the offset with 95 %, by spread and motion.
    pub interval_s: Option<f64>,
    /// What whole seconds leave open beside it, either way.
    pub stamps_s: f64,
    pub sureness: Sureness,
    pub why: String,
    pub clock_a: Clock,
    pub clock_b: Clock,
    /// The quarter of an hour nearest to the offset, where one clock shows local time.
    pub zone_s: Option<i64>,
    /// The tracks that it comes from.
    pub track_a: String,
    pub track_b: String,
    /// Other offsets that fit nearly as well.
    pub others_s: Vec<f64>,
}

/// Two tracks, and what is left between them at the offset of the clocks.
#[derive(Clone, Debug, Serialize)]
pub struct Pair {
    pub track_a: String,
    pub track_b: String,
    /// The offset by this pair alone.
    pub own_ahead_s: Option<f64>,
    pub own_interval_s: Option<f64>,
    #[serde(flatten)]
    pub residual: Residual,
}

/// Below this share of the motion in the overlap the two show different ways.
const SAME_WAY: f64 = 0.8;
/// Root mean square distance from the middle, metres, in which there is a way at all.
const LEAST_MOTION_M: f64 = 0.3;
/// Up to this a way may be the noise of two receivers.
const HOVER_M: f64 = 20.0;
/// Another offset fits nearly as well when it leaves less than so many times what the best leaves, over at least such a part of
/// its motion.
const NEARLY: f64 = 2.0;
const NEARLY_OF: f64 = 0.3;
/// Differences below this, metres, are the digits of the sources.
const DIGITS_M: f64 = 0.05;
/// 95 % of a normal distribution.
const NORMAL_95: f64 = 1.96;
/// Intervals above this are no sure offset, seconds.
const SURE_S: f64 = 0.5;
/// Pairs that are laid on each other.
const MOST_PAIRS: usize = 64;

/// Two tracks as curves, and the offset that they give.
struct Laid<'t> {
    a: (&'t Track, Series),
    b: (&'t Track, Series),
    search: Search,
}

impl Laid<'_> {
    /// Readings of the second clock less readings of the first, seconds, at an offset of the curves.
    fn ahead_s(&self, offset_s: f64) -> f64 {
        offset_s + (self.b.1.base_ns.saturating_sub(self.a.1.base_ns)) as f64 / 1e9
    }

    fn offset_s(&self, ahead_s: f64) -> f64 {
        ahead_s - (self.b.1.base_ns.saturating_sub(self.a.1.base_ns)) as f64 / 1e9
    }

    fn is_same_way(&self) -> bool {
        self.search.best.explained_there() >= SAME_WAY
    }

    fn clocks(&self) -> (Clock, Clock) {
        (self.a.1.clock, self.b.1.clock)
    }

    /// Too much of a way, or too far away, for the noise of two receivers at one place.
    fn is_other_way(&self) -> bool {
        let shift = self.search.best.shift;
        self.motion_m() > HOVER_M || shift.x.hypot(shift.y) > HOVER_M
    }

    /// Of the one that moves less.
    fn motion_m(&self) -> f64 {
        self.a.1.motion_m().min(self.b.1.motion_m())
    }

    /// Both, by more than the noise of a receiver.
    fn moves(&self) -> bool {
        self.motion_m() >= LEAST_MOTION_M
    }
}

/// Compares every recorded track of the one with every one of the other of the same subject.
pub fn compare(a: &Source<'_>, b: &Source<'_>) -> Comparison {
    let mut notes = Vec::new();
    let mut laid = lay(a, b, &mut notes);
    // The pair that leaves least sets the clock.
    laid.sort_by(|x, y| {
        let rank = |laid: &Laid<'_>| (!laid.is_same_way(), laid.search.best.left_m);
        let ((x_other, x_left), (y_other, y_left)) = (rank(x), rank(y));
        x_other.cmp(&y_other).then(x_left.total_cmp(&y_left))
    });
    let clock = laid.first().and_then(clock_offset);
    let mut pairs: Vec<Pair> = Vec::new();
    if let Some(clock) = &clock {
        let sure_s = clock.interval_s.unwrap_or(0.0) + clock.stamps_s;
        pairs.extend(laid.iter().filter_map(|laid| pair(laid, clock, sure_s)));
        pairs.sort_by(|x, y| x.residual.horizontal.p95_m.total_cmp(&y.residual.horizontal.p95_m));
        notes.extend(laid.first().into_iter().flat_map(stamp_notes));
        notes.push(
            "places and heights of the first source are interpolated between its fixes at the times of the second one's; \
             nothing else in this program does so, and no output holds such a place"
                .to_owned(),
        );
    }
    let ways = contradiction::Ways {
        is_other_way: !laid.is_empty() && clock.is_none() && laid.iter().all(Laid::is_other_way),
        clock: clock.as_ref(),
        best: pairs.first(),
    };
    let contradictions = contradiction::contradictions(&a.told, &b.told, &ways);
    Comparison { clock, pairs, contradictions, notes }
}

fn lay<'t>(a: &Source<'t>, b: &Source<'t>, notes: &mut Vec<String>) -> Vec<Laid<'t>> {
    let usable = |track: &&&'t Track| track.kind.role == Role::Recorded && track.rows.fix.contains(&FixState::Valid);
    let mut pairs = Vec::new();
    for track_a in a.tracks.iter().filter(usable) {
        for track_b in b.tracks.iter().filter(usable).filter(|b| b.kind.subject == track_a.kind.subject) {
            pairs.push((*track_a, *track_b));
        }
    }
    if pairs.len() > MOST_PAIRS {
        notes.push(format!(
            "{} pairs of tracks could be compared; the first {MOST_PAIRS} were: choose with --tracks",
            pairs.len()
        ));
        pairs.truncate(MOST_PAIRS);
    }
    let lay = |(track_a, track_b): (&'t Track, &'t Track)| {
        let plane = Plane::about(track_b)?;
        let (a, b) = (Series::of(track_a, &plane)?, Series::of(track_b, &plane)?);
        let search = search(&a, &b)?;
        Some(Laid { a: (track_a, a), b: (track_b, b), search })
    };
    pairs.into_iter().filter_map(lay).collect()
}

/// `None` when the two show different ways and no clock tells that they are of one time.
fn clock_offset(laid: &Laid<'_>) -> Option<ClockOffset> {
    let Search { best, others, sigma_s, .. } = &laid.search;
    let (clock_a, clock_b) = laid.clocks();
    let is_utc = clock_a == Clock::Utc && clock_b == Clock::Utc;
    let left = |fit: &Fit| fit.left_m.max(DIGITS_M);
    let near: Vec<f64> = others
        .iter()
        .filter(|fit| left(fit) < NEARLY * left(best) && fit.weight() > NEARLY_OF * best.weight())
        .map(|fit| milliseconds(laid.ahead_s(fit.offset_s)))
        .collect();
    let mut ahead_s = laid.ahead_s(best.offset_s);
    let interval_s = Some(NORMAL_95 * sigma_s).filter(|s| s.is_finite()).map(milliseconds);
    let (sureness, why) = if !laid.moves() || !laid.is_same_way() {
        // Where the way tells nothing, clocks of one scale are taken at their word, if the two then lie together.
        if !is_utc {
            return None;
        }
        let by_clocks = fit_at(&laid.a.1, &laid.b.1, laid.offset_s(0.0))?;
        // A way of many metres that does not fit is another way.
        if laid.motion_m() > HOVER_M || by_clocks.shift.x.hypot(by_clocks.shift.y) > HOVER_M {
            return None;
        }
        ahead_s = 0.0;
        let why = format!(
            "the aircraft hardly moved ({:.1} m about its middle), no more than the two differ by: the way tells no offset, both \
             clocks are taken at their word",
            laid.motion_m()
        );
        (Sureness::Ambiguous, why)
    } else if !near.is_empty() {
        let why = format!(
            "{} other offsets fit nearly as well: the way repeats itself, or too little of it overlaps",
            near.len()
        );
        (Sureness::Ambiguous, why)
    } else if interval_s.is_none_or(|s| s > SURE_S) {
        let why =
            format!("{:.2} m are left, and a straight way at an even speed does not part time from place", best.left_m);
        (Sureness::Weak, why)
    } else {
        let why = format!(
            "{:.1} % of the motion is explained and {:.2} m (root mean square) are left; the next best offset leaves {}",
            best.explained_there() * 100.0,
            best.left_m,
            others.first().map_or_else(|| "nothing to compare with".to_owned(), |fit| format!("{:.1} m", fit.left_m))
        );
        (Sureness::Sure, why)
    };
    let is_taken_at_word = ahead_s == 0.0 && sureness == Sureness::Ambiguous;
    let local = clock_a == Clock::Local || clock_b == Clock::Local;
    Some(ClockOffset {
        ahead_s: milliseconds(ahead_s),
        interval_s: interval_s.filter(|_| !is_taken_at_word),
        stamps_s: if laid.a.1.whole_seconds || laid.b.1.whole_seconds { 0.5 } else { 0.0 },
        sureness,
        why,
        clock_a,
        clock_b,
        zone_s: (local && clock_a != clock_b)
            .then(|| (ahead_s / 900.0).round() as i64 * 900)
            .filter(|s| s.abs() <= 50_400),
        track_a: laid.a.0.name.clone(),
        track_b: laid.b.0.name.clone(),
        others_s: near,
    })
}

fn pair(laid: &Laid<'_>, clock: &ClockOffset, sure_s: f64) -> Option<Pair> {
    let offset_s = laid.offset_s(clock.ahead_s);
    let own = Some(&laid.search).filter(|_| laid.is_same_way() && laid.moves());
    Some(Pair {
        track_a: laid.a.0.name.clone(),
        track_b: laid.b.0.name.clone(),
        own_ahead_s: own.map(|search| milliseconds(laid.ahead_s(search.best.offset_s))),
        own_interval_s: own.map(|search| NORMAL_95 * search.sigma_s).filter(|s| s.is_finite()).map(milliseconds),
        residual: residual((laid.a.0, &laid.a.1), (laid.b.0, &laid.b.1), offset_s, sure_s)?,
    })
}

/// What the stamps of the sources leave open.
fn stamp_notes(laid: &Laid<'_>) -> Vec<String> {
    let note = |(which, (track, series)): (&str, &(&Track, Series))| {
        let first = track.rows.fixes().find_map(|row| track.rows.utc(row)).map(utc_text);
        series.whole_seconds.then(|| {
            let how = if series.is_spaced {
                "its own elapsed times stand between them, laid so that the seconds are as often above as below: exact where the \
                 seconds are rounded, half a second early where they are cut"
            } else {
                "fixes of one second are laid evenly about it"
            };
            format!("the {which} source ({}) writes whole seconds (first {}): {how}", track.name, first.unwrap_or_default())
        })
    };
    [("first", &laid.a), ("second", &laid.b)].into_iter().filter_map(note).collect()
}

fn milliseconds(seconds: f64) -> f64 {
    (seconds * 1e3).round() / 1e3
}
