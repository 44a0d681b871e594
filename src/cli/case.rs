//! `case`: everything at once, into one folder that can be verified.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::check::{self, FailOn};
use super::exit::{Outcome, Stop};
use super::judgement::{Judgement, JudgementArgs};
use super::sites::{self, Sites};
use super::survey::{self, FlightIds, Survey};
use super::{Session, Tracks};
use crate::analyse::{Encounter, Fence, Finding};
use crate::evidence::Skipped;
use crate::examine::{Examined, FileReport};
use crate::layout::Tables;
use crate::track::utc_text;
use crate::write::document::{
    FindingsDocument, FlightVerdict, InspectDocument, SkippedReport, ToolReport, write_document,
};
use crate::write::files::{OutputFolder, file_name};
use crate::write::flights::FlightRow;
use crate::write::{
    CsvWriter, GeoJsonWriter, GpxWriter, Mark, TimelineRow, TrackItem, TrackWriter, encounters, flights, marks,
    timeline,
};

/// Everything at once: tracks, verdicts, timeline, findings and hashes of all evidence, in one folder
#[derive(Args)]
pub struct Case {
    /// Files or folders
    #[arg(required = true, value_name = "EVIDENCE")]
    inputs: Vec<PathBuf>,
    /// A new folder for the case
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Declared sites: GeoJSON or CSV files, or folders of them
    #[arg(long, value_name = "Z")]
    zones: Vec<PathBuf>,
    #[command(flatten)]
    judgement: JudgementArgs,
    /// What makes exit code 1; without it a finding does not
    #[arg(long, value_enum)]
    fail_on: Option<FailOn>,
    /// Noted in run.json
    #[arg(long, value_name = "ID")]
    case_id: Option<String>,
    /// Noted in run.json
    #[arg(long, value_name = "NAME")]
    examiner: Option<String>,
}

/// What stays of an item when its tracks are gone.
struct Kept {
    verdicts: Vec<FlightVerdict>,
    marks: Vec<Mark>,
    rows: Vec<FlightRow>,
    timeline: Vec<TimelineRow>,
    findings: Vec<Finding>,
}

/// `run.json`: the only output that knows of the day and the command.
#[derive(Serialize)]
struct RunDocument<'a> {
    tool: ToolReport,
    case_id: &'a Option<String>,
    examiner: &'a Option<String>,
    started_utc: String,
    arguments: Vec<String>,
    exit: crate::write::document::ExitReport,
}

impl Case {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let started_utc = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now())
            .to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let read = self.inputs.iter().chain(&self.zones).chain(self.judgement.inputs());
        let inputs: Vec<PathBuf> = read.cloned().collect();
        let judgement = self.judgement.judgement(session)?;
        let mut output = OutputFolder::create(&self.output, &inputs, session.global.force)?;
        let sites = match self.zones.as_slice() {
            [] => Sites { files: Vec::new(), incomplete: false },
            zones => sites::load(session, zones)?,
        };
        let fence = judgement.fence(&sites);
        let clock_error_s = judgement.settings.clock_error_s;
        let mut survey = survey::survey(session, &self.inputs, |item| Kept::of(item, &fence, clock_error_s))?;
        judgement.tell(session, &sites);
        let flights = survey.flights();
        for mark in survey.items.iter_mut().flat_map(|item| &mut item.kept.marks) {
            mark.flight = flights.id_of_mark(mark);
        }
        let verdicts = check::in_flights(&mut survey, &flights, |kept| &mut kept.verdicts);
        let outcome = check::outcome(survey.outcome(), &sites, self.fail_on.unwrap_or(FailOn::Never), &verdicts);

        write_tracks(session, &survey, &flights, &mut output)?;
        write_tables(&mut survey, &flights, &verdicts, &mut output)?;
        write_documents(session, &judgement, &survey, &sites, &verdicts, outcome, &mut output)?;
        output.write_sums()?;
        let run = RunDocument {
            tool: ToolReport::new(&session.tools),
            case_id: &self.case_id,
            examiner: &self.examiner,
            started_utc,
            arguments: std::env::args_os().skip(1).map(|a| a.to_string_lossy().into_owned()).collect(),
            exit: outcome.report(),
        };
        output.write("run.json", |out| write_document(&run, out))?;
        summary(session, self, &survey, &verdicts);
        Ok(outcome.code())
    }
}

impl Kept {
    fn of(item: &Examined, fence: &Fence<'_>, clock_error_s: f64) -> Self {
        let (path, time) = (&item.report.path, &item.report.time);
        let row = |event: &crate::examine::TimedEvent| TimelineRow {
            source: path.clone(),
            clock: time.clock.unwrap_or_default(),
            utc_offset_s: time.utc_offset_s,
            event: event.clone(),
        };
        Kept {
            verdicts: check::verdicts(item, Tracks::Primary, fence, clock_error_s),
            marks: marks(item),
            rows: FlightRow::of(item),
            timeline: item.events.iter().map(row).collect(),
            findings: item.report.findings.clone(),
        }
    }
}

/// The outputs that hold every fix: one GPX, one GeoJSON, one CSV a track.
fn write_tracks(
    session: &Session<'_>,
    survey: &Survey<Kept>,
    flights: &FlightIds,
    output: &mut OutputFolder,
) -> Result<(), Stop> {
    let marks: Vec<Mark> = survey.items.iter().flat_map(|item| item.kept.marks.iter().cloned()).collect();
    if survey.items.iter().flat_map(|item| &item.kept.rows).all(|row| row.fixes() == 0) {
        session.say("overflown: no valid fix in any input; flights.gpx, flights.geojson and tracks are not written");
        ["flights.gpx", "flights.geojson"].iter().for_each(|name| output.discard(name));
        return Ok(());
    }
    let (mut gpx_out, mut geojson_out) = (output.open("flights.gpx")?, output.open("flights.geojson")?);
    let (mut gpx, mut geojson) = (GpxWriter::default(), GeoJsonWriter::default());
    gpx.begin(&marks, &mut gpx_out)?;
    geojson.begin(&marks, &mut geojson_out)?;
    survey::revisit(
        session,
        survey,
        |_| true,
        |item| {
            let tables: Vec<&Tables> =
                session.tools.tables.iter().filter(|tables| item.report.format == Some(tables.id.as_str())).collect();
            for track in &item.tracks {
                let Some((_, flight)) = flights.of_track(item, track) else { continue };
                let one = TrackItem { flight, item, track };
                if track.primary {
                    gpx.track(&one, &mut gpx_out)?;
                    geojson.track(&one, &mut geojson_out)?;
                }
                let name = format!("tracks/{}-{}.csv", &item.report.sha256[..8], file_name(&track.name));
                output.write(&name, |out| {
                    let mut csv = CsvWriter::new(tables.iter().copied());
                    csv.begin(&[], out)?;
                    csv.track(&one, out)?;
                    csv.end(out)
                })?;
            }
            Ok(())
        },
    )?;
    gpx.end(&mut gpx_out)?;
    geojson.end(&mut geojson_out)?;
    output.close(gpx_out)?;
    output.close(geojson_out)?;
    Ok(())
}

fn write_tables(
    survey: &mut Survey<Kept>,
    ids: &FlightIds,
    verdicts: &[FlightVerdict],
    output: &mut OutputFolder,
) -> Result<(), Stop> {
    let mut rows: Vec<TimelineRow> =
        survey.items.iter_mut().flat_map(|item| std::mem::take(&mut item.kept.timeline)).collect();
    output.write("timeline.csv", |out| timeline(&mut rows, out))?;
    let mut table: Vec<(&str, Vec<&FlightRow>, Vec<String>)> =
        ids.ids().map(|flight| (flight, Vec::new(), Vec::new())).collect();
    for row in survey.items.iter().flat_map(|item| &item.kept.rows) {
        if let Some((number, _)) = ids.of(&row.path, &row.sha256, row.track()) {
            table[number].1.push(row);
        }
    }
    for verdict in verdicts {
        if let Some((number, _)) = ids.of(&verdict.path, &verdict.sha256, &verdict.track.name) {
            let word =
                |e: &Encounter| format!("{} {}", e.verdict.as_str(), e.zone_name.as_deref().unwrap_or(&e.zone_id));
            table[number].2.extend(verdict.encounters.iter().map(word));
        }
    }
    output.write("flights.csv", |out| flights::csv(&table, out))?;
    output.write("encounters.csv", |out| encounters::csv(verdicts, out))?;
    output.write("encounters.geojson", |out| encounters::geojson(verdicts, out))?;
    Ok(())
}

fn write_documents(
    session: &Session<'_>,
    judgement: &Judgement,
    survey: &Survey<Kept>,
    sites: &Sites,
    verdicts: &[FlightVerdict],
    outcome: Outcome,
    output: &mut OutputFolder,
) -> Result<(), Stop> {
    let not_checked = check::not_checked(survey, verdicts);
    let checked = check::document(session, sites, judgement, verdicts, not_checked, outcome.report());
    output.write("encounters.json", |out| write_document(&checked, out))?;
    let evidence = InspectDocument {
        tool: ToolReport::new(&session.tools),
        files: survey.reports().collect(),
        skipped: survey.skipped.iter().chain(&survey.failed).map(|s: &Skipped| SkippedReport::from(s)).collect(),
        exit: outcome.report(),
    };
    output.write("evidence.json", |out| write_document(&evidence, out))?;
    let findings: Vec<Finding> = survey.items.iter().flat_map(|item| item.kept.findings.iter().cloned()).collect();
    let findings = FindingsDocument { tool: ToolReport::new(&session.tools), findings: &findings };
    output.write("findings.json", |out| write_document(&findings, out))?;
    Ok(())
}

/// What to look at first, on one screen.
fn summary(session: &Session<'_>, case: &Case, survey: &Survey<Kept>, verdicts: &[FlightVerdict]) {
    const SHOWN: usize = 12;
    let ours: Vec<_> = survey.reports().filter(|r| r.format.is_some() && !r.container).collect();
    // Photos and plans tell of no flight; a log that was not read whole may.
    let is_flight = |r: &&&FileReport| {
        r.completeness.as_str() != "whole" || r.tracks.iter().any(|t| !matches!(t.role, "media" | "planned"))
    };
    let flown = ours.iter().filter(is_flight).count();
    let beside = match ours.len() - flown {
        0 => String::new(),
        others => format!(" and {others} photos, plans or others"),
    };
    let incomplete: Vec<_> =
        survey.reports().filter(|r| r.format.is_some() && r.completeness.as_str() != "whole").collect();
    session.say(&format!(
        "{} files, {flown} of them flight records{beside}; {} flights; {} findings; written to {}",
        survey.files,
        survey.flights().ids().count(),
        survey.items.iter().map(|item| item.kept.findings.len()).sum::<usize>(),
        case.output.display()
    ));
    let encounters: Vec<_> = verdicts.iter().flat_map(|v| v.encounters.iter().map(move |e| (v, e))).collect();
    for (verdict, encounter) in encounters.iter().take(SHOWN) {
        let when = encounter.entries.first().and_then(|e| e.enter_utc_ns).or(encounter.closest.utc_ns);
        session.say(&format!(
            "  {:<8} {}  {}  {}",
            encounter.verdict.as_str(),
            crate::evidence::label::printable(encounter.zone_name.as_deref().unwrap_or(&encounter.zone_id)),
            when.map(utc_text).unwrap_or_default(),
            verdict.path
        ));
    }
    if encounters.len() > SHOWN {
        session.say(&format!("  and {} more in encounters.csv", encounters.len() - SHOWN));
    }
    if !case.zones.is_empty() && encounters.is_empty() {
        session.say("  no site was entered or came near; encounters.json names the nearest one of each flight");
    }
    for report in incomplete.iter().take(SHOWN) {
        session.say(&format!("  {:<10} {}", report.completeness.as_str(), report.path));
    }
    if incomplete.len() > SHOWN {
        session.say(&format!("  and {} more that were not read whole, in evidence.json", incomplete.len() - SHOWN));
    }
}
