//! The write-ahead log: newer pages of a database, each in a frame with salts and running sums.
//!
//! ```text
//! header 32   magic u32 | version 3007000 | page size | checkpoint | salt 8 | sums 8
//! frame       page u32 | size of the database in pages where it ends a transaction, else 0 | salt 8 | sums 8 | page
//! ```

use byteorder::{BigEndian as Be, ByteOrder as _, LittleEndian as Le};

/// Length of the log's header.
pub const LOG_HEADER: usize = 32;
/// Length of a frame's header.
pub const FRAME_HEADER: usize = 24;

const MAGIC: [u8; 3] = [0x37, 0x7f, 0x06];
const VERSION: u32 = 3_007_000;

/// How much a frame counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameState {
    /// Part of a transaction that was finished.
    Committed,
    /// Good, and no commit follows: SQLite would not read it.
    Uncommitted,
    /// Written before the log was started anew: its salts are others.
    Stale,
    /// Its sums are wrong, or a frame before it has wrong ones.
    Broken,
}

/// A page in a log or a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    pub page: u32,
    /// Size of the database in pages at the end of a transaction, else 0.
    pub commit: u32,
    /// Offset of the frame, and of the page in it.
    pub offset: u64,
    pub content: u64,
    pub state: FrameState,
}

/// A log by its frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    pub page_size: u32,
    pub checkpoint: u32,
    pub salt: [u8; 8],
    /// Whether the header's own sums are right.
    pub is_header_whole: bool,
    pub frames: Vec<Frame>,
    /// Bytes behind the last whole frame.
    pub rest: usize,
}

/// Whether the bytes begin as a write-ahead log.
pub fn is_log(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
        && matches!(bytes.get(3), Some(0x82 | 0x83))
        && bytes.get(4..8).is_some_and(|version| Be::read_u32(version) == VERSION)
}

/// The running sums over words of the byte order that the magic tells.
fn sums((mut a, mut b): (u32, u32), bytes: &[u8], is_big: bool) -> (u32, u32) {
    let word = if is_big { Be::read_u32 } else { Le::read_u32 };
    for pair in bytes.chunks_exact(8) {
        let (first, second) = pair.split_at(4);
        a = a.wrapping_add(word(first)).wrapping_add(b);
        b = b.wrapping_add(word(second)).wrapping_add(a);
    }
    (a, b)
}

impl Log {
    /// # Errors
    /// What makes it no log.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let head = bytes.get(..LOG_HEADER).ok_or("the header of 32 bytes is cut off")?;
        if !is_log(head) {
            return Err("it does not begin as a write-ahead log".to_owned());
        }
        let number = |at: usize| head.get(at..at + 4).map_or(0, Be::read_u32);
        let page_size = number(8);
        if !(512..=65_536).contains(&page_size) || !page_size.is_power_of_two() {
            return Err(format!("its page size is {page_size}, which SQLite does not know"));
        }
        let is_big = head.get(3) == Some(&0x83);
        let mut running = sums((0, 0), head.get(..24).unwrap_or_default(), is_big);
        let is_header_whole = running == (number(24), number(28));
        let salt: [u8; 8] = head.get(16..24).and_then(|salt| salt.try_into().ok()).unwrap_or_default();

        let size = FRAME_HEADER + page_size as usize;
        let body = bytes.get(LOG_HEADER..).unwrap_or_default();
        let mut frames = Vec::with_capacity(body.len() / size);
        let mut is_valid = is_header_whole;
        for (at, frame) in body.chunks_exact(size).enumerate() {
            let (header, page) = frame.split_at(FRAME_HEADER);
            let number = |at: usize| header.get(at..at + 4).map_or(0, Be::read_u32);
            let state = if header.get(8..16) != Some(salt.as_slice()) {
                is_valid = false;
                FrameState::Stale
            } else {
                running = sums(running, header.get(..8).unwrap_or_default(), is_big);
                running = sums(running, page, is_big);
                is_valid &= running == (number(16), number(20)) && number(0) > 0;
                if is_valid { FrameState::Uncommitted } else { FrameState::Broken }
            };
            let offset = (LOG_HEADER + at * size) as u64;
            let content = offset + FRAME_HEADER as u64;
            frames.push(Frame { page: number(0), commit: number(4), offset, content, state });
        }
        let last = frames.iter().rposition(|frame| frame.state == FrameState::Uncommitted && frame.commit > 0);
        let committed = last.map_or(0, |last| last + 1);
        frames.iter_mut().take(committed).for_each(|frame| frame.state = FrameState::Committed);
        let rest = body.len() % size;
        Ok(Log { page_size, checkpoint: number(12), salt, is_header_whole, frames, rest })
    }

    /// Frames that SQLite would read.
    pub fn committed(&self) -> impl Iterator<Item = &Frame> {
        self.frames.iter().filter(|frame| frame.state == FrameState::Committed)
    }

    /// Transactions that SQLite would read.
    pub fn commits(&self) -> usize {
        self.committed().filter(|frame| frame.commit > 0).count()
    }
}
