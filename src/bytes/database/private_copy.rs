//! SQLite itself on a copy in memory, opened so that nothing in it can run for ever or reach out, and nothing is written beside
//! the evidence.

use std::cell::Cell;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, Result};

/// Steps of SQLite's machine between two looks at the budget.
const STEPS: i32 = 1_000_000;
/// Looks that a file may take: seconds of work. A layer of a million features takes some thirty.
const LOOKS: u32 = 100;
/// The longest cell, bytes.
const CELL: i32 = 256 << 20;
/// Where a database says whether it is written with a log.
const JOURNAL: std::ops::Range<usize> = 18..20;

/// A database in memory.
pub struct PrivateCopy {
    pub connection: Connection,
    /// It is meant to be read with a write-ahead log beside it.
    pub has_log: bool,
}

impl PrivateCopy {
    /// Opens a copy of the bytes.
    ///
    /// # Errors
    /// As SQLite says.
    pub fn open(bytes: &[u8]) -> Result<Self> {
        PrivateCopy::of(bytes.to_vec())
    }

    /// Opens these bytes.
    ///
    /// # Errors
    /// As SQLite says.
    pub fn of(mut copy: Vec<u8>) -> Result<Self> {
        let mut has_log = false;
        // A database in memory has no log; both marks of one are taken back in the copy.
        if let Some(marks) = copy.get_mut(JOURNAL) {
            has_log = marks.contains(&2);
            marks.iter_mut().filter(|mark| **mark == 2).for_each(|mark| *mark = 1);
        }
        let mut connection = Connection::open_in_memory()?;
        connection.deserialize_read_exact("main", copy.as_slice(), copy.len(), true)?;
        drop(copy);
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, CELL)?;
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        let looks = Cell::new(0);
        connection.progress_handler(
            STEPS,
            Some(move || {
                looks.set(looks.get() + 1);
                looks.get() > LOOKS
            }),
        )?;
        connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
        Ok(PrivateCopy { connection, has_log })
    }
}

/// A name as SQL takes it, whatever stands in it.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
