//! SQLite's own reading beside ours: for every table the number of its rows and a sum over all of their values.

use std::borrow::Cow;

use rusqlite::types::ValueRef;

use super::super::{Diagnostic, Sink};
use super::Database;
use super::emit::is_comparable;
use crate::bytes::database::{Content, Encoding, PrivateCopy, Stored, Table, quoted};
use crate::evidence::Origin;

/// Rows of a table, and a sum that does not depend on their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub rows: u64,
    digest: u64,
}

impl Sum {
    pub fn add(&mut self, digest: u64) {
        self.rows += 1;
        self.digest = self.digest.wrapping_add(digest);
    }
}

/// Larger states are not read a second time.
const LARGEST: usize = 512 << 20;

/// Compares what was walked with what SQLite reads from the same state; differences are told.
pub fn compare(database: &Database<'_>, sums: &[Sum], sink: &mut dyn Sink) {
    let pages = database.view.pages().min(database.view.highest()) as usize;
    if pages.saturating_mul(database.view.header.page_size as usize) > LARGEST {
        let message = "the database is too large to be read by SQLite as well; its rows stand as its pages tell them";
        return sink.diagnostic(Diagnostic::note("database/unchecked", Origin::Item, message));
    }
    let copy = match PrivateCopy::of(database.view.image()) {
        Ok(copy) => copy,
        Err(error) => {
            let message = format!("SQLite itself does not open it ({error}); its rows stand as its pages tell them");
            return sink.diagnostic(Diagnostic::damage("database/unopened", Origin::Item, message));
        }
    };
    for (number, object, table) in database.tables().skip(1) {
        // SQLite makes up the table of its own counters.
        let walked = sums.get(number).copied().unwrap_or_default();
        match read(&copy, table) {
            Ok(read) if read.rows != walked.rows => {
                let message = format!(
                    "table {}: SQLite reads {} rows, its pages hold {}; give both when you rely on one",
                    object.name, read.rows, walked.rows
                );
                sink.diagnostic(Diagnostic::damage("database/rows", Origin::Item, message));
            }
            Ok(read) if read != walked && is_comparable(table) => {
                let message = format!(
                    "table {}: SQLite reads the same number of rows with other values than its pages were read with",
                    object.name
                );
                sink.diagnostic(Diagnostic::damage("database/values", Origin::Item, message));
            }
            Ok(_) => {}
            Err(error) => {
                let message = format!("table {}: SQLite stops reading it: {error}", object.name);
                sink.diagnostic(Diagnostic::damage("database/unopened", Origin::Item, message));
            }
        }
    }
}

fn read(copy: &PrivateCopy, table: &Table) -> rusqlite::Result<Sum> {
    let columns: Vec<&str> =
        table.columns.iter().filter(|column| !column.is_virtual).map(|column| column.name.as_str()).collect();
    // A column may take the name away; then another one stands for it.
    let rowid = ["rowid", "_rowid_", "oid"]
        .into_iter()
        .find(|name| !table.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name)));
    let rowid = rowid.filter(|_| !table.without_rowid);
    let list: Vec<String> =
        rowid.map(str::to_owned).into_iter().chain(columns.iter().map(|name| quoted(name))).collect();
    let mut statement =
        copy.connection.prepare(&format!("SELECT {} FROM {} NOT INDEXED", list.join(", "), quoted(&table.name)))?;
    let mut sum = Sum::default();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mut at = 0;
        let mut id = None;
        if rowid.is_some() {
            id = row.get(0)?;
            at = 1;
        }
        let mut values = Vec::with_capacity(table.columns.len());
        for column in &table.columns {
            if column.is_virtual {
                values.push(Stored::Null);
                continue;
            }
            values.push(match row.get_ref(at)? {
                ValueRef::Null => Stored::Null,
                ValueRef::Integer(number) => Stored::Integer(number),
                ValueRef::Real(number) => Stored::Real(number),
                ValueRef::Text(bytes) => Stored::Text(Cow::Borrowed(bytes)),
                ValueRef::Blob(bytes) => Stored::Blob(Cow::Borrowed(bytes)),
            });
            at += 1;
        }
        sum.add(Content::digest(id, &values, Encoding::Utf8));
    }
    Ok(sum)
}
