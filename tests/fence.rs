//! The geofence checker against cases whose answers are known by other means: files that are wrong on purpose, the test set of
//! the geo-awareness suite, outlines over the antimeridian, and a checker that only counts and measures.

mod antimeridian;
mod interuss;
mod nasty;
mod random;
mod traps;

use overflown::analyse::{Encounter, Fence, Settings};
use overflown::evidence::{Evidence, Limits};
use overflown::track::{FixState, Rows, Stamp, Track};
use overflown::zones::{self, ZoneFile};
use serde_json::Value;

use crate::cli::{Ran, run};
use crate::support::{Listed, inventory};

/// A file of `evidence/zones`; `None` without evidence.
fn listed(name: &str) -> Option<Listed> {
    let all = inventory("zones");
    if all.is_empty() {
        return None;
    }
    Some(all.into_iter().find(|item| item.name == name).unwrap_or_else(|| panic!("{name} is not listed")))
}

fn read(item: &Listed) -> ZoneFile {
    let evidence = Evidence::from_bytes(item.file_name(), item.read());
    zones::read(&evidence, &[], &Limits::default()).unwrap_or_else(|error| panic!("{}: {error}", item.name))
}

/// A track of these places (latitude, longitude), a second apart.
fn track(places: &[(f64, f64)]) -> Track {
    let mut rows = Rows::default();
    for (i, &(lat, lon)) in places.iter().enumerate() {
        rows.offset.push(i as u64);
        rows.elapsed_ns.push(i as i64 * 1_000_000_000);
        rows.utc_ns.push(Rows::NO_TIME);
        rows.stamp.push(Stamp::Unknown);
        rows.lat.push(lat);
        rows.lon.push(lon);
        rows.fix.push(FixState::Valid);
    }
    let kind = "aircraft/gnss/recorded".parse().expect("a kind");
    Track { name: "aircraft".to_owned(), kind, primary: true, simulated: false, rows }
}

fn encounters(files: &[ZoneFile], within_m: f64, places: &[(f64, f64)]) -> Vec<Encounter> {
    Fence::new(files, Settings { within_m, ..Settings::default() }).check(&track(places)).encounters
}

/// `check` of a table with these lines against a zone file, as a user runs it.
fn check_table(head: &str, lines: &[String], zones: &std::path::Path, more: &[&str]) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let table = folder.path().join("flight.csv");
    std::fs::write(&table, format!("{head}\n{}\n", lines.join("\n"))).expect("written");
    let (table, zones) = (table.to_string_lossy().into_owned(), zones.to_string_lossy().into_owned());
    run(&[&["check", "--format", "json", "--zones", &zones, &table], more].concat())
}

/// All encounters of all flights of a document.
fn in_document(document: &Value) -> Vec<Value> {
    let flights = document["flights"].as_array().expect("flights");
    flights.iter().flat_map(|flight| flight["encounters"].as_array().expect("encounters").clone()).collect()
}
