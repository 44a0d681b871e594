//! What groups the flights of an item with those of other items.

use std::collections::BTreeMap;

use super::report::FileReport;
use crate::evidence::Evidence;
use crate::track::{FlightSource, Track};

/// One source a primary track, with the other tracks of its flight.
pub fn flight_sources(
    evidence: &Evidence,
    report: &FileReport,
    tracks: &[Track],
    flight_of: &[usize],
) -> Vec<FlightSource> {
    let mut sources: BTreeMap<usize, FlightSource> = BTreeMap::new();
    let many = tracks.iter().filter(|t| t.primary).count() > 1;
    for (track, flight) in tracks.iter().zip(flight_of).filter(|(t, _)| t.primary) {
        let source = FlightSource {
            sha256: evidence.sha256(),
            label: evidence.label.clone(),
            tracks: vec![track.name.clone()],
            is_one_of_many: many,
            serial: report.device.aircraft_serial.clone(),
            span_ns: track_span(track),
        };
        sources.insert(*flight, source);
    }
    for (track, flight) in tracks.iter().zip(flight_of).filter(|(t, _)| !t.primary) {
        if let Some(source) = sources.get_mut(flight) {
            source.tracks.push(track.name.clone());
        }
    }
    sources.into_values().collect()
}

fn track_span(track: &Track) -> Option<(i64, i64)> {
    let times = || (0..track.rows.len()).filter_map(|row| track.rows.utc(row));
    times().min().zip(times().max())
}
