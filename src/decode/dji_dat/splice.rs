//! Records that others were written into. The writer of app-side logs puts whole definition records between the bytes of another
//! record, its header included; taken out, the check sums of what is left hold. Seen: one or two in a record, never deeper.

use std::collections::HashMap;

use super::frame::{header_len, is_proved, record_len};
use crate::evidence::Span;

/// A record joined from its parts; the parts lie in the window.
pub struct Joined {
    pub bytes: Vec<u8>,
    pub spans: Vec<Span>,
}

/// No interrupted record reaches further: sixty of the longest ones inside one.
pub const REACH: usize = 64 << 10;
/// Records inside records inside records.
const DEPTH: u32 = 6;
/// Bytes that may be looked at a byte of progress, and saved up at most: bytes that are made to look like records in records
/// cannot hold the scan up.
const CREDIT_A_BYTE: usize = 32;
const MOST_CREDIT: usize = 4 << 20;

/// What records inside records may cost, and where none begins.
pub struct Search {
    /// Bytes that may still be looked at.
    credit: usize,
    /// Places in the window at which no interrupted record begins, and how deep was looked there.
    refused: HashMap<usize, u32>,
}

/// Places that are remembered.
const MOST_REFUSED: usize = 1 << 16;

impl Search {
    pub fn new() -> Self {
        Search { credit: MOST_CREDIT, refused: HashMap::new() }
    }

    /// The scan went `bytes` on; the places of what comes next count anew.
    pub fn progress(&mut self, bytes: usize) {
        self.credit = (self.credit + bytes * CREDIT_A_BYTE).min(MOST_CREDIT);
        self.refused.clear();
    }

    /// The interrupted record that begins at `at`, those that interrupt it behind it, and where it ends. `None` when taking
    /// records out does not make it whole.
    pub fn join(&mut self, bytes: &[u8], at: usize) -> Option<(Vec<Joined>, usize)> {
        if self.refused.len() > MOST_REFUSED {
            self.refused.clear();
        }
        let end = bytes.len().min(at + REACH);
        self.deeper(bytes.get(..end)?, at, DEPTH + 1)
    }

    /// A record that is interrupted, `depth` records inside each other at most.
    fn deeper(&mut self, bytes: &[u8], at: usize, depth: u32) -> Option<(Vec<Joined>, usize)> {
        let depth = depth.checked_sub(1)?;
        if self.refused.get(&at).is_some_and(|looked| *looked >= depth) {
            return None;
        }
        let found = self.assemble(bytes, at, depth);
        // What was given up for want of credit was not refused.
        if found.is_none() && self.credit > 0 {
            self.refused.insert(at, depth);
        }
        found
    }

    fn assemble(&mut self, bytes: &[u8], start: usize, depth: u32) -> Option<(Vec<Joined>, usize)> {
        let mut own = Joined { bytes: vec![*bytes.get(start)?], spans: vec![Span::new(start, 1)] };
        let mut inner: Vec<Joined> = Vec::new();
        let (mut at, mut need) = (start + 1, 4);
        while own.bytes.len() < need {
            let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
            self.spend(1)?;
            if rest.first() == Some(&0x55)
                && let Some((mut found, end)) = self.at_once(bytes, at).or_else(|| self.deeper(bytes, at, depth))
            {
                inner.append(&mut found);
                at = end;
                continue;
            }
            let missing = (need - own.bytes.len()).min(rest.len());
            let to =
                at + memchr::memchr(0x55, rest.get(1..missing).unwrap_or_default()).map_or(missing, |found| found + 1);
            own.bytes.extend_from_slice(bytes.get(at..to)?);
            self.credit = self.credit.saturating_sub(to - at);
            match own.spans.last_mut() {
                Some(last) if last.end() == at as u64 => last.len += (to - at) as u64,
                _ => own.spans.push(Span::new(at, to - at)),
            }
            at = to;
            if need == 4 && own.bytes.len() == 4 {
                need = header_len(&own.bytes)?;
            }
        }
        if inner.is_empty() || !is_proved(&own.bytes) {
            return None;
        }
        let mut all = vec![own];
        all.append(&mut inner);
        Some((all, at))
    }

    /// A whole record.
    fn at_once(&mut self, bytes: &[u8], at: usize) -> Option<(Vec<Joined>, usize)> {
        let rest = bytes.get(at..)?;
        self.spend(header_len(rest)?)?;
        let len = record_len(rest)?;
        Some((vec![Joined { bytes: rest.get(..len)?.to_vec(), spans: vec![Span::new(at, len)] }], at + len))
    }

    /// `None`, and nothing left, when the credit does not reach.
    fn spend(&mut self, bytes: usize) -> Option<()> {
        let left = self.credit.checked_sub(bytes);
        self.credit = left.unwrap_or(0);
        left.map(drop)
    }
}
