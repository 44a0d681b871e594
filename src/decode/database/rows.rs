//! Records of a database as rows of its tables.

use std::borrow::Cow;

use crate::bytes::database::{self as bytes, Affinity, Content, Encoding, Stored, Table, read_record};
use crate::evidence::label::printable;
use crate::layout::Value;

/// Longest name of a table in outputs, bytes.
const NAME: usize = 100;

/// The name of a table as text that is safe to print and to name a file.
pub fn safe_name(name: &str) -> String {
    let mut safe: String = printable(name).replace(['/', '\\', ':'], "_");
    if safe.bytes().all(|byte| byte == b'.') {
        safe = format!("_{safe}");
    }
    if safe.len() > NAME {
        let cut = (0..=NAME).rev().find(|at| safe.is_char_boundary(*at)).unwrap_or(0);
        safe.truncate(cut);
    }
    safe
}

/// The stored values of a row in the order of the table's columns: the row id in its column, defaults behind the end of the
/// record. Virtual columns are NULL.
///
/// # Errors
/// What is wrong with the record.
pub fn columns<'r>(table: &Table, rowid: Option<i64>, payload: &'r [u8]) -> Result<Vec<Stored<'r>>, &'static str> {
    Ok(ordered(table, rowid, read_record(payload)?.into_iter().map(Some).collect()))
}

/// Values in the order of the record to that of the columns; what is `None` or behind the end becomes what the table says.
pub fn ordered<'r>(table: &Table, rowid: Option<i64>, record: Vec<Option<Stored<'r>>>) -> Vec<Stored<'r>> {
    let mut values: Vec<Stored<'r>> = vec![Stored::Null; table.columns.len()];
    let held = record.len();
    for (at, value) in table.stored.iter().zip(record) {
        if let (Some(slot), Some(value)) = (values.get_mut(*at), value) {
            *slot = value;
        }
    }
    for at in table.stored.iter().skip(held) {
        if let (Some(slot), Some(column)) = (values.get_mut(*at), table.columns.get(*at)) {
            *slot = column.default.clone().unwrap_or(Stored::Null);
        }
    }
    // A column of reals keeps whole numbers as integers to save space.
    for (slot, column) in values.iter_mut().zip(&table.columns) {
        if let (Stored::Integer(whole), Affinity::Real) = (&*slot, column.affinity) {
            *slot = Stored::Real(*whole as f64);
        }
    }
    if let (Some(id), Some(slot)) = (rowid, table.rowid_column.and_then(|at| values.get_mut(at))) {
        *slot = Stored::Integer(id);
    }
    values
}

/// A row as values of fields, NULL as absent.
///
/// # Errors
/// As [`columns`].
pub fn values<'r>(
    table: &Table,
    rowid: Option<i64>,
    payload: &'r [u8],
    encoding: Encoding,
) -> Result<Vec<Value<'r>>, &'static str> {
    Ok(columns(table, rowid, payload)?.into_iter().map(|stored| value(stored, encoding)).collect())
}

pub fn value(stored: Stored<'_>, encoding: Encoding) -> Value<'_> {
    match stored {
        Stored::Null => Value::Absent,
        Stored::Integer(number) => Value::Signed(number),
        Stored::Real(number) => Value::F64(number),
        Stored::Text(Cow::Borrowed(bytes)) => Value::Text(Content::text(bytes, encoding)),
        Stored::Text(Cow::Owned(bytes)) => Value::Text(Cow::Owned(Content::text(&bytes, encoding).into_owned())),
        Stored::Blob(bytes) => Value::Bytes(bytes),
    }
}

/// As many values as lie in the first bytes of a record, the rest `None`.
pub fn partial(payload: &[u8]) -> Vec<Option<Stored<'_>>> {
    let Some((types, mut at)) = bytes::types_of(payload).ok() else { return Vec::new() };
    let value = |kind: u64| {
        let size = usize::try_from(bytes::size_of(kind)?).ok()?;
        let end = at.checked_add(size)?;
        let bytes = payload.get(at..end);
        at = end;
        bytes.map(|bytes| bytes::value(kind, bytes))
    };
    types.into_iter().map(value).collect()
}
