//! `compare` as scripts meet it: names, codes, and words that say what could not be compared.

use std::path::PathBuf;

use super::{run, sample};
use crate::make::samples::aircraft;
use crate::support::repository;

/// The aircraft's log of a pair and its phone's record.
fn pair(version: &str) -> (PathBuf, PathBuf) {
    let logs = aircraft::all();
    let log = logs.iter().find(|log| log.version == version && log.pair.is_some()).expect("a pair");
    let record = log.pair.as_ref().expect("a pair").flight_record;
    (repository().join("samples").join(log.path), sample(record))
}

#[test]
fn compare_keeps_its_names() {
    let (log, record) = pair("1");
    let arguments =
        ["compare", "--format", "json", &log.to_string_lossy(), &record.to_string_lossy()].map(str::to_owned);
    let ran = run(&arguments);
    let document = ran.json();
    for name in ["tool", "a", "b", "clock", "pairs", "contradictions", "notes", "exit"] {
        assert!(document.get(name).is_some(), "{name} is missing: {document}");
    }
    for name in ["ahead_s", "interval_s", "stamps_s", "sureness", "why", "clock_a", "clock_b", "track_a", "track_b"] {
        assert!(document["clock"].get(name).is_some(), "clock.{name} is missing: {}", document["clock"]);
    }
    let first = &document["pairs"][0];
    for name in
        ["track_a", "track_b", "own_ahead_s", "rows", "overlap_s", "horizontal", "heights", "beyond", "stretches"]
    {
        assert!(first.get(name).is_some(), "pairs.{name} is missing: {first}");
    }
    for name in ["mean_m", "p50_m", "p95_m", "max_m"] {
        assert!(first["horizontal"][name].is_number(), "horizontal.{name}: {first}");
    }
    assert_eq!(document["exit"]["code"], ran.code);
    assert_eq!((ran.code, &document["contradictions"]), (0, &serde_json::json!([])), "{}", ran.stderr);
}

#[test]
fn compare_tells_what_it_could_not_do() {
    let (newer, _) = pair("3");
    let (log, record) = pair("1");
    let log = log.to_string_lossy().into_owned();
    let other = run(&["compare", &newer.to_string_lossy(), &sample("2024-05-14").to_string_lossy()]);
    assert_eq!(other.code, 1, "another flight contradicts: {}", other.stdout);
    assert!(other.stdout.contains("different-aircraft"), "{}", other.stdout);
    let nothing = run(&["compare", &log, &repository().join("README.md").to_string_lossy()]);
    assert_eq!(nothing.code, 4, "{}", nothing.stdout);
    assert!(nothing.stdout.contains("not recognised"), "{}", nothing.stdout);
    let missing = run(&["compare", &log, "no-such-file"]);
    assert_eq!(missing.code, 5, "{}", missing.stderr);
    let text = run(&["compare", &log, &record.to_string_lossy()]).stdout;
    for words in ["B's clock is", "own offset", "no contradiction", "interpolated"] {
        assert!(text.contains(words), "{words:?} is not said: {text}");
    }
}
