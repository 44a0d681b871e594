//! `exposure`: what apps kept of people, phones, craft and sites, which servers they name, and what of it lies over declared sites.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::Session;
use super::check::FailOn;
use super::exit::{Outcome, Stop};
use super::judgement::JudgementArgs;
use super::sites::{self, Sites};
use super::survey::{self, Survey};
use crate::analyse::Fence;
use crate::analyse::exposure::{Grade, Identifier, Inventory, ItemExposure, Kind, places};
use crate::evidence::label::printable;
use crate::examine::Examined;
use crate::write::document::{SkippedReport, ToolReport, ZonesReport, write_document};
use crate::write::exposure::{ExposureDocument, PositionReport, positions, sums};

/// What apps kept of people, phones, craft and sites, and which servers they name
#[derive(Args)]
pub struct Exposure {
    /// Files or folders
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Declared sites to hold positions against: files, or folders of them
    #[arg(long, value_name = "Z")]
    zones: Vec<PathBuf>,
    #[command(flatten)]
    judgement: JudgementArgs,
    /// What makes exit code 1: a position that an app kept in, or near, a site; without it none does
    #[arg(long, value_enum)]
    fail_on: Option<FailOn>,
}

/// What an item exposes; without a declared site positions are told alone.
pub fn of_item(item: &Examined, fence: Option<&Fence<'_>>) -> ItemExposure {
    let report = &item.report;
    let (positions, more_positions) = places(&item.tracks, fence);
    ItemExposure {
        path: report.path.clone(),
        sha256: report.sha256.clone(),
        app: report.app_by_path.map(str::to_owned),
        format: report.format,
        sightings: item.sightings.clone(),
        positions,
        more_positions,
    }
}

impl Exposure {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let judgement = self.judgement.judgement(session)?;
        let sites = match self.zones.as_slice() {
            [] => Sites { files: Vec::new(), incomplete: false },
            zones => sites::load(session, zones)?,
        };
        let fence = judgement.fence(&sites);
        let asked = (!self.zones.is_empty()).then_some(&fence);
        let survey = survey::survey(session, &self.inputs, |item| of_item(item, asked))?;
        judgement.tell(session, &sites);
        let items = || survey.items.iter().map(|item| &item.kept);
        let inventory = Inventory::of(items());
        let positions = positions(items());
        let read = survey.outcome();
        // What no format recognises is looked through here too, so that every file that was opened is of use.
        let outcome = Outcome {
            finding: positions.iter().any(|position| is_finding(position, self.fail_on)),
            usable: survey.files > 0,
            incomplete: read.incomplete || sites.incomplete,
            ..read
        };
        let mut out = std::io::stdout().lock();
        if session.json() {
            let document = ExposureDocument {
                tool: ToolReport::new(&session.tools),
                within_m: judgement.settings.within_m,
                zones: ZonesReport { files: sites.files.iter().map(Into::into).collect() },
                sums: sums(&inventory),
                identifiers: &inventory.identifiers,
                positions_left_out: items().map(|item| item.more_positions).sum(),
                positions,
                skipped: survey.skipped.iter().chain(&survey.failed).map(SkippedReport::from).collect(),
                exit: outcome.report(),
            };
            write_document(&document, &mut out)?;
        } else {
            out.write_all(text(&survey, &inventory, &positions, asked.is_some()).as_bytes())?;
        }
        Ok(outcome.code())
    }
}

/// Positions that an app kept count as they do for `check`: planned ones, the pilot's and home never.
pub fn is_finding(position: &PositionReport<'_>, fail_on: Option<FailOn>) -> bool {
    let counts = matches!(position.place.role, "last-known" | "media" | "broadcast");
    let inside = || position.place.sites.iter().any(|(_, verdict)| verdict.ends_with("inside"));
    counts
        && match fail_on {
            None | Some(FailOn::Never) => false,
            Some(FailOn::Inside) => inside(),
            Some(FailOn::Near) => !position.place.sites.is_empty(),
        }
}

/// Identifiers of a kind that one screen shows.
const SHOWN: usize = 40;

fn text(survey: &Survey<ItemExposure>, inventory: &Inventory, positions: &[PositionReport<'_>], zones: bool) -> String {
    let mut text = String::new();
    for kind in Kind::ALL {
        let all: Vec<&Identifier> = inventory.identifiers.iter().filter(|one| one.kind == *kind).collect();
        if all.is_empty() {
            continue;
        }
        let by_shape = all.iter().filter(|one| one.grade == Grade::Shape).count();
        let shape = if by_shape > 0 { format!(", {by_shape} by shape alone") } else { String::new() };
        let _ = writeln!(text, "{}: {}{shape}", kind.as_str(), all.len());
        for one in all.iter().take(SHOWN) {
            let _ = writeln!(text, "  {:<40} {:<6} {}", printable(&one.value), one.grade.as_str(), seen(one));
        }
        if all.len() > SHOWN {
            let _ = writeln!(text, "  and {} more: --format json lists them all", all.len() - SHOWN);
        }
    }
    if !positions.is_empty() {
        let _ = writeln!(text, "positions beside the recorded flight: {}", positions.len());
        // Those at a site are what is asked for.
        let mut order: Vec<&PositionReport<'_>> = positions.iter().collect();
        order.sort_by_key(|position| position.place.sites.is_empty());
        for PositionReport { path, place, .. } in order.iter().take(SHOWN) {
            let sites: Vec<String> =
                place.sites.iter().map(|(site, verdict)| format!("{verdict} {}", printable(site))).collect();
            let utc = place.utc.as_deref().unwrap_or("time unknown");
            let _ = writeln!(
                text,
                "  {:<11}{:.7}, {:.7}  {utc}  {}{}{path} @{}",
                place.role,
                place.lat,
                place.lon,
                sites.join(", "),
                if sites.is_empty() { "" } else { "  " },
                place.offset
            );
        }
        if positions.len() > SHOWN {
            let _ = writeln!(text, "  and {} more: --format json lists them all", positions.len() - SHOWN);
        }
    }
    if zones {
        let at_site = positions.iter().filter(|position| !position.place.sites.is_empty()).count();
        let _ = writeln!(text, "{at_site} of {} positions are in or near a declared site", positions.len());
    }
    if inventory.identifiers.is_empty() && positions.is_empty() {
        let _ = writeln!(text, "no identifier and no position beside a recorded flight in {} files", survey.files);
    }
    text
}

/// Where, in how many places, and how it was recognised.
fn seen(one: &Identifier) -> String {
    let first = one.seen_in.first();
    let offset = first.and_then(|seen| seen.places.first()).and_then(|place| place.offset);
    let place = offset.map(|offset| format!(" @{offset}")).unwrap_or_default();
    let path = first.map_or("", |seen| seen.path.as_str());
    let app = first.and_then(|seen| seen.app.as_deref()).map(|app| format!(" [{app}]")).unwrap_or_default();
    let more = match one.seen_in.len() {
        0 | 1 => String::new(),
        items => format!(" and {} more items", items - 1),
    };
    format!("{} times, {path}{place}{app}{more}; {}", one.count, printable(&one.how))
}
