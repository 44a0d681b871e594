//! How far two outlines lie from each other, and what they enclose, in metres: for outlines of some kilometres.

use geo::{Area, Coord, Distance, Euclidean, LineString, Point, Polygon};

/// Both on a plane about the first one's first place; longitudes and latitudes in degrees.
pub struct Pair {
    a: LineString<f64>,
    b: LineString<f64>,
}

impl Pair {
    pub fn new(a: &LineString<f64>, b: &LineString<f64>) -> Self {
        let origin = a.0[0];
        Pair { a: plane(a, origin), b: plane(b, origin) }
    }

    /// The farthest that a corner of one lies from the other's line.
    pub fn farthest_m(&self) -> f64 {
        let farthest = |from: &LineString<f64>, to: &LineString<f64>| {
            from.0.iter().map(|c| Euclidean.distance(&Point::from(*c), to)).fold(0.0, f64::max)
        };
        farthest(&self.a, &self.b).max(farthest(&self.b, &self.a))
    }

    /// Area of the first over area of the second.
    pub fn area_ratio(&self) -> f64 {
        let area = |ring: &LineString<f64>| Polygon::new(ring.clone(), Vec::new()).unsigned_area();
        area(&self.a) / area(&self.b)
    }

    /// From the first place to the farthest corner.
    pub fn reach_m(&self) -> f64 {
        self.a.0.iter().map(|c| c.x.hypot(c.y)).fold(0.0, f64::max)
    }
}

/// Metres east and north of the origin, by the radii of curvature of WGS 84 at its latitude.
fn plane(line: &LineString<f64>, origin: Coord<f64>) -> LineString<f64> {
    let (a, e2) = (6_378_137.0_f64, 0.006_694_379_990_141_3);
    let sin = origin.y.to_radians().sin();
    let w = (1.0 - e2 * sin * sin).sqrt();
    let (east, north) = (a / w * origin.y.to_radians().cos(), a * (1.0 - e2) / (w * w * w));
    let metres =
        |c: &Coord<f64>| Coord { x: (c.x - origin.x).to_radians() * east, y: (c.y - origin.y).to_radians() * north };
    LineString(line.0.iter().map(metres).collect())
}
