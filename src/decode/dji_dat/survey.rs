//! The first way through a log: where records stand, which types and lengths they have, what the log defines, and how its tick
//! runs against the time of the satellites. The second way through needs all of that before its first record.

use std::ops::Range;

use super::census::Census;
use super::definitions::Reader;
use super::frame::{Frame, Hole, Visitor};
use super::moment::{self, Sample, Samples};
use super::ticks::{Falls, Unwrapper};
use crate::evidence::Span;

/// Record types that the clock is set by, and the one that holds definitions.
const RTK: u16 = 53234;
const GNSS: [u16; 4] = [2096, 2097, 2098, 5];
pub const DEFINITION: u16 = 65533;

/// Ranges of proved records that are remembered; the records behind them are proved once more.
const MOST_RANGES: usize = 1 << 16;

/// What the first way through found.
#[derive(Default)]
pub struct Survey {
    /// Where plain records stand behind one another.
    pub proved: Vec<Range<u64>>,
    /// Offset at which each pair of type and payload length was met first.
    pub seen: Census<u64>,
    pub definitions: Reader,
    pub rtk: Samples,
    pub gnss: Samples,
    pub records: u64,
    /// The tick of the last record.
    pub last_tick: u32,
    pub falls: Falls,
    /// Moments that no receiver can have been right about: how many, and offset and UTC of the first.
    pub implausible: Option<(u64, u64, i64)>,
    ticks: Unwrapper,
    last: Option<i64>,
    /// The greatest step of the tick, onwards or back, since the last sample of either kind, and where it is.
    rtk_step: Option<(u64, i64)>,
    gnss_step: Option<(u64, i64)>,
    /// By receiver: the whole second that it told last.
    seconds: [Option<i64>; GNSS.len()],
    scratch: Vec<u8>,
}

impl Visitor for Survey {
    fn record(&mut self, frame: &Frame<'_>) {
        self.records += 1;
        let (kind, offset) = (frame.kind(), frame.at.offset());
        if frame.is_plain {
            let end = offset + frame.bytes.len() as u64;
            let has_room = self.proved.len() < MOST_RANGES;
            match self.proved.last_mut() {
                Some(last) if last.end == offset => last.end = end,
                _ if has_room => self.proved.push(offset..end),
                _ => {}
            }
        }
        self.seen.entry(kind, frame.payload_len(), || offset);
        self.last_tick = frame.tick();
        let tick = self.ticks.next(self.last_tick);
        self.falls.next(tick, offset);
        let step = (tick - self.last.replace(tick).unwrap_or(tick)).abs();
        for greatest in [&mut self.rtk_step, &mut self.gnss_step] {
            if step > greatest.map_or(0, |(_, greatest)| greatest) {
                *greatest = Some((offset, step));
            }
        }
        if kind == RTK {
            let mut scratch = std::mem::take(&mut self.scratch);
            if let Some(utc_ns) = moment::of_rtk(frame.payload(&mut scratch)).filter(|ns| self.accepts(*ns, offset)) {
                self.rtk.push(Sample { at: offset, tick, utc_ns, step: self.rtk_step.take() });
            }
            self.scratch = scratch;
        } else if let Some(receiver) = GNSS.iter().position(|known| *known == kind) {
            let mut scratch = std::mem::take(&mut self.scratch);
            let utc_s = moment::of_gnss(frame.payload(&mut scratch));
            if let Some(utc_s) = utc_s.filter(|s| self.accepts(s.saturating_mul(1_000_000_000), offset)) {
                self.second(receiver, tick, offset, utc_s);
            }
            self.scratch = scratch;
        } else if kind == DEFINITION {
            let mut scratch = std::mem::take(&mut self.scratch);
            self.definitions.record(frame.payload(&mut scratch), offset, frame.tick());
            self.scratch = scratch;
        }
    }

    fn zeros(&mut self, _at: Span) {}

    fn hole(&mut self, _hole: &Hole) {
        self.definitions.gap();
    }

    fn cut(&mut self, _at: Span) {}
}

impl Survey {
    /// `hz`: ticks a second, where it is known before the log is read.
    pub fn new(hz: Option<f64>) -> Self {
        Survey { definitions: Reader::new(hz), falls: Falls::new(hz), ..Survey::default() }
    }

    fn accepts(&mut self, utc_ns: i64, offset: u64) -> bool {
        let is_plausible = moment::is_plausible(utc_ns);
        if !is_plausible {
            self.implausible.get_or_insert((0, offset, utc_ns)).0 += 1;
        }
        is_plausible
    }

    /// Receivers tell whole seconds several times each: the record in which the second changes is the one that tells the time.
    fn second(&mut self, receiver: usize, tick: i64, at: u64, utc_s: i64) {
        let Some(last) = self.seconds.get_mut(receiver) else { return };
        let before = last.replace(utc_s);
        if before.is_some_and(|before| before != utc_s) {
            let step = self.gnss_step.take();
            self.gnss.push(Sample { at, tick, utc_ns: utc_s.saturating_mul(1_000_000_000), step });
        }
    }
}
