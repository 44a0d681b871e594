//! A bodyfile of mactime 3.x: `MD5|name|inode|mode|UID|GID|size|atime|mtime|ctime|crtime`, times in whole seconds. A moment is no
//! file: it stands as all four times of a name that tells it, since mactime lists a time of 0 as one without a date.

use std::io::{self, Write};

use super::TimelineEntry;

/// # Errors
/// When `out` cannot be written.
pub fn bodyfile(entries: &[TimelineEntry], out: &mut dyn Write) -> io::Result<()> {
    for entry in entries {
        let place = entry.place.map(|(lat, lon)| format!(" at {lat} {lon}")).unwrap_or_default();
        let offset = entry.offset.map(|offset| format!(" offset {offset}")).unwrap_or_default();
        let name = format!("[{}] {}{place} ({}{offset})", entry.kind, entry.message, entry.source);
        let time = entry.utc_ns.div_euclid(1_000_000_000);
        writeln!(out, "0|{}|0|0|0|0|0|{time}|{time}|{time}|{time}", plain(&name))?;
    }
    Ok(())
}

/// Without the sign that stands between fields.
pub fn plain(text: &str) -> String {
    text.replace('|', "\\x7c")
}
