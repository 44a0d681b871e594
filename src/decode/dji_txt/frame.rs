//! One record's frame, and the proof that it is one: the end byte, and from version 7 on the check byte too. Both together
//! are met by chance once in 65,536 places.

use crate::bytes::keystream::Key;

const END: u8 = 0xff;

/// How the records of a file are framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// `type | length u8 | content | FF`
    Plain,
    /// `type | length u8 or u16 | seed | content | check | FF`
    Scrambled { wide: bool, magic: u64 },
}

/// A proved record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    pub kind: u8,
    /// Whole length, frame included.
    pub len: usize,
}

impl Framing {
    /// The same framing with the file's own part of the key.
    pub fn with_magic(self, magic: u64) -> Self {
        match self {
            Framing::Scrambled { wide, .. } => Framing::Scrambled { wide, magic },
            Framing::Plain => self,
        }
    }

    /// Bytes before the content: type, length, and the seed where there is one.
    pub fn header(self) -> usize {
        match self {
            Framing::Plain => 2,
            Framing::Scrambled { wide: false, .. } => 3,
            Framing::Scrambled { wide: true, .. } => 4,
        }
    }

    /// Bytes behind the content.
    pub fn trailer(self) -> usize {
        if self == Framing::Plain { 1 } else { 2 }
    }

    /// Valid records that must follow before a found one is believed after a break. Without a check byte more are needed.
    pub fn proof(self) -> usize {
        if self == Framing::Plain { 3 } else { 1 }
    }

    /// The whole length that a record beginning with `bytes` claims; `None` if they cannot begin one. Types 0 and FF are never
    /// valid; without a check byte to prove them, types that no old app writes are not believed either.
    pub fn claimed(self, bytes: &[u8]) -> Option<Frame> {
        let kind = *bytes.first()?;
        let (body, sizes) = match self {
            Framing::Scrambled { wide: true, .. } => {
                (usize::from(u16::from_le_bytes([*bytes.get(1)?, *bytes.get(2)?])), 3)
            }
            _ => (usize::from(*bytes.get(1)?), 2),
        };
        let (known, shortest) = if self == Framing::Plain { (kind < 64, 1) } else { (kind != 0xff, 2) };
        (kind != 0 && known && body >= shortest).then_some(Frame { kind, len: sizes + body + 1 })
    }

    /// The record at the start of `bytes`, if its checks hold.
    pub fn frame(self, bytes: &[u8]) -> Option<Frame> {
        let frame = self.claimed(bytes)?;
        let record = bytes.get(..frame.len)?;
        if record[frame.len - 1] != END {
            return None;
        }
        match self {
            Framing::Plain => Some(frame),
            Framing::Scrambled { magic, .. } => {
                let seed_at = self.header() - 1;
                let key = Key::new(record[seed_at], frame.kind, magic);
                let last = frame.len - 2;
                (key.plain_byte(last - seed_at - 1, record[last]) == key.check).then_some(frame)
            }
        }
    }

    /// `N` plain bytes of the content of a proved record, from `at` on.
    pub fn plain_bytes<const N: usize>(self, record: &[u8], kind: u8, at: usize) -> Option<[u8; N]> {
        let cipher = record.get(self.header()..record.len() - self.trailer())?;
        let bytes: [u8; N] = cipher.get(at..at + N)?.try_into().ok()?;
        Some(match self {
            Framing::Plain => bytes,
            Framing::Scrambled { magic, .. } => Key::new(record[self.header() - 1], kind, magic).plain_bytes(at, bytes),
        })
    }

    /// The last 16 bytes of the content of a proved record, unscrambled.
    pub fn last_block(self, record: &[u8], kind: u8) -> Option<[u8; 16]> {
        let content = record.len() - self.header() - self.trailer();
        self.plain_bytes(record, kind, content.checked_sub(16)?)
    }

    /// Appends the plain content of a proved record.
    pub fn content_into(self, record: &[u8], kind: u8, content: &mut Vec<u8>) {
        let cipher = &record[self.header()..record.len() - self.trailer()];
        match self {
            Framing::Plain => content.extend_from_slice(cipher),
            Framing::Scrambled { magic, .. } => {
                Key::new(record[self.header() - 1], kind, magic).unscramble_into(cipher, content);
            }
        }
    }
}

/// Length in records of the chain that begins at `at`, by the framing that holds longest, up to 64.
pub fn chain_len(bytes: &[u8], at: usize, framings: &[Framing]) -> usize {
    framings.iter().map(|f| chain_of(bytes, at, *f, 64)).max().unwrap_or(0)
}

/// The same by one framing, up to `most` records.
pub fn chain_of(bytes: &[u8], mut at: usize, framing: Framing, most: usize) -> usize {
    let mut count = 0;
    while count < most
        && let Some(frame) = bytes.get(at..).and_then(|rest| framing.frame(rest))
    {
        at += frame.len;
        count += 1;
    }
    count
}
