//! `samples/` is what the encoders make, and every file of it reads as the encoders say.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use overflown::decode::EventKind;
use overflown::evidence::Sha256;
use overflown::examine::{Completion, Examined};
use overflown::track::Role;

use crate::make::samples::{self, Sample};
use crate::support::{assert_accounts, examine_bytes, examine_sample, examine_with_keys, fixes, repository, rows};

fn folder() -> std::path::PathBuf {
    repository().join("samples")
}

fn files_below(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("samples/ is there") {
        let entry = entry.expect("an entry");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            files_below(&entry.path(), &format!("{name}/"), found);
        } else {
            found.insert(name);
        }
    }
}

fn messages(examined: &Examined) -> usize {
    examined.events.iter().filter(|e| matches!(e.event.kind, EventKind::Message | EventKind::Warning)).count()
}

fn photos(examined: &Examined) -> usize {
    examined.report.children.iter().filter(|child| child.name.starts_with("photo-")).count()
}

#[test]
fn the_committed_samples_are_what_the_encoders_make() {
    let made = samples::files();
    let paths: BTreeSet<String> = made.iter().map(|(path, _)| path.clone()).collect();
    let mut committed = BTreeSet::new();
    files_below(&folder(), "", &mut committed);
    assert_eq!(committed, paths, "run `cargo run --example make-samples -- samples`");
    for (path, bytes) in made {
        let read = fs::read(folder().join(&path)).expect("a committed sample");
        assert!(read == bytes, "{path} is not what its encoder makes");
    }
}

/// The list is read as text, as a reader of the folder would, so that it cannot drift from the files.
#[test]
fn every_sample_reads_as_the_inventory_lists_it() {
    let list = fs::read_to_string(folder().join("INVENTORY.tsv")).expect("the list");
    let mut logs = 0;
    // Zones, tables and keys have tests of their own.
    let of_logs = |line: &&str| {
        ["dji-txt/", "damaged/", "locked/", "keyed/", "gzip/", "zip/"].iter().any(|p| line.starts_with(p))
    };
    for line in list.lines().skip(1).filter(of_logs).filter(|line| !line.contains(".keys.json")) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [path, _, version, osd, valid, stored, said] = columns[..] else { panic!("seven columns in {line}") };
        let bytes = fs::read(folder().join(path)).expect("a listed sample");
        let keys = fs::read_to_string(folder().join(path.replace(".txt", ".keys.json")));
        let examined = match &keys {
            Ok(keys) => examine_with_keys(path, bytes, keys),
            Err(_) => examine_bytes(path, bytes),
        };
        let report = &examined.report;
        assert_accounts(path, &examined);
        // An envelope is listed with all that lies in it.
        let all = examined.all();
        let sum = |of: fn(&Examined) -> usize| all.iter().map(|item| of(item)).sum::<usize>().to_string();
        let records = |item: &Examined| item.report.records.by_type.get("osd").copied().unwrap_or(0) as usize;
        assert_eq!(sum(records), osd, "{path}: OSD records");
        assert_eq!(sum(fixes), valid, "{path}: fixes");
        assert_eq!(sum(photos), stored, "{path}: photos");
        let readable = if report.completeness == Completion::Locked { "0" } else { said };
        assert_eq!(sum(messages), readable, "{path}: messages");
        if version == "-" {
            assert!(report.container && all.len() > 1, "{path}");
            assert!(all.iter().all(|item| !item.is_incomplete()), "{path}: {:#?}", report.diagnostics);
            continue;
        }
        assert_eq!(report.format, Some("dji-txt"), "{path}");
        assert_eq!(report.version.as_deref(), Some(version), "{path}");
        logs += 1;
    }
    assert_eq!(logs, 12, "six clean logs, two damaged ones, a locked one, three with their keys");
}

#[test]
fn clean_samples_are_whole_to_the_last_byte_and_record() {
    let clean = |sample: &&Sample| ["dji-txt/", "keyed/"].iter().any(|folder| sample.path.starts_with(folder));
    for sample in samples::all().iter().filter(clean) {
        let path = &sample.path;
        let examined = examine_sample(sample);
        let report = &examined.report;
        assert_accounts(path, &examined);
        assert_eq!(report.completeness, Completion::Whole, "{path}: {:#?}", report.diagnostics);
        assert!(!examined.is_incomplete(), "{path}: {:#?}", report.diagnostics);
        assert_eq!((report.coverage.unknown, report.coverage.damaged), (0, 0), "{path}");
        let found = (report.records.found, report.records.lost);
        assert_eq!(found, (sample.truth.records.len() as u64, 0), "{path}: records");
        assert_eq!(rows(&examined).len(), sample.osd, "{path}: one row an OSD record");
        assert_eq!(rows(&examined).len() - fixes(&examined), sample.osd - sample.fixes, "{path}: invalid rows");
        assert!(report.diagnostics.iter().all(|d| d.severity == "note"), "{path}: {:#?}", report.diagnostics);
        assert_pictures(sample, &examined);
    }
}

/// Each picture is a child with the span and the hash of the bytes that were put there.
fn assert_pictures(sample: &Sample, examined: &Examined) {
    let found: Vec<(u64, u64, &str)> =
        examined.report.children.iter().map(|c| (c.offset.unwrap_or(0), c.length, c.sha256.as_str())).collect();
    let hashes: Vec<String> =
        sample.truth.images.iter().map(|&(at, len)| Sha256::of(&sample.bytes[at..at + len]).to_string()).collect();
    let put: Vec<(u64, u64, &str)> = sample
        .truth
        .images
        .iter()
        .zip(&hashes)
        .map(|(&(at, len), hash)| (at as u64, len as u64, hash.as_str()))
        .collect();
    assert_eq!(found, put, "{}: photos and thumbnails", sample.path);
}

#[test]
fn damaged_samples_are_partial_and_say_where() {
    for sample in samples::all().iter().filter(|sample| sample.path.starts_with("damaged/")) {
        let examined = examine_bytes(&sample.path, sample.bytes.clone());
        assert_accounts(&sample.path, &examined);
        assert_eq!(examined.report.completeness, Completion::Partial, "{}", sample.path);
        assert!(examined.is_incomplete(), "{}", sample.path);
        let told = examined.report.diagnostics.iter().filter(|d| d.severity != "note");
        let placed = told.filter(|d| d.offset.is_some() && !d.message.is_empty()).count();
        assert!(placed > 0, "{}: {:#?}", sample.path, examined.report.diagnostics);
    }
}

#[test]
fn the_locked_sample_says_what_it_is_and_gives_what_is_in_clear() {
    let all = samples::all();
    let sample = all.iter().find(|sample| sample.path.starts_with("locked/")).expect("one locked sample");
    let examined = examine_bytes(&sample.path, sample.bytes.clone());
    let report = &examined.report;
    assert_accounts(&sample.path, &examined);
    assert_eq!(report.completeness, Completion::Locked);
    assert_eq!((report.coverage.unknown, report.coverage.damaged), (0, 0));
    assert_eq!(report.records.found, sample.truth.records.len() as u64);
    let locked = report.locked.as_ref().expect("what is missing");
    assert_eq!(locked.features.len(), 9, "{:?}", locked.features);
    assert!(locked.reason.contains("14") && !locked.next_step.is_empty(), "{locked:?}");
    assert_eq!(report.device.aircraft_serial.as_deref(), Some("OVF0SAMPLE000003"));
    assert_eq!(report.time.start_utc.as_deref(), Some("2024-09-21T13:10:42.733Z"));
    assert!(examined.tracks.iter().all(|t| t.kind.role == Role::Media), "cipher text is no position");
    assert_pictures(sample, &examined);
}
