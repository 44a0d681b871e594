//! Where a path is deepest inside a zone. The depth is the distance to the edge; a bound on it passes over most fixes.

use geo::Coord;

use super::approach;
use super::footprint::Footprint;
use super::path::{Path, Stretch};
use super::plane::most_m;

/// A place deep inside.
pub struct Deepest {
    pub s: f64,
    /// Metres to the edge.
    pub depth_m: f64,
    /// Where the edge is nearest.
    pub edge: Coord<f64>,
}

/// Where the path is deepest inside: at a valid fix, else at a suspect one, else in the middle of a stay that no fix lies in.
pub fn deepest(path: &Path<'_>, footprints: &[Footprint], by_part: &[Vec<Stretch>], stays: &[Stretch]) -> Deepest {
    let mut best: Option<Deep<'_>> = None;
    for suspect in [false, true] {
        for (footprint, stretches) in footprints.iter().zip(by_part) {
            let fixes = stretches.iter().flat_map(|stretch| path.fixes_in(*stretch));
            deepen(
                path,
                footprint,
                fixes.filter(|fix| path.is_suspect(*fix) == suspect).map(|fix| fix as f64),
                &mut best,
            );
        }
        if best.is_some() {
            break;
        }
    }
    if best.is_none() {
        for (footprint, stretches) in footprints.iter().zip(by_part) {
            deepen(path, footprint, stretches.iter().map(|stretch| (stretch.from + stretch.to) / 2.0), &mut best);
        }
    }
    match best {
        Some(deep) => {
            let (depth_m, edge) = approach::from_edge(path.at(deep.s), deep.footprint);
            Deepest { s: deep.s, depth_m, edge }
        }
        None => {
            let s = stays.first().map_or(0.0, |stay| stay.from);
            Deepest { s, depth_m: 0.0, edge: path.at(s) }
        }
    }
}

/// The deepest place so far.
struct Deep<'f> {
    s: f64,
    rough_m: f64,
    footprint: &'f Footprint,
}

/// Places that are looked through together.
const GROUP: usize = 64;

/// Looks for a deeper place among `places`. From one place to another the depth grows by their distance at most, so a group
/// around a place that is not deep is passed over whole.
fn deepen<'f>(
    path: &Path<'_>,
    footprint: &'f Footprint,
    places: impl Iterator<Item = f64>,
    best: &mut Option<Deep<'f>>,
) {
    let places: Vec<f64> = places.collect();
    let mut groups: Vec<(f64, &[f64])> = places
        .chunks(GROUP)
        .map(|group| {
            let middle = path.at(group[group.len() / 2]);
            let reach = group.iter().map(|s| most_m(middle, path.at(*s))).fold(0.0, f64::max);
            (approach::rough_depth_m(middle, footprint, f64::NEG_INFINITY) + reach, group)
        })
        .collect();
    groups.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (bound, group) in groups {
        let mut last: Option<(Coord<f64>, f64)> = None;
        for &s in group {
            let floor_m = best.as_ref().map_or(f64::NEG_INFINITY, |deep| deep.rough_m);
            let place = path.at(s);
            if bound <= floor_m || last.is_some_and(|(before, depth)| depth + most_m(before, place) <= floor_m) {
                continue;
            }
            let rough_m = approach::rough_depth_m(place, footprint, floor_m);
            last = Some((place, rough_m));
            if best.is_none() || rough_m > floor_m {
                *best = Some(Deep { s, rough_m, footprint });
            }
        }
    }
}
