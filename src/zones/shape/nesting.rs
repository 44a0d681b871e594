//! Rings of one record that do not say which of them are holes: told by which lies in which, and by their direction.

use geo::coordinate_position::{CoordPos, coord_pos_relative_to_ring};
use geo::{Coord, LineString};

use super::bbox::Bbox;
use super::ring::signed_area;

/// Edges that may be looked at for one record.
const BUDGET: usize = 20_000_000;

/// Polygons as indices of their rings, the outer one first.
#[derive(Debug, Default, PartialEq)]
pub struct Nested {
    pub polygons: Vec<Vec<usize>>,
    /// Rings inside another with its direction: no holes, by the rule of the format.
    pub inside_but_no_hole: usize,
}

struct Candidate {
    line: LineString<f64>,
    bbox: Bbox,
    /// Positive counter-clockwise, square degrees.
    area: f64,
}

/// Sorts rings into polygons. A ring with an odd number of others around it is a hole of the smallest of them, unless it has the
/// direction of that one: then it is an area of its own. So it does not matter which direction a writer gave to outer rings.
///
/// # Errors
/// When there are too many rings to be sorted in bounded time.
pub fn nest(rings: &[Vec<Coord<f64>>]) -> Result<Nested, String> {
    let candidates: Vec<Candidate> = rings.iter().map(|ring| candidate(ring)).collect();
    let mut budget = BUDGET;
    let mut found = Nested::default();
    let mut outer_of: Vec<Option<usize>> = Vec::with_capacity(rings.len());
    for (i, ring) in candidates.iter().enumerate() {
        let mut around = Vec::new();
        for (j, other) in candidates.iter().enumerate() {
            budget = budget.checked_sub(1).ok_or_else(too_many)?;
            if i != j && holds(&other.bbox, &ring.bbox) && lies_in(ring, other, &mut budget)? {
                around.push(j);
            }
        }
        let area = |j: usize| candidates.get(j).map_or(0.0, |c| c.area);
        let container = around.iter().copied().min_by(|a, b| area(*a).abs().total_cmp(&area(*b).abs()));
        let container = container.filter(|_| around.len() % 2 == 1);
        let is_hole = container.is_some_and(|c| area(c).is_sign_positive() != ring.area.is_sign_positive());
        found.inside_but_no_hole += usize::from(container.is_some() && !is_hole);
        outer_of.push(container.filter(|_| is_hole));
    }
    let mut polygon_of = vec![None; rings.len()];
    for (i, _) in outer_of.iter().enumerate().filter(|(_, outer)| outer.is_none()) {
        polygon_of[i] = Some(found.polygons.len());
        found.polygons.push(vec![i]);
    }
    for (i, outer) in outer_of.iter().enumerate() {
        let polygon = outer.and_then(|outer| polygon_of.get(outer).copied().flatten());
        match (outer, polygon.and_then(|at| found.polygons.get_mut(at))) {
            (Some(_), Some(polygon)) => polygon.push(i),
            // A hole of a hole that is none itself: nothing to be cut out of.
            (Some(_), None) => found.polygons.push(vec![i]),
            (None, _) => {}
        }
    }
    Ok(found)
}

fn candidate(ring: &[Coord<f64>]) -> Candidate {
    let mut places = ring.to_vec();
    if places.first() != places.last() {
        places.extend(places.first().copied());
    }
    Candidate { bbox: Bbox::of(&places), area: signed_area(&places), line: LineString(places) }
}

fn holds(outer: &Bbox, inner: &Bbox) -> bool {
    outer.west <= inner.west && inner.east <= outer.east && outer.south <= inner.south && inner.north <= outer.north
}

/// By the first corner that is not on the other's edge; a ring of which all are lies on it, not in it.
fn lies_in(inner: &Candidate, outer: &Candidate, budget: &mut usize) -> Result<bool, String> {
    if outer.area.abs() < inner.area.abs() {
        return Ok(false);
    }
    for place in &inner.line.0 {
        *budget = budget.checked_sub(outer.line.0.len()).ok_or_else(too_many)?;
        match coord_pos_relative_to_ring(*place, &outer.line) {
            CoordPos::Inside => return Ok(true),
            CoordPos::Outside => return Ok(false),
            CoordPos::OnBoundary => {}
        }
    }
    Ok(false)
}

fn too_many() -> String {
    "has too many rings inside rings to tell which are holes".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64, size: f64, clockwise: bool) -> Vec<Coord<f64>> {
        let mut ring: Vec<_> = [(0.0, 0.0), (size, 0.0), (size, size), (0.0, size), (0.0, 0.0)]
            .map(|(dx, dy)| Coord { x: x + dx, y: y + dy })
            .into();
        if clockwise {
            ring.reverse();
        }
        ring
    }

    fn polygons(rings: &[Vec<Coord<f64>>]) -> (Vec<Vec<usize>>, usize) {
        let nested = nest(rings).expect("few rings");
        (nested.polygons, nested.inside_but_no_hole)
    }

    #[test]
    fn islands_in_lakes_in_either_direction() {
        for clockwise in [true, false] {
            let rings = [
                square(20.0, 0.0, 5.0, clockwise),
                square(1.0, 1.0, 6.0, !clockwise),
                square(0.0, 0.0, 10.0, clockwise),
                square(2.0, 2.0, 3.0, clockwise),
                square(21.0, 1.0, 1.0, !clockwise),
            ];
            assert_eq!(polygons(&rings), (vec![vec![0, 4], vec![2, 1], vec![3]], 0));
        }
    }

    #[test]
    fn holes_that_touch_and_areas_inside_areas() {
        assert_eq!(polygons(&[square(0.0, 0.0, 4.0, true), square(0.0, 0.0, 2.0, false)]), (vec![vec![0, 1]], 0));
        assert_eq!(polygons(&[square(0.0, 0.0, 4.0, true), square(1.0, 1.0, 2.0, true)]), (vec![vec![0], vec![1]], 1));
        assert_eq!(polygons(&[]), (vec![], 0));
        assert_eq!(polygons(&[vec![]]), (vec![vec![0]], 0));
    }

    #[test]
    fn rings_made_to_be_slow_are_given_up() {
        let rings: Vec<_> = (0..6000).map(|i| square(0.0, 0.0, 1.0 + f64::from(i) * 1e-6, i % 2 == 0)).collect();
        assert!(nest(&rings).is_err());
    }
}
