//! Geometries as well-known binary (OGC 06-103r4), little-endian, ISO type numbers: 1000 more than the flat ones for a Z.

use geo::Polygon;

/// East, north and height; NaN where there is no height.
pub type Position = [f64; 3];

const LITTLE_ENDIAN: u8 = 1;
const POINT: u32 = 1;
const LINE: u32 = 2;
const POLYGON: u32 = 3;
const MULTI_LINE: u32 = 5;
const MULTI_POLYGON: u32 = 6;
const Z: u32 = 1000;

/// A point; without a height it is flat.
pub fn point([x, y, z]: Position) -> Vec<u8> {
    let flat = z.is_nan();
    let mut bytes = head(if flat { POINT } else { POINT + Z });
    push(&mut bytes, &[x, y]);
    if !flat {
        push(&mut bytes, &[z]);
    }
    bytes
}

/// A point with a place for a height, NaN where there is none: for layers that hold one kind of geometry.
pub fn point_z(position: Position) -> Vec<u8> {
    let mut bytes = head(POINT + Z);
    push(&mut bytes, &position);
    bytes
}

pub fn line(positions: &[[f64; 2]]) -> Vec<u8> {
    let mut bytes = head(LINE);
    bytes.extend((positions.len() as u32).to_le_bytes());
    positions.iter().for_each(|position| push(&mut bytes, position));
    bytes
}

pub fn multi_line(lines: &[Vec<[f64; 2]>]) -> Vec<u8> {
    let mut bytes = head(MULTI_LINE);
    bytes.extend((lines.len() as u32).to_le_bytes());
    lines.iter().for_each(|one| bytes.extend(line(one)));
    bytes
}

pub fn multi_line_z(lines: &[Vec<Position>]) -> Vec<u8> {
    let mut bytes = head(MULTI_LINE + Z);
    bytes.extend((lines.len() as u32).to_le_bytes());
    for line in lines {
        bytes.extend(head(LINE + Z));
        bytes.extend((line.len() as u32).to_le_bytes());
        line.iter().for_each(|position| push(&mut bytes, position));
    }
    bytes
}

pub fn multi_polygon(polygons: &[Polygon<f64>]) -> Vec<u8> {
    let mut bytes = head(MULTI_POLYGON);
    bytes.extend((polygons.len() as u32).to_le_bytes());
    for polygon in polygons {
        bytes.extend(head(POLYGON));
        bytes.extend((1 + polygon.interiors().len() as u32).to_le_bytes());
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            bytes.extend((ring.0.len() as u32).to_le_bytes());
            ring.0.iter().for_each(|corner| push(&mut bytes, &[corner.x, corner.y]));
        }
    }
    bytes
}

fn head(kind: u32) -> Vec<u8> {
    let mut bytes = vec![LITTLE_ENDIAN];
    bytes.extend(kind.to_le_bytes());
    bytes
}

fn push(bytes: &mut Vec<u8>, numbers: &[f64]) {
    numbers.iter().for_each(|number| bytes.extend(number.to_le_bytes()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::hex;

    #[test]
    fn points_are_as_the_standard_writes_them() {
        // 1.0 is 3ff0000000000000, 2.0 4000000000000000, 4.0 4010000000000000, here with the low byte first.
        let one_two = "000000000000f03f0000000000000040";
        assert_eq!(hex(&point([1.0, 2.0, f64::NAN])), format!("0101000000{one_two}"));
        assert_eq!(hex(&point([1.0, 2.0, 4.0])), format!("01e9030000{one_two}0000000000001040"));
    }
}
