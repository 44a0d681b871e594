//! Trigonometry from + - * / and sqrt only: those are exact by IEEE 754, libm's functions differ between systems in the
//! last bit, and an integrated path would carry that into the bytes of the samples.

use std::f64::consts::{FRAC_PI_2, PI};

/// What π/2 loses when it is rounded to an f64.
const FRAC_PI_2_REST: f64 = 6.123_233_995_736_766e-17;

/// Sine and cosine of radians; good to about 1e-15 for angles of a few turns.
pub fn sin_cos(x: f64) -> (f64, f64) {
    let quarter = (x / FRAC_PI_2).round();
    let r = x - quarter * FRAC_PI_2 - quarter * FRAC_PI_2_REST;
    let (s, c) = (series(r, r, 2.0), series(1.0, r, 1.0));
    match (quarter as i64).rem_euclid(4) {
        0 => (s, c),
        1 => (c, -s),
        2 => (-s, -c),
        _ => (-c, s),
    }
}

/// Σ first · (−r²)^k / (n (n+1) (n+2) …): sine for first = r, n = 2; cosine for first = 1, n = 1.
fn series(first: f64, r: f64, mut n: f64) -> f64 {
    let (mut term, mut sum) = (first, first);
    for _ in 0..11 {
        term *= -r * r / (n * (n + 1.0));
        sum += term;
        n += 2.0;
    }
    sum
}

pub fn sin(x: f64) -> f64 {
    sin_cos(x).0
}

pub fn cos(x: f64) -> f64 {
    sin_cos(x).1
}

pub fn length(x: f64, y: f64) -> f64 {
    (x * x + y * y).sqrt()
}

/// Angle of the vector (x, y) in radians, −π..π.
pub fn atan2(y: f64, x: f64) -> f64 {
    if x == 0.0 && y == 0.0 {
        return 0.0;
    }
    if y.abs() > x.abs() {
        let rest = atan(x / y);
        return if y > 0.0 { FRAC_PI_2 - rest } else { -FRAC_PI_2 - rest };
    }
    match (x > 0.0, y >= 0.0) {
        (true, _) => atan(y / x),
        (false, true) => atan(y / x) + PI,
        (false, false) => atan(y / x) - PI,
    }
}

/// |x| ≤ 1: halve the angle three times, then a short series.
fn atan(mut x: f64) -> f64 {
    for _ in 0..3 {
        x /= 1.0 + (1.0 + x * x).sqrt();
    }
    let (mut power, mut sum) = (x, 0.0);
    for k in 0..14 {
        sum += power / (2 * k + 1) as f64;
        power *= -x * x;
    }
    8.0 * sum
}

/// Degrees brought into −180..180.
pub fn wrap_deg(deg: f64) -> f64 {
    let turned = (deg + 180.0) - 360.0 * ((deg + 180.0) / 360.0).floor();
    turned - 180.0
}

/// Metres to degrees on WGS 84 around one place, with the two radii of curvature there.
#[derive(Clone, Copy, Debug)]
pub struct LocalPlane {
    pub lat_deg: f64,
    pub lon_deg: f64,
    north_m_per_rad: f64,
    east_m_per_rad: f64,
}

impl LocalPlane {
    pub fn at(lat_deg: f64, lon_deg: f64) -> Self {
        let (a, f) = (6_378_137.0, 1.0 / 298.257_223_563);
        let e2 = f * (2.0 - f);
        let (s, c) = sin_cos(lat_deg.to_radians());
        let w2 = 1.0 - e2 * s * s;
        let prime_vertical = a / w2.sqrt();
        LocalPlane {
            lat_deg,
            lon_deg,
            north_m_per_rad: prime_vertical * (1.0 - e2) / w2,
            east_m_per_rad: prime_vertical * c,
        }
    }

    /// (latitude, longitude) in radians of a point `north`, `east` metres from the origin.
    pub fn radians(&self, north: f64, east: f64) -> (f64, f64) {
        (
            self.lat_deg.to_radians() + north / self.north_m_per_rad,
            self.lon_deg.to_radians() + east / self.east_m_per_rad,
        )
    }

    /// (latitude, longitude) in degrees of a point `north`, `east` metres from the origin.
    pub fn degrees(&self, north: f64, east: f64) -> (f64, f64) {
        let (lat, lon) = self.radians(north, east);
        (lat.to_degrees(), lon.to_degrees())
    }

    /// (north, east) in metres of a point given in degrees.
    pub fn metres(&self, lat_deg: f64, lon_deg: f64) -> (f64, f64) {
        (
            (lat_deg - self.lat_deg).to_radians() * self.north_m_per_rad,
            (lon_deg - self.lon_deg).to_radians() * self.east_m_per_rad,
        )
    }
}
