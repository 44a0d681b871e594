//! tar archives, Android backups, and backups of iPhones whose files are named by hashes.

use std::fs;

use overflown::evidence::walk;
use overflown::examine::{Completion, Examined};

use crate::make::tar::{self, file, header, long_name, tar};
use crate::phone::examined;
use crate::support::{diagnostic_counts, has_diagnostic};

const LOG: &[u8] = b"## 10:00:01\nTake-off\n## 10:03:00\nLanding\n";

fn paths(item: &Examined) -> Vec<String> {
    item.all().iter().skip(1).map(|child| child.report.path.clone()).collect()
}

#[test]
fn the_samples_hold_what_was_put_in() {
    for made in tar::all() {
        let item = examined(made.path, &made.bytes);
        assert_eq!(item.report.format, made.path.split('/').next());
        assert_eq!(item.report.completeness, Completion::Whole, "{}: {:#?}", made.path, item.report.diagnostics);
        let found = paths(&item);
        for inside in &made.inside {
            assert!(found.contains(&format!("{}!/{inside}", made.path)), "{found:?}");
        }
        assert!(item.all().iter().any(|child| child.report.app_by_path == Some("DJI GO 4")), "the path names the app");
    }
}

#[test]
fn long_names_of_both_kinds_and_binary_sizes() {
    let name = format!("{}/14-05-2024", "x".repeat(150));
    for is_posix in [true, false] {
        let item =
            examined("a.tar", &tar(&[long_name(&name, is_posix), file("short", LOG), file("b/15-05-2024", LOG)]));
        assert_eq!(paths(&item), [format!("a.tar!/{name}"), "a.tar!/b/15-05-2024".to_owned()]);
    }
    let mut binary = file("14-05-2024", LOG);
    binary[124..136].copy_from_slice(&[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, LOG.len() as u8]);
    binary[148..156].fill(b' ');
    let sum: u32 = binary[..512].iter().map(|byte| u32::from(*byte)).sum();
    binary[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    assert_eq!(paths(&examined("a.tar", &tar(&[binary]))), ["a.tar!/14-05-2024"]);
}

#[test]
fn names_that_lead_out_are_changed_and_told_and_links_are_not_followed() {
    let members = [
        file("../../etc/14-05-2024", LOG),
        file("/absolute/14-05-2024", LOG),
        file("a", LOG),
        file("a", LOG),
        header("l", b'2', 0),
    ];
    let item = examined("a.tar", &tar(&members));
    let names: Vec<&str> = item.report.children.iter().map(|child| child.name.as_str()).collect();
    assert_eq!(names, ["__/__/etc/14-05-2024", "absolute/14-05-2024", "a", "a-2"]);
    let counts = diagnostic_counts(&item);
    assert!(["tar/name", "tar/again", "tar/links"].iter().all(|code| counts.contains_key(code)), "{counts:?}");
    assert!(!item.is_incomplete());
}

#[test]
fn a_damaged_header_costs_its_file_and_no_other() {
    let members = [file("1/14-05-2024", LOG), file("2/14-05-2024", LOG), file("3/14-05-2024", LOG)];
    let mut bytes = tar(&members);
    bytes[1024 + 130] ^= 0x10;
    let item = examined("a.tar", &bytes);
    assert_eq!(paths(&item), ["a.tar!/1/14-05-2024", "a.tar!/3/14-05-2024"]);
    let loss = item.report.diagnostics.iter().find(|d| d.code == "tar/header").expect("told");
    assert_eq!((loss.offset, loss.length), (Some(1024), Some(1024)));
    for cut in (0..bytes.len()).step_by(37) {
        let item = examined("a.tar", &bytes[..cut]);
        assert!(cut < 512 || item.report.format == Some("tar"), "{cut}");
        assert!(cut >= 3072 || item.report.completeness != Completion::Whole, "cut at {cut} is told");
    }
    let mut hostile = file("big", LOG);
    hostile[124..136].copy_from_slice(b"77777777777\0");
    assert!(
        examined("a.tar", &hostile).report.children.is_empty(),
        "a size behind the end, and a check sum that does not fit"
    );
}

#[test]
fn an_encrypted_backup_is_named_with_its_scheme() {
    let text = b"ANDROID BACKUP\n5\n1\nAES-256\n00AA\n11BB\n10000\n22CC\n33DD\nciphertext";
    let item = examined("backup.ab", text);
    let locked = item.report.locked.as_ref().expect("locked");
    assert_eq!(locked.scheme, "AES-256 with a password, PBKDF2 of 10000 rounds");
    assert_eq!(item.report.coverage.unknown, 0);
    let made = tar::all().pop().expect("a backup");
    for cut in [10, 20, 30, made.bytes.len() - 20] {
        let item = examined("backup.ab", &made.bytes[..cut]);
        assert_ne!(item.report.completeness, Completion::Whole, "cut at {cut}");
    }
    let mut flipped = made.bytes.clone();
    let end = flipped.len() - 1;
    flipped[end] ^= 1;
    assert!(has_diagnostic(&examined("backup.ab", &flipped), "android-backup/checksum"));
}

/// SHA-1 of `AppDomain-com.dji.go-Documents/FlightLogs/tips.json`, by sha1sum.
const ID: &str = "752f1356c91049495dbac3d5eb69d59d922c421d";

#[test]
fn files_of_a_backup_are_named_by_its_list() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = folder.path().join("Manifest.db");
    let connection = rusqlite::Connection::open(&list).expect("a database");
    connection
        .execute_batch(&format!(
            "CREATE TABLE Files (fileID TEXT PRIMARY KEY, domain TEXT, relativePath TEXT, flags INTEGER, file BLOB);
             INSERT INTO Files VALUES ('{ID}', 'AppDomain-com.dji.go', 'Documents/FlightLogs/tips.json', 1, x'00');"
        ))
        .expect("rows");
    drop(connection);
    let below = folder.path().join(&ID[..2]);
    fs::create_dir(&below).expect("a folder");
    fs::write(below.join(ID), b"[[\"2024-05-14 10:00:01\",\"\",\"Take-off\"]]").expect("a file");
    let before = fs::read(&list).expect("the list");
    let walked = walk(&[folder.path().to_owned()]);
    let found = walked.files.iter().find(|found| found.label.ends_with(ID)).expect("the file");
    let original = found.original.as_ref().expect("named");
    assert_eq!(original.path, "AppDomain-com.dji.go/Documents/FlightLogs/tips.json");
    assert!(original.said_by.ends_with("/Manifest.db"), "{original:?}");
    assert_eq!(fs::read(&list).expect("the list"), before, "the evidence is as it was");
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 2, "nothing was written beside it");
    fs::write(&list, b"no database").expect("another list");
    let walked = walk(&[folder.path().to_owned()]);
    assert!(walked.files.iter().all(|found| found.original.is_none()), "content alone says what a file is");
}
