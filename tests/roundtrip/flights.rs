//! Made flights against the states that they were made from, row by row.

use overflown::decode::EventKind;
use overflown::track::Rows;

use crate::make::flight::State;
use crate::make::samples::Sample;
use crate::support::{examine_sample, rows, track};

use super::clean_samples;

/// The format writes tenths; half a step, and what `f32` adds.
const TENTH: f64 = 0.05 + 1e-4;

fn assert_channel(sample: &Sample, rows: &Rows, channel: &str, put: impl Fn(&State) -> f64, within: f64) {
    let column = rows.column(channel).unwrap_or_else(|| panic!("{}: no {channel}", sample.path));
    for (row, (found, state)) in column.iter().zip(&sample.states).enumerate() {
        let off = (f64::from(*found) - put(state)).abs();
        assert!(off <= within, "{}: {channel} of row {row} is {found}, {} went in", sample.path, put(state));
    }
}

#[test]
fn positions_come_out_to_the_bit_and_only_those_with_a_fix() {
    for sample in clean_samples() {
        let examined = examine_sample(&sample);
        let rows = rows(&examined);
        assert_eq!(rows.len(), sample.states.len(), "{}", sample.path);
        for (row, state) in sample.states.iter().enumerate() {
            assert_eq!(rows.fix[row].is_fix(), state.has_fix, "{}: row {row}", sample.path);
            if state.has_fix {
                let found = (rows.lat[row].to_bits(), rows.lon[row].to_bits());
                assert_eq!(found, (state.lat_deg().to_bits(), state.lon_deg().to_bits()), "{}: row {row}", sample.path);
            }
        }
        let offsets: Vec<u64> = sample.truth.of_kind(1).map(|record| record.offset as u64).collect();
        assert_eq!(rows.offset, offsets, "{}: each row knows its record", sample.path);
    }
}

#[test]
fn heights_velocities_and_attitudes_come_out_to_a_tenth() {
    for sample in clean_samples() {
        let examined = examine_sample(&sample);
        let rows = rows(&examined);
        assert_channel(&sample, rows, "height.takeoff", |state| state.height, TENTH);
        assert_channel(&sample, rows, "velocity.north", |state| state.velocity[0], TENTH);
        assert_channel(&sample, rows, "velocity.east", |state| state.velocity[1], TENTH);
        assert_channel(&sample, rows, "velocity.down", |state| state.velocity[2], TENTH);
        assert_channel(&sample, rows, "attitude.pitch", |state| state.pitch, TENTH);
        assert_channel(&sample, rows, "attitude.roll", |state| state.roll, TENTH);
        assert_channel(&sample, rows, "attitude.yaw", |state| state.yaw, TENTH);
        assert_channel(&sample, rows, "satellites", |state| f64::from(state.satellites), 0.0);
        assert_channel(&sample, rows, "flight.mode", |state| f64::from(state.mode), 0.0);
    }
}

#[test]
fn times_come_out_by_both_clocks() {
    for sample in clean_samples() {
        let examined = examine_sample(&sample);
        let rows = rows(&examined);
        for (row, state) in sample.states.iter().enumerate() {
            assert_eq!(rows.elapsed(row), Some(i64::from(state.fly_time) * 100_000_000), "{}: row {row}", sample.path);
            // The phone stamps a frame up to 39 ms late; a frame without a stamp is spaced from one that has it.
            let late = rows.utc(row).map(|ns| ns as f64 / 1e6 - sample.phone_ms[row] as f64);
            // On the ground the flight's clock stands, so that only rows with running motors can be spaced well.
            let within = if state.motors { 150.0 } else { 350.0 };
            assert!(late.is_some_and(|late| late.abs() <= within), "{}: row {row} is {late:?} ms off", sample.path);
        }
    }
}

/// The joined values stand in the frame that they were written in, and in no other.
#[test]
fn gimbal_sticks_and_battery_stand_in_their_frames() {
    for sample in clean_samples() {
        let examined = examine_sample(&sample);
        let rows = rows(&examined);
        for (row, state) in sample.states.iter().enumerate() {
            let value = |channel: &str| rows.value(channel, row).map(f64::from);
            if let Some(pitch) = value("gimbal.pitch") {
                assert!((pitch - state.gimbal_pitch).abs() <= TENTH, "{}: row {row}", sample.path);
            }
            for (stick, at) in [("aileron", 0), ("elevator", 1), ("throttle", 2), ("rudder", 3)] {
                let put = (1024.0 + 660.0 * state.sticks[at]).round();
                assert_eq!(value(&format!("stick.{stick}")), Some(put), "{}: {stick} of row {row}", sample.path);
            }
            if let Some(level) = value("battery.level") {
                assert_eq!(level, state.percent.round(), "{}: row {row}", sample.path);
                let volts = state.cells_mv.iter().map(|&mv| f64::from(mv)).sum::<f64>() / 1000.0;
                assert!((value("battery.voltage").unwrap() - volts).abs() < 1e-5, "{}: row {row}", sample.path);
                let amps = state.current_ma.trunc() / 1000.0;
                assert!((value("battery.current").unwrap() - amps).abs() < 1e-5, "{}: row {row}", sample.path);
            }
        }
        let levels = rows.column("battery.level").expect("a battery");
        let told = levels.iter().filter(|level| !level.is_nan()).count();
        assert_eq!(told, sample.truth.count(7), "{}: frames with a battery record", sample.path);
    }
}

/// The phone's position is written latitude first, the aircraft's longitude first.
#[test]
fn pilot_and_home_are_where_they_stand_and_not_mirrored() {
    for sample in clean_samples() {
        let examined = examine_sample(&sample);
        let home = sample.states.iter().find(|state| state.has_fix).expect("a fix");
        let pilots = track(&examined, "pilot").map_or(0, |pilot| pilot.rows.len());
        assert_eq!(pilots, sample.truth.count(14), "{}: phone positions", sample.path);
        if let Some(pilot) = track(&examined, "pilot") {
            for row in pilot.rows.fixes() {
                let (dlat, dlon) = (pilot.rows.lat[row] - home.lat_deg(), pilot.rows.lon[row] - home.lon_deg());
                assert!(dlat.hypot(dlon) < 2e-4, "{}: the pilot walks a few metres about the take-off", sample.path);
            }
        }
        let track = track(&examined, "home").expect("home points");
        assert_eq!(track.rows.len(), sample.truth.count(2), "{}: home records", sample.path);
        for row in 0..track.rows.len() {
            if track.rows.fix[row].is_fix() {
                let found = (track.rows.lat[row].to_bits(), track.rows.lon[row].to_bits());
                assert_eq!(found, (home.lat_deg().to_bits(), home.lon_deg().to_bits()), "{}: home", sample.path);
            }
        }
        let set = sample.states.iter().any(|state| state.fly_time > 0);
        assert_eq!(track.rows.fixes().next().is_some(), set, "{}: an unset home point is no place", sample.path);
    }
}

/// Each change of a state is one event in the row in which it happened.
#[test]
fn what_happened_is_told_in_its_row() {
    for sample in clean_samples() {
        let examined = examine_sample(&sample);
        let told = |kind: EventKind| -> Vec<usize> {
            examined.events.iter().filter(|e| e.event.kind == kind).map(|e| e.row.expect("a row")).collect()
        };
        let rows = |happens: &dyn Fn(&State, &State) -> bool| -> Vec<usize> {
            let pairs = sample.states.windows(2).enumerate();
            pairs.filter(|(_, pair)| happens(&pair[0], &pair[1])).map(|(at, _)| at + 1).collect()
        };
        let path = &sample.path;
        assert_eq!(told(EventKind::Photo), rows(&|_, now| now.photo), "{path}: photos");
        assert_eq!(told(EventKind::VideoStart), rows(&|_, now| now.video == 1), "{path}: video starts");
        assert_eq!(told(EventKind::VideoStop), rows(&|_, now| now.video == 2), "{path}: video stops");
        assert_eq!(told(EventKind::MotorsOn), rows(&|was, now| !was.motors && now.motors), "{path}: motors on");
        assert_eq!(told(EventKind::MotorsOff), rows(&|was, now| was.motors && !now.motors), "{path}: motors off");
        assert_eq!(told(EventKind::TakeOff), rows(&|was, now| !was.airborne && now.airborne), "{path}: take-off");
        assert_eq!(told(EventKind::Landing), rows(&|was, now| was.airborne && !now.airborne), "{path}: landing");
        let modes = told(EventKind::ModeChange).len() + rows(&|was, now| was.mode != 15 && now.mode == 15).len();
        assert_eq!(modes, rows(&|was, now| was.mode != now.mode).len(), "{path}: mode changes, go-home among them");
        assert!(!told(EventKind::GoHome).is_empty(), "{path}: the aircraft returned by itself");
        assert_eq!(told(EventKind::HomeSet).len(), 1, "{path}: home is set once");
    }
}

/// The long sample has a restart of the app, and a stretch in which the site limit of the no-fly database works.
#[test]
fn a_restart_parts_the_track_and_the_site_limit_is_told() {
    let all = clean_samples();
    let long = all.iter().find(|sample| sample.version == 11).expect("the long one");
    let examined = examine_sample(long);
    let rows = rows(&examined);
    let gap = long.phone_ms.windows(2).position(|pair| pair[1] - pair[0] > 1_000).expect("a gap") + 1;
    assert_eq!(rows.breaks, [gap], "a new run begins behind the gap");
    let restarts: Vec<_> = examined.events.iter().filter(|e| e.event.kind == EventKind::Restart).collect();
    assert_eq!(restarts.len(), 1);
    let separator = long.truth.separators[0] as u64;
    assert_eq!(restarts[0].event.at.offset(), Some(separator), "the restart stands at its separator");
    let limit = examined.events.iter().filter(|e| e.event.kind == EventKind::GeofenceLimit).collect::<Vec<_>>();
    assert_eq!(limit.len(), 1, "the limit begins once");
    assert!(limit[0].event.text.contains("airport limit"), "{}", limit[0].event.text);
    let place = limit[0].position.expect("it has a place");
    let row = limit[0].row.expect("a row");
    assert_eq!(place, (rows.lat[row], rows.lon[row]));
}
