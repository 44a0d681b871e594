//! Members one behind the other, their content joined into one child; damage ends the child, and what follows is looked for.

use std::io;

use memchr::memmem;

use super::super::structure::Structure;
use super::super::{Child, Class, Context, Diagnostic, Fact, Sink};
use super::header::{Header, LONGEST};
use super::{ADLER, ZLIB_HEADER, adler_of, has_dictionary, is_plausible, unpacked_name};
use crate::bytes::checksum::{adler32, crc32};
use crate::bytes::inflate::{End, Inflated, inflate};
use crate::evidence::{Evidence, Extent, Origin, Span, label};

const TRAILER: u64 = 8;
/// Places behind damage that are tried as the start of a member.
const TRIES: usize = 1000;
/// Bytes that are looked at in one go when a member is looked for.
const WINDOW: u64 = 1 << 20;

pub struct Reader<'a, 's> {
    evidence: &'a Evidence,
    context: &'a Context<'a>,
    sink: &'s mut dyn Sink,
    /// Bytes that may still come out.
    budget: u64,
    content: Content,
    children: u64,
    tries: usize,
}

/// What came out for the next child.
#[derive(Default)]
struct Content {
    name: Option<String>,
    bytes: Vec<u8>,
    /// The compressed data.
    spans: Vec<Span>,
    cut: bool,
}

impl<'a, 's> Reader<'a, 's> {
    pub fn new(evidence: &'a Evidence, context: &'a Context<'a>, sink: &'s mut dyn Sink) -> Self {
        let budget = context.limits.budget(evidence.len);
        Reader { evidence, context, sink, budget, content: Content::default(), children: 0, tries: TRIES }
    }

    /// Gives the last child; the number of all.
    pub fn finish(mut self) -> u64 {
        self.child();
        self.children
    }

    /// A zlib stream, `head` its two bytes.
    pub fn zlib(&mut self, head: &[u8]) -> io::Result<()> {
        Structure::new(self.context.tables.structure("zlib_header", head.len()), 0, head).emit(self.sink);
        if has_dictionary(head) {
            let message = "the stream needs a preset dictionary, a text that is not in the file: nothing can be unpacked; \
                           ask who made it for the content";
            self.sink.diagnostic(Diagnostic::loss("gzip/dictionary", Origin::at(0, head.len()), message));
            self.sink.claim(&self.rest(ZLIB_HEADER).into(), Class::Known, "compressed data");
            return Ok(());
        }
        let inflated = self.inflate(ZLIB_HEADER)?;
        let (data, end) = (self.data(ZLIB_HEADER, &inflated), inflated.end);
        let own = adler32(&inflated.bytes);
        self.take(data, inflated);
        if end != End::Whole {
            if end == End::Corrupt {
                self.sink.claim(&self.rest(data.end()).into(), Class::Damaged, "compressed data");
            }
            return Ok(());
        }
        let trailer = self.evidence.read(Span { offset: data.end(), len: ADLER })?;
        match adler_of(self.evidence, data.end()) {
            Some(stated) => {
                let layout = self.context.tables.structure("zlib_trailer", trailer.len());
                Structure::new(layout, data.end(), &trailer).emit(self.sink);
                if stated == own {
                    self.sink.claim(&data.into(), Class::Known, "compressed data");
                } else {
                    self.mismatch(data, format!("Adler-32 is {own:08x}, the stream states {stated:08x}"));
                }
            }
            None => self.no_trailer(data, ADLER),
        }
        self.behind(data.end() + trailer.len() as u64)
    }

    /// Gzip members from the start of the item on.
    pub fn gzip(&mut self) -> io::Result<()> {
        let mut next = Some(0);
        while let Some(offset) = next {
            next = self.member(offset)?;
        }
        Ok(())
    }

    /// One member; gives where the next one begins.
    fn member(&mut self, offset: u64) -> io::Result<Option<u64>> {
        let head = self.evidence.read(Span { offset, len: LONGEST })?;
        let header = match Header::parse(&head) {
            Ok(header) => header,
            Err(cut) => {
                let message =
                    format!("the file was cut inside a header: {cut}; of this member nothing can be unpacked");
                let rest = self.rest(offset);
                self.sink.diagnostic(Diagnostic::loss("gzip/cut", Origin::Bytes(rest.into()), message));
                self.sink.claim(&rest.into(), Class::Damaged, "header");
                return Ok(None);
            }
        };
        self.header(&header, &head, offset);
        let start = offset + header.len as u64;
        let inflated = self.inflate(start)?;
        let (data, end) = (self.data(start, &inflated), inflated.end);
        let (own, len) = (crc32(&inflated.bytes), inflated.bytes.len() as u64);
        self.take(data, inflated);
        if end != End::Whole {
            self.child();
            return if end == End::Corrupt { self.following(data.end()) } else { Ok(None) };
        }
        let trailer = self.evidence.read(Span { offset: data.end(), len: TRAILER })?;
        if trailer.len() as u64 == TRAILER {
            let layout = self.context.tables.structure("gzip_trailer", trailer.len());
            let trailer = Structure::new(layout, data.end(), &trailer);
            trailer.emit(self.sink);
            let (crc, stated) = (trailer.number("crc32"), trailer.number("length"));
            if crc != u64::from(own) {
                self.mismatch(data, format!("CRC-32 is {own:08x}, the trailer states {crc:08x}"));
            } else if stated != len & 0xffff_ffff {
                self.mismatch(data, format!("length is {len}, the trailer states {stated}"));
            } else {
                self.sink.claim(&data.into(), Class::Known, "compressed data");
            }
        } else {
            self.no_trailer(data, TRAILER);
        }
        let end = data.end() + trailer.len() as u64;
        let head = self.evidence.read(Span { offset: end, len: 10 })?;
        if Header::begins(&head) {
            return Ok(Some(end));
        }
        self.behind(end)?;
        Ok(None)
    }

    /// Emits the header and tells what it says about the packed file.
    fn header(&mut self, header: &Header, head: &[u8], offset: u64) {
        let modified = header.emit(head, offset, self.context.tables, self.sink);
        let name = header.name(head);
        let time = modified.and_then(|s| chrono::DateTime::from_timestamp(s.into(), 0));
        let said = [
            name.as_ref().map(|name| format!("file {name:?}")),
            time.map(|time| format!("changed {} by the clock of the machine that packed it", time.format("%FT%TZ"))),
            header.comment(head).map(|comment| format!("comment {comment:?}")),
        ];
        let said: Vec<String> = said.into_iter().flatten().collect();
        let first = self.content.spans.is_empty();
        if !said.is_empty() && (first || name != self.content.name) {
            let at = Origin::at(offset as usize, header.len);
            self.sink.fact(Fact::Note { text: format!("the gzip header says: {}", said.join(", ")), at });
        }
        if first {
            self.content.name = name;
        }
    }

    fn inflate(&self, start: u64) -> io::Result<Inflated> {
        let room = self.context.limits.member.saturating_sub(self.content.bytes.len() as u64);
        inflate(self.evidence, self.rest(start), self.budget.min(room))
    }

    fn data(&self, start: u64, inflated: &Inflated) -> Span {
        Span { offset: start, len: inflated.consumed.min(self.rest(start).len) }
    }

    /// Adds what came out to the child; tells when the stream did not end well.
    fn take(&mut self, data: Span, inflated: Inflated) {
        let Inflated { bytes, end, .. } = inflated;
        let came = bytes.len();
        self.budget = self.budget.saturating_sub(came as u64);
        let at = Origin::at(data.end() as usize, 0);
        let diagnostic = match end {
            End::Whole => None,
            End::Cut => Some(Diagnostic::loss(
                "gzip/cut",
                at,
                format!(
                    "the file was cut: it ends inside the compressed data; {came} bytes came out and are kept, the rest is \
                     missing; ask for the whole file"
                ),
            )),
            End::Corrupt => Some(Diagnostic::loss(
                "gzip/corrupt",
                at,
                format!(
                    "the compressed data break at {}: bytes were changed there or before; {came} bytes came out and are kept, \
                     the last of them may be wrong; ask for the original file",
                    data.end()
                ),
            )),
            End::Limit => Some(Diagnostic::loss(
                "gzip/limit",
                at,
                format!(
                    "unpacking was stopped at {came} bytes, the limit for one member or for what may come out of a file of \
                     this size; if this is no bomb unpack it (gzip -dk) and give the result"
                ),
            )),
        };
        match end {
            End::Whole => {}
            End::Cut | End::Corrupt => self.sink.claim(&data.into(), Class::Known, "compressed data"),
            End::Limit => self.sink.claim(&self.rest(data.offset).into(), Class::Known, "compressed data"),
        }
        if let Some(diagnostic) = diagnostic {
            self.sink.diagnostic(diagnostic);
        }
        if self.content.bytes.is_empty() {
            self.content.bytes = bytes;
        } else {
            self.content.bytes.extend_from_slice(&bytes);
        }
        self.content.spans.push(data);
        self.content.cut |= end != End::Whole;
    }

    /// Gives what came out so far as one child.
    fn child(&mut self) {
        let content = std::mem::take(&mut self.content);
        let Some(extent) = Extent::of(&content.spans).filter(|_| !content.cut || !content.bytes.is_empty()) else {
            return;
        };
        let mut name = match content.name {
            Some(name) => label::of_member(&name),
            None => label::of_member(&unpacked_name(self.evidence.name())),
        };
        if self.children > 0 {
            name = label::marked(&name, &format!("-{}", self.children + 1));
        }
        if content.cut {
            name = label::marked(&name, "-cut");
        }
        self.children += 1;
        self.sink.child(Child { name, at: Origin::Bytes(extent), bytes: &content.bytes, format: None });
    }

    fn mismatch(&mut self, data: Span, what: String) {
        let message =
            format!("the content's {what}: it was changed, at a place that is not known; it is kept as it came out");
        self.sink.diagnostic(Diagnostic::damage("gzip/check", Origin::Bytes(data.into()), message));
        self.sink.claim(&data.into(), Class::Damaged, "compressed data");
    }

    fn no_trailer(&mut self, data: Span, len: u64) {
        let rest = self.rest(data.end());
        let message = format!(
            "the file was cut: the content is all there, of the {len} bytes of its check {} are missing; it could not be proved",
            len - rest.len
        );
        self.sink.diagnostic(Diagnostic::damage("gzip/cut", Origin::Bytes(rest.into()), message));
        self.sink.claim(&data.into(), Class::Known, "compressed data");
        self.sink.claim(&rest.into(), Class::Damaged, "check");
    }

    /// What follows the last member: zeros to fill a block are usual, anything else is told.
    fn behind(&mut self, offset: u64) -> io::Result<()> {
        let rest = self.rest(offset);
        if rest.len == 0 {
            return Ok(());
        }
        if is_zero(self.evidence, rest)? {
            self.sink.claim(&rest.into(), Class::Known, "padding");
            return Ok(());
        }
        let message = format!("{} bytes behind the end of the stream belong to nothing that is known", rest.len);
        self.sink.diagnostic(Diagnostic::note("gzip/behind", Origin::Bytes(rest.into()), message));
        Ok(())
    }

    /// Behind damage: the next place where a member begins that inflates. What lies before it is damaged.
    fn following(&mut self, from: u64) -> io::Result<Option<u64>> {
        let mut at = from;
        let mut found = None;
        while at < self.evidence.len && found.is_none() {
            let window = self.evidence.read(Span { offset: at, len: WINDOW + LONGEST })?;
            for start in memmem::find_iter(&window, b"\x1f\x8b\x08").take_while(|start| (*start as u64) < WINDOW) {
                if self.tries == 0 {
                    break;
                }
                let Some(Ok(header)) = window.get(start..).filter(|b| Header::begins(b)).map(Header::parse) else {
                    continue;
                };
                self.tries -= 1;
                if is_plausible(self.evidence, at + (start + header.len) as u64) {
                    found = Some(at + start as u64);
                    break;
                }
            }
            at += WINDOW;
        }
        let end = found.unwrap_or(self.evidence.len);
        self.sink.claim(&Span { offset: from, len: end - from }.into(), Class::Damaged, "compressed data");
        Ok(found)
    }

    fn rest(&self, offset: u64) -> Span {
        Span { offset, len: self.evidence.len.saturating_sub(offset) }
    }
}

fn is_zero(evidence: &Evidence, span: Span) -> io::Result<bool> {
    let mut at = span.offset;
    while at < span.end() {
        let window = evidence.read(Span { offset: at, len: WINDOW.min(span.end() - at) })?;
        if window.is_empty() || window.iter().any(|b| *b != 0) {
            return Ok(false);
        }
        at += window.len() as u64;
    }
    Ok(true)
}
