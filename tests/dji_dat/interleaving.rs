//! Records that others were written into, at every byte.

use std::collections::BTreeMap;

use overflown::examine::Completion;

use super::ledger::Ledger;
use super::{Case, assert_positions, hop, matrice, recording};
use crate::make::dji_dat::definitions::KIND;
use crate::make::dji_dat::{Dat, Record};
use crate::support::assert_accounts;

/// A definition of the host that stands at `at`: no two records of a log are the same byte for byte.
fn inner(at: usize, slot: u32, text: &str) -> Record {
    Record::text(KIND, 25_600 * at as u32 + 0x1F3 + slot, text)
}

/// One tearing a position record, whichever of its bytes it stands at.
fn each_place(tear: impl Fn(Record, usize) -> Record) -> Dat {
    let (craft, states) = (matrice(), hop(&matrice()));
    let recording = super::Recording { definitions: &[], ..recording(&craft, &states) };
    let mut dat = Dat::with_header(recording.v3_header().bytes());
    let host = |at: usize| {
        let mut payload = vec![0; 64];
        payload[at % 64] = 1 + at as u8;
        Record::new(7777, 25_600 * (at as u32 + 1), payload)
    };
    for at in 1..host(0).len() {
        dat.record(tear(host(at), at));
    }
    dat
}

fn assert_put_together(what: &str, dat: &Dat) {
    let case = Case::new(dat, Vec::new());
    let report = &case.examined.report;
    assert_accounts(what, &case.examined);
    let (ledger, _) = Ledger::of(&case.bytes);
    let found: BTreeMap<_, _> = ledger.0.iter().map(|found| (found.spans.clone(), found.kind)).collect();
    let missing: Vec<_> = case.truth.records.iter().filter(|put| found.get(&put.spans) != Some(&put.kind)).collect();
    assert!(missing.is_empty(), "{what}: {} records are missing: {missing:?}", missing.len());
    assert_eq!(found.len(), case.truth.records.len(), "{what}: records that were not there");
    assert_eq!(report.completeness, Completion::Whole, "{what}: {:#?}", report.diagnostics);
    assert_eq!((report.coverage.unknown, report.coverage.damaged), (0, 0), "{what}");
}

/// The first four bytes are the ones in front of the check of the length.
#[test]
fn one_record_inside_another_is_taken_out_at_every_byte() {
    assert_put_together("one", &each_place(|host, at| host.around(at, inner(at, 0, "Op.float\tinner 0"))));
}

#[test]
fn two_records_at_one_place_are_taken_out_at_every_byte() {
    let two = |host: Record, at: usize| {
        host.around(at, inner(at, 0, "Op.float\tfirst 0")).around(at, inner(at, 2, "Op.uint8_t\tsecond 0"))
    };
    assert_put_together("two at one place", &each_place(two));
}

#[test]
fn two_records_at_two_places_are_taken_out_wherever_they_stand() {
    for other in [1, 2, 3, 4, 9, 40, 75] {
        let two = |host: Record, at: usize| {
            host.around(at, inner(at, 0, "Op.float\tfirst 0")).around(other, inner(at, 2, "Op.uint8_t\tsecond 0"))
        };
        assert_put_together(&format!("another at {other}"), &each_place(two));
    }
}

#[test]
fn a_record_inside_one_that_is_inside_another_is_taken_out() {
    for depth in [1, 2, 3, 4, 12, 20] {
        let nested = |host: Record, at: usize| {
            host.around(at, inner(at, 0, "Op.float\touter 0").around(depth, inner(at, 2, "Op.uint8_t\tinner 0")))
        };
        assert_put_together(&format!("nested at {depth}"), &each_place(nested));
    }
}

/// Any record may do it, and a payload may hold what looks like the start of one.
#[test]
fn what_looks_like_a_record_is_left_where_it_is() {
    let start = inner(0, 0, "Op.float\tnever 0").framed();
    let tear = |host: Record, at: usize| {
        let mut payload = host.payload.clone();
        payload[10..22].copy_from_slice(&start[..12]);
        Record::new(host.kind, host.tick, payload).around(at, Record::new(2064, 512 * at as u32, vec![0x55; 30]))
    };
    assert_put_together("false starts", &each_place(tear));
}

#[test]
fn positions_in_torn_records_are_those_that_went_in() {
    let (craft, states) = (matrice(), hop(&matrice()));
    let case = Case::of(recording(&craft, &states).v3());
    let torn = case.truth.records.iter().filter(|record| record.is_interleaved());
    let torn_positions = torn.filter(|record| super::LATER.contains(&record.kind)).count();
    assert!(torn_positions > 40, "{torn_positions} torn positions");
    assert_positions("torn records", &case, &super::LATER, 0.05);
}
