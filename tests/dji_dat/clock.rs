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

fn told<'c>(case: &'c Case, code: &str) -> Option<&'c str> {
    case.examined.report.diagnostics.iter().find(|d| d.code == code).map(|d| d.message.as_str())
}

/// Two power-ons in one file, an hour apart, each with its own tick 0: every position has the UTC of its own.
#[test]
fn a_second_power_on_in_one_file_has_its_own_time() {
    let (craft, states) = (matrice(), hop(&matrice()));
    // As after some minutes, so that the second run falls back.
    let plain = super::Recording { first_tick: 300 * RATE, ..recording(&craft, &states) };
    let second =
        super::Recording { first_tick: 21 * RATE, utc_ms: plain.utc_ms + 3_600_000, definitions: &[], ..plain.clone() };
    for (what, first, second) in [("falls back", &plain, &second), ("goes ahead", &second, &plain)] {
        let mut made = first.v3();
        let behind = second.v3();
        let begin = made.dat.finish().0.len();
        made.dat.append(&behind.dat);
        made.fixes.extend(behind.fixes);
        let case = Case::of(made);
        assert_accounts(what, &case.examined);
        assert_positions(what, &case, &[2048, 2096, 53234], 0.3);
        let run = case.examined.report.diagnostics.iter().find(|d| d.code == "dji-dat/new-run").expect(what);
        let off = run.offset.expect("a place").abs_diff(begin as u64);
        assert!(run.severity == "note" && off < 2_000, "{what}: told at {:?}, begun at {begin}", run.offset);
    }
}

/// Without satellites nothing says when a second run began: its records have no time, never that of the first.
#[test]
fn a_run_that_no_satellite_tells_of_has_no_time() {
    let (craft, states) = (matrice(), hop(&matrice()));
    let plain = super::Recording { first_tick: 300 * RATE, ..recording(&craft, &states) };
    let mut blind = states.clone();
    blind.iter_mut().for_each(|state| state.has_fix = false);
    let second = super::Recording { first_tick: 21 * RATE, states: &blind, definitions: &[], ..plain.clone() };
    let mut made = plain.v3();
    let begin = made.dat.finish().0.len() as u64;
    made.dat.append(&second.v3().dat);
    let case = Case::of(made);
    assert_positions("the first run", &case, &[2048, 2096, 53234], 0.3);
    assert!(told(&case, "dji-dat/new-run").is_some_and(|message| message.contains("have no time")));
    for track in &case.examined.tracks {
        let rows = &track.rows;
        let behind = (0..rows.len()).filter(|row| rows.offset[*row] >= begin);
        behind
            .for_each(|row| assert_eq!((rows.utc(row), rows.elapsed(row)), (None, None), "{}, row {row}", track.name));
    }
}

/// A receiver that finds its date late: what it said before moves nothing.
#[test]
fn a_date_that_was_wrong_at_first_is_told_and_not_used() {
    let (craft, states) = (matrice(), hop(&matrice()));
    let plain = recording(&craft, &states);
    let weeks = 200 * 7 * 86_400_000;
    let first = super::Recording { states: &states[..50], utc_ms: plain.utc_ms - weeks, ..plain.clone() };
    let second = super::Recording {
        states: &states[..],
        first_tick: plain.first_tick + 5 * RATE,
        utc_ms: plain.utc_ms + 5_000,
        definitions: &[],
        ..plain.clone()
    };
    let (first, second) = (first.v3(), second.v3());
    let mut dat = first.dat.clone();
    dat.append(&second.dat);
    let case = Case::new(&dat, second.fixes);
    assert_positions("a late date", &case, &[2048, 2096, 53234], 0.3);
    let message = told(&case, "dji-dat/clock-jump").expect("it is told");
    assert!(message.contains("changed its date"), "{message}");
    assert!(told(&case, "dji-dat/missed-wrap").is_none() && told(&case, "dji-dat/new-run").is_none());
}

/// A count of weeks that began anew: before 2010 no time is used, later ones that lie before the firmware are told.
#[test]
fn dates_before_the_firmware_are_told() {
    let (craft, states) = (matrice(), hop(&matrice()));
    let plain = recording(&craft, &states);
    for (weeks, code, has_utc) in [(1024, "dji-dat/date", false), (300, "dji-dat/before-build", true)] {
        let utc_ms = plain.utc_ms - weeks * 7 * 86_400_000;
        let case = Case::of(super::Recording { utc_ms, ..plain.clone() }.v3());
        assert!(told(&case, code).is_some(), "{weeks} weeks: {:#?}", case.examined.report.diagnostics);
        assert_eq!(case.examined.report.time.start_utc.is_some(), has_utc, "{weeks} weeks");
        assert!(!case.examined.is_incomplete(), "{weeks} weeks: the bytes are sound");
    }
}

/// Nothing behind a header is encrypted because there is no record: zeros, and the beginning of one.
#[test]
fn a_header_without_records_says_what_stands_behind_it() {
    let (craft, states) = (matrice(), hop(&matrice()));
    let header = recording(&craft, &states).v3_header().bytes();
    let zeros = [header.clone(), vec![0; 4_000]].concat();
    let case = Case::new(&Dat::with_header(zeros), Vec::new());
    assert!(told(&case, "dji-dat/empty").is_some_and(|message| message.contains("4000 bytes of zeros")));
    assert_eq!((case.examined.report.records.lost, case.examined.report.locked.is_some()), (0, false));
    let torn = Record::new(2048, 256, vec![7; 120]).framed();
    let case = Case::new(&Dat::with_header([header.clone(), torn[..50].to_vec()].concat()), Vec::new());
    assert_eq!((case.examined.report.records.lost, case.examined.report.locked.is_some()), (1, false));
    let noise: Vec<u8> = (0..60_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let case = Case::new(&Dat::with_header([header, noise].concat()), Vec::new());
    assert!(case.examined.report.locked.is_some(), "what looks like cipher text may be some");
}
