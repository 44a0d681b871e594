//! What may be a telemetry sample in bytes that nobody indexes, by its grammar alone.
//!
//! ```text
//! first sample   0A len { 0A len { 0A len "dvtm_*.proto" ... } ... }  12 len { ... }  1A len { frame }
//! others         1A len { frame }
//! frame          0A len { 08 frame number, 10 microseconds since power-on ... } fields in the order of their numbers
//! ```

use memchr::{memchr, memmem};

use super::head;
use crate::bytes::protobuf::{Fields, Wire, at_path, is_message};

/// A sample has some hundred bytes, the first one some thousand.
pub const MOST_SAMPLE: usize = 16 << 10;

/// Bytes of the head of a frame: two numbers, and some more at most.
const MOST_FRAME_HEAD: usize = 64;
/// Field numbers of a frame; protocols have up to about twenty.
const MOST_FIELD: u64 = 64;
/// More microseconds than any craft is powered on: 35 years.
const MOST_MICROS: u64 = 1 << 50;
/// What every protocol's name begins with, and how far behind the start of the first sample it stands at most.
const NAME: &[u8] = b"dvtm_";
const NAME_LEAD: usize = 16;
const MOST_NAME: usize = 64;

/// The two counters that each frame has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Frame number, 0 where it is left out.
    pub frame: u64,
    /// Microseconds since power-on.
    pub micros: u64,
}

/// Bytes that are a sample by their grammar.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'w> {
    /// From the start of the window.
    pub at: usize,
    pub bytes: &'w [u8],
    pub moment: Moment,
    /// It begins with a head that names its protocol.
    pub has_head: bool,
}

/// Candidates of a window, one behind the other.
pub struct Candidates<'w> {
    window: &'w [u8],
    /// Candidates begin from here on.
    from: usize,
    /// Candidates begin before this.
    until: usize,
    /// Where the next protocol's name may stand.
    name: Option<usize>,
    /// Bytes that may still be parsed.
    budget: u64,
}

impl<'w> Candidates<'w> {
    pub fn of(window: &'w [u8], from: usize, until: usize, budget: u64) -> Self {
        let mut candidates = Candidates { window, from, until, name: None, budget };
        candidates.name = candidates.name_from(from);
        candidates
    }

    /// What is left of the bytes that may be parsed.
    pub fn budget(&self) -> u64 {
        self.budget
    }

    fn name_from(&self, from: usize) -> Option<usize> {
        memmem::find(self.window.get(from..)?, NAME).map(|at| from + at)
    }

    fn spend(&mut self, bytes: usize) -> Option<()> {
        self.budget = self.budget.checked_sub(bytes as u64)?;
        Some(())
    }

    fn found(&mut self, candidate: Candidate<'w>) -> Option<Candidate<'w>> {
        self.from = candidate.at + candidate.bytes.len();
        if self.name.is_some_and(|at| at < self.from) {
            self.name = self.name_from(self.from);
        }
        Some(candidate)
    }

    /// The first sample around a name: its head's start is two or three lengths before it.
    fn headed(&mut self, name: usize) -> Option<Candidate<'w>> {
        let text = name.checked_sub(2)?;
        let &[0x0a, len] = self.window.get(text..name)? else { return None };
        let words = self.window.get(name..name + usize::from(len))?;
        let is_name = words.len() <= MOST_NAME && words.ends_with(b".proto") && words.iter().all(u8::is_ascii_graphic);
        if !is_name {
            return None;
        }
        for (inner, outer) in [(1, 1), (1, 2), (2, 2), (2, 1), (2, 3)] {
            let Some(at) = text.checked_sub(1 + inner + 1 + outer).filter(|at| *at >= self.from) else { continue };
            if self.window.get(at) != Some(&0x0a) || self.window.get(at + 1 + outer) != Some(&0x0a) {
                continue;
            }
            let mut parsed = MOST_FRAME_HEAD;
            let bytes = first_sample(self.window.get(at..)?, &mut parsed);
            self.spend(parsed)?;
            let moment = || {
                let frame = at_path(bytes, &[3]).and_then(Wire::bytes).and_then(moment_of);
                let micros = head::clip_clock_us(bytes).filter(|micros| *micros < MOST_MICROS);
                frame.or(micros.map(|micros| Moment { frame: 0, micros }))
            };
            if head::protocol(bytes).is_some_and(|named| named.as_bytes() == words)
                && let Some(moment) = moment()
            {
                return Some(Candidate { at, bytes, moment, has_head: true });
            }
        }
        None
    }

    /// A sample that begins at `at`, with the key of field 3.
    fn plain(&mut self, at: usize) -> Option<Candidate<'w>> {
        let rest = self.window.get(at..)?;
        let rest = rest.get(..rest.len().min(MOST_SAMPLE))?;
        let len_bytes = match rest {
            [0x1a, 0..0x80, 0x0a, ..] => 1,
            [0x1a, 0x80..=0xff, 0..0x80, 0x0a, ..] => 2,
            [0x1a, 0x80..=0xff, 0x80..=0xff, 0..0x80, 0x0a, ..] => 3,
            _ => return None,
        };
        // The head of the frame is looked at before a longer message is gone through.
        let head_len = usize::from(*rest.get(len_bytes + 2)?);
        let head = rest.get(len_bytes + 3..)?.get(..head_len).filter(|_| head_len <= MOST_FRAME_HEAD)?;
        self.spend(MOST_FRAME_HEAD)?;
        frame_head(head)?;
        let mut fields = Fields::of(rest);
        let Wire::Bytes(frame) = fields.next()?.ok()?.value else { return None };
        self.spend(frame.len())?;
        let moment = moment_of(frame)?;
        Some(Candidate { at, bytes: rest.get(..rest.len() - fields.left())?, moment, has_head: false })
    }
}

impl<'w> Iterator for Candidates<'w> {
    type Item = Candidate<'w>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.from < self.until && self.budget > 0 {
            let plain =
                self.window.get(self.from..self.until).and_then(|rest| memchr(0x1a, rest)).map(|at| self.from + at);
            if let Some(name) = self.name.filter(|name| plain.is_none_or(|at| name.saturating_sub(NAME_LEAD) <= at)) {
                let until = self.until;
                let headed = self.headed(name).filter(|candidate| candidate.at < until);
                self.name = self.name_from(name + NAME.len());
                if let Some(candidate) = headed {
                    return self.found(candidate);
                }
                continue;
            }
            let at = plain?;
            if let Some(candidate) = self.plain(at) {
                return self.found(candidate);
            }
            self.from = at + 1;
        }
        None
    }
}

/// The bytes of fields 1, 2 and 3, each there once at most and in their order, which `bytes` begin with. What was gone through for
/// them is added to `parsed`.
fn first_sample<'b>(bytes: &'b [u8], parsed: &mut usize) -> &'b [u8] {
    let bytes = bytes.get(..bytes.len().min(MOST_SAMPLE)).unwrap_or_default();
    let mut fields = Fields::of(bytes);
    let (mut last, mut end) = (0, 0);
    while let Some(Ok(field)) = fields.next() {
        let Wire::Bytes(inside) = field.value else { break };
        *parsed += inside.len();
        if !(last + 1..=3).contains(&field.number) || !is_message(inside) {
            break;
        }
        (last, end) = (field.number, bytes.len() - fields.left());
    }
    bytes.get(..end).unwrap_or_default()
}

/// The counters of a frame that parses whole, its fields in the order of their numbers.
fn moment_of(frame: &[u8]) -> Option<Moment> {
    let (mut moment, mut last, mut count) = (None, 0, 0);
    for field in Fields::of(frame) {
        let field = field.ok()?;
        if field.number < last || field.number > MOST_FIELD {
            return None;
        }
        if last == 0 {
            moment = Some(frame_head(field.value.bytes().filter(|_| field.number == 1)?)?);
        }
        (last, count) = (field.number, count + 1);
    }
    moment.filter(|_| count > 1)
}

/// The message of the two counters.
fn frame_head(message: &[u8]) -> Option<Moment> {
    let (mut frame, mut micros, mut last) = (0, None, 0);
    for field in Fields::of(message) {
        let field = field.ok()?;
        if field.number <= last || field.number > MOST_FIELD {
            return None;
        }
        last = field.number;
        match (field.number, field.value) {
            (1, Wire::Varint(number)) if number <= u64::from(u32::MAX) => frame = number,
            (2, Wire::Varint(count)) if (1..MOST_MICROS).contains(&count) => micros = Some(count),
            (1 | 2, _) => return None,
            _ => {}
        }
    }
    Some(Moment { frame, micros: micros? })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 3 = { 1 = { 1 = 7, 2 = 300 }, 2 = 1 }
    const FRAME: &[u8] = b"\x1a\x09\x0a\x05\x08\x07\x10\xac\x02\x10\x01";

    fn found(bytes: &[u8]) -> Vec<(usize, usize, Moment)> {
        Candidates::of(bytes, 0, bytes.len(), 1 << 20).map(|c| (c.at, c.bytes.len(), c.moment)).collect()
    }

    #[test]
    fn a_frame_is_found_where_it_stands_and_parses_whole() {
        let moment = Moment { frame: 7, micros: 300 };
        let bytes = [b"\x1a\x1a\x00\x1a".as_slice(), FRAME, b"\x1a", FRAME].concat();
        assert_eq!(found(&bytes), [(4, 11, moment), (16, 11, moment)]);
        assert_eq!(found(&FRAME[..10]), [], "cut");
        assert_eq!(found(b"\x1a\x07\x0a\x05\x08\x07\x10\xac\x02"), [], "nothing but its head");
        assert_eq!(found(b"\x1a\x06\x0a\x02\x08\x07\x10\x01"), [], "no clock");
        assert_eq!(found(b"\x1a\x0b\x0a\x05\x08\x07\x10\xac\x02\x10\x01\x08\x01"), [], "fields out of order");
    }

    #[test]
    fn a_head_takes_the_frame_behind_it() {
        let name = b"dvtm_x.proto";
        let inner = [b"\x0a\x0c".as_slice(), name].concat();
        let head = [b"\x0a\x10\x0a\x0e".as_slice(), &inner, b"\x12\x02\x08\x01", FRAME].concat();
        let bytes = [b"noise \x1a".as_slice(), &head, FRAME].concat();
        let moment = Moment { frame: 7, micros: 300 };
        assert_eq!(found(&bytes), [(7, head.len(), moment), (7 + head.len(), 11, moment)]);
        let first = Candidates::of(&bytes, 0, bytes.len(), 1 << 20).next().expect("a head");
        assert!(first.has_head);
    }

    #[test]
    fn a_hostile_file_of_nothing_but_beginnings_ends() {
        let bytes = b"\x1a\x80\x7d\x0a\x03\x10\xac\x02".repeat(100_000);
        let mut candidates = Candidates::of(&bytes, 0, bytes.len(), 1 << 20);
        assert_eq!(candidates.by_ref().count(), 0);
        assert!(candidates.budget() < 64, "it stopped for its bounds");
    }
}
