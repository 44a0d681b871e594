//! From bytes to a list of pieces: records, separators, photos, copies and holes, in file order and without a gap. Nothing is
//! decoded here but the wall clock of `custom` records, by which inserted copies are found.

use std::collections::HashMap;
use std::ops::Range;

use super::details::{ImageLen, MARKER};
use super::frame::Framing;
use super::judge::Judge;
use super::piece::{Hole, HoleKind, Image, Piece, Placed, Walked};
use super::splice;
use crate::bytes::jpeg;

/// The record type whose content ends in a wall clock, which never repeats.
const CUSTOM: u8 = 5;
const CUSTOM_TIME_AT: usize = 10;

/// Healthy logs search their eight photos once each.
const SEARCHES: usize = 16;

/// More blocks chained in before their originals than any real file has.
const RETURNS: usize = 16;

/// Walks `area` to its end. `images` are the lengths that the details announce.
pub fn walk(bytes: &[u8], area: Range<usize>, framing: Framing, images: &[ImageLen]) -> Walked {
    let area = area.start.min(bytes.len())..area.end.min(bytes.len());
    let mut walker = Walker {
        bytes,
        end: area.end,
        framing,
        judge: Judge::new(bytes, area.clone(), framing),
        images,
        search_left: SEARCHES * area.len(),
        settled: area.start,
        returns: RETURNS,
        times: Times::default(),
        walked: Walked { pieces: Vec::with_capacity(area.len() / 48), ..Walked::default() },
    };
    let mut at = area.start;
    while at < area.end {
        at = walker.step(at);
    }
    Walked { missing_images: walker.images.to_vec(), ..walker.walked }
}

/// Walks what stands behind the details: one record at most is known there. More bytes than it could have, or a fill, are no part
/// of the log.
pub fn tail(bytes: &[u8], area: Range<usize>, framing: Framing) -> Walked {
    const LONGEST: usize = 512;
    let mut walked = walk(bytes, area, framing, &[]);
    let [.., Piece::Hole(hole)] = walked.pieces.as_mut_slice() else { return walked };
    let rest = &bytes[hole.at..hole.at + hole.len];
    let is_fill = rest.iter().all(|byte| *byte == rest[0]);
    if hole.at + hole.len == bytes.len() && (is_fill || hole.len > LONGEST) {
        hole.kind = HoleKind::Trailing;
        walked.damaged =
            walked.pieces.iter().any(|piece| matches!(piece, Piece::Hole(h) if h.kind != HoleKind::Trailing));
    }
    walked
}

struct Walker<'a> {
    bytes: &'a [u8],
    end: usize,
    framing: Framing,
    judge: Judge<'a>,
    /// Those not met yet.
    images: &'a [ImageLen],
    /// Bytes that may still be searched for the ends of photos: a file full of beginnings must not cost its length each time.
    search_left: usize,
    /// Copies begin behind this: the end of the last separator, photo or copy.
    settled: usize,
    /// How often the walk may still return to an earlier place.
    returns: usize,
    /// Offsets of `custom` records by their wall clock.
    times: Times,
    walked: Walked,
}

impl Walker<'_> {
    /// Takes the piece at `at`; returns where the next one begins.
    fn step(&mut self, at: usize) -> usize {
        if self.is_separator(at) {
            self.walked.pieces.push(Piece::Separator { at });
            self.settled = at + MARKER.len();
            return self.settled;
        }
        if let Some(frame) = self.judge.in_chain(at)
            && !self.eaten_by_fill(at, frame.len)
        {
            let next = at + frame.len;
            if frame.kind == CUSTOM
                && let Some(copy) = self.copy_around(at, next)
            {
                return self.take_copy(copy);
            }
            self.walked.pieces.push(Piece::Record(Placed { at, len: frame.len, kind: frame.kind, rest: None }));
            return next;
        }
        if let Some(image) = self.image_at(at) {
            if image.what.is_some() {
                self.images = &self.images[1..];
            }
            self.walked.damaged |= image.damaged_at.is_some();
            self.settled = at + image.len;
            self.walked.pieces.push(Piece::Image(Box::new(image)));
            return self.settled;
        }
        let next = self.resync(at + 1);
        let kind = self.judge(at, next);
        self.walked.damaged |= kind != HoleKind::Trailing;
        self.walked.pieces.push(Piece::Hole(Hole { at, len: next - at, kind }));
        next
    }

    /// 12345, with something behind it that may follow a separator. The same bytes could be a record of type 57.
    fn is_separator(&self, at: usize) -> bool {
        let behind = at + MARKER.len();
        self.bytes[at..self.end].starts_with(&MARKER) && (behind == self.end || self.starts_piece(behind))
    }

    fn starts_piece(&self, at: usize) -> bool {
        let rest = &self.bytes[at..self.end];
        self.judge.frame(at).is_some() || jpeg::starts(rest) || self.only_images_left(at)
    }

    /// What is left has exactly the length of the photos that are still to come.
    fn only_images_left(&self, at: usize) -> bool {
        !self.images.is_empty() && self.images.iter().map(|i| i.len).sum::<usize>() == self.end - at
    }

    /// The photo at this place, if there is one.
    fn image_at(&mut self, at: usize) -> Option<Image> {
        let rest = &self.bytes[at..self.end];
        let announced = self.images.first().filter(|image| {
            let behind = at + image.len;
            behind <= self.end
                && (self.only_images_left(at)
                    || jpeg::starts(rest)
                        && (behind == self.end || self.starts_piece(behind) || self.is_separator(behind)))
        });
        if let Some(image) = announced {
            let damaged_at = jpeg::damage(&rest[..image.len]);
            return Some(Image { at, len: image.len, what: Some(*image), damaged_at });
        }
        if !jpeg::starts(rest) || self.search_left < rest.len() {
            return None;
        }
        let outline = jpeg::outline(rest);
        self.search_left -= outline.map_or(rest.len(), |o| o.len.min(rest.len()));
        let jpeg::Outline { len, damaged_at } = outline?;
        Some(Image { at, len, what: self.images.first().copied(), damaged_at })
    }

    /// The next place from `from` on where the chain provably goes on, else the end of the area.
    fn resync(&mut self, from: usize) -> usize {
        (from..self.end).find(|at| self.resumes(*at)).unwrap_or(self.end)
    }

    fn resumes(&mut self, at: usize) -> bool {
        let rest = &self.bytes[at..self.end];
        if rest.starts_with(&MARKER) {
            return self.is_separator(at);
        }
        if jpeg::starts(rest) {
            return self.image_at(at).is_some();
        }
        let Some(first) = self.judge.behind_break(at) else { return false };
        let mut next = at + first.len;
        for _ in 0..self.framing.proof() {
            match self.judge.frame(next) {
                Some(frame) => next += frame.len,
                None => return next == self.end || self.is_separator(next) || self.image_at(next).is_some(),
            }
        }
        true
    }

    /// A page of FF bytes may overwrite the end of a record so that its end byte, and by chance its check byte, still hold.
    fn eaten_by_fill(&self, at: usize, len: usize) -> bool {
        let fill_ahead = self.bytes[at + len..self.end].iter().take(32).take_while(|b| **b == 0xff).count();
        let fill_inside = self.bytes[at..at + len].iter().rev().take_while(|b| **b == 0xff).count();
        fill_ahead == 32 && fill_inside >= 4
    }

    fn judge(&self, at: usize, next: usize) -> HoleKind {
        let hole = &self.bytes[at..next];
        let claimed = self.framing.claimed(&self.bytes[at..]).map(|frame| at + frame.len);
        let longest = longest_run(hole);
        if next == self.end && self.is_ended() {
            HoleKind::Trailing
        } else if next == self.bytes.len() && jpeg::starts(hole) {
            HoleKind::CutPhoto
        } else if next == self.bytes.len() && hole.iter().all(|b| *b == 0) {
            HoleKind::ZeroTail
        } else if longest.1 >= 64 {
            HoleKind::Filled(longest.0)
        } else if next == self.bytes.len() && (hole.len() < 4 || claimed.is_some_and(|end| end > next)) {
            HoleKind::Cut
        } else {
            HoleKind::Garbage
        }
    }

    /// The photos that the details announce are all there, or a separator says that none follow.
    fn is_ended(&self) -> bool {
        self.end == self.bytes.len()
            && self.images.is_empty()
            && matches!(self.walked.pieces.last(), Some(Piece::Separator { .. } | Piece::Image(_)))
    }

    /// A `custom` record whose wall clock was met before, in a stretch that repeats an earlier one.
    fn copy_around(&mut self, at: usize, next: usize) -> Option<splice::Copy> {
        let time = i64::from_le_bytes(self.framing.plain_bytes(&self.bytes[at..next], CUSTOM, CUSTOM_TIME_AT)?);
        let first = self.times.met(time, at)?;
        splice::copy_around(self.bytes, first, at, self.settled.max(first), self.end)
    }

    /// Sets one of two equal stretches aside: the earlier one where it tore a record and the later one did not, else the later.
    fn take_copy(&mut self, copy: splice::Copy) -> usize {
        self.walked.damaged = true;
        let earlier = copy.swapped();
        if self.returns > 0
            && !self.is_torn(copy.start)
            && self.is_torn(earlier.start)
            && let Some(next) = self.set_aside(&earlier)
        {
            self.returns -= 1;
            self.times.forget_from(earlier.start);
            return next;
        }
        self.set_aside(&copy).unwrap_or_else(|| {
            let broken_at = self.broken_before(copy.start);
            self.drop_from(broken_at);
            let start = copy.start.max(broken_at);
            if broken_at < start {
                let (len, kind) = (start - broken_at, HoleKind::Garbage);
                self.walked.pieces.push(Piece::Hole(Hole { at: broken_at, len, kind }));
            }
            self.walked.pieces.push(copy.piece(start, copy.end));
            self.settled = copy.end;
            copy.end
        })
    }

    /// Takes a copy out and closes the record that it interrupts; `None`, and nothing is changed, when no seam can be proved.
    fn set_aside(&mut self, copy: &splice::Copy) -> Option<usize> {
        let broken_at = self.broken_before(copy.start);
        let mended = splice::mend(&self.judge, broken_at, copy)?;
        self.drop_from(broken_at);
        self.walked.pieces.extend(mended.record.map(Piece::Record));
        self.walked.pieces.push(copy.piece(mended.copy.start, mended.copy.end));
        self.settled = mended.copy.end;
        Some(mended.next)
    }

    /// A hole leads up to this place: a record was torn there.
    fn is_torn(&self, place: usize) -> bool {
        self.broken_before(place) < place
    }

    /// Where the hole begins that reaches to `place`, else `place`, moved to the end of a whole record that it stands in: the bytes
    /// before a copy are often equal by chance.
    fn broken_before(&self, place: usize) -> usize {
        let behind = self.walked.pieces.partition_point(|piece| piece.at() < place);
        match behind.checked_sub(1).map(|i| &self.walked.pieces[i]) {
            Some(Piece::Hole(hole)) if hole.at + hole.len >= place => hole.at,
            Some(Piece::Record(record)) => place.max(record.at + record.len),
            _ => place,
        }
    }

    fn drop_from(&mut self, at: usize) {
        let keep = self.walked.pieces.partition_point(|piece| piece.at() < at);
        self.walked.pieces.truncate(keep);
    }
}

/// Where each wall clock reading was first met. Clocks mostly run forward, so a sorted list serves for all but a few.
#[derive(Default)]
struct Times {
    forward: Vec<(i64, usize)>,
    others: HashMap<i64, usize>,
}

impl Times {
    /// Where this reading was met before; else it is noted.
    fn met(&mut self, time: i64, at: usize) -> Option<usize> {
        if self.forward.last().is_none_or(|(last, _)| *last < time) {
            self.forward.push((time, at));
            return None;
        }
        match self.forward.binary_search_by_key(&time, |(time, _)| *time) {
            Ok(found) => Some(self.forward[found].1),
            Err(_) => match self.others.get(&time) {
                Some(first) => Some(*first),
                None => {
                    self.others.insert(time, at);
                    None
                }
            },
        }
    }

    fn forget_from(&mut self, offset: usize) {
        self.forward.retain(|(_, at)| *at < offset);
        self.others.retain(|_, at| *at < offset);
    }
}

fn longest_run(bytes: &[u8]) -> (u8, usize) {
    bytes.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).max_by_key(|run| run.1).unwrap_or_default()
}
