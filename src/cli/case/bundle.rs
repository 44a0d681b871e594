//! What of a case other programs take in, and what makes it verifiable.

use serde::Serialize;

use super::{Case, Examination};
use crate::cli::Session;
use crate::cli::exit::{Outcome, Stop};
use crate::evidence::label::of_argument;
use crate::layout::Tables;
use crate::write::case_uco::{CaseFacts, case_uco};
use crate::write::document::{ExitReport, ToolReport, write_document};
use crate::write::files::OutputFolder;
use crate::write::flights::FlightRow;
use crate::write::provenance::CaseName;
use crate::write::summary::{CaseSummary, summary};
use crate::write::timeline::{TimelineRow, bodyfile, entries, timesketch_csv, timesketch_jsonl, tln};
use crate::write::{GeoJsonWriter, Geometry, GpkgWriter, GpxWriter, HeightChoice, KmlWriter, TrackWriter};

/// Name of the output that knows of the day and the command.
pub const RUN: &str = "run.json";

/// The content of [`RUN`].
#[derive(Serialize)]
pub struct RunDocument {
    tool: ToolReport,
    #[serde(flatten)]
    case: CaseName,
    started_utc: String,
    /// The command line behind the program's name.
    arguments: Vec<String>,
    /// Labels of the files and folders that it names: evidence, zones, terrain, rules, keys, tables.
    inputs: Vec<String>,
    exit: ExitReport,
}

impl RunDocument {
    pub fn new(session: &Session<'_>, case: &Case, started_utc: String, outcome: Outcome) -> Self {
        RunDocument {
            tool: ToolReport::new(&session.tools),
            case: CaseName { case_id: case.case_id.clone(), examiner: case.examiner.clone() },
            started_utc,
            arguments: std::env::args_os().skip(1).map(|a| a.to_string_lossy().into_owned()).collect(),
            inputs: case.read().chain(session.global.read()).map(|path| of_argument(path)).collect(),
            exit: outcome.report(),
        }
    }
}

/// The outputs that take every primary track, by name.
pub fn track_writers<'a>(
    session: &Session<'_>,
    examination: &'a Examination<'_>,
    output: &OutputFolder,
) -> Vec<(&'static str, Box<dyn TrackWriter + 'a>)> {
    let Examination { provenance, sites, survey, verdicts, .. } = examination;
    let met = |tables: &&Tables| survey.reports().any(|report| report.format == Some(tables.id.as_str()));
    let tables = session.tools.tables.iter().filter(met);
    let own = || provenance.clone();
    let kml = KmlWriter::new(own()).with_sites(&sites.files, verdicts);
    let gpkg = GpkgWriter::new(own(), HeightChoice::Best, tables).with_sites(&sites.files, verdicts);
    let gpkg = gpkg.through(output.part("case.gpkg"));
    vec![
        ("flights.gpx", Box::new(GpxWriter::new(own()))),
        ("flights.geojson", Box::new(GeoJsonWriter::new(own(), Geometry::Line, HeightChoice::Best))),
        ("flights.kml", Box::new(kml)),
        ("case.gpkg", Box::new(gpkg)),
    ]
}

/// The summary, the timeline for other programs, the CASE bundle, and beside the CSVs, which have no place for it, what they were
/// made by and for.
pub fn write(
    session: &Session<'_>,
    examination: &Examination<'_>,
    rows: &[TimelineRow],
    flights: &[(&str, Vec<&FlightRow>, Vec<String>)],
    output: &mut OutputFolder,
) -> Result<(), Stop> {
    let Examination { provenance, survey, marks, verdicts, .. } = examination;
    let reports: Vec<_> = survey.reports().collect();
    let (moments, undated) = entries(rows, &reports, verdicts);
    if undated > 0 {
        session.say(&format!(
            "overflown: {undated} moments without a UTC are not in timeline/; events among them stand in timeline.csv, \
             encounters in encounters.csv"
        ));
    }
    output.write("timeline/timesketch.csv", |out| timesketch_csv(&moments, out))?;
    output.write("timeline/timesketch.jsonl", |out| timesketch_jsonl(&moments, out))?;
    output.write("timeline/mactime.body", |out| bodyfile(&moments, out))?;
    output.write("timeline/events.tln", |out| tln(&moments, out))?;
    let facts = CaseFacts { provenance, reports: &reports, marks, verdicts };
    output.write("case-uco.jsonld", |out| case_uco(&facts, out))?;
    let findings: Vec<_> = examination.findings().cloned().collect();
    let case = CaseSummary { provenance, reports: &reports, flights, verdicts, findings: &findings };
    output.write("summary.md", |out| summary(&case, out))?;
    output.write("provenance.json", |out| write_document(provenance, out))?;
    Ok(())
}
