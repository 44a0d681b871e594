//! The counter: wraps, gaps, records out of order, logs that do not say how fast it runs.

use super::{Case, EARLY, GAP, LATER, RATE, assert_positions, hop, matrice, recording};
use crate::make::craft;
use crate::make::dji_dat::recorder::early_log;
use crate::make::dji_dat::{Dat, Record};
use crate::support::assert_accounts;

const WRAP: u64 = 1 << 32;

fn assert_steady(what: &str, case: &Case, kind: u16) {
    let (track, rows) = case.rows_of(kind);
    let fixes = case.fixes_of(kind);
    for (pair, fix) in rows.windows(2).zip(fixes.windows(2)) {
        let elapsed = |row: usize| track.rows.elapsed(row).expect("the counter") as f64 / 1e9;
        let (found, put) = (elapsed(pair[1]) - elapsed(pair[0]), (fix[1].ticks - fix[0].ticks) as f64 / RATE as f64);
        assert!((found - put).abs() < 1e-4 * put.max(1.0), "{what}: {found} s from row {} on, {put} went in", pair[0]);
    }
}

#[test]
fn a_counter_that_begins_anew_goes_on() {
    let (craft, states) = (matrice(), hop(&matrice()));
    for seconds in [1, 7, 12] {
        let first_tick = WRAP - seconds * RATE;
        let case = Case::of(super::Recording { first_tick, ..recording(&craft, &states) }.v3());
        let what = format!("a wrap after {seconds} s");
        assert_accounts(&what, &case.examined);
        assert_positions(&what, &case, &LATER, 0.05);
        assert_steady(&what, &case, 2048);
    }
}

/// Three rounds of the counter passed without a record: only the receiver's time tells.
#[test]
fn the_receiver_settles_how_often_the_counter_began_anew() {
    let (craft, states) = (matrice(), hop(&matrice()));
    let first = super::Recording { states: &states[..80], ..recording(&craft, &states) };
    let later = 3 * WRAP + 100 * RATE;
    let rate = first.rate;
    let second = super::Recording {
        states: &states[..80],
        first_tick: first.first_tick + later,
        utc_ms: first.utc_ms + (later as f64 / rate * 1e3).round() as i64,
        definitions: &[],
        ..first.clone()
    };
    let mut made = first.v3();
    let behind = second.v3();
    made.dat.append(&behind.dat);
    // Ticks name a record only within one round.
    let fixes: Vec<_> = behind.fixes.into_iter().filter(|fix| made.fixes.iter().all(|f| f.tick != fix.tick)).collect();
    assert!(fixes.len() > 50, "{} positions behind the gap", fixes.len());
    made.fixes.extend(fixes);
    let case = Case::of(made);
    assert_accounts("three rounds", &case.examined);
    assert_positions("three rounds", &case, &[2048, 2096, 53234], 0.25);
}

#[test]
fn a_stretch_without_records_is_told_and_is_no_damage() {
    let (craft, states) = (matrice(), hop(&matrice()));
    let gap = 60..125;
    let case = Case::of(super::Recording { gaps: vec![gap.clone()], ..recording(&craft, &states) }.v3());
    assert_accounts("a gap", &case.examined);
    assert_positions("a gap", &case, &LATER, 0.05);
    let report = &case.examined.report;
    let told = |d: &&overflown::examine::DiagnosticReport| d.code.contains(GAP) || d.message.contains(GAP);
    let told: Vec<_> = report.diagnostics.iter().filter(told).collect();
    assert!(!told.is_empty(), "{:#?}", report.diagnostics);
    assert!(told.iter().all(|d| d.severity == "note"), "the link was lost, not the log: {told:#?}");
    assert_eq!(report.records.lost, 0);
}

/// What comes late stays where it stands, with its own time.
#[test]
fn records_out_of_order_keep_their_place_and_their_time() {
    let (craft, states) = (matrice(), hop(&matrice()));
    let plain = recording(&craft, &states);
    let first = super::Recording { states: &states[..60], definitions: &[], ..plain.clone() };
    let second = super::Recording {
        states: &states[..60],
        first_tick: plain.first_tick + 6 * RATE,
        utc_ms: plain.utc_ms + 6_000,
        definitions: &[],
        ..plain.clone()
    };
    let (first, second) = (first.v3(), second.v3());
    // The second six seconds stand in front of the first.
    let mut dat = Dat::with_header(plain.v3_header().bytes());
    dat.append(&second.dat).append(&first.dat);
    let fixes: Vec<_> = second.fixes.iter().chain(&first.fixes).copied().collect();
    let case = Case::new(&dat, fixes);
    assert_accounts("out of order", &case.examined);
    assert_positions("out of order", &case, &LATER, 0.05);
    let (track, rows) = case.rows_of(2096);
    assert!(rows.windows(2).all(|pair| pair[0] < pair[1]), "rows stand in the order of the file");
    let utc: Vec<_> = rows.iter().map(|row| track.rows.utc(*row).expect("UTC")).collect();
    assert!(utc.windows(2).any(|pair| pair[1] < pair[0]), "and are not sorted by time");
}

/// No header: the receiver's seconds show how fast the counter runs.
#[test]
fn a_stream_without_header_is_read() {
    let (craft, states) = (matrice(), hop(&matrice()));
    let made = recording(&craft, &states).v3();
    let case = Case::new(&made.dat.beheaded(), made.fixes);
    assert_accounts("headerless", &case.examined);
    assert_eq!(case.examined.report.format, Some(super::FORMAT));
    assert_eq!(case.examined.report.records.found, case.truth.records.len() as u64);
    assert_positions("headerless", &case, &[2048, 2096, 53234], 0.25);
}

#[test]
fn a_header_that_does_not_say_the_rate_costs_no_time() {
    let (craft, states) = (matrice(), hop(&matrice()));
    let recording = recording(&craft, &states);
    let made = recording.v3();
    let header = crate::make::dji_dat::header::V3Header { ticks_per_second: 0, ..recording.v3_header() };
    let mut dat = Dat::with_header(header.bytes());
    dat.append(&made.dat);
    assert_positions("no rate", &Case::new(&dat, made.fixes), &LATER, 0.25);
}

/// Zeros between records are padding; other bytes are not.
#[test]
fn zeros_between_records_are_known_and_other_bytes_are_not() {
    let craft = craft::phantom_3_standard();
    let states = hop(&craft);
    let rate = u64::from(early_log::TICKS_PER_SECOND);
    let recording = super::Recording { first_tick: 9 * rate, rate: rate as f64, ..recording(&craft, &states) };
    let made = recording.v1();
    let mut padded = Dat::with_header(crate::make::dji_dat::header::v1(early_log::MODEL, early_log::BUILD));
    padded.record(Record::text(crate::make::dji_dat::TEXT, 5, "first")).zeros(700).append(&made.dat).zeros(33);
    let case = Case::new(&padded, made.fixes);
    assert_accounts("zeros", &case.examined);
    assert!(!case.examined.is_incomplete(), "{:#?}", case.examined.report.diagnostics);
    assert_eq!((case.examined.report.coverage.unknown, case.examined.report.coverage.damaged), (0, 0));
    assert_positions("zeros", &case, &EARLY, 0.25);
}
