//! Frames of records: found by their check sums, joined again where others were written into them, and everything between them
//! told apart. Works on a window of the item, so that its memory does not grow with the item.
//!
//! ```text
//! 0  55 | 1 u16 length (10 bits), version (6 bits, 0) | 3 CRC-8 of 0..2 | 4 u16 type | 6 u32 tick | 10 payload | CRC-16
//! ```

use std::io;
use std::ops::Range;

use super::check;
use super::splice::{self, Joined};
use crate::evidence::{Evidence, Extent, Span};

/// Bytes before the payload, and behind it.
pub const HEADER: usize = 10;
pub const TRAILER: usize = 2;
const SYNC: u8 = 0x55;
const SHORTEST: usize = HEADER + TRAILER;

/// A record whose check sums hold.
pub struct Frame<'a> {
    /// All its bytes as they are stored, what was written into it taken out.
    pub bytes: &'a [u8],
    pub at: &'a Extent,
    /// Nothing was written into it, nor it into another.
    pub is_plain: bool,
}

impl Frame<'_> {
    pub fn kind(&self) -> u16 {
        u16::from_le_bytes([self.byte(4), self.byte(5)])
    }

    pub fn tick(&self) -> u32 {
        u32::from_le_bytes([self.byte(6), self.byte(7), self.byte(8), self.byte(9)])
    }

    pub fn payload_len(&self) -> usize {
        self.bytes.len().saturating_sub(SHORTEST)
    }

    /// The payload in clear; `scratch` takes it where the log hides it under the low byte of the tick.
    pub fn payload<'b>(&'b self, scratch: &'b mut Vec<u8>) -> &'b [u8] {
        let stored = self.bytes.get(HEADER..self.bytes.len() - TRAILER).unwrap_or_default();
        match self.byte(6) {
            0 => stored,
            key => {
                scratch.clear();
                scratch.extend(stored.iter().map(|byte| byte ^ key));
                scratch
            }
        }
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or_default()
    }
}

/// Bytes in which no record can be proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole {
    pub at: Span,
    /// Records that begin in it with a right header; their content is gone.
    pub headers: u64,
}

/// Takes what the scan finds, in file order: a record before those that were written into it.
pub trait Visitor {
    fn record(&mut self, frame: &Frame<'_>);
    fn zeros(&mut self, at: Span);
    fn hole(&mut self, hole: &Hole);
    /// The item ends inside this record, whose header is right.
    fn cut(&mut self, at: Span);
}

/// The length of the record that begins with `bytes`, by its header alone.
#[inline]
pub fn header_len(bytes: &[u8]) -> Option<usize> {
    let &[SYNC, low, high, sum, ..] = bytes else { return None };
    let len = usize::from(low) | usize::from(high) << 8;
    // The six upper bits are a version that is 0 in logs and something else in the same frames on a wire.
    (high < 4 && len >= SHORTEST && check::header(&[SYNC, low, high]) == sum).then_some(len)
}

/// The length of the whole, undamaged record that begins with `bytes`.
#[inline]
pub fn record_len(bytes: &[u8]) -> Option<usize> {
    let len = header_len(bytes)?;
    is_proved(bytes.get(..len)?).then_some(len)
}

/// Whether the sum at the end of a record holds.
pub fn is_proved(record: &[u8]) -> bool {
    let Some((content, sum)) = record.split_last_chunk::<2>() else { return false };
    check::record(content) == u16::from_le_bytes(*sum)
}

/// Where `count` records in a row begin, at or behind `from`.
pub fn chain_at(bytes: &[u8], from: usize, count: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    memchr::memchr_iter(SYNC, rest).map(|at| from + at).find(|&at| {
        let mut next = at;
        (0..count).all(|_| match bytes.get(next..).and_then(record_len) {
            Some(len) => {
                next += len;
                true
            }
            None => false,
        })
    })
}

/// Read at a time.
const WINDOW: u64 = 8 << 20;

/// Scans `from..` to the end of the item. In the `proved` ranges records stand behind one another and were checked before.
///
/// # Errors
/// When the item cannot be read again.
pub fn scan(evidence: &Evidence, from: u64, proved: &[Range<u64>], visitor: &mut dyn Visitor) -> io::Result<()> {
    let mut scanner = Scanner { proved, open: Open::Nothing, credit: splice::MOST_CREDIT, visitor };
    let mut at = from;
    while at < evidence.len {
        let window = evidence.read(Span { offset: at, len: WINDOW })?;
        let is_last = at + window.len() as u64 >= evidence.len;
        let done = scanner.window(&window, at, is_last);
        if done == 0 {
            break;
        }
        at += done as u64;
    }
    scanner.close(evidence.len);
    Ok(())
}

/// What is being gone through at the moment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    Zeros(u64),
    /// `next` is where the last right header in it says that its record ends.
    Hole {
        start: u64,
        headers: u64,
        next: u64,
    },
}

struct Scanner<'p, 'v> {
    proved: &'p [Range<u64>],
    open: Open,
    /// Bytes that may be looked at for records inside records.
    credit: usize,
    visitor: &'v mut dyn Visitor,
}

impl Scanner<'_, '_> {
    /// Goes through `bytes`, which lie at `base`, and gives how many of them are done with.
    fn window(&mut self, bytes: &[u8], base: u64, is_last: bool) -> usize {
        let limit = if is_last { bytes.len() } else { bytes.len().saturating_sub(splice::REACH) };
        let mut at = 0;
        while at < limit {
            let place = base + at as u64;
            if let Some(len) = self.proved_len(bytes, at, place).or_else(|| bytes.get(at..).and_then(record_len)) {
                self.close(place);
                let record = bytes.get(at..at + len).unwrap_or_default();
                let extent = Span { offset: place, len: len as u64 }.into();
                self.visitor.record(&Frame { bytes: record, at: &extent, is_plain: true });
                at += len;
                continue;
            }
            let rest = bytes.get(at..).unwrap_or_default();
            if rest.first() == Some(&0) && !matches!(self.open, Open::Hole { .. }) {
                if self.open == Open::Nothing {
                    self.open = Open::Zeros(place);
                }
                at += rest.iter().position(|byte| *byte != 0).unwrap_or(rest.len());
                continue;
            }
            if rest.first() == Some(&SYNC)
                && let Some((joined, end)) = splice::join(bytes, at, &mut self.credit)
            {
                self.close(place);
                self.joined(&joined, base);
                at = end;
                continue;
            }
            if is_last && self.is_cut(rest) {
                self.close(place);
                self.visitor.cut(Span { offset: place, len: rest.len() as u64 });
                return bytes.len();
            }
            at += self.hole(rest, place, limit - at);
        }
        self.credit = (self.credit + at * splice::CREDIT_A_BYTE).min(splice::MOST_CREDIT);
        at.min(bytes.len())
    }

    /// The length by the header of a record that was checked in an earlier scan.
    #[inline]
    fn proved_len(&mut self, bytes: &[u8], at: usize, place: u64) -> Option<usize> {
        while self.proved.first().is_some_and(|range| range.end <= place) {
            self.proved = self.proved.get(1..)?;
        }
        let range = self.proved.first().filter(|range| range.start <= place)?;
        let &[SYNC, low, high, ..] = bytes.get(at..)? else { return None };
        let len = usize::from(low) | usize::from(high & 3) << 8;
        (len >= SHORTEST && at + len <= bytes.len() && place + len as u64 <= range.end).then_some(len)
    }

    fn joined(&mut self, joined: &[Joined], base: u64) {
        for Joined { bytes, spans } in joined {
            let spans: Vec<Span> =
                spans.iter().map(|s| Span { offset: base + s.start as u64, len: (s.end - s.start) as u64 }).collect();
            if let Some(at) = Extent::of(&spans) {
                self.visitor.record(&Frame { bytes, at: &at, is_plain: false });
            }
        }
    }

    /// A record that would reach behind the end of the item, or the first bytes of one directly behind another.
    fn is_cut(&self, rest: &[u8]) -> bool {
        match header_len(rest) {
            Some(len) => len > rest.len() && chain_at(rest, 4, 1).is_none(),
            None => {
                self.open == Open::Nothing
                    && matches!(rest, [SYNC] | [SYNC, _])
                        | matches!(rest, [SYNC, low, high] if *high < 4 && usize::from(*low) | usize::from(*high) << 8 >= SHORTEST)
            }
        }
    }

    /// No record begins here: on to the next byte that one may begin with, at most `most` bytes on.
    fn hole(&mut self, rest: &[u8], place: u64, most: usize) -> usize {
        if !matches!(self.open, Open::Hole { .. }) {
            self.close(place);
            self.open = Open::Hole { start: place, headers: 0, next: place };
        }
        if let Open::Hole { headers, next, .. } = &mut self.open
            && *next <= place
            && let Some(len) = header_len(rest)
        {
            *headers += 1;
            *next = place + len as u64;
        }
        memchr::memchr(SYNC, rest.get(1..most).unwrap_or_default()).map_or(most.max(1), |found| found + 1)
    }

    /// What was open ends at `place`.
    fn close(&mut self, place: u64) {
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Zeros(start) => self.visitor.zeros(Span { offset: start, len: place - start }),
            Open::Hole { start, headers, .. } => {
                self.visitor.hole(&Hole { at: Span { offset: start, len: place - start }, headers });
            }
            Open::Nothing => {}
        }
    }
}
