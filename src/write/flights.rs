//! The table of flights: a row a flight, with what an examiner asks first.

use std::io::{self, Write};

use super::csv::cell;
use crate::analyse::identity::Identities;
use crate::analyse::{Place, TrackSummary};
use crate::decode::EventKind;
use crate::evidence::label::number_of;
use crate::examine::{Examined, TimedEvent};
use crate::track::{Track, utc_text};

pub const HEADER: &str = "flight,sources,model,aircraft_serial,name,start_utc,end_utc,duration_s,first_lat,first_lon,last_lat,\
last_lon,pilot_lat,pilot_lon,max_height_m,height_reference,length_m,farthest_m,battery_start_percent,battery_end_percent,fixes,\
invalid,suspect,completeness,messages,encounters,simulated,aircraft,role,start_local,end_local";

/// What the table needs of one source of a flight.
#[derive(Clone, Debug)]
pub struct FlightRow {
    pub path: String,
    pub sha256: String,
    pub(super) model: Option<String>,
    pub(super) serial: Option<String>,
    name: Option<String>,
    pub(super) start_utc: Option<String>,
    pub(super) end_utc: Option<String>,
    /// By a clock whose offset is not stated.
    pub(super) start_local: Option<String>,
    pub(super) end_local: Option<String>,
    pub(super) track: TrackSummary,
    pub(super) pilot: Option<Place>,
    pub(super) battery: Option<(f32, f32)>,
    pub(super) completeness: &'static str,
    messages: Vec<String>,
    /// The aircraft that all items of a case together make of the serial number.
    aircraft: Option<String>,
}

impl FlightRow {
    /// Valid fixes of the aircraft's primary track.
    pub fn fixes(&self) -> u64 {
        self.track.fixes
    }

    /// How its position came into the evidence: `recorded`, `media`, `planned`, `broadcast` or `last-known`.
    pub fn role(&self) -> &'static str {
        self.track.role
    }

    /// Name of the primary track.
    pub fn track(&self) -> &str {
        &self.track.name
    }

    /// Names the aircraft, by its serial number, as the case knows it.
    pub fn name_aircraft(&mut self, identities: &Identities) {
        self.aircraft = self.serial.as_deref().and_then(|serial| Some(identities.of_serial(serial)?.id.clone()));
    }

    /// One row a primary track.
    pub fn of(item: &Examined) -> Vec<Self> {
        let many = item.flights.len() > 1;
        let tracks = item.tracks.iter().zip(&item.report.tracks).enumerate().filter(|(_, (track, _))| track.primary);
        tracks.map(|(index, (track, summary))| FlightRow::of_track(item, index, track, summary, many)).collect()
    }

    /// The item's own times and messages are those of its flight, unless it has several.
    fn of_track(item: &Examined, index: usize, track: &Track, summary: &TrackSummary, many: bool) -> Self {
        let report = &item.report;
        let levels = track.rows.column("battery.level").unwrap_or_default();
        let mut levels = levels.iter().copied().filter(|v| !v.is_nan());
        let battery = levels.next().map(|first| (first, levels.next_back().unwrap_or(first)));
        let spoken = |kind| matches!(kind, EventKind::Message | EventKind::Warning);
        let own = |event: &&TimedEvent| spoken(event.event.kind) && (!many || event.track == Some(index));
        let (start_utc, end_utc) = if many {
            let utc = |row: Option<usize>| row.and_then(|row| track.rows.utc(row)).map(utc_text);
            (utc((0..track.rows.len()).next()), utc((0..track.rows.len()).next_back()))
        } else {
            (report.time.start_utc.clone(), report.time.end_utc.clone())
        };
        let beside =
            item.flight_of.iter().zip(&report.tracks).filter(|(flight, _)| item.flight_of.get(index) == Some(flight));
        let pilot = beside.map(|(_, summary)| summary).find(|t| t.subject == "pilot").and_then(|t| t.first.clone());
        FlightRow {
            path: report.path.clone(),
            sha256: report.sha256.clone(),
            model: report.device.model.clone(),
            serial: report.device.aircraft_serial.clone(),
            name: report.device.name.clone(),
            start_utc,
            end_utc,
            start_local: report.time.start_local.clone().filter(|_| !many),
            end_local: report.time.end_local.clone().filter(|_| !many),
            pilot,
            battery,
            completeness: report.completeness.as_str(),
            aircraft: None,
            messages: item.events.iter().filter(own).map(|e| e.event.text.clone()).collect(),
            track: summary.clone(),
        }
    }
}

/// `6 flights`, or `5 flights, 16 ways told by media, 8 plans`: only what was recorded is called a flight.
pub fn counted(roles: &[&str]) -> String {
    let of = |role: &str| roles.iter().filter(|one| **one == role).count();
    let mut text = number_of(of("recorded"), "flight", "flights");
    for (role, one, many) in [
        ("media", "way told by media", "ways told by media"),
        ("planned", "plan", "plans"),
        ("broadcast", "broadcast way", "broadcast ways"),
        ("last-known", "way of last known places", "ways of last known places"),
    ] {
        let count = of(role);
        if count > 0 {
            text += &format!(", {}", number_of(count, one, many));
        }
    }
    text
}

/// Writes flights with their sources, the first of which gives the figures, and the words of their encounters.
///
/// # Errors
/// When `out` cannot be written.
pub fn csv(flights: &[(&str, Vec<&FlightRow>, Vec<String>)], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{HEADER}")?;
    for (flight, sources, encounters) in flights {
        let Some(row) = sources.first() else { continue };
        let place = |place: &Option<Place>| match place {
            Some(place) => format!("{},{}", place.lat, place.lon),
            None => ",".to_owned(),
        };
        let text = |text: &Option<String>| cell(text.as_deref().unwrap_or_default());
        let number = |number: Option<f64>| number.map(|n| n.to_string()).unwrap_or_default();
        let (start, end) = row.battery.map(|(a, b)| (a.to_string(), b.to_string())).unwrap_or_default();
        let track = &row.track;
        let cells = [
            cell(flight),
            cell(&sources.iter().map(|s| s.path.as_str()).collect::<Vec<_>>().join(" | ")),
            text(&row.model),
            text(&row.serial),
            text(&row.name),
            text(&row.start_utc),
            text(&row.end_utc),
            number(track.duration_s),
            place(&track.first),
            place(&track.last),
            place(&row.pilot),
            number(track.max_height_m),
            text(&track.height_reference),
            track.length_m.to_string(),
            number(track.farthest_m),
            start,
            end,
            track.fixes.to_string(),
            track.invalid.to_string(),
            track.suspect.to_string(),
            row.completeness.to_owned(),
            cell(&row.messages.join(" | ")),
            cell(&encounters.join(" | ")),
            if track.simulated { "yes" } else { "no" }.to_owned(),
            text(&row.aircraft),
            track.role.to_owned(),
            text(&row.start_local),
            text(&row.end_local),
        ];
        writeln!(out, "{}", cells.join(","))?;
    }
    Ok(())
}
