//! The directory of a zip archive and its members.
//!
//! ```text
//! local header, data | local header, data | ... | directory entries | end of directory
//! ```
//!
//! The directory at the end counts (APPNOTE 6.3, sections 4.3 to 4.5): sizes in local headers may be zero. Archives of more than
//! 4 GiB or 65,535 members (zip64), encrypted members and methods other than stored and deflated are refused by name.

use crate::bytes::checksum::crc32;
use crate::bytes::little_endian::{u16_at, u32_at};

const END: &[u8] = b"PK\x05\x06";
const END_LEN: usize = 22;
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_LEN: usize = 46;
const LOCAL: &[u8] = b"PK\x03\x04";
const LOCAL_LEN: usize = 30;
/// The longest comment behind the directory.
const COMMENT: usize = 65_535;

/// One line of the directory.
pub struct Member<'a> {
    /// As it stands there; old archives use old code pages.
    pub name: String,
    archive: &'a [u8],
    flags: u16,
    method: u16,
    crc: u32,
    packed: u32,
    /// Length as stated, bytes.
    pub len: u32,
    offset: u32,
}

/// All members in the order of the directory; folders are none.
///
/// # Errors
/// Why the directory cannot be read.
pub fn members(archive: &[u8]) -> Result<Vec<Member<'_>>, String> {
    let tail = archive.len().saturating_sub(END_LEN + COMMENT);
    let end = memchr::memmem::rfind(archive.get(tail..).unwrap_or_default(), END).map(|at| tail + at);
    let end = end.ok_or("its directory, which stands at the end, is missing: the file was cut")?;
    let (count, start) = (u16_at(archive, end + 10), u32_at(archive, end + 16));
    let (count, start) = count.zip(start).ok_or("its directory is cut")?;
    if count == u16::MAX || start == u32::MAX {
        return Err("it is a zip64 archive, which is not read".to_owned());
    }
    let mut members = Vec::new();
    let mut at = start as usize;
    for number in 1..=count {
        let entry = archive.get(at..).filter(|rest| rest.starts_with(ENTRY));
        let (member, len) = entry
            .and_then(|entry| member(archive, entry))
            .ok_or_else(|| format!("entry {number} of {count} in its directory is damaged"))?;
        at += len;
        if !member.name.ends_with('/') {
            members.push(member);
        }
    }
    Ok(members)
}

/// An entry of the directory and its length.
fn member<'a>(archive: &'a [u8], entry: &[u8]) -> Option<(Member<'a>, usize)> {
    let [name, extra, comment] = [28, 30, 32].map(|at| u16_at(entry, at).map(usize::from));
    let member = Member {
        name: String::from_utf8_lossy(entry.get(ENTRY_LEN..ENTRY_LEN + name?)?).into_owned(),
        archive,
        flags: u16_at(entry, 8)?,
        method: u16_at(entry, 10)?,
        crc: u32_at(entry, 16)?,
        packed: u32_at(entry, 20)?,
        len: u32_at(entry, 24)?,
        offset: u32_at(entry, 42)?,
    };
    Some((member, ENTRY_LEN + name? + extra? + comment?))
}

impl Member<'_> {
    /// The content, which may be no longer than `limit`.
    ///
    /// # Errors
    /// Why it cannot be had.
    pub fn read(&self, limit: usize) -> Result<Vec<u8>, String> {
        if self.flags & 1 != 0 {
            return Err("is encrypted".to_owned());
        }
        if self.len as usize > limit {
            return Err(format!("unpacks to {} bytes; no more than {limit} are unpacked here", self.len));
        }
        let data = self.data().ok_or("points outside the archive")?;
        let content = match self.method {
            0 => data.to_vec(),
            // One byte more than stated would be another file.
            8 => miniz_oxide::inflate::decompress_to_vec_with_limit(data, self.len as usize)
                .map_err(|error| format!("cannot be unpacked: {error}"))?,
            other => return Err(format!("is packed with method {other}; stored and deflated are read")),
        };
        if content.len() != self.len as usize || crc32(&content) != self.crc {
            return Err("is damaged: its length or its CRC-32 is not the one stated".to_owned());
        }
        Ok(content)
    }

    fn data(&self) -> Option<&[u8]> {
        let local = self.archive.get(self.offset as usize..).filter(|rest| rest.starts_with(LOCAL))?;
        let start = LOCAL_LEN + usize::from(u16_at(local, 26)?) + usize::from(u16_at(local, 28)?);
        local.get(start..start.checked_add(self.packed as usize)?)
    }
}
