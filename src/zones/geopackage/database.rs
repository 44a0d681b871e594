//! The SQLite side of a GeoPackage: its layers and their rows.

use rusqlite::{Result, Row};

use crate::bytes::database::{PrivateCopy, quoted};

pub struct Database(PrivateCopy);

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
        PrivateCopy::open(bytes).map(Database)
    }

    /// It is meant to be read with a write-ahead log beside it.
    pub fn has_log(&self) -> bool {
        self.0.has_log
    }

    /// The layers of features.
    ///
    /// # Errors
    /// As SQLite says; most often that a table of the standard is missing.
    pub fn layers(&self) -> Result<Vec<Layer>> {
        let mut statement = self.0.connection.prepare(
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
            layer.key = self.0.connection.query_row(query, [&layer.table], |row| row.get(0)).ok();
        }
        Ok(layers)
    }

    /// Tables of other kinds, and what they are.
    ///
    /// # Errors
    /// As SQLite says.
    pub fn others(&self) -> Result<Vec<(String, String)>> {
        let mut statement = self.0.connection.prepare(
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
        self.0.connection.query_row(&format!("SELECT count(*) FROM {}", quoted(table)), [], |row| row.get(0))
    }

    /// Hands out all rows of a table with the names of its columns.
    ///
    /// # Errors
    /// As SQLite says, from where the reading stops.
    pub fn rows(&self, table: &str, take: &mut dyn FnMut(&[String], &Row<'_>) -> Result<()>) -> Result<()> {
        let mut statement = self.0.connection.prepare(&format!("SELECT * FROM {}", quoted(table)))?;
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            take(&columns, row)?;
        }
        Ok(())
    }
}
