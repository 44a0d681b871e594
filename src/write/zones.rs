//! Zones as files that other programs read: one feature a zone, with all that it says in the normal form, which
//! [`crate::zones::read`] reads back as it was.

mod ed318;
mod geojson;
mod report;

use std::io::{self, Write};

use chrono::{DateTime, SecondsFormat};
use geo::{LineString, Polygon};
use serde_json::{Map, Value, json};

use crate::zones::{
    ALL_DAYS, Clock, DAY_NAMES, Edge, Issue, NORMAL_FORM, Period, Shape, VerticalLimit, Volume, Window, Zone, ZoneFile,
};

pub use ed318::write_ed318;
pub use geojson::write_geojson;
pub use report::ZoneReport;

/// All that a zone says but for its outlines; `volumes` stand in the order of the geometries.
fn normal_form(zone: &Zone) -> Map<String, Value> {
    let about = &zone.about;
    let volume = |v: &Volume| json!({ "lower": limit(v.lower.as_ref()), "upper": limit(v.upper.as_ref()), "edges": v.edges.as_str() });
    let members = [
        ("normal_form", json!(NORMAL_FORM)),
        ("id", json!(zone.id)),
        ("name", json!(zone.name)),
        ("sector", json!(about.sector.map(|sector| sector.as_str()))),
        ("sector_cisa", json!(about.sector.and_then(|sector| sector.cisa()))),
        ("sector_cer", json!(about.sector.and_then(|sector| sector.cer()))),
        ("facility", json!(about.facility)),
        ("restriction", json!(about.restriction.map(|restriction| restriction.as_str()))),
        ("restriction_word", json!(about.restriction_word)),
        ("reasons", json!(about.reasons)),
        ("authority", json!(about.authority)),
        ("legal_basis", json!(about.legal_basis)),
        ("country", json!(about.country)),
        ("accuracy_m", json!(about.accuracy_m)),
        ("windows", about.windows.iter().map(window).collect()),
        ("volumes", zone.volumes.iter().map(volume).collect()),
        ("warnings", json!(zone.warnings)),
        ("source", json!({ "path": zone.source.label, "sha256": zone.source.sha256.to_string(), "index": zone.index })),
    ];
    members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// What each input said about itself.
fn sources(files: &[ZoneFile]) -> Value {
    let source = |file: &ZoneFile| {
        let Issue { provider, issued_ns, valid_from_ns, valid_to_ns } = &file.issue;
        json!({
            "path": file.label(),
            "sha256": file.sha256().to_string(),
            "format": file.format,
            "zones": file.zones.len(),
            "skipped": file.skipped.len(),
            "provider": provider,
            "issued": issued_ns.map(instant),
            "valid_from": valid_from_ns.map(instant),
            "valid_to": valid_to_ns.map(instant),
        })
    };
    files.iter().map(source).collect()
}

/// A floor or ceiling; `Null` where the source gives none. Without a value and not unlimited its words were not understood.
fn limit(limit: Option<&VerticalLimit>) -> Value {
    let Some(VerticalLimit { value, unit, reference, raw }) = limit else { return Value::Null };
    let mut stated = json!({
        "value": value.filter(|value| value.is_finite()),
        "unit": unit.as_str(),
        "reference": reference.as_str(),
        "raw": raw,
    });
    if *value == Some(f64::INFINITY) {
        stated["unlimited"] = Value::Bool(true);
    }
    stated
}

/// A window by the names of ED-269, with the words of its source.
fn window(window: &Window) -> Value {
    let mut stated = time_period(window);
    stated.insert("permanent".to_owned(), Value::Bool(window.permanent));
    stated.insert("raw".to_owned(), json!(window.raw));
    Value::Object(stated)
}

/// First and last moment and hours of the week, by the names that ED-269 and ED-318 share; what is open is left out.
fn time_period(window: &Window) -> Map<String, Value> {
    let mut stated = Map::new();
    for (key, ns) in [("startDateTime", window.start_ns), ("endDateTime", window.end_ns)] {
        stated.extend(ns.map(|ns| (key.to_owned(), Value::from(instant(ns)))));
    }
    if !window.periods.is_empty() {
        stated.insert("schedule".to_owned(), window.periods.iter().map(daily_period).collect());
    }
    stated
}

fn daily_period(period: &Period) -> Value {
    let named = || DAY_NAMES.iter().enumerate().filter(|(bit, _)| period.days >> bit & 1 == 1).map(|(_, name)| *name);
    let days: Vec<&str> = if period.days == ALL_DAYS { vec!["ANY"] } else { named().collect() };
    let mut stated = Map::new();
    stated.insert("day".to_owned(), json!(days));
    for (edge, time, event) in [(period.start, "startTime", "startEvent"), (period.end, "endTime", "endEvent")] {
        let (key, words) = match edge {
            Edge::Clock { second, clock } => (time, time_of_day(second, clock)),
            Edge::Sun(sun) => (event, sun.as_str().to_owned()),
        };
        stated.insert(key.to_owned(), words.into());
    }
    Value::Object(stated)
}

/// `08:30:00Z`; the end of the day is a second before midnight, as RFC 3339 has no 24:00 and every reader takes it for that.
fn time_of_day(second: u32, clock: Clock) -> String {
    let second = second.min(86_399);
    let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
    let zone = match clock {
        Clock::Local => String::new(),
        Clock::Offset(0) => "Z".to_owned(),
        Clock::Offset(east) => {
            let sign = if east < 0 { '-' } else { '+' };
            format!("{sign}{:02}:{:02}", east.unsigned_abs() / 3600, east.unsigned_abs() / 60 % 60)
        }
    };
    format!("{hours:02}:{minutes:02}:{seconds:02}{zone}")
}

/// RFC 3339 with as many digits as there are.
fn instant(utc_ns: i64) -> String {
    DateTime::from_timestamp_nanos(utc_ns).to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The geometries of a zone, one a volume; `complete` adds what a format says beside the coordinates.
fn geometry(zone: &Zone, complete: impl Fn(&Volume, &mut Map<String, Value>)) -> Value {
    let one = |volume: &Volume| {
        let (kind, coordinates) = match &volume.shape {
            Shape::Circle { lat, lon, .. } => ("Point", json!([lon, lat])),
            Shape::Polygons(polygons) => match polygons.as_slice() {
                [polygon] => ("Polygon", rings(polygon)),
                several => ("MultiPolygon", several.iter().map(rings).collect()),
            },
        };
        let mut geometry = Map::new();
        geometry.insert("type".to_owned(), kind.into());
        geometry.insert("coordinates".to_owned(), coordinates);
        complete(volume, &mut geometry);
        Value::Object(geometry)
    };
    match zone.volumes.as_slice() {
        [volume] => one(volume),
        several => {
            json!({ "type": "GeometryCollection", "geometries": several.iter().map(one).collect::<Vec<_>>() })
        }
    }
}

/// Outer ring counter-clockwise, holes clockwise (RFC 7946, 3.1.6). Outlines over the antimeridian stay whole, with longitudes
/// beyond 180: cut there they would get an edge that the site does not have, and distances to it would be wrong.
fn rings(polygon: &Polygon<f64>) -> Value {
    // One around a pole may end beyond 360, which no reader takes for a longitude; a turn back it is the same place.
    let east = polygon.exterior().0.iter().map(|p| p.x).fold(f64::NEG_INFINITY, f64::max);
    let turn = if east > 360.0 { 360.0 } else { 0.0 };
    let outer = ring(polygon.exterior(), turn, true);
    let holes = polygon.interiors().iter().map(|hole| ring(hole, turn, false));
    std::iter::once(outer).chain(holes).collect()
}

fn ring(ring: &LineString<f64>, turn: f64, counter_clockwise: bool) -> Value {
    let first = ring.0.first().copied().unwrap_or_default();
    // Places near the first one keep the digits that a product of longitudes and latitudes loses.
    let doubled: f64 = ring
        .lines()
        .map(|e| (e.start.x - first.x) * (e.end.y - first.y) - (e.end.x - first.x) * (e.start.y - first.y))
        .sum();
    let turned = doubled != 0.0 && (doubled > 0.0) != counter_clockwise;
    let place = |p: &geo::Coord<f64>| json!([p.x - turn, p.y]);
    if turned { ring.0.iter().rev().map(place).collect() } else { ring.0.iter().map(place).collect() }
}

/// Whether an outline leaves the longitudes from -180 to 180.
fn passes_antimeridian(zone: &Zone) -> bool {
    zone.volumes.iter().any(|v| matches!(v.shape, Shape::Polygons(_)) && (v.bbox.east > 180.0 || v.bbox.west < -180.0))
}

/// Writes a collection: `head` are its members beside the features.
fn write_collection(
    head: &Map<String, Value>,
    features: impl Iterator<Item = Value>,
    out: &mut dyn Write,
) -> io::Result<()> {
    out.write_all(b"{\"type\":\"FeatureCollection\"")?;
    for (key, value) in head {
        write!(out, ",\n{}:{value}", Value::from(key.as_str()))?;
    }
    out.write_all(b",\n\"features\":[")?;
    for (i, feature) in features.enumerate() {
        out.write_all(if i == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &feature)?;
    }
    out.write_all(b"\n]}\n")
}

/// What of zones cannot be said in a format, each thing told once with its count and the first zone.
#[derive(Default)]
struct Unsaid(Vec<(&'static str, usize, String)>);

impl Unsaid {
    fn note(&mut self, what: &'static str, zone: &Zone) {
        match self.0.iter_mut().find(|(known, ..)| *known == what) {
            Some((_, count, _)) => *count += 1,
            None => self.0.push((what, 1, zone.id.clone())),
        }
    }

    fn lines(self) -> Vec<String> {
        let line = |(what, count, first)| match count {
            1 => format!("zone {first}: {what}"),
            _ => format!("zone {first} and {} more: {what}", count - 1),
        };
        self.0.into_iter().map(line).collect()
    }
}

const BEYOND_180: &str = "crosses the antimeridian; its outline is written whole, with longitudes beyond 180";
