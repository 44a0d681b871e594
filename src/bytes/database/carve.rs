//! What is left of deleted rows in space that no tree uses: cells that fit the shape of a table of the database.
//!
//! A cell counts only where its length, the header of its record, the number and types of its columns and its texts all agree. The
//! first four bytes of a freed cell may have become a freeblock's header; such a cell counts only where what is left of it fills its
//! block to the byte.

use super::content::Content;
use super::header::Encoding;
use super::record::{Stored, size_of, value, varint};
use super::schema::{Affinity, Table};

/// What cells of a table look like.
#[derive(Clone, Debug)]
pub struct Shape {
    affinities: Vec<Affinity>,
    /// The column that holds NULL because it is the row id.
    rowid_column: Option<usize>,
}

impl Shape {
    /// `None` for a table whose rows lie in an index.
    pub fn of(table: &Table) -> Option<Self> {
        let affinity = |at: &usize| table.columns.get(*at).map(|column| column.affinity);
        let affinities = table.stored.iter().map(affinity).collect::<Option<Vec<_>>>()?;
        let rowid_column = table.rowid_column.and_then(|id| table.stored.iter().position(|at| *at == id));
        (!table.without_rowid).then_some(Shape { affinities, rowid_column })
    }

    /// Whether the values could be those of a row, and say enough to be no accident.
    fn takes(&self, values: &[Stored<'_>], encoding: Encoding) -> bool {
        let fits = self.affinities.iter().zip(values).enumerate().all(|(at, (affinity, value))| {
            if self.rowid_column == Some(at) {
                return *value == Stored::Null;
            }
            match (value, affinity) {
                (Stored::Null, _) => true,
                (Stored::Integer(_), Affinity::Text) | (Stored::Real(_), Affinity::Text | Affinity::Integer) => false,
                (Stored::Integer(_), _) => true,
                (Stored::Real(number), _) => number.is_finite(),
                (Stored::Text(text), Affinity::Text | Affinity::Numeric | Affinity::Blob) => is_text(text, encoding),
                (Stored::Text(_), _) => false,
                (Stored::Blob(_), affinity) => *affinity == Affinity::Blob,
            }
        });
        let weight = |value: &Stored<'_>| match value {
            Stored::Null => 0,
            Stored::Integer(_) => 1,
            Stored::Real(_) => 4,
            Stored::Text(bytes) | Stored::Blob(bytes) => bytes.len(),
        };
        fits && values.len() + values.iter().map(weight).sum::<usize>() >= 4
    }
}

/// Texts that people and programs write hold no control characters but line ends and tabulators.
fn is_text(bytes: &[u8], encoding: Encoding) -> bool {
    if encoding == Encoding::Utf8 && std::str::from_utf8(bytes).is_err() {
        return false;
    }
    let text = Content::text(bytes, encoding);
    text.chars().all(|c| !c.is_control() && c != char::REPLACEMENT_CHARACTER || matches!(c, '\t' | '\n' | '\r'))
}

/// How much of a cell is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// All of it.
    Whole,
    /// Its first four bytes are gone, and with them its row id.
    Headless,
}

/// A cell that no tree leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Carved<'a> {
    /// Of the shape.
    pub shape: usize,
    /// Other shapes fit as well.
    pub is_ambiguous: bool,
    pub grade: Grade,
    pub rowid: Option<i64>,
    /// In the order of the record; `None` for a value whose type is gone.
    pub values: Vec<Option<Stored<'a>>>,
    /// In the region.
    pub start: usize,
    pub len: usize,
}

/// Looks for cells of the tables of one database.
#[derive(Clone, Debug)]
pub struct Carver {
    shapes: Vec<Option<Shape>>,
    encoding: Encoding,
    /// Longest payload that lies in a page whole.
    most: u64,
}

/// Freeblocks that begin with a cell: length varint and row id varint together have so many bytes.
const LEADS: std::ops::RangeInclusive<usize> = 2..=9;

impl Carver {
    /// One shape a table, by position.
    pub fn new(tables: &[Table], encoding: Encoding, usable: usize) -> Self {
        Carver { shapes: tables.iter().map(Shape::of).collect(), encoding, most: usable as u64 - 35 }
    }

    /// Cells in the region, in order. `only`: of this table; `None`: of any. `is_block`: it begins with four bytes of a freeblock.
    pub fn region<'a>(&self, region: &'a [u8], only: Option<usize>, is_block: bool) -> Vec<Carved<'a>> {
        let mut found: Vec<Carved<'a>> = Vec::new();
        let mut at = if is_block { 4 } else { 0 };
        while at + 4 <= region.len() {
            // Most of what is free is zeros.
            if region.get(at) == Some(&0) {
                let zeros = region.get(at..).unwrap_or_default();
                at += zeros.iter().position(|byte| *byte != 0).unwrap_or(zeros.len());
                continue;
            }
            match self.cell(region.get(at..).unwrap_or_default(), only) {
                Some(cell) => {
                    let start = at;
                    at += cell.len;
                    found.push(Carved { start, ..cell });
                }
                None => at += 1,
            }
        }
        if is_block {
            self.merged(region, only, &mut found);
        }
        found
    }

    /// Cells whose heads are gone: the one at the start of the block, and those that were freed before it and merged into it, which
    /// keep the head of their own freeblock: next u16, length u16.
    fn merged<'a>(&self, block: &'a [u8], only: Option<usize>, found: &mut Vec<Carved<'a>>) {
        let shapes = self.candidates(only);
        let mut ends: Vec<usize> = found.iter().map(|cell| cell.start).chain([block.len()]).collect();
        let at = |start: usize, end: usize| {
            let part = block.get(start..end)?;
            let cell = shapes.iter().find_map(|shape| self.headless(part, *shape))?;
            Some(Carved { start, ..cell })
        };
        for start in (4..block.len().saturating_sub(8)).rev() {
            let &[high, low] = block.get(start + 2..).and_then(|rest| rest.first_chunk()).unwrap_or(&[0, 0]);
            let end = start + usize::from(u16::from_be_bytes([high, low]));
            if end < start + 8 || !ends.contains(&end) {
                continue;
            }
            if found.iter().any(|cell| start < cell.start + cell.len && cell.start < end) {
                continue;
            }
            if let Some(cell) = at(start, end) {
                ends.push(start);
                found.push(cell);
            }
        }
        found.extend(ends.into_iter().find_map(|end| at(0, end)));
        found.sort_by_key(|cell| cell.start);
    }

    fn candidates(&self, only: Option<usize>) -> Vec<usize> {
        match only {
            Some(one) => vec![one],
            None => (0..self.shapes.len()).collect(),
        }
    }

    /// A whole cell at the start of the bytes.
    fn cell<'a>(&self, bytes: &'a [u8], only: Option<usize>) -> Option<Carved<'a>> {
        let (len, a) = varint(bytes)?;
        if len < 2 || len > self.most {
            return None;
        }
        let (rowid, b) = varint(bytes.get(a..)?)?;
        let payload = bytes.get(a + b..(a + b).checked_add(len as usize)?)?;
        let values = exact(payload)?;
        let fits = |shape: usize| {
            let shape = self.shapes.get(shape).and_then(Option::as_ref);
            shape.is_some_and(|shape| shape.affinities.len() == values.len() && shape.takes(&values, self.encoding))
        };
        let mut fitting = self.candidates(only).into_iter().filter(|shape| fits(*shape));
        let shape = fitting.next()?;
        let is_ambiguous = fitting.next().is_some();
        let values = values.into_iter().map(Some).collect();
        let len = (a + b + len as usize).max(4);
        Some(Carved { shape, is_ambiguous, grade: Grade::Whole, rowid: Some(rowid as i64), values, start: 0, len })
    }

    /// A cell that fills the block, its first four bytes overwritten.
    fn headless<'a>(&self, block: &'a [u8], number: usize) -> Option<Carved<'a>> {
        let shape = self.shapes.get(number)?.as_ref()?;
        let columns = shape.affinities.len();
        LEADS.into_iter().find_map(|lead| {
            // One byte tells the length of the header of up to 126 columns; behind it come the types.
            let first = lead + 1;
            if lead >= 4 && usize::from(*block.get(lead)?) < columns + 1 {
                return None;
            }
            let gone = 4_usize.saturating_sub(first);
            let mut at = first + gone;
            let mut types = Vec::with_capacity(columns);
            for _ in gone..columns {
                let (kind, size) = varint(block.get(at..)?)?;
                types.push((kind, usize::try_from(size_of(kind)?).ok()?));
                at += size;
            }
            if lead >= 4 && usize::from(*block.get(lead)?) != at - lead {
                return None;
            }
            let known: usize =
                types.iter().map(|(_, size)| *size).try_fold(0, |sum: usize, size| sum.checked_add(size))?;
            let left = block.len().checked_sub(at)?.checked_sub(known)?;
            let mut values: Vec<Option<Stored<'a>>> = Vec::with_capacity(columns);
            match gone {
                0 if left > 0 => return None,
                0 => {}
                // The length of the first value follows from what the others leave; its type from its column.
                1 => {
                    values.push(first_value(shape, block.get(at..at + left)?)?);
                    at += left;
                }
                _ => return None,
            }
            for (kind, size) in types {
                values.push(Some(value(kind, block.get(at..at + size)?)));
                at += size;
            }
            let full: Vec<Stored<'a>> = values.iter().map(|value| value.clone().unwrap_or(Stored::Null)).collect();
            // Less is proved than of a whole cell: more must be said.
            let says = full.iter().filter(|value| **value != Stored::Null).count() >= 2;
            (says && shape.takes(&full, self.encoding)).then_some(Carved {
                shape: number,
                is_ambiguous: false,
                grade: Grade::Headless,
                rowid: None,
                values,
                start: 0,
                len: block.len(),
            })
        })
    }
}

/// A value of the first column, whose type is gone; `Some(None)` where its bytes can be read in several ways.
fn first_value<'a>(shape: &Shape, bytes: &'a [u8]) -> Option<Option<Stored<'a>>> {
    if shape.rowid_column == Some(0) {
        return bytes.is_empty().then_some(Some(Stored::Null));
    }
    let affinity = shape.affinities.first()?;
    match (bytes.len(), affinity) {
        (0, _) => Some(None),
        (_, Affinity::Text) => Some(Some(value(13, bytes))),
        (len @ (1..=4 | 6 | 8), Affinity::Integer) => {
            let kind = [1, 2, 3, 4, 0, 5, 0, 6].get(len - 1).copied()?;
            Some(Some(value(kind, bytes)))
        }
        (_, Affinity::Integer) => None,
        _ => Some(None),
    }
}

/// The values of a record that fills the bytes.
fn exact(payload: &[u8]) -> Option<Vec<Stored<'_>>> {
    let (header, mut at) = varint(payload)?;
    let header = usize::try_from(header).ok().filter(|header| *header <= payload.len() && *header >= 2)?;
    let mut types = Vec::new();
    let mut sum = header;
    while at < header {
        let (kind, size) = varint(payload.get(at..header)?)?;
        let len = usize::try_from(size_of(kind)?).ok()?;
        sum = sum.checked_add(len).filter(|sum| *sum <= payload.len())?;
        types.push((kind, len));
        at += size;
    }
    if sum != payload.len() {
        return None;
    }
    let mut values = Vec::with_capacity(types.len());
    for (kind, len) in types {
        values.push(value(kind, payload.get(at..at + len)?));
        at += len;
    }
    Some(values)
}
