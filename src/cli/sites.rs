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
    for found in walked.files.iter().filter(|found| !is_companion(found, &walked.files)) {
        let opened = Evidence::open(&found.path, found.label.clone(), &session.tools.limits, session.hashes);
        let read = opened.map_err(|e| format!("{}: cannot be read: {e}", found.label)).and_then(|evidence| {
            zones::read(&evidence, &companions(session, found), &session.tools.limits).map_err(|e| e.to_string())
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

/// Endings of the files that belong to a shapefile: attributes, projection, encoding, index.
const COMPANIONS: [&str; 4] = ["dbf", "prj", "cpg", "shx"];

fn has_extension(path: &Path, wanted: &[&str]) -> bool {
    let extension = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    extension.is_some_and(|e| wanted.contains(&e.as_str()))
}

/// Whether a file met in a folder belongs to a shapefile beside it, which is read with it.
fn is_companion(found: &Found, all: &[Found]) -> bool {
    let is_of = |other: &Found| {
        has_extension(&other.path, &["shp"]) && other.path.with_extension("") == found.path.with_extension("")
    };
    !found.named && has_extension(&found.path, &COMPANIONS) && all.iter().any(is_of)
}

/// The files that belong to a shapefile.
fn companions(session: &Session<'_>, found: &Found) -> Vec<Evidence> {
    if !has_extension(&found.path, &["shp"]) {
        return Vec::new();
    }
    let folder = found.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let beside = entries.filter(|entry| {
        let path = entry.path();
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        is_file && path.file_stem() == found.path.file_stem() && has_extension(&path, &COMPANIONS)
    });
    let mut paths: Vec<PathBuf> = beside.map(|entry| entry.path()).collect();
    paths.sort();
    let open = |path: PathBuf| {
        let label = crate::evidence::label::of_argument(&path);
        Evidence::open(&path, label, &session.tools.limits, session.hashes).ok()
    };
    paths.into_iter().filter_map(open).collect()
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
