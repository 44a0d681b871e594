//! The report on one item: the entry of the `inspect` document, with its stable names. Extra names may come, these stay.

use std::collections::BTreeMap;

use serde::Serialize;

use super::collect::{ChildFound, RecordCounts};
use super::coverage::Coverage;
use super::provenance::Provenance;
use crate::analyse::{Finding, TrackSummary};
use crate::decode::{Diagnostic, KeyNeed};
use crate::evidence::Evidence;
use crate::layout::Tables;
use crate::track::{Track, utc_text};

/// One item, whole.
#[derive(Clone, Debug, Serialize)]
pub struct FileReport {
    /// The item's label.
    pub path: String,
    /// Domain and path on the phone, for a file of a backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
    /// What says so: the label of the backup's list, or words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_by: Option<String>,
    /// The app whose folder it lies in; the path alone says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_by_path: Option<&'static str>,
    pub sha256: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub md5: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha1: Option<String>,
    pub bytes: u64,
    /// Id of the format, null when none is known.
    pub format: Option<&'static str>,
    /// An envelope, such as an archive: what it tells of flights its children tell.
    pub container: bool,
    /// Items of the format may hold tracks; the others are not missed by a check.
    #[serde(skip)]
    pub may_hold_tracks: bool,
    pub version: Option<String>,
    /// How the item was recognised, or what it seems to be.
    pub why: String,
    pub completeness: Completion,
    pub parent: Option<ParentPlace>,
    /// Labels of other items with the same bytes; they are decoded once.
    pub copies: Vec<String>,
    pub coverage: Coverage,
    pub records: RecordSums,
    pub device: DeviceReport,
    pub identifiers: Vec<IdentifierReport>,
    pub declared: Vec<DeclaredReport>,
    pub time: TimeReport,
    pub tracks: Vec<TrackSummary>,
    pub events: u64,
    pub children: Vec<ChildReport>,
    pub notes: Vec<String>,
    pub findings: Vec<Finding>,
    pub diagnostics: Vec<DiagnosticReport>,
    pub locked: Option<LockedReport>,
    pub next_step: Option<String>,
}

impl FileReport {
    /// Who and how large, with everything else empty.
    pub fn bare(evidence: &Evidence, completeness: Completion) -> Self {
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Completion {
    Whole,
    Partial,
    Locked,
    Unreadable,
    /// No format recognises the item.
    Unknown,
}

impl Completion {
    pub fn as_str(self) -> &'static str {
        match self {
            Completion::Whole => "whole",
            Completion::Partial => "partial",
            Completion::Locked => "locked",
            Completion::Unreadable => "unreadable",
            Completion::Unknown => "unknown",
        }
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct ParentPlace {
    pub path: String,
    pub offset: Option<u64>,
}

/// `found` = `decoded` + `opaque` + `lost`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RecordSums {
    pub found: u64,
    pub decoded: u64,
    pub opaque: u64,
    pub lost: u64,
    pub by_type: BTreeMap<String, u64>,
}

impl RecordSums {
    /// The counts of an item; `names` are of the record types that it describes itself.
    pub fn of(counts: &RecordCounts, tables: Option<&Tables>, names: &BTreeMap<u16, String>) -> Self {
        RecordSums {
            found: counts.decoded + counts.opaque + counts.lost,
            decoded: counts.decoded,
            opaque: counts.opaque,
            lost: counts.lost,
            by_type: tables.map(|tables| named_counts(tables, names, &counts.by_kind)).unwrap_or_default(),
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

#[derive(Clone, Debug, Default, Serialize)]
pub struct DeviceReport {
    pub model: Option<String>,
    pub aircraft_serial: Option<String>,
    pub name: Option<String>,
    pub camera_serial: Option<String>,
    pub controller_serial: Option<String>,
    pub battery_serial: Option<String>,
    /// Every battery that was met, for craft with two packs.
    pub battery_serials: Vec<String>,
    pub gimbal_serial: Option<String>,
    pub app: Option<String>,
    pub firmware: Vec<String>,
}

/// Something that ties the item to an account or to other items.
#[derive(Clone, Debug, Serialize)]
pub struct IdentifierReport {
    pub kind: &'static str,
    pub value: String,
    pub offset: Option<u64>,
}

/// A total that the item states about itself.
#[derive(Clone, Debug, Serialize)]
pub struct DeclaredReport {
    pub name: &'static str,
    pub value: f64,
    pub unit: &'static str,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct TimeReport {
    pub start_utc: Option<String>,
    pub end_utc: Option<String>,
    /// First and last event by a clock whose offset is not stated.
    pub start_local: Option<String>,
    pub end_local: Option<String>,
    pub clock: Option<&'static str>,
    pub utc_offset_s: Option<i64>,
    pub utc_offset_source: Option<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ChildReport {
    pub name: String,
    /// Domain and path on the phone, for a file of a backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
    pub offset: Option<u64>,
    pub length: u64,
    pub sha256: String,
    pub format: Option<&'static str>,
}

impl From<&ChildFound> for ChildReport {
    fn from(child: &ChildFound) -> Self {
        ChildReport {
            name: child.name.clone(),
            original: child.original.clone(),
            offset: child.at.offset(),
            length: child.len,
            sha256: child.sha256.to_string(),
            format: child.format,
        }
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct DiagnosticReport {
    pub code: &'static str,
    pub severity: &'static str,
    pub offset: Option<u64>,
    /// Bytes from the first to the last one that it is about.
    pub length: Option<u64>,
    pub count: u64,
    /// Records lost.
    pub lost: u64,
    /// Time of the last row before, and of the first row behind.
    pub from_utc: Option<String>,
    pub to_utc: Option<String>,
    pub message: String,
}

impl DiagnosticReport {
    /// With the times of the rows around it.
    pub fn of(diagnostic: &Diagnostic, tracks: &[Track]) -> Self {
        let reach = diagnostic.at.reach();
        let rows = || tracks.iter().filter(|track| track.primary).map(|track| &track.rows);
        let before = reach.and_then(|reach| {
            let last = rows().filter_map(|rows| Some((rows, rows.row_at(reach.offset)?)));
            let (rows, row) = last.max_by_key(|&(rows, row)| rows.offset[row])?;
            rows.utc(row)
        });
        let behind = reach.and_then(|reach| {
            let next = rows().map(|rows| (rows, rows.offset.partition_point(|offset| *offset < reach.end())));
            let (rows, row) =
                next.filter(|(rows, row)| *row < rows.len()).min_by_key(|&(rows, row)| rows.offset[row])?;
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
}

#[derive(Clone, Debug, Serialize)]
pub struct LockedReport {
    pub scheme: String,
    pub reason: String,
    pub features: Vec<String>,
    /// Features whose keys are not at hand.
    pub missing: Vec<String>,
    pub next_step: String,
}

impl From<KeyNeed> for LockedReport {
    fn from(need: KeyNeed) -> Self {
        LockedReport {
            scheme: need.scheme,
            reason: need.reason,
            features: need.features,
            missing: need.missing,
            next_step: need.next_step,
        }
    }
}
