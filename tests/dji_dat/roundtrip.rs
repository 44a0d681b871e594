//! Logs of both generations against the flight that they were made from.

use overflown::decode::EventKind;
use overflown::examine::Completion;
use overflown::track::{Estimate, Kind, Role, Subject};

use super::ledger::Ledger;
use super::{Case, EARLY, FORMAT, LATER, RATE, assert_positions, estimate, hop, matrice, recording};
use crate::make::craft;
use crate::make::dji_dat::recorder::{early_log, later_log};
use crate::support::{assert_accounts, track};

const AIRCRAFT: Kind = Kind { subject: Subject::Aircraft, estimate: Estimate::Fused, role: Role::Recorded };
/// The stated accuracy of UTC that rests on whole seconds alone.
const SECONDS_ALONE: f64 = 0.25;
/// With the receiver's milliseconds.
const MILLISECONDS: f64 = 0.05;

fn early() -> Case {
    let craft = craft::phantom_3_standard();
    let states = hop(&craft);
    let rate = u64::from(early_log::TICKS_PER_SECOND);
    let recording = super::Recording {
        first_tick: 20 * rate + 1,
        rate: rate as f64,
        definitions: &[],
        ..recording(&craft, &states)
    };
    Case::of(recording.v1())
}

fn later(low_bits: u64) -> Case {
    let craft = matrice();
    let states = hop(&craft);
    Case::of(super::Recording { low_bits, ..recording(&craft, &states) }.v3())
}

#[test]
fn the_first_generation_comes_out_as_it_went_in() {
    let case = early();
    assert_whole("V1", &case);
    assert_eq!(case.examined.report.version.as_deref(), Some("1"));
    assert_positions("V1", &case, &EARLY, SECONDS_ALONE);
}

#[test]
fn later_logs_come_out_as_they_went_in() {
    for low_bits in [0, 0x5A, 0xFF] {
        let what = format!("V3, low bits {low_bits:02X}");
        let case = later(low_bits);
        assert_whole(&what, &case);
        assert_eq!(case.examined.report.version.as_deref(), Some("3"));
        assert_positions(&what, &case, &LATER, MILLISECONDS);
    }
}

fn assert_whole(what: &str, case: &Case) {
    let report = &case.examined.report;
    assert_accounts(what, &case.examined);
    assert_eq!(report.format, Some(FORMAT), "{what}");
    assert_eq!(report.completeness, Completion::Whole, "{what}: {:#?}", report.diagnostics);
    assert_eq!((report.coverage.unknown, report.coverage.damaged), (0, 0), "{what}");
    let (found, lost) = (report.records.found, report.records.lost);
    assert_eq!((found, lost), (case.truth.records.len() as u64, 0), "{what}: records");
    let (ledger, _) = Ledger::of(&case.bytes);
    let mut put: Vec<_> = case.truth.records.iter().map(|record| (record.kind, record.spans.clone())).collect();
    put.sort();
    assert_eq!(ledger.places(), put, "{what}: pieces of all records");
}

/// Each estimate is a track of its own, so that nobody takes one for the other.
#[test]
fn estimates_are_tracks_of_their_own() {
    for (what, case, kinds) in [("V1", early(), EARLY.as_slice()), ("V3", later(0), &[2048, 2096, 53234])] {
        let primary = case.examined.primary().expect("a primary track");
        let best = if what == "V1" { Estimate::Fused } else { Estimate::Rtk };
        assert_eq!(primary.kind, Kind { estimate: best, ..AIRCRAFT }, "{what}");
        let names: Vec<&str> = kinds.iter().map(|kind| case.rows_of(*kind).0.name.as_str()).collect();
        for (kind, name) in kinds.iter().zip(&names) {
            let track = track(&case.examined, name).expect("a named track");
            assert_eq!(track.kind.estimate, estimate(*kind), "{what}: {kind} in {name}");
            let same = names.iter().filter(|other| *other == name).count();
            assert_eq!(same, 1, "{what}: {kind} shares {name} with another type");
            assert_eq!(track.rows.len(), case.truth.count(*kind), "{what}: rows of {name}");
        }
    }
}

#[test]
fn the_counter_is_the_rows_own_clock() {
    let case = later(0);
    let (track, rows) = case.rows_of(2096);
    let fixes = case.fixes_of(2096);
    for (fix, row) in fixes.iter().zip(&rows) {
        let put = (fix.ticks as f64 - fixes[0].ticks as f64) / RATE as f64;
        let elapsed = |row: usize| track.rows.elapsed(row).expect("the counter") as f64 / 1e9;
        let found = elapsed(*row) - elapsed(rows[0]);
        // Counted by the header's rate, or by the rate that the receiver's time shows, 30 ppm off.
        assert!((found - put).abs() < 1e-3, "row {row}: {found} s, {put} went in");
    }
}

#[test]
fn heights_velocities_and_attitudes_come_out() {
    let craft = matrice();
    let states = hop(&craft);
    let case = later(0);
    let (track, rows) = case.rows_of(2048);
    let column = |name: &str| track.rows.column(name).unwrap_or_else(|| panic!("no {name}"));
    for (fix, row) in case.fixes_of(2048).into_iter().zip(rows) {
        let state = &states[fix.state];
        for (name, put) in [
            ("velocity.north", state.velocity[0]),
            ("velocity.east", state.velocity[1]),
            ("velocity.down", state.velocity[2]),
            ("attitude.roll", state.roll),
            ("attitude.pitch", state.pitch),
            ("attitude.yaw", state.yaw),
        ] {
            let found = f64::from(column(name)[row]);
            let off = (found - put).abs().min(360.0 - (found - put).abs());
            assert!(off < 1e-3, "{name} of row {row} is {found}, {put} went in");
        }
    }
}

#[test]
fn motors_are_told_with_their_reasons_and_times() {
    for (what, case, start) in [("V1", early(), None), ("V3", later(0), Some("MR_REQ_RC_NORMAL"))] {
        let craft = if what == "V1" { craft::phantom_3_standard() } else { matrice() };
        let states = hop(&craft);
        let turned = |on: bool| states.windows(2).position(|pair| pair[0].motors != on && pair[1].motors == on);
        for (kind, on) in [(EventKind::MotorsOn, true), (EventKind::MotorsOff, false)] {
            let put = turned(on).expect("motors turn") as f64 / 10.0 + 0.1;
            let start_ns = case.fixes[0].utc_ns as f64 - states[case.fixes[0].state].t * 1e9;
            let told = case.examined.events.iter().filter(|event| event.event.kind == kind);
            let found: Vec<f64> = told.map(|event| (event.utc_ns.expect("a time") as f64 - start_ns) / 1e9).collect();
            // The log book and the numbers may both tell it, of the same moment.
            let near = found.iter().all(|found| (found - put).abs() < 0.5);
            assert!(near && (1..=2).contains(&found.len()), "{what}: {kind:?} at {found:?} s, {put} went in");
        }
        let said = |word: &str| case.examined.events.iter().any(|event| event.event.text.contains(word));
        assert!(start.is_none_or(said), "{what}: why the motors started");
    }
}

#[test]
fn home_is_told_once_and_where_it_is() {
    for (what, case) in [("V1", early()), ("V3", later(0))] {
        let home = case.examined.tracks.iter().find(|track| track.name == "home").expect("home points");
        let craft = if what == "V1" { craft::phantom_3_standard() } else { matrice() };
        let states = hop(&craft);
        let origin = states.iter().find(|state| state.has_fix).expect("a fix");
        assert_eq!(home.rows.len(), case.truth.count(13), "{what}: a row a home record");
        assert!(home.rows.fixes().count() > 0, "{what}: the home point is set");
        for row in home.rows.fixes() {
            let found = (home.rows.lat[row].to_bits(), home.rows.lon[row].to_bits());
            assert_eq!(found, (origin.lat_deg().to_bits(), origin.lon_deg().to_bits()), "{what}: home");
        }
        let told = case.examined.events.iter().filter(|event| event.event.kind == EventKind::HomeSet).count();
        assert_eq!(told, 1, "{what}: home is set once");
    }
}

#[test]
fn serial_numbers_firmware_and_log_number_are_those_of_the_craft() {
    let case = later(0);
    let (report, craft) = (&case.examined.report, matrice());
    assert_eq!(report.device.aircraft_serial.as_deref(), Some(craft.aircraft_serial), "all 20 characters");
    for serial in [craft.battery_serial, later_log::SECOND_BATTERY] {
        assert!(report.device.battery_serials.iter().any(|s| s == serial), "{serial}: {:?}", report.device);
    }
    let firmware = &report.device.firmware;
    assert!(firmware.iter().any(|version| version.contains("5.5.0.33")), "{firmware:?}");
    assert!(report.device.model.as_deref().is_some_and(|model| model.contains("89")), "{:?}", report.device.model);
    assert!(super::evidence::has_log_number(&case.examined, 21), "{:?}", report.identifiers);
}

/// A header that was all that is left tells 16 characters.
#[test]
fn a_header_alone_tells_its_serial_number() {
    let (craft, states) = (matrice(), hop(&matrice()));
    let bytes = recording(&craft, &states).v3_header().bytes();
    let examined = crate::support::examine_bytes("FLY021.DAT", bytes);
    assert_accounts("a header alone", &examined);
    assert_eq!(examined.report.device.aircraft_serial.as_deref(), Some(&craft.aircraft_serial[..16]));
    assert!(examined.tracks.iter().all(|track| track.rows.is_empty()), "nothing is invented");
}
