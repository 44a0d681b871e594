//! `report.html` of a case, and the base map that it may have.

use super::{Case, Examination, FlightEntry};
use crate::cli::Session;
use crate::cli::exit::Stop;
use crate::evidence::{Evidence, label};
use crate::write::TimelineRow;
use crate::write::document::{CheckDocument, InspectDocument};
use crate::write::exposure::positions;
use crate::write::files::OutputFolder;
use crate::write::report::{Contents, Line, Overlay, report};

impl Case {
    /// The base map; one that cannot be read stops the case before anything is written.
    pub fn overlay(&self, session: &Session<'_>) -> Result<Option<Overlay>, Stop> {
        let Some(path) = &self.base else { return Ok(None) };
        let (label, limits) = (label::of_argument(path), &session.tools.limits);
        let read = Evidence::open(path, label.clone(), limits, session.hashes)
            .and_then(|evidence| evidence.whole(limits).map(|bytes| bytes.to_vec()))
            .map_err(|error| Stop::input(format!("base map: {label}: cannot be read: {error}")))?;
        Overlay::read(&label, &read).map(Some).map_err(|reason| Stop::input(format!("base map: {reason}")))
    }
}

pub fn write(
    examination: &Examination<'_>,
    checked: &CheckDocument<'_>,
    evidence: &InspectDocument<'_>,
    events: &[TimelineRow],
    table: &[FlightEntry<'_>],
    overlay: Option<&Overlay>,
    output: &mut OutputFolder,
) -> Result<(), Stop> {
    let Examination { survey, flights, sites, joined, reveals_secrets, .. } = examination;
    let flight = |line: &Line| flights.of(&line.path, &line.sha256, &line.track).map(|(number, _)| number);
    let lines = survey.items.iter().flat_map(|item| &item.kept.lines);
    let lines: Vec<(Option<usize>, &Line)> = lines.map(|line| (flight(line), line)).collect();
    let exposed = || survey.items.iter().map(|item| &item.kept.exposure);
    let contents = Contents {
        checked,
        evidence,
        flights: table,
        lines: &lines,
        zones: &sites.files,
        timeline: events,
        identities: &joined.identities,
        inventory: &joined.inventory,
        positions: &positions(exposed()),
        positions_left_out: exposed().map(|item| item.more_positions).sum(),
        reveals_secrets: *reveals_secrets,
        clocks: &joined.clocks,
        overlay,
    };
    output.write("report.html", |out| report(&contents, out))?;
    Ok(())
}
