//! Logs that end early: a copy that was interrupted, a card that was pulled, a tail that was never written.

use crate::make::damage;
use crate::support::{Log, RowKey, assert_accounts, has_diagnostic, row_keys};

use super::{each_log, record_area};

/// The rows whose records end before `end`.
fn rows_before(log: &Log, end: usize) -> Vec<RowKey> {
    let ends: Vec<usize> = log.ledger.entries.iter().filter(|e| e.counted && e.kind == 1).map(|e| e.end()).collect();
    let rows = row_keys(&log.whole);
    assert_eq!(ends.len(), rows.len(), "{}: a row an OSD record", log.name);
    rows.into_iter().zip(ends).filter(|(_, osd_end)| *osd_end <= end).map(|(row, _)| row).collect()
}

#[test]
fn a_cut_log_gives_exactly_the_rows_before_the_cut() {
    each_log(|log| {
        for percent in [1, 10, 50, 90, 99] {
            let cut = damage::cut(&log.bytes, percent);
            let end = cut.len();
            let examined = log.examine(cut);
            let what = format!("{}: the first {percent} %", log.name);
            assert_accounts(&what, &examined);
            assert!(row_keys(&examined) == rows_before(log, end), "{what}: other rows than those before the cut");
            // Newer logs have their details in front; a cut inside them leaves nothing.
            let usable = examined.is_usable() || end < record_area(log).start;
            assert!(examined.is_incomplete() && usable, "{what}: exit 3: {:#?}", examined.report.diagnostics);
            let told = examined.report.diagnostics.iter().any(|d| d.severity == "loss" && d.message.contains("cut"));
            assert!(told, "{what}: {:#?}", examined.report.diagnostics);
        }
    });
}

/// Power lost: the file system gave the file its length, the end was never written.
#[test]
fn a_tail_of_zeros_costs_nothing_before_it() {
    each_log(|log| {
        for percent in [50, 90] {
            let start = log.bytes.len() * percent / 100;
            let examined = log.examine(damage::hole(&log.bytes, start, log.bytes.len(), 0));
            let what = format!("{}: zeros from {percent} % on", log.name);
            assert_accounts(&what, &examined);
            let (found, before) = (row_keys(&examined), rows_before(log, start));
            assert_eq!(found.len(), before.len(), "{what}: rows");
            assert!(found == before, "{what}: other rows than those before the zeros");
            assert!(examined.is_incomplete(), "{what}");
        }
    });
}

/// An app that crashed never wrote where the details are; they may still be there.
#[test]
fn a_log_that_was_never_closed_is_whole_when_its_details_are_found() {
    each_log(|log| {
        // From version 12 on the details stand in front.
        if log.version() >= 12 {
            return;
        }
        let examined = log.examine(damage::detail_offset_zero(&log.bytes));
        assert_accounts(&log.name, &examined);
        assert!(row_keys(&examined) == row_keys(&log.whole), "{}: other rows", log.name);
        assert!(!examined.is_incomplete(), "{}: exit 0: {:#?}", log.name, examined.report.diagnostics);
        assert!(
            has_diagnostic(&examined, "dji-txt/unclosed"),
            "{}: a note: {:#?}",
            log.name,
            examined.report.diagnostics
        );
        assert_eq!(examined.report.records.found, log.whole.report.records.found, "{}: records", log.name);
        assert_eq!(examined.report.children.len(), log.whole.report.children.len(), "{}: pictures", log.name);
        let serial = |examined: &overflown::examine::Examined| examined.report.device.aircraft_serial.clone();
        assert_eq!(serial(&examined), serial(&log.whole), "{}: serial", log.name);
    });
}

#[test]
fn a_log_that_was_never_closed_is_incomplete_when_its_details_are_gone() {
    each_log(|log| {
        // From version 12 on the details stand in front.
        if log.version() >= 12 {
            return;
        }
        let end = record_area(log).end;
        let bytes = damage::detail_offset_zero(&log.bytes[..end]);
        let examined = log.examine(bytes);
        assert_accounts(&log.name, &examined);
        assert!(row_keys(&examined) == row_keys(&log.whole), "{}: other rows", log.name);
        assert!(examined.is_incomplete(), "{}: exit 3", log.name);
        // Serial numbers stand in records, too.
        let recovered = log.ledger.entries.iter().any(|entry| entry.name == "recover");
        assert!(
            !recovered || examined.report.device.aircraft_serial.is_some(),
            "{}: the serial is in the records",
            log.name
        );
    });
}
