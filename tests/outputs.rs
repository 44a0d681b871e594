//! Outputs read by programs that are not ours: the gpx crate, the schemas of GPX and KML, SQLite, a JSON and a CSV reader.

mod geopackage;
mod hostile;
mod kml;
mod roles;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::cli::{run, run_in};
use crate::make::samples::Sample;
use crate::support::evidence;

fn made() -> Vec<Sample> {
    crate::make::samples::all().into_iter().filter(|s| s.path.starts_with("dji-txt/")).collect()
}

/// Converts all clean samples.
fn converted(folder: &Path, name: &str, more: &[&str]) -> PathBuf {
    let out = folder.join(name);
    let done = run(&[&["convert", "samples/dji-txt", "-o", &out.to_string_lossy()], more].concat());
    assert_eq!(done.code, 0, "{}", done.stderr);
    out
}

#[test]
fn gpx_holds_every_fix_where_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let text = fs::read(converted(dir.path(), "all.gpx", &[])).unwrap();
    let gpx = gpx::read(text.as_slice()).expect("the gpx crate reads it");
    let made = made();
    assert_eq!(gpx.tracks.len(), made.len());
    let mut samples = made;
    samples.sort_by(|a, b| a.path.cmp(&b.path));
    for (track, sample) in gpx.tracks.iter().zip(&samples) {
        let points: Vec<_> = track.segments.iter().flat_map(|s| &s.points).collect();
        let fixes: Vec<_> = sample.states.iter().filter(|s| s.has_fix).collect();
        assert_eq!(points.len(), fixes.len(), "{}", sample.path);
        for (point, state) in points.iter().zip(&fixes) {
            assert!(
                (point.point().y() - state.lat_deg()).abs() < 1e-9
                    && (point.point().x() - state.lon_deg()).abs() < 1e-9
            );
            assert!(point.elevation.is_none(), "a height above take-off is no elevation");
            assert!(point.time.is_some());
        }
    }
    assert!(gpx.waypoints.iter().any(|w| w.name.as_deref() == Some("take-off")));
}

#[test]
fn gpx_is_valid_by_its_schema() {
    let Some(schema) = evidence().map(|e| e.join("zones/schemas/gpx11.xsd")) else { return };
    let dir = tempfile::tempdir().unwrap();
    let ours = evidence().map(|e| e.join("dji-txt/raw")).unwrap();
    let real = dir.path().join("real.gpx");
    run(&["convert", &ours.to_string_lossy(), "-o", &real.to_string_lossy(), "--tracks", "all"]);
    for file in [converted(dir.path(), "all.gpx", &["--tracks", "all"]), real] {
        let judged = Command::new("xmllint").args(["--noout", "--schema"]).arg(&schema).arg(&file).output();
        let judged = judged.expect("xmllint is installed where the evidence is");
        assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stderr));
    }
}

#[test]
fn geojson_has_a_time_for_each_position_and_says_what_z_is() {
    let dir = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(converted(dir.path(), "all.geojson", &[])).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let features = document["features"].as_array().unwrap();
    assert_eq!(features.len(), made().len());
    let fixes: usize = made().iter().map(|s| s.fixes).sum();
    let mut positions = 0;
    for feature in features {
        let line = feature["geometry"]["coordinates"].as_array().unwrap();
        assert_eq!(feature["properties"]["coordTimes"].as_array().map(Vec::len), Some(line.len()));
        assert_eq!(feature["properties"]["z_reference"], "takeoff");
        assert!(line.iter().all(|p| p.as_array().is_some_and(|p| p.len() == 3)));
        positions += line.len();
    }
    assert_eq!(positions, fixes);
    let flat =
        fs::read_to_string(converted(dir.path(), "flat.geojson", &["--z", "none", "--geometry", "points"])).unwrap();
    let document: Value = serde_json::from_str(&flat).unwrap();
    let features = document["features"].as_array().unwrap();
    assert_eq!(features.len(), fixes);
    assert!(features.iter().all(|f| f["geometry"]["coordinates"].as_array().is_some_and(|p| p.len() == 2)));
}

#[test]
fn csv_keeps_every_row_and_its_standard_columns() {
    let dir = tempfile::tempdir().unwrap();
    let mut reader = csv::Reader::from_path(converted(dir.path(), "all.csv", &["--tracks", "all"])).unwrap();
    let header = reader.headers().unwrap().clone();
    let standard = "source,track,subject,estimate,role,utc,local_time,clock,elapsed_s,lat_deg,lon_deg,height_takeoff_m,\
                    height_amsl_m,height_ellipsoid_m,height_ground_m,height_pressure_m,speed_m_s,vn_m_s,ve_m_s,vd_m_s,roll_deg,\
                    pitch_deg,yaw_deg,satellites,valid,source_offset";
    assert!(header.iter().collect::<Vec<_>>().join(",").starts_with(standard));
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let (mut aircraft, mut valid, mut pilots) = (0, 0, 0);
    for row in reader.records() {
        let row = row.unwrap();
        match &row[at("subject")] {
            "aircraft" => {
                aircraft += 1;
                valid += usize::from(&row[at("valid")] == "yes");
            }
            "pilot" => {
                pilots += 1;
                // The pilot stands on the shore near 54.1 N 8.9 E: swapped axes would stand in the Gulf of Guinea.
                assert!((row[at("lat_deg")].parse::<f64>().unwrap() - 54.1).abs() < 0.05);
                assert!((row[at("lon_deg")].parse::<f64>().unwrap() - 8.9).abs() < 0.05);
            }
            _ => {}
        }
    }
    let made = made();
    assert_eq!(aircraft, made.iter().map(|s| s.osd).sum::<usize>());
    assert_eq!(valid, made.iter().map(|s| s.fixes).sum::<usize>());
    assert_eq!(pilots, made.iter().map(|s| s.truth.count(14)).sum::<usize>());
}

#[test]
fn one_file_a_flight_goes_into_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    let samples = crate::support::repository().join("samples/dji-txt");
    let done = run_in(dir.path(), &["convert", &samples.to_string_lossy(), "--to", "gpx", "-o", "flights/"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let written = fs::read_dir(dir.path().join("flights")).unwrap().count();
    assert_eq!(written, made().len());
}
