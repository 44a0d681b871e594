//! Small logs, damaged at every single byte: every cut length, every byte turned, something inserted at every place.

use std::sync::OnceLock;

use crate::make::damage;
use crate::make::dji_txt::Truth;
use crate::make::prng::Prng;
use crate::support::{FRAMES, Log, assert_accounts, row_keys, small_log};

use super::edit::{Edit, examine_edit};

struct Small {
    log: Log,
    truth: Truth,
}

/// Old and plain, scrambled, with a closing separator, with the details in front, encrypted.
fn small_logs() -> &'static [Small] {
    static LOGS: OnceLock<Vec<Small>> = OnceLock::new();
    LOGS.get_or_init(|| {
        let small = |version: u8| {
            let small = small_log(version);
            Small { log: Log::with_keys(format!("small v{version}"), small.bytes, small.keys), truth: small.truth }
        };
        [4, 8, 11, 12, 14].map(small).into()
    })
}

fn each_small(check: impl Fn(&Small)) {
    super::each(small_logs().iter(), |small| &small.log.name, check);
}

#[test]
fn the_small_logs_are_whole() {
    each_small(|small| {
        let whole = &small.log.whole;
        assert_accounts(&small.log.name, whole);
        assert!(!whole.is_incomplete(), "{}: {:#?}", small.log.name, whole.report.diagnostics);
        assert_eq!(row_keys(whole).len(), FRAMES, "{}", small.log.name);
        assert_eq!(whole.report.records.found, small.truth.records.len() as u64, "{}", small.log.name);
        assert_eq!(whole.report.children.len(), 2, "{}", small.log.name);
    });
}

#[test]
fn a_cut_at_any_byte_keeps_exactly_what_stands_before_it() {
    each_small(|Small { log, truth }| {
        let whole = row_keys(&log.whole);
        for len in 0..log.bytes.len() {
            let examined = log.examine(log.bytes[..len].to_vec());
            let what = format!("{}: the first {len} bytes", log.name);
            assert_accounts(&what, &examined);
            let rows = row_keys(&examined);
            assert!(rows == whole[..rows.len()], "{what}: rows that were not there");
            let left = truth.left_after_cut(1, len);
            // Two records are the least by which an old log is recognised; a long prefix speaks for itself.
            let records = truth.records.iter().filter(|record| record.end() <= len).count();
            let unrecognised = examined.report.format.is_none() && records < 2;
            assert!(rows.len() == left || unrecognised, "{what}: {} rows, {left} records", rows.len());
            assert!(examined.is_incomplete() || unrecognised, "{what}: exit 3: {:#?}", examined.report.diagnostics);
        }
    });
}

#[test]
fn a_turned_byte_costs_at_most_its_record_and_the_next_and_is_never_silent() {
    each_small(|Small { log, truth }| {
        for at in 0..log.bytes.len() {
            for mask in [0x01, 0x80, 0xff] {
                let mut bytes = log.bytes.clone();
                bytes[at] ^= mask;
                let what = format!("{}: byte {at} turned by {mask:02X}", log.name);
                if (truth.records_start..truth.records_end).contains(&at) {
                    let examined = examine_edit(&what, log, &bytes, Edit::overwritten(at, 1));
                    let fewer = super::flips::fewer_fixes(log, &examined);
                    assert!(!fewer || examined.is_incomplete(), "{what}: fewer fixes and exit 0");
                } else {
                    let examined = log.examine(bytes);
                    assert_accounts(&what, &examined);
                    let silent = examined.is_usable() && !examined.is_incomplete();
                    assert!(row_keys(&examined).len() <= FRAMES, "{what}: invented rows");
                    assert!(!silent || !super::flips::fewer_fixes(log, &examined), "{what}: fewer fixes and exit 0");
                }
            }
        }
    });
}

/// A position that is out of range is a changed byte wherever it stands, before the first fix as well.
#[test]
fn an_impossible_position_is_told_in_every_row() {
    each_small(|Small { log, truth }| {
        // Without a check byte a turned bit of the frame is not told from one of the content.
        if log.version() < 7 {
            return;
        }
        for (row, record) in truth.of_kind(1).enumerate() {
            // Bit 6 of the sign and exponent byte of the latitude: 1e-1 becomes 1e307.
            let header = 3;
            let mut bytes = log.bytes.clone();
            bytes[record.offset + header + 15] ^= 0x40;
            let examined = log.examine(bytes);
            let what = format!("{}: latitude of row {row}", log.name);
            assert_eq!(row_keys(&examined).len(), FRAMES, "{what}: the row stays");
            assert!(super::flips::fewer_fixes(log, &examined), "{what}: no place on earth is no fix");
            assert!(examined.is_incomplete(), "{what}: exit 3: {:#?}", examined.report.diagnostics);
        }
    });
}

#[test]
fn bytes_inserted_anywhere_cost_the_record_that_they_tear() {
    each_small(|Small { log, truth }| {
        for at in truth.records_start..truth.records_end {
            let mut prng = Prng::new(at as u64);
            let foreign = prng.bytes(1 + at % 40);
            let edit = Edit { at, removed: 0, inserted: foreign.len() };
            let bytes = damage::insert(&log.bytes, at, &foreign);
            let examined = examine_edit("noise inserted", log, &bytes, edit);
            assert!(examined.is_incomplete(), "{} noise at {at}: exit 3", log.name);
        }
    });
}

#[test]
fn bytes_that_are_missing_anywhere_cost_the_records_that_they_were_part_of() {
    each_small(|Small { log, truth }| {
        for at in truth.records_start..truth.records_end - 60 {
            let removed = 1 + at % 60;
            let edit = Edit { at, removed, inserted: 0 };
            let bytes = damage::drop_block(&log.bytes, at, removed);
            let examined = examine_edit("bytes dropped", log, &bytes, edit);
            // Whole records that are missing leave no trace but the place of the details, which stand in front from 12 on.
            // The same bytes may come of a cut beside the one that was made.
            let starts: Vec<usize> = truth.records.iter().map(|record| record.offset).collect();
            let whole_records = |start: &usize| {
                starts.contains(&(start + removed)) && damage::drop_block(&log.bytes, *start, removed) == bytes
            };
            let traceless = log.version() >= 12 && starts.iter().any(whole_records);
            let told = examined.is_incomplete() || traceless;
            assert!(told, "{}: {removed} dropped at {at}: exit 3", log.name);
        }
    });
}
