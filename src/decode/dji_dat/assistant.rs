//! Exports of DJI Assistant: entries one behind the other, plain, or all of them inside one zlib stream. Every entry becomes a
//! child; what it is decides its content.
//!
//! ```text
//! 0 A4 | 1 length u32 | 5 u16 | 7 path (later exports: a tag of five characters, then a path from /) | 267 16 bytes | 283 data
//! ```

use std::borrow::Cow;
use std::collections::HashSet;
use std::io;

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::super::{Child, Class, Completeness, Context, Decoded, Diagnostic, Payload, Record, Sink};
use crate::evidence::label::printable;
use crate::evidence::{Evidence, Origin, Span};

const MAGIC: u8 = 0xA4;
/// Bytes before the data of an entry.
const ENTRY: usize = 283;
const PATH_AT: usize = 7;
const TAGGED_PATH_AT: usize = 12;
const PATH_END: usize = 267;
/// Of a zlib stream as much is inflated to look at it.
const LOOKED_AT: usize = 4096;

/// How the export is wrapped, in words; `None` for other items.
pub fn probe(head: &[u8], len: u64) -> Option<&'static str> {
    if is_zlib(head) {
        let start = inflated_start(head);
        return Entry::at(&start, 0).map(|_| "zlib stream of DJI Assistant entries");
    }
    let entry = Entry::at(head, 0)?;
    let end = (ENTRY as u64).checked_add(entry.len)?;
    // The first entry ends with the item, or where the next one begins.
    let next = usize::try_from(end).ok().and_then(|end| head.get(end));
    (end == len || next == Some(&MAGIC) || end < len && end >= head.len() as u64).then_some("DJI Assistant entries")
}

fn is_zlib(head: &[u8]) -> bool {
    matches!(head, [0x78, flags, ..] if (0x7800 + u16::from(*flags)).is_multiple_of(31))
}

fn inflated_start(head: &[u8]) -> Vec<u8> {
    decompress_to_vec_zlib_with_limit(head, LOOKED_AT).unwrap_or_else(|stopped| stopped.output)
}

/// The header of an entry.
struct Entry {
    /// Bytes of its data.
    len: u64,
    path: String,
}

impl Entry {
    fn at(bytes: &[u8], at: usize) -> Option<Self> {
        let header = bytes.get(at..at + ENTRY)?;
        let &[MAGIC, a, b, c, d, ..] = header else { return None };
        let field = header.get(PATH_AT..PATH_END)?;
        let untagged = header.get(TAGGED_PATH_AT) != Some(&b'/');
        let field = if untagged { field } else { header.get(TAGGED_PATH_AT..PATH_END)? };
        let end = field.iter().position(|byte| *byte == 0)?;
        let path = std::str::from_utf8(field.get(..end)?).ok().filter(|path| !path.is_empty())?;
        let is_path = path.chars().all(|c| !c.is_control());
        is_path.then(|| Entry { len: u32::from_le_bytes([a, b, c, d]).into(), path: path.to_owned() })
    }
}

/// The path without what would lead out of a folder; never empty.
fn safe_name(path: &str, number: usize) -> String {
    let parts: Vec<String> = path
        .split(['/', '\\'])
        .map(|part| part.trim().trim_end_matches(':'))
        .filter(|part| !matches!(*part, "" | "." | ".."))
        .map(|part| printable(part).replace(':', "_"))
        .collect();
    if parts.is_empty() { format!("entry-{number}") } else { parts.join("/") }
}

pub fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> io::Result<Decoded> {
    let stored = evidence.whole(context.limits)?;
    let version = Some("Assistant export".to_owned());
    let mut is_whole = true;
    let (bytes, is_inflated) = if is_zlib(&stored) {
        let at = Span::new(0, stored.len());
        let limit = usize::try_from(context.limits.whole).unwrap_or(usize::MAX);
        let inflated = match decompress_to_vec_zlib_with_limit(&stored, limit) {
            Ok(inflated) => inflated,
            Err(stopped) => {
                is_whole = false;
                let message = format!(
                    "the zlib stream breaks after {} bytes: entries behind are lost; look for another copy of the export",
                    stopped.output.len()
                );
                sink.diagnostic(Diagnostic::loss("dji-dat/inflate", Origin::Bytes(at.into()), message).losing(1));
                stopped.output
            }
        };
        sink.claim(&at.into(), Class::Known, "zlib stream of entries");
        (Cow::Owned(inflated), true)
    } else {
        (stored, false)
    };
    let mut walk = Walk { bytes: &bytes, is_inflated, names: HashSet::new(), entries: 0 };
    is_whole &= walk.entries(context, sink);
    let completeness = match (walk.entries, is_whole) {
        (0, _) => Completeness::Unreadable,
        (_, true) => Completeness::Whole,
        (_, false) => Completeness::Partial,
    };
    Ok(Decoded { version, completeness, key_need: None })
}

struct Walk<'b> {
    bytes: &'b [u8],
    /// Places in the inflated stream are no places in the item.
    is_inflated: bool,
    names: HashSet<String>,
    entries: usize,
}

impl Walk<'_> {
    /// Whether every byte belonged to an entry.
    fn entries(&mut self, context: &Context<'_>, sink: &mut dyn Sink) -> bool {
        let mut at = 0;
        while at < self.bytes.len() {
            let Some(entry) = Entry::at(self.bytes, at) else {
                let left = self.bytes.len() - at;
                let message = format!("no entry begins at {at}: {left} bytes to the end are not read");
                let whole = Span::new(at, left);
                if !self.is_inflated {
                    sink.claim(&whole.into(), Class::Damaged, "no entry of the export");
                }
                sink.diagnostic(Diagnostic::loss("dji-dat/entry", self.place(whole), message).losing(1));
                return false;
            };
            self.entries += 1;
            let data = at + ENTRY;
            let stated = usize::try_from(entry.len).unwrap_or(usize::MAX);
            let end = data.saturating_add(stated).min(self.bytes.len());
            self.entry(&entry, at..end, context, sink);
            if end - data < stated {
                let message = format!(
                    "the export ends inside {}: {} of {stated} bytes are there, and are kept as they are",
                    printable(&entry.path),
                    end - data
                );
                sink.diagnostic(
                    Diagnostic::loss("dji-dat/entry", self.place(Span::new(at, end - at)), message).losing(1),
                );
                return false;
            }
            at = end;
        }
        true
    }

    fn entry(&mut self, entry: &Entry, at: std::ops::Range<usize>, context: &Context<'_>, sink: &mut dyn Sink) {
        let data = at.start + ENTRY;
        let header = Span::new(at.start, ENTRY);
        if !self.is_inflated {
            sink.record(&Record::structure(
                context.tables.structure("assistant_entry", ENTRY),
                &header.into(),
                Payload::Bytes(self.bytes.get(at.start..data).unwrap_or_default()),
            ));
            sink.claim(&header.into(), Class::Known, "header of an entry");
            sink.claim(&Span::new(data, at.end - data).into(), Class::Known, "data of an entry");
        }
        let safe = safe_name(&entry.path, self.entries);
        let mut name = safe.clone();
        let mut number = 1;
        while !self.names.insert(name.clone()) {
            number += 1;
            name = format!("{safe}-{number}");
        }
        if name != entry.path.trim_start_matches('/') {
            let message = format!("the entry {:?} is named {name:?}", printable(&entry.path));
            sink.diagnostic(Diagnostic::note("dji-dat/entry-name", self.place(header), message));
        }
        let bytes = self.bytes.get(data..at.end).unwrap_or_default();
        sink.child(Child { name, at: self.place(Span::new(data, at.end - data)), bytes, format: None });
    }

    fn place(&self, at: Span) -> Origin {
        if self.is_inflated { Origin::Item } else { Origin::Bytes(at.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_never_lead_out_of_a_folder() {
        let names =
            ["/blackbox/FLY012.DAT", "..\\..\\C:\\x.dat", "/../..", "a\u{202e}b"].map(|path| safe_name(path, 3));
        assert_eq!(names, ["blackbox/FLY012.DAT", "C/x.dat", "entry-3", "a\\u{202e}b"]);
    }

    #[test]
    fn paths_stand_behind_a_tag_or_without_one() {
        let entry = |text: &[u8]| {
            let mut bytes = vec![0; ENTRY];
            bytes[0] = MAGIC;
            bytes[1] = 9;
            bytes[PATH_AT..PATH_AT + text.len()].copy_from_slice(text);
            Entry::at(&bytes, 0).map(|entry| (entry.path, entry.len))
        };
        assert_eq!(entry(b"FLY012.DAT"), Some(("FLY012.DAT".to_owned(), 9)));
        assert_eq!(entry(b"G-E3T/blackbox/a.DAT"), Some(("/blackbox/a.DAT".to_owned(), 9)));
        assert_eq!(entry(b""), None);
        assert_eq!(entry(b"a\x01"), None);
    }
}
