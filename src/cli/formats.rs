//! `formats`: what is read, how far it was verified, and on what.

use std::io::Write as _;

use clap::Args;
use serde::Serialize;

use super::Session;
use super::exit::{Outcome, Stop};
use crate::layout::{Description, Tables};
use crate::write::document::{ExitReport, ToolReport, write_document};

/// What is read, and how far that was verified
#[derive(Args)]
pub struct Formats {
    /// One format, with its versions, tables and sources
    #[arg(value_name = "ID")]
    id: Option<String>,
}

#[derive(Serialize)]
struct Document<'a> {
    tool: ToolReport,
    formats: Vec<FormatReport<'a>>,
    exit: ExitReport,
}

#[derive(Serialize)]
struct FormatReport<'a> {
    id: &'a str,
    title: &'a str,
    vendor: &'a str,
    extensions: &'a [String],
    description: String,
    recognition: &'a str,
    versions: Vec<VersionReport<'a>>,
    records: Vec<RecordReport<'a>>,
    tables_sha256: String,
}

#[derive(Serialize)]
struct VersionReport<'a> {
    range: &'a str,
    status: &'a str,
    verified: &'a str,
}

#[derive(Serialize)]
struct RecordReport<'a> {
    name: &'a str,
    r#type: Option<u16>,
    min_length: usize,
    fields: usize,
}

impl Formats {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let chosen: Vec<&Tables> =
            session.tools.tables.iter().filter(|t| self.id.as_ref().is_none_or(|id| *id == t.id)).collect();
        if chosen.is_empty() {
            let ids: Vec<&str> = session.tools.tables.iter().map(|t| t.id.as_str()).collect();
            return Err(Stop::usage(format!("no such format; there are: {}", ids.join(", "))));
        }
        let mut out = std::io::stdout().lock();
        if session.json() {
            let outcome = Outcome { usable: true, ..Outcome::default() };
            let formats = chosen.iter().map(|t| report(t)).collect();
            let document = Document { tool: ToolReport::new(&session.tools), formats, exit: outcome.report() };
            write_document(&document, &mut out)?;
            return Ok(0);
        }
        for tables in chosen {
            let Description { title, vendor, description, versions, sources, .. } = &tables.description;
            writeln!(out, "{}  {title}, {vendor}", tables.id)?;
            for version in versions {
                writeln!(out, "  version {:<6} {:<8} {}", version.range, version.status, version.verified)?;
            }
            if self.id.is_some() {
                writeln!(out, "\n{}\n", folded(description))?;
                for record in report(tables).records {
                    let kind = record.r#type.map_or("    ".to_owned(), |kind| format!("{kind:>4}"));
                    writeln!(
                        out,
                        "  {kind}  {:<22} from {:>3} bytes, {:>3} fields",
                        record.name, record.min_length, record.fields
                    )?;
                }
                writeln!(out)?;
                for source in sources {
                    writeln!(out, "  source {}: {}", source.name, source.says)?;
                }
            }
        }
        Ok(0)
    }
}

fn report(tables: &Tables) -> FormatReport<'_> {
    let Description { id, title, vendor, extensions, description, recognition, versions, .. } = &tables.description;
    FormatReport {
        id,
        title,
        vendor,
        extensions,
        description: folded(description),
        recognition,
        versions: versions
            .iter()
            .map(|v| VersionReport { range: &v.range, status: &v.status, verified: &v.verified })
            .collect(),
        records: tables
            .layouts
            .iter()
            .map(|l| RecordReport { name: &l.name, r#type: l.record, min_length: l.min_len, fields: l.fields.len() })
            .collect(),
        tables_sha256: tables.sha256.to_string(),
    }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
