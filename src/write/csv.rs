//! The track CSV: a row a record, invalid ones too, the standard columns first and the format's own to the right.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::columns::{Cell, TrackColumns};
use super::{Mark, TrackItem, TrackWriter};
use crate::evidence::label::printable;
use crate::layout::Tables;
use crate::track::UtcWriter;

/// Writes tracks of any format under one header.
pub struct CsvWriter {
    columns: TrackColumns,
    utc: UtcWriter,
}

impl CsvWriter {
    /// The header holds the channels of all these tables: those of the formats that the tracks come from.
    pub fn new<'t>(tables: impl IntoIterator<Item = &'t Tables>) -> Self {
        CsvWriter { columns: TrackColumns::new(tables), utc: UtcWriter::default() }
    }

    fn row(&mut self, lead: &str, cells: &[Cell<'_>], line: &mut String) {
        line.push_str(lead);
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                line.push(',');
            }
            match cell {
                Cell::Absent => {}
                Cell::Text(text) => line.push_str(text),
                Cell::Utc(utc) => self.utc.push(*utc, line),
                Cell::Double(value) => push_number(line, *value),
                Cell::Single(value) => push_number(line, *value),
                Cell::Offset(offset) => drop(write!(line, "{offset}")),
                Cell::Flag(flag) => line.push_str(if *flag { "yes" } else { "no" }),
            }
        }
        line.push('\n');
    }
}

impl TrackWriter for CsvWriter {
    fn begin(&mut self, _marks: &[Mark], out: &mut dyn Write) -> io::Result<()> {
        let names: Vec<String> = self.columns.names().into_iter().map(|(name, _)| name).collect();
        writeln!(out, "{}", names.join(","))
    }

    fn track(&mut self, item: &TrackItem<'_>, out: &mut dyn Write) -> io::Result<()> {
        let table = self.columns.of(item);
        let lead: String = table.lead.iter().map(|text| cell(text) + ",").collect();
        let (mut line, mut cells) = (String::new(), Vec::new());
        for row in 0..item.track.rows.len() {
            line.clear();
            table.cells(row, &mut cells);
            self.row(&lead, &cells, &mut line);
            out.write_all(line.as_bytes())?;
        }
        Ok(())
    }

    fn end(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// The shortest decimals that read back the same.
fn push_number(line: &mut String, value: impl Into<f64> + std::fmt::Display + Copy) {
    let wide: f64 = value.into();
    let start = line.len();
    let _ = write!(line, "{value}");
    // Garbage in a damaged record can have hundreds of digits.
    if line.len() - start > 24 {
        line.truncate(start);
        let _ = write!(line, "{wide:e}");
    }
}

/// Text as a CSV cell: quoted where needed, and never read as a formula by a spreadsheet.
pub fn cell(text: &str) -> String {
    let text = printable(text);
    let formula = text.starts_with(['=', '+', '-', '@']);
    if formula || text.contains([',', '"', '\n', '\r']) {
        format!("\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_spreadsheet_neither_breaks_on_nor_runs_a_name() {
        assert_eq!(cell("Yuhe's Phantom3"), "Yuhe's Phantom3");
        assert_eq!(cell("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
    }
}
