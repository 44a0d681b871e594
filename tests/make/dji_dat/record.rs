//! One record: frame, keystream, checks, and others that were written into the middle of it.

use super::crc::{crc8, crc16};

/// Frame bytes before the payload and behind it.
pub const HEADER: usize = 10;
pub const TRAILER: usize = 2;

/// Adds a framed record: `55, length u16, CRC-8, type u16, tick u32, payload, CRC-16`; the tick's low byte turns the payload.
pub fn frame(out: &mut Vec<u8>, kind: u16, tick: u32, payload: &[u8]) {
    let start = out.len();
    let len = (HEADER + payload.len() + TRAILER) as u16;
    assert!(len < 1 << 10, "a length has ten bits");
    out.push(0x55);
    out.extend(len.to_le_bytes());
    out.push(crc8(&out[start..]));
    out.extend(kind.to_le_bytes());
    out.extend(tick.to_le_bytes());
    out.extend(payload.iter().map(|byte| byte ^ tick as u8));
    out.extend(crc16(&out[start..]).to_le_bytes());
}

/// A record to be written.
#[derive(Clone, Debug)]
pub struct Record {
    pub kind: u16,
    pub tick: u32,
    /// In clear.
    pub payload: Vec<u8>,
    /// What stands inside, behind so many bytes of this record; sorted.
    pub(super) inside: Vec<(usize, Record)>,
}

impl Record {
    pub fn new(kind: u16, tick: u32, payload: Vec<u8>) -> Self {
        Record { kind, tick, payload, inside: Vec::new() }
    }

    /// A line of text, NUL at its end.
    pub fn text(kind: u16, tick: u32, text: &str) -> Self {
        Record::new(kind, tick, [text.as_bytes(), &[0]].concat())
    }

    /// Writes `other` when `at` bytes of this record are out: 1 to one less than its length. Those at one place follow
    /// each other.
    pub fn around(mut self, at: usize, other: Record) -> Self {
        assert!((1..self.len()).contains(&at), "{at} is not inside {} bytes", self.len());
        let behind = self.inside.partition_point(|(before, _)| *before <= at);
        self.inside.insert(behind, (at, other));
        self
    }

    /// Frame included, without what stands inside.
    pub fn len(&self) -> usize {
        HEADER + self.payload.len() + TRAILER
    }

    /// The record in one piece.
    pub fn framed(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.len());
        frame(&mut out, self.kind, self.tick, &self.payload);
        out
    }
}
