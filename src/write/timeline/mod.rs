//! The timeline: one row an event, over all items, in the order of UTC; behind them those of which only the local time is known,
//! in its order, and last those without a time, in file order. The same for other programs, with flights and encounters among the
//! events: those take UTC alone, so what has none stays in ours.

mod bodyfile;
mod entry;
mod timesketch;
mod tln;

use std::io::{self, Write};

pub use bodyfile::bodyfile;
pub use entry::{TimelineEntry, entries};
pub use timesketch::{csv as timesketch_csv, jsonl as timesketch_jsonl};
pub use tln::tln;

use super::csv::cell;
use crate::examine::TimedEvent;
use crate::track::{civil_text, local_text, utc_text};

/// An event of one item, as the case keeps it.
#[derive(Clone, Debug)]
pub struct TimelineRow {
    pub source: String,
    pub sha256: String,
    pub clock: &'static str,
    pub utc_offset_s: Option<i64>,
    pub event: TimedEvent,
}

pub const HEADER: &str = "utc,local_time,clock,kind,subject,text,lat_deg,lon_deg,source,source_offset";

/// # Errors
/// When `out` cannot be written.
pub fn timeline(rows: &mut [TimelineRow], out: &mut dyn Write) -> io::Result<()> {
    rows.sort_by(|a, b| {
        let key = |row: &TimelineRow| {
            let TimedEvent { event, utc_ns, local_ns, .. } = &row.event;
            (utc_ns.is_none(), *utc_ns, local_ns.is_none(), *local_ns, event.at.offset())
        };
        key(a).cmp(&key(b)).then_with(|| a.source.cmp(&b.source))
    });
    writeln!(out, "{HEADER}")?;
    for row in rows {
        let TimedEvent { event, utc_ns, local_ns, position, .. } = &row.event;
        let utc = utc_ns.map(utc_text).unwrap_or_default();
        let of_utc = utc_ns.zip(row.utc_offset_s).and_then(|(utc, offset)| local_text(utc, offset));
        let local = of_utc.or(local_ns.map(civil_text)).unwrap_or_default();
        let clock = if utc_ns.is_some() || local_ns.is_some() { row.clock } else { "" };
        let (lat, lon) = position.map(|(lat, lon)| (lat.to_string(), lon.to_string())).unwrap_or_default();
        let offset = event.at.offset().map(|o| o.to_string()).unwrap_or_default();
        let (kind, subject) = (event.kind.as_str(), event.part.as_str());
        writeln!(
            out,
            "{utc},{local},{clock},{kind},{subject},{},{lat},{lon},{},{offset}",
            cell(&event.text),
            cell(&row.source)
        )?;
    }
    Ok(())
}
