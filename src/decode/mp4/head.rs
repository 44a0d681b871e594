//! The head of a telemetry track: which protocol, whose. It stands in the first sample, or in all of them.

use super::super::{Diagnostic, Fact, Part, Property, Sink};
use super::protocols::{Protocol, by_name};
use crate::bytes::protobuf::{Wire, at_path};
use crate::evidence::{Extent, Origin};

/// Paths that all protocols share.
const PROTOCOL: [u64; 3] = [1, 1, 1];
const FIRMWARE: [u64; 3] = [1, 1, 6];
const MODEL: [u64; 3] = [1, 1, 10];
/// Microseconds since power-on when the clip began.
const CLIP_CLOCK: [u64; 3] = [1, 1, 9];

/// The protocol that a message names, `dvtm_Air3s.proto`.
pub fn protocol(message: &[u8]) -> Option<&str> {
    at_path(message, &PROTOCOL).and_then(Wire::text)
}

/// Microseconds since power-on that a head states.
pub fn clip_clock_us(message: &[u8]) -> Option<u64> {
    match at_path(message, &CLIP_CLOCK) {
        Some(Wire::Varint(micros)) => Some(micros),
        _ => None,
    }
}

/// Says which protocol a head names, and tells aircraft or camera by it. `whose`: the track, or where the head was found.
pub fn tell(whose: &str, name: &str, message: &[u8], at: &Extent, sink: &mut dyn Sink) -> Option<&'static Protocol> {
    let origin = || Origin::Bytes(at.clone());
    let Some(protocol) = by_name(name) else {
        let message = format!(
            "{whose}: telemetry protocol {name:?} is not in the table; positions are those of a message that looks like one (unit, \
             latitude, longitude), heights and attitudes are not read"
        );
        sink.diagnostic(Diagnostic::note("mp4/protocol", origin(), message));
        return None;
    };
    let text = format!("{whose}: telemetry protocol {name} ({}); paths by the table", protocol.model);
    sink.fact(Fact::Note { text, at: origin() });
    let part = if protocol.is_aircraft { Part::Aircraft } else { Part::Camera };
    let text = |path: &[u64]| at_path(message, path).and_then(Wire::text).filter(|value| !value.is_empty());
    let firmware = text(&FIRMWARE).filter(|value| is_version(value));
    let stated =
        [(Property::Serial, text(&protocol.serial)), (Property::Model, text(&MODEL)), (Property::Firmware, firmware)];
    for (property, value) in stated {
        if let Some(value) = value {
            sink.fact(Fact::Device { part, property, value: value.to_owned(), at: origin() });
        }
    }
    Some(protocol)
}

/// The serial number that a head states, where its protocol is in the table.
pub fn serial(message: &[u8]) -> Option<&str> {
    let protocol = by_name(protocol(message)?)?;
    at_path(message, &protocol.serial).and_then(Wire::text)
}

/// `01.00.06.00`: numbers and points alone.
fn is_version(text: &str) -> bool {
    text.contains('.') && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}
