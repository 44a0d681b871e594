//! Flight records that are not the whole file: bytes stand before one, or several were joined. Each becomes an item of its own,
//! with its own offsets; what stands between them stays unknown.

use memchr::memmem;

use super::super::{Child, Class, Completeness, Decoded, Diagnostic, Sink};
use super::details;
use super::frame;
use super::header::{FIRST_LOCKED, Header};
use crate::evidence::{Evidence, Origin, Span};

/// Lengths of details blocks as the prefix states them, at offset 8.
const DETAILS_LENGTHS: [&[u8]; 2] = [b"\x90\x01", b"\xb4\x01"];
const LENGTH_AT: usize = 8;
/// Records that must follow a prefix of version 6 on, with its 80 zero bytes, before it is believed in the middle of a file; a
/// prefix of 12 bytes has nothing else to prove it.
const CHAIN: usize = 4;
const CHAIN_OF_OLD: usize = 40;

/// Where flight records begin, in order.
pub fn starts(bytes: &[u8]) -> Vec<usize> {
    let mut starts: Vec<usize> = DETAILS_LENGTHS
        .iter()
        .flat_map(|length| memmem::find_iter(bytes, length))
        .filter_map(|at| at.checked_sub(LENGTH_AT))
        .filter(|at| begins(&bytes[*at..]))
        .collect();
    starts.sort_unstable();
    // A prefix inside the record area of a log that was just found would be one of its own records.
    starts.dedup();
    starts
}

fn begins(bytes: &[u8]) -> bool {
    let Some(header) = Header::parse(bytes) else { return false };
    if header.version > super::header::NEWEST || !header.details_len_known() {
        return false;
    }
    // A short prefix is proved by the details that it leads to.
    let (needed, is_proved) = match header.version {
        0..=5 => (CHAIN_OF_OLD, details::proved(bytes, header.detail_offset as usize)),
        _ => (CHAIN, header.reserved_is_zero(bytes)),
    };
    let records_at = if header.version >= FIRST_LOCKED { header.detail_offset as usize } else { header.records_at() };
    is_proved && frame::chain_len(bytes, records_at, header.framings()) >= needed
}

/// Hands each log to be examined by itself.
pub fn decode(evidence: &Evidence, bytes: &[u8], starts: &[usize], sink: &mut dyn Sink) -> Decoded {
    let before = starts.first().copied().unwrap_or(0);
    if before > 0 {
        let message = format!("{before} bytes stand before the flight record; they are no part of it");
        sink.diagnostic(Diagnostic::note("dji-txt/leading", Origin::at(0, before), message));
    }
    if starts.len() > 1 {
        let message = format!("{} flight records were joined in this file; each is read by itself", starts.len());
        sink.diagnostic(Diagnostic::note("dji-txt/joined", Origin::Item, message));
    }
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    for (i, (&start, end)) in starts.iter().zip(ends).enumerate() {
        let span = Span::new(start, end - start);
        sink.claim(&span.into(), Class::Known, "flight record");
        let name = match starts.len() {
            1 => evidence.name().to_owned(),
            _ => format!("log-{}.txt", i + 1),
        };
        let at = Origin::Bytes(span.into());
        sink.child(Child { name, at, bytes: &bytes[start..end], format: Some("dji-txt") });
    }
    Decoded { version: None, completeness: Completeness::Whole, key_need: None }
}
