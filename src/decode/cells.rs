//! A record whose fields the decoder reads itself, one by one, by the names that the table gives them: values of XML, JSON and
//! tags, which have no fixed place in the record.

use std::sync::Arc;

use super::Sink;
use super::structure::emit_values;
use crate::bytes::civil::Civil;
use crate::evidence::{Extent, Origin};
use crate::layout::{Layout, Tables, Value};

/// The values of one record, in the order of the table.
pub struct Cells<'a> {
    layout: &'a Arc<Layout>,
    values: Vec<Value<'a>>,
}

impl<'a> Cells<'a> {
    /// `None` when the tables do not know the record.
    pub fn of(tables: &'a Tables, record: &str) -> Option<Self> {
        let layout = tables.structure(record, usize::MAX)?;
        Some(Cells { layout, values: vec![Value::Absent; layout.fields.len()] })
    }

    /// Sets a field; the last value of several counts.
    pub fn value(&mut self, field: &str, value: Value<'a>) {
        let at = self.layout.fields.iter().position(|f| f.name == field);
        if let Some(slot) = at.and_then(|at| self.values.get_mut(at)) {
            *slot = value;
        }
    }

    /// Sets a field that is a number, unless there is none.
    pub fn number(&mut self, field: &str, number: Option<f64>) {
        if let Some(number) = number.filter(|n| n.is_finite()) {
            self.value(field, Value::F64(number));
        }
    }

    /// Sets a field that holds words, unless there are none.
    pub fn words(&mut self, field: &str, words: Option<String>) {
        if let Some(words) = words.filter(|w| !w.is_empty()) {
            self.value(field, Value::Text(words.into()));
        }
    }

    /// Sets a field that holds nanoseconds since 1970, unless there are none.
    pub fn clock(&mut self, field: &str, ns: Option<i64>) {
        if let Some(ns) = ns {
            self.value(field, Value::Signed(ns));
        }
    }

    /// Sets `utc` where the moment has an offset, else `local`.
    pub fn moment(&mut self, civil: Civil) {
        match civil.utc_ns() {
            Some(utc) => self.value("utc", Value::Signed(utc)),
            None => self.value("local", Value::Signed(civil.ns)),
        }
    }

    /// The name of a value of a field, by the field's enum.
    pub fn name_of(&self, field: &str, value: i64) -> Option<String> {
        self.layout.field(field)?.names.as_ref()?.name(value).map(str::to_owned)
    }

    /// Hands the record over; a record of the chain where the table gives it a number.
    pub fn emit(self, at: &Extent, sink: &mut dyn Sink) {
        if sink.wants(self.layout) {
            emit_values(sink, self.layout, at, &self.values);
        }
    }
}

/// Some spans as one origin; the whole item where there are none.
pub fn origin(at: Option<Extent>) -> Origin {
    at.map_or(Origin::Item, Origin::Bytes)
}
