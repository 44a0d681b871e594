//! Encounters as a table, a row an entry, and as GeoJSON: the ways inside, entry and exit points, the closest approach of each
//! and the line from there to the edge.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::csv::cell;
use super::document::{FlightVerdict, word};
use super::provenance::Provenance;
use crate::analyse::Encounter;
use crate::analyse::rules::AppliedRule;
use crate::track::{civil_text, utc_text};
use crate::zones::Restriction;

pub const HEADER: &str = "flight,source,track,zone_id,zone_name,sector,zone_source,verdict,certainty,height_verdict,time_verdict,\
entry,enter_utc,exit_utc,enter_local,exit_local,enter_elapsed_s,exit_elapsed_s,dwell_s,enter_lat,enter_lon,exit_lat,exit_lon,path_m,\
recorded_fixes_inside,interpolated,starts_inside,ends_inside,closest_m,closest_signed_m,closest_utc,closest_local,closest_lat,closest_lon,\
closest_height_m,closest_height_reference,sigma_m,sigma_source,certainty_reason,possibly_inside,height_range_reference,\
lowest_m,highest_m,lower_m,upper_m,height_reason,time_reason,restriction,legal_basis,facility,authority,edge_lat,edge_lon,\
edge_rule,rule,zone_sha256,straight_m,transit_ratio,enter_height_m,exit_height_m,height_reference,dwell_in_height_s,\
first_fix_offset,last_fix_offset,gap_s,over_gap,warnings,audit";

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
            let range = &encounter.height_range;
            let text = |text: &Option<String>| cell(text.as_deref().unwrap_or_default());
            let rear = [
                closest.distance_m.to_string(),
                closest.signed_distance_m.to_string(),
                utc(closest.utc_ns),
                local(closest.local_ns),
                closest.lat.to_string(),
                closest.lon.to_string(),
                number(closest.height_m),
                closest.height_reference.unwrap_or_default().to_owned(),
                closest.sigma_m.to_string(),
                cell(&closest.sigma_source),
                cell(&encounter.certainty_reason),
                encounter.possibly_inside.to_string(),
                range.reference.unwrap_or_default().to_owned(),
                number(range.lowest_m),
                number(range.highest_m),
                number(range.lower_m),
                number(range.upper_m),
                cell(&range.text),
                cell(&encounter.time_reason),
                encounter.restriction.map(Restriction::as_str).unwrap_or_default().to_owned(),
                text(&encounter.legal_basis),
                text(&encounter.facility),
                text(&encounter.authority),
                closest.edge_lat.to_string(),
                closest.edge_lon.to_string(),
                text(&encounter.edge_rule),
                cell(&encounter.rule.as_ref().map(rule_words).unwrap_or_default()),
                encounter.zone_sha256.clone(),
            ]
            .join(",");
            let end = [cell(&encounter.warnings.join("; ")), cell(&encounter.audit)].join(",");
            if encounter.entries.is_empty() {
                writeln!(out, "{lead},{}{rear},{}{end}", ",".repeat(17), ",".repeat(10))?;
            }
            for (i, entry) in encounter.entries.iter().enumerate() {
                writeln!(
                    out,
                    "{lead},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{rear},{},{end}",
                    i + 1,
                    utc(entry.enter_utc_ns),
                    utc(entry.exit_utc_ns),
                    local(entry.enter_local_ns),
                    local(entry.exit_local_ns),
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
                    [
                        entry.straight_m.to_string(),
                        number(entry.transit_ratio),
                        number(entry.enter_height_m),
                        number(entry.exit_height_m),
                        entry.height_reference.unwrap_or_default().to_owned(),
                        number(entry.dwell_in_height_s),
                        entry.fixes.first.offset.to_string(),
                        entry.fixes.last.offset.to_string(),
                        number(entry.gap_s),
                        entry.over_gap.to_string(),
                    ]
                    .join(","),
                )?;
            }
        }
    }
    Ok(())
}

/// # Errors
/// When `out` cannot be written.
pub fn geojson(provenance: &Provenance, flights: &[FlightVerdict], out: &mut dyn Write) -> io::Result<()> {
    let provenance = serde_json::to_string(provenance)?;
    write!(out, "{{\"type\":\"FeatureCollection\",\"overflown\":{provenance},\n\"features\":[")?;
    let mut between = "\n";
    for verdict in flights {
        for (geometry, properties) in verdict.encounters.iter().flat_map(|e| features(verdict, e)) {
            let feature = json!({ "type": "Feature", "properties": properties, "geometry": geometry });
            write!(out, "{between}{feature}")?;
            between = ",\n";
        }
    }
    out.write_all(b"\n]}\n")
}

/// The way inside, entry and exit of each entry, then the closest approach and the line from there to the edge.
fn features(verdict: &FlightVerdict, encounter: &Encounter) -> Vec<(Value, Value)> {
    let properties = |kind: &str, utc_ns: Option<i64>, local_ns: Option<i64>| {
        json!({
            "kind": kind,
            "utc": utc_ns.map(utc_text),
            "local": local_ns.map(civil_text),
            "flight": verdict.flight,
            "source": verdict.path,
            "track": verdict.track.name,
            "zone_id": encounter.zone_id,
            "zone_name": encounter.zone_name,
            "sector": encounter.sector,
            "verdict": encounter.verdict,
            "certainty": encounter.certainty,
            "height_verdict": encounter.height_verdict,
            "time_verdict": encounter.time_verdict,
            "distance_m": encounter.closest.distance_m,
            "sigma_m": encounter.closest.sigma_m,
        })
    };
    let point = |lon: f64, lat: f64| json!({ "type": "Point", "coordinates": [lon, lat] });
    let mut features = Vec::new();
    for entry in &encounter.entries {
        features.extend(line(&entry.way).map(|geometry| {
            let mut properties = properties("inside", entry.enter_utc_ns, entry.enter_local_ns);
            properties["every_nth_fix"] = entry.way_step.into();
            (geometry, properties)
        }));
        let enter = properties("enter", entry.enter_utc_ns, entry.enter_local_ns);
        features.push((point(entry.enter_lon, entry.enter_lat), enter));
        let exit = properties("exit", entry.exit_utc_ns, entry.exit_local_ns);
        features.push((point(entry.exit_lon, entry.exit_lat), exit));
    }
    let closest = &encounter.closest;
    features.push((point(closest.lon, closest.lat), properties("closest", closest.utc_ns, closest.local_ns)));
    let approach = line(&[[closest.lon, closest.lat], [closest.edge_lon, closest.edge_lat]]);
    features.extend(approach.map(|geometry| (geometry, properties("approach", closest.utc_ns, closest.local_ns))));
    features
}

/// A line through places, cut where it crosses the antimeridian; `None` when it has no length.
fn line(places: &[[f64; 2]]) -> Option<Value> {
    match parts(places).as_slice() {
        [] => None,
        [one] => Some(json!({ "type": "LineString", "coordinates": one })),
        several => Some(json!({ "type": "MultiLineString", "coordinates": several })),
    }
}

/// A line through places in parts that do not cross the antimeridian; none when it has no length.
pub fn parts(places: &[[f64; 2]]) -> Vec<Vec<[f64; 2]>> {
    let mut parts: Vec<Vec<[f64; 2]>> = Vec::new();
    let mut before: Option<[f64; 2]> = None;
    for &[lon, lat] in places {
        match parts.last_mut().zip(before.replace([lon, lat])) {
            Some((part, before)) if (lon - before[0]).abs() <= 180.0 => part.push([lon, lat]),
            Some((part, before)) => {
                // Longitudes of both ends on one side, and the latitude where the line crosses.
                let side = 180.0_f64.copysign(before[0]);
                let behind = lon + 2.0 * side;
                let share = (side - before[0]) / (behind - before[0]);
                let edge = if share.is_finite() { before[1] + (lat - before[1]) * share } else { lat };
                part.push([side, edge]);
                parts.push(vec![[-side, edge], [lon, lat]]);
            }
            None => parts.push(vec![[lon, lat]]),
        }
    }
    parts.retain(|part| part.windows(2).any(|pair| pair[0] != pair[1]));
    parts
}

/// `100 m, breached: statute, article`
fn rule_words(rule: &AppliedRule) -> String {
    let breached = if rule.breached { "breached" } else { "kept" };
    format!("{} m, {breached}: {}, {}", rule.distance_m, rule.legal_basis.statute, rule.legal_basis.article)
}

fn utc(utc_ns: Option<i64>) -> String {
    utc_ns.map(utc_text).unwrap_or_default()
}

fn local(local_ns: Option<i64>) -> String {
    local_ns.map(civil_text).unwrap_or_default()
}

fn number(value: Option<f64>) -> String {
    value.map(|v| v.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_at_the_antimeridian() {
        assert_eq!(line(&[[1.0, 2.0], [1.0, 2.0]]), None);
        assert_eq!(line(&[[1.0, 2.0], [1.5, 2.0]]).expect("a line")["type"], "LineString");
        // Half way between 179 and 181 the latitude is half way as well.
        let cut = line(&[[179.0, 10.0], [-179.0, 12.0], [-178.0, 12.0]]).expect("a line");
        assert_eq!(
            cut["coordinates"],
            json!([[[179.0, 10.0], [180.0, 11.0]], [[-180.0, 11.0], [-179.0, 12.0], [-178.0, 12.0]]])
        );
    }
}
