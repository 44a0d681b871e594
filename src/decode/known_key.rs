//! Keys of app preferences whose meaning is known: rows of a format's table named `keys`, the coding as unit, the meaning as basis.

use super::{Event, EventKind, Fact, Moment, Part, Property, Sink};
use crate::evidence::Origin;
use crate::layout::{Field, Tables};

/// What the value of a key is, by the words of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    Device(Part, Property),
    Identifier(&'static str),
    /// It opens an account.
    Secret,
    Latitude,
    Longitude,
    /// A moment at which this happened.
    Moment(&'static str),
}

const MEANINGS: [(&str, Meaning); 14] = [
    ("aircraft serial", Meaning::Device(Part::Aircraft, Property::Serial)),
    ("aircraft model", Meaning::Device(Part::Aircraft, Property::Model)),
    ("aircraft firmware", Meaning::Device(Part::Module, Property::Firmware)),
    ("app version", Meaning::Device(Part::App, Property::Version)),
    ("account e-mail", Meaning::Identifier("account e-mail")),
    ("account id", Meaning::Identifier("account id")),
    ("account name", Meaning::Identifier("account name")),
    ("device uuid", Meaning::Identifier("device uuid")),
    ("country", Meaning::Identifier("country")),
    ("account token", Meaning::Secret),
    ("last-known latitude", Meaning::Latitude),
    ("last-known longitude", Meaning::Longitude),
    ("app launched", Meaning::Moment("the app was last launched")),
    ("last flight record", Meaning::Moment("date of the last flight record")),
];

/// The row of a key.
pub fn row<'t>(tables: &'t Tables, key: &str) -> Option<&'t Field> {
    tables.structure("keys", 0)?.field(key)
}

pub fn meaning(row: &Field) -> Option<Meaning> {
    MEANINGS.iter().find(|(words, _)| *words == row.basis).map(|(_, meaning)| *meaning)
}

/// States what a value means; positions and secrets are the caller's.
pub fn state(meaning: Meaning, value: &str, utc_ns: Option<i64>, at: Origin, sink: &mut dyn Sink) {
    let value = value.trim();
    if value.is_empty() {
        return;
    }
    match meaning {
        Meaning::Device(part, property) => sink.fact(Fact::Device { part, property, value: value.to_owned(), at }),
        Meaning::Identifier(kind) => sink.fact(Fact::Identifier { kind, value: value.to_owned(), at }),
        Meaning::Moment(what) => {
            let event = Event::new(EventKind::Message, Part::App, what, at);
            sink.event(match utc_ns {
                Some(utc) => event.when(Moment::Utc(utc)),
                None => Event { text: format!("{what}: {value}"), ..event },
            });
        }
        Meaning::Secret | Meaning::Latitude | Meaning::Longitude => {}
    }
}
