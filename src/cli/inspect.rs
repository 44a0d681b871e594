//! `inspect`: what it is, whose, when, where, how complete, what was lost, what to do next.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::exit::Stop;
use super::{Session, screen, survey};
use crate::examine::Completion;
use crate::write::document::{InspectDocument, SkippedReport, ToolReport, write_document};
use crate::write::provenance::CaseName;

/// What files are, whose, when, where, how complete, what was lost, what to do next
#[derive(Args)]
pub struct Inspect {
    /// Files or folders
    #[arg(required = true, value_name = "FILE")]
    inputs: Vec<PathBuf>,
}

impl Inspect {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let survey = survey::survey(session, &self.inputs, |_| ())?;
        let outcome = survey.outcome();
        let mut out = std::io::stdout().lock();
        if session.json() {
            let skipped = survey.skipped.iter().chain(&survey.failed).map(SkippedReport::from).collect();
            let document = InspectDocument {
                tool: ToolReport::new(&session.tools),
                case: CaseName::default(),
                files: survey.reports().collect(),
                skipped,
                exit: outcome.report(),
            };
            write_document(&document, &mut out)?;
        } else {
            let (foreign, ours): (Vec<_>, Vec<_>) =
                survey.reports().partition(|report| report.completeness == Completion::Unknown);
            for report in ours {
                out.write_all(screen::file(report, session.color()).as_bytes())?;
            }
            for report in foreign {
                out.write_all(screen::foreign(report).as_bytes())?;
            }
        }
        Ok(outcome.code())
    }
}
