//! The tables of a GeoPackage (OGC 12-128r17), and one layer of features with its spatial index.

use rusqlite::types::Value;
use rusqlite::{Connection, Statement, params, params_from_iter};

use super::UNCHANGED;

/// WGS 84, longitude first.
const SYSTEM: i32 = 4326;

/// Marks of the format (`GPKG`, version 1.3) and the tables that every GeoPackage has.
pub const BASE: &str = "
PRAGMA application_id = 1196444487;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
  ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563,\
AUTHORITY[\"EPSG\",\"7030\"]],AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],\
UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AXIS[\"Latitude\",NORTH],AXIS[\"Longitude\",EAST],\
AUTHORITY[\"EPSG\",\"4326\"]]', 'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid');
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x DOUBLE,
  min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
";

/// The tables of the metadata extension, as its clause F.8 has them.
const METADATA: &str = "
CREATE TABLE gpkg_metadata (id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
  md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
  timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
INSERT INTO gpkg_extensions VALUES
  ('gpkg_metadata', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec130/#extension_metadata', 'read-write'),
  ('gpkg_metadata_reference', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec130/#extension_metadata', 'read-write');
";

/// Keep the index right when another program edits the layer: names and bodies are those of clause F.3; `{t}` is the table.
const TRIGGERS: &str = r#"
CREATE TRIGGER "rtree_{t}_geom_insert" AFTER INSERT ON "{t}" WHEN (new."geom" NOT NULL AND NOT ST_IsEmpty(NEW."geom")) BEGIN
  INSERT OR REPLACE INTO "rtree_{t}_geom" VALUES (NEW."fid", ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")); END;
CREATE TRIGGER "rtree_{t}_geom_update1" AFTER UPDATE OF "geom" ON "{t}" WHEN OLD."fid" = NEW."fid" AND (NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom")) BEGIN
  INSERT OR REPLACE INTO "rtree_{t}_geom" VALUES (NEW."fid", ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")); END;
CREATE TRIGGER "rtree_{t}_geom_update2" AFTER UPDATE OF "geom" ON "{t}" WHEN OLD."fid" = NEW."fid" AND (NEW."geom" ISNULL OR ST_IsEmpty(NEW."geom")) BEGIN
  DELETE FROM "rtree_{t}_geom" WHERE id = OLD."fid"; END;
CREATE TRIGGER "rtree_{t}_geom_update3" AFTER UPDATE ON "{t}" WHEN OLD."fid" != NEW."fid" AND (NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom")) BEGIN
  DELETE FROM "rtree_{t}_geom" WHERE id = OLD."fid";
  INSERT OR REPLACE INTO "rtree_{t}_geom" VALUES (NEW."fid", ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")); END;
CREATE TRIGGER "rtree_{t}_geom_update4" AFTER UPDATE ON "{t}" WHEN OLD."fid" != NEW."fid" AND (NEW."geom" ISNULL OR ST_IsEmpty(NEW."geom")) BEGIN
  DELETE FROM "rtree_{t}_geom" WHERE id IN (OLD."fid", NEW."fid"); END;
CREATE TRIGGER "rtree_{t}_geom_delete" AFTER DELETE ON "{t}" WHEN old."geom" NOT NULL BEGIN
  DELETE FROM "rtree_{t}_geom" WHERE id = OLD."fid"; END;
"#;

/// What a layer is.
pub struct About {
    pub table: &'static str,
    pub description: &'static str,
    /// As `gpkg_geometry_columns` names it.
    pub geometry: &'static str,
    pub has_z: bool,
}

/// A table of features on its way.
pub struct Layer {
    pub about: &'static About,
    columns: usize,
    features: i64,
    bounds: Bounds,
}

impl Layer {
    /// # Errors
    /// As SQLite says; so do the others.
    pub fn create<N: AsRef<str>>(
        connection: &Connection,
        about: &'static About,
        columns: &[(N, &str)],
    ) -> rusqlite::Result<Self> {
        let mut taken = vec!["fid".to_owned(), "geom".to_owned()];
        let mut definition = String::new();
        for (name, kind) in columns {
            // SQLite does not tell capitals apart.
            let mut name = name.as_ref().replace('"', "\"\"");
            while taken.contains(&name.to_ascii_lowercase()) {
                name.push('_');
            }
            taken.push(name.to_ascii_lowercase());
            definition += &format!(", \"{name}\" {kind}");
        }
        let (table, geometry) = (about.table, about.geometry);
        connection.execute_batch(&format!(
            "CREATE TABLE \"{table}\" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom {geometry}{definition});
             CREATE VIRTUAL TABLE \"rtree_{table}_geom\" USING rtree(id, minx, maxx, miny, maxy);"
        ))?;
        Ok(Layer { about, columns: columns.len(), features: 0, bounds: Bounds::NOTHING })
    }

    /// Ready to take features.
    pub fn insert<'c>(&'c mut self, connection: &'c Connection) -> rusqlite::Result<Insert<'c>> {
        let table = self.about.table;
        let places = ",?".repeat(self.columns);
        Ok(Insert {
            feature: connection.prepare(&format!("INSERT INTO \"{table}\" VALUES (?,?{places})"))?,
            index: connection.prepare(&format!("INSERT INTO \"rtree_{table}_geom\" VALUES (?,?,?,?,?)"))?,
            features: &mut self.features,
            bounds: &mut self.bounds,
        })
    }

    /// Lists the layer in the tables of contents, once it is full.
    pub fn register(&self, connection: &Connection) -> rusqlite::Result<()> {
        let About { table, description, geometry, has_z } = self.about;
        let [west, south, east, north] = self.bounds.known().map_or([None; 4], |bounds| bounds.map(Some));
        connection.execute(
            "INSERT INTO gpkg_contents VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?, ?)",
            params![table, table, description, UNCHANGED, west, south, east, north, SYSTEM],
        )?;
        connection.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, ?, 0)",
            params![table, geometry, SYSTEM, i32::from(*has_z)],
        )?;
        connection.execute(
            "INSERT INTO gpkg_extensions VALUES
               (?, 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec130/#extension_rtree', 'write-only')",
            params![table],
        )?;
        connection.execute_batch(&TRIGGERS.replace("{t}", table))
    }
}

/// Takes features one by one.
pub struct Insert<'c> {
    feature: Statement<'c>,
    index: Statement<'c>,
    features: &'c mut i64,
    bounds: &'c mut Bounds,
}

impl Insert<'_> {
    /// One feature: its box, its geometry as WKB, its attributes in the order of the columns.
    pub fn add(
        &mut self,
        bounds: Bounds,
        wkb: Option<&[u8]>,
        attributes: impl IntoIterator<Item = Value>,
    ) -> rusqlite::Result<()> {
        *self.features += 1;
        let id = *self.features;
        let geometry = wkb.map_or(Value::Null, |wkb| Value::Blob(blob(&bounds, wkb)));
        let values = [Value::Integer(id), geometry].into_iter().chain(attributes);
        self.feature.execute(params_from_iter(values))?;
        if let (Some(_), Some([west, south, east, north])) = (wkb, bounds.known()) {
            self.index.execute(params![id, west, east, south, north])?;
            self.bounds.join(&bounds);
        }
        Ok(())
    }
}

/// West, south, east, north in degrees.
#[derive(Clone, Copy, Debug)]
pub struct Bounds([f64; 4]);

impl Bounds {
    pub const NOTHING: Bounds = Bounds([f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY]);

    pub fn of(x: f64, y: f64) -> Self {
        Bounds([x, y, x, y])
    }

    pub fn add(&mut self, x: f64, y: f64) {
        self.join(&Bounds::of(x, y));
    }

    fn join(&mut self, other: &Bounds) {
        let ([w, s, e, n], [west, south, east, north]) = (self.0, other.0);
        self.0 = [w.min(west), s.min(south), e.max(east), n.max(north)];
    }

    /// `None` for the box of nothing.
    fn known(&self) -> Option<[f64; 4]> {
        (self.0[0] <= self.0[2]).then_some(self.0)
    }
}

/// A geometry as a GeoPackage holds it: `GP`, version, flags, reference system, its box unless it is one place, then WKB.
fn blob(bounds: &Bounds, wkb: &[u8]) -> Vec<u8> {
    const LITTLE_ENDIAN: u8 = 1;
    const BOX_XY: u8 = 1 << 1;
    let [west, south, east, north] = bounds.0;
    let is_place = west == east && south == north;
    let mut bytes = vec![b'G', b'P', 0, if is_place { LITTLE_ENDIAN } else { LITTLE_ENDIAN | BOX_XY }];
    bytes.extend(SYSTEM.to_le_bytes());
    if !is_place {
        [west, east, south, north].iter().for_each(|degrees| bytes.extend(degrees.to_le_bytes()));
    }
    bytes.extend(wkb);
    bytes
}

/// What the file was made by and for, about the whole of it.
pub fn metadata(connection: &Connection, json: &str) -> rusqlite::Result<()> {
    connection.execute_batch(METADATA)?;
    connection.execute(
        "INSERT INTO gpkg_metadata VALUES (1, 'dataset', 'urn:overflown:provenance:1', 'application/json', ?)",
        params![json],
    )?;
    connection.execute(
        "INSERT INTO gpkg_metadata_reference VALUES ('geopackage', NULL, NULL, NULL, ?, 1, NULL)",
        params![UNCHANGED],
    )?;
    Ok(())
}
