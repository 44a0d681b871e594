//! What a case came to, on one screen, and where to look first.

use std::path::Path;

use super::Examination;
use crate::analyse::Encounter;
use crate::cli::check::FailOn;
use crate::evidence::label::{number_of, printable};
use crate::examine::Completion;
use crate::write::document::{FlightVerdict, word};
use crate::write::flights::counted;

/// Lines of each part: with the heads and the last lines 24 at most.
const ENCOUNTERS: usize = 10;
const FINDINGS: usize = 3;
const INCOMPLETE: usize = 4;

/// The lines of the screen.
pub fn text(examination: &Examination<'_>, folder: &Path) -> Vec<String> {
    let Examination { survey, flights, verdicts, .. } = examination;
    let ours: Vec<_> = survey.reports().filter(|r| r.format.is_some() && !r.container).collect();
    // Photos and plans tell of no flight; a log that was not read whole may.
    let beside = ours.iter().filter(|r| {
        let of_none = |role: &str| matches!(role, "media" | "planned");
        r.completeness == Completion::Whole && !r.tracks.is_empty() && r.tracks.iter().all(|t| of_none(t.role))
    });
    let beside = beside.count();
    let others = ours.iter().filter(|r| !r.may_hold_tracks).count();
    let records = ours.len() - beside - others;
    let named = |count: usize, one: &str, many: &str| match count {
        0 => String::new(),
        _ => format!(", {}", number_of(count, one, many)),
    };
    let beside = named(beside, "photo or plan", "photos or plans");
    let others = named(others, "other log or list", "other logs and lists");
    let findings: Vec<_> = examination.findings().collect();
    let table = examination.table();
    let roles: Vec<&str> = table.iter().filter_map(|(_, sources, _)| Some(sources.first()?.role())).collect();
    let mut lines = vec![format!(
        "{}, {}{beside}{others}; {}; {}; written to {}",
        number_of(survey.files, "file", "files"),
        number_of(records, "flight record", "flight records"),
        counted(&roles),
        number_of(findings.len(), "finding", "findings"),
        folder.display()
    )];
    let mut encounters: Vec<(&FlightVerdict, &Encounter)> =
        verdicts.iter().flat_map(|verdict| verdict.encounters.iter().map(move |e| (verdict, e))).collect();
    encounters.sort_by_key(|(verdict, encounter)| weight(verdict, encounter));
    lines.extend(encounters.iter().take(ENCOUNTERS).map(|(verdict, encounter)| line(verdict, encounter)));
    more(&mut lines, encounters.len(), ENCOUNTERS, "encounters, in encounters.csv");
    if !examination.sites.files.is_empty() && encounters.is_empty() {
        lines.push(
            "  no site was entered or came near; encounters.json names the nearest one of each flight".to_owned(),
        );
    }
    let found =
        |f: &&crate::analyse::Finding| format!("  finding  {}: {}, {}", f.rule, printable(&f.observation), f.path);
    lines.extend(findings.iter().take(FINDINGS).copied().map(|finding| found(&finding)));
    more(&mut lines, findings.len(), FINDINGS, "findings, in findings.json");
    let is_lost = |r: &&crate::examine::FileReport| r.format.is_some() && r.completeness != Completion::Whole;
    let incomplete: Vec<_> = survey.reports().filter(is_lost).collect();
    lines.extend(incomplete.iter().take(INCOMPLETE).map(|r| format!("  {:<8} {}", r.completeness.as_str(), r.path)));
    more(&mut lines, incomplete.len(), INCOMPLETE, "that were not read whole, in evidence.json");
    let map = if flights.ids().next().is_some() { "; on a map of yours flights.kml or case.gpkg" } else { "" };
    let first = match (encounters.first(), findings.is_empty(), incomplete.is_empty()) {
        (Some((_, encounter)), ..) => format!(
            "report.html or summary.md, \"{} {}\"{map}",
            encounter.verdict.as_str(),
            printable(encounter.zone_name.as_deref().unwrap_or(&encounter.zone_id))
        ),
        (None, false, _) => "findings.json, each with its innocent causes".to_owned(),
        (None, true, false) => "what was not read whole: overflown inspect on it says where and what to do".to_owned(),
        (None, true, true) => format!("report.html or summary.md{map}"),
    };
    lines.push(format!("  look first at {first}"));
    lines
}

/// What was flown and is a breach before what only came near, the certain before the possible, then in the order of the case.
fn weight(verdict: &FlightVerdict, encounter: &Encounter) -> (bool, bool, bool, u8) {
    (
        verdict.track.simulated,
        !FailOn::Inside.is_met_by(encounter),
        !encounter.verdict.inside,
        encounter.certainty as u8,
    )
}

fn line(verdict: &FlightVerdict, encounter: &Encounter) -> String {
    let distance = match encounter.verdict.inside {
        true => String::new(),
        false => format!(" {:.0} m", encounter.closest.distance_m),
    };
    let simulated = if verdict.track.simulated { "SIMULATED " } else { "" };
    format!(
        "  {simulated}{:<8} {}{distance}  {}  {}  {}",
        encounter.verdict.as_str(),
        printable(encounter.zone_name.as_deref().unwrap_or(&encounter.zone_id)),
        encounter.begun(),
        word(&encounter.certainty),
        verdict.path
    )
}

fn more(lines: &mut Vec<String>, count: usize, shown: usize, what: &str) {
    if count > shown {
        lines.push(format!("  and {} more {what}", count - shown));
    }
}
