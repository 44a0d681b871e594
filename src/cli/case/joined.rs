//! What the items of a case tell only together: copies, clocks, aircraft, exposure; a few lines of each for the screen.

use super::{Examination, Kept};
use crate::analyse::clocks::{self, ClockVotes, ItemClocks, Said};
use crate::analyse::exposure::{Inventory, holder_of};
use crate::analyse::identity::{self, Identities, ItemDevices};
use crate::cli::Session;
use crate::cli::exit::Stop;
use crate::cli::survey::Survey;
use crate::decode::{EventKind, Moment};
use crate::evidence::label::printable;
use crate::examine::{Examined, FileReport};
use crate::write::document::{ToolReport, ZonesReport, write_document};
use crate::write::exposure::{ExposureDocument, positions, sums};
use crate::write::files::OutputFolder;
use crate::write::{devices, exposure};

/// The findings of no single item.
pub struct Joined {
    pub inventory: Inventory,
    pub clocks: ClockVotes,
    pub identities: Identities,
}

impl Joined {
    pub fn of(survey: &Survey<Kept>) -> Self {
        let items = || survey.items.iter().map(|item| &item.kept);
        let named = survey.items.iter().map(|item| (&item.kept.devices, item.report.copies.as_slice()));
        Joined {
            inventory: Inventory::of(items().map(|kept| &kept.exposure)),
            clocks: clocks::vote(items().map(|kept| &kept.clocks), &said(survey)),
            identities: identity::link(named),
        }
    }

    /// The outputs that hold it.
    pub fn write(
        &self,
        session: &Session<'_>,
        examination: &Examination<'_>,
        output: &mut OutputFolder,
    ) -> Result<(), Stop> {
        let Examination { survey, judgement, sites, outcome, .. } = examination;
        let items = || survey.items.iter().map(|item| &item.kept.exposure);
        let positions = positions(items());
        output.write("exposure.csv", |out| exposure::csv(&self.inventory, &positions, out))?;
        let document = ExposureDocument {
            tool: ToolReport::new(&session.tools),
            within_m: judgement.settings.within_m,
            zones: ZonesReport { files: sites.files.iter().map(Into::into).collect() },
            sums: sums(&self.inventory),
            identifiers: &self.inventory.identifiers,
            positions_left_out: items().map(|item| item.more_positions).sum(),
            positions,
            skipped: Vec::new(),
            exit: outcome.report(),
        };
        output.write("exposure.json", |out| write_document(&document, out))?;
        output.write("clocks.json", |out| write_document(&self.clocks, out))?;
        output.write("devices.csv", |out| devices::csv(&self.identities, out))?;
        output.write("devices.json", |out| write_document(&self.identities, out))?;
        Ok(())
    }

    /// The lines of the screen.
    pub fn lines(&self, survey: &Survey<Kept>) -> Vec<String> {
        let mut lines = copies(survey.reports());
        lines.extend(clock_lines(&self.clocks));
        lines.extend(identity_lines(&self.identities));
        lines.extend(exposure_line(&self.inventory));
        lines
    }
}

/// Messages with the time that they state, or that their row has.
fn said(survey: &Survey<Kept>) -> Vec<Said<'_>> {
    let rows = survey.items.iter().flat_map(|item| item.kept.timeline.iter().map(move |row| (item, row)));
    let spoken = |kind| matches!(kind, EventKind::Message | EventKind::Warning);
    let seconds = |ns: i64| ns.div_euclid(1_000_000_000);
    rows.filter(|(_, row)| spoken(row.event.event.kind))
        .map(|(item, row)| {
            let local = matches!(row.event.event.moment, Some(Moment::Local(_)));
            Said {
                holder: &item.kept.clocks.holder,
                text: &row.event.event.text,
                local_s: row.event.local_ns.filter(|_| local).map(seconds),
                utc_s: row.event.utc_ns.filter(|_| !local).map(seconds),
            }
        })
        .collect()
}

/// Lines of each part.
const SHOWN: usize = 2;

pub fn clocks_of(item: &Examined) -> ItemClocks {
    ItemClocks { holder: holder_of(&item.report.path).to_owned(), pairs: clocks::pairs(&item.facts) }
}

pub fn devices_of(item: &Examined) -> ItemDevices {
    ItemDevices {
        path: item.report.path.clone(),
        app: item.report.app_by_path.map(str::to_owned),
        named: identity::named(&item.facts),
        phone_ids: identity::phone_ids(&item.sightings),
    }
}

fn cut(mut lines: Vec<String>, file: &str) -> Vec<String> {
    if lines.len() > SHOWN {
        let more = lines.len() - SHOWN;
        lines.truncate(SHOWN);
        lines.push(format!("  and {more} more in {file}"));
    }
    lines
}

/// Items whose bytes lie in several places.
fn copies<'r>(reports: impl Iterator<Item = &'r FileReport>) -> Vec<String> {
    let copied: Vec<&FileReport> = reports.filter(|report| !report.copies.is_empty()).collect();
    let copies: usize = copied.iter().map(|report| report.copies.len()).sum();
    if copies == 0 {
        return Vec::new();
    }
    let first = copied.first().map(|report| format!("{} = {}", report.path, report.copies.join(" = ")));
    let first = first.unwrap_or_default();
    vec![format!(
        "  {copies} files are copies, byte for byte, and were read once, in evidence.json; the first: {first}"
    )]
}

fn clock_lines(votes: &ClockVotes) -> Vec<String> {
    let mut lines = Vec::new();
    for vote in &votes.clocks {
        let (votes_for, against) = vote.for_and_against();
        let Some(first) = vote.offsets.first() else {
            lines.push(format!("  {} clock of {:?}: {} pairs fit no time zone", vote.clock, vote.holder, vote.pairs));
            continue;
        };
        let option = match &vote.option {
            Some(option) => format!("; apply it with {option}"),
            None => "; no offset has most of the votes".to_owned(),
        };
        let note = vote.note.map(|note| format!("; {note}")).unwrap_or_default();
        lines.push(format!(
            "  {} clock of {:?}: UTC{}, {votes_for} pairs for and {against} against, {} to {}, residuals {} to {} s{option}{note}",
            vote.clock,
            printable(&vote.holder),
            first.offset,
            first.from_utc,
            first.to_utc,
            first.residual_s.0,
            first.residual_s.1
        ));
    }
    cut(lines, "clocks.json")
}

fn identity_lines(identities: &Identities) -> Vec<String> {
    let met: Vec<String> = identities
        .aircraft
        .iter()
        .map(|aircraft| {
            let holders: Vec<String> = identities
                .met
                .iter()
                .filter(|met| met.aircraft == aircraft.id)
                .map(|met| format!("{:?}", printable(&met.holder)))
                .collect();
            let model = aircraft.models.first().map(|model| format!(", {}", printable(model))).unwrap_or_default();
            format!("  aircraft {}{model}: in items of {}", printable(&aircraft.id), holders.join(", "))
        })
        .collect();
    if met.is_empty() {
        return Vec::new();
    }
    let mut lines = cut(met, "devices.csv");
    lines.extend(identities.conflicts.first().map(|words| {
        let more = match identities.conflicts.len() {
            1 => String::new(),
            all => format!("; {} more in devices.json", all - 1),
        };
        format!("  {}{more}", printable(words))
    }));
    lines
}

fn exposure_line(inventory: &Inventory) -> Option<String> {
    let sums: Vec<String> =
        inventory.sums().into_iter().map(|(kind, (all, _))| format!("{all} {}", kind.as_str())).collect();
    (!sums.is_empty()).then(|| format!("  identifiers, in exposure.csv: {}", sums.join(", ")))
}
