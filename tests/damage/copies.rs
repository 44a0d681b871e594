//! A block that stands twice: what a file system leaves behind when a cluster is chained in again. A copy is not flown
//! twice.

use overflown::examine::Examined;
use overflown::track::FixState;

use crate::make::damage;
use crate::support::{Log, RowKey, assert_accounts, row_keys, rows};

use super::{boundary, each_log, inside, record_area};

/// As large as the block can be while a third of the records stand on either side.
fn block_len(log: &Log) -> usize {
    (record_area(log).len() / 3).min(50_000)
}

/// Rows without their places: a copy moves what stands behind it.
fn values(rows: Vec<RowKey>) -> Vec<RowKey> {
    rows.into_iter().map(|row| RowKey { offset: 0, ..row }).collect()
}

/// Records of a sealed log are chained: where a whole record follows one that it was not written behind, its first 16 bytes come
/// out wrong, and they are the position. Such a row must be no valid fix; it is left out with the row of the whole log that it is.
fn leave_out_unchained(what: &str, examined: &Examined, found: &mut Vec<RowKey>, whole: &mut Vec<RowKey>) {
    let strange: Vec<usize> = (0..found.len()).filter(|row| !whole.contains(&found[*row])).collect();
    assert!(strange.len() <= 2, "{what}: {} rows that the log does not have, at two seams", strange.len());
    for &row in &strange {
        assert_ne!(rows(examined).fix[row], FixState::Valid, "{what}: row {row} is no valid fix");
        let own = (found[row].elapsed_ns, found[row].height);
        let at = whole.iter().position(|whole| (whole.elapsed_ns, whole.height) == own);
        whole.remove(at.unwrap_or_else(|| panic!("{what}: a row that the log does not have: {:?}", found[row])));
    }
    for row in strange.into_iter().rev() {
        found.remove(row);
    }
}

/// `len` bytes from `at` stand again before `insert_at`.
fn assert_copy_is_set_aside(what: &str, log: &Log, at: usize, len: usize, insert_at: usize) {
    let what = format!("{}: {what}: {len} bytes from {at} again at {insert_at}", log.name);
    let bytes = damage::duplicate_block(&log.bytes, at, len, insert_at);
    let examined = log.examine(bytes);
    let report = &examined.report;
    assert_accounts(&what, &examined);
    assert!(examined.is_incomplete(), "{what}: exit 3: {:#?}", report.diagnostics);

    let (mut found, mut whole) = (values(row_keys(&examined)), values(row_keys(&log.whole)));
    // Bytes beside an insertion that equal its own make two seams possible: the record there is lost rather than guessed.
    let apart_from = insert_at.abs_diff(at) != len;
    let unproved = apart_from && found.len() + 1 == whole.len() && report.records.lost > 0;
    if unproved {
        let missing = (0..whole.len()).find(|&row| found.get(row) != Some(&whole[row])).unwrap_or(0);
        let torn = log.whole.primary().map(|track| track.rows.offset[missing] as usize).unwrap_or(0);
        assert!((torn..torn + 256).contains(&insert_at) || insert_at < at, "{what}: only the torn record may be lost");
        whole.remove(missing);
    }
    assert_eq!(found.len(), whole.len(), "{what}: rows");
    if insert_at < at {
        if log.keys.is_some() {
            leave_out_unchained(&what, &examined, &mut found, &mut whole);
        }
        // Of two whole blocks the later one is taken for the copy; every position stands once.
        found.sort_unstable();
        whole.sort_unstable();
    }
    // Nothing but an end byte proves a record of an old log: one torn record in 256 has one by chance.
    if log.version() < 6 && apart_from {
        let invented = found.iter().filter(|row| !whole.contains(row)).count();
        assert!(invented <= 1, "{what}: {invented} rows that the whole log does not have");
        return;
    }
    let other = found.iter().zip(&whole).find(|(found, whole)| found != whole);
    assert_eq!(other, None, "{what}: the first row that differs");
    let records = |records: &overflown::examine::RecordSums| records.decoded + records.opaque;
    let lost = records(&log.whole.report.records) - records(&report.records);
    assert!(lost == 0 || apart_from && lost == 1 && report.records.lost > 0, "{what}: {lost} records are lost");

    // One of the two blocks is named as the copy, with the place of the other; equal bytes beside it may shift its edges.
    let (first, second) = if insert_at < at { (insert_at, at + len) } else { (at, insert_at) };
    let apart = (second - first) as i64;
    let told = report.diagnostics.iter().any(|d| {
        let Some(copy) = d.offset.filter(|_| d.code == "dji-txt/duplicate") else { return false };
        let names = |place: usize, other: i64| {
            (copy as i64 - place as i64).abs() <= 16 && d.message.contains(&(copy as i64 + other).to_string())
        };
        d.message.contains(&copy.to_string()) && (names(second, -apart) || names(first, apart))
    });
    assert!(told, "{what}: no diagnostic with both places: {:#?}", report.diagnostics);
}

#[test]
fn a_block_that_stands_twice_in_a_row_is_read_once() {
    each_log(|log| {
        let len = block_len(log);
        let (start, end) = (boundary(log, 30), boundary(log, 30 + 100 * len / record_area(log).len()));
        assert_copy_is_set_aside("records, adjacent", log, start, end - start, end);
        let torn = inside(log, 25);
        assert_copy_is_set_aside("torn records, adjacent", log, torn, len, torn + len);
    });
}

#[test]
fn a_block_that_stands_again_later_is_read_once() {
    each_log(|log| {
        let len = block_len(log);
        let (start, end) = (boundary(log, 10), boundary(log, 10 + 100 * len / record_area(log).len()));
        assert_copy_is_set_aside("records, later", log, start, end - start, boundary(log, 75));
        assert_copy_is_set_aside("records, inside one", log, start, end - start, inside(log, 75));
        assert_copy_is_set_aside("torn records, later", log, inside(log, 15), len, boundary(log, 80));
        assert_copy_is_set_aside("torn records, inside one", log, inside(log, 15), len, inside(log, 80));
    });
}

#[test]
fn a_block_that_stands_earlier_too_is_read_once() {
    each_log(|log| {
        let len = block_len(log);
        let start = boundary(log, 55);
        let end = boundary(log, 55 + 100 * len / record_area(log).len());
        // Keys change at a recover marker: one that stands earlier than it was written parts no segments any more.
        if log.ledger.records().any(|record| record.kind == 50 && (start..end).contains(&record.offset)) {
            return;
        }
        assert_copy_is_set_aside("records, earlier", log, start, end - start, boundary(log, 20));
        assert_copy_is_set_aside("torn records, inside an earlier one", log, inside(log, 50), len, inside(log, 20));
    });
}
