//! Rows by our pages against rows by SQLite, over the settings that change the pages.

use rusqlite::{Connection, types::ValueRef};

use super::{assert_accounted, examine_file, read, written};

/// Tables of every kind: overflowing values, keys without row ids, aliases of the row id, columns that came later.
fn fill(connection: &Connection, rows: i64) {
    connection
        .execute_batch(
            "CREATE TABLE plain(a TEXT, b INT, c REAL, d BLOB, e);
             CREATE TABLE alias(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, note TEXT);
             CREATE TABLE keyed(k TEXT, n INT, v BLOB, PRIMARY KEY(n, k)) WITHOUT ROWID;
             CREATE TABLE \"odd \"\"name\"\"/x\"(\"rowid\" TEXT, [a b] NUMERIC DEFAULT 7);
             CREATE INDEX by_name ON alias(name, note);
             CREATE TABLE gone(x TEXT);
             CREATE VIEW seen AS SELECT * FROM alias;",
        )
        .unwrap();
    connection.execute_batch("BEGIN").unwrap();
    for n in 0..rows {
        let long = "Zürich·".repeat((n % 97) as usize * if n % 31 == 0 { 60 } else { 1 });
        let blob = vec![n as u8; (n % 13) as usize * 40];
        connection
            .execute(
                "INSERT INTO plain VALUES(?1, ?2, ?3, ?4, ?5)",
                (&long, n * n * n * 1_000_003 - 5, n as f64 / if n % 3 == 0 { 1.0 } else { 7.0 }, &blob, n % 2),
            )
            .unwrap();
        connection
            .execute("INSERT INTO alias(id, name, note) VALUES(?1, ?2, ?3)", (n * 3 + 1, format!("n{n}"), &long))
            .unwrap();
        connection.execute("INSERT INTO keyed VALUES(?1, ?2, ?3)", (format!("k{}", n % 7), n, &blob)).unwrap();
        connection
            .execute("INSERT INTO \"odd \"\"name\"\"/x\" VALUES(?1, ?2)", (format!("r{n}"), format!("{n}.5")))
            .unwrap();
        connection.execute("INSERT INTO gone VALUES(?1)", [&long]).unwrap();
    }
    connection.execute_batch("COMMIT").unwrap();
    connection
        .execute_batch(
            "ALTER TABLE alias ADD COLUMN later REAL DEFAULT 2;
             ALTER TABLE alias ADD COLUMN words TEXT DEFAULT 'it''s';
             INSERT INTO alias(name, later) VALUES('last', 3.5);
             DELETE FROM plain WHERE b % 5 = 0;
             UPDATE alias SET note = 'short' WHERE id % 4 = 1;
             DROP TABLE gone;",
        )
        .unwrap();
}

/// The same query by SQLite, as our values print.
fn by_sqlite(connection: &Connection, table: &str, columns: &[&str]) -> Vec<Vec<String>> {
    let list = columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ");
    let mut statement = connection.prepare(&format!("SELECT {list} FROM {table}")).unwrap();
    let mut rows = statement.query([]).unwrap();
    let mut found = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let cell = |at: usize| match row.get_ref(at).unwrap() {
            ValueRef::Null => String::new(),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Real(number) => number.to_string(),
            ValueRef::Text(text) => String::from_utf8(text.to_vec()).unwrap(),
            ValueRef::Blob(blob) => blob.iter().map(|byte| format!("{byte:02x}")).collect(),
        };
        found.push((0..columns.len()).map(cell).collect());
    }
    found.sort();
    found
}

fn by_pages(rows: &super::Rows, table: &str, columns: &[&str]) -> Vec<Vec<String>> {
    let cells = |row: &super::Row| -> Vec<String> {
        columns.iter().map(|column| row.values.get(*column).cloned().unwrap_or_default()).collect()
    };
    let mut found: Vec<Vec<String>> = rows.of(table).iter().map(cells).collect();
    found.sort();
    found
}

#[test]
fn all_rows_are_those_that_sqlite_reads() {
    let folder = tempfile::tempdir().unwrap();
    let mut number = 0;
    for page_size in [512, 1024, 4096, 65_536] {
        for vacuum in ["NONE", "FULL", "INCREMENTAL"] {
            for encoding in ["UTF-8", "UTF-16le", "UTF-16be"] {
                // Every setting of each kind meets every page size; all of them with each other would take minutes.
                if vacuum != "NONE" && encoding != "UTF-8" {
                    continue;
                }
                number += 1;
                let path = folder.path().join(format!("{number}.db"));
                let secure = if number % 2 == 0 { "ON" } else { "OFF" };
                let settings = format!(
                    "PRAGMA page_size={page_size}; PRAGMA auto_vacuum={vacuum}; PRAGMA encoding='{encoding}'; \
                     PRAGMA secure_delete={secure};"
                );
                let bytes = written(&path, &settings, |connection| fill(connection, 150));
                let what = format!("{page_size} {vacuum} {encoding} {secure}");
                let connection = Connection::open(&path).unwrap();
                let rows = read(bytes);
                assert_eq!(rows.codes(), Vec::<&str>::new(), "{what}");
                for (ours, theirs, columns) in [
                    ("plain", "plain", vec!["a", "b", "c", "d", "e"]),
                    ("alias", "alias", vec!["id", "name", "note", "later", "words"]),
                    ("keyed", "keyed", vec!["k", "n", "v"]),
                    ("odd \"name\"_x", "\"odd \"\"name\"\"/x\"", vec!["rowid", "a b"]),
                    ("sqlite_sequence", "sqlite_sequence", vec!["name", "seq"]),
                ] {
                    let (expected, got) = (by_sqlite(&connection, theirs, &columns), by_pages(&rows, ours, &columns));
                    assert_eq!(got.len(), expected.len(), "{what}: {ours}");
                    assert!(got == expected, "{what}: {ours} differs");
                }
                let examined = examine_file(&path);
                assert_accounted(&examined);
                let coverage = examined.report.coverage;
                assert_eq!(coverage.damaged, 0, "{what}");
                // What was overwritten leaves little that nobody knows.
                assert!(secure == "OFF" || coverage.unknown * 50 < examined.report.bytes, "{what}: {coverage:?}");
            }
        }
    }
}

#[test]
fn row_ids_and_places_lead_back_to_the_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = written(&folder.path().join("a.db"), "PRAGMA page_size=512;", |connection| {
        connection.execute_batch("CREATE TABLE t(word TEXT)").unwrap();
        connection.execute("INSERT INTO t(rowid, word) VALUES(1000000, 'needle')", []).unwrap();
        connection.execute("INSERT INTO t(rowid, word) VALUES(-3, ?1)", ["x".repeat(2000)]).unwrap();
    });
    let rows = read(bytes.clone());
    let needle = &rows.of("t").iter().find(|row| row.id == Some(1_000_000)).expect("the row");
    let [(offset, len)] = needle.spans[..] else { panic!("{:?}", needle.spans) };
    // Length 8, a row id of three bytes, header of two bytes, then the text.
    assert_eq!(&bytes[offset as usize..(offset + len) as usize], b"\x08\xbd\x84\x40\x02\x19needle");
    let long = rows.of("t").iter().find(|row| row.id == Some(-3)).expect("the other row");
    assert_eq!(long.spans.len(), 1 + (2000_usize - (long.spans[0].1 as usize - 9 - 2 - 3 - 4)).div_ceil(508));
}

/// Ids that went are told, with the counter that remembers them.
#[test]
fn missing_ids_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    written(&path, "", |connection| {
        connection
            .execute_batch(
                "CREATE TABLE counted(id INTEGER PRIMARY KEY AUTOINCREMENT, w TEXT);
                 CREATE TABLE emptied(id INTEGER PRIMARY KEY AUTOINCREMENT, w TEXT);
                 CREATE TABLE full(id INTEGER PRIMARY KEY, w TEXT);
                 CREATE TABLE hashed(id INTEGER PRIMARY KEY, w TEXT);
                 INSERT INTO counted(w) VALUES('a'),('b'),('c'),('d'),('e');
                 INSERT INTO emptied(w) VALUES('a'),('b');
                 INSERT INTO full(w) VALUES('a'),('b');
                 INSERT INTO hashed VALUES(5000000000, 'a');
                 DELETE FROM counted WHERE id IN (2, 5); DELETE FROM emptied;",
            )
            .unwrap();
    });
    let notes = examine_file(&path).report.notes;
    let told = |table: &str| notes.iter().find(|note| note.starts_with(&format!("table {table}:"))).cloned();
    let counted = told("counted").expect("two rows are gone");
    assert!(counted.contains("3 rows, ids 1 to 4, its counter stands at 5"), "{counted}");
    assert!(counted.contains("2 ids from 1 to 5 are not there"), "{counted}");
    assert!(told("emptied").expect("all rows are gone").contains("its counter stands at 2"));
    assert_eq!((told("full"), told("hashed")), (None, None));
}
