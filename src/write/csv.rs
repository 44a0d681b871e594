//! The track CSV: a row a record, invalid ones too, the standard columns first and the format's own to the right.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::{Mark, TrackItem, TrackWriter, speed};
use crate::evidence::label::printable;
use crate::layout::Tables;
use crate::track::{Column, Joined, Rows, STANDARD, Stamp, TrackBuilder, UtcWriter, civil_text, csv_name, local_text};

/// Before and behind the standard channels.
const LEAD: &str = "source,track,subject,estimate,role,utc,local_time,clock,elapsed_s,lat_deg,lon_deg";
const REAR: &str = "valid,source_offset";

/// Writes tracks of any format under one header.
pub struct CsvWriter {
    /// Channels beyond the standard ones, in the order of the formats' tables: name in the track, name in the header.
    extra: Vec<(String, String)>,
    /// Records that join rows.
    joined: Vec<String>,
    utc: UtcWriter,
}

impl CsvWriter {
    /// The header holds the channels of all these tables: those of the formats that the tracks come from.
    pub fn new<'t>(tables: impl IntoIterator<Item = &'t Tables>) -> Self {
        let mut writer = CsvWriter { extra: Vec::new(), joined: Vec::new(), utc: UtcWriter::default() };
        for tables in tables {
            let (channels, joined) = TrackBuilder::new(tables).channels();
            for (channel, unit) in channels {
                let standard = STANDARD.iter().any(|s| s.channel == channel);
                if !standard && !writer.extra.iter().any(|(name, _)| *name == channel) {
                    writer.extra.push((channel.clone(), csv_name(&channel, &unit)));
                }
            }
            for record in joined {
                if !writer.joined.contains(&record) {
                    writer.joined.push(record);
                }
            }
        }
        writer
    }

    fn row(
        &mut self,
        lead: &str,
        (clock, offset_s): (&str, Option<i64>),
        rows: &Rows,
        columns: &Columns<'_>,
        row: usize,
        line: &mut String,
    ) {
        line.push_str(lead);
        if let Some(utc) = rows.utc(row) {
            self.utc.push(utc, line);
        }
        line.push(',');
        match (rows.utc(row).zip(offset_s).and_then(|(utc, s)| local_text(utc, s)), rows.local(row)) {
            (Some(text), _) => line.push_str(&text),
            (None, Some(local)) => line.push_str(&civil_text(local)),
            (None, None) => {}
        }
        line.push(',');
        match rows.stamp[row] {
            Stamp::Unknown if rows.local(row).is_some() => line.push_str("local"),
            Stamp::Unknown => {}
            Stamp::Own | Stamp::Fitted => line.push_str(clock),
            Stamp::Spaced => {
                line.push_str(clock);
                line.push_str("+elapsed");
            }
            Stamp::Local => line.push_str("local+offset"),
        }
        line.push(',');
        if let Some(elapsed) = rows.elapsed(row) {
            let _ = write!(line, "{}", elapsed as f64 / 1e9);
        }
        push_number(line, rows.lat[row]);
        push_number(line, rows.lon[row]);
        for (standard, column) in STANDARD.iter().zip(&columns.standard) {
            match column {
                Some(column) => push_number(line, column.values[row]),
                None if standard.channel == "speed" => push_number(line, speed(rows, row).unwrap_or(f32::NAN)),
                None => line.push(','),
            }
        }
        let _ = write!(line, ",{},{}", rows.fix[row].as_str(), rows.offset[row]);
        for column in &columns.extra {
            match column {
                Some(column) => push_number(line, column.values[row]),
                None => line.push(','),
            }
        }
        for joined in &columns.joined {
            line.push(',');
            if let Some(offset) = joined.map(|j| j.offsets[row]).filter(|o| *o != u64::MAX) {
                let _ = write!(line, "{offset}");
            }
        }
        line.push_str(if columns.simulated { ",yes\n" } else { ",no\n" });
    }
}

/// The columns of one track in the order of the header.
struct Columns<'a> {
    standard: Vec<Option<&'a Column>>,
    extra: Vec<Option<&'a Column>>,
    joined: Vec<Option<&'a Joined>>,
    simulated: bool,
}

impl TrackWriter for CsvWriter {
    fn begin(&mut self, _marks: &[Mark], out: &mut dyn Write) -> io::Result<()> {
        let standard = STANDARD.iter().map(|s| s.csv).collect::<Vec<_>>().join(",");
        write!(out, "{LEAD},{standard},{REAR}")?;
        for (_, name) in &self.extra {
            write!(out, ",{name}")?;
        }
        for record in &self.joined {
            write!(out, ",{record}_offset")?;
        }
        out.write_all(b",simulated\n")
    }

    fn track(&mut self, item: &TrackItem<'_>, out: &mut dyn Write) -> io::Result<()> {
        let (track, rows) = (item.track, &item.track.rows);
        let find = |channel: &str| rows.columns.iter().find(|c| c.channel == channel);
        let columns = Columns {
            standard: STANDARD.iter().map(|s| find(s.channel)).collect(),
            extra: self.extra.iter().map(|(channel, _)| find(channel)).collect(),
            joined: self.joined.iter().map(|record| rows.joined.iter().find(|j| j.record == *record)).collect(),
            simulated: track.simulated,
        };
        let kind = track.kind;
        let lead =
            format!("{},{},{},{},{},", cell(item.source()), cell(&track.name), kind.subject, kind.estimate, kind.role);
        let time = &item.item.report.time;
        let clocks = (time.clock.unwrap_or("phone"), time.utc_offset_s);
        let mut line = String::new();
        for row in 0..rows.len() {
            line.clear();
            self.row(&lead, clocks, rows, &columns, row, &mut line);
            out.write_all(line.as_bytes())?;
        }
        Ok(())
    }

    fn end(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// A comma and the number, nothing when it is NaN: the shortest decimals that read back the same.
fn push_number(line: &mut String, value: impl Into<f64> + std::fmt::Display + Copy) {
    line.push(',');
    let wide: f64 = value.into();
    if wide.is_nan() {
        return;
    }
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
