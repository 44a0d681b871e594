//! `case`: everything at once, into one folder that can be verified.

mod bundle;
mod joined;
mod report;
mod screen;
pub mod verify;

use std::path::PathBuf;

use clap::Args;

use super::check::{self, FailOn};
use super::exit::{Outcome, Stop};
use super::judgement::{Judgement, JudgementArgs};
use super::sites::{self, Sites};
use super::survey::{self, FlightIds, Survey};
use super::{Session, Tracks, exposure, item};
use crate::analyse::clocks::ItemClocks;
use crate::analyse::exposure::ItemExposure;
use crate::analyse::identity::ItemDevices;
use crate::analyse::listed::{Index, absent};
use crate::analyse::{Encounter, Fence, Finding};
use crate::decode::Fact;
use crate::evidence::Skipped;
use crate::examine::Examined;
use crate::layout::Tables;
use crate::write::document::{
    CheckDocument, FindingsDocument, FlightVerdict, InspectDocument, SkippedReport, ToolReport, write_document,
};
use crate::write::files::{OutputFolder, file_name};
use crate::write::flights::FlightRow;
use crate::write::provenance::{CaseName, Provenance};
use crate::write::report::{Line, Overlay};
use crate::write::{CsvWriter, Mark, TimelineRow, TrackItem, TrackWriter, encounters, flights, marks, timeline};
use joined::Joined;

/// Everything at once: tracks, verdicts, timeline, findings and hashes of all evidence, in one folder
#[derive(Args)]
pub struct Case {
    /// Files or folders
    #[arg(required = true, value_name = "EVIDENCE")]
    inputs: Vec<PathBuf>,
    /// A new folder for the case
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Declared sites: zone files of any format that is read, or folders of them
    #[arg(long, value_name = "Z")]
    zones: Vec<PathBuf>,
    #[command(flatten)]
    judgement: JudgementArgs,
    /// What makes exit code 1; without it a finding does not
    #[arg(long, value_enum)]
    fail_on: Option<FailOn>,
    /// A base map for the report: lines, areas and names of a GeoJSON file
    #[arg(long, value_name = "FILE.geojson")]
    base: Option<PathBuf>,
    /// What the case is called; stands in every output
    #[arg(long, value_name = "ID")]
    case_id: Option<String>,
    /// Who examined; stands in every output
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
    lines: Vec<Line>,
    /// Items that it says exist.
    listed: Vec<String>,
    exposure: ItemExposure,
    clocks: ItemClocks,
    devices: ItemDevices,
}

/// All that the outputs are made of, but for the tracks themselves.
struct Examination<'a> {
    case: CaseName,
    provenance: Provenance,
    judgement: &'a Judgement,
    sites: &'a Sites,
    survey: Survey<Kept>,
    flights: FlightIds,
    marks: Vec<Mark>,
    verdicts: Vec<FlightVerdict>,
    joined: Joined,
    /// Secrets stand as they are in the outputs.
    reveals_secrets: bool,
    outcome: Outcome,
}

impl Case {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let started_utc = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now())
            .to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let inputs: Vec<PathBuf> = self.read().cloned().collect();
        if let Some(inside) = self.inputs.iter().find(|path| item::is_inside(path)) {
            let message = format!("{} lies inside a file; a case takes whole files and folders", inside.display());
            return Err(Stop::usage(message));
        }
        let judgement = self.judgement.judgement(session)?;
        let overlay = self.overlay(session)?;
        let mut output = OutputFolder::create(&self.output, &inputs, session.global.force)?.with_sums();
        let sites = self.sites(session)?;
        let examination = self.examine(session, &judgement, &sites, overlay.as_ref(), &mut output)?;
        output.write_sums()?;
        let run = bundle::RunDocument::new(session, self, started_utc, examination.outcome);
        output.write(bundle::RUN, |out| write_document(&run, out))?;
        let mut lines = screen::text(&examination, &self.output);
        // Where to look first stands last, where the eye is.
        let first = lines.pop();
        lines.extend(examination.joined.lines(&examination.survey));
        lines.iter().chain(&first).for_each(|line| session.say(line));
        Ok(examination.outcome.code())
    }

    /// Every file and folder that is read, in a fixed order.
    fn read(&self) -> impl Iterator<Item = &PathBuf> {
        self.inputs.iter().chain(&self.zones).chain(self.judgement.inputs()).chain(&self.base)
    }

    /// The same, to be set to where they are now.
    fn read_mut(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        self.inputs.iter_mut().chain(&mut self.zones).chain(self.judgement.inputs_mut()).chain(&mut self.base)
    }

    fn sites(&self, session: &Session<'_>) -> Result<Sites, Stop> {
        match self.zones.as_slice() {
            [] => Ok(Sites { files: Vec::new(), incomplete: false }),
            zones => sites::load(session, zones),
        }
    }

    /// Examines everything and writes all outputs but the sums and the run's own facts.
    fn examine<'a>(
        &self,
        session: &Session<'_>,
        judgement: &'a Judgement,
        sites: &'a Sites,
        overlay: Option<&Overlay>,
        output: &mut OutputFolder,
    ) -> Result<Examination<'a>, Stop> {
        let fence = judgement.fence(sites);
        let clock_error_s = judgement.settings.clock_error_s;
        let asked = (!self.zones.is_empty()).then_some(&fence);
        let mut survey = survey::survey(session, &self.inputs, |item| Kept::of(item, &fence, asked, clock_error_s))?;
        tell_absent(&mut survey);
        judgement.tell(session, sites);
        let flights = survey.flights();
        let mut marks: Vec<Mark> =
            survey.items.iter_mut().flat_map(|item| std::mem::take(&mut item.kept.marks)).collect();
        marks.iter_mut().for_each(|mark| mark.flight = flights.id_of_mark(mark));
        let verdicts = check::in_flights(&mut survey, &flights, |kept| &mut kept.verdicts);
        let outcome = check::outcome(survey.outcome(), sites, self.fail_on.unwrap_or(FailOn::Never), &verdicts);
        let case = CaseName { case_id: self.case_id.clone(), examiner: self.examiner.clone() };
        let provenance = Provenance::new(&session.tools, case.clone(), &sites.files);
        let joined = Joined::of(&survey);
        let rows = survey.items.iter_mut().flat_map(|item| &mut item.kept.rows);
        rows.for_each(|row| row.name_aircraft(&joined.identities));
        let reveals_secrets = session.redaction().reveal;
        let mut examination = Examination {
            case,
            provenance,
            judgement,
            sites,
            survey,
            flights,
            marks,
            verdicts,
            joined,
            reveals_secrets,
            outcome,
        };
        write_tracks(session, &examination, output)?;
        let mut events = examination.take_events();
        output.write("timeline.csv", |out| timeline(&mut events, out))?;
        let table = examination.table();
        write_tables(&examination, &table, output)?;
        bundle::write(session, &examination, &events, &table, output)?;
        let (checked, evidence) = documents(session, &examination);
        write_documents(session, &examination, &checked, &evidence, output)?;
        report::write(&examination, &checked, &evidence, &events, &table, overlay, output)?;
        examination.joined.write(session, &examination, output)?;
        Ok(examination)
    }
}

impl Kept {
    fn of(item: &Examined, fence: &Fence<'_>, sites: Option<&Fence<'_>>, clock_error_s: f64) -> Self {
        let (path, time) = (&item.report.path, &item.report.time);
        let verdicts = check::verdicts(item, Tracks::Primary, fence, clock_error_s);
        let row = |event: &crate::examine::TimedEvent| TimelineRow {
            source: path.clone(),
            sha256: item.report.sha256.clone(),
            clock: time.clock.unwrap_or_default(),
            utc_offset_s: time.utc_offset_s,
            event: event.clone(),
        };
        Kept {
            lines: Line::of_item(item, &verdicts),
            verdicts,
            marks: marks(item),
            rows: FlightRow::of(item),
            timeline: item.events.iter().map(row).collect(),
            findings: item.report.findings.clone(),
            listed: listed_names(item),
            exposure: exposure::of_item(item, sites),
            clocks: joined::clocks_of(item),
            devices: joined::devices_of(item),
        }
    }
}

fn listed_names(item: &Examined) -> Vec<String> {
    let name = |fact: &Fact| match fact {
        Fact::Listed { name, .. } => Some(name.clone()),
        _ => None,
    };
    item.facts.iter().filter_map(name).collect()
}

/// Holds every index of the case against the names of all items, members of archives included.
fn tell_absent(survey: &mut Survey<Kept>) {
    if survey.items.iter().all(|item| item.kept.listed.is_empty()) {
        return;
    }
    let mut labels: Vec<String> = Vec::new();
    for report in survey.reports() {
        labels.push(report.path.clone());
        labels.extend(report.copies.iter().cloned());
        labels.extend(report.children.iter().map(|child| format!("{}!/{}", report.path, child.name)));
    }
    for item in &mut survey.items {
        let index = Index { path: &item.report.path, sha256: &item.report.sha256, names: &item.kept.listed };
        item.kept.findings.extend(absent(&index, labels.iter().map(String::as_str)));
    }
}

/// The outputs that hold every fix: one of each kind for all flights, and a CSV a track.
fn write_tracks(session: &Session<'_>, examination: &Examination<'_>, output: &mut OutputFolder) -> Result<(), Stop> {
    let Examination { survey, flights, marks, .. } = examination;
    let mut writers = bundle::track_writers(session, examination, output);
    if survey.items.iter().flat_map(|item| &item.kept.rows).all(|row| row.fixes() == 0) {
        let names: Vec<&str> = writers.iter().map(|(name, _)| *name).collect();
        let names = names.join(", ");
        session.say(&format!("overflown: no valid fix in any input; {names} and tracks are not written"));
        writers.iter().for_each(|(name, _)| output.discard(name));
        return Ok(());
    }
    let mut files = writers.iter().map(|(name, _)| output.open(name)).collect::<Result<Vec<_>, _>>()?;
    for ((_, writer), file) in writers.iter_mut().zip(&mut files) {
        writer.begin(marks, file)?;
    }
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
                for ((_, writer), file) in writers.iter_mut().zip(&mut files).filter(|_| track.primary) {
                    writer.track(&one, file)?;
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
    for ((_, mut writer), mut file) in writers.into_iter().zip(files) {
        writer.end(&mut file)?;
        output.close(file)?;
    }
    Ok(())
}

fn write_tables(
    examination: &Examination<'_>,
    table: &[FlightEntry<'_>],
    output: &mut OutputFolder,
) -> Result<(), Stop> {
    let Examination { provenance, verdicts, .. } = examination;
    output.write("flights.csv", |out| flights::csv(table, out))?;
    output.write("encounters.csv", |out| encounters::csv(verdicts, out))?;
    output.write("encounters.geojson", |out| encounters::geojson(provenance, verdicts, out))?;
    Ok(())
}

/// The documents of the check and of the evidence.
fn documents<'a>(session: &Session<'_>, examination: &'a Examination<'_>) -> (CheckDocument<'a>, InspectDocument<'a>) {
    let Examination { case, judgement, sites, survey, verdicts, outcome, .. } = examination;
    let not_checked = check::not_checked(survey, verdicts);
    let checked = check::document(session, sites, judgement, verdicts, not_checked, outcome.report());
    let evidence = InspectDocument {
        tool: ToolReport::new(&session.tools),
        case: case.clone(),
        files: survey.reports().collect(),
        skipped: survey.skipped.iter().chain(&survey.failed).map(|s: &Skipped| SkippedReport::from(s)).collect(),
        exit: outcome.report(),
    };
    (CheckDocument { case: case.clone(), ..checked }, evidence)
}

fn write_documents(
    session: &Session<'_>,
    examination: &Examination<'_>,
    checked: &CheckDocument<'_>,
    evidence: &InspectDocument<'_>,
    output: &mut OutputFolder,
) -> Result<(), Stop> {
    output.write("encounters.json", |out| write_document(checked, out))?;
    output.write("evidence.json", |out| write_document(evidence, out))?;
    let findings: Vec<Finding> = examination.findings().cloned().collect();
    let case = examination.case.clone();
    let findings = FindingsDocument { tool: ToolReport::new(&session.tools), case, findings: &findings };
    output.write("findings.json", |out| write_document(&findings, out))?;
    Ok(())
}

/// A flight with its sources and the words of its encounters.
type FlightEntry<'a> = (&'a str, Vec<&'a FlightRow>, Vec<String>);

impl Examination<'_> {
    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.survey.items.iter().flat_map(|item| &item.kept.findings)
    }

    /// The events of all items.
    fn take_events(&mut self) -> Vec<TimelineRow> {
        self.survey.items.iter_mut().flat_map(|item| std::mem::take(&mut item.kept.timeline)).collect()
    }

    fn table(&self) -> Vec<FlightEntry<'_>> {
        let Examination { survey, flights: ids, verdicts, .. } = self;
        let mut table: Vec<FlightEntry<'_>> = ids.ids().map(|flight| (flight, Vec::new(), Vec::new())).collect();
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
        table
    }
}
