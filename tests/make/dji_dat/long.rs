//! V3 logs of any length, written as they are made: one flight of circuits, again and again, at the rates of an aircraft's
//! own log.

use std::io::{self, Write};

use super::super::clock::unix_ms;
use super::super::dji_txt::fields::Fields;
use super::super::{craft, long};
use super::definitions::MATRICE_350;
use super::record::{Record, frame};
use super::recorder::Recording;
use super::recorder::later_log::TICKS_PER_SECOND;

/// What the aircraft itself counts in 0.1 s; no multiples of 256, so that every payload is turned.
const LOW_BITS: u64 = 0x5A;

/// Writes whole records until there are at least `bytes` of them; tells how many bytes there are.
///
/// # Errors
/// When `out` takes no more.
pub fn write(out: &mut impl Write, bytes: u64) -> io::Result<u64> {
    let craft = craft::matrice_350();
    let states = long::flight(&craft);
    let mut recording = Recording {
        craft: &craft,
        states: &states,
        utc_ms: unix_ms(2025, 6, 1, 9, 30, 0),
        first_tick: 30 * u64::from(TICKS_PER_SECOND),
        rate: f64::from(TICKS_PER_SECOND),
        low_bits: LOW_BITS,
        log_number: 61,
        gaps: Vec::new(),
        definitions: MATRICE_350,
        app_ahead_ms: 0,
        utc_offset_h: 2,
    };
    let mut buffer = recording.v3_header().bytes();
    let definitions = MATRICE_350.iter().flat_map(|definition| definition.records(0x1F3));
    definitions.for_each(|record| buffer.extend(record.framed()));
    let mut written = 0;
    for state in (0..states.len()).cycle() {
        if state == 0 && written > 0 {
            recording.first_tick += states.len() as u64 * u64::from(TICKS_PER_SECOND) / 10;
            recording.utc_ms += states.len() as i64 * 100;
        }
        for Record { kind, tick, payload, .. } in recording.dense(state) {
            frame(&mut buffer, kind, tick, &payload);
        }
        written += buffer.len() as u64;
        out.write_all(&buffer)?;
        buffer.clear();
        if written >= bytes {
            break;
        }
    }
    Ok(written)
}

impl Recording<'_> {
    /// A tenth of a second: what the app gets, and between that 50 inertial solutions and controller records of each unit a
    /// second, 200 of the sensors.
    fn dense(&self, state: usize) -> Vec<Record> {
        let mut records = Vec::new();
        self.telemetry(state, &mut records, &mut Vec::new());
        for slot in (10..100).step_by(5) {
            let moment = self.v3_moment(state, slot);
            let sensors = moment.record(2064, sensors(moment.ticks));
            if slot % 20 == 0 {
                let inertial = self.inertial_between(&moment, slot as f64 / 1e3).content();
                records.push(moment.record(2048, inertial.clone()));
                records.push(moment.record(2049, inertial));
                records.push(moment.record(1000, self.controller(state).content()));
                records.push(moment.record(10090, speed_controllers(state)));
            }
            records.push(sensors);
        }
        records
    }
}

fn sensors(ticks: u64) -> Vec<u8> {
    let mut f = Fields::new(60);
    f.u16(0, 0xE2).u32(4, (ticks >> 8) as u32);
    f.whole()
}

/// Four blocks of 39 bytes.
fn speed_controllers(state: usize) -> Vec<u8> {
    let mut f = Fields::new(156);
    for motor in 0..4 {
        f.i16(39 * motor + 3, 4_000 + state as i16 % 100).u16(39 * motor + 5, 430);
    }
    f.whole()
}
