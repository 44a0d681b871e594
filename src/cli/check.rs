//! `check`: which of these flights came over or near which declared sites.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rayon::prelude::*;

use super::exit::{Outcome, Stop};
use super::sites::{self, Sites};
use super::survey::{self, FlightIds, Survey, Surveyed};
use super::{Session, Tracks, distance};
use crate::analyse::{Encounter, Fence, Settings};
use crate::evidence::label::printable;
use crate::examine::{Completion, Examined};
use crate::track::{Role, Track, utc_text};
use crate::write::document::{
    CheckDocument, ExitReport, FlightVerdict, NotChecked, ToolReport, ZonesReport, word, write_document,
};

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
    /// Declared sites: GeoJSON or CSV files, or folders of them
    #[arg(long, required = true, value_name = "Z")]
    pub zones: Vec<PathBuf>,
    /// Report sites up to this far away: 250, 250m, 0.5km, 800ft
    #[arg(long, default_value = "0", value_name = "M", value_parser = distance::metres)]
    pub within: f64,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Inside,
    Near,
    Never,
}

impl FailOn {
    /// Whether an encounter is what was asked to be reported: flown, and not above, below or out of time for certain.
    pub fn is_met_by(self, encounter: &Encounter) -> bool {
        use crate::analyse::fence::{HeightVerdict, TimeVerdict, Whose};
        let Encounter { verdict, height_verdict, time_verdict, .. } = encounter;
        let flown = !matches!(verdict.whose, Whose::Planned | Whose::Pilot | Whose::Home);
        let outside_for_certain = matches!(height_verdict, HeightVerdict::Above | HeightVerdict::Below)
            || *time_verdict == TimeVerdict::Inactive;
        let asked = match self {
            FailOn::Never => false,
            FailOn::Inside => verdict.inside,
            FailOn::Near => true,
        };
        asked && flown && !outside_for_certain
    }
}

/// The verdicts on the chosen tracks of an item; the flights get their ids later.
pub fn verdicts(item: &Examined, tracks: Tracks, fence: &Fence<'_>) -> Vec<FlightVerdict> {
    let verdict = |track: &Track| {
        let checked = fence.check(track);
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

/// Gives the verdicts of a survey their flights, in the order of the survey.
pub fn in_flights<T>(
    survey: &Survey<T>,
    flights: &FlightIds,
    of: impl Fn(&T) -> &Vec<FlightVerdict>,
) -> Vec<FlightVerdict> {
    let all = survey.items.iter().flat_map(|item| of(&item.kept).iter().cloned());
    let flight = |verdict: &FlightVerdict| flights.of(&verdict.path, &verdict.sha256, &verdict.track.name);
    all.map(|verdict| FlightVerdict {
        flight: flight(&verdict).map_or_else(String::new, |(_, id)| id.to_owned()),
        ..verdict
    })
    .collect()
}

/// What may hold a flight and was not checked, and why.
pub fn not_checked<T>(survey: &Survey<T>, verdicts: &[FlightVerdict]) -> Vec<NotChecked> {
    let mut list = Vec::new();
    let ours = survey.items.iter().filter(|item| item.report.format.is_some() && !item.report.container);
    let holding: HashSet<&PathBuf> = ours.map(|item| &item.found.path).collect();
    for Surveyed { found, report, .. } in &survey.items {
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
    within_m: f64,
    flights: &'a [FlightVerdict],
    not_checked: Vec<NotChecked>,
    exit: ExitReport,
) -> CheckDocument<'a> {
    CheckDocument {
        tool: ToolReport::new(&session.tools),
        within_m,
        zones: ZonesReport { files: sites.files.iter().map(Into::into).collect() },
        flights,
        not_checked,
        exit,
    }
}

impl Check {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let sites = match sites::load(session, &self.fence.zones) {
            Ok(sites) => sites,
            Err(stop) if session.json() => {
                let sites = Sites { files: Vec::new(), incomplete: false };
                let exit = ExitReport { code: stop.code, finding: false, incomplete: false };
                write_document(
                    &document(session, &sites, self.fence.within, &[], Vec::new(), exit),
                    std::io::stdout().lock(),
                )?;
                return Err(stop);
            }
            Err(stop) => return Err(stop),
        };
        let fence = Fence::new(&sites.files, Settings { within_m: self.fence.within, ..Settings::default() });
        let survey = survey::survey(session, &self.inputs, |item| verdicts(item, self.tracks, &fence))?;
        let verdicts = in_flights(&survey, &survey.flights(), |kept| kept);
        let outcome = outcome(survey.outcome(), &sites, self.fail_on, &verdicts);
        let not_checked = not_checked(&survey, &verdicts);
        let mut out = std::io::stdout().lock();
        if session.json() {
            let document = document(session, &sites, self.fence.within, &verdicts, not_checked, outcome.report());
            write_document(&document, &mut out)?;
        } else {
            out.write_all(text(&verdicts, &not_checked).as_bytes())?;
        }
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
    let utc = |utc_ns: Option<i64>| utc_ns.map_or_else(|| "time unknown".to_owned(), utc_text);
    let mut text =
        format!("  {}: {name}{sector}, certainty {}\n", encounter.verdict.as_str(), word(&encounter.certainty));
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
            "    {} to {}: {dwell}{:.1} m, {} fixes inside; {}\n",
            utc(entry.enter_utc_ns),
            utc(entry.exit_utc_ns),
            entry.path_m,
            entry.recorded_fixes_inside,
            marks.join("; ")
        );
    }
    let depth = if closest.distance_m > 0.0 {
        format!("closest {:.1} m from it", closest.distance_m)
    } else {
        format!("deepest {:.1} m inside its edge", -closest.signed_distance_m)
    };
    text + &format!("    {depth} at {:.7}, {:.7}, {}{height}\n", closest.lat, closest.lon, utc(closest.utc_ns))
}
