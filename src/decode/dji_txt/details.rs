//! The details block: totals, place names, serial numbers, start. Behind the records up to version 11, in front from 12 on;
//! found by its check value when the prefix does not lead to it.

use std::ops::Range;
use std::sync::Arc;

use byteorder::{ByteOrder as _, LittleEndian as Le};
use memchr::memmem;

use super::super::{Diagnostic, Sink};
use super::header::Header;
use crate::evidence::{Origin, Span};
use crate::layout::{Layout, Tables, Value};

/// The check value at offset 87, also the separator before the photos.
pub const MARKER: [u8; 4] = 12345_u32.to_le_bytes();
const MARKER_AT: usize = 87;
/// The marker and the start time behind it: with less than this a block proves nothing.
const PROOF: usize = MARKER_AT + 4 + 8;
/// 2010 to 2100 in milliseconds: no phone recorded a flight outside.
const PLAUSIBLE_START_MS: std::ops::Range<i64> = 1_262_304_000_000..4_102_444_800_000;

/// The block where it was found.
pub struct Details<'a> {
    pub content: &'a [u8],
    pub span: Span,
    pub layout: &'a Arc<Layout>,
    /// The file ends inside the block.
    pub cut: bool,
}

impl<'a> Details<'a> {
    /// Looks where the prefix says, then for the check value from the end of the file backwards.
    pub fn find(bytes: &'a [u8], header: &Header, tables: &'a Tables, sink: &mut dyn Sink) -> Option<Self> {
        let stated = match header.version {
            12 => header.prefix_len() as u64,
            _ => header.detail_offset,
        };
        let len = usize::from(header.details_len);
        let found = match usize::try_from(stated).ok().filter(|at| proved(bytes, *at)) {
            Some(at) => Some(at),
            None => Self::find_displaced(bytes, header, stated, sink),
        };
        let start = found?;
        let end = bytes.len().min(start + len);
        let cut = end - start < len;
        if cut {
            let message =
                format!("the file ends inside the details block: {} of {len} bytes are there; it was cut", end - start);
            sink.diagnostic(Diagnostic::loss("dji-txt/cut", Origin::at(start, end - start), message));
        }
        Details::at(bytes, start..end, header, tables, cut)
    }

    /// The block in `range`, which is known to hold it.
    pub fn at(bytes: &'a [u8], range: Range<usize>, header: &Header, tables: &'a Tables, cut: bool) -> Option<Self> {
        let name = if header.version <= 5 { "details_old" } else { "details" };
        let layout = tables.structure(name, usize::MAX)?;
        Some(Details { span: Span::new(range.start, range.len()), content: bytes.get(range)?, layout, cut })
    }

    fn find_displaced(bytes: &[u8], header: &Header, stated: u64, sink: &mut dyn Sink) -> Option<usize> {
        let found = memmem::rfind_iter(bytes, &MARKER)
            .filter_map(|at| at.checked_sub(MARKER_AT))
            .find(|at| *at >= header.prefix_len() && proved(bytes, *at));
        let whole = found.is_some_and(|at| at + usize::from(header.details_len) <= bytes.len());
        let diagnostic = match found {
            Some(at) if stated == 0 => Diagnostic::note(
                "dji-txt/unclosed",
                Origin::at(0, 8),
                format!("the prefix does not say where the details are (the app did not close the log); found at {at}"),
            ),
            Some(at) if whole => Diagnostic::damage(
                "dji-txt/details-displaced",
                Origin::at(0, 8),
                format!("the details stand at {at}, the prefix says {stated}: bytes were inserted or removed"),
            ),
            Some(_) => return found,
            None if stated > bytes.len() as u64 => Diagnostic::loss(
                "dji-txt/cut",
                Origin::at(bytes.len(), 0),
                format!(
                    "the file was cut: it ends at {}, the prefix puts the details at {stated}, so at least {} bytes are \
                     missing; serial numbers and totals come from the records that are left",
                    bytes.len(),
                    stated - bytes.len() as u64
                ),
            ),
            None => Diagnostic::loss(
                "dji-txt/details-missing",
                Origin::Item,
                "no details block was found; serial numbers and totals come from the records alone",
            ),
        };
        sink.diagnostic(diagnostic);
        found
    }

    pub fn value(&self, field: &str) -> Option<Value<'_>> {
        self.layout.read(field, self.content)
    }

    pub fn number(&self, field: &str) -> Option<f64> {
        self.value(field)?.number().filter(|v| v.is_finite())
    }

    /// Start of the log by the phone's clock, UTC in milliseconds.
    pub fn start_ms(&self) -> Option<i64> {
        self.value("start_time")?.integer().filter(|ms| PLAUSIBLE_START_MS.contains(ms))
    }

    /// Positions that the log says it holds.
    pub fn record_count(&self) -> Option<i64> {
        self.value("record_count")?.integer().filter(|n| *n > 0)
    }

    /// Lengths of the photos, then of the thumbnails, zeros left out; empty when they cannot be right. Rebuilt details
    /// (byte 11 of the prefix is 255) hold garbage there.
    pub fn image_lens(&self, bytes: &[u8]) -> Vec<ImageLen> {
        let lens = |field: &str, kind: &'static str| -> Vec<(i64, &'static str, usize)> {
            match self.value(field) {
                Some(Value::List(values)) => {
                    values.iter().enumerate().map(|(i, v)| (v.integer().unwrap_or(-1), kind, i)).collect()
                }
                _ => Vec::new(),
            }
        };
        let all = [lens("photo_length", "photo"), lens("thumbnail_length", "thumbnail")].concat();
        let possible = all.iter().all(|(len, ..)| *len >= 0);
        let sum: i64 = all.iter().map(|(len, ..)| *len).fold(0, i64::saturating_add);
        if !possible || sum > bytes.len() as i64 {
            return Vec::new();
        }
        all.into_iter()
            .filter(|(len, ..)| *len > 0)
            .map(|(len, kind, number)| ImageLen { len: len as usize, kind, number: number + 1 })
            .collect()
    }
}

/// Where a photo was taken, as the details list it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PhotoPlace {
    /// From 1.
    pub number: usize,
    /// Degrees.
    pub lat: f64,
    pub lon: f64,
    /// Offsets of the two numbers in the block.
    pub lon_at: usize,
    pub lat_at: usize,
}

impl Details<'_> {
    /// The places of the photos that are stored with the log; a slot without a photo holds anything.
    pub fn photo_places(&self, photos: &[ImageLen]) -> Vec<PhotoPlace> {
        const DOUBLE: usize = 8;
        let slots = |name: &str| Some((self.layout.field(name)?.offset, self.value(name)?));
        let (Some((lon_at, Value::List(lons))), Some((lat_at, Value::List(lats)))) =
            (slots("photo_longitude"), slots("photo_latitude"))
        else {
            return Vec::new();
        };
        let place = |photo: &ImageLen| {
            let i = photo.number - 1;
            let degrees = |list: &[Value<'_>]| list.get(i)?.number().map(f64::to_degrees);
            let (lon, lat) = (degrees(&lons)?, degrees(&lats)?);
            let is_place = lat.abs() <= 90.0 && lon.abs() <= 180.0 && !(lat.abs() < 1e-6 && lon.abs() < 1e-6);
            is_place.then_some(PhotoPlace {
                number: photo.number,
                lat,
                lon,
                lon_at: lon_at + DOUBLE * i,
                lat_at: lat_at + DOUBLE * i,
            })
        };
        photos.iter().filter(|photo| photo.kind == "photo").filter_map(place).collect()
    }
}

/// A photo or thumbnail that the details announce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageLen {
    pub len: usize,
    pub kind: &'static str,
    /// From 1.
    pub number: usize,
}

/// The check value stands where it must, with a plausible start time behind it.
pub fn proved(bytes: &[u8], at: usize) -> bool {
    bytes.get(at..).and_then(|rest| rest.get(..PROOF)).is_some_and(|block| {
        block[MARKER_AT..MARKER_AT + 4] == MARKER && PLAUSIBLE_START_MS.contains(&Le::read_i64(&block[MARKER_AT + 4..]))
    })
}
