//! Turns records into tracks through `channels.tsv`: a record that opens a row brings a position, the others join the row of
//! their frame and leave their own offset there.

use super::channel::csv_name;
use super::clock::{Anchor, ClockStep, stamp, steps};
use super::fix::{mark_doubtful, mark_suspects};
use super::rows::{Column, FixState, Joined, Rows, Stamp};
use super::{Kind, Role, Subject, Track};
use crate::decode::{RawTime, Record};
use crate::layout::{Channel, Field, Layout, Scalar, Tables};

/// 1990 to 2100: a wall clock outside is none.
const PLAUSIBLE_UTC_NS: std::ops::Range<i64> = 631_152_000_000_000_000..4_102_444_800_000_000_000;

/// Stands in a channel's name for the number of the part that a record is about.
const INSTANCE: &str = "{n}";
/// No craft has more packs.
const INSTANCES: u16 = 2;

/// Builds the tracks of one item, record by record.
pub struct TrackBuilder {
    /// By layout index.
    feeds: Vec<Vec<Feed>>,
    tracks: Vec<(Kind, Rows)>,
    anchors: Vec<Anchor>,
    /// The last row's frame is still open.
    in_frame: bool,
}

/// What one record type gives to one track, or to the clock of the file.
struct Feed {
    /// `None`: the file's clock.
    track: Option<usize>,
    opens_row: bool,
    /// Only records of this instance; `None`: all.
    instance: Option<u16>,
    lat: Option<Angle>,
    lon: Option<Angle>,
    elapsed: Option<Scalar>,
    utc: Option<Scalar>,
    columns: Vec<(Scalar, usize)>,
    joined: Option<usize>,
}

impl TrackBuilder {
    pub fn new(tables: &Tables) -> Self {
        let mut builder = TrackBuilder {
            feeds: tables.layouts.iter().map(|_| Vec::new()).collect(),
            tracks: Vec::new(),
            anchors: Vec::new(),
            in_frame: false,
        };
        for layout in &tables.layouts {
            builder.connect(tables, layout);
        }
        builder
    }

    /// Connects the channels of one layout; a row of the table whose track is no `subject/estimate/role` feeds the clock.
    fn connect(&mut self, tables: &Tables, layout: &Layout) {
        for channel in tables.channels.iter().filter(|c| c.record == layout.name) {
            let Some(field) = layout.field(&channel.field) else { continue };
            // `battery{n}.level` is a column for each pack.
            if channel.channel.contains(INSTANCE) {
                for n in 1..=INSTANCES {
                    let name = channel.channel.replace(INSTANCE, &n.to_string());
                    self.connect_field(layout, field, &Channel { channel: name, ..channel.clone() }, Some(n));
                }
            } else {
                self.connect_field(layout, field, channel, None);
            }
        }
    }

    fn connect_field(&mut self, layout: &Layout, field: &Field, channel: &Channel, instance: Option<u16>) {
        let Some(scalar) = field.scalar() else { return };
        let angle = Angle { scalar, radians: field.unit == "rad" };
        let track = channel.track.parse().ok().map(|kind| self.track(kind));
        let feeds = &mut self.feeds[layout.index];
        let is_same = |f: &Feed| (f.track, f.opens_row, f.instance) == (track, channel.opens_row, instance);
        let index = feeds.iter().position(is_same).unwrap_or_else(|| {
            feeds.push(Feed {
                track,
                opens_row: channel.opens_row,
                instance,
                lat: None,
                lon: None,
                elapsed: None,
                utc: None,
                columns: Vec::new(),
                joined: None,
            });
            feeds.len() - 1
        });
        let feed = &mut feeds[index];
        match (channel.channel.as_str(), track) {
            ("position.lat", _) => feed.lat = Some(angle),
            ("position.lon", _) => feed.lon = Some(angle),
            ("time.elapsed", _) => feed.elapsed = Some(scalar),
            ("clock.utc", _) => feed.utc = Some(scalar),
            (name, Some(track)) => {
                let rows = &mut self.tracks[track].1;
                feed.columns.push((scalar, column(rows, name, &field.unit, &channel.basis)));
                if !channel.opens_row {
                    feed.joined = Some(joined(rows, &layout.name));
                }
            }
            (_, None) => {}
        }
    }

    fn track(&mut self, kind: Kind) -> usize {
        self.tracks.iter().position(|(k, _)| *k == kind).unwrap_or_else(|| {
            self.tracks.push((kind, Rows::default()));
            self.tracks.len() - 1
        })
    }

    /// Whether any track or clock is fed by records of this layout.
    pub fn uses(&self, layout: &Layout) -> bool {
        !self.feeds[layout.index].is_empty()
    }

    /// Names and units of all channels, and the records that join rows, whether or not any was met.
    pub fn channels(&self) -> (Vec<(String, String)>, Vec<String>) {
        let rows = || self.tracks.iter().map(|(_, rows)| rows);
        let channels = rows().flat_map(|r| r.columns.iter().map(|c| (c.channel.clone(), c.unit.clone()))).collect();
        (channels, rows().flat_map(|r| r.joined.iter().map(|j| j.record.clone())).collect())
    }

    pub fn record(&mut self, record: &Record<'_>) {
        let Some(layout) = record.layout else { return };
        let content = record.content();
        let is_for = |feed: &&Feed| feed.instance.is_none_or(|instance| instance == record.instance);
        for feed in self.feeds[layout.index].iter().filter(is_for) {
            match feed.track {
                None => {
                    let sure = |scalar: &Scalar| scalar.lies_behind(record.doubtful);
                    let stated = feed.utc.filter(sure).and_then(|f| f.integer(content));
                    let utc_ns =
                        stated.and_then(|ms| ms.checked_mul(1_000_000)).filter(|ns| PLAUSIBLE_UTC_NS.contains(ns));
                    self.anchors.extend(utc_ns.map(|utc_ns| Anchor {
                        offset: record.at.offset(),
                        in_frame: self.in_frame,
                        elapsed_ns: record.time.0,
                        utc_ns,
                    }));
                }
                Some(track) if feed.opens_row => {
                    let rows = &mut self.tracks[track].1;
                    feed.open_row(rows, record);
                    self.in_frame |= !rows.joined.is_empty();
                }
                Some(track) if self.in_frame => feed.join_row(&mut self.tracks[track].1, record),
                Some(_) => {}
            }
        }
    }

    /// The chain of records is broken here: the frame of the last row is over.
    pub fn gap(&mut self) {
        self.in_frame = false;
    }

    /// The log begins a new run here: no track leads across it.
    pub fn restart(&mut self) {
        for (_, rows) in &mut self.tracks {
            let at = rows.len();
            if at > 0 && rows.breaks.last() != Some(&at) {
                rows.breaks.push(at);
            }
        }
    }

    /// The tracks that have rows, and where the clocks disagree.
    pub fn finish(self) -> (Vec<Track>, Vec<ClockStep>) {
        let mut tracks: Vec<Track> = Vec::new();
        for (kind, mut rows) in self.tracks.into_iter().filter(|(_, rows)| !rows.is_empty()) {
            let count = rows.len();
            rows.utc_ns = vec![Rows::NO_TIME; count];
            rows.stamp = vec![Stamp::Unknown; count];
            rows.fix = rows.lat.iter().zip(&rows.lon).map(|(lat, lon)| FixState::of(*lat, *lon)).collect();
            rows.columns.iter_mut().for_each(|c| c.values.resize(count, f32::NAN));
            rows.joined.iter_mut().for_each(|j| j.offsets.resize(count, u64::MAX));
            stamp(&mut rows, &self.anchors);
            // Places of photos have no time to judge a speed by.
            if kind.role == Role::Recorded {
                mark_suspects(&mut rows);
            }
            mark_doubtful(&mut rows);
            rows.columns.retain(|c| c.values.iter().any(|v| !v.is_nan()));
            rows.joined.retain(|j| j.offsets.iter().any(|o| *o != u64::MAX));
            tracks.push(Track { name: unique_name(&tracks, kind), kind, primary: false, simulated: false, rows });
        }
        let primary = tracks.iter_mut().filter(|t| t.kind.subject == Subject::Aircraft).min_by_key(|t| t.kind.estimate);
        if let Some(track) = primary {
            track.primary = true;
        }
        (tracks, steps(&self.anchors))
    }
}

impl Feed {
    fn open_row(&self, rows: &mut Rows, record: &Record<'_>) {
        let content = record.content();
        let degrees = |angle: Option<Angle>| angle.map_or(f64::NAN, |a| a.degrees(content));
        let (lat, lon) = (degrees(self.lat), degrees(self.lon));
        if record.doubtful > 0 {
            rows.doubtful.push(rows.len());
        }
        let sure = |scalar: &Scalar| scalar.lies_behind(record.doubtful);
        let own_time =
            self.elapsed.filter(sure).and_then(|f| f.number(content)).and_then(|s| RawTime::from_seconds(s).0);
        rows.offset.push(record.at.offset());
        rows.elapsed_ns.push(own_time.or(record.time.0).unwrap_or(Rows::NO_TIME));
        rows.lat.push(lat);
        rows.lon.push(lon);
        self.fill(rows, record);
    }

    fn join_row(&self, rows: &mut Rows, record: &Record<'_>) {
        self.fill(rows, record);
        if let Some(joined) = self.joined {
            set(&mut rows.joined[joined].offsets, rows.offset.len(), u64::MAX, record.at.offset());
        }
    }

    fn fill(&self, rows: &mut Rows, record: &Record<'_>) {
        let (count, content) = (rows.offset.len(), record.content());
        for (scalar, column) in &self.columns {
            if scalar.lies_behind(record.doubtful)
                && let Some(value) = scalar.number(content)
            {
                set(&mut rows.columns[*column].values, count, f32::NAN, value as f32);
            }
        }
    }
}

/// Sets the value of the last of `count` rows; rows that said nothing since are filled with what stands for absent.
#[inline]
fn set<T: Copy>(values: &mut Vec<T>, count: usize, absent: T, value: T) {
    if values.len() + 1 == count {
        values.push(value);
    } else {
        values.resize(count, absent);
        values[count - 1] = value;
    }
}

/// A coordinate in the record.
#[derive(Clone, Copy)]
struct Angle {
    scalar: Scalar,
    radians: bool,
}

impl Angle {
    /// NaN when absent.
    fn degrees(self, content: &[u8]) -> f64 {
        let value = self.scalar.number(content).unwrap_or(f64::NAN);
        if self.radians { value.to_degrees() } else { value }
    }
}

fn column(rows: &mut Rows, channel: &str, unit: &str, basis: &str) -> usize {
    rows.columns.iter().position(|c| c.channel == channel).unwrap_or_else(|| {
        rows.columns.push(Column {
            channel: channel.to_owned(),
            csv_name: csv_name(channel, unit),
            unit: unit.to_owned(),
            basis: basis.to_owned(),
            values: Vec::new(),
        });
        rows.columns.len() - 1
    })
}

fn joined(rows: &mut Rows, record: &str) -> usize {
    rows.joined.iter().position(|j| j.record == record).unwrap_or_else(|| {
        rows.joined.push(Joined { record: record.to_owned(), offsets: Vec::new() });
        rows.joined.len() - 1
    })
}

fn unique_name(tracks: &[Track], kind: Kind) -> String {
    let taken = |name: &str| tracks.iter().any(|t| t.name == name);
    let plain = kind.subject.to_string();
    let full = format!("{}-{}-{}", kind.subject, kind.estimate, kind.role);
    if taken(&plain) { full } else { plain }
}
