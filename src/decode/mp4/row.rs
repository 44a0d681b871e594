//! Records of this format: values by the names of their table.

use super::super::{Payload, RawTime, Record, Sink};
use crate::evidence::Extent;
use crate::layout::{Tables, Value};

/// One record on its way.
pub struct Row<'a> {
    /// Its table.
    pub record: &'static str,
    pub at: &'a Extent,
    /// Nanoseconds of the clip.
    pub start_ns: Option<i64>,
    pub values: &'a [(&'static str, Value<'a>)],
}

impl Row<'_> {
    pub fn emit(self, tables: &Tables, sink: &mut dyn Sink) {
        let Some(layout) = tables.named(self.record).next() else { return };
        let value = |name: &str| self.values.iter().find(|(field, _)| *field == name).map(|(_, value)| value.clone());
        let values: Vec<Value<'_>> =
            layout.fields.iter().map(|field| value(&field.name).unwrap_or(Value::Absent)).collect();
        sink.record(&Record {
            kind: layout.record.unwrap_or(0),
            time: RawTime(self.start_ns),
            counted: layout.record.is_some(),
            ..Record::structure(Some(layout), self.at, Payload::Values(&values))
        });
    }
}
