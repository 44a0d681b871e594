//! What `check` judges beyond the outline: heights with the user's terrain, distances by a rule pack, and what all outputs say.

use std::fs;
use std::path::Path;

use overflown::evidence::Sha256;
use serde_json::Value;

use super::{Ran, long_sample, run};

const SITES: &str = "samples/zones/sites.geojson";

fn check(more: &[&str]) -> Ran {
    let log = long_sample();
    let log = log.to_string_lossy();
    run(&[&["check", "--zones", SITES, "--within", "100m", &log], more].concat())
}

fn encounters(document: &Value) -> &Vec<Value> {
    document["flights"][0]["encounters"].as_array().expect("encounters")
}

/// An SRTM tile around the sample flights, at 12 m everywhere.
fn write_tile(folder: &Path) -> Sha256 {
    let bytes: Vec<u8> = std::iter::repeat_n(12_i16.to_be_bytes(), 1201 * 1201).flatten().collect();
    fs::write(folder.join("N54E008.hgt"), &bytes).unwrap();
    Sha256::of(&bytes)
}

#[test]
fn terrain_turns_unknown_heights_into_known_ones() {
    let folder = tempfile::tempdir().unwrap();
    let hash = write_tile(folder.path());
    let without = check(&["--format", "json"]).json();
    assert_eq!(without["terrain"], Value::Null);
    assert_eq!(encounters(&without)[0]["height_verdict"], "unknown");
    assert_eq!(encounters(&without)[0]["certainty"], "probable");

    let with = check(&["--format", "json", "--terrain", &folder.path().to_string_lossy()]).json();
    assert_eq!(with["terrain"]["tiles"][0]["sha256"], hash.to_string());
    let power_station = &encounters(&with)[0];
    // 39.8 m above take-off over level ground, and the volume reaches to 150 m.
    assert_eq!((&power_station["height_verdict"], &power_station["certainty"]), (&"inside".into(), &"certain".into()));
    let range = &power_station["height_range"];
    assert_eq!(
        (&range["reference"], &range["lower_m"], &range["upper_m"]),
        (&"ground".into(), &0.0.into(), &150.0.into())
    );
    assert!((range["highest_m"].as_f64().unwrap() - 39.8).abs() < 0.11, "{range}");
}

#[test]
fn no_terrain_where_it_was_said_to_be_stops_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let done = check(&["--terrain", &folder.path().to_string_lossy()]);
    assert_eq!(done.code, 5);
    assert!(done.stderr.contains("no terrain tile was found"), "{}", done.stderr);
}

/// The statute is a placeholder of this test and of no law.
const PACK: &str = "[[rule]]\nsector = \"water\"\ndistance_m = 60\n\
                    legal_basis = { statute = \"S\", article = \"1\", date_read = \"2026-11-22\" }\n";

#[test]
fn a_rule_makes_coming_near_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    let (pack, water) = (folder.path().join("rules.toml"), folder.path().join("water.csv"));
    fs::write(&pack, PACK).unwrap();
    fs::write(&water, "name,lat,lon,radius_m,sector\nSample Water Works,54.106289,8.903822,60,water\n").unwrap();
    let (pack, water, log) = (pack.to_string_lossy(), water.to_string_lossy(), long_sample());
    let arguments = |more: &[&str]| run(&[&["check", "--zones", &water, &log.to_string_lossy()], more].concat());
    assert_eq!(arguments(&[]).code, 0, "52.2 m from its edge, and nothing asks for more");
    let done = arguments(&["--rules", &pack, "--format", "json"]);
    assert_eq!(done.code, 1);
    let document = done.json();
    assert_eq!(document["rules"][0]["sha256"], Sha256::of(PACK.as_bytes()).to_string());
    assert_eq!(document["rules"][0]["rules"][0]["zones"], 1);
    let near = &encounters(&document)[0];
    assert_eq!((&near["verdict"], &near["rule"]["breached"]), (&"near".into(), &true.into()));
    assert_eq!((&near["legal_basis"], &near["rule"]["distance_m"]), (&"S, 1".into(), &60.0.into()));
    assert!(near["audit"].as_str().unwrap().contains("The distance of 60 m by S, 1"), "{near}");
    // 52.2 m are not nearer than 50.
    fs::write(folder.path().join("rules.toml"), PACK.replace("60", "50")).unwrap();
    assert_eq!(arguments(&["--rules", &pack]).code, 0);
}

#[test]
fn a_rule_without_its_law_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("rules.toml");
    fs::write(&pack, PACK.replace("article = \"1\", ", "")).unwrap();
    let done = check(&["--rules", &pack.to_string_lossy()]);
    assert_eq!(done.code, 2);
    assert!(done.stderr.contains("rule 1: legal_basis has no article"), "{}", done.stderr);
}

#[test]
fn every_encounter_can_be_read_aloud() {
    let text = check(&[]).stdout;
    let audit =
        text.lines().find(|line| line.contains("was inside the outline of Sample Power Station")).expect("a sentence");
    for words in [
        "The aircraft (Mavic 2",
        "SHA-256",
        "times are UTC by the clock of the phone, taken as right within 2 s",
        "at its deepest 66.6 m inside the edge (standard deviation 2.4 m)",
        "inside for any level ground between",
        "Certainty probable",
        "The zone was in force",
    ] {
        assert!(audit.contains(words), "{words} is missing in: {audit}");
    }
}

#[test]
fn tables_and_maps_hold_what_the_document_holds() {
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("CASE");
    let log = long_sample();
    let arguments = ["case", "-q", "--zones", SITES, "--within", "100", "--clock-error", "5", "-o"];
    let done = run(&[&arguments[..], &[&folder.to_string_lossy(), &log.to_string_lossy()]].concat());
    assert_eq!(done.code, 0, "{}", done.stderr);
    let document: Value = serde_json::from_slice(&fs::read(folder.join("encounters.json")).unwrap()).unwrap();
    assert_eq!(document["clock_error_s"], 5.0);
    let entry = &encounters(&document)[0]["entries"][0];

    let mut table = csv::Reader::from_path(folder.join("encounters.csv")).unwrap();
    let header = table.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    let cell = |row: usize, name: &str| &rows[row][header.iter().position(|h| h == name).expect(name)];
    assert_eq!(cell(0, "transit_ratio"), entry["transit_ratio"].to_string());
    assert_eq!(cell(0, "first_fix_offset"), entry["fixes"]["first"]["offset"].to_string());
    assert_eq!(cell(0, "audit"), encounters(&document)[0]["audit"].as_str().unwrap());
    assert_eq!((cell(1, "verdict"), cell(1, "entry"), cell(1, "gap_s")), ("near", "", ""));
    assert_eq!(cell(1, "audit"), encounters(&document)[1]["audit"].as_str().unwrap());

    let map: Value = serde_json::from_slice(&fs::read(folder.join("encounters.geojson")).unwrap()).unwrap();
    let features = map["features"].as_array().unwrap();
    let of = |kind: &str| -> Vec<&Value> { features.iter().filter(|f| f["properties"]["kind"] == kind).collect() };
    let way = &of("inside")[0]["geometry"];
    assert_eq!(way["type"], "LineString");
    // Entry, the recorded fixes inside, exit.
    let fixes = entry["recorded_fixes_inside"].as_u64().unwrap() as usize;
    assert_eq!(way["coordinates"].as_array().unwrap().len(), fixes + 2);
    let approach = &of("approach")[1]["geometry"]["coordinates"];
    let closest = &encounters(&document)[1]["closest"];
    assert_eq!((&approach[0][0], &approach[1][1]), (&closest["lon"], &closest["edge_lat"]));
}
