//! Logs of the aircraft themselves. Two of them tell a flight that a flight record of the samples tells, too.

use super::super::craft;
use super::super::dji_dat::assistant::{Entry, Naming, export};
use super::super::dji_dat::definitions::MATRICE_350;
use super::super::dji_dat::recorder::{Made, Recording, early_log, later_log};
use super::super::dji_dat::{Fix, Truth, deflate, logh};
use super::super::flight::State;
use super::{PHANTOM_V7_NAME, PILOT_NAME, phantom_v7_states, pilot_states, start_by_name};

/// The same flight in a flight record.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// Below samples/.
    pub flight_record: &'static str,
    /// By how much the phone's clock there is ahead of GPS here, ms.
    pub phone_ahead_ms: i64,
    /// What the fused altitude here is when the height there is 0, m.
    pub takeoff_altitude: f64,
    /// Metres north and east by which the fused positions here lie beside those there.
    pub fused_beside: [f64; 2],
}

/// A sample file.
#[derive(Clone, Debug)]
pub struct AircraftLog {
    /// Below samples/.
    pub path: &'static str,
    pub about: &'static str,
    pub version: &'static str,
    pub bytes: Vec<u8>,
    /// Of an export: nothing.
    pub truth: Truth,
    pub fixes: Vec<Fix>,
    pub states: Vec<State>,
    pub pair: Option<Pair>,
}

/// By how much the clock of the controller runs ahead of GPS in the pair of 2025, ms.
const PILOT_AHEAD_MS: i64 = 5_460;
/// The phone of 2018 is late.
const PHANTOM_AHEAD_MS: i64 = -1_250;

pub const EXPORT_SERIAL: &str = "OVF0SAMPLE000007";

pub fn all() -> Vec<AircraftLog> {
    vec![early(), later(), exported(), locked()]
}

fn phantom<T>(states: &[State], write: impl Fn(&Recording) -> T) -> T {
    let craft = craft::phantom_3_standard();
    write(&Recording {
        craft: &craft,
        states,
        utc_ms: start_by_name(PHANTOM_V7_NAME, 2, 81) - PHANTOM_AHEAD_MS,
        first_tick: 41 * u64::from(early_log::TICKS_PER_SECOND) + 217,
        rate: f64::from(early_log::TICKS_PER_SECOND),
        low_bits: 0,
        log_number: 47,
        gaps: Vec::new(),
        definitions: &[],
        app_ahead_ms: PHANTOM_AHEAD_MS,
        utc_offset_h: 2,
    })
}

fn pilot<T>(states: &[State], write: impl Fn(&Recording) -> T) -> T {
    let craft = craft::matrice_350();
    write(&Recording {
        craft: &craft,
        states,
        utc_ms: start_by_name(PILOT_NAME, 2, 248) - PILOT_AHEAD_MS,
        first_tick: 28 * u64::from(later_log::TICKS_PER_SECOND),
        // 30 ppm fast.
        rate: f64::from(later_log::TICKS_PER_SECOND) * 1.000_03,
        low_bits: 0,
        log_number: 31,
        gaps: Vec::new(),
        definitions: MATRICE_350,
        app_ahead_ms: PILOT_AHEAD_MS,
        utc_offset_h: 2,
    })
}

fn log(path: &'static str, about: &'static str, version: &'static str, made: Made, states: Vec<State>) -> AircraftLog {
    let (bytes, truth) = made.dat.finish();
    AircraftLog { path, about, version, bytes, truth, fixes: made.fixes, states, pair: None }
}

fn early() -> AircraftLog {
    let states = phantom_v7_states();
    let (made, takeoff_altitude) = phantom(&states, |recording| (recording.v1(), recording.takeoff_altitude()));
    let about = "first generation, 600 ticks a second; the flight of the record of version 7";
    let pair = Pair {
        flight_record: "dji-txt/DJIFlightRecord_2018-10-27_[09-12-44].txt",
        phone_ahead_ms: PHANTOM_AHEAD_MS,
        takeoff_altitude,
        fused_beside: super::super::dji_dat::recorder::FUSED_BESIDE,
    };
    AircraftLog { pair: Some(pair), ..log("dji-dat/FLY047.DAT", about, "1", made, states) }
}

fn later() -> AircraftLog {
    let states = pilot_states();
    let (made, takeoff_altitude) = pilot(&states, |recording| (recording.v3(), recording.takeoff_altitude()));
    let about =
        "describes its own records, in records inside others; the flight of the record of version 14 of that day";
    let pair = Pair {
        flight_record: "keyed/DJIFlightRecord_2025-06-07_[11-15-30].txt",
        phone_ahead_ms: PILOT_AHEAD_MS,
        takeoff_altitude,
        fused_beside: super::super::dji_dat::recorder::FUSED_BESIDE,
    };
    AircraftLog { pair: Some(pair), ..log("dji-dat/2025-06-07_11-15-02_FLY031.DAT", about, "3", made, states) }
}

/// The entries of the export: the first seconds of a log, a text, a container.
pub fn entries() -> Vec<Entry> {
    let log = phantom(&phantom_v7_states()[..60], |recording| recording.v1()).dat.finish().0;
    vec![
        Entry::new("FLY012.DAT", log),
        Entry::new("upgrade.log", b"sample of a text beside the logs\n".repeat(3)),
        Entry::new("blackbox/FLY013.DAT", logh::container("e3t_wm169", EXPORT_SERIAL, 40, 13)),
    ]
}

fn exported() -> AircraftLog {
    AircraftLog {
        path: "dji-dat/DJI_ASSISTANT_EXPORT_FILE_2025-06-08_18-20-11.DAT",
        about: "deflated export of three files: a log, a text, an encrypted container",
        version: "-",
        bytes: deflate::zlib(&export(&entries(), Naming::Plain)),
        truth: Truth::default(),
        fixes: Vec::new(),
        states: Vec::new(),
        pair: None,
    }
}

fn locked() -> AircraftLog {
    AircraftLog {
        path: "dji-dat/FLY005.DAT",
        about: "encrypted container: product and serial number are clear, nothing else is",
        version: "-",
        bytes: logh::container("e3t_wm169", EXPORT_SERIAL, 256, 5),
        truth: Truth::default(),
        fixes: Vec::new(),
        states: Vec::new(),
        pair: None,
    }
}

impl AircraftLog {
    /// A line of the inventory. Fixes are those of the bare receiver, types 5 and 2096.
    pub fn listed(&self) -> String {
        let fixes = self.fixes.iter().filter(|fix| matches!(fix.kind, 5 | 2096) && fix.valid).count();
        let known = |count: usize| if self.truth.total > 0 { count.to_string() } else { "-".to_owned() };
        let (osd, fixes) = (known(self.truth.count(12)), known(fixes));
        format!("{}\t{}\t{}\t{osd}\t{fixes}\t-\t-\n", self.path, self.about, self.version)
    }
}
