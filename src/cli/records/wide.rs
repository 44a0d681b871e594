//! One wide table a record type. Rows are written as text while the log is decoded: a log has millions of cells.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::sync::Arc;

use crate::decode::{Diagnostic, Payload, Record, Severity, Sink};
use crate::layout::{Field, Layout, Printing, decimal};
use crate::write::{Redaction, text_cell};

/// The tables of one item, by record name.
pub struct WideTables<'a> {
    /// Only records of this name.
    wanted: Option<&'a str>,
    by_name: BTreeMap<String, usize>,
    tables: Vec<Table>,
    /// The table of each layout that was met, by layout index.
    of_layout: Vec<Option<usize>>,
    pub worst: Option<Severity>,
    redaction: Redaction,
}

impl<'a> WideTables<'a> {
    pub fn of(wanted: Option<&'a str>, redaction: Redaction) -> Self {
        let (by_name, tables, of_layout) = (BTreeMap::new(), Vec::new(), Vec::new());
        WideTables { wanted, by_name, tables, of_layout, worst: None, redaction }
    }

    /// In alphabetical order.
    pub fn by_name(&self) -> impl Iterator<Item = (&String, &Table)> {
        self.by_name.iter().filter_map(|(name, table)| Some((name, self.tables.get(*table)?)))
    }

    /// The table for records like this one; `None` when they are not wanted.
    fn table_of(&mut self, record: &Record<'_>) -> Option<usize> {
        let known = record.layout.and_then(|layout| *self.of_layout.get(layout.index)?);
        if known.is_some() {
            return known;
        }
        let name = record.name();
        if self.wanted.is_some_and(|wanted| wanted != name) {
            return None;
        }
        let next = self.tables.len();
        let table = *self.by_name.entry(name.into_owned()).or_insert(next);
        if table == next {
            self.tables.push(Table::default());
        }
        if let Some(layout) = record.layout {
            self.of_layout.resize(self.of_layout.len().max(layout.index + 1), None);
            self.of_layout[layout.index] = Some(table);
        }
        Some(table)
    }
}

impl Sink for WideTables<'_> {
    fn wants(&self, layout: &Layout) -> bool {
        self.wanted.is_none_or(|wanted| *wanted == layout.name)
    }

    fn wants_events(&self) -> bool {
        false
    }

    fn record(&mut self, record: &Record<'_>) {
        if let Some(table) = self.table_of(record) {
            self.tables[table].push(record, self.redaction);
        }
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) {
        self.worst = self.worst.max(Some(diagnostic.severity));
    }
}

/// One table; columns are the fields that its records have, in the order in which they were met.
#[derive(Default)]
pub struct Table {
    columns: Vec<String>,
    /// Where the fields of a layout go, for each length of content that was met.
    plans: HashMap<(usize, usize), Plan>,
    /// Rows in file order; a new stretch begins where columns were added.
    stretches: Vec<Stretch>,
    rows: usize,
    /// Rows with bytes that may be wrong: their number and that of the bytes. Only encrypted logs have some.
    doubtful: Vec<(usize, usize)>,
}

/// Fields that a content holds and their columns, by column.
struct Plan {
    layout: Arc<Layout>,
    cells: Vec<PlannedCell>,
}

struct PlannedCell {
    column: usize,
    /// The field's place in the layout.
    field: usize,
    /// `None`: text, or a secret.
    printing: Option<Printing>,
}

/// Rows of the same width, as they stand in the file but for the end of the line.
struct Stretch {
    width: usize,
    text: Vec<u8>,
    /// Where each row ends.
    ends: Vec<usize>,
}

impl Table {
    fn push(&mut self, record: &Record<'_>, redaction: Redaction) {
        if record.doubtful > 0 {
            self.doubtful.push((self.rows, record.doubtful));
        }
        self.rows += 1;
        match (record.layout, &record.payload) {
            (Some(layout), Payload::Bytes(content)) => {
                let key = (Arc::as_ptr(layout) as usize, content.len());
                if !self.plans.contains_key(&key) {
                    let plan = self.plan(layout, content, redaction);
                    self.plans.insert(key, plan);
                }
                let text = start_row(&mut self.stretches, self.columns.len(), record);
                let Some(plan) = self.plans.get(&key) else { return };
                let mut next = 0;
                for PlannedCell { column, field, printing } in &plan.cells {
                    text.extend((next..=*column).map(|_| b','));
                    next = column + 1;
                    match printing {
                        Some(printing) => push_plain(printing, content, text),
                        None => {
                            let field = &plan.layout.fields[*field];
                            let shown = field.read(content).map(|value| redaction.shown(field, value).to_string());
                            text.extend_from_slice(text_cell(&shown.unwrap_or_default()).as_bytes());
                        }
                    }
                }
                text.extend((next..self.columns.len()).map(|_| b','));
            }
            _ => self.push_values(record, redaction),
        }
        if let Some(stretch) = self.stretches.last_mut() {
            stretch.ends.push(stretch.text.len());
        }
    }

    /// A record that came as values, or one without a table.
    fn push_values(&mut self, record: &Record<'_>, redaction: Redaction) {
        let mut cells: Vec<(usize, String)> = Vec::new();
        for (name, value) in redaction.fields(record) {
            let text = value.to_string();
            let text = if value.number().is_some() { text } else { text_cell(&text) };
            cells.push((self.column(name), text));
        }
        cells.sort_by_key(|(column, _)| *column);
        let text = start_row(&mut self.stretches, self.columns.len(), record);
        let mut next = 0;
        for (column, cell) in cells {
            text.extend((next..=column).map(|_| b','));
            next = column + 1;
            text.extend_from_slice(cell.as_bytes());
        }
        text.extend((next..self.columns.len()).map(|_| b','));
    }

    fn plan(&mut self, layout: &Arc<Layout>, content: &[u8], redaction: Redaction) -> Plan {
        let present = layout.fields.iter().enumerate().filter(|(_, field)| field.read(content).is_some());
        let planned = |(place, field): (usize, &Field)| PlannedCell {
            column: self.column(&field.name),
            field: place,
            printing: Printing::of(field).filter(|_| !redaction.hides_field(field)),
        };
        let mut cells: Vec<PlannedCell> = present.map(planned).collect();
        // A layout variant may bring its fields in another order.
        cells.sort_by_key(|cell| cell.column);
        Plan { layout: layout.clone(), cells }
    }

    fn column(&mut self, name: &str) -> usize {
        self.columns.iter().position(|column| column == name).unwrap_or_else(|| {
            self.columns.push(name.to_owned());
            self.columns.len() - 1
        })
    }

    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let last = if self.doubtful.is_empty() { "" } else { ",doubtful_bytes" };
        // Names of an item that describes itself are its own.
        let columns: String = self.columns.iter().map(|c| format!(",{}", text_cell(c))).collect();
        writeln!(out, "source_offset,elapsed_s{columns}{last}")?;
        let mut doubtful = self.doubtful.iter().peekable();
        let mut row = 0;
        let mut line = Vec::new();
        for stretch in &self.stretches {
            let mut start = 0;
            for end in &stretch.ends {
                line.extend_from_slice(&stretch.text[start..*end]);
                line.extend((stretch.width..self.columns.len()).map(|_| b','));
                if !self.doubtful.is_empty() {
                    let bytes = doubtful.next_if(|(at, _)| *at == row).map_or(0, |(_, bytes)| *bytes);
                    write!(line, ",{bytes}")?;
                }
                line.push(b'\n');
                if line.len() > BLOCK {
                    out.write_all(&line)?;
                    line.clear();
                }
                (start, row) = (*end, row + 1);
            }
        }
        out.write_all(&line)
    }
}

/// Appends a value without text. Several numbers that begin with a sign are no number, and would be read as a formula.
fn push_plain(printing: &Printing, content: &[u8], text: &mut Vec<u8>) {
    let start = text.len();
    printing.push(content, text);
    if !printing.is_number() && text.get(start) == Some(&b'-') {
        text.splice(start..start, *b"\"'");
        text.push(b'"');
    }
}

/// Rows are handed on in blocks of this size.
const BLOCK: usize = 64 << 10;

/// Begins a row of this width: where the record stands, and when by its own clock.
fn start_row<'t>(stretches: &'t mut Vec<Stretch>, width: usize, record: &Record<'_>) -> &'t mut Vec<u8> {
    if stretches.last().is_none_or(|stretch| stretch.width != width) {
        stretches.push(Stretch { width, text: Vec::new(), ends: Vec::new() });
    }
    let at = stretches.len() - 1;
    let text = &mut stretches[at].text;
    decimal::push_unsigned(record.at.offset(), text);
    text.push(b',');
    if let Some(ns) = record.time.0 {
        decimal::push_fraction(ns, 9, text);
    }
    text
}
