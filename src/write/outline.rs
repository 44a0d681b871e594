//! Outlines of zones for programs that know polygons alone: circles get corners, and their exact centre and radius stay beside
//! them as attributes.

use geo::{Destination as _, Geodesic, LineString, Point, Polygon};

use crate::zones::{Shape, Volume};

/// A corner every five degrees: 0.1 % of the radius off at most.
const CORNERS: u32 = 72;

/// The polygons of a volume, longitudes continuous along each ring; none for a site without extent.
pub fn polygons(volume: &Volume) -> Vec<Polygon<f64>> {
    match &volume.shape {
        Shape::Polygons(polygons) => polygons.clone(),
        Shape::Circle { radius_m, .. } if *radius_m <= 0.0 => Vec::new(),
        Shape::Circle { lat, lon, radius_m } => {
            // Counter-clockwise, as RFC 7946 and OGC have outer rings.
            let corner = |i: u32| {
                let bearing = 360.0 - 360.0 / f64::from(CORNERS) * f64::from(i % CORNERS);
                let corner = Geodesic.destination(Point::new(*lon, *lat), bearing, *radius_m);
                geo::Coord { x: corner.x() + 360.0 * ((lon - corner.x()) / 360.0).round(), y: corner.y() }
            };
            vec![Polygon::new(LineString::new((0..=CORNERS).map(corner).collect()), Vec::new())]
        }
    }
}

/// Floor or ceiling in words, `None` where the source gives none.
pub fn limit_text(limit: Option<&crate::zones::VerticalLimit>) -> Option<String> {
    let limit = limit?;
    match limit.value {
        Some(value) if value == f64::INFINITY => Some("unlimited".to_owned()),
        Some(value) => Some(format!("{value} {} {}", limit.unit.as_str(), limit.reference.as_str())),
        None => Some(limit.raw.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zones::EdgeRule;

    #[test]
    fn a_circle_keeps_its_radius_and_stays_whole_at_the_antimeridian() {
        let volume = Volume::new(Shape::Circle { lat: 60.0, lon: 179.999, radius_m: 500.0 }, EdgeRule::Straight);
        let polygons = polygons(&volume);
        let ring = polygons[0].exterior();
        assert_eq!(ring.0.len(), 73);
        assert_eq!(ring.0[0], ring.0[72]);
        // 500 m are 0.009 degrees of longitude at 60 degrees north.
        assert!(ring.0.iter().all(|corner| (corner.x - 179.999).abs() < 0.01 && (corner.y - 60.0).abs() < 0.005));
        assert!(ring.0.iter().any(|corner| corner.x > 180.0));
    }
}
