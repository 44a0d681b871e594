//! What a local or central header says about a member, zip64 and the other extra fields included.

use byteorder::{ByteOrder as _, LittleEndian as Le};
use memchr::memmem;

use super::super::structure::Structure;
use super::super::{Class, Sink};
use super::name;
use super::{CENTRAL, CENTRAL_LEN, LOCAL, LOCAL_LEN};
use crate::bytes::checksum::crc32;
use crate::evidence::Span;
use crate::layout::Tables;

const ZIP64: u16 = 0x0001;
const NTFS: u16 = 0x000a;
const UNIX_TIMES: u16 = 0x5455;
const UNICODE_NAME: u16 = 0x7075;
const AES: u16 = 0x9901;
/// Stands in a header for a number that is in the zip64 field.
const IN_ZIP64: u64 = 0xffff_ffff;

/// A member as a header describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Of the local header, in the item.
    pub offset: u64,
    pub method: u16,
    /// Encrypted, and how.
    pub encrypted: Option<&'static str>,
    /// Check sum and sizes stand behind the data.
    pub has_descriptor: bool,
    /// They are known from the header, too.
    pub is_sized: bool,
    pub crc32: u32,
    pub packed: u64,
    pub unpacked: u64,
    pub name: String,
    /// The bytes of the name in the header.
    pub raw_name: Vec<u8>,
}

impl Entry {
    /// A folder has no content.
    pub fn is_folder(&self) -> bool {
        self.raw_name.ends_with(b"/") && self.unpacked == 0 && self.packed == 0
    }
}

/// A header with what follows it.
pub struct Header<'a> {
    fixed: Structure<'a>,
    name: &'a [u8],
    extra: &'a [u8],
    comment: &'a [u8],
}

impl<'a> Header<'a> {
    /// The local header that `bytes` begin with, which stand at `offset`; its signature may be damaged, and what does not fit
    /// is cut.
    pub fn local(tables: &'a Tables, bytes: &'a [u8], offset: u64) -> Option<Self> {
        let fixed = Structure::new(tables.structure("local_header", LOCAL_LEN), offset, bytes.get(..LOCAL_LEN)?);
        let behind = bytes.get(LOCAL_LEN..)?;
        let (name, extra) = behind.split_at(behind.len().min(fixed.number("name_length") as usize));
        let extra = extra.get(..fixed.number("extra_length") as usize).unwrap_or(extra);
        Some(Header { fixed, name, extra, comment: &[] })
    }

    /// The lengths of name and extra field are those that somebody wrote: they fit, and no other header lies in between.
    pub fn is_credible(&self) -> bool {
        let len = self.fixed.number("name_length") + self.fixed.number("extra_length");
        let fits = (self.name.len() + self.extra.len()) as u64 == len;
        fits && [self.name, self.extra].iter().all(|part| memmem::find(part, LOCAL).is_none())
    }

    /// Where the extra field begins.
    pub fn extra_at(&self) -> u64 {
        self.fixed.at.end() + self.name.len() as u64
    }

    /// The central header that `bytes` begin with.
    pub fn central(tables: &'a Tables, bytes: &'a [u8], offset: u64) -> Option<Self> {
        let fixed = bytes.get(..CENTRAL_LEN).filter(|fixed| fixed.starts_with(CENTRAL))?;
        let fixed = Structure::new(tables.structure("central_header", CENTRAL_LEN), offset, fixed);
        let extra_at = CENTRAL_LEN + fixed.number("name_length") as usize;
        let comment_at = extra_at + fixed.number("extra_length") as usize;
        let end = comment_at + fixed.number("comment_length") as usize;
        Some(Header {
            name: bytes.get(CENTRAL_LEN..extra_at)?,
            extra: bytes.get(extra_at..comment_at)?,
            comment: bytes.get(comment_at..end)?,
            fixed,
        })
    }

    pub fn len(&self) -> u64 {
        self.fixed.at.len + (self.name.len() + self.extra.len() + self.comment.len()) as u64
    }

    /// The member as this header has it; `base` is where the archive begins in the item.
    pub fn entry(&self, base: u64) -> Entry {
        let fixed = &self.fixed;
        let mut entry = Entry {
            offset: fixed.number("local_header_offset"),
            method: fixed.number("method") as u16,
            has_descriptor: fixed.number("has_descriptor") == 1,
            is_sized: true,
            crc32: fixed.number("crc32") as u32,
            packed: fixed.number("packed"),
            unpacked: fixed.number("unpacked"),
            name: name::text(self.name),
            raw_name: self.name.to_vec(),
            encrypted: None,
        };
        if fixed.number("strong_encryption") == 1 || fixed.number("masked") == 1 {
            entry.encrypted = Some("PKWARE strong encryption");
        } else if fixed.number("encrypted") == 1 {
            entry.encrypted = Some("ZipCrypto");
        }
        for (id, _, whole) in extras(self.extra) {
            let content = whole.get(4..).unwrap_or_default();
            match id {
                ZIP64 => zip64(&mut entry, content),
                AES if entry.encrypted.is_some() => entry.encrypted = Some("WinZip AES"),
                UNICODE_NAME => {
                    let sum = content.get(1..5).map(Le::read_u32);
                    let unicode = content.get(5..).and_then(|name| std::str::from_utf8(name).ok());
                    if let Some(unicode) = unicode.filter(|name| sum == Some(crc32(self.name)) && !name.is_empty()) {
                        entry.name = unicode.to_owned();
                    }
                }
                _ => {}
            }
        }
        entry.offset = entry.offset.saturating_add(base);
        entry
    }

    /// The same for a local header, which may leave sizes to the descriptor.
    pub fn local_entry(&self) -> Entry {
        let entry = self.entry(0);
        let is_sized = !entry.has_descriptor || entry.packed != 0 || entry.unpacked != 0 || entry.crc32 != 0;
        Entry { offset: self.fixed.at.offset, is_sized, ..entry }
    }

    /// Emits the fixed part and the name.
    pub fn emit_name(&self, tables: &Tables, sink: &mut dyn Sink) {
        self.fixed.emit(sink);
        if !self.name.is_empty() {
            Structure::new(tables.structure("name", 1), self.fixed.at.end(), self.name).emit(sink);
        }
    }

    /// Emits the header and each part behind it by its own table.
    pub fn emit(&self, tables: &Tables, sink: &mut dyn Sink) {
        self.emit_name(tables, sink);
        let extra_at = self.extra_at();
        let comment_at = extra_at + self.extra.len() as u64;
        let mut at = 0;
        for (id, from, whole) in extras(self.extra) {
            let len = whole.len();
            let special = match id {
                ZIP64 => tables.structure("extra_zip64", len),
                NTFS => tables.structure("extra_ntfs", len),
                UNIX_TIMES => tables.structure("extra_time", len),
                UNICODE_NAME => tables.structure("extra_unicode_name", len),
                AES => tables.structure("extra_aes", len),
                _ => None,
            };
            let layout = special.or(tables.structure("extra", len));
            Structure::new(layout, extra_at + from as u64, whole).emit(sink);
            at = from + len;
        }
        // Android aligns members with bytes that are no extra field.
        let rest = Span { offset: extra_at + at as u64, len: (self.extra.len() - at) as u64 };
        sink.claim(&rest.into(), Class::Known, "extra field");
        if !self.comment.is_empty() {
            Structure::new(tables.structure("comment", 1), comment_at, self.comment).emit(sink);
        }
    }
}

/// Extra fields with their id and place, up to the first that does not fit.
fn extras(extra: &[u8]) -> impl Iterator<Item = (u16, usize, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let head = extra.get(at..at + 4)?;
        let (id, len) = (Le::read_u16(head), usize::from(Le::read_u16(head.get(2..)?)));
        let whole = extra.get(at..at + 4 + len)?;
        let from = at;
        at += whole.len();
        Some((id, from, whole))
    })
}

/// Replaces the numbers that the header leaves to the zip64 field, in their order.
fn zip64(entry: &mut Entry, content: &[u8]) {
    let mut numbers = content.chunks_exact(8).map(Le::read_u64);
    for number in [&mut entry.unpacked, &mut entry.packed, &mut entry.offset] {
        if *number == IN_ZIP64
            && let Some(long) = numbers.next()
        {
            *number = long;
        }
    }
}

/// A local header that somebody wrote, and no four bytes by chance: known method, no flag that nobody uses, a name.
pub fn is_plausible(header: &[u8]) -> bool {
    /// Bits 7 to 10, 12, 14 and 15 are unused or reserved (APPNOTE 4.4.4).
    const UNUSED: u16 = 0xd780;
    const METHODS: [u16; 23] = [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 14, 16, 18, 19, 20, 93, 94, 95, 96, 97, 98, 99];
    header.starts_with(LOCAL)
        && header.len() >= LOCAL_LEN
        && header.get(4).is_some_and(|version| *version <= 63)
        && Le::read_u16(&header[6..]) & UNUSED == 0
        && METHODS.contains(&Le::read_u16(&header[8..]))
        && Le::read_u16(&header[26..]) > 0
}
