//! Entries to records, and what the known keys among them mean; what was overwritten is told as such.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::known_key::{self, Meaning};
use super::super::secret::fingerprint;
use super::super::structure::emit_values;
use super::super::{Class, Diagnostic, Fact, Sink};
use super::content::{Content, Entry, State, entry, state};
use super::reading::{Reading, degrees};
use crate::evidence::label::number_of;
use crate::evidence::{Extent, Origin, Span};
use crate::layout::{Tables, Value};

/// Latitude or longitude with its place.
type Degree = Option<(f64, Span)>;

/// The halves of a position as they came last, and whether both are new since one was told.
#[derive(Default)]
struct Halves {
    latitude: Degree,
    longitude: Degree,
    is_new: (bool, bool),
}

/// A position of two entries.
struct Position {
    stem: String,
    latitude: (f64, Span),
    longitude: (f64, Span),
    is_stale: bool,
}

/// What a known key says.
struct Said {
    key: String,
    meaning: Meaning,
    state: State,
    value: String,
    at: Span,
}

pub fn emit(bytes: &[u8], content: &Content<'_>, tables: &Tables, sink: &mut dyn Sink) {
    let placeholder = Span::new(content.placeholder.start, content.placeholder.len());
    sink.claim(&placeholder.into(), Class::Known, "number in front of the entries");
    let last = content.last();
    let mut emitter = Emitter { tables, sink, halves: BTreeMap::new(), positions: Vec::new(), said: Vec::new() };
    for entry in content.entries() {
        emitter.entry(&entry, state(&entry, &last));
    }
    let broken = content.broken_at();
    if broken < content.end {
        let at = Span::new(broken, content.end - broken);
        let message = format!(
            "no entry can be read at offset {broken}: {} bytes up to the end of the content are damaged; known keys are looked for in \
             them",
            at.len
        );
        emitter.sink.diagnostic(Diagnostic::loss("mmkv/entry", Origin::Bytes(at.into()), message).losing(1));
        emitter.halves.clear();
        emitter.carve(bytes, broken..content.end, &last, State::BehindDamage);
    } else {
        emitter.pair_rest();
    }
    emitter.carve(bytes, content.end..bytes.len(), &last, State::Stale);
    emitter.finish();
}

struct Emitter<'a> {
    tables: &'a Tables,
    sink: &'a mut dyn Sink,
    /// By what the keys of both have in common.
    halves: BTreeMap<String, Halves>,
    positions: Vec<Position>,
    said: Vec<Said>,
}

impl Emitter<'_> {
    fn entry(&mut self, entry: &Entry<'_>, state: State) {
        let at = Span::new(entry.at.start, entry.at.len());
        let row = known_key::row(self.tables, entry.key);
        let meaning = row.and_then(known_key::meaning);
        let reading = Reading::guess(entry.value);
        let decoded = row.and_then(|row| decoded(&row.unit, entry.value, reading));
        let text = |words: &str| Value::Text(Cow::Owned(words.to_owned()));
        let plain = decoded.clone().or(match reading {
            Reading::Text(text) => Some(text.to_owned()),
            _ => None,
        });
        let head = [text(state.as_str()), text(reading.kind()), text(entry.key)];
        let (name, rest) = match meaning {
            Some(Meaning::Secret) => ("secret", vec![plain.as_deref().map_or(Value::Absent, text)]),
            _ => ("entry", vec![reading.value(), decoded.as_deref().map_or(Value::Absent, text)]),
        };
        if let Some(layout) = self.tables.structure(name, 0) {
            let values: Vec<Value<'_>> = head.into_iter().chain(rest).collect();
            emit_values(self.sink, layout, &at.into(), &values);
        }
        match (meaning, plain) {
            (Some(Meaning::Latitude), _) => self.half(entry, at, true, state),
            (Some(Meaning::Longitude), _) => self.half(entry, at, false, state),
            (Some(meaning), Some(value)) if !value.trim().is_empty() => {
                let key = entry.key.to_owned();
                self.said.push(Said { key, meaning, state, value: value.trim().to_owned(), at });
            }
            _ => {}
        }
    }

    fn half(&mut self, entry: &Entry<'_>, at: Span, is_latitude: bool, state: State) {
        let stem = entry.key.rsplit_once('_').map_or(entry.key, |(stem, _)| stem);
        let halves = self.halves.entry(stem.to_owned()).or_default();
        // A half that cannot be read is written, too: the other one must not be joined with an older one.
        let degrees = degrees(entry.value).map(|degrees| (degrees, at));
        let other = if is_latitude {
            (halves.latitude, halves.is_new.0) = (degrees, true);
            halves.longitude
        } else {
            (halves.longitude, halves.is_new.1) = (degrees, true);
            halves.latitude
        };
        let is_carved = matches!(state, State::Stale | State::BehindDamage);
        // Where entries may be missing only those that touch belong together.
        let belong = !is_carved || other.is_some_and(|(_, other)| other.end() == at.offset);
        if halves.is_new == (true, true) && belong {
            self.positions.extend(halves.position(stem, is_carved));
        }
    }

    /// At the end of the content a half that was written alone stands with the other one as it was.
    fn pair_rest(&mut self) {
        for (stem, mut halves) in std::mem::take(&mut self.halves) {
            if halves.is_new != (false, false) {
                self.positions.extend(halves.position(&stem, false));
            }
        }
    }

    /// Entries of keys that the store has or that are known, wherever they stand in `range`.
    fn carve(&mut self, bytes: &[u8], range: Range<usize>, own: &HashMap<&str, (usize, bool)>, state: State) {
        let (class, what) = match state {
            State::BehindDamage => (Class::Damaged, "damaged entries"),
            _ => (Class::Known, "free space"),
        };
        let known = self.tables.structure("keys", 0);
        let is_known = |key: &str| known.is_some_and(|layout| layout.field(key).is_some()) || own.contains_key(key);
        let (mut at, mut claimed) = (range.start, range.start);
        let (mut found, mut tried) = (0_u64, 0_u64);
        while tried < MOST_TRIED {
            let rest = bytes.get(at..range.end).unwrap_or_default();
            let Some(zeros) = rest.iter().position(|byte| *byte != 0) else { break };
            at += zeros;
            tried += 1;
            match entry(bytes, at, range.end).filter(|entry| !entry.value.is_empty() && is_known(entry.key)) {
                Some(entry) => {
                    self.sink.claim(&Span::new(claimed, at - claimed).into(), class, what);
                    (at, claimed) = (entry.at.end, entry.at.end);
                    found += 1;
                    self.entry(&entry, state);
                }
                None => at += 1,
            }
        }
        self.sink.claim(&Span::new(claimed, range.end.saturating_sub(claimed)).into(), class, what);
        self.halves.clear();
        if found > 0 {
            let place = match state {
                State::BehindDamage => "behind the damage",
                _ => "behind the end of the content, left from before the store was last written anew",
            };
            let text = format!("{found} entries of known keys stand {place}: they held at some time");
            self.sink.fact(Fact::Note { text, at: Origin::at(range.start, range.len()) });
        }
    }

    fn finish(self) {
        let Emitter { tables, sink, positions, said, .. } = self;
        // What holds comes first: of several serial numbers the first counts.
        let (holds, held): (Vec<Said>, Vec<Said>) = said.into_iter().partition(|said| said.state == State::Current);
        for Said { key, meaning, value, at, .. } in &holds {
            let origin = Origin::Bytes((*at).into());
            match meaning {
                Meaning::Secret => {
                    let text = format!("{key} holds a secret of {} characters, {}", value.len(), fingerprint(value));
                    sink.fact(Fact::Note { text, at: origin });
                }
                meaning => known_key::state(*meaning, value, None, origin, sink),
            }
        }
        // Apps write one value many times over: each other value is told once, with the place where it stands last.
        let mut others: BTreeMap<(&str, &str), (usize, &Said)> = BTreeMap::new();
        for said in
            held.iter().filter(|held| !holds.iter().any(|holds| holds.key == held.key && holds.value == held.value))
        {
            let (times, last) = others.entry((&said.key, &said.value)).or_insert((0_usize, said));
            (*times, *last) = (*times + 1, said);
        }
        for ((key, value), (times, Said { meaning, state, at, .. })) in others {
            let shown = match meaning {
                Meaning::Secret => format!("a secret, {}", fingerprint(value)),
                _ => format!("{value:?}"),
            };
            let text = format!(
                "{key} held {shown} earlier ({}, {} in the file)",
                state.as_str(),
                number_of(times, "time", "times")
            );
            sink.fact(Fact::Note { text, at: Origin::Bytes((*at).into()) });
        }
        emit_positions(positions, tables, sink);
    }
}

/// Places behind the content that are tried as the start of an entry.
const MOST_TRIED: u64 = 4 << 20;

impl Halves {
    fn position(&mut self, stem: &str, is_stale: bool) -> Option<Position> {
        self.is_new = (false, false);
        let (latitude, longitude) = (self.latitude?, self.longitude?);
        Some(Position { stem: stem.to_owned(), latitude, longitude, is_stale })
    }
}

/// Last known places of the aircraft, without a time; the last one of each pair of keys holds, the others held before.
fn emit_positions(positions: Vec<Position>, tables: &Tables, sink: &mut dyn Sink) {
    let Some(layout) = tables.structure("position", 0) else { return };
    let mut last: BTreeMap<&str, usize> = BTreeMap::new();
    let mut told: BTreeMap<String, (u64, Extent)> = BTreeMap::new();
    for (index, position) in positions.iter().enumerate().filter(|(_, position)| !position.is_stale) {
        last.insert(&position.stem, index);
    }
    for (index, position) in positions.iter().enumerate() {
        let Position { stem, latitude, longitude, is_stale } = position;
        let holds = last.get(stem.as_str()) == Some(&index);
        let state = match (holds, is_stale) {
            (true, _) => State::Current,
            (_, true) => State::Stale,
            _ => State::Overwritten,
        };
        let spans =
            if latitude.1.offset < longitude.1.offset { [latitude.1, longitude.1] } else { [longitude.1, latitude.1] };
        let Some(at) = Extent::of(&spans) else { continue };
        let source = if holds { stem.clone() } else { format!("{stem}, {}", state.as_str()) };
        let values = [
            Value::Text(Cow::Borrowed(source.as_str())),
            Value::Text(Cow::Borrowed(state.as_str())),
            Value::F64(latitude.0),
            Value::F64(longitude.0),
        ];
        emit_values(sink, layout, &at, &values);
        let (times, place) = told.entry(source).or_insert_with(|| (0, at.clone()));
        (*times, *place) = (*times + 1, at);
    }
    for (source, (times, at)) in told {
        let what =
            if last.contains_key(source.as_str()) { "a last known position" } else { "earlier last known positions" };
        let text = format!("{source}: {what} of the aircraft, {times} in all, without a time");
        sink.fact(Fact::Note { text, at: Origin::Bytes(at) });
    }
}

/// The value behind its coding, as the row's unit says.
fn decoded(coding: &str, value: &[u8], reading: Reading<'_>) -> Option<String> {
    match (coding, reading) {
        ("base64" | "secret", Reading::Text(text)) => {
            let packed: String = text.split_ascii_whitespace().collect();
            String::from_utf8(STANDARD.decode(packed).ok()?).ok()
        }
        ("degrees", _) => Some(degrees(value)?.to_string()),
        _ => None,
    }
}
