//! `check`: which of these flights came over or near which declared sites.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rayon::prelude::*;

use super::exit::{Outcome, Stop};
use super::judgement::{Judgement, JudgementArgs};
use super::sites::{self, Sites};
use super::survey::{self, FlightIds, Survey, Surveyed};
use super::{Session, Tracks};
use crate::analyse::fence::{HeightVerdict, TimeVerdict, Whose};
use crate::analyse::{Encounter, Fence};
use crate::evidence::label::{number_of, printable};
use crate::examine::{Completion, Examined, FileReport};
use crate::track::{Role, Track};
use crate::write::audit;
use crate::write::document::{
    CheckDocument, ExitReport, FlightVerdict, NotChecked, ToolReport, ZonesReport, word, write_document,
};
use crate::write::provenance::CaseName;
use crate::zones::Restriction;

/// Which flights came over or near which declared sites
#[derive(Args)]
pub struct Check {
    /// Files or folders
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    #[command(flatten)]
    fence: FenceArgs,
    /// What makes exit code 1
    #[arg(long, value_enum, default_value = "inside")]
    fail_on: FailOn,
    /// Which tracks: primary, all, or a subject with or without /estimate
    #[arg(long, default_value = "primary")]
    tracks: Tracks,
}

/// The sites of a run, and how near is near.
#[derive(Args)]
pub struct FenceArgs {
    /// Declared sites: zone files of any format that is read, or folders of them
    #[arg(long, required = true, value_name = "Z")]
    pub zones: Vec<PathBuf>,
    #[command(flatten)]
    pub judgement: JudgementArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Inside,
    Near,
    Never,
}

impl FailOn {
    /// Whether an encounter is what was asked to be reported: flown, not above, below or out of time for certain, and with a
    /// zone that forbids anything.
    pub fn is_met_by(self, encounter: &Encounter) -> bool {
        let Encounter { verdict, height_verdict, time_verdict, .. } = encounter;
        let flown = !matches!(verdict.whose, Whose::Planned | Whose::Pilot | Whose::Home);
        let outside_for_certain = matches!(height_verdict, HeightVerdict::Above | HeightVerdict::Below)
            || *time_verdict == TimeVerdict::Inactive;
        let forbids = encounter.restriction.is_none_or(Restriction::forbids);
        let breached = encounter.rule.as_ref().is_some_and(|rule| rule.breached);
        let asked = match self {
            FailOn::Never => false,
            FailOn::Inside => verdict.inside || breached,
            FailOn::Near => true,
        };
        asked && flown && forbids && !outside_for_certain
    }
}

/// The verdicts on the chosen tracks of an item; the flights get their ids later.
pub fn verdicts(item: &Examined, tracks: Tracks, fence: &Fence<'_>, clock_error_s: f64) -> Vec<FlightVerdict> {
    let verdict = |track: &Track| {
        let mut checked = fence.check(track);
        for encounter in &mut checked.encounters {
            encounter.audit = audit::sentence(encounter, &item.report, clock_error_s);
        }
        FlightVerdict {
            flight: String::new(),
            path: item.report.path.clone(),
            sha256: item.report.sha256.clone(),
            track: track.into(),
            encounters: checked.encounters,
            nearest: checked.nearest,
        }
    };
    let chosen: Vec<&Track> = checked_tracks(item, tracks).filter(|t| t.rows.fixes().next().is_some()).collect();
    chosen.par_iter().map(|track| verdict(track)).collect()
}

/// The chosen tracks; of an item without an aircraft's track (a locked log) the places of its photos.
fn checked_tracks(item: &Examined, tracks: Tracks) -> impl Iterator<Item = &Track> {
    let no_primary = tracks == Tracks::Primary && item.primary().is_none();
    let media = item.tracks.iter().filter(move |track| no_primary && track.kind.role == Role::Media);
    tracks.of(item).chain(media)
}

/// Takes the verdicts out of a survey, in its order, and gives them their flights.
pub fn in_flights<T>(
    survey: &mut Survey<T>,
    flights: &FlightIds,
    of: impl Fn(&mut T) -> &mut Vec<FlightVerdict>,
) -> Vec<FlightVerdict> {
    let mut judged: HashSet<String> = HashSet::new();
    for item in &mut survey.items {
        if !of(&mut item.kept).is_empty() {
            judged.insert(item.report.path.clone());
        }
    }
    let all = survey.items.iter_mut().flat_map(|item| {
        let verdicts = std::mem::take(of(&mut item.kept));
        // A photo inside a flight's log is judged with the log, which lists its places.
        let is_told = is_photo_of(&item.report, &judged);
        verdicts.into_iter().filter(move |verdict| !(is_told && verdict.track.role == Role::Media.as_str()))
    });
    let flight = |verdict: &FlightVerdict| flights.of(&verdict.path, &verdict.sha256, &verdict.track.name);
    all.map(|verdict| FlightVerdict {
        flight: flight(&verdict).map_or_else(String::new, |(_, id)| id.to_owned()),
        ..verdict
    })
    .collect()
}

/// The item lies inside one of these, which are no containers: a photo in a log.
fn is_photo_of(report: &FileReport, judged: &HashSet<String>) -> bool {
    report.parent.as_ref().is_some_and(|parent| judged.contains(&parent.path))
}

/// What may hold a flight and was not checked, and why.
pub fn not_checked<T>(survey: &Survey<T>, verdicts: &[FlightVerdict]) -> Vec<NotChecked> {
    let mut list = Vec::new();
    let ours = survey.items.iter().filter(|item| item.report.format.is_some() && !item.report.container);
    let holding: HashSet<&PathBuf> = ours.map(|item| &item.found.path).collect();
    let logs: HashSet<String> = survey
        .reports()
        .filter(|report| report.format.is_some() && !report.container)
        .map(|report| report.path.clone())
        .collect();
    for Surveyed { found, report, .. } in &survey.items {
        if is_photo_of(report, &logs) && report.completeness == Completion::Whole {
            continue;
        }
        let first = || report.diagnostics.iter().find(|d| d.severity != "note").map(|d| d.message.clone());
        let reason = match report.completeness {
            Completion::Unknown if found.named => format!("not recognised: {}", report.why),
            Completion::Unknown => continue,
            Completion::Locked => report.locked.as_ref().map(|l| l.reason.clone()).unwrap_or_default(),
            Completion::Unreadable => first().unwrap_or("nothing in it can be read".to_owned()),
            Completion::Whole if report.container && found.named && !holding.contains(&found.path) => {
                "nothing in it is recognised".to_owned()
            }
            Completion::Whole if report.container => continue,
            Completion::Whole | Completion::Partial if !report.container && !report.may_hold_tracks => continue,
            Completion::Partial if report.container => first().unwrap_or_default(),
            Completion::Whole | Completion::Partial => {
                if verdicts.iter().any(|v| v.path == report.path && v.sha256 == report.sha256) {
                    continue;
                }
                "no valid fix in the chosen tracks".to_owned()
            }
        };
        list.push(NotChecked {
            path: report.path.clone(),
            sha256: Some(report.sha256.clone()),
            completeness: report.completeness.as_str(),
            reason,
        });
    }
    let unopened = survey.skipped.iter().filter(|s| s.named).chain(&survey.failed);
    list.extend(unopened.map(|s| NotChecked {
        path: s.label.clone(),
        sha256: None,
        completeness: Completion::Unreadable.as_str(),
        reason: s.reason.clone(),
    }));
    list
}

/// The document of a check.
pub fn document<'a>(
    session: &Session<'_>,
    sites: &Sites,
    judgement: &Judgement,
    flights: &'a [FlightVerdict],
    not_checked: Vec<NotChecked>,
    exit: ExitReport,
) -> CheckDocument<'a> {
    CheckDocument {
        tool: ToolReport::new(&session.tools),
        case: CaseName::default(),
        within_m: judgement.settings.within_m,
        gap_s: judgement.settings.gap_s,
        clock_error_s: judgement.settings.clock_error_s,
        terrain: judgement.terrain_report(),
        rules: judgement.rules_report(sites),
        zones: ZonesReport { files: sites.files.iter().map(Into::into).collect() },
        flights,
        not_checked,
        exit,
    }
}

impl Check {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let judgement = self.fence.judgement.judgement(session)?;
        let sites = match sites::load(session, &self.fence.zones) {
            Ok(sites) => sites,
            Err(stop) if session.json() => {
                let sites = Sites { files: Vec::new(), incomplete: false };
                let exit = ExitReport { code: stop.code, finding: false, incomplete: false };
                write_document(
                    &document(session, &sites, &judgement, &[], Vec::new(), exit),
                    std::io::stdout().lock(),
                )?;
                return Err(stop);
            }
            Err(stop) => return Err(stop),
        };
        let fence = judgement.fence(&sites);
        let mut survey = survey::survey(session, &self.inputs, |item| {
            verdicts(item, self.tracks, &fence, judgement.settings.clock_error_s)
        })?;
        judgement.tell(session, &sites);
        let flights = survey.flights();
        let verdicts = in_flights(&mut survey, &flights, |kept| kept);
        let outcome = outcome(survey.outcome(), &sites, self.fail_on, &verdicts);
        let not_checked = not_checked(&survey, &verdicts);
        let mut out = std::io::stdout().lock();
        if session.json() {
            let document = document(session, &sites, &judgement, &verdicts, not_checked, outcome.report());
            write_document(&document, &mut out)?;
        } else {
            out.write_all(text(&verdicts, &not_checked).as_bytes())?;
        }
        // The process ends here: thousands of zones and verdicts need not be freed one by one.
        std::mem::forget((fence, verdicts));
        std::mem::forget(sites);
        Ok(outcome.code())
    }
}

/// Reading and zones and verdicts together.
pub fn outcome(read: Outcome, sites: &Sites, fail_on: FailOn, verdicts: &[FlightVerdict]) -> Outcome {
    let flown = verdicts.iter().filter(|v| !v.track.simulated);
    let finding = flown.flat_map(|v| &v.encounters).any(|e| fail_on.is_met_by(e));
    Outcome { finding, incomplete: read.incomplete || sites.incomplete, ..read }
}

/// A paragraph a flight.
pub fn text(verdicts: &[FlightVerdict], not_checked: &[NotChecked]) -> String {
    let mut text = String::new();
    for verdict in verdicts {
        let simulated = if verdict.track.simulated { "  SIMULATED: no aircraft was there" } else { "" };
        let flight = if verdict.flight.is_empty() { "no flight" } else { &verdict.flight };
        text += &format!("{flight}  {}  {}{simulated}\n", verdict.track.name, verdict.path);
        for encounter in &verdict.encounters {
            text += &encounter_text(encounter);
        }
        match &verdict.nearest {
            Some(nearest) => {
                let name = nearest.zone_name.as_deref().unwrap_or(&nearest.zone_id);
                text += &format!("  no encounter; nearest site: {}, {:.1} m\n", printable(name), nearest.distance_m);
            }
            None if verdict.encounters.is_empty() => text += "  no encounter\n",
            None => {}
        }
    }
    for item in not_checked {
        text += &format!("{}  not checked ({}): {}\n", item.path, item.completeness, item.reason);
    }
    text
}

fn encounter_text(encounter: &Encounter) -> String {
    let name = printable(encounter.zone_name.as_deref().unwrap_or(&encounter.zone_id));
    let sector = encounter.sector.as_deref().map(|s| format!(" ({})", printable(s))).unwrap_or_default();
    let closest = &encounter.closest;
    let height = match (closest.height_m, closest.height_reference) {
        (Some(height), Some(reference)) => format!(", height {height:.1} m ({reference})"),
        _ => String::new(),
    };
    let mut text = format!(
        "  {}: {name}{sector}, certainty {}, height {}, {}\n",
        encounter.verdict.as_str(),
        word(&encounter.certainty),
        word(&encounter.height_verdict),
        match encounter.time_verdict {
            TimeVerdict::Active => "in force",
            TimeVerdict::Inactive => "not in force",
            TimeVerdict::Unknown => "unknown whether in force",
        }
    );
    for entry in &encounter.entries {
        let dwell = entry.dwell_s.map(|s| format!("{s:.1} s, ")).unwrap_or_default();
        let mut marks = Vec::new();
        if entry.starts_inside {
            marks.push("the track starts inside");
        }
        if entry.ends_inside {
            marks.push("the track ends inside");
        }
        if entry.interpolated {
            marks.push("ends interpolated between fixes");
        }
        text += &format!(
            "    {} to {}: {dwell}{:.1} m, {} inside; {}\n",
            entry.entered(),
            entry.left(),
            entry.path_m,
            number_of(entry.recorded_fixes_inside, "fix", "fixes"),
            marks.join("; ")
        );
    }
    let depth = if closest.distance_m > 0.0 {
        format!("closest {:.1} m from it", closest.distance_m)
    } else {
        format!("deepest {:.1} m inside its edge", -closest.signed_distance_m)
    };
    text += &format!("    {depth} at {:.7}, {:.7}, {}{height}\n", closest.lat, closest.lon, closest.when());
    if let Some(restriction) = encounter.restriction {
        let nothing = if restriction.forbids() { "" } else { ": forbids nothing" };
        text += &format!("    restriction {}{nothing}\n", restriction.as_str());
    }
    if let Some(rule) = &encounter.rule {
        let told = if rule.breached { "nearer than" } else { "not nearer than" };
        text += &format!(
            "    rule {} of {}: {told} {} m ({}, {}, read {})\n",
            rule.number,
            printable(&rule.pack),
            rule.distance_m,
            printable(&rule.legal_basis.statute),
            printable(&rule.legal_basis.article),
            rule.legal_basis.date_read
        );
    }
    for warning in encounter.edge_rule.iter().chain(&encounter.warnings) {
        text += &format!("    note: {}\n", printable(warning));
    }
    text + &format!("    {}\n", encounter.audit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyse::Settings;
    use crate::evidence::{Evidence, Limits};
    use crate::track::{FixState, Rows, Stamp, Track};
    use crate::zones::{self, VerticalLimit};

    fn encounter(restriction: Option<Restriction>, floor: Option<&str>) -> Encounter {
        let sites = "name,lat,lon,radius_m\nDepot,50,10,500\n";
        let mut file =
            zones::read(&Evidence::from_bytes("sites.csv", sites.into()), &[], &Limits::default()).expect("zones");
        file.zones[0].about.restriction = restriction;
        file.zones[0].volumes[0].lower = floor.map(|words| VerticalLimit::read(words, None, None));
        let mut rows = Rows { lat: vec![50.0], lon: vec![10.0], fix: vec![FixState::Valid], ..Rows::default() };
        rows.offset.push(0);
        rows.elapsed_ns.push(0);
        rows.utc_ns.push(Rows::NO_TIME);
        rows.stamp.push(Stamp::Unknown);
        rows.columns.push(crate::track::Column {
            channel: "height.amsl".to_owned(),
            csv_name: String::new(),
            unit: "m".to_owned(),
            basis: String::new(),
            values: vec![100.0],
        });
        let kind = "aircraft/gnss/recorded".parse().expect("a kind");
        let files = [file];
        let track = Track { name: "aircraft".to_owned(), kind, primary: true, simulated: false, rows };
        Fence::new(&files, Settings::default()).check(&track).encounters.remove(0)
    }

    #[test]
    fn only_what_forbids_and_was_reached_is_a_finding() {
        let is_met = |restriction, floor| FailOn::Inside.is_met_by(&encounter(restriction, floor));
        assert!(is_met(None, None));
        assert!(is_met(Some(Restriction::Prohibited), None));
        assert!(is_met(Some(Restriction::HeightLimit), Some("60 m AMSL")));
        assert!(!is_met(Some(Restriction::HeightLimit), Some("600 m AMSL")), "it flew below the volume");
        assert!(!is_met(Some(Restriction::None), None));
        assert!(!is_met(Some(Restriction::AuthorisationCeiling), None));
    }
}
