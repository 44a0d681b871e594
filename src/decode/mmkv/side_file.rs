//! The file beside a store: the check sum of its content, how often it was written anew, and the vector of its encryption.
//!
//! ```text
//! CRC-32 u32 | version u32 | sequence u32 | vector 16 | length u32 | confirmed length u32, CRC-32 u32 | 64 | flags u64 | zeros
//! ```

use super::super::structure::Structure;
use super::super::{Class, Completeness, Context, Decoded, Diagnostic, Fact, Sink};
use super::content::{LENGTH, stated_len};
use crate::bytes::checksum::crc32;
use crate::evidence::{Evidence, Origin, Span};

/// What is behind the name of the store.
pub const ENDING: &str = ".crc";

/// Zeros between the numbers, and everything behind them.
const RESERVED: std::ops::Range<usize> = 40..104;
const USED: usize = 112;
/// Pages of phones have 4 or 16 KiB, at most 64.
const SIZES: std::ops::RangeInclusive<u64> = 4096..=65_536;
const NEWEST: u32 = 4;
/// From this version on the vector is there, and from the next one on the lengths are.
const WITH_VECTOR: u32 = 2;
const WITH_LENGTH: u32 = 3;

pub struct SideFile {
    pub crc32: u32,
    pub version: u32,
    pub sequence: u32,
    vector: [u8; 16],
    len: u32,
    confirmed: (u32, u32),
}

/// How the content of a store stands to its side file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    Right,
    /// The content is right up to a length that the side file states, which is not that of the store.
    Confirmed,
    Wrong,
}

impl SideFile {
    /// Whether the first bytes may be those of one: a store has another number there.
    pub fn may_begin(head: &[u8]) -> bool {
        let version = head.get(4..).and_then(|rest| rest.first_chunk::<4>());
        version.is_some_and(|version| u32::from_le_bytes(*version) <= NEWEST)
    }

    /// The lengths are there, the first of them that of some content, and neither is longer than stores are.
    pub fn is_certain(&self) -> bool {
        let longest = super::LONGEST as u32;
        self.version >= WITH_LENGTH
            && self.len > 4
            && self.len.max(self.confirmed.0) < longest
            && self.sequence < longest
    }

    /// `None` unless the bytes are one.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let fits = SIZES.contains(&(bytes.len() as u64)) && bytes.len().is_multiple_of(*SIZES.start() as usize);
        let (reserved, rest) = (bytes.get(RESERVED)?, bytes.get(USED..)?);
        if !fits || reserved.iter().chain(rest).any(|byte| *byte != 0) {
            return None;
        }
        let number = |at: usize| Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk::<4>()?));
        let found = SideFile {
            crc32: number(0)?,
            version: number(4)?,
            sequence: number(8)?,
            vector: *bytes.get(12..)?.first_chunk::<16>()?,
            len: number(28)?,
            confirmed: (number(32)?, number(36)?),
        };
        let is_used = found.crc32 != 0 && (1..=NEWEST).contains(&found.version);
        (is_used || found.crc32 != 0 && found.version == 0 && found.sequence == 0).then_some(found)
    }

    pub fn is_encrypted(&self) -> bool {
        self.version >= WITH_VECTOR && self.vector.iter().any(|byte| *byte != 0)
    }

    /// Holds the content against the check sum: as long as the store says, else as long as the side file says.
    pub fn check(&self, store: &[u8]) -> Check {
        let content = |len: u64| store.get(LENGTH..)?.get(..usize::try_from(len).ok()?);
        let is = |len: u64, sum: u32| content(len).is_some_and(|content| crc32(content) == sum);
        let own = stated_len(store).unwrap_or(0);
        let confirmed = [(self.len, self.crc32), self.confirmed].into_iter().filter(|(len, _)| *len > 0);
        if is(own, self.crc32) {
            Check::Right
        } else if self.version >= WITH_LENGTH && confirmed.into_iter().any(|(len, sum)| is(len.into(), sum)) {
            Check::Confirmed
        } else {
            Check::Wrong
        }
    }
}

pub fn decode(
    evidence: &Evidence,
    context: &Context<'_>,
    bytes: &[u8],
    side: &SideFile,
    sink: &mut dyn Sink,
) -> Decoded {
    let used = bytes.get(..USED).unwrap_or(bytes);
    Structure::new(context.tables.structure("side_file", used.len()), 0, used).emit(sink);
    sink.claim(&Span::new(USED, bytes.len().saturating_sub(USED)).into(), Class::Known, "padding");
    let store = evidence.name().strip_suffix(ENDING).and_then(|name| context.siblings.read(name));
    let locked = if side.is_encrypted() { "; it holds a vector: the store is encrypted" } else { "" };
    let found = match store.map(|store| side.check(&store)) {
        Some(Check::Right) => "the check sum of the store beside it is right",
        Some(Check::Confirmed) => {
            "the store beside it is right as far as it was last confirmed, and differs behind that"
        }
        Some(Check::Wrong) => "the store beside it has another check sum",
        None => "the store is not beside it",
    };
    let text = format!("side file of a store that was written anew {} times; {found}{locked}", side.sequence);
    sink.fact(Fact::Note { text, at: Origin::Item });
    if locked.is_empty() && side.version == 0 {
        let message = "a side file of the first version, which tells neither vector nor length";
        sink.diagnostic(Diagnostic::note("mmkv/side-file", Origin::Item, message));
    }
    Decoded { version: Some(format!("side file {}", side.version)), completeness: Completeness::Whole, key_need: None }
}
