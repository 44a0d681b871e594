//! Damage to encrypted logs. Records are chained: behind a hole the first 16 bytes of the next record of each feature rest on
//! bytes that are gone. Everything else that is intact must be read: that is the recovery rate, and it is 100 %.

use std::collections::{BTreeMap, BTreeSet};

use overflown::examine::Completion;
use overflown::track::FixState;

use crate::make::damage;
use crate::make::dji_txt::features::PLAIN;
use crate::make::dji_txt::flying::Osd;
use crate::make::dji_txt::{Details, Log, Placed, service};
use crate::make::prng::Prng;
use crate::support::{Ledger, assert_accounts, examine_with_keys, has_diagnostic, place, rows};

use super::Flight;

const PAGE: usize = 4096;
/// What an initialisation vector decides.
const BLOCK: usize = 16;

/// `removed` bytes at `at` replaced by `inserted` others.
#[derive(Clone, Copy, Debug)]
struct Hole {
    at: usize,
    removed: usize,
    inserted: usize,
}

impl Hole {
    fn spares(self, record: &Placed) -> bool {
        record.end() <= self.at || record.offset >= self.at + self.removed
    }

    fn moved(self, offset: usize) -> usize {
        if offset < self.at { offset } else { offset + self.inserted - self.removed }
    }

    fn was(self, offset: usize) -> usize {
        if offset < self.at { offset } else { offset + self.removed - self.inserted }
    }
}

/// Checks the recovery rate behind a hole: of the intact records all are read, field by field as in the whole file, but for the
/// first block of the first one of each feature and segment behind the hole. Those are marked, and their number is given.
fn assert_recovered(flight: &Flight, whole: &Ledger, bytes: &[u8], hole: Hole) -> usize {
    let what = format!("{}: {hole:?}", flight.name);
    let ledger = Ledger::opened("flight.txt", bytes, &service::answer(&flight.sets));
    let found: BTreeMap<usize, usize> =
        ledger.entries.iter().enumerate().filter(|(_, e)| e.counted).map(|(at, e)| (e.offset, at)).collect();
    let was: BTreeMap<usize, usize> =
        whole.entries.iter().enumerate().filter(|(_, e)| e.counted).map(|(at, e)| (e.offset, at)).collect();
    let mut first: BTreeSet<(usize, u16)> = BTreeSet::new();
    let (mut intact, mut read, mut marked) = (0, 0, 0);
    for record in flight.truth.records.iter().filter(|record| hole.spares(record)) {
        intact += 1;
        let at = found.get(&hole.moved(record.offset));
        let at =
            *at.unwrap_or_else(|| panic!("{what}: the record of type {} at {} is gone", record.kind, record.offset));
        let (entry, fields) = (&ledger.entries[at], &ledger.fields[at]);
        let truth = &whole.fields[was[&record.offset]];
        // A hole parts the chains that go on behind it; those of later segments it leaves alone.
        let rests_on_hole = record.key.is_some_and(|key| {
            record.offset >= hole.at && segment_at(flight, hole.at + hole.removed) == key.0 && first.insert(key)
        });
        if !rests_on_hole {
            let same = fields == truth && entry.content == record.content && entry.doubtful == 0;
            assert!(same, "{what}: type {} at {}: {fields:?} was {truth:?}", record.kind, record.offset);
            read += 1;
        } else {
            marked += 1;
            if record.content < BLOCK {
                // One block, all of which rests on the hole.
                assert!(entry.opaque || entry.doubtful == record.content, "{what}: {entry:?}");
            } else {
                assert_eq!((entry.doubtful, entry.content), (BLOCK, record.content), "{what}: {entry:?}");
            }
        }
    }
    assert_eq!(read + marked, intact, "{what}: recovery rate 100 %");
    let features = flight.sets.iter().map(Vec::len).max().unwrap_or(0);
    assert!(marked <= features, "{what}: {marked} first records for {features} features");

    let examined = examine_with_keys("flight.txt", bytes.to_vec(), &service::answer(&flight.sets));
    assert_accounts(&what, &examined);
    assert_eq!(examined.report.completeness, Completion::Partial, "{what}: exit 3");
    assert!(!has_diagnostic(&examined, "dji-txt/wrong-key"), "{what}: {:#?}", examined.report.diagnostics);
    flight.assert_valid_rows_are_true(&what, &examined, |at| hole.was(at));
    let track = rows(&examined);
    let left = flight.truth.of_kind(1).filter(|record| hole.spares(record)).count();
    assert_eq!(track.len(), left, "{what}: a row each position that is left");
    assert!(track.doubtful.iter().all(|row| track.fix[*row] != FixState::Valid), "{what}: marked");
    marked
}

/// The segment whose chains run at this offset.
fn segment_at(flight: &Flight, offset: usize) -> usize {
    flight.truth.of_kind(50).filter(|marker| marker.offset < offset).count()
}

/// Places in the record area in percent, and the one just before the first recover marker.
fn places(flight: &Flight) -> Vec<usize> {
    let (start, end) = (flight.truth.records_start, flight.truth.records_end);
    let mut places: Vec<usize> = [15, 35, 62, 80].map(|percent| start + (end - start) * percent / 100).into();
    places.extend(flight.truth.of_kind(50).map(|marker| marker.offset - 300).take(1));
    places
}

fn flights() -> [Flight; 3] {
    [Flight::new(13, 450, 1), Flight::new(14, 450, 1), Flight::new(14, 600, 2)]
}

#[test]
fn a_page_of_zeros_costs_what_it_covers_and_the_first_block_behind_it() {
    for flight in flights() {
        let whole = flight.ledger_under(&flight.sets);
        for at in places(&flight) {
            for fill in [0x00, 0xff] {
                let bytes = damage::hole(&flight.bytes, at, PAGE, fill);
                assert_recovered(&flight, &whole, &bytes, Hole { at, removed: PAGE, inserted: PAGE });
            }
        }
    }
}

#[test]
fn dropped_bytes_cost_what_they_were_part_of_and_the_first_block_behind_them() {
    for flight in flights() {
        let whole = flight.ledger_under(&flight.sets);
        for at in places(&flight) {
            let bytes = damage::drop_block(&flight.bytes, at, 777);
            let marked = assert_recovered(&flight, &whole, &bytes, Hole { at, removed: 777, inserted: 0 });
            assert!(marked > 3, "{}: several chains run across {at}", flight.name);
        }
    }
}

#[test]
fn inserted_bytes_cost_the_record_that_they_tear_and_the_first_block_behind_it() {
    for flight in flights() {
        let whole = flight.ledger_under(&flight.sets);
        for at in places(&flight) {
            // Inside a record, so that it is torn.
            let record =
                flight.truth.records.iter().find(|r| r.offset > at && r.len > 60 && r.kind != 56).expect("one");
            let cut = record.offset + 30;
            let bytes = damage::insert(&flight.bytes, cut, &Prng::new(at as u64).bytes(900));
            let torn = Hole { at: record.offset, removed: record.len, inserted: record.len + 900 };
            assert_recovered(&flight, &whole, &bytes, torn);
        }
    }
}

/// The marker between two sets of keys, alone: the keys themselves tell where the second set begins.
#[test]
fn a_lost_recover_marker_costs_itself() {
    let flight = Flight::new(14, 900, 3);
    let whole = flight.ledger_under(&flight.sets);
    let markers: Vec<Placed> = flight.truth.of_kind(50).copied().collect();
    for marker in &markers {
        let bytes = damage::hole(&flight.bytes, marker.offset, marker.len, 0);
        assert_recovered(
            &flight,
            &whole,
            &bytes,
            Hole { at: marker.offset, removed: marker.len, inserted: marker.len },
        );
    }
    let mut bytes = flight.bytes.clone();
    markers.iter().for_each(|marker| bytes[marker.offset..marker.end()].fill(0));
    let examined = examine_with_keys("flight.txt", bytes, &service::answer(&flight.sets));
    assert_eq!(rows(&examined).len(), flight.states.len(), "both markers are gone, no position is");
    flight.assert_valid_rows_are_true("both markers", &examined, |at| at);
}

/// A flipped bit changes its own block, one bit of the next, and with the last block the first one of the next record.
#[test]
fn flipped_bits_cost_their_record_and_no_key() {
    let flight = Flight::new(14, 900, 2);
    let area = flight.truth.records_start..flight.truth.records_end;
    for seed in 0..12 {
        let (bytes, hit) = damage::flip_bits_in(&flight.bytes, area.clone(), seed, 40);
        let examined = examine_with_keys("flight.txt", bytes, &service::answer(&flight.sets));
        let what = format!("40 bits, seed {seed}");
        assert_accounts(&what, &examined);
        let refuted = has_diagnostic(&examined, "dji-txt/wrong-key");
        assert!(examined.is_incomplete() && !refuted, "{what}: {:#?}", examined.report.diagnostics);
        // Records with a changed byte, and the next one of the same chain.
        let records = &flight.truth.records;
        let mut touched: BTreeSet<usize> = BTreeSet::new();
        for (at, record) in records.iter().enumerate().filter(|(_, r)| hit.iter().any(|h| r.overlaps(*h, 1))) {
            touched.insert(record.offset);
            touched.extend(records[at + 1..].iter().find(|next| next.key == record.key).map(|next| next.offset));
        }
        let track = rows(&examined);
        let mut kept = 0;
        for (record, state) in flight.truth.of_kind(1).zip(&flight.states).filter(|(r, _)| !touched.contains(&r.offset))
        {
            let Ok(row) = track.offset.binary_search(&(record.offset as u64)) else { continue };
            kept += 1;
            // A record whose frame was broken parts all chains.
            let marked = track.doubtful.contains(&row);
            let same = (track.lat[row], track.lon[row]) == (state.lat_deg(), state.lon_deg());
            assert!(same || marked, "{what}: the position at {} changed unmarked", record.offset);
        }
        let whole = flight.truth.of_kind(1).filter(|record| !touched.contains(&record.offset)).count();
        assert!(kept + 1 >= whole, "{what}: {kept} of {whole} untouched positions are there");
    }
}

/// A log of 60 frames into which something is put behind the thirtieth.
fn with_something_odd(put: impl Fn(&mut Log)) -> (Vec<u8>, String) {
    let mut log = Log::new(14);
    log.encrypt(8);
    for frame in 0..60 {
        let (lat_rad, lon_rad) = place(frame);
        log.record(1, &Osd { lat_rad, lon_rad, fly_time: frame as u16, ..Osd::default() }.content(70));
        log.record(3, &[0; 48]);
        if frame == 30 {
            put(&mut log);
        }
    }
    log.details(Details { start_ms: 1_591_025_400_000, ..Details::default() });
    (log.finish(), service::answer(log.keys()))
}

#[test]
fn a_record_that_is_no_whole_number_of_blocks_is_told_and_parts_its_chain() {
    let (bytes, answer) = with_something_odd(|log| {
        log.record_under(PLAIN, 1, &[7; 55]);
    });
    let examined = examine_with_keys("odd.txt", bytes, &answer);
    assert_accounts("odd", &examined);
    let report = &examined.report;
    assert_eq!((report.completeness, report.records.lost), (Completion::Partial, 1), "{:#?}", report.diagnostics);
    assert_eq!(
        report.diagnostics.iter().filter(|d| d.code == "dji-txt/sealed").count(),
        1,
        "{:#?}",
        report.diagnostics
    );
    let track = rows(&examined);
    assert_eq!((track.len(), track.doubtful.as_slice()), (60, &[31][..]), "the next position is marked");
    for row in (0..60).filter(|row| *row != 31) {
        let (lat, lon) = place(row);
        assert_eq!((track.lat[row], track.lon[row]), (lat.to_degrees(), lon.to_degrees()), "row {row}");
    }
}

/// The wrapped keys matter to the service alone: with an answer at hand they may be broken or gone.
#[test]
fn damaged_key_storage_closes_nothing() {
    let flight = Flight::new(14, 450, 1);
    for storage in flight.truth.of_kind(56) {
        for (at, len) in [(storage.offset + 40, 100), (storage.offset, storage.len)] {
            let bytes = damage::hole(&flight.bytes, at, len, 0);
            let examined = examine_with_keys("flight.txt", bytes, &service::answer(&flight.sets));
            let what = format!("{len} bytes at {at} of the wrapped key at {}", storage.offset);
            assert_accounts(&what, &examined);
            assert_eq!(rows(&examined).len(), flight.states.len(), "{what}");
            assert!(examined.report.locked.is_none(), "{what}: {:?}", examined.report.locked);
            flight.assert_valid_rows_are_true(&what, &examined, |at| at);
        }
    }
}

#[test]
fn a_cut_or_zeroed_tail_costs_nothing_before_it() {
    for flight in flights() {
        for percent in [30, 70, 95] {
            let end = flight.bytes.len() * percent / 100;
            let left = flight.truth.left_after_cut(1, end);
            for bytes in [damage::cut(&flight.bytes, percent), damage::hole(&flight.bytes, end, flight.bytes.len(), 0)]
            {
                let what = format!("{}: {percent} % of {} bytes", flight.name, bytes.len());
                let examined = examine_with_keys("flight.txt", bytes, &service::answer(&flight.sets));
                assert_accounts(&what, &examined);
                assert!(examined.is_incomplete(), "{what}");
                let track = rows(&examined);
                assert_eq!((track.len(), track.doubtful.len()), (left, 0), "{what}");
                flight.assert_valid_rows_are_true(&what, &examined, |at| at);
            }
        }
    }
}
