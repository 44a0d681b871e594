//! How far one clock is ahead of another, by the way that both sources tell of. Tried is every offset at which enough of the two
//! overlaps, coarsely first, then finely about the best; a constant shift between the two places costs little, for receivers have
//! one.

use geo::Coord;

use super::series::{Point, Series};

/// Fixes that the coarse search looks at, and offsets that it tries.
const COARSE_FIXES: usize = 400;
const COARSE_OFFSETS: f64 = 20_000.0;
const COARSE_STEP_S: f64 = 0.5;
/// Fixes that the fine search looks at.
const FINE_FIXES: usize = 3_000;
/// Places in the coarse search that are looked at finely.
const CANDIDATES: usize = 8;
/// Steps of the fine search about the best so far: each round is ten times finer.
const ROUND: i32 = 12;
const FINEST_S: f64 = 0.001;
const MOST_ROUNDS: usize = 16;
/// A square metre of shift between the two counts as so much of a square metre of spread, up to what receivers lie beside each
/// other.
const SHIFT_WEIGHT: f64 = 0.01;
const MOST_SHIFT_M: f64 = 15.0;
/// Share of the motion in the overlap that a good fit explains.
const WELL: f64 = 0.95;
/// Two sources that agree better than this, metres, do so by their digits.
const LEAST_NOISE_M: f64 = 0.02;
/// Seconds, and fixes, that must overlap.
const LEAST_OVERLAP_S: f64 = 5.0;
const LEAST_FIXES: usize = 5;
/// Offsets nearer to each other than this, seconds, are one.
const APART_S: f64 = 3.0;

/// One offset and how it fits.
#[derive(Clone, Copy, Debug)]
pub struct Fit {
    /// Seconds to add to a time of the first curve to have that of the second.
    pub offset_s: f64,
    /// How much of the shorter curve's motion the other one explains, 1 at most; what has no counterpart is not explained.
    pub explained: f64,
    /// Root mean square of what is left where the two overlap, metres.
    pub left_m: f64,
    /// Root mean square distance of the shorter one's fixes from their middle there, metres.
    pub motion_m: f64,
    /// Fixes of it that have a counterpart.
    pub met: usize,
    /// Mean of second less first, metres.
    pub shift: Coord<f64>,
}

impl Fit {
    /// How much of the motion in the overlap is explained.
    pub fn explained_there(&self) -> f64 {
        if self.motion_m > 0.0 { 1.0 - (self.left_m / self.motion_m).powi(2) } else { 0.0 }
    }

    /// Motion that rests on so many fixes, for comparing overlaps.
    pub fn weight(&self) -> f64 {
        self.motion_m * self.motion_m * self.met as f64
    }
}

/// What the search came to.
#[derive(Clone, Debug)]
pub struct Search {
    pub best: Fit,
    /// Other offsets that were looked at finely, best first.
    pub others: Vec<Fit>,
    /// One standard deviation of the best by the spread and the motion, seconds; infinite where the motion tells nothing.
    pub sigma_s: f64,
}

/// The offset of the clocks of `b` and `a`, by their own bases; `None` when they never overlap enough.
pub fn search(a: &Series, b: &Series) -> Option<Search> {
    // The motion of the shorter one must be found in the longer one.
    if a.duration() < b.duration() {
        let search = search_in(b, a)?;
        let turned = |fit: &Fit| Fit { offset_s: -fit.offset_s, shift: fit.shift * -1.0, ..*fit };
        let others = search.others.iter().map(turned).collect();
        return Some(Search { best: turned(&search.best), others, ..search });
    }
    search_in(a, b)
}

/// How one given offset fits.
pub fn fit_at(a: &Series, b: &Series, offset_s: f64) -> Option<Fit> {
    if a.duration() < b.duration() {
        let fit = Motion::of(a.thinned(FINE_FIXES)).fit(b, -offset_s)?;
        return Some(Fit { offset_s, shift: fit.shift * -1.0, ..fit });
    }
    Motion::of(b.thinned(FINE_FIXES)).fit(a, offset_s)
}

fn search_in(long: &Series, short: &Series) -> Option<Search> {
    let least = LEAST_OVERLAP_S.min(short.duration() / 2.0);
    let from = short.start() - long.end() + least;
    let to = short.end() - long.start() - least;
    let step = COARSE_STEP_S.max((to - from) / COARSE_OFFSETS);
    let count = ((to - from) / step).ceil().max(0.0) as usize;
    let coarse = Motion::of(short.thinned(COARSE_FIXES));
    let scores: Vec<f64> =
        (0..=count).map(|n| coarse.fit(long, from + n as f64 * step).map_or(f64::MIN, |fit| fit.explained)).collect();
    let mut peaks: Vec<usize> = (0..scores.len())
        .filter(|&n| {
            let beside = |n: Option<usize>| n.and_then(|n| scores.get(n)).copied().unwrap_or(f64::MIN);
            let own = beside(Some(n));
            own > f64::MIN && own >= beside(n.checked_sub(1)) && own > beside(Some(n + 1))
        })
        .collect();
    peaks.sort_by(|x, y| scores[*y].total_cmp(&scores[*x]));
    let fine = Motion::of(short.thinned(FINE_FIXES));
    let mut fits: Vec<Fit> = Vec::new();
    for peak in peaks {
        let near = from + peak as f64 * step;
        if fits.len() >= CANDIDATES {
            break;
        }
        if fits.iter().any(|fit| (fit.offset_s - near).abs() < APART_S) {
            continue;
        }
        fits.extend(refine(&fine, long, near, step));
    }
    // An overlap that fits well goes before a longer one that does not.
    let is_loose = |fit: &Fit| fit.explained_there() < WELL;
    fits.sort_by(|x, y| is_loose(x).cmp(&is_loose(y)).then(y.explained.total_cmp(&x.explained)));
    let best = *fits.first()?;
    let others: Vec<Fit> =
        fits.into_iter().skip(1).filter(|fit| (fit.offset_s - best.offset_s).abs() >= APART_S).collect();
    Some(Search { best, others, sigma_s: fine.sigma(long, &best) })
}

/// Looks about an offset for what fits best where the two overlap: how much overlaps was settled coarsely.
fn refine(motion: &Motion, long: &Series, near: f64, coarse_step: f64) -> Option<Fit> {
    let mut best = motion.fit(long, near)?;
    let least_met = best.met * 4 / 5;
    let mut step = coarse_step / f64::from(ROUND) * 2.0;
    for _ in 0..MOST_ROUNDS {
        let (centre, mut at_edge) = (best.offset_s, false);
        for n in -ROUND..=ROUND {
            if let Some(fit) = motion.fit(long, centre + f64::from(n) * step)
                && fit.met >= least_met
                && fit.explained_there() > best.explained_there()
            {
                (best, at_edge) = (fit, n.abs() == ROUND);
            }
        }
        if at_edge {
            continue;
        }
        if step <= FINEST_S {
            break;
        }
        step = (step / 10.0).max(FINEST_S);
    }
    Some(best)
}

/// The fixes of the shorter curve.
struct Motion {
    points: Vec<Point>,
    middle: Coord<f64>,
    /// Mean square distance from the middle.
    energy: f64,
}

impl Motion {
    fn of(points: Vec<Point>) -> Self {
        let count = points.len().max(1) as f64;
        let middle = points.iter().fold(Coord::zero(), |sum, point| sum + point.at) / count;
        let energy = points.iter().map(|point| square(point.at - middle)).sum::<f64>() / count;
        Motion { points, middle, energy }
    }

    /// Second less first at each fix of the shorter one.
    fn differences<'m>(&'m self, long: &'m Series, offset_s: f64) -> impl Iterator<Item = Option<Coord<f64>>> + 'm {
        self.points.iter().map(move |point| Some(point.at - long.at(point.t - offset_s)?))
    }

    /// `None` when too little overlaps.
    fn fit(&self, long: &Series, offset_s: f64) -> Option<Fit> {
        let (mut sum, mut squares, mut met, mut unmet) = (Coord::zero(), 0.0, 0usize, 0.0);
        let (mut place, mut places) = (Coord::zero(), 0.0);
        for (difference, point) in self.differences(long, offset_s).zip(&self.points) {
            let from_middle = point.at - self.middle;
            match difference {
                Some(difference) => {
                    sum = sum + difference;
                    squares += square(difference);
                    place = place + from_middle;
                    places += square(from_middle);
                    met += 1;
                }
                None => unmet += square(from_middle),
            }
        }
        if met < LEAST_FIXES.min(self.points.len()) || met == 0 {
            return None;
        }
        let count = met as f64;
        let shift = sum / count;
        let shift_m = square(shift).sqrt();
        let cost = SHIFT_WEIGHT * shift_m * shift_m + (shift_m - MOST_SHIFT_M).max(0.0).powi(2);
        let left = (squares / count - shift_m * shift_m).max(0.0) + cost;
        let motion = (places / count - square(place / count)).max(0.0);
        let unexplained = (left * count + unmet) / self.points.len() as f64;
        let explained = if self.energy > 0.0 { 1.0 - unexplained / self.energy } else { 0.0 };
        Some(Fit { offset_s, explained, left_m: left.sqrt(), motion_m: motion.sqrt(), met, shift })
    }

    /// By the method of least squares for an offset and a shift, with fewer independent fixes where what is left changes slowly.
    fn sigma(&self, long: &Series, fit: &Fit) -> f64 {
        /// Seconds on either side over which a velocity is taken.
        const HALF_S: f64 = 0.5;
        let mut left: Vec<Coord<f64>> = Vec::new();
        let mut velocities: Vec<Coord<f64>> = Vec::new();
        for (difference, point) in self.differences(long, fit.offset_s).zip(&self.points) {
            let t = point.t - fit.offset_s;
            let ends = long.at(t + HALF_S).zip(long.at(t - HALF_S));
            if let (Some(difference), Some((to, from))) = (difference, ends) {
                left.push(difference - fit.shift);
                velocities.push((to - from) / (2.0 * HALF_S));
            }
        }
        let count = left.len() as f64;
        if left.len() < LEAST_FIXES {
            return f64::INFINITY;
        }
        let mean = velocities.iter().fold(Coord::zero(), |sum, v| sum + *v) / count;
        let information: f64 = velocities.iter().map(|v| square(*v - mean)).sum();
        let squares: f64 = left.iter().map(|d| square(*d)).sum();
        let lag: f64 = left.windows(2).map(|pair| pair[0].x * pair[1].x + pair[0].y * pair[1].y).sum();
        let correlation = if squares > 0.0 { (lag / squares).clamp(0.0, 0.999) } else { 0.0 };
        let variance = (squares / (2.0 * count - 3.0).max(1.0)).max(LEAST_NOISE_M * LEAST_NOISE_M);
        let by_fixes = variance / information * (1.0 + correlation) / (1.0 - correlation);
        by_fixes.sqrt().max(FINEST_S)
    }
}

fn square(metres: Coord<f64>) -> f64 {
    metres.x * metres.x + metres.y * metres.y
}
