//! One message of the app: a record with its place in the file, and an event by the phone's local time.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{Datelike as _, NaiveDate};

use super::super::document::{claim_mark, tell_cut};
use super::super::structure::emit_values;
use super::super::{Class, Diagnostic, Event, EventKind, Fact, Moment, Part, Property, Sink};
use super::name::Named;
use crate::bytes::text::{Encoding, Places, Text};
use crate::evidence::{Origin, Span};
use crate::layout::{Layout, Tables, Value};

const DAY_NS: i64 = 86_400_000_000_000;

/// What was read, before it has its place in the file.
pub struct Entry<'t> {
    /// Of the text: from the first byte to the first one behind.
    pub start: usize,
    pub end: usize,
    /// Nanoseconds since midnight.
    pub time_ns: i64,
    /// Nanoseconds of 1970 to midnight, where the entry has a date of its own.
    pub day_ns: Option<i64>,
    pub title: Cow<'t, str>,
    pub text: Cow<'t, str>,
}

pub struct Emitter<'t, 's> {
    pub text: &'t Text<'t>,
    places: Places,
    layout: Arc<Layout>,
    /// Midnight of the day that the name states.
    named_day_ns: Option<i64>,
    last_ns: Option<i64>,
    entries: u64,
    tables: &'s Tables,
    sink: &'s mut dyn Sink,
}

impl<'t, 's> Emitter<'t, 's> {
    /// Tells what the name and the encoding say; `None` when the tables have no such record.
    pub fn new(
        text: &'t Text<'t>,
        len: usize,
        tables: &'s Tables,
        named: Option<Named>,
        sink: &'s mut dyn Sink,
    ) -> Option<Self> {
        let layout = tables.structure("entry", 0)?.clone();
        let day = named.as_ref().map(|named| named.day);
        let named_day_ns = day.map(|day| i64::from(day.to_epoch_days()) * DAY_NS);
        let places = Places::new(text);
        let mut emitter = Emitter { text, places, layout, named_day_ns, last_ns: None, entries: 0, tables, sink };
        if let Some(Named { serial: Some(serial), .. }) = named {
            let (part, property) = (Part::Aircraft, Property::Serial);
            emitter.sink.fact(Fact::Device { part, property, value: serial, at: Origin::Item });
            let words = "the serial number is that of the flight controller, from the name of the file";
            emitter.note(words.to_owned());
        }
        if let Some(day) = day {
            emitter.note(format!("the date {day} comes from the name of the file; the entries state the time of day"));
            emitter.judge_day(day);
        }
        emitter.encoding(len);
        Some(emitter)
    }

    fn note(&mut self, text: String) {
        self.sink.fact(Fact::Note { text, at: Origin::Item });
    }

    fn encoding(&mut self, len: usize) {
        claim_mark(self.text, self.sink);
        if self.text.encoding == Encoding::Utf16 {
            self.note("the text is UTF-16".to_owned());
        }
        tell_cut(self.text, len, "dji-tip-log/cut", self.sink);
    }

    /// Dates at which a clock stands that was never set are a row of the table.
    fn judge_day(&mut self, day: NaiveDate) {
        let digits = i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day());
        let field = self.tables.structure("name", 0).and_then(|layout| layout.field("day"));
        let known = field.and_then(|field| field.names.as_ref()?.name(digits));
        if let Some(why) = known {
            let message = format!(
                "the clock was perhaps not set: {day} is a date at which devices start ({why}); take the date as unproved until \
                 another item confirms it"
            );
            self.sink.diagnostic(Diagnostic::note("dji-tip-log/clock", Origin::Item, message));
        }
    }

    /// The place in the file of a stretch of the text; stretches are asked for in order.
    fn span(&mut self, start: usize, end: usize) -> Span {
        let from = self.places.reach(&self.text.bytes, start);
        let to = self.places.reach(&self.text.bytes, end);
        Span::new(from, to.saturating_sub(from))
    }

    /// Separators, brackets, blank lines.
    pub fn framing(&mut self, start: usize, end: usize) {
        if start < end {
            let at = self.span(start, end);
            self.sink.claim(&at.into(), Class::Known, "between entries");
        }
    }

    /// Something stands where an entry must stand; `entries`: so many are proved by what is left of them.
    pub fn lost(&mut self, start: usize, end: usize, entries: u64, why: &str) {
        let at = self.span(start, end);
        self.sink.claim(&at.into(), Class::Damaged, "a broken entry");
        let message = format!("{} bytes at offset {}: {why}", at.len, at.offset);
        let diagnostic = match entries {
            0 => Diagnostic::damage("dji-tip-log/between", Origin::Bytes(at.into()), message),
            _ => Diagnostic::loss("dji-tip-log/entry", Origin::Bytes(at.into()), message).losing(entries),
        };
        self.sink.diagnostic(diagnostic);
    }

    /// Something is missing at the end, or what is there deserves a word; it stands behind the last entry.
    pub fn damage_at_end(&mut self, code: &'static str, message: &'static str) {
        let end = self.text.base + self.text.len;
        self.sink.diagnostic(Diagnostic::damage(code, Origin::at(end, 0), message));
    }

    pub fn note_at_end(&mut self, code: &'static str, message: &'static str) {
        let end = self.text.base + self.text.len;
        self.sink.diagnostic(Diagnostic::note(code, Origin::at(end, 0), message));
    }

    /// `harm`: what is wrong with an entry that can still be read.
    pub fn entry(&mut self, entry: Entry<'t>, harm: Option<&str>) {
        let at = self.span(entry.start, entry.end);
        let day_ns = entry.day_ns.or(self.named_day_ns);
        let local_ns = day_ns.and_then(|day| day.checked_add(entry.time_ns));
        if let Some(day) = entry.day_ns.filter(|_| self.entries == 0) {
            let days = i32::try_from(day.div_euclid(DAY_NS)).ok().and_then(NaiveDate::from_epoch_days);
            days.into_iter().for_each(|day| self.judge_day(day));
        }
        self.entries += 1;
        self.order(entry.day_ns.unwrap_or(0).saturating_add(entry.time_ns), at);
        if let Some(harm) = harm {
            let message = format!("the entry at offset {} is not as it was written: {harm}", at.offset);
            self.sink.diagnostic(Diagnostic::damage("dji-tip-log/text", Origin::Bytes(at.into()), message));
        }
        let values = [
            Value::F64(entry.time_ns as f64 / 1e9),
            local_ns.map_or(Value::Absent, Value::Signed),
            if entry.title.is_empty() { Value::Absent } else { Value::Text(Cow::Borrowed(&entry.title)) },
            Value::Text(Cow::Borrowed(&entry.text)),
        ];
        emit_values(self.sink, &self.layout, &at.into(), &values);
        if self.sink.wants_events() {
            let words = match (entry.title.trim(), entry.text.trim()) {
                ("", text) => text.to_owned(),
                (title, "") => title.to_owned(),
                (title, text) => format!("{title}: {text}"),
            };
            let is_warning = ["warning", "warnings"].iter().any(|word| entry.title.trim().eq_ignore_ascii_case(word));
            let kind = if is_warning { EventKind::Warning } else { EventKind::Message };
            let event = Event::new(kind, Part::App, words, Origin::Bytes(at.into()));
            self.sink.event(match local_ns {
                Some(local) => event.when(Moment::Local(local)),
                None => event,
            });
        }
    }

    /// The app appends; an earlier time behind a later one is kept where it stands, and told.
    fn order(&mut self, ns: i64, at: Span) {
        if self.last_ns.is_some_and(|last| ns < last) {
            let message = format!(
                "the entry at offset {} is earlier than the one before it: the order of the file is kept; the clock was set back \
                 or entries were written late",
                at.offset
            );
            self.sink.diagnostic(Diagnostic::note("dji-tip-log/order", Origin::Bytes(at.into()), message));
        }
        self.last_ns = Some(ns);
    }

    /// How many entries were read.
    pub fn finish(self) -> u64 {
        let Emitter { sink, entries, named_day_ns, text, .. } = self;
        let states_dates = text.bytes.windows(2).any(|pair| pair == b"[[");
        if entries > 0 && named_day_ns.is_none() && !states_dates {
            let message = "the name of the file states no date (DD-MM-YYYY): the entries have a time of day only; keep the \
                           original name";
            sink.diagnostic(Diagnostic::note("dji-tip-log/no-date", Origin::Item, message));
        }
        entries
    }
}
