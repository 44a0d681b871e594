//! Rows to records: a layout a table, in front of its columns the row's id and state, behind them what the format adds.

use std::sync::Arc;

use super::super::{Payload, Record, Sink};
use super::{Database, rows};
use crate::bytes::database::{Encoding, Piece, Stored, Table};
use crate::evidence::{Extent, Span};
use crate::layout::{Field, Kind, Layout, Scale, Tables, Value};

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// In the database, and no log says otherwise.
    Live,
    /// In the database; the log beside it holds another version.
    Superseded,
    /// In the database; the log beside it removes it.
    Removed,
    /// In the log, as SQLite would read it.
    Log,
    /// In an earlier page of the log.
    LogOld,
    /// In a page of the log without a commit.
    LogUncommitted,
    /// In a page of the log from before it was started anew.
    LogStale,
    /// In a rollback journal: as it was before a transaction.
    Journal,
    /// In space that no tree uses, whole.
    Carved,
    /// The same, its first bytes gone.
    CarvedHeadless,
    /// Carved, and more than one table fits.
    CarvedAmbiguous,
}

impl State {
    /// The stable name in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Live => "live",
            State::Superseded => "superseded",
            State::Removed => "removed",
            State::Log => "wal",
            State::LogOld => "wal-old",
            State::LogUncommitted => "wal-uncommitted",
            State::LogStale => "wal-stale",
            State::Journal => "journal",
            State::Carved => "carved",
            State::CarvedHeadless => "carved-headless",
            State::CarvedAmbiguous => "carved-ambiguous",
        }
    }

    pub fn is_carved(self) -> bool {
        matches!(self, State::Carved | State::CarvedHeadless | State::CarvedAmbiguous)
    }
}

/// A row that was met.
pub struct Row<'r> {
    /// Number of the table.
    pub table: usize,
    pub rowid: Option<i64>,
    pub state: State,
    pub at: &'r Extent,
}

/// What a format makes of the rows of its databases.
pub trait Reader {
    /// Looks at the schema before any row comes.
    fn begin(&mut self, _database: &Database<'_>, _sink: &mut dyn Sink) {}
    /// Sees a row, its values in the order of the table's columns.
    fn row(&mut self, _row: &Row<'_>, _values: &[Value<'_>], _sink: &mut dyn Sink) {}
    /// All rows were there.
    fn end(&mut self, _database: &Database<'_>, _sink: &mut dyn Sink) {}
}

/// Layouts of one table, made when its first row comes.
struct Out {
    layouts: [Option<(Arc<Layout>, bool)>; 2],
}

pub struct Emitter<'s> {
    pub sink: &'s mut dyn Sink,
    pub reader: &'s mut dyn Reader,
    first_index: usize,
    outs: Vec<Out>,
    encoding: Encoding,
}

/// Fields in front of the columns.
const FRONT: usize = 2;

impl<'s> Emitter<'s> {
    pub fn new(tables: &Tables, database: &Database<'_>, sink: &'s mut dyn Sink, reader: &'s mut dyn Reader) -> Self {
        let outs = database.objects.iter().map(|_| Out { layouts: [None, None] }).collect();
        let encoding = database.view.header.encoding;
        Emitter { sink, reader, first_index: tables.layouts.len(), outs, encoding }
    }

    fn layout(&mut self, database: &Database<'_>, number: usize, is_carved: bool) -> Option<(Arc<Layout>, bool)> {
        let slot = usize::from(is_carved);
        if let Some(known) = self.outs.get(number)?.layouts.get(slot)? {
            return Some(known.clone());
        }
        let object = database.objects.get(number)?;
        let table = object.table.as_ref()?;
        let mut fields = vec![field("row.id", "the row's id"), field("row.state", "where the row was found")];
        let mut taken: std::collections::HashSet<String> = ["row.id", "row.state"].map(str::to_owned).into();
        for (at, column) in table.columns.iter().enumerate() {
            let name = rows::safe_name(&column.name);
            let mut unique = name.clone();
            let mut count = 1;
            while !taken.insert(unique.clone()) {
                count += 1;
                unique = format!("{name}#{count}");
            }
            fields
                .push(field(&unique, &format!("column {} {} {}", at + 1, rows::safe_name(&column.name), column.kind)));
        }
        let name = if is_carved { format!("{}.carved", object.name) } else { object.name.clone() };
        // A record type each; of more tables than there are numbers the last ones share one.
        let kind = u16::try_from(2 * number + slot + 1).unwrap_or(u16::MAX);
        let layout = Arc::new(Layout::new(self.first_index + 2 * number + slot, Some(kind), name, 0, fields));
        self.sink.layout(&layout);
        let wanted = self.sink.wants(&layout);
        let made = (layout, wanted);
        if let Some(known) = self.outs.get_mut(number).and_then(|out| out.layouts.get_mut(slot)) {
            *known = Some(made.clone());
        }
        Some(made)
    }

    /// Hands a row over, its values in the order of the columns.
    pub fn row(&mut self, database: &Database<'_>, row: &Row<'_>, columns: Vec<Stored<'_>>) {
        let Some((layout, wanted)) = self.layout(database, row.table, row.state.is_carved()) else { return };
        let encoding = self.encoding;
        let mut values: Vec<Value<'_>> = columns.into_iter().map(|stored| rows::value(stored, encoding)).collect();
        self.reader.row(row, &values, self.sink);
        if !wanted {
            return;
        }
        let id = row.rowid.map_or(Value::Absent, Value::Signed);
        values.splice(0..0, [id, Value::Text(row.state.as_str().into())]);
        values.resize(layout.fields.len().max(FRONT), Value::Absent);
        self.sink.record(&Record {
            kind: layout.record.unwrap_or(0),
            counted: true,
            ..Record::structure(Some(&layout), row.at, Payload::Values(&values))
        });
    }
}

/// A field of a layout that a database describes.
pub fn field(name: &str, source: &str) -> Field {
    let source = source.trim_end().to_owned();
    Field { source, ..Field::new(name.to_owned(), 0, Kind::Cell, Scale::One) }
}

/// Pieces that lie in one of the two items, as an extent of it.
pub fn extent(pieces: &[Piece], in_log: bool) -> Option<Extent> {
    let mut spans = pieces.iter().filter(|piece| piece.in_log == in_log).map(|piece| piece.span);
    match (spans.next(), spans.next()) {
        (Some(one), None) => Some(one.into()),
        _ => {
            let all: Vec<Span> = pieces.iter().filter(|piece| piece.in_log == in_log).map(|piece| piece.span).collect();
            Extent::of(&all)
        }
    }
}

/// Whether all columns have values that SQLite would give, too: defaults that are no literals are not known here.
pub fn is_comparable(table: &Table) -> bool {
    table.columns.iter().all(|column| column.default.is_some())
}
