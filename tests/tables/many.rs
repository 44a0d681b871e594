//! Many flights in one table: each is a flight of its own in every output.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::table;
use crate::cli::{run, run_in};
use crate::make::tables;
use crate::support::repository;

fn names(examined: &overflown::examine::Examined) -> Vec<&str> {
    examined.tracks.iter().map(|track| track.name.as_str()).collect()
}

#[test]
fn flights_tracks_and_ids_split_rows() {
    let by =
        |head: &str| table(format!("{head},t,lat,lon\nB,0,47.1,15.4\nA,0,47.2,15.4\nB,1,47.1,15.4\nA,1,47.2,15.4\n"));
    for head in ["flight", "Track ID", "icao24", "id", "drone"] {
        let examined = by(head);
        assert_eq!(names(&examined), ["B", "A"], "{head}: in the order in which they begin");
        assert!(examined.tracks.iter().all(|track| track.primary && track.rows.len() == 2), "{head}");
        assert_eq!(examined.flights.len(), 2, "{head}");
    }
    // A column that counts rows names none of them.
    let counted = table("id,t,lat,lon\n1,0,47.1,15.4\n2,1,47.1,15.4\n3,2,47.1,15.4\n");
    assert_eq!(names(&counted), ["aircraft"]);
    // Two aircraft, each with a flight 1.
    let both = table("aircraft,flight,t,lat,lon\nA,1,0,47.1,15.4\nB,1,0,47.2,15.4\nA,2,9,47.1,15.4\n");
    assert_eq!(names(&both), ["A 1", "B 1", "2"]);
    assert_eq!(both.flights.len(), 3);
}

#[test]
fn each_flight_has_its_id_verdict_row_and_file() {
    let dir = tempfile::tempdir().unwrap();
    let sample = repository().join("samples/track-csv/three-flights.csv");
    let sample = sample.to_string_lossy();
    let zones = repository().join("samples/zones/sites.geojson");
    let zones = zones.to_string_lossy();

    let checked =
        run_in(dir.path(), &["check", &sample, "--zones", &zones, "--within", "100m", "--format", "json"]).json();
    let flights = checked["flights"].as_array().unwrap();
    let ids: BTreeSet<&str> = flights.iter().filter_map(|f| f["flight"].as_str()).collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| id.starts_with("undated-")), "{ids:?}");
    for (flight, name) in flights.iter().zip(["Survey 1", "Survey 2", "Transit"]) {
        assert_eq!(flight["track"]["name"], name);
        assert!(flight["flight"].as_str().is_some_and(|id| id.ends_with(name)));
        assert_eq!(flight["track"]["primary"], true);
    }

    for kind in ["gpx", "geojson", "csv"] {
        let done = run_in(dir.path(), &["convert", &sample, "--to", kind, "-o", &format!("{kind}/")]);
        assert_eq!(done.code, 0, "{}", done.stderr);
        assert_eq!(fs::read_dir(dir.path().join(kind)).unwrap().count(), 3, "one file a flight");
    }
    let file = ids.iter().next().unwrap();
    let line = fs::read_to_string(dir.path().join(format!("geojson/{file}.geojson"))).unwrap();
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["features"].as_array().map(Vec::len), Some(1));
    assert_eq!(line["features"][0]["properties"]["z_reference"], "unknown");

    let done = run_in(dir.path(), &["case", &sample, "--zones", &zones, "-o", "CASE"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let table = fs::read_to_string(dir.path().join("CASE/flights.csv")).unwrap();
    assert_eq!(table.lines().count(), 4, "a head and three flights:\n{table}");
    assert_eq!(fs::read_dir(dir.path().join("CASE/tracks")).unwrap().count(), 3);
    let gpx = fs::read(dir.path().join("CASE/flights.gpx")).unwrap();
    let gpx = gpx::read(gpx.as_slice()).expect("the gpx crate reads it");
    assert_eq!(gpx.tracks.len(), 3);
    let points = gpx.tracks.iter().flat_map(|track| &track.segments).flat_map(|segment| &segment.points);
    assert!(points.clone().all(|point| point.elevation.is_none()), "nobody said that the height is above the sea");
    assert_eq!(points.count(), tables::all()[0].fixes.len());
    let evidence: Value =
        serde_json::from_str(&fs::read_to_string(dir.path().join("CASE/evidence.json")).unwrap()).unwrap();
    assert_eq!(evidence["files"][0]["tracks"].as_array().map(Vec::len), Some(3));
}

/// Two aircraft in the air at once stay two flights, though their times overlap.
#[test]
fn flights_at_the_same_time_have_ids_of_their_own() {
    let examined = table(
        "flight,utc,lat,lon\nA,2023-01-01T10:00:00Z,47.1,15.4\nB,2023-01-01T10:00:00Z,47.2,15.4\n\
         A,2023-01-01T10:00:01Z,47.1,15.4\nB,2023-01-01T10:00:01Z,47.2,15.4\n",
    );
    let ids: Vec<String> = overflown::track::group(&examined.flights).into_iter().map(|flight| flight.id).collect();
    let sha8 = &examined.report.sha256[..8];
    assert_eq!(ids, [format!("20230101T100000Z-{sha8}-A"), format!("20230101T100000Z-{sha8}-B")]);
}

/// Names come from the evidence: they must not lead out of the folder of the outputs, nor into one another.
#[test]
fn hostile_names_stay_in_their_folder() {
    let dir = tempfile::tempdir().unwrap();
    let text = "flight,t,lat,lon\n../../x,0,47.1,15.4\n..%2F..%2Fx,0,47.1,15.4\n=cmd(),0,47.1,15.4\n,0,47.1,15.4\n";
    fs::write(dir.path().join("t.csv"), text).unwrap();
    let done = run_in(dir.path(), &["convert", "t.csv", "--to", "gpx", "-o", "out/"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let done = run_in(dir.path(), &["case", "t.csv", "-o", "CASE"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert_eq!(fs::read_dir(dir.path().join("out")).unwrap().count(), 4);
    assert_eq!(fs::read_dir(dir.path().join("CASE/tracks")).unwrap().count(), 4);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 3, "nothing beside the table and the two folders");
}

#[test]
fn rows_can_be_looked_into() {
    let fixes = &tables::all()[0].fixes;
    let place = fixes[1].offset + 3;
    let shown = run(&["show", "samples/track-csv/three-flights.csv", "--offset", &place.to_string()]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    for words in ["record fix (type 1)", "latitude", "height_unknown", "column 5 \"h\"", "Survey 1"] {
        assert!(shown.stdout.contains(words), "{words} in\n{}", shown.stdout);
    }
    let head = run(&["show", "samples/track-csv/three-flights.csv", "--offset", "2"]);
    assert!(head.stdout.contains("flight t lat lon h"), "{}", head.stdout);
    let lines = run(&["records", "samples/track-csv/three-flights.csv", "--type", "fix"]);
    assert_eq!(lines.stdout.lines().count(), fixes.len());
    let second: Value = serde_json::from_str(lines.stdout.lines().nth(1).unwrap()).unwrap();
    assert_eq!(second["offset"], fixes[1].offset);
    assert_eq!(second["elapsed_s"], 1.5);
    assert_eq!(second["fields"]["track"], "Survey 1");
    assert_eq!(second["fields"]["latitude"].as_f64(), fixes[1].place.map(|place| place.0));
}
