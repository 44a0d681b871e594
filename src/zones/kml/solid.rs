//! Bodies drawn as faces: airspace in KML often is a floor, a roof and a wall for each edge. Walls enclose nothing on the ground and
//! are dropped; floor and roof of one outline are one volume.

use std::collections::HashMap;

use geo::Coord;

use super::mode::Mode;

/// Twice the area on the ground, in square degrees, below which a polygon stands upright: a hundredth of a square metre.
const UPRIGHT: f64 = 1e-12;
/// Outlines are the same when their places agree to this, degrees (0.1 mm).
const SAME_DEG: f64 = 1e-9;

/// One polygon as drawn.
pub struct Face {
    pub rings: Vec<Vec<Coord<f64>>>,
    /// Lowest and highest corner of its outer ring, metres.
    pub heights: Option<(f64, f64)>,
    pub mode: Mode,
    /// Walls to the ground are drawn with it.
    pub extrude: bool,
}

impl Face {
    /// Whether it stands upright: corners at different heights above a line.
    pub fn is_wall(&self) -> bool {
        let Some(ring) = self.rings.first() else { return false };
        self.heights.is_some_and(|(low, high)| low < high) && twice_area(ring).abs() <= UPRIGHT
    }
}

/// Faces over the same outline.
pub struct Solid {
    /// In the order of the file; at least one.
    pub faces: Vec<Face>,
}

impl Solid {
    /// Lowest and highest of all faces.
    pub fn heights(&self) -> Option<(f64, f64)> {
        let heights = self.faces.iter().filter_map(|face| face.heights);
        heights.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }
}

/// Rings in a form that is the same for every way of writing them.
type Outline = Vec<Vec<(i64, i64)>>;

/// Groups faces by outline, in the order of their first ones.
pub fn solids(faces: Vec<Face>) -> Vec<Solid> {
    let mut by_outline: HashMap<(Outline, Mode), usize> = HashMap::new();
    let mut solids: Vec<Solid> = Vec::new();
    for face in faces {
        let mut outlines: Outline = face.rings.iter().map(|ring| outline(ring)).collect();
        if let Some(holes) = outlines.get_mut(1..) {
            holes.sort();
        }
        match by_outline.get(&(outlines.clone(), face.mode)).and_then(|at| solids.get_mut(*at)) {
            Some(solid) => solid.faces.push(face),
            None => {
                by_outline.insert((outlines, face.mode), solids.len());
                solids.push(Solid { faces: vec![face] });
            }
        }
    }
    solids
}

/// A ring as counts of [`SAME_DEG`], beginning at its least place and going to the lesser neighbour: the same for every start and
/// both directions.
fn outline(ring: &[Coord<f64>]) -> Vec<(i64, i64)> {
    let count = |degrees: f64| (degrees / SAME_DEG).round() as i64;
    let mut places: Vec<(i64, i64)> = ring.iter().map(|c| (count(c.x), count(c.y))).collect();
    places.dedup();
    if places.len() > 1 && places.first() == places.last() {
        places.pop();
    }
    let least = places.iter().enumerate().min_by_key(|(_, place)| **place).map_or(0, |(at, _)| at);
    places.rotate_left(least);
    if let [_, second, .., last] = places.as_slice()
        && last < second
        && let Some(rest) = places.get_mut(1..)
    {
        rest.reverse();
    }
    places
}

/// Twice the signed area, square degrees, about the first place so that nothing large cancels.
fn twice_area(ring: &[Coord<f64>]) -> f64 {
    let Some(origin) = ring.first() else { return 0.0 };
    let from = |c: &Coord<f64>| (c.x - origin.x, c.y - origin.y);
    let pairs = ring.iter().zip(ring.iter().cycle().skip(1));
    pairs.map(|(a, b)| (from(a), from(b))).map(|((ax, ay), (bx, by))| ax * by - bx * ay).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(places: &[(f64, f64)], heights: (f64, f64)) -> Face {
        let ring = places.iter().map(|&(x, y)| Coord { x, y }).collect();
        Face { rings: vec![ring], heights: Some(heights), mode: Mode::RelativeToGround, extrude: false }
    }

    #[test]
    fn walls_stand_upright() {
        assert!(face(&[(0.0, 50.0), (0.1, 50.1), (0.1, 50.1), (0.0, 50.0), (0.0, 50.0)], (0.0, 100.0)).is_wall());
        // Along three places of an arc and back.
        let arc = [(0.0, 50.0), (0.1, 50.1), (0.2, 50.15), (0.2, 50.15), (0.1, 50.1), (0.0, 50.0)];
        assert!(face(&arc, (0.0, 100.0)).is_wall());
        assert!(!face(&arc, (0.0, 0.0)).is_wall(), "flat on the ground it is a broken ring");
        assert!(!face(&[(0.0, 50.0), (0.00001, 50.0), (0.00001, 50.00001), (0.0, 50.0)], (0.0, 100.0)).is_wall());
    }

    #[test]
    fn floor_and_roof_in_any_order_of_corners() {
        let floor = face(&[(0.0, 50.0), (0.1, 50.0), (0.1, 50.1), (0.0, 50.0)], (10.0, 10.0));
        let roof = face(&[(0.1, 50.1), (0.1, 50.0), (0.0, 50.0), (0.1, 50.1)], (90.0, 90.0));
        let other = face(&[(0.0, 50.0), (0.1, 50.0), (0.1, 50.2), (0.0, 50.0)], (10.0, 10.0));
        let solids = solids(vec![floor, other, roof]);
        assert_eq!(solids.iter().map(|s| s.faces.len()).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(solids[0].heights(), Some((10.0, 90.0)));
    }
}
