//! Places with a radius into circles, and what every reader says about those that may not be meant.

use geo::Coord;

use super::super::properties::Radius;
use super::super::report::{Place, Report, short};
use super::super::zone::Shape;
use super::ring;

/// A circle around each place (degrees, x longitude), all of one radius; without one they are sites of radius 0.
///
/// # Errors
/// The reason, when a place is none on Earth or the radius cannot be used.
pub fn circles(
    places: &[Coord<f64>],
    radius: Option<Radius>,
    place: &mut Place,
    report: &mut Report,
) -> Result<Vec<Shape>, String> {
    ring::on_earth(places)?;
    let radius_m = metres(radius)?;
    if radius_m == 0.0 {
        warn_of_no_radius(place, report);
    }
    for centre in places {
        warn_of_null_island(*centre, place, report);
    }
    Ok(places.iter().map(|centre| circle(*centre, radius_m)).collect())
}

/// A circle around one place.
///
/// # Errors
/// When it is no place on Earth.
pub fn around(centre: Coord<f64>, radius_m: f64, place: &mut Place, report: &mut Report) -> Result<Shape, String> {
    circles(&[centre], Some(Radius::Metres(radius_m)), place, report)?;
    Ok(circle(centre, radius_m))
}

/// A circle around a place on Earth, whatever turn its longitude is of.
pub fn circle(centre: Coord<f64>, radius_m: f64) -> Shape {
    Shape::Circle { lat: centre.y, lon: ring::nearest_turn(centre.x, 0.0), radius_m }
}

/// The radius in metres, 0 where none is stated.
///
/// # Errors
/// The words of a radius that cannot be used.
pub fn metres(radius: Option<Radius>) -> Result<f64, String> {
    match radius {
        Some(Radius::Metres(radius)) => Ok(radius),
        Some(Radius::Unusable(words)) => Err(format!("its radius {:?} cannot be used", short(&words))),
        None => Ok(0.0),
    }
}

/// Words for a place without a radius.
pub fn no_radius() -> String {
    "no radius is given; it is a site of radius 0, which a flight can come near but hardly enter".to_owned()
}

pub fn warn_of_no_radius(place: &mut Place, report: &mut Report) {
    report.warn(place, "places without a radius", no_radius());
}

/// Tells of a place at 0, 0.
pub fn warn_of_null_island(centre: Coord<f64>, place: &mut Place, report: &mut Report) {
    if centre.x == 0.0 && centre.y == 0.0 {
        let what = "stands at 0, 0 (null island), where places without coordinates end up".to_owned();
        report.warn(place, "places at 0, 0", what);
    }
}
