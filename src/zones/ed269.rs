//! ED-269 zones (EUROCAE, 2020), which most states of the European Union publish: `features` of zones with volumes, and the
//! Swiss form of them (`UASZoneList`, `dailyPeriod`, numbers as texts). Each zone and each volume is read alone.

use serde_json::{Map, Value};

use super::draft::Draft;
use super::geojson::geometry::footprint;
use super::instant::{self, Side};
use super::json::coordinates::Coordinates;
use super::json::dialect::Dialect;
use super::json::features::{each, sound_members};
use super::json::outline::Element;
use super::json::{self, Member, start_of};
use super::limits::{self, VOLUME};
use super::properties::{Properties, text_of};
use super::reader::{Input, Reader, Refused};
use super::report::{Place, Report, short};
use super::shape::circle::{around, metres};
use super::shape::polygon::warn_of_extent;
use super::text::Text;
use super::vertical::Unit;
use super::zone::{EdgeRule, Shape, Volume};
use super::{applicability, country, restriction};

pub const READER: Reader =
    Reader { format: "ed269", is_text: true, claims: |input| input.is_json(Dialect::Ed269), read };

fn read(input: &Input<'_>, report: &mut Report) -> Result<Vec<Draft>, Refused> {
    let Some((outline, _)) = input.json() else { return Ok(Vec::new()) };
    for (key, range) in &outline.members {
        let value: Value = serde_json::from_str(&input.text.text[range.clone()]).unwrap_or(Value::Null);
        match key.as_str() {
            "createdAt" | "issued" => {
                report.issue.issued_ns = instant::read(&value, Side::Start).ok().flatten().map(|i| i.ns);
            }
            "provider" => report.issue.provider = text_of(&value),
            _ => report.ignore(&format!("member {} of the file", short(key))),
        }
    }
    Ok(each(input.text, outline, report, |element, report| zone(input.text, element, report)))
}

/// Members of a zone that are read from their own text, not as properties.
const READ_APART: [&str; 3] = ["geometry", "applicability", "limitedApplicability"];

/// One zone; `None` when it was skipped.
fn zone(text: &Text<'_>, element: &Element, report: &mut Report) -> Option<Draft> {
    let source = text.text.as_ref();
    let members = sound_members(text, element, report)?;
    let properties = properties(source, &members, element, report);
    let id = properties.id(None);
    let mut place = Place::new(element.index.clone(), properties.name());
    let mut about = properties.about();
    restriction::tell_unknown(&about, &place, report);
    let times = READ_APART[1..].iter().find_map(|key| json::member(source, &members, key));
    about.windows = times.map(|json| applicability::windows(json, &mut place, report)).unwrap_or_default();
    let Some(geometry) = start_of(&members, "geometry") else {
        report.skip(place.index.clone(), place.name.clone().or(id), "has no geometry");
        return None;
    };
    let unnamed = place.name.is_none();
    if unnamed {
        place.name.clone_from(&id);
    }
    let pointer = format!("{}/geometry", place.index.trim_end_matches('/'));
    let volumes = volumes(text, geometry, &pointer, |_, _| None, &mut place, report);
    if let (Some(country), Some(first)) = (properties.text(&["country"]), volumes.first()) {
        country::warn_of_swapped_axes(&country, first, &mut place, report);
    }
    if unnamed {
        place.name = None;
    }
    properties.ignore_rest("property", report);
    (!volumes.is_empty()).then_some(Draft { id, about, place, volumes })
}

/// The members of a zone but for its volumes and times; one that is no sound JSON is named and costs itself only.
fn properties(source: &str, members: &[Member<'_>], element: &Element, report: &mut Report) -> Properties {
    let mut found = Map::new();
    for member in members.iter().filter(|m| !READ_APART.contains(&m.key.as_ref())) {
        match serde_json::from_str(&source[member.value.clone()]) {
            Ok(value) => {
                found.insert(member.key.to_string(), value);
            }
            Err(error) => {
                let key = short(&member.key);
                report.warn_file(format!("{}: its {key} is no sound JSON and was not used ({error})", element.index));
            }
        }
    }
    Properties::of_object(Value::Object(found))
}

/// The volumes that begin at `start`: a list or a single one. A volume without an outline of its own has that of the feature
/// around it, which `own` gives, once. One that cannot be used is skipped by its pointer.
pub fn volumes(
    text: &Text<'_>,
    start: usize,
    pointer: &str,
    own: impl FnOnce(&mut Place, &mut Report) -> Option<Vec<Volume>>,
    place: &mut Place,
    report: &mut Report,
) -> Vec<Volume> {
    let mut own = Own { read: Some(own), volumes: Vec::new(), lent: 0 };
    let source = text.text.as_ref();
    let starts: Vec<(usize, String)> = if source[start..].starts_with('[') {
        let elements = json::elements(source, start).unwrap_or_default();
        elements.into_iter().enumerate().map(|(i, range)| (range.start, format!("{pointer}/{i}"))).collect()
    } else {
        vec![(start, pointer.to_owned())]
    };
    if starts.is_empty() {
        report.skip(pointer.to_owned(), place.name.clone(), "holds no volume");
    }
    let mut volumes = Vec::with_capacity(starts.len());
    for (start, pointer) in starts {
        match volume(text, start, &pointer, &mut own, place, report) {
            Ok(found) => volumes.extend(found),
            Err(reason) => report.skip(pointer, place.name.clone(), reason),
        }
    }
    for volume in &volumes {
        warn_of_extent(volume, place, report);
    }
    volumes
}

/// How many volumes may share the outline of the feature around them.
const LENT: usize = 64;

/// The outline of the feature around the volumes, read when the first volume needs it.
struct Own<F> {
    read: Option<F>,
    volumes: Vec<Volume>,
    lent: usize,
}

impl<F: FnOnce(&mut Place, &mut Report) -> Option<Vec<Volume>>> Own<F> {
    fn lend(&mut self, place: &mut Place, report: &mut Report) -> Result<Vec<Volume>, String> {
        if let Some(read) = self.read.take() {
            self.volumes = read(place, report).unwrap_or_default();
        }
        self.lent += 1;
        if self.volumes.is_empty() {
            Err("the volume has no outline (horizontalProjection)".to_owned())
        } else if self.lent > LENT {
            Err(format!("more than {LENT} volumes have no outline of their own"))
        } else {
            Ok(self.volumes.clone())
        }
    }
}

fn volume(
    text: &Text<'_>,
    start: usize,
    pointer: &str,
    own: &mut Own<impl FnOnce(&mut Place, &mut Report) -> Option<Vec<Volume>>>,
    place: &mut Place,
    report: &mut Report,
) -> Result<Vec<Volume>, String> {
    let source = text.text.as_ref();
    let members = json::members(source, start).map_err(|_| "the volume is no sound object".to_owned())?;
    let mut stated = Map::new();
    for member in members.iter().filter(|m| m.key != "horizontalProjection") {
        let value = serde_json::from_str(&source[member.value.clone()]).unwrap_or(Value::Null);
        stated.insert(member.key.to_string(), value);
    }
    let stated = Value::Object(stated);
    let limits = limits::read(&stated, &VOLUME, place, report);
    let finish = |shape| Volume::between(&limits, shape, EdgeRule::Straight);
    let projection = start_of(&members, "horizontalProjection").filter(|start| source[*start..].starts_with('{'));
    match projection {
        Some(start) => {
            let unit = limits::unit(&stated, &VOLUME, place, report);
            shape(text, start, unit, pointer, place, report).map(|shape| vec![finish(shape)])
        }
        None => own.lend(place, report).map(|lent| lent.into_iter().map(|v| finish(v.shape)).collect()),
    }
}

/// The outline of a volume: a circle about `[lon, lat]`, or a polygon.
fn shape(
    text: &Text<'_>,
    start: usize,
    unit: Unit,
    pointer: &str,
    place: &mut Place,
    report: &mut Report,
) -> Result<Shape, String> {
    let source = text.text.as_ref();
    let members = json::members(source, start).map_err(|_| "its outline is no sound object".to_owned())?;
    let kind = json::member(source, &members, "type").map(json::unquoted).unwrap_or_default();
    let coordinates = |key: &str| -> Result<Coordinates, String> {
        let start = start_of(&members, key).ok_or_else(|| format!("its {} has no {key}", short(&kind)))?;
        let json = json::member(source, &members, key).unwrap_or_default();
        Coordinates::read(json).map_err(|(what, at)| format!("{what}, at {}", text.place(start + at)))
    };
    if kind.eq_ignore_ascii_case("Circle") {
        let centre = coordinates("center")?;
        let &[centre] = &centre.positions[..] else { return Err("its circle has no single center".to_owned()) };
        let radius = json::value(source, &members, "radius").unwrap_or(Value::Null);
        let radius_m = radius_m(radius, unit, place, report)?;
        return around(centre, radius_m, place, report);
    }
    let is_polygon = matches!(kind.as_ref(), "Polygon" | "MultiPolygon");
    let coordinates = match coordinates("coordinates") {
        Ok(coordinates) => coordinates,
        Err(_) if !is_polygon => return Err(format!("its outline is a {:?}, which is not read", short(&kind))),
        Err(reason) => return Err(reason),
    };
    match coordinates.depth {
        3 | 4 => {}
        0 => return Err("its polygon is empty".to_owned()),
        _ if !is_polygon => return Err(format!("its outline is a {:?}, which is not read", short(&kind))),
        depth => return Err(format!("the positions of its polygon stand in {depth} brackets instead of 3")),
    }
    if !is_polygon {
        let what = format!("its outline is a {:?}; the polygon that it gives was taken", short(&kind));
        report.warn(place, "outlines of another kind that give a polygon", what);
    }
    footprint(&coordinates, &format!("{pointer}/horizontalProjection"), place, report)
}

/// The radius in metres; its unit is that of the volume's heights.
fn radius_m(radius: Value, unit: Unit, place: &mut Place, report: &mut Report) -> Result<f64, String> {
    let name = if unit == Unit::Foot { "radius_ft" } else { "radius_m" };
    if unit == Unit::Foot {
        let what =
            "the radius of its circle is in feet, the unit of the volume; some publishers mean metres".to_owned();
        report.ambiguous(place, "circles in volumes measured in feet", what);
    }
    let mut stated = Map::new();
    stated.insert(name.to_owned(), radius);
    metres(Properties::of_object(Value::Object(stated)).radius())
}
