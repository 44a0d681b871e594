//! A sink that writes down every record of an aircraft log with its pieces and fields.

use std::collections::BTreeMap;
use std::path::Path;

use overflown::decode::{Context, Decoded, FORMATS, Record, Sink};
use overflown::evidence::{Evidence, ExtraHashes, Limits};
use overflown::examine::Beside;

use super::FORMAT;
use crate::support::tools;

/// A record as it was handed over.
#[derive(Clone, Debug)]
pub struct Found {
    pub kind: u16,
    /// (offset, length) of its pieces.
    pub spans: Vec<(usize, usize)>,
    /// The payload, in clear.
    pub content: Vec<u8>,
    pub fields: BTreeMap<String, String>,
    pub opaque: bool,
}

#[derive(Default)]
pub struct Ledger(pub Vec<Found>);

impl Ledger {
    pub fn of(bytes: &[u8]) -> (Self, Decoded) {
        let format = FORMATS.iter().find(|format| format.id == FORMAT).expect("aircraft logs are read");
        let tables = tools().tables_of(format).expect("its tables are there");
        let mut ledger = Ledger::default();
        let evidence = Evidence::from_bytes("FLY021.DAT", bytes.to_vec());
        let decoded = (format.decode)(&evidence, &tools().context(tables), &mut ledger);
        (ledger, decoded)
    }

    /// Of a file with what stands beside it.
    pub fn of_file(path: &Path) -> Self {
        let format = FORMATS.iter().find(|format| format.id == FORMAT).expect("aircraft logs are read");
        let tables = tools().tables_of(format).expect("its tables are there");
        let (mut ledger, limits) = (Ledger::default(), Limits::default());
        let evidence = Evidence::open(path, "FLY021.DAT".to_owned(), &limits, ExtraHashes::default()).expect("a file");
        let context = Context { siblings: &Beside::of(&evidence, &limits), ..tools().context(tables) };
        (format.decode)(&evidence, &context, &mut ledger);
        ledger
    }

    pub fn of_kind(&self, kind: u16) -> impl Iterator<Item = &Found> {
        self.0.iter().filter(move |found| found.kind == kind)
    }

    /// Pieces of all records, sorted.
    pub fn places(&self) -> Vec<(u16, Vec<(usize, usize)>)> {
        let mut places: Vec<_> = self.0.iter().map(|found| (found.kind, found.spans.clone())).collect();
        places.sort();
        places
    }
}

impl Sink for Ledger {
    fn record(&mut self, record: &Record<'_>) {
        if !record.counted {
            return;
        }
        self.0.push(Found {
            kind: record.kind,
            spans: record.at.spans().map(|span| (span.offset as usize, span.len as usize)).collect(),
            content: record.content().to_vec(),
            fields: record.fields().into_iter().map(|(name, value)| (name.to_owned(), value.to_string())).collect(),
            opaque: record.layout.is_none(),
        });
    }
}
