//! Which holes belong to which outer rings, where a source lists rings without saying so (Esri, OpenStreetMap relations).

use geo::Coord;

use super::super::report::{Place, Report};
use super::super::zone::Shape;
use super::bbox::Bbox;
use super::polygon::united;
use super::ring::signed_area;

/// One ring as the source gives it.
pub type Ring = Vec<Coord<f64>>;

/// Rings put together.
#[derive(Debug, Default)]
pub struct Nested {
    /// Each an outer ring and its holes.
    pub polygons: Vec<Vec<Ring>>,
    /// Holes that lie in no outer ring.
    pub orphans: Vec<Ring>,
    /// There are too many rings to compare; the holes stand with the first outer ring, where the even-odd rule does the same
    /// as long as no parts overlap.
    pub given_up: bool,
}

impl Nested {
    /// One shape of all polygons that can be used; the others are skipped.
    ///
    /// # Errors
    /// The first reason, when none can be used.
    pub fn shape(&self, place: &mut Place, report: &mut Report) -> Result<Shape, String> {
        if self.given_up {
            let what =
                "has too many rings to find the outer ring of each hole; the even-odd rule is used over all of them";
            report.warn(place, "features with too many rings to nest", what.to_owned());
        }
        let parts: Vec<Vec<&[Coord<f64>]>> =
            self.polygons.iter().map(|rings| rings.iter().map(Vec::as_slice).collect()).collect();
        let (shape, wrong) = united(&parts, place, report)?;
        for (i, reason) in wrong {
            report.skip(place.index.clone(), place.name.clone(), format!("part {i}: {reason}"));
        }
        Ok(shape)
    }
}

/// Edges that are looked at before it is given up: some seconds.
const BUDGET: usize = 1_000_000_000;
/// Edges of a hole whose middles are looked up in an outer ring.
const PROBES: usize = 3;

/// Gives each hole to the smallest outer ring that holds it.
pub fn nest(outers: Vec<Ring>, holes: Vec<Ring>) -> Nested {
    nest_within(BUDGET, outers, holes)
}

fn nest_within(budget: usize, outers: Vec<Ring>, holes: Vec<Ring>) -> Nested {
    let mut found = Nested::default();
    if outers.is_empty() {
        found.orphans = holes;
        return found;
    }
    let measures: Vec<(Bbox, f64)> = outers.iter().map(|ring| (Bbox::of(ring), signed_area(ring).abs())).collect();
    let mut owned: Vec<Vec<Ring>> = vec![Vec::new(); outers.len()];
    let mut looked_at = 0_usize;
    for hole in holes {
        let bbox = Bbox::of(&hole);
        looked_at = looked_at.saturating_add(outers.len());
        found.given_up |= looked_at > budget;
        let mut smallest = found.given_up.then_some((0, 0.0));
        let candidates = outers.iter().zip(&measures).enumerate().filter(|(_, (_, (outer, _)))| outer.meets(&bbox));
        for (i, (outer, (_, area))) in candidates {
            if smallest.is_none_or(|(_, least)| *area < least) {
                looked_at = looked_at.saturating_add(outer.len() * PROBES);
                smallest = if holds(outer, &hole) { Some((i, *area)) } else { smallest };
            }
        }
        match smallest.and_then(|(i, _)| owned.get_mut(i)) {
            Some(holes) => holes.push(hole),
            None => found.orphans.push(hole),
        }
    }
    found.polygons = outers
        .into_iter()
        .zip(owned)
        .map(|(outer, holes)| {
            let mut rings = vec![outer];
            rings.extend(holes);
            rings
        })
        .collect();
    found
}

/// Whether most edges of `inner` have their middle in `outer`. Rings may share corners and edges.
fn holds(outer: &[Coord<f64>], inner: &[Coord<f64>]) -> bool {
    let edges = inner.len().saturating_sub(1).max(1);
    let step = edges.div_ceil(PROBES).max(1);
    let probes: Vec<Coord<f64>> = inner.windows(2).step_by(step).map(|edge| (edge[0] + edge[1]) / 2.0).collect();
    let inside = probes.iter().filter(|probe| contains(outer, **probe)).count();
    inside * 2 > probes.len()
}

/// Even-odd rule.
fn contains(ring: &[Coord<f64>], place: Coord<f64>) -> bool {
    let Some(&first) = ring.first() else { return false };
    let following = ring.iter().skip(1).chain(std::iter::once(&first));
    let crosses = |a: &Coord<f64>, b: &Coord<f64>| {
        (a.y > place.y) != (b.y > place.y) && place.x < (b.x - a.x) * (place.y - a.y) / (b.y - a.y) + a.x
    };
    ring.iter().zip(following).filter(|(a, b)| crosses(a, b)).count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64, size: f64) -> Ring {
        [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0)]
            .iter()
            .map(|(dx, dy)| Coord { x: x + dx * size, y: y + dy * size })
            .collect()
    }

    #[test]
    fn holes_find_their_smallest_outer_ring() {
        // An island in a lake on an island: two outer rings around the small hole.
        let outers = vec![square(0.0, 0.0, 10.0), square(2.0, 2.0, 4.0), square(20.0, 0.0, 1.0)];
        let holes = vec![square(1.0, 1.0, 8.0), square(3.0, 3.0, 1.0), square(50.0, 50.0, 1.0)];
        let nested = nest(outers, holes);
        let sizes: Vec<usize> = nested.polygons.iter().map(Vec::len).collect();
        assert_eq!((sizes, nested.orphans.len(), nested.given_up), (vec![2, 2, 1], 1, false));
        assert_eq!(nested.polygons[1][1][0], Coord { x: 3.0, y: 3.0 });
    }

    #[test]
    fn directions() {
        assert_eq!(signed_area(&square(0.0, 0.0, 2.0)), -8.0, "clockwise");
        assert_eq!(signed_area(&[]), 0.0);
    }

    #[test]
    fn too_many_rings_are_given_up() {
        let holes = || vec![square(0.2, 0.2, 0.1), square(5.2, 0.2, 0.1), square(0.5, 0.5, 0.1)];
        let outers = || vec![square(0.0, 0.0, 1.0), square(5.0, 0.0, 1.0)];
        let sizes = |nested: &Nested| nested.polygons.iter().map(Vec::len).collect::<Vec<_>>();
        let whole = nest_within(1000, outers(), holes());
        assert_eq!((whole.given_up, sizes(&whole)), (false, vec![3, 2]));
        // Behind the budget all holes stand with the first outer ring: even-odd over all of them is the same.
        let given_up = nest_within(10, outers(), holes());
        assert_eq!((given_up.given_up, sizes(&given_up)), (true, vec![4, 1]));
    }
}
