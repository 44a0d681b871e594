//! `verify`: a case is what its evidence gives, wherever that is now, and what was changed is named.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{Ran, run_in};
use crate::support::repository;

fn copy(from: &str, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(repository().join(from)).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// A case over a card of its own, in a folder of its own.
fn case(folder: &Path) {
    copy("samples/track-csv", &folder.join("card"));
    copy("samples/zones", &folder.join("sites"));
    let words =
        ["case", "card", "--zones", "sites", "--within", "100", "--case-id", "17", "--examiner", "E. X.", "-o", "CASE"];
    let done = run_in(folder, &words);
    assert_eq!(done.code, 0, "{}", done.stderr);
}

fn verify(folder: &Path, more: &[&str]) -> (Ran, Value) {
    let done = run_in(folder, &[&["verify", "CASE", "--format", "json"], more].concat());
    let document = done.json();
    assert_eq!(document["exit"]["code"], done.code);
    (done, document)
}

fn with_status(document: &Value, status: &str) -> Vec<String> {
    let files = document["files"].as_array().unwrap().iter().filter(|file| file["status"] == status);
    files.map(|file| file["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_case_is_what_its_evidence_gives_wherever_it_lies() {
    let dir = tempfile::tempdir().unwrap();
    case(dir.path());
    let (done, document) = verify(dir.path(), &[]);
    assert_eq!((done.code, &document["recomputed"]), (0, &true.into()), "{document}");
    assert!(with_status(&document, "equal").contains(&"case.gpkg".to_owned()));
    fs::create_dir(dir.path().join("archive")).unwrap();
    fs::rename(dir.path().join("card"), dir.path().join("archive/card")).unwrap();
    let (done, document) = verify(dir.path(), &[]);
    assert_eq!((done.code, &document["missing_inputs"]), (3, &serde_json::json!(["card"])));
    assert_eq!(verify(dir.path(), &["--evidence", "archive", "sites"]).0.code, 0);
    assert_eq!(verify(dir.path(), &["--evidence", "archive/card", "."]).0.code, 0);
    assert_eq!(run_in(dir.path(), &["verify", "archive"]).code, 5, "no case");
    assert_eq!(run_in(dir.path(), &["verify"]).code, 2);
}

#[test]
fn what_was_changed_is_named() {
    let dir = tempfile::tempdir().unwrap();
    case(dir.path());
    let place = |name: &str| dir.path().join("CASE").join(name);
    fs::write(place("flights.csv"), "flight\n").unwrap();
    fs::remove_file(place("findings.json")).unwrap();
    fs::write(place("tracks/more.csv"), "x\n").unwrap();
    // A forger who knows of the sums still has the evidence against him.
    let forged = fs::read_to_string(place("encounters.csv")).unwrap().replace("inside", "near");
    fs::write(place("encounters.csv"), &forged).unwrap();
    let sums = fs::read_to_string(place("SHA256SUMS")).unwrap();
    let line = sums.lines().find(|line| line.ends_with("  encounters.csv")).unwrap();
    let sum = overflown::evidence::Sha256::of(forged.as_bytes());
    fs::write(place("SHA256SUMS"), sums.replace(line, &format!("{sum}  encounters.csv"))).unwrap();
    let (done, document) = verify(dir.path(), &[]);
    assert_eq!(done.code, 3);
    assert_eq!(with_status(&document, "differs"), ["encounters.csv", "flights.csv"]);
    assert_eq!(with_status(&document, "missing"), ["findings.json"]);
    assert_eq!(with_status(&document, "added"), ["tracks/more.csv"]);
    let text = run_in(dir.path(), &["verify", "CASE"]).stdout;
    assert!(text.contains("encounters.csv: the sums agree with it, the evidence does not"), "{text}");
    assert!(text.contains("flights.csv: changed since the case was written"), "{text}");
}

#[test]
fn evidence_that_changed_is_seen_in_what_it_gives() {
    let dir = tempfile::tempdir().unwrap();
    case(dir.path());
    let log = dir.path().join("card/three-flights.csv");
    fs::write(&log, fs::read_to_string(&log).unwrap().replace("54.0985539", "54.0985540")).unwrap();
    let (done, document) = verify(dir.path(), &[]);
    assert_eq!(done.code, 3);
    assert!(with_status(&document, "differs").contains(&"evidence.json".to_owned()), "{document}");
}

#[test]
fn the_name_of_a_case_stands_in_every_output_that_has_a_place_for_it() {
    let dir = tempfile::tempdir().unwrap();
    case(dir.path());
    let names = "report.html flights.gpx flights.geojson flights.kml case.gpkg encounters.json encounters.geojson evidence.json findings.json \
                 summary.md case-uco.jsonld provenance.json run.json";
    for name in names.split(' ') {
        let text = String::from_utf8_lossy(&fs::read(dir.path().join("CASE").join(name)).unwrap()).into_owned();
        assert!(text.contains("E. X."), "{name} does not name the examiner");
    }
}

#[test]
fn completions_and_manual_pages_know_every_verb() {
    let dir = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let script = run_in(dir.path(), &["completions", shell]);
        assert_eq!(script.code, 0);
        assert!(
            ["case", "verify", "--evidence", "--within"]
                .iter()
                .all(|word| script.stdout.contains(word.trim_start_matches('-')))
        );
    }
    assert!(run_in(dir.path(), &["man"]).stdout.contains(".TH overflown 1"));
    assert_eq!(run_in(dir.path(), &["man", "-o", "pages"]).code, 0);
    assert!(dir.path().join("pages/overflown-verify.1").exists());
}

#[test]
#[cfg(not(feature = "parquet"))]
fn a_program_without_parquet_says_what_to_do() {
    let done = super::run(&["convert", "samples/track-csv", "-o", "target/never.parquet"]);
    assert_eq!(done.code, 2);
    assert!(done.stderr.contains("--features parquet"), "{}", done.stderr);
}
