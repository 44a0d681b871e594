//! GeoJSON (RFC 7946 and its older and looser relatives) into zones. Each feature is found by its brackets and read alone, so
//! that a damaged or unusable one is named and costs itself only.

pub mod geometry;
pub mod projection;

use serde_json::Value;

use super::draft::Draft;
use super::instant::{self, Side};
use super::json::features::{each, sound_members};
use super::json::outline::{Element, Outline};
use super::json::{self, Member, start_of};
use super::limits::{self, VOLUME};
use super::normal::{self, Normal};
use super::properties::{Properties, plain, text_of};
use super::reader::{Input, Reader, Refused};
use super::report::{Place, Report};
use super::text::Text;
use super::vertical::Limits;
use super::{applicability, country, ed269, faa, foreign, restriction};
use projection::Projection;

pub const READER: Reader = Reader {
    format: "geojson",
    is_text: true,
    claims: |input| input.json().is_some(),
    read: |input, report| {
        let drafts = read(input, |_, _, _| {}, report)?;
        tell_members(input, report);
        Ok(drafts)
    },
};

/// Looks at the properties of a feature for what its format asks.
pub type Inspect = fn(&Properties, &Place, &mut Report);

/// Reads all features of a text that begins with a bracket.
///
/// # Errors
/// When it holds none, or they are in a projection that is not converted.
pub fn read(input: &Input<'_>, inspect: Inspect, report: &mut Report) -> Result<Vec<Draft>, Refused> {
    let text = input.text;
    let nothing = Outline::default();
    let outline = input.json().map_or(&nothing, |(outline, _)| outline);
    if !outline.has_list && outline.elements.is_empty() {
        let looks_like = "JSON that is damaged from its beginning".to_owned();
        return Err(Refused::Foreign(looks_like, "check that the file was copied whole".to_owned()));
    }
    if let Some((looks_like, next_step)) = foreign::json_dialect(&text.text, outline) {
        return Err(Refused::Foreign(looks_like, next_step));
    }
    let mut projection = Projection::Wgs84;
    for crs in outline.named(&text.text, "crs") {
        let value = serde_json::from_str(crs).unwrap_or(Value::Null);
        projection = Projection::of(&value).map_err(Refused::Projection)?;
    }
    if projection == Projection::WebMercator {
        report
            .repairs
            .push("the whole file: its places were converted from Web Mercator (EPSG:3857) to WGS 84".to_owned());
    }
    let of = |element: &Element, report: &mut Report| feature(text, element, projection, inspect, report);
    Ok(each(text, outline, report, of))
}

/// When a plain collection was made, and what stands beside its features and is not used.
fn tell_members(input: &Input<'_>, report: &mut Report) {
    const MADE: &[&str] = &["issued", "generated", "generatedAt", "timestamp", "created"];
    let Some((outline, _)) = input.json() else { return };
    let member = |key| outline.value(&input.text.text, key);
    if let Some(issue) = normal::issue(member("normal_form").as_ref(), member("sources").as_ref()) {
        report.issue = issue;
        return;
    }
    for (key, range) in &outline.members {
        let value = || serde_json::from_str(&input.text.text[range.clone()]).unwrap_or(Value::Null);
        match key.as_str() {
            "type" | "crs" | "bbox" => {}
            made if MADE.contains(&made) => {
                report.issue.issued_ns = instant::read(&value(), Side::Start).ok().flatten().map(|i| i.ns);
            }
            _ => report.ignore(&format!("member {} of the file", super::report::short(key))),
        }
    }
}

/// One element into a zone; `None` when it was skipped.
fn feature(
    text: &Text<'_>,
    element: &Element,
    projection: Projection,
    inspect: Inspect,
    report: &mut Report,
) -> Option<Draft> {
    let source = text.text.as_ref();
    let start = element.range.start;
    let index = element.index.clone();
    let members = sound_members(text, element, report)?;
    let member = |key| json::member(source, &members, key);
    let value = |key| member(key).map(serde_json::from_str::<Value>);
    let mut normal = None;
    let properties = match value("properties") {
        Some(Ok(value)) => {
            normal = Normal::of(&value);
            Properties::of_object(value)
        }
        Some(Err(error)) => {
            report.warn_file(format!("{index}: its properties are no sound JSON and were not used ({error})"));
            Properties::default()
        }
        None => Properties::default(),
    };
    let own_id = value("id").and_then(Result::ok).as_ref().and_then(text_of);
    let id = normal.as_ref().map_or_else(|| properties.id(own_id), Normal::id);
    let mut place = Place::new(index, normal.as_ref().map_or_else(|| properties.name(), Normal::name));
    let name_or_id = || place.name.clone().or_else(|| id.clone());

    let own_projection = value("crs").and_then(Result::ok).map(|crs| Projection::of(&crs));
    let projection = match own_projection.unwrap_or(Ok(projection)) {
        Ok(projection) => projection,
        Err(name) => {
            report.skip(
                place.index.clone(),
                name_or_id(),
                format!("its coordinates are in {name}, which is not converted"),
            );
            return None;
        }
    };
    let kind = member("type").map(json::unquoted).unwrap_or_default();
    let has_geometry = member("geometry").is_some();
    let geometry = match kind.as_ref() {
        "FeatureCollection" => {
            report.skip(place.index, place.name, "is a collection inside a collection");
            return None;
        }
        "Feature" | "" if has_geometry => {
            start_of(&members, "geometry").filter(|start| !source[*start..].starts_with("null"))
        }
        "Feature" => None,
        "" => {
            report.skip(place.index.clone(), name_or_id(), "has neither a type nor a geometry");
            return None;
        }
        _ => Some(start),
    };
    let inner =
        start_of(&members, "properties").and_then(|start| json::members(source, start).ok()).unwrap_or_default();
    let embedded = embedded_volumes(source, &inner);
    if geometry.is_none() && embedded.is_none() {
        report.skip(place.index.clone(), name_or_id(), "has no geometry");
        return None;
    }
    let mut about = properties.about();
    match &normal {
        Some(normal) => {
            about = normal.about(&about, &mut place, report);
            about.windows = normal.windows(&mut place, report);
        }
        None => about.windows = windows(source, &inner, &properties, &mut place, report),
    }
    restriction::tell_unknown(&about, &place, report);
    let mut limits = flat_volume(source, &inner, &properties, &mut place, report);
    faa::complete(&properties, &mut about, &mut limits, &mut place, report);
    inspect(&properties, &place, report);

    let pointer = place.index.clone();
    let unnamed = place.name.is_none();
    if unnamed {
        place.name.clone_from(&id);
    }
    let reader = geometry::Reader { text, projection, properties: &properties, limits };
    let mut volumes = match (embedded, geometry) {
        (Some(embedded), outer) => {
            let pointer = format!("{}/properties/geometry", pointer.trim_end_matches('/'));
            let own = |place: &mut Place, report: &mut Report| {
                outer.map(|start| reader.read(start, &place.index.clone(), place, report))
            };
            ed269::volumes(text, embedded, &pointer, own, &mut place, report)
        }
        (None, Some(start)) => reader.read(start, &pointer, &mut place, report),
        (None, None) => Vec::new(),
    };
    if let (Some(country), Some(first)) = (properties.text(&["country"]), volumes.first()) {
        country::warn_of_swapped_axes(&country, first, &mut place, report);
    }
    match &normal {
        Some(normal) => normal.complete(&mut volumes, &mut place, report),
        None => properties.ignore_rest("property", report),
    }
    if unnamed {
        place.name = None;
    }
    (!volumes.is_empty()).then_some(Draft { id, about, place, volumes })
}

/// Floor and ceiling among the properties; those of an ED-269 volume, flattened, mean something where they are null.
fn flat_volume(
    source: &str,
    members: &[Member<'_>],
    properties: &Properties,
    place: &mut Place,
    report: &mut Report,
) -> Limits {
    let names = [VOLUME.unit, VOLUME.lower, VOLUME.lower_reference, VOLUME.upper, VOLUME.upper_reference];
    let is_volume = members.iter().any(|m| m.key == VOLUME.unit || m.key == VOLUME.lower_reference);
    if !is_volume || members.iter().all(|m| m.key != VOLUME.lower && m.key != VOLUME.upper) {
        return properties.limits();
    }
    let mut stated = serde_json::Map::new();
    for name in names {
        // Asked for, so that it does not count as unused.
        properties.find(&[&plain(name)]);
        stated.insert(name.to_owned(), json::value(source, members, name).unwrap_or(Value::Null));
    }
    limits::read(&Value::Object(stated), &VOLUME, place, report)
}

/// Where the ED-269 volumes among the properties begin, as the national maps of Estonia and Lithuania have them.
fn embedded_volumes(source: &str, properties: &[Member<'_>]) -> Option<usize> {
    let json = json::member(source, properties, "geometry")?;
    let is_volume = json.contains("\"horizontalProjection\"") || json.contains("\"lowerLimit\"");
    start_of(properties, "geometry").filter(|_| json.starts_with(['{', '[']) && is_volume)
}

/// When it is in force: lists as in ED-269 and ED-318, else flat properties.
fn windows(
    source: &str,
    members: &[Member<'_>],
    properties: &Properties,
    place: &mut Place,
    report: &mut Report,
) -> Vec<super::Window> {
    let list = ["limitedApplicability", "applicability"].iter().find_map(|key| json::member(source, members, key));
    match list {
        Some(list) => {
            // Asked for, so that it does not count as unused.
            properties.find(&["limitedapplicability", "applicability"]);
            applicability::windows(list, place, report)
        }
        None => applicability::of_properties(properties, place, report),
    }
}
