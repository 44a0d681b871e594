//! Turns records into tracks through `channels.tsv`: a record that opens a row brings a position, the others join the row of
//! their frame and leave their own offset there.

use std::collections::{HashMap, HashSet};

use super::channel::csv_name;
use super::clock::{Anchor, ClockStep, stamp, steps};
use super::fix::{mark_doubtful, mark_suspects};
use super::named::{NamedFeed, Naming};
use super::rows::{Column, FixState, Joined, Rows, Stamp};
use super::{Kind, Role, Subject, Track, kind_and_name};
use crate::bytes::text::free_name;
use crate::decode::{Payload, RawTime, Record};
use crate::layout::{self, Channel, Field, Layout, Reading, Scalar, Tables};

/// 1990 to 2100: a wall clock outside is none.
pub const PLAUSIBLE_UTC_NS: std::ops::Range<i64> = 631_152_000_000_000_000..4_102_444_800_000_000_000;

/// Stands in a channel's name for the number of the part that a record is about.
const INSTANCE: &str = "{n}";
/// No craft has more packs.
const INSTANCES: u16 = 2;

/// Builds the tracks of one item, record by record.
pub struct TrackBuilder {
    channels: Vec<Channel>,
    /// By layout index.
    feeds: Vec<Vec<Feed>>,
    /// Those of layouts whose records come as values, by layout index.
    named: Vec<Option<NamedFeed>>,
    tracks: Vec<Building>,
    anchors: Vec<Anchor>,
    /// The frame of the last row that others join is still open.
    in_frame: bool,
    /// UTC at zero of the source's own clock.
    epoch_utc_ns: Option<i64>,
    /// Where take-offs stand in the item, and what the barometer read.
    take_offs: Vec<(u64, f64)>,
    computed: Computed,
}

/// A track on its way.
pub struct Building {
    pub kind: Kind,
    /// What the tables call it, where the format has several of a kind.
    pub label: Option<String>,
    /// What the source calls it, where it names its tracks.
    pub naming: Option<Naming>,
    /// The frame of its last row is still open.
    pub in_frame: bool,
    pub rows: Rows,
}

/// What came of the records.
pub struct Built {
    /// Those that have rows, in the order in which they began.
    pub tracks: Vec<Track>,
    /// Number of the flight of each, from 0: the tracks of one aircraft, of which one is primary, have the same.
    pub flights: Vec<usize>,
    /// Where the clocks disagree.
    pub steps: Vec<ClockStep>,
    /// Rows that were left out because their item names more tracks than are kept: how many, and where the first one lies.
    pub refused: Option<(u64, u64)>,
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
    columns: Vec<(Reading, usize)>,
    /// Beside them: which computed field each reads, for those.
    computed: Vec<Option<usize>>,
    joined: Option<usize>,
}

/// Computed fields of the record at hand, which several tracks may want.
type Computed = Vec<(usize, Option<f64>)>;

impl TrackBuilder {
    pub fn new(tables: &Tables) -> Self {
        let mut builder = TrackBuilder {
            channels: tables.channels.clone(),
            feeds: Vec::new(),
            named: Vec::new(),
            tracks: Vec::new(),
            anchors: Vec::new(),
            in_frame: false,
            epoch_utc_ns: None,
            take_offs: Vec::new(),
            computed: Computed::new(),
        };
        for layout in &tables.layouts {
            builder.connect(layout);
        }
        builder
    }

    /// Connects the channels of one layout, of the tables or of the item itself; a row of the table whose track is no
    /// `subject/estimate/role` feeds the clock.
    pub fn connect(&mut self, layout: &Layout) {
        if self.feeds.len() <= layout.index {
            self.feeds.resize_with(layout.index + 1, Vec::new);
            self.named.resize_with(layout.index + 1, || None);
        }
        let channels = std::mem::take(&mut self.channels);
        let own = channels.iter().filter(|c| c.record == layout.name);
        if layout.fields.iter().any(|field| field.kind == layout::Kind::Cell) {
            self.named[layout.index] = NamedFeed::new(layout, own);
        } else {
            self.connect_bytes(layout, own);
        }
        self.channels = channels;
    }

    fn connect_bytes<'c>(&mut self, layout: &Layout, channels: impl Iterator<Item = &'c Channel>) {
        for channel in channels {
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
        let Some(reading) = field.reading() else { return };
        let scalar = field.scalar();
        let angle = scalar.map(|scalar| Angle { scalar, radians: field.unit == "rad" });
        let track = kind_and_name(&channel.track).ok().map(|(kind, name)| self.track(kind, name));
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
                computed: Vec::new(),
                joined: None,
            });
            feeds.len() - 1
        });
        let feed = &mut feeds[index];
        match (channel.channel.as_str(), track) {
            ("position.lat", _) => feed.lat = angle,
            ("position.lon", _) => feed.lon = angle,
            ("time.elapsed", _) => feed.elapsed = scalar,
            ("clock.utc", _) => feed.utc = scalar,
            (name, Some(track)) => {
                let rows = &mut self.tracks[track].rows;
                feed.computed.push(reading.computed());
                feed.columns.push((reading, column(rows, name, &field.unit, &channel.basis)));
                if !channel.opens_row {
                    feed.joined = Some(joined(rows, &layout.name));
                }
            }
            (_, None) => {}
        }
    }

    fn track(&mut self, kind: Kind, name: Option<&str>) -> usize {
        let is_same = |t: &Building| t.kind == kind && t.label.as_deref() == name;
        self.tracks.iter().position(is_same).unwrap_or_else(|| {
            let label = name.map(str::to_owned);
            self.tracks.push(Building { kind, label, naming: None, in_frame: false, rows: Rows::default() });
            self.tracks.len() - 1
        })
    }

    /// Whether any track or clock is fed by records of this layout.
    pub fn uses(&self, layout: &Layout) -> bool {
        let fed = self.feeds.get(layout.index).is_some_and(|feeds| !feeds.is_empty());
        fed || self.named.get(layout.index).is_some_and(Option::is_some)
    }

    /// Names and units of all channels, and the records that join rows, whether or not any was met.
    pub fn channels(&self) -> (Vec<(String, String)>, Vec<String>) {
        let rows = || self.tracks.iter().map(|track| &track.rows);
        let named = self.named.iter().flatten().flat_map(NamedFeed::columns);
        let columns = rows().flat_map(|r| &r.columns).chain(named);
        let channels = columns.map(|c| (c.channel.clone(), c.unit.clone())).collect();
        (channels, rows().flat_map(|r| r.joined.iter().map(|j| j.record.clone())).collect())
    }

    pub fn record(&mut self, record: &Record<'_>) {
        let Some(layout) = record.layout else { return };
        if let Payload::Values(values) = &record.payload {
            if let Some(feed) = self.named.get_mut(layout.index).and_then(Option::as_mut) {
                feed.row(&mut self.tracks, record, values);
            }
            return;
        }
        let content = record.content();
        self.computed.clear();
        let is_for = |feed: &&Feed| feed.instance.is_none_or(|instance| instance == record.instance);
        for feed in self.feeds.get(layout.index).into_iter().flatten().filter(is_for) {
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
                    let Building { rows, in_frame, .. } = &mut self.tracks[track];
                    feed.open_row(rows, record, &mut self.computed);
                    *in_frame = true;
                    self.in_frame |= !rows.joined.is_empty();
                }
                Some(track) if self.tracks[track].in_frame => {
                    feed.join_row(&mut self.tracks[track].rows, record, &mut self.computed);
                }
                Some(_) => {}
            }
        }
    }

    /// UTC of the source's own clock at zero.
    pub fn epoch(&mut self, utc_ns: i64) {
        self.epoch_utc_ns = Some(utc_ns).filter(|ns| PLAUSIBLE_UTC_NS.contains(ns));
    }

    /// What the barometer read at the take-off that stands at `offset`.
    pub fn take_off(&mut self, offset: u64, metres: f64) {
        self.take_offs.push((offset, metres));
    }

    /// The chain of records is broken here: the frame of the last row is over.
    pub fn gap(&mut self) {
        self.in_frame = false;
        self.tracks.iter_mut().for_each(|track| track.in_frame = false);
    }

    /// The log begins a new run here: no track leads across it.
    pub fn restart(&mut self) {
        for Building { rows, .. } in &mut self.tracks {
            let at = rows.len();
            if at > 0 && rows.breaks.last() != Some(&at) {
                rows.breaks.push(at);
            }
        }
    }

    /// `utc_offset_s`: seconds east of UTC, for rows that state a local time and nothing else.
    pub fn finish(self, utc_offset_s: Option<i64>) -> Built {
        let mut tracks: Vec<Building> = self.tracks.into_iter().filter(|track| !track.rows.is_empty()).collect();
        for Building { kind, naming, rows, .. } in &mut tracks {
            let count = rows.len();
            rows.columns.iter_mut().for_each(|c| c.values.resize(count, f32::NAN));
            rows.joined.iter_mut().for_each(|j| j.offsets.resize(count, u64::MAX));
            if naming.is_none() {
                rows.utc_ns = vec![Rows::NO_TIME; count];
                rows.stamp = vec![Stamp::Unknown; count];
                rows.fix = rows.lat.iter().zip(&rows.lon).map(|(lat, lon)| FixState::of(*lat, *lon)).collect();
                stamp(rows, &self.anchors);
                if let Some(epoch_ns) = self.epoch_utc_ns {
                    stamp_fitted(rows, epoch_ns);
                }
            }
            if kind.subject == Subject::Aircraft {
                above_take_off(rows, &self.take_offs);
            }
            if let Some(offset_s) = utc_offset_s {
                stamp_local(rows, offset_s);
            }
            // Places of photos and drawn lines have no time to judge a speed by; subtitles of a video have.
            let is_timed = (0..count).any(|row| rows.utc(row).or(rows.elapsed(row)).is_some());
            let is_judged = match kind.role {
                Role::Recorded => naming.is_none() || is_timed,
                Role::Media => is_timed,
                _ => false,
            };
            if is_judged {
                mark_suspects(rows);
            }
            mark_doubtful(rows);
            rows.columns.retain(|c| c.values.iter().any(|v| !v.is_nan()));
            rows.joined.retain(|j| j.offsets.iter().any(|o| *o != u64::MAX));
        }
        let flights = flights(&tracks);
        let names = names(&tracks);
        let track = |(Building { kind, rows, .. }, name)| Track { name, kind, primary: false, simulated: false, rows };
        let mut tracks: Vec<Track> = tracks.into_iter().zip(names).map(track).collect();
        mark_primary(&mut tracks, &flights);
        let refused = self.named.iter().flatten().find_map(NamedFeed::refused);
        Built { tracks, flights, steps: steps(&self.anchors), refused }
    }
}

/// One track of each aircraft stands for it: the best estimate that has a fix, the first of equal ones.
fn mark_primary(tracks: &mut [Track], flights: &[usize]) {
    let mut best: HashMap<usize, usize> = HashMap::new();
    let rank = |track: &Track| (track.rows.fixes().next().is_none(), track.kind.estimate);
    let aircraft = tracks.iter().zip(flights).enumerate().filter(|(_, (t, _))| t.kind.subject == Subject::Aircraft);
    for (index, (track, flight)) in aircraft {
        let known = best.entry(*flight).or_insert(index);
        if rank(track) < rank(&tracks[*known]) {
            *known = index;
        }
    }
    best.into_values().for_each(|index| tracks[index].primary = true);
}

/// The flight of each track, counted from 0. All tracks of an item that names none are of one flight; of named ones those of one
/// source are, unless several of its aircraft tracks are of one kind: then each name is a flight of its own.
fn flights(tracks: &[Building]) -> Vec<usize> {
    let source = |track: &Building| track.naming.as_ref().map_or_else(String::new, |naming| naming.source.clone());
    let mut kinds: HashSet<(String, Kind)> = HashSet::new();
    let mut crowded: HashSet<String> = HashSet::new();
    for track in tracks.iter().filter(|t| t.kind.subject == Subject::Aircraft) {
        if !kinds.insert((source(track), track.kind)) {
            crowded.insert(source(track));
        }
    }
    let mut numbers: HashMap<(String, String), usize> = HashMap::new();
    let mut number = |track: &Building| {
        let source = source(track);
        let name = match &track.naming {
            Some(naming) if crowded.contains(&source) => naming.name.clone(),
            _ => String::new(),
        };
        let next = numbers.len();
        *numbers.entry((source, name)).or_insert(next)
    };
    tracks.iter().map(&mut number).collect()
}

/// A name for each track that no other has: what the source calls it, else its subject; where that is taken, with more words.
fn names(tracks: &[Building]) -> Vec<String> {
    let short = |track: &Building| match (&track.naming, &track.label) {
        (Some(naming), _) if !naming.name.is_empty() => naming.name.clone(),
        (_, Some(label)) => label.clone(),
        _ => track.kind.subject.to_string(),
    };
    let mut uses: HashMap<String, usize> = HashMap::new();
    tracks.iter().filter(|t| t.naming.is_some()).for_each(|track| *uses.entry(short(track)).or_default() += 1);
    let mut taken: HashSet<String> = HashSet::new();
    let mut name = |track: &Building| {
        let Kind { subject, estimate, role } = track.kind;
        let short = short(track);
        let several = uses.get(&short).is_some_and(|uses| *uses > 1);
        let source = track.naming.as_ref().map(|naming| naming.source.as_str()).filter(|s| several && !s.is_empty());
        let (first, full) = match (source, &track.naming) {
            (Some(source), _) => (format!("{source} {short}"), format!("{source} {short}-{estimate}-{role}")),
            (None, Some(_)) => (short.clone(), format!("{short}-{subject}-{estimate}-{role}")),
            (None, None) => (short, format!("{subject}-{estimate}-{role}")),
        };
        let name = if taken.contains(&first) { full } else { first };
        free_name(name, &mut taken)
    };
    tracks.iter().map(&mut name).collect()
}

/// The source's own clock from its zero on, where no record of its own tells the time.
fn stamp_fitted(rows: &mut Rows, epoch_ns: i64) {
    for row in 0..rows.len() {
        if let (None, Some(elapsed)) = (rows.utc(row), rows.elapsed(row)) {
            rows.utc_ns[row] = epoch_ns.saturating_add(elapsed);
            rows.stamp[row] = Stamp::Fitted;
        }
    }
}

/// Heights above take-off from barometric ones, where the source tells what the barometer read at take-off and not the heights.
fn above_take_off(rows: &mut Rows, take_offs: &[(u64, f64)]) {
    let Some(first) = take_offs.first().filter(|_| rows.column("height.takeoff").is_none()) else { return };
    let Some(pressure) = rows.columns.iter().find(|column| column.channel == "height.pressure") else { return };
    let (mut ground, mut next) = (first.1, 0);
    let mut values = Vec::with_capacity(rows.offset.len());
    for (offset, height) in rows.offset.iter().zip(&pressure.values) {
        while let Some((_, metres)) = take_offs.get(next).filter(|(from, _)| from <= offset) {
            ground = *metres;
            next += 1;
        }
        values.push((f64::from(*height) - ground) as f32);
    }
    let basis = "takeoff: pressure less that at take-off".to_owned();
    let channel = "height.takeoff".to_owned();
    let csv_name = csv_name(&channel, "m");
    rows.columns.insert(0, Column { channel, csv_name, unit: "m".to_owned(), basis, values });
}

/// Local time less the offset is UTC, where nothing better is known.
fn stamp_local(rows: &mut Rows, offset_s: i64) {
    for row in 0..rows.local_ns.len().min(rows.len()) {
        if let (None, Some(local)) = (rows.utc(row), rows.local(row)) {
            rows.utc_ns[row] = local.saturating_sub(offset_s.saturating_mul(1_000_000_000));
            rows.stamp[row] = Stamp::Local;
        }
    }
}

impl Feed {
    fn open_row(&self, rows: &mut Rows, record: &Record<'_>, computed: &mut Computed) {
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
        self.fill(rows, record, computed);
    }

    fn join_row(&self, rows: &mut Rows, record: &Record<'_>, computed: &mut Computed) {
        self.fill(rows, record, computed);
        if let Some(joined) = self.joined {
            set(&mut rows.joined[joined].offsets, rows.offset.len(), u64::MAX, record.at.offset());
        }
    }

    fn fill(&self, rows: &mut Rows, record: &Record<'_>, computed: &mut Computed) {
        let (count, content) = (rows.offset.len(), record.content());
        for ((reading, column), id) in self.columns.iter().zip(&self.computed) {
            let mut number = || match *id {
                None => reading.number(content),
                Some(id) => match computed.iter().find(|(known, _)| *known == id) {
                    Some((_, value)) => *value,
                    None => {
                        let value = reading.number(content);
                        computed.push((id, value));
                        value
                    }
                },
            };
            if (record.doubtful == 0 || reading.lies_behind(record.doubtful))
                && let Some(value) = number()
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
