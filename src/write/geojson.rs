//! GeoJSON (RFC 7946): a line a track with its times beside it, or a point a fix. Lines are cut at the antimeridian.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::columns::exact;
use super::provenance::Provenance;
use super::{HeightChoice, Mark, TrackItem, TrackWriter, speed};
use crate::analyse::TrackSummary;
use crate::evidence::label::printable;
use crate::track::{Rows, UtcWriter};

/// What a track becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Geometry {
    #[default]
    Line,
    Points,
}

pub struct GeoJsonWriter {
    provenance: Provenance,
    geometry: Geometry,
    height: HeightChoice,
    utc: UtcWriter,
    features: usize,
}

impl GeoJsonWriter {
    pub fn new(provenance: Provenance, geometry: Geometry, height: HeightChoice) -> Self {
        GeoJsonWriter { provenance, geometry, height, utc: UtcWriter::default(), features: 0 }
    }

    fn feature(&mut self, out: &mut dyn Write, properties: &Map<String, Value>, geometry: &str) -> io::Result<()> {
        out.write_all(if self.features == 0 { b"\n" } else { b",\n" })?;
        self.features += 1;
        out.write_all(b"{\"type\":\"Feature\",\"properties\":")?;
        serde_json::to_writer(&mut *out, properties)?;
        write!(out, ",\"geometry\":{geometry}}}")
    }

    /// One feature for the track; lonely fixes beside a cut become one of their own.
    fn line(&mut self, item: &TrackItem<'_>, out: &mut dyn Write) -> io::Result<()> {
        let rows = &item.track.rows;
        let z = self.height.channel(rows);
        let (lonely, parts): (Vec<Vec<usize>>, Vec<Vec<usize>>) =
            parts(rows).into_iter().partition(|part| part.len() == 1);
        let mut properties = properties(item, z);
        for part in &lonely {
            properties.insert("coordTimes".to_owned(), json!(self.time(rows, part[0])));
            let geometry = format!("{{\"type\":\"Point\",\"coordinates\":{}}}", position(rows, z, part[0]));
            self.feature(out, &properties, &geometry)?;
        }
        if parts.is_empty() {
            return Ok(());
        }
        let times: Vec<Vec<Option<String>>> =
            parts.iter().map(|part| part.iter().map(|&row| self.time(rows, row)).collect()).collect();
        let lines: Vec<String> = parts.iter().map(|part| line_coordinates(rows, z, part)).collect();
        let geometry = match lines.as_slice() {
            [line] => {
                properties.insert("coordTimes".to_owned(), json!(times[0]));
                format!("{{\"type\":\"LineString\",\"coordinates\":{line}}}")
            }
            lines => {
                properties.insert("coordTimes".to_owned(), json!(times));
                format!("{{\"type\":\"MultiLineString\",\"coordinates\":[{}]}}", lines.join(","))
            }
        };
        self.feature(out, &properties, &geometry)
    }

    fn points(&mut self, item: &TrackItem<'_>, out: &mut dyn Write) -> io::Result<()> {
        let rows = &item.track.rows;
        let z = self.height.channel(rows);
        let mut properties = Map::new();
        for row in rows.fixes() {
            properties.clear();
            properties.insert("flight".to_owned(), json!(printable(item.flight)));
            properties.insert("track".to_owned(), json!(printable(&item.track.name)));
            properties.insert("source".to_owned(), json!(item.source()));
            if item.track.simulated {
                properties.insert("simulated".to_owned(), json!(true));
            }
            properties.insert("utc".to_owned(), json!(self.time(rows, row)));
            properties.insert("elapsed_s".to_owned(), json!(rows.elapsed(row).map(|ns| ns as f64 / 1e9)));
            properties.insert("valid".to_owned(), json!(rows.fix[row].as_str()));
            properties.insert("speed_m_s".to_owned(), json!(speed(rows, row).map(exact)));
            for column in rows.columns.iter().filter(|c| !c.values[row].is_nan()) {
                properties.insert(column.csv_name.clone(), json!(exact(column.values[row])));
            }
            properties.insert("source_offset".to_owned(), json!(rows.offset[row]));
            properties.insert("z_reference".to_owned(), json!(z.map(reference)));
            let geometry = format!("{{\"type\":\"Point\",\"coordinates\":{}}}", position(rows, z, row));
            self.feature(out, &properties, &geometry)?;
        }
        Ok(())
    }

    fn time(&mut self, rows: &Rows, row: usize) -> Option<String> {
        rows.utc(row).map(|utc| {
            let mut text = String::with_capacity(24);
            self.utc.push(utc, &mut text);
            text
        })
    }
}

impl TrackWriter for GeoJsonWriter {
    fn begin(&mut self, _marks: &[Mark], out: &mut dyn Write) -> io::Result<()> {
        let provenance = serde_json::to_string(&self.provenance)?;
        write!(out, "{{\"type\":\"FeatureCollection\",\"overflown\":{provenance},\n\"features\":[")
    }

    fn track(&mut self, item: &TrackItem<'_>, out: &mut dyn Write) -> io::Result<()> {
        match self.geometry {
            Geometry::Line => self.line(item, out),
            Geometry::Points => self.points(item, out),
        }
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"\n]}\n")
    }
}

fn properties(item: &TrackItem<'_>, z: Option<&str>) -> Map<String, Value> {
    let device = &item.item.report.device;
    let summary = item.item.report.tracks.iter().find(|t| t.name == item.track.name);
    let value = json!({
        "flight": printable(item.flight),
        "track": printable(&item.track.name),
        "subject": item.track.kind.subject.as_str(),
        "estimate": item.track.kind.estimate.as_str(),
        "role": item.track.kind.role.as_str(),
        "source": item.source(),
        "sha256": item.item.report.sha256,
        "model": device.model.as_deref().map(printable),
        "aircraft_serial": device.aircraft_serial.as_deref().map(printable),
        "fixes": summary.map(|s: &TrackSummary| s.fixes),
        "suspect": summary.map(|s| s.suspect),
        "simulated": item.track.simulated,
        "length_m": summary.map(|s| s.length_m),
        "z_reference": z.map(reference),
    });
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// What a height channel is measured from.
fn reference(channel: &str) -> &str {
    channel.trim_start_matches("height.")
}

/// The fixes in parts that do not cross the antimeridian.
fn parts(rows: &Rows) -> Vec<Vec<usize>> {
    let mut parts: Vec<Vec<usize>> = Vec::new();
    for row in rows.fixes() {
        match parts.last_mut() {
            Some(part) if part.last().is_some_and(|&last| (rows.lon[row] - rows.lon[last]).abs() <= 180.0) => {
                part.push(row)
            }
            _ => parts.push(vec![row]),
        }
    }
    parts
}

fn line_coordinates(rows: &Rows, z: Option<&str>, part: &[usize]) -> String {
    let mut text = String::from("[");
    for (i, &row) in part.iter().enumerate() {
        if i > 0 {
            text.push(',');
        }
        text.push_str(&position(rows, z, row));
    }
    text.push(']');
    text
}

fn position(rows: &Rows, z: Option<&str>, row: usize) -> String {
    let mut text = format!("[{},{}", rows.lon[row], rows.lat[row]);
    if let Some(height) = z.and_then(|channel| rows.value(channel, row)) {
        let _ = write!(text, ",{height}");
    }
    text.push(']');
    text
}
