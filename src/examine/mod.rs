//! One item through it all: identify, decode, build tracks, account for every byte, report; children included. Pure: the same
//! item gives the same result, on any thread.

mod backup;
mod collect;
mod coverage;
mod device;
mod facts;
mod flights;
mod nest;
mod provenance;
mod report;
mod rows;
mod secrets;
mod siblings;
mod timed;

use std::sync::Arc;

use crate::analyse::exposure::{self, Reveal, Sighting, Watch};
use crate::analyse::{Declared, Finding, TrackSummary, findings, places_apart};
use crate::decode::{
    Alone, Completeness, Context, Decoded, Diagnostic, Event, EventKind, Fact, Format, KeyFile, Severity,
};
use crate::evidence::{Evidence, Limits, Origin, Span};
use crate::identify::{Identity, identify};
use crate::layout::Tables;
use crate::track::{Built, FlightSource, Track};
pub use backup::Backups;
use collect::Collector;
pub use coverage::Coverage;
use flights::flight_sources;
use nest::{Budget, Nest};
use report::{ChildReport, LockedReport};
pub use report::{Completion, DiagnosticReport, FileReport, RecordSums};
use rows::{clock_step, impossible_rows, local_time_note, refused_rows};
pub use siblings::{Beside, Waiting};
pub use timed::TimedEvent;
use timed::timed;

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

    let locked = decoded.key_need.map(LockedReport::from);
    let completeness = match decoded.completeness {
        Completeness::Locked => Completion::Locked,
        Completeness::Unreadable => Completion::Unreadable,
        Completeness::Whole if diagnostics.worst().is_none_or(|worst| worst == Severity::Note) => Completion::Whole,
        Completeness::Whole | Completeness::Partial => Completion::Partial,
    };

    let mut report = FileReport::bare(evidence, completeness);
    let tables = tools.tables_of(format);
    report.format = Some(format.id);
    report.container = tables.is_some_and(|tables| tables.description.container);
    report.may_hold_tracks = tables.is_some_and(|tables| tables.channels.iter().any(|channel| channel.opens_row));
    report.version = decoded.version;
    report.why = identity.why.to_string();
    report.coverage = coverage;
    report.records = RecordSums::of(&counts, tables, &names);
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
    report.children = children.iter().map(ChildReport::from).collect();
    report.diagnostics = diagnostics.list.iter().map(|d| DiagnosticReport::of(d, &tracks)).collect();
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
