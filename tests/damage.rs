//! What happens to files between the aircraft and the court: cut, overwritten, copied twice, spliced, flipped bit by bit.
//! Damage may cost the records that it touches and one more, never invents any, is always told, and every byte stays
//! accounted for.

mod copies;
mod cuts;
mod edit;
mod envelopes;
mod figures;
mod flips;
mod hostile;
mod pages;
mod small;
mod splices;
mod strangers;

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use crate::make::samples;
use crate::support::{Log, clear_logs};

/// Checks every log that is damaged here: the clear real ones, when the evidence is at hand, and the clean samples,
/// encrypted ones with their keys among them.
fn each_log(check: impl Fn(&Log)) {
    each(clear_logs().iter().chain(made_logs()), |log| &log.name, check);
}

/// Checks all of them even if one fails, for a fault that a single log shows is another than one that all show.
fn each<'a, T: 'a>(items: impl Iterator<Item = &'a T>, name: impl Fn(&T) -> &str, check: impl Fn(&T)) {
    let (mut all, mut failed) = (0, Vec::new());
    for item in items {
        all += 1;
        if catch_unwind(AssertUnwindSafe(|| check(item))).is_err() {
            failed.push(name(item));
        }
    }
    assert!(failed.is_empty(), "{} of {all} logs fail, each as told above: {failed:#?}", failed.len());
}

fn made_logs() -> &'static [Log] {
    static LOGS: OnceLock<Vec<Log>> = OnceLock::new();
    LOGS.get_or_init(|| {
        let clean = samples::all().into_iter().filter(|sample| {
            let folder = sample.path.split('/').next();
            folder.is_some_and(|folder| ["dji-txt", "keyed"].contains(&folder))
        });
        clean.map(|sample| Log::with_keys(sample.path, sample.bytes, sample.keys)).collect()
    })
}

/// From the first record of the chain to the end of the last one.
fn record_area(log: &Log) -> Range<usize> {
    let first = log.ledger.records().next().expect("a record");
    let last = log.ledger.records().last().expect("a record");
    first.offset..last.end()
}

/// The offset of the first record at or behind this part of the record area, in percent.
fn boundary(log: &Log, percent: usize) -> usize {
    let area = record_area(log);
    let from = area.start + area.len() * percent / 100;
    log.ledger.records().map(|record| record.offset).find(|offset| *offset >= from).expect("a record behind it")
}

/// A place inside a record near this part of the record area.
fn inside(log: &Log, percent: usize) -> usize {
    let at = boundary(log, percent);
    let record = log.ledger.records().find(|record| record.offset >= at && record.len > 20).expect("a long record");
    record.offset + record.len / 2
}
