//! Outputs: one small module each, behind one trait. Tracks come one after the other and are not kept; the same case gives the
//! same bytes.

pub mod audit;
pub mod case_uco;
mod columns;
mod csv;
pub mod devices;
pub mod document;
pub mod encounters;
pub mod exposure;
pub mod files;
pub mod flights;
mod geojson;
mod gpkg;
mod gpx;
mod jsonl;
mod kml;
mod outline;
#[cfg(feature = "parquet")]
mod parquet;
pub mod provenance;
mod redaction;
pub mod report;
pub mod summary;
pub mod timeline;
mod wkb;
pub mod zones;

use std::collections::HashSet;
use std::io::{self, Write};

pub use csv::{CsvWriter, cell as text_cell};
pub use geojson::{GeoJsonWriter, Geometry};
pub use gpkg::GpkgWriter;
pub use gpx::GpxWriter;
pub use jsonl::JsonLinesWriter;
pub use kml::KmlWriter;
#[cfg(feature = "parquet")]
pub use parquet::ParquetWriter;
pub use redaction::Redaction;
pub use timeline::{TimelineRow, timeline};

use crate::decode::EventKind;
use crate::examine::Examined;
use crate::track::{HEIGHTS, Rows, Subject, Track};

/// One track on its way into an output.
pub struct TrackItem<'a> {
    /// Id of the flight that the track belongs to.
    pub flight: &'a str,
    pub item: &'a Examined,
    pub track: &'a Track,
}

impl TrackItem<'_> {
    /// The label of the item.
    pub fn source(&self) -> &str {
        &self.item.report.path
    }
}

/// A point of note: where something of a flight happened or was.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Id of the flight; empty until the flights of a case are known.
    pub flight: String,
    pub source: String,
    pub sha256: String,
    /// Name of the track that it belongs to.
    pub track: String,
    pub kind: &'static str,
    pub lat: f64,
    pub lon: f64,
    pub utc_ns: Option<i64>,
}

/// An output for tracks.
pub trait TrackWriter {
    /// Called once, first, with the marks of all flights.
    ///
    /// # Errors
    /// When the output cannot be written; so do the others.
    fn begin(&mut self, marks: &[Mark], out: &mut dyn Write) -> io::Result<()>;
    fn track(&mut self, item: &TrackItem<'_>, out: &mut dyn Write) -> io::Result<()>;
    fn end(&mut self, out: &mut dyn Write) -> io::Result<()>;
}

/// Home, take-off, landing and pilot of each flight of an item.
pub fn marks(item: &Examined) -> Vec<Mark> {
    let mark = |track: &Track, kind, lat, lon, utc_ns| Mark {
        flight: String::new(),
        source: item.report.path.clone(),
        sha256: item.report.sha256.clone(),
        track: track.name.clone(),
        kind,
        lat,
        lon,
        utc_ns,
    };
    let mut marks = Vec::new();
    for (subject, kind) in [(Subject::Home, "home"), (Subject::Pilot, "pilot")] {
        let mut told = HashSet::new();
        for (track, flight) in item.tracks.iter().zip(&item.flight_of).filter(|(t, _)| t.kind.subject == subject) {
            let row = track.rows.fixes().next().filter(|_| told.insert(*flight));
            let place = |row| mark(track, kind, track.rows.lat[row], track.rows.lon[row], track.rows.utc(row));
            marks.extend(row.map(place));
        }
    }
    for timed in &item.events {
        let kind = match timed.event.kind {
            EventKind::TakeOff => "take-off",
            EventKind::Landing => "landing",
            _ => continue,
        };
        let track = timed.track.and_then(|index| item.tracks.get(index));
        marks.extend(track.zip(timed.position).map(|(track, (lat, lon))| mark(track, kind, lat, lon, timed.utc_ns)));
    }
    marks
}

/// Gaps longer than this are not drawn as if they had been flown straight.
const GAP_S: f64 = 10.0;

/// The fixes of a track in runs: a new one begins at a restart of the log and behind a gap.
pub fn runs(rows: &Rows) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for row in rows.fixes() {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|&last| !is_break(rows, last, row)) => run.push(row),
            _ => runs.push(vec![row]),
        }
    }
    runs
}

fn is_break(rows: &Rows, last: usize, row: usize) -> bool {
    let restarted = rows.breaks.iter().any(|&at| last < at && at <= row);
    restarted || rows.seconds_between(last, row).is_some_and(|gap| gap.abs() > GAP_S)
}

/// Which height goes into an output's one height place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeightChoice {
    /// The first that the track has.
    #[default]
    Best,
    Takeoff,
    Amsl,
    Ellipsoid,
    None,
}

impl HeightChoice {
    /// The channel of a track that this choice means.
    fn channel(self, rows: &Rows) -> Option<&'static str> {
        let wanted: &[&'static str] = match self {
            HeightChoice::Best => HEIGHTS,
            HeightChoice::Takeoff => &["height.takeoff"],
            HeightChoice::Amsl => &["height.amsl"],
            HeightChoice::Ellipsoid => &["height.ellipsoid"],
            HeightChoice::None => &[],
        };
        wanted.iter().copied().find(|channel| rows.column(channel).is_some())
    }
}

/// Horizontal speed of a row: the source's own, else from its velocity north and east.
pub fn speed(rows: &Rows, row: usize) -> Option<f32> {
    rows.value("speed", row).or_else(|| {
        let (north, east) = (rows.value("velocity.north", row)?, rows.value("velocity.east", row)?);
        Some((f64::from(north).hypot(f64::from(east)) * 1e4).round() as f32 / 1e4)
    })
}
