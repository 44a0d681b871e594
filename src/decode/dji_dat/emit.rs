//! The second way through a log: records with their layouts and times to the sink, what they tell as facts and events, and what
//! is lost as diagnostics.

use std::sync::Arc;

use super::super::{Class, Diagnostic, Fact, Part, Payload, Property, Record, Sink};
use super::census::Census;
use super::clock::Clock;
use super::copies::{Copies, Run};
use super::events::Watcher;
use super::frame::{self, Frame, Hole, Visitor};
use super::journal::Journal;
use super::log_text::LogText;
use super::ticks::Unwrapper;
use crate::evidence::{Extent, Origin, Span};
use crate::layout::{Field, Layout};

/// The aircraft's log in words, and the record of the home point.
const LOG_TEXT: u16 = 32768;
const HOME: u16 = 13;
/// Records come many times a second; a copy whose link to the aircraft was lost has none for longer than this.
const LINK_GAP_NS: i64 = 5_000_000_000;
/// Zeros that pad between records are few; more are told.
const LONG_ZEROS: u64 = 4096;

/// The app writes its copies in blocks: each real one has a size of so many bytes more than a multiple.
const APP_BLOCK: (u64, u64) = (256, 133);

/// What is done with the records of one type and length.
struct Use {
    layout: Option<Arc<Layout>>,
    /// The sink takes them, or events may follow from them.
    is_read: bool,
    is_watched: bool,
    /// Serial number and number of the log, in records of the home point.
    told: Option<[Option<Field>; 2]>,
}

/// What was emitted.
#[derive(Default)]
pub struct Emitted {
    pub records: u64,
    pub has_holes: bool,
    /// The number of the aircraft's own log, and its serial number, as records give them.
    pub number: Option<u32>,
    pub serial: Option<String>,
}

pub struct Emitter<'c, 's> {
    uses: Census<Use>,
    clock: &'c Clock,
    ticks: Unwrapper,
    pub watcher: Watcher,
    journal: Journal,
    events: bool,
    pub text: LogText,
    pub emitted: Emitted,
    /// The latest tick so far, and where the record of it ends.
    newest: (i64, u64),
    /// Ticks in a gap that is told.
    gap_ticks: i64,
    /// Runs that begin further on.
    begins: &'c [(u64, Option<i64>)],
    copies: Copies,
    /// The hole before the record at hand: what it means is known when that record is.
    hole: Option<Hole>,
    is_app_copy: bool,
    scratch: Vec<u8>,
    pub sink: &'s mut dyn Sink,
}

impl<'c, 's> Emitter<'c, 's> {
    /// `is_app_copy`: the item may be a copy that the app made, which has a header of version 3.
    pub fn new(
        chosen: &Census<Option<Arc<Layout>>>,
        clock: &'c Clock,
        is_app_copy: bool,
        sink: &'s mut dyn Sink,
    ) -> Self {
        let events = sink.wants_events();
        let watcher = Watcher::new(chosen.iter().filter_map(|(_, _, layout)| layout.as_ref()));
        let mut uses = Census::default();
        for (kind, len, layout) in chosen.iter() {
            let is_watched = events && layout.as_ref().is_some_and(|layout| watcher.uses(layout));
            let told = layout
                .as_ref()
                .filter(|_| events && kind == HOME)
                .map(|layout| [layout.field("serial").cloned(), layout.field("recorder_current_file").cloned()]);
            let is_wanted = layout.as_ref().is_none_or(|layout| sink.wants(layout));
            let is_read = is_wanted || is_watched || told.is_some() || events && kind == LOG_TEXT;
            uses.entry(kind, len, || Use { layout: layout.clone(), is_read, is_watched, told });
        }
        Emitter {
            uses,
            clock,
            ticks: Unwrapper::default(),
            watcher,
            journal: Journal::new(clock.zero_utc_ns),
            events,
            text: LogText::default(),
            emitted: Emitted::default(),
            newest: (i64::MIN, 0),
            gap_ticks: clock.ticks_in(LINK_GAP_NS),
            begins: &clock.runs.begins,
            copies: Copies::default(),
            hole: None,
            is_app_copy,
            scratch: Vec::new(),
            sink,
        }
    }

    /// The log is over.
    pub fn close(&mut self) {
        self.break_off();
        self.journal.close(self.sink);
    }

    /// What came before the record at hand, or before the end, is over: a hole, a run of copies.
    fn break_off(&mut self) {
        if let Some(run) = self.copies.finished() {
            self.tell_copies(run);
        }
        if let Some(hole) = self.hole.take() {
            self.tell_hole(hole);
        }
    }

    /// Tells of a stretch of time without records.
    #[inline]
    fn follow(&mut self, count: Option<i64>, at: &Extent) {
        let (newest, behind) = self.newest;
        let Some(count) = count.filter(|count| *count > newest) else { return };
        let offset = at.offset();
        self.newest = (count, offset + at.len());
        if count.saturating_sub(newest) > self.gap_ticks && newest > i64::MIN && self.hole.is_none() {
            self.tell_gap([newest, count], offset.min(behind));
        }
    }

    fn tell_gap(&mut self, counts: [i64; 2], at: u64) {
        self.sink.gap();
        let [from_s, to_s] = counts.map(|count| self.clock.time(Some(count)).0.unwrap_or(0) as f64 / 1e9);
        let message = format!(
            "a gap of {:.1} s without a record, from {from_s:.1} s to {to_s:.1} s after power-on, and no byte is missing: the link \
             to the aircraft was lost, or nothing was logged",
            to_s - from_s
        );
        let at = Origin::Bytes(Span { offset: at, len: 0 }.into());
        self.sink.diagnostic(Diagnostic::note("dji-dat/link-gap", at, message));
    }

    fn tell_copies(&mut self, Run { start, end, of, records }: Run) {
        self.emitted.has_holes = true;
        self.sink.gap();
        let message = format!(
            "{records} records at {start} repeat those from {of} on, byte for byte: the copies are left out, the originals stand once"
        );
        let at = Origin::Bytes(Span { offset: start, len: end - start }.into());
        self.sink.diagnostic(Diagnostic::damage("dji-dat/duplicate", at, message));
    }

    fn tell_hole(&mut self, Hole { at, headers }: Hole) {
        let message = match headers {
            0 => format!(
                "{} bytes at {} are no record, though one must stand there: at least one is lost; what follows is read",
                at.len, at.offset
            ),
            _ => format!(
                "{} bytes at {} hold the right headers of {headers} records whose check sums fail: they are lost; what follows is \
                 read",
                at.len, at.offset
            ),
        };
        let loss = Diagnostic::loss("dji-dat/hole", Origin::Bytes(at.into()), message).losing(headers.max(1));
        self.sink.diagnostic(loss);
    }

    /// A hole with copies behind it is the edge of a block that stands twice: its bytes are parts of records that stand whole
    /// elsewhere.
    fn joint(&mut self) {
        if let Some(Hole { at, .. }) = self.hole.take() {
            let message = format!(
                "{} bytes at {} are the edge of a stretch that stands twice: parts of records that are whole elsewhere",
                at.len, at.offset
            );
            self.sink.diagnostic(Diagnostic::damage("dji-dat/joint", Origin::Bytes(at.into()), message));
        }
    }

    /// What the record of the home point tells beside the place: each once, and again when it changes.
    fn home(emitted: &mut Emitted, told: &[Option<Field>; 2], content: &[u8], at: &Extent, sink: &mut dyn Sink) {
        let [serial, number] = told;
        let text = serial.as_ref().and_then(|field| field.read(content));
        if let Some(text) = text.as_ref().and_then(|value| value.text())
            && text.len() >= 8
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && emitted.serial.as_deref() != Some(text)
        {
            emitted.serial = Some(text.to_owned());
            let fact = Fact::Device {
                part: Part::Aircraft,
                property: Property::Serial,
                value: text.to_owned(),
                at: Origin::Bytes(at.clone()),
            };
            sink.fact(fact);
        }
        let number = number.as_ref().and_then(|field| u32::try_from(field.scalar()?.integer(content)?).ok());
        if let Some(number) = number.filter(|number| *number > 0 && emitted.number != Some(*number)) {
            emitted.number = Some(number);
            let value = format!("FLY{number:03}");
            sink.fact(Fact::Identifier { kind: "aircraft-log", value, at: Origin::Bytes(at.clone()) });
        }
    }
}

impl Visitor for Emitter<'_, '_> {
    fn record(&mut self, frame: &Frame<'_>) {
        let tick = self.ticks.next(frame.tick());
        if self.copies.repeats(frame, self.hole.is_some()) {
            self.joint();
            return self.sink.claim(frame.at, Class::Known, "copy of an earlier record");
        }
        self.break_off();
        self.emitted.records += 1;
        let count = self.clock.count(tick, frame.at.offset());
        while self.begins.first().is_some_and(|(from, _)| *from <= frame.at.offset()) {
            self.begins = self.begins.get(1..).unwrap_or_default();
            self.newest = (i64::MIN, frame.at.offset());
            self.sink.restart();
        }
        self.follow(count, frame.at);
        let kind = frame.kind();
        let used = self.uses.get(kind, frame.payload_len());
        if used.is_some_and(|used| !used.is_read) {
            return;
        }
        let time = self.clock.time(count);
        let mut scratch = std::mem::take(&mut self.scratch);
        let content = frame.payload(&mut scratch);
        let record = Record {
            layout: used.and_then(|used| used.layout.as_ref()),
            kind,
            at: frame.at,
            header: frame::HEADER,
            trailer: frame::TRAILER,
            time,
            counted: true,
            instance: 0,
            doubtful: 0,
            payload: Payload::Bytes(content),
        };
        self.sink.record(&record);
        if let Some(used) = used.filter(|_| self.events) {
            self.journal.reach(time.0, self.sink);
            if used.is_watched {
                let mut entry = self.journal.of_record(kind, time.0, self.sink);
                self.watcher.record(&record, |event| entry.event(event));
            }
            if let Some(told) = &used.told {
                Self::home(&mut self.emitted, told, content, frame.at, self.sink);
            }
            if kind == LOG_TEXT {
                let mut entry = self.journal.of_record(kind, time.0, self.sink);
                self.text.record(content, frame.at, time.0, &mut entry);
            }
        }
        self.scratch = scratch;
    }

    fn zeros(&mut self, at: Span) {
        self.sink.claim(&at.into(), Class::Known, "zeros between records");
        if at.len >= LONG_ZEROS {
            let message =
                format!("{} bytes of zeros at {}: nothing was written there, or it was wiped", at.len, at.offset);
            self.sink.diagnostic(Diagnostic::note("dji-dat/zeros", Origin::Bytes(at.into()), message));
        }
    }

    fn hole(&mut self, hole: &Hole) {
        self.break_off();
        self.emitted.has_holes = true;
        self.sink.gap();
        self.sink.claim(&hole.at.into(), Class::Damaged, "no record is proved here");
        self.hole = Some(*hole);
    }

    /// A log ends inside a record when its writer was stopped, and a copy when it was cut. Where the size is one that the writer
    /// leaves, the record was never finished: it is no loss. Elsewhere nothing tells the two apart, and it is one.
    fn cut(&mut self, at: Span) {
        self.break_off();
        let here = format!("the item ends inside the record at {}, {} bytes of it are there", at.offset, at.len);
        let place = Origin::Bytes(at.into());
        if self.is_app_copy && at.end() % APP_BLOCK.0 == APP_BLOCK.1 {
            self.sink.claim(&at.into(), Class::Known, "record that was never finished");
            let message = format!(
                "{here}: the size is one at which the app's writer stops, so the record was never finished and nothing is lost"
            );
            return self.sink.diagnostic(Diagnostic::note("dji-dat/unfinished", place, message));
        }
        self.emitted.has_holes = true;
        self.sink.claim(&at.into(), Class::Damaged, "record cut by the end of the item");
        let message = format!(
            "{here}: that record is lost. A log ends so when its writer is stopped, and a copy when it is cut; compare the size \
             with the original"
        );
        self.sink.diagnostic(Diagnostic::loss("dji-dat/cut", place, message).losing(1));
    }
}
