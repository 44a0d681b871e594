//! One GeoJSON geometry into volumes. A part that cannot be used is skipped by its pointer; the others stay.

use geo::Coord;
use serde_json::Value;

use super::projection::Projection;
use crate::zones::json::coordinates::Coordinates;
use crate::zones::json::{self, Broken, Member, start_of};
use crate::zones::limits::{self, LAYER};
use crate::zones::properties::{Limits, Properties, Radius};
use crate::zones::report::{Place, Report, short};
use crate::zones::shape::polygon::{NO_RADIUS, no_radius, polygon, warn_of_extent, warn_of_null_island};
use crate::zones::shape::ring;
use crate::zones::text::Text;
use crate::zones::zone::{EdgeRule, Shape, Volume};

/// Collections inside collections.
const DEPTH: usize = 8;

/// What all geometries of a feature share.
pub struct Reader<'a> {
    pub text: &'a Text<'a>,
    pub projection: Projection,
    pub properties: &'a Properties,
    pub limits: Limits,
}

impl Reader<'_> {
    /// Reads the geometry that begins at `start` of the text. `pointer` names it in messages.
    pub fn read(&self, start: usize, pointer: &str, place: &mut Place, report: &mut Report) -> Vec<Volume> {
        let mut volumes = Vec::new();
        if let Err(reason) = self.geometry(start, pointer, 0, place, report, &mut volumes) {
            report.skip(pointer.to_owned(), place.name.clone(), reason);
        }
        for volume in &volumes {
            warn_of_extent(volume, place, report);
        }
        volumes
    }

    fn geometry(
        &self,
        start: usize,
        pointer: &str,
        depth: usize,
        place: &mut Place,
        report: &mut Report,
        volumes: &mut Vec<Volume>,
    ) -> Result<(), String> {
        let members = json::members(&self.text.text, start).map_err(|broken| self.broken(broken))?;
        let member = |key| json::member(&self.text.text, &members, key);
        let kind = member("type").map(json::unquoted).ok_or("the geometry has no type")?;
        match kind.as_ref() {
            "GeometryCollection" => {
                if depth == DEPTH {
                    return Err("collections are nested too deep".to_owned());
                }
                let list = start_of(&members, "geometries").ok_or("the collection has no geometries")?;
                let parts = json::elements(&self.text.text, list).map_err(|broken| self.broken(broken))?;
                if parts.is_empty() {
                    return Err("the collection is empty".to_owned());
                }
                for (i, part) in parts.into_iter().enumerate() {
                    let pointer = format!("{pointer}/geometries/{i}");
                    if let Err(reason) = self.geometry(part.start, &pointer, depth + 1, place, report, volumes) {
                        report.skip(pointer, place.name.clone(), reason);
                    }
                }
                return Ok(());
            }
            "Point" | "MultiPoint" | "Polygon" | "MultiPolygon" => {}
            "LineString" | "MultiLineString" => {
                return Err(format!("a {kind} encloses nothing; give it as a polygon with its real width"));
            }
            other => return Err(format!("{} is no GeoJSON geometry", short(other))),
        }
        let limits = self.limits_of(&members, place, report);
        let coordinates = self.coordinates(&members, &kind)?;
        let shapes = match kind.as_ref() {
            "Point" | "MultiPoint" => self.circles(&coordinates, &members, place, report)?,
            _ => vec![self.polygons(&coordinates, pointer, place, report)?],
        };
        volumes.extend(shapes.into_iter().map(|shape| Volume {
            lower: limits.lower.clone(),
            upper: limits.upper.clone(),
            ..Volume::new(shape, EdgeRule::Straight)
        }));
        Ok(())
    }

    fn broken(&self, broken: Broken) -> String {
        match broken {
            Broken::Cut | Broken::Unclosed => "the geometry is cut off".to_owned(),
            Broken::At(at) => format!("the geometry is no sound JSON at {}", self.text.place(at)),
        }
    }

    fn coordinates(&self, members: &[Member<'_>], kind: &str) -> Result<Coordinates, String> {
        let start = start_of(members, "coordinates").ok_or("the geometry has no coordinates")?;
        let json = json::member(&self.text.text, members, "coordinates").unwrap_or_default();
        let mut coordinates =
            Coordinates::read(json).map_err(|(what, at)| format!("{what}, at {}", self.text.place(start + at)))?;
        let needed = match kind {
            "Point" => 1,
            "MultiPoint" => 2,
            "Polygon" => 3,
            _ => 4,
        };
        match coordinates.depth {
            0 => return Err(format!("the {kind} is empty")),
            depth if depth != needed => {
                return Err(format!("the positions of a {kind} stand in {needed} brackets, here in {depth}"));
            }
            _ => {}
        }
        for position in &mut coordinates.positions {
            *position = self.projection.to_degrees(*position);
        }
        Ok(coordinates)
    }

    fn circles(
        &self,
        coordinates: &Coordinates,
        members: &[Member<'_>],
        place: &mut Place,
        report: &mut Report,
    ) -> Result<Vec<Shape>, String> {
        ring::on_earth(&coordinates.positions)?;
        let radius_m = match self.radius(members) {
            Some(Radius::Metres(radius)) => radius,
            Some(Radius::Unusable(words)) => {
                return Err(format!("its radius {:?} cannot be used", short(&words)));
            }
            None => 0.0,
        };
        if radius_m == 0.0 {
            report.warn(place, NO_RADIUS, no_radius());
        }
        for centre in &coordinates.positions {
            warn_of_null_island(*centre, place, report);
        }
        let circle = |c: &Coord<f64>| Shape::Circle { lat: c.y, lon: ring::nearest_turn(c.x, 0.0), radius_m };
        Ok(coordinates.positions.iter().map(circle).collect())
    }

    /// A radius in the geometry itself (ED-318 `extent`, a `radius` member), else among the properties.
    fn radius(&self, members: &[Member<'_>]) -> Option<Radius> {
        let own = |key| json::member(&self.text.text, members, key).and_then(|j| serde_json::from_str::<Value>(j).ok());
        let extent = own("extent").filter(|e| e["subType"].as_str().is_some_and(|t| t.eq_ignore_ascii_case("circle")));
        let stated = extent.map(|e| e["radius"].clone()).or_else(|| own("radius"));
        let stated = stated.and_then(|radius| Properties::of_object(serde_json::json!({ "radius": radius })).radius());
        stated.or_else(|| self.properties.radius())
    }

    fn polygons(
        &self,
        coordinates: &Coordinates,
        pointer: &str,
        place: &mut Place,
        report: &mut Report,
    ) -> Result<Shape, String> {
        if self.properties.radius().is_some() {
            let what = "has a radius beside a polygon; the polygon counts, the radius does not".to_owned();
            report.warn(place, "polygons with a radius beside them", what);
        }
        footprint(coordinates, pointer, place, report)
    }

    /// Limits of this geometry (ED-318 `layer`), else of the feature.
    fn limits_of(&self, members: &[Member<'_>], place: &mut Place, report: &mut Report) -> Limits {
        if let Some(layer @ Value::Object(_)) = json::value(&self.text.text, members, "layer") {
            return limits::read(&layer, &LAYER, place, report);
        }
        for words in self.limits.not_understood() {
            let what = format!("its limit {:?} was not understood; it counts as unknown", short(words));
            report.warn(place, "limits that were not understood", what);
        }
        self.limits.clone()
    }
}

/// The polygons of coordinates that are 3 or 4 deep, united. A part that cannot be used is skipped by its pointer.
///
/// # Errors
/// The reason, when no part can be used.
pub fn footprint(
    coordinates: &Coordinates,
    pointer: &str,
    place: &mut Place,
    report: &mut Report,
) -> Result<Shape, String> {
    let parts = coordinates.polygons();
    let many = parts.len() > 1;
    let mut polygons = Vec::with_capacity(parts.len());
    let mut reasons = Vec::new();
    for (i, rings) in parts.iter().enumerate() {
        let part = if many { format!("part {i}, ") } else { String::new() };
        match polygon(rings, &part, place, report) {
            Ok(polygon) => polygons.push(polygon),
            Err(reason) => reasons.push((i, reason)),
        }
    }
    if polygons.is_empty() {
        return Err(reasons.into_iter().next().map_or("the polygon is empty".to_owned(), |(_, reason)| reason));
    }
    for (i, reason) in reasons {
        report.skip(format!("{pointer}/coordinates/{i}"), place.name.clone(), reason);
    }
    Ok(Shape::Polygons(polygons))
}
