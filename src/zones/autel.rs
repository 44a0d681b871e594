//! Autel no-fly zones: places with up to three radii, in each of which something else is asked.

use geo::Coord;
use serde_json::Value;

use super::draft::Draft;
use super::json;
use super::json::dialect::Dialect;
use super::json::features::{each, sound_members};
use super::json::outline::Element;
use super::properties::text_of;
use super::reader::{Input, Reader, Refused};
use super::report::{Place, Report, short};
use super::sector;
use super::shape::circle::{circle, warn_of_null_island};
use super::shape::polygon::warn_of_extent;
use super::shape::ring;
use super::text::Text;
use super::vertical::{Reference, Unit, VerticalLimit};
use super::zone::{About, EdgeRule, Restriction, Volume};

pub const READER: Reader =
    Reader { format: "autel-nfz", is_text: true, claims: |input| input.is_json(Dialect::Autel), read };

/// The radii of a place and what is asked within each.
const RADII: [(&str, Restriction); 3] = [
    ("nofly_radius", Restriction::Prohibited),
    ("height_limit_radius", Restriction::HeightLimit),
    ("warning_radius", Restriction::Warning),
];

fn read(input: &Input<'_>, report: &mut Report) -> Result<Vec<Draft>, Refused> {
    let Some((outline, _)) = input.json() else { return Ok(Vec::new()) };
    for (key, _) in &outline.members {
        report.ignore(&format!("member {} of the file", short(key)));
    }
    if !outline.elements.is_empty() {
        report.ambiguous_file("the file names no unit of its radii: metres were taken");
    }
    Ok(each(input.text, outline, report, |element, report| zones(input.text, element, report)))
}

/// One entry: a zone for each kind of radius that it gives.
fn zones(text: &Text<'_>, element: &Element, report: &mut Report) -> Vec<Draft> {
    let Some(members) = sound_members(text, element, report) else { return Vec::new() };
    let source = text.text.as_ref();
    let value = |key| json::value(source, &members, key).unwrap_or(Value::Null);
    let name = text_of(&value("nfz_name"));
    let facility = text_of(&value("nfz_type"));
    let mut place = Place::new(element.index.clone(), name);
    for member in members.iter().filter(|m| !matches!(m.key.as_ref(), "nfz_name" | "nfz_type" | "nfz_dots")) {
        report.ignore(&format!("property {}", short(&member.key)));
    }
    let mut volumes: [Vec<Volume>; 3] = Default::default();
    let dots = value("nfz_dots");
    let pointer = element.index.trim_end_matches('/');
    for (i, dot) in dots.as_array().map(Vec::as_slice).unwrap_or_default().iter().enumerate() {
        let pointer = format!("{pointer}/nfz_dots/{i}");
        if number(&dot["dot_type"]).is_some_and(|kind| kind != 1.0) {
            let reason = format!("its kind of place {} is not known", short(&dot["dot_type"].to_string()));
            report.skip(pointer, place.name.clone(), reason);
            continue;
        }
        for (j, location) in dot["locations"].as_array().map(Vec::as_slice).unwrap_or_default().iter().enumerate() {
            if let Err(reason) = circles(location, &mut volumes, &mut place, report) {
                report.skip(format!("{pointer}/locations/{j}"), place.name.clone(), reason);
            }
        }
    }
    if volumes.iter().all(Vec::is_empty) {
        report.skip(place.index, place.name, "gives no place with a radius");
        return Vec::new();
    }
    let used = RADII.iter().zip(volumes).filter(|(_, volumes)| !volumes.is_empty());
    let draft = |((radius, restriction), volumes): (&(&str, Restriction), Vec<Volume>)| {
        for volume in &volumes {
            warn_of_extent(volume, &mut place, report);
        }
        let mut own = Place::new(place.index.clone(), place.name.clone());
        own.warnings.clone_from(&place.warnings);
        let about = About {
            sector: facility.as_deref().and_then(sector::of_word),
            facility: facility.clone(),
            restriction: Some(*restriction),
            restriction_word: Some((*radius).to_owned()),
            ..About::default()
        };
        // The file gives no ids; the kind of radius keeps the zones of one entry apart.
        Draft { id: Some(format!("{} {}", place.index, restriction.as_str())), about, place: own, volumes }
    };
    used.map(draft).collect()
}

/// The circles about one place.
fn circles(
    location: &Value,
    volumes: &mut [Vec<Volume>; 3],
    place: &mut Place,
    report: &mut Report,
) -> Result<(), String> {
    let lat = degrees(location, "latitude", ("N", "S"), place, report)?;
    let lon = degrees(location, "longitude", ("E", "W"), place, report)?;
    let centre = Coord { x: lon, y: lat };
    ring::on_earth(&[centre])?;
    warn_of_null_island(centre, place, report);
    for ((key, restriction), volumes) in RADII.iter().zip(volumes) {
        let Some(radius_m) = number(&location[*key]).filter(|radius| *radius != 0.0) else { continue };
        if !(0.0..20_037_508.0).contains(&radius_m) {
            return Err(format!("its {key} {radius_m} cannot be used"));
        }
        let mut volume = Volume::new(circle(centre, radius_m), EdgeRule::Unstated);
        if *restriction == Restriction::HeightLimit {
            report.ambiguous_file(
                "height limits have no height in the file: from where it is forbidden to fly there is not known",
            );
            let (unit, reference) = (Unit::Metre, Reference::Takeoff);
            volume.lower = Some(VerticalLimit { value: None, unit, reference, raw: String::new() });
        }
        volumes.push(volume);
    }
    Ok(())
}

/// A coordinate. The letter beside it gives the sign of a number that has none; a negative number is never turned.
fn degrees(
    location: &Value,
    key: &str,
    (positive, negative): (&str, &str),
    place: &mut Place,
    report: &mut Report,
) -> Result<f64, String> {
    let value = number(&location[key]).ok_or_else(|| format!("its {key} is no number"))?;
    let letter = text_of(&location[format!("{key}_type")]).unwrap_or_default().to_ascii_uppercase();
    if letter == negative && value > 0.0 {
        report.repair(place, &format!("its {key} {value} {letter} was read as {}", -value));
        return Ok(-value);
    }
    if letter == positive && value < 0.0 {
        let what = format!("its {key} is {value} and {letter}: the sign was taken, not the letter");
        report.ambiguous(place, "places whose sign and letter disagree", what);
    }
    Ok(value)
}

/// A number, as such or as a text.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).filter(|number| number.is_finite())
}
