//! Rows to records: each a line of the file with the values of its cells, each broken one a loss with its line and place.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use super::super::{Class, Diagnostic, Event, EventKind, Fact, Part, Payload, RawTime, Record, Sink};
use super::dialect::Telling;
use super::split::{Cell, Row, Splitter};
use super::table::{Clocks, Column, Form, Reading, Table};

use crate::bytes::civil::{Civil, Reader, time_of_day};
use crate::bytes::number::Decimal;
use crate::bytes::text::{Places, Text};
use crate::evidence::{Extent, Origin, Span};
use crate::layout::{Field, Kind, Layout, Scale, Tables, Value};

/// The record type of a row, by the table.
const ROW: u16 = 1;

/// What came of the rows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Emitted {
    pub rows: u64,
    /// Something was lost, or is not what it must be.
    pub is_damaged: bool,
}

/// Hands every row of the table over.
pub fn rows(text: &Text<'_>, table: &Table, tables: &Tables, sink: &mut dyn Sink) -> Emitted {
    let bytes = &*text.bytes;
    let mut places = Places::new(text);
    let start = places.reach(bytes, 0);
    let mut splitter = Splitter::new(bytes, table.head.start, table.separator);
    let head_at = places.reach(bytes, table.head.start);
    if head_at > start {
        sink.claim(&Span::new(start, head_at - start).into(), Class::Known, "preamble");
    }
    splitter.next_row();
    let head_end = places.reach(bytes, table.head.next);
    head(table, &Span::new(head_at, head_end - head_at).into(), tables, sink);

    let layout = Arc::new(layout(table, tables));
    sink.layout(&layout);
    let mut emitter = Emitter {
        text,
        table,
        derived: Derived::of(table),
        layout,
        has_zeros: memchr::memchr(0, bytes).is_some(),
        reader: Reader::with(table.order.year_last()),
        counted: (1, 0),
        line_end: splitter.line_end,
        row_start: table.head.next,
        oddities: vec![None; table.columns.len()],
        tellers: table.columns.iter().enumerate().filter_map(Teller::of).collect(),
        pair_told: false,
        emitted: Emitted::default(),
        sink,
    };
    let mut values = Vec::with_capacity(table.columns.len() + 2);
    let mut at = head_end;
    while let Some(row) = splitter.next_row() {
        let end = places.reach(bytes, row.next);
        emitter.row(&row, &splitter.cells, Span::new(at, end - at), &mut values);
        at = end;
    }
    emitter.tell_oddities();
    if emitter.emitted.rows > 0 && bytes.last() != Some(&emitter.line_end) {
        let message = "the last row has no line end: if others wrote it with one, its last value may be cut";
        emitter.sink.diagnostic(Diagnostic::note("track-csv/open-end", Origin::at(at, 0), message));
    }
    emitter.emitted
}

fn head(table: &Table, at: &Extent, tables: &Tables, sink: &mut dyn Sink) {
    let Some(layout) = tables.structure("head", 0) else { return };
    let names: Vec<Value<'_>> = table.columns.iter().map(|c| Value::Text(Cow::Borrowed(c.head.as_str()))).collect();
    sink.record(&Record::structure(Some(layout), at, Payload::Values(&[Value::List(names)])));
}

/// The layout of the rows: a field a column, and the clocks that were made of them behind.
fn layout(table: &Table, tables: &Tables) -> Layout {
    let known = tables.named("fix").next();
    let mut taken: HashSet<String> =
        known.iter().flat_map(|layout| &layout.fields).map(|field| field.name.clone()).collect();
    let as_table = |field: &str, column: usize, source: String| {
        let row = known.and_then(|layout| layout.field(field)).cloned();
        let row = row.unwrap_or_else(|| unknown_field(field.to_owned()));
        Field { offset: column, source: format!("{source}; {}", row.source), ..row }
    };
    let mut fields = Vec::with_capacity(table.columns.len() + 2);
    for (at, column) in table.columns.iter().enumerate() {
        let source = format!("column {} {:?}", at + 1, column.head);
        let field = match column.reading {
            Reading::Number { field, .. } | Reading::Words { field } => as_table(field, at, source),
            Reading::Valid => as_table("valid", at, source),
            Reading::Clock if table.clocks.elapsed.is_some_and(|(column, _)| column == at) => {
                as_table("elapsed", at, source)
            }
            Reading::Clock | Reading::Tells(_) | Reading::Unused => {
                let head = if column.head.is_empty() { format!("column_{}", at + 1) } else { column.head.clone() };
                let mut name = head.clone();
                let mut number = 1;
                while !taken.insert(name.clone()) {
                    number += 1;
                    name = format!("{head}#{number}");
                }
                Field { offset: at, source, ..unknown_field(name) }
            }
        };
        fields.push(field);
    }
    let derived = Derived::of(table);
    for (is_there, field, column) in [
        (derived.utc, "utc", table.clocks.moment.map(|m| m.column)),
        (derived.local, "local", table.clocks.local.or(table.clocks.moment.map(|m| m.column))),
    ] {
        if let (true, Some(column)) = (is_there, column) {
            fields.push(as_table(field, column, format!("made of column {}", column + 1)));
        }
    }
    Layout::new(tables.layouts.len(), Some(ROW), "fix".to_owned(), 0, fields)
}

fn unknown_field(name: String) -> Field {
    Field::new(name, 0, Kind::Cell, Scale::One)
}

/// Which clocks rows get beside their cells.
#[derive(Clone, Copy)]
struct Derived {
    utc: bool,
    local: bool,
}

impl Derived {
    fn of(table: &Table) -> Self {
        let Clocks { moment, local, .. } = table.clocks;
        let may_be_local = moment.is_some_and(|m| !m.is_utc);
        Derived { utc: moment.is_some(), local: local.is_some() || may_be_local }
    }
}

/// Cells of a column that could not be read, which is no sign of damage.
#[derive(Clone)]
struct Oddity {
    count: u64,
    /// Of the first one, in the text and in the item.
    row_start: usize,
    at: u64,
    words: String,
}

/// A column that tells events or devices, and what its last cell said.
struct Teller {
    column: usize,
    telling: Telling,
    last: Vec<u8>,
    /// Rows in which the mark of the running video stood.
    marks: usize,
}

impl Teller {
    fn of((column, taken): (usize, &Column)) -> Option<Self> {
        match taken.reading {
            Reading::Tells(telling) => Some(Teller { column, telling, last: Vec::new(), marks: 0 }),
            _ => None,
        }
    }
}

struct Emitter<'t, 's> {
    text: &'t Text<'t>,
    table: &'t Table,
    derived: Derived,
    layout: Arc<Layout>,
    has_zeros: bool,
    reader: Reader,
    /// A line, from 1, and where in the text it begins: lines are counted from there when one is asked for.
    counted: (usize, usize),
    line_end: u8,
    /// Where the row at hand begins.
    row_start: usize,
    oddities: Vec<Option<Oddity>>,
    tellers: Vec<Teller>,
    /// A pair of the table's clocks was handed over.
    pair_told: bool,
    emitted: Emitted,
    sink: &'s mut dyn Sink,
}

impl<'t> Emitter<'t, '_> {
    fn row(&mut self, row: &Row, cells: &[Cell], at: Span, values: &mut Vec<Value<'t>>) {
        let bytes: &'t [u8] = &self.text.bytes;
        let content = bytes.get(row.start..row.end).unwrap_or_default();
        self.row_start = row.start;
        if content.trim_ascii_start().is_empty() {
            self.sink.claim(&at.into(), Class::Known, "blank line");
        } else if self.has_zeros && memchr::memchr(0, content).is_some() {
            self.zeros(content, at);
        } else if self.repeats_head(row) {
            self.sink.claim(&at.into(), Class::Decoded, "the head once more");
            self.sink.restart();
        } else {
            match self.values(row, cells, at, values) {
                Ok(time) => {
                    self.record(at, (row.next - row.end).min(2), time, values);
                    self.telling(cells, at);
                }
                Err(reason) => self.lost(at, &reason),
            }
        }
    }

    /// Number of the line in which the row at hand begins.
    fn line(&mut self) -> usize {
        let (line, from) = self.counted;
        let passed = self.text.bytes.get(from..self.row_start).unwrap_or_default();
        self.counted = (line + memchr::memchr_iter(self.line_end, passed).count(), self.row_start);
        self.counted.0
    }

    fn repeats_head(&self, row: &Row) -> bool {
        let head = &self.table.head;
        let bytes = &*self.text.bytes;
        row.end - row.start == head.end - head.start && bytes.get(row.start..row.end) == bytes.get(head.start..head.end)
    }

    fn record(&mut self, at: Span, trailer: usize, time: RawTime, values: &[Value<'t>]) {
        self.emitted.rows += 1;
        self.sink.record(&Record {
            kind: ROW,
            trailer,
            time,
            counted: true,
            ..Record::structure(Some(&self.layout), &at.into(), Payload::Values(values))
        });
    }

    /// Events and devices of a row.
    fn telling(&mut self, cells: &[Cell], at: Span) {
        let bytes = &*self.text.bytes;
        for teller in &mut self.tellers {
            let words = cells.get(teller.column).map_or(b"".as_slice(), |cell| cell.trimmed(bytes));
            let is_new = words != teller.last;
            let origin = || Origin::Bytes(at.into());
            let is_set = |words: &[u8]| matches!(words, b"1" | b"True" | b"true" | b"TRUE" | b"Yes" | b"yes");
            match teller.telling {
                Telling::Photo if is_set(words) && is_new => {
                    self.sink.event(Event::new(EventKind::Photo, Part::Camera, "photo taken", origin()));
                }
                Telling::Video if is_set(words) => {
                    if is_new {
                        self.sink.event(Event::new(EventKind::VideoStart, Part::Camera, "video started", origin()));
                    }
                    teller.marks += 1;
                }
                Telling::Video => {
                    // Older tables mark the first row alone: that says nothing of the end.
                    if teller.marks > 1 {
                        self.sink.event(Event::new(EventKind::VideoStop, Part::Camera, "video ended", origin()));
                    }
                    teller.marks = 0;
                }
                Telling::Words(kind) if is_new && !words.is_empty() => {
                    let text = self.text.words(words).replace("\"\"", "\"");
                    self.sink.event(Event::new(kind, Part::App, text, origin()));
                }
                Telling::Device(part, property) if is_new && !words.is_empty() => {
                    let value = self.text.words(words).into_owned();
                    self.sink.fact(Fact::Device { part, property, value, at: origin() });
                }
                Telling::Photo | Telling::Words(_) | Telling::Device(..) => {}
            }
            if is_new {
                teller.last.clear();
                teller.last.extend_from_slice(words);
            }
        }
    }

    /// A row whose presence is proved and whose content cannot be used.
    fn lost(&mut self, at: Span, reason: &str) {
        self.emitted.is_damaged = true;
        let message = format!("line {}: {reason}; the row is lost, its bytes are at offset {}", self.line(), at.offset);
        self.sink.claim(&at.into(), Class::Damaged, "a broken row");
        self.sink.diagnostic(Diagnostic::loss("track-csv/row", Origin::Bytes(at.into()), message).losing(1));
    }

    fn zeros(&mut self, content: &[u8], at: Span) {
        if content.iter().any(|byte| *byte != 0 && !byte.is_ascii_whitespace()) {
            return self.lost(at, "zero bytes stand in it");
        }
        self.emitted.is_damaged = true;
        let message = format!("line {}: {} zero bytes stand where rows must stand", self.line(), content.len());
        self.sink.claim(&at.into(), Class::Damaged, "zero bytes");
        self.sink.diagnostic(Diagnostic::damage("track-csv/zeros", Origin::Bytes(at.into()), message));
    }

    /// The values of a row and its own time, or why it cannot be read.
    fn values(&mut self, row: &Row, cells: &[Cell], at: Span, values: &mut Vec<Value<'t>>) -> Result<RawTime, String> {
        let (table, bytes): (&'t Table, &'t [u8]) = (self.table, &self.text.bytes);
        if row.torn {
            return Err("a quoted cell does not end as it must".to_owned());
        }
        if !table.widths.contains(&cells.len()) && !has_only_blanks_behind(cells, *table.widths.end(), bytes) {
            return Err(format!("{} cells, the table has {}", cells.len(), table.widths.end()));
        }
        values.clear();
        let elapsed = table.clocks.elapsed.map(|(column, _)| column);
        for (index, column) in table.columns.iter().enumerate() {
            let Some(cell) = cells.get(index) else {
                values.push(Value::Absent);
                continue;
            };
            let words = cell.trimmed(bytes);
            if words.is_empty() {
                values.push(Value::Absent);
                continue;
            }
            match column.reading {
                Reading::Number { factor, .. } => match Decimal::parse(words, table.comma) {
                    Some(number) if factor == 1.0 => values.push(Value::F64(number.value())),
                    Some(number) => values.push(Value::F64(number.value() * factor)),
                    None => values.push(self.no_number(index, words, at)?),
                },
                Reading::Valid => {
                    values.push(Value::Unsigned(u64::from(!words.first().is_some_and(|b| b"nNfF0".contains(b)))))
                }
                Reading::Clock if elapsed == Some(index) => values.push(Value::Absent),
                Reading::Words { .. } | Reading::Clock | Reading::Tells(_) | Reading::Unused => {
                    match self.plain_words(*cell) {
                        Some(text) => values.push(Value::Text(Cow::Borrowed(text))),
                        None => values.push(Value::Text(self.words(*cell, words))),
                    }
                }
            }
        }
        Ok(self.times(cells, at, values))
    }

    /// What stands where a number should: nothing, by a word that says so, or a loss.
    fn no_number(&mut self, column: usize, words: &[u8], at: Span) -> Result<Value<'t>, String> {
        let begins_as_number =
            words.iter().find(|b| !b"+-".contains(b)).is_some_and(|b| b.is_ascii_digit() || *b == b'.');
        let shown = || short(&self.text.words(words));
        let name = || self.table.columns.get(column).map_or("", |column| column.head.as_str());
        if begins_as_number && (column == self.table.lat || column == self.table.lon) {
            return Err(format!("{:?} in column {:?} is no number", shown(), name()));
        }
        if begins_as_number {
            let cell = format!("{:?} in column {:?}", shown(), name());
            let message = format!("line {}: {cell} is no number; it is left out", self.line());
            self.emitted.is_damaged = true;
            self.sink.diagnostic(Diagnostic::damage("track-csv/cell", Origin::Bytes(at.into()), message));
        } else {
            self.odd(column, words, at);
        }
        Ok(Value::Absent)
    }

    fn odd(&mut self, column: usize, words: &[u8], at: Span) {
        match self.oddities.get_mut(column) {
            Some(Some(oddity)) => oddity.count += 1,
            Some(none) => {
                let words = short(&self.text.words(words));
                *none = Some(Oddity { count: 1, row_start: self.row_start, at: at.offset, words });
            }
            None => {}
        }
    }

    fn tell_oddities(&mut self) {
        for (column, oddity) in self.table.columns.iter().zip(&self.oddities) {
            let Some(Oddity { count, row_start, at, words }) = oddity else { continue };
            let before = self.text.bytes.get(..*row_start).unwrap_or_default();
            let line = 1 + memchr::memchr_iter(self.line_end, before).count();
            let message = format!(
                "column {:?}: {count} cells hold words that were not understood, the first is {words:?} in line {line}; they \
                 count as empty",
                column.head
            );
            self.sink.diagnostic(Diagnostic::note("track-csv/words", Origin::at(*at as usize, 0), message));
        }
    }

    /// Fills the clocks in behind the cells and gives the row's own time.
    fn times(&mut self, cells: &[Cell], at: Span, values: &mut Vec<Value<'t>>) -> RawTime {
        let (table, bytes): (&'t Table, &'t [u8]) = (self.table, &self.text.bytes);
        let cell = |column: usize| cells.get(column).map_or(b"".as_slice(), |cell| cell.trimmed(bytes));
        let Clocks { moment, local, elapsed, time_of_day: day } = table.clocks;
        let mut stated: (Option<i64>, Option<i64>) = (None, None);
        if let Some(moment) = moment {
            let words = cell(moment.column);
            let civil = match moment.form {
                Form::Civil => self.reader.moment(words),
                Form::Joined { date } => self.reader.joined(cell(date), words),
                Form::Epoch { exponent } => Decimal::parse(words, table.comma)
                    .and_then(|number| Some(Civil { ns: number.nanoseconds(exponent)?, offset_s: Some(0) })),
            };
            match civil {
                Some(civil) if civil.offset_s.is_none() && !moment.is_utc => stated.1 = Some(civil.ns),
                Some(civil) => stated.0 = civil.utc_ns().or(Some(civil.ns)),
                None if words.is_empty() => {}
                None => self.odd(moment.column, words, at),
            }
        }
        if let Some(column) = local {
            let words = cell(column);
            match self.reader.moment(words) {
                Some(civil) if civil.offset_s.is_none() => stated.1 = Some(civil.ns),
                // Another way to write the moment.
                Some(civil) => stated.0 = stated.0.or(civil.utc_ns()),
                None if words.is_empty() => {}
                None => self.odd(column, words, at),
            }
        }
        if let ((Some(utc), Some(local)), false) = (stated, self.pair_told) {
            self.pair_told = true;
            let (local_s, utc_s) = (local.div_euclid(1_000_000_000), utc.div_euclid(1_000_000_000));
            let (source, at) = ("local time against UTC in a row of the table", Origin::Bytes(at.into()));
            self.sink.fact(Fact::ClockPair { part: Part::App, local_s, utc_s, source, at });
        }
        let number = |ns: Option<i64>| ns.map_or(Value::Absent, Value::Signed);
        if self.derived.utc {
            values.push(number(stated.0));
        }
        if self.derived.local {
            values.push(number(stated.1));
        }
        if let Some((column, exponent)) = elapsed {
            let words = cell(column);
            let ns = Decimal::parse(words, table.comma).and_then(|number| number.nanoseconds(exponent));
            match (ns, values.get_mut(column)) {
                (Some(ns), Some(value)) => *value = Value::F64(ns as f64 / 1e9),
                _ if words.is_empty() => {}
                _ => self.odd(column, words, at),
            }
            return RawTime(ns);
        }
        let since_midnight = |column: usize| {
            let (ns, rest) = time_of_day(cell(column))?;
            rest.is_empty().then_some(ns)
        };
        RawTime(day.and_then(since_midnight))
    }

    /// The words of a cell as they stand in the file; `None` where something must be made of them.
    fn plain_words(&self, cell: Cell) -> Option<&'t str> {
        if cell.quoted { None } else { self.text.utf8?.get(cell.start..cell.end).map(str::trim_ascii) }
    }

    /// The words of a cell; doubled quotes become single ones.
    fn words(&self, cell: Cell, words: &'t [u8]) -> Cow<'t, str> {
        let text = self.text.words(words);
        if cell.quoted && text.contains("\"\"") { Cow::Owned(text.replace("\"\"", "\"")) } else { text }
    }
}

/// Separators at the end of a line make cells that hold nothing.
fn has_only_blanks_behind(cells: &[Cell], width: usize, bytes: &[u8]) -> bool {
    cells.get(width..).is_some_and(|behind| behind.iter().all(|cell| cell.trimmed(bytes).is_empty()))
}

/// Words short enough for a sentence.
fn short(words: &str) -> String {
    const MOST: usize = 40;
    match words.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", words.get(..end).unwrap_or_default()),
        None => words.to_owned(),
    }
}
