//! GeoPackage 1.3: flights as lines, fixes and marks as points, and in a case the zones as used, the encounters, the stays inside
//! and the approaches. The database holds no time of the day: equal input gives equal bytes.

mod growing;
mod layer;
mod sites;
mod styles;

use std::io::{self, Write};
use std::path::PathBuf;

use rusqlite::Connection;
use rusqlite::types::Value;

use super::columns::{Cell, CellKind, TrackColumns, exact};
use super::document::FlightVerdict;
use super::provenance::Provenance;
use super::wkb::{self, Position};
use super::{HeightChoice, Mark, TrackItem, TrackWriter, runs};
use crate::evidence::label::printable;
use crate::layout::Tables;
use crate::track::{Rows, utc_text};
use crate::zones::ZoneFile;
use growing::Growing;
use layer::{Bounds, Layer};

/// The standard wants a time of the last change in several places; this is the earliest that ZIP archives know as well.
const UNCHANGED: &str = "1980-01-01T00:00:00.000Z";

/// Writes one database with all layers.
pub struct GpkgWriter<'a> {
    provenance: Provenance,
    height: HeightChoice,
    columns: TrackColumns,
    zones: &'a [ZoneFile],
    verdicts: Option<&'a [FlightVerdict]>,
    part: Option<PathBuf>,
    database: Option<Database>,
}

struct Database {
    growing: Growing,
    flights: Layer,
    fixes: Layer,
    /// Filled at the beginning.
    others: Vec<Layer>,
}

impl<'a> GpkgWriter<'a> {
    /// `tables` are those of the formats that the tracks come from; `height` becomes the third coordinate.
    pub fn new<'t>(provenance: Provenance, height: HeightChoice, tables: impl IntoIterator<Item = &'t Tables>) -> Self {
        let columns = TrackColumns::new(tables);
        GpkgWriter { provenance, height, columns, zones: &[], verdicts: None, part: None, database: None }
    }

    /// With the sites of a case, and what came over or near them.
    #[must_use]
    pub fn with_sites(self, zones: &'a [ZoneFile], verdicts: &'a [FlightVerdict]) -> Self {
        GpkgWriter { zones, verdicts: Some(verdicts), ..self }
    }

    /// Fills a file of this name, which must not exist and is gone at the end, rather than memory; the bytes are the same.
    #[must_use]
    pub fn through(self, part: Option<PathBuf>) -> Self {
        GpkgWriter { part, ..self }
    }

    fn create(&self, marks: &[Mark]) -> rusqlite::Result<Database> {
        let growing = Growing::new(self.part.as_deref())?;
        let connection = &growing.connection;
        connection.execute_batch(layer::BASE)?;
        connection.execute_batch("BEGIN")?;
        let mut others = vec![mark_layer(connection, marks)?];
        if let Some(verdicts) = self.verdicts.filter(|_| !self.zones.is_empty()) {
            others.push(sites::zones(connection, self.zones)?);
            others.extend(sites::encounters(connection, verdicts)?);
        }
        let kind = |kind: CellKind| match kind {
            CellKind::Text => "TEXT",
            CellKind::Utc => "DATETIME",
            CellKind::Double | CellKind::Single => "DOUBLE",
            CellKind::Offset => "INTEGER",
            CellKind::Flag => "BOOLEAN",
        };
        let mut fixes = vec![("flight".to_owned(), "TEXT")];
        fixes.extend(self.columns.names().into_iter().map(|(name, cell)| (name, kind(cell))));
        fixes.push(("z_reference".to_owned(), "TEXT"));
        Ok(Database {
            flights: Layer::create(connection, &FLIGHTS, FLIGHT_COLUMNS)?,
            fixes: Layer::create(connection, &FIXES, &fixes)?,
            others,
            growing,
        })
    }

    /// One feature of `flights`, and one of `fixes` for each fix.
    fn insert(&mut self, item: &TrackItem<'_>) -> rusqlite::Result<()> {
        let Some(Database { growing, flights, fixes, .. }) = &mut self.database else { return Ok(()) };
        let connection = &growing.connection;
        let rows = &item.track.rows;
        let z = self.height.channel(rows);
        let position = |row: usize| -> Position {
            let height = z.and_then(|channel| rows.value(channel, row)).map_or(f64::NAN, exact);
            [rows.lon[row], rows.lat[row], height]
        };
        let reference = text(z.map(|channel| channel.trim_start_matches("height.")));
        let lines: Vec<Vec<Position>> =
            lines(rows).iter().map(|line| line.iter().map(|&row| position(row)).collect()).collect();
        let mut bounds = Bounds::NOTHING;
        lines.iter().flatten().for_each(|[x, y, _]| bounds.add(*x, *y));
        let geometry = (!lines.is_empty()).then(|| wkb::multi_line_z(&lines));
        let mut flight = flight_cells(item);
        flight.push(reference.clone());
        flights.insert(connection)?.add(bounds, geometry.as_deref(), flight)?;

        let table = self.columns.of(item);
        let lead: Vec<Value> = std::iter::once(item.flight).chain(table.lead).map(|word| text(Some(word))).collect();
        let mut insert = fixes.insert(connection)?;
        let mut cells = Vec::new();
        for row in rows.fixes() {
            table.cells(row, &mut cells);
            let values = lead.iter().cloned().chain(cells.iter().map(value)).chain([reference.clone()]);
            let [x, y, _] = position(row);
            insert.add(Bounds::of(x, y), Some(&wkb::point_z(position(row))), values)?;
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write) -> rusqlite::Result<io::Result<()>> {
        let Some(Database { growing, flights, fixes, others }) = self.database.take() else { return Ok(Ok(())) };
        let connection = &growing.connection;
        let layers: Vec<&Layer> = [&flights, &fixes].into_iter().chain(&others).collect();
        for layer in &layers {
            layer.register(connection)?;
        }
        styles::write(connection, &layers.iter().map(|layer| layer.about.table).collect::<Vec<_>>())?;
        let provenance = serde_json::to_string(&self.provenance).unwrap_or_default();
        layer::metadata(connection, &provenance)?;
        connection.execute_batch("COMMIT")?;
        growing.finish(out)
    }
}

impl TrackWriter for GpkgWriter<'_> {
    fn begin(&mut self, marks: &[Mark], _out: &mut dyn Write) -> io::Result<()> {
        self.database = Some(self.create(marks).map_err(io::Error::other)?);
        Ok(())
    }

    fn track(&mut self, item: &TrackItem<'_>, _out: &mut dyn Write) -> io::Result<()> {
        if item.track.rows.fixes().next().is_none() {
            return Ok(());
        }
        self.insert(item).map_err(io::Error::other)
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.finish(out).map_err(io::Error::other)?
    }
}

const FLIGHTS: layer::About = layer::About {
    table: "flights",
    description: "Tracks as lines, broken at gaps over 10 s; z is measured from z_reference, NaN where there is no height",
    geometry: "MULTILINESTRING",
    has_z: true,
};
const FIXES: layer::About = layer::About {
    table: "fixes",
    description: "Recorded positions; z is measured from z_reference, NaN where there is no height",
    geometry: "POINT",
    has_z: true,
};
const MARKS: layer::About = layer::About {
    table: "marks",
    description: "Take-off, landing, home and pilot of each flight",
    geometry: "POINT",
    has_z: false,
};

const FLIGHT_COLUMNS: &[(&str, &str)] = &[
    ("flight", "TEXT"),
    ("track", "TEXT"),
    ("subject", "TEXT"),
    ("estimate", "TEXT"),
    ("role", "TEXT"),
    ("primary_track", "BOOLEAN"),
    ("simulated", "BOOLEAN"),
    ("source", "TEXT"),
    ("sha256", "TEXT"),
    ("model", "TEXT"),
    ("aircraft_serial", "TEXT"),
    ("first_utc", "DATETIME"),
    ("last_utc", "DATETIME"),
    ("fixes", "INTEGER"),
    ("suspect", "INTEGER"),
    ("invalid", "INTEGER"),
    ("length_m", "DOUBLE"),
    ("max_height_m", "DOUBLE"),
    ("height_reference", "TEXT"),
    ("z_reference", "TEXT"),
];

/// All but the last of [`FLIGHT_COLUMNS`].
fn flight_cells(item: &TrackItem<'_>) -> Vec<Value> {
    let (track, report) = (item.track, &item.item.report);
    let summary = report.tracks.iter().find(|summary| summary.name == track.name);
    let count = |count: Option<u64>| count.map_or(Value::Null, integer);
    let utc = |row: Option<usize>| row.and_then(|row| track.rows.utc(row));
    let (first, last) = (utc(track.rows.fixes().next()), utc(track.rows.fixes().last()));
    vec![
        text(Some(item.flight)),
        text(Some(&track.name)),
        text(Some(track.kind.subject.as_str())),
        text(Some(track.kind.estimate.as_str())),
        text(Some(track.kind.role.as_str())),
        Value::Integer(track.primary.into()),
        Value::Integer(track.simulated.into()),
        text(Some(item.source())),
        text(Some(&report.sha256)),
        text(report.device.model.as_deref()),
        text(report.device.aircraft_serial.as_deref()),
        instant(first),
        instant(last),
        count(summary.map(|s| s.fixes)),
        count(summary.map(|s| s.suspect)),
        count(summary.map(|s| s.invalid)),
        number(summary.map(|s| s.length_m)),
        number(summary.and_then(|s| s.max_height_m)),
        text(summary.and_then(|s| s.height_reference.as_deref())),
    ]
}

fn mark_layer(connection: &Connection, marks: &[Mark]) -> rusqlite::Result<Layer> {
    let columns = [("flight", "TEXT"), ("kind", "TEXT"), ("utc", "DATETIME"), ("source", "TEXT"), ("sha256", "TEXT")];
    let mut layer = Layer::create(connection, &MARKS, &columns)?;
    let mut insert = layer.insert(connection)?;
    for mark in marks {
        let cells = [
            text(Some(&mark.flight)),
            text(Some(mark.kind)),
            instant(mark.utc_ns),
            text(Some(&mark.source)),
            text(Some(&mark.sha256)),
        ];
        insert.add(Bounds::of(mark.lon, mark.lat), Some(&wkb::point([mark.lon, mark.lat, f64::NAN])), cells)?;
    }
    drop(insert);
    Ok(layer)
}

/// The fixes as lines: a new one behind a gap, a restart, and where the antimeridian is crossed; lonely fixes are no line.
fn lines(rows: &Rows) -> Vec<Vec<usize>> {
    let crosses = |a: &usize, b: &usize| (rows.lon[*b] - rows.lon[*a]).abs() > 180.0;
    let parts = runs(rows).into_iter().flat_map(|run| {
        let parts: Vec<Vec<usize>> = run.chunk_by(|a, b| !crosses(a, b)).map(<[usize]>::to_vec).collect();
        parts
    });
    parts.filter(|part| part.len() > 1).collect()
}

fn value(cell: &Cell<'_>) -> Value {
    match cell {
        Cell::Absent => Value::Null,
        Cell::Text(words) => text(Some(words)),
        Cell::Utc(utc) => instant(Some(*utc)),
        Cell::Double(number) => Value::Real(*number),
        Cell::Single(number) => Value::Real(exact(*number)),
        Cell::Offset(offset) => integer(*offset),
        Cell::Flag(flag) => Value::Integer((*flag).into()),
    }
}

fn text(words: Option<&str>) -> Value {
    words.map_or(Value::Null, |words| Value::Text(printable(words)))
}

fn instant(utc_ns: Option<i64>) -> Value {
    utc_ns.map_or(Value::Null, |utc| Value::Text(utc_text(utc)))
}

fn number(number: Option<f64>) -> Value {
    number.map_or(Value::Null, Value::Real)
}

fn integer(number: u64) -> Value {
    i64::try_from(number).map_or(Value::Null, Value::Integer)
}
