//! The declared sites of a run: every zone file that the arguments name or their folders hold.

use std::path::{Path, PathBuf};

use super::Session;
use super::exit::Stop;
use crate::evidence::{Evidence, Found, walk};
use crate::zones::{self, ZoneFile};

/// What was loaded.
pub struct Sites {
    /// Sorted by label.
    pub files: Vec<ZoneFile>,
    /// A feature, or a file that was named, could not be used.
    pub incomplete: bool,
}

/// Loads the zones, or stops with 5 when there are none.
pub fn load(session: &Session<'_>, arguments: &[PathBuf]) -> Result<Sites, Stop> {
    let sites = read(session, arguments);
    sites.files.iter().for_each(|file| tell(session, file));
    if sites.files.iter().all(|file| file.zones.is_empty()) {
        return Err(Stop::input(
            "no zone was loaded; give --zones a file of sites (GeoJSON, KML, OpenAir, CSV, ...), or a folder of them",
        ));
    }
    Ok(sites)
}

/// Reads every zone file; what cannot be read is told.
pub fn read(session: &Session<'_>, arguments: &[PathBuf]) -> Sites {
    let walked = walk(arguments);
    let mut sites = Sites { files: Vec::new(), incomplete: false };
    for skipped in &walked.skipped {
        session.say(&format!("overflown: zones: {} {}", skipped.label, skipped.reason));
        sites.incomplete |= skipped.named;
    }
    for found in walked.files {
        let opened = Evidence::open(&found.path, found.label.clone(), &session.tools.limits, session.hashes);
        let read = opened.map_err(|e| format!("{}: cannot be read: {e}", found.label)).and_then(|evidence| {
            zones::read(&evidence, &companions(session, &found), &session.tools.limits).map_err(|e| e.to_string())
        });
        match read {
            Ok(file) => {
                sites.incomplete |= file.incomplete();
                sites.files.push(file);
            }
            Err(reason) if found.named => {
                session.say(&format!("overflown: zones: {reason}"));
                sites.incomplete = true;
            }
            Err(reason) if session.global.verbose => session.say(&format!("overflown: zones: {reason}")),
            Err(_) => {}
        }
    }
    sites
}

/// The files beside a shapefile that belong to it: attributes, projection, encoding.
fn companions(session: &Session<'_>, found: &Found) -> Vec<Evidence> {
    let is = |path: &Path, wanted: &[&str]| {
        let extension = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        extension.is_some_and(|e| wanted.contains(&e.as_str()))
    };
    if !is(&found.path, &["shp"]) {
        return Vec::new();
    }
    let folder = found.path.parent().unwrap_or(Path::new(""));
    let beside = walk(&[folder.to_owned()]).files.into_iter().filter(|file| {
        file.path.parent() == found.path.parent()
            && file.path.file_stem() == found.path.file_stem()
            && is(&file.path, &["dbf", "prj", "cpg", "shx"])
    });
    let opened = beside.map(|file| Evidence::open(&file.path, file.label, &session.tools.limits, session.hashes));
    opened.filter_map(Result::ok).collect()
}

/// What the examiner must know of a zone file before trusting a verdict.
fn tell(session: &Session<'_>, file: &ZoneFile) {
    const LISTED: usize = 10;
    let label = file.label();
    let skipped = file.skipped.iter().map(|s| {
        let name = s.name.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
        format!("not used: {}{name}: {}", s.index, s.reason)
    });
    let repairs = file.repairs.iter().map(|r| format!("repaired: {r}"));
    let warnings = file.warnings.iter().map(|w| format!("warning: {w}"));
    for line in skipped.chain(warnings).chain(repairs).take(LISTED) {
        session.say(&format!("overflown: zones: {label}: {line}"));
    }
    let all = file.skipped.len() + file.repairs.len() + file.warnings.len();
    if all > LISTED {
        session.say(&format!("overflown: zones: {label}: {} more; --format json lists them all", all - LISTED));
    }
}
