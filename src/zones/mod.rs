//! Declared sites: zone files of any dialect into one normal form, [`Zone`]. What a file is, its content decides; what was
//! repaired, doubted or left out is listed, because a verdict is worth no more than the zones that it rests on.

mod bbox;
mod coordinates;
mod error;
mod foreign;
mod geojson;
mod geometry;
mod json;
mod outline;
mod points;
mod projection;
mod properties;
mod report;
mod ring;
mod self_crossing;
mod text;
mod vertical;
mod zone;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

pub use bbox::Bbox;
pub use error::ZoneError;
pub use ring::nearest_turn;
pub use vertical::{Reference, Unit, VerticalLimit};
pub use zone::{Format, Shape, Skipped, Source, Volume, Zone, ZoneFile, polygon_bbox};

use crate::evidence::{Evidence, Limits};
use geojson::{Draft, Refused};
use report::Report;

/// Reads one zone file.
///
/// # Errors
/// When the bytes cannot be had, are no zone file, or are in a projection that is not converted. Features that cannot be used
/// are no error: they are listed in [`ZoneFile::skipped`].
pub fn read(evidence: &Evidence, limits: &Limits) -> Result<ZoneFile, ZoneError> {
    let label = evidence.label.clone();
    let bytes = evidence.whole(limits).map_err(|error| ZoneError::Unreadable { label: label.clone(), error })?;
    let text = text::decode(&bytes);
    let mut report = Report::default();
    for span in &evidence.unreadable {
        let reason = format!("bytes {} to {} of the file could not be read", span.offset, span.end());
        report.skip(format!("byte {}", span.offset), None, reason);
    }
    if let Some(warning) = &text.warning {
        report.warn_file(warning.clone());
    }
    let first = text.text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{1e}').bytes().next();
    let (format, drafts) = match first {
        Some(b'{' | b'[') => match geojson::read(&text, &mut report) {
            Ok(drafts) => (Format::GeoJson, drafts),
            Err(Refused::Foreign(looks_like, next_step)) => {
                return Err(ZoneError::NotZones { label, looks_like, next_step });
            }
            Err(Refused::Projection(name)) => return Err(ZoneError::Projection { label, name }),
        },
        _ => match points::read(&text, &mut report) {
            Some(drafts) => (Format::Csv, drafts),
            None => {
                let (looks_like, next_step) = foreign::other(&bytes, &text.text);
                return Err(ZoneError::NotZones { label, looks_like, next_step });
            }
        },
    };
    let source = Arc::new(Source { label, sha256: evidence.sha256() });
    let zones = name_zones(drafts, &source, &mut report);
    Ok(ZoneFile {
        source,
        format,
        zones,
        warnings: report.warnings(),
        skipped: report.skipped,
        repairs: report.repairs,
    })
}

/// Gives each zone an id of its own in the file: the stated one, a counted one where several state the same, else its place.
fn name_zones(drafts: Vec<Draft>, source: &Arc<Source>, report: &mut Report) -> Vec<Zone> {
    let mut stated: HashMap<String, usize> = HashMap::new();
    for id in drafts.iter().filter_map(|d| d.id.as_ref()) {
        *stated.entry(id.clone()).or_default() += 1;
    }
    let mut taken: HashSet<String> = stated.keys().cloned().collect();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut zones = Vec::with_capacity(drafts.len());
    for mut draft in drafts {
        let id = match draft.id {
            None => free_id(format!("{}#{}", source.label, draft.place.index), &mut taken),
            Some(id) => {
                let number = seen.entry(id.clone()).or_default();
                *number += 1;
                if *number == 1 {
                    id
                } else {
                    let own = free_id(format!("{id}#{number}"), &mut taken);
                    let what = format!(
                        "its id {:?} stands for several features; this one is called {own:?} here",
                        report::short(&id)
                    );
                    report.warn(&mut draft.place, "features with the id of another", what);
                    own
                }
            }
        };
        zones.push(Zone {
            id,
            name: draft.place.name,
            sector: draft.sector,
            source: source.clone(),
            index: draft.place.index,
            volumes: draft.volumes,
            warnings: draft.place.warnings,
        });
    }
    zones
}

/// `wanted`, or the first of `wanted'`, `wanted''`, ... that no zone states as its own id.
fn free_id(wanted: String, taken: &mut HashSet<String>) -> String {
    let mut id = wanted;
    while !taken.insert(id.clone()) {
        id.push('\'');
    }
    id
}

#[cfg(test)]
mod tests;
