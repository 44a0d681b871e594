//! One part of a zone as the search wants it: a circle, or the edges of a polygon in runs with boxes around them.

use std::borrow::Cow;
use std::ops::Range;

use geo::{Coord, Polygon};

use super::plane::{Pair, Scale};
use crate::zones::Bbox;

/// Edges under one box.
const RUN: usize = 32;
/// A place this near to an edge, in degrees (0.1 mm), stands on it, and what stands on an edge is inside.
pub const ON_EDGE_DEG: f64 = 1e-9;
/// The same for circles.
pub const ON_EDGE_M: f64 = 1e-4;

/// A part of a zone; the edges of a polygon are straight in longitude and latitude.
pub enum Part<'z> {
    Circle { centre: Coord<f64>, radius_m: f64 },
    Polygon(Cow<'z, Polygon<f64>>),
}

/// A part on the longitudes of the path that it is compared with.
pub struct Footprint {
    pub bbox: Bbox,
    /// For a circle its centre alone, as an edge without length.
    vertices: Vec<Coord<f64>>,
    pub runs: Vec<Edges>,
    /// `Some` for a circle.
    pub radius_m: Option<f64>,
}

/// Some edges in a row: from each vertex of the range to the next one.
pub struct Edges {
    pub from: Range<usize>,
    pub bbox: Bbox,
}

impl Footprint {
    /// `shift` are the degrees, whole turns, that the part is moved east.
    pub fn of(part: &Part<'_>, bbox: Bbox, shift: f64) -> Self {
        let moved = |c: &Coord<f64>| Coord { x: c.x + shift, y: c.y };
        let mut footprint =
            Footprint { bbox: bbox.shifted(shift), vertices: Vec::new(), runs: Vec::new(), radius_m: None };
        match part {
            Part::Circle { centre, radius_m } => {
                footprint.radius_m = Some(*radius_m);
                footprint.add_ring([*centre, *centre].iter().map(moved));
            }
            Part::Polygon(polygon) => {
                for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                    footprint.add_ring(ring.0.iter().map(moved));
                }
            }
        }
        footprint
    }

    fn add_ring(&mut self, ring: impl Iterator<Item = Coord<f64>>) {
        let start = self.vertices.len();
        self.vertices.extend(ring);
        let edges_end = self.vertices.len().saturating_sub(1);
        for from in (start..edges_end).step_by(RUN) {
            let range = from..(from + RUN).min(edges_end);
            let bbox = Bbox::of(&self.vertices[from..=range.end]);
            self.runs.push(Edges { from: range, bbox });
        }
    }

    /// The edges of a run.
    pub fn edges(&self, run: &Edges) -> impl Iterator<Item = [Coord<f64>; 2]> + '_ {
        self.vertices[run.from.start..=run.from.end].windows(2).map(|w| [w[0], w[1]])
    }

    /// The centre of a circle.
    pub fn centre(&self) -> Coord<f64> {
        self.vertices.first().copied().unwrap_or_default()
    }

    /// Whether a place is inside a polygon or on its edge.
    pub fn holds(&self, place: Coord<f64>) -> bool {
        if !self.bbox.grown(ON_EDGE_DEG).meets(&Bbox::of([&place])) {
            return false;
        }
        let mut odd = false;
        for run in &self.runs {
            let near = run.bbox.grown(ON_EDGE_DEG);
            if near.south > place.y || near.north < place.y || near.east < place.x {
                continue;
            }
            let may_touch = near.west <= place.x;
            for edge in self.edges(run) {
                if may_touch && is_near(place, edge) {
                    return true;
                }
                odd ^= is_right_of(edge, place);
            }
        }
        odd
    }

    /// Where a piece of a path meets edges of a polygon: fractions of its length, in no order.
    pub fn meetings(&self, piece: [Coord<f64>; 2], found: &mut Vec<f64>) {
        let bbox = Bbox::of(&piece).grown(ON_EDGE_DEG);
        for run in self.runs.iter().filter(|run| run.bbox.meets(&bbox)) {
            for edge in self.edges(run) {
                if bbox.meets(&Bbox::of(&edge)) {
                    meet(piece, edge, found);
                }
            }
        }
    }
}

/// Even-odd: whether the edge crosses the line from `place` to the east. Each edge holds its lower end and not its upper one.
fn is_right_of([a, b]: [Coord<f64>; 2], place: Coord<f64>) -> bool {
    (a.y > place.y) != (b.y > place.y) && place.x < a.x + (b.x - a.x) * ((place.y - a.y) / (b.y - a.y))
}

/// One degree is as long as the other here: what counts is the number of digits that are equal.
const DEGREES: Scale = Scale { east: 1.0, north: 1.0 };

fn is_near(place: Coord<f64>, edge: [Coord<f64>; 2]) -> bool {
    Bbox::of(&edge).grown(ON_EDGE_DEG).meets(&Bbox::of([&place]))
        && Pair { a: [place; 2], b: edge }.gap(DEGREES).metres <= ON_EDGE_DEG
}

/// Where a piece and an edge cross, and which of their ends lie on the other one.
fn meet(piece: [Coord<f64>; 2], edge: [Coord<f64>; 2], found: &mut Vec<f64>) {
    let (r, s, between) = (piece[1] - piece[0], edge[1] - edge[0], edge[0] - piece[0]);
    let cross = |a: Coord<f64>, b: Coord<f64>| a.x * b.y - a.y * b.x;
    let turn = cross(r, s);
    if turn != 0.0 {
        let (t, u) = (cross(between, s) / turn, cross(between, r) / turn);
        if (0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&u) {
            found.push(t);
            return;
        }
    }
    for (t, end) in [(0.0, piece[0]), (1.0, piece[1])] {
        if is_near(end, edge) {
            found.push(t);
        }
    }
    for end in edge {
        let gap = Pair { a: piece, b: [end; 2] }.gap(DEGREES);
        if gap.metres <= ON_EDGE_DEG {
            found.push(gap.t);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{polygon, square};
    use super::*;

    fn footprint(polygon: &Polygon<f64>) -> Footprint {
        Footprint::of(&Part::Polygon(Cow::Borrowed(polygon)), crate::zones::polygon_bbox(polygon), 0.0)
    }

    fn at(x: f64, y: f64) -> Coord<f64> {
        Coord { x, y }
    }

    #[test]
    fn inside_by_even_odd_and_on_the_edge() {
        let hole = [(0.008, 50.004), (0.008, 50.006), (0.012, 50.006), (0.012, 50.004)];
        let shape = footprint(&polygon(&[&square(), &hole]));
        assert!(!shape.holds(at(0.01, 50.005)), "in the hole");
        assert!(shape.holds(at(0.003, 50.002)));
        assert!(!shape.holds(at(0.03, 50.02)));
        for edge in [at(0.0, 50.005), at(0.02, 50.01), at(0.01, 50.0), at(0.008, 50.005), at(0.0200000005, 50.005)] {
            assert!(shape.holds(edge), "{edge:?}");
        }
        assert!(!shape.holds(at(0.020000002, 50.005)));
    }

    #[test]
    fn a_bow_tie_is_two_triangles() {
        let tie = footprint(&polygon(&[&[(0.0, 50.0), (0.02, 50.01), (0.02, 50.0), (0.0, 50.01)]]));
        assert!(tie.holds(at(0.002, 50.005)) && tie.holds(at(0.018, 50.005)));
        assert!(!tie.holds(at(0.01, 50.009)) && !tie.holds(at(0.01, 50.001)));
    }

    #[test]
    fn meetings_along_a_piece() {
        let shape = footprint(&polygon(&[&square()]));
        let meetings = |a, b| {
            let mut found = Vec::new();
            shape.meetings([a, b], &mut found);
            found.sort_by(f64::total_cmp);
            found.dedup();
            found
        };
        let across = meetings(at(-0.01, 50.005), at(0.03, 50.005));
        assert!(across.len() == 2 && (across[0] - 0.25).abs() < 1e-12 && (across[1] - 0.75).abs() < 1e-12);
        assert!(meetings(at(0.005, 50.005), at(0.01, 50.006)).is_empty());
        // Along the southern edge: from corner to corner.
        let along = meetings(at(-0.01, 50.0), at(0.03, 50.0));
        assert!((along[0] - 0.25).abs() < 1e-9 && (along[along.len() - 1] - 0.75).abs() < 1e-9);
        // Touching a corner.
        assert_eq!(meetings(at(0.01, 50.02), at(0.03, 50.0)).len(), 1);
    }
}
