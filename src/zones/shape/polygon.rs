//! Rings into polygons, and what every reader says about a footprint that may not be meant.

use geo::{Coord, LineString, Polygon};

use super::super::report::{Place, Report};
use super::super::zone::{Shape, Volume, polygon_bbox};
use super::bbox::Bbox;
use super::ring;

/// A footprint wider than this is no site.
const WIDE_DEG: f64 = 40.0;

/// Outer ring and holes (degrees, x longitude) into a polygon. A hole that encloses nothing is left out: it takes nothing away.
/// `part` names the polygon in messages, empty or ending in a space.
///
/// # Errors
/// The reason, when the outer ring encloses nothing or a ring is no place on Earth.
pub fn polygon(
    rings: &[&[Coord<f64>]],
    part: &str,
    place: &mut Place,
    report: &mut Report,
) -> Result<Polygon<f64>, String> {
    let mut sound: Vec<LineString<f64>> = Vec::with_capacity(rings.len());
    for (i, positions) in rings.iter().enumerate() {
        let name = || if i == 0 { format!("{part}outer ring") } else { format!("{part}hole {i}") };
        ring::on_earth(positions).map_err(|reason| format!("{}: {reason}", name()))?;
        let mut ring = match ring::sound(positions) {
            Ok(ring) => ring,
            Err(reason) if i == 0 => return Err(format!("{}: {reason}", name())),
            Err(reason) => {
                report.repair(place, &format!("{} was left out: {reason}", name()));
                continue;
            }
        };
        if let Some(outer) = sound.first() {
            bring_to_branch(&mut ring.line, outer);
        }
        for what in &ring.repairs {
            report.repair(place, &format!("{} {what}", name()));
        }
        for (kind, what) in ring.warnings {
            report.warn(place, kind, format!("{} {what}", name()));
        }
        sound.push(ring.line);
    }
    if sound.is_empty() {
        return Err("the polygon has no ring".to_owned());
    }
    let outer = sound.remove(0);
    Ok(Polygon::new(outer, sound))
}

/// Moves a hole by whole turns to the longitudes of its outer ring.
fn bring_to_branch(hole: &mut LineString<f64>, outer: &LineString<f64>) {
    let middle = |ring: &LineString<f64>| Bbox::of(&ring.0).centre().x;
    let shift = ring::nearest_turn(middle(hole), middle(outer)) - middle(hole);
    if shift != 0.0 {
        hole.0.iter_mut().for_each(|p| p.x += shift);
    }
}

/// The kind of warning of [`no_radius`].
pub const NO_RADIUS: &str = "places without a radius";

/// Words for a place without a radius.
pub fn no_radius() -> String {
    "no radius is given; it is a site of radius 0, which a flight can come near but hardly enter".to_owned()
}

/// Tells of a place at 0, 0.
pub fn warn_of_null_island(centre: Coord<f64>, place: &mut Place, report: &mut Report) {
    if centre.x == 0.0 && centre.y == 0.0 {
        let what = "stands at 0, 0 (null island), where places without coordinates end up".to_owned();
        report.warn(place, "places at 0, 0", what);
    }
}

/// A footprint that spans a part of the globe is told: it may be a mask, the rest of the world around a country.
pub fn warn_of_extent(volume: &Volume, place: &mut Place, report: &mut Report) {
    let (wide, high) = (volume.bbox.width(), volume.bbox.height());
    if wide <= WIDE_DEG && high <= WIDE_DEG {
        return;
    }
    // Parts on both sides of the antimeridian are far apart in numbers and near on the ground.
    if let Shape::Polygons(parts) = &volume.shape
        && parts.iter().map(polygon_bbox).all(|b| b.width() <= WIDE_DEG && b.height() <= WIDE_DEG)
    {
        return;
    }
    let what = format!(
        "spans {wide:.0} degrees of longitude and {high:.0} of latitude: perhaps a mask of all that is elsewhere; flights \
         far from any site may count as inside"
    );
    report.warn(place, "footprints that span more than 40 degrees", what);
}
