//! Entries to records, runs, events and diagnostics, in the order of the file.

use std::sync::Arc;

use super::super::{Class, Diagnostic, Event, EventKind, Moment, Part, Payload, RawTime, Record, Sink};
use super::lines::{Entries, Entry};
use super::reading::Reading;
use super::survey::{MOST_FIELDS, Sort, Survey};
use crate::bytes::text::{Places, Text};
use crate::evidence::{Extent, Origin, Span};
use crate::layout::{Field, Kind, Layout, Scale, Tables, Value};

/// The record types of an entry, by the table: texts of cameras that tell no positions at all make no rows.
const CUE: (u16, &str) = (1, "cue");
const EXPOSURE: (u16, &str) = (2, "exposure");

/// Numbers that are missing between two entries, at most, if they are to count as lost.
const MOST_LOST: u64 = 1 << 20;

/// Hands every entry over; `true` when something was lost or damaged.
pub fn entries(text: &Text<'_>, survey: &Survey, tables: &Tables, sink: &mut dyn Sink) -> bool {
    let layout = Arc::new(layout(survey, tables));
    sink.layout(&layout);
    let mut emitter = Emitter {
        text,
        survey,
        names: layout.fields.iter().map(|field| field.name.clone()).collect(),
        layout,
        home: tables.structure("home", 0),
        places: Places::new(text),
        count: 0,
        next_break: 0,
        run: Run::default(),
        last: None,
        is_damaged: false,
        sink,
    };
    for entry in Entries::new(&text.bytes) {
        let reading = Reading::of(text, &entry);
        emitter.entry(&entry, &reading);
    }
    emitter.end_run();
    emitter.is_damaged
}

/// The layout of the entries: what every one has, then the fields that were met, then what is made of them.
fn layout(survey: &Survey, tables: &Tables) -> Layout {
    let known = tables.named("cue").next();
    let row = |name: &str| known.and_then(|layout| layout.field(name)).cloned();
    let unknown = |name: &str| Field {
        source: "as the camera names it".to_owned(),
        ..Field::new(name.to_owned(), 0, Kind::Cell, Scale::One)
    };
    let lead = ["number", "start", "end", "local"].into_iter().map(str::to_owned);
    let names =
        lead.chain(survey.fields.iter().filter(|name| !is_own(name)).cloned()).chain(["position_step".to_owned()]);
    let fields = names.map(|name| row(&name).unwrap_or_else(|| unknown(&name))).collect();
    let (kind, name) = if survey.positions > 0 || survey.is_cut { CUE } else { EXPOSURE };
    Layout::new(tables.layouts.len(), Some(kind), name.to_owned(), 0, fields)
}

/// Names of fields that are not the text's to give.
fn is_own(name: &str) -> bool {
    matches!(name, "number" | "start" | "end" | "local" | "position_step")
}

/// What one recording tells of itself.
#[derive(Default)]
struct Run {
    number: usize,
    /// Place and local time of the last entry.
    last: Option<(Extent, Option<i64>)>,
}

struct Emitter<'t, 's> {
    text: &'t Text<'t>,
    survey: &'s Survey,
    layout: Arc<Layout>,
    names: Vec<String>,
    home: Option<&'s Arc<Layout>>,
    places: Places,
    /// Entries that count.
    count: u64,
    next_break: usize,
    run: Run,
    /// Number and end by the cue line of the entry before.
    last: Option<(u64, i64)>,
    is_damaged: bool,
    sink: &'s mut dyn Sink,
}

impl Emitter<'_, '_> {
    fn entry(&mut self, entry: &Entry, reading: &Reading<'_>) {
        let bytes = &*self.text.bytes;
        let start = self.places.reach(bytes, entry.start);
        let is_last = entry.end == bytes.len();
        match Sort::of(entry, reading) {
            Sort::Cue => self.cue(entry, reading, start, is_last),
            sort => {
                let end = self.places.reach(bytes, entry.end);
                let at = Span::new(start, end - start);
                match sort {
                    Sort::Bare if is_last => {
                        let message = "the number of an entry, and no entry behind it: the text was cut off";
                        self.damage("dji-srt/bare-number", at, message);
                    }
                    Sort::Bare => {
                        self.damage("dji-srt/bare-number", at, "the number of an entry, and no entry behind it")
                    }
                    Sort::Garbage => {
                        self.damage("dji-srt/garbage", at, "these bytes are no entry; they are passed over")
                    }
                    Sort::Blank | Sort::Cue => self.sink.claim(&at.into(), Class::Known, "blank lines"),
                }
            }
        }
    }

    fn damage(&mut self, code: &'static str, at: Span, message: impl Into<std::borrow::Cow<'static, str>>) {
        self.is_damaged = true;
        self.sink.claim(&at.into(), Class::Damaged, "no entry");
        self.sink.diagnostic(Diagnostic::damage(code, Origin::Bytes(at.into()), message));
    }

    fn cue(&mut self, entry: &Entry, reading: &Reading<'_>, start: usize, is_last: bool) {
        let spans = self.spans(entry, reading, start);
        let Some(at) = Extent::of(&spans).or_else(|| Extent::of(&[Span::new(start, 0)])) else { return };
        self.sequence(entry, &at);
        let begins = self.survey.breaks.get(self.next_break).filter(|b| b.entry == self.count).copied();
        if let Some(begins) = begins {
            self.next_break += 1;
            self.end_run();
            self.sink.gap();
            self.sink.restart();
            self.tell_break(begins.jump_ns, &at);
        }
        if self.count == 0 || begins.is_some() {
            self.run.number += 1;
            self.event(EventKind::VideoStart, "first", &at, reading.local_ns);
        }
        self.count += 1;
        self.run.last = Some((at.clone(), reading.local_ns));
        self.shortness(entry, reading, is_last, &at);

        let time = RawTime(entry.cue.map(|cue| cue.0));
        let mut values = vec![Value::Absent; self.names.len()];
        let seconds = |ns: i64| Value::F64(ns as f64 / 1e9);
        let own = [
            entry.number.map(Value::Unsigned),
            entry.cue.map(|cue| seconds(cue.0)),
            entry.cue.map(|cue| seconds(cue.1)),
            reading.local_ns.map(Value::Signed),
        ];
        for (place, value) in values.iter_mut().zip(own) {
            *place = value.unwrap_or(Value::Absent);
        }
        for (name, value) in &reading.fields {
            let at = self.names.iter().position(|known| known.as_str() == name).filter(|_| !is_own(name));
            if let Some(place) = at.and_then(|at| values.get_mut(at)).filter(|place| **place == Value::Absent) {
                *place = value.clone();
            }
        }
        if let (Some(last), Some(step)) = (values.last_mut(), reading.step) {
            *last = Value::F64(step);
        }
        let kind = self.layout.record.unwrap_or(0);
        self.sink.record(&Record {
            kind,
            time,
            counted: true,
            ..Record::structure(Some(&self.layout), &at, Payload::Values(&values))
        });
        if let (Some(layout), Some(home)) = (self.home, &reading.home) {
            let local = reading.local_ns.map_or(Value::Absent, Value::Signed);
            let step = home.step.map_or(Value::Absent, Value::F64);
            let values = [home.latitude.clone(), home.longitude.clone(), home.height.clone(), local, step];
            self.sink.record(&Record { time, ..Record::structure(Some(layout), &at, Payload::Values(&values)) });
        }
    }

    /// The bytes of an entry without the pieces that were cut off, which are claimed as damaged.
    fn spans(&mut self, entry: &Entry, reading: &Reading<'_>, start: usize) -> Vec<Span> {
        let bytes = &*self.text.bytes;
        let (mut spans, mut from, mut reached) = (Vec::new(), start, entry.start);
        for cut in &reading.cuts {
            let (begin, end) = (cut.start.max(reached), cut.end.max(reached));
            if begin == end {
                continue;
            }
            let begin = self.places.reach(bytes, begin);
            reached = end;
            let end = self.places.reach(bytes, end);
            if begin > from {
                spans.push(Span::new(from, begin - from));
            }
            from = end;
            let number = entry.number.map_or(String::new(), |number| format!(" of entry {number}"));
            let message = format!("{} bytes{number} are cut off or overwritten; the rest of it is read", end - begin);
            self.damage("dji-srt/cut", Span::new(begin, end - begin), message);
        }
        let end = self.places.reach(bytes, entry.end);
        if end > from {
            spans.push(Span::new(from, end - from));
        }
        spans
    }

    /// Numbers that are left out between two entries whose cue lines leave room for them.
    fn sequence(&mut self, entry: &Entry, at: &Extent) {
        let (Some(number), Some((start, end))) = (entry.number, entry.cue) else { return };
        if let Some((last, last_end)) = self.last.replace((number, end))
            && number > last.saturating_add(1)
        {
            let missing = number - last - 1;
            // An entry takes a millisecond at least.
            let room = start.saturating_sub(last_end) / 1_000_000;
            let is_proved = missing <= MOST_LOST && i64::try_from(missing).is_ok_and(|missing| missing <= room);
            let origin = Origin::Bytes(at.clone());
            let (first, before) = (last.saturating_add(1), number - 1);
            if is_proved {
                self.is_damaged = true;
                let message = format!(
                    "entries {first} to {before} are missing: the numbers leave them out, and the video runs on for {:.3} s",
                    start.saturating_sub(last_end) as f64 / 1e9
                );
                self.sink.diagnostic(Diagnostic::loss("dji-srt/missing", origin, message).losing(missing));
            } else {
                let message =
                    format!("numbers {first} to {before} are left out; the cue lines leave no room for entries");
                self.sink.diagnostic(Diagnostic::note("dji-srt/numbers", origin, message));
            }
        }
    }

    /// An entry that lacks the position that the others have.
    fn shortness(&mut self, entry: &Entry, reading: &Reading<'_>, is_last: bool, at: &Extent) {
        let others_have = self.survey.positions * 2 > self.survey.cues;
        if reading.states_position() || !others_have || !reading.cuts.is_empty() {
            return;
        }
        let number = entry.number.map_or("an entry".to_owned(), |number| format!("entry {number}"));
        let origin = Origin::Bytes(at.clone());
        if is_last {
            self.is_damaged = true;
            let message = format!("{number}, the last one, ends before its position: the text was cut off");
            self.sink.diagnostic(Diagnostic::damage("dji-srt/short", origin, message));
        } else {
            let message = format!("{number} states no position; the others do");
            self.sink.diagnostic(Diagnostic::note("dji-srt/no-position", origin, message));
        }
    }

    fn tell_break(&mut self, jump_ns: Option<i64>, at: &Extent) {
        let message = match jump_ns {
            Some(ns) => format!(
                "another recording begins here: between two entries the time in the text goes on by {:.2} s more than the video",
                ns as f64 / 1e9
            ),
            None => "another recording begins here: the frame counter or the way of writing starts anew".to_owned(),
        };
        self.sink.diagnostic(Diagnostic::note("dji-srt/run", Origin::Bytes(at.clone()), message));
    }

    fn end_run(&mut self) {
        if let Some((at, local_ns)) = self.run.last.take() {
            self.event(EventKind::VideoStop, "last", &at, local_ns);
        }
    }

    fn event(&mut self, kind: EventKind, which: &str, at: &Extent, local_ns: Option<i64>) {
        let runs = self.survey.breaks.len() + 1;
        let of =
            if runs > 1 { format!(" of recording {} of {runs} in this text", self.run.number) } else { String::new() };
        let event = Event::new(kind, Part::Camera, format!("{which} subtitle{of}"), Origin::Bytes(at.clone()));
        self.sink.event(match local_ns {
            Some(ns) => event.when(Moment::Local(ns)),
            None => event,
        });
    }
}

/// Keys that were left out of the layout.
pub fn is_crowded(survey: &Survey) -> bool {
    survey.fields.len() >= MOST_FIELDS
}
