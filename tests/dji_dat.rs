//! Logs of the aircraft themselves: what went into the encoder comes out, torn records are put together again, damage costs
//! what it touches, clocks and containers are read as they were written, real logs agree with outside figures.

mod airdata;
mod clock;
mod containers;
mod damage;
mod definitions;
mod evidence;
mod interleaving;
mod kept;
mod ledger;
mod pairs;
mod roundtrip;

use overflown::examine::Examined;
use overflown::track::{Estimate, Rows, Track};

use crate::make::clock::unix_ms;
use crate::make::craft::{self, Craft};
use crate::make::dji_dat::definitions::MATRICE_350;
use crate::make::dji_dat::recorder::{Made, Recording, later_log};
use crate::make::dji_dat::{Dat, Fix, Truth};
use crate::make::flight::{Plan, State, Step, fly};
use crate::support::examine_bytes;

const FORMAT: &str = "dji-dat";
/// A word in the code or the message of what is told about a stretch of time without records.
const GAP: &str = "gap";
/// Ticks a second, as the header of a Matrice 350 says.
const RATE: u64 = later_log::TICKS_PER_SECOND as u64;

/// What made the positions of a record type.
fn estimate(kind: u16) -> Estimate {
    match kind {
        53234 => Estimate::Rtk,
        5 | 2096 => Estimate::Gnss,
        _ => Estimate::Fused,
    }
}

/// Types whose positions are those of a track of their own.
const EARLY: [u16; 3] = [1, 5, 12];
const LATER: [u16; 4] = [2048, 2096, 53234, 2211];

/// A Matrice whose serial number has the full length, of which a header holds 16 characters.
fn matrice() -> Craft {
    Craft { aircraft_serial: "OVF0SAMPLE0000060042", ..craft::matrice_350() }
}

/// Sixteen seconds close to the ground, the first six tenths without a fix.
fn hop(craft: &Craft) -> Vec<State> {
    fly(&Plan {
        lat_deg: 54.08,
        lon_deg: 8.92,
        frames: 160,
        blind: 6,
        idle: 1.5,
        steps: vec![
            Step::TakeOff(1.5),
            Step::Go { north: 4.0, east: 3.0, speed: 2.0 },
            Step::Hover(1.0),
            Step::Return { height: 1.5 },
        ],
        seed: 91,
        cells: craft.cells,
        capacity_mah: f64::from(craft.capacity_mah),
        battery_percent: 90.0,
    })
}

/// A recording of `states` that starts 20 s after power-on, with a counter 30 ppm fast.
fn recording<'a>(craft: &'a Craft, states: &'a [State]) -> Recording<'a> {
    Recording {
        craft,
        states,
        utc_ms: unix_ms(2024, 8, 31, 23, 59, 52) + 140,
        first_tick: 20 * RATE,
        rate: RATE as f64 * 1.000_03,
        low_bits: 0,
        log_number: 21,
        gaps: Vec::new(),
        definitions: MATRICE_350,
        app_ahead_ms: 0,
        utc_offset_h: 0,
    }
}

/// A made log with what an examination finds.
struct Case {
    bytes: Vec<u8>,
    truth: Truth,
    fixes: Vec<Fix>,
    examined: Examined,
}

impl Case {
    fn of(made: Made) -> Self {
        Case::new(&made.dat, made.fixes)
    }

    fn new(dat: &Dat, fixes: Vec<Fix>) -> Self {
        let (bytes, truth) = dat.finish();
        let examined = examine_bytes("FLY021.DAT", bytes.clone());
        Case { bytes, truth, fixes, examined }
    }

    fn fixes_of(&self, kind: u16) -> Vec<&Fix> {
        self.fixes.iter().filter(|fix| fix.kind == kind).collect()
    }

    /// The track that the positions of this type went to, and the row of each of them.
    fn rows_of(&self, kind: u16) -> (&Track, Vec<usize>) {
        let fixes = self.fixes_of(kind);
        assert!(!fixes.is_empty(), "the log has positions of type {kind}");
        let offsets: Vec<u64> = fixes.iter().map(|fix| self.offset(fix)).collect();
        let places = |track: &Track| -> usize {
            let rows = &track.rows;
            let at = offsets.iter().zip(&fixes).filter_map(|(offset, fix)| Some((row_at(rows, *offset)?, fix)));
            at.filter(|(row, fix)| near(rows, *row, fix)).count()
        };
        let track = self.examined.tracks.iter().max_by_key(|track| places(track)).expect("a track");
        let found = offsets.iter().map(|offset| {
            row_at(&track.rows, *offset).unwrap_or_else(|| panic!("{kind} at {offset} opened no row of {}", track.name))
        });
        (track, found.collect())
    }

    fn offset(&self, fix: &Fix) -> u64 {
        self.truth.at(fix.kind, fix.tick).expect("the record of a position").offset() as u64
    }
}

fn near(rows: &Rows, row: usize, fix: &Fix) -> bool {
    (rows.lat[row] - fix.lat_deg).abs() < 1e-9 && (rows.lon[row] - fix.lon_deg).abs() < 1e-9
}

fn row_at(rows: &Rows, offset: u64) -> Option<usize> {
    rows.offset.iter().position(|at| *at == offset)
}

/// Every position of these types is a row with the place that went in, valid where there was a fix, and with a UTC that is
/// off by `within_s` at most.
fn assert_positions(what: &str, case: &Case, kinds: &[u16], within_s: f64) {
    for kind in kinds {
        let (track, rows) = case.rows_of(*kind);
        for (fix, row) in case.fixes_of(*kind).into_iter().zip(rows) {
            let place = (track.rows.lat[row], track.rows.lon[row]);
            let what = format!("{what}: {kind} at tick {} (row {row} of {})", fix.tick, track.name);
            assert_eq!(track.rows.fix[row].is_fix(), fix.valid, "{what}: {place:?}");
            if fix.valid {
                assert_place(&what, fix, place);
            }
            let utc = track.rows.utc(row).unwrap_or_else(|| panic!("{what}: no UTC"));
            let off = (utc - fix.utc_ns) as f64 / 1e9;
            assert!(off.abs() <= within_s, "{what}: UTC is {off} s off");
        }
    }
}

/// To the bit; integers of the receiver to the last bit of their degrees.
fn assert_place(what: &str, fix: &Fix, (lat, lon): (f64, f64)) {
    if matches!(fix.kind, 5 | 2096) {
        let off = (lat - fix.lat_deg).abs().max((lon - fix.lon_deg).abs());
        assert!(off < 2e-14, "{what}: {lat}, {lon} instead of {fix:?}");
    } else {
        assert_eq!((lat.to_bits(), lon.to_bits()), (fix.lat_deg.to_bits(), fix.lon_deg.to_bits()), "{what}: {fix:?}");
    }
}
