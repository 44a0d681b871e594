//! DEFLATE (RFC 1951): inflates a stream that lies somewhere in an item, up to a limit, and says to the byte where it ended or
//! broke. What came out before a break is kept.

use std::io;

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{TINFL_FLAG_HAS_MORE_INPUT, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF};
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use crate::evidence::{Evidence, Span};

/// Compressed bytes that are looked at in one go; less at first, for most streams are short.
const CHUNK: u64 = 1 << 20;
const FIRST_CHUNK: u64 = 64 << 10;
/// Room that is made before the first byte comes out.
const FIRST_ROOM: u64 = 64 << 10;

/// How a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With its own last block.
    Whole,
    /// The bytes ended before the stream did.
    Cut,
    /// A code that cannot be.
    Corrupt,
    /// The limit was reached; the stream goes on.
    Limit,
}

/// What came out of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inflated {
    pub bytes: Vec<u8>,
    /// Compressed bytes that were used: the length of the stream when it is whole.
    pub consumed: u64,
    pub end: End,
}

/// Inflates the stream that begins at `span`; not more than `most` bytes come out.
///
/// # Errors
/// When an item that is not in memory cannot be read again.
pub fn inflate(evidence: &Evidence, span: Span, most: u64) -> io::Result<Inflated> {
    let mut state = Box::<DecompressorOxide>::default();
    let mut bytes = vec![0; FIRST_ROOM.min(most) as usize];
    let (mut consumed, mut written) = (0_u64, 0_usize);
    let end = loop {
        let left = span.len - consumed;
        let want = left.min(if consumed == 0 { FIRST_CHUNK } else { CHUNK });
        let chunk = evidence.read(Span { offset: span.offset + consumed, len: want })?;
        // An item may end before its span does.
        let more = if chunk.len() as u64 == want && left > want { TINFL_FLAG_HAS_MORE_INPUT } else { 0 };
        let flags = more | TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let (status, taken, came) = decompress(&mut state, &chunk, &mut bytes, written, flags);
        consumed += taken as u64;
        written += came;
        match status {
            TINFLStatus::Done => break End::Whole,
            TINFLStatus::NeedsMoreInput => {}
            TINFLStatus::HasMoreOutput if written as u64 >= most => break End::Limit,
            TINFLStatus::HasMoreOutput => {
                let room = (2 * bytes.len() as u64).max(FIRST_ROOM).min(most);
                bytes.resize(room as usize, 0);
            }
            TINFLStatus::FailedCannotMakeProgress => break End::Cut,
            // Failed; the others cannot come, for they belong to the zlib wrapper or to a wrapping buffer.
            _ => break End::Corrupt,
        }
    };
    bytes.truncate(written);
    Ok(Inflated { bytes, consumed, end })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(stream: &[u8], most: u64) -> Inflated {
        let evidence = Evidence::unlabelled(stream.to_vec());
        inflate(&evidence, Span::new(0, stream.len()), most).expect("in memory")
    }

    /// A stored block and a fixed one, written by hand after RFC 1951 section 3.2.
    #[test]
    fn the_end_is_known_to_the_byte() {
        let stored = [0x01, 0x03, 0x00, 0xfc, 0xff, b'a', b'b', b'c'];
        let followed = [&stored[..], b"behind"].concat();
        assert_eq!(of(&followed, 100), Inflated { bytes: b"abc".to_vec(), consumed: 8, end: End::Whole });
        // "a" in a fixed block: header 011, literal 97 = 10010001, end 0000000, least bit first.
        assert_eq!(of(&[0x4b, 0x04, 0x00], 100), Inflated { bytes: b"a".to_vec(), consumed: 3, end: End::Whole });
        assert_eq!(of(&stored[..7], 100), Inflated { bytes: b"ab".to_vec(), consumed: 7, end: End::Cut });
        // Block type 3 is reserved.
        assert_eq!(of(&[0x07, 0x00], 100).end, End::Corrupt);
        assert_eq!(of(&stored, 3).end, End::Whole, "a stream as long as the limit is whole");
        let limited = of(&stored, 2);
        assert_eq!((limited.bytes.as_slice(), limited.end), (&b"ab"[..], End::Limit));
        assert_eq!(of(&[], 100), Inflated { bytes: Vec::new(), consumed: 0, end: End::Cut });
    }

    #[test]
    fn a_long_stream_is_read_in_pieces() {
        // Sha-256 in counter mode is noise that does not shrink.
        let noise = |i: u32| crate::evidence::Sha256::of(&i.to_le_bytes()).0;
        let text: Vec<u8> = (0..100_000).flat_map(noise).collect();
        let stream = miniz_oxide::deflate::compress_to_vec(&text, 1);
        assert!(stream.len() as u64 > 2 * CHUNK, "several pieces");
        let whole = of(&stream, u64::MAX);
        assert_eq!((whole.end, whole.consumed), (End::Whole, stream.len() as u64));
        assert!(whole.bytes == text);
    }
}
