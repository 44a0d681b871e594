//! The SQLite side of a GeoPackage: a copy in memory, opened so that nothing in it can run for ever or reach out.

use std::cell::Cell;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, Result, Row};

/// Steps of SQLite's machine between two looks at the budget.
const STEPS: i32 = 1_000_000;
/// Looks that a file may take: seconds of work. A layer of a million features takes some thirty.
const LOOKS: u32 = 100;
/// The longest cell, bytes.
const CELL: i32 = 256 << 20;
/// Where a database says whether it is written with a log.
const JOURNAL: std::ops::Range<usize> = 18..20;

pub struct Database {
    connection: Connection,
    /// It is meant to be read with a write-ahead log beside it.
    pub has_log: bool,
}

/// A table of features.
pub struct Layer {
    pub table: String,
    /// The column of geometries.
    pub column: String,
    /// The column that numbers the features.
    pub key: Option<String>,
    pub system: System,
}

/// A line of `gpkg_spatial_ref_sys`.
pub struct System {
    pub id: i64,
    pub organization: String,
    pub code: i64,
    pub definition: String,
}

impl Database {
    /// Opens a copy of the bytes.
    ///
    /// # Errors
    /// As SQLite says.
    pub fn open(bytes: &[u8]) -> Result<Self> {
        let mut copy = bytes.to_vec();
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
        Ok(Database { connection, has_log })
    }

    /// The layers of features.
    ///
    /// # Errors
    /// As SQLite says; most often that a table of the standard is missing.
    pub fn layers(&self) -> Result<Vec<Layer>> {
        let mut statement = self.connection.prepare(
            "SELECT g.table_name, g.column_name, g.srs_id, coalesce(s.organization, ''), \
             coalesce(s.organization_coordsys_id, g.srs_id), coalesce(s.definition, '') \
             FROM gpkg_geometry_columns g LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id \
             JOIN gpkg_contents c ON c.table_name = g.table_name ORDER BY c.rowid",
        )?;
        let layers = statement.query_map([], |row| {
            let system =
                System { id: row.get(2)?, organization: row.get(3)?, code: row.get(4)?, definition: row.get(5)? };
            Ok(Layer { table: row.get(0)?, column: row.get(1)?, key: None, system })
        })?;
        let mut layers = layers.collect::<Result<Vec<Layer>>>()?;
        for layer in &mut layers {
            let query = "SELECT name FROM pragma_table_info(?1) WHERE pk = 1";
            layer.key = self.connection.query_row(query, [&layer.table], |row| row.get(0)).ok();
        }
        Ok(layers)
    }

    /// Tables of other kinds, and what they are.
    ///
    /// # Errors
    /// As SQLite says.
    pub fn others(&self) -> Result<Vec<(String, String)>> {
        let mut statement = self.connection.prepare(
            "SELECT table_name, data_type FROM gpkg_contents \
             WHERE table_name NOT IN (SELECT table_name FROM gpkg_geometry_columns) ORDER BY rowid",
        )?;
        let others = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        others.collect()
    }

    /// How many rows a table has.
    ///
    /// # Errors
    /// As SQLite says.
    pub fn count(&self, table: &str) -> Result<i64> {
        self.connection.query_row(&format!("SELECT count(*) FROM {}", quoted(table)), [], |row| row.get(0))
    }

    /// Hands out all rows of a table with the names of its columns.
    ///
    /// # Errors
    /// As SQLite says, from where the reading stops.
    pub fn rows(&self, table: &str, take: &mut dyn FnMut(&[String], &Row<'_>) -> Result<()>) -> Result<()> {
        let mut statement = self.connection.prepare(&format!("SELECT * FROM {}", quoted(table)))?;
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            take(&columns, row)?;
        }
        Ok(())
    }
}

/// A name as SQL takes it, whatever stands in it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
