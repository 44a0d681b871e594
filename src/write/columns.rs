//! A track as a table: names, kinds and cells of its columns, the same for every output that has rows and columns.

use std::borrow::Cow;

use super::{TrackItem, speed};
use crate::layout::Tables;
use crate::track::{Column, Joined, Rows, STANDARD, Stamp, TrackBuilder, civil_text, csv_name, local_text};

/// Columns that are the same in every row of a track.
pub const LEAD: [&str; 5] = ["source", "track", "subject", "estimate", "role"];

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    Text,
    /// Nanoseconds since 1970.
    Utc,
    /// Seconds or degrees.
    Double,
    /// A value of a channel, in the unit of its name.
    Single,
    /// Bytes from the beginning of the item.
    Offset,
    Flag,
}

/// One cell; the kinds are those of [`CellKind`].
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    Absent,
    Text(Cow<'a, str>),
    Utc(i64),
    Double(f64),
    Single(f32),
    Offset(u64),
    Flag(bool),
}

/// The columns that tracks of these formats have: the standard ones first, those of the formats to the right.
#[derive(Clone, Debug, Default)]
pub struct TrackColumns {
    /// Channels beyond the standard ones, in the order of the formats' tables: name in the track, name in the header.
    extra: Vec<(String, String)>,
    /// Records that join rows.
    joined: Vec<String>,
}

impl TrackColumns {
    /// The channels of all these tables: those of the formats that the tracks come from.
    pub fn new<'t>(tables: impl IntoIterator<Item = &'t Tables>) -> Self {
        let mut own = TrackColumns::default();
        for tables in tables {
            let (channels, joined) = TrackBuilder::new(tables).channels();
            for (channel, unit) in channels {
                let standard = STANDARD.iter().any(|s| s.channel == channel);
                if !standard && !own.extra.iter().any(|(name, _)| *name == channel) {
                    own.extra.push((channel.clone(), csv_name(&channel, &unit)));
                }
            }
            for record in joined {
                if !own.joined.contains(&record) {
                    own.joined.push(record);
                }
            }
        }
        own
    }

    /// Name and kind of every column, [`LEAD`] first.
    pub fn names(&self) -> Vec<(String, CellKind)> {
        use CellKind::{Double, Flag, Offset, Single, Text, Utc};
        let fixed = |names: &[(&str, CellKind)]| -> Vec<(String, CellKind)> {
            names.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect()
        };
        let mut names: Vec<(String, CellKind)> = LEAD.iter().map(|name| ((*name).to_owned(), Text)).collect();
        names.extend(fixed(&[("utc", Utc), ("local_time", Text), ("clock", Text), ("elapsed_s", Double)]));
        names.extend(fixed(&[("lat_deg", Double), ("lon_deg", Double)]));
        names.extend(STANDARD.iter().map(|s| (s.csv.to_owned(), Single)));
        names.extend(fixed(&[("valid", Text), ("source_offset", Offset)]));
        names.extend(self.extra.iter().map(|(_, name)| (name.clone(), Single)));
        names.extend(self.joined.iter().map(|record| (format!("{record}_offset"), Offset)));
        names.extend(fixed(&[("simulated", Flag)]));
        names
    }

    /// The table of one track.
    pub fn of<'a>(&self, item: &TrackItem<'a>) -> TrackTable<'a> {
        let (track, rows) = (item.track, &item.track.rows);
        let find = |channel: &str| rows.columns.iter().find(|c| c.channel == channel);
        let time = &item.item.report.time;
        TrackTable {
            lead: [
                &item.item.report.path,
                &track.name,
                track.kind.subject.as_str(),
                track.kind.estimate.as_str(),
                track.kind.role.as_str(),
            ],
            rows,
            clock: time.clock.unwrap_or("phone"),
            offset_s: time.utc_offset_s,
            standard: STANDARD.iter().map(|s| find(s.channel)).collect(),
            extra: self.extra.iter().map(|(channel, _)| find(channel)).collect(),
            joined: self.joined.iter().map(|record| rows.joined.iter().find(|j| j.record == *record)).collect(),
            simulated: track.simulated,
        }
    }
}

/// One track, ready to be read row by row.
pub struct TrackTable<'a> {
    /// The cells of [`LEAD`].
    pub lead: [&'a str; 5],
    rows: &'a Rows,
    clock: &'static str,
    offset_s: Option<i64>,
    standard: Vec<Option<&'a Column>>,
    extra: Vec<Option<&'a Column>>,
    joined: Vec<Option<&'a Joined>>,
    simulated: bool,
}

impl<'a> TrackTable<'a> {
    /// Puts the cells behind [`LEAD`] into `cells`.
    pub fn cells(&self, row: usize, cells: &mut Vec<Cell<'a>>) {
        let rows = self.rows;
        let (utc, local) = (rows.utc(row), rows.local(row));
        let value = |column: &Option<&Column>| single(column.map_or(f32::NAN, |c| c.values[row]));
        cells.clear();
        cells.push(utc.map_or(Cell::Absent, Cell::Utc));
        let civil = || local.map(civil_text);
        let local_time = utc.zip(self.offset_s).and_then(|(utc, offset)| local_text(utc, offset)).or_else(civil);
        cells.push(local_time.map_or(Cell::Absent, |text| Cell::Text(text.into())));
        cells.push(match rows.stamp[row] {
            Stamp::Unknown if local.is_some() => Cell::Text("local".into()),
            Stamp::Unknown => Cell::Absent,
            Stamp::Own | Stamp::Fitted => Cell::Text(self.clock.into()),
            Stamp::Spaced => Cell::Text(format!("{}+elapsed", self.clock).into()),
            Stamp::Local => Cell::Text("local+offset".into()),
        });
        cells.push(rows.elapsed(row).map_or(Cell::Absent, |ns| Cell::Double(ns as f64 / 1e9)));
        cells.extend([rows.lat[row], rows.lon[row]].map(double));
        cells.extend(STANDARD.iter().zip(&self.standard).map(|(standard, column)| match column {
            None if standard.channel == "speed" => speed(rows, row).map_or(Cell::Absent, single),
            column => value(column),
        }));
        cells.push(Cell::Text(rows.fix[row].as_str().into()));
        cells.push(Cell::Offset(rows.offset[row]));
        cells.extend(self.extra.iter().map(value));
        let joined = |joined: &Option<&Joined>| joined.map(|j| j.offsets[row]).filter(|offset| *offset != u64::MAX);
        cells.extend(self.joined.iter().map(|j| joined(j).map_or(Cell::Absent, Cell::Offset)));
        cells.push(Cell::Flag(self.simulated));
    }
}

fn double(value: f64) -> Cell<'static> {
    if value.is_nan() { Cell::Absent } else { Cell::Double(value) }
}

fn single(value: f32) -> Cell<'static> {
    if value.is_nan() { Cell::Absent } else { Cell::Single(value) }
}

/// The decimal that a column holds, not the digits that widening it adds.
pub fn exact(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}
