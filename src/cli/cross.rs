//! What the items of a case tell only together: copies, clocks, aircraft, exposure; a few lines of each for the screen.

use crate::analyse::clocks::{self, ClockVotes, ItemClocks};
use crate::analyse::exposure::{Inventory, app_of, holder_of};
use crate::analyse::identity::{self, Identities, ItemDevices};
use crate::evidence::label::printable;
use crate::examine::{Examined, FileReport};

/// Lines of each part.
const SHOWN: usize = 8;

pub fn clocks_of(item: &Examined) -> ItemClocks {
    ItemClocks { holder: holder_of(&item.report.path).to_owned(), pairs: clocks::pairs(&item.facts) }
}

pub fn devices_of(item: &Examined) -> ItemDevices {
    ItemDevices {
        path: item.report.path.clone(),
        app: app_of(&item.report.path).map(str::to_owned),
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
pub fn copies<'r>(reports: impl Iterator<Item = &'r FileReport>) -> Vec<String> {
    let copied: Vec<&FileReport> = reports.filter(|report| !report.copies.is_empty()).collect();
    let copies: usize = copied.iter().map(|report| report.copies.len()).sum();
    if copies == 0 {
        return Vec::new();
    }
    let lines = copied.iter().map(|report| format!("  {} = {}", report.path, report.copies.join(" = "))).collect();
    let mut all = vec![format!("{copies} files are copies of others, byte for byte, and were read once:")];
    all.extend(cut(lines, "evidence.json"));
    all
}

pub fn clock_lines(votes: &ClockVotes) -> Vec<String> {
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
    let mut lines = cut(lines, "clocks.json");
    if !lines.is_empty() {
        lines.insert(0, "local clocks, by vote; none is applied unless asked:".to_owned());
    }
    lines
}

pub fn identity_lines(identities: &Identities) -> Vec<String> {
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
            format!("  {}{model}: in items of {}", printable(&aircraft.id), holders.join(", "))
        })
        .collect();
    if met.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!("{} aircraft by serial number, in devices.csv:", identities.aircraft.len())];
    lines.extend(cut(met, "devices.csv"));
    lines.extend(cut(identities.conflicts.iter().map(|words| format!("  {}", printable(words))).collect(), "devices.json"));
    lines
}

pub fn exposure_lines(inventory: &Inventory) -> Vec<String> {
    let sums: Vec<String> =
        inventory.sums().into_iter().map(|(kind, (all, _))| format!("{all} {}", kind.as_str())).collect();
    if sums.is_empty() { Vec::new() } else { vec![format!("identifiers in exposure.csv: {}", sums.join(", "))] }
}
