//! Databases that lie: nothing panics, nothing runs for ever, every byte stays accounted for.

use overflown::decode::{FORMATS, Score};
use overflown::evidence::Evidence;

use super::{assert_accounted, read, written};
use crate::support::examine_bytes;

fn small() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    written(
        &folder.path().join("a.db"),
        "PRAGMA page_size=512; PRAGMA auto_vacuum=FULL; PRAGMA secure_delete=OFF;",
        |connection| {
            connection
                .execute_batch(
                    "CREATE TABLE t(id INTEGER PRIMARY KEY, lat REAL, lon REAL, w TEXT); CREATE INDEX i ON t(w);
                 CREATE TABLE k(a TEXT PRIMARY KEY, b BLOB) WITHOUT ROWID;",
                )
                .unwrap();
            for n in 0..60_i64 {
                let word = "word ".repeat((n % 40 * (n % 9)) as usize);
                connection.execute("INSERT INTO t VALUES(?1, 54.5, 8.25, ?2)", (n, &word)).unwrap();
                connection.execute("INSERT INTO k VALUES(?1, zeroblob(?2))", (n.to_string(), n * 9)).unwrap();
            }
            connection.execute_batch("DELETE FROM t WHERE id % 4 = 0").unwrap();
        },
    )
}

#[test]
fn flipped_bytes_cost_what_they_touch() {
    let bytes = small();
    let mut state = 1_u64;
    for round in 0..400 {
        let mut broken = bytes.clone();
        for _ in 0..1 + round % 8 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (state >> 33) as usize % broken.len();
            broken[at] = (state >> 25) as u8;
        }
        assert_accounted(&examine_bytes("a.db", broken));
    }
    for len in (0..bytes.len()).step_by(777) {
        assert_accounted(&examine_bytes("a.db", bytes[..len].to_vec()));
    }
}

#[test]
fn a_loop_of_pages_ends() {
    let mut bytes = small();
    // The first root leads to itself: an interior page whose only child is page 3, on page 3.
    let page = 2 * 512;
    bytes[page..page + 12].copy_from_slice(&[5, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3]);
    let rows = read(bytes);
    assert!(rows.codes().contains(&"database/page-twice"), "{:?}", rows.codes());
}

#[test]
fn a_header_that_states_millions_of_pages_costs_nothing() {
    let mut bytes = small();
    bytes[28..32].copy_from_slice(&u32::MAX.to_be_bytes());
    let rows = read(bytes);
    assert!(rows.codes().contains(&"database/cut"));
    assert_eq!(rows.of("t").len(), 45);
}

/// The page number of a frame is the first thing in it; frames begin behind 32 bytes, salts stand at 16.
#[test]
fn a_log_that_names_a_page_beyond_all_files_costs_nothing() {
    let log = std::fs::read(crate::support::repository().join("samples/sqlite/app.db-wal")).unwrap();
    for salt in [false, true] {
        let mut hostile = log.clone();
        hostile[32..36].copy_from_slice(&[0xff, 0xff, 0xff, 0xf0]);
        hostile[16] ^= u8::from(salt);
        let examined = examine_bytes("app.db-wal", hostile);
        let coverage = &examined.report.coverage;
        assert_eq!(coverage.decoded + coverage.known + coverage.unknown + coverage.damaged, log.len() as u64);
    }
}

#[test]
fn a_row_that_lost_its_overflow_is_a_loss() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = written(&folder.path().join("a.db"), "PRAGMA page_size=512;", |connection| {
        connection.execute_batch("CREATE TABLE t(w TEXT); INSERT INTO t VALUES('short')").unwrap();
        connection.execute("INSERT INTO t VALUES(?1)", ["x".repeat(3000)]).unwrap();
    });
    bytes.truncate(bytes.len() - 512);
    let examined = examine_bytes("a.db", bytes);
    assert_eq!((examined.report.records.by_type["t"], examined.report.records.lost), (1, 1));
    assert!(examined.is_incomplete());
}

/// Whole pages of noise: only a name that says so makes an encrypted database of them.
#[test]
fn encrypted_databases_are_named_and_not_read() {
    let mut state = 88_172_645_463_325_252_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as u8
    })
    .take(64 << 10)
    .collect();
    let examined = examine_bytes("flysafe_areas_djigo.db.confumix", noise.clone());
    let locked = examined.report.locked.expect("it is locked");
    assert!(locked.scheme.contains("SQLCipher"));
    let certain = |label: &str, bytes: Vec<u8>| {
        let evidence = Evidence::from_bytes(label, bytes);
        FORMATS.iter().any(|format| (format.probe)(&evidence).score > Score::No)
    };
    assert!(!certain("noise.bin", noise.clone()));
    assert!(!certain("flysafe_app.db", vec![b'a'; 64 << 10]), "no noise");
    assert!(!certain("flysafe_app.db", noise[..5000].to_vec()), "no whole pages");
}
