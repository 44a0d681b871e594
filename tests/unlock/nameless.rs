//! Record types whose feature no source names: the key that opens them tells it; noise stays closed whatever its padding.

use std::collections::BTreeSet;

use overflown::examine::Completion;

use crate::make::dji_txt::flying::Osd;
use crate::make::dji_txt::{Details, Log, service};
use crate::support::{Ledger, place};

use super::Flight;

#[test]
fn types_57_and_253_are_found_by_their_padding() {
    let flight = Flight::new(14, 450, 2);
    let ledger = flight.ledger_under(&flight.sets);
    let contents = |kind: u16| -> BTreeSet<usize> {
        ledger.records().filter(|entry| entry.kind == kind).map(|entry| entry.content).collect()
    };
    assert!(flight.truth.count(57) > 10 && flight.truth.count(253) == 2);
    assert_eq!((contents(57), contents(253)), (BTreeSet::from([12]), BTreeSet::from([20])), "without their padding");
    let closed = flight.ledger_under(&flight.without(5));
    let cipher: BTreeSet<usize> = closed.records().filter(|e| e.kind == 57).map(|e| e.content).collect();
    assert_eq!(cipher, BTreeSet::from([16]), "without its key it stays cipher text");
    let report = flight.examine().report;
    assert_eq!(
        (report.completeness, report.records.by_type["type_57"]),
        (Completion::Whole, flight.truth.count(57) as u64)
    );
}

/// A log with records of every type that the maps leave out, each under some feature.
fn log_with(nameless: &[(u16, u8)]) -> Log {
    let mut log = Log::new(14);
    log.encrypt(3);
    for frame in 0..200 {
        let (lat_rad, lon_rad) = place(frame);
        log.record(1, &Osd { lat_rad, lon_rad, ..Osd::default() }.content(70));
        log.record(3, &[frame as u8; 48]);
        log.record(25, &[0; 26]);
        for (feature, kind) in nameless {
            log.record_under(*feature, *kind, &vec![*kind; 20 + frame % 30]);
        }
    }
    log.details(Details { start_ms: 1_591_025_400_000, ..Details::default() });
    log
}

#[test]
fn every_type_without_a_feature_finds_its_key_and_does_not_disturb_the_others() {
    let nameless = [(1, 58), (1, 59), (1, 63), (5, 57), (7, 253), (7, 254), (10, 42), (12, 60), (12, 61), (11, 62)];
    let (bytes, truth) = log_with(&nameless).finish_with_truth();
    let answer = service::answer(log_with(&nameless).keys());
    let ledger = Ledger::opened("nameless.txt", &bytes, &answer);
    for (entry, put) in ledger.records().zip(&truth.records) {
        assert_eq!((entry.offset, entry.content), (put.offset, put.content), "type {}", put.kind);
    }
    for ((entry, fields), put) in
        ledger.entries.iter().zip(&ledger.fields).filter(|(e, _)| e.counted).zip(&truth.records)
    {
        let kind = put.kind;
        if nameless.iter().any(|(_, of)| *of == kind) && entry.opaque {
            assert_eq!(fields["content"], format!("{kind:02x}").repeat(put.content), "type {kind}");
        }
    }
}

/// 600 records of noise: two or three of them have a right padding under each of the keys.
#[test]
fn noise_is_opened_by_no_key() {
    let mut log = log_with(&[]);
    for _ in 0..200 {
        log.sealed(254, 10).sealed(61, 40).sealed(42, 90);
    }
    let (bytes, truth) = log.finish_with_truth();
    let ledger = Ledger::opened("noise.txt", &bytes, &service::answer(log.keys()));
    let cipher = |kind: u8| {
        if kind == 254 {
            16
        } else if kind == 61 {
            48
        } else {
            96
        }
    };
    for (entry, put) in ledger.records().zip(&truth.records).filter(|(_, put)| [254, 61, 42].contains(&put.kind)) {
        assert_eq!((entry.opaque, entry.content), (true, cipher(put.kind)), "type {} at {}", put.kind, put.offset);
    }
    assert_eq!(ledger.records().filter(|entry| entry.name == "osd" && !entry.opaque).count(), 200);
}
