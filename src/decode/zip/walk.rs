//! The way through an archive: listed members in the order of the file, and what stands between them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;

use super::super::structure::Structure;
use super::super::{Child, Class, Completeness, Context, Decoded, Diagnostic, KeyNeed, Sink};
use super::directory::{self, Directory};
use super::entry::{self, Entry, Header};
use super::judge::judge;
use super::member::{self, Content};
use super::name::Labels;
use super::told::{Tally, Told};
use super::{CENTRAL, CENTRAL_LEN, DESCRIPTOR, END, END_64, END_64_LEN, LOCAL, LOCAL_LEN, LOCATOR_64, LOCATOR_64_LEN};
use crate::bytes::inflate::End;
use crate::evidence::label::of_member;
use crate::evidence::{Evidence, Origin, Span};

/// Bytes of a descriptor, in each of its forms.
const DESCRIPTORS: [u64; 4] = [12, 16, 20, 24];

pub struct Walker<'a, 's> {
    evidence: &'a Evidence,
    context: &'a Context<'a>,
    sink: &'s mut dyn Sink,
    /// Bytes that may still come out.
    budget: u64,
    /// Members that may still be read.
    left: u64,
    labels: Labels,
    /// Listed members that do not stand where the directory says, by the bytes of their names.
    displaced: HashMap<Vec<u8>, Vec<Entry>>,
    has_directory: bool,
    members: u64,
    children: u64,
    told: Told,
}

impl<'a, 's> Walker<'a, 's> {
    pub fn new(evidence: &'a Evidence, context: &'a Context<'a>, sink: &'s mut dyn Sink) -> Self {
        Walker {
            evidence,
            context,
            sink,
            budget: context.limits.budget(evidence.len),
            left: context.limits.members,
            labels: Labels::default(),
            displaced: HashMap::new(),
            has_directory: false,
            members: 0,
            children: 0,
            told: Told::default(),
        }
    }

    pub fn walk(mut self) -> Decoded {
        if let Err(error) = self.read() {
            let message = format!("the file could not be read again: {error}; what follows is not unpacked");
            self.sink.diagnostic(Diagnostic::loss("zip/unread", Origin::Item, message));
        }
        let (completeness, key_need) = self.completeness();
        if completeness == Completeness::Locked {
            self.told.encrypted.clear();
        }
        let missing: Vec<Entry> = std::mem::take(&mut self.displaced).into_values().flatten().collect();
        self.told.tell(missing, self.context.tables, self.sink);
        Decoded { version: None, completeness, key_need }
    }

    fn read(&mut self) -> io::Result<()> {
        let head = self.evidence.read(Span { offset: 0, len: 8 })?;
        let mut at = 0;
        if [DESCRIPTOR, b"PK00"].iter().any(|mark| head.starts_with(mark)) && head.ends_with(LOCAL) {
            self.sink.claim(&Span { offset: 0, len: 4 }.into(), Class::Known, "mark of a split archive");
            at = 4;
        }
        let Some(Directory { entries, place, end }) = directory::read(self.evidence, self.context, self.sink)? else {
            return self.gap(at, self.evidence.len);
        };
        self.has_directory = true;
        let mut present = Vec::new();
        for entry in entries {
            if self.stands_there(&entry, place.headers.offset)? {
                present.push(entry);
            } else {
                self.displaced.entry(entry.raw_name.clone()).or_default().push(entry);
            }
        }
        present.sort_by_key(|entry| entry.offset);
        for (index, entry) in present.iter().enumerate() {
            if index > 0 && present[index - 1].offset == entry.offset {
                self.told.twice.add(|| format!("{:?}", entry.name));
                continue;
            }
            self.gap(at, entry.offset)?;
            let behind = present[index..].iter().map(|other| other.offset).find(|offset| *offset > entry.offset);
            at = self.member(entry, behind.unwrap_or(place.headers.offset))?;
        }
        self.gap(at, place.headers.offset)?;
        self.gap(place.headers.end(), place.ends_at())?;
        self.gap(end, self.evidence.len)
    }

    /// A local header stands where the entry says; one whose signature is damaged is known by its name.
    fn stands_there(&self, entry: &Entry, directory: u64) -> io::Result<bool> {
        if entry.offset.saturating_add(LOCAL_LEN as u64) > directory {
            return Ok(false);
        }
        let len = (LOCAL_LEN + entry.raw_name.len()) as u64;
        let head = self.evidence.read(Span { offset: entry.offset, len })?;
        Ok(head.starts_with(LOCAL) || head.get(LOCAL_LEN..) == Some(&entry.raw_name))
    }

    /// Looks for headers between `from` and `to`.
    fn gap(&mut self, from: u64, to: u64) -> io::Result<()> {
        let mut at = from;
        while at < to {
            let found = member::next(self.evidence, at, to, |_, rest| begins_structure(rest))?;
            self.unclaimed(at, found.unwrap_or(to))?;
            let Some(start) = found else { break };
            at = self.structure(start, to)?;
        }
        Ok(())
    }

    /// Bytes that belong to no structure: zeros fill up to a boundary, anything else is told.
    fn unclaimed(&mut self, from: u64, to: u64) -> io::Result<()> {
        const WINDOW: u64 = 1 << 20;
        let span = Span { offset: from, len: to.saturating_sub(from) };
        let mut at = from;
        while at < to {
            let window = self.evidence.read(Span { offset: at, len: WINDOW.min(to - at) })?;
            if window.is_empty() || window.iter().any(|byte| *byte != 0) {
                let message = format!(
                    "{} bytes in front of, between or behind the parts of the archive belong to nothing that is known",
                    span.len
                );
                self.sink.diagnostic(Diagnostic::note("zip/unclaimed", Origin::Bytes(span.into()), message));
                return Ok(());
            }
            at += window.len() as u64;
        }
        self.sink.claim(&span.into(), Class::Known, "padding");
        Ok(())
    }

    /// The structure at `start`, where one begins; gives the offset behind it.
    fn structure(&mut self, start: u64, to: u64) -> io::Result<u64> {
        let tables = self.context.tables;
        let fixed = self.evidence.read(Span { offset: start, len: (END_64_LEN as u64).min(to - start) })?;
        let mut emit = |layout, len: usize| {
            let content = fixed.get(..len).unwrap_or(&fixed);
            Structure::new(layout, start, content).emit(self.sink);
            Ok(start + content.len() as u64)
        };
        if fixed.starts_with(END) {
            return directory::end_record(self.evidence, start, tables, self.sink);
        }
        if fixed.starts_with(END_64) {
            return emit(tables.structure("end_of_directory_64", END_64_LEN), END_64_LEN);
        }
        if fixed.starts_with(LOCATOR_64) {
            return emit(tables.structure("locator_64", LOCATOR_64_LEN), LOCATOR_64_LEN);
        }
        let lens: &[usize] = if fixed.starts_with(LOCAL) { &[26, 28] } else { &[28, 30, 32] };
        let whole = self.header_bytes(start, to, if lens.len() == 2 { LOCAL_LEN } else { CENTRAL_LEN }, lens)?;
        if fixed.starts_with(CENTRAL) {
            if let Some(header) = Header::central(tables, &whole, start) {
                header.emit(tables, self.sink);
                return Ok(start + header.len());
            }
            return self.broken_header(start, to, "directory entry");
        }
        let header = Header::local(tables, &whole, start);
        let Some(header) = header.filter(|header| header.is_credible()) else {
            return self.broken_header(start, to, "local header");
        };
        let mut entry = header.local_entry();
        match self.displaced.get_mut(&entry.raw_name).and_then(Vec::pop) {
            Some(listed) => {
                let message = format!(
                    "{:?} stands at {start}, the directory says {}: bytes were inserted or removed",
                    listed.name, listed.offset
                );
                let at = Origin::at(start as usize, LOCAL_LEN);
                self.sink.diagnostic(Diagnostic::damage("zip/displaced", at, message));
                entry = Entry { offset: start, ..listed };
            }
            None if self.has_directory => self.told.unlisted.add(|| format!("{:?}", entry.name)),
            None => {}
        }
        self.member(&entry, to)
    }

    /// A header with all that follows it, whose lengths stand at `lens`.
    fn header_bytes(&self, start: u64, to: u64, fixed: usize, lens: &[usize]) -> io::Result<Cow<'a, [u8]>> {
        let room = to.saturating_sub(start);
        let head = self.evidence.read(Span { offset: start, len: (fixed as u64).min(room) })?;
        let number = |at: usize| {
            head.get(at..at + 2).map_or(0, |pair| pair.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
        };
        let len = fixed as u64 + lens.iter().map(|at| number(*at)).sum::<u64>();
        self.evidence.read(Span { offset: start, len: len.min(room) })
    }

    /// A header that does not fit, or reaches over the next one; gives where the next structure begins.
    fn broken_header(&mut self, start: u64, to: u64, what: &'static str) -> io::Result<u64> {
        let next = member::next(self.evidence, start + 1, to, |_, rest| begins_structure(rest))?.unwrap_or(to);
        let span = Span { offset: start, len: next - start };
        let message = format!(
            "a {what} at {start} has lengths that cannot be: it was cut or damaged; what it says, and a member behind it, cannot \
             be told from other bytes"
        );
        let code = if next == self.evidence.len { "zip/cut" } else { "zip/header" };
        self.sink.diagnostic(Diagnostic::loss(code, Origin::Bytes(span.into()), message));
        self.sink.claim(&span.into(), Class::Damaged, what);
        Ok(next)
    }

    /// One member, which ends before `bound`; gives the offset behind it.
    fn member(&mut self, entry: &Entry, bound: u64) -> io::Result<u64> {
        if self.left == 0 {
            self.told.refused.add(|| format!("{:?}", entry.name));
            let rest = Span { offset: entry.offset, len: bound.saturating_sub(entry.offset) };
            self.sink.claim(&rest.into(), Class::Known, "member");
            return Ok(bound);
        }
        self.left -= 1;
        self.members += 1;
        let tables = self.context.tables;
        let bytes = self.header_bytes(entry.offset, bound, LOCAL_LEN, &[26, 28])?;
        let Some(header) = Header::local(tables, &bytes, entry.offset) else {
            return self.broken_header(entry.offset, bound, "local header");
        };
        if !bytes.starts_with(LOCAL) {
            let message = format!("the signature of the local header of {:?} is damaged", entry.name);
            let at = Origin::at(entry.offset as usize, LOCAL.len());
            self.sink.diagnostic(Diagnostic::damage("zip/local-header", at, message));
        }
        let local = header.local_entry();
        if local.raw_name != entry.raw_name {
            self.told.renamed.add(|| format!("{:?} ({:?} in the local header)", entry.name, local.name));
        }
        let start = entry.offset + header.len();
        // Where a member of unknown length ends only unpacking tells.
        if entry.is_sized && !self.sink.wants_child(&of_member(&entry.name)) {
            return self.closed(entry, start, bound, "data of a member");
        }
        let is_read = !entry.is_folder() && entry.encrypted.is_none() && member::is_read(entry.method);
        if !is_read {
            header.emit(tables, self.sink);
            return self.unread(entry, start, bound);
        }
        let content = self.content(entry, start, bound)?;
        if content.data.offset < start {
            header.emit_name(tables, self.sink);
        } else {
            header.emit(tables, self.sink);
        }
        if let Some(diagnostic) = judge(entry, &content, bound, self.evidence.len) {
            self.sink.diagnostic(diagnostic);
        }
        let end = self.claim(entry, &content, bound)?;
        self.child(entry, &content);
        Ok(end)
    }

    /// A folder, or a member that is encrypted or packed by another method; gives the offset behind it.
    fn unread(&mut self, entry: &Entry, start: u64, bound: u64) -> io::Result<u64> {
        if entry.is_folder() {
            return Ok(start);
        }
        let (tally, what) = match entry.encrypted {
            Some(scheme) => (self.told.encrypted.entry(scheme).or_default(), "encrypted data"),
            None => (self.told.methods.entry(entry.method).or_default(), "data of a method that is not read"),
        };
        tally.add(|| format!("{:?}", entry.name));
        self.closed(entry, start, bound, what)
    }

    /// Data that cannot be unpacked; gives the offset behind them.
    fn closed(&mut self, entry: &Entry, start: u64, bound: u64, what: &'static str) -> io::Result<u64> {
        let room = bound.saturating_sub(start);
        let end = match entry.is_sized {
            true => start + entry.packed.min(room),
            false => member::next(self.evidence, start, bound, |_, rest| begins_structure(rest))?.unwrap_or(bound),
        };
        self.sink.claim(&Span { offset: start, len: end.saturating_sub(start) }.into(), Class::Known, what);
        if !entry.has_descriptor || !entry.is_sized {
            return Ok(end);
        }
        // What stands right before the next header can only be the descriptor.
        let behind = Span { offset: end, len: bound.saturating_sub(end) };
        if DESCRIPTORS.contains(&behind.len) {
            self.sink.claim(&behind.into(), Class::Known, "data descriptor");
            return Ok(bound);
        }
        Ok(end)
    }

    /// Unpacks the member. Where the lengths in the local header are damaged, the data lie where they fit: before the next
    /// header, or behind the name.
    fn content(&mut self, entry: &Entry, start: u64, bound: u64) -> io::Result<Content<'a>> {
        let most = self.context.limits.member;
        let content = member::content(self.evidence, entry, start, bound, most.min(self.budget))?;
        self.budget = self.budget.saturating_sub(content.bytes.len() as u64);
        if content.is_right() || !entry.is_sized || content.end == End::Limit {
            return Ok(content);
        }
        if !self.has_directory {
            return self.stored_to_next(entry, content, bound);
        }
        let tails = [0].into_iter().chain(DESCRIPTORS.into_iter().filter(|_| entry.has_descriptor));
        let before = tails.filter_map(|tail| bound.checked_sub(entry.packed)?.checked_sub(tail));
        let behind_name = entry.offset + (LOCAL_LEN + entry.raw_name.len()) as u64;
        for other in before.chain([behind_name]).filter(|at| *at != start && *at >= behind_name) {
            let found = member::content(self.evidence, entry, other, bound, most.min(self.budget))?;
            self.budget = self.budget.saturating_sub(found.bytes.len() as u64);
            if found.is_right() {
                let message = format!(
                    "the lengths in the local header of {:?} are damaged: its data begin at {other}, not at {start}; they are \
                     right by their check sum",
                    entry.name
                );
                let at = Origin::at(entry.offset as usize, LOCAL_LEN);
                self.sink.diagnostic(Diagnostic::damage("zip/local-header", at, message));
                return Ok(found);
            }
        }
        Ok(content)
    }

    /// Without a directory nobody says where a stored member must end whose own size is damaged: it ends before the next header,
    /// so that no other member is taken for its content. An archive that is stored whole in another is right by its check sum.
    fn stored_to_next(&mut self, entry: &Entry, content: Content<'a>, bound: u64) -> io::Result<Content<'a>> {
        let from = content.data.offset;
        if entry.method != member::STORED {
            return Ok(content);
        }
        match member::next(self.evidence, from, content.data.end(), |_, rest| begins_structure(rest))? {
            Some(next) if next < content.data.end() => {
                let shorter = Entry { packed: next - from, ..entry.clone() };
                member::content(self.evidence, &shorter, from, bound, self.context.limits.member)
            }
            _ => Ok(content),
        }
    }

    /// Claims the data and the descriptor; gives the offset behind the member.
    fn claim(&mut self, entry: &Entry, content: &Content<'_>, bound: u64) -> io::Result<u64> {
        let data = content.data;
        let class = match content.end {
            End::Whole if !content.is_right() => Class::Damaged,
            _ => Class::Known,
        };
        self.sink.claim(&data.into(), class, "data of a member");
        let stated = data.offset + entry.packed.min(bound.saturating_sub(data.offset));
        let mut end = match content.end {
            End::Whole => data.end(),
            _ if entry.is_sized => stated,
            _ => member::next(self.evidence, data.end(), bound, |_, rest| {
                rest.starts_with(DESCRIPTOR) || begins_structure(rest)
            })?
            .unwrap_or(bound),
        };
        let behind = Span { offset: data.end(), len: end.saturating_sub(data.end()) };
        let class = if content.end == End::Limit { Class::Known } else { Class::Damaged };
        self.sink.claim(&behind.into(), class, "data of a member");
        if let Some(found) = content.descriptor.as_ref().filter(|found| found.at.offset == end) {
            let bytes = self.evidence.read(found.at)?;
            Structure::new(self.context.tables.structure(found.table, bytes.len()), end, &bytes).emit(self.sink);
            end = found.at.end();
        }
        Ok(end)
    }

    fn child(&mut self, entry: &Entry, content: &Content<'_>) {
        let cut = content.end != End::Whole;
        if cut && content.bytes.is_empty() {
            return;
        }
        let given = self.labels.give(&entry.name, if cut { "-cut" } else { "" });
        if given.escaped {
            self.told.escaped.add(|| format!("{:?} as {}", entry.name, given.label));
        }
        if given.numbered {
            self.told.numbered.add(|| format!("{:?} as {}", entry.name, given.label));
        }
        self.children += 1;
        let at = Origin::Bytes(content.data.into());
        self.sink.child(Child { name: given.label, at, bytes: &content.bytes, format: None });
    }

    fn completeness(&self) -> (Completeness, Option<KeyNeed>) {
        let told = &self.told;
        let closed = told.encrypted.values().chain(told.methods.values()).map(|tally| tally.count).sum::<u64>();
        if self.members == 0 && !self.has_directory {
            return (Completeness::Unreadable, None);
        }
        if self.children > 0 || closed == 0 {
            return (Completeness::Whole, None);
        }
        if told.encrypted.is_empty() {
            return (Completeness::Unreadable, None);
        }
        let schemes: Vec<&str> = told.encrypted.keys().copied().collect();
        let names: Vec<String> = told.encrypted.values().map(Tally::names).collect();
        let need = KeyNeed {
            scheme: schemes.join(", "),
            reason: format!(
                "every member is encrypted; names, sizes, times and check sums stand in clear: {}",
                names.join(", ")
            ),
            features: Vec::new(),
            missing: Vec::new(),
            next_step: "ask for the password, unpack the archive with it and give the folder; keep the archive"
                .to_owned(),
        };
        (Completeness::Locked, Some(need))
    }
}

/// A header or record of an archive stands here, as far as what is there of its fixed part can tell.
pub fn begins_structure(rest: &[u8]) -> bool {
    let is_local = entry::is_plausible(rest) || rest.starts_with(LOCAL) && rest.len() < LOCAL_LEN;
    is_local || [CENTRAL, END, END_64, LOCATOR_64].iter().any(|signature| rest.starts_with(signature))
}
