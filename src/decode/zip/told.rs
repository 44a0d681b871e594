//! What happened to many members is told once, with the first names.

use std::collections::BTreeMap;

use super::super::{Diagnostic, Sink};
use super::LOCAL_LEN;
use super::entry::Entry;
use crate::evidence::Origin;
use crate::layout::{Tables, Value};

/// Things of one kind: their number and the first few by name.
#[derive(Default)]
pub struct Tally {
    pub count: u64,
    named: Vec<String>,
}

/// Names that are told; the rest is a number.
const NAMED: usize = 10;

impl Tally {
    pub fn add(&mut self, name: impl FnOnce() -> String) {
        self.count += 1;
        if self.named.len() < NAMED {
            self.named.push(name());
        }
    }

    /// `a, b and 3 more`.
    pub fn names(&self) -> String {
        let more = self.count - self.named.len() as u64;
        let named = self.named.join(", ");
        if more == 0 { named } else { format!("{named} and {more} more") }
    }
}

/// What is told once at the end.
#[derive(Default)]
pub struct Told {
    pub encrypted: BTreeMap<&'static str, Tally>,
    pub methods: BTreeMap<u16, Tally>,
    pub escaped: Tally,
    pub numbered: Tally,
    pub unlisted: Tally,
    pub renamed: Tally,
    pub twice: Tally,
    pub refused: Tally,
}

impl Told {
    /// Tells it all; `missing` are the entries that lead to nothing.
    pub fn tell(self, missing: Vec<Entry>, tables: &Tables, sink: &mut dyn Sink) {
        let Told { encrypted, methods, escaped, numbered, unlisted, renamed, twice, refused } = self;
        let mut tell = |diagnostic: Diagnostic, count: u64| sink.diagnostic(Diagnostic { count, ..diagnostic });
        let (loss, damage, note) = (Diagnostic::loss, Diagnostic::damage, Diagnostic::note);
        if !encrypted.is_empty() {
            let count = encrypted.values().map(|tally| tally.count).sum();
            let names: Vec<String> =
                encrypted.iter().map(|(scheme, tally)| format!("{scheme}: {}", tally.names())).collect();
            let message = format!(
                "{count} members are encrypted and not read: {}; unpack them with the password and give the folder",
                names.join("; ")
            );
            tell(loss("zip/encrypted", Origin::Item, message), count);
        }
        if !methods.is_empty() {
            let layout = tables.structure("local_header", LOCAL_LEN);
            let field = layout.and_then(|layout| layout.field("method"));
            let name = |method: u16| {
                field.and_then(|field| field.value_name(&Value::Unsigned(method.into()))).unwrap_or("unknown")
            };
            let count = methods.values().map(|tally| tally.count).sum();
            let names: Vec<String> = methods
                .iter()
                .map(|(method, tally)| format!("{method} ({}): {}", name(*method), tally.names()))
                .collect();
            let message = format!(
                "{count} members are packed by methods that are not read: {}; unpack them with another program and give the \
                 folder",
                names.join("; ")
            );
            tell(loss("zip/method", Origin::Item, message), count);
        }
        if !missing.is_empty() {
            let mut missing: Vec<(u64, String)> = missing.into_iter().map(|entry| (entry.offset, entry.name)).collect();
            missing.sort();
            let mut tally = Tally::default();
            missing.iter().for_each(|(offset, name)| tally.add(|| format!("{name:?} at {offset}")));
            let message = format!("{} members are listed and not there: {}", tally.count, tally.names());
            tell(loss("zip/missing", Origin::Item, message), tally.count);
        }
        let rest = [
            (
                refused,
                loss as fn(_, _, String) -> _,
                "zip/limit",
                "members are more than one file may have and are not read",
            ),
            (
                twice,
                damage,
                "zip/twice",
                "entries of the directory lead to a member that another one leads to; it is given once",
            ),
            (unlisted, note, "zip/unlisted", "members are not in the directory; they were found by their own headers"),
            (renamed, note, "zip/renamed", "members have another name in their local header; the directory's is taken"),
            (
                escaped,
                note,
                "zip/name",
                "names are no safe paths (absolute, .., drives, control characters, too long) and are kept",
            ),
            (numbered, note, "zip/duplicate", "members have a name that another one has, and are numbered"),
        ];
        for (tally, severity, code, what) in rest {
            if tally.count > 0 {
                let message = format!("{} {what}: {}", tally.count, tally.names());
                tell(severity(code, Origin::Item, message), tally.count);
            }
        }
    }
}
