//! DJI telemetry tracks (`djmd`): a message of protocol buffers a frame. The first field names the protocol; the table tells its
//! paths. Of a protocol that the table does not have, a message that looks like a position is searched for, and that is told.

use std::fmt::Write as _;

use super::super::{Class, Context, Diagnostic, Fact, Part, Property, Sink};
use super::movie::Track;
use super::protocols::{Protocol, by_name};
use super::row::Row;
use crate::bytes::civil::Reader;
use crate::bytes::protobuf::{Fields, Wire, at_path, is_message};
use crate::evidence::{Evidence, Extent, Origin, Span};
use crate::layout::Value;

/// A sample of telemetry has some hundred bytes, the first one some thousand.
const MOST_SAMPLE: u64 = 1 << 20;
/// Messages inside messages that are searched for a position.
const MOST_DEPTH: usize = 8;

/// Paths that all protocols share.
const PROTOCOL: [u64; 3] = [1, 1, 1];
const MODEL: [u64; 3] = [1, 1, 10];

/// What came of a track.
#[derive(Clone, Copy, Debug, Default)]
pub struct Read {
    pub first_utc_ns: Option<i64>,
    /// Places of the first and of the last sample.
    pub ends: Option<(Span, Span)>,
    pub is_damaged: bool,
}

/// Hands every sample of a track over. Places of broken ones are added to `broken`.
pub fn read(
    evidence: &Evidence,
    track: &Track,
    context: &Context<'_>,
    sink: &mut dyn Sink,
    broken: &mut Vec<Span>,
) -> Read {
    let mut reader = Telemetry {
        track,
        context,
        sink,
        protocol: Named::None,
        found: None,
        civil: Reader::default(),
        counts: Counts::default(),
        read: Read::default(),
    };
    // Samples that lie upon one another would make a small file endless.
    let mut left = evidence.len.saturating_mul(2);
    for sample in track.samples.samples() {
        if sample.at.end() > evidence.len || sample.at.len > left {
            reader.counts.lost += 1;
            continue;
        }
        left -= sample.at.len;
        let bytes = match evidence.read(sample.at) {
            Ok(bytes) if sample.at.len <= MOST_SAMPLE && is_message(&bytes) => bytes,
            _ => {
                reader.broken(&sample.at.into());
                broken.push(sample.at);
                continue;
            }
        };
        reader.read.ends = Some((reader.read.ends.map_or(sample.at, |ends| ends.0), sample.at));
        reader.sample(&bytes, sample.number, track.ns(sample.start), &sample.at.into());
    }
    reader.finish()
}

/// What the samples say that they are.
enum Named {
    None,
    Known(&'static Protocol),
    Unknown,
}

#[derive(Default)]
struct Counts {
    rows: u64,
    fixes: u64,
    broken: u64,
    lost: u64,
}

struct Telemetry<'a, 's> {
    track: &'a Track,
    context: &'a Context<'a>,
    sink: &'s mut dyn Sink,
    protocol: Named,
    /// Where a position was found in samples of an unknown protocol.
    found: Option<Vec<u64>>,
    civil: Reader,
    counts: Counts,
    read: Read,
}

/// Coordinates as they are written, and in degrees.
struct Position {
    degrees: (Option<f64>, Option<f64>),
    unit: &'static str,
}

impl Telemetry<'_, '_> {
    fn broken(&mut self, at: &Extent) {
        self.counts.broken += 1;
        self.sink.claim(at, Class::Damaged, "no message");
        let message = format!("track {}: a sample is no telemetry message; it is lost", self.track.id);
        self.sink.diagnostic(Diagnostic::loss("mp4/telemetry", Origin::Bytes(at.clone()), message).losing(1));
    }

    fn sample(&mut self, bytes: &[u8], number: u64, start_ns: Option<i64>, at: &Extent) {
        if let Some(name) = at_path(bytes, &PROTOCOL).and_then(Wire::text) {
            self.name(name, bytes, at);
        }
        let known = match self.protocol {
            Named::Known(protocol) => Some(protocol),
            Named::None | Named::Unknown => None,
        };
        let path = match known {
            Some(protocol) => Some(protocol.position.clone()),
            None => self.searched(bytes),
        };
        let position = path.as_ref().and_then(|path| at_path(bytes, path)).and_then(Wire::bytes);
        let position = position.map(|message| position_of(message, known.is_some_and(|p| p.always_degrees)));
        let degrees = |half: Option<f64>| half.map_or(Value::Absent, Value::F64);
        let lat = position.as_ref().and_then(|p| p.degrees.0);
        let lon = position.as_ref().and_then(|p| p.degrees.1);
        let path_words = path.map(|path| {
            let words: Vec<String> = path.iter().map(u64::to_string).collect();
            let how = if known.is_some() { "" } else { " (found by its looks)" };
            format!("{}{how}", words.join("-"))
        });
        let text = |words: Option<&str>| words.map_or(Value::Absent, |words| Value::Text(words.to_owned().into()));
        let mut values = vec![
            ("track", Value::Unsigned(self.track.id.into())),
            ("sample", Value::Unsigned(number)),
            ("start", start_ns.map_or(Value::Absent, |ns| Value::F64(ns as f64 / 1e9))),
            ("latitude", degrees(lat)),
            ("longitude", degrees(lon)),
            ("unit", text(position.as_ref().map(|p| p.unit))),
            ("path", text(path_words.as_deref())),
        ];
        if let Some(protocol) = known {
            let utc_ns = self.utc(protocol, bytes);
            self.read.first_utc_ns = self.read.first_utc_ns.or(utc_ns);
            values.push(("utc", utc_ns.map_or(Value::Absent, Value::Signed)));
            values.extend(others(protocol, bytes));
        }
        self.counts.rows += 1;
        self.counts.fixes += u64::from(lat.zip(lon).is_some_and(|(lat, lon)| is_place(lat, lon)));
        Row { record: "telemetry", at, start_ns, values: &values }.emit(self.context.tables, self.sink);
    }

    /// The protocol's name stands in the first sample, or in all of them.
    fn name(&mut self, name: &str, bytes: &[u8], at: &Extent) {
        let found = by_name(name);
        let is_new = match (&self.protocol, found) {
            (Named::None, _) => true,
            (Named::Known(old), Some(new)) => old.name != new.name,
            (Named::Known(_), None) | (Named::Unknown, Some(_)) => true,
            (Named::Unknown, None) => false,
        };
        if !is_new {
            return;
        }
        let origin = || Origin::Bytes(at.clone());
        let id = self.track.id;
        match found {
            Some(protocol) => {
                self.protocol = Named::Known(protocol);
                let text = format!("track {id}: telemetry protocol {name} ({}); paths by the table", protocol.model);
                self.sink.fact(Fact::Note { text, at: origin() });
                let part = if protocol.is_aircraft { Part::Aircraft } else { Part::Camera };
                let serial = at_path(bytes, &protocol.serial).and_then(Wire::text);
                let model = at_path(bytes, &MODEL).and_then(Wire::text);
                for (property, value) in [(Property::Serial, serial), (Property::Model, model)] {
                    if let Some(value) = value.filter(|value| !value.is_empty()) {
                        self.sink.fact(Fact::Device { part, property, value: value.to_owned(), at: origin() });
                    }
                }
            }
            None => {
                self.protocol = Named::Unknown;
                let message = format!(
                    "track {id}: telemetry protocol {name:?} is not in the table; positions are those of a message that looks like \
                     one (unit, latitude, longitude), heights and attitudes are not read"
                );
                self.sink.diagnostic(Diagnostic::note("mp4/protocol", origin(), message));
            }
        }
    }

    /// The path at which a position was found before, or is found now.
    fn searched(&mut self, bytes: &[u8]) -> Option<Vec<u64>> {
        if self.found.is_none() {
            self.found = search(bytes, &mut Vec::new());
        }
        self.found.clone()
    }

    fn utc(&mut self, protocol: &Protocol, bytes: &[u8]) -> Option<i64> {
        let words = at_path(bytes, &protocol.utc).and_then(Wire::bytes)?;
        let civil = self.civil.moment(words)?;
        civil.utc_ns().or(Some(civil.ns))
    }

    fn finish(self) -> Read {
        let Counts { rows, fixes, broken, lost } = self.counts;
        let mut text = format!("track {}: {rows} telemetry samples, {fixes} with a fix", self.track.id);
        if broken > 0 {
            // A String takes all that is written into it.
            let _ = write!(text, ", {broken} broken");
        }
        self.sink.fact(Fact::Note { text, at: Origin::Bytes(self.track.at.into()) });
        if lost > 0 {
            let message = format!("track {}: {lost} telemetry samples lie behind the end of the file", self.track.id);
            let at = Origin::Bytes(self.track.at.into());
            self.sink.diagnostic(Diagnostic::loss("mp4/telemetry-cut", at, message).losing(lost));
        }
        if self.read.first_utc_ns.is_some() {
            self.sink.fact(Fact::Clock { clock: "telemetry", at: Origin::Bytes(self.track.at.into()) });
        }
        Read { is_damaged: broken + lost > 0, ..self.read }
    }
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
fn position_of(message: &[u8], always_degrees: bool) -> Position {
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
fn search(message: &[u8], path: &mut Vec<u64>) -> Option<Vec<u64>> {
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

fn looks_like_position(message: &[u8]) -> bool {
    let mut halves = 0;
    for field in Fields::of(message) {
        match field {
            Ok(field) if field.number == 1 && matches!(field.value, Wire::Varint(0 | 1)) => {}
            Ok(field) if (2..=3).contains(&field.number) && matches!(field.value, Wire::Eight(_)) => halves += 1,
            _ => return false,
        }
    }
    let position = position_of(message, false);
    // Noise makes denormal numbers, never some degrees.
    let plain = |half: f64| half.is_finite() && half.abs() > 1e-4;
    halves == 2
        && position
            .degrees
            .0
            .zip(position.degrees.1)
            .is_some_and(|(lat, lon)| is_place(lat, lon) && plain(lat) && plain(lon))
}
