//! Flight records of any length: one flight of circuits, flown again and again without the log being closed.

use super::clock::unix_ms;
use super::craft::{self, Craft};
use super::dji_txt::{Log, features};
use super::flight::{Plan, State, Step, fly};
use super::recorder::{App, Message, Options, Recording};

/// States of one flight, from motors off to motors off.
const FLIGHT: usize = 1_200;

/// A long log, its states and the phone's clock at each of them.
pub struct Long {
    pub log: Log,
    pub states: Vec<State>,
    pub phone_ms: Vec<i64>,
}

/// `frames` OSD records and what goes with them. From v13 on the log is encrypted, in `segments` (1 or more) of equal length.
pub fn flight_record(version: u8, frames: usize, segments: usize) -> Long {
    let craft = match version {
        ..=11 => craft::mavic_2(),
        12 => craft::mini_2(),
        13 => craft::mavic_air_2(),
        _ => craft::mini_4_pro_keyed(),
    };
    let once = flight(&craft);
    let states: Vec<State> = (0..frames).map(|at| State { t: at as f64 / 10.0, ..once[at % FLIGHT].clone() }).collect();
    let encrypted = version >= features::FIRST_VERSION;
    let recovers = (1..segments).map(|at| at * frames / segments).filter(|_| encrypted).collect();
    let tips = (0..frames).step_by(500).map(|state| Message { state, kind: 9, text: format!("Sample tip {state}") });
    let recording = Recording {
        version,
        app: if version < 12 { App::Go4 } else { App::Fly },
        craft: &craft,
        states: &states,
        start_ms: unix_ms(2025, 6, 1, 9, 30, 0),
        place: ["Sample Shore", "", "Sample County", ""],
        restart: None,
        messages: tips.collect(),
        pilot: [-4.0, 3.0],
        limited: Vec::new(),
        log_index: 60,
        uuid: "",
        options: Options { recovers, ..Options::default() },
    };
    let mut log = recording.log();
    log.details(recording.details());
    let phone_ms = recording.written().into_iter().map(|(_, ms)| ms).collect();
    Long { log, states, phone_ms }
}

/// The flight that is repeated.
pub fn flight(craft: &Craft) -> Vec<State> {
    fly(&Plan {
        lat_deg: 54.02,
        lon_deg: 8.75,
        frames: FLIGHT,
        blind: 0,
        idle: 1.0,
        steps: circuits(),
        seed: 77,
        cells: craft.cells,
        capacity_mah: 20_000.0,
        battery_percent: 96.0,
    })
}

fn circuits() -> Vec<Step> {
    let corner = |north: f64, east: f64| Step::Go { north, east, speed: 10.0 };
    let corners = [corner(120.0, 0.0), corner(120.0, 140.0), corner(-20.0, 140.0), corner(0.0, 0.0)];
    let mut steps = vec![Step::TakeOff(1.5), Step::Climb(25.0)];
    steps.extend(corners);
    steps.push(Step::Return { height: 20.0 });
    steps
}
