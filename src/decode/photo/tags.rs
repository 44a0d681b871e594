//! The tags of a photo: each a record of its own, with its entry and its value as its bytes.

use std::ops::Range;

use super::{Class, Photo};
use crate::bytes::exif::{Content, Directory, Entry, Tiff};
use crate::decode::cells::Cells;
use crate::decode::{Child, Diagnostic};
use crate::evidence::{Extent, Origin, Span};
use crate::layout::Value;

const MAKE: u16 = 0x010f;
const MODEL: u16 = 0x0110;
const STRIP_OFFSETS: u16 = 0x0111;
const STRIP_LENGTHS: u16 = 0x0117;
const TILE_OFFSETS: u16 = 0x0144;
const TILE_LENGTHS: u16 = 0x0145;
const JPEG_OFFSET: u16 = 0x0201;
const JPEG_LENGTH: u16 = 0x0202;
const XMP: u16 = 0x02bc;
const EXIF_IFD: u16 = 0x8769;
const GPS_IFD: u16 = 0x8825;
const DNG_VERSION: u16 = 0xc612;

/// Values longer than this are not shown as digits.
const SHOWN: usize = 64;

/// The directories of a photo, read.
pub struct Tags<'b> {
    tiff: Tiff<'b>,
    entries: Vec<Entry>,
    /// Where the TIFF begins in the item.
    base: usize,
}

/// Whether a directory at the start of `rest` is one of a camera, and not of a scan or a map. `head` tells the byte order.
pub fn is_camera_directory(head: &[u8], rest: &[u8]) -> bool {
    let is_big = head.starts_with(b"MM");
    let u16 = |at: usize| -> Option<u16> {
        let bytes: [u8; 2] = rest.get(at..at + 2)?.try_into().ok()?;
        Some(if is_big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    let Some(count) = u16(0) else { return false };
    let mut tags = (0..usize::from(count)).map_while(|i| u16(2 + 12 * i));
    tags.any(|tag| [MAKE, MODEL, XMP, EXIF_IFD, GPS_IFD, DNG_VERSION].contains(&tag))
}

/// Reads the block and hands every tag over.
pub fn block(photo: &mut Photo<'_, '_>, base: usize, len: usize) {
    let bytes = photo.bytes.get(base..base + len).unwrap_or_default();
    let Some(tiff) = Tiff::of(bytes) else {
        return photo.damage("photo/exif", base, len, "the EXIF block has no TIFF header; it tells nothing".to_owned());
    };
    let found = tiff.directories();
    let is_file = base == 0;
    if !is_file {
        photo.claim(base, len, Class::Known, "EXIF block");
    }
    for frame in &found.frames {
        photo.claim(base + frame.start, frame.len(), Class::Decoded, "directory");
    }
    for (at, message) in found.damage {
        if is_file {
            photo.damage("photo/exif", base + at.start, at.len(), message);
        } else {
            // The block is claimed for what it is; only the place is told.
            photo.is_damaged = true;
            photo.sink.diagnostic(Diagnostic::damage("photo/exif", Origin::at(base + at.start, at.len()), message));
        }
    }
    let tags = Tags { tiff, entries: found.entries, base };
    for entry in &tags.entries {
        tags.emit(entry, photo);
        // Values begin at even places.
        let end = base + entry.value.end;
        if entry.is_apart() && entry.value.end % 2 == 1 && photo.bytes.get(end) == Some(&0) {
            photo.claim(end, 1, Class::Known, "padding");
        }
    }
    tags.pictures(photo);
    photo.tags = Some(tags);
}

impl Tags<'_> {
    pub fn is_dng(&self) -> bool {
        self.entries.iter().any(|entry| entry.tag == DNG_VERSION)
    }

    /// Where the XMP packet of a TIFF file lies.
    pub fn xmp_packet(&self) -> Option<Range<usize>> {
        let entry = self.entries.iter().find(|e| e.tag == XMP && matches!(e.directory, Directory::Image(0)))?;
        Some(self.base + entry.value.start..self.base + entry.value.end)
    }

    /// The bytes of the item that an entry stands in.
    fn spans(&self, entry: &Entry) -> Vec<Span> {
        let mut spans = vec![Span::new(self.base + entry.at, 12)];
        if entry.is_apart() {
            spans.push(Span::new(self.base + entry.value.start, entry.value.len()));
        }
        spans
    }

    fn emit(&self, entry: &Entry, photo: &mut Photo<'_, '_>) {
        let record = match entry.directory {
            Directory::Image(_) | Directory::Sub => "tiff_tag",
            Directory::Exif | Directory::Interop => "exif_tag",
            Directory::Gps => "gps_tag",
            Directory::Maker => "maker_tag",
        };
        let Some(mut cells) = Cells::of(photo.tables, record) else { return };
        cells.value("tag", Value::Unsigned(entry.tag.into()));
        cells.words("name", cells.name_of("tag", entry.tag.into()));
        let number = |value: f64| {
            if value.fract() == 0.0 && (0.0..=4_294_967_295.0).contains(&value) {
                Value::Unsigned(value as u64)
            } else {
                Value::F64(value)
            }
        };
        let picture = [STRIP_OFFSETS, STRIP_LENGTHS, TILE_OFFSETS, TILE_LENGTHS].contains(&entry.tag);
        // What lies apart and is a block of its own is claimed by whoever reads it.
        let is_block = matches!(entry.tag, XMP) || entry.tag == 0x927c;
        let mut spans = self.spans(entry);
        match self.tiff.content(entry) {
            Content::Text(text) => cells.value("value", Value::Text(text.into())),
            Content::Numbers(numbers) if picture && numbers.len() > SHOWN => {}
            Content::Numbers(numbers) => match numbers.as_slice() {
                [one] => cells.value("value", number(*one)),
                many => cells.value("value", Value::List(many.iter().map(|n| number(*n)).collect())),
            },
            Content::Bytes(bytes) if bytes.len() <= SHOWN => cells.value("value", Value::Bytes(bytes.to_vec().into())),
            Content::Bytes(_) => {}
        }
        cells.value("count", Value::Unsigned(entry.count.into()));
        if is_block {
            let apart = spans.split_off(1);
            apart.into_iter().for_each(|span| photo.sink.claim(&span.into(), Class::Known, "block of its own"));
        }
        if let Some(at) = Extent::of(&spans) {
            cells.emit(&at, photo.sink);
        }
    }

    /// Picture data that the directories lead to; a thumbnail is a child.
    fn pictures(&self, photo: &mut Photo<'_, '_>) {
        let of = |directory: Directory, tag: u16| self.tiff.numbers(&self.entries, directory, tag);
        let mut directories: Vec<Directory> = self.entries.iter().map(|entry| entry.directory).collect();
        directories.dedup();
        let mut number = 0;
        for directory in directories {
            if let (Some(at), Some(len)) = (of(directory, JPEG_OFFSET), of(directory, JPEG_LENGTH))
                && let (Some(at), Some(len)) = (at.first(), len.first())
            {
                let at = self.base + *at as usize;
                if let Some(bytes) = photo.bytes.get(at..at.saturating_add(*len as usize)) {
                    let span = Span::new(at, bytes.len());
                    photo.sink.claim(&span.into(), Class::Known, "thumbnail");
                    number += 1;
                    let name = if number == 1 { "thumbnail.jpg".to_owned() } else { format!("thumbnail-{number}.jpg") };
                    let at = Origin::Bytes(span.into());
                    photo.sink.child(Child { name, at, bytes, format: Some("jpeg") });
                } else {
                    let message = format!("the thumbnail at {at} leads behind the end; it was cut off");
                    photo.is_damaged = true;
                    photo.sink.diagnostic(Diagnostic::damage("photo/thumbnail", Origin::at(at, 0), message));
                }
            }
        }
        self.strips(photo);
    }

    /// Strips and tiles of all pictures; long lists are read here, for they are not kept.
    fn strips(&self, photo: &mut Photo<'_, '_>) {
        let pairs = [(STRIP_OFFSETS, STRIP_LENGTHS), (TILE_OFFSETS, TILE_LENGTHS)];
        for (at, entry) in self.entries.iter().enumerate() {
            let Some((_, lengths)) = pairs.iter().find(|(offsets, _)| *offsets == entry.tag) else { continue };
            // Sub pictures share a directory kind: the lengths are those nearest to the offsets.
            let near = |e: &&Entry| e.tag == *lengths && e.directory == entry.directory;
            let behind = self.entries.get(at..).unwrap_or_default().iter().find(near);
            let Some(lengths) = behind.or_else(|| self.entries.iter().find(near)) else { continue };
            for (offset, len) in self.tiff.integers(entry).zip(self.tiff.integers(lengths)) {
                let start = self.base.saturating_add(offset).min(photo.bytes.len());
                let end = start.saturating_add(len).min(photo.bytes.len());
                photo.claim(start, end - start, Class::Known, "picture");
                if end - start < len {
                    let message =
                        format!("{} bytes of the picture are behind the end of the item", len - (end - start));
                    photo.is_damaged = true;
                    photo.sink.diagnostic(Diagnostic::damage("photo/picture", Origin::at(start, end - start), message));
                }
            }
        }
    }

    /// A text, with the bytes that say so.
    pub fn text(&self, directory: Directory, tag: u16) -> Option<(String, Vec<Span>)> {
        let text = self.tiff.text(&self.entries, directory, tag)?;
        Some((text, self.spans_of(directory, &[tag])))
    }

    pub fn numbers(&self, directory: Directory, tag: u16) -> Option<Vec<f64>> {
        self.tiff.numbers(&self.entries, directory, tag)
    }

    /// Latitude, longitude and altitude, with the bytes that say so.
    pub fn position(&self) -> Option<(crate::bytes::exif::Position, Vec<Span>)> {
        let position = self.tiff.position(&self.entries)?;
        Some((position, self.spans_of(Directory::Gps, &[1, 2, 3, 4, 5, 6])))
    }

    pub fn spans_of(&self, directory: Directory, tags: &[u16]) -> Vec<Span> {
        let of = |entry: &&Entry| entry.directory == directory && tags.contains(&entry.tag);
        self.entries.iter().filter(of).flat_map(|entry| self.spans(entry)).collect()
    }
}
