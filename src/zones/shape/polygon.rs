//! Rings into polygons, and what every reader says about a footprint that spans too much.

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

/// Polygons, each its rings as [`polygon`] takes them, united; and those that cannot be used, by number, with the reason.
///
/// # Errors
/// The first reason, when no part can be used.
pub fn united(
    parts: &[Vec<&[Coord<f64>]>],
    place: &mut Place,
    report: &mut Report,
) -> Result<(Shape, Vec<(usize, String)>), String> {
    let mut polygons = Vec::with_capacity(parts.len());
    let mut wrong = Vec::new();
    for (i, rings) in parts.iter().enumerate() {
        let part = if parts.len() > 1 { format!("part {i}, ") } else { String::new() };
        match polygon(rings, &part, place, report) {
            Ok(polygon) => polygons.push(polygon),
            Err(reason) => wrong.push((i, reason)),
        }
    }
    if polygons.is_empty() {
        return Err(wrong.into_iter().next().map_or("the polygon is empty".to_owned(), |(_, reason)| reason));
    }
    Ok((Shape::Polygons(polygons), wrong))
}

/// Moves a hole by whole turns to the longitudes of its outer ring.
fn bring_to_branch(hole: &mut LineString<f64>, outer: &LineString<f64>) {
    let middle = |ring: &LineString<f64>| Bbox::of(&ring.0).centre().x;
    let shift = ring::nearest_turn(middle(hole), middle(outer)) - middle(hole);
    if shift != 0.0 {
        hole.0.iter_mut().for_each(|p| p.x += shift);
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
