//! A chain of records whose prefix is gone: a carved piece, or a file that lost its beginning. How the records are framed tells
//! which versions it can be.

use super::super::{Completeness, Decoded, Diagnostic, Sink};
use super::details::MARKER;
use super::frame::{self, Framing};
use super::header::Header;
use crate::evidence::Origin;

/// The first whole record begins within this much: no record is longer but those of wrapped keys.
const TORN: usize = 1024;
/// Records in a row that are no chance: each one with a check byte is met by chance once in 65,536 places, one without in 256.
const CHAIN: usize = 10;
const CHAIN_OF_OLD: usize = 40;
/// The position record, and the lengths of its content that plain records have.
const OSD: u8 = 1;
const OSD_LENGTHS: std::ops::RangeInclusive<u8> = 50..=55;

/// A prefix that says as much as the framing tells.
fn header(framing: Framing) -> (Header, &'static str) {
    let (version, details_len, words) = match framing {
        Framing::Plain => (5, 400, "1-6"),
        Framing::Scrambled { wide: false, .. } => (11, 400, "6-12"),
        Framing::Scrambled { wide: true, .. } => (14, 436, "13-14"),
    };
    (Header { detail_offset: 0, details_len, version, magic: 0 }, words)
}

/// How the records of a file that begins with them are framed; `None` when it is no such file.
pub fn framing(bytes: &[u8]) -> Option<Framing> {
    let scrambled = [false, true].map(|wide| Framing::Scrambled { wide, magic: 0 });
    let starts = 0..bytes.len().min(TORN);
    let proved = |framing: &Framing| starts.clone().any(|at| frame::chain_of(bytes, at, *framing, CHAIN) >= CHAIN);
    scrambled.into_iter().find(proved).or_else(|| is_plain(bytes).then_some(Framing::Plain))
}

/// Without a check byte the chain must be longer, and hold positions as old apps wrote them.
fn is_plain(bytes: &[u8]) -> bool {
    let positions = |mut at: usize| {
        let mut found = 0;
        for _ in 0..CHAIN_OF_OLD {
            let frame = bytes.get(at..).and_then(|rest| Framing::Plain.frame(rest))?;
            found += usize::from(frame.kind == OSD && OSD_LENGTHS.contains(&bytes[at + 1]));
            at += frame.len;
        }
        Some(found)
    };
    (0..bytes.len().min(TORN)).any(|at| bytes[at] != 0 && positions(at).is_some_and(|found| found >= 3))
}

/// The words that say so, and the prefix to go on with.
pub fn told(bytes: &[u8], framing: Framing, sink: &mut dyn Sink) -> (Header, &'static str) {
    let (header, words) = header(framing);
    let message = format!(
        "the file begins in the middle of a flight record: its prefix is missing, and what stood before the first record; by their \
         framing the records are of versions {words}"
    );
    sink.diagnostic(Diagnostic::loss("dji-txt/no-prefix", Origin::at(0, bytes.len().min(MARKER.len())), message));
    (header, words)
}

/// A file without a prefix is never whole.
pub fn partial(decoded: Decoded, words: &str) -> Decoded {
    let completeness = match decoded.completeness {
        Completeness::Whole => Completeness::Partial,
        other => other,
    };
    Decoded { version: Some(words.to_owned()), completeness, ..decoded }
}
