//! The header of a gzip member, RFC 1952 section 2.3: ten bytes, then what the flags announce.

use std::ops::Range;

use super::super::structure::Structure;
use super::super::{Diagnostic, Sink};
use crate::bytes::checksum::crc32;
use crate::bytes::{Reader, Truncated};
use crate::evidence::Origin;
use crate::layout::Tables;

/// Extra field, name and comment at their longest that is read; names are short.
pub const LONGEST: u64 = 256 << 10;
const FIXED: usize = 10;
const HEADER_CRC: u8 = 0x02;
const EXTRA: u8 = 0x04;
const NAME: u8 = 0x08;
const COMMENT: u8 = 0x10;
const RESERVED: u8 = 0xe0;

/// Where the parts of a header lie, counted from its start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    pub len: usize,
    extra: Option<Range<usize>>,
    name: Option<Range<usize>>,
    comment: Option<Range<usize>>,
    crc: Option<Range<usize>>,
}

impl Header {
    /// Magic number, deflate, no flag that nobody knows.
    pub fn begins(bytes: &[u8]) -> bool {
        matches!(bytes, [0x1f, 0x8b, 8, flags, ..] if flags & RESERVED == 0)
    }

    /// # Errors
    /// When the bytes end inside the header.
    pub fn parse(bytes: &[u8]) -> Result<Self, Truncated> {
        let mut reader = Reader::new(bytes, 0);
        let flags = reader.take("gzip header", FIXED)?.get(3).copied().unwrap_or_default();
        let mut header = Header::default();
        if flags & EXTRA != 0 {
            let from = reader.at();
            let len = reader.u16("length of the extra field")?;
            reader.take("extra field", usize::from(len))?;
            header.extra = Some(from..reader.at());
        }
        if flags & NAME != 0 {
            header.name = Some(zero_ended(&mut reader, bytes, "file name")?);
        }
        if flags & COMMENT != 0 {
            header.comment = Some(zero_ended(&mut reader, bytes, "comment")?);
        }
        if flags & HEADER_CRC != 0 {
            let from = reader.at();
            reader.u16("CRC of the header")?;
            header.crc = Some(from..reader.at());
        }
        header.len = reader.at();
        Ok(header)
    }

    pub fn name(&self, bytes: &[u8]) -> Option<String> {
        Some(latin_or_utf8(bytes.get(self.name.clone()?)?))
    }

    pub fn comment(&self, bytes: &[u8]) -> Option<String> {
        Some(latin_or_utf8(bytes.get(self.comment.clone()?)?))
    }

    /// Emits the parts at `offset` and checks the CRC; gives the time of the packed file in seconds since 1970, if there is one.
    pub fn emit(&self, bytes: &[u8], offset: u64, tables: &Tables, sink: &mut dyn Sink) -> Option<u32> {
        let part = |range: &Range<usize>| bytes.get(range.clone()).unwrap_or_default();
        let fixed = Structure::new(tables.structure("gzip_header", FIXED), offset, part(&(0..FIXED)));
        fixed.emit(sink);
        let parts = [
            (tables.structure("gzip_extra", FIXED), &self.extra),
            (tables.structure("gzip_name", FIXED), &self.name),
            (tables.structure("gzip_comment", FIXED), &self.comment),
        ];
        for (layout, range) in parts {
            if let Some(range) = range {
                Structure::new(layout, offset + range.start as u64, part(range)).emit(sink);
            }
        }
        if let Some(range) = &self.crc {
            let check =
                Structure::new(tables.structure("gzip_header_crc", 2), offset + range.start as u64, part(range));
            check.emit(sink);
            let own = crc32(part(&(0..range.start))) & 0xffff;
            let stated = check.number("header_crc");
            if u64::from(own) != stated {
                let message = format!(
                    "the header's CRC is {own:04x}, it states {stated:04x}: name, time or comment were changed; the content \
                     has a check of its own"
                );
                let at = Origin::at(offset as usize, self.len);
                sink.diagnostic(Diagnostic::damage("gzip/header-crc", at, message));
            }
        }
        u32::try_from(fixed.number("modified")).ok().filter(|seconds| *seconds > 0)
    }
}

/// Text that a zero byte ends; the zero belongs to it.
fn zero_ended(reader: &mut Reader<'_>, bytes: &[u8], what: &'static str) -> Result<Range<usize>, Truncated> {
    let from = reader.at();
    let rest = bytes.get(from..).unwrap_or_default();
    let len = memchr::memchr(0, rest).map_or(rest.len() + 1, |zero| zero + 1);
    reader.take(what, len)?;
    Ok(from..reader.at())
}

/// ISO 8859-1 by the RFC; what is valid UTF-8 was meant so.
fn latin_or_utf8(bytes: &[u8]) -> String {
    let text = bytes.strip_suffix(&[0]).unwrap_or(bytes);
    std::str::from_utf8(text).map_or_else(|_| text.iter().map(|b| char::from(*b)).collect(), str::to_owned)
}
