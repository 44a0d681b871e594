//! What each verb prints, against what the encoder put in.

use std::fs;

use serde_json::Value;

use super::{long_sample, run, run_in, sample};
use crate::make;
use crate::make::sites::{POWER_STATION_FENCE, SITES, inside};

/// The names that other programs rely on.
#[test]
fn inspect_keeps_its_names() {
    let document = run(&["inspect", "--format", "json", "--hash", "md5,sha1", &long_sample().to_string_lossy()]).json();
    let file = &document["files"][0];
    let names = |value: &Value| -> Vec<String> { value.as_object().expect("an object").keys().cloned().collect() };
    let has = |value: &Value, wanted: &str| {
        for name in wanted.split_whitespace() {
            assert!(names(value).iter().any(|n| n == name), "{name} is missing in {:?}", names(value));
        }
    };
    has(&document, "tool files exit");
    has(&document["tool"], "name version");
    has(
        file,
        "path sha256 bytes format version completeness parent coverage records device time tracks events children \
         diagnostics locked md5 sha1",
    );
    has(&file["coverage"], "decoded known unknown damaged");
    has(&file["records"], "found decoded opaque lost by_type");
    has(&file["device"], "model aircraft_serial name camera_serial controller_serial battery_serial app firmware");
    has(&file["time"], "start_utc end_utc clock utc_offset_s");
    has(
        &file["tracks"][0],
        "name subject estimate role primary fixes invalid suspect first last height_reference max_height_m length_m",
    );
    has(&file["tracks"][0]["first"], "utc local lat lon offset");
    has(&file["children"][0], "name offset length sha256 format");
    assert_eq!(file["time"]["utc_offset_s"], 7200, "10-03-20 in the name, 08:03:20 UTC in the log");
    let made = make::samples::all().into_iter().find(|s| s.path.contains("2024-05-14")).unwrap();
    assert_eq!(file["records"]["by_type"]["type_16"], made.truth.count(16));
    assert_eq!(file["children"].as_array().map(Vec::len), Some(4), "two photos with their thumbnails");
}

#[test]
fn check_brackets_the_stay_that_was_flown() {
    let made = make::samples::all().into_iter().find(|s| s.path.contains("2024-05-14")).unwrap();
    let site = &SITES[0];
    let checked = run(&[
        "check",
        "--format",
        "json",
        "--within",
        "100m",
        "--zones",
        "samples/zones/sites.geojson",
        &long_sample().to_string_lossy(),
    ])
    .json();
    let encounters = checked["flights"][0]["encounters"].as_array().unwrap();
    let entered = encounters.iter().find(|e| e["verdict"] == "inside").expect("the flight enters the power station");
    assert_eq!(entered["zone_name"], site.name);
    assert_eq!((&entered["height_verdict"], &entered["time_verdict"]), (&"unknown".into(), &"active".into()));
    assert_eq!(entered["certainty"], "probable", "the ground below is not known: {entered}");
    let entry = &entered["entries"][0];
    // The maker of the samples knows from its own plane which records it put inside.
    let stay: Vec<usize> = (0..made.states.len())
        .filter(|&row| inside(POWER_STATION_FENCE, (made.states[row].north, made.states[row].east)))
        .collect();
    assert_eq!(entry["recorded_fixes_inside"], stay.len());
    let second = |name: &str| entry[name].as_f64().unwrap();
    let flown = |row: usize| f64::from(made.states[row].fly_time) / 10.0;
    assert!((flown(stay[0] - 1)..=flown(stay[0])).contains(&second("enter_elapsed_s")), "{entry}");
    let (last, behind) = (stay[stay.len() - 1], stay[stay.len() - 1] + 1);
    assert!((flown(last)..=flown(behind)).contains(&second("exit_elapsed_s")), "{entry}");
    assert_eq!(
        (&entry["interpolated"], &entry["starts_inside"], &entry["ends_inside"]),
        (&true.into(), &false.into(), &false.into())
    );
    assert_eq!(entered["closest"]["distance_m"], 0.0);
    assert_eq!(entered["closest"]["height_reference"], "takeoff");
    let near = encounters.iter().find(|e| e["verdict"] == "near").expect("the water works are within 100 m");
    assert!((40.0..65.0).contains(&near["closest"]["distance_m"].as_f64().unwrap()), "{near}");
}

#[test]
fn show_names_bytes_field_unit_and_table_row() {
    let log = sample("2016-03-09");
    let osd = &make::samples::all().into_iter().find(|s| s.path.contains("2016-03-09")).unwrap().truth.records;
    let record = osd.iter().find(|r| r.kind == 1).unwrap();
    let shown = run(&["show", &log.to_string_lossy(), "--offset", &(record.offset + 20).to_string()]);
    assert_eq!(shown.code, 0);
    assert!(
        shown.stdout.contains(&format!("record osd (type 1) at {}..{}", record.offset, record.end())),
        "{}",
        shown.stdout
    );
    let height = shown.stdout.lines().find(|line| line.contains(" height ")).expect("a line for the height");
    assert!(height.contains(" m ") && height.contains("takeoff") && height.contains("line "), "{height}");
    assert_eq!(run(&["show", &log.to_string_lossy(), "--offset", "99999999"]).code, 2);
}

#[test]
fn records_gives_every_record_once_with_its_place() {
    let log = sample("2021-08-02_[18-20-05].txt");
    let made = make::samples::all().into_iter().find(|s| s.path.contains("2021-08-02_[18-20-05].txt")).unwrap();
    let lines = run(&["records", &log.to_string_lossy(), "--type", "app_gps"]);
    let found: Vec<u64> =
        lines.stdout.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()["offset"].as_u64().unwrap()).collect();
    let put: Vec<u64> = made.truth.of_kind(14).map(|r| r.offset as u64).collect();
    assert_eq!(found, put);
    let dir = tempfile::tempdir().unwrap();
    let tables = run_in(dir.path(), &["records", &log.to_string_lossy(), "--to", "csv", "-o", "tables"]);
    assert_eq!(tables.code, 0, "{}", tables.stderr);
    let osd = fs::read_to_string(dir.path().join("tables/osd.csv")).unwrap();
    assert_eq!(osd.lines().count(), 1 + made.osd);
}

#[test]
fn extract_gives_the_photos_back_byte_by_byte() {
    let dir = tempfile::tempdir().unwrap();
    let log = sample("2021-08-02_[18-20-05].txt");
    let made = make::samples::all().into_iter().find(|s| s.path.contains("2021-08-02_[18-20-05].txt")).unwrap();
    assert_eq!(run_in(dir.path(), &["extract", &log.to_string_lossy(), "-o", "out"]).code, 0);
    let list = fs::read_to_string(dir.path().join("out/children.csv")).unwrap();
    let written: Vec<&str> = list.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(written.len(), made.truth.images.len());
    for (name, (offset, len)) in written.iter().zip(&made.truth.images) {
        let bytes = fs::read(dir.path().join("out").join(name)).unwrap();
        assert!(bytes == made.bytes[*offset..offset + len], "{name}");
    }
}

#[test]
fn a_log_without_a_fix_gives_no_output_file() {
    let dir = tempfile::tempdir().unwrap();
    let done = run_in(dir.path(), &["convert", &sample("2024-09-21").to_string_lossy(), "-o", "out.gpx"]);
    assert_eq!(done.code, 4);
    assert!(done.stderr.contains("no file is written"), "{}", done.stderr);
    assert!(!dir.path().join("out.gpx").exists());
}

#[test]
fn formats_of_another_folder_are_named_by_their_hash() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("dji-txt");
    fs::create_dir(&folder).unwrap();
    for name in ["format.toml", "records.tsv", "enums.tsv", "channels.tsv"] {
        fs::copy(crate::support::repository().join("formats/dji-txt").join(name), folder.join(name)).unwrap();
    }
    let log = long_sample().to_string_lossy().into_owned();
    let hash = |document: Value| document["tool"]["tables"][0]["sha256"].as_str().unwrap().to_owned();
    let own = hash(run(&["inspect", "--format", "json", &log]).json());
    let with = |folder: &str| run(&["inspect", "--format", "json", "--formats", folder, &log]);
    let folder_text = dir.path().to_string_lossy().into_owned();
    assert_eq!(hash(with(&folder_text).json()), own, "the same tables have the same hash");
    let records = fs::read_to_string(folder.join("records.tsv")).unwrap();
    fs::write(folder.join("records.tsv"), records.replace("\tsatellites\t", "\tsats\t")).unwrap();
    let broken = with(&folder_text);
    assert_eq!(broken.code, 2, "a channel names a field that is gone");
    assert!(broken.stderr.contains("channels.tsv:"), "{}", broken.stderr);
}

#[test]
fn zones_inspect_lists_what_was_understood_repaired_and_left_out() {
    let all = run(&["zones", "inspect", "--format", "json", "samples/zones"]);
    assert_eq!(all.code, 0);
    let document = all.json();
    let zones: Vec<_> = document["files"].as_array().unwrap().iter().map(|f| f["zones"].as_u64().unwrap()).collect();
    let circles = SITES.iter().filter(|site| matches!(site.shape, make::sites::Shape::Circle(..))).count() as u64;
    let all_sites = SITES.len() as u64;
    // OpenAir has one record for each part of a site.
    assert_eq!(zones, [circles, 4, all_sites, all_sites + 1], "CSV, ED-318, GeoJSON, OpenAir");
    let text = run(&["zones", "inspect", "samples/zones/sites.geojson"]).stdout;
    assert!(
        text.contains("Sample Power Station, the source says energy\n    1 polygon, 7 corners, 1 hole, from surface to 150 m agl\n"),
        "{text}"
    );

    let dir = tempfile::tempdir().unwrap();
    let open = r#"{"type":"Polygon","coordinates":[[[0,50],[0.02,50],[0.02,50.01],[0,50.01]]]}"#;
    let features =
        [open, "null"].map(|g| format!(r#"{{"type":"Feature","properties":{{"name":"a"}},"geometry":{g}}}"#));
    let collection = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    fs::write(dir.path().join("odd.geojson"), collection).unwrap();
    let odd = run_in(dir.path(), &["zones", "inspect", "--format", "json", "odd.geojson"]);
    assert_eq!(odd.code, 3);
    let file = &odd.json()["files"][0];
    assert_eq!(
        (&file["zones"], file["repairs"].as_array().map(Vec::len)),
        (&1.into(), Some(1)),
        "the open ring is closed"
    );
    assert_eq!(file["skipped"][0]["index"], "/features/1");
}
