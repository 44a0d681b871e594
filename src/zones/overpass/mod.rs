//! OpenStreetMap elements as Overpass servers give them in JSON: nodes, ways and relations whose tags tell the kind of site.
//! Shapes stand beside an element (`geometry`, `center`), or in the nodes and ways that it names.

mod assembly;
mod places;

use std::collections::HashSet;

use geo::Coord;
use serde_json::Value;

use super::draft::Draft;
use super::instant::{self, Side};
use super::json;
use super::json::dialect::Dialect;
use super::json::features::{each, sound_members};
use super::json::outline::Element;
use super::properties::text_of;
use super::reader::{Input, Reader, Refused};
use super::report::{Place, Report, short};
use super::sector;
use super::shape::circle::around;
use super::shape::holes::{Ring, nest};
use super::shape::polygon::warn_of_extent;
use super::text::Text;
use super::zone::{About, EdgeRule, Shape, Volume};
use places::{Places, number};

pub const READER: Reader =
    Reader { format: "overpass", is_text: true, claims: |input| input.is_json(Dialect::Overpass), read };

/// Tags that say what an element is, asked for a word when no sector is known, the more telling ones first.
const KINDS: [&str; 18] = [
    "amenity",
    "power",
    "man_made",
    "military",
    "industrial",
    "aeroway",
    "telecom",
    "healthcare",
    "emergency",
    "office",
    "railway",
    "waterway",
    "tourism",
    "leisure",
    "landuse",
    "boundary",
    "building",
    "highway",
];

/// Keys whose elements are lines, though they may close: a ring of power line encloses no site.
const LINES: [(&str, &[&str]); 5] = [
    ("power", &["line", "minor_line", "cable"]),
    ("man_made", &["pipeline"]),
    ("railway", &["rail", "light_rail", "subway", "tram", "narrow_gauge"]),
    ("aeroway", &["taxiway"]),
    ("waterway", &["river", "stream", "canal", "ditch", "drain"]),
];

const LINE: &str = "is a line, which encloses nothing; give it as an area with its real width";

fn read(input: &Input<'_>, report: &mut Report) -> Result<Vec<Draft>, Refused> {
    let Some((outline, _)) = input.json() else { return Ok(Vec::new()) };
    let source = input.text.text.as_ref();
    let server = outline.value(source, "osm3s").unwrap_or(Value::Null);
    report.issue.provider = Some("OpenStreetMap".to_owned());
    report.issue.issued_ns =
        instant::read(&server["timestamp_osm_base"], Side::Start).ok().flatten().map(|instant| instant.ns);
    if let Some(remark) = outline.value(source, "remark").as_ref().and_then(text_of) {
        report.warn_file(format!("the server remarks {:?}: elements may be missing", short(&remark)));
    }
    let places = Places::of(source, outline);
    Ok(each(input.text, outline, report, |element, report| site(input.text, element, &places, report)))
}

/// One element into a zone; `None` when it is no site or was skipped.
fn site(text: &Text<'_>, element: &Element, places: &Places, report: &mut Report) -> Option<Draft> {
    let source = text.text.as_ref();
    let members = sound_members(text, element, report)?;
    let value = |key| json::value(source, &members, key).unwrap_or(Value::Null);
    let kind = text_of(&value("type")).unwrap_or_default();
    let tags = value("tags");
    let tag = |key: &str| text_of(&tags[key]);
    let number_of = value("id").as_i64();
    if !matches!(kind.as_str(), "node" | "way" | "relation") {
        report.skip(element.index.clone(), None, format!("{:?} is no node, way or relation", short(&kind)));
        return None;
    }
    let known = sector::of_tags(tag);
    let has_kind = tags.as_object().is_some_and(|tags| !tags.is_empty());
    if known.is_none() && (!has_kind || number_of.is_some_and(|id| places.is_part(&kind, id))) {
        report.ignore("elements that are no site: without tags, or parts of others that lend their places");
        return None;
    }
    let id = number_of.map(|id| format!("{kind}/{id}"));
    let name = tag("name").or_else(|| tag("name:en"));
    let mut place = Place::new(element.index.clone(), name);
    let facility = match &known {
        Some((key, value, _)) => Some(format!("{key}={value}")),
        None => KINDS.iter().find_map(|key| tag(key).map(|value| format!("{key}={value}"))),
    };
    let facility = match (facility, tag("operator")) {
        (Some(facility), Some(operator)) => Some(format!("{facility}, operated by {operator}")),
        (facility, _) => facility,
    };
    let shape = match kind.as_str() {
        "node" => match (number(&value("lat")), number(&value("lon"))) {
            (Some(lat), Some(lon)) => around(Coord { x: lon, y: lat }, 0.0, &mut place, report),
            _ => Err("has no place".to_owned()),
        },
        "way" => {
            let line = places::line(&value("geometry")).or_else(|| places.way(&value("nodes")));
            match line {
                _ if is_line(&tags) => Err(LINE.to_owned()),
                Some(line) => area(vec![line], Vec::new(), &mut place, report),
                None => centre(&value("center"), &mut place, report),
            }
        }
        _ => relation(&value("members"), &tags, places, &mut place, report)
            .unwrap_or_else(|| centre(&value("center"), &mut place, report)),
    };
    let shape = match shape {
        Ok(shape) => shape,
        Err(reason) => {
            report.skip(place.index, place.name.or(id), reason);
            return None;
        }
    };
    let volume = Volume::new(shape, EdgeRule::Straight);
    warn_of_extent(&volume, &mut place, report);
    let about = About { sector: known.map(|(_, _, sector)| sector), facility, ..About::default() };
    Some(Draft { id, about, place, volumes: vec![volume] })
}

/// Whether tags say that a way is a line even where it closes.
fn is_line(tags: &Value) -> bool {
    if tags["area"] == "yes" {
        return false;
    }
    let is = |key: &str, values: &[&str]| tags[key].as_str().is_some_and(|own| values.contains(&own));
    LINES.iter().any(|(key, values)| is(key, values)) || tags["highway"].is_string()
}

/// An element of which the server gave the centre alone.
fn centre(value: &Value, place: &mut Place, report: &mut Report) -> Result<Shape, String> {
    let (Some(lat), Some(lon)) = (number(&value["lat"]), number(&value["lon"])) else {
        return Err("has no outline, or not all of its nodes, in the file; ask the server for `out geom`".to_owned());
    };
    let what = "is an area of which the file has the centre alone; ask the server for `out geom`".to_owned();
    report.warn(place, "areas of which the file has the centre alone", what);
    around(Coord { x: lon, y: lat }, 0.0, place, report)
}

/// The outline of a relation; `None` when the file has none of its ways.
fn relation(
    members: &Value,
    tags: &Value,
    places: &Places,
    place: &mut Place,
    report: &mut Report,
) -> Option<Result<Shape, String>> {
    let (mut outer, mut inner, mut missing) = (Vec::new(), Vec::new(), 0_usize);
    let mut named = HashSet::new();
    for member in members.as_array().map(Vec::as_slice).unwrap_or_default() {
        if member["type"] != "way" {
            continue;
        }
        let id = member["ref"].as_i64();
        if id.is_some_and(|id| !named.insert(id)) {
            continue;
        }
        let line = places::line(&member["geometry"]).or_else(|| places.member(id?));
        match (line, member["role"].as_str().unwrap_or_default()) {
            (Some(line), "inner") => inner.push(line),
            (Some(line), "outer" | "") => outer.push(line),
            (Some(_), _) => {}
            (None, "outer" | "inner" | "") => missing += 1,
            (None, _) => {}
        }
    }
    let kind = text_of(&tags["type"]).unwrap_or_default();
    if !matches!(kind.as_str(), "multipolygon" | "boundary" | "site" | "") {
        return Some(Err(format!("is a relation of type {:?}, which encloses nothing", short(&kind))));
    }
    if outer.is_empty() {
        return None;
    }
    if missing > 0 {
        let what = format!("{missing} of its ways are not in the file; what they enclose is missing");
        report.warn(place, "relations with ways that are not in the file", what);
    }
    Some(area(outer, inner, place, report))
}

/// Lines in any order and direction into polygons with holes.
fn area(outer: Vec<Ring>, inner: Vec<Ring>, place: &mut Place, report: &mut Report) -> Result<Shape, String> {
    let (outer, inner) = (assembly::rings(outer), assembly::rings(inner));
    if outer.closed.is_empty() {
        return Err(LINE.to_owned());
    }
    let open = outer.open + inner.open;
    if open > 0 {
        let what = format!("{open} of its lines close to no ring; what they enclose is missing");
        report.warn(place, "relations with rings that do not close", what);
    }
    let nested = nest(outer.closed, inner.closed);
    if !nested.orphans.is_empty() {
        report.repair(place, &format!("{} holes lie in no outer ring; they were left out", nested.orphans.len()));
    }
    nested.shape(place, report)
}
