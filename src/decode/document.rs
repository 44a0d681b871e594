//! A document of XML or JSON while a decoder goes through it: where in the file each part stands, what its bytes count as, and
//! whether anything in it was broken.

use std::ops::Range;

use super::{Class, Decoded, Diagnostic, Sink};
use crate::bytes::text::{Map, Text};
use crate::evidence::{Extent, Origin, Span};
use crate::layout::Tables;

pub struct Document<'t, 's> {
    map: Map<'t>,
    pub tables: &'t Tables,
    pub sink: &'s mut dyn Sink,
    pub is_damaged: bool,
}

impl<'t, 's> Document<'t, 's> {
    /// A document before its first part; a byte order mark is claimed.
    pub fn new(source: &'t Text<'_>, tables: &'t Tables, sink: &'s mut dyn Sink) -> Self {
        claim_mark(source, sink);
        Document { map: Map::new(source), tables, sink, is_damaged: false }
    }

    /// Where a part of the text stands in the file.
    pub fn span(&self, at: &Range<usize>) -> Span {
        self.map.span(at)
    }

    pub fn origin(&self, at: &Range<usize>) -> Origin {
        Origin::Bytes(self.span(at).into())
    }

    pub fn known(&mut self, at: &Range<usize>, what: &'static str) {
        self.sink.claim(&self.span(at).into(), Class::Known, what);
    }

    /// Bytes that are not what must stand there.
    pub fn broken(&mut self, at: &Extent, what: &'static str, diagnostic: Diagnostic) {
        self.is_damaged = true;
        for span in at.spans() {
            self.sink.claim(&span.into(), Class::Damaged, what);
        }
        self.sink.diagnostic(diagnostic);
    }

    /// A part that is no XML, for this reason; nothing that counts is known to be lost in it.
    pub fn broken_xml(&mut self, at: &Range<usize>, reason: &str, code: &'static str) {
        let span = self.span(at);
        let message = format!("{} bytes at {} cannot be read: {reason}", span.len, span.offset);
        self.broken(&span.into(), "broken XML", Diagnostic::damage(code, Origin::Bytes(span.into()), message));
    }

    /// A point or way point without a place that can be read: one record is lost.
    pub fn lost(&mut self, at: &Extent, what: &'static str, code: &'static str, message: String) {
        self.broken(at, what, Diagnostic::loss(code, Origin::Bytes(at.clone()), message).losing(1));
    }

    pub fn decoded(&self, version: Option<String>) -> Decoded {
        Decoded::read(version, self.is_damaged)
    }
}

/// The byte order mark in front of a text, if there is one.
pub fn claim_mark(text: &Text<'_>, sink: &mut dyn Sink) {
    if text.base > 0 {
        sink.claim(&Span::new(0, text.base).into(), Class::Known, "byte order mark");
    }
}

/// The part of a character that an item of `len` bytes ends with where a text of UTF-16 was cut.
pub fn tell_cut(text: &Text<'_>, len: usize, code: &'static str, sink: &mut dyn Sink) {
    let end = text.base + text.len;
    if end < len {
        let message = "the item ends inside a character of UTF-16: it was cut";
        sink.diagnostic(Diagnostic::damage(code, Origin::at(end, len - end), message));
        sink.claim(&Span::new(end, len - end).into(), Class::Damaged, "part of a character");
    }
}
