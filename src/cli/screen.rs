//! One item on one screen, in the order of an examiner's questions.

use std::fmt::Write as _;

use crate::analyse::{Place, TrackSummary};
use crate::evidence::label::{number_of, printable};
use crate::examine::{Completion, DiagnosticReport, FileReport};

/// Lines of diagnostics before the rest is counted.
const SHOWN: usize = 6;

/// The screen of a recognised item; `color` makes the name bold and losses red.
pub fn file(report: &FileReport, color: bool) -> String {
    let text = plain(report);
    if !color {
        return text;
    }
    let lines = text.lines().enumerate().map(|(i, line)| {
        let lost = ["  loss ", "  damage ", "  locked ", "  SIMULATED "].iter().any(|head| line.starts_with(head));
        match (i, lost) {
            (0, _) => format!("\x1b[1m{line}\x1b[0m\n"),
            (_, true) => format!("\x1b[31m{line}\x1b[0m\n"),
            _ => format!("{line}\n"),
        }
    });
    lines.collect()
}

fn plain(report: &FileReport) -> String {
    let mut text = String::new();
    what(report, &mut text);
    if report.tracks.iter().any(|track| track.simulated) {
        line(&mut text, "SIMULATED", "the flight controller ran a simulation: no aircraft was at these places");
    }
    whose(report, &mut text);
    when(report, &mut text);
    for track in &report.tracks {
        place(track, &mut text);
    }
    complete(report, &mut text);
    lost(report, &mut text);
    next(report, &mut text);
    text.push('\n');
    text
}

/// One line for an item that is not ours.
pub fn foreign(report: &FileReport) -> String {
    let next = report.next_step.as_deref().map(|next| format!("; {next}")).unwrap_or_default();
    format!("{}: not recognised, {} bytes, {}{next}\n", report.path, report.bytes, report.why)
}

fn line(text: &mut String, head: &str, body: &str) {
    // A long name still stands apart from what is said of it.
    let gap = if head.chars().count() < 12 { "" } else { "  " };
    let _ = writeln!(text, "  {head:<12}{gap}{body}");
}

fn what(report: &FileReport, text: &mut String) {
    let _ = writeln!(text, "{}", report.path);
    let version = report.version.as_deref().map(|v| format!(" version {v}")).unwrap_or_default();
    line(text, "what", &format!("{}{version}, {} bytes ({})", report.format.unwrap_or("?"), report.bytes, report.why));
    line(text, "sha256", &report.sha256);
    for (name, digest) in [("md5", &report.md5), ("sha1", &report.sha1)] {
        if let Some(digest) = digest {
            line(text, name, digest);
        }
    }
    if let Some(parent) = &report.parent {
        let offset = parent.offset.map(|o| format!(" at {o}")).unwrap_or_default();
        line(text, "inside", &format!("{}{offset}", parent.path));
    }
    if let Some(original) = &report.original {
        let by = report.original_by.as_deref().unwrap_or_default();
        line(text, "on phone", &format!("{} (by {})", printable(original), printable(by)));
    }
    if let Some(app) = report.app_by_path {
        line(text, "app by path", app);
    }
    if !report.copies.is_empty() {
        line(text, "copies", &report.copies.join(", "));
    }
}

fn whose(report: &FileReport, text: &mut String) {
    let device = &report.device;
    let named = |name: &str, value: &Option<String>| value.as_ref().map(|v| format!("{name} {}", printable(v)));
    let aircraft = [
        device.model.clone(),
        named("serial", &device.aircraft_serial),
        device.name.as_ref().map(|name| format!("named {:?}", printable(name))),
    ];
    join(text, "aircraft", aircraft);
    join(
        text,
        "parts",
        [
            named("camera", &device.camera_serial),
            named("controller", &device.controller_serial),
            (!device.battery_serials.is_empty())
                .then(|| format!("battery {}", printable(&device.battery_serials.join(" and ")))),
            named("gimbal", &device.gimbal_serial),
            (!device.firmware.is_empty()).then(|| format!("{} firmware entries", device.firmware.len())),
        ],
    );
    join(text, "app", [device.app.clone()]);
    let ids = report.identifiers.iter().map(|id| Some(format!("{} {}", id.kind, printable(&id.value))));
    join(text, "ids", ids);
}

fn join(text: &mut String, head: &str, parts: impl IntoIterator<Item = Option<String>>) {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if !parts.is_empty() {
        line(text, head, &parts.join(", "));
    }
}

fn when(report: &FileReport, text: &mut String) {
    if report.container {
        return;
    }
    let time = &report.time;
    let (Some(start), Some(end)) = (&time.start_utc, &time.end_utc) else {
        if let (Some(start), Some(end)) = (&time.start_local, &time.end_local) {
            let clock = time.clock.unwrap_or("log's");
            return line(
                text,
                "when",
                &format!("{start} to {end}, local time of the {clock} clock, offset not stated"),
            );
        }
        return line(text, "when", "unknown: no record tells a time of day");
    };
    line(text, "when", &format!("{start} to {end} (UTC by the {} clock)", time.clock.unwrap_or("log's")));
    match time.utc_offset_s {
        Some(offset) => {
            let sign = if offset < 0 { '-' } else { '+' };
            let zone = format!("{sign}{:02}:{:02}", offset.abs() / 3600, offset.abs() / 60 % 60);
            line(text, "local time", &format!("UTC{zone}, {}", time.utc_offset_source.unwrap_or("given")));
        }
        None => line(text, "local time", "not known: the file's name holds none"),
    }
}

fn place(track: &TrackSummary, text: &mut String) {
    let suspect = if track.suspect > 0 { format!(", {} suspect", track.suspect) } else { String::new() };
    let fixes = number_of(track.fixes as usize, "fix", "fixes");
    let rows = format!("{fixes}, {} without a valid position{suspect}", track.invalid);
    let primary = if track.primary { ", primary" } else { "" };
    line(
        text,
        &track.name,
        &format!("{rows} ({}/{}{primary}), {:.0} m along them", track.estimate, track.role, track.length_m),
    );
    if !track.primary {
        if let Some(first) = &track.first {
            line(text, "", &format!("first {}", at(first)));
        }
        return;
    }
    for (head, place) in [("first", &track.first), ("last", &track.last)] {
        if let Some(place) = place {
            line(text, "", &format!("{head:<8} {}", at(place)));
        }
    }
    if let (Some(place), Some(distance)) = (&track.farthest, track.farthest_m) {
        line(text, "", &format!("farthest {} ({distance:.1} m from the first fix)", at(place)));
    }
    if let (Some(place), Some(height)) = (&track.highest, track.max_height_m) {
        let reference = track.height_reference.as_deref().unwrap_or("?");
        line(text, "", &format!("highest  {} ({height:.1} m above {})", at(place), above(reference)));
    }
}

fn above(reference: &str) -> &str {
    match reference {
        "takeoff" => "take-off",
        "amsl" => "mean sea level",
        "ellipsoid" => "the ellipsoid",
        "ground" => "the ground",
        "pressure" => "the pressure level 1013.25 hPa",
        "unknown" => "a level that the source does not state",
        other => other,
    }
}

fn at(place: &Place) -> String {
    let when = match (&place.utc, &place.local) {
        (Some(utc), _) => utc.clone(),
        (None, Some(local)) => format!("{local} local time"),
        (None, None) => "time unknown".to_owned(),
    };
    format!("{:.7}, {:.7}  {when}  offset {}", place.lat, place.lon, place.offset)
}

fn complete(report: &FileReport, text: &mut String) {
    let coverage = report.coverage;
    let share = |bytes: u64| 100.0 * bytes as f64 / report.bytes.max(1) as f64;
    line(
        text,
        "bytes",
        &format!(
            "{} decoded ({:.1} %), {} known, {} unknown, {} damaged: {}",
            coverage.decoded,
            share(coverage.decoded),
            coverage.known,
            coverage.unknown,
            coverage.damaged,
            report.completeness.as_str()
        ),
    );
    if report.container {
        return container(report, text);
    }
    let records = &report.records;
    line(
        text,
        "records",
        &format!(
            "{} found: {} decoded, {} opaque, {} lost; {} events, {} embedded files",
            records.found,
            records.decoded,
            records.opaque,
            records.lost,
            report.events,
            report.children.len()
        ),
    );
    locked_and_notes(report, text);
}

/// Members in the place of records.
fn container(report: &FileReport, text: &mut String) {
    let members: Vec<String> = report.children.iter().take(SHOWN).map(|child| child.name.clone()).collect();
    let more = report.children.len() - members.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    line(text, "holds", &format!("{} files: {}{more}", report.children.len(), members.join(", ")));
    locked_and_notes(report, text);
}

fn locked_and_notes(report: &FileReport, text: &mut String) {
    if let Some(locked) = &report.locked {
        line(text, "locked", &locked.reason);
        let keys = match locked.features.as_slice() {
            [] => String::new(),
            features => format!("; wrapped keys in the file: {}", features.join(", ")),
        };
        line(text, "", &format!("{}{keys}", locked.scheme));
    }
    for note in &report.notes {
        line(text, "note", &printable(note));
    }
}

fn lost(report: &FileReport, text: &mut String) {
    let (notes, losses): (Vec<_>, Vec<_>) = report.diagnostics.iter().partition(|d| d.severity == "note");
    if losses.is_empty() {
        line(text, "lost", "nothing");
    }
    for diagnostic in losses.iter().chain(&notes).take(SHOWN) {
        line(text, diagnostic.severity, &diagnosis(diagnostic));
    }
    let more = report.diagnostics.len().saturating_sub(SHOWN);
    if more > 0 {
        line(text, "", &format!("and {more} more: --format json lists them all"));
    }
}

fn diagnosis(diagnostic: &DiagnosticReport) -> String {
    let times = match (&diagnostic.from_utc, &diagnostic.to_utc) {
        (Some(from), Some(to)) => format!(" [{from} to {to}]"),
        (Some(from), None) => format!(" [after {from}]"),
        (None, Some(to)) => format!(" [before {to}]"),
        (None, None) => String::new(),
    };
    let count = if diagnostic.count > 1 { format!(" ({} times)", diagnostic.count) } else { String::new() };
    format!("{}: {}{count}{times}", diagnostic.code, printable(&diagnostic.message))
}

fn next(report: &FileReport, text: &mut String) {
    let has_fixes = report.tracks.iter().any(|t| t.fixes > 0);
    let step = match (&report.next_step, report.completeness) {
        (Some(step), _) => step.clone(),
        (None, Completion::Unreadable) => "ask for the original file, or for the device that holds it".to_owned(),
        (None, _) if report.container => "overflown extract writes out what is in it".to_owned(),
        (None, _) if has_fixes => "overflown check --zones SITES on it, or convert it to GPX or GeoJSON".to_owned(),
        (None, _) => "overflown records lists what it holds".to_owned(),
    };
    line(text, "next", &step);
}
