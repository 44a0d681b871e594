//! The same few frames in every version, and the framing of version 14 without its keys.

use overflown::decode::EventKind;
use overflown::examine::Completion;

use crate::make::dji_txt::{Details, Log, content};
use crate::make::jpeg;
use crate::support::{FRAMES, Ledger, assert_accounts, examine_bytes, place, rows, small_log, track};

#[test]
fn every_version_gives_the_same_flight() {
    for version in 1..=14 {
        let small = small_log(version);
        let examined = small.examine();
        let report = &examined.report;
        let what = format!("version {version}");
        assert_accounts(&what, &examined);
        assert_eq!(report.version.as_deref(), Some(version.to_string().as_str()), "{what}");
        assert_eq!(report.completeness, Completion::Whole, "{what}: {:#?}", report.diagnostics);
        assert_eq!((report.coverage.unknown, report.coverage.damaged), (0, 0), "{what}");
        let rows = rows(&examined);
        assert_eq!(rows.len(), FRAMES, "{what}");
        for row in 0..FRAMES {
            let (lat, lon) = place(row);
            assert_eq!(rows.lat[row].to_bits(), lat.to_degrees().to_bits(), "{what}: row {row}");
            assert_eq!(rows.lon[row].to_bits(), lon.to_degrees().to_bits(), "{what}: row {row}");
            assert_eq!(rows.elapsed(row), Some(10_000_000_000 + 100_000_000 * row as i64), "{what}: row {row}");
            assert_eq!(rows.utc(row), Some(1_591_025_400_000_000_000 + 100_000_000 * row as i64), "{what}: row {row}");
            assert_eq!(rows.value("height.takeoff", row), Some(1.5 * row as f32), "{what}: row {row}");
        }
        let pilot = &track(&examined, "pilot").expect("a pilot").rows;
        assert_eq!((pilot.lat[0], pilot.lon[0]), (47.6, 15.5), "{what}: latitude first");
        let photo: Vec<_> =
            examined.events.iter().filter(|e| e.event.kind == EventKind::Photo).map(|e| e.row).collect();
        assert_eq!(photo, [Some(5)], "{what}: the photo");
        assert!(
            examined.events.iter().any(|e| e.event.kind == EventKind::Message && e.event.text == "Taking off"),
            "{what}"
        );
        assert_eq!(report.device.aircraft_serial.as_deref(), Some("OVF0SMALL1"), "{what}");
        assert_eq!(report.device.name.as_deref(), Some("Small"), "{what}");

        let ledger = Ledger::of("small.txt", &small.bytes);
        let found: Vec<_> = ledger.records().map(|record| (record.kind as u8, record.offset, record.len)).collect();
        let put: Vec<_> = small.truth.records.iter().map(|record| (record.kind, record.offset, record.len)).collect();
        assert_eq!(found, put, "{what}: every record at its place");
        assert_eq!(ledger.children, small.truth.images, "{what}: photo and thumbnail");
    }
}

/// No real log of version 6 says whether its records are scrambled: the file's own first records decide.
#[test]
fn version_6_is_read_both_ways_and_says_which() {
    for (scrambled, word) in [(false, "plain"), (true, "scrambled")] {
        let mut log = Log::new(6);
        log.scrambled(scrambled);
        for frame in 0..20 {
            let (lat_rad, lon_rad) = place(frame);
            let osd = crate::make::dji_txt::flying::Osd { lat_rad, lon_rad, satellites: 9, ..Default::default() };
            log.record(1, &osd.content(50));
        }
        log.details(Details { start_ms: 1_591_025_400_000, aircraft_serial: "OVF0SIX".into(), ..Details::default() });
        let examined = examine_bytes("six.txt", log.finish());
        assert_accounts(word, &examined);
        assert_eq!(rows(&examined).fixes().count(), 20, "{word}");
        assert_eq!(rows(&examined).lat[7].to_bits(), place(7).0.to_degrees().to_bits(), "{word}");
        let told = examined.report.diagnostics.iter().find(|d| d.code == "dji-txt/version-6").expect("a note");
        assert!(told.severity == "note" && told.message.ends_with(&format!("read as {word}")), "{}", told.message);
        assert!(!examined.is_incomplete(), "{word}: {:#?}", examined.report.diagnostics);
    }
}

/// Loose pictures between records, a separator in the middle, firmware behind the details: all have their place.
#[test]
fn what_stands_between_the_records_is_known() {
    let mut log = Log::new(11);
    let osd = |frame: usize| {
        let (lat_rad, lon_rad) = place(frame);
        crate::make::dji_txt::flying::Osd { lat_rad, lon_rad, ..Default::default() }.content(55)
    };
    for frame in 0..6 {
        log.record(1, &osd(frame));
    }
    log.loose_jpeg(&jpeg::picture(8, 8, 3));
    for frame in 6..9 {
        log.record(1, &osd(frame));
    }
    log.separator();
    for frame in 9..12 {
        log.record(1, &osd(frame));
    }
    log.details(Details { start_ms: 1_591_025_400_000, ..Details::default() });
    log.firmware_tail(&content::firmware(&[(3, 5, [1, 2, 3, 4]), (11, 0, [9, 8, 7, 6])]));
    let (bytes, truth) = log.finish_with_truth();
    let examined = examine_bytes("between.txt", bytes);
    assert_accounts("between", &examined);
    assert_eq!(examined.report.completeness, Completion::Whole, "{:#?}", examined.report.diagnostics);
    assert_eq!((examined.report.coverage.unknown, examined.report.coverage.damaged), (0, 0));
    assert_eq!(rows(&examined).len(), 12);
    assert_eq!(rows(&examined).breaks, [9], "a new run behind the separator");
    let loose: Vec<_> =
        examined.report.children.iter().map(|c| (c.offset.unwrap() as usize, c.length as usize)).collect();
    assert_eq!(loose, truth.images);
    assert_eq!(examined.report.records.found, 12, "the firmware record behind the details is no link of the chain");
    let firmware = examined.report.device.firmware.join("; ");
    assert!(firmware.contains("01.02.03.04") && firmware.contains("09.08.07.06"), "{firmware}");
}

/// Empty records are legal from version 7 on; a reader that refuses them loses the thread.
#[test]
fn an_empty_record_is_a_record() {
    let small = small_log(8);
    let examined = small.examine();
    assert_eq!(small.truth.of_kind(17).map(|record| record.content).collect::<Vec<_>>(), [0, 0]);
    assert_eq!(examined.report.records.by_type.get("vision_group"), Some(&2), "{:?}", examined.report.records);
}

#[test]
fn the_framing_of_version_14_holds_without_a_key() {
    let all = crate::make::samples::all();
    let sample = all.iter().find(|sample| sample.version == 14).expect("a locked sample");
    let ledger = Ledger::of(&sample.path, &sample.bytes);
    let found: Vec<_> = ledger.records().map(|record| (record.kind as u8, record.offset, record.len)).collect();
    let put: Vec<_> = sample.truth.records.iter().map(|record| (record.kind, record.offset, record.len)).collect();
    assert_eq!(found, put);
    let opaque = |kind: u16| ledger.records().filter(|record| record.kind == kind).all(|record| record.opaque);
    assert!(opaque(1) && opaque(14) && opaque(9), "cipher text is not interpreted");
    assert!(!opaque(56), "wrapped keys stand in clear");
}
