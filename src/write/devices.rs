//! The table of aircraft: a row a serial number, then a row a phone, tablet or card that met one.

use std::io::{self, Write};

use super::csv::cell;
use crate::analyse::identity::{Identities, PartSeen};

pub const HEADER: &str =
    "kind,aircraft,part,serial,model,name,holder,phone_ids,apps,items,sources,source_offset,remark";

/// # Errors
/// When `out` cannot be written.
pub fn csv(identities: &Identities, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{HEADER}")?;
    for aircraft in &identities.aircraft {
        let about = [aircraft.models.join(" | "), aircraft.names.join(" | ")];
        for seen in aircraft.serials.iter().chain(&aircraft.parts) {
            let remark: Vec<&str> =
                identities.conflicts.iter().filter(|words| words.contains(&seen.serial)).map(String::as_str).collect();
            serial(&aircraft.id, seen, &about, &remark.join(" | "), out)?;
        }
    }
    for seen in &identities.alone {
        serial("", seen, &[String::new(), String::new()], "no item names it with an aircraft", out)?;
    }
    for met in &identities.met {
        let cells = [
            "met".to_owned(),
            cell(&met.aircraft),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            cell(&met.holder),
            cell(&met.phone_ids.join(" | ")),
            cell(&met.apps.join(" | ")),
            met.items.len().to_string(),
            cell(&met.items.join(" | ")),
            String::new(),
            String::new(),
        ];
        writeln!(out, "{}", cells.join(","))?;
    }
    Ok(())
}

fn serial(aircraft: &str, seen: &PartSeen, about: &[String; 2], remark: &str, out: &mut dyn Write) -> io::Result<()> {
    let first = seen.items.first();
    let paths: Vec<&str> = seen.items.iter().map(|item| item.path.as_str()).collect();
    let cells = [
        "serial".to_owned(),
        cell(aircraft),
        seen.part.to_owned(),
        cell(&seen.serial),
        cell(&about[0]),
        cell(&about[1]),
        String::new(),
        String::new(),
        String::new(),
        seen.items.len().to_string(),
        cell(&paths.join(" | ")),
        first.and_then(|item| item.offset).map(|o| o.to_string()).unwrap_or_default(),
        cell(remark),
    ];
    writeln!(out, "{}", cells.join(","))
}
