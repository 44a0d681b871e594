//! Copies inside a log: a stretch that repeats an earlier one, byte by byte. The copy is set aside, and the record into which it
//! was inserted is put together again when its checks prove the seam.

use std::ops::Range;

use super::judge::Judge;
use super::piece::{Piece, Placed};

/// A stretch of bytes that stands earlier in the file, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    pub start: usize,
    pub end: usize,
    /// How far behind the original.
    shift: usize,
}

/// Shorter repeats are left alone: they may be chance.
const SHORTEST: usize = 256;
/// The true ends of a copy may lie this much inside the repeating stretch, when bytes beside it are equal by chance.
const SLACK: usize = 16;
/// As much of a record as tells its length.
const HEADER: usize = 4;

impl Copy {
    pub fn piece(&self, start: usize, end: usize) -> Piece {
        Piece::Copy { at: start, len: end - start, of: start - self.shift }
    }
}

/// The repeating stretch around `at`, whose original has the record at `first`; `None` if it is too short to be one. It begins at
/// `floor` or behind: what lies before is settled already, so that a file of nothing but copies costs no more than its length.
pub fn copy_around(bytes: &[u8], first: usize, at: usize, floor: usize, end: usize) -> Option<Copy> {
    let before = bytes[..first].iter().rev().zip(bytes[floor..at].iter().rev()).take_while(|(a, b)| a == b).count();
    let behind = bytes[first..].iter().zip(&bytes[at..end]).take_while(|(a, b)| a == b).count();
    let copy = Copy { start: at - before, end: at + behind, shift: at - first };
    (copy.end - copy.start >= SHORTEST).then_some(copy)
}

/// What the seams of a copy prove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// The record that the copy interrupted.
    pub record: Option<Placed>,
    pub copy: Range<usize>,
    /// Where the walk goes on.
    pub next: usize,
}

/// Looks for the seams at which the bytes before the copy, from `broken_at` on, and those behind it make a usual record with a
/// chain following.
pub fn mend(judge: &Judge<'_>, broken_at: usize, copy: &Copy) -> Option<Mended> {
    let (bytes, end, framing) = (judge.bytes, judge.area.end, judge.framing);
    let mut joined = Vec::new();
    for (inside_start, inside_end) in (0..SLACK).flat_map(|sum| (0..=sum).map(move |i| (i, sum - i))) {
        let (start, back) = (copy.start + inside_start, copy.end.checked_sub(inside_end)?);
        if back <= start {
            continue;
        }
        if start == broken_at {
            if judge.chain_goes_on(back, 1 + framing.proof()) {
                return Some(Mended { record: None, copy: start..back, next: back });
            }
            continue;
        }
        let head = start - broken_at;
        joined.clear();
        joined.extend_from_slice(&bytes[broken_at..start]);
        joined.extend_from_slice(&bytes[back..end.min(back + HEADER)]);
        let Some(claimed) = framing.claimed(&joined).filter(|frame| frame.len > head && back + frame.len - head <= end)
        else {
            continue;
        };
        joined.truncate(head);
        joined.extend_from_slice(&bytes[back..back + claimed.len - head]);
        let Some(frame) = framing.frame(&joined).filter(|frame| judge.is_usual(*frame, &joined)) else { continue };
        let next = back + frame.len - head;
        if judge.chain_goes_on(next, framing.proof()) {
            let rest = Some(Box::new(back..next));
            let record = Placed { at: broken_at, len: head, kind: frame.kind, rest };
            return Some(Mended { record: Some(record), copy: start..back, next });
        }
    }
    None
}
