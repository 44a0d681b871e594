//! Distances. The search works on a local plane whose scales are the ellipsoid's own at one latitude; every distance that is
//! printed is a geodesic.

use geo::{Coord, Distance as _, Geodesic, Point};

use crate::zones::Bbox;

/// WGS 84: semi-major axis in metres and first eccentricity squared.
const A: f64 = 6_378_137.0;
const E2: f64 = 0.006_694_379_990_141_316;
/// The smallest radius of curvature of the ellipsoid, A (1 - E2), along the meridian at the equator.
const LEAST_RADIUS_M: f64 = A * (1.0 - E2);
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// The geodesic between two places in degrees (x longitude, y latitude), in metres.
pub fn geodesic_m(from: Coord<f64>, to: Coord<f64>) -> f64 {
    Geodesic.distance(Point::from(from), Point::from(to))
}

/// Metres in a degree at one latitude.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    pub east: f64,
    pub north: f64,
}

impl Scale {
    /// By the radii of curvature N (across) and M (along the meridian). For two places at most 500 m apart whose mean latitude
    /// this is, the plane is right within 0.05 mm up to 85 degrees; within 5 mm for 5 km up to 80 degrees.
    pub fn at(lat: f64) -> Self {
        let (sin, cos) = lat.to_radians().sin_cos();
        let w2 = 1.0 - E2 * sin * sin;
        let n = A / w2.sqrt();
        Scale { east: (n * cos).to_radians(), north: (n * (1.0 - E2) / w2).to_radians() }
    }

    /// Degrees to metres.
    pub fn metres(self, degrees: Coord<f64>) -> Coord<f64> {
        Coord { x: degrees.x * self.east, y: degrees.y * self.north }
    }
}

/// Metres between two places by the plane of their mean latitude.
pub fn plane_m(a: Coord<f64>, b: Coord<f64>) -> f64 {
    let off = Scale::at((a.y + b.y) / 2.0).metres(a - b);
    off.x.hypot(off.y)
}

/// What the plane of the mean latitude may be wrong by: measured to be below half of this up to 85 degrees (4.6 mm for 5 km and
/// 4.7 m for 50 km at 80 degrees).
pub fn error_m(metres: f64, lat: f64) -> f64 {
    let slope = slope(lat);
    let ratio = metres / EARTH_RADIUS_M;
    0.1 * metres * ratio * ratio * (1.0 + slope * slope)
}

/// Metres from one fix to the next: by the plane where that is right to a ten-millionth of a metre, else by the geodesic.
pub fn step_m(from: Coord<f64>, to: Coord<f64>) -> f64 {
    /// Fifty metres are wrong by 40 nanometres at 85 degrees.
    const SHORT_M: f64 = 50.0;
    const HIGHEST_LAT: f64 = 85.0;
    if from.y.abs() < HIGHEST_LAT && to.y.abs() < HIGHEST_LAT {
        let metres = plane_m(from, to);
        if metres < SHORT_M {
            return metres;
        }
    }
    geodesic_m(from, to)
}

/// Tangent of a latitude in degrees: how fast the scale to the east changes. Kept finite at the poles.
pub fn slope(lat: f64) -> f64 {
    lat.abs().min(89.9).to_radians().tan()
}

/// How wrong, as a fraction, a plane of one latitude can be about two places whose mean latitude is up to `apart` degrees away
/// from it and that lie where the [`slope`] is no steeper than this.
pub fn distortion(apart: f64, slope: f64) -> f64 {
    let apart = apart.to_radians();
    (1.1 * (slope + 0.01) * apart + apart * apart).min(1.0)
}

/// The closest places of two straight stretches.
#[derive(Clone, Copy, Debug)]
pub struct Gap {
    /// Fractions of the way along each.
    pub t: f64,
    pub u: f64,
    pub metres: f64,
}

/// Two stretches, each straight in longitude and latitude, ends in degrees. A single place is a stretch of no length.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    pub a: [Coord<f64>; 2],
    pub b: [Coord<f64>; 2],
}

impl Pair {
    /// The gap on a plane. Stretches that cross are not looked for: the ends are compared, as is right for those that do not.
    pub fn gap(&self, scale: Scale) -> Gap {
        let origin = self.a[0];
        let metres = |place: Coord<f64>| scale.metres(place - origin);
        let (a, b0, b1) = (metres(self.a[1]), metres(self.b[0]), metres(self.b[1]));
        let (on_a, on_b) = (Along::of(a), Along::of(b1 - b0));
        let mut best = on_b.foot(-b0).pair(0.0);
        if on_a.inverse == 0.0 {
            return Gap { metres: best.square.sqrt(), t: best.t, u: best.u };
        }
        for candidate in [on_b.foot(a - b0).pair(1.0), on_a.foot(b0).crossed(0.0), on_a.foot(b1).crossed(1.0)] {
            if candidate.square < best.square {
                best = candidate;
            }
        }
        Gap { metres: best.square.sqrt(), t: best.t, u: best.u }
    }

    /// The gap on the plane of its own mean latitude.
    pub fn own_gap(&self, guess: Gap) -> Gap {
        let mut gap = guess;
        let mut lat = f64::NAN;
        for _ in 0..4 {
            let (p, q) = self.places(gap);
            let mean = (p.y + q.y) / 2.0;
            if (mean - lat).abs() < 1e-6 {
                break;
            }
            lat = mean;
            gap = self.gap(Scale::at(lat));
        }
        if foot_error_m(gap.metres, lat) > 1e-4 { self.settled(gap) } else { gap }
    }

    /// The gap where meridians come together: as a place moves along its stretch the mean latitude moves too, and with it the
    /// scale. Newton's steps, one stretch after the other, on the distance of the mean latitude.
    pub fn settled(&self, gap: Gap) -> Gap {
        let mut gap = gap;
        for _ in 0..3 {
            let (way_a, way_b) = (self.a[1] - self.a[0], self.b[1] - self.b[0]);
            let (p, q) = self.places(gap);
            gap.t = (gap.t - newton_step(p, q, way_a)).clamp(0.0, 1.0);
            gap.u = (gap.u - newton_step(q, between(self.a, gap.t), way_b)).clamp(0.0, 1.0);
        }
        let (p, q) = self.places(gap);
        let step = Scale::at((p.y + q.y) / 2.0).metres(p - q);
        Gap { metres: step.x.hypot(step.y), ..gap }
    }

    /// The two places of a gap, degrees.
    pub fn places(&self, gap: Gap) -> (Coord<f64>, Coord<f64>) {
        (between(self.a, gap.t), between(self.b, gap.u))
    }

    /// The gap by geodesics: the plane is a poor guide over more than this.
    pub fn far_gap(&self, guess: Gap) -> Gap {
        let mut gap = guess;
        for _ in 0..3 {
            let q = between(self.b, gap.u);
            gap.t = least(|t| geodesic_m(between(self.a, t), q), gap.t);
            let p = between(self.a, gap.t);
            gap.u = least(|u| geodesic_m(p, between(self.b, u)), gap.u);
        }
        let (p, q) = self.places(gap);
        Gap { metres: geodesic_m(p, q), ..gap }
    }
}

/// Where a fraction of the way along a stretch is.
pub fn between(ends: [Coord<f64>; 2], t: f64) -> Coord<f64> {
    if t == 1.0 { ends[1] } else { ends[0] + (ends[1] - ends[0]) * t }
}

/// How much too long the gap of a plane may be because its foot is off: the cube of the distance, times the square of the
/// tangent of the latitude, over 8 R squared.
fn foot_error_m(metres: f64, lat: f64) -> f64 {
    let slope = slope(lat);
    metres * metres * metres * slope * slope / (8.0 * LEAST_RADIUS_M * LEAST_RADIUS_M)
}

/// How far, in fractions of `way`, to step back from `p` to come nearer to `q`.
fn newton_step(p: Coord<f64>, q: Coord<f64>, way: Coord<f64>) -> f64 {
    let lat = (p.y + q.y) / 2.0;
    let scale = Scale::at(lat);
    let (off, way_m) = (scale.metres(p - q), scale.metres(way));
    let square = way_m.x * way_m.x + way_m.y * way_m.y;
    if square == 0.0 {
        return 0.0;
    }
    // The scale to the east shrinks by the tangent of the latitude, and the mean latitude moves half as far as p.
    let shrink = slope(lat) * lat.signum() * way.y.to_radians() / 2.0;
    (off.x * (way_m.x - off.x * shrink) + off.y * way_m.y) / square
}

/// A stretch from the origin of a plane.
struct Along {
    way: Coord<f64>,
    /// 1 over the square of its length, 0 when it has none.
    inverse: f64,
}

/// The foot of a place on a stretch: the fraction of the way, and the square of the distance there.
struct Foot {
    fraction: f64,
    square: f64,
}

impl Along {
    fn of(way: Coord<f64>) -> Self {
        let square = way.x * way.x + way.y * way.y;
        Along { way, inverse: if square > 0.0 { 1.0 / square } else { 0.0 } }
    }

    fn foot(&self, place: Coord<f64>) -> Foot {
        let fraction = ((place.x * self.way.x + place.y * self.way.y) * self.inverse).clamp(0.0, 1.0);
        let rest = place - self.way * fraction;
        Foot { fraction, square: rest.x * rest.x + rest.y * rest.y }
    }
}

/// A foot with the place on the other stretch that it belongs to.
struct Candidate {
    t: f64,
    u: f64,
    square: f64,
}

impl Foot {
    /// On the second stretch, of an end of the first.
    fn pair(self, t: f64) -> Candidate {
        Candidate { t, u: self.fraction, square: self.square }
    }

    /// On the first stretch, of an end of the second.
    fn crossed(self, u: f64) -> Candidate {
        Candidate { t: self.fraction, u, square: self.square }
    }
}

/// The argument in [0, 1] where `f` is least, by golden section; `guess` stays when nothing is less.
fn least(f: impl Fn(f64) -> f64, guess: f64) -> f64 {
    const RATIO: f64 = 0.618_033_988_749_894_9;
    let (mut low, mut high) = (0.0, 1.0);
    let (mut a, mut b) = (1.0 - RATIO, RATIO);
    let (mut fa, mut fb) = (f(a), f(b));
    for _ in 0..40 {
        if fa <= fb {
            (high, b, fb) = (b, a, fa);
            a = high - RATIO * (high - low);
            fa = f(a);
        } else {
            (low, a, fa) = (a, b, fb);
            b = low + RATIO * (high - low);
            fb = f(b);
        }
    }
    let mut best = (f(guess), guess);
    for t in [0.0, 1.0, (low + high) / 2.0] {
        let value = f(t);
        if value < best.0 {
            best = (value, t);
        }
    }
    best.1
}

/// Metres that two boxes are apart at least, longitudes as they stand. Never more than the geodesic between any two places in
/// them: it is the distance on a sphere of the least radius of curvature.
pub fn least_m(a: &Bbox, b: &Bbox) -> f64 {
    let lat = (a.south - b.north).max(b.south - a.north).max(0.0).to_radians();
    let lon = (a.west - b.east).max(b.west - a.east).clamp(0.0, 180.0).to_radians();
    if lon == 0.0 {
        return lat * LEAST_RADIUS_M;
    }
    let shrink = |bbox: &Bbox| bbox.south.abs().max(bbox.north.abs()).min(90.0).to_radians().cos();
    sphere_m(lat, lon, shrink(a) * shrink(b))
}

/// Metres that two places are apart at most: no degree of latitude is longer than 111,694 m nor one of longitude than 111,320 m.
pub fn most_m(a: Coord<f64>, b: Coord<f64>) -> f64 {
    let cosine = a.y.abs().min(b.y.abs()).to_radians().cos();
    let (east, north) = ((a.x - b.x) * 111_700.0 * cosine, (a.y - b.y) * 111_700.0);
    east.hypot(north)
}

/// Haversine distance on the sphere of least radius: differences in radians, product of the cosines of the latitudes.
pub fn sphere_m(lat: f64, lon: f64, cosines: f64) -> f64 {
    let (up, aside) = ((lat / 2.0).sin(), (lon / 2.0).sin());
    let square = up * up + cosines * aside * aside;
    2.0 * LEAST_RADIUS_M * square.sqrt().min(1.0).asin()
}

/// Degrees of latitude that two places so many metres apart differ by at most.
pub fn most_north_deg(metres: f64) -> f64 {
    (metres / LEAST_RADIUS_M).to_degrees()
}

/// Metres between two latitudes at least; `radians` apart.
pub fn least_north_m(radians: f64) -> f64 {
    radians * LEAST_RADIUS_M
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f64, y: f64) -> Coord<f64> {
        Coord { x, y }
    }

    /// `Geod(ellps="WGS84").fwd(7, lat, 37, metres)` of pyproj.
    #[test]
    fn the_plane_of_the_mean_latitude() {
        for (lat, lon2, lat2, metres) in [
            (0.0, 7.002703098171, 0.003611307891, 500.0),
            (0.0, 7.027030985231, 0.036113077532, 5000.0),
            (51.0, 7.004286904361, 51.003589348925, 500.0),
            (51.0, 7.042898836207, 51.035886305292, 5000.0),
            (80.0, 7.015521399491, 80.003575835449, 500.0),
            (80.0, 7.155709787385, 80.035725851232, 5000.0),
        ] {
            let step = Scale::at((lat + lat2) / 2.0).metres(at(lon2 - 7.0, lat2 - lat));
            let off = (step.x.hypot(step.y) - metres).abs();
            assert!(off < if metres > 1000.0 { 0.005 } else { 0.00005 }, "{off} at {lat}");
            assert!((geodesic_m(at(7.0, lat), at(lon2, lat2)) - metres).abs() < 1e-6);
        }
    }

    #[test]
    fn the_gap_of_two_stretches() {
        // On the equator a degree is 111,319.49 m across.
        let pair = Pair { a: [at(0.0, 0.0), at(0.01, 0.0)], b: [at(0.005, 0.001), at(0.005, 0.002)] };
        let gap = pair.gap(Scale::at(0.0));
        assert!((gap.t - 0.5).abs() < 1e-12 && gap.u == 0.0);
        assert!((gap.metres - 110.574).abs() < 0.001, "{gap:?}");
        let point = Pair { a: [at(0.0, 0.0); 2], b: [at(0.0, 0.0); 2] };
        assert_eq!(point.own_gap(point.gap(Scale::at(0.0))).metres, 0.0);
    }

    #[test]
    fn boxes_are_never_called_farther_apart_than_they_are() {
        let corner = |x: f64, y: f64| Bbox { west: x, south: y, east: x, north: y };
        for (x, y) in [(0.1, 0.0), (0.0, 0.1), (3.0, 2.0), (60.0, 30.0), (179.0, 1.0)] {
            for lat in [-80.0, -45.0, 0.0, 10.0, 52.0, 85.0_f64] {
                let other = (lat + y).min(90.0);
                let bound = least_m(&corner(0.0, lat), &corner(x, other));
                let real = geodesic_m(at(0.0, lat), at(x, other));
                assert!(bound <= real && bound > 0.97 * real, "{bound} {real} at {lat} by {x}, {y}");
            }
        }
    }
}
