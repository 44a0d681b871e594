//! Envelopes on the command line: what is in them is inspected, checked, converted, shown and extracted like any file.

use std::fs;
use std::path::Path;

use super::log;
use crate::cli::{long_sample, run_in};
use crate::make::jpeg;
use crate::make::zip::{Member, zip};
use crate::support::repository;

/// A folder with a card in an archive: the long sample two levels deep.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let long = fs::read(long_sample()).unwrap();
    let inner = zip(&[Member::new("logs/long.txt", &long)]);
    let card = zip(&[
        Member::folder("DCIM/"),
        Member::stored("DCIM/inner.zip", &inner.bytes),
        Member::new("DCIM/photo.jpg", &jpeg::picture(16, 16, 3)),
        Member::new("small.txt", &log()),
    ]);
    fs::write(dir.path().join("card.zip"), card.bytes).unwrap();
    fs::write(dir.path().join("words.zip"), zip(&[Member::new("a.txt", b"words")]).bytes).unwrap();
    dir
}

fn run(folder: &Path, arguments: &[&str]) -> crate::cli::Ran {
    run_in(folder, arguments)
}

#[test]
fn inspect_lists_the_archive_and_what_is_in_it() {
    let dir = folder();
    let document = run(dir.path(), &["inspect", "--format", "json", "card.zip"]).json();
    let files = document["files"].as_array().unwrap();
    let paths: Vec<&str> = files.iter().map(|file| file["path"].as_str().unwrap()).collect();
    let log = "card.zip!/DCIM/inner.zip!/logs/long.txt";
    assert_eq!(paths, ["card.zip", "card.zip!/DCIM/inner.zip", log, "card.zip!/small.txt"]);
    assert_eq!((&files[0]["format"], &files[0]["parent"]), (&"zip".into(), &serde_json::Value::Null));
    assert_eq!(files[0]["children"].as_array().map(Vec::len), Some(3));
    assert_eq!(files[2]["parent"]["path"], "card.zip!/DCIM/inner.zip");
    assert_eq!(files[2]["parent"]["offset"], 30 + 13, "behind the local header and the name");
    let alone = run(dir.path(), &["inspect", "--format", "json", &long_sample().to_string_lossy()]).json();
    for same in ["sha256", "coverage", "tracks", "records", "device", "children"] {
        assert_eq!(files[2][same], alone["files"][0][same], "{same} is that of the log by itself");
    }
    let text = run(dir.path(), &["inspect", "card.zip"]);
    assert_eq!(text.code, 0, "{}", text.stdout);
    assert!(text.stdout.contains("holds       3 files: DCIM/inner.zip, DCIM/photo.jpg, small.txt"), "{}", text.stdout);
}

#[test]
fn check_convert_and_case_see_the_tracks() {
    let dir = folder();
    let sites = repository().join("samples/zones/sites.geojson");
    let sites = sites.to_string_lossy();
    let checked = run(dir.path(), &["check", "card.zip", "--zones", &sites, "--format", "json"]);
    assert_eq!(checked.code, 1, "the flight enters a site: {}", checked.stderr);
    let document = checked.json();
    let flight = document["flights"].as_array().unwrap().iter().find(|f| f["encounters"][0]["verdict"] == "inside");
    assert_eq!(flight.unwrap()["path"], "card.zip!/DCIM/inner.zip!/logs/long.txt");
    assert_eq!(document["not_checked"], serde_json::json!([]), "an archive that was read is no gap");

    assert_eq!(run(dir.path(), &["convert", "card.zip", "-o", "all.gpx"]).code, 0);
    let gpx = fs::read_to_string(dir.path().join("all.gpx")).unwrap();
    assert_eq!(gpx.matches("<trk>").count(), 2);
    assert_eq!(run(dir.path(), &["convert", "card.zip", "--to", "csv", "-o", "out/"]).code, 0);
    let written: Vec<usize> = fs::read_dir(dir.path().join("out"))
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap().lines().count())
        .collect();
    assert!(written.len() == 2 && written.contains(&3013) && written.contains(&13), "one file a flight: {written:?}");

    let case = run(dir.path(), &["case", "card.zip", "--zones", &sites, "-o", "CASE"]);
    assert_eq!(case.code, 0, "{}", case.stderr);
    assert!(case.stderr.contains("1 file, 2 flight records; 2 flights"), "{}", case.stderr);
}

#[test]
fn an_item_inside_is_addressed_by_its_label() {
    let dir = folder();
    let item = "card.zip!/DCIM/inner.zip!/logs/long.txt";
    let inside = run(dir.path(), &["records", item, "--type", "osd"]);
    let outside = run(dir.path(), &["records", &long_sample().to_string_lossy(), "--type", "osd"]);
    assert_eq!(inside.stdout, outside.stdout);
    let shown = run(dir.path(), &["show", item, "--offset", "10"]);
    assert!(shown.stdout.contains("record prefix"), "{}", shown.stdout);
    let header = run(dir.path(), &["show", "card.zip", "--offset", "4"]);
    assert!(header.stdout.contains("record local_header") && header.stdout.contains("APPNOTE"), "{}", header.stdout);
    let data = run(dir.path(), &["show", "card.zip", "--offset", "100"]);
    assert!(data.stdout.contains("embedded file DCIM/inner.zip"), "{}", data.stdout);
    assert_eq!(run(dir.path(), &["show", "card.zip!/none", "--offset", "4"]).code, 5);
}

#[test]
fn extract_writes_every_member_and_stays_in_its_folder() {
    let dir = folder();
    let done = run(dir.path(), &["extract", "card.zip", "-o", "out"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let list = fs::read_to_string(dir.path().join("out/children.csv")).unwrap();
    let names: Vec<&str> = list.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    for name in ["DCIM/inner.zip", "DCIM/photo.jpg", "small.txt", "logs/long.txt", "photo-1.jpg"] {
        assert!(names.iter().any(|written| written.ends_with(name)), "{name} is missing in {names:?}");
    }
    let long = names.iter().find(|name| name.ends_with("logs/long.txt")).unwrap();
    assert!(fs::read(dir.path().join("out").join(long)).unwrap() == fs::read(long_sample()).unwrap());
    let hostile = zip(&[Member::new("../../../escaped", b"words"), Member::new("/tmp/escaped", b"words")]);
    fs::write(dir.path().join("hostile.zip"), hostile.bytes).unwrap();
    assert_eq!(run(dir.path(), &["extract", "hostile.zip", "-o", "a/b/c/out"]).code, 0);
    assert!(!dir.path().join("escaped").exists() && !dir.path().join("a/escaped").exists());
    let written = fs::read_to_string(dir.path().join("a/b/c/out/children.csv")).unwrap();
    assert_eq!(written.lines().count(), 3, "{written}");
}

#[test]
fn an_archive_with_nothing_of_ours_is_like_any_strange_file() {
    let dir = folder();
    let path = dir.path();
    let closed = zip(&[Member::new("a.txt", &log()).with(|m| m.flags = 1)]);
    fs::write(path.join("closed.zip"), closed.bytes).unwrap();
    fs::write(path.join("log.txt"), log()).unwrap();
    fs::create_dir(path.join("folder")).unwrap();
    fs::copy(path.join("words.zip"), path.join("folder/words.zip")).unwrap();
    fs::copy(path.join("log.txt"), path.join("folder/log.txt")).unwrap();
    let code = |inputs: &[&str]| run(path, &[&["inspect"], inputs].concat()).code;
    assert_eq!(code(&["words.zip"]), 4, "alone");
    assert_eq!(code(&["words.zip", "log.txt"]), 3, "among others");
    assert_eq!(code(&["folder"]), 0, "met in a folder");
    assert_eq!(code(&["closed.zip"]), 4);
    assert_eq!(code(&["closed.zip", "log.txt"]), 3);
    let sites = repository().join("samples/zones/sites.geojson");
    let checked =
        run(path, &["check", "words.zip", "log.txt", "--zones", &sites.to_string_lossy(), "--format", "json"]);
    assert_eq!(checked.json()["not_checked"][0]["reason"], "nothing in it is recognised");
}

#[test]
fn a_log_beside_its_archive_is_one_log() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.zip"), zip(&[Member::new("log.txt", &log())]).bytes).unwrap();
    fs::write(dir.path().join("b.txt"), log()).unwrap();
    let document = run(dir.path(), &["inspect", "--format", "json", "."]).json();
    let files = document["files"].as_array().unwrap();
    assert_eq!(files.len(), 2);
    let label = |index: usize| files[index]["path"].as_str().unwrap().rsplit_once('/').map(|(_, last)| last);
    assert_eq!((label(0), label(1)), (Some("a.zip"), Some("log.txt")));
    assert!(files[1]["copies"][0].as_str().unwrap().ends_with("/b.txt"), "{}", files[1]["copies"]);
    assert_eq!(document["exit"]["code"], 0);
    run(dir.path(), &["convert", ".", "-o", "-", "--to", "csv"]);
}
