//! A structure outside the chain of records, read by its table: the headers, directory entries and trailers of containers.

use std::sync::Arc;

use super::{Class, Payload, Record, Sink};
use crate::evidence::{Extent, Span};
use crate::layout::{Layout, Value};

/// Bytes of the item that a table describes.
pub struct Structure<'a> {
    /// `None` when the tables do not know it; then nothing can be read from it.
    layout: Option<&'a Arc<Layout>>,
    pub at: Span,
    content: &'a [u8],
}

impl<'a> Structure<'a> {
    pub fn new(layout: Option<&'a Arc<Layout>>, offset: u64, content: &'a [u8]) -> Self {
        Structure { layout, at: Span { offset, len: content.len() as u64 }, content }
    }

    /// The field as a number; 0 where there is none.
    pub fn number(&self, field: &str) -> u64 {
        match self.layout.and_then(|layout| layout.read(field, self.content)) {
            Some(Value::Unsigned(value)) => value,
            _ => 0,
        }
    }

    pub fn emit(&self, sink: &mut dyn Sink) {
        if self.layout.is_none() {
            return sink.claim(&self.at.into(), Class::Known, "structure");
        }
        sink.record(&Record::structure(self.layout, &self.at.into(), Payload::Bytes(self.content)));
    }
}

/// A record that came as values, one a field of the layout; it counts when the layout is one of the record chain.
pub fn emit_values(sink: &mut dyn Sink, layout: &Arc<Layout>, at: &Extent, values: &[Value<'_>]) {
    sink.record(&Record {
        kind: layout.record.unwrap_or(0),
        counted: layout.record.is_some(),
        ..Record::structure(Some(layout), at, Payload::Values(values))
    });
}
