//! SQLite databases: pages against SQLite's own reading, what is left of deleted rows, logs and journals, guesses about tables that
//! nobody described, and the media index of cameras.

mod carved;
mod guessed;
mod hostile;
mod joined;
mod media_index;
mod walked;

use std::collections::BTreeMap;
use std::path::Path;

use overflown::decode::{Context, Decoded, Diagnostic, Fact, Record, Sink, sqlite};
use overflown::evidence::{Evidence, ExtraHashes, Limits};
use overflown::examine::{Beside, Examined, examine};
use overflown::layout::{Layout, Value};
use rusqlite::Connection;

use crate::support::tools;

/// A row as the program hands it over.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: Option<i64>,
    pub state: String,
    /// By column, as they print; absent ones are left out.
    pub values: BTreeMap<String, String>,
    pub spans: Vec<(u64, u64)>,
}

/// All rows by the name of their record.
#[derive(Default)]
pub struct Rows {
    pub by_table: BTreeMap<String, Vec<Row>>,
    pub diagnostics: Vec<Diagnostic>,
    pub notes: Vec<String>,
}

impl Sink for Rows {
    fn wants(&self, _layout: &Layout) -> bool {
        true
    }

    fn record(&mut self, record: &Record<'_>) {
        let values: BTreeMap<String, Value<'_>> =
            record.fields().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let row = Row {
            id: values.get("row.id").and_then(Value::integer),
            state: values.get("row.state").map(ToString::to_string).unwrap_or_default(),
            values: values.iter().map(|(name, value)| (name.clone(), value.to_string())).collect(),
            spans: record.at.spans().map(|span| (span.offset, span.len)).collect(),
        };
        self.by_table.entry(record.name().into_owned()).or_default().push(row);
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn fact(&mut self, fact: Fact) {
        if let Fact::Note { text, .. } = fact {
            self.notes.push(text);
        }
    }
}

impl Rows {
    pub fn of(&self, table: &str) -> &[Row] {
        self.by_table.get(table).map_or(&[], Vec::as_slice)
    }

    pub fn codes(&self) -> Vec<&str> {
        self.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
    }

    pub fn says(&self, words: &str) -> bool {
        self.notes.iter().any(|note| note.contains(words))
    }
}

/// Decodes a file with what stands beside it.
pub fn read_file(path: &Path) -> (Rows, Decoded) {
    let limits = Limits::default();
    let label = path.file_name().expect("a name").to_string_lossy().into_owned();
    let evidence = Evidence::open(path, label, &limits, ExtraHashes::default()).expect("a file");
    let tables = tools().tables_of(&sqlite::FORMAT).expect("tables");
    let beside = Beside::of(&evidence, &limits);
    let context = Context { siblings: &beside, ..tools().context(tables) };
    let mut rows = Rows::default();
    let decoded = (sqlite::FORMAT.decode)(&evidence, &context, &mut rows);
    (rows, decoded)
}

pub fn read(bytes: Vec<u8>) -> Rows {
    let evidence = Evidence::from_bytes("made.db", bytes);
    let tables = tools().tables_of(&sqlite::FORMAT).expect("tables");
    let mut rows = Rows::default();
    (sqlite::FORMAT.decode)(&evidence, &tools().context(tables), &mut rows);
    rows
}

pub fn examine_file(path: &Path) -> Examined {
    let label = path.file_name().expect("a name").to_string_lossy().into_owned();
    let evidence = Evidence::open(path, label, &Limits::default(), ExtraHashes::default()).expect("a file");
    examine(&evidence, tools())
}

/// A database written by SQLite with these settings.
pub fn written(path: &Path, settings: &str, statements: impl FnOnce(&Connection)) -> Vec<u8> {
    let connection = Connection::open(path).expect("a new database");
    connection.execute_batch(settings).expect("good settings");
    statements(&connection);
    connection.close().expect("closed");
    std::fs::read(path).expect("written")
}

/// The coverage sums to the size.
pub fn assert_accounted(examined: &Examined) {
    let coverage = examined.report.coverage;
    let sum = coverage.decoded + coverage.known + coverage.unknown + coverage.damaged;
    assert_eq!(sum, examined.report.bytes, "{}", examined.report.path);
}
