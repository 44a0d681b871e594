//! A feature of a geometry file, whatever file it is, into a zone: its places and polygons with what its attributes say.

use geo::Coord;

use super::draft::Draft;
use super::properties::Properties;
use super::report::{Place, Report};
use super::shape::circle::circles;
use super::shape::polygon::{polygon, warn_of_extent};
use super::zone::{EdgeRule, Shape, Volume};

/// Rings of one polygon, the outer one first.
pub type Rings = Vec<Vec<Coord<f64>>>;

/// One geometry, degrees, x longitude.
pub enum Geometry {
    Points(Vec<Coord<f64>>),
    /// United.
    Polygons(Vec<Rings>),
}

/// A feature as read.
pub struct Feature<'p> {
    /// Where in the file.
    pub index: String,
    /// What the format itself calls it.
    pub own_id: Option<String>,
    pub properties: &'p Properties,
    /// Each geometry, or why it cannot be used.
    pub geometries: Vec<Result<Geometry, String>>,
    /// How corners are joined.
    pub edges: EdgeRule,
}

impl Feature<'_> {
    /// The zone; `None` when the feature was skipped.
    pub fn draft(self, report: &mut Report) -> Option<Draft> {
        let id = self.properties.id(self.own_id.clone());
        let name = self.properties.name();
        let mut place = Place::new(self.index.clone(), name.clone().or_else(|| id.clone()));
        let limits = self.properties.limits();
        limits.tell_unknown(&mut place, report);
        let many = self.geometries.len() > 1;
        let mut volumes = Vec::new();
        let mut reasons = Vec::new();
        if self.geometries.is_empty() {
            reasons.push("has no geometry".to_owned());
        }
        for (i, geometry) in self.geometries.into_iter().enumerate() {
            let part = if many { format!("part {i}, ") } else { String::new() };
            let read = match geometry {
                Ok(Geometry::Points(places)) => points(&places, self.properties, &mut place, report),
                Ok(Geometry::Polygons(parts)) => {
                    polygons(&parts, &part, self.properties, &mut place, &mut reasons, report)
                }
                Err(reason) => Err(reason),
            };
            match read {
                Ok(shapes) => {
                    volumes.extend(shapes.into_iter().map(|shape| Volume::between(&limits, shape, self.edges)))
                }
                Err(reason) => reasons.push(format!("{part}{reason}")),
            }
        }
        for reason in reasons {
            report.skip(self.index.clone(), place.name.clone(), reason);
        }
        for volume in &volumes {
            warn_of_extent(volume, &mut place, report);
        }
        place.name = name;
        (!volumes.is_empty()).then(|| Draft { id, about: self.properties.about(), place, volumes })
    }
}

fn points(
    places: &[Coord<f64>],
    properties: &Properties,
    place: &mut Place,
    report: &mut Report,
) -> Result<Vec<Shape>, String> {
    if places.is_empty() {
        return Err("the geometry is empty".to_owned());
    }
    if places.iter().any(|p| !(p.x.is_finite() && p.y.is_finite())) {
        return Err("a place is no number".to_owned());
    }
    circles(places, properties.radius(), place, report)
}

/// One shape of all parts that can be used; the reasons of the others are kept when some can.
fn polygons(
    parts: &[Rings],
    words: &str,
    properties: &Properties,
    place: &mut Place,
    reasons: &mut Vec<String>,
    report: &mut Report,
) -> Result<Vec<Shape>, String> {
    if properties.radius().is_some() {
        let what = "has a radius beside a polygon; the polygon counts, the radius does not".to_owned();
        report.warn(place, "polygons with a radius beside them", what);
    }
    let mut sound = Vec::with_capacity(parts.len());
    let mut wrong = Vec::new();
    for (i, rings) in parts.iter().enumerate() {
        let part = if parts.len() > 1 { format!("{words}polygon {i}, ") } else { words.to_owned() };
        let is_finite = rings.iter().flatten().all(|p| p.x.is_finite() && p.y.is_finite());
        let slices: Vec<&[Coord<f64>]> = rings.iter().map(Vec::as_slice).collect();
        let read =
            if is_finite { polygon(&slices, &part, place, report) } else { Err("a corner is no number".to_owned()) };
        match read {
            Ok(polygon) => sound.push(polygon),
            Err(reason) => wrong.push(format!("{part}{}", reason.strip_prefix(&part).unwrap_or(&reason))),
        }
    }
    if sound.is_empty() {
        return Err(wrong.into_iter().next().unwrap_or_else(|| "the geometry is empty".to_owned()));
    }
    reasons.extend(wrong);
    Ok(vec![Shape::Polygons(sound)])
}
