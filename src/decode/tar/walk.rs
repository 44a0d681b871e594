//! The way through an archive, header by header.

use std::io;

use super::super::structure::Structure;
use super::super::{Child, Class, Completeness, Context, Decoded, Diagnostic, Sink};
use super::BLOCK;
use super::header::{Header, extended, is_marked};
use super::name::Labels;
use crate::evidence::label::of_member;
use crate::evidence::{Evidence, Origin, Span};

/// The longest name or extended header that is read.
const LONGEST_NAME: u64 = 64 << 10;

pub struct Walker<'a, 's> {
    evidence: &'a Evidence,
    context: &'a Context<'a>,
    sink: &'s mut dyn Sink,
    labels: Labels,
    /// What an extended header or a long name says about the member behind it.
    name: Option<Vec<u8>>,
    size: Option<u64>,
    members: u64,
    /// Links, devices, FIFOs.
    unfollowed: u64,
    refused: u64,
    budget: u64,
}

impl<'a, 's> Walker<'a, 's> {
    pub fn new(evidence: &'a Evidence, context: &'a Context<'a>, sink: &'s mut dyn Sink) -> Self {
        let budget = context.limits.budget(evidence.len);
        Walker {
            evidence,
            context,
            sink,
            labels: Labels::default(),
            name: None,
            size: None,
            members: 0,
            unfollowed: 0,
            refused: 0,
            budget,
        }
    }

    pub fn walk(mut self) -> Decoded {
        if let Err(error) = self.blocks() {
            let message = format!("the file could not be read again: {error}; what follows is not unpacked");
            self.sink.diagnostic(Diagnostic::loss("tar/unread", Origin::Item, message));
        }
        self.tell();
        let completeness = if self.members == 0 { Completeness::Unreadable } else { Completeness::Whole };
        Decoded { version: None, completeness, key_need: None }
    }

    fn blocks(&mut self) -> io::Result<()> {
        let (mut at, mut zeros) = (0, 0);
        while at < self.evidence.len {
            let block = self.evidence.read(Span { offset: at, len: BLOCK })?;
            let here = Span { offset: at, len: block.len() as u64 };
            if block.iter().all(|byte| *byte == 0) {
                zeros += 1;
                self.sink.claim(&here.into(), Class::Known, "end, or padding");
                at = here.end();
                continue;
            }
            at = match Header::parse(&block) {
                Some(header) => {
                    zeros = 0;
                    self.member(&header, here, &block)?
                }
                None => self.broken(here, zeros, is_marked(&block))?,
            };
        }
        if zeros == 0 {
            let message = "the archive has no end mark: it was cut between two files, or its writer was stopped";
            self.sink.diagnostic(Diagnostic::damage("tar/cut", Origin::at(self.evidence.len as usize, 0), message));
        }
        Ok(())
    }

    /// One header with its content; gives where the next header stands.
    fn member(&mut self, header: &Header, at: Span, block: &[u8]) -> io::Result<u64> {
        Structure::new(self.context.tables.structure("header", block.len()), at.offset, block).emit(self.sink);
        self.members += 1;
        // Links and folders may state a size and have no content.
        let has_content = !(b'1'..=b'6').contains(&header.kind);
        let stated = if has_content { self.size.take().unwrap_or(header.size) } else { 0 };
        let room = self.evidence.len.saturating_sub(at.end());
        let data = Span { offset: at.end(), len: stated.min(room) };
        let padding = Span { offset: data.end(), len: (BLOCK - data.len % BLOCK) % BLOCK };
        let end = padding.end().min(self.evidence.len);
        self.sink.claim(&data.into(), Class::Known, "data of a member");
        self.sink.claim(&Span { offset: data.end(), len: end - data.end() }.into(), Class::Known, "padding");
        match header.kind {
            b'x' | b'L' | b'g' | b'K' => {
                let content = self.evidence.read(Span { len: data.len.min(LONGEST_NAME), ..data })?;
                match header.kind {
                    b'x' => {
                        let (path, size) = extended(&content);
                        (self.name, self.size) = (path.or(self.name.take()), size);
                    }
                    b'L' => self.name = Some(content.split(|byte| *byte == 0).next().unwrap_or_default().to_vec()),
                    _ => {}
                }
                return Ok(end);
            }
            b'5' => self.name = None,
            b'1'..=b'6' => {
                self.name = None;
                self.unfollowed += 1;
            }
            _ => self.file(header, data, stated > room)?,
        }
        Ok(end)
    }

    fn file(&mut self, header: &Header, data: Span, is_cut: bool) -> io::Result<()> {
        let name = self.name.take().unwrap_or_else(|| header.name.clone());
        let shown = String::from_utf8_lossy(&name).into_owned();
        if is_cut {
            let message =
                format!("{shown:?} reaches behind the end of the archive: {} bytes of it are there", data.len);
            self.sink.diagnostic(Diagnostic::loss("tar/cut", Origin::Bytes(data.into()), message));
        }
        let limits = self.context.limits;
        if data.len > limits.member.min(self.budget) || self.members > limits.members {
            self.refused += 1;
            let message = format!("{shown:?} of {} bytes is more than is taken out of one file; unpack it", data.len);
            self.sink.diagnostic(Diagnostic::loss("tar/limit", Origin::Bytes(data.into()), message));
            return Ok(());
        }
        if !self.sink.wants_child(&of_member(&shown)) {
            return Ok(());
        }
        self.budget -= data.len;
        let label = self.labels.give(&name, if is_cut { "-cut" } else { "" });
        let bytes = self.evidence.read(data)?;
        self.sink.child(Child { name: label, at: Origin::Bytes(data.into()), bytes: &bytes, format: None });
        Ok(())
    }

    /// No header where one must stand: the next one is searched for, block by block.
    fn broken(&mut self, at: Span, zeros: u32, is_marked: bool) -> io::Result<u64> {
        let mut next = at.end();
        while next < self.evidence.len {
            let block = self.evidence.read(Span { offset: next, len: BLOCK })?;
            if Header::parse(&block).is_some() {
                break;
            }
            next += block.len() as u64;
        }
        let gap = Span { offset: at.offset, len: next.min(self.evidence.len) - at.offset };
        let origin = Origin::Bytes(gap.into());
        if zeros >= 2 && next >= self.evidence.len {
            let message = format!("{} bytes behind the end of the archive belong to nothing that is known", gap.len);
            self.sink.diagnostic(Diagnostic::damage("tar/behind", origin, message));
        } else {
            let what =
                if is_marked { "a header whose check sum does not fit" } else { "no header where one must stand" };
            let message = format!("{what} at offset {}: {} bytes up to the next header are lost", at.offset, gap.len);
            self.sink.diagnostic(Diagnostic::loss("tar/header", origin, message));
            self.sink.claim(&gap.into(), Class::Damaged, "a broken header and what follows it");
            (self.name, self.size) = (None, None);
        }
        Ok(gap.end())
    }

    fn tell(&mut self) {
        let mut note = |code, count: u64, message: String| {
            if count > 0 {
                self.sink.diagnostic(Diagnostic::note(code, Origin::Item, message));
            }
        };
        let (count, first) = &self.labels.changed;
        note(
            "tar/name",
            *count,
            format!("{count} names lead out of the folder or are no plain text; changed: {first}"),
        );
        let (count, first) = &self.labels.numbered;
        note("tar/again", *count, format!("{count} names stand more than once; the later ones are numbered: {first}"));
        let count = self.unfollowed;
        note("tar/links", count, format!("{count} links, devices or FIFOs are in the archive and were not followed"));
    }
}
