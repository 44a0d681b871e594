//! Stretches of a log that stand in it twice, as happens when blocks of a card are copied or recovered: the second ones are told
//! and left out, or every one of their records would count twice.

use super::frame::Frame;

/// Remembers the records behind.
pub struct Copies {
    /// By a digest of tick, type and check sum: the three together, and the offset.
    known: Vec<(u64, u64)>,
    /// Records on their way there: the table is larger than the processor's cache, and many waits at once cost little more than
    /// one.
    waiting: Vec<(u64, u64)>,
    last_tick: Option<u32>,
    /// The run of copies at hand.
    run: Option<Run>,
}

/// Records that repeat earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    pub start: u64,
    pub end: u64,
    /// Where the first of them stands for the first time.
    pub of: u64,
    pub records: u64,
}

/// Records that are remembered: some 10 MB of a log.
const KNOWN: usize = 1 << 17;
const WAITING: usize = 64;

impl Default for Copies {
    fn default() -> Self {
        Copies { known: vec![(0, u64::MAX); KNOWN], waiting: Vec::with_capacity(WAITING), last_tick: None, run: None }
    }
}

impl Copies {
    /// Whether the record repeats an earlier one: behind a hole, behind another copy, or where the tick goes back. The same bytes
    /// may stand twice elsewhere, where the same words were logged twice in one tick.
    #[inline]
    pub fn repeats(&mut self, frame: &Frame<'_>, is_behind_hole: bool) -> bool {
        let (tick, offset) = (frame.tick(), frame.at.offset());
        let sum = frame.bytes.last_chunk::<2>().map_or(0, |sum| u16::from_le_bytes(*sum));
        let key = u64::from(tick) << 32 | u64::from(frame.kind()) << 16 | u64::from(sum);
        let goes_back = self.last_tick.replace(tick).is_some_and(|last| (tick.wrapping_sub(last) as i32) < 0);
        let is_suspected = self.run.is_some() || is_behind_hole || goes_back;
        let Some(known_at) = is_suspected.then(|| self.place_of(key)).flatten().filter(|known| *known < offset) else {
            self.waiting.push((key, offset));
            if self.waiting.len() >= WAITING {
                self.settle();
            }
            return false;
        };
        let end = offset + frame.at.len();
        let run = self.run.get_or_insert(Run { start: offset, end, of: known_at, records: 0 });
        run.end = run.end.max(end);
        run.records += 1;
        true
    }

    /// Where a record with this key stood before.
    fn place_of(&mut self, key: u64) -> Option<u64> {
        self.settle();
        self.known.get(slot(key)).filter(|(known, _)| *known == key).map(|(_, at)| *at)
    }

    fn settle(&mut self) {
        for (key, offset) in self.waiting.drain(..) {
            if let Some(known) = self.known.get_mut(slot(key)) {
                *known = (key, offset);
            }
        }
    }

    /// The run that is over with the record at hand.
    #[inline]
    pub fn finished(&mut self) -> Option<Run> {
        self.run.take()
    }
}

fn slot(key: u64) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 47) as usize % KNOWN
}
