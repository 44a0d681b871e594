//! What a report shows of texts that hold secrets: decoders keep what the bytes say, reports leave secrets out unless asked.

use std::borrow::Cow;

use crate::analyse::exposure::redact;
use crate::decode::{Event, Fact};

fn shown(text: String) -> String {
    match redact(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(shown) => shown,
    }
}

/// The event with the secrets of its text left out.
pub fn event_shown(event: Event) -> Event {
    Event { text: shown(event.text), ..event }
}

/// The fact with the secrets of its texts left out.
pub fn fact_shown(fact: Fact) -> Fact {
    match fact {
        Fact::Device { part, property, value, at } => Fact::Device { part, property, value: shown(value), at },
        Fact::Identifier { kind, value, at } => Fact::Identifier { kind, value: shown(value), at },
        Fact::Listed { name, at } => Fact::Listed { name: shown(name), at },
        Fact::Note { text, at } => Fact::Note { text: shown(text), at },
        other => other,
    }
}
