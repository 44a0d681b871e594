//! The rollback journal: pages of a database as they were before a transaction.
//!
//! ```text
//! header, fills a sector   magic 8 | records u32 | nonce u32 | pages of the database before | sector size | page size
//! record                   page u32 | page | sum u32
//! ```

use byteorder::{BigEndian as Be, ByteOrder as _};

use super::log::{Frame, FrameState};

pub const JOURNAL_MAGIC: &[u8] = &[0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// Bytes of the header that say something.
pub const JOURNAL_HEADER: usize = 28;

/// A journal by its pages, as frames; those whose sum is wrong are [`FrameState::Broken`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    pub page_size: u32,
    pub sector_size: u32,
    /// Pages of the database before the transaction.
    pub pages: u32,
    pub frames: Vec<Frame>,
    /// Offsets of headers.
    pub headers: Vec<u64>,
    /// Where what was understood ends.
    pub end: u64,
}

impl Journal {
    /// # Errors
    /// What makes it no journal.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let head = bytes.get(..JOURNAL_HEADER).ok_or("the header of 28 bytes is cut off")?;
        if !head.starts_with(JOURNAL_MAGIC) {
            return Err("it does not begin as a rollback journal".to_owned());
        }
        let number = |at: usize| head.get(at..at + 4).map_or(0, Be::read_u32);
        let (pages, sector_size, page_size) = (number(16), number(20), number(24));
        if !(512..=65_536).contains(&page_size) || !page_size.is_power_of_two() {
            return Err(format!("its page size is {page_size}, which SQLite does not know"));
        }
        if !(32..=65_536).contains(&sector_size) || !sector_size.is_power_of_two() {
            return Err(format!("its sector size is {sector_size}, which SQLite does not know"));
        }
        let (sector, size) = (sector_size as usize, page_size as usize + 8);
        let mut journal = Journal { page_size, sector_size, pages, frames: Vec::new(), headers: Vec::new(), end: 0 };
        let mut at = 0;
        while let Some(head) = bytes.get(at..at + JOURNAL_HEADER).filter(|head| head.starts_with(JOURNAL_MAGIC)) {
            journal.headers.push(at as u64);
            let (stated, nonce) = (Be::read_u32(&head[8..12]), Be::read_u32(&head[12..16]));
            at += sector;
            let left = bytes.len().saturating_sub(at) / size;
            // Written without waiting for the disk, the number is not stated; 0 before it was waited for.
            let count = if stated == 0 || stated == u32::MAX { left } else { left.min(stated as usize) };
            for _ in 0..count {
                let Some(record) = bytes.get(at..at + size) else { break };
                let (page, rest) = record.split_at(4);
                let (content, sum) = rest.split_at(page_size as usize);
                let is_whole = Be::read_u32(sum) == sum_of(content, nonce);
                if !is_whole && (stated == 0 || stated == u32::MAX) {
                    break;
                }
                let state = if is_whole { FrameState::Committed } else { FrameState::Broken };
                let (offset, content) = (at as u64, at as u64 + 4);
                journal.frames.push(Frame { page: Be::read_u32(page), commit: 0, offset, content, state });
                at += size;
            }
            journal.end = at.min(bytes.len()) as u64;
            at = at.next_multiple_of(sector);
        }
        Ok(journal)
    }
}

/// The nonce, and every two hundredth byte from the end.
fn sum_of(page: &[u8], nonce: u32) -> u32 {
    let bytes = (1..).map(|step| page.len().saturating_sub(200 * step)).take_while(|at| *at > 0);
    bytes.filter_map(|at| page.get(at)).fold(nonce, |sum, byte| sum.wrapping_add(u32::from(*byte)))
}
