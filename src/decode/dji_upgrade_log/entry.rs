//! One entry: a record, an event unless it is one of thousands of steps of progress, and what it says about firmware.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::structure::emit_values;
use super::super::{Class, Diagnostic, Event, EventKind, Fact, Moment, Part, Property, Sink};
use super::module;
use crate::bytes::civil::Reader;
use crate::bytes::text::{Places, Text, harm};
use crate::evidence::{Origin, Sha256, Span};
use crate::layout::{Layout, Tables, Value};

/// `[YYYY-MM-DD hh:mm:ss.mmm]`.
pub const STAMP: usize = 25;

/// Hosts and versions that are told of one item.
const MOST: usize = 1000;

/// Entries that repeat what others of the same second say: steps of progress, addresses of memory.
const NOISE: [&str; 15] = [
    "upgrade manager state",
    "push upgrade progress",
    "upgrader state",
    "group upgrader state",
    "sub module info",
    "send ",
    "set callback",
    "set progress handler",
    "need upgrade groups",
    "get version list result",
    "version compare",
    "/private/",
    "receive length",
    "check sum data",
    "product type",
];

/// The local time of the stamp at the start of a line, in nanoseconds as if it were UTC.
pub fn moment(line: &[u8]) -> Option<i64> {
    let stamp = line.get(..STAMP)?.strip_prefix(b"[")?.strip_suffix(b"]")?;
    let civil = Reader::default().moment(stamp)?;
    (civil.offset_s.is_none() && stamp.get(19) == Some(&b'.')).then_some(civil.ns)
}

pub struct Emitter<'t, 's> {
    text: &'t Text<'t>,
    places: Places,
    layout: Arc<Layout>,
    last_ns: Option<i64>,
    entries: u64,
    hosts: BTreeMap<String, u64>,
    firmware: BTreeSet<String>,
    sink: &'s mut dyn Sink,
}

impl<'t, 's> Emitter<'t, 's> {
    /// `None` when the tables have no such record.
    pub fn new(text: &'t Text<'t>, tables: &Tables, sink: &'s mut dyn Sink) -> Option<Self> {
        Some(Emitter {
            text,
            places: Places::new(text),
            layout: tables.structure("entry", 0)?.clone(),
            last_ns: None,
            entries: 0,
            hosts: BTreeMap::new(),
            firmware: BTreeSet::new(),
            sink,
        })
    }

    fn span(&mut self, start: usize, end: usize) -> Span {
        let from = self.places.reach(&self.text.bytes, start);
        let to = self.places.reach(&self.text.bytes, end);
        Span::new(from, to.saturating_sub(from))
    }

    /// Blank lines before the first entry.
    pub fn framing(&mut self, start: usize, end: usize) {
        let at = self.span(start, end);
        self.sink.claim(&at.into(), Class::Known, "blank line");
    }

    pub fn lost(&mut self, start: usize, end: usize, entries: u64, why: &str) {
        let at = self.span(start, end);
        self.sink.claim(&at.into(), Class::Damaged, "a broken entry");
        let message = format!("{} bytes at offset {}: {why}", at.len, at.offset);
        let diagnostic = match entries {
            0 => Diagnostic::damage("dji-upgrade-log/between", Origin::Bytes(at.into()), message),
            _ => Diagnostic::loss("dji-upgrade-log/entry", Origin::Bytes(at.into()), message).losing(entries),
        };
        self.sink.diagnostic(diagnostic);
    }

    pub fn entry(&mut self, start: usize, end: usize, local_ns: i64) {
        let at = self.span(start, end);
        let origin = || Origin::Bytes(at.into());
        self.entries += 1;
        let words = self.text.bytes.get(start + STAMP..end).unwrap_or_default().trim_ascii_end();
        if let Some(harm) = harm(words) {
            let message = format!("the entry at offset {} is not as it was written: {harm}", at.offset);
            self.sink.diagnostic(Diagnostic::damage("dji-upgrade-log/text", origin(), message));
        }
        if self.last_ns.is_some_and(|last| local_ns < last) {
            let message = format!(
                "the entry at offset {} is earlier than the one before it: the order of the file is kept; the clock was set back",
                at.offset
            );
            self.sink.diagnostic(Diagnostic::note("dji-upgrade-log/order", origin(), message));
        }
        self.last_ns = Some(local_ns);
        let said = self.text.words(words);
        let values = [Value::Signed(local_ns), Value::Text(Cow::Borrowed(&said))];
        emit_values(self.sink, &self.layout, &at.into(), &values);
        if !self.sink.wants_events() {
            return;
        }
        for version in module::versions(&said) {
            if self.firmware.len() < MOST && self.firmware.insert(version.clone()) {
                let (part, property) = (Part::Module, Property::Firmware);
                self.sink.fact(Fact::Device { part, property, value: version, at: origin() });
            }
        }
        for host in hosts(&said) {
            if self.hosts.len() < MOST || self.hosts.contains_key(host) {
                *self.hosts.entry(host.to_owned()).or_default() += 1;
            }
        }
        if !NOISE.iter().any(|noise| said.starts_with(noise)) {
            let first = said.lines().next().unwrap_or_default();
            let part = if first.ends_with("Aircraft") { Part::Aircraft } else { Part::App };
            let event = Event::new(EventKind::Message, part, without_query(first), origin());
            self.sink.event(event.when(Moment::Local(local_ns)));
        }
    }

    /// How many entries were read, and the hosts that their URLs name.
    pub fn finish(self) -> (u64, BTreeMap<String, u64>) {
        (self.entries, self.hosts)
    }
}

fn hosts(text: &str) -> impl Iterator<Item = &str> {
    text.split("://").skip(1).filter_map(|rest| {
        let host = rest.split(|c: char| !(c.is_ascii_alphanumeric() || ".-_".contains(c))).next()?;
        (!host.is_empty()).then_some(host)
    })
}

/// The query of a URL signs the download: the timeline shows that there is one, and its hash.
fn without_query(line: &str) -> String {
    match line.find("://").and_then(|at| Some(at + line.get(at..)?.find('?')?)) {
        Some(at) => {
            let (address, query) = line.split_at(at);
            let digest = Sha256::of(query.as_bytes()).to_string();
            format!("{address}?[query of {} characters, sha256:{}]", query.len() - 1, digest.get(..16).unwrap_or(""))
        }
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_address_keeps_its_host_and_path() {
        let line = "start download pack http://cdn.example.net/file/a.sig?X-Amz-Signature=abcdef";
        let shown = without_query(line);
        assert!(
            shown.starts_with("start download pack http://cdn.example.net/file/a.sig?[query of 22 characters"),
            "{shown}"
        );
        assert!(!shown.contains("abcdef"));
        assert_eq!(without_query("ready? yes"), "ready? yes");
        assert_eq!(hosts(line).collect::<Vec<_>>(), ["cdn.example.net"]);
    }
}
