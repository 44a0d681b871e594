//! Encounters as a table, a row an entry, and as GeoJSON: entry and exit points and the closest approach of each.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::csv::cell;
use super::document::{FlightVerdict, word};
use crate::analyse::Encounter;
use crate::track::utc_text;

pub const HEADER: &str = "flight,source,track,zone_id,zone_name,sector,zone_source,verdict,certainty,height_verdict,time_verdict,\
entry,enter_utc,exit_utc,enter_elapsed_s,exit_elapsed_s,dwell_s,enter_lat,enter_lon,exit_lat,exit_lon,path_m,\
recorded_fixes_inside,interpolated,starts_inside,ends_inside,closest_m,closest_signed_m,closest_utc,closest_lat,closest_lon,\
closest_height_m,closest_height_reference";

/// # Errors
/// When `out` cannot be written.
pub fn csv(flights: &[FlightVerdict], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{HEADER}")?;
    for verdict in flights {
        for encounter in &verdict.encounters {
            let lead = [
                cell(&verdict.flight),
                cell(&verdict.path),
                cell(&verdict.track.name),
                cell(&encounter.zone_id),
                cell(encounter.zone_name.as_deref().unwrap_or_default()),
                cell(encounter.sector.as_deref().unwrap_or_default()),
                cell(&encounter.zone_source),
                encounter.verdict.as_str().to_owned(),
                word(&encounter.certainty),
                word(&encounter.height_verdict),
                word(&encounter.time_verdict),
            ]
            .join(",");
            let closest = &encounter.closest;
            let rear = [
                closest.distance_m.to_string(),
                closest.signed_distance_m.to_string(),
                utc(closest.utc_ns),
                closest.lat.to_string(),
                closest.lon.to_string(),
                number(closest.height_m),
                closest.height_reference.unwrap_or_default().to_owned(),
            ]
            .join(",");
            if encounter.entries.is_empty() {
                writeln!(out, "{lead},{}{rear}", ",".repeat(15))?;
            }
            for (i, entry) in encounter.entries.iter().enumerate() {
                writeln!(
                    out,
                    "{lead},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{rear}",
                    i + 1,
                    utc(entry.enter_utc_ns),
                    utc(entry.exit_utc_ns),
                    number(entry.enter_elapsed_s),
                    number(entry.exit_elapsed_s),
                    number(entry.dwell_s),
                    entry.enter_lat,
                    entry.enter_lon,
                    entry.exit_lat,
                    entry.exit_lon,
                    entry.path_m,
                    entry.recorded_fixes_inside,
                    entry.interpolated,
                    entry.starts_inside,
                    entry.ends_inside,
                )?;
            }
        }
    }
    Ok(())
}

/// # Errors
/// When `out` cannot be written.
pub fn geojson(flights: &[FlightVerdict], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")?;
    let mut between = "\n";
    for verdict in flights {
        for (point, properties) in verdict.encounters.iter().flat_map(|e| points(verdict, e)) {
            let geometry = json!({ "type": "Point", "coordinates": point });
            let feature = json!({ "type": "Feature", "properties": properties, "geometry": geometry });
            write!(out, "{between}{feature}")?;
            between = ",\n";
        }
    }
    out.write_all(b"\n]}\n")
}

/// Entry and exit of each entry, then the closest approach.
fn points(verdict: &FlightVerdict, encounter: &Encounter) -> Vec<([f64; 2], Value)> {
    let properties = |kind: &str, utc_ns: Option<i64>| {
        json!({
            "kind": kind,
            "utc": utc_ns.map(utc_text),
            "flight": verdict.flight,
            "source": verdict.path,
            "track": verdict.track.name,
            "zone_id": encounter.zone_id,
            "zone_name": encounter.zone_name,
            "sector": encounter.sector,
            "verdict": encounter.verdict,
            "certainty": encounter.certainty,
            "distance_m": encounter.closest.distance_m,
        })
    };
    let mut points = Vec::new();
    for entry in &encounter.entries {
        points.push(([entry.enter_lon, entry.enter_lat], properties("enter", entry.enter_utc_ns)));
        points.push(([entry.exit_lon, entry.exit_lat], properties("exit", entry.exit_utc_ns)));
    }
    let closest = &encounter.closest;
    points.push(([closest.lon, closest.lat], properties("closest", closest.utc_ns)));
    points
}

fn utc(utc_ns: Option<i64>) -> String {
    utc_ns.map(utc_text).unwrap_or_default()
}

fn number(value: Option<f64>) -> String {
    value.map(|v| v.to_string()).unwrap_or_default()
}
