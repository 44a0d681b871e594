//! What decoders of databases share: tables as layouts that the database itself describes, rows as records with the places of their
//! cells, every byte of every page accounted for, and SQLite's own reading beside ours.

mod check;
mod emit;
mod ids;
mod item;
mod logs;
mod pages;
mod rows;

use std::collections::HashMap;

pub use emit::{Reader, Row, State};
pub use item::{ItemKind, decode, kind_of};

use crate::bytes::database::{Affinity, Column, Encoding, Fault, RowCell, Stored, Table, View, Walk, parse_table};
use crate::layout::Value;

/// A line of the schema.
pub struct Object {
    /// Safe to print and as a file name.
    pub name: String,
    pub root: u32,
    /// `None` for indexes, views and tables that other programs keep.
    pub table: Option<Table>,
}

/// A database in one of its states, by its schema.
pub struct Database<'a> {
    pub view: View<'a>,
    /// The schema's own table first; the position is the number of the tree.
    pub objects: Vec<Object>,
    /// What is wrong with the schema.
    faults: Vec<Fault>,
}

/// Tables and indexes that are read; more are no schema.
const MOST_OBJECTS: usize = 1 << 16;

impl<'a> Database<'a> {
    pub fn of(view: View<'a>) -> Self {
        let schema = schema_table();
        let mut objects = Vec::new();
        let mut names: HashMap<String, u32> = HashMap::new();
        let mut walk = Walk::new(&view);
        let encoding = view.header.encoding;
        walk.tree(1, 0, &mut |cell: RowCell<'_>| {
            let Ok(values) = rows::values(&schema, cell.rowid, &cell.payload, encoding) else { return };
            let text = |at: usize| values.get(at).and_then(Value::text).unwrap_or_default();
            if objects.len() >= MOST_OBJECTS {
                return;
            }
            let root = values.get(3).and_then(Value::integer).and_then(|root| u32::try_from(root).ok()).unwrap_or(0);
            let is_table = text(0) == "table";
            let mut name = rows::safe_name(text(1));
            if is_table {
                let uses = names.entry(name.clone()).or_default();
                *uses += 1;
                if *uses > 1 {
                    name = format!("{name}#{uses}");
                }
            }
            let mut table = if is_table { parse_table(text(4)) } else { None };
            let columns = table.iter_mut().flat_map(|table| &mut table.columns);
            columns.for_each(|column| column.default = column.default.take().map(|value| stored_as(value, encoding)));
            objects.push(Object { name, root, table });
        });
        let faults = walk.faults;
        objects.insert(0, Object { name: "sqlite_schema".to_owned(), root: 1, table: Some(schema) });
        Database { view, objects, faults }
    }

    /// Tables with their numbers.
    pub fn tables(&self) -> impl Iterator<Item = (usize, &Object, &Table)> {
        self.objects.iter().enumerate().filter_map(|(number, object)| Some((number, object, object.table.as_ref()?)))
    }

    /// Hands over the rows of a table, values in the order of its columns, without looking at anything else.
    pub fn scan(&self, number: usize, row: &mut dyn FnMut(Option<i64>, &[Value<'_>])) {
        let encoding = self.view.header.encoding;
        self.each(number, &mut |rowid, columns| {
            let values: Vec<Value<'_>> = columns.into_iter().map(|stored| rows::value(stored, encoding)).collect();
            row(rowid, &values);
        });
    }

    /// [`Database::scan`] with the values as they are stored.
    fn each(&self, number: usize, row: &mut dyn FnMut(Option<i64>, Vec<Stored<'_>>)) {
        let Some((root, table)) =
            self.objects.get(number).and_then(|object| Some((object.root, object.table.as_ref()?)))
        else {
            return;
        };
        if root > 0 {
            Walk::new(&self.view).tree(root, 0, &mut |cell| {
                if let Ok(columns) = rows::columns(table, cell.rowid, &cell.payload) {
                    row(cell.rowid, columns);
                }
            });
        }
    }
}

/// A text of the schema as rows of the database keep theirs.
fn stored_as(value: Stored<'static>, encoding: Encoding) -> Stored<'static> {
    let Stored::Text(text) = &value else { return value };
    let units = || String::from_utf8_lossy(text).encode_utf16().collect::<Vec<u16>>();
    let bytes: Vec<u8> = match encoding {
        Encoding::Utf8 => return value,
        Encoding::Utf16Le => units().into_iter().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => units().into_iter().flat_map(u16::to_be_bytes).collect(),
    };
    Stored::Text(bytes.into())
}

/// The table that every database has on page 1.
fn schema_table() -> Table {
    let column = |name: &str, affinity: Affinity| Column {
        name: name.to_owned(),
        kind: String::new(),
        affinity,
        default: Some(Stored::Null),
        is_virtual: false,
    };
    let text = Affinity::Text;
    Table {
        name: "sqlite_schema".to_owned(),
        columns: vec![
            column("type", text),
            column("name", text),
            column("tbl_name", text),
            column("rootpage", Affinity::Integer),
            column("sql", text),
        ],
        without_rowid: false,
        rowid_column: None,
        autoincrement: false,
        stored: vec![0, 1, 2, 3, 4],
    }
}
