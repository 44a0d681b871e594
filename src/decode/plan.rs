//! What planned flights of different programs share: that nothing of them was flown, and the items of a MAVLink mission
//! (<https://mavlink.io/en/messages/common.html>, MAV_CMD and MAV_FRAME).

use super::Fact;

/// Navigation commands end here; behind them are conditions and deeds.
const LAST_NAVIGATION: i64 = 95;
/// Has a place that nothing reads: the way back begins where the aircraft is.
const RETURN: i64 = 20;
/// Commands that look at a place.
const TARGETS: [i64; 3] = [80, 195, 201];

/// Said of every plan, with what is in it.
pub fn not_flown(counts: &str) -> Fact {
    Fact::note(format!("a plan: {counts}; nothing of it was flown by what this file says"))
}

/// The record that a command of a mission is.
pub fn record_of(command: i64, has_place: bool) -> &'static str {
    match has_place {
        true if TARGETS.contains(&command) => "target",
        true if command <= LAST_NAVIGATION && command != RETURN => "waypoint",
        _ => "command",
    }
}

/// The column of heights by MAV_FRAME.
pub fn height_field(frame: i64) -> &'static str {
    match frame {
        0 | 5 => "height_amsl",
        3 | 6 => "height_takeoff",
        10 | 11 => "height_ground",
        _ => "height_unknown",
    }
}
