//! DJI GEO areas, as the maker's map service lists them. What an area asks is told by its colour, the legend of the maker's own
//! map: the level says "restricted" of height zones too. Areas with sub areas have their real shapes there.

use std::ops::Range;

use geo::Coord;
use serde_json::{Map, Value};

use super::draft::Draft;
use super::instant::{self, Side};
use super::json::coordinates::Coordinates;
use super::json::dialect::Dialect;
use super::json::features::{each, sound_members};
use super::json::outline::Element;
use super::json::{self, Member, start_of};
use super::properties::{Properties, text_of};
use super::reader::{Input, Reader, Refused};
use super::report::{Place, Report, short};
use super::shape::circle::around;
use super::shape::polygon::{polygon, warn_of_extent};
use super::text::Text;
use super::vertical::{Reference, Unit, VerticalLimit};
use super::window::Window;
use super::zone::{About, EdgeRule, Restriction, Shape, Volume};

pub const READER: Reader =
    Reader { format: "dji-geo", is_text: true, claims: |input| input.is_json(Dialect::Dji), read };

/// Colours of the maker's map.
const LEGEND: &[(&str, Restriction)] = &[
    // Restricted zones.
    ("#DE4329", Restriction::Prohibited),
    // Altitude zones.
    ("#979797", Restriction::HeightLimit),
    // Authorization zones.
    ("#1088F2", Restriction::Authorisation),
    // Warning and enhanced warning zones.
    ("#FFCC00", Restriction::Warning),
    ("#EE8815", Restriction::Warning),
    // Recommended zones.
    ("#37C4DB", Restriction::None),
];

fn read(input: &Input<'_>, report: &mut Report) -> Result<Vec<Draft>, Refused> {
    let Some((outline, _)) = input.json() else { return Ok(Vec::new()) };
    for (key, _) in &outline.members {
        report.ignore(&format!("member {} of the file", short(key)));
    }
    Ok(each(input.text, outline, report, |element, report| area(input.text, element, report)))
}

/// A part of an area that has a shape: the area itself or one of its sub areas.
struct Part {
    restriction: Option<Restriction>,
    /// Colour and level, as the source has them.
    word: String,
    volume: Volume,
}

/// Bytes of different words that are kept of parts with one meaning.
const WORDS: usize = 200;

/// One area: a zone for each thing that its parts ask.
fn area(text: &Text<'_>, element: &Element, report: &mut Report) -> Vec<Draft> {
    let Some(members) = sound_members(text, element, report) else { return Vec::new() };
    let source = text.text.as_ref();
    let values = values(source, &members);
    let properties = Properties::of_object(values.clone());
    let id = text_of(&values["area_id"]);
    let mut place = Place::new(element.index.clone(), properties.name());
    let window = window(&values, &mut place, report);
    let pointer = element.index.trim_end_matches('/').to_owned();
    let sub_areas = start_of(&members, "sub_areas").and_then(|start| json::elements(source, start).ok());
    let parts: Vec<(Range<usize>, String)> = match sub_areas.filter(|list| !list.is_empty()) {
        Some(list) => {
            list.into_iter().enumerate().map(|(i, range)| (range, format!("{pointer}/sub_areas/{i}"))).collect()
        }
        None => vec![(element.range.clone(), element.index.clone())],
    };
    let mut groups: Vec<(Option<Restriction>, String, Vec<Volume>)> = Vec::new();
    for (range, pointer) in parts {
        match part(text, range.start, &mut place, report) {
            Ok(part) => match groups.iter_mut().find(|group| group.0 == part.restriction) {
                Some(group) => {
                    // The words of one meaning differ in their level, or in a colour that is not known.
                    if !group.1.contains(&part.word) && group.1.len() < WORDS {
                        group.1 = format!("{}, {}", group.1, part.word);
                    }
                    group.2.push(part.volume);
                }
                None => groups.push((part.restriction, part.word, vec![part.volume])),
            },
            Err(reason) => report.skip(pointer, place.name.clone().or_else(|| id.clone()), reason),
        }
    }
    for key in ["shape", "lat", "lng", "radius", "level", "color", "height", "begin_at", "end_at", "area_id"] {
        properties.find(&[&super::properties::plain(key)]);
    }
    properties.ignore_rest("property", report);
    let many = groups.len() > 1;
    let draft = |(restriction, word, volumes): (Option<Restriction>, String, Vec<Volume>)| {
        let meaning = restriction.map_or("unknown", Restriction::as_str);
        let about = About {
            restriction,
            restriction_word: Some(word),
            windows: window.clone().into_iter().collect(),
            ..About::default()
        };
        let mut own = Place::new(place.index.clone(), place.name.clone());
        own.warnings.clone_from(&place.warnings);
        let id = id.as_ref().map(|id| if many { format!("{id} {meaning}") } else { id.clone() });
        Draft { id, about, place: own, volumes }
    };
    groups.into_iter().map(draft).collect()
}

/// The members but for shapes.
fn values(source: &str, members: &[Member<'_>]) -> Value {
    let plain = members.iter().filter(|m| !matches!(m.key.as_ref(), "sub_areas" | "polygon_points"));
    let value = |m: &Member<'_>| serde_json::from_str(&source[m.value.clone()]).unwrap_or(Value::Null);
    Value::Object(plain.map(|m| (m.key.to_string(), value(m))).collect::<Map<_, _>>())
}

fn part(text: &Text<'_>, start: usize, place: &mut Place, report: &mut Report) -> Result<Part, String> {
    let source = text.text.as_ref();
    let members = json::members(source, start).map_err(|_| "is no sound object".to_owned())?;
    let values = values(source, &members);
    let colour = text_of(&values["color"]).unwrap_or_default();
    let restriction = LEGEND.iter().find(|(known, _)| colour.eq_ignore_ascii_case(known)).map(|(_, meaning)| *meaning);
    if restriction.is_none() {
        let what = format!("its colour {:?} is none of the maker's legend; what it asks is not known", short(&colour));
        report.warn(place, "areas of unknown colours", what);
    }
    let mut volume = Volume::new(shape(text, &members, &values, place, report)?, EdgeRule::Unstated);
    warn_of_extent(&volume, place, report);
    let height = number(&values["height"]).filter(|height| *height > 0.0);
    if restriction == Some(Restriction::HeightLimit) {
        report.ambiguous_file(
            "heights of altitude zones have no reference in the file: the aircraft holds them against its height above \
             take-off, which was taken; ground that rises or falls from there is not considered",
        );
        if height.is_none() {
            let what = "is an altitude zone without a height; from where it is forbidden is not known".to_owned();
            report.warn(place, "altitude zones without a height", what);
        }
        let raw = text_of(&values["height"]).unwrap_or_default();
        volume.lower = Some(VerticalLimit { value: height, unit: Unit::Metre, reference: Reference::Takeoff, raw });
    } else if let Some(height) = height {
        let what = format!("has the height {height} and no colour of an altitude zone; the colour counts");
        report.ambiguous(place, "areas with a height and the colour of another kind", what);
    }
    let word = format!("{} (level {})", short(&colour), short(&values["level"].to_string()));
    Ok(Part { restriction, word, volume })
}

/// A circle about `lat`, `lng`, or the rings of `polygon_points` (longitude first), each an outline.
fn shape(
    text: &Text<'_>,
    members: &[Member<'_>],
    values: &Value,
    place: &mut Place,
    report: &mut Report,
) -> Result<Shape, String> {
    let source = text.text.as_ref();
    let points = json::member(source, members, "polygon_points").filter(|json| json.starts_with('['));
    let start = start_of(members, "polygon_points").unwrap_or_default();
    let outline = match points {
        Some(json) => {
            let found =
                Coordinates::read(json).map_err(|(what, at)| format!("{what}, at {}", text.place(start + at)))?;
            Some(found).filter(|found| found.depth > 0)
        }
        None => None,
    };
    let Some(outline) = outline else {
        let (Some(lat), Some(lon)) = (number(&values["lat"]), number(&values["lng"])) else {
            return Err("has neither a polygon nor a place".to_owned());
        };
        let radius_m = number(&values["radius"]).unwrap_or(0.0);
        if !(0.0..20_037_508.0).contains(&radius_m) {
            return Err(format!("its radius {radius_m} cannot be used"));
        }
        return around(Coord { x: lon, y: lat }, radius_m, place, report);
    };
    if outline.depth != 3 {
        return Err(format!("its positions stand in {} brackets instead of 3", outline.depth));
    }
    let rings = outline.polygons().concat();
    if rings.len() > 1 {
        let what = "has several rings: outlines, or holes in the first; each was taken as an outline".to_owned();
        report.ambiguous(place, "areas of several rings", what);
    }
    let polygons: Result<Vec<_>, String> = rings.iter().map(|ring| polygon(&[ring], "", place, report)).collect();
    polygons.map(Shape::Polygons)
}

/// A number, as such or as a text.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).filter(|number| number.is_finite())
}

/// `begin_at` and `end_at`; 0 on a side is open, 0 on both is always.
fn window(values: &Value, place: &mut Place, report: &mut Report) -> Option<Window> {
    let mut bound = |key: &str, side| {
        let value = &values[key];
        if number(value) == Some(0.0) {
            return None;
        }
        instant::read(value, side).map(|instant| instant.map(|i| i.ns)).unwrap_or_else(|words| {
            let what = format!("its {key} {words:?} was not understood; the area counts as in force there");
            report.warn(place, "times of validity that were not understood", what);
            None
        })
    };
    let (start_ns, end_ns) = (bound("begin_at", Side::Start), bound("end_at", Side::End));
    if start_ns.is_none() && end_ns.is_none() {
        return None;
    }
    let raw = format!("begin_at {}, end_at {}", values["begin_at"], values["end_at"]);
    let (start_ns, end_ns) = match (start_ns, end_ns) {
        (Some(start), Some(end)) if end < start => {
            let what = "its time ends before it begins; it counts as in force, since it may be".to_owned();
            report.warn(place, "times of validity that were not understood", what);
            (None, None)
        }
        both => both,
    };
    Some(Window { start_ns, end_ns, permanent: false, periods: Vec::new(), raw })
}
