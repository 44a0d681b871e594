//! `inspect`: what it is, whose, when, where, how complete, what was lost, what to do next.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::exit::{ExitReport, Stop};
use super::{Session, screen, survey};
use crate::evidence::Skipped;
use crate::examine::{Completion, FileReport};

/// What files are, whose, when, where, how complete, what was lost, what to do next
#[derive(Args)]
pub struct Inspect {
    /// Files or folders
    #[arg(required = true, value_name = "FILE")]
    inputs: Vec<PathBuf>,
}

/// Name, version and tables of the tool, in every document.
#[derive(Serialize)]
pub struct ToolReport {
    pub name: &'static str,
    pub version: &'static str,
    pub tables: Vec<TableReport>,
}

#[derive(Serialize)]
pub struct TableReport {
    pub id: String,
    pub sha256: String,
}

impl ToolReport {
    pub fn new(session: &Session<'_>) -> Self {
        let tables = session.tools.tables.iter();
        ToolReport {
            name: "overflown",
            version: env!("CARGO_PKG_VERSION"),
            tables: tables.map(|t| TableReport { id: t.id.clone(), sha256: t.sha256.to_string() }).collect(),
        }
    }
}

/// The `inspect` document, also `evidence.json` of a case.
#[derive(Serialize)]
pub struct Document<'a> {
    pub tool: ToolReport,
    pub files: Vec<&'a FileReport>,
    pub skipped: Vec<SkippedReport>,
    pub exit: ExitReport,
}

/// Something that was listed and not read.
#[derive(Serialize)]
pub struct SkippedReport {
    pub path: String,
    pub reason: String,
}

impl From<&Skipped> for SkippedReport {
    fn from(skipped: &Skipped) -> Self {
        SkippedReport { path: skipped.label.clone(), reason: skipped.reason.clone() }
    }
}

impl Inspect {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let survey = survey::survey(session, &self.inputs, |_| ())?;
        let outcome = survey.outcome();
        let mut out = std::io::stdout().lock();
        if session.json() {
            let skipped = survey.skipped.iter().chain(&survey.failed).map(SkippedReport::from).collect();
            let document = Document {
                tool: ToolReport::new(session),
                files: survey.reports().collect(),
                skipped,
                exit: outcome.report(),
            };
            serde_json::to_writer_pretty(&mut out, &document).map_err(std::io::Error::from)?;
            writeln!(out)?;
        } else {
            let (foreign, ours): (Vec<_>, Vec<_>) =
                survey.reports().partition(|report| report.completeness == Completion::Unknown);
            for report in ours {
                out.write_all(screen::file(report).as_bytes())?;
            }
            for report in foreign {
                out.write_all(screen::foreign(report).as_bytes())?;
            }
        }
        Ok(outcome.code())
    }
}
