//! What is left of deleted rows, and that none of it is taken for a row that is there.

use std::collections::BTreeSet;

use super::{Rows, examine_file, read, written};

const TABLES: &str = "CREATE TABLE flights(id INTEGER PRIMARY KEY, place TEXT, height REAL, n INT);
                      CREATE TABLE other(a INT, b INT);";

fn insert(connection: &rusqlite::Connection, ids: std::ops::Range<i64>) {
    for id in ids {
        let place = format!("Place number {id:04} by the sea");
        connection
            .execute("INSERT INTO flights VALUES(?1, ?2, ?3, ?4)", (id, place, id as f64 + 0.25, id * 7))
            .unwrap();
    }
}

fn places(rows: &Rows, table: &str) -> BTreeSet<String> {
    rows.of(table).iter().map(|row| row.values["place"].clone()).collect()
}

fn named(ids: impl IntoIterator<Item = i64>) -> BTreeSet<String> {
    ids.into_iter().map(|id| format!("Place number {id:04} by the sea")).collect()
}

#[test]
fn single_rows_come_back_without_their_first_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let gone = [3, 17, 29, 30, 58];
    let bytes = written(&path, "PRAGMA page_size=4096; PRAGMA secure_delete=OFF;", |connection| {
        connection.execute_batch(TABLES).unwrap();
        insert(connection, 1..60);
        for id in gone {
            connection.execute("DELETE FROM flights WHERE id = ?1", [id]).unwrap();
        }
    });
    let rows = read(bytes);
    let live: Vec<i64> = (1..60).filter(|id| !gone.contains(id)).collect();
    assert_eq!(places(&rows, "flights"), named(live));
    let carved = places(&rows, "flights.carved");
    // Two neighbours merge into one freeblock, in which the head of the lower one is gone and the other may be whole.
    assert!(carved.is_subset(&named(gone)), "{carved:?}");
    assert!(carved.len() >= 4, "{carved:?}");
    for row in rows.of("flights.carved") {
        let id: i64 = row.values["place"][13..17].parse().unwrap();
        assert_eq!(row.values["height"], format!("{id}.25"));
        assert_eq!(row.values["n"], (id * 7).to_string());
        assert!(row.id.is_none_or(|found| found == id), "{row:?}");
    }
    assert_eq!(rows.codes(), Vec::<&str>::new());
    let examined = examine_file(&path);
    assert_eq!(examined.report.records.by_type["flights"], 54, "carved rows count in no table");
}

#[test]
fn a_dropped_table_leaves_its_pages() {
    let folder = tempfile::tempdir().unwrap();
    let bytes =
        written(&folder.path().join("a.db"), "PRAGMA page_size=1024; PRAGMA secure_delete=OFF;", |connection| {
            connection.execute_batch(TABLES).unwrap();
            insert(connection, 1..200);
            // The table stays, its rows go with all of their pages.
            connection.execute_batch("DELETE FROM flights").unwrap();
        });
    let rows = read(bytes);
    assert_eq!(rows.of("flights").len(), 0);
    let carved = places(&rows, "flights.carved");
    assert!(carved.is_subset(&named(1..200)));
    // The freelist's own pages overwrite a few.
    assert!(carved.len() > 150, "{}", carved.len());
    assert!(rows.of("flights.carved").iter().filter(|row| row.id.is_some()).count() > 150);
}

#[test]
fn overwritten_cells_give_nothing_and_that_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = written(&folder.path().join("a.db"), "PRAGMA secure_delete=ON;", |connection| {
        connection.execute_batch(TABLES).unwrap();
        insert(connection, 1..60);
        connection.execute_batch("DELETE FROM flights WHERE id % 3 = 0").unwrap();
    });
    let rows = read(bytes);
    assert_eq!(rows.of("flights.carved").len(), 0);
    assert!(rows.says("overwritten with zeros (secure_delete): nothing is left to carve"), "{:?}", rows.notes);
}

#[test]
fn an_older_version_of_a_row_is_carved_and_a_moved_row_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let bytes =
        written(&folder.path().join("a.db"), "PRAGMA page_size=1024; PRAGMA secure_delete=OFF;", |connection| {
            connection.execute_batch(TABLES).unwrap();
            // Pages split, so that rows leave copies behind.
            for id in (1..80).rev() {
                insert(connection, id..id + 1);
            }
            connection.execute("UPDATE flights SET place = place || ', moved inland' WHERE id = 40", []).unwrap();
        });
    let rows = read(bytes);
    assert_eq!(rows.of("flights").len(), 79);
    let carved = places(&rows, "flights.carved");
    assert!(carved.is_subset(&named([40])), "{carved:?}");
}

/// Space full of bytes that are no rows gives none.
#[test]
fn noise_is_no_row() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = written(&folder.path().join("a.db"), "PRAGMA page_size=65536;", |connection| {
        connection.execute_batch(TABLES).unwrap();
        insert(connection, 1..3);
        connection
            .execute_batch("CREATE TABLE t(x BLOB); INSERT INTO t VALUES(zeroblob(400000)); DROP TABLE t;")
            .unwrap();
    });
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    // Free pages stand at the end; the first of them lists the others.
    let start = bytes.len() - 5 * 65_536;
    for byte in &mut bytes[start..] {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        *byte = state as u8;
    }
    let rows = read(bytes);
    assert_eq!(rows.of("flights.carved").len(), 0, "{:?}", rows.of("flights.carved").first());
    assert_eq!(rows.of("flights").len(), 2);
    let other = rows.of("other.carved").len();
    assert!(other <= 2, "{other} false rows of two small numbers in 327,680 bytes of noise");
}
