//! For Timesketch: `message`, `datetime` and `timestamp_desc`, which it asks for, and what traces each moment to its evidence.

use std::io::{self, Write};

use chrono::{DateTime, SecondsFormat};
use serde_json::{Map, json};

use super::TimelineEntry;
use crate::write::csv::cell;

/// Bytes of a message: its index takes no keyword over 32,766.
const LONGEST: usize = 30_000;

/// # Errors
/// When `out` cannot be written; so do the others.
pub fn csv(entries: &[TimelineEntry], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "message,datetime,timestamp_desc,latitude,longitude,source_item,source_sha256,source_offset")?;
    for entry in entries {
        let (lat, lon) = entry.place.map(|(lat, lon)| (lat.to_string(), lon.to_string())).unwrap_or_default();
        let offset = entry.offset.map(|offset| offset.to_string()).unwrap_or_default();
        writeln!(
            out,
            "{},{},{},{lat},{lon},{},{},{offset}",
            cell(message(entry)),
            datetime(entry),
            cell(&entry.kind),
            cell(&entry.source),
            entry.sha256
        )?;
    }
    Ok(())
}

/// # Errors
/// When `out` cannot be written.
pub fn jsonl(entries: &[TimelineEntry], out: &mut dyn Write) -> io::Result<()> {
    for entry in entries {
        let mut line = Map::new();
        let mut put = |name: &str, value| drop(line.insert(name.to_owned(), value));
        put("message", json!(message(entry)));
        put("datetime", json!(datetime(entry)));
        put("timestamp_desc", json!(entry.kind));
        if let Some((lat, lon)) = entry.place {
            put("latitude", json!(lat));
            put("longitude", json!(lon));
        }
        put("source_item", json!(entry.source));
        put("source_sha256", json!(entry.sha256));
        if let Some(offset) = entry.offset {
            put("source_offset", json!(offset));
        }
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn datetime(entry: &TimelineEntry) -> String {
    DateTime::from_timestamp_nanos(entry.utc_ns).to_rfc3339_opts(SecondsFormat::Micros, false)
}

fn message(entry: &TimelineEntry) -> &str {
    let end = (0..=LONGEST.min(entry.message.len())).rev().find(|at| entry.message.is_char_boundary(*at));
    entry.message.get(..end.unwrap_or(0)).unwrap_or_default()
}
