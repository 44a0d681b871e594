//! gzip and zlib streams: one packed file. What is named `.txt.zip` in the maker's cloud is such a stream.
//!
//! ```text
//! gzip  1F 8B | method 8 | flags | time u32 | 2 | extra | name 0 | comment 0 | header CRC | deflate | CRC-32 | length   repeated
//! zlib  78 | flags | deflate | Adler-32, big-endian
//! ```

mod header;
mod stream;

use std::borrow::Cow;
use std::io;

use super::{Completeness, Context, Decoded, Diagnostic, Format, Probe, Score, Sink};
use crate::bytes::checksum::adler32;
use crate::bytes::inflate::{End, inflate};
use crate::evidence::{Evidence, Origin, Span};
use header::Header;

pub static FORMAT: Format = Format {
    id: "gzip",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/gzip/format.toml"),
        include_str!("../../../formats/gzip/records.tsv"),
        include_str!("../../../formats/gzip/enums.tsv"),
        include_str!("../../../formats/gzip/channels.tsv"),
    ],
    keys: None,
};

/// The header of a zlib stream, and the check sum behind it.
const ZLIB_HEADER: u64 = 2;
const ADLER: u64 = 4;
/// So much comes out of no noise.
const PROOF: u64 = 1024;

fn probe(evidence: &Evidence) -> Probe {
    let Ok(head) = evidence.read(Span { offset: 0, len: header::LONGEST }) else { return Probe::NO };
    let found = if Header::begins(&head) {
        let inflates = Header::parse(&head).is_ok_and(|header| is_plausible(evidence, header.len as u64));
        let score = if inflates { Score::Certain } else { Score::Likely };
        Some((score, "gzip header", inflates))
    } else {
        let fits = is_zlib_header(&head) && (has_dictionary(&head) || is_plausible(evidence, ZLIB_HEADER));
        fits.then_some((Score::Likely, "zlib header", !has_dictionary(&head)))
    };
    let Some((score, what, inflates)) = found else { return Probe::NO };
    let behind = if inflates { "the data behind it inflates" } else { "the data behind it does not inflate" };
    Probe { score, why: Cow::Owned(format!("{what}; {behind}")) }
}

/// Window of 32 KiB, deflate, and a check that makes both bytes a multiple of 31.
fn is_zlib_header(head: &[u8]) -> bool {
    matches!(head, [0x78, flags, ..] if (0x7800 + u16::from(*flags)).is_multiple_of(31))
}

/// The stream needs text that both sides know and that is not in the file.
fn has_dictionary(head: &[u8]) -> bool {
    head.get(1).is_some_and(|flags| flags & 0x20 != 0)
}

/// The stream at `offset` gives enough to be no accident, or ends well.
fn is_plausible(evidence: &Evidence, offset: u64) -> bool {
    let span = Span { offset, len: evidence.len.saturating_sub(offset) };
    let Ok(inflated) = inflate(evidence, span, PROOF) else { return false };
    match inflated.end {
        End::Limit => true,
        End::Whole => {
            adler_of(evidence, offset + inflated.consumed) == Some(adler32(&inflated.bytes)) || offset > ZLIB_HEADER
        }
        End::Cut => evidence.len > offset && (inflated.bytes.len() as u64 >= PROOF / 16 || offset > ZLIB_HEADER),
        End::Corrupt => inflated.bytes.len() as u64 >= PROOF / 2,
    }
}

fn adler_of(evidence: &Evidence, offset: u64) -> Option<u32> {
    let bytes = evidence.read(Span { offset, len: ADLER }).ok()?;
    Some(u32::from_be_bytes(<[u8; 4]>::try_from(&*bytes).ok()?))
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let decoded = |completeness| Decoded { version: None, completeness, key_need: None };
    match read(evidence, context, sink) {
        Ok(0) => decoded(Completeness::Unreadable),
        Ok(_) => decoded(Completeness::Whole),
        Err(error) => {
            let message = format!("the file could not be read again: {error}; what follows is not unpacked");
            sink.diagnostic(Diagnostic::loss("gzip/unread", Origin::Item, message));
            decoded(Completeness::Partial)
        }
    }
}

/// Reads the streams; gives how many children came out.
fn read(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> io::Result<u64> {
    let head = evidence.read(Span { offset: 0, len: ZLIB_HEADER })?;
    let mut reader = stream::Reader::new(evidence, context, sink);
    if is_zlib_header(&head) {
        reader.zlib(&head)?
    } else {
        reader.gzip()?
    }
    Ok(reader.finish())
}

/// The name of what is packed in the item of this name: `X.txt` for `X.txt.gz` and `X.txt.zip`, `X.tar` for `X.tgz`.
fn unpacked_name(name: &str) -> String {
    let endings = [(".gz", ""), (".zip", ""), (".zlib", ""), (".zz", ""), (".z", ""), (".tgz", ".tar")];
    let lower = name.to_ascii_lowercase();
    let ending = endings.iter().find(|(ending, _)| lower.ends_with(ending) && lower.len() > ending.len());
    match ending {
        Some((ending, instead)) => format!("{}{instead}", name.get(..name.len() - ending.len()).unwrap_or(name)),
        None if name.is_empty() => "content".to_owned(),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_of_the_envelope_is_left_out() {
        let cases = [("X.txt.zip", "X.txt"), ("X.TXT.GZ", "X.TXT"), ("a.tgz", "a.tar"), ("log", "log"), (".gz", ".gz")];
        for (name, inner) in cases {
            assert_eq!(unpacked_name(name), inner);
        }
    }

    #[test]
    fn what_does_not_inflate_is_no_zlib_stream() {
        for head in [[0x78, 0x01], [0x78, 0x5e], [0x78, 0x9c], [0x78, 0xda]] {
            let mut text = head.to_vec();
            text.extend(b"mostly words, and nothing that deflate would write, however long they go on");
            assert_eq!(probe(&Evidence::unlabelled(text)), Probe::NO);
            assert_eq!(probe(&Evidence::unlabelled(head.to_vec())), Probe::NO);
        }
    }
}
