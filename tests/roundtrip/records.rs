//! Every record type, field by field: a content with a different value in each field goes in, the fields come out by name.

mod devices;
mod flying;

use std::collections::BTreeMap;

use overflown::decode::EventKind;

use crate::make::dji_txt::features::FIRST_VERSION;
use crate::make::dji_txt::flying::Osd;
use crate::make::dji_txt::{Details, Log, content, service};
use crate::support::{Ledger, examine_bytes};

type Fields = BTreeMap<String, String>;

/// Writes one record in a log of this version and reads the fields of the records called `name`, nested ones included.
fn read(version: u8, kind: u8, content: &[u8], name: &str) -> Vec<Fields> {
    let mut log = Log::new(version);
    if version >= FIRST_VERSION {
        log.encrypt(1);
    }
    // Two more records: a log is recognised by a chain.
    log.record(1, &Osd::default().content(55)).record(1, &Osd::default().content(55)).record(kind, content);
    log.details(Details { start_ms: 1_591_025_400_000, ..Details::default() });
    let bytes = log.finish();
    let ledger = match log.keys() {
        [] => Ledger::with_fields("one.txt", &bytes),
        keys => Ledger::opened("one.txt", &bytes, &service::answer(keys)),
    };
    let found: Vec<Fields> = ledger.fields_of(name).cloned().collect();
    if kind == 1 { found[2..].to_vec() } else { found }
}

fn assert_fields(kind: u8, content: &[u8], name: &str, expected: &[(&str, &str)]) {
    for version in [7, 11, 12, 13, 14] {
        let found = read(version, kind, content, name);
        let [fields] = &found[..] else { panic!("version {version}: {} records called {name}", found.len()) };
        for (field, value) in expected {
            assert_eq!(
                fields.get(*field).map(String::as_str),
                Some(*value),
                "version {version}: {name}.{field} in {fields:?}"
            );
        }
    }
}

#[test]
fn texts_of_all_four_kinds_in_any_language() {
    for (kind, name, event) in [
        (9, "app_tip", EventKind::Message),
        (10, "app_warn", EventKind::Warning),
        (18, "vision_warn", EventKind::Warning),
        (24, "app_serious_warn", EventKind::Warning),
    ] {
        for nul in [false, true] {
            let words = "Höhenzone 飞行 (500m)";
            let content = content::text(words, nul);
            assert_fields(kind, &content, name, &[("text", words)]);
            let mut log = Log::new(11);
            log.record(1, &Osd::default().content(55)).record(1, &Osd::default().content(55)).record(kind, &content);
            let examined = examine_bytes("one.txt", log.finish());
            let told: Vec<_> =
                examined.events.iter().filter(|e| e.event.kind == event).map(|e| &e.event.text).collect();
            assert_eq!(told, [words], "{name}");
        }
    }
}

#[test]
fn nested_entries_of_the_vision_group() {
    let group = content::vision_group(&[
        content::radar(0, &[(10_000, 1), (2_300, 2)], 7),
        content::avoid_status(content::AVOID_ENABLED | content::AVOID_AIRPORT_LIMIT | content::AVOID_NEAR_BOUNDARY),
    ]);
    let radar = [("count", "2"), ("direction", "0")];
    assert_fields(17, &group, "vision_radar", &radar);
    let avoid = [
        ("avoid_enabled", "1"),
        ("radius_limit", "0"),
        ("airport_limit", "1"),
        ("near_boundary", "1"),
        ("vertical_airport_limit", "0"),
    ];
    assert_fields(17, &group, "vision_avoid", &avoid);
}

/// The limits of the no-fly database are what an investigator looks for: each bit is an event of its own.
#[test]
fn each_limit_of_the_no_fly_database_is_an_event() {
    for (bit, word) in [
        (content::AVOID_RADIUS_LIMIT, "radius limit"),
        (content::AVOID_AIRPORT_LIMIT, "airport limit"),
        (content::AVOID_NEAR_BOUNDARY, "boundary"),
        (content::AVOID_AIRPORT_HEIGHT, "vertical airport limit"),
    ] {
        let mut log = Log::new(11);
        for flags in [0, bit, bit, 0, bit] {
            log.record(1, &Osd::default().content(55));
            log.record(17, &content::vision_group(&[content::avoid_status(flags)]));
        }
        let examined = examine_bytes("limits.txt", log.finish());
        let limits: Vec<_> = examined.events.iter().filter(|e| e.event.kind == EventKind::GeofenceLimit).collect();
        assert_eq!(limits.iter().map(|e| e.row).collect::<Vec<_>>(), [Some(1), Some(4)], "{word}: once a rise");
        assert!(limits.iter().all(|e| e.event.text.contains(word)), "{}", limits[0].event.text);
    }
}

/// A record of a type that nobody describes is kept and counted, not lost.
#[test]
fn an_undescribed_type_is_opaque() {
    let mut log = Log::new(11);
    for _ in 0..3 {
        log.record(1, &Osd::default().content(55)).record(48, &[1, 2, 3, 4]);
    }
    log.details(Details { start_ms: 1_591_025_400_000, ..Details::default() });
    let examined = examine_bytes("opaque.txt", log.finish());
    let records = &examined.report.records;
    assert_eq!((records.found, records.decoded, records.opaque, records.lost), (6, 3, 3, 0));
    assert_eq!(records.by_type.get("type_48"), Some(&3), "{:?}", records.by_type);
    assert!(!examined.is_incomplete(), "opaque is no loss: {:#?}", examined.report.diagnostics);
}
