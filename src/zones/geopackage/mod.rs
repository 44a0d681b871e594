//! GeoPackages (OGC 12-128r19): SQLite databases with layers of features. The database is opened on a private copy in memory, never
//! by its path, so nothing is written beside the evidence.

mod database;

use geo::Coord;
use rusqlite::types::ValueRef;

use super::draft::Draft;
use super::feature::{Feature, Geometry};
use super::geojson::projection::Projection;
use super::properties::{Properties, plain};
use super::reader::{Input, Reader, Refused};
use super::report::{Report, short};
use super::zone::EdgeRule;
use super::{wkb, wkt};
use database::{Database, Layer, System};

pub const READER: Reader = Reader {
    format: "geopackage",
    is_text: false,
    claims: |input| input.bytes.starts_with(b"SQLite format 3\0"),
    read,
};

fn read(input: &Input<'_>, report: &mut Report) -> Result<Vec<Draft>, Refused> {
    let foreign = |what: String| Refused::Foreign(what, "give a GeoPackage, or convert it to GeoJSON first".to_owned());
    let database = Database::open(input.bytes)
        .map_err(|error| foreign(format!("an SQLite database that cannot be opened ({error})")))?;
    if database.has_log() {
        report.warn_file("it was written with a write-ahead log; what stands in that log alone is not read".to_owned());
    }
    let layers =
        database.layers().map_err(|error| foreign(format!("an SQLite database that is no GeoPackage ({error})")))?;
    for (table, kind) in database.others().unwrap_or_default() {
        report.ignored.push(format!("table {:?} ({})", short(&table), short(&kind)));
    }
    let mut drafts = Vec::new();
    for layer in &layers {
        match projection(&layer.system, &layer.table, report) {
            Ok(projection) => features(&database, layer, projection, &mut drafts, report),
            Err(name) => {
                let count = database.count(&layer.table).map_or("its".to_owned(), |count| format!("its {count}"));
                let reason = format!("{count} features are in {name}, which is not converted");
                report.skip(format!("layer {}", short(&layer.table)), None, reason);
            }
        }
    }
    if layers.is_empty() {
        report.warn_file("the GeoPackage has no layer of features".to_owned());
    }
    Ok(drafts)
}

/// What the coordinates of a layer mean. Longitude stands first whatever the definition says (requirement of the standard).
fn projection(system: &System, table: &str, report: &mut Report) -> Result<Projection, String> {
    let table = short(table);
    let is_epsg = system.organization.eq_ignore_ascii_case("EPSG");
    match (system.id, system.code) {
        (0, _) => {
            let what = format!("layer {table}: its coordinate system is undefined, geographic; taken as WGS 84");
            report.warn_file(what);
            Ok(Projection::Wgs84)
        }
        (-1, _) => Err("an undefined plane".to_owned()),
        (_, 4326 | 4979) if is_epsg => Ok(Projection::Wgs84),
        (_, 3857 | 900_913) if is_epsg => {
            let what = format!("layer {table}: its places were converted from Web Mercator (EPSG:3857) to WGS 84");
            report.repairs.push(what);
            Ok(Projection::WebMercator)
        }
        _ => {
            let (projection, told) = wkt::projection(&system.definition)
                .map_err(|name| format!("{} ({}:{})", name, short(&system.organization), system.code))?;
            told.into_iter().for_each(|told| report.warn_file(format!("layer {table}: {told}")));
            Ok(projection)
        }
    }
}

/// All features of a layer. What stops the reading is told; what was read before it stays.
fn features(database: &Database, layer: &Layer, projection: Projection, drafts: &mut Vec<Draft>, report: &mut Report) {
    let table = short(&layer.table);
    let mut number = 0;
    let result = database.rows(&layer.table, &mut |columns, row| {
        number += 1;
        let mut key = None;
        let mut geometries = Vec::new();
        let mut values: Vec<(String, String)> = Vec::new();
        for (at, column) in columns.iter().enumerate() {
            let value = row.get_ref(at)?;
            if column.eq_ignore_ascii_case(&layer.column) {
                geometries = geometry(value, projection);
                continue;
            }
            let text = match value {
                ValueRef::Null | ValueRef::Blob(_) => continue,
                ValueRef::Integer(number) => number.to_string(),
                ValueRef::Real(number) => number.to_string(),
                ValueRef::Text(text) => String::from_utf8_lossy(text).trim().to_owned(),
            };
            if layer.key.as_ref() == Some(column) {
                key = Some(text);
            } else {
                values.push((plain(column), text));
            }
        }
        let index = match &key {
            Some(key) => format!("{table} {key}"),
            None => format!("{table} row {number}"),
        };
        let properties = Properties::of_row(values.iter().map(|(name, value)| (name.as_str(), value.clone())));
        let feature = Feature { index, own_id: None, properties: &properties, geometries, edges: EdgeRule::Straight };
        drafts.extend(feature.draft(report));
        Ok(())
    });
    if let Err(error) = result {
        let reason = format!("reading stopped behind {number} features: {error}");
        report.skip(format!("layer {table}"), None, reason);
    }
}

/// The geometries of a cell: a header of the GeoPackage, then well-known binary.
///
/// ```text
/// 0  "GP"   2  u8 version   3  u8 flags   4  i32 coordinate system   8  envelope   ..  well-known binary
/// flags: bit 0 little-endian, bits 1-3 kind of envelope, bit 4 empty, bit 5 extended
/// ```
fn geometry(value: ValueRef<'_>, projection: Projection) -> Vec<Result<Geometry, String>> {
    let blob = match value {
        ValueRef::Null => return Vec::new(),
        ValueRef::Blob(blob) => blob,
        _ => return vec![Err("its geometry is no blob".to_owned())],
    };
    let &[b'G', b'P', _, flags, ..] = blob else { return vec![Err("its geometry is none of a GeoPackage".to_owned())] };
    let envelope = match flags >> 1 & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        other => return vec![Err(format!("its geometry has an envelope of unknown kind {other}"))],
    };
    if flags & 0x20 != 0 {
        return vec![Err("its geometry is of an extended kind, which is not read".to_owned())];
    }
    match blob.get(8 + envelope..) {
        Some(rest) => wkb::geometries(rest, &|place: Coord<f64>| projection.to_degrees(place)),
        None => vec![Err("the geometry is cut off".to_owned())],
    }
}

#[cfg(test)]
mod tests;
