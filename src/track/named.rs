//! Rows of an item that describes its records itself and may name the track of each: a table of many flights, for instance.

use std::collections::HashMap;

use super::Kind;
use super::build::{Building, PLAUSIBLE_UTC_NS};
use super::channel::csv_name;
use super::rows::{Column, FixState, Rows, Stamp};
use crate::decode::Record;
use crate::layout::{Channel, Layout, Value};

/// Tracks kept of one item: each costs memory of its own, however few rows it has.
const MOST_TRACKS: usize = 1 << 16;

/// A track is expected to have as many rows as the one before it, but room is made for no more than these.
const MOST_RESERVED: usize = 1024;

/// What an item calls one of its tracks; empty where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Naming {
    /// What it was taken from, or the aircraft.
    pub source: String,
    pub name: String,
}

/// Which fields of a layout give what; each is the position of a field.
pub struct NamedFeed {
    /// Of rows that do not state their own.
    kind: Kind,
    lat: Option<usize>,
    lon: Option<usize>,
    utc: Option<usize>,
    local: Option<usize>,
    valid: Option<usize>,
    /// The fields that tell one track from another.
    source: Option<usize>,
    name: Option<usize>,
    stated_kind: [Option<usize>; 3],
    /// All of these that there are.
    telling: Vec<usize>,
    columns: Vec<(usize, Column)>,
    /// Track of a row by the words that tell tracks apart.
    by_words: HashMap<Vec<String>, usize>,
    /// Words and track of the last row: rows of one track mostly stand together.
    last: Option<(Vec<String>, usize)>,
    refused: Option<(u64, u64)>,
}

impl NamedFeed {
    /// `None` when no channel of the table opens a row of a track.
    pub fn new<'c>(layout: &Layout, channels: impl Iterator<Item = &'c Channel>) -> Option<Self> {
        let mut feed: Option<NamedFeed> = None;
        for channel in channels {
            let Ok(kind) = channel.track.parse::<Kind>() else { continue };
            let Some(at) = layout.fields.iter().position(|field| field.name == channel.field) else { continue };
            let feed = feed.get_or_insert_with(|| NamedFeed::of(kind));
            match channel.channel.as_str() {
                "position.lat" => feed.lat = Some(at),
                "position.lon" => feed.lon = Some(at),
                "position.valid" => feed.valid = Some(at),
                "clock.utc" => feed.utc = Some(at),
                "clock.local" => feed.local = Some(at),
                "track.source" => feed.source = Some(at),
                "track.name" => feed.name = Some(at),
                "track.subject" => feed.stated_kind[0] = Some(at),
                "track.estimate" => feed.stated_kind[1] = Some(at),
                "track.role" => feed.stated_kind[2] = Some(at),
                // The record's own time.
                "time.elapsed" => {}
                name => {
                    let unit = &layout.fields[at].unit;
                    let column = Column {
                        channel: name.to_owned(),
                        csv_name: csv_name(name, unit),
                        unit: unit.clone(),
                        basis: channel.basis.clone(),
                        values: Vec::new(),
                    };
                    feed.columns.push((at, column));
                }
            }
        }
        if let Some(feed) = &mut feed {
            let [subject, estimate, role] = feed.stated_kind;
            feed.telling = [feed.source, feed.name, subject, estimate, role].into_iter().flatten().collect();
        }
        feed
    }

    fn of(kind: Kind) -> Self {
        NamedFeed {
            kind,
            lat: None,
            lon: None,
            utc: None,
            local: None,
            valid: None,
            source: None,
            name: None,
            stated_kind: [None; 3],
            telling: Vec::new(),
            columns: Vec::new(),
            by_words: HashMap::new(),
            last: None,
            refused: None,
        }
    }

    pub fn columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().map(|(_, column)| column)
    }

    /// Rows left out, and the place of the first one.
    pub fn refused(&self) -> Option<(u64, u64)> {
        self.refused
    }

    /// Opens a row in the track that the record names.
    pub fn row(&mut self, tracks: &mut Vec<Building>, record: &Record<'_>, values: &[Value<'_>]) {
        let Some(track) = self.track(tracks, values) else {
            let refused = self.refused.get_or_insert((0, record.at.offset()));
            refused.0 += 1;
            return;
        };
        let rows = &mut tracks[track].rows;
        let (lat, lon) = (number(values, self.lat), number(values, self.lon));
        let utc = integer(values, self.utc).filter(|ns| PLAUSIBLE_UTC_NS.contains(ns));
        let local = integer(values, self.local);
        let stated_invalid = self.valid.is_some_and(|at| values.get(at).and_then(Value::integer) == Some(0));
        rows.offset.push(record.at.offset());
        rows.elapsed_ns.push(record.time.0.or(local).unwrap_or(Rows::NO_TIME));
        rows.utc_ns.push(utc.unwrap_or(Rows::NO_TIME));
        rows.stamp.push(if utc.is_some() { Stamp::Own } else { Stamp::Unknown });
        if self.local.is_some() {
            rows.local_ns.push(local.unwrap_or(Rows::NO_TIME));
        }
        rows.lat.push(lat);
        rows.lon.push(lon);
        rows.fix.push(if stated_invalid { FixState::Invalid } else { FixState::of(lat, lon) });
        for ((at, _), column) in self.columns.iter().zip(&mut rows.columns) {
            column.values.push(number(values, Some(*at)) as f32);
        }
    }

    fn track(&mut self, tracks: &mut Vec<Building>, values: &[Value<'_>]) -> Option<usize> {
        if let Some((words, track)) = &self.last
            && self.telling.iter().zip(words).all(|(at, word)| text(values, Some(*at)) == word)
        {
            return Some(*track);
        }
        let words: Vec<String> = self.telling.iter().map(|at| text(values, Some(*at)).to_owned()).collect();
        let track = match self.by_words.get(&words) {
            Some(track) => *track,
            None if self.by_words.len() >= MOST_TRACKS => return None,
            None => {
                let last = self.last.as_ref().and_then(|(_, track)| tracks.get_mut(*track));
                let likely = last.map_or(0, |track| {
                    track.rows.shrink();
                    track.rows.len().min(MOST_RESERVED)
                });
                tracks.push(self.begin(values, likely));
                self.by_words.insert(words.clone(), tracks.len() - 1);
                tracks.len() - 1
            }
        };
        self.last = Some((words, track));
        Some(track)
    }

    /// `likely`: rows to make room for.
    fn begin(&self, values: &[Value<'_>], likely: usize) -> Building {
        let [subject, estimate, role] = self.stated_kind.map(|at| text(values, at));
        let kind = Kind {
            subject: subject.parse().unwrap_or(self.kind.subject),
            estimate: estimate.parse().unwrap_or(self.kind.estimate),
            role: role.parse().unwrap_or(self.kind.role),
        };
        let naming = Naming { source: text(values, self.source).to_owned(), name: text(values, self.name).to_owned() };
        let columns =
            self.columns.iter().map(|(_, column)| Column { values: Vec::with_capacity(likely), ..column.clone() });
        let rows = Rows {
            offset: Vec::with_capacity(likely),
            elapsed_ns: Vec::with_capacity(likely),
            utc_ns: Vec::with_capacity(likely),
            stamp: Vec::with_capacity(likely),
            lat: Vec::with_capacity(likely),
            lon: Vec::with_capacity(likely),
            fix: Vec::with_capacity(likely),
            columns: columns.collect(),
            may_be_blank: true,
            ..Rows::default()
        };
        Building { kind, label: None, naming: Some(naming), in_frame: false, rows }
    }
}

/// NaN where nothing stands.
fn number(values: &[Value<'_>], at: Option<usize>) -> f64 {
    at.and_then(|at| values.get(at)?.number()).unwrap_or(f64::NAN)
}

fn integer(values: &[Value<'_>], at: Option<usize>) -> Option<i64> {
    values.get(at?)?.integer()
}

fn text<'a>(values: &'a [Value<'_>], at: Option<usize>) -> &'a str {
    at.and_then(|at| values.get(at)?.text()).unwrap_or_default()
}
