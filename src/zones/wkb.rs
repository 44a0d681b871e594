//! Well-known binary of simple features (OGC 06-103r4, ISO 13249-3), with heights and measures in the way of either standard or of
//! PostGIS. Curves are refused by name.

use geo::Coord;

use super::feature::{Geometry, Rings};

/// Collections inside collections.
const DEPTH: usize = 8;

/// The geometries of a blob, those of collections one by one: each, or why it cannot be used. `degrees` converts a place.
pub fn geometries(blob: &[u8], degrees: &dyn Fn(Coord<f64>) -> Coord<f64>) -> Vec<Result<Geometry, String>> {
    let mut reader = Reader { bytes: blob, at: 0, degrees };
    let mut found = Vec::new();
    if let Err(reason) = reader.geometry(0, &mut found) {
        found.push(Err(reason));
    }
    found
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    degrees: &'a dyn Fn(Coord<f64>) -> Coord<f64>,
}

/// Byte order, type and numbers of a place.
struct Head {
    little_endian: bool,
    kind: u32,
    dimensions: usize,
}

fn cut() -> String {
    "the geometry is cut off".to_owned()
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let found = self.bytes.get(self.at..self.at + N).and_then(|b| b.try_into().ok()).ok_or_else(cut)?;
        self.at += N;
        Ok(found)
    }

    fn u32(&mut self, little_endian: bool) -> Result<u32, String> {
        let bytes = self.take()?;
        Ok(if little_endian { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn f64(&mut self, little_endian: bool) -> Result<f64, String> {
        let bytes = self.take()?;
        Ok(if little_endian { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    fn head(&mut self) -> Result<Head, String> {
        let little_endian = match self.take::<1>()? {
            [0] => false,
            [1] => true,
            [other] => return Err(format!("{other} is no byte order of a geometry")),
        };
        let code = self.u32(little_endian)?;
        // PostGIS marks height, measure and projection by bits, ISO by thousands.
        let (has_z, has_m, has_srid) = (code & 1 << 31 != 0, code & 1 << 30 != 0, code & 1 << 29 != 0);
        let plain = code & 0x0fff_ffff;
        if has_srid {
            self.u32(little_endian)?;
        }
        let iso = match plain / 1000 {
            0 => 0,
            1 | 2 => 1,
            3 => 2,
            _ => return Err(format!("{code} is no known kind of geometry")),
        };
        let dimensions = 2 + iso + usize::from(has_z) + usize::from(has_m);
        Ok(Head { little_endian, kind: plain % 1000, dimensions })
    }

    fn geometry(&mut self, depth: usize, found: &mut Vec<Result<Geometry, String>>) -> Result<(), String> {
        let head = self.head()?;
        let name = kind_name(head.kind);
        match head.kind {
            1 => {
                let place = self.places(&head, 1)?;
                // An empty point has no numbers.
                let is_empty = place.iter().all(|p| p.x.is_nan() && p.y.is_nan());
                found.push(if is_empty {
                    Err("the geometry is empty".to_owned())
                } else {
                    Ok(Geometry::Points(place))
                });
            }
            2 => {
                let count = self.count(&head)?;
                self.places(&head, count)?;
                found.push(Err(format!("a {name} encloses nothing; give it as a polygon with its real width")));
            }
            3 | 17 => {
                let rings = self.rings(&head)?;
                found.push(Ok(Geometry::Polygons(vec![rings])));
            }
            4 => {
                let mut places = Vec::new();
                for _ in 0..self.count(&head)? {
                    let part = self.head()?;
                    places.extend(self.places(&part, 1)?);
                }
                found.push(Ok(Geometry::Points(places)));
            }
            6 => {
                let mut polygons: Vec<Rings> = Vec::new();
                for _ in 0..self.count(&head)? {
                    let part = self.head()?;
                    if !matches!(part.kind, 3 | 17) {
                        return Err(format!("a {} stands in a {name}", kind_name(part.kind)));
                    }
                    polygons.push(self.rings(&part)?);
                }
                found.push(Ok(Geometry::Polygons(polygons)));
            }
            5 | 7 => {
                if depth == DEPTH {
                    return Err("collections are nested too deep".to_owned());
                }
                let count = self.count(&head)?;
                if count == 0 {
                    found.push(Err("the geometry is empty".to_owned()));
                }
                for _ in 0..count {
                    self.geometry(depth + 1, found)?;
                }
            }
            _ => return Err(format!("a {name} is not read; convert it to polygons first")),
        }
        Ok(())
    }

    /// How many parts follow; each takes at least four bytes.
    fn count(&mut self, head: &Head) -> Result<usize, String> {
        let count = self.u32(head.little_endian)? as usize;
        if count > self.bytes.len().saturating_sub(self.at) / 4 {
            return Err(cut());
        }
        Ok(count)
    }

    fn rings(&mut self, head: &Head) -> Result<Rings, String> {
        let mut rings = Vec::new();
        for _ in 0..self.count(head)? {
            let count = self.count(head)?;
            rings.push(self.places(head, count)?);
        }
        Ok(rings)
    }

    fn places(&mut self, head: &Head, count: usize) -> Result<Vec<Coord<f64>>, String> {
        if self.bytes.len().saturating_sub(self.at) / (8 * head.dimensions) < count {
            return Err(cut());
        }
        let mut places = Vec::with_capacity(count);
        for _ in 0..count {
            let (x, y) = (self.f64(head.little_endian)?, self.f64(head.little_endian)?);
            self.at += 8 * (head.dimensions - 2);
            places.push((self.degrees)(Coord { x, y }));
        }
        Ok(places)
    }
}

/// Names of the kinds, FlatGeobuf's numbers too.
pub fn kind_name(kind: u32) -> &'static str {
    const NAMES: [&str; 18] = [
        "geometry",
        "Point",
        "LineString",
        "Polygon",
        "MultiPoint",
        "MultiLineString",
        "MultiPolygon",
        "GeometryCollection",
        "CircularString",
        "CompoundCurve",
        "CurvePolygon",
        "MultiCurve",
        "MultiSurface",
        "Curve",
        "Surface",
        "PolyhedralSurface",
        "TIN",
        "Triangle",
    ];
    NAMES.get(kind as usize).copied().unwrap_or("geometry of unknown kind")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(hex: &str) -> Vec<Result<Geometry, String>> {
        let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("hex"), 16).expect("hex");
        geometries(&digits.chunks(2).map(byte).collect::<Vec<_>>(), &|place| place)
    }

    fn point(found: &[Result<Geometry, String>]) -> Vec<(f64, f64)> {
        match found {
            [Ok(Geometry::Points(places))] => places.iter().map(|p| (p.x, p.y)).collect(),
            _ => Vec::new(),
        }
    }

    /// 1.0 is 3ff0000000000000, 2.0 is 4000000000000000, 3.0 is 4008000000000000.
    #[test]
    fn points_in_all_dialects() {
        assert_eq!(point(&read("00 00000001 3ff0000000000000 4000000000000000")), [(1.0, 2.0)]);
        assert_eq!(point(&read("01 01000000 000000000000f03f 0000000000000040")), [(1.0, 2.0)]);
        assert_eq!(point(&read("00 000003e9 3ff0000000000000 4000000000000000 4008000000000000")), [(1.0, 2.0)]);
        assert_eq!(
            point(&read("00 a0000001 000010e6 3ff0000000000000 4000000000000000 4008000000000000")),
            [(1.0, 2.0)]
        );
        let multi = "00 00000004 00000002 00 00000001 3ff0000000000000 4000000000000000 01 01000000 0000000000000040 000000000000f03f";
        assert_eq!(point(&read(multi)), [(1.0, 2.0), (2.0, 1.0)]);
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        let said = |hex: &str| read(hex).into_iter().find_map(Result::err).unwrap_or_default();
        assert!(said("").contains("cut off"));
        assert!(said("00 00000001 3ff0").contains("cut off"));
        assert!(said("00 00000003 ffffffff").contains("cut off"));
        assert!(said("00 00000003 00000001 7fffffff 3ff0000000000000").contains("cut off"));
        assert!(said("05 00000001").contains("byte order"));
        assert!(said("00 0000000a 00000000").contains("CurvePolygon"));
        assert!(said("00 00000001 7ff8000000000000 7ff8000000000000").contains("empty"));
        assert!(said("00 00000002 00000001 3ff0000000000000 4000000000000000").contains("encloses nothing"));
        assert!(said(&"00 00000007 00000001 ".repeat(100)).contains("too deep"));
    }
}
