//! What happened when, over a whole case: events of the logs, first and last fixes, entries and exits, closest approaches.

use chrono::DateTime;

use super::TimelineRow;
use crate::analyse::{Encounter, Place};
use crate::evidence::label::{number_of, printable};
use crate::examine::FileReport;
use crate::write::document::FlightVerdict;

/// One moment in UTC.
#[derive(Clone, Debug)]
pub struct TimelineEntry {
    pub utc_ns: i64,
    /// What kind of moment it is: `take-off`, `first fix`, `inside entry`.
    pub kind: String,
    /// Safe to print.
    pub message: String,
    /// Latitude and longitude in degrees.
    pub place: Option<(f64, f64)>,
    /// Label of the item.
    pub source: String,
    pub sha256: String,
    /// Of the record, in the item.
    pub offset: Option<u64>,
}

/// All moments that have a UTC, in its order, and the number of those that have none.
pub fn entries(
    rows: &[TimelineRow],
    reports: &[&FileReport],
    verdicts: &[FlightVerdict],
) -> (Vec<TimelineEntry>, usize) {
    let mut all: Vec<Option<TimelineEntry>> = rows.iter().map(of_event).collect();
    for report in reports {
        all.extend(report.tracks.iter().filter(|track| track.primary).flat_map(|track| {
            let ends = [("first fix", &track.first), ("last fix", &track.last)];
            let role = if track.simulated { "simulated" } else { track.role };
            ends.into_iter()
                .filter_map(move |(kind, place)| Some(of_fix(report, &track.name, role, kind, place.as_ref()?)))
        }));
    }
    for verdict in verdicts {
        all.extend(verdict.encounters.iter().flat_map(|encounter| of_encounter(verdict, encounter)));
    }
    let moments = all.len();
    let mut all: Vec<TimelineEntry> = all.into_iter().flatten().collect();
    let undated = moments - all.len();
    all.sort_by(|a, b| (a.utc_ns, &a.source, a.offset, &a.kind).cmp(&(b.utc_ns, &b.source, b.offset, &b.kind)));
    (all, undated)
}

fn of_event(row: &TimelineRow) -> Option<TimelineEntry> {
    let event = &row.event.event;
    let kind = event.kind.as_str();
    let text = printable(&event.text);
    Some(TimelineEntry {
        utc_ns: row.event.utc_ns?,
        kind: kind.to_owned(),
        message: if text.is_empty() { kind.to_owned() } else { format!("{kind}: {text}") },
        place: row.event.position,
        source: row.source.clone(),
        sha256: row.sha256.clone(),
        offset: event.at.offset(),
    })
}

fn of_fix(report: &FileReport, track: &str, role: &str, kind: &str, place: &Place) -> Option<TimelineEntry> {
    let utc = DateTime::parse_from_rfc3339(place.utc.as_deref()?).ok()?;
    let device = [report.device.model.as_deref(), report.device.aircraft_serial.as_deref()];
    let device: Vec<String> = device.into_iter().flatten().map(printable).collect();
    Some(TimelineEntry {
        utc_ns: utc.timestamp_nanos_opt()?,
        kind: format!("{role} {kind}"),
        message: format!("{kind} of track {}, {role} ({})", printable(track), device.join(", ")),
        place: Some((place.lat, place.lon)),
        source: report.path.clone(),
        sha256: report.sha256.clone(),
        offset: Some(place.offset),
    })
}

fn of_encounter(verdict: &FlightVerdict, encounter: &Encounter) -> Vec<Option<TimelineEntry>> {
    let zone = printable(encounter.zone_name.as_deref().unwrap_or(&encounter.zone_id));
    let word = encounter.verdict.as_str();
    let simulated = if verdict.track.simulated { "SIMULATED " } else { "" };
    let moment = |utc_ns: Option<i64>, kind: &str, what: String, place, offset| {
        Some(TimelineEntry {
            utc_ns: utc_ns?,
            kind: format!("{simulated}{word} {kind}"),
            message: format!("{simulated}{word} {zone}: {what}"),
            place: Some(place),
            source: verdict.path.clone(),
            sha256: verdict.sha256.clone(),
            offset,
        })
    };
    let mut all = Vec::new();
    for entry in &encounter.entries {
        let (first, last) = (&entry.fixes.first, &entry.fixes.last);
        let enter = (entry.enter_lat, entry.enter_lon);
        all.push(moment(entry.enter_utc_ns, "entry", "entry".to_owned(), enter, Some(first.offset)));
        let what = format!("exit, {} inside", number_of(entry.recorded_fixes_inside, "fix", "fixes"));
        all.push(moment(entry.exit_utc_ns, "exit", what, (entry.exit_lat, entry.exit_lon), Some(last.offset)));
    }
    if encounter.entries.is_empty() {
        let closest = &encounter.closest;
        let what = format!("closest approach, {:.1} m", closest.distance_m);
        all.push(moment(closest.utc_ns, "closest", what, (closest.lat, closest.lon), None));
    }
    all
}
