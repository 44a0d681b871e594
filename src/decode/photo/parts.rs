//! What else stands in a JPEG: other segments, the picture, what lies behind it, and the debug block of DJI.
//!
//! ```text
//! DJI-DBG 0 [sensor_id:...][FlightDegree(Y,P,R):...][FlightSpeed(X,Y,Z):...]   degrees in tenths
//! ```

use std::ops::Range;

use super::segments::DJI_DEBUG;
use super::{Class, Photo};
use crate::bytes::exif::Tiff;
use crate::bytes::jpeg;
use crate::decode::cells::Cells;
use crate::decode::{Child, Diagnostic};
use crate::evidence::{Origin, Span};

/// What a segment is that nothing is read from.
pub fn what(data: &[u8], kind: u8) -> &'static str {
    const NAMED: [(&[u8], &str); 7] = [
        (b"JFIF\0", "JFIF header"),
        (b"FLIR\0", "thermal data"),
        (b"MPF\0", "list of pictures"),
        (b"ICC_PROFILE\0", "colour profile"),
        (b"Photoshop 3.0\0", "Photoshop block"),
        (b"Adobe\0", "Adobe block"),
        (b"DJI", "block of the maker"),
    ];
    let named = NAMED.iter().find(|(start, _)| data.starts_with(start));
    named.map_or(if (0xe0..=0xef).contains(&kind) { "application segment" } else { "tables of the picture" }, |n| n.1)
}

/// The picture from its first scan on, and whatever lies behind its end.
pub fn picture(photo: &mut Photo<'_, '_>, from: usize) {
    let bytes = photo.bytes;
    let Some(jpeg::Outline { len, damaged_at }) = jpeg::outline(bytes) else {
        let len = bytes.len().saturating_sub(from);
        let message = format!(
            "the picture does not end as it must: {len} bytes from {from} on, it was cut or overwritten; what its blocks tell is read"
        );
        return photo.damage("photo/picture", from.min(bytes.len()), len, message);
    };
    photo.claim(from, len.saturating_sub(from), Class::Known, "picture");
    if let Some(at) = damaged_at {
        let message = format!("bytes stand in the picture at {at} that no camera writes; what its blocks tell is read");
        photo.is_damaged = true;
        photo.sink.diagnostic(Diagnostic::damage("photo/picture", Origin::at(at, 0), message));
    }
    behind(photo, len);
}

/// Previews that cameras put behind the picture, and zeros between them.
fn behind(photo: &mut Photo<'_, '_>, from: usize) {
    let bytes = photo.bytes;
    let (mut at, mut number) = (from, 1);
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let zeros = rest.iter().take_while(|byte| **byte == 0).count();
        if zeros > 0 {
            photo.claim(at, zeros, Class::Known, "zeros");
            at += zeros;
            continue;
        }
        let Some(outline) = jpeg::outline(rest) else { break };
        let Some(picture) = rest.get(..outline.len) else { break };
        let span = Span::new(at, picture.len());
        photo.sink.claim(&span.into(), Class::Known, "preview");
        let name = format!("preview-{number}.jpg");
        photo.sink.child(Child { name, at: Origin::Bytes(span.into()), bytes: picture, format: Some("jpeg") });
        at += picture.len();
        number += 1;
    }
    if at < bytes.len() {
        let message = format!("{} bytes stand behind the picture and are no part of it", bytes.len() - at);
        photo.sink.diagnostic(Diagnostic::note("photo/behind", Origin::at(at, bytes.len() - at), message));
    }
}

/// DJI's thermal cameras put a small TIFF, with its length before it, between header and picture of the large one.
pub fn thumbnail_tiff(photo: &mut Photo<'_, '_>) {
    const LENGTH_AT: usize = 8;
    let bytes = photo.bytes;
    let Some(len) = bytes.get(LENGTH_AT..).and_then(|rest| rest.first_chunk()).map(|b| u32::from_le_bytes(*b)) else {
        return;
    };
    let from = LENGTH_AT + 4;
    let Some(inner) = bytes.get(from..from.saturating_add(len as usize)) else { return };
    if Tiff::of(inner).is_none() {
        return;
    }
    let span = Span::new(from, inner.len());
    photo.claim(LENGTH_AT, 4 + inner.len(), Class::Known, "thumbnail");
    let at = Origin::Bytes(span.into());
    photo.sink.child(Child { name: "thumbnail.tif".to_owned(), at, bytes: inner, format: Some("tiff") });
}

/// The maker's debug block where it is plain; else it is known for what it is.
pub fn debug(photo: &mut Photo<'_, '_>, data: Range<usize>) {
    photo.claim(data.start, data.len(), Class::Known, "debug block");
    let from = data.start + DJI_DEBUG.len();
    let block = photo.bytes.get(from..data.end).unwrap_or_default();
    let plain = block.iter().filter(|b| b.is_ascii_graphic() || b.is_ascii_whitespace() || **b == 0).count();
    if plain * 10 < block.len() * 9 {
        return;
    }
    let mut at = 0;
    while let Some(open) = memchr::memchr(b'[', block.get(at..).unwrap_or_default()).map(|i| at + i) {
        let Some(close) = memchr::memchr(b']', block.get(open..).unwrap_or_default()).map(|i| open + i) else { break };
        let inner = String::from_utf8_lossy(block.get(open + 1..close).unwrap_or_default()).into_owned();
        let (name, value) = inner.split_once(':').unwrap_or((&inner, ""));
        if let Some(mut cells) = Cells::of(photo.tables, "debug") {
            cells.words("name", Some(name.trim().to_owned()));
            cells.words("value", Some(value.trim().to_owned()));
            cells.emit(&Span::new(from + open, close + 1 - open).into(), photo.sink);
        }
        at = close + 1;
    }
}
