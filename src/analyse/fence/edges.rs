//! How two corners of an outline are joined: straight in longitude and latitude, or by the shortest line on the ellipsoid. The
//! search knows straight edges only; a geodesic edge is cut into straight ones so short that the difference is below 2 cm.

use std::borrow::Cow;

use geo::{Coord, Geodesic, InterpolatePoint as _, LineString, Point, Polygon};

use crate::zones::nearest_turn;

const EARTH_RADIUS_M: f64 = 6_371_008.8;
/// What the pieces of a geodesic edge may be off.
const ENOUGH_M: f64 = 0.02;
/// Edges that span less longitude are less than that off at any latitude.
const SHORT_DEG: f64 = 0.012;
/// Pieces of one edge; more are needed only for edges over thousands of kilometres.
const MOST_PIECES: f64 = 512.0;

/// How far the two ways to join the corners of a polygon lie apart at most, metres: R/8 times the square of the difference in
/// longitude times sin and cos of the latitude.
pub fn separation_m(polygon: &Polygon<f64>) -> f64 {
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    rings.flat_map(|ring| ring.0.windows(2)).map(|edge| edge_separation_m(edge[0], edge[1])).fold(0.0, f64::max)
}

fn edge_separation_m(a: Coord<f64>, b: Coord<f64>) -> f64 {
    let wide = (b.x - a.x).abs();
    if wide < SHORT_DEG {
        return 0.0;
    }
    // Edges along a pole or around half of the Earth are made by repairs; no shortest line is meant.
    if wide >= 180.0 || a.y.abs() == 90.0 || b.y.abs() == 90.0 {
        return 0.0;
    }
    let lat = ((a.y + b.y) / 2.0).to_radians();
    EARTH_RADIUS_M / 8.0 * wide.to_radians().powi(2) * (lat.sin() * lat.cos()).abs()
}

/// A polygon whose edges follow geodesics between the corners.
pub fn along_geodesics(polygon: &Polygon<f64>) -> Cow<'_, Polygon<f64>> {
    if separation_m(polygon) <= ENOUGH_M {
        return Cow::Borrowed(polygon);
    }
    let ring = |ring: &LineString<f64>| {
        let mut points: Vec<Coord<f64>> = ring.0.first().copied().into_iter().collect();
        for edge in ring.0.windows(2) {
            let (a, b) = (edge[0], edge[1]);
            // The difference falls with the square of the length.
            let pieces = (edge_separation_m(a, b) / ENOUGH_M).sqrt().ceil().clamp(1.0, MOST_PIECES);
            let mut near = a.x;
            for i in 1..pieces as usize {
                let place = Geodesic.point_at_ratio_between(Point::from(a), Point::from(b), i as f64 / pieces);
                near = nearest_turn(place.x(), near);
                points.push(Coord { x: near, y: place.y() });
            }
            points.push(b);
        }
        LineString(points)
    };
    Cow::Owned(Polygon::new(ring(polygon.exterior()), polygon.interiors().iter().map(ring).collect()))
}

#[cfg(test)]
mod tests {
    use super::super::testing::polygon;
    use super::*;

    /// 1.8 degrees at 60 north: in its middle the geodesic runs at 60.0030658 north (pyproj `Geod.npts`), 341.6 m beside the parallel.
    #[test]
    fn a_long_edge_along_a_parallel() {
        let long = polygon(&[&[(20.0, 60.0), (21.8, 60.0), (21.8, 60.05), (20.0, 60.05)]]);
        assert!((separation_m(&long) - 340.0).abs() < 2.0, "{}", separation_m(&long));
        let geodesic = along_geodesics(&long);
        let middle = geodesic.exterior().0.iter().filter(|p| (p.x - 20.9).abs() < 0.01 && p.y < 60.02);
        let north = middle.map(|p| p.y).fold(0.0, f64::max);
        assert!((north - 60.003_065_8).abs() < 1e-6, "{north}");
        let short = polygon(&[&[(0.0, 50.0), (0.001, 50.0), (0.001, 50.001)]]);
        assert!(matches!(along_geodesics(&short), Cow::Borrowed(_)));
    }

    #[test]
    fn over_the_antimeridian() {
        let over = polygon(&[&[(179.0, 60.0), (181.0, 60.0), (181.0, 60.1), (179.0, 60.1)]]);
        assert!(along_geodesics(&over).exterior().0.iter().all(|p| (179.0..=181.0).contains(&p.x)));
    }
}
