//! What logs come in: exports of DJI Assistant, plain and deflated, and the encrypted container.

use overflown::evidence::Sha256;
use overflown::examine::{Completion, Examined};

use super::{EARLY, FORMAT};
use crate::make::dji_dat::assistant::{Entry, Naming, export};
use crate::make::dji_dat::{deflate, logh};
use crate::make::samples::aircraft::{self, EXPORT_SERIAL};
use crate::support::{assert_accounts, examine_bytes};

fn assert_entries(what: &str, bytes: Vec<u8>, entries: &[Entry]) -> Examined {
    let examined = examine_bytes("DJI_ASSISTANT_EXPORT_FILE.DAT", bytes);
    let report = &examined.report;
    assert_accounts(what, &examined);
    assert_eq!(report.format, Some(FORMAT), "{what}");
    assert_eq!((report.coverage.unknown, report.coverage.damaged), (0, 0), "{what}");
    let put: Vec<_> = entries.iter().map(|e| (e.data.len() as u64, Sha256::of(&e.data).to_string())).collect();
    let found: Vec<_> = report.children.iter().map(|child| (child.length, child.sha256.clone())).collect();
    assert_eq!(found, put, "{what}: entries");
    for (child, entry) in report.children.iter().zip(entries) {
        let name = entry.name.rsplit('/').next().expect("a last part");
        assert!(child.name.ends_with(name), "{what}: {} is named {}", entry.name, child.name);
    }
    examined
}

#[test]
fn every_file_of_an_export_is_taken_out_and_read() {
    let entries = aircraft::entries();
    let plain = export(&entries, Naming::Plain);
    for (what, bytes) in [
        ("plain", plain.clone()),
        ("tagged", export(&entries, Naming::Tagged("G-E3T"))),
        ("deflated", deflate::zlib(&plain)),
    ] {
        let examined = assert_entries(what, bytes, &entries);
        let log = &examined.children.iter().find(|child| !child.tracks.is_empty()).expect("the log").report;
        assert_eq!(log.sha256, Sha256::of(&entries[0].data).to_string(), "{what}");
        assert_eq!((log.format, log.completeness), (Some(FORMAT), Completion::Whole), "{what}: {:#?}", log.diagnostics);
        let alone = examine_bytes("FLY012.DAT", entries[0].data.clone());
        let rows = |examined: &Examined| -> usize { examined.tracks.iter().map(|track| track.rows.len()).sum() };
        let children: usize = examined.children.iter().map(rows).sum();
        assert_eq!(children, rows(&alone), "{what}: rows of the entry and of the file alone");
        assert!(rows(&alone) > EARLY.len() * 20, "{what}");
        let locked = examined.children.iter().find(|child| child.report.completeness == Completion::Locked);
        let serial = locked.and_then(|locked| locked.report.device.aircraft_serial.as_deref());
        assert_eq!(serial, Some(EXPORT_SERIAL), "{what}: the container inside");
    }
}

/// A cut export gives the entries that are whole, and says that something is missing.
#[test]
fn a_cut_export_gives_what_is_whole() {
    let entries = aircraft::entries();
    let plain = export(&entries, Naming::Plain);
    for (what, bytes) in [("plain", plain.clone()), ("deflated", deflate::zlib(&plain))] {
        for percent in [99, 95, 60, 10] {
            let examined = examine_bytes("EXPORT.DAT", bytes[..bytes.len() * percent / 100].to_vec());
            let what = format!("{what}, {percent} %");
            assert_accounts(&what, &examined);
            assert!(examined.is_incomplete(), "{what}: exit 3");
            let whole: Vec<String> = entries.iter().map(|entry| Sha256::of(&entry.data).to_string()).collect();
            if percent == 95 {
                let found = &examined.report.children;
                assert!(found.iter().any(|child| child.sha256 == whole[0]), "{what}: the first entry is whole");
            }
        }
    }
}

/// Names that climb out of a folder, lengths that lie, a stream that unfolds a thousand times.
#[test]
fn hostile_exports_are_bounded() {
    let climbing = [Entry::new("../../outside/FLY001.DAT", aircraft::entries().remove(0).data)];
    let examined = assert_entries("a climbing name", export(&climbing, Naming::Plain), &climbing);
    assert!(!examined.report.children.iter().any(|child| child.name.starts_with('/')));
    let mut lying = export(&aircraft::entries(), Naming::Plain);
    lying[1..5].fill(0xFF);
    let examined = examine_bytes("EXPORT.DAT", lying);
    assert_accounts("a length that lies", &examined);
    assert!(examined.is_incomplete());
    let zeros = export(&[Entry::new("FLY001.DAT", vec![0; 40_000_000])], Naming::Plain);
    let examined = examine_bytes("EXPORT.DAT", deflate::zlib(&zeros));
    assert_accounts("forty megabytes of zeros", &examined);
}

#[test]
fn a_container_is_locked_and_tells_product_and_serial_number() {
    for blocks in [0, 1, 300] {
        let examined = examine_bytes("FLY005.DAT", logh::container("e3t_wm169", EXPORT_SERIAL, blocks, 3));
        let report = &examined.report;
        let what = format!("{blocks} blocks");
        assert_accounts(&what, &examined);
        assert_eq!(report.format, Some(FORMAT), "{what}");
        assert_eq!(report.completeness, Completion::Locked, "{what}: {:#?}", report.diagnostics);
        assert_eq!(report.device.aircraft_serial.as_deref(), Some(EXPORT_SERIAL), "{what}");
        assert!(report.device.model.as_deref().is_some_and(|model| model.contains("wm169")), "{what}: the product");
        assert_eq!((report.coverage.unknown, report.coverage.damaged), (0, 0), "{what}");
        let locked = report.locked.as_ref().expect("what is missing");
        assert!(!locked.reason.is_empty() && !locked.next_step.is_empty(), "{what}: {locked:?}");
        assert!(examined.tracks.is_empty(), "{what}: cipher text is no position");
    }
}

#[test]
fn the_samples_read_as_they_are_listed() {
    for sample in aircraft::all() {
        let examined = examine_bytes(sample.path, sample.bytes.clone());
        assert_accounts(sample.path, &examined);
        assert_eq!(examined.report.format, Some(FORMAT), "{}", sample.path);
        if sample.truth.total == 0 {
            continue;
        }
        assert_eq!(examined.report.version.as_deref(), Some(sample.version), "{}", sample.path);
        assert_eq!(examined.report.completeness, Completion::Whole, "{}", sample.path);
        let found = examined.report.records.found;
        assert_eq!(found, sample.truth.records.len() as u64, "{}: records", sample.path);
        assert!(sample.bytes.len() < 60_000, "{}: {} bytes", sample.path, sample.bytes.len());
    }
}
