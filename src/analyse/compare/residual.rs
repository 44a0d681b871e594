//! What is left between two tracks when their clocks are laid on each other: distances and height differences, row by row.

use geo::Coord;
use serde::Serialize;

use super::series::{Point, Series};
use crate::analyse::fence::accuracy::Accuracy;
use crate::analyse::fence::plane::step_m;
use crate::track::{HEIGHTS, Track, utc_text};

/// A sorted lot of figures, metres.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spread {
    pub mean_m: f64,
    pub p50_m: f64,
    pub p95_m: f64,
    pub max_m: f64,
}

/// Heights against one reference.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HeightResidual {
    /// What both are measured from.
    pub reference: String,
    pub rows: u64,
    /// Mean of second less first.
    pub shift_m: f64,
    /// Of the absolute differences.
    #[serde(flatten)]
    pub spread: Spread,
}

/// A run of rows in which the two differ by more than they may.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stretch {
    pub rows: u64,
    /// By the second source's clock.
    pub from: String,
    pub to: String,
    pub max_m: f64,
    /// Offset of its first row's record in the second source.
    pub offset: u64,
}

/// What is left between two tracks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Residual {
    /// Fixes of the second track that lie between two of the first.
    pub rows: u64,
    pub overlap_s: f64,
    /// Horizontal distances.
    pub horizontal: Spread,
    /// Mean of second less first, metres.
    pub shift_north_m: f64,
    pub shift_east_m: f64,
    /// Distances when that shift is taken out, 95 of 100 rows.
    pub p95_without_shift_m: f64,
    pub heights: Vec<HeightResidual>,
    /// Rows that differ by more than three times their stated errors, the uncertainty of the offset counted in.
    pub beyond: u64,
    pub stretches: Vec<Stretch>,
}

/// Stretches that are listed.
const MOST_STRETCHES: usize = 20;
/// So many standard deviations are no chance.
const BEYOND: f64 = 3.0;

/// `offset_s`: of the second curve's times over those of the first; `sure_s`: how far it may be off.
pub fn residual(
    (track_a, a): (&Track, &Series),
    (track_b, b): (&Track, &Series),
    offset_s: f64,
    sure_s: f64,
) -> Option<Residual> {
    let (accuracy_a, accuracy_b) =
        (Accuracy::of(&track_a.rows, track_a.kind), Accuracy::of(&track_b.rows, track_b.kind));
    let place = |track: &Track, row: usize| Coord { x: track.rows.lon[row], y: track.rows.lat[row] };
    let shared: Vec<&str> = HEIGHTS
        .iter()
        .copied()
        .filter(|name| *name != "height.unknown")
        .filter(|name| track_a.rows.column(name).is_some() && track_b.rows.column(name).is_some())
        .collect();
    let mut heights: Vec<Vec<f64>> = vec![Vec::new(); shared.len()];
    let mut distances = Vec::new();
    let mut shifts = Vec::new();
    let (mut first, mut last) = (None, None);
    let mut beyond = 0;
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut is_open = false;
    for point in &b.points {
        let Some((before, behind, part)) = a.around(point.t - offset_s) else {
            is_open = false;
            continue;
        };
        let metres = {
            let (from, mut to) = (place(track_a, before.row), place(track_a, behind.row));
            // The short way around, where the antimeridian lies between.
            to.x = from.x + (to.x - from.x + 540.0).rem_euclid(360.0) - 180.0;
            step_m(from + (to - from) * part, place(track_b, point.row))
        };
        let speed = if behind.t > before.t {
            let way = behind.at - before.at;
            way.x.hypot(way.y) / (behind.t - before.t)
        } else {
            0.0
        };
        first.get_or_insert(point.t);
        last = Some(point.t);
        distances.push(metres);
        shifts.push(point.at - (before.at + (behind.at - before.at) * part));
        for (name, differences) in shared.iter().zip(&mut heights) {
            let of_a = track_a.rows.value(name, before.row).zip(track_a.rows.value(name, behind.row));
            if let (Some((low, high)), Some(of_b)) = (of_a, track_b.rows.value(name, point.row)) {
                let (low, high) = (f64::from(low), f64::from(high));
                differences.push(f64::from(of_b) - (low + (high - low) * part));
            }
        }
        let sigma_a = accuracy_a.of_fix(before.row).metres.max(accuracy_a.of_fix(behind.row).metres);
        let sigma = sigma_a.hypot(accuracy_b.of_fix(point.row).metres);
        if metres <= BEYOND * sigma + speed * sure_s {
            is_open = false;
            continue;
        }
        beyond += 1;
        let when = clock_text(track_b, b, point);
        if let Some(open) = stretches.last_mut().filter(|_| is_open) {
            open.rows += 1;
            open.to = when;
            open.max_m = open.max_m.max(rounded(metres));
        } else if stretches.len() < MOST_STRETCHES {
            let offset = track_b.rows.offset[point.row];
            stretches.push(Stretch { rows: 1, from: when.clone(), to: when, max_m: rounded(metres), offset });
            is_open = true;
        }
    }
    let count = distances.len() as f64;
    let shift = shifts.iter().fold(Coord::zero(), |sum: Coord<f64>, shift| sum + *shift) / count;
    let without: Vec<f64> = shifts.iter().map(|at| (at.x - shift.x).hypot(at.y - shift.y)).collect();
    let height = |(name, differences): (&&str, Vec<f64>)| {
        let shift = differences.iter().sum::<f64>() / differences.len() as f64;
        let rows = differences.len() as u64;
        let spread = spread(differences.into_iter().map(f64::abs).collect())?;
        let reference = name.trim_start_matches("height.").to_owned();
        Some(HeightResidual { reference, rows, shift_m: rounded(shift), spread })
    };
    Some(Residual {
        rows: distances.len() as u64,
        overlap_s: rounded(last? - first?),
        horizontal: spread(distances)?,
        shift_north_m: rounded(shift.y),
        shift_east_m: rounded(shift.x),
        p95_without_shift_m: spread(without)?.p95_m,
        heights: shared.iter().zip(heights).filter_map(height).collect(),
        beyond,
        stretches,
    })
}

/// A row's time in words, by its source's own clock.
fn clock_text(track: &Track, series: &Series, point: &Point) -> String {
    match track.rows.utc(point.row) {
        Some(utc) => utc_text(utc),
        None => format!("{:.1} s", point.t + series.base_ns as f64 / 1e9),
    }
}

fn spread(mut all: Vec<f64>) -> Option<Spread> {
    all.sort_unstable_by(f64::total_cmp);
    let part = |percent: usize| all.get((all.len() * percent).div_ceil(100).saturating_sub(1)).copied();
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    Some(Spread {
        mean_m: rounded(mean),
        p50_m: rounded(part(50)?),
        p95_m: rounded(part(95)?),
        max_m: rounded(all.last().copied()?),
    })
}

/// To the millimetre.
fn rounded(metres: f64) -> f64 {
    (metres * 1e3).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nearest rank, as tables of percentiles have it.
    #[test]
    fn percentiles_are_members() {
        let all: Vec<f64> = (1..=20).rev().map(f64::from).collect();
        let expected = Spread { mean_m: 10.5, p50_m: 10.0, p95_m: 19.0, max_m: 20.0 };
        assert_eq!(spread(all), Some(expected));
        assert_eq!(spread(Vec::new()), None);
    }
}
