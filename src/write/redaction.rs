//! The one place at which values of records are made fit to be shown: what opens an account or a download is shown as its hash,
//! unless the user asks for it.

use std::borrow::Cow;

use crate::analyse::exposure::{holds_secret, redact_value};
use crate::decode::secret::fingerprint;
use crate::decode::{Payload, Record};
use crate::layout::{Field, Value};

/// The unit of fields whose values are secrets.
const SECRET: &str = "secret";

#[derive(Clone, Copy, Debug, Default)]
pub struct Redaction {
    /// The user asked for secrets.
    pub reveal: bool,
}

impl Redaction {
    /// The value of a field as it may be shown: without it where all of it is a secret, else without the secrets in its text.
    pub fn shown<'a>(self, field: &Field, value: Value<'a>) -> Value<'a> {
        if self.reveal || value == Value::Absent {
            return value;
        }
        if field.unit == SECRET {
            return Value::Text(Cow::Owned(format!("redacted {}", fingerprint(&value.to_string()))));
        }
        redact_value(&field.name, value)
    }

    /// Whether all of a field is a secret, whatever its value is.
    pub fn hides_field(self, field: &Field) -> bool {
        !self.reveal && field.unit == SECRET
    }

    /// Every field that is there, as it may be shown.
    pub fn fields<'a>(self, record: &'a Record<'_>) -> Vec<(&'a str, Value<'a>)> {
        let fields = record.fields();
        if self.reveal {
            return fields;
        }
        let shown = fields.into_iter().map(|(name, value)| match record.layout.and_then(|layout| layout.field(name)) {
            Some(field) if field.unit == SECRET || value.number().is_none() => (name, self.shown(field, value)),
            _ => (name, value),
        });
        shown.collect()
    }

    /// Bytes of the record must not be shown as they stand: a value in them is a secret, or holds one.
    pub fn hides_bytes(self, record: &Record<'_>) -> bool {
        let Some(layout) = record.layout.filter(|_| !self.reveal) else { return false };
        let hides = |field: &Field, value: &Value<'_>| {
            *value != Value::Absent && (field.unit == SECRET || holds_secret(&field.name, value))
        };
        match &record.payload {
            Payload::Values(values) => layout.fields.iter().zip(*values).any(|(field, value)| hides(field, value)),
            Payload::Bytes(content) => {
                layout.fields.iter().any(|field| field.read(content).is_some_and(|value| hides(field, &value)))
            }
        }
    }
}
