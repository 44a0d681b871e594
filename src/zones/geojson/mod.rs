//! GeoJSON (RFC 7946 and its older and looser relatives) into zones. Each feature is found by its brackets and read alone, so
//! that a damaged or unusable one is named and costs itself only.

mod coordinates;
mod geometry;
pub mod outline;
pub mod projection;

use serde_json::Value;

use super::draft::Draft;
use super::foreign;
use super::json::{self, Broken};
use super::properties::{Properties, text_of};
use super::reader::{Input, Reader, Refused};
use super::report::{Place, Report};
use super::text::Text;
use outline::{Element, Outline};
use projection::Projection;

pub const READER: Reader =
    Reader { format: "geojson", is_text: true, claims: |input| matches!(input.first_char(), Some('{' | '[')), read };

/// Reads all features. The text begins with a bracket.
fn read(input: &Input<'_>, report: &mut Report) -> Result<Vec<Draft>, Refused> {
    let text = input.text;
    let outline = Outline::of(&text.text);
    if !outline.has_list && outline.elements.is_empty() {
        let looks_like = "JSON that is damaged from its beginning".to_owned();
        return Err(Refused::Foreign(looks_like, "check that the file was copied whole".to_owned()));
    }
    if let Some((looks_like, next_step)) = foreign::json_dialect(&text.text, &outline) {
        return Err(Refused::Foreign(looks_like, next_step));
    }
    let mut projection = Projection::Wgs84;
    for crs in &outline.crs {
        let value = serde_json::from_str(&text.text[crs.clone()]).unwrap_or(Value::Null);
        projection = Projection::of(&value).map_err(Refused::Projection)?;
    }
    if projection == Projection::WebMercator {
        report
            .repairs
            .push("the whole file: its places were converted from Web Mercator (EPSG:3857) to WGS 84".to_owned());
    }

    let mut damages = outline.damages.iter().peekable();
    let mut drafts = Vec::new();
    for element in &outline.elements {
        while let Some(damage) = damages.next_if(|d| d.start < element.range.start) {
            report.skip(
                damage.index.clone(),
                name_near(text, damage.start),
                broken_words(text, damage.start, damage.broken),
            );
        }
        drafts.extend(feature(text, element, projection, report));
    }
    for damage in damages {
        report.skip(
            damage.index.clone(),
            name_near(text, damage.start),
            broken_words(text, damage.start, damage.broken),
        );
    }
    if drafts.is_empty() && report.skipped.is_empty() {
        report.warn_file("the file holds no features".to_owned());
    }
    Ok(drafts)
}

fn broken_words(text: &Text<'_>, start: usize, broken: Broken) -> String {
    match broken {
        Broken::Cut => format!(
            "the file ends inside it: it begins at {} and the text stops at {}; what followed is lost",
            text.place(start),
            text.place(text.text.len())
        ),
        Broken::Unclosed => {
            format!("is no sound JSON: begins at {}, and a bracket or quote in it never closes", text.place(start))
        }
        Broken::At(at) => format!("is no sound JSON: begins at {}, breaks at {}", text.place(start), text.place(at)),
    }
}

/// How far the name of a damaged feature is looked for, bytes.
const NAME_WITHIN: usize = 1 << 16;

/// The name of a damaged feature, when its properties are still whole.
fn name_near(text: &Text<'_>, start: usize) -> Option<String> {
    let mut end = text.text.len().min(start + NAME_WITHIN);
    while !text.text.is_char_boundary(end) {
        end -= 1;
    }
    let rest = text.text.get(start..end)?;
    let key = memchr::memmem::find(rest.as_bytes(), b"\"properties\"")?;
    // Behind the next feature's beginning it is that one's name.
    if memchr::memmem::find_iter(&rest.as_bytes()[..key], b"\"Feature\"").count() > 1 {
        return None;
    }
    let mut cursor = json::Cursor::new(rest, key);
    cursor.key().ok()?;
    let value = cursor.value().ok()?;
    let properties = Properties::of_object(serde_json::from_str(&rest[value]).ok()?);
    properties.name().or_else(|| properties.id(None))
}

/// One element into a zone; `None` when it was skipped.
fn feature(text: &Text<'_>, element: &Element, projection: Projection, report: &mut Report) -> Option<Draft> {
    let source = text.text.as_ref();
    let start = element.range.start;
    let index = element.index.clone();
    let members = match json::members(source, start) {
        Ok(members) => members,
        Err(broken) => {
            let reason = match broken {
                Broken::At(at) if at == start => "is no feature, not even an object".to_owned(),
                _ => broken_words(text, start, broken),
            };
            report.skip(index, name_near(text, start), reason);
            return None;
        }
    };
    let member = |key| json::member(source, &members, key);
    let value = |key| member(key).map(serde_json::from_str::<Value>);
    let properties = match value("properties") {
        Some(Ok(value)) => Properties::of_object(value),
        Some(Err(error)) => {
            report.warn_file(format!("{index}: its properties are no sound JSON and were not used ({error})"));
            Properties::default()
        }
        None => Properties::default(),
    };
    let own_id = value("id").and_then(Result::ok).as_ref().and_then(text_of);
    let id = properties.id(own_id);
    let mut place = Place::new(index, properties.name());
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
        "Feature" | "" if has_geometry => members
            .iter()
            .rev()
            .find(|m| m.key == "geometry" && &source[m.value.clone()] != "null")
            .map(|m| m.value.start),
        "Feature" => None,
        "" => {
            report.skip(place.index.clone(), name_or_id(), "has neither a type nor a geometry");
            return None;
        }
        _ => Some(start),
    };
    let Some(geometry) = geometry else {
        report.skip(place.index.clone(), name_or_id(), "has no geometry");
        return None;
    };
    let limits = properties.limits();
    let reader = geometry::Reader { text, projection, properties: &properties, limits };
    let pointer = place.index.clone();
    let unnamed = place.name.is_none();
    if unnamed {
        place.name.clone_from(&id);
    }
    let volumes = reader.read(geometry, &pointer, &mut place, report);
    if unnamed {
        place.name = None;
    }
    let about = properties.about();
    (!volumes.is_empty()).then_some(Draft { id, about, place, volumes })
}
