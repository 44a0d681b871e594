//! A database and its log: what each holds, and what stands only in one of them.

use std::fs;
use std::path::{Path, PathBuf};

use overflown::decode::Completeness;
use rusqlite::Connection;

use super::{assert_accounted, examine_file, read_file};

/// A database in use, copied with its log: row 2 changed, row 3 removed, row 4 added, all of it only in the log.
fn in_use(folder: &Path) -> PathBuf {
    let live = folder.join("live.db");
    let connection = Connection::open(&live).unwrap();
    connection
        .execute_batch(
            "PRAGMA page_size=1024; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;
             CREATE TABLE t(id INTEGER PRIMARY KEY, w TEXT);
             INSERT INTO t VALUES(1,'one'),(2,'two'),(3,'three');
             PRAGMA wal_checkpoint(TRUNCATE);
             UPDATE t SET w = 'two again' WHERE id = 2;
             DELETE FROM t WHERE id = 3;
             INSERT INTO t VALUES(4,'four');",
        )
        .unwrap();
    let copy = folder.join("copy.db");
    fs::copy(&live, &copy).unwrap();
    fs::copy(folder.join("live.db-wal"), folder.join("copy.db-wal")).unwrap();
    drop(connection);
    copy
}

#[test]
fn both_states_are_read_and_the_difference_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = in_use(folder.path());
    let (rows, decoded) = read_file(&path);
    let told: Vec<_> = rows.of("t").iter().map(|row| (row.id, row.values["w"].as_str(), row.state.as_str())).collect();
    assert_eq!(told, [(Some(1), "one", "live"), (Some(2), "two", "superseded"), (Some(3), "three", "removed")]);
    assert_eq!((decoded.completeness, rows.codes()), (Completeness::Whole, vec![]));
    assert!(
        rows.says("1 rows are only in the log, 1 rows are changed by it, 1 rows of the database are removed"),
        "{:?}",
        rows.notes
    );

    let log = path.with_file_name("copy.db-wal");
    let (rows, _) = read_file(&log);
    let wal: Vec<_> =
        rows.of("t").iter().filter(|row| row.state == "wal").map(|row| (row.id, row.values["w"].as_str())).collect();
    assert_eq!(wal, [(Some(2), "two again"), (Some(4), "four")]);
    assert!(rows.of("t").iter().all(|row| row.values["w"] != "three" || row.state != "wal"));
    assert_eq!(rows.codes(), Vec::<&str>::new());
    for path in [&path, &log] {
        let examined = examine_file(path);
        assert_accounted(&examined);
        assert_eq!(examined.report.coverage.damaged, 0);
        assert!(!examined.is_incomplete());
    }
    // Nothing was written beside the evidence.
    assert!(!path.with_file_name("copy.db-shm").exists());
}

#[test]
fn a_log_without_its_database_keeps_its_frames() {
    let folder = tempfile::tempdir().unwrap();
    let path = in_use(folder.path());
    fs::remove_file(&path).unwrap();
    let (rows, decoded) = read_file(&path.with_file_name("copy.db-wal"));
    assert_eq!(decoded.completeness, Completeness::Whole);
    assert_eq!(rows.codes(), ["database/alone", "database/no-schema"]);
    assert_eq!(rows.of("frame").len(), 3, "a page a transaction");
    assert!(rows.of("frame").iter().all(|frame| frame.values["state"] == "committed"));
    assert_accounted(&examine_file(&path.with_file_name("copy.db-wal")));
}

/// The schema itself was still in the log: rows have their table without any database.
#[test]
fn a_log_that_holds_all_pages_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    let live = folder.path().join("live.db");
    let connection = Connection::open(&live).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t(w TEXT); INSERT INTO t VALUES('a');
             UPDATE t SET w = 'b'; BEGIN; UPDATE t SET w = 'c';",
        )
        .unwrap();
    let log = folder.path().join("other.db-wal");
    fs::copy(folder.path().join("live.db-wal"), &log).unwrap();
    drop(connection);
    let (rows, _) = read_file(&log);
    let mut told: Vec<_> = rows.of("t").iter().map(|row| (row.values["w"].as_str(), row.state.as_str())).collect();
    told.sort_unstable();
    assert_eq!(told, [("a", "wal-old"), ("b", "wal")]);
}

#[test]
fn frames_with_wrong_sums_and_without_commit_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = in_use(folder.path());
    let log = path.with_file_name("copy.db-wal");
    let mut bytes = fs::read(&log).unwrap();
    // A byte of the second frame's page.
    bytes[32 + 24 + 1024 + 24 + 1000] ^= 1;
    fs::write(&log, &bytes).unwrap();
    let (rows, _) = read_file(&log);
    let states: Vec<_> = rows.of("frame").iter().map(|frame| frame.values["state"].as_str()).collect();
    assert_eq!(states, ["committed", "broken", "broken"]);
    assert_eq!(rows.codes(), ["database/log-sum"]);
    let (rows, _) = read_file(&path);
    let told: Vec<_> = rows.of("t").iter().map(|row| row.state.as_str()).collect();
    assert_eq!(told, ["live", "superseded", "live"], "SQLite stops before the broken frame, and so do we");
}

/// A transaction that never ended: the journal has the pages of before.
#[test]
fn a_journal_tells_what_stood_there_before() {
    let folder = tempfile::tempdir().unwrap();
    let live = folder.path().join("live.db");
    let connection = Connection::open(&live).unwrap();
    connection
        .execute_batch(
            "PRAGMA page_size=512; PRAGMA journal_mode=DELETE; PRAGMA cache_size=2; CREATE TABLE t(id INTEGER PRIMARY KEY, w TEXT);",
        )
        .unwrap();
    for id in 0..200 {
        connection.execute("INSERT INTO t VALUES(?1, ?2)", (id, format!("before {id}"))).unwrap();
    }
    // More pages change than the cache holds, so that some are written before the end.
    connection.execute_batch("BEGIN; UPDATE t SET w = 'after ' || id;").unwrap();
    let copy = folder.path().join("copy.db");
    fs::copy(&live, &copy).unwrap();
    fs::copy(folder.path().join("live.db-journal"), folder.path().join("copy.db-journal")).unwrap();
    connection.execute_batch("ROLLBACK").unwrap();
    let (rows, _) = read_file(&folder.path().join("copy.db-journal"));
    let old: Vec<_> = rows.of("t").iter().filter(|row| row.state == "journal").collect();
    assert!(old.len() > 50, "{}", old.len());
    assert!(old.iter().all(|row| row.values["w"] == format!("before {}", row.id.unwrap())));
    assert_accounted(&examine_file(&folder.path().join("copy.db-journal")));
}

/// Members of an archive find each other, whatever order they come in.
#[test]
fn a_log_in_an_archive_finds_its_database() {
    use crate::make::zip::{Member, zip};
    let folder = tempfile::tempdir().unwrap();
    let path = in_use(folder.path());
    let (database, log) = (fs::read(&path).unwrap(), fs::read(path.with_file_name("copy.db-wal")).unwrap());
    for order in [["databases/copy.db", "databases/copy.db-wal"], ["databases/copy.db-wal", "databases/copy.db"]] {
        let members = order.map(|name| Member::new(name, if name.ends_with("-wal") { &log } else { &database }));
        let examined = crate::support::examine_bytes("phone.zip", zip(&members).bytes);
        let notes: Vec<&String> = examined.children.iter().flat_map(|child| &child.report.notes).collect();
        assert!(notes.iter().any(|note| note.contains("1 rows are only in the log")), "{order:?}: {notes:?}");
        assert!(notes.iter().all(|note| !note.contains("is not beside it")));
        let paths: Vec<_> = examined.children.iter().map(|child| child.report.path.clone()).collect();
        assert_eq!(paths, order.map(|name| format!("phone.zip!/{name}")));
    }
}
