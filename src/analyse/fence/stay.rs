//! One stay inside as it is told: entry and exit, the way between them, the heights, the fixes that it rests on.

use super::encounter::{Entry, UsedFix, UsedFixes, rounded_m};
use super::path::{Path, Stretch};
use super::plane::geodesic_m;

/// `between` are the parts of the path between floor and ceiling, `None` when that cannot be told.
pub fn entry(path: &Path<'_>, stay: Stretch, between: Option<&[Stretch]>) -> Entry {
    let (enter, exit) = (path.moment(stay.from), path.moment(stay.to));
    let (enter_lat, enter_lon) = path.lat_lon(stay.from);
    let (exit_lat, exit_lon) = path.lat_lon(stay.to);
    let fixes = path.fixes_in(stay);
    let way_step = fixes.len().div_ceil(MOST_PLACES).max(1);
    let pieces = path.pieces_in(stay);
    let seconds = |ns: Option<i64>| ns.map(|ns| ns as f64 / 1e9);
    let path_m = path.length_m(stay);
    let straight_m = geodesic_m(path.at(stay.from), path.at(stay.to));
    let (enter_height, exit_height) = (path.height(stay.from), path.height(stay.to));
    let references = [enter_height, exit_height].map(|height| height.map(|(_, reference)| reference));
    let height_reference = match references {
        [Some(a), Some(b)] if a != b => None,
        [a, b] => a.or(b),
    };
    let height = |height: Option<(f64, &str)>| height_reference.and(height).map(|(metres, _)| metres);
    Entry {
        enter_utc_ns: enter.utc_ns,
        exit_utc_ns: exit.utc_ns,
        enter_local_ns: enter.local_ns,
        exit_local_ns: exit.local_ns,
        enter_elapsed_s: seconds(enter.elapsed_ns),
        exit_elapsed_s: seconds(exit.elapsed_ns),
        dwell_s: exit.since(enter).filter(|dwell| *dwell >= 0.0),
        enter_lat,
        enter_lon,
        exit_lat,
        exit_lon,
        path_m: rounded_m(path_m),
        recorded_fixes_inside: fixes.len(),
        interpolated: path.fix_at(stay.from).is_none() || path.fix_at(stay.to).is_none(),
        starts_inside: path.fix_at(stay.from) == Some(0),
        ends_inside: path.fix_at(stay.to) == Some(path.last()),
        over_gap: pieces.clone().any(|piece| path.is_gap(piece)),
        gap_s: path.longest_gap_s(stay),
        straight_m: rounded_m(straight_m),
        transit_ratio: (straight_m >= LEAST_CHORD_M).then(|| (path_m / straight_m * 1e4).round() / 1e4),
        enter_height_m: height(enter_height),
        exit_height_m: height(exit_height),
        height_reference,
        dwell_in_height_s: between.and_then(|between| seconds_between(path, stay, between)),
        fixes: UsedFixes {
            first: used(path, path.fixes_around(stay.from).0),
            last: used(path, path.fixes_around(stay.to).1),
        },
        way: path.way(stay, way_step),
        way_step,
        weak: fixes.clone().all(|fix| path.is_suspect(fix)) && pieces.clone().all(|piece| path.is_weak(piece)),
    }
}

/// Places of the way inside that are kept: encounters stay in memory when the track is gone.
const MOST_PLACES: usize = 4096;
/// A stay that ends where it began has no shortest transit.
const LEAST_CHORD_M: f64 = 0.01;

/// Seconds of a stay that lie in some stretches.
fn seconds_between(path: &Path<'_>, stay: Stretch, stretches: &[Stretch]) -> Option<f64> {
    let mut sum = 0.0;
    for stretch in stretches {
        let (from, to) = (stretch.from.max(stay.from), stretch.to.min(stay.to));
        if from < to {
            sum += path.moment(to).since(path.moment(from)).filter(|seconds| *seconds >= 0.0)?;
        }
    }
    Some((sum * 1e3).round() / 1e3)
}

fn used(path: &Path<'_>, fix: usize) -> UsedFix {
    let (rows, row) = (path.rows(), path.row(fix));
    UsedFix { offset: rows.offset[row], utc_ns: rows.utc(row), lat: rows.lat[row], lon: rows.lon[row] }
}
