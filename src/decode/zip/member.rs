//! One member: where its data lie, what comes out of them, whether it is what the headers promise.

use std::borrow::Cow;
use std::io;

use byteorder::{ByteOrder as _, LittleEndian as Le};
use memchr::memmem;

use super::DESCRIPTOR;
use super::entry::Entry;
use super::walk::begins_structure;
use crate::bytes::checksum::crc32;
use crate::bytes::inflate::{End, inflate};
use crate::evidence::{Evidence, Span};

pub const STORED: u16 = 0;
const DEFLATE: u16 = 8;

/// Methods whose members can be unpacked.
pub fn is_read(method: u16) -> bool {
    [STORED, DEFLATE].contains(&method)
}

/// What came out of a member.
pub struct Content<'a> {
    pub bytes: Cow<'a, [u8]>,
    pub crc32: u32,
    /// The data that were used to get it.
    pub data: Span,
    pub end: End,
    /// Check sum and length that a header or the descriptor promises.
    pub promised: Option<(u32, u64)>,
    /// Behind the data.
    pub descriptor: Option<Descriptor>,
}

impl Content<'_> {
    /// It is what was promised, as far as anything was.
    pub fn is_right(&self) -> bool {
        let own = (self.crc32, self.bytes.len() as u64);
        self.end == End::Whole && self.promised.is_none_or(|promised| promised == own)
    }
}

/// Check sum and sizes behind the data.
pub struct Descriptor {
    pub at: Span,
    /// The name of its table.
    pub table: &'static str,
    crc32: u32,
    unpacked: u64,
}

/// Reads the member whose data begin at `start` and end before `bound`; at most `most` bytes come out.
///
/// # Errors
/// When the item cannot be read again.
pub fn content<'a>(
    evidence: &'a Evidence,
    entry: &Entry,
    start: u64,
    bound: u64,
    most: u64,
) -> io::Result<Content<'a>> {
    let room = bound.saturating_sub(start);
    let sized = entry.is_sized;
    let stated = if sized { entry.packed.min(room) } else { room };
    let (bytes, used, end) = if entry.method == DEFLATE {
        let inflated = inflate(evidence, Span { offset: start, len: stated }, most)?;
        (Cow::Owned(inflated.bytes), inflated.consumed, inflated.end)
    } else {
        let len = if sized { stated } else { stored_len(evidence, start, bound)? };
        let end = if len > most {
            End::Limit
        } else if sized && entry.packed > room {
            End::Cut
        } else {
            End::Whole
        };
        let used = len.min(most);
        (evidence.read(Span { offset: start, len: used })?, used, end)
    };
    let data = Span { offset: start, len: used };
    let ended = if sized { Some(Span { len: stated, ..data }) } else { Some(data).filter(|_| end == End::Whole) };
    let descriptor = match ended.filter(|_| entry.has_descriptor) {
        Some(ended) => descriptor(evidence, ended, bytes.len() as u64, bound)?,
        None => None,
    };
    let promised = match &descriptor {
        _ if sized => Some((entry.crc32, entry.unpacked)),
        Some(found) => Some((found.crc32, found.unpacked)),
        None => None,
    };
    Ok(Content { crc32: crc32(&bytes), bytes, data, end, promised, descriptor })
}

/// The descriptor behind `data`, out of which `came` bytes came.
fn descriptor(evidence: &Evidence, data: Span, came: u64, bound: u64) -> io::Result<Option<Descriptor>> {
    const LONGEST: u64 = 24;
    let bytes = evidence.read(Span { offset: data.end(), len: LONGEST.min(bound.saturating_sub(data.end())) })?;
    Ok(descriptor_in(&bytes, data, came))
}

/// With or without signature, with sizes of 32 or 64 bits: the form that states the length of the data, and rather one that
/// states what came out, too.
fn descriptor_in(bytes: &[u8], data: Span, came: u64) -> Option<Descriptor> {
    let signed = bytes.starts_with(DESCRIPTOR);
    let head = if signed { DESCRIPTOR.len() } else { 0 };
    let rest = bytes.get(head..).unwrap_or_default();
    let found = |table, len: usize, unpacked| Descriptor {
        at: Span { offset: data.end(), len: (head + len) as u64 },
        table,
        crc32: Le::read_u32(rest),
        unpacked,
    };
    let short = rest.get(..12).filter(|d| u64::from(Le::read_u32(&d[4..])) == data.len).map(|d| {
        let table = if signed { "data_descriptor_signed" } else { "data_descriptor" };
        found(table, 12, u64::from(Le::read_u32(&d[8..])))
    });
    let long = rest.get(..20).filter(|d| Le::read_u64(&d[4..]) == data.len).map(|d| {
        let table = if signed { "data_descriptor_64_signed" } else { "data_descriptor_64" };
        found(table, 20, Le::read_u64(&d[12..]))
    });
    match (short, long) {
        (Some(short), Some(long)) => Some(if long.unpacked == came { long } else { short }),
        (short, long) => short.or(long),
    }
}

/// The length of stored data that no header tells: up to the descriptor that states just that length, else to the next header.
fn stored_len(evidence: &Evidence, start: u64, bound: u64) -> io::Result<u64> {
    let states_its_place = |at: u64, rest: &[u8]| {
        rest.starts_with(DESCRIPTOR)
            && descriptor_in(rest, Span { offset: start, len: at - start }, at - start).is_some()
    };
    let end = match next(evidence, start, bound, states_its_place)? {
        Some(end) => Some(end),
        None => next(evidence, start, bound, |_, rest| begins_structure(rest))?,
    };
    Ok(end.unwrap_or(bound) - start)
}

/// The first place in `from..to` at which `PK` stands and `is_it` holds, which is given the offset and at least 64 bytes from
/// there, as far as there are so many.
///
/// # Errors
/// When the item cannot be read again.
pub fn next(evidence: &Evidence, from: u64, to: u64, is_it: impl Fn(u64, &[u8]) -> bool) -> io::Result<Option<u64>> {
    const OVERLAP: u64 = 64;
    // What is looked for mostly stands at once.
    let (mut at, mut window_len) = (from, 4 << 10);
    while at < to {
        let window = evidence.read(Span { offset: at, len: (window_len + OVERLAP).min(to - at) })?;
        let starts = memmem::find_iter(&window, b"PK").take_while(|start| (*start as u64) < window_len);
        for start in starts {
            let place = at + start as u64;
            if is_it(place, window.get(start..).unwrap_or_default()) {
                return Ok(Some(place));
            }
        }
        at += window_len;
        window_len = (8 * window_len).min(1 << 20);
    }
    Ok(None)
}
