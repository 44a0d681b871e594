//! A value read from a record: typed, unscaled until asked.

use std::borrow::Cow;
use std::fmt;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

/// One field's value, scaled to its unit.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    Unsigned(u64),
    Signed(i64),
    /// Kept apart from `F64` so that it prints the digits that it has.
    F32(f32),
    F64(f64),
    Text(Cow<'a, str>),
    Bytes(Cow<'a, [u8]>),
    List(Vec<Value<'a>>),
    /// One entry of a repeated table.
    Entry(Vec<(&'a str, Value<'a>)>),
    /// A field of the layout that this record leaves empty.
    Absent,
}

impl Value<'_> {
    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Unsigned(v) => Some(*v as f64),
            Value::Signed(v) => Some(*v as f64),
            Value::F32(v) => Some(f64::from(*v)),
            Value::F64(v) => Some(*v),
            _ => None,
        }
    }

    /// The integer, if it is one.
    pub fn integer(&self) -> Option<i64> {
        match self {
            Value::Unsigned(v) => i64::try_from(*v).ok(),
            Value::Signed(v) => Some(*v),
            _ => None,
        }
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// As it stands in a CSV cell or on a terminal.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Unsigned(v) => write!(f, "{v}"),
            Value::Signed(v) => write!(f, "{v}"),
            Value::F32(v) => write!(f, "{}", Plain(f64::from(*v), v.to_string())),
            Value::F64(v) => write!(f, "{}", Plain(*v, v.to_string())),
            Value::Text(v) => f.write_str(v),
            Value::Bytes(v) => f.write_str(&crate::evidence::hex(v)),
            Value::List(values) => separated(f, values, " "),
            Value::Absent => Ok(()),
            Value::Entry(fields) => {
                for (i, (name, value)) in fields.iter().enumerate() {
                    write!(f, "{}{name}={value}", if i == 0 { "" } else { " " })?;
                }
                f.write_str(";")
            }
        }
    }
}

/// Rust prints 1e119 with 119 zeros; garbage in a damaged record should stay one short cell.
struct Plain(f64, String);

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.1.len() > 24 && self.0.is_finite() { write!(f, "{:e}", self.0) } else { f.write_str(&self.1) }
    }
}

fn separated(f: &mut fmt::Formatter<'_>, values: &[Value<'_>], between: &str) -> fmt::Result {
    for (i, value) in values.iter().enumerate() {
        write!(f, "{}{value}", if i == 0 { "" } else { between })?;
    }
    Ok(())
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Unsigned(v) => s.serialize_u64(*v),
            Value::Signed(v) => s.serialize_i64(*v),
            Value::F32(v) if v.is_finite() => s.serialize_f32(*v),
            Value::F64(v) if v.is_finite() => s.serialize_f64(*v),
            // JSON has no NaN: the text keeps what the record holds.
            Value::F32(_) | Value::F64(_) | Value::Bytes(_) => s.collect_str(self),
            Value::Text(v) => s.serialize_str(v),
            Value::List(v) => s.collect_seq(v),
            Value::Absent => s.serialize_none(),
            Value::Entry(fields) => {
                let mut map = s.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}
