//! Tables, GPX and KML that services make of flights: equal to the flight they were made of, to each other, and to what the
//! encoders wrote; and this program's own GPX.

use std::collections::HashSet;

use overflown::decode::{EventKind, Fact};
use overflown::examine::{Completion, Examined};
use overflown::track::Role;

use crate::cli::run;
use crate::make::missions;
use crate::make::samples;
use crate::support::{assert_accounts, evidence, examine_bytes, inventory, repository, rows};

fn listed(name: &str) -> Option<Examined> {
    evidence()?;
    let item = inventory("app-cache").into_iter().find(|item| item.file_name() == name).expect("a listed file");
    let examined = examine_bytes(name, item.read());
    assert_accounts(name, &examined);
    assert_eq!(examined.report.completeness, Completion::Whole, "{name}: {:?}", examined.report.diagnostics);
    Some(examined)
}

fn made(path: &str) -> Examined {
    let file = missions::all().into_iter().find(|file| file.path == path).expect("a made file");
    let examined = examine_bytes(path, file.text.into_bytes());
    assert_accounts(path, &examined);
    assert_eq!(examined.report.completeness, Completion::Whole, "{path}: {:?}", examined.report.diagnostics);
    examined
}

/// Row by row: position to the digits of the table, height to a foot's millionth, time to the half second that it is rounded by.
#[test]
fn the_table_of_33_columns_is_its_flight_record() {
    let Some(table) = listed("2016-09-15_13-51-19_Standard.csv") else { return };
    let log = listed("DJIFlightRecord_2016-09-15_[13-51-18].txt").expect("its flight record");
    assert_eq!(table.report.version.as_deref(), Some("HealthyDrones or AirData, 33 columns"));
    let (a, b) = (rows(&table), rows(&log));
    assert_eq!((a.len(), b.len()), (2518, 2518));
    for row in 0..a.len() {
        let metres = (a.lat[row] - b.lat[row]).hypot(a.lon[row] - b.lon[row]) * 111_700.0;
        assert!(metres < 1e-6, "row {row} is {metres} m away");
        let apart = |channel: &str| a.value(channel, row).zip(b.value(channel, row)).map(|(a, b)| (a - b).abs());
        assert!(apart("height.takeoff").is_some_and(|m| m < 1e-4), "row {row}: height");
        assert!(apart("satellites") == Some(0.0) && apart("flight.mode") == Some(0.0), "row {row}");
        assert!(apart("gimbal.pitch").is_some_and(|deg| deg < 1e-4), "row {row}: gimbal");
        assert!(apart("stick.throttle") == Some(0.0) && apart("stick.rudder") == Some(0.0), "row {row}: sticks");
        let off = (a.utc(row).expect("UTC") - b.utc(row).expect("UTC")).abs();
        assert!(off <= 502_000_000, "row {row}: {off} ns");
    }
    let told = |examined: &Examined, kind: EventKind| -> Vec<(Option<usize>, String)> {
        let events = examined.events.iter().filter(|e| e.event.kind == kind);
        events.map(|e| (e.row, e.event.text.clone())).collect()
    };
    assert_eq!(told(&table, EventKind::Message), told(&log, EventKind::Message));
    for kind in [EventKind::Photo, EventKind::VideoStart] {
        let of = |examined: &Examined| told(examined, kind).into_iter().map(|e| e.0).collect::<Vec<_>>();
        assert_eq!(of(&table), of(&log), "{kind:?}");
    }
}

/// The service's GPX leaves rows out and its KML repeated places; what they hold is in the table to the last digit.
#[test]
fn the_table_of_52_columns_is_its_gpx_and_its_kml() {
    let Some(table) = listed("AirdataCSV.csv") else { return };
    let gpx = listed("AirdataGPX.gpx").expect("its GPX");
    let kml = listed("AirdataKML.kml").expect("its KML");
    assert_eq!(table.report.version.as_deref(), Some("AirData, 52 columns"));
    let (table, gpx, kml) = (rows(&table), rows(&gpx), rows(&kml));
    assert_eq!((table.len(), gpx.len(), kml.len()), (2261, 2147, 453));
    let mut at = 0;
    for row in 0..gpx.len() {
        // GPX 00:31:35.1 is 69.1 s of the flight's clock; the difference never changes.
        let elapsed = (gpx.utc(row).expect("UTC") - 1_633_825_895_000_000_000) + 69_000_000_000;
        while table.elapsed(at).is_some_and(|ns| ns < elapsed) {
            at += 1;
        }
        assert_eq!(table.elapsed(at), Some(elapsed), "point {row}");
        assert_eq!((table.lat[at], table.lon[at]), (gpx.lat[row], gpx.lon[row]), "point {row}");
        let heights = table.value("height.amsl", at).zip(gpx.value("height.unknown", row));
        assert!(heights.is_some_and(|(a, b)| (a - b).abs() < 1e-4), "point {row}: {heights:?}");
        // The GPX has it to 0.01 m/s.
        let speeds = table.value("speed", at).zip(gpx.value("speed", row));
        assert!(speeds.is_some_and(|(a, b)| (a - b).abs() < 0.0051), "point {row}: {speeds:?}");
    }
    let places: HashSet<(u64, u64)> =
        table.lat.iter().zip(&table.lon).map(|(a, b)| (a.to_bits(), b.to_bits())).collect();
    let all = kml.lat.iter().zip(&kml.lon).all(|(lat, lon)| places.contains(&(lat.to_bits(), lon.to_bits())));
    assert!(all, "every place of the KML is in the table");
    assert!(kml.fixes().all(|row| kml.fix[row] == overflown::track::FixState::Valid), "no time, no speed to suspect");
}

#[test]
fn dialects_tell_events_clocks_and_devices() {
    let airdata = made("track-csv/airdata.csv");
    let kinds: Vec<EventKind> = airdata.events.iter().map(|e| e.event.kind).collect();
    assert_eq!(kinds, [EventKind::Photo, EventKind::VideoStart, EventKind::Message, EventKind::VideoStop]);
    assert_eq!(airdata.events[2].event.text, "Strong wind, fly with \"care\"");
    assert_eq!(rows(&airdata).value("height.takeoff", 0), Some(30.5));
    let litchi = made("track-csv/litchi.csv");
    let pair = litchi.facts.iter().find_map(|fact| match fact {
        Fact::ClockPair { local_s, utc_s, .. } => Some(local_s - utc_s),
        _ => None,
    });
    assert_eq!(pair, Some(7200));
    assert_eq!(litchi.report.device.aircraft_serial.as_deref(), Some("OVF0SAMPLE0009"));
    let csv_view = made("track-csv/csv-view.csv");
    assert_eq!(rows(&csv_view).value("height.takeoff", 0), Some(30.48), "100 ft");
    assert_eq!(csv_view.report.time.start_local.as_deref(), Some("2024-05-14T13:04:00.250"));
    assert_eq!(csv_view.report.time.start_utc, None, "local time is not UTC");
    assert_eq!(csv_view.report.device.aircraft_serial.as_deref(), Some("OVF0SAMPLE0010"));
}

#[test]
fn made_tracks_come_out_as_they_were_written() {
    for path in ["gpx-track/morning.gpx", "kml-track/flight.kml"] {
        let file = missions::all().into_iter().find(|file| file.path == path).expect("a made file");
        let examined = made(path);
        let places: Vec<(f64, f64)> = examined
            .tracks
            .iter()
            .flat_map(|track| track.rows.lat.iter().copied().zip(track.rows.lon.iter().copied()))
            .collect();
        assert_eq!(places, file.places, "{path}");
    }
    let gpx = made("gpx-track/morning.gpx");
    let morning = gpx.tracks.iter().find(|track| track.name == "morning").expect("the track");
    assert_eq!((morning.kind.role, morning.primary), (Role::Recorded, true), "a route beside it does not stand for it");
    assert_eq!(morning.rows.breaks, [2], "no way leads from one segment to the next");
    assert!(gpx.tracks.iter().any(|track| track.kind.role == Role::Planned && track.name == "way home"));
    let kml = made("kml-track/flight.kml");
    assert_eq!(kml.tracks[0].rows.value("height.amsl", 0), Some(61.5));
}

/// What this program writes it reads again, and knows for its own.
#[test]
fn our_own_gpx_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    for sample in samples::all().into_iter().filter(|sample| sample.path.starts_with("dji-txt/")) {
        let out = dir.path().join("flight.gpx");
        let log = repository().join("samples").join(&sample.path);
        let done = run(&["convert", &log.to_string_lossy(), "-o", &out.to_string_lossy(), "--force"]);
        assert_eq!(done.code, 0, "{}", done.stderr);
        let again = examine_bytes("flight.gpx", std::fs::read(&out).unwrap());
        assert_accounts(&sample.path, &again);
        assert_eq!(again.report.version.as_deref(), Some("1.1, written by overflown"));
        let first = examine_bytes(&sample.path, sample.bytes);
        let (a, b) = (rows(&first), rows(&again));
        let fixes: Vec<usize> = a.fixes().collect();
        assert_eq!(fixes.len(), b.len(), "{}", sample.path);
        for (row, fix) in fixes.into_iter().enumerate() {
            assert_eq!((a.lat[fix], a.lon[fix]), (b.lat[row], b.lon[row]), "{}: {row}", sample.path);
            let ms = |ns: Option<i64>| ns.map(|ns| ns.div_euclid(1_000_000));
            assert_eq!(ms(a.utc(fix)), ms(b.utc(row)), "{}: {row}", sample.path);
            assert_eq!(a.value("height.takeoff", fix), b.value("height.takeoff", row), "{}: {row}", sample.path);
        }
    }
}
