//! One item through it all: identify, decode, build tracks, account for every byte, report; children included. Pure: the same
//! item gives the same result, on any thread.

mod backup;
mod collect;
mod coverage;
mod device;
mod facts;
mod nest;
mod provenance;
mod report;
mod secrets;
mod siblings;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analyse::exposure::{self, Reveal, Sighting, Watch};
use crate::analyse::{Declared, Finding, TrackSummary, findings, places_apart};
use crate::decode::{
    Alone, Completeness, Context, Decoded, Diagnostic, Event, EventKind, Fact, Format, KeyFile, Moment, Severity,
};
use crate::evidence::{Evidence, Limits, Origin, Span};
use crate::identify::{Identity, identify};
use crate::layout::Tables;
use crate::track::{Built, ClockStep, FlightSource, Stamp, Track, utc_text};
pub use backup::Backups;
use collect::{ChildFound, Collector};
pub use coverage::Coverage;
use nest::{Budget, Nest};
use provenance::Provenance;
use report::{ChildReport, LockedReport, ParentPlace, TimeReport};
pub use report::{Completion, DiagnosticReport, FileReport, RecordSums};
pub use siblings::{Beside, Waiting};

/// Nanoseconds a second.
const NS: i64 = 1_000_000_000;

/// What an examination needs beside the item; shared by all threads.
#[derive(Clone, Default)]
pub struct Tools {
    /// Tables of the formats, by id.
    pub tables: Arc<Vec<Tables>>,
    pub limits: Limits,
    /// Seconds east of UTC, for items that do not tell their own.
    pub utc_offset_s: Option<i64>,
    /// Keys that the user gave.
    pub keys: Arc<Vec<KeyFile>>,
    /// Only tracks and completeness are asked for: summaries and findings, whose geodesics cost more than all else on long
    /// tracks, are left out.
    pub tracks_only: bool,
    /// Identifiers of people, phones and craft are looked for, in records and in what no format recognises.
    pub exposure: bool,
    /// Whether outputs show secrets.
    pub reveal: Reveal,
}

impl Tools {
    /// What a decoder is given.
    pub fn context<'a>(&'a self, tables: &'a Tables) -> Context<'a> {
        Context { tables, limits: &self.limits, keys: &self.keys, siblings: &Alone }
    }

    pub fn tables_of(&self, format: &Format) -> Option<&Tables> {
        self.tables.iter().find(|t| t.id == format.id)
    }
}

/// An event with its time and place.
#[derive(Clone, Debug)]
pub struct TimedEvent {
    pub event: Event,
    pub utc_ns: Option<i64>,
    /// By a clock without an offset, as if it were UTC.
    pub local_ns: Option<i64>,
    /// The primary track that the event belongs to, by its place in [`Examined::tracks`].
    pub track: Option<usize>,
    /// The row of that track.
    pub row: Option<usize>,
    /// Position of that row, when it is a fix.
    pub position: Option<(f64, f64)>,
}

/// One item, examined.
pub struct Examined {
    pub report: FileReport,
    pub tracks: Vec<Track>,
    /// Number of the flight of each track, from 0: the tracks of one aircraft have the same.
    pub flight_of: Vec<usize>,
    pub events: Vec<TimedEvent>,
    /// What the item states, in its order.
    pub facts: Vec<Fact>,
    /// Items inside it that a format recognises.
    pub children: Vec<Examined>,
    /// What groups its flights with those of other items: one a primary track, in the order of the tracks.
    pub flights: Vec<FlightSource>,
    /// Identifiers that were seen, when [`Tools::exposure`] asks for them.
    pub sightings: Vec<Sighting>,
}

impl Examined {
    /// The item and everything inside it.
    pub fn all(&self) -> Vec<&Examined> {
        std::iter::once(self).chain(self.children.iter().flat_map(Examined::all)).collect()
    }

    /// The primary track; of an item of many flights the first one.
    pub fn primary(&self) -> Option<&Track> {
        self.primaries().next()
    }

    /// The primary track of each flight.
    pub fn primaries(&self) -> impl Iterator<Item = &Track> {
        self.tracks.iter().filter(|t| t.primary)
    }

    /// Something of it can be used; a container is as useful as its children, which are asked apart.
    pub fn is_usable(&self) -> bool {
        !self.report.container && matches!(self.report.completeness, Completion::Whole | Completion::Partial)
    }

    /// Something recognised was lost, damaged, locked or unreadable.
    pub fn is_incomplete(&self) -> bool {
        let damaged = self.report.diagnostics.iter().any(|d| d.severity != Severity::Note.as_str());
        damaged || matches!(self.report.completeness, Completion::Partial | Completion::Locked | Completion::Unreadable)
    }
}

/// Examines one item and its children.
pub fn examine(evidence: &Evidence, tools: &Tools) -> Examined {
    examine_beside(evidence, &Beside::of(evidence, &tools.limits), tools)
}

/// [`examine`] for an item of which it is known what stands beside it.
pub fn examine_beside(evidence: &Evidence, beside: &Beside<'_>, tools: &Tools) -> Examined {
    examine_at(evidence, Nest::outermost(tools, &Budget::of(evidence, &tools.limits)), beside)
}

fn examine_at(evidence: &Evidence, nest: Nest<'_>, siblings: &Beside<'_>) -> Examined {
    let tools = nest.tools;
    let identity = identify(evidence);
    let Some((format, tables)) = identity.format.and_then(|f| Some((f, tools.tables_of(f)?))) else {
        return unknown(evidence, tools, &identity);
    };
    let mut collector = Collector::new(evidence, nest, tables);
    for span in &evidence.unreadable {
        let message =
            format!("{} bytes at {} could not be read from the medium; zeros stand for them", span.len, span.offset);
        collector.diagnostics.push(Diagnostic::loss("evidence/unreadable", Origin::Bytes((*span).into()), message));
    }
    let limits = nest.limits();
    let context = Context { limits: &limits, siblings, ..tools.context(tables) };
    collector.backups = Backups::of(evidence, format, &context, tools);
    let decoded = (format.decode)(evidence, &context, &mut collector);
    collector.settle();
    assemble(evidence, tools, &identity, format, decoded, collector)
}

fn unknown(evidence: &Evidence, tools: &Tools, identity: &Identity) -> Examined {
    let foreign = identity.foreign.as_ref();
    let mut report = FileReport::bare(evidence, Completion::Unknown);
    report.why = foreign.map_or_else(|| identity.why.to_string(), |f| format!("looks like: {}", f.name));
    if evidence.len == 0 {
        report.why = "the file is empty".to_owned();
    }
    report.next_step = foreign.map(|f| f.advice.to_owned());
    let mut sightings = Vec::new();
    if tools.exposure {
        let head = evidence.read(Span { offset: 0, len: exposure::TEXT_LIMIT });
        match head {
            Ok(bytes) => {
                let mut watch = Watch::new(tools.reveal);
                watch.bytes(&bytes, None);
                let refused;
                (sightings, refused) = watch.finish();
                report.notes.extend(refused_note(refused));
                if evidence.len > exposure::TEXT_LIMIT {
                    report
                        .notes
                        .push(format!("identifiers were looked for in the first {} bytes alone", exposure::TEXT_LIMIT));
                }
            }
            Err(error) => report.notes.push(format!("identifiers were not looked for: {error}")),
        }
    }
    let (tracks, flight_of, flights) = (Vec::new(), Vec::new(), Vec::new());
    let (events, facts, children) = (Vec::new(), Vec::new(), Vec::new());
    Examined { report, tracks, flight_of, events, facts, children, flights, sightings }
}

/// Identifiers beyond the number that is kept.
fn refused_note(refused: u64) -> Option<String> {
    (refused > 0).then(|| {
        format!("{refused} sightings of further identifiers or positions were left out: the item holds more than are kept of one")
    })
}

fn assemble(
    evidence: &Evidence,
    tools: &Tools,
    identity: &Identity,
    format: &'static Format,
    decoded: Decoded,
    collector: Collector<'_>,
) -> Examined {
    let Collector {
        builder,
        claims,
        counts,
        events,
        facts: stated,
        children,
        examined,
        mut diagnostics,
        names,
        watch,
        ..
    } = collector;
    let Built { mut tracks, flights: flight_of, steps, refused } = builder.finish(tools.utc_offset_s);
    let simulated = events.iter().any(|event| event.kind == EventKind::Simulator);
    tracks.iter_mut().for_each(|track| track.simulated = simulated);
    let primaries = || tracks.iter().filter(|t| t.primary);
    let (sightings, refused_sightings) = watch.map(Watch::finish).unwrap_or_default();
    if let Some(message) = refused_note(refused_sightings) {
        diagnostics.push(Diagnostic::note("exposure/too-many", Origin::Item, message));
    }
    let (coverage, clash) = claims.sums(evidence.len);
    if clash > 0 {
        let message = format!("{clash} bytes are claimed as decoded and as damaged; they count as decoded");
        diagnostics.push(Diagnostic::note("examine/clash", Origin::Item, message));
    }
    steps.iter().map(clock_step).for_each(|d| diagnostics.push(d));
    primaries().flat_map(impossible_rows).for_each(|d| diagnostics.push(d));
    refused.map(refused_rows).into_iter().for_each(|d| diagnostics.push(d));
    diagnostics.list.sort_by_key(|d| (d.at.offset(), d.code));

    let locked = decoded.key_need.map(|need| LockedReport {
        scheme: need.scheme,
        reason: need.reason,
        features: need.features,
        missing: need.missing,
        next_step: need.next_step,
    });
    let completeness = match decoded.completeness {
        Completeness::Locked => Completion::Locked,
        Completeness::Unreadable => Completion::Unreadable,
        Completeness::Whole if diagnostics.worst().is_none_or(|worst| worst == Severity::Note) => Completion::Whole,
        Completeness::Whole | Completeness::Partial => Completion::Partial,
    };

    let mut report = FileReport::bare(evidence, completeness);
    report.format = Some(format.id);
    report.container = tools.tables_of(format).is_some_and(|tables| tables.description.container);
    report.may_hold_tracks =
        tools.tables_of(format).is_some_and(|tables| tables.channels.iter().any(|channel| channel.opens_row));
    report.version = decoded.version;
    report.why = identity.why.to_string();
    report.coverage = coverage;
    report.records = RecordSums {
        found: counts.decoded + counts.opaque + counts.lost,
        decoded: counts.decoded,
        opaque: counts.opaque,
        lost: counts.lost,
        by_type: tools
            .tables_of(format)
            .map(|tables| named_counts(tables, &names, &counts.by_kind))
            .unwrap_or_default(),
    };
    report.device = device::report(&stated);
    report.time = facts::time(&stated, &events, &tracks, tools.utc_offset_s);
    report.identifiers = facts::identifiers(&stated);
    report.declared = facts::declared(&stated);
    report.notes = facts::notes(&stated);
    report.notes.extend(local_time_note(&tracks, tools.utc_offset_s));
    if !tools.tracks_only {
        report.tracks = tracks.iter().map(TrackSummary::of).collect();
    }
    report.events = events.len() as u64;
    report.children = children.iter().map(child_report).collect();
    report.diagnostics = diagnostics.list.iter().map(|d| diagnostic_report(d, &tracks)).collect();
    if completeness == Completion::Whole && !tools.tracks_only {
        report.findings = primaries().flat_map(|track| integrity(&report, &events, track)).collect();
    }
    let apart = report.declared.iter().find(|declared| declared.name == "places_apart").map(|declared| declared.value);
    report.findings.extend(apart.and_then(|metres| places_apart(&report.path, &report.sha256, metres)));
    report.next_step = locked.as_ref().map(|l| l.next_step.clone());
    report.locked = locked;

    let flights = flight_sources(evidence, &report, &tracks, &flight_of);
    let events = events.into_iter().map(|event| timed(event, &tracks, tools.utc_offset_s)).collect();
    Examined { report, tracks, flight_of, events, facts: stated, children: examined, flights, sightings }
}

/// One source a primary track, with the other tracks of its flight.
fn flight_sources(
    evidence: &Evidence,
    report: &FileReport,
    tracks: &[Track],
    flight_of: &[usize],
) -> Vec<FlightSource> {
    let mut sources: BTreeMap<usize, FlightSource> = BTreeMap::new();
    let many = tracks.iter().filter(|t| t.primary).count() > 1;
    for (track, flight) in tracks.iter().zip(flight_of).filter(|(t, _)| t.primary) {
        let source = FlightSource {
            sha256: evidence.sha256(),
            label: evidence.label.clone(),
            tracks: vec![track.name.clone()],
            is_one_of_many: many,
            serial: report.device.aircraft_serial.clone(),
            span_ns: track_span(track),
        };
        sources.insert(*flight, source);
    }
    for (track, flight) in tracks.iter().zip(flight_of).filter(|(t, _)| !t.primary) {
        if let Some(source) = sources.get_mut(flight) {
            source.tracks.push(track.name.clone());
        }
    }
    sources.into_values().collect()
}

impl FileReport {
    /// Who and how large, with everything else empty.
    fn bare(evidence: &Evidence, completeness: Completion) -> Self {
        let Provenance { original, app } = Provenance::of(evidence);
        FileReport {
            path: evidence.label.clone(),
            original: original.as_ref().map(|original| original.path.clone()),
            original_by: original.map(|original| original.said_by),
            app_by_path: app,
            sha256: evidence.sha256().to_string(),
            md5: evidence.digests.md5.clone(),
            sha1: evidence.digests.sha1.clone(),
            bytes: evidence.len,
            format: None,
            container: false,
            may_hold_tracks: false,
            version: None,
            why: String::new(),
            completeness,
            parent: evidence.parent.as_ref().map(|(path, at)| ParentPlace { path: path.clone(), offset: at.offset() }),
            copies: Vec::new(),
            coverage: Coverage::unknown(evidence.len),
            records: RecordSums::default(),
            device: Default::default(),
            identifiers: Vec::new(),
            declared: Vec::new(),
            time: TimeReport::default(),
            tracks: Vec::new(),
            events: 0,
            children: Vec::new(),
            notes: Vec::new(),
            findings: Vec::new(),
            diagnostics: Vec::new(),
            locked: None,
            next_step: None,
        }
    }
}

fn named_counts(tables: &Tables, names: &BTreeMap<u16, String>, by_kind: &BTreeMap<u16, u64>) -> BTreeMap<String, u64> {
    let name = |kind: u16| {
        let known = tables.record_name(kind).or_else(|| names.get(&kind).map(String::as_str));
        known.map_or_else(|| format!("type_{kind}"), str::to_owned)
    };
    by_kind.iter().map(|(kind, count)| (name(*kind), *count)).collect()
}

fn clock_step(step: &ClockStep) -> Diagnostic {
    let at = Origin::at(step.from_offset as usize, (step.to_offset - step.from_offset) as usize);
    let message = format!(
        "between two wall clock stamps {:.1} s passed by the wall clock and {:.1} s by the log's own clock",
        step.wall_s, step.elapsed_s
    );
    Diagnostic::note("track/clock-step", at, message)
}

/// Rows of tracks beyond the number that is kept.
fn refused_rows((count, first): (u64, u64)) -> Diagnostic {
    let message = format!(
        "{count} rows name further tracks than are kept of one item and were left out, the first at offset {first}; split the \
         item, or ask whether the column that names its tracks really does"
    );
    Diagnostic::loss("track/too-many", Origin::at(first as usize, 0), message).losing(count)
}

/// Local times that became UTC because an offset was given.
fn local_time_note(tracks: &[Track], utc_offset_s: Option<i64>) -> Option<String> {
    let offset_s = utc_offset_s?;
    let rows: usize =
        tracks.iter().map(|track| track.rows.stamp.iter().filter(|stamp| **stamp == Stamp::Local).count()).sum();
    let sign = if offset_s < 0 { '-' } else { '+' };
    let (hours, minutes) = (offset_s.abs() / 3600, offset_s.abs() / 60 % 60);
    (rows > 0).then(|| {
        format!(
            "{rows} rows state a local time without an offset; UTC{sign}{hours:02}:{minutes:02}, as given, was applied"
        )
    })
}

/// Degrees: nearer to zero, and not zero, is no coordinate that was ever computed. Noise around zero in real logs is far larger.
const SMALLEST_DEG: f64 = 1e-15;

/// Rows whose position no aircraft writes, so that bytes must have been changed: out of range, far too small, or one number beside
/// zero between two fixes. Where logs write noise around zero for "no fix" they do so in many rows.
fn impossible_rows(track: &Track) -> impl Iterator<Item = Diagnostic> + '_ {
    let rows = &track.rows;
    let is_fix = move |row: usize| rows.fix.get(row).is_some_and(|fix| fix.is_fix());
    let impossible = move |row: &usize| {
        let (lat, lon) = (rows.lat[*row], rows.lon[*row]);
        let near_zero = lat.abs() < 1e-6 && lon.abs() < 1e-6;
        let lonely = *row > 0 && is_fix(row - 1) && is_fix(row + 1) && (lat, lon) != (0.0, 0.0);
        let too_small = |v: f64| v != 0.0 && v.abs() < SMALLEST_DEG;
        let blank = rows.may_be_blank && (lat.is_nan() || lon.is_nan());
        !is_fix(*row) && !blank && (!near_zero || lonely || too_small(lat) || too_small(lon))
    };
    (0..rows.len()).filter(impossible).map(move |row| {
        let message = format!(
            "a position that no aircraft writes ({:e}, {:e}): the record's bytes were changed; the row is kept as invalid",
            rows.lat[row], rows.lon[row]
        );
        Diagnostic::damage("track/impossible-position", Origin::at(rows.offset[row] as usize, 0), message)
    })
}

/// A damaged item cannot be held against what it declares.
fn integrity(report: &FileReport, events: &[Event], track: &Track) -> Vec<Finding> {
    let stated = |name: &str| report.declared.iter().find(|d| d.name == name).map(|d| d.value);
    let declared = Declared {
        path: &report.path,
        sha256: &report.sha256,
        rows: stated("record_count"),
        photos: stated("photo_count"),
        duration_s: stated("duration"),
        photo_marks: events.iter().filter(|e| e.kind == EventKind::Photo).count() as u64,
    };
    findings(&declared, track)
}

fn track_span(track: &Track) -> Option<(i64, i64)> {
    let times = || (0..track.rows.len()).filter_map(|row| track.rows.utc(row));
    times().min().zip(times().max())
}

/// An event has the time and place that it states, else those of the row that it stands in or behind.
fn timed(event: Event, tracks: &[Track], utc_offset_s: Option<i64>) -> TimedEvent {
    let rows = event.at.offset().into_iter().flat_map(|offset| {
        let primaries = tracks.iter().enumerate().filter(|(_, track)| track.primary);
        primaries.filter_map(move |(index, track)| Some((index, track.rows.row_at(offset)?)))
    });
    let last = rows.max_by_key(|&(index, row)| tracks[index].rows.offset[row]);
    let place = last.map(|(index, row)| (&tracks[index], row));
    let (utc_ns, local_ns) = match event.moment {
        Some(Moment::Utc(utc)) => (Some(utc), None),
        Some(Moment::Local(local)) => (utc_offset_s.map(|s| local.saturating_sub(s * NS)), Some(local)),
        None => (place.and_then(|(track, row)| track.rows.utc(row)), None),
    };
    let of_row = place
        .filter(|(track, row)| track.rows.fix[*row].is_fix())
        .map(|(track, row)| (track.rows.lat[row], track.rows.lon[row]));
    TimedEvent {
        utc_ns,
        local_ns,
        position: event.position.or(of_row),
        track: last.map(|(index, _)| index),
        row: last.map(|(_, row)| row),
        event,
    }
}

fn child_report(child: &ChildFound) -> ChildReport {
    ChildReport {
        name: child.name.clone(),
        original: child.original.clone(),
        offset: child.at.offset(),
        length: child.len,
        sha256: child.sha256.to_string(),
        format: child.format,
    }
}

fn diagnostic_report(diagnostic: &Diagnostic, tracks: &[Track]) -> DiagnosticReport {
    let reach = diagnostic.at.reach();
    let rows = || tracks.iter().filter(|track| track.primary).map(|track| &track.rows);
    let before = reach.and_then(|reach| {
        let last = rows().filter_map(|rows| Some((rows, rows.row_at(reach.offset)?)));
        let (rows, row) = last.max_by_key(|&(rows, row)| rows.offset[row])?;
        rows.utc(row)
    });
    let behind = reach.and_then(|reach| {
        let next = rows().map(|rows| (rows, rows.offset.partition_point(|offset| *offset < reach.end())));
        let (rows, row) = next.filter(|(rows, row)| *row < rows.len()).min_by_key(|&(rows, row)| rows.offset[row])?;
        rows.utc(row)
    });
    DiagnosticReport {
        code: diagnostic.code,
        severity: diagnostic.severity.as_str(),
        offset: reach.map(|r| r.offset),
        length: reach.map(|r| r.len),
        count: diagnostic.count,
        lost: diagnostic.lost,
        from_utc: before.map(utc_text),
        to_utc: behind.map(utc_text),
        message: diagnostic.message.to_string(),
    }
}
