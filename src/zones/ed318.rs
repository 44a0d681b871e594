//! ED-318 zones (EUROCAE, 2024): GeoJSON whose collection says who issued it and for when, whose geometries have a layer of
//! heights and whose points may be circles. Shapes are read as those of GeoJSON; here is what the standard adds.

use serde_json::Value;

use super::geojson;
use super::instant::{self, Side};
use super::json::dialect::Dialect;
use super::properties::{Properties, text_of};
use super::reader::{Input, Reader};
use super::report::{Place, Report, short};

pub const READER: Reader = Reader {
    format: "ed318",
    is_text: true,
    claims: |input| input.is_json(Dialect::Ed318),
    read: |input, report| {
        collection(input, report);
        geojson::read(input, deviations, report)
    },
};

/// What the collection says about itself.
fn collection(input: &Input<'_>, report: &mut Report) {
    let Some((outline, _)) = input.json() else { return };
    for (key, _) in &outline.members {
        if !matches!(key.as_str(), "type" | "crs" | "bbox" | "metadata") {
            report.ignore(&format!("member {} of the file", short(key)));
        }
    }
    let Some(Value::Object(metadata)) = outline.value(&input.text.text, "metadata") else { return };
    let mut time = |key: &str, side| {
        let value = metadata.get(key)?;
        instant::read(value, side).map(|instant| instant.map(|i| i.ns)).unwrap_or_else(|words| {
            report.warn_file(format!(
                "/metadata/{key}: {words:?} is no point in time; whether the file was valid at a flight is not known from it"
            ));
            None
        })
    };
    let times = (time("issued", Side::Start), time("validFrom", Side::Start), time("validTo", Side::End));
    (report.issue.issued_ns, report.issue.valid_from_ns, report.issue.valid_to_ns) = times;
    report.issue.provider = metadata.get("provider").and_then(text_of);
    for key in metadata.keys().filter(|key| !matches!(key.as_str(), "issued" | "validFrom" | "validTo" | "provider")) {
        report.ignore(&format!("metadata {}", short(key)));
    }
}

const TYPES: [&str; 5] = ["USPACE", "PROHIBITED", "REQ_AUTHORIZATION", "CONDITIONAL", "NO_RESTRICTION"];
const REASONS: [&str; 9] =
    ["AIR_TRAFFIC", "SENSITIVE", "PRIVACY", "POPULATION", "NATURE", "NOISE", "EMERGENCY", "DAR", "OTHER"];
/// Properties that are lists of texts with their language.
const TEXTS: [&str; 3] = ["name", "message", "otherreasoninfo"];

/// Tells where properties are not as the standard's schema asks.
fn deviations(properties: &Properties, place: &Place, report: &mut Report) {
    let mut tell = |what: String| report.deviation(&place.index, &what);
    match properties.find(&["type"]).and_then(text_of) {
        Some(word) if !TYPES.contains(&word.as_str()) => {
            tell(format!("its type {:?} is none of ED-318; its meaning was taken where it has one", short(&word)));
        }
        Some(_) => {}
        None => tell("has no type, which ED-318 asks for: what it restricts is not known".to_owned()),
    }
    for name in TEXTS {
        match properties.find(&[name]) {
            Some(Value::String(_)) => tell(format!("its {name} is one text instead of a list of texts; it was taken")),
            Some(Value::Array(list)) if list.iter().any(|text| text.get("lang").is_none()) => {
                tell(format!("its {name} has a text without a language; it was taken"));
            }
            _ => {}
        }
    }
    let reasons = properties.find(&["reason"]);
    if reasons.is_some_and(Value::is_string) {
        tell("its reason is one word instead of a list; it was taken".to_owned());
    }
    let words: Vec<String> = match reasons {
        Some(Value::Array(list)) => list.iter().filter_map(text_of).collect(),
        other => other.and_then(text_of).into_iter().collect(),
    };
    for word in words.iter().filter(|word| !REASONS.contains(&word.as_str())) {
        tell(format!("its reason {:?} is none of ED-318; it was kept", short(word)));
    }
    let authorities = match properties.find(&["zoneauthority"]) {
        Some(Value::Array(list)) => list.as_slice(),
        _ => &[],
    };
    for authority in authorities {
        if authority.get("name").is_some_and(Value::is_string) {
            tell("the name of its authority is one text instead of a list of texts; it was taken".to_owned());
        }
        if authority.get("email").is_some_and(Value::is_object) {
            tell("the e-mail address of its authority is an object instead of a text; no verdict uses it".to_owned());
        }
    }
}
