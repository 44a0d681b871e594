//! Boxes in degrees, to tell quickly what cannot meet. `west` lies in [-180, 180); `east` may pass 180 when a footprint
//! crosses the antimeridian.

use geo::Coord;

/// Metres in a degree of latitude where they are fewest, at the equator (WGS 84: 110,574.3).
const LEAST_METRES_PER_DEGREE: f64 = 110_574.0;

/// A box of longitudes and latitudes in degrees, edges included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bbox {
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
}

impl Bbox {
    /// Holds nothing; joining anything to it gives that thing's box.
    pub const NOTHING: Bbox =
        Bbox { west: f64::INFINITY, south: f64::INFINITY, east: f64::NEG_INFINITY, north: f64::NEG_INFINITY };

    /// The box of places (x = longitude, y = latitude).
    pub fn of<'a>(places: impl IntoIterator<Item = &'a Coord<f64>>) -> Self {
        let mut bbox = Bbox::NOTHING;
        for place in places {
            bbox.add(*place);
        }
        bbox
    }

    /// A box that holds the circle of `radius_m` metres about a place: a little too large, never too small.
    pub fn of_circle(centre: Coord<f64>, radius_m: f64) -> Self {
        let up = radius_m / LEAST_METRES_PER_DEGREE;
        let farthest = centre.y.abs() + up;
        let aside = if farthest >= 90.0 {
            180.0
        } else {
            let half = (up.to_radians() / 2.0).sin() / farthest.to_radians().cos();
            if half >= 1.0 { 180.0 } else { 2.0 * half.asin().to_degrees() }
        };
        Bbox {
            west: centre.x - aside,
            south: (centre.y - up).max(-90.0),
            east: centre.x + aside,
            north: (centre.y + up).min(90.0),
        }
    }

    pub fn add(&mut self, place: Coord<f64>) {
        self.west = self.west.min(place.x);
        self.south = self.south.min(place.y);
        self.east = self.east.max(place.x);
        self.north = self.north.max(place.y);
    }

    pub fn join(self, other: Bbox) -> Bbox {
        Bbox {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    /// Wider by `degrees` on every side.
    pub fn grown(self, degrees: f64) -> Bbox {
        Bbox {
            west: self.west - degrees,
            south: self.south - degrees,
            east: self.east + degrees,
            north: self.north + degrees,
        }
    }

    /// The same box `degrees` further east.
    pub fn shifted(self, degrees: f64) -> Bbox {
        Bbox { west: self.west + degrees, east: self.east + degrees, ..self }
    }

    /// Whether two boxes share a place; longitudes are compared as they stand.
    pub fn meets(&self, other: &Bbox) -> bool {
        self.west <= other.east && other.west <= self.east && self.south <= other.north && other.south <= self.north
    }

    pub fn width(&self) -> f64 {
        self.east - self.west
    }

    pub fn height(&self) -> f64 {
        self.north - self.south
    }

    pub fn centre(&self) -> Coord<f64> {
        Coord { x: (self.west + self.east) / 2.0, y: (self.south + self.north) / 2.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `Geod(ellps="WGS84").fwd(25, 60, azimuth, 5000)` of pyproj: north 60.04487, east 25.08959 and 59.99997.
    #[test]
    fn a_circle_fits_into_its_box() {
        let bbox = Bbox::of_circle(Coord { x: 25.0, y: 60.0 }, 5000.0);
        assert!(bbox.north > 60.04487 && bbox.north < 60.0456);
        assert!(bbox.east > 25.08959 && bbox.east < 25.0912);
        assert_eq!(Bbox::of_circle(Coord { x: 10.0, y: 89.99 }, 5000.0).width(), 360.0);
    }
}
