//! Arcs about a place and strips along a line as outlines, on the ellipsoid (WGS 84). A chord stays inside its arc and leaves it
//! by at most [`CHORD_ERROR_M`].

use geo::{Bearing as _, Coord, Destination as _, Geodesic, Point};

use super::ring;

/// The farthest that a chord may lie from its arc, metres.
pub const CHORD_ERROR_M: f64 = 1.0;
/// The largest radius that is drawn, metres: far beyond any airspace, and few enough chords (2,222) for a circle.
pub const MAX_RADIUS_M: f64 = 1_000_000.0;

/// A part of a circle. Where the radii at both ends differ, as they do when both ends are stated in whole seconds, the radius
/// changes evenly in between.
pub struct Arc {
    pub centre: Coord<f64>,
    /// Clockwise from north, degrees.
    pub start_deg: f64,
    /// Clockwise positive, degrees.
    pub sweep_deg: f64,
    pub start_radius_m: f64,
    pub end_radius_m: f64,
}

impl Arc {
    /// How many chords stand for it.
    pub fn chords(&self) -> usize {
        let radius = self.start_radius_m.max(self.end_radius_m).clamp(0.0, MAX_RADIUS_M);
        // Sagitta = r (1 - cos(step / 2)); no step is wider than a quarter.
        let step =
            if radius <= CHORD_ERROR_M { 90.0 } else { 2.0 * (1.0 - CHORD_ERROR_M / radius).acos().to_degrees() };
        (self.sweep_deg.abs() / step.min(90.0)).ceil().max(1.0) as usize
    }

    /// Both ends of every chord, in the order of the sweep.
    pub fn points(&self) -> impl Iterator<Item = Coord<f64>> + '_ {
        let chords = self.chords();
        (0..=chords).map(move |i| {
            let share = i as f64 / chords as f64;
            let radius = self.start_radius_m + (self.end_radius_m - self.start_radius_m) * share;
            reach(self.centre, self.start_deg + self.sweep_deg * share, radius)
        })
    }
}

/// All within `half_width_m` of the line from `a` to `b`: a strip with round ends, as an open ring.
pub fn strip(a: Coord<f64>, b: Coord<f64>, half_width_m: f64) -> Vec<Coord<f64>> {
    let onward = |from: Coord<f64>, to: Coord<f64>| Geodesic.bearing(Point::from(from), Point::from(to));
    let end = |centre, start_deg| Arc {
        centre,
        start_deg,
        sweep_deg: 180.0,
        start_radius_m: half_width_m,
        end_radius_m: half_width_m,
    };
    let ends = [end(a, onward(a, b) + 90.0), end(b, onward(b, a) + 90.0)];
    ends.iter().flat_map(Arc::points).collect()
}

/// The place at a bearing and a distance, its longitude on the branch of the centre's.
fn reach(centre: Coord<f64>, bearing_deg: f64, distance_m: f64) -> Coord<f64> {
    let place: Coord<f64> = Geodesic.destination(Point::from(centre), bearing_deg, distance_m).into();
    Coord { x: ring::nearest_turn(place.x, centre.x), y: place.y }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Distance as _;

    const CENTRE: Coord<f64> = Coord { x: 10.0, y: 53.0 };

    fn metres(a: Coord<f64>, b: Coord<f64>) -> f64 {
        Geodesic.distance(Point::from(a), Point::from(b))
    }

    #[test]
    fn chords_leave_the_arc_by_a_metre_at_most() {
        for radius in [0.5, 50.0, 1852.0, 50_000.0, 300_000.0] {
            let arc = Arc {
                centre: CENTRE,
                start_deg: 30.0,
                sweep_deg: -200.0,
                start_radius_m: radius,
                end_radius_m: radius,
            };
            let points: Vec<_> = arc.points().collect();
            assert_eq!(points.len(), arc.chords() + 1);
            for pair in points.windows(2) {
                assert!((metres(CENTRE, pair[0]) - radius).abs() < 1e-6);
                let middle = Coord { x: (pair[0].x + pair[1].x) / 2.0, y: (pair[0].y + pair[1].y) / 2.0 };
                // A little more where the straight line in degrees is not the shortest one.
                assert!(radius - metres(CENTRE, middle) < CHORD_ERROR_M * 1.1, "{radius}");
            }
        }
    }

    /// pyproj: Geod(ellps="WGS84").fwd(10, 53, 90, 1000) = 10.014894, 52.999999.
    #[test]
    fn bearings_run_clockwise_from_north() {
        let arc = Arc { centre: CENTRE, start_deg: 0.0, sweep_deg: 90.0, start_radius_m: 1000.0, end_radius_m: 1000.0 };
        let points: Vec<_> = arc.points().collect();
        assert!(points[0].y > 53.008 && (points[0].x - 10.0).abs() < 1e-9);
        let east = points[points.len() - 1];
        assert!((east.x - 10.014894).abs() < 1e-5 && (east.y - 52.999999).abs() < 1e-6, "{east:?}");
    }

    #[test]
    fn a_strip_holds_its_line_and_half_its_width() {
        let b = Coord { x: 10.1, y: 53.0 };
        let ring = strip(CENTRE, b, 500.0);
        for point in ring {
            let beside = if point.x < 10.0 {
                metres(CENTRE, point)
            } else if point.x > 10.1 {
                metres(b, point)
            } else {
                500.0
            };
            assert!((beside - 500.0).abs() < 0.01, "{point:?} {beside}");
        }
    }
}
