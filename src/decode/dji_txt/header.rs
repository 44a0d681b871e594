//! The prefix: 12 bytes up to version 5, 100 from version 6 on.
//!
//! ```text
//! 0 u64 detail_offset | 8 u16 details length | 10 u8 version | 11 u8 | 12 u64 magic | 20..100 reserved, zero
//! ```

use memchr::memmem;

use super::super::{Class, Diagnostic, Payload, Record, Sink};
use super::frame::{Framing, chain_of};
use crate::bytes::Reader;
use crate::evidence::{Origin, Span};
use crate::layout::Tables;

/// The newest version that is known.
pub const NEWEST: u8 = 14;
/// From here on the content of records is AES cipher text.
pub const FIRST_LOCKED: u8 = 13;
/// Versions that the prefix is believed to keep its shape for.
const PLAUSIBLE: std::ops::RangeInclusive<u8> = 1..=31;

const SHORT: usize = 12;
const LONG: usize = 100;
/// Details with a uuid behind them, from version 12 on.
const DETAILS_WITH_UUID: u16 = 436;
const DETAILS: u16 = 400;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Where the details are (up to version 11) or the records begin (from 13 on); 0 when the log was never closed.
    pub detail_offset: u64,
    pub details_len: u16,
    pub version: u8,
    /// Part of the scrambling key; 0 in every file seen.
    pub magic: u64,
}

impl Header {
    /// `None` when the bytes are too few or the version is impossible.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes, 0);
        let detail_offset = reader.u64("detail offset").ok()?;
        let details_len = reader.u16("details length").ok()?;
        let version = reader.u8("version").ok()?;
        reader.u8("byte 11").ok()?;
        let magic = if version >= 6 { reader.u64("encrypt magic").ok()? } else { 0 };
        PLAUSIBLE.contains(&version).then_some(Header { detail_offset, details_len, version, magic })
    }

    pub fn details_len_known(&self) -> bool {
        self.details_len == if self.version >= 12 { DETAILS_WITH_UUID } else { DETAILS }
    }

    pub fn prefix_len(&self) -> usize {
        if self.version >= 6 { LONG } else { SHORT }
    }

    /// Offset of the first record, for versions 1 to 12.
    pub fn records_at(&self) -> usize {
        match self.version {
            12 => LONG + usize::from(self.details_len),
            _ => self.prefix_len(),
        }
    }

    pub fn reserved_is_zero(&self, bytes: &[u8]) -> bool {
        bytes.get(20..LONG).is_some_and(|reserved| reserved.iter().all(|b| *b == 0))
    }

    /// How records may be framed in this version; version 6 is not settled by the version.
    pub fn framings(&self) -> &'static [Framing] {
        match self.version {
            0..=5 => &[Framing::Plain],
            6 => &[Framing::Scrambled { wide: false, magic: 0 }, Framing::Plain],
            7..=12 => &[Framing::Scrambled { wide: false, magic: 0 }],
            _ => &[Framing::Scrambled { wide: true, magic: 0 }],
        }
    }

    /// How the records of this file are framed; version 6 is voted on by its first records, since descriptions of it contradict
    /// each other.
    pub fn framing(&self, bytes: &[u8], sink: &mut dyn Sink) -> Framing {
        const VOTERS: usize = 50;
        let known = self.framings();
        if let [only] = known {
            return only.with_magic(self.magic);
        }
        let [scrambled, plain] = [known[0].with_magic(self.magic), Framing::Plain];
        let votes = |framing: Framing| chain_of(bytes, self.records_at(), framing, VOTERS);
        let (for_scrambled, for_plain) = (votes(scrambled), votes(plain));
        let chosen = if for_scrambled >= for_plain { scrambled } else { plain };
        let word = if chosen == plain { "plain" } else { "scrambled" };
        let message = format!(
            "version 6 does not say whether records are scrambled; of the first {VOTERS}, {for_scrambled} hold as scrambled and \
             {for_plain} as plain: read as {word}"
        );
        sink.diagnostic(Diagnostic::note("dji-txt/version-6", Origin::at(self.records_at(), 0), message));
        chosen
    }

    pub fn emit(&self, bytes: &[u8], tables: &Tables, sink: &mut dyn Sink) {
        let len = self.prefix_len().min(bytes.len());
        sink.claim(&Span::new(0, len).into(), Class::Known, "prefix");
        let Some(layout) = tables.structure("prefix", len) else { return };
        sink.record(&Record::structure(Some(layout), &Span::new(0, len).into(), Payload::Bytes(&bytes[..len])));
    }
}

/// What a text conversion writes for each byte that is not UTF-8.
const REPLACEMENT: &[u8] = b"\xef\xbf\xbd";

/// A flight record that was saved as text: most bytes above 7F became U+FFFD and cannot come back.
pub fn text_damage(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(4096)];
    let count = memmem::find_iter(head, REPLACEMENT).count();
    // In clean binary data the three bytes meet by chance once in 16 million places.
    if count < 16 || count * 16 < head.len() {
        return None;
    }
    let shape = collapsed(head);
    let prefix = shape.len() > LONG
        && shape[9] == 1
        && PLAUSIBLE.contains(&shape[10])
        && (shape[10] < 6 || shape[20..LONG].iter().all(|b| *b == 0));
    prefix.then(|| format!("a text conversion ({count} U+FFFD in the first {} bytes)", head.len()))
}

pub fn text_damaged_version(bytes: &[u8]) -> Option<String> {
    collapsed(&bytes[..bytes.len().min(256)]).get(10).map(u8::to_string)
}

pub fn text_damage_diagnostic(bytes: &[u8], why: &str) -> Diagnostic {
    let count = memmem::find_iter(bytes, REPLACEMENT).count();
    let percent = 100.0 * (REPLACEMENT.len() * count) as f64 / bytes.len() as f64;
    let message = format!(
        "this was a flight record; {why} replaced {count} bytes by U+FFFD, {percent:.1} % of the file now; \
         they cannot be restored; ask for the original file, copied as binary"
    );
    Diagnostic::loss("dji-txt/text-damage", Origin::at(0, bytes.len()), message)
}

/// One byte for each replacement, so that the prefix has its old offsets again.
fn collapsed(bytes: &[u8]) -> Vec<u8> {
    let mut shape = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for found in memmem::find_iter(bytes, REPLACEMENT) {
        shape.extend_from_slice(&bytes[at..found]);
        shape.push(b'?');
        at = found + REPLACEMENT.len();
    }
    shape.extend_from_slice(&bytes[at..]);
    shape
}
