//! Where and when a photo says that it was taken: the GPS directory of its EXIF block.
//!
//! ```text
//! JPEG: FF D8 ... FF E1 len16 "Exif" 0 0 | TIFF: II or MM, 42, offset of IFD0 | IFD: count u16, entries of 12, next u32
//! entry: tag u16 | type u16 | count u32 | value, or its offset from the start of the TIFF
//! ```

use byteorder::{BigEndian, ByteOrder, LittleEndian};

/// What the block says; degrees WGS 84, metres.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exif {
    pub position: Option<Position>,
    /// Camera's local time as written, `2021:09:05 19:23:47`.
    pub taken: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    pub lat: f64,
    pub lon: f64,
    /// Signed by the altitude reference.
    pub altitude_m: Option<f64>,
}

const GPS_IFD: u16 = 0x8825;
const EXIF_IFD: u16 = 0x8769;
const DATE_TIME_ORIGINAL: u16 = 0x9003;
const ASCII: u16 = 2;
const RATIONAL: u16 = 5;

/// Reads the first EXIF block of a JPEG; `None` when there is none. What is broken in it is left out.
pub fn read(jpeg: &[u8]) -> Option<Exif> {
    of_tiff(exif_block(jpeg)?)
}

/// Reads a block that is kept by itself: as it stands in a JPEG, or without the letters in front of the TIFF.
pub fn read_block(block: &[u8]) -> Option<Exif> {
    of_tiff(block.strip_prefix(b"Exif\0\0").unwrap_or(block))
}

fn of_tiff(tiff: &[u8]) -> Option<Exif> {
    let tiff = Tiff::of(tiff)?;
    let first = tiff.directory(tiff.u32(4)?);
    let below = |tag: u16| first.iter().find(|e| e.tag == tag).map(|e| tiff.directory(e.value)).unwrap_or_default();
    Some(Exif { position: tiff.position(&below(GPS_IFD)), taken: tiff.text(&below(EXIF_IFD), DATE_TIME_ORIGINAL) })
}

/// The TIFF inside the APP1 segment.
fn exif_block(jpeg: &[u8]) -> Option<&[u8]> {
    let mut at = 2;
    loop {
        let &[0xff, kind, high, low] = jpeg.get(at..)?.first_chunk()? else { return None };
        let segment = jpeg.get(at + 4..at + 2 + usize::from(u16::from_be_bytes([high, low])))?;
        match kind {
            0xe1 if segment.starts_with(b"Exif\0\0") => return Some(&segment[6..]),
            0xda | 0xd9 => return None,
            _ => at += 4 + segment.len(),
        }
    }
}

struct Tiff<'a> {
    bytes: &'a [u8],
    is_big: bool,
}

#[derive(Clone, Copy)]
struct Entry {
    tag: u16,
    kind: u16,
    count: u32,
    /// Place of the entry's value field.
    at: usize,
    /// The value field as a number: a value or an offset.
    value: u32,
}

impl<'a> Tiff<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let is_big = match bytes.get(..4)? {
            b"II\x2a\0" => false,
            b"MM\0\x2a" => true,
            _ => return None,
        };
        Some(Tiff { bytes, is_big })
    }

    fn u16(&self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..at.checked_add(2)?)?;
        Some(if self.is_big { BigEndian::read_u16(bytes) } else { LittleEndian::read_u16(bytes) })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let bytes = self.bytes.get(at..at.checked_add(4)?)?;
        Some(if self.is_big { BigEndian::read_u32(bytes) } else { LittleEndian::read_u32(bytes) })
    }

    /// Entries of a directory, as many as are there.
    fn directory(&self, offset: u32) -> Vec<Entry> {
        let at = offset as usize;
        let count = self.u16(at).unwrap_or(0);
        let entry = |i: usize| {
            let at = at + 2 + 12 * i;
            Some(Entry {
                tag: self.u16(at)?,
                kind: self.u16(at + 2)?,
                count: self.u32(at + 4)?,
                at: at + 8,
                value: self.u32(at + 8)?,
            })
        };
        (0..usize::from(count)).map_while(entry).collect()
    }

    fn text(&self, entries: &[Entry], tag: u16) -> Option<String> {
        let entry = entries.iter().find(|e| e.tag == tag && e.kind == ASCII)?;
        let at = if entry.count <= 4 { entry.at } else { entry.value as usize };
        let bytes = self.bytes.get(at..at.checked_add(entry.count as usize)?)?;
        let text = String::from_utf8_lossy(bytes);
        Some(text.trim_end_matches('\0').trim().to_owned()).filter(|t| !t.is_empty())
    }

    fn position(&self, gps: &[Entry]) -> Option<Position> {
        let degrees = |tag: u16, reference: u16, negative: &str| {
            let [d, m, s] = self.rationals::<3>(gps, tag)?;
            let value = d + m / 60.0 + s / 3600.0;
            Some(if self.text(gps, reference)? == negative { -value } else { value })
        };
        let (lat, lon) = (degrees(2, 1, "S")?, degrees(4, 3, "W")?);
        let below = gps.iter().find(|e| e.tag == 5).is_some_and(|e| self.bytes.get(e.at) == Some(&1));
        let altitude_m = self.rationals::<1>(gps, 6).map(|[metres]| if below { -metres } else { metres });
        (lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some(Position { lat, lon, altitude_m })
    }

    /// Quotients; `None` when one has no value.
    fn rationals<const N: usize>(&self, entries: &[Entry], tag: u16) -> Option<[f64; N]> {
        let entry = entries.iter().find(|e| e.tag == tag && e.kind == RATIONAL && e.count as usize >= N)?;
        let mut values = [0.0; N];
        for (i, value) in values.iter_mut().enumerate() {
            let at = (entry.value as usize).checked_add(8 * i)?;
            let (over, under) = (self.u32(at)?, self.u32(at.checked_add(4)?)?);
            *value = (under != 0).then(|| f64::from(over) / f64::from(under))?;
        }
        Some(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 48°51'30.5" N 2°17'40" W, 35.2 m, in the byte order given; offsets counted by hand.
    fn photo(is_big: bool) -> Vec<u8> {
        let mut tiff: Vec<u8> = if is_big { b"MM\0\x2a".to_vec() } else { b"II\x2a\0".to_vec() };
        let u16 = |v: u16| if is_big { v.to_be_bytes() } else { v.to_le_bytes() };
        let u32 = |v: u32| if is_big { v.to_be_bytes() } else { v.to_le_bytes() };
        let entry =
            |tag: u16, kind: u16, count: u32, value: [u8; 4]| [&u16(tag)[..], &u16(kind), &u32(count), &value].concat();
        tiff.extend(u32(8));
        tiff.extend(u16(1));
        tiff.extend(entry(GPS_IFD, 4, 1, u32(26)));
        tiff.extend(u32(0));
        assert_eq!(tiff.len(), 26);
        tiff.extend(u16(5));
        tiff.extend(entry(1, ASCII, 2, *b"N\0\0\0"));
        tiff.extend(entry(2, RATIONAL, 3, u32(92)));
        tiff.extend(entry(3, ASCII, 2, *b"W\0\0\0"));
        tiff.extend(entry(4, RATIONAL, 3, u32(116)));
        tiff.extend(entry(6, RATIONAL, 1, u32(140)));
        tiff.extend(u32(0));
        assert_eq!(tiff.len(), 92);
        for (over, under) in [(48, 1), (51, 1), (305, 10), (2, 1), (17, 1), (40, 1), (352, 10)] {
            tiff.extend(u32(over));
            tiff.extend(u32(under));
        }
        let len = (2 + 6 + tiff.len()) as u16;
        [&[0xff, 0xd8, 0xff, 0xe1][..], &len.to_be_bytes(), b"Exif\0\0", &tiff, &[0xff, 0xd9, 0, 0]].concat()
    }

    #[test]
    fn both_byte_orders_say_the_same() {
        for is_big in [false, true] {
            let position = read(&photo(is_big)).and_then(|exif| exif.position).expect("a position");
            assert!((position.lat - (48.0 + 51.0 / 60.0 + 30.5 / 3600.0)).abs() < 1e-12);
            assert!((position.lon + (2.0 + 17.0 / 60.0 + 40.0 / 3600.0)).abs() < 1e-12);
            assert_eq!(position.altitude_m, Some(35.2));
        }
    }

    #[test]
    fn a_cut_or_senseless_block_gives_no_position_and_no_panic() {
        let whole = photo(false);
        for len in 0..whole.len() {
            let _ = read(&whole[..len]);
        }
        for at in 12..whole.len() {
            let mut changed = whole.clone();
            changed[at] = 0xff;
            let _ = read(&changed);
        }
        assert_eq!(read(b"\xff\xd8\xff\xe0\0\x04ab\xff\xd9"), None);
    }
}
