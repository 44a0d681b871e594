//! `zones inspect`: what zone files were understood to say, with everything that was repaired, doubted or left out.

use std::io::Write as _;
use std::path::PathBuf;

use serde::Serialize;

use super::words;
use crate::cli::exit::{Outcome, Stop};
use crate::cli::{Session, sites};
use crate::evidence::label::printable;
use crate::write::document::{ExitReport, ToolReport, ZoneFileReport, write_document};
use crate::write::zones::ZoneReport;
use crate::zones::ZoneFile;

#[derive(Serialize)]
struct Document<'a> {
    tool: ToolReport,
    files: Vec<FileReport<'a>>,
    exit: ExitReport,
}

/// A file as every document reports it, and its zones one by one.
#[derive(Serialize)]
struct FileReport<'a> {
    #[serde(flatten)]
    file: ZoneFileReport,
    list: Vec<ZoneReport<'a>>,
}

pub fn run(session: &Session<'_>, files: &[PathBuf]) -> Result<u8, Stop> {
    let sites = sites::read(session, files);
    let usable = sites.files.iter().any(|file| !file.zones.is_empty());
    let outcome =
        Outcome { incomplete: sites.incomplete, usable, no_input: sites.files.is_empty(), ..Outcome::default() };
    let mut out = std::io::stdout().lock();
    if session.json() {
        let files = sites.files.iter();
        let files =
            files.map(|file| FileReport { file: file.into(), list: file.zones.iter().map(Into::into).collect() });
        write_document(
            &Document { tool: ToolReport::new(&session.tools), files: files.collect(), exit: outcome.report() },
            &mut out,
        )?;
    } else {
        for file in &sites.files {
            out.write_all(text(file).as_bytes())?;
        }
    }
    Ok(outcome.code())
}

fn text(file: &ZoneFile) -> String {
    let mut text = format!(
        "{}\n  {}, {} zones, {} volumes, {} not used; sha256 {}\n",
        file.label(),
        file.format,
        file.zones.len(),
        file.volumes(),
        file.skipped.len(),
        file.sha256()
    );
    if let Some(issue) = words::issue(&file.issue) {
        text += &format!("  {issue}\n");
    }
    for zone in &file.zones {
        text += &words::zone(zone);
    }
    for skipped in &file.skipped {
        let name = skipped.name.as_deref().map(|name| format!(" ({})", printable(name))).unwrap_or_default();
        text += &format!("  not used: {}{name}: {}\n", skipped.index, printable(&skipped.reason));
    }
    for (head, lines) in [
        ("warning", &file.warnings),
        ("ambiguous", &file.ambiguities),
        ("repaired", &file.repairs),
        ("ignored", &file.ignored),
    ] {
        for line in lines {
            text += &format!("  {head}: {}\n", printable(line));
        }
    }
    text
}
