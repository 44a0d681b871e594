//! GeoPackages made with SQLite itself.

use rusqlite::Connection;

use crate::evidence::{Evidence, Limits};
use crate::zones::{self, Shape, ZoneError, ZoneFile};

const TABLES: &str = "
    CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
        organization_coordsys_id INTEGER, definition TEXT, description TEXT);
    CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, srs_id INTEGER);
    CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER, z INTEGER, m INTEGER);
    INSERT INTO gpkg_spatial_ref_sys VALUES ('w', 4326, 'EPSG', 4326, '', ''), ('m', 3857, 'EPSG', 3857, '', ''),
        ('utm', 32633, 'EPSG', 32633, 'PROJCS[\"WGS 84 / UTM zone 33N\",GEOGCS[\"x\"]]', ''),
        ('e', 4258, 'EPSG', 4258, 'GEOGCS[\"ETRS89\",DATUM[\"European_Terrestrial_Reference_System_1989\",SPHEROID[\"x\",1,2]]]', '');";

/// A little-endian polygon with the header of a GeoPackage.
fn square(x: f64, y: f64, size: f64) -> Vec<u8> {
    let mut blob = b"GP\0\x01\0\0\0\0\x01\x03\0\0\0\x01\0\0\0\x05\0\0\0".to_vec();
    for (dx, dy) in [(0.0, 0.0), (size, 0.0), (size, size), (0.0, size), (0.0, 0.0)] {
        blob.extend((x + dx).to_le_bytes());
        blob.extend((y + dy).to_le_bytes());
    }
    blob
}

/// A layer in this system with these geometries, all called `Site`.
fn layer(connection: &Connection, name: &str, srs: i64, geometries: &[Option<Vec<u8>>]) {
    let quoted = name.replace('"', "\"\"");
    connection
        .execute_batch(&format!(
            "CREATE TABLE \"{quoted}\" (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT, upper_ft REAL);"
        ))
        .expect("a table");
    connection.execute("INSERT INTO gpkg_contents VALUES (?1, 'features', ?1, ?2)", (name, srs)).expect("a line");
    connection
        .execute("INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', 'POLYGON', ?2, 0, 0)", (name, srs))
        .expect("a line");
    for geometry in geometries {
        connection
            .execute(&format!("INSERT INTO \"{quoted}\" (geom, name, upper_ft) VALUES (?1, 'Site', 400)"), [geometry])
            .expect("a row");
    }
}

fn database(fill: impl FnOnce(&Connection)) -> Vec<u8> {
    let mut connection = Connection::open_in_memory().expect("a database");
    connection.execute_batch(TABLES).expect("tables");
    fill(&connection);
    connection.serialize("main").expect("bytes").to_vec()
}

fn read(bytes: Vec<u8>) -> Result<ZoneFile, ZoneError> {
    zones::read(&Evidence::from_bytes("a.gpkg", bytes), &[], &Limits::default())
}

#[test]
fn layers_by_their_systems() {
    let file = read(database(|c| {
        layer(c, "degrees \"quoted\"", 4326, &[Some(square(14.0, 50.0, 0.1)), None]);
        layer(c, "mercator", 3857, &[Some(square(1_558_472.0, 6_446_275.0, 100.0))]);
        layer(c, "utm", 32633, &vec![Some(square(5e5, 5e6, 100.0)); 2]);
        layer(c, "etrs", 4258, &[Some(square(14.0, 50.0, 0.1))]);
        layer(c, "undefined", 0, &[Some(square(14.0, 50.0, 0.1))]);
        layer(c, "plane", -1, &[Some(square(14.0, 50.0, 0.1))]);
        c.execute("INSERT INTO gpkg_contents VALUES ('pictures', 'tiles', '', 0)", []).expect("a line");
    }))
    .expect("zones");
    let zones: Vec<_> = file.zones.iter().map(|z| z.index.as_str()).collect();
    assert_eq!(zones, ["degrees \"quoted\" 1", "mercator 1", "etrs 1", "undefined 1"]);
    let skipped: Vec<_> = file.skipped.iter().map(|s| (s.index.as_str(), s.reason.as_str())).collect();
    assert_eq!(skipped[0], ("degrees \"quoted\" 2", "has no geometry"));
    assert_eq!(
        skipped[1],
        ("layer utm", "its 2 features are in WGS 84 / UTM zone 33N (EPSG:32633), which is not converted")
    );
    assert_eq!(skipped[2], ("layer plane", "its 1 features are in an undefined plane, which is not converted"));
    assert_eq!(file.zones[0].volumes[0].upper.as_ref().and_then(|l| l.value), Some(400.0));
    assert!(matches!(&file.zones[0].volumes[0].shape, Shape::Polygons(p) if p[0].exterior().0.len() == 5));
    // 1,558,472 m on the sphere of EPSG:3857 are 14.0000 degrees, 6,446,275 m are 50.0000.
    let bbox = file.zones[1].volumes[0].bbox;
    assert!((bbox.west - 14.0).abs() < 1e-4 && (bbox.south - 50.0).abs() < 1e-4, "{bbox:?}");
    assert!(file.warnings.iter().any(|w| w.contains("ETRS89") && w.contains("2 m")), "{:?}", file.warnings);
    assert_eq!(file.ignored, ["table \"pictures\" (tiles)"]);
}

#[test]
fn other_databases_and_damage() {
    let mut connection = Connection::open_in_memory().expect("a database");
    connection.execute_batch("CREATE TABLE t (x)").expect("a table");
    let other = read(connection.serialize("main").expect("bytes").to_vec());
    assert!(other.err().is_some_and(|e| e.to_string().contains("no GeoPackage")));
    let whole = database(|c| layer(c, "a", 4326, &vec![Some(square(14.0, 50.0, 0.1)); 2000]));
    let cut = read(whole[..whole.len() / 2].to_vec());
    assert!(cut.map_or(true, |file| file.zones.len() < 2000 && file.incomplete()));
    for at in (0..whole.len()).step_by(977) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x55;
        let _ = read(flipped);
    }
}

#[test]
fn a_log_that_is_not_there_is_told() {
    let mut bytes = database(|c| layer(c, "a", 4326, &[Some(square(14.0, 50.0, 0.1))]));
    bytes[18..20].fill(2);
    let file = read(bytes).expect("zones");
    assert_eq!(file.zones.len(), 1);
    assert!(file.warnings[0].contains("write-ahead log"), "{:?}", file.warnings);
}

#[test]
fn a_view_that_never_ends_is_stopped() {
    let file = read(database(|c| {
        c.execute_batch(
            "CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, NULL AS geom FROM n WHERE i < 0;
             INSERT INTO gpkg_contents VALUES ('v', 'features', 'v', 4326);
             INSERT INTO gpkg_geometry_columns VALUES ('v', 'geom', 'POINT', 4326, 0, 0);",
        )
        .expect("a view");
    }))
    .expect("told");
    assert!(file.skipped[0].reason.contains("reading stopped"), "{:?}", file.skipped);
}
