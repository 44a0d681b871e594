//! The directory at the end of an archive: found through the end record, 64-bit where that says so, read entry by entry.

use std::io;

use byteorder::{ByteOrder as _, LittleEndian as Le};
use memchr::memmem;

use super::super::structure::Structure;
use super::super::{Class, Context, Diagnostic, Fact, Sink};
use super::entry::{Entry, Header};
use super::name;
use super::{CENTRAL, CENTRAL_LEN, END, END_64, END_64_LEN, END_LEN, LOCAL, LOCAL_LEN, LOCATOR_64, LOCATOR_64_LEN};
use crate::evidence::{Evidence, Origin, Span};
use crate::layout::Tables;

/// The end record has a comment of up to 65,535 bytes behind it.
const TAIL: u64 = (END_LEN + u16::MAX as usize) as u64;
/// Room in a window for the longest central header.
const LONGEST: u64 = CENTRAL_LEN as u64 + 3 * u16::MAX as u64;
const WINDOW: u64 = 1 << 20;

/// Where the parts of the directory lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The central headers.
    pub headers: Span,
    /// Bytes in front of the archive, which its offsets do not count.
    pub base: u64,
    entries: u64,
    /// The numbers of entries are known modulo 65,536 only.
    short: bool,
    end_64: Option<u64>,
    end: u64,
}

impl Place {
    /// Where the end records begin.
    pub fn ends_at(&self) -> u64 {
        self.end_64.unwrap_or(self.end)
    }
}

/// Finds the directory; `None` when there is none that holds.
///
/// # Errors
/// When the item cannot be read again.
pub fn locate(evidence: &Evidence) -> io::Result<Option<Place>> {
    let tail_at = evidence.len.saturating_sub(TAIL);
    let tail = evidence.read(Span { offset: tail_at, len: TAIL })?;
    for at in memmem::rfind_iter(&tail, END) {
        let Some(record) = tail.get(at..at + END_LEN) else { continue };
        let comment = usize::from(Le::read_u16(&record[20..]));
        if at + END_LEN + comment > tail.len() {
            continue;
        }
        if let Some(place) = place(evidence, tail_at + at as u64, record)? {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// The place that the end record at `end` leads to.
fn place(evidence: &Evidence, end: u64, record: &[u8]) -> io::Result<Option<Place>> {
    let (here, all) = (Le::read_u16(&record[8..]), Le::read_u16(&record[10..]));
    let mut stated = (u64::from(Le::read_u32(&record[12..])), u64::from(Le::read_u32(&record[16..])));
    let mut entries = u64::from(all);
    let mut headers_end = end;
    let end_64 = end_64(evidence, end)?;
    if let Some((at, record)) = &end_64 {
        entries = Le::read_u64(&record[32..]);
        stated = (Le::read_u64(&record[40..]), Le::read_u64(&record[48..]));
        headers_end = *at;
    }
    let split = Le::read_u16(&record[4..]) != 0 && end_64.is_none() || here != all;
    let (len, offset) = stated;
    let begins = |at: u64| -> io::Result<bool> {
        let fits = at.checked_add(len).is_some_and(|end| end <= headers_end);
        Ok(fits && (len == 0 || *evidence.read(Span { offset: at, len: 4 })? == *CENTRAL))
    };
    if split || len > headers_end || (entries == 0) != (len == 0) {
        return Ok(None);
    }
    let start = if begins(offset)? {
        offset
    } else if begins(headers_end - len)? {
        headers_end - len
    } else {
        return Ok(None);
    };
    Ok(Some(Place {
        headers: Span { offset: start, len },
        base: start.saturating_sub(offset),
        entries,
        short: end_64.is_none(),
        end_64: end_64.map(|(at, _)| at),
        end,
    }))
}

/// The 64-bit end record, by the locator in front of the end record; where bytes were put in front of the archive it stands
/// right before the locator.
fn end_64(evidence: &Evidence, end: u64) -> io::Result<Option<(u64, Vec<u8>)>> {
    let Some(locator_at) = end.checked_sub(LOCATOR_64_LEN as u64) else { return Ok(None) };
    let locator = evidence.read(Span { offset: locator_at, len: LOCATOR_64_LEN as u64 })?;
    if !locator.starts_with(LOCATOR_64) || locator.len() < LOCATOR_64_LEN {
        return Ok(None);
    }
    for at in [Some(Le::read_u64(&locator[8..])), locator_at.checked_sub(END_64_LEN as u64)].into_iter().flatten() {
        let record = evidence.read(Span { offset: at, len: END_64_LEN as u64 })?;
        if record.starts_with(END_64) && record.len() == END_64_LEN && at < locator_at {
            return Ok(Some((at, record.into_owned())));
        }
    }
    Ok(None)
}

/// The entries of the directory, everything about it emitted.
pub struct Directory {
    pub entries: Vec<Entry>,
    pub place: Place,
    /// Behind the end record and its comment.
    pub end: u64,
}

/// Finds and reads the directory; tells why there is none.
///
/// # Errors
/// When the item cannot be read again.
pub fn read(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> io::Result<Option<Directory>> {
    let Some(place) = locate(evidence)? else {
        let message = "the directory at the end is missing or damaged: the archive was cut, split or overwritten; its members \
                       are found by their own headers, and what stood behind the end of the file is lost";
        sink.diagnostic(Diagnostic::loss("zip/directory", Origin::at(evidence.len as usize, 0), message));
        return Ok(None);
    };
    let mut place = place;
    if place.base > 0 && leads_to_its_member(evidence, place, context.tables)? {
        // Bytes were inserted behind that member: the offsets count from the start of the item, and some are displaced.
        place.base = 0;
    }
    if place.base > 0 && *evidence.read(Span { offset: 0, len: 4 })? == *LOCAL {
        let message = format!(
            "the directory at the end belongs to an archive that begins at {}: another one stands in front of it, or holds it; \
             members are found by their own headers",
            place.base
        );
        let at = Origin::Bytes(place.headers.into());
        sink.diagnostic(Diagnostic::damage("zip/directory", at, message));
        return Ok(None);
    }
    let entries = headers(evidence, place, context, sink)?;
    let end = ends(evidence, place, context.tables, sink)?;
    Ok(Some(Directory { entries, place, end }))
}

/// The first entry leads to its own local header by its offset as it stands.
fn leads_to_its_member(evidence: &Evidence, place: Place, tables: &Tables) -> io::Result<bool> {
    let first = evidence.read(Span { offset: place.headers.offset, len: LONGEST })?;
    let Some(entry) = Header::central(tables, &first, place.headers.offset).map(|header| header.entry(0)) else {
        return Ok(false);
    };
    let len = (LOCAL_LEN + entry.raw_name.len()) as u64;
    let local = evidence.read(Span { offset: entry.offset, len })?;
    let local = Header::local(tables, &local, entry.offset).filter(|_| local.starts_with(LOCAL));
    Ok(local
        .map(|header| header.local_entry())
        .is_some_and(|local| local.raw_name == entry.raw_name && (!local.is_sized || local.crc32 == entry.crc32)))
}

/// Reads the central headers; where one is damaged the next is looked for.
fn headers(evidence: &Evidence, place: Place, context: &Context<'_>, sink: &mut dyn Sink) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let (mut at, mut skipped) = (place.headers.offset, 0);
    let mut window = evidence.read(Span { offset: at, len: WINDOW })?;
    let mut window_at = at;
    while at < place.headers.end() {
        if at + LONGEST > window_at + window.len() as u64 && window_at + (window.len() as u64) < evidence.len {
            window = evidence.read(Span { offset: at, len: WINDOW })?;
            window_at = at;
        }
        let left = (place.headers.end() - at) as usize;
        let rest = window.get((at - window_at) as usize..).unwrap_or_default();
        let rest = rest.get(..left.min(rest.len())).unwrap_or_default();
        if let Some(header) = Header::central(context.tables, rest, at) {
            header.emit(context.tables, sink);
            entries.push(header.entry(place.base));
            at += header.len();
            continue;
        }
        let next =
            memmem::find(rest.get(1..).unwrap_or_default(), CENTRAL).map_or(rest.len(), |found| found + 1).max(1);
        sink.claim(&Span { offset: at, len: next as u64 }.into(), Class::Damaged, "directory");
        skipped += next as u64;
        at += next as u64;
    }
    let found = entries.len() as u64;
    let agrees = if place.short { found & 0xffff == place.entries } else { found == place.entries };
    if skipped > 0 || !agrees {
        let message = format!(
            "the directory is damaged: it says that it has {} entries, {found} can be read, {skipped} bytes cannot; members \
             that are missing in it are found by their own headers",
            place.entries
        );
        sink.diagnostic(Diagnostic::damage("zip/directory", Origin::Bytes(place.headers.into()), message));
    }
    Ok(entries)
}

/// Emits the end records and the comment; gives the offset behind them.
fn ends(evidence: &Evidence, place: Place, tables: &Tables, sink: &mut dyn Sink) -> io::Result<u64> {
    if let Some(at) = place.end_64 {
        let record = evidence.read(Span { offset: at, len: END_64_LEN as u64 })?;
        Structure::new(tables.structure("end_of_directory_64", record.len()), at, &record).emit(sink);
        let locator_at = place.end - LOCATOR_64_LEN as u64;
        let between =
            Span { offset: at + record.len() as u64, len: locator_at.saturating_sub(at + record.len() as u64) };
        sink.claim(&between.into(), Class::Known, "extensible data of the zip64 end record");
        let locator = evidence.read(Span { offset: locator_at, len: LOCATOR_64_LEN as u64 })?;
        Structure::new(tables.structure("locator_64", locator.len()), locator_at, &locator).emit(sink);
    }
    end_record(evidence, place.end, tables, sink)
}

/// Emits the end record at `at` with its comment; gives the offset behind it.
///
/// # Errors
/// When the item cannot be read again.
pub fn end_record(evidence: &Evidence, at: u64, tables: &Tables, sink: &mut dyn Sink) -> io::Result<u64> {
    let bytes = evidence.read(Span { offset: at, len: TAIL })?;
    let (record, behind) = bytes.split_at(END_LEN.min(bytes.len()));
    let record = Structure::new(tables.structure("end_of_directory", record.len()), at, record);
    record.emit(sink);
    let comment = behind.get(..record.number("comment_length") as usize).unwrap_or(behind);
    let comment_at = record.at.end();
    if !comment.is_empty() {
        Structure::new(tables.structure("comment", 1), comment_at, comment).emit(sink);
        let at = Origin::at(comment_at as usize, comment.len());
        sink.fact(Fact::Note { text: format!("the archive's comment: {}", name::text(comment)), at });
    }
    Ok(comment_at + comment.len() as u64)
}
