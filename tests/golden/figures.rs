//! Every listed flight record against the figures of `INVENTORY.tsv`, which independent probes wrote; the list is parsed when
//! the test runs, so that new evidence is tested by being listed.

use overflown::decode::Fact;
use overflown::evidence::Sha256;
use overflown::examine::{Completion, Examined};

use crate::support::{Ledger, Listed, assert_accounts, evidence, examine_bytes, fixes, inventory, rows};

/// Degrees; the list prints seven decimals.
const PLACE: f64 = 1e-6;

fn flight_records() -> Vec<(Listed, Vec<u8>)> {
    let listed = inventory("dji-txt").into_iter().filter(|item| item.version().is_some());
    let records: Vec<(Listed, Vec<u8>)> = listed.map(|item| (item.clone(), item.read())).collect();
    // A list that is read wrongly must not pass by testing nothing.
    let clear = records.iter().filter(|(item, _)| item.is_clear_log() && !item.figures.is_empty()).count();
    assert!(
        evidence().is_none() || records.len() >= 24 && clear >= 14,
        "{} records, {clear} of them clear",
        records.len()
    );
    records
}

fn osd(examined: &Examined) -> u64 {
    examined.report.records.by_type.get("osd").copied().unwrap_or(0)
}

#[test]
fn every_listed_file_is_there_and_unchanged() {
    for item in inventory("dji-txt") {
        let bytes = item.read();
        assert_eq!(bytes.len() as u64, item.bytes, "{}", item.name);
        assert_eq!(Sha256::of(&bytes).to_string(), item.sha256, "{}", item.name);
    }
}

#[test]
fn healthy_logs_are_whole_with_the_listed_counts_and_places() {
    for (item, bytes) in flight_records().into_iter().filter(|(item, _)| item.is_clear_log()) {
        let examined = examine_bytes(item.file_name(), bytes);
        let report = &examined.report;
        let name = &item.name;
        assert_accounts(name, &examined);
        assert_eq!(report.version.as_deref(), Some(item.version().unwrap().to_string().as_str()), "{name}");
        assert_eq!(report.completeness, Completion::Whole, "{name}: {:#?}", report.diagnostics);
        assert!(!examined.is_incomplete(), "{name}: a healthy log exits 0: {:#?}", report.diagnostics);
        assert_eq!((report.coverage.unknown, report.coverage.damaged), (0, 0), "{name}");
        assert_eq!(report.records.lost, 0, "{name}");
        assert_eq!(rows(&examined).len() as u64, osd(&examined), "{name}: a row an OSD record");
        if item.figures.is_empty() {
            assert_eq!(osd(&examined), 50, "{name}: made with 50 positions");
            continue;
        }
        assert_eq!(rows(&examined).len(), item.number::<usize>("OSD "), "{name}: fixes + invalid");
        assert_eq!(report.records.found, item.number::<u64>(", records "), "{name}: records");
        assert_eq!(report.children.len(), item.number::<usize>("JPEGs "), "{name}: pictures");
        let summary = report.tracks.iter().find(|track| track.primary).expect("an aircraft track");
        assert_eq!(summary.fixes + summary.invalid, osd(&examined), "{name}");
        for (label, place) in [("; first ", &summary.first), (" last ", &summary.last)] {
            let (lat, lon) = item.place(label);
            let place = place.as_ref().expect("a fix");
            let off = (place.lat - lat).abs().max((place.lon - lon).abs());
            assert!(off <= PLACE, "{name}:{label}fix is {}, {}, listed {lat}, {lon}", place.lat, place.lon);
        }
    }
}

#[test]
fn locked_logs_tell_their_listed_counts_and_no_position() {
    for (item, bytes) in
        flight_records().into_iter().filter(|(item, _)| !item.is_clear_log() && !item.is_text_damaged())
    {
        let examined = examine_bytes(item.file_name(), bytes);
        let report = &examined.report;
        let name = &item.name;
        assert_accounts(name, &examined);
        assert_eq!(report.completeness, Completion::Locked, "{name}: {:#?}", report.diagnostics);
        assert!(!examined.is_usable() && examined.is_incomplete(), "{name}: exit 4 alone, 3 among others");
        assert_eq!(report.version.as_deref(), Some("14"), "{name}");
        assert_eq!((report.coverage.unknown, report.coverage.damaged), (0, 0), "{name}");
        assert_eq!(fixes(&examined), 0, "{name}: cipher text is no position");
        let locked = report.locked.as_ref().expect("what is locked and what to do");
        assert!(!locked.features.is_empty() && !locked.next_step.is_empty(), "{name}: {locked:?}");
        if !item.figures.is_empty() {
            assert_eq!(osd(&examined), item.number::<u64>("OSD "), "{name}: OSD frames");
            assert_eq!(report.records.found, item.number::<u64>(", records "), "{name}: records");
            assert_eq!(report.children.len(), item.number::<usize>("JPEGs "), "{name}: pictures");
        }
    }
}

#[test]
fn details_are_those_that_are_listed() {
    for (item, bytes) in flight_records().into_iter().filter(|(i, _)| !i.figures.is_empty() && !i.is_text_damaged()) {
        let name = &item.name;
        let ledger = Ledger::of(item.file_name(), &bytes);
        let examined = examine_bytes(item.file_name(), bytes);
        let report = &examined.report;
        let declared = |what: &str| report.declared.iter().find(|d| d.name == what).map(|d| d.value);

        assert_eq!(report.device.aircraft_serial.as_deref(), Some(item.word(" asn ")), "{name}: serial");
        let model = report.device.model.as_deref().unwrap_or_default();
        assert!(model.ends_with(&format!("(product {})", item.word("product "))), "{name}: model {model:?}");
        let aircraft = listed_name(&item);
        assert_eq!(report.device.name.as_deref().unwrap_or_default(), aircraft, "{name}: name of the aircraft");

        let photos = declared("photo_count").unwrap_or(0.0);
        assert_eq!(photos, item.number::<f64>(" photos "), "{name}: photos that the log declares");
        assert_eq!(
            declared("record_count"),
            Some(item.number::<f64>(" lines ")),
            "{name}: lines that the log declares"
        );
        assert_close(name, "duration", declared("duration"), item.number(" dur "), 0.0501);
        assert_close(name, "max height", declared("max_height"), item.number(" maxh "), 0.0501);
        // The list prints what stands in the block: kilometres in version 14.
        let metres = if item.version() == Some(14) { 1000.0 } else { 1.0 };
        assert_close(name, "distance", declared("distance"), item.number::<f64>(" dist ") * metres, 0.000_51 * metres);

        let start = ledger.facts.iter().find_map(|fact| match fact {
            Fact::Start { utc_ns, .. } => Some(overflown::track::utc_text(*utc_ns)),
            _ => None,
        });
        let listed = item.word(" start ").trim_end_matches("+00:").to_owned();
        assert_eq!(start.map(|text| text[..listed.len()].to_owned()), Some(listed), "{name}: start of the log");
    }
}

/// `name 'moo' asn`, quoted either way.
fn listed_name(item: &Listed) -> String {
    let rest = item.figures.split(" name ").nth(1).expect("a name").split(" asn ").next().expect("a serial");
    rest[1..rest.len() - 1].to_owned()
}

fn assert_close(name: &str, what: &str, found: Option<f64>, listed: f64, within: f64) {
    let found = found.unwrap_or_else(|| panic!("{name}: no {what}"));
    assert!((found - listed).abs() <= within, "{name}: {what} {found}, listed {listed}");
}

#[test]
fn a_log_that_was_saved_as_text_is_recognised_and_explained() {
    for item in inventory("dji-txt").iter().filter(|item| item.is_text_damaged()) {
        let bytes = item.read();
        let examined = examine_bytes(item.file_name(), bytes);
        let report = &examined.report;
        assert_accounts(&item.name, &examined);
        assert_eq!(report.format, Some("dji-txt"), "{}", item.name);
        assert_eq!(report.completeness, Completion::Unreadable, "{}", item.name);
        assert!(!examined.is_usable() && examined.is_incomplete(), "{}", item.name);
        assert_eq!(report.coverage.damaged, report.bytes, "{}: nothing of it can be used", item.name);
        // The number of lost bytes was counted by an independent probe.
        let told = report.diagnostics.iter().any(|d| d.message.contains("903738") && d.message.contains("67.6 %"));
        assert!(told, "{}: {:#?}", item.name, report.diagnostics);
        assert!(examined.tracks.is_empty());
    }
}

/// The phone's position stands latitude first; read the other way round the pilot would stand in another country.
#[test]
fn the_pilot_stands_near_the_aircraft() {
    use geo::{Distance as _, Geodesic, Point};
    for (item, bytes) in flight_records().into_iter().filter(|(item, _)| item.is_clear_log()) {
        let examined = examine_bytes(item.file_name(), bytes);
        let phone = examined.report.records.by_type.get("app_gps").copied().unwrap_or(0);
        let pilot = examined.tracks.iter().find(|track| track.name == "pilot");
        assert_eq!(pilot.map_or(0, |track| track.rows.len() as u64), phone, "{}: a row a phone position", item.name);
        let Some(pilot) = pilot else { continue };
        let aircraft = rows(&examined);
        for row in pilot.rows.fixes() {
            let beside = aircraft.row_at(pilot.rows.offset[row]);
            let Some(beside) = beside.filter(|&row| aircraft.fix[row].is_fix()) else { continue };
            let point = |lat: f64, lon: f64| Point::new(lon, lat);
            let apart = Geodesic.distance(
                point(pilot.rows.lat[row], pilot.rows.lon[row]),
                point(aircraft.lat[beside], aircraft.lon[beside]),
            );
            assert!(
                apart < 3_000.0,
                "{}: pilot {apart:.0} m from the aircraft at {}",
                item.name,
                pilot.rows.offset[row]
            );
        }
    }
}
