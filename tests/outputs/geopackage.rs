//! The GeoPackage, read with SQLite alone: what the standard asks for, and as many features as the samples have.

use std::fs;

use rusqlite::Connection;
use serde_json::Value;

use super::made;
use crate::cli::run;
use crate::make::sites::SITES;

fn one<T: rusqlite::types::FromSql>(database: &Connection, sql: &str) -> T {
    database.query_row(sql, [], |row| row.get(0)).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

#[test]
fn a_case_has_its_layers_with_index_box_and_times() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("CASE");
    let zones = "samples/zones/sites.geojson";
    let output = folder.to_string_lossy().into_owned();
    let done =
        run(&["case", "samples/dji-txt", "--zones", zones, "--within", "100", "--case-id", "C 1", "-o", &output]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let database = Connection::open(folder.join("case.gpkg")).unwrap();
    assert_eq!(one::<String>(&database, "PRAGMA integrity_check"), "ok");
    // 0x47504B47 spells GPKG.
    assert_eq!(one::<i64>(&database, "PRAGMA application_id"), 0x4750_4B47);
    let fixes: usize = made().iter().map(|sample| sample.fixes).sum();
    let encounters: Value = serde_json::from_slice(&fs::read(folder.join("encounters.json")).unwrap()).unwrap();
    let of = |flight: &Value| flight["encounters"].as_array().map_or(0, Vec::len);
    let met: usize = encounters["flights"].as_array().unwrap().iter().map(of).sum();
    let counts =
        [("flights", made().len()), ("fixes", fixes), ("zones", SITES.len()), ("encounters", met), ("approaches", met)];
    assert!(met > 0);
    for (table, count) in counts {
        assert_eq!(one::<i64>(&database, &format!("SELECT count(*) FROM {table}")), count as i64, "{table}");
        assert_eq!(one::<i64>(&database, &format!("SELECT count(*) FROM rtree_{table}_geom")), count as i64, "{table}");
    }
    assert!(one::<i64>(&database, "SELECT count(*) FROM stays") >= 3);
    let outside = "SELECT count(*) FROM fixes f JOIN gpkg_contents c ON c.table_name = 'fixes'
                   WHERE NOT (f.lon_deg BETWEEN c.min_x AND c.max_x AND f.lat_deg BETWEEN c.min_y AND c.max_y)";
    assert_eq!(one::<i64>(&database, outside), 0);
    let undated = "SELECT count(*) FROM fixes WHERE utc NOT GLOB '20[0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9].[0-9][0-9][0-9]Z'";
    assert_eq!(one::<i64>(&database, undated), 0);
    // GP, version 0, little-endian without a box, 4326; then a little-endian point with Z, its longitude and latitude.
    let blob: Vec<u8> = one(&database, "SELECT geom FROM fixes WHERE fid = 1");
    assert_eq!(blob[..13], [b'G', b'P', 0, 1, 0xE6, 0x10, 0, 0, 1, 0xE9, 3, 0, 0]);
    let degrees = |at: usize| f64::from_le_bytes(blob[at..at + 8].try_into().unwrap());
    let first = "SELECT lon_deg FROM fixes WHERE fid = 1";
    assert_eq!(degrees(13), one::<f64>(&database, first));
    assert!((degrees(21) - 54.1).abs() < 0.05);
    let metadata: Value =
        serde_json::from_str(&one::<String>(&database, "SELECT metadata FROM gpkg_metadata")).unwrap();
    assert_eq!(metadata["case_id"], "C 1");
    assert_eq!(metadata["zones"][0]["path"], "sites.geojson");
    let styled = "SELECT count(*) FROM layer_styles s JOIN gpkg_geometry_columns g ON g.table_name = s.f_table_name";
    assert_eq!(one::<i64>(&database, styled), 7);
    assert_eq!(one::<i64>(&database, "SELECT count(*) FROM gpkg_contents WHERE last_change NOT LIKE '1980-%'"), 0);
}
