//! The nearest site of a flight that is far from all of them. Over hundreds of kilometres no plane is right and boxes sort out
//! little; geodesics between centres, with the triangle inequality, leave a few sites to be looked at closely.

use geo::Coord;

use super::footprint::Footprint;
use super::index::Index;
use super::path::Path;
use super::plane::{Gap, Pair, geodesic_m};
use crate::zones::Bbox;

/// From here on a flight is far from a site.
pub const FAR_M: f64 = 100_000.0;
/// Boxes are not exactly as wide as their corners say.
const ROUNDING: f64 = 1.01;

/// A ball around a box: where its centre is, and how far from there its corners are at most.
struct Ball {
    centre: Coord<f64>,
    radius_m: f64,
}

impl Ball {
    fn around(bbox: &Bbox) -> Self {
        let centre = bbox.centre();
        let corner = |y: f64| geodesic_m(centre, Coord { x: bbox.west, y });
        Ball { centre, radius_m: corner(bbox.south).max(corner(bbox.north)) * ROUNDING }
    }
}

/// The part nearest to the path, and the metres between them.
pub fn nearest(index: &Index<'_>, path: &Path<'_>) -> Option<(f64, usize)> {
    let flight = Ball::around(&path.bbox);
    let runs: Vec<Ball> = path.runs().iter().map(|run| Ball::around(&run.bbox)).collect();
    let mut enough = f64::INFINITY;
    let mut bounds: Vec<(f64, usize)> = Vec::new();
    for (least, part, bbox) in index.by_bound(&path.bbox) {
        if least > enough {
            break;
        }
        let ball = Ball::around(bbox);
        let between = geodesic_m(flight.centre, ball.centre);
        let reach = flight.radius_m + ball.radius_m;
        enough = enough.min(between + reach);
        bounds.push((between - reach, part));
    }
    bounds.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut best: Option<(f64, usize)> = None;
    for (bound, part) in bounds {
        if best.is_some_and(|(metres, _)| bound > metres) {
            break;
        }
        for footprint in index.footprints(part, &path.bbox, 0.0) {
            let metres = closest_m(path, &runs, &footprint);
            if best.is_none_or(|(least, _)| metres < least) {
                best = Some((metres, part));
            }
        }
    }
    best
}

/// Metres between a path and a footprint far away: the fix and the corner nearest to each other, then the pieces and edges that
/// meet there.
fn closest_m(path: &Path<'_>, runs: &[Ball], footprint: &Footprint) -> f64 {
    let edges: Vec<[Coord<f64>; 2]> = footprint.runs.iter().flat_map(|run| footprint.edges(run)).collect();
    let mut corner = footprint.bbox.centre();
    let mut fix = nearest_fix(path, runs, corner);
    // Each is the nearest to the other after a turn or two.
    for _ in 0..4 {
        let before = (fix, corner);
        corner = nearest_corner(&edges, path.at(fix as f64)).unwrap_or(corner);
        fix = nearest_fix(path, runs, corner);
        if before == (fix, corner) {
            break;
        }
    }
    let mut metres = geodesic_m(path.at(fix as f64), corner);
    for piece in path.pieces(fix.saturating_sub(1)..(fix + 1).min(path.piece_count())) {
        for edge in edges.iter().filter(|edge| edge.contains(&corner)) {
            let pair = Pair { a: piece.ends, b: *edge };
            let guess = Gap { t: 0.5, u: 0.5, metres };
            metres = metres.min(pair.far_gap(guess).metres);
        }
    }
    (metres - footprint.radius_m.unwrap_or(0.0)).max(0.0)
}

fn nearest_fix(path: &Path<'_>, runs: &[Ball], to: Coord<f64>) -> usize {
    let mut order: Vec<(f64, usize)> =
        runs.iter().enumerate().map(|(i, run)| (geodesic_m(run.centre, to) - run.radius_m, i)).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut best = (f64::INFINITY, 0);
    for (bound, run) in order {
        if bound > best.0 {
            break;
        }
        for piece in path.pieces(path.runs()[run].pieces.clone()) {
            for (fix, place) in [(piece.from, piece.ends[0]), ((piece.from + 1).min(path.last()), piece.ends[1])] {
                let metres = geodesic_m(place, to);
                if (metres, fix) < best {
                    best = (metres, fix);
                }
            }
        }
    }
    best.1
}

fn nearest_corner(edges: &[[Coord<f64>; 2]], to: Coord<f64>) -> Option<Coord<f64>> {
    let corners = edges.iter().flatten().map(|corner| (geodesic_m(*corner, to), *corner));
    corners.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, corner)| corner)
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::super::{Fence, Settings};
    use crate::evidence::{Evidence, Limits};
    use crate::track::{Estimate, Kind, Role, Subject, Track};
    use crate::zones;

    /// Two sites in Europe, a flight in Puerto Rico. pyproj 3.7.2 Geod(ellps="WGS84").inv(-65.8, 18.07, -9.0, 38.7) gives
    /// 5912756.069 m, to 4.0 51.0 it gives 7057397.740 m.
    #[test]
    fn the_nearer_of_two_sites_over_an_ocean() {
        let sites = "name,lat,lon,radius_m\nLisbon,38.7,-9.0,1000\nBrussels,51.0,4.0,1000\n";
        let file =
            zones::read(&Evidence::from_bytes("sites.csv", sites.into()), &[], &Limits::default()).expect("zones");
        let files = [file];
        let fixes: Vec<_> = (0..200).map(|i| (f64::from(i) / 10.0, 18.07 - 1e-6 * f64::from(i), -65.8)).collect();
        let kind = Kind { subject: Subject::Aircraft, estimate: Estimate::Fused, role: Role::Recorded };
        let track = Track { name: "aircraft".to_owned(), kind, primary: true, simulated: false, rows: rows(&fixes) };
        let nearest = Fence::new(&files, Settings::default()).check(&track).nearest.expect("a nearest site");
        assert_eq!(nearest.zone_name.as_deref(), Some("Lisbon"));
        assert!((nearest.distance_m - 5_911_756.069).abs() < 0.01, "{}", nearest.distance_m);
    }
}
