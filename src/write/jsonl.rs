//! JSON lines: a fix a line, with the names of the track CSV and the flight; what is absent is left out. Rows without a valid
//! position stand in the track CSV alone.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::json;

use super::columns::{Cell, LEAD, TrackColumns};
use super::{Mark, TrackItem, TrackWriter};
use crate::evidence::label::printable;
use crate::layout::Tables;
use crate::track::UtcWriter;

/// Writes tracks of any format.
pub struct JsonLinesWriter {
    columns: TrackColumns,
    /// Names of the columns behind [`LEAD`], as JSON with a comma before and a colon behind.
    names: Vec<String>,
    utc: UtcWriter,
}

impl JsonLinesWriter {
    pub fn new<'t>(tables: impl IntoIterator<Item = &'t Tables>) -> Self {
        let columns = TrackColumns::new(tables);
        let names = columns.names().into_iter().skip(LEAD.len()).map(|(name, _)| format!(",{}:", json!(name)));
        JsonLinesWriter { names: names.collect(), columns, utc: UtcWriter::default() }
    }
}

impl TrackWriter for JsonLinesWriter {
    fn begin(&mut self, _marks: &[Mark], _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn track(&mut self, item: &TrackItem<'_>, out: &mut dyn Write) -> io::Result<()> {
        let table = self.columns.of(item);
        let mut lead = format!("{{\"flight\":{}", json!(printable(item.flight)));
        for (name, text) in LEAD.iter().zip(table.lead) {
            let _ = write!(lead, ",\"{name}\":{}", json!(printable(text)));
        }
        let (mut line, mut cells) = (String::new(), Vec::new());
        for row in item.track.rows.fixes() {
            line.clear();
            line.push_str(&lead);
            table.cells(row, &mut cells);
            for (name, cell) in self.names.iter().zip(&cells) {
                let start = line.len();
                line.push_str(name);
                match cell {
                    Cell::Text(text) => line.push_str(&json!(text).to_string()),
                    Cell::Utc(utc) => {
                        line.push('"');
                        self.utc.push(*utc, &mut line);
                        line.push('"');
                    }
                    Cell::Double(value) if value.is_finite() => drop(write!(line, "{value}")),
                    Cell::Single(value) if value.is_finite() => drop(write!(line, "{value}")),
                    Cell::Offset(offset) => drop(write!(line, "{offset}")),
                    Cell::Flag(flag) => drop(write!(line, "{flag}")),
                    // JSON has no infinite numbers; the track CSV keeps them.
                    Cell::Absent | Cell::Double(_) | Cell::Single(_) => line.truncate(start),
                }
            }
            line.push_str("}\n");
            out.write_all(line.as_bytes())?;
        }
        Ok(())
    }

    fn end(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
