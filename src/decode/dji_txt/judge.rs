//! Which frames to believe. End byte and check byte prove a frame in an unbroken chain; behind a break, or where a length byte was
//! changed, a false frame can borrow the end byte of a true one. What the log's other records look like then decides.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

use super::frame::{Frame, Framing};

/// Types whose content is text: their lengths never repeat, their content can be told from noise.
const TEXTS: [u8; 4] = [9, 10, 18, 24];

pub struct Judge<'a> {
    pub bytes: &'a [u8],
    pub area: Range<usize>,
    pub framing: Framing,
    /// A bit for each shape (type and the low byte of the length) met in the chain.
    met: Vec<u64>,
    /// How often each shape occurs in the area; counted when it is first needed.
    shapes: OnceCell<HashMap<(u8, usize), u32>>,
}

impl<'a> Judge<'a> {
    pub fn new(bytes: &'a [u8], area: Range<usize>, framing: Framing) -> Self {
        Judge { bytes, area, framing, met: vec![0; 1 << 10], shapes: OnceCell::new() }
    }

    /// The frame at `at` by its own checks.
    pub fn frame(&self, at: usize) -> Option<Frame> {
        self.framing.frame(self.bytes.get(at..self.area.end)?)
    }

    /// The frame at `at` as the next one of an unbroken chain. A shape that is met for the first time must not hold true records.
    pub fn in_chain(&mut self, at: usize) -> Option<Frame> {
        let frame = self.frame(at)?;
        let shape = usize::from(frame.kind) << 8 | frame.len & 0xff;
        let new = self.met[shape >> 6] >> (shape & 63) & 1 == 0;
        self.met[shape >> 6] |= 1 << (shape & 63);
        // Where nothing but the end byte proves a frame, every one is looked into.
        let doubtful = new || self.framing == Framing::Plain;
        (!doubtful || !self.swallows(at, frame)).then_some(frame)
    }

    /// The frame at `at` as the first one behind a break: of a shape that the log has elsewhere, or a text.
    pub fn behind_break(&self, at: usize) -> Option<Frame> {
        let frame = self.frame(at)?;
        let record = &self.bytes[at..at + frame.len];
        (self.is_usual(frame, record) && !self.swallows(at, frame)).then_some(frame)
    }

    /// A record of a shape that the log has at least twice, or a text that reads as one.
    pub fn is_usual(&self, frame: Frame, record: &[u8]) -> bool {
        self.count(frame) >= 2 || self.is_text(frame, record)
    }

    /// `count` frames follow one another from `at` on, or fewer up to the end of the area or to a record that it cuts.
    pub fn chain_goes_on(&self, mut at: usize, count: usize) -> bool {
        for _ in 0..count {
            match self.frame(at) {
                Some(frame) => at += frame.len,
                None => {
                    let rest = &self.bytes[at.min(self.area.end)..self.area.end];
                    return rest.len() < 4 || self.framing.claimed(rest).is_some_and(|frame| frame.len > rest.len());
                }
            }
        }
        true
    }

    fn count(&self, frame: Frame) -> u32 {
        let shapes = self.shapes.get_or_init(|| self.shapes());
        shapes.get(&(frame.kind, frame.len)).copied().unwrap_or(0)
    }

    /// Shapes of whatever frames the area holds; a false one among them hardly occurs twice.
    fn shapes(&self) -> HashMap<(u8, usize), u32> {
        let mut shapes = HashMap::new();
        let mut at = self.area.start;
        while at < self.area.end {
            at += match self.frame(at) {
                Some(frame) => {
                    *shapes.entry((frame.kind, frame.len)).or_default() += 1;
                    frame.len
                }
                None => 1,
            };
        }
        shapes
    }

    fn is_text(&self, frame: Frame, record: &[u8]) -> bool {
        if !TEXTS.contains(&frame.kind) {
            return false;
        }
        let mut content = Vec::new();
        self.framing.content_into(record, frame.kind, &mut content);
        let text = std::str::from_utf8(&content).map(|text| text.trim_end_matches('\0'));
        text.is_ok_and(|text| text.len() >= 3 && !text.contains(char::is_control))
    }

    /// An unusual frame in which usual ones stand, up to its very end: its length byte is not the true one, or its beginning was
    /// torn off. Without a check byte a usual frame may be such, too; then it must not hold a chain and lead nowhere, and an
    /// unusual one must lead somewhere in any case.
    fn swallows(&self, at: usize, frame: Frame) -> bool {
        let (end, plain) = (at + frame.len, self.framing == Framing::Plain);
        let leads_nowhere = plain && !self.chain_goes_on(end, 1) && !self.other_may_follow(end);
        let (inside, to_the_end) = self.usual_inside(at, frame);
        if plain && (to_the_end >= 2 || leads_nowhere && inside >= 2) {
            return true;
        }
        (to_the_end > 0 || leads_nowhere) && !self.is_usual(frame, &self.bytes[at..end])
    }

    /// The most usual frames in a chain that stands inside a frame, and in one that ends where the frame ends.
    fn usual_inside(&self, at: usize, frame: Frame) -> (usize, usize) {
        let end = at + frame.len;
        let (mut inside, mut to_the_end) = (0, 0);
        for from in at + 1..end {
            let (mut next, mut usual) = (from, 0);
            while next < end
                && let Some(inner) = self.frame(next)
                && next + inner.len <= end
            {
                usual += usize::from(self.count(inner) >= 2);
                next += inner.len;
            }
            inside = inside.max(usual);
            if next == end {
                to_the_end = to_the_end.max(usual);
            }
        }
        (inside, to_the_end)
    }

    /// A separator or a photo.
    fn other_may_follow(&self, at: usize) -> bool {
        let rest = &self.bytes[at.min(self.area.end)..self.area.end];
        rest.starts_with(&super::details::MARKER) || crate::bytes::jpeg::starts(rest)
    }
}
