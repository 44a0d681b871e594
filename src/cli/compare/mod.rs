//! `compare`: two sources of one flight against each other.

mod words;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::{Outcome, Stop};
use super::{Session, Tracks, item};
use crate::analyse::compare::{Comparison, Source, Told, compare};
use crate::decode::{EventKind, Fact, Part, Property};
use crate::examine::{Completion, Examined, examine_beside};
use crate::track::{Subject, Track};
use crate::write::document::{CompareDocument, ComparedSource, ToolReport, write_document};

/// Two sources of one flight: how far their clocks, places and heights are apart, and where they contradict each other
#[derive(Args)]
pub struct Compare {
    /// A log, or FILE!/MEMBER of an archive; its places are interpolated
    #[arg(value_name = "A")]
    first: PathBuf,
    /// Another source of the same flight; compared at each of its fixes
    #[arg(value_name = "B")]
    second: PathBuf,
    /// Which tracks: primary, all, or a subject with or without /estimate; by default those of the aircraft in A against the
    /// primary one of B
    #[arg(long)]
    tracks: Option<Tracks>,
}

impl Compare {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let (first, second) = (read(session, &self.first)?, read(session, &self.second)?);
        let (a, b) = (one(&first, &self.first)?, one(&second, &self.second)?);
        let source = |item: &Examined, default: Tracks| -> Vec<Track> {
            self.tracks.unwrap_or(default).of(item).cloned().collect()
        };
        let tracks_a = source(a, Tracks::Of(Subject::Aircraft, None));
        let tracks_b = source(b, Tracks::Primary);
        let comparison = compare(
            &Source { tracks: tracks_a.iter().collect(), told: told(a) },
            &Source { tracks: tracks_b.iter().collect(), told: told(b) },
        );
        let outcome = Outcome {
            finding: !comparison.contradictions.is_empty(),
            incomplete: a.is_incomplete() || b.is_incomplete(),
            usable: !comparison.pairs.is_empty(),
            ..Outcome::default()
        };
        let mut out = std::io::stdout().lock();
        if session.json() {
            let document = CompareDocument {
                tool: ToolReport::new(&session.tools),
                a: compared(a),
                b: compared(b),
                comparison: &comparison,
                exit: outcome.report(),
            };
            write_document(&document, &mut out)?;
        } else {
            let text = words::text(a, b, &comparison, &why_nothing(a, b, &comparison));
            out.write_all(text.as_bytes())?;
        }
        Ok(outcome.code())
    }
}

fn read(session: &Session<'_>, argument: &Path) -> Result<Examined, Stop> {
    let item = item::open(session, argument)?;
    Ok(examine_beside(&item.evidence, &item.beside(&session.tools.limits), &session.tools))
}

/// The item of a file that tells of a flight: the file, or the only one in a container.
fn one<'e>(examined: &'e Examined, argument: &Path) -> Result<&'e Examined, Stop> {
    if !examined.report.container {
        return Ok(examined);
    }
    let flights: Vec<&Examined> = examined.all().into_iter().filter(|item| item.primary().is_some()).collect();
    match flights[..] {
        [one] => Ok(one),
        [] => Ok(examined),
        _ => {
            let names: Vec<&str> = flights.iter().map(|item| item.report.path.as_str()).collect();
            let message = format!(
                "{} holds {} sources of flights; name one of them: {}",
                argument.display(),
                names.len(),
                names.join(", ")
            );
            Err(Stop::usage(message))
        }
    }
}

fn told(item: &Examined) -> Told {
    let mut serials: Vec<String> = Vec::new();
    for fact in &item.facts {
        if let Fact::Device { part: Part::Aircraft, property: Property::Serial, value, .. } = fact
            && !serials.contains(value)
        {
            serials.push(value.clone());
        }
    }
    let times = |kind: EventKind| -> Vec<i64> {
        item.events.iter().filter(|event| event.event.kind == kind).filter_map(|event| event.utc_ns).collect()
    };
    let span = item.primary().and_then(|track| {
        let utc = || (0..track.rows.len()).filter_map(|row| track.rows.utc(row));
        utc().min().zip(utc().max())
    });
    Told { serials, motors_on: times(EventKind::MotorsOn), motors_off: times(EventKind::MotorsOff), span }
}

fn compared(item: &Examined) -> ComparedSource<'_> {
    let report = &item.report;
    ComparedSource {
        path: &report.path,
        sha256: &report.sha256,
        format: report.format,
        version: report.version.as_deref(),
        completeness: report.completeness,
        serial: report.device.aircraft_serial.as_deref(),
    }
}

/// Why nothing could be compared, and what to do.
fn why_nothing(a: &Examined, b: &Examined, comparison: &Comparison) -> Vec<String> {
    if !comparison.pairs.is_empty() {
        return Vec::new();
    }
    let mut reasons: Vec<String> = Vec::new();
    for item in [a, b] {
        let path = &item.report.path;
        let fixes: usize = item.tracks.iter().map(|track| track.rows.fixes().count()).sum();
        match (&item.report.locked, item.report.completeness) {
            (Some(locked), _) if fixes == 0 => {
                reasons.push(format!("{path} is locked: {}; {}", locked.reason, locked.next_step));
            }
            (_, Completion::Unknown) => reasons.push(format!("{path} is not recognised")),
            _ if fixes == 0 => reasons.push(format!("{path} holds no position")),
            _ => {}
        }
    }
    if reasons.is_empty() {
        reasons.push("no two tracks of one subject could be laid on each other".to_owned());
    }
    reasons
}
