//! EXIF: the directories of a TIFF, in a JPEG's APP1 segment or as a file of its own (TIFF, DNG). Every value keeps its place, so
//! this is our own reader: the crates hand values out without the bytes that they come from, and give a broken block up.
//!
//! ```text
//! JPEG: FF D8 ... FF E1 len16 "Exif" 0 0 | TIFF: II or MM, 42, offset of IFD0 | IFD: count u16, entries of 12, next u32
//! entry: tag u16 | type u16 | count u32 | value, or its offset from the start of the TIFF
//! ```

use std::collections::HashSet;
use std::ops::Range;

use byteorder::{BigEndian, ByteOrder, LittleEndian};

/// Where a photo says that it was taken; degrees WGS 84, metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    pub lat: f64,
    pub lon: f64,
    /// Signed by the altitude reference.
    pub altitude_m: Option<f64>,
}

/// Bytes in front of the TIFF in its APP1 segment.
pub const SIGNATURE: &[u8] = b"Exif\0\0";

/// Entries of all directories together: the longest of real cameras have some hundred.
const MOST_ENTRIES: usize = 16_384;
/// Directories, one in another.
const MOST_DIRECTORIES: usize = 64;
/// Entries of a maker note that is believed.
const MOST_MAKER: u16 = 256;

/// Tags that lead to other directories, and that tell positions.
mod tag {
    pub const SUB: u16 = 0x014a;
    pub const EXIF: u16 = 0x8769;
    pub const GPS: u16 = 0x8825;
    pub const INTEROP: u16 = 0xa005;
    pub const MAKER_NOTE: u16 = 0x927c;
    pub const MAKE: u16 = 0x010f;
    pub const DATE_TIME_ORIGINAL: u16 = 0x9003;
}

/// Which directory an entry stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Directory {
    /// IFD0 and those chained to it: 1 is that of the thumbnail.
    Image(usize),
    /// Further pictures in the same file.
    Sub,
    Exif,
    Gps,
    Interop,
    /// Of the camera's maker.
    Maker,
}

/// One tag; places count from the start of the TIFF.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub directory: Directory,
    pub tag: u16,
    /// 1 byte, 2 text, 3 u16, 4 u32, 5 rational, 6 i8, 7 undefined, 8 i16, 9 i32, 10 signed rational, 11 f32, 12 f64, 13 offset.
    pub kind: u16,
    pub count: u32,
    /// The twelve bytes of the entry.
    pub at: usize,
    /// The value, in the entry or elsewhere.
    pub value: Range<usize>,
}

impl Entry {
    /// The value stands outside the entry.
    pub fn is_apart(&self) -> bool {
        self.value.start != self.at + 8
    }
}

/// What an entry holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content<'a> {
    Text(String),
    Numbers(Vec<f64>),
    Bytes(&'a [u8]),
}

/// What stands in the directories of a TIFF.
#[derive(Debug, Default)]
pub struct Directories {
    /// In the order of their directories.
    pub entries: Vec<Entry>,
    /// Header, counts and links.
    pub frames: Vec<Range<usize>>,
    /// Places that cannot be read, and why.
    pub damage: Vec<(Range<usize>, String)>,
}

/// A TIFF, of which only the directories are read.
pub struct Tiff<'a> {
    bytes: &'a [u8],
    is_big: bool,
}

/// What a photo says of place and time, in short.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exif {
    pub position: Option<Position>,
    /// Camera's local time as written, `2021:09:05 19:23:47`.
    pub taken: Option<String>,
}

/// Reads the first EXIF block of a JPEG; `None` when there is none. What is broken in it is left out.
pub fn read(jpeg: &[u8]) -> Option<Exif> {
    of_tiff(exif_block(jpeg)?)
}

/// Reads a block that is kept by itself: as it stands in a JPEG, or without the letters in front of the TIFF.
pub fn read_block(block: &[u8]) -> Option<Exif> {
    of_tiff(block.strip_prefix(SIGNATURE).unwrap_or(block))
}

fn of_tiff(tiff: &[u8]) -> Option<Exif> {
    let tiff = Tiff::of(tiff)?;
    let entries = tiff.directories().entries;
    let taken = tiff.text(&entries, Directory::Exif, tag::DATE_TIME_ORIGINAL);
    Some(Exif { position: tiff.position(&entries), taken })
}

/// The TIFF inside the APP1 segment.
fn exif_block(jpeg: &[u8]) -> Option<&[u8]> {
    let mut at = 2;
    loop {
        let &[0xff, kind, high, low] = jpeg.get(at..)?.first_chunk()? else { return None };
        let segment = jpeg.get(at + 4..at + 2 + usize::from(u16::from_be_bytes([high, low])))?;
        match kind {
            0xe1 if segment.starts_with(SIGNATURE) => return segment.get(SIGNATURE.len()..),
            0xda | 0xd9 => return None,
            _ => at += 4 + segment.len(),
        }
    }
}

/// Bytes of one value of a type; 0 for a type that there is none of.
fn size_of(kind: u16) -> usize {
    match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 => 8,
        _ => 0,
    }
}

impl<'a> Tiff<'a> {
    pub fn of(bytes: &'a [u8]) -> Option<Self> {
        let is_big = match bytes.get(..4)? {
            b"II\x2a\0" => false,
            b"MM\0\x2a" => true,
            _ => return None,
        };
        Some(Tiff { bytes, is_big })
    }

    /// Where IFD0 says that it is.
    pub fn first(&self) -> Option<usize> {
        self.u32(4).map(|offset| offset as usize)
    }

    fn u16(&self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..at.checked_add(2)?)?;
        Some(if self.is_big { BigEndian::read_u16(bytes) } else { LittleEndian::read_u16(bytes) })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let bytes = self.bytes.get(at..at.checked_add(4)?)?;
        Some(if self.is_big { BigEndian::read_u32(bytes) } else { LittleEndian::read_u32(bytes) })
    }

    fn u64(&self, at: usize) -> Option<u64> {
        let bytes = self.bytes.get(at..at.checked_add(8)?)?;
        Some(if self.is_big { BigEndian::read_u64(bytes) } else { LittleEndian::read_u64(bytes) })
    }

    /// Every directory that is reached, each once.
    pub fn directories(&self) -> Directories {
        let mut found = Directories { frames: vec![0..8.min(self.bytes.len())], ..Directories::default() };
        let Some(first) = self.first() else {
            found.damage.push((4..self.bytes.len().max(4), "the TIFF ends in its header".to_owned()));
            return found;
        };
        let mut open: Vec<(Directory, usize)> = vec![(Directory::Image(0), first)];
        let mut seen: HashSet<usize> = HashSet::new();
        // The chain of pictures goes first, then what stands in them.
        while let Some((directory, at)) = open.pop() {
            if !seen.insert(at) || seen.len() > MOST_DIRECTORIES || found.entries.len() > MOST_ENTRIES {
                continue;
            }
            let from = found.entries.len();
            let next = self.directory(directory, at, &mut found);
            if let (Directory::Image(number), Some(next)) = (directory, next.filter(|next| *next != 0)) {
                open.push((Directory::Image(number + 1), next as usize));
            }
            for entry in found.entries.get(from..).unwrap_or_default() {
                let offsets = || (0..entry.count.min(16) as usize).filter_map(|i| self.u32(entry.value.start + 4 * i));
                match entry.tag {
                    tag::EXIF => open.extend(offsets().next().map(|at| (Directory::Exif, at as usize))),
                    tag::GPS => open.extend(offsets().next().map(|at| (Directory::Gps, at as usize))),
                    tag::INTEROP => open.extend(offsets().next().map(|at| (Directory::Interop, at as usize))),
                    tag::SUB => open.extend(offsets().map(|at| (Directory::Sub, at as usize))),
                    _ => {}
                }
            }
        }
        self.maker_note(&mut found);
        found
    }

    /// Reads one directory and gives the link behind it.
    fn directory(&self, directory: Directory, at: usize, found: &mut Directories) -> Option<u32> {
        let Some(count) = self.u16(at) else {
            let message = format!("the {} directory lies at {at}, behind the end", words(directory));
            found.damage.push((self.bytes.len()..self.bytes.len(), message));
            return None;
        };
        found.frames.push(at..at + 2);
        for number in 0..usize::from(count) {
            let entry_at = at + 2 + 12 * number;
            if found.entries.len() > MOST_ENTRIES || entry_at + 12 > self.bytes.len() {
                let message = format!(
                    "{} of the {count} tags of the {} directory are gone",
                    usize::from(count) - number,
                    words(directory)
                );
                found.damage.push((entry_at.min(self.bytes.len())..self.bytes.len(), message));
                return None;
            }
            match self.entry(directory, entry_at) {
                Some(entry) => found.entries.push(entry),
                None => {
                    let tag = self.u16(entry_at).unwrap_or(0);
                    let message = format!(
                        "tag {tag:#06x} of the {} directory has no type or leads behind the end",
                        words(directory)
                    );
                    found.damage.push((entry_at..entry_at + 12, message));
                }
            }
        }
        let link = at + 2 + 12 * usize::from(count);
        let next = self.u32(link)?;
        found.frames.push(link..link + 4);
        Some(next)
    }

    fn entry(&self, directory: Directory, at: usize) -> Option<Entry> {
        let (tag, kind, count) = (self.u16(at)?, self.u16(at + 2)?, self.u32(at + 4)?);
        let len = size_of(kind).checked_mul(count as usize).filter(|_| size_of(kind) > 0)?;
        let start = if len <= 4 { at + 8 } else { self.u32(at + 8)? as usize };
        let value = start..start.checked_add(len)?;
        self.bytes.get(value.clone())?;
        Some(Entry { directory, tag, kind, count, at, value })
    }

    /// The maker note of DJI is a directory without a header, its offsets count from the start of the TIFF (stated by ExifTool,
    /// seen in real photos). What does not look like that is left alone.
    fn maker_note(&self, found: &mut Directories) {
        let is_dji = found.entries.iter().find(|e| e.tag == tag::MAKE).is_some_and(|e| {
            matches!(self.content(e), Content::Text(make) if make.eq_ignore_ascii_case("dji") || make.eq_ignore_ascii_case("hasselblad"))
        });
        let note = found.entries.iter().find(|e| e.directory == Directory::Exif && e.tag == tag::MAKER_NOTE);
        let Some(note) = note.map(|e| e.value.clone()).filter(|_| is_dji) else { return };
        let Some(count) = self.u16(note.start).filter(|count| (1..=MOST_MAKER).contains(count)) else { return };
        let end = note.start + 2 + 12 * usize::from(count);
        let entries: Option<Vec<Entry>> =
            (0..usize::from(count)).map(|i| self.entry(Directory::Maker, note.start + 2 + 12 * i)).collect();
        if let Some(entries) = entries.filter(|_| end <= note.end) {
            found.frames.push(note.start..note.start + 2);
            found.entries.extend(entries);
        }
    }

    /// What an entry holds; numbers of every type, text without the zeros behind it.
    pub fn content(&self, entry: &Entry) -> Content<'a> {
        let bytes = self.bytes.get(entry.value.clone()).unwrap_or_default();
        let number = |i: usize| -> Option<f64> {
            let at = entry.value.start + i * size_of(entry.kind);
            let quotient = |over: f64, under: f64| if under == 0.0 { f64::NAN } else { over / under };
            Some(match entry.kind {
                1 => f64::from(*self.bytes.get(at)?),
                6 => f64::from(*self.bytes.get(at)? as i8),
                3 => f64::from(self.u16(at)?),
                8 => f64::from(self.u16(at)? as i16),
                4 | 13 => f64::from(self.u32(at)?),
                9 => f64::from(self.u32(at)? as i32),
                5 => quotient(f64::from(self.u32(at)?), f64::from(self.u32(at + 4)?)),
                10 => quotient(f64::from(self.u32(at)? as i32), f64::from(self.u32(at + 4)? as i32)),
                11 => f64::from(f32::from_bits(self.u32(at)?)),
                12 => f64::from_bits(self.u64(at)?),
                _ => return None,
            })
        };
        match entry.kind {
            2 => Content::Text(String::from_utf8_lossy(bytes).trim_end_matches('\0').trim().to_owned()),
            7 => Content::Bytes(bytes),
            // A thumbnail or a table of a sensor is no list of numbers that anybody reads.
            _ if entry.count > 256 => Content::Bytes(bytes),
            _ => Content::Numbers((0..entry.count as usize).filter_map(number).collect()),
        }
    }

    /// The integers of an entry, however many.
    pub fn integers<'e>(&'e self, entry: &'e Entry) -> impl Iterator<Item = usize> + 'e {
        (0..entry.count as usize).map_while(move |i| match entry.kind {
            3 => self.u16(entry.value.start + 2 * i).map(usize::from),
            4 | 13 => self.u32(entry.value.start + 4 * i).map(|v| v as usize),
            _ => None,
        })
    }

    fn find<'e>(&self, entries: &'e [Entry], directory: Directory, tag: u16) -> Option<&'e Entry> {
        entries.iter().find(|e| e.directory == directory && e.tag == tag)
    }

    /// The text of a tag, `None` when it is empty or not there.
    pub fn text(&self, entries: &[Entry], directory: Directory, tag: u16) -> Option<String> {
        match self.content(self.find(entries, directory, tag)?) {
            Content::Text(text) => Some(text).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// The numbers of a tag, all of them finite.
    pub fn numbers(&self, entries: &[Entry], directory: Directory, tag: u16) -> Option<Vec<f64>> {
        match self.content(self.find(entries, directory, tag)?) {
            Content::Numbers(numbers) => Some(numbers).filter(|n| n.iter().all(|n| n.is_finite())),
            _ => None,
        }
    }

    /// Latitude and longitude of the GPS directory.
    pub fn position(&self, entries: &[Entry]) -> Option<Position> {
        let degrees = |tag: u16, reference: u16, negative: &str| {
            let parts = self.numbers(entries, Directory::Gps, tag)?;
            let &[d, m, s] = parts.first_chunk()?;
            let value = d + m / 60.0 + s / 3600.0;
            Some(if self.text(entries, Directory::Gps, reference)? == negative { -value } else { value })
        };
        let (lat, lon) = (degrees(2, 1, "S")?, degrees(4, 3, "W")?);
        let number = |tag: u16| self.numbers(entries, Directory::Gps, tag).and_then(|n| n.first().copied());
        // Reference 1 is below sea level, 3 below the ellipsoid (EXIF 3.0).
        let below = number(5).is_some_and(|reference| reference == 1.0 || reference == 3.0);
        let altitude_m = number(6).map(|metres| if below { -metres } else { metres });
        (lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some(Position { lat, lon, altitude_m })
    }
}

fn words(directory: Directory) -> &'static str {
    match directory {
        Directory::Image(0) => "first",
        Directory::Image(_) => "thumbnail",
        Directory::Sub => "sub",
        Directory::Exif => "EXIF",
        Directory::Gps => "GPS",
        Directory::Interop => "interoperability",
        Directory::Maker => "maker",
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
        tiff.extend(entry(tag::GPS, 4, 1, u32(26)));
        tiff.extend(u32(0));
        assert_eq!(tiff.len(), 26);
        tiff.extend(u16(5));
        tiff.extend(entry(1, 2, 2, *b"N\0\0\0"));
        tiff.extend(entry(2, 5, 3, u32(92)));
        tiff.extend(entry(3, 2, 2, *b"W\0\0\0"));
        tiff.extend(entry(4, 5, 3, u32(116)));
        tiff.extend(entry(6, 5, 1, u32(140)));
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
            let position = super::read(&photo(is_big)).and_then(|exif| exif.position).expect("a position");
            assert!((position.lat - (48.0 + 51.0 / 60.0 + 30.5 / 3600.0)).abs() < 1e-12);
            assert!((position.lon + (2.0 + 17.0 / 60.0 + 40.0 / 3600.0)).abs() < 1e-12);
            assert_eq!(position.altitude_m, Some(35.2));
        }
    }

    #[test]
    fn a_cut_or_senseless_block_gives_no_position_and_no_panic() {
        let whole = photo(false);
        for len in 0..whole.len() {
            let _ = super::read(&whole[..len]);
        }
        for at in 12..whole.len() {
            let mut changed = whole.clone();
            changed[at] = 0xff;
            let _ = super::read(&changed);
        }
        assert_eq!(super::read(b"\xff\xd8\xff\xe0\0\x04ab\xff\xd9"), None);
    }
}
