//! `zones inspect`: what zone files were understood to say, with everything that was repaired, doubted or left out.

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::exit::{Outcome, Stop};
use super::{Session, sites};
use crate::evidence::label::printable;
use crate::write::document::{ExitReport, ToolReport, ZoneFileReport, write_document};
use crate::zones::{Shape, VerticalLimit, Zone, ZoneFile};

/// What zone files say, repairs listed
#[derive(Args)]
pub struct Zones {
    #[command(subcommand)]
    verb: ZonesVerb,
}

#[derive(Subcommand)]
enum ZonesVerb {
    /// What was understood, repaired, doubted and left out
    Inspect {
        /// GeoJSON or CSV files, or folders of them
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

#[derive(Serialize)]
struct Document {
    tool: ToolReport,
    files: Vec<ZoneFileReport>,
    exit: ExitReport,
}

impl Zones {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let ZonesVerb::Inspect { files } = &self.verb;
        let sites = sites::read(session, files);
        let usable = sites.files.iter().any(|file| !file.zones.is_empty());
        let outcome =
            Outcome { incomplete: sites.incomplete, usable, no_input: sites.files.is_empty(), ..Outcome::default() };
        let mut out = std::io::stdout().lock();
        if session.json() {
            let files = sites.files.iter().map(Into::into).collect();
            write_document(
                &Document { tool: ToolReport::new(&session.tools), files, exit: outcome.report() },
                &mut out,
            )?;
        } else {
            for file in &sites.files {
                out.write_all(text(file).as_bytes())?;
            }
        }
        Ok(outcome.code())
    }
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
    for zone in &file.zones {
        text += &zone_line(zone);
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

fn zone_line(zone: &Zone) -> String {
    let sector = zone.kind().map(|sector| format!(", {}", printable(sector))).unwrap_or_default();
    let volumes: Vec<String> = zone
        .volumes
        .iter()
        .map(|volume| {
            let shape = match &volume.shape {
                Shape::Circle { lat, lon, radius_m } => {
                    format!("circle of {radius_m} m around {lat}, {lon}")
                }
                Shape::Polygons(polygons) => {
                    let corners: usize = polygons.iter().map(|p| p.exterior().0.len().saturating_sub(1)).sum();
                    let holes: usize = polygons.iter().map(|p| p.interiors().len()).sum();
                    format!("{} polygons, {corners} corners, {holes} holes", polygons.len())
                }
            };
            format!("{shape}, from {} to {}", limit(volume.lower.as_ref()), limit(volume.upper.as_ref()))
        })
        .collect();
    format!("  {}{sector}: {}\n", printable(zone.title()), volumes.join("; "))
}

/// A floor or ceiling with its unit and what it is measured from; the file's own words where it is not understood.
fn limit(limit: Option<&VerticalLimit>) -> String {
    match limit {
        None => "no limit".to_owned(),
        Some(VerticalLimit { value: Some(value), unit, reference, .. }) if value.is_finite() => {
            format!("{value} {} {}", unit.as_str(), reference.as_str())
        }
        Some(limit) => printable(&limit.raw),
    }
}
