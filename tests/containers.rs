//! Envelopes: what lies in archives and packed streams is found, named, given back byte for byte, and every byte around it is
//! accounted for. The archives are made by encoders of their own; python, Info-ZIP and gzip agree with those on the samples.

mod backups;
mod bombs;
mod gzip;
mod listed;
mod names;
mod recovered;
mod run;

use overflown::examine::{Completion, Examined};

use crate::support::{assert_accounts, examine_bytes, small_log};

/// A flight record of a few kilobytes.
fn log() -> Vec<u8> {
    small_log(8).bytes
}

/// A second one.
fn other_log() -> Vec<u8> {
    small_log(4).bytes
}

/// Name, offset of the data, length and SHA-256 of each child.
fn children(examined: &Examined) -> Vec<(&str, u64, u64, &str)> {
    let children = examined.report.children.iter();
    children.map(|c| (c.name.as_str(), c.offset.unwrap_or(u64::MAX), c.length, c.sha256.as_str())).collect()
}

fn names(examined: &Examined) -> Vec<&str> {
    examined.report.children.iter().map(|child| child.name.as_str()).collect()
}

/// Severity and message of a diagnostic.
fn told<'a>(examined: &'a Examined, code: &str) -> (&'static str, &'a str) {
    let found = examined.report.diagnostics.iter().find(|d| d.code == code);
    let found = found.unwrap_or_else(|| panic!("{code} is not told: {:#?}", examined.report.diagnostics));
    (found.severity, &found.message)
}

fn codes(examined: &Examined) -> Vec<&'static str> {
    examined.report.diagnostics.iter().map(|d| d.code).collect()
}

/// Examines an envelope and checks what holds for all.
fn open(name: &str, bytes: Vec<u8>) -> Examined {
    let examined = examine_bytes(name, bytes);
    assert_accounts(name, &examined);
    assert!(examined.report.container, "{name}: {}", examined.report.why);
    assert!(!examined.is_usable(), "an envelope is of no use by itself");
    for child in &examined.children {
        assert_eq!(child.report.parent.as_ref().map(|p| p.path.as_str()), Some(examined.report.path.as_str()));
    }
    examined
}

/// As [`open`], and nothing is wrong with it: not even a note.
fn open_whole(name: &str, bytes: Vec<u8>) -> Examined {
    let examined = open(name, bytes);
    assert_eq!(examined.report.completeness, Completion::Whole, "{name}: {:#?}", examined.report.diagnostics);
    assert_eq!(codes(&examined), [""; 0], "{name}");
    assert_eq!((examined.report.coverage.unknown, examined.report.coverage.damaged), (0, 0), "{name}");
    examined
}

/// The child of this name was examined and has the twelve positions of the made logs.
fn assert_flight(examined: &Examined, name: &str) {
    let path = format!("{}!/{name}", examined.report.path);
    let child = examined.children.iter().find(|child| child.report.path == path);
    let child = child.unwrap_or_else(|| panic!("{path} was not examined: {:?}", names(examined)));
    assert_eq!(child.report.completeness, Completion::Whole, "{path}: {:#?}", child.report.diagnostics);
    assert_eq!(crate::support::fixes(child), crate::support::FRAMES, "{path}");
}
