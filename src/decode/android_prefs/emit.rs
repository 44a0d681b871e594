//! Entries to records, and what the known keys among them mean.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::known_key::{self, Meaning};
use super::super::secret::fingerprint;
use super::super::structure::emit_values;
use super::super::{Class, Diagnostic, Fact, Sink};
use crate::evidence::{Extent, Origin, Span};
use crate::layout::{Tables, Value};

/// Latitude or longitude with its place.
type Degree = Option<(f64, Span)>;

pub struct Emitter<'s> {
    tables: &'s Tables,
    sink: &'s mut dyn Sink,
    /// Halves of positions, by what their keys have in common.
    positions: BTreeMap<String, (Degree, Degree)>,
}

impl<'s> Emitter<'s> {
    pub fn new(tables: &'s Tables, sink: &'s mut dyn Sink) -> Self {
        Emitter { tables, sink, positions: BTreeMap::new() }
    }

    pub fn framing(&mut self, start: usize, end: usize) {
        self.sink.claim(&span(start, end).into(), Class::Known, "markup");
    }

    /// Nothing but blanks may stand between entries.
    pub fn between(&mut self, bytes: &[u8], start: usize, end: usize) {
        let words = bytes.get(start..end).unwrap_or_default();
        if words.is_empty() {
            return;
        }
        // A mark of the encoding may stand at the start.
        let is_mark =
            start == 0 && words.strip_prefix(b"\xef\xbb\xbf").is_some_and(|rest| rest.trim_ascii().is_empty());
        if words.trim_ascii().is_empty() || is_mark {
            return self.framing(start, end);
        }
        let at = span(start, end);
        self.sink.claim(&at.into(), Class::Damaged, "text between entries");
        let message = format!("{} bytes at offset {} stand between entries and belong to none", at.len, at.offset);
        self.sink.diagnostic(Diagnostic::damage("android-prefs/between", Origin::Bytes(at.into()), message));
    }

    pub fn cut(&mut self, len: usize) {
        let message = "the map does not end: the file was cut";
        self.sink.diagnostic(Diagnostic::damage("android-prefs/cut", Origin::at(len, 0), message));
    }

    /// An entry whose tags do not fit.
    pub fn lost(&mut self, bytes: &[u8], start: usize, end: usize) {
        let at = span(start, end);
        let named = memchr::memmem::find_iter(bytes.get(start..end).unwrap_or_default(), b"name=").count() as u64;
        self.sink.claim(&at.into(), Class::Damaged, "a broken entry");
        let message = format!("{} bytes at offset {} are no entry that can be read", at.len, at.offset);
        let loss = Diagnostic::loss("android-prefs/entry", Origin::Bytes(at.into()), message).losing(named.max(1));
        self.sink.diagnostic(loss);
    }

    pub fn entry(&mut self, start: usize, end: usize, kind: &str, key: &str, value: &str) {
        let at = span(start, end);
        let origin = Origin::Bytes(at.into());
        let row = known_key::row(self.tables, key);
        let meaning = row.and_then(known_key::meaning);
        let decoded = row.and_then(|row| decoded(&row.unit, value));
        let text = |words: &str| Value::Text(Cow::Owned(words.to_owned()));
        let (name, rest) = match meaning {
            Some(Meaning::Secret) => ("secret", vec![text(decoded.as_deref().unwrap_or(value))]),
            _ => ("entry", vec![text(value), decoded.as_deref().map_or(Value::Absent, text)]),
        };
        if let Some(layout) = self.tables.structure(name, 0) {
            let values: Vec<Value<'_>> = [text(kind), text(key)].into_iter().chain(rest).collect();
            emit_values(self.sink, layout, &at.into(), &values);
        }
        let plain = decoded.as_deref().unwrap_or(value);
        match meaning {
            Some(Meaning::Secret) if !plain.is_empty() => {
                let text = format!("{key} holds a secret of {} characters, {}", plain.len(), fingerprint(plain));
                self.sink.fact(Fact::Note { text, at: origin });
            }
            Some(Meaning::Latitude) => self.half(key).0 = plain.trim().parse().ok().map(|degrees| (degrees, at)),
            Some(Meaning::Longitude) => self.half(key).1 = plain.trim().parse().ok().map(|degrees| (degrees, at)),
            Some(meaning) => known_key::state(meaning, plain, None, origin, self.sink),
            None => {}
        }
    }

    fn half(&mut self, key: &str) -> &mut (Degree, Degree) {
        let stem = key.rsplit_once('_').map_or(key, |(stem, _)| stem);
        self.positions.entry(stem.to_owned()).or_default()
    }

    /// Positions of two entries each: the last known place of the aircraft, without a time.
    pub fn finish(self) {
        let Emitter { tables, sink, positions } = self;
        let Some(layout) = tables.structure("position", 0) else { return };
        for (stem, (lat, lon)) in positions {
            let (Some((lat, at_lat)), Some((lon, at_lon))) = (lat, lon) else { continue };
            let spans = if at_lat.offset < at_lon.offset { [at_lat, at_lon] } else { [at_lon, at_lat] };
            let Some(at) = Extent::of(&spans) else { continue };
            let text = Value::Text(Cow::Borrowed(stem.as_str()));
            emit_values(sink, layout, &at, &[text, Value::F64(lat), Value::F64(lon)]);
            let text = format!("{stem}: a last known position of the aircraft, without a time");
            sink.fact(Fact::Note { text, at: Origin::Bytes(at) });
        }
    }
}

/// The value behind its coding, as the row's unit says.
fn decoded(coding: &str, value: &str) -> Option<String> {
    match coding {
        "base64" | "secret" => {
            let packed: String = value.split_ascii_whitespace().collect();
            String::from_utf8(STANDARD.decode(packed).ok()?).ok()
        }
        // A double as the bits of a long.
        "bits" => Some(f64::from_bits(value.trim().parse::<i64>().ok()? as u64).to_string()),
        _ => None,
    }
}

fn span(start: usize, end: usize) -> Span {
    Span::new(start, end.saturating_sub(start))
}
