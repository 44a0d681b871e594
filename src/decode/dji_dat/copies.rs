//! Stretches of a log that stand in it twice, as happens when blocks of a card are copied or recovered: the second ones are told
//! and left out, or every one of their records would count twice.

use super::frame::Frame;

/// Remembers the records behind.
pub struct Copies {
    /// By a digest of tick, type and check sum: the three together, and the offset.
    known: Vec<(u64, u64)>,
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

impl Default for Copies {
    fn default() -> Self {
        Copies { known: vec![(0, u64::MAX); KNOWN], last_tick: None, run: None }
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
        let slot = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 47) as usize % KNOWN;
        let Some(known) = self.known.get_mut(slot) else { return false };
        let (known_key, known_at) = *known;
        let is_copy = known_key == key && known_at < offset && (self.run.is_some() || is_behind_hole || goes_back);
        if !is_copy {
            *known = (key, offset);
            return false;
        }
        let end = offset + frame.at.len();
        let run = self.run.get_or_insert(Run { start: offset, end, of: known_at, records: 0 });
        run.end = run.end.max(end);
        run.records += 1;
        true
    }

    /// The run that is over with the record at hand.
    #[inline]
    pub fn finished(&mut self) -> Option<Run> {
        self.run.take()
    }
}
