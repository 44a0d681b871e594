//! A sink that writes down what a decoder hands over: where each record lies, and its fields as text.

use std::collections::BTreeMap;

use overflown::decode::{
    Alone, Child, Class, Completeness, Context, Diagnostic, Event, FORMATS, Fact, KeyFile, Record, Sink,
};
use overflown::evidence::{Evidence, Extent, Limits};
use overflown::layout::Value;

use super::{key_file, tools};

/// One record as it was handed over.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub name: String,
    pub kind: u16,
    pub offset: usize,
    /// Frame included.
    pub len: usize,
    /// A link of the chain; nested entries, prefix and details are none.
    pub counted: bool,
    pub opaque: bool,
    /// Length of the content, unscrambled and, with keys, decrypted.
    pub content: usize,
    /// Bytes at its start that may be wrong.
    pub doubtful: usize,
}

impl Entry {
    pub fn end(&self) -> usize {
        self.offset + self.len
    }

    pub fn overlaps(&self, offset: usize, len: usize) -> bool {
        self.offset < offset + len && offset < self.end()
    }
}

/// Everything that a decoder said.
#[derive(Default)]
pub struct Ledger {
    pub entries: Vec<Entry>,
    /// Fields by name as text, for the records whose names were asked for; one an entry, empty for the others.
    pub fields: Vec<BTreeMap<String, String>>,
    pub events: Vec<Event>,
    pub facts: Vec<Fact>,
    /// Offset and length of each child.
    pub children: Vec<(usize, usize)>,
    pub diagnostics: Vec<Diagnostic>,
    /// Bytes by the word that the decoder claimed them with.
    pub claimed: BTreeMap<&'static str, u64>,
    wanted: Wanted,
    keys: Vec<KeyFile>,
}

#[derive(Clone, Copy, Default)]
enum Wanted {
    #[default]
    Nothing,
    Everything,
    Only(&'static [&'static str]),
}

impl Ledger {
    /// Decodes a flight record and keeps the places of its records.
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        Ledger::default().filled(name, bytes)
    }

    /// Keeps the fields of every record, too.
    pub fn with_fields(name: &str, bytes: &[u8]) -> Self {
        Ledger { wanted: Wanted::Everything, ..Ledger::default() }.filled(name, bytes)
    }

    /// Keeps the fields of the records of these names.
    pub fn with_fields_of(name: &str, bytes: &[u8], wanted: &'static [&'static str]) -> Self {
        Ledger { wanted: Wanted::Only(wanted), ..Ledger::default() }.filled(name, bytes)
    }

    /// Keeps the fields of every record of an encrypted log.
    pub fn opened(name: &str, bytes: &[u8], answer: &str) -> Self {
        let keys = vec![key_file(answer)];
        Ledger { wanted: Wanted::Everything, keys, ..Ledger::default() }.filled(name, bytes)
    }

    fn filled(mut self, name: &str, bytes: &[u8]) -> Self {
        let format = FORMATS.iter().find(|format| format.id == "dji-txt").expect("flight records are read");
        let tables = tools().tables_of(format).expect("its tables are there");
        let keys = std::mem::take(&mut self.keys);
        let context = Context { tables, limits: &Limits::default(), keys: &keys, siblings: &Alone };
        let decoded = (format.decode)(&Evidence::from_bytes(name, bytes.to_vec()), &context, &mut self);
        assert!(decoded.completeness != Completeness::Unreadable, "{name}: nothing could be read");
        self
    }

    /// Links of the chain.
    pub fn records(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.counted)
    }

    /// Fields of all records of this name, in file order.
    pub fn fields_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a BTreeMap<String, String>> {
        self.entries.iter().zip(&self.fields).filter(move |(entry, _)| entry.name == name).map(|(_, fields)| fields)
    }
}

impl Sink for Ledger {
    fn record(&mut self, record: &Record<'_>) {
        let wanted = match self.wanted {
            Wanted::Nothing => false,
            Wanted::Everything => true,
            Wanted::Only(names) => names.contains(&&*record.name()),
        };
        self.entries.push(Entry {
            name: record.name().into_owned(),
            kind: record.kind,
            offset: record.at.offset() as usize,
            len: record.at.len() as usize,
            counted: record.counted,
            opaque: record.layout.is_none(),
            content: record.content().len(),
            doubtful: record.doubtful,
        });
        self.fields.push(if wanted { as_text(record.fields()) } else { BTreeMap::new() });
    }

    fn event(&mut self, event: Event) {
        self.events.push(event);
    }

    fn fact(&mut self, fact: Fact) {
        self.facts.push(fact);
    }

    fn claim(&mut self, at: &Extent, _: Class, what: &'static str) {
        *self.claimed.entry(what).or_default() += at.len();
    }

    fn child(&mut self, child: Child<'_>) {
        self.children.push((child.at.offset().unwrap_or_default() as usize, child.bytes.len()));
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}

fn as_text(fields: Vec<(&str, Value<'_>)>) -> BTreeMap<String, String> {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_string())).collect()
}
