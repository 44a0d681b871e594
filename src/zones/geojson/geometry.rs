//! One GeoJSON geometry into volumes. A part that cannot be used is skipped by its pointer; the others stay.

use serde_json::Value;

use super::projection::Projection;
use crate::zones::json::coordinates::Coordinates;
use crate::zones::json::{self, Broken, Member, start_of};
use crate::zones::limits::{self, LAYER};
use crate::zones::properties::{Properties, Radius};
use crate::zones::report::{Place, Report, short};
use crate::zones::shape::circle::circles;
use crate::zones::shape::polygon::{united, warn_of_extent};
use crate::zones::text::Text;
use crate::zones::vertical::Limits;
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
            "Point" | "MultiPoint" => circles(&coordinates.positions, self.radius(&members), place, report)?,
            _ => vec![self.polygons(&coordinates, pointer, place, report)?],
        };
        volumes.extend(shapes.into_iter().map(|shape| Volume::between(&limits, shape, EdgeRule::Straight)));
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

    /// A radius in the geometry itself (ED-318 `extent`, a `radius` or `radius_m` member), else among the properties.
    fn radius(&self, members: &[Member<'_>]) -> Option<Radius> {
        let own = |key| json::member(&self.text.text, members, key).and_then(|j| serde_json::from_str::<Value>(j).ok());
        let extent = own("extent").filter(|e| e["subType"].as_str().is_some_and(|t| t.eq_ignore_ascii_case("circle")));
        let stated = extent.map(|e| e["radius"].clone()).or_else(|| own("radius")).or_else(|| own("radius_m"));
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
        self.limits.tell_unknown(place, report);
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
    let (shape, wrong) = united(&coordinates.polygons(), place, report)?;
    for (i, reason) in wrong {
        report.skip(format!("{pointer}/coordinates/{i}"), place.name.clone(), reason);
    }
    Ok(shape)
}
