//! Looks on while an item is decoded, and keeps each identifier once with its places.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::key::{keyed, rule_of, stands_for_none};
use super::runs::text_runs;
use super::scan::scan;
use super::secret::Reveal;
use super::{Found, Grade, Kind, PlaceInItem, Sighting};
use crate::decode::secret::fingerprint;
use crate::decode::{Event, Fact, Part, Payload, Property, Record};
use crate::evidence::Origin;
use crate::layout::{self, Field, Layout, Value};

/// Places of one identifier that are told; the others are counted.
const TOLD: usize = 8;
/// Offsets of one identifier that are remembered so that none counts twice.
const REMEMBERED: usize = 1 << 14;
/// Different identifiers kept of one item.
const MOST: usize = 20_000;
/// Different positions in texts that are told of one item.
const MOST_POSITIONS: usize = 500;
/// Lists in lists in values.
const DEPTH: u32 = 6;

/// The unit of fields that tables call secret.
const SECRET: &str = "secret";

/// Fields of a layout that may hold an identifier.
#[derive(Default)]
struct Plan {
    fields: Vec<usize>,
    /// A field whose text is the name of what stands in the fields called value.
    key: Option<usize>,
    /// Positions in its texts are rows of a track already.
    feeds_track: bool,
}

#[derive(Default)]
struct Kept {
    grade: Option<Grade>,
    how: String,
    count: u64,
    offsets: BTreeSet<Option<u64>>,
    places: Vec<PlaceInItem>,
}

/// What was seen of one item.
#[derive(Default)]
pub struct Watch {
    reveal: Reveal,
    kept: BTreeMap<(Option<String>, Kind, String), Kept>,
    /// By address of the layout, which is kept so that no other takes its address.
    plans: HashMap<usize, (Arc<Layout>, Plan)>,
    positions: usize,
    skips_positions: bool,
    /// Sightings left out because there were too many different ones.
    refused: u64,
    found: Vec<Found>,
}

impl Watch {
    pub fn new(reveal: Reveal) -> Self {
        Watch { reveal, ..Watch::default() }
    }

    /// What is kept, by kind and value, and how many were too many.
    pub fn finish(self) -> (Vec<Sighting>, u64) {
        // A serial number whose device is known by another field needs no second line.
        let typed = [Kind::AircraftSerial, Kind::CameraSerial, Kind::ControllerSerial, Kind::BatterySerial];
        let known: BTreeSet<String> =
            self.kept.keys().filter(|(_, kind, _)| typed.contains(kind)).map(|(.., value)| value.clone()).collect();
        let kept =
            self.kept.into_iter().filter(|((_, kind, value), _)| *kind != Kind::DeviceSerial || !known.contains(value));
        let sighting = |((inside, kind, value), kept): ((Option<String>, Kind, String), Kept)| Sighting {
            kind,
            value,
            grade: kept.grade.unwrap_or(Grade::Shape),
            how: kept.how,
            inside,
            count: kept.count,
            places: kept.places,
        };
        (kept.map(sighting).collect(), self.refused)
    }

    fn keep(&mut self, found: Found, inside: Option<&str>, offset: Option<u64>, field: &str) {
        let Found { kind, value, grade, how, .. } = found;
        if kind == Kind::Position && self.skips_positions {
            return;
        }
        let value = match (kind, self.reveal) {
            (Kind::Token, Reveal::No) => fingerprint(&value),
            _ => value,
        };
        let key = (inside.map(str::to_owned), kind, value);
        if !self.kept.contains_key(&key) {
            let full = kind == Kind::Position && self.positions >= MOST_POSITIONS;
            if full || self.kept.len() >= MOST {
                self.refused += 1;
                return;
            }
            self.positions += usize::from(kind == Kind::Position);
        }
        let kept = self.kept.entry(key).or_default();
        if kept.grade < Some(grade) {
            kept.grade = Some(grade);
            kept.how = how;
        }
        if kept.offsets.contains(&offset) {
            return;
        }
        if kept.offsets.len() < REMEMBERED {
            kept.offsets.insert(offset);
        }
        kept.count += 1;
        if kept.places.len() < TOLD {
            kept.places.push(PlaceInItem { offset, field: field.to_owned() });
        }
    }

    /// A record as it is decoded. One that feeds a track tells positions there, and its numbers are left alone.
    pub fn record(&mut self, record: &Record<'_>, feeds_track: bool) {
        let Some(layout) = record.layout else { return };
        let address = Arc::as_ptr(layout) as usize;
        let kept = self.plans.remove(&address);
        let (layout, plan) = kept.unwrap_or_else(|| (layout.clone(), Plan::of(layout, feeds_track)));
        if !plan.fields.is_empty() {
            self.skips_positions = plan.feeds_track;
            self.fields(record, &layout, &plan);
            self.skips_positions = false;
        }
        self.plans.insert(address, (layout, plan));
    }

    fn fields(&mut self, record: &Record<'_>, layout: &Layout, plan: &Plan) {
        let read = |index: usize| -> Option<(&Field, Value<'_>)> {
            let field = layout.fields.get(index)?;
            match &record.payload {
                Payload::Bytes(content) => Some((field, field.read(content)?)),
                Payload::Values(values) => Some((field, values.get(index)?.clone())),
            }
        };
        let key = plan.key.and_then(read).and_then(|(_, value)| value.text().map(str::to_owned));
        let offset = Some(record.at.offset());
        for (field, value) in plan.fields.iter().filter_map(|index| read(*index)) {
            let place = format!("{}.{}", layout.name, field.name);
            let name = match &key {
                Some(key) if is_value(&field.name) => key.rsplit('/').next().unwrap_or(key),
                _ => &field.name,
            };
            match &value {
                Value::Text(secret) if field.unit == SECRET && !secret.is_empty() => {
                    let how = format!("key {name}");
                    let found = Found { kind: Kind::Token, value: secret.to_string(), grade: Grade::Key, how, at: 0 };
                    self.keep(found, None, offset, &place);
                }
                value => self.value(name, value, offset, &place, DEPTH),
            }
        }
    }

    fn value(&mut self, name: &str, value: &Value<'_>, offset: Option<u64>, place: &str, depth: u32) {
        match value {
            Value::Text(text) => self.text(name, text, offset, place),
            Value::Unsigned(number) => self.number(name, &number.to_string(), offset, place),
            Value::Signed(number) => self.number(name, &number.to_string(), offset, place),
            Value::List(values) if depth > 0 => {
                values.iter().for_each(|value| self.value(name, value, offset, place, depth - 1));
            }
            Value::Entry(fields) if depth > 0 => {
                for (name, value) in fields {
                    self.value(name, value, offset, place, depth - 1);
                }
            }
            _ => {}
        }
    }

    fn number(&mut self, name: &str, number: &str, offset: Option<u64>, place: &str) {
        if let Some(found) = keyed(name, number) {
            self.keep(found, None, offset, place);
        }
    }

    /// The text of a field of this name.
    fn text(&mut self, name: &str, text: &str, offset: Option<u64>, place: &str) {
        self.number(name, text, offset, place);
        self.free(text, name, None, offset, place);
    }

    fn free(&mut self, text: &str, name: &str, inside: Option<&str>, offset: Option<u64>, place: &str) {
        let mut found = std::mem::take(&mut self.found);
        scan(text, name, &mut found);
        for one in found.drain(..) {
            self.keep(one, inside, offset, place);
        }
        self.found = found;
    }

    /// An event; most repeat the text of the record that they stand in, which counts once.
    pub fn event(&mut self, event: &Event) {
        self.free(&event.text, "", None, event.at.offset(), event.kind.as_str());
    }

    /// What a decoder states.
    pub fn fact(&mut self, fact: &Fact) {
        let made = |kind, value: &str, how: &str| Found {
            kind,
            value: value.to_owned(),
            grade: Grade::Key,
            how: how.to_owned(),
            at: 0,
        };
        match fact {
            Fact::Device { part, property: Property::Serial, value, at } if !stands_for_none(value) => {
                let kind = match part {
                    Part::Aircraft => Kind::AircraftSerial,
                    Part::Camera => Kind::CameraSerial,
                    Part::Controller => Kind::ControllerSerial,
                    Part::Battery => Kind::BatterySerial,
                    _ => Kind::DeviceSerial,
                };
                self.state(made(kind, value, "the decoder states whose it is"), at, part.as_str());
            }
            Fact::Device { property: Property::Name, part, value, at } if !stands_for_none(value) => {
                self.state(made(Kind::DeviceName, value, "the decoder states whose it is"), at, part.as_str());
            }
            Fact::Identifier { kind, value, at } => {
                if let Some(found) = keyed(kind, value) {
                    self.state(found, at, kind);
                }
            }
            Fact::Note { text, at } => self.free(text, "", None, at.offset(), "note"),
            _ => {}
        }
    }

    fn state(&mut self, found: Found, at: &Origin, place: &str) {
        self.keep(found, None, at.offset(), place);
    }

    /// Bytes that no format recognises: their runs of text. What stands in them has no field, so that words in the text alone name
    /// it. `inside` is the member of a container that they are.
    pub fn bytes(&mut self, bytes: &[u8], inside: Option<&str>) {
        text_runs(bytes, |at, run| {
            let mut found = std::mem::take(&mut self.found);
            scan(run, "", &mut found);
            for one in found.drain(..) {
                let offset = Some((at + one.at) as u64);
                let how = format!("{}; in text without a known format", one.how);
                // Nothing proves what the bytes are.
                let grade = one.grade.min(Grade::Key);
                self.keep(Found { how, grade, ..one }, inside, offset, "text");
            }
            self.found = found;
        });
    }
}

fn is_value(name: &str) -> bool {
    ["value", "text", "string", "data", "number", "content"].iter().any(|word| name.eq_ignore_ascii_case(word))
}

impl Plan {
    /// Fields with text, and numbers whose name says what they are.
    fn of(layout: &Layout, feeds_track: bool) -> Self {
        let names = |field: &Field| ["key", "name", "path"].iter().any(|word| field.name.eq_ignore_ascii_case(word));
        let key = layout.fields.iter().position(names);
        let wanted = |field: &Field| match &field.kind {
            layout::Kind::Chars(_) | layout::Kind::Text | layout::Kind::Entries(_) => true,
            layout::Kind::Cell => {
                !feeds_track || rule_of(&field.name).is_some() || key.is_some() || is_wordy(&field.name)
            }
            _ => rule_of(&field.name).is_some(),
        };
        let fields =
            layout.fields.iter().enumerate().filter(|(_, field)| wanted(field)).map(|(index, _)| index).collect();
        Plan { fields, key, feeds_track }
    }
}

/// Columns of tables with positions that hold text.
fn is_wordy(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["message", "text", "note", "warning", "tip", "name", "url", "comment"].iter().any(|word| name.contains(word))
}
