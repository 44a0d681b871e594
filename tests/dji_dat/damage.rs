//! Small logs of both generations, damaged at every byte: only what is touched is lost, nothing is invented.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::OnceLock;

use overflown::examine::Examined;

use super::ledger::Ledger;
use super::{Case, EARLY, LATER, hop, matrice, recording};
use crate::make::craft;
use crate::make::damage;
use crate::make::dji_dat::Placed;
use crate::make::dji_dat::definitions::MATRICE_350;
use crate::make::dji_dat::recorder::early_log;
use crate::make::prng::Prng;
use crate::support::{assert_accounts, examine_bytes};

/// A position that must not change: place in the file and in the world, to the bit.
type Row = (u64, u64, u64);

struct Small {
    name: &'static str,
    case: Case,
    rows: BTreeSet<Row>,
    /// Type and payload of every record, with how often they stand there.
    records: BTreeMap<(u16, Vec<u8>), usize>,
}

impl Small {
    fn new(name: &'static str, case: Case) -> Self {
        let rows = rows(&case.examined);
        let kinds = if name == "V1" { EARLY.as_slice() } else { &LATER };
        assert!(rows.len() >= kinds.len(), "{name}: {} rows", rows.len());
        let mut records = BTreeMap::new();
        for found in Ledger::of(&case.bytes).0.0 {
            *records.entry((found.kind, found.content)).or_default() += 1;
        }
        Small { name, case, rows, records }
    }
}

fn rows(examined: &Examined) -> BTreeSet<Row> {
    let of = |rows: &overflown::track::Rows| -> Vec<Row> {
        (0..rows.len()).map(|row| (rows.offset[row], rows.lat[row].to_bits(), rows.lon[row].to_bits())).collect()
    };
    examined.tracks.iter().flat_map(|track| of(&track.rows)).collect()
}

/// Twelve states in the air; the V3 log says itself how its receiver's records are built.
fn small_logs() -> &'static [Small] {
    static LOGS: OnceLock<Vec<Small>> = OnceLock::new();
    LOGS.get_or_init(|| {
        let craft = craft::phantom_3_standard();
        let states = hop(&craft);
        let rate = u64::from(early_log::TICKS_PER_SECOND);
        let early = super::Recording {
            states: &states[60..72],
            first_tick: 30 * rate,
            rate: rate as f64,
            definitions: &[],
            ..recording(&craft, &states)
        };
        let early = Small::new("V1", Case::of(early.v1()));
        let craft = matrice();
        let states = hop(&craft);
        let receiver = MATRICE_350.iter().position(|definition| definition.kind == 2096).expect("the receiver");
        let later = super::Recording {
            states: &states[60..72],
            definitions: &MATRICE_350[receiver..=receiver],
            low_bits: 0x5A,
            ..recording(&craft, &states)
        };
        vec![early, Small::new("V3", Case::of(later.v3()))]
    })
}

/// `removed` bytes at `at` replaced by `inserted` others.
#[derive(Clone, Copy, Debug)]
struct Edit {
    at: usize,
    removed: usize,
    inserted: usize,
}

impl Edit {
    fn overwritten(at: usize, len: usize) -> Self {
        Edit { at, removed: len, inserted: len }
    }

    fn range(&self) -> Range<usize> {
        self.at..self.at + self.removed
    }

    /// A byte of the record or of what stands inside it, or a place between two of them.
    fn reaches(&self, record: &Placed) -> bool {
        let inside = record.offset() < self.at && self.at < record.end();
        inside || record.offset() < self.range().end && self.at < record.end()
    }

    fn moved(&self, offset: usize) -> usize {
        if offset < self.at { offset } else { offset + self.inserted - self.removed }
    }
}

/// What holds after every edit behind the header.
fn assert_touched_only(small: &Small, what: &str, bytes: &[u8], edit: Edit) -> Examined {
    let what = format!("{}: {what} ({edit:?})", small.name);
    let examined = examine_bytes("FLY021.DAT", bytes.to_vec());
    assert_accounts(&what, &examined);
    if edit.at < small.case.truth.header {
        return examined;
    }
    let ledger = Ledger::of(bytes).0;
    let found: BTreeSet<_> = ledger.0.iter().map(|found| (found.kind, found.spans.clone())).collect();
    let mut left = small.records.clone();
    for record in &ledger.0 {
        let count = left.get_mut(&(record.kind, record.content.clone())).filter(|count| **count > 0);
        *count.unwrap_or_else(|| panic!("{what}: a record that was not there: {record:?}")) -= 1;
    }
    let now = rows(&examined);
    for record in small.case.truth.records.iter().filter(|record| !edit.reaches(record)) {
        let spans: Vec<_> = record.spans.iter().map(|&(offset, len)| (edit.moved(offset), len)).collect();
        assert!(found.contains(&(record.kind, spans)), "{what}: an untouched record is lost: {record:?}");
        let offset = record.offset() as u64;
        for row in small.rows.range((offset, 0, 0)..=(offset, u64::MAX, u64::MAX)) {
            let row = (edit.moved(record.offset()) as u64, row.1, row.2);
            assert!(now.contains(&row), "{what}: the position of an untouched record changed: {record:?}");
        }
    }
    examined
}

fn places() -> BTreeSet<(u64, u64)> {
    small_logs().iter().flat_map(|small| small.rows.iter().map(|row| (row.1, row.2))).collect()
}

fn assert_nothing_invented(what: &str, examined: &Examined) {
    let known = places();
    let strange: Vec<_> = rows(examined).into_iter().filter(|row| !known.contains(&(row.1, row.2))).collect();
    assert!(strange.is_empty(), "{what}: positions that nobody wrote: {strange:?}");
}

#[test]
fn the_small_logs_are_whole() {
    for small in small_logs() {
        assert_accounts(small.name, &small.case.examined);
        assert!(!small.case.examined.is_incomplete(), "{}: {:#?}", small.name, small.case.examined.report.diagnostics);
        assert_eq!(small.records.values().sum::<usize>(), small.case.truth.records.len(), "{}", small.name);
    }
}

#[test]
fn a_cut_at_any_byte_keeps_what_stands_before_it() {
    for small in small_logs() {
        let (bytes, truth) = (&small.case.bytes, &small.case.truth);
        for len in 0..bytes.len() {
            let what = format!("{}: the first {len} bytes", small.name);
            let edit = Edit { at: len, removed: bytes.len() - len, inserted: 0 };
            if len < truth.header {
                assert_accounts(&what, &examine_bytes("FLY021.DAT", bytes[..len].to_vec()));
                continue;
            }
            let examined = assert_touched_only(small, &what, &bytes[..len], edit);
            let torn = truth.records.iter().any(|record| record.offset() < len && len < record.end());
            // Copies of apps end at such sizes, inside a record that nobody finished.
            let as_apps_stop = small.name == "V3" && len % 256 == 133;
            assert!(examined.is_incomplete() || !torn || as_apps_stop, "{what}: a torn record and exit 0");
            assert_nothing_invented(&what, &examined);
        }
    }
}

#[test]
fn a_turned_byte_costs_its_record_and_is_told() {
    for small in small_logs() {
        let (bytes, truth) = (&small.case.bytes, &small.case.truth);
        for at in 0..bytes.len() {
            let mut turned = bytes.clone();
            turned[at] ^= [0x01, 0x80, 0xFF][at % 3];
            let examined = assert_touched_only(small, "a turned byte", &turned, Edit::overwritten(at, 1));
            if at >= truth.header {
                assert!(examined.is_incomplete(), "{}: byte {at} turned and exit 0", small.name);
                assert_nothing_invented("a turned byte", &examined);
            }
        }
    }
}

#[test]
fn a_hole_costs_the_records_that_it_touches() {
    for small in small_logs() {
        let (bytes, truth) = (&small.case.bytes, &small.case.truth);
        for fill in [0x00, 0xFF, 0x55] {
            for at in (truth.header..bytes.len() - 1).step_by(7) {
                let len = (1 + at % 300).min(bytes.len() - at);
                let holed = damage::hole(bytes, at, len, fill);
                if holed == *bytes {
                    continue;
                }
                let examined = assert_touched_only(small, &format!("{fill:02X}"), &holed, Edit::overwritten(at, len));
                // Zeros in place of whole records are what some firmware pads with.
                let edges = |at: usize| truth.records.iter().any(|record| record.offset() == at || record.end() == at);
                let silent = fill == 0 && edges(at) && edges(at + len);
                assert!(examined.is_incomplete() || silent, "{}: {len} of {fill:02X} at {at}, exit 0", small.name);
                assert_nothing_invented("a hole", &examined);
            }
        }
    }
}

#[test]
fn noise_anywhere_costs_the_record_that_it_tears() {
    for small in small_logs() {
        let (bytes, truth) = (&small.case.bytes, &small.case.truth);
        for at in truth.header..bytes.len() {
            let foreign = Prng::new(at as u64).bytes(1 + at % 40);
            let noisy = damage::insert(bytes, at, &foreign);
            let edit = Edit { at, removed: 0, inserted: foreign.len() };
            let examined = assert_touched_only(small, "noise", &noisy, edit);
            assert!(examined.is_incomplete(), "{}: noise at {at} and exit 0", small.name);
            assert_nothing_invented("noise", &examined);
        }
    }
}

#[test]
fn missing_bytes_cost_the_records_that_they_were_part_of() {
    for small in small_logs() {
        let (bytes, truth) = (&small.case.bytes, &small.case.truth);
        for at in truth.header..bytes.len() - 60 {
            let removed = 1 + at % 60;
            let less = damage::drop_block(bytes, at, removed);
            let edit = Edit { at, removed, inserted: 0 };
            let examined = assert_touched_only(small, "missing bytes", &less, edit);
            // A whole record leaves no trace, nor does one that stood inside another; the same bytes may come of a cut beside
            // the one that was made.
            let whole = |record: &Placed| {
                record.spans.len() == 1
                    && record.len() == removed
                    && damage::drop_block(bytes, record.offset(), removed) == less
            };
            let traceless = truth.records.iter().any(whole);
            assert!(examined.is_incomplete() || traceless, "{}: {removed} gone at {at}, exit 0", small.name);
            assert_nothing_invented("missing bytes", &examined);
        }
    }
}

/// A page of the medium that reads as zeros or as FF, in logs of ordinary length.
#[test]
fn a_dead_page_costs_what_it_covers() {
    let (craft, states) = (matrice(), hop(&matrice()));
    let small = Small::new("V3", Case::of(recording(&craft, &states).v3()));
    for page in 1..small.case.bytes.len() / 4096 {
        for fill in [0x00, 0xFF] {
            let bytes = damage::hole(&small.case.bytes, page * 4096, 4096, fill);
            let edit = Edit::overwritten(page * 4096, 4096);
            let examined = assert_touched_only(&small, &format!("page {page} of {fill:02X}"), &bytes, edit);
            assert!(examined.is_incomplete(), "page {page} of {fill:02X} and exit 0");
        }
    }
}

/// Noise, and starts of records without end: bounded, and no position comes of it.
#[test]
fn hostile_bytes_are_no_log() {
    let (craft, states) = (matrice(), hop(&matrice()));
    let header = recording(&craft, &states).v3_header().bytes();
    let long = crate::make::dji_dat::Record::new(2096, 0, vec![0; 1000]).framed();
    let streams = [
        Prng::new(1).bytes(200_000),
        vec![0x55; 200_000],
        long[..4].repeat(50_000),
        [&long[..4], &[0x55]].concat().repeat(40_000),
    ];
    for (at, stream) in streams.iter().enumerate() {
        let examined = examine_bytes("FLY021.DAT", [header.as_slice(), stream].concat());
        assert_accounts(&format!("stream {at}"), &examined);
        assert!(rows(&examined).is_empty(), "stream {at}: positions");
    }
}
