//! TLN: `time|source|host|user|description`, time in whole seconds since 1970 UTC. The host is the item; no user is known.

use std::io::{self, Write};

use super::TimelineEntry;
use super::bodyfile::plain;

/// # Errors
/// When `out` cannot be written.
pub fn tln(entries: &[TimelineEntry], out: &mut dyn Write) -> io::Result<()> {
    for entry in entries {
        let place = entry.place.map(|(lat, lon)| format!(" at {lat} {lon}")).unwrap_or_default();
        let seconds = entry.utc_ns.div_euclid(1_000_000_000);
        let (host, message) = (plain(&entry.source), plain(&entry.message));
        writeln!(out, "{seconds}|overflown|{host}||[{}] {message}{place}", plain(&entry.kind))?;
    }
    Ok(())
}
