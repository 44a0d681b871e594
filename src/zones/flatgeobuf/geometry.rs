//! Geometries of FlatGeobuf: all numbers in one list, and where each ring or part of it ends.

use geo::Coord;

use super::table::Table;
use crate::bytes::little_endian::u32_at;
use crate::zones::feature::{Geometry, Rings};
use crate::zones::geojson::projection::Projection;
use crate::zones::wkb::kind_name;

/// Collections inside collections.
const DEPTH: usize = 8;

// Fields of the table Geometry.
const ENDS: usize = 0;
const XY: usize = 1;
const TYPE: usize = 6;
const PARTS: usize = 7;

/// Reads the geometries of one feature.
pub struct Reader {
    pub projection: Projection,
    /// Places and parts that may still be read: a part that is pointed to again and again would fill the memory.
    left: usize,
    pub found: Vec<Result<Geometry, String>>,
}

impl Reader {
    /// For a feature of `len` bytes, which cannot hold more places and parts than fit into it.
    pub fn new(projection: Projection, len: usize) -> Self {
        Reader { projection, left: len / 4, found: Vec::new() }
    }

    /// Reads a geometry; `kind` is that of the whole file, 0 when each geometry states its own.
    pub fn read(&mut self, table: &Table<'_>, kind: u8, depth: usize) {
        let kind = if kind == 0 { table.u8(TYPE).unwrap_or_default() } else { kind };
        let read = match kind {
            1 | 4 => self.places(table).map(|places| Some(Geometry::Points(places))),
            3 | 17 => self.rings(table).map(|rings| Some(Geometry::Polygons(vec![rings]))),
            6 => self.parts(table).map(|parts| Some(Geometry::Polygons(parts))),
            7 if depth == DEPTH => Err("collections are nested too deep".to_owned()),
            7 => {
                for part in table.tables(PARTS) {
                    if self.spend(1).is_err() {
                        break;
                    }
                    self.read(&part, 0, depth + 1);
                }
                Ok(None)
            }
            2 | 5 => {
                Err(format!("a {} encloses nothing; give it as a polygon with its real width", kind_name(kind.into())))
            }
            _ => Err(format!("a {} is not read; convert it to polygons first", kind_name(kind.into()))),
        };
        if let Some(found) = read.transpose() {
            self.found.push(found);
        }
    }

    fn spend(&mut self, count: usize) -> Result<(), String> {
        let left = self.left.checked_sub(count);
        self.left = left.ok_or("the geometry holds more than its bytes can: it is damaged")?;
        Ok(())
    }

    fn places(&mut self, table: &Table<'_>) -> Result<Vec<Coord<f64>>, String> {
        let bytes = table.vector(XY, 8).ok_or("the geometry has no coordinates")?;
        self.spend(bytes.len() / 16)?;
        let number = |bytes: &[u8]| bytes.try_into().map_or(f64::NAN, f64::from_le_bytes);
        let pairs = bytes.chunks_exact(16).map(|pair| pair.split_at(8));
        Ok(pairs.map(|(x, y)| self.projection.to_degrees(Coord { x: number(x), y: number(y) })).collect())
    }

    /// Rings of a polygon: one, when no ends are given.
    fn rings(&mut self, table: &Table<'_>) -> Result<Rings, String> {
        let places = self.places(table)?;
        let Some(ends) = table.vector(ENDS, 4).filter(|ends| !ends.is_empty()) else { return Ok(vec![places]) };
        self.spend(ends.len() / 4)?;
        let mut rings = Vec::new();
        let mut start = 0;
        for end in ends.chunks_exact(4) {
            let end = u32_at(end, 0).unwrap_or_default() as usize;
            let ring = places.get(start..end).ok_or("its rings do not follow each other: it is damaged")?;
            rings.push(ring.to_vec());
            start = end;
        }
        Ok(rings)
    }

    /// Polygons of a multi-polygon; one without parts holds one polygon itself.
    fn parts(&mut self, table: &Table<'_>) -> Result<Vec<Rings>, String> {
        let mut polygons = Vec::new();
        for part in table.tables(PARTS) {
            self.spend(1)?;
            polygons.push(self.rings(&part)?);
        }
        if polygons.is_empty() {
            polygons.push(self.rings(table)?);
        }
        Ok(polygons)
    }
}
