//! One flight, told by the phone and by the aircraft: the samples of a pair agree in place, and in time but for their clocks.

use crate::make::samples::{self, aircraft};
use crate::support::{examine_bytes, examine_with_keys, rows};

use super::Case;

/// The record type whose positions the app shows.
fn shown(version: &str) -> u16 {
    if version == "1" { 12 } else { 2211 }
}

#[test]
fn both_logs_of_a_flight_tell_the_same_places() {
    let records = samples::all();
    let mut pairs = 0;
    for log in aircraft::all() {
        let Some(pair) = log.pair else { continue };
        pairs += 1;
        let record = records.iter().find(|sample| sample.path == pair.flight_record).expect("the other half");
        let told = match &record.keys {
            Some(keys) => examine_with_keys(&record.path, record.bytes.clone(), keys),
            None => examine_bytes(&record.path, record.bytes.clone()),
        };
        let examined = examine_bytes(log.path, log.bytes.clone());
        let case = Case { bytes: log.bytes, truth: log.truth, fixes: log.fixes, examined };
        let (track, found) = case.rows_of(shown(log.version));
        for (fix, row) in case.fixes_of(shown(log.version)).into_iter().zip(found) {
            let (ours, theirs) = (&track.rows, rows(&told));
            assert_eq!(ours.fix[row].is_fix(), theirs.fix[fix.state].is_fix(), "{}: row {row}", log.path);
            if fix.valid {
                let place =
                    |rows: &overflown::track::Rows, row: usize| (rows.lat[row].to_bits(), rows.lon[row].to_bits());
                assert_eq!(place(ours, row), place(theirs, fix.state), "{}: row {row}", log.path);
            }
            let ahead = theirs.utc(fix.state).expect("UTC") - ours.utc(row).expect("UTC");
            let off = ahead as f64 / 1e6 - pair.phone_ahead_ms as f64;
            // The phone stamps late and rows without a stamp are spaced; seconds alone are good to a quarter.
            assert!(off.abs() < 600.0, "{}: row {row}: the phone is {ahead} ns ahead, off by {off} ms", log.path);
        }
    }
    assert_eq!(pairs, 2, "a pair of each generation");
}
