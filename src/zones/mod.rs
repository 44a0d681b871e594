//! Declared sites: zone files of any dialect into one normal form, [`Zone`]. What a file is, its content decides; what was
//! repaired, doubted or left out is listed, because a verdict is worth no more than the zones that it rests on.

mod applicability;
mod archive;
mod autel;
mod country;
mod dji_geo;
mod draft;
mod ed269;
mod ed318;
mod error;
mod esri;
mod faa;
mod feature;
mod flatgeobuf;
mod foreign;
mod geojson;
mod geopackage;
mod in_force;
mod instant;
mod json;
mod kml;
mod limits;
mod normal;
mod openair;
mod overpass;
mod points;
mod properties;
mod reader;
mod report;
mod restriction;
mod sector;
mod shape;
mod shapefile;
mod sun;
mod text;
mod vertical;
mod window;
mod wkb;
mod wkt;
mod zone;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

pub use error::ZoneError;
pub use in_force::{Answer, InForce, Place, in_force};
pub use normal::NORMAL_FORM;
pub use sector::Sector;
pub use shape::bbox::Bbox;
pub use shape::ring::nearest_turn;
pub use vertical::{Reference, Unit, VerticalLimit};
pub use window::{ALL_DAYS, Clock, DAY_NAMES, Edge, Period, SunEvent, Window};
pub use zone::{About, EdgeRule, Issue, Restriction, Shape, Skipped, Source, Volume, Zone, ZoneFile, polygon_bbox};

use crate::bytes::text::free_name;
use crate::evidence::{Evidence, Limits};
use draft::Draft;
use reader::{Input, READERS, Refused};
use report::Report;

/// Reads one zone file. `companions` are the files beside it that have its name and another extension.
///
/// # Errors
/// When the bytes cannot be had, are no zone file, or are in a projection that is not converted. Features that cannot be used
/// are no error: they are listed in [`ZoneFile::skipped`].
pub fn read(evidence: &Evidence, companions: &[Evidence], limits: &Limits) -> Result<ZoneFile, ZoneError> {
    let label = evidence.label.clone();
    let bytes = evidence.whole(limits).map_err(|error| ZoneError::Unreadable { label: label.clone(), error })?;
    let text = text::decode(&bytes);
    let mut report = Report::default();
    for span in &evidence.unreadable {
        let reason = format!("bytes {} to {} of the file could not be read", span.offset, span.end());
        report.skip(format!("byte {}", span.offset), None, reason);
    }
    let input = Input { bytes: &bytes, text: &text, companions, json: json::Found::default() };
    let Some(reader) = READERS.iter().find(|reader| (reader.claims)(&input)) else {
        let (looks_like, next_step) = foreign::other(&bytes, &text.text);
        return Err(ZoneError::NotZones { label, looks_like, next_step });
    };
    let drafts = (reader.read)(&input, &mut report).map_err(|refused| match refused {
        Refused::Foreign(looks_like, next_step) => ZoneError::NotZones { label: label.clone(), looks_like, next_step },
        Refused::Projection(name) => ZoneError::Projection { label: label.clone(), name },
    })?;
    if let Some(warning) = text.warning.as_ref().filter(|_| reader.is_text) {
        report.warn_file(warning.clone());
    }
    let source = Arc::new(Source { label, sha256: evidence.sha256() });
    let zones = name_zones(drafts, &source, &mut report);
    Ok(ZoneFile {
        source,
        format: reader.format,
        zones,
        warnings: report.warnings(),
        ambiguities: report.ambiguities(),
        ignored: report.ignored(),
        skipped: report.skipped,
        repairs: report.repairs,
        issue: report.issue,
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
            None => free_name(format!("{}#{}", source.label, draft.place.index), &mut taken),
            Some(id) => {
                let number = seen.entry(id.clone()).or_default();
                *number += 1;
                if *number == 1 {
                    id
                } else {
                    let own = free_name(format!("{id}#{number}"), &mut taken);
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
            about: draft.about,
            source: source.clone(),
            index: draft.place.index,
            volumes: draft.volumes,
            warnings: draft.place.warnings,
        });
    }
    zones
}

#[cfg(test)]
mod tests;
