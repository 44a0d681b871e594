//! What one message of telemetry tells: place, heights, attitudes, by the paths of its protocol, or a position by its looks.

use super::protocols::Protocol;
use crate::bytes::civil::Reader;
use crate::bytes::protobuf::{Fields, Wire, at_path, is_message};
use crate::layout::Value;

/// Messages inside messages that are searched for a position.
pub const MOST_DEPTH: usize = 8;

/// Values of a record by the names of its table, and what others ask of them.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Latitude and longitude in degrees, where they are a place.
    pub place: Option<(f64, f64)>,
    pub utc_ns: Option<i64>,
    pub values: Vec<(&'static str, Value<'static>)>,
}

/// Coordinates as they are written, and in degrees.
pub struct Position {
    pub degrees: (Option<f64>, Option<f64>),
    pub unit: &'static str,
}

impl Position {
    pub fn place(&self) -> Option<(f64, f64)> {
        self.degrees.0.zip(self.degrees.1).filter(|(lat, lon)| is_place(*lat, *lon))
    }
}

/// Reads a message. `path` leads to its position, `protocol` to all else.
pub fn read(message: &[u8], protocol: Option<&Protocol>, path: Option<&[u64]>, civil: &mut Reader) -> Frame {
    let position = path.and_then(|path| at_path(message, path)).and_then(Wire::bytes);
    let position = position.map(|inside| position_of(inside, protocol.is_some_and(|p| p.always_degrees)));
    let degrees = |half: Option<f64>| half.map_or(Value::Absent, Value::F64);
    let text = |words: Option<String>| words.map_or(Value::Absent, |words| Value::Text(words.into()));
    let how = if protocol.is_some() { "" } else { " (found by its looks)" };
    let mut values = vec![
        ("latitude", degrees(position.as_ref().and_then(|p| p.degrees.0))),
        ("longitude", degrees(position.as_ref().and_then(|p| p.degrees.1))),
        ("unit", text(position.as_ref().map(|p| p.unit.to_owned()))),
        ("path", text(path.map(|path| format!("{}{how}", path_words(path))))),
    ];
    let utc_ns = protocol.and_then(|protocol| {
        let civil = civil.moment(at_path(message, &protocol.utc).and_then(Wire::bytes)?)?;
        civil.utc_ns().or(Some(civil.ns))
    });
    if let Some(protocol) = protocol {
        values.push(("utc", utc_ns.map_or(Value::Absent, Value::Signed)));
        values.extend(others(protocol, message));
    }
    Frame { place: position.and_then(|position| position.place()), utc_ns, values }
}

/// `3-3-4-1`.
pub fn path_words(path: &[u64]) -> String {
    let words: Vec<String> = path.iter().map(u64::to_string).collect();
    words.join("-")
}

/// Heights, attitudes and the sample's own clock. In a message that is there a number that is left out is zero; a message that
/// is not there says nothing.
fn others(protocol: &Protocol, bytes: &[u8]) -> Vec<(&'static str, Value<'static>)> {
    let number = |path: &[u64]| at_path(bytes, path).and_then(Wire::number);
    let mut values = Vec::new();
    let mut push = |field: &'static str, value: Option<f64>| {
        if let Some(value) = value {
            values.push((field, Value::F64(value)));
        }
    };
    push("height_unknown", number(&protocol.absolute_height).map(|mm| mm / 1000.0));
    push("height_takeoff", number(&protocol.relative_height).map(|mm| mm / 1000.0));
    push("timestamp", number(&protocol.timestamp));
    let angles = [
        (&protocol.attitude, ["roll", "pitch", "yaw"]),
        (&protocol.gimbal, ["gimbal_pitch", "gimbal_roll", "gimbal_yaw"]),
    ];
    for (path, names) in angles {
        let Some(message) = at_path(bytes, path).and_then(Wire::bytes) else { continue };
        for (field, name) in (1..).zip(names) {
            let tenths = at_path(message, &[field]).and_then(Wire::number).unwrap_or(0.0);
            push(name, Some(tenths / 10.0));
        }
    }
    values
}

/// A message of a flag for the unit, a latitude and a longitude; without the flag they are radians. A half that is missing stays
/// missing: it would be a place on the equator or on the prime meridian otherwise.
pub fn position_of(message: &[u8], always_degrees: bool) -> Position {
    let in_degrees = always_degrees || at_path(message, &[1]) == Some(Wire::Varint(1));
    let half = |field| match at_path(message, &[field]) {
        Some(Wire::Eight(bits)) => {
            let value = f64::from_bits(bits);
            Some(if in_degrees { value } else { value.to_degrees() })
        }
        _ => None,
    };
    Position { degrees: (half(2), half(3)), unit: if in_degrees { "degrees" } else { "radians" } }
}

fn is_place(lat: f64, lon: f64) -> bool {
    lat.abs() <= 90.0 && lon.abs() <= 180.0 && (lat.abs() > 1e-6 || lon.abs() > 1e-6)
}

/// The path of the first message that holds nothing but a flag of 0 or 1 and two doubles that are a place.
pub fn search(message: &[u8], path: &mut Vec<u64>) -> Option<Vec<u64>> {
    if looks_like_position(message) && !path.is_empty() {
        return Some(path.clone());
    }
    if path.len() >= MOST_DEPTH {
        return None;
    }
    for field in Fields::of(message).map_while(Result::ok) {
        let Wire::Bytes(inside) = field.value else { continue };
        // Text is no message; what is none at all is not searched.
        if inside.len() < 18 || !is_message(inside) {
            continue;
        }
        path.push(field.number);
        let found = search(inside, path);
        path.pop();
        if found.is_some() {
            return found;
        }
    }
    None
}

pub fn looks_like_position(message: &[u8]) -> bool {
    let mut halves = 0;
    for field in Fields::of(message) {
        match field {
            Ok(field) if field.number == 1 && matches!(field.value, Wire::Varint(0 | 1)) => {}
            Ok(field) if (2..=3).contains(&field.number) && matches!(field.value, Wire::Eight(_)) => halves += 1,
            _ => return false,
        }
    }
    // Noise makes denormal numbers, never some degrees.
    let plain = |half: f64| half.is_finite() && half.abs() > 1e-4;
    halves == 2 && position_of(message, false).place().is_some_and(|(lat, lon)| plain(lat) && plain(lon))
}
