//! The closest that a path comes to the edge of a footprint. Boxes sort out what cannot be closest; pairs of a piece and an edge
//! are compared on the plane of their own latitude, and the distance of the winner is a geodesic.

use std::borrow::Cow;
use std::ops::Range;

use geo::{Bearing as _, Coord, Destination as _, Geodesic, Point};

use super::footprint::{Edges, Footprint};
use super::path::{Path, Piece};
use super::plane::{Gap, Pair, Scale, distortion, geodesic_m, least_m, slope};
use crate::zones::{Bbox, nearest_turn};

/// Beyond this the plane only finds the pair, and the places on it are found by geodesics.
const FAR_M: f64 = 20_000.0;
/// Approaches that differ by less are equal: the earlier one counts.
const SAME_M: f64 = 1e-6;

/// A place along the path and how near the footprint's edge is there.
#[derive(Clone, Copy, Debug)]
pub struct Approach {
    pub s: f64,
    pub metres: f64,
    /// The nearest place on the edge, degrees.
    pub edge: Coord<f64>,
}

/// The best pair so far; `metres` is measured to the edge of a circle.
#[derive(Clone, Copy)]
struct Best {
    metres: f64,
    found: Option<(Pair, Gap, usize)>,
}

/// The closest approach of a path, at most `limit_m` away. The path must not be inside a footprint.
pub fn closest(path: &Path<'_>, footprints: &[Footprint], limit_m: f64) -> Option<Approach> {
    closest_of(path, footprints, limit_m, |pieces| Cow::Borrowed(path.pieces(pieces)))
}

/// The same over what proves something by itself: pieces without a gap between valid fixes, and valid fixes.
pub fn closest_sound(path: &Path<'_>, footprints: &[Footprint], limit_m: f64) -> Option<Approach> {
    closest_of(path, footprints, limit_m, |pieces| {
        let mut sound = Vec::with_capacity(pieces.len());
        for piece in path.pieces(pieces) {
            if !path.is_weak(piece.from) {
                sound.push(*piece);
                continue;
            }
            for (i, fix) in [piece.from, piece.from + 1].into_iter().enumerate() {
                if fix <= path.last() && !path.is_suspect(fix) {
                    sound.push(Piece { ends: [piece.ends[i]; 2], from: fix });
                }
            }
        }
        Cow::Owned(sound)
    })
}

fn closest_of<'p>(
    path: &Path<'_>,
    footprints: &[Footprint],
    limit_m: f64,
    pieces_of: impl Fn(Range<usize>) -> Cow<'p, [Piece]>,
) -> Option<Approach> {
    let mut winner: Option<Approach> = None;
    for footprint in footprints {
        let limit = with_slack(winner.map_or(limit_m, |w| w.metres.min(limit_m)), &path.bbox);
        let mut best = Best { metres: limit, found: None };
        let mut runs: Vec<_> = path.runs().iter().map(|run| (least_m(&run.bbox, &footprint.bbox), run)).collect();
        runs.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (bound, run) in runs {
            if bound > best.metres {
                break;
            }
            search(&pieces_of(run.pieces.clone()), &run.bbox, footprint, f64::NEG_INFINITY, &mut best);
        }
        let Some(approach) = best.measured(footprint).filter(|a| a.metres <= limit_m) else { continue };
        let is_better = winner.is_none_or(|w| {
            approach.metres < w.metres - SAME_M || (approach.metres <= w.metres + SAME_M && approach.s < w.s)
        });
        if is_better {
            winner = Some(approach);
        }
    }
    winner
}

/// A limit by geodesics as one for distances on planes: what a plane may be off by must not lose a pair.
fn with_slack(metres: f64, bbox: &Bbox) -> f64 {
    let slope = slope(bbox.south.abs().max(bbox.north.abs()));
    let ratio = metres / 6_371_008.8;
    metres * (1.001 + 0.1 * ratio * ratio * (1.0 + slope * slope)) + 0.01
}

/// How deep a place is inside a footprint: metres to its edge by the plane, good enough to find the deepest of many places.
/// Less than `floor_m` is only an upper bound of it.
pub fn rough_depth_m(place: Coord<f64>, footprint: &Footprint, floor_m: f64) -> f64 {
    let best = depth(place, footprint, floor_m);
    // Of a circle the pair is its centre: what is left of the radius is the depth.
    if footprint.radius_m.is_some() { -best.metres } else { best.metres }
}

/// How deep a place is inside a footprint (how far from its edge, for polygons outside as well), by geodesic, and where the edge
/// is nearest.
pub fn from_edge(place: Coord<f64>, footprint: &Footprint) -> (f64, Coord<f64>) {
    match footprint.radius_m {
        Some(radius_m) => {
            let metres = (radius_m - geodesic_m(place, footprint.centre())).max(0.0);
            (metres, on_circle(footprint.centre(), place, radius_m))
        }
        None => depth(place, footprint, f64::NEG_INFINITY)
            .measured(footprint)
            .map_or((0.0, place), |approach| (approach.metres, approach.edge)),
    }
}

/// The place on a circle that is nearest to another one.
fn on_circle(centre: Coord<f64>, place: Coord<f64>, radius_m: f64) -> Coord<f64> {
    if radius_m == 0.0 {
        return centre;
    }
    let centre = Point::from(centre);
    let bearing = Geodesic.bearing(centre, Point::from(place));
    let edge = Geodesic.destination(centre, if bearing.is_finite() { bearing } else { 0.0 }, radius_m);
    Coord { x: nearest_turn(edge.x(), place.x), y: edge.y() }
}

fn depth(place: Coord<f64>, footprint: &Footprint, floor_m: f64) -> Best {
    let piece = Piece { ends: [place; 2], from: 0 };
    let mut best = Best { metres: f64::INFINITY, found: None };
    search(&[piece], &piece.bbox(), footprint, floor_m, &mut best);
    best
}

impl Best {
    /// The best pair as an approach, its distance by geodesic.
    fn measured(self, footprint: &Footprint) -> Option<Approach> {
        let (pair, gap, from) = self.found?;
        let gap = if self.metres > FAR_M { pair.far_gap(gap) } else { pair.settled(gap) };
        let (p, q) = pair.places(gap);
        let metres = (geodesic_m(p, q) - footprint.radius_m.unwrap_or(0.0)).max(0.0);
        let edge = footprint.radius_m.map_or(q, |radius_m| on_circle(q, p, radius_m));
        Some(Approach { s: from as f64 + gap.t, metres, edge })
    }

    fn take(&mut self, metres: f64, pair: Pair, gap: Gap, from: usize) {
        let is_earlier = |found: &(Pair, Gap, usize)| (from as f64 + gap.t) < found.2 as f64 + found.1.t;
        let is_better = metres < self.metres - SAME_M
            || (metres <= self.metres + SAME_M && self.found.as_ref().is_none_or(is_earlier));
        if is_better {
            *self = Best { metres, found: Some((pair, gap, from)) };
        }
    }
}

/// Compares the pieces of one run with all edges; ends early once an edge is nearer than `floor_m`.
fn search(pieces: &[Piece], bbox: &Bbox, footprint: &Footprint, floor_m: f64, best: &mut Best) {
    let radius_m = footprint.radius_m.unwrap_or(0.0);
    for run in &footprint.runs {
        let rough = Rough::of(bbox, run);
        if rough.are_apart(bbox, &run.bbox, best.metres + radius_m) {
            continue;
        }
        for piece in pieces {
            let piece_box = piece.bbox();
            if rough.are_apart(&piece_box, &run.bbox, best.metres + radius_m) {
                continue;
            }
            for edge in footprint.edges(run) {
                if rough.are_apart(&piece_box, &Bbox::of(&edge), best.metres + radius_m) {
                    continue;
                }
                let pair = Pair { a: piece.ends, b: edge };
                let gap = pair.gap(rough.scale);
                if gap.metres * rough.sure_of(&pair, gap) > best.metres + radius_m {
                    continue;
                }
                let gap = pair.own_gap(gap);
                best.take(gap.metres - radius_m, pair, gap, piece.from);
                if best.metres < floor_m {
                    return;
                }
            }
        }
    }
}

/// The plane between a run of pieces and a run of edges, and how far its distances can be trusted.
struct Rough {
    scale: Scale,
    mean: f64,
    /// Tangent of the latitude nearest to a pole.
    slope: f64,
    /// The least that a distance of 1 on the plane is.
    sure: f64,
}

impl Rough {
    fn of(bbox: &Bbox, run: &Edges) -> Self {
        let mean = (bbox.centre().y + run.bbox.centre().y) / 2.0;
        let apart = (bbox.height() + run.bbox.height()) / 4.0;
        let latitudes = [bbox.south, bbox.north, run.bbox.south, run.bbox.north];
        let highest = latitudes.into_iter().map(f64::abs).fold(0.0, f64::max);
        let slope = slope(highest);
        Rough { scale: Scale::at(mean), mean, slope, sure: 1.0 - distortion(apart, slope) }
    }

    /// The same for one pair: places on it are at most half its heights from those of the gap.
    fn sure_of(&self, pair: &Pair, gap: Gap) -> f64 {
        let (p, q) = pair.places(gap);
        let heights = (pair.a[0].y - pair.a[1].y).abs() + (pair.b[0].y - pair.b[1].y).abs();
        1.0 - distortion(((p.y + q.y) / 2.0 - self.mean).abs() + heights / 2.0, self.slope)
    }

    /// Whether two boxes within the runs are further apart than `enough` metres for sure.
    fn are_apart(&self, a: &Bbox, b: &Bbox, enough: f64) -> bool {
        let east = (a.west - b.east).max(b.west - a.east).max(0.0) * self.scale.east;
        let north = (a.south - b.north).max(b.south - a.north).max(0.0) * self.scale.north;
        (east * east + north * north).sqrt() * self.sure > enough
    }
}
