//! A case: complete, verifiable, the same bytes on every machine, and nothing of the evidence touched.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use overflown::evidence::Sha256;

use super::{program, ran, run};
use crate::support::{evidence, repository};

/// Every file below a folder by its relative name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn stamps(folder: &Path) -> BTreeMap<String, (Sha256, SystemTime)> {
    let stamp = |(name, bytes): (String, Vec<u8>)| {
        let modified = fs::metadata(folder.join(&name)).unwrap().modified().unwrap();
        (name, (Sha256::of(&bytes), modified))
    };
    files(folder).into_iter().map(stamp).collect()
}

/// Writes a case over `input` with these settings and gives its files, the run's own facts left out.
fn case(input: &Path, threads: &str, zone: &str) -> BTreeMap<String, Vec<u8>> {
    let out = tempfile::tempdir().unwrap();
    let sites = repository().join("samples/zones/sites.geojson");
    let mut command = program();
    command.arg("case").arg(input).arg("--zones").arg(sites).args([
        "--within",
        "100",
        "--threads",
        threads,
        "-q",
        "-o",
    ]);
    let done = ran(command.arg(out.path().join("CASE")).env("TZ", zone));
    assert!([0, 3].contains(&done.code), "{}", done.stderr);
    let mut written = files(&out.path().join("CASE"));
    assert!(written.remove("run.json").is_some());
    written
}

#[test]
fn a_case_holds_what_it_promises_and_its_sums_are_right() {
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("CASE");
    let done = run(&["case", "samples/dji-txt", "--zones", "samples/zones", "-o", &folder.to_string_lossy()]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert_eq!(done.stdout, "", "words go to stderr");
    let written = files(&folder);
    let promised = "report.html flights.csv flights.geojson flights.gpx encounters.csv encounters.json encounters.geojson timeline.csv \
                    evidence.json findings.json flights.kml case.gpkg summary.md case-uco.jsonld provenance.json \
                    timeline/timesketch.csv timeline/timesketch.jsonl timeline/mactime.body timeline/events.tln SHA256SUMS run.json";
    for name in promised.split_whitespace() {
        assert!(written.contains_key(name), "{name} is missing");
    }
    assert_eq!(written.keys().filter(|name| name.starts_with("tracks/")).count(), 19, "{:?}", written.keys());
    let sums = String::from_utf8(written["SHA256SUMS"].clone()).unwrap();
    let listed: BTreeMap<&str, &str> =
        sums.lines().map(|line| line.split_once("  ").unwrap()).map(|(s, n)| (n, s)).collect();
    for (name, bytes) in &written {
        let own = ["SHA256SUMS", "run.json"].contains(&name.as_str());
        assert_eq!(
            listed.get(name.as_str()).map(|s| (*s).to_owned()),
            (!own).then(|| Sha256::of(bytes).to_string()),
            "{name}"
        );
    }
    let text: String =
        written.iter().filter(|(name, _)| *name != "run.json").map(|(_, b)| String::from_utf8_lossy(b)).collect();
    assert!(!text.contains(&*repository().to_string_lossy()), "a path of this machine stands in an output");
}

#[test]
fn the_same_evidence_gives_the_same_bytes() {
    let first = case(&repository().join("samples"), "1", "UTC");
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("samples");
    for (name, bytes) in files(&repository().join("samples")) {
        let to = copy.join(name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, bytes).unwrap();
    }
    assert!(first == case(&copy, "7", "Asia/Tokyo"), "threads, time zone or place changed an output");
}

#[test]
fn real_evidence_gives_the_same_bytes_and_stays_as_it_was() {
    let Some(folder) = evidence().map(|e| e.join("dji-txt")) else { return };
    let before = stamps(&folder);
    let first = case(&folder, "1", "UTC");
    assert!(first == case(&folder, "8", "America/New_York"), "threads or time zone changed an output");
    assert!(before == stamps(&folder), "the evidence was touched");
}

#[test]
fn copies_are_decoded_once_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let card = dir.path().join("card");
    fs::create_dir(&card).unwrap();
    for name in ["a.txt", "b.txt"] {
        fs::copy(super::long_sample(), card.join(name)).unwrap();
    }
    let done = run(&["inspect", "--format", "json", &card.to_string_lossy()]).json();
    assert_eq!(done["files"].as_array().map(Vec::len), Some(1));
    assert_eq!(done["files"][0]["path"], "card/a.txt");
    assert_eq!(done["files"][0]["copies"], serde_json::json!(["card/b.txt"]));
}
