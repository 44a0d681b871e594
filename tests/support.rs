//! What the tests share: where the real evidence lies, how an item is examined, and a sink that writes down every record.
//!
//! Tests on real evidence run when `OVERFLOWN_EVIDENCE` names its folder. Without it they say so once and pass; with it a
//! missing file is a failure, never a skip.

mod inventory;
mod ledger;
mod small;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Once, OnceLock};

use overflown::decode::{KeyFile, embedded_tables};
use overflown::evidence::{Evidence, Sha256};
use overflown::examine::{Completion, Examined, Tools, examine};
use overflown::track::{Rows, Track};

use crate::make::samples::Sample;

pub use inventory::{Listed, inventory};
pub use ledger::{Entry, Ledger};
pub use small::{FRAMES, place, small_log};

/// The folder that the tests belong to.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The evidence folder, or `None` after one line on the terminal that says what is skipped.
pub fn evidence() -> Option<PathBuf> {
    static TOLD: Once = Once::new();
    let Some(folder) = std::env::var_os("OVERFLOWN_EVIDENCE") else {
        // Past the capture of the test harness: a silent skip would look like a success.
        TOLD.call_once(|| {
            let line = "OVERFLOWN_EVIDENCE is not set: tests on real evidence are skipped\n";
            let _ = std::io::stderr().write_all(line.as_bytes());
        });
        return None;
    };
    let folder = PathBuf::from(folder);
    assert!(folder.is_dir(), "OVERFLOWN_EVIDENCE names {}, which is no folder", folder.display());
    Some(folder)
}

pub fn tools() -> &'static Tools {
    static TOOLS: OnceLock<Tools> = OnceLock::new();
    TOOLS.get_or_init(|| Tools {
        tables: embedded_tables().expect("the shipped tables parse").into(),
        ..Tools::default()
    })
}

/// Examines bytes under the name of the file that they came from.
pub fn examine_bytes(name: &str, bytes: Vec<u8>) -> Examined {
    examine(&Evidence::from_bytes(name, bytes), tools())
}

/// The same with the answer of a key service at hand.
pub fn examine_with_keys(name: &str, bytes: Vec<u8>, answer: &str) -> Examined {
    let tools = Tools { keys: vec![key_file(answer)].into(), ..tools().clone() };
    examine(&Evidence::from_bytes(name, bytes), &tools)
}

/// A sample with the keys that stand beside it, where there are any.
pub fn examine_sample(sample: &Sample) -> Examined {
    examine_perhaps(&sample.path, sample.bytes.clone(), sample.keys.as_deref())
}

fn examine_perhaps(name: &str, bytes: Vec<u8>, answer: Option<&str>) -> Examined {
    match answer {
        Some(answer) => examine_with_keys(name, bytes, answer),
        None => examine_bytes(name, bytes),
    }
}

fn key_file(answer: &str) -> KeyFile {
    KeyFile { label: "answer.json".to_owned(), sha256: Sha256::of(answer.as_bytes()), bytes: answer.into(), item: None }
}

/// A log in memory with what an examination of the intact file finds.
pub struct Log {
    pub name: String,
    pub bytes: Vec<u8>,
    /// What opens it, when it is encrypted.
    pub keys: Option<String>,
    pub whole: Examined,
    pub ledger: Ledger,
}

impl Log {
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self::with_keys(name, bytes, None)
    }

    pub fn with_keys(name: impl Into<String>, bytes: Vec<u8>, keys: Option<String>) -> Self {
        let name = name.into();
        let whole = examine_perhaps(&name, bytes.clone(), keys.as_deref());
        let ledger = Ledger::of(&name, &bytes);
        Log { name, bytes, keys, whole, ledger }
    }

    /// Examines other bytes as if they were this log's.
    pub fn examine(&self, bytes: Vec<u8>) -> Examined {
        examine_perhaps(&self.name, bytes, self.keys.as_deref())
    }

    /// The format version, from the prefix.
    pub fn version(&self) -> u8 {
        self.bytes[10]
    }
}

/// The real logs whose records are not encrypted, read once for all tests.
pub fn clear_logs() -> &'static [Log] {
    static LOGS: OnceLock<Vec<Log>> = OnceLock::new();
    LOGS.get_or_init(|| {
        let listed =
            inventory("dji-txt").into_iter().filter(|item| item.is_clear_log() && item.name.starts_with("raw/"));
        listed.map(|item| Log::new(item.file_name(), item.read())).collect()
    })
}

/// The rows of the aircraft's track; none at all when the item has no such track.
pub fn rows(examined: &Examined) -> &Rows {
    static EMPTY: OnceLock<Rows> = OnceLock::new();
    examined.primary().map_or_else(|| EMPTY.get_or_init(Rows::default), |track| &track.rows)
}

pub fn track<'a>(examined: &'a Examined, name: &str) -> Option<&'a Track> {
    examined.tracks.iter().find(|track| track.name == name)
}

pub fn fixes(examined: &Examined) -> usize {
    rows(examined).fixes().count()
}

/// What stands in a row of the aircraft's track and must never change: place in the file, position and time to the bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowKey {
    pub offset: u64,
    pub lat: u64,
    pub lon: u64,
    pub elapsed_ns: i64,
    pub height: u32,
}

pub fn row_keys(examined: &Examined) -> Vec<RowKey> {
    let rows = rows(examined);
    let heights = rows.column("height.takeoff");
    let key = |row: usize| RowKey {
        offset: rows.offset[row],
        lat: rows.lat[row].to_bits(),
        lon: rows.lon[row].to_bits(),
        elapsed_ns: rows.elapsed_ns[row],
        height: heights.map_or(0, |heights| heights[row].to_bits()),
    };
    (0..rows.len()).map(key).collect()
}

/// Diagnostics by code, with their folded counts.
pub fn diagnostic_counts(examined: &Examined) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    for diagnostic in &examined.report.diagnostics {
        *counts.entry(diagnostic.code).or_default() += diagnostic.count;
    }
    counts
}

pub fn has_diagnostic(examined: &Examined, code: &str) -> bool {
    examined.report.diagnostics.iter().any(|diagnostic| diagnostic.code == code)
}

/// What holds for every item whatever happened to it: the four classes sum to its size, the records add up, and nobody calls
/// an item whole that has a diagnostic of damage or loss.
pub fn assert_accounts(what: &str, examined: &Examined) {
    let report = &examined.report;
    let c = report.coverage;
    assert_eq!(
        c.decoded + c.known + c.unknown + c.damaged,
        report.bytes,
        "{what}: coverage must sum to the size: {c:?}"
    );
    let r = &report.records;
    assert_eq!(r.found, r.decoded + r.opaque + r.lost, "{what}: found = decoded + opaque + lost: {r:?}");
    assert_eq!(
        r.by_type.values().sum::<u64>(),
        r.decoded + r.opaque,
        "{what}: counts by type are those of framed records"
    );
    for track in &report.tracks {
        let length =
            track.first.iter().chain(&track.last).all(|place| place.lat.abs() <= 90.0 && place.lon.abs() <= 180.0);
        assert!(length, "{what}: a first or last fix is no place on earth: {track:?}");
    }
    if report.completeness == Completion::Whole {
        assert_eq!((c.damaged, r.lost), (0, 0), "{what}: a whole item has no such bytes and records");
        let beside = [
            "dji-txt/leading",
            "dji-txt/trailing",
            "dji-txt/joined",
            "gzip/behind",
            "zip/unclaimed",
            "photo/behind",
            "photo/unclaimed",
        ];
        let told = beside.iter().any(|code| has_diagnostic(examined, code));
        assert!(c.unknown == 0 || told, "{what}: bytes that are no part of a whole item are told");
        assert!(!examined.is_incomplete(), "{what}: whole and incomplete at once");
    }
    examined.children.iter().for_each(|child| assert_accounts(&format!("{what}!/child"), child));
}
