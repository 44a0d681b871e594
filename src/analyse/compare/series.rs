//! A track as a curve: places on a plane over the time of its own clock, in the order of that time. Between two fixes the curve
//! is a straight line; here alone, for fixes of another source stand between them.

use geo::Coord;

use crate::analyse::fence::plane::Scale;
use crate::track::{FixState, Rows, Track};

/// Which of a track's clocks its times are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Clock {
    Utc,
    /// Local time whose offset is not stated, as if it were UTC.
    Local,
    /// The source's own clock, from a zero of its own.
    Elapsed,
}

/// Fixes further apart than this, seconds, have nothing between them.
const GAP_S: f64 = 5.0;
/// Clocks are taken from a column that so many of the fixes have.
const MOST: f64 = 0.9;
const NS: f64 = 1e9;

/// The plane that two curves are laid on: metres north and east of a place between them.
#[derive(Clone, Copy, Debug)]
pub struct Plane {
    pub centre: Coord<f64>,
    scale: Scale,
}

impl Plane {
    pub fn about(track: &Track) -> Option<Self> {
        let row = track.rows.fixes().next()?;
        let centre = Coord { x: *track.rows.lon.get(row)?, y: *track.rows.lat.get(row)? };
        Some(Plane { centre, scale: Scale::at(centre.y) })
    }

    fn place(&self, lat: f64, lon: f64) -> Coord<f64> {
        // The short way around, where the antimeridian lies between.
        let east = (lon - self.centre.x + 540.0).rem_euclid(360.0) - 180.0;
        self.scale.metres(Coord { x: east, y: lat - self.centre.y })
    }
}

/// A fix of the curve.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// Seconds since [`Series::base_ns`].
    pub t: f64,
    /// Metres east and north on the plane.
    pub at: Coord<f64>,
    /// The row of the track.
    pub row: usize,
}

/// A track as a curve.
#[derive(Clone, Debug)]
pub struct Series {
    pub clock: Clock,
    /// Nanoseconds by that clock that the times count from.
    pub base_ns: i64,
    pub points: Vec<Point>,
    /// The source writes whole seconds.
    pub whole_seconds: bool,
    /// Fractions of them come from its own elapsed time.
    pub is_spaced: bool,
}

impl Series {
    /// Valid fixes with a time; suspect ones and those whose bytes may be wrong are left out. `None` without two of them.
    pub fn of(track: &Track, plane: &Plane) -> Option<Self> {
        let rows = &track.rows;
        let fixes: Vec<usize> = rows
            .fixes()
            .filter(|row| rows.fix[*row] == FixState::Valid && rows.doubtful.binary_search(row).is_err())
            .collect();
        let clock = clock_of(rows, &fixes)?;
        let stamps: Vec<(usize, i64)> = fixes.iter().filter_map(|row| Some((*row, time(rows, clock, *row)?))).collect();
        let base_ns = stamps.first()?.1;
        let seconds = |ns: i64| ns.saturating_sub(base_ns) as f64 / NS;
        let whole_seconds = clock != Clock::Elapsed && stamps.iter().all(|(_, ns)| ns % 1_000_000_000 == 0);
        let mut times: Vec<f64> = stamps.iter().map(|(_, ns)| seconds(*ns)).collect();
        let mut is_spaced = false;
        if whole_seconds {
            is_spaced = space_by_elapsed(rows, &stamps, &mut times);
            if !is_spaced {
                spread(&mut times);
            }
        }
        let point =
            |(&(row, _), t): (&(usize, i64), f64)| Point { t, at: plane.place(rows.lat[row], rows.lon[row]), row };
        let mut points: Vec<Point> = stamps.iter().zip(times).map(point).collect();
        points.sort_by(|a, b| a.t.total_cmp(&b.t));
        (points.len() >= 2).then_some(Series { clock, base_ns, points, whole_seconds, is_spaced })
    }

    pub fn start(&self) -> f64 {
        self.points.first().map_or(0.0, |point| point.t)
    }

    pub fn end(&self) -> f64 {
        self.points.last().map_or(0.0, |point| point.t)
    }

    pub fn duration(&self) -> f64 {
        self.end() - self.start()
    }

    /// Root mean square distance of the fixes from their middle, metres.
    pub fn motion_m(&self) -> f64 {
        let count = self.points.len().max(1) as f64;
        let middle = self.points.iter().fold(Coord::zero(), |sum, point| sum + point.at) / count;
        let square = |off: Coord<f64>| off.x * off.x + off.y * off.y;
        (self.points.iter().map(|point| square(point.at - middle)).sum::<f64>() / count).sqrt()
    }

    /// The fixes before and behind a time, and how far between them it is; `None` outside and in gaps.
    pub fn around(&self, t: f64) -> Option<(&Point, &Point, f64)> {
        let behind = self.points.partition_point(|point| point.t <= t);
        if behind == self.points.len() {
            let last = self.points.last().filter(|last| last.t == t)?;
            return Some((last, last, 0.0));
        }
        let (before, next) = (self.points.get(behind.checked_sub(1)?)?, self.points.get(behind)?);
        let span = next.t - before.t;
        (span <= GAP_S).then(|| (before, next, (t - before.t) / span))
    }

    pub fn at(&self, t: f64) -> Option<Coord<f64>> {
        let (before, behind, part) = self.around(t)?;
        Some(before.at + (behind.at - before.at) * part)
    }

    /// Every n-th fix, so that at most `most` are left.
    pub fn thinned(&self, most: usize) -> Vec<Point> {
        let step = self.points.len().div_ceil(most.max(1)).max(1);
        self.points.iter().step_by(step).copied().collect()
    }
}

fn time(rows: &Rows, clock: Clock, row: usize) -> Option<i64> {
    match clock {
        Clock::Utc => rows.utc(row),
        Clock::Local => rows.local(row),
        Clock::Elapsed => rows.elapsed(row),
    }
}

fn clock_of(rows: &Rows, fixes: &[usize]) -> Option<Clock> {
    let has = |clock: Clock| fixes.iter().filter(|row| time(rows, clock, **row).is_some()).count();
    let enough = (fixes.len() as f64 * MOST).max(2.0);
    [Clock::Utc, Clock::Local, Clock::Elapsed].into_iter().find(|clock| has(*clock) as f64 >= enough)
}

/// Whole seconds with a finer elapsed time beside them: that time, laid so that the seconds are as often above as below it.
/// Rounded seconds are met exactly so, cut ones are half a second later in truth.
fn space_by_elapsed(rows: &Rows, stamps: &[(usize, i64)], times: &mut [f64]) -> bool {
    let elapsed: Option<Vec<i64>> = stamps.iter().map(|(row, _)| rows.elapsed(*row)).collect();
    let Some(elapsed) = elapsed.filter(|all| all.iter().any(|ns| ns % 1_000_000_000 != 0)) else { return false };
    let first = elapsed.first().copied().unwrap_or(0);
    let own = |ns: i64| ns.saturating_sub(first) as f64 / NS;
    let off = || times.iter().zip(&elapsed).map(|(t, ns)| t - own(*ns));
    let (least, most) = off().fold((f64::MAX, f64::MIN), |(least, most), off| (least.min(off), most.max(off)));
    // More than the second that whole seconds may be off by: the two are no one clock.
    if most - least > 1.5 {
        return false;
    }
    let middle = (least + most) / 2.0;
    times.iter_mut().zip(&elapsed).for_each(|(t, ns)| *t = own(*ns) + middle);
    true
}

/// Several fixes a whole second, and nothing that parts them: laid evenly about it.
fn spread(times: &mut [f64]) {
    for group in times.chunk_by_mut(|a, b| a == b) {
        let count = group.len() as f64;
        group.iter_mut().enumerate().for_each(|(k, t)| *t += (k as f64 + 0.5) / count - 0.5);
    }
}
