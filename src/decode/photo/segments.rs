//! The segments of a JPEG before its picture.

use std::ops::Range;

use crate::bytes::exif::SIGNATURE;

/// In front of an XMP packet.
pub const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
/// In front of a part of a packet too long for one segment.
pub const EXTENDED_XMP: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
pub const DJI_DEBUG: &[u8] = b"DJI-DBG\0";

const APP0: u8 = 0xe0;
const APP15: u8 = 0xef;
const APP1: u8 = 0xe1;
const SCAN: u8 = 0xda;

/// One segment: its marker, and the bytes behind its length.
#[derive(Clone, Debug)]
pub struct Segment {
    pub kind: u8,
    pub at: usize,
    pub data: Range<usize>,
}

/// Goes through the segments up to the picture, or to where the chain of them breaks.
pub struct Segments<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Segments<'b> {
    pub fn of(bytes: &'b [u8]) -> Self {
        Segments { bytes, at: 2 }
    }
}

impl Iterator for Segments<'_> {
    type Item = Segment;

    fn next(&mut self) -> Option<Segment> {
        let at = self.at;
        let &[0xff, kind, high, low] = self.bytes.get(at..)?.first_chunk()? else { return None };
        let len = usize::from(u16::from_be_bytes([high, low]));
        if kind < 0xc0 || matches!(kind, 0xd0..=0xd9 | SCAN) || len < 2 {
            return None;
        }
        // A segment that is cut by the end of the item is there as far as it goes.
        let end = (at + 2 + len).min(self.bytes.len());
        self.at = at + 2 + len;
        Some(Segment { kind, at, data: at + 4..end })
    }
}

/// Segments that tell something of the photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    Exif,
    Xmp,
    ExtendedXmp,
    DjiDebug,
}

impl Block {
    pub fn of(bytes: &[u8], segment: &Segment) -> Option<Self> {
        let data = bytes.get(segment.data.clone())?;
        match segment.kind {
            APP1 if data.starts_with(SIGNATURE) => Some(Block::Exif),
            APP1 if data.starts_with(XMP) => Some(Block::Xmp),
            APP1 if data.starts_with(EXTENDED_XMP) => Some(Block::ExtendedXmp),
            APP0..=APP15 if data.starts_with(DJI_DEBUG) => Some(Block::DjiDebug),
            _ => None,
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Block::Exif => "a JPEG with an EXIF block",
            Block::Xmp | Block::ExtendedXmp => "a JPEG with an XMP block",
            Block::DjiDebug => "a JPEG with a debug block of DJI",
        }
    }
}
