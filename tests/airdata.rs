//! Row by row against an outside oracle: tables that AirData made of three of the real logs. A frame is one OSD record and
//! all records up to the next one; row i of the table is frame i. Which of AirData's columns come from which record, and how
//! near they come, was measured by an independent decoder.

mod table;

use overflown::decode::EventKind;

use crate::support::{Ledger, examine_bytes, rows};
use table::{Table, tables};

/// Metres a degree of latitude; no degree is longer than 111.7 km.
const DEGREE_M: f64 = 111_700.0;
const FOOT_M: f64 = 0.3048;
const MPH_M_S: f64 = 0.447_04;

/// `f32` columns hold tenths and thousandths to within half of this.
const F32: f64 = 1e-5;

fn assert_column(
    table: &Table,
    what: &str,
    ours: impl Fn(usize) -> Option<f64>,
    theirs: &str,
    from: usize,
    within: f64,
) {
    let column = table.column(theirs);
    let mut worst = (0.0, 0);
    for (row, theirs) in column.iter().enumerate().skip(from) {
        let ours = ours(row).unwrap_or_else(|| panic!("{}: row {row} has no {what}", table.name));
        let off = (ours - theirs).abs();
        if off > worst.0 {
            worst = (off, row);
        }
    }
    let (off, row) = worst;
    assert!(off <= within, "{}: {what} is off by {off} in row {row}: AirData says {}", table.name, column[row]);
}

#[test]
fn positions_heights_and_times_are_airdatas() {
    for table in tables() {
        let examined = examine_bytes(&table.log_name, table.log.clone());
        let rows = rows(&examined);
        assert_eq!(rows.len(), table.len(), "{}: rows", table.name);
        let (lat, lon) = (table.column("latitude"), table.column("longitude"));
        for row in 0..rows.len() {
            let off = (rows.lat[row] - lat[row]).hypot(rows.lon[row] - lon[row]) * DEGREE_M;
            assert!(off <= 1e-6, "{}: row {row} is {off} m away", table.name);
        }
        let height = |row: usize| rows.value("height.takeoff", row).map(|m| f64::from(m) / FOOT_M);
        assert_column(&table, "height above take-off", height, "ascent(feet)", 0, 1e-4 / FOOT_M);
        let elapsed = |row: usize| rows.elapsed(row).map(|ns| ns as f64 / 1e6);
        assert_column(&table, "elapsed time", elapsed, "time(millisecond)", 0, 0.0);
        // AirData rounds to whole seconds; the 2 ms are what a clock reading between two frames may add.
        let instants = table.instants();
        for (row, theirs) in instants.iter().enumerate() {
            let ours = rows.utc(row).expect("every frame of these logs has a wall clock") as f64 / 1e9;
            assert!((ours - theirs).abs() <= 0.502, "{}: row {row}: UTC {ours}, AirData {theirs}", table.name);
        }
    }
}

#[test]
fn instruments_are_airdatas() {
    for table in tables() {
        let examined = examine_bytes(&table.log_name, table.log.clone());
        let rows = rows(&examined);
        let value = |channel: &'static str| move |row: usize| rows.value(channel, row).map(f64::from);
        let compass = |channel: &'static str| move |row: usize| value(channel)(row).map(|deg| deg.rem_euclid(360.0));
        assert_column(&table, "heading", compass("attitude.yaw"), "compass_heading(degrees)", 0, F32 * 2.0);
        assert_column(&table, "gimbal heading", compass("gimbal.yaw"), "gimbal_heading(degrees)", 0, F32 * 2.0);
        assert_column(&table, "gimbal pitch", value("gimbal.pitch"), "gimbal_pitch(degrees)", 0, F32);
        assert_column(&table, "satellites", value("satellites"), "satellites", 0, 0.0);
        assert_column(&table, "flight mode", value("flight.mode"), "flycStateRaw", 0, 0.0);
        for stick in ["aileron", "elevator", "throttle", "rudder"] {
            let channel = move |row: usize| rows.column(&format!("stick.{stick}")).map(|c| f64::from(c[row]));
            assert_column(&table, stick, channel, &format!("rc_{stick}"), 0, 0.0);
        }
    }
}

/// Frame by frame the last state of the battery that the log has told so far; the first records say it after nine frames.
#[test]
fn the_battery_is_airdatas_down_to_the_cell() {
    for table in tables() {
        let ledger = Ledger::with_fields_of(&table.log_name, &table.log, &["center_battery"]);
        let mut last = None;
        let mut states = Vec::new();
        for (entry, fields) in ledger.entries.iter().zip(&ledger.fields) {
            match entry.name.as_str() {
                "osd" => states.push(None),
                "center_battery" => last = Some(fields),
                _ => continue,
            }
            if let Some(state) = states.last_mut() {
                *state = last;
            }
        }
        let first = states.iter().position(Option::is_some).expect("a battery record");
        assert_eq!(
            (states.len(), table.len() - first),
            (table.len(), table.len() - 9),
            "{}: rows with a battery",
            table.name
        );
        let number = |field: &'static str| {
            let states = &states;
            move |row: usize| states[row].and_then(|fields| fields[field].parse().ok())
        };
        assert_column(&table, "battery level", number("percent"), "battery_percent", first, 0.0);
        assert_column(&table, "battery voltage", number("voltage"), "voltage(v)", first, 1e-9);
        for cell in 0..4 {
            let volts = |row: usize| states[row].and_then(|f| f["cell_voltage"].split(' ').nth(cell)?.parse().ok());
            assert_column(&table, "cell", volts, &format!("voltageCell{}", cell + 1), first, 1e-9);
        }
    }
}

/// The track's own battery columns stand in the frames that hold a battery record, and nowhere else: nothing is filled in.
#[test]
fn a_frame_without_a_battery_record_has_no_battery_value() {
    for table in tables() {
        let examined = examine_bytes(&table.log_name, table.log.clone());
        let rows = rows(&examined);
        let level = rows.column("battery.level").expect("battery levels");
        let theirs = table.column("battery_percent");
        let told = level.iter().filter(|level| !level.is_nan()).count() as u64;
        assert_eq!(told, examined.report.records.by_type["center_battery"], "{}", table.name);
        let same = level.iter().zip(&theirs).all(|(ours, theirs)| ours.is_nan() || f64::from(*ours) == *theirs);
        assert!(same, "{}: a level differs in the frame that tells it", table.name);
    }
}

#[test]
fn speed_is_the_phones_and_our_own_velocity_agrees() {
    for table in tables() {
        let examined = examine_bytes(&table.log_name, table.log.clone());
        let rows = rows(&examined);
        let ledger = Ledger::with_fields_of(&table.log_name, &table.log, &["custom"]);
        let mut speeds = vec![None; rows.len()];
        for (entry, fields) in ledger.entries.iter().zip(&ledger.fields).filter(|(entry, _)| entry.name == "custom") {
            let row = rows.row_at(entry.offset as u64).expect("a frame");
            speeds[row] = fields["h_speed"].parse::<f64>().ok();
        }
        let phone = |row: usize| speeds[row].map(|m_s| m_s / MPH_M_S);
        assert_column(&table, "speed of the phone", phone, "speed(mph)", 0, 0.006 / MPH_M_S);
        let ours = |row: usize| {
            let [north, east] = ["velocity.north", "velocity.east"].map(|v| rows.value(v, row).map(f64::from));
            Some(north?.hypot(east?) / MPH_M_S)
        };
        assert_column(&table, "speed over ground", ours, "speed(mph)", 0, 0.3 / MPH_M_S);
    }
}

#[test]
fn photos_videos_and_messages_stand_in_airdatas_rows() {
    for table in tables() {
        let examined = examine_bytes(&table.log_name, table.log.clone());
        let told = |kind: EventKind| -> Vec<(usize, String)> {
            let events = examined.events.iter().filter(|event| event.event.kind == kind);
            events.map(|event| (event.row.expect("a row"), event.event.text.clone())).collect()
        };
        let places = |kind: EventKind| -> Vec<usize> { told(kind).into_iter().map(|(row, _)| row).collect() };
        assert_eq!(places(EventKind::Photo), table.marked("isPhoto"), "{}: photos", table.name);
        assert_eq!(places(EventKind::VideoStart), table.marked("isVideo"), "{}: video starts", table.name);
        assert_eq!(told(EventKind::Message), table.messages(), "{}: messages", table.name);
    }
}
