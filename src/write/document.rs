//! The JSON documents that other programs rely on: `inspect`, `check` and `compare`, with their stable names.

use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::provenance::CaseName;
use crate::analyse::compare::Comparison;
use crate::analyse::rules::{LegalBasis, Rule, RulePack};
use crate::analyse::terrain::{UnusableTile, UsedTile};
use crate::analyse::{Encounter, Finding, Nearest};
use crate::evidence::Skipped as NotOpened;
use crate::examine::{Completion, FileReport, Tools};
use crate::track::Track;
use crate::zones::{Skipped, Zone, ZoneFile};

/// Name, version and tables of the tool.
#[derive(Clone, Debug, Serialize)]
pub struct ToolReport {
    pub name: &'static str,
    pub version: &'static str,
    pub tables: Vec<TableReport>,
}

#[derive(Clone, Debug, Serialize)]
pub struct TableReport {
    pub id: String,
    pub sha256: String,
}

impl ToolReport {
    pub fn new(tools: &Tools) -> Self {
        let table = |t: &crate::layout::Tables| TableReport { id: t.id.clone(), sha256: t.sha256.to_string() };
        ToolReport {
            name: "overflown",
            version: env!("CARGO_PKG_VERSION"),
            tables: tools.tables.iter().map(table).collect(),
        }
    }
}

/// The end of every document.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ExitReport {
    pub code: u8,
    pub finding: bool,
    pub incomplete: bool,
}

/// Something that was listed and not read.
#[derive(Serialize)]
pub struct SkippedReport {
    pub path: String,
    pub reason: String,
}

impl From<&NotOpened> for SkippedReport {
    fn from(skipped: &NotOpened) -> Self {
        SkippedReport { path: skipped.label.clone(), reason: skipped.reason.clone() }
    }
}

/// `inspect`, and `evidence.json` of a case.
#[derive(Serialize)]
pub struct InspectDocument<'a> {
    pub tool: ToolReport,
    #[serde(flatten)]
    pub case: CaseName,
    pub files: Vec<&'a FileReport>,
    pub skipped: Vec<SkippedReport>,
    pub exit: ExitReport,
}

/// `compare`.
#[derive(Serialize)]
pub struct CompareDocument<'a> {
    pub tool: ToolReport,
    pub a: ComparedSource<'a>,
    pub b: ComparedSource<'a>,
    #[serde(flatten)]
    pub comparison: &'a Comparison,
    pub exit: ExitReport,
}

/// One of two sources that are compared.
#[derive(Serialize)]
pub struct ComparedSource<'a> {
    pub path: &'a str,
    pub sha256: &'a str,
    pub format: Option<&'static str>,
    pub version: Option<&'a str>,
    pub completeness: Completion,
    /// Of the aircraft.
    pub serial: Option<&'a str>,
}

/// `check`, and `encounters.json` of a case.
#[derive(Serialize)]
pub struct CheckDocument<'a> {
    pub tool: ToolReport,
    #[serde(flatten)]
    pub case: CaseName,
    pub within_m: f64,
    /// Fixes further apart in time have a gap between them.
    pub gap_s: f64,
    /// The flight's clock was taken to be right within this.
    pub clock_error_s: f64,
    /// `None` when no terrain was given.
    pub terrain: Option<TerrainReport>,
    pub rules: Vec<RulesReport>,
    pub zones: ZonesReport,
    pub flights: &'a [FlightVerdict],
    pub not_checked: Vec<NotChecked>,
    pub exit: ExitReport,
}

/// The terrain that heights were compared with.
#[derive(Serialize)]
pub struct TerrainReport {
    /// Those that a height was taken from.
    pub tiles: Vec<UsedTile>,
    pub unusable: Vec<UnusableTile>,
}

/// A rule pack that was applied.
#[derive(Serialize)]
pub struct RulesReport {
    pub path: String,
    pub sha256: String,
    pub rules: Vec<RuleReport>,
}

#[derive(Serialize)]
pub struct RuleReport {
    pub number: usize,
    /// Sector or facility.
    pub kind: String,
    pub distance_m: f64,
    pub legal_basis: LegalBasis,
    /// Zones that it fits.
    pub zones: usize,
}

impl RulesReport {
    pub fn of<'z>(pack: &RulePack, zones: impl Iterator<Item = &'z Zone> + Clone) -> Self {
        let rule = |(i, rule): (usize, &Rule)| RuleReport {
            number: i + 1,
            kind: rule.kind().to_owned(),
            distance_m: rule.distance_m,
            legal_basis: rule.legal_basis.clone(),
            zones: zones.clone().filter(|zone| rule.fits(zone)).count(),
        };
        RulesReport {
            path: pack.label.clone(),
            sha256: pack.sha256.to_string(),
            rules: pack.rules.iter().enumerate().map(rule).collect(),
        }
    }
}

#[derive(Serialize)]
pub struct ZonesReport {
    pub files: Vec<ZoneFileReport>,
}

#[derive(Serialize)]
pub struct ZoneFileReport {
    pub path: String,
    pub sha256: String,
    pub format: &'static str,
    pub zones: usize,
    pub volumes: usize,
    pub skipped: Vec<SkippedZone>,
    pub repairs: Vec<String>,
    pub warnings: Vec<String>,
    pub ambiguities: Vec<String>,
    pub ignored: Vec<String>,
}

#[derive(Serialize)]
pub struct SkippedZone {
    pub index: String,
    pub name: Option<String>,
    pub reason: String,
}

impl From<&ZoneFile> for ZoneFileReport {
    fn from(file: &ZoneFile) -> Self {
        let skipped =
            |s: &Skipped| SkippedZone { index: s.index.clone(), name: s.name.clone(), reason: s.reason.clone() };
        ZoneFileReport {
            path: file.label().to_owned(),
            sha256: file.sha256().to_string(),
            format: file.format,
            zones: file.zones.len(),
            volumes: file.volumes(),
            skipped: file.skipped.iter().map(skipped).collect(),
            repairs: file.repairs.clone(),
            warnings: file.warnings.clone(),
            ambiguities: file.ambiguities.clone(),
            ignored: file.ignored.clone(),
        }
    }
}

/// One track against all zones.
#[derive(Clone, Debug, Serialize)]
pub struct FlightVerdict {
    /// Id of the flight; empty until the flights of a case are known.
    pub flight: String,
    pub path: String,
    pub sha256: String,
    pub track: TrackName,
    pub encounters: Vec<Encounter>,
    /// The nearest site of a track without encounters.
    pub nearest: Option<Nearest>,
}

#[derive(Clone, Debug, Serialize)]
pub struct TrackName {
    pub name: String,
    pub subject: &'static str,
    pub estimate: &'static str,
    pub role: &'static str,
    pub primary: bool,
    pub simulated: bool,
}

impl From<&Track> for TrackName {
    fn from(track: &Track) -> Self {
        TrackName {
            name: track.name.clone(),
            subject: track.kind.subject.as_str(),
            estimate: track.kind.estimate.as_str(),
            role: track.kind.role.as_str(),
            primary: track.primary,
            simulated: track.simulated,
        }
    }
}

/// An item that may hold a flight and could not be checked.
#[derive(Clone, Debug, Serialize)]
pub struct NotChecked {
    pub path: String,
    pub sha256: Option<String>,
    pub completeness: &'static str,
    pub reason: String,
}

/// `findings.json` of a case.
#[derive(Serialize)]
pub struct FindingsDocument<'a> {
    pub tool: ToolReport,
    #[serde(flatten)]
    pub case: CaseName,
    pub findings: &'a [Finding],
}

/// Writes a document, ended by a newline.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_document(document: &impl Serialize, out: impl Write) -> io::Result<()> {
    // Every token is a write of its own, and the standard output looks each of them through for a line end.
    let mut out = BufWriter::with_capacity(1 << 16, out);
    serde_json::to_writer_pretty(&mut out, document)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// The word that a value has in a document.
pub fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}
