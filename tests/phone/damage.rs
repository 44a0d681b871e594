//! Damage costs the entries that it touches, and is told.

use super::{Completion, Fields, examined, records, sample};
use crate::support::has_diagnostic;

fn texts(all: &[(u64, u64, Fields)]) -> Vec<&str> {
    all.iter().map(|(_, _, fields)| super::field(fields, "text")).collect()
}

const NAMES: [&str; 3] = ["14-05-2024", "tips-ios", "dji-upgrade-log"];

/// Every cut: the entries that lie whole before it are read as before, nothing else is but the one that was cut.
#[test]
fn a_cut_file_keeps_what_stands_before_the_cut() {
    for name in NAMES {
        let made = sample(name);
        for cut in 0..made.bytes.len() {
            let before = made.entries.iter().filter(|entry| entry.offset + entry.len <= cut).count();
            let bytes = &made.bytes[..cut];
            let item = examined(made.path, bytes);
            if before == 0 {
                continue;
            }
            assert!(item.report.format.is_some(), "{name} cut at {cut}");
            let read = records(made.path, bytes);
            assert!(
                read.len() == before || read.len() == before + 1,
                "{name} cut at {cut}: {} of {before}",
                read.len()
            );
            for (text, entry) in texts(&read).iter().zip(&made.entries).take(before) {
                assert_eq!(*text, entry.text, "{name} cut at {cut}");
            }
            let at_border = made.entries.iter().any(|entry| entry.offset == cut || entry.offset + entry.len == cut);
            let told = !item.report.diagnostics.is_empty() || name == "dji-upgrade-log";
            // Groups that are all there look like a shorter file.
            let whole_groups = [b"]]".as_slice(), b"]],"].iter().any(|end| bytes.ends_with(end));
            assert!(at_border || told || whole_groups, "{name} cut at {cut} is told");
        }
    }
}

/// Each byte changed, one at a time: at most the entry that it lies in and the one before it are other than they were.
#[test]
fn a_flipped_byte_costs_its_entry_and_no_other() {
    for name in NAMES {
        let made = sample(name);
        for at in 0..made.bytes.len() {
            for mask in [0x01, 0x20, 0x80] {
                let mut bytes = made.bytes.clone();
                bytes[at] ^= mask;
                let item = examined(made.path, &bytes);
                assert!(item.report.format.is_some(), "{name}: byte {at} ^ {mask:#x}");
                let read = records(made.path, &bytes);
                let kept = made.entries.iter().filter(|entry| {
                    read.iter().any(|(offset, _, fields)| {
                        *offset == entry.offset as u64 && super::field(fields, "text") == entry.text
                    })
                });
                let kept = kept.count();
                assert!(kept + 2 >= made.entries.len(), "{name}: byte {at} ^ {mask:#x}: {kept} kept");
                assert!(read.len() <= made.entries.len() + 1, "{name}: byte {at} ^ {mask:#x}: nothing is made up");
            }
        }
    }
}

#[test]
fn zeros_over_an_entry_are_a_loss_with_its_place() {
    for name in NAMES {
        let made = sample(name);
        let entry = &made.entries[2];
        let mut bytes = made.bytes.clone();
        let middle = entry.offset + entry.len / 2;
        bytes[middle..entry.offset + entry.len].fill(0);
        let item = examined(made.path, &bytes);
        assert_eq!(item.report.completeness, Completion::Partial, "{name}");
        let reach = (entry.offset as u64, (entry.offset + entry.len) as u64);
        let touching = item.report.diagnostics.iter().filter(|d| d.severity != "note").any(|d| {
            let (start, len) = (d.offset.unwrap_or(0), d.length.unwrap_or(0));
            start < reach.1 && start + len > reach.0
        });
        assert!(touching, "{name}: {:#?}", item.report.diagnostics);
        let kept = records(made.path, &bytes).len();
        assert!(kept + 2 >= made.entries.len(), "{name}: {kept}");
    }
}

/// A header without its text keeps its time; a text without its header has none.
#[test]
fn halves_of_android_entries_are_told_apart() {
    let no_text = examined("14-05-2024", b"## 10:00:00\n## 10:00:01\nTake-off\n");
    assert_eq!((no_text.report.records.decoded, no_text.report.records.lost), (2, 0));
    assert!(has_diagnostic(&no_text, "dji-tip-log/text"));
    let no_head = examined("14-05-2024", b"Home Point recorded.\n## 10:00:01\nTake-off\n## 10:00:02\nLanding\n");
    assert_eq!((no_head.report.records.decoded, no_head.report.coverage.damaged), (2, 21));
    let broken = examined("14-05-2024", b"## 10:00:01\nTake-off\n#\x03 10:00:02\nWarning\n## 10:00:03\nLanding\n");
    assert_eq!((broken.report.records.decoded, broken.report.records.lost), (2, 1));
}

#[test]
fn a_broken_state_is_recognised_and_told() {
    for cut in 20..100 {
        let made = sample("session.json");
        let item = examined("state.json", &made.bytes[..cut]);
        if let Some(format) = item.report.format {
            assert_eq!((format, item.report.completeness), ("app-session", Completion::Unreadable));
        }
    }
    let list = examined("list", b"\"DJIFlightRecord_2024-05-14_[10-03-20].txt\",\nDJIFli\n");
    assert_eq!((list.report.records.decoded, list.report.records.lost), (1, 1));
}
