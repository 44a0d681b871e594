//! `Manifest.db`, read by SQLite from a private copy in memory.

use std::cell::Cell;

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;

/// Steps of SQLite's machine between two looks at the budget, and looks that a list may take.
const STEPS: i32 = 1_000_000;
const LOOKS: u32 = 500;

/// The longest path, bytes.
const CELL: i32 = 1 << 20;

/// Hands over id, domain and path of every file.
///
/// # Errors
/// Why the list, or the rest of it, could not be read.
pub fn read(mut copy: Vec<u8>, add: impl FnMut(String, &str, &str)) -> Result<(), String> {
    if !copy.starts_with(b"SQLite format 3\0") {
        return Err(
            "it is no database: the list of an encrypted backup is encrypted, too, or its start is damaged".to_owned()
        );
    }
    // A database in memory has no log; both marks of one are taken back in the copy.
    copy.get_mut(18..20).into_iter().flatten().filter(|mark| **mark == 2).for_each(|mark| *mark = 1);
    rows(&copy, add).map_err(|error| format!("SQLite says: {error}"))
}

fn rows(copy: &[u8], mut add: impl FnMut(String, &str, &str)) -> rusqlite::Result<()> {
    let mut connection = Connection::open_in_memory()?;
    connection.deserialize_read_exact("main", copy, copy.len(), true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, CELL)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    let looks = Cell::new(0);
    let is_spent = move || {
        looks.set(looks.get() + 1);
        looks.get() > LOOKS
    };
    connection.progress_handler(STEPS, Some(is_spent))?;
    let mut statement = connection.prepare("SELECT fileID, domain, relativePath FROM Files")?;
    let mut rows = statement.query([])?;
    // A damaged page ends the list; what was read before it holds.
    while let Some(row) = rows.next()? {
        if let (Ok(id), Ok(domain), Ok(path)) =
            (row.get::<_, String>(0), row.get::<_, String>(1), row.get::<_, String>(2))
        {
            add(id, &domain, &path);
        }
    }
    Ok(())
}
