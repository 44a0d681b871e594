//! FlatGeobuf 3: a header, a packed R-tree that is skipped, and features one after the other.
//!
//! ```text
//! "fgb" 3 "fgb" patch | u32 length, Header | R-tree | u32 length, Feature | u32 length, Feature | ...
//! ```
//!
//! Header and features are flatbuffers (header.fbs and feature.fbs of the format). Read by our own bounds-checked code: a file
//! that states a huge count costs nothing.

mod geometry;
mod table;

use super::draft::Draft;
use super::feature::Feature;
use super::geojson::projection::Projection;
use super::properties::{Properties, plain};
use super::reader::{Input, Reader, Refused};
use super::report::{Report, short};
use super::wkt;
use super::zone::EdgeRule;
use crate::bytes::little_endian::{u16_at, u32_at};
use table::Table;

pub const READER: Reader = Reader {
    format: "flatgeobuf",
    is_text: false,
    claims: |input| matches!(input.bytes, [b'f', b'g', b'b', 3, b'f', b'g', b'b', ..]),
    read,
};

const MAGIC_LEN: usize = 8;
/// Bytes of a node of the R-tree: a box and an offset.
const NODE_LEN: u64 = 40;
const NODE_SIZE: u16 = 16;

/// Fields of the tables Header, Crs, Column and Feature.
mod field {
    pub const GEOMETRY_TYPE: usize = 2;
    pub const COLUMNS: usize = 7;
    pub const COUNT: usize = 8;
    pub const NODE_SIZE: usize = 9;
    pub const CRS: usize = 10;
    pub const CRS_ORGANIZATION: usize = 0;
    pub const CRS_CODE: usize = 1;
    pub const CRS_NAME: usize = 2;
    pub const CRS_WKT: usize = 4;
    pub const COLUMN_NAME: usize = 0;
    pub const COLUMN_TYPE: usize = 1;
    pub const FEATURE_GEOMETRY: usize = 0;
    pub const FEATURE_PROPERTIES: usize = 1;
    pub const FEATURE_COLUMNS: usize = 2;
}

/// Plain name and type of each column.
type Columns = Vec<(String, u8)>;

fn read(input: &Input<'_>, report: &mut Report) -> Result<Vec<Draft>, Refused> {
    let bytes = input.bytes;
    let damaged = || {
        let next_step = "check that the file was copied whole".to_owned();
        Refused::Foreign("FlatGeobuf that is damaged in its header".to_owned(), next_step)
    };
    let (header, behind) = sized(bytes, MAGIC_LEN).ok_or_else(damaged)?;
    let header = Table::root(header).ok_or_else(damaged)?;
    let projection = projection(&header, report)?;
    let count = header.u64(field::COUNT).unwrap_or_default();
    let node_size = header.u16(field::NODE_SIZE).unwrap_or(NODE_SIZE);
    let mut at = index_len(count, node_size)
        .and_then(|len| behind.checked_add(usize::try_from(len).ok()?))
        .filter(|at| *at <= bytes.len())
        .ok_or_else(damaged)?;
    let kind = header.u8(field::GEOMETRY_TYPE).unwrap_or_default();
    let columns = columns(&header, field::COLUMNS);

    let mut drafts = Vec::new();
    let mut number = 0_u64;
    while at < bytes.len() {
        let index = format!("feature {number}");
        number += 1;
        let Some((feature, next)) = sized(bytes, at) else {
            let reason = format!(
                "does not fit into the {} bytes that are left: the file was cut or is damaged",
                bytes.len() - at
            );
            report.skip(index, None, reason);
            break;
        };
        drafts.extend(self::feature(feature, index, kind, &columns, projection, report));
        at = next;
    }
    // A count of 0 stands for unknown.
    if count != 0 && count != number {
        report.warn_file(format!("its header states {count} features; {number} were found"));
    }
    if number == 0 {
        report.warn_file("the file has no features".to_owned());
    }
    Ok(drafts)
}

/// What stands behind its length at `at`, and where that ends.
fn sized(bytes: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let start = at.checked_add(4)?;
    let end = start.checked_add(u32_at(bytes, at)? as usize)?;
    Some((bytes.get(start..end)?, end))
}

/// The length of the R-tree: all features, then their parents up to one root.
fn index_len(count: u64, node_size: u16) -> Option<u64> {
    if count == 0 || node_size == 0 {
        return Some(0);
    }
    let node_size = u64::from(node_size).max(2);
    let (mut level, mut nodes) = (count, count);
    loop {
        level = level.div_ceil(node_size);
        nodes = nodes.checked_add(level)?;
        if level == 1 {
            return nodes.checked_mul(NODE_LEN);
        }
    }
}

fn projection(header: &Table<'_>, report: &mut Report) -> Result<Projection, Refused> {
    let Some(crs) = header.table(field::CRS) else {
        report.warn_file("nothing says what its coordinates are; they were taken as WGS 84".to_owned());
        return Ok(Projection::Wgs84);
    };
    let organization = crs.text(field::CRS_ORGANIZATION).unwrap_or_default();
    let code = crs.i32(field::CRS_CODE).unwrap_or_default();
    // Without an organization the code is one of EPSG (header.fbs).
    let is_epsg = organization.is_empty() || organization.eq_ignore_ascii_case("EPSG");
    let told_mercator = "the whole file: its places were converted from Web Mercator (EPSG:3857) to WGS 84";
    match code {
        4326 | 4979 if is_epsg => return Ok(Projection::Wgs84),
        3857 | 900_913 if is_epsg => {
            report.repairs.push(told_mercator.to_owned());
            return Ok(Projection::WebMercator);
        }
        _ => {}
    }
    let name =
        crs.text(field::CRS_NAME).filter(|name| !name.is_empty()).unwrap_or_else(|| format!("{organization}:{code}"));
    let Some(wkt) = crs.text(field::CRS_WKT).filter(|wkt| !wkt.is_empty()) else {
        return Err(Refused::Projection(short(&name)));
    };
    let (projection, told) = wkt::projection(&wkt).map_err(Refused::Projection)?;
    if projection == Projection::WebMercator {
        report.repairs.push(told_mercator.to_owned());
    }
    told.into_iter().for_each(|told| report.warn_file(told));
    Ok(projection)
}

fn columns(table: &Table<'_>, number: usize) -> Columns {
    let column = |column: Table<'_>| {
        let name = column.text(field::COLUMN_NAME).unwrap_or_default();
        (plain(&name), column.u8(field::COLUMN_TYPE).unwrap_or_default())
    };
    table.tables(number).map(column).collect()
}

fn feature(
    bytes: &[u8],
    index: String,
    kind: u8,
    columns: &Columns,
    projection: Projection,
    report: &mut Report,
) -> Option<Draft> {
    let Some(table) = Table::root(bytes) else {
        report.skip(index, None, "is damaged: it points outside itself");
        return None;
    };
    let own = self::columns(&table, field::FEATURE_COLUMNS);
    let columns = if own.is_empty() { columns } else { &own };
    let cells = table.vector(field::FEATURE_PROPERTIES, 1).unwrap_or_default();
    let (values, is_whole) = values(cells, columns);
    let properties = Properties::of_row(values.iter().map(|(name, value)| (name.as_str(), value.clone())));
    let mut reader = geometry::Reader::new(projection, bytes.len());
    if let Some(geometry) = table.table(field::FEATURE_GEOMETRY) {
        reader.read(&geometry, kind, 0);
    }
    let geometries = std::mem::take(&mut reader.found);
    let feature = Feature { index, own_id: None, properties: &properties, geometries, edges: EdgeRule::Straight };
    let mut draft = feature.draft(report)?;
    if !is_whole {
        let what = "its attributes are damaged; those before the damage were read".to_owned();
        report.warn(&mut draft.place, "features with damaged attributes", what);
    }
    Some(draft)
}

/// The attributes: the number of a column, then its value, as often as there are values. `false` when they break off.
fn values(mut cells: &[u8], columns: &Columns) -> (Vec<(String, String)>, bool) {
    let mut values = Vec::new();
    while !cells.is_empty() {
        let column = u16_at(cells, 0).and_then(|number| columns.get(usize::from(number)));
        let Some((value, len)) = column.and_then(|(_, kind)| value(cells.get(2..)?, *kind)) else {
            return (values, false);
        };
        values.extend(column.map(|(name, _)| name.clone()).zip(value));
        cells = cells.get(2 + len..).unwrap_or_default();
    }
    (values, true)
}

/// A value of a column's type in words, and its length; no words for what is none.
fn value(bytes: &[u8], kind: u8) -> Option<(Option<String>, usize)> {
    fn number<const N: usize, T: ToString>(bytes: &[u8], read: fn([u8; N]) -> T) -> Option<(Option<String>, usize)> {
        let bytes: [u8; N] = bytes.get(..N)?.try_into().ok()?;
        Some((Some(read(bytes).to_string()), N))
    }
    match kind {
        0 => number(bytes, i8::from_le_bytes),
        1 => number(bytes, u8::from_le_bytes),
        2 => number(bytes, |[byte]: [u8; 1]| byte != 0),
        3 => number(bytes, i16::from_le_bytes),
        4 => number(bytes, u16::from_le_bytes),
        5 => number(bytes, i32::from_le_bytes),
        6 => number(bytes, u32::from_le_bytes),
        7 => number(bytes, i64::from_le_bytes),
        8 => number(bytes, u64::from_le_bytes),
        9 => number(bytes, f32::from_le_bytes),
        10 => number(bytes, f64::from_le_bytes),
        // Text, JSON, time; 14 is binary.
        11..=14 => {
            let len = u32_at(bytes, 0)? as usize;
            let text = bytes.get(4..len.checked_add(4)?)?;
            Some(((kind != 14).then(|| String::from_utf8_lossy(text).trim().to_owned()), 4 + len))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 179 + 12 + 1 nodes of 40 bytes; one feature has itself and a root.
    #[test]
    fn lengths_of_indexes() {
        assert_eq!(index_len(179, 16), Some(192 * 40));
        assert_eq!(index_len(1, 16), Some(80));
        assert_eq!(index_len(0, 16), Some(0));
        assert_eq!(index_len(179, 0), Some(0));
        assert_eq!(index_len(u64::MAX, 16), None);
    }

    #[test]
    fn attributes_by_type() {
        let columns: Columns = [("a", 5), ("b", 11), ("c", 2), ("d", 10)].map(|(n, k)| (n.to_owned(), k)).into();
        let cells = b"\x00\x00\xff\xff\xff\xff\x01\x00\x02\x00\x00\x00hi\x02\x00\x01\x03\x00\0\0\0\0\0\0\xf0\x3f";
        let (read, is_whole) = values(cells, &columns);
        let words: Vec<_> = read.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!((words, is_whole), (vec![("a", "-1"), ("b", "hi"), ("c", "true"), ("d", "1")], true));
        assert!(!values(&cells[..10], &columns).1);
        assert!(!values(b"\x09\x00\x00", &columns).1);
    }
}
