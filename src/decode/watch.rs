//! What happened, told by fields that change: a table of fields to watch, and what a change of each means.

use geo::{Distance as _, Geodesic, Point};

use super::{EventKind, Part};
use crate::layout::{Field, Value};

/// A field of a record to watch.
pub struct Watch {
    pub record: &'static str,
    pub field: &'static str,
    pub part: Part,
    pub rule: Rule,
}

/// What a change of a field means.
pub enum Rule {
    /// It is set from this number on, or below zero where it has a sign. `at_start`: also told when the log begins with it set.
    Flag { from: i64, rise: (EventKind, &'static str), fall: Option<(EventKind, &'static str)>, at_start: bool },
    /// A new value; those listed mean something of their own.
    Name { what: &'static str, kind: EventKind, special: &'static [(i64, EventKind)] },
    /// Each record that holds one of these values.
    Each(&'static [(i64, EventKind, &'static str)]),
    /// The text of the record.
    Text(EventKind),
}

/// A flag of the aircraft, told when it is set.
pub const fn flag(record: &'static str, field: &'static str, kind: EventKind, text: &'static str) -> Watch {
    let rule = Rule::Flag { from: 1, rise: (kind, text), fall: None, at_start: true };
    Watch { record, field, part: Part::Aircraft, rule }
}

/// A state of the aircraft that is switched on and off, on from this number; the state at the start of the log is not told.
pub const fn switch(
    record: &'static str,
    field: &'static str,
    from: i64,
    on: (EventKind, &'static str),
    off: (EventKind, &'static str),
) -> Watch {
    let rule = Rule::Flag { from, rise: on, fall: Some(off), at_start: false };
    Watch { record, field, part: Part::Aircraft, rule }
}

/// Whether the link to the remote control is lost.
pub const fn link(record: &'static str, field: &'static str, lost: &'static str, back: &'static str) -> Watch {
    let (rise, fall) = ((EventKind::SignalLost, lost), Some((EventKind::SignalBack, back)));
    Watch { record, field, part: Part::Controller, rule: Rule::Flag { from: 1, rise, fall, at_start: true } }
}

/// A value of the aircraft with names; those listed mean something of their own.
pub const fn named(
    record: &'static str,
    field: &'static str,
    kind: EventKind,
    what: &'static str,
    special: &'static [(i64, EventKind)],
) -> Watch {
    Watch { record, field, part: Part::Aircraft, rule: Rule::Name { what, kind, special } }
}

impl Rule {
    /// The event of a value that follows another, `None` for the first of the log.
    pub fn change(&self, field: &Field, before: Option<i64>, now: i64) -> Option<(EventKind, String)> {
        match self {
            Rule::Flag { from, rise, fall, at_start } => {
                let is_set = |value: i64| value < 0 || value >= *from;
                match (before.map(is_set), is_set(now)) {
                    (Some(false), true) => Some(*rise),
                    (None, true) if *at_start => Some(*rise),
                    (Some(true), false) => *fall,
                    _ => None,
                }
                .map(|(kind, text)| (kind, text.to_owned()))
            }
            Rule::Name { what, kind, special } => {
                let before = before.filter(|before| *before != now)?;
                let kind = special.iter().find(|(value, _)| *value == now).map_or(*kind, |(_, kind)| *kind);
                Some((kind, format!("{what}: {} -> {}", with_name(field, before), with_name(field, now))))
            }
            Rule::Each(values) => {
                values.iter().find(|(value, ..)| *value == now).map(|(_, kind, text)| (*kind, (*text).to_owned()))
            }
            Rule::Text(_) => None,
        }
    }
}

fn with_name(field: &Field, value: i64) -> String {
    match field.value_name(&Value::Signed(value)) {
        Some(name) => format!("{name} ({value})"),
        None => value.to_string(),
    }
}

/// Homes that differ by less are one home: the receiver's noise moves it by decimetres.
const HOME_MOVED_M: f64 = 5.0;

/// The home point as the last record gave it.
#[derive(Default)]
pub struct Home(Option<Point>);

impl Home {
    /// A home point in radians, when it is another than the last, and how many metres it went; `None` metres for the first. None
    /// is set while the values are no place on Earth.
    pub fn reach(&mut self, lat_rad: f64, lon_rad: f64) -> Option<(Point, Option<f64>)> {
        let (lat, lon) = (lat_rad.to_degrees(), lon_rad.to_degrees());
        let set = lat.abs() <= 90.0 && lon.abs() <= 180.0 && !(lat.abs() < 1e-6 && lon.abs() < 1e-6);
        let now = set.then(|| Point::new(lon, lat))?;
        let metres = self.0.map(|before| Geodesic.distance(before, now));
        if metres.is_some_and(|metres| metres < HOME_MOVED_M) {
            return None;
        }
        self.0 = Some(now);
        Some((now, metres))
    }
}
