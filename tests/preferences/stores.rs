//! Stores of keys and values (MMKV): what holds, what held before, and what says that nothing was changed. No real one was at hand.

use std::fs;

use overflown::evidence::{Evidence, ExtraHashes};
use overflown::examine::{Completion, Examined, examine};

use crate::make::mmkv::{BEFORE, LEFT, OLD_SERIAL, PATH, UUID, all, counted, entry, side_file, store, text, writes};
use crate::make::preferences::{EMAIL, FMD, LAST, SERIAL, TOKEN};
use crate::make::prng::Prng;
use crate::make::tar;
use crate::phone::{examined, field, records};
use crate::support::{diagnostic_counts, examine_bytes, has_diagnostic, repository, tools};

fn sample() -> Vec<u8> {
    all()[0].bytes.clone()
}

/// A store on disk, with its side file or another one beside it.
fn beside(store: &[u8], side: Option<&[u8]>) -> Examined {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mmkv.default");
    fs::write(&path, store).expect("a file");
    side.into_iter().for_each(|side| fs::write(folder.path().join("mmkv.default.crc"), side).expect("a file"));
    let evidence = Evidence::open(&path, PATH.to_owned(), &tools().limits, ExtraHashes::default()).expect("it opens");
    examine(&evidence, tools())
}

fn tracks(item: &Examined) -> Vec<(&str, f64, f64)> {
    let rows = item.tracks.iter().flat_map(|track| (0..track.rows.len()).map(move |row| (track, row)));
    rows.map(|(track, row)| (track.name.as_str(), track.rows.lat[row], track.rows.lon[row])).collect()
}

#[test]
fn every_write_is_read_with_what_became_of_it() {
    let item = examined(PATH, &sample());
    assert_eq!(item.report.format, Some("mmkv"), "{}", item.report.why);
    assert_eq!(item.report.completeness, Completion::Whole, "{:#?}", item.report.diagnostics);
    assert_eq!((item.report.coverage.unknown, item.report.coverage.damaged), (0, 0));
    let all = records(PATH, &sample());
    let of = |key: &str| -> Vec<(String, String, String)> {
        let found = all.iter().filter(|(_, _, fields)| field(fields, "key") == key);
        let text = |fields, name| field(fields, name).to_owned();
        found.map(|(_, _, f)| (text(f, "state"), text(f, "type"), text(f, "value"))).collect()
    };
    let row = |state: &str, kind: &str, value: &str| (state.to_owned(), kind.to_owned(), value.to_owned());
    assert_eq!(of("device_sn"), [row("overwritten", "string", OLD_SERIAL), row("current", "string", SERIAL)]);
    assert_eq!(of("key_uuid_for_account_center"), [row("removed", "string", UUID), row("removal", "none", "")]);
    assert_eq!(of("launches"), [row("current", "integer", "300")]);
    assert_eq!(of("beginner_mode"), [row("overwritten", "integer", "1"), row("current", "integer", "0")]);
    assert_eq!(of("zoom"), [row("current", "float", "1.5")]);
    assert_eq!(
        of("fmd_latitude").iter().map(|row| row.0.as_str()).collect::<Vec<_>>(),
        ["overwritten", "current", "stale"]
    );
    let (offset, len, _) = all.iter().find(|(_, _, fields)| field(fields, "value") == SERIAL).expect("the entry");
    assert_eq!(sample()[*offset as usize..(offset + len) as usize], text("device_sn", SERIAL), "its bytes");
}

#[test]
fn what_holds_is_the_device_and_what_held_before_is_told() {
    let item = examined(PATH, &sample());
    assert_eq!(item.report.device.aircraft_serial.as_deref(), Some(SERIAL));
    let found: Vec<_> = item.report.identifiers.iter().map(|id| (id.kind, id.value.as_str())).collect();
    assert_eq!(found, [("account e-mail", EMAIL)]);
    let notes = item.report.notes.join("\n");
    for told in [OLD_SERIAL, UUID, "key_account_token holds a secret", "left from before"] {
        assert!(notes.contains(told), "{told}: {notes}");
    }
    assert!(!format!("{:?} {notes}", item.facts).contains(TOKEN));
    let mut found = tracks(&item);
    found.sort_by(|a, b| a.1.total_cmp(&b.1));
    let expected = [
        ("KEY_CC_LAST_FLYC aircraft", LAST),
        ("fmd aircraft", FMD),
        ("fmd, overwritten aircraft", BEFORE),
        ("fmd, stale aircraft", LEFT),
    ];
    assert_eq!(found, expected.map(|(name, (lat, lon))| (name, lat, lon)));
    let of_app = examined("Android/data/dji.go.v5/files/mmkv/mmkv.default", &sample());
    assert_eq!(of_app.report.app_by_path, Some("DJI Fly"));
}

#[test]
fn the_side_file_proves_the_content_or_speaks_against_it() {
    let (bytes, side) = (sample(), side_file(&sample(), [0; 16]));
    let whole = beside(&bytes, Some(&side));
    assert!(whole.report.notes.iter().any(|note| note.contains("check sum in the side file is right")));
    assert_eq!(whole.report.completeness, Completion::Whole);
    let mut changed = bytes.clone();
    let at = changed.windows(SERIAL.len()).position(|part| part == SERIAL.as_bytes()).expect("the serial number");
    changed[at] = b'9';
    let item = beside(&changed, Some(&side));
    assert_eq!((diagnostic_counts(&item).get("mmkv/check"), item.is_incomplete()), (Some(&1), true));
    // One more write, which the side file does not know yet, but it says what was confirmed.
    let mut more = writes();
    more.push(text("device_sn", "0V0SAMPLE0010"));
    let item = beside(&store(&more, b""), Some(&side));
    assert!(has_diagnostic(&item, "mmkv/check") && !item.is_incomplete(), "{:#?}", item.report.diagnostics);
    let alone = beside(&bytes, None);
    assert!(alone.report.notes.iter().any(|note| note.contains("could not be proved")));
    let crc = examined("a/mmkv.default.crc", &side);
    assert_eq!((crc.report.format, crc.report.completeness), (Some("mmkv"), Completion::Whole));
}

#[test]
fn a_store_in_an_archive_is_read_with_its_side_file() {
    let (bytes, side) = (sample(), side_file(&sample(), [0; 16]));
    let archive =
        tar::tar(&[tar::file("files/mmkv/mmkv.default.crc", &side), tar::file("files/mmkv/mmkv.default", &bytes)]);
    let item = examined("phone.tar", &archive);
    let notes: Vec<&String> = item.children.iter().flat_map(|child| &child.report.notes).collect();
    assert!(notes.iter().any(|note| note.contains("check sum in the side file is right")), "{notes:?}");
    assert!(notes.iter().any(|note| note.contains("check sum of the store beside it is right")), "{notes:?}");
}

/// Noise stands for ciphertext: AES gives nothing else.
#[test]
fn an_encrypted_store_is_locked_and_gives_nothing() {
    let mut prng = Prng::new(7);
    let mut bytes = vec![0; 4096];
    bytes[..4].copy_from_slice(&1200_u32.to_le_bytes());
    bytes[4..1204].iter_mut().for_each(|byte| *byte = prng.below(256) as u8);
    // A number in front of an entry whose key is no text.
    bytes[4..8].copy_from_slice(&[0x91, 0x03, 0x02, 0xff]);
    for vector in [[5; 16], [0; 16]] {
        let item = beside(&bytes, Some(&side_file(&bytes, vector)));
        assert_eq!(item.report.completeness, Completion::Locked, "{:#?}", item.report.diagnostics);
        assert!(item.report.locked.as_ref().is_some_and(|locked| locked.scheme.contains("AES")));
        assert!(item.tracks.is_empty() && item.report.records.found == 0);
        assert_eq!(item.report.coverage.unknown, 0);
    }
    assert_eq!(beside(&bytes, None).report.completeness, Completion::Locked, "by noise under the name");
    assert_eq!(examined("files/other.bin", &bytes).report.format, None, "noise alone is nothing");
}

#[test]
fn damage_is_told_and_costs_what_it_touches() {
    let bytes = sample();
    let len = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize + 4;
    let places: Vec<(f64, f64)> = vec![LAST, FMD, BEFORE, LEFT];
    for at in (8..len).step_by(3) {
        let mut broken = bytes.clone();
        broken[at..(at + 2).min(len)].fill(0xff);
        let item = beside(&broken, Some(&side_file(&bytes, [0; 16])));
        assert!(item.report.format == Some("mmkv") && item.is_incomplete(), "at {at}");
        // The check sum tells that a number was changed; of texts nothing is read that is none.
        let texts = tracks(&item).into_iter().filter(|(name, ..)| name.starts_with("fmd"));
        let found: Vec<(f64, f64)> = texts.map(|(_, lat, lon)| (lat, lon)).collect();
        assert!(found.iter().all(|place| places.contains(place)), "at {at}: {found:?}");
    }
    let first = writes()[..3].concat().len() + 8;
    let mut broken = bytes.clone();
    broken[first..first + 3].fill(0xff);
    let item = examined(PATH, &broken);
    let loss = item.report.diagnostics.iter().find(|d| d.code == "mmkv/entry").expect("told");
    assert_eq!((loss.offset, loss.lost), (Some(first as u64), 1));
    let behind = records(PATH, &broken).iter().filter(|(_, _, f)| field(f, "state") == "behind-damage").count();
    assert_eq!(behind, 7, "a place of two entries, a serial number, the two other places");
    let cut = store(&vec![text("note", &"x".repeat(900)); 12], b"");
    let item = examined("a/mmkv/x", &cut);
    assert!(has_diagnostic(&item, "mmkv/cut") && item.is_incomplete(), "one page is left of it");
}

/// A key of 3 bytes that counts for more than is there, and lengths that reach behind the end of numbers.
#[test]
fn hostile_lengths_end() {
    for entry in [
        [counted(b"key"), vec![0xff; 9], vec![0x01]].concat(),
        vec![0xff, 0xff, 0xff, 0xff, 0x0f],
        [vec![0x00], vec![0x00]].concat(),
    ] {
        let bytes = store(&[text("device_sn", SERIAL), entry], b"");
        let item = examined(PATH, &bytes);
        assert_eq!(item.report.device.aircraft_serial.as_deref(), Some(SERIAL));
        assert!(has_diagnostic(&item, "mmkv/entry"));
    }
    let mut bytes = sample();
    bytes[..4].fill(0xff);
    let item = examined(PATH, &bytes);
    assert!(has_diagnostic(&item, "mmkv/cut"), "{:#?}", item.report.diagnostics);
}

#[test]
fn nothing_else_is_taken_for_a_store() {
    let other: Vec<u8> = store(&[entry("key", &[1])], b"");
    assert_eq!(examined("any.bin", &other).report.format, Some("mmkv"), "what fills its length is one");
    for bytes in [vec![0; 4096], vec![0xff; 4096], other[..4000].to_vec()] {
        assert_eq!(examined("files/any.bin", &bytes).report.format, None);
        assert_eq!(examined("files/any.crc", &bytes).report.format, None);
    }
    let mut wrong = other.clone();
    wrong[0] += 1;
    assert_eq!(examined("any.bin", &wrong).report.format, None, "the length must fit");
    let samples = overflown::evidence::walk(&[repository().join("samples")]);
    let taken = samples.files.iter().filter(|found| {
        let bytes = fs::read(&found.path).expect("a sample");
        examine_bytes(&found.label, bytes).report.format == Some("mmkv")
    });
    assert_eq!(taken.count(), 2, "the store and its side file");
}
