//! Real logs against figures that independent decoders and careful hand work gave.

use overflown::decode::EventKind;
use overflown::evidence::Sha256;
use overflown::examine::Examined;
use overflown::track::{Rows, Track, utc_text};

use super::{FORMAT, ledger::Ledger};
use crate::support::{Listed, assert_accounts, evidence, examine_bytes, inventory};

/// What was counted by hand in one log.
pub struct Figures {
    pub name: &'static str,
    pub records: u64,
    /// Of the last record, which the writer never finished.
    pub unfinished_bytes: u64,
    /// Type 2096.
    pub receiver: usize,
    pub log_number: u32,
    /// UTC of tick 0 by the receiver's milliseconds.
    pub power_on: &'static str,
}

pub const FIGURES: [Figures; 3] = [
    Figures {
        name: "FLY013",
        records: 7_843,
        unfinished_bytes: 91,
        receiver: 333,
        log_number: 13,
        power_on: "2023-09-22T19:41:05.825Z",
    },
    Figures {
        name: "FLY015",
        records: 29_929,
        unfinished_bytes: 24,
        receiver: 1_264,
        log_number: 15,
        power_on: "2023-09-22T20:46:34.676Z",
    },
    Figures {
        name: "FLY021",
        records: 25_098,
        unfinished_bytes: 32,
        receiver: 1_037,
        log_number: 21,
        power_on: "2023-09-22T21:44:11.425Z",
    },
];

/// The listed logs with their figures; none without evidence.
pub fn logs() -> Vec<(Listed, &'static Figures)> {
    let listed = inventory("dji-dat").into_iter().filter(|item| item.name.ends_with(".DAT"));
    let logs: Vec<_> = listed
        .map(|item| {
            let figures = FIGURES.iter().find(|figures| item.name.contains(figures.name));
            let figures = figures.unwrap_or_else(|| panic!("{} has no figures", item.name));
            (item, figures)
        })
        .collect();
    assert!(evidence().is_none() || logs.len() == 3, "{} logs", logs.len());
    logs
}

/// The number of the log stands among the identifiers, as FLY021 or as 21.
pub fn has_log_number(examined: &Examined, number: u32) -> bool {
    let (bare, name) = (number.to_string(), format!("FLY{number:03}"));
    examined.report.identifiers.iter().any(|identifier| identifier.value == bare || identifier.value.contains(&name))
}

/// The track that the records of one type opened rows of.
pub fn track_of<'a>(examined: &'a Examined, ledger: &Ledger, kind: u16) -> &'a Track {
    let offsets: Vec<u64> = ledger.of_kind(kind).map(|found| found.spans[0].0 as u64).collect();
    let first = *offsets.first().unwrap_or_else(|| panic!("records of type {kind}"));
    let track = examined.tracks.iter().find(|track| track.rows.offset.contains(&first));
    track.unwrap_or_else(|| panic!("type {kind} opened no row"))
}

#[test]
fn records_and_lost_bytes_are_those_that_were_counted() {
    for (item, figures) in logs() {
        let examined = examine_bytes(item.file_name(), item.read());
        let report = &examined.report;
        let name = figures.name;
        assert_accounts(name, &examined);
        assert_eq!(Sha256::of(&item.read()).to_string(), item.sha256, "{name}");
        assert_eq!((report.format, report.version.as_deref()), (Some(FORMAT), Some("3")), "{name}");
        assert_eq!(report.records.decoded + report.records.opaque, figures.records, "{name}: records");
        assert_eq!((report.records.found, report.records.lost), (figures.records, 0), "{name}: {:?}", report.records);
        assert_eq!(report.coverage.damaged + report.coverage.unknown, 0, "{name}: {:?}", report.coverage);
        assert!(!examined.is_incomplete() && examined.is_usable(), "{name}: a healthy log exits 0");
        let unfinished = report.diagnostics.iter().find(|d| d.code == "dji-dat/unfinished").expect("the last record");
        let place = (item.bytes - figures.unfinished_bytes, figures.unfinished_bytes);
        assert_eq!((unfinished.offset, unfinished.length), (Some(place.0), Some(place.1)), "{name}: its beginning");
    }
}

#[test]
fn the_receivers_fixes_are_those_that_are_listed() {
    for (item, figures) in logs() {
        let bytes = item.read();
        let examined = examine_bytes(item.file_name(), bytes.clone());
        let track = track_of(&examined, &Ledger::of(&bytes).0, 2096);
        let rows = &track.rows;
        assert_eq!(rows.fixes().count(), figures.receiver, "{}: fixes", figures.name);
        let fixes: Vec<usize> = rows.fixes().collect();
        for (label, row) in [(" first ", fixes[0]), (" last ", fixes[fixes.len() - 1])] {
            assert_listed(&item, label, rows, row);
        }
    }
}

/// `first 20230922 194155Z 40.0826665,-88.2012233 hae 198.785`.
fn assert_listed(item: &Listed, label: &str, rows: &Rows, row: usize) {
    let text = item.figures.split(label).nth(1).unwrap_or_else(|| panic!("{}: no {label:?}", item.name));
    let words: Vec<&str> = text.split(' ').take(5).collect();
    let [date, time, place, _, height] = words[..] else { panic!("{}: {text}", item.name) };
    let (lat, lon) = place.split_once(',').expect("a place");
    let off = |found: f64, listed: &str| (found - listed.parse::<f64>().expect("degrees")).abs();
    assert!(off(rows.lat[row], lat) < 1e-9 && off(rows.lon[row], lon) < 1e-9, "{}:{label}{place}", item.name);
    let height = height.trim_end_matches(';').parse::<f32>().expect("metres");
    let found = rows.value("height.ellipsoid", row).expect("a height above the ellipsoid");
    assert!((found - height).abs() < 2e-3, "{}:{label}{found} m, listed {height}", item.name);
    let utc = utc_text(rows.utc(row).expect("UTC"));
    let listed = chrono::NaiveDateTime::parse_from_str(&format!("{date} {time}"), "%Y%m%d %H%M%SZ").expect("a time");
    let found = chrono::DateTime::parse_from_rfc3339(&utc).expect("RFC 3339");
    // Whole seconds, and half a second for what lies between the receiver and the record.
    let behind = (found.timestamp_millis() - listed.and_utc().timestamp_millis()) as f64 / 1e3;
    assert!((-0.1..1.5).contains(&behind), "{}:{label}{utc}, listed {date} {time}", item.name);
}

#[test]
fn power_on_is_when_the_receivers_milliseconds_say() {
    for (item, figures) in logs() {
        let bytes = item.read();
        let examined = examine_bytes(item.file_name(), bytes.clone());
        let rows = &track_of(&examined, &Ledger::of(&bytes).0, 53234).rows;
        let row = rows.fixes().next().expect("a fix");
        let power_on = rows.utc(row).expect("UTC") - rows.elapsed(row).expect("the counter");
        let listed = chrono::DateTime::parse_from_rfc3339(figures.power_on).expect("RFC 3339");
        let off = power_on as f64 / 1e9 - listed.timestamp_millis() as f64 / 1e3;
        assert!(off.abs() < 0.05, "{}: power-on at {}, off by {off} s", figures.name, utc_text(power_on));
    }
}

#[test]
fn the_aircraft_is_the_one_that_is_listed() {
    for (item, figures) in logs() {
        let examined = examine_bytes(item.file_name(), item.read());
        let device = &examined.report.device;
        let serial = item.word("SN ");
        let found = device.aircraft_serial.as_deref().unwrap_or_default();
        // Sixteen of its characters stand in the header, all of them in the records.
        assert!(found.starts_with(serial) && found.len() == 20, "{}: {found}, listed {serial}", figures.name);
        let model = device.model.as_deref().unwrap_or_default();
        assert!(model.contains("350") && model.contains("89"), "{}: {model}", figures.name);
        assert!(has_log_number(&examined, figures.log_number), "{}: {:?}", figures.name, examined.report.identifiers);
    }
}

/// A cut copy exits 3, wherever it is cut: only the sizes at which the writer stops are those of sound logs.
#[test]
fn a_real_log_that_is_cut_short_is_incomplete() {
    for (item, figures) in logs() {
        let bytes = item.read();
        for len in [bytes.len() - 1, bytes.len() / 2, bytes.len() / 3, 100_001] {
            let Ledger(records) = Ledger::of(&bytes[..len]).0;
            let end = records.iter().flat_map(|found| &found.spans).map(|(at, len)| at + len).max().unwrap_or(0);
            let examined = examine_bytes(item.file_name(), bytes[..len].to_vec());
            assert_accounts(figures.name, &examined);
            let is_torn = end < len;
            assert_eq!(examined.is_incomplete(), is_torn, "{}: the first {len} bytes", figures.name);
            assert_eq!(examined.report.records.lost, u64::from(is_torn), "{}: the first {len} bytes", figures.name);
        }
    }
}

/// The text log says 176.48 s, the phone's log of the flight 176.4 s.
#[test]
fn the_motors_ran_as_long_as_the_log_book_says() {
    for (item, figures) in logs().into_iter().filter(|(_, figures)| figures.name == "FLY021") {
        let examined = examine_bytes(item.file_name(), item.read());
        let of = |kind: EventKind| -> Vec<i64> {
            examined.events.iter().filter(|e| e.event.kind == kind).filter_map(|e| e.utc_ns).collect()
        };
        let (on, off) = (of(EventKind::MotorsOn), of(EventKind::MotorsOff));
        let (Some(on), Some(off)) = (on.first(), off.first()) else { panic!("{}: {on:?}, {off:?}", figures.name) };
        let seconds = (off - on) as f64 / 1e9;
        assert!((seconds - 176.48).abs() < 0.01, "{}: {seconds} s", figures.name);
        // Words and states tell of one start and one stop.
        let starts = examined.events.iter().filter(|e| e.event.kind == EventKind::MotorsOn);
        let told: Vec<&str> = starts.map(|e| e.event.text.as_str()).collect();
        assert!(matches!(told[..], [one] if one.contains("reason") && one.contains("motor state")), "{told:?}");
    }
}
