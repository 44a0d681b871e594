//! Record layouts as values: parsed from `formats/<id>/*.tsv`, or built at run time from a file that describes itself.
//! One layout drives decoding, `show`, the CSV of every field, the accounting and the documentation.

pub mod decimal;
mod expr;
mod field;
mod printing;
mod tables;
mod value;

use std::collections::BTreeMap;

pub use expr::Expr;
pub use field::{Field, Kind, Number, Reading, Scalar, Scale};
pub use printing::{Digits, Printing};
pub use tables::{Channel, Description, TableError, TableText, Tables};
pub use value::Value;

/// The fields of one record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Position in its [`Tables`]; stable for one set of tables.
    pub index: usize,
    /// The record type that this layout reads, `None` for structures outside the record chain.
    pub record: Option<u16>,
    pub name: String,
    /// The generations of the source that it holds for, where records of one type differ by generation; else empty.
    pub generations: Vec<String>,
    /// Shortest content in bytes that this layout holds for.
    pub min_len: usize,
    pub fields: Vec<Field>,
    /// Byte ranges that some field covers, sorted, for a record of any length.
    covered: Vec<(usize, usize)>,
}

impl Layout {
    pub fn new(index: usize, record: Option<u16>, name: String, min_len: usize, fields: Vec<Field>) -> Self {
        Layout { index, record, name, generations: Vec::new(), min_len, fields, covered: Vec::new() }.with_covered()
    }

    /// As written in tables: the name, and behind `@` the generations.
    #[must_use]
    pub fn of_generations(self, generations: &str) -> Self {
        Layout { generations: generations.split(',').filter(|g| !g.is_empty()).map(str::to_owned).collect(), ..self }
    }

    /// Fixed fields are merged once; a field that runs to the end is kept as an open range.
    fn with_covered(mut self) -> Self {
        let mut ranges: Vec<(usize, usize)> = self
            .fields
            .iter()
            .map(|field| {
                let open = matches!(
                    field.kind,
                    Kind::Text | Kind::Hex(None) | Kind::Array(_, None) | Kind::Entries(_) | Kind::Cell
                );
                (field.offset, if open { usize::MAX } else { field.offset + field.covers(usize::MAX) })
            })
            .collect();
        ranges.sort_unstable();
        for (start, end) in ranges {
            match self.covered.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => self.covered.push((start, end)),
            }
        }
        self
    }

    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// The value of the field `name`.
    pub fn read<'a>(&'a self, name: &str, content: &'a [u8]) -> Option<Value<'a>> {
        self.field(name)?.read(content)
    }

    /// Every field that is there, in table order.
    pub fn read_all<'a>(&'a self, content: &'a [u8]) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        self.fields.iter().filter_map(|f| Some((f.name.as_str(), f.read(content)?)))
    }

    /// Parts of a content of `len` bytes that a field can be read from, as sorted `(start, end)`.
    pub fn covered(&self, len: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.covered.iter().map(move |&(start, end)| (start.min(len), end.min(len))).filter(|(start, end)| start < end)
    }

    /// Whether the fields cover every byte of a content of any length.
    pub fn covers_all(&self) -> bool {
        self.covered == [(0, usize::MAX)]
    }

    /// Bytes from the start to the end of the last fixed field, in an item of `len` bytes.
    fn extent(&self, len: usize) -> usize {
        self.fields.iter().map(|f| f.offset + f.covers(len)).max().unwrap_or(0)
    }
}

/// Names of the values of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enumeration {
    pub name: String,
    names: BTreeMap<i64, String>,
}

impl Enumeration {
    /// Values and their names, smallest first.
    pub fn iter(&self) -> impl Iterator<Item = (i64, &str)> {
        self.names.iter().map(|(value, name)| (*value, name.as_str()))
    }

    pub fn name(&self, value: i64) -> Option<&str> {
        self.names.get(&value).map(String::as_str)
    }
}
