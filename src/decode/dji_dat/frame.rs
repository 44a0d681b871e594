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
    (len >= SHORTEST && check::header(len) == Some(sum)).then_some(len)
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

/// Read at a time: little enough to stay in the processor's cache, much more than what is read again.
const WINDOW: u64 = 1 << 20;

/// Scans `from..` to the end of the item. In the `proved` ranges records stand behind one another and were checked before.
///
/// # Errors
/// When the item cannot be read again.
pub fn scan(evidence: &Evidence, from: u64, proved: &[Range<u64>], visitor: &mut dyn Visitor) -> io::Result<()> {
    let mut scanner = Scanner { proved, open: Open::Nothing, search: splice::Search::new(), visitor };
    let mut windows = evidence.windows()?;
    let mut at = from;
    while at < evidence.len {
        let window = windows.read(Span { offset: at, len: WINDOW })?;
        let is_last = at + window.len() as u64 >= evidence.len;
        let done = scanner.window(window, at, is_last);
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
    /// For records inside records.
    search: splice::Search,
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
                && let Some((joined, end)) = self.search.join(bytes, at)
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
        self.search.progress(at);
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
            let spans: Vec<Span> = spans.iter().map(|s| Span { offset: base + s.offset, ..*s }).collect();
            if let Some(at) = Extent::of(&spans) {
                self.visitor.record(&Frame { bytes, at: &at, is_plain: false });
            }
        }
    }

    /// A record that would reach behind the end of the item, or the first bytes of one directly behind another.
    fn is_cut(&self, rest: &[u8]) -> bool {
        match (header_len(rest), rest) {
            (Some(len), _) => len > rest.len() && chain_at(rest, 4, 1).is_none(),
            (None, [SYNC] | [SYNC, _]) => self.open == Open::Nothing,
            (None, [SYNC, low, high]) => {
                let len = usize::from(*low) | usize::from(*high) << 8;
                self.open == Open::Nothing && (SHORTEST..1024).contains(&len)
            }
            (None, _) => false,
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
    #[inline]
    fn close(&mut self, place: u64) {
        if self.open != Open::Nothing {
            self.close_open(place);
        }
    }

    fn close_open(&mut self, place: u64) {
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Zeros(start) => self.visitor.zeros(Span { offset: start, len: place - start }),
            Open::Hole { start, headers, .. } => {
                self.visitor.hole(&Hole { at: Span { offset: start, len: place - start }, headers });
            }
            Open::Nothing => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record as the format describes it.
    fn record(kind: u16, tick: u32, payload: &[u8]) -> Vec<u8> {
        let len = (payload.len() + SHORTEST) as u16;
        let mut bytes = vec![SYNC, len as u8, (len >> 8) as u8];
        bytes.push(check::header(usize::from(len)).expect("ten bits"));
        bytes.extend(kind.to_le_bytes());
        bytes.extend(tick.to_le_bytes());
        bytes.extend(payload.iter().map(|byte| byte ^ tick as u8));
        let sum = check::record(&bytes);
        bytes.extend(sum.to_le_bytes());
        bytes
    }

    /// Type, payload, and spans as pairs.
    type Taken = (u16, Vec<u8>, Vec<(u64, u64)>);

    #[derive(Default)]
    struct Seen {
        records: Vec<Taken>,
        holes: Vec<(u64, u64, u64)>,
        zeros: Vec<(u64, u64)>,
        cut: Option<(u64, u64)>,
        proved: Vec<Range<u64>>,
    }

    impl Visitor for Seen {
        fn record(&mut self, frame: &Frame<'_>) {
            let spans = frame.at.spans().map(|s| (s.offset, s.len)).collect();
            self.records.push((frame.kind(), frame.payload(&mut Vec::new()).to_vec(), spans));
            if frame.is_plain {
                self.proved.push(frame.at.offset()..frame.at.offset() + frame.at.len());
            }
        }
        fn zeros(&mut self, at: Span) {
            self.zeros.push((at.offset, at.len));
        }
        fn hole(&mut self, hole: &Hole) {
            self.holes.push((hole.at.offset, hole.at.len, hole.headers));
        }
        fn cut(&mut self, at: Span) {
            self.cut = Some((at.offset, at.len));
        }
    }

    fn seen(bytes: &[u8]) -> Seen {
        let evidence = Evidence::from_bytes("item", bytes.to_vec());
        let mut seen = Seen::default();
        scan(&evidence, 0, &[], &mut seen).expect("in memory");
        // What a first scan proved, a second one reads the same way.
        let mut again = Seen::default();
        scan(&evidence, 0, &seen.proved, &mut again).expect("in memory");
        assert_eq!((&seen.records, &seen.holes), (&again.records, &again.holes));
        seen
    }

    #[test]
    fn payloads_lie_under_the_low_byte_of_the_tick() {
        let seen = seen(&[record(7, 0x1234_5600, b"plain"), vec![0; 3], record(8, 0xFF, b"hidden")].concat());
        let payloads: Vec<&[u8]> = seen.records.iter().map(|(_, payload, _)| payload.as_slice()).collect();
        assert_eq!(payloads, [&b"plain"[..], b"hidden"]);
        assert_eq!((seen.zeros, seen.holes), (vec![(17, 3)], vec![]));
    }

    /// Wherever one is put inside another, its header included, and inside that one once more.
    #[test]
    fn records_inside_records_are_taken_out_at_any_place_and_depth() {
        let (outer, middle, inner) = (record(1, 0, &[0x55; 40]), record(2, 256, b"middle"), record(3, 512, b"in"));
        for at in 1..outer.len() {
            for within in 1..middle.len() {
                let nested = [&middle[..within], &inner, &middle[within..]].concat();
                let bytes = [&outer[..at], &nested, &outer[at..], &inner].concat();
                let seen = seen(&bytes);
                let kinds: Vec<u16> = seen.records.iter().map(|(kind, ..)| *kind).collect();
                assert_eq!(kinds, [1, 2, 3, 3], "at {at}, within {within}");
                let (_, payload, spans) = &seen.records[0];
                assert_eq!((payload.as_slice(), seen.holes.len()), (&[0x55; 40][..], 0));
                assert_eq!(spans, &[(0, at as u64), ((at + nested.len()) as u64, (outer.len() - at) as u64)]);
            }
        }
    }

    #[test]
    fn damage_costs_the_record_that_it_touches() {
        let records: Vec<Vec<u8>> = (0..6).map(|n| record(n, u32::from(n) << 8, &[n as u8; 20])).collect();
        let whole = records.concat();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x10;
            let seen = seen(&bytes);
            let touched = at / 32;
            let kinds: Vec<u16> = seen.records.iter().map(|(kind, ..)| *kind).collect();
            let left: Vec<u16> = (0..6).filter(|n| usize::from(*n) != touched).collect();
            assert_eq!(kinds, left, "byte {at}");
            let lost: u64 = seen.holes.iter().map(|(_, len, _)| len).sum();
            assert_eq!(lost + seen.cut.map_or(0, |(_, len)| len), 32, "byte {at}");
        }
    }

    #[test]
    fn the_last_record_may_be_cut_anywhere() {
        let whole = [record(1, 0, b"first"), record(2, 256, b"second one")].concat();
        for len in 18..whole.len() {
            let seen = seen(&whole[..len]);
            assert_eq!((seen.records.len(), seen.holes.len()), (1, 0), "{len} bytes");
            assert_eq!(seen.cut, Some((17, len as u64 - 17)), "{len} bytes");
        }
    }

    /// Frames of the same protocol on a wire have a version; they are no records.
    #[test]
    fn frames_of_a_wire_are_no_records() {
        let mut bytes = record(1, 0, b"payload");
        bytes[2] |= 4;
        // By the sum of the maker's serial protocol, bit by bit.
        bytes[3] =
            bytes[..3].iter().fold(0x77, |sum, byte| (0..8).fold(sum ^ byte, |s, _| (s >> 1) ^ (0x8C * (s & 1))));
        let sum = check::record(&bytes[..17]);
        bytes[17..].copy_from_slice(&sum.to_le_bytes());
        assert_eq!(seen(&bytes).records.len(), 0);
    }

    /// Headers in headers, each right, none proved: the work must stay in proportion to the bytes.
    #[test]
    fn endless_headers_do_not_hold_the_scan_up() {
        let mut header = vec![SYNC, 0xFF, 0x03];
        header.push(check::header(0x3FF).expect("ten bits"));
        let seen = seen(&header.repeat(20_000));
        assert_eq!(seen.records.len(), 0);
        assert!(seen.holes.iter().map(|(_, len, _)| len).sum::<u64>() + seen.cut.map_or(0, |(_, len)| len) == 80_000);
    }
}
