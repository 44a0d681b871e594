//! `show`: the record at an offset, byte by byte: what stands in the file, what it says, and which row of which table says so.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::exit::Stop;
use super::{Session, item};
use crate::decode::{Child, Class, Diagnostic, Payload, Record, Sink};
use crate::evidence::label::printable;
use crate::evidence::{Evidence, Extent, Span, hex};
use crate::layout::{Layout, Value};
use crate::write::Redaction;

/// The record at an offset: bytes, fields, units, and the table row behind each
#[derive(Args)]
pub struct Show {
    /// A file, or file!/child
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Any offset inside the record, decimal or 0x hexadecimal
    #[arg(long, value_name = "N", value_parser = offset)]
    offset: u64,
}

fn offset(text: &str) -> Result<u64, String> {
    let parsed = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    parsed.map_err(|_| format!("{text:?} is no offset: give a number of bytes such as 4096 or 0x1000"))
}

impl Show {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let item = item::open(session, &self.file)?;
        let evidence = &item.evidence;
        if self.offset >= evidence.len {
            let message =
                format!("offset {} is behind the end of {} ({} bytes)", self.offset, evidence.label, evidence.len);
            return Err(Stop::usage(message));
        }
        let redaction = session.redaction();
        let mut finder = Finder { offset: self.offset, text: String::new(), evidence, redaction };
        item::decode(session, &item, &mut finder)?;
        let mut out = std::io::stdout().lock();
        writeln!(out, "{}  sha256 {}", evidence.label, evidence.sha256())?;
        if finder.text.is_empty() {
            writeln!(out, "offset {}: nothing claims this byte", self.offset)?;
        }
        out.write_all(finder.text.as_bytes())?;
        Ok(0)
    }
}

/// Prints whatever covers the offset.
struct Finder<'a> {
    offset: u64,
    text: String,
    evidence: &'a Evidence,
    redaction: Redaction,
}

impl Sink for Finder<'_> {
    fn record(&mut self, record: &Record<'_>) {
        if !record.at.contains(self.offset) {
            return;
        }
        let place: Vec<String> = record.at.spans().map(|s| format!("{}..{}", s.offset, s.end())).collect();
        let raw: Vec<String> =
            record.at.spans().filter_map(|span| self.evidence.read(span).ok()).map(|bytes| hex(&bytes)).collect();
        let time = record.time.0.map(|ns| format!(", elapsed {} s", ns as f64 / 1e9)).unwrap_or_default();
        let _ = writeln!(self.text, "record {} (type {}) at {}{time}", record.name(), record.kind, place.join(" and "));
        let hidden = self.redaction.hides_bytes(record);
        if hidden {
            let _ = writeln!(self.text, "  raw    not shown: a secret stands in it; --reveal-secrets shows it");
        } else {
            let _ = writeln!(self.text, "  raw    {}", raw.join(" | "));
        }
        if let (Payload::Values(values), Some(layout)) = (&record.payload, record.layout) {
            let bytes: Vec<u8> = record.at.spans().filter_map(|span| self.evidence.read(span).ok()).fold(
                Vec::new(),
                |mut all, bytes| {
                    all.extend_from_slice(&bytes);
                    all
                },
            );
            if !hidden {
                let _ = writeln!(self.text, "  text   {}", printable(&String::from_utf8_lossy(&bytes)));
            }
            return cells(layout, values, self.redaction, &mut self.text);
        }
        if !hidden {
            let _ = writeln!(self.text, "  plain  {}", hex(record.content()));
        }
        if record.doubtful > 0 {
            let _ = writeln!(
                self.text,
                "  the first {} bytes were opened with an IV that may not be theirs: do not rely on them",
                record.doubtful
            );
        }
        if let Some(layout) = record.layout {
            fields(layout, record, &mut self.text);
        } else {
            let _ = writeln!(self.text, "  no table describes this type: the content is kept as it is");
        }
    }

    fn claim(&mut self, at: &Extent, class: Class, what: &'static str) {
        if at.contains(self.offset) {
            let class = match class {
                Class::Decoded => "decoded",
                Class::Known => "known",
                Class::Damaged => "damaged",
            };
            let spans: Vec<String> =
                at.spans().map(|Span { offset, len }| format!("{offset}..{}", offset + len)).collect();
            let _ = writeln!(self.text, "{what} at {}: {class}", spans.join(" and "));
        }
    }

    fn child(&mut self, child: Child<'_>) {
        if child.at.reach().is_some_and(|reach| reach.contains(self.offset)) {
            let _ = writeln!(
                self.text,
                "embedded file {} ({} bytes): extract writes it out",
                child.name,
                child.bytes.len()
            );
        }
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) {
        if diagnostic.at.reach().is_some_and(|reach| reach.contains(self.offset)) {
            let _ = writeln!(self.text, "{} {}: {}", diagnostic.severity.as_str(), diagnostic.code, diagnostic.message);
        }
    }
}

/// A line a field that came as a value: name, value, unit, basis, and the column of the item that it was read from.
fn cells(layout: &Layout, values: &[Value<'_>], redaction: Redaction, text: &mut String) {
    let _ = writeln!(text, "  {:<26}{:<30}{:<16}{:<24}read from", "field", "value", "unit", "measured against");
    for (field, value) in layout.fields.iter().zip(values).filter(|(_, value)| **value != Value::Absent) {
        let shown = redaction.shown(field, value.clone());
        let (name, shown) = (printable(&field.name), printable(&shown.to_string()));
        let row = if field.line > 0 { format!("records.tsv line {}: ", field.line) } else { String::new() };
        let source = printable(&field.source);
        let _ = writeln!(text, "  {name:<26}{shown:<30}{:<16}{:<24}{row}{source}", field.unit, field.basis);
    }
}

/// A line a field: offset in the content, bytes, name, value, unit, basis, table row and its source.
fn fields(layout: &Layout, record: &Record<'_>, text: &mut String) {
    let content = record.content();
    let _ = writeln!(
        text,
        "  {:>4}  {:<18}{:<26}{:<30}{:<16}{:<24}records.tsv",
        "at", "bytes", "field", "value", "unit", "measured against"
    );
    for field in &layout.fields {
        let Some(value) = field.read(content) else { continue };
        let end = (field.offset + field.covers(content.len())).min(content.len());
        let bytes = hex(&content[field.offset..end.min(field.offset + 8)]);
        let bytes = if end > field.offset + 8 { format!("{}..", &bytes[..14]) } else { bytes };
        let mut shown = printable(&value.to_string());
        if let Some(name) = field.value_name(&value) {
            let _ = write!(shown, " {name}");
        }
        let bits = match field.bits {
            Some((first, 1)) => format!("[bit {first}]"),
            Some((first, count)) => format!("[bits {first}-{}]", first + count - 1),
            None => String::new(),
        };
        let name = format!("{}{bits}", printable(&field.name));
        // Fields of an item that describes itself have no line of their own, or that of the row that gave them their unit.
        let row = if field.line > 0 { format!("line {}: ", field.line) } else { String::new() };
        let _ = writeln!(
            text,
            "  {:>4}  {bytes:<18}{name:<26}{shown:<30}{:<16}{:<24}{row}{}",
            field.offset, field.unit, field.basis, field.source
        );
    }
}
