//! Copies inside a log: a stretch that repeats an earlier one, byte by byte. The copy is set aside, and the record into which it
//! was inserted is put together again when its checks prove the seam.

use std::ops::Range;

use super::frame::Framing;
use super::judge::Judge;
use super::piece::{Piece, Placed};

/// A stretch of bytes that stands in the file a second time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    pub start: usize,
    pub end: usize,
    /// Where the same bytes begin elsewhere.
    pub original: usize,
}

/// Shorter repeats are left alone: they may be chance.
const SHORTEST: usize = 256;
/// The true ends of a copy may lie this much inside the repeating stretch, when bytes beside it are equal by chance.
pub const SLACK: usize = 16;
/// As much of a record as tells its length.
const HEADER: usize = 4;

impl Copy {
    pub fn piece(&self, start: usize, end: usize) -> Piece {
        Piece::Copy { at: start, len: end - start, of: self.original + start - self.start }
    }

    /// The same pair, the other one taken for the copy.
    pub fn swapped(&self) -> Copy {
        Copy { start: self.original, end: self.original + self.end - self.start, original: self.start }
    }
}

/// The repeating stretch around `at`, whose original has the record at `first`; `None` if it is too short to be one. It begins at
/// `floor` or behind: what lies before is settled already, so that a file of nothing but copies costs no more than its length.
pub fn copy_around(bytes: &[u8], first: usize, at: usize, floor: usize, end: usize) -> Option<Copy> {
    let before = bytes[..first].iter().rev().zip(bytes[floor..at].iter().rev()).take_while(|(a, b)| a == b).count();
    let behind = bytes[first..].iter().zip(&bytes[at..end]).take_while(|(a, b)| a == b).count();
    let copy = Copy { start: at - before, end: at + behind, original: first - before };
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
/// chain following. Seams that make different records prove none of them; where the copy stands beside its original, its length
/// is known, and the seam with it.
pub fn mend(judge: &Judge<'_>, broken_at: usize, copy: &Copy) -> Option<Mended> {
    let mut found: Option<(Mended, Vec<u8>)> = None;
    for (inside_start, inside_end) in (0..SLACK).flat_map(|sum| (0..=sum).map(move |i| (i, sum - i))) {
        let (start, back) = (copy.start + inside_start, copy.end.checked_sub(inside_end)?);
        let apart = copy.start.abs_diff(copy.original);
        let adjacent = (copy.end - copy.start).abs_diff(apart) <= SLACK;
        if back <= start || start < broken_at || adjacent && back - start != apart {
            continue;
        }
        // An end byte alone proves no seam inside a record.
        if !adjacent && start > broken_at && judge.framing == Framing::Plain {
            continue;
        }
        let Some((mended, record)) = seam(judge, broken_at, start, back) else { continue };
        match &found {
            Some((_, before)) if *before != record => return None,
            Some(_) => {}
            None => found = Some((mended, record)),
        }
    }
    found.map(|(mended, _)| mended)
}

/// The record that the bytes `broken_at..start` and those from `back` on make together.
fn seam(judge: &Judge<'_>, broken_at: usize, start: usize, back: usize) -> Option<(Mended, Vec<u8>)> {
    let (bytes, end, framing) = (judge.bytes, judge.area.end, judge.framing);
    let head = start - broken_at;
    if head == 0 {
        let frame = judge.frame(back).filter(|_| judge.chain_goes_on(back, 1 + framing.proof()))?;
        let record = bytes[back..back + frame.len].to_vec();
        return Some((Mended { record: None, copy: start..back, next: back }, record));
    }
    let mut joined = bytes[broken_at..start].to_vec();
    joined.extend_from_slice(&bytes[back..end.min(back + HEADER)]);
    let claimed = framing.claimed(&joined).filter(|frame| frame.len > head && back + frame.len - head <= end)?;
    joined.truncate(head);
    joined.extend_from_slice(&bytes[back..back + claimed.len - head]);
    let frame = framing.frame(&joined).filter(|frame| judge.is_usual(*frame, &joined))?;
    let next = back + frame.len - head;
    if !judge.chain_goes_on(next, framing.proof()) {
        return None;
    }
    let record = Placed { at: broken_at, len: head, kind: frame.kind, rest: Some(Box::new(back..next)) };
    Some((Mended { record: Some(record), copy: start..back, next }, joined))
}
