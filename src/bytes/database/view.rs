//! A state of a database: pages of the file, and newer ones of its log in front of them.

use std::collections::HashMap;

use super::header::Header;
use super::log::Frame;
use crate::evidence::Span;

/// A page as a state sees it; shorter than the page size where the file is cut.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    pub number: u32,
    pub bytes: &'a [u8],
    /// Of its first byte in its item.
    pub offset: u64,
    /// It lies in the log or journal, not in the database.
    pub in_log: bool,
}

/// Bytes of one of the two items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    pub in_log: bool,
    pub span: Span,
}

impl Page<'_> {
    pub fn piece(&self, start: usize, len: usize) -> Piece {
        Piece { in_log: self.in_log, span: Span { offset: self.offset + start as u64, len: len as u64 } }
    }
}

/// One state of a database.
#[derive(Clone)]
pub struct View<'a> {
    pub header: Header,
    main: &'a [u8],
    log: &'a [u8],
    /// Offsets of pages in the log.
    replaced: HashMap<u32, u64>,
    pages: u32,
}

/// A log without its database may name any page. No number beyond this is believed (16 GiB in pages of 4 KiB): what is kept of
/// each page costs memory, whether it is there or not.
const MOST_SPARSE: u32 = 1 << 22;

impl<'a> View<'a> {
    /// The database alone.
    ///
    /// # Errors
    /// As [`Header::parse`].
    pub fn of_main(main: &'a [u8]) -> Result<Self, String> {
        let header = Header::parse(main)?;
        let pages = header.pages(main.len());
        Ok(View { header, main, log: &[], replaced: HashMap::new(), pages })
    }

    /// The database, empty where it is missing, with pages of its log in front: of several frames of a page the last one counts.
    ///
    /// # Errors
    /// When neither the log nor the database holds a first page.
    pub fn with_log<'f>(
        main: &'a [u8],
        log: &'a [u8],
        frames: impl Iterator<Item = &'f Frame>,
        page_size: u32,
    ) -> Result<Self, String> {
        let mut replaced = HashMap::new();
        let mut commit = 0;
        for frame in frames {
            replaced.insert(frame.page, frame.content);
            if frame.commit > 0 {
                commit = frame.commit;
            }
        }
        let first = replaced.get(&1).and_then(|at| log.get(*at as usize..)).unwrap_or(main);
        let header = Header::parse(first)?;
        if header.page_size != page_size {
            return Err(format!("the log has pages of {page_size} bytes, the database of {}", header.page_size));
        }
        let most = replaced.keys().copied().max().unwrap_or(0);
        let pages = if commit > 0 { commit } else { header.pages(main.len()).max(most) };
        Ok(View { header, main, log, replaced, pages })
    }

    /// A state without any first page: its header is made of what a log tells.
    pub fn of_frames<'f>(log: &'a [u8], frames: impl Iterator<Item = &'f Frame>, page_size: u32) -> Self {
        let replaced: HashMap<u32, u64> = frames.map(|frame| (frame.page, frame.content)).collect();
        let pages = replaced.keys().copied().max().unwrap_or(0);
        View { header: Header::of_page_size(page_size), main: &[], log, replaced, pages }
    }

    /// Pages of the state, as stated.
    pub fn pages(&self) -> u32 {
        self.pages
    }

    /// The highest page number of which any bytes are at hand.
    pub fn highest(&self) -> u32 {
        let in_main = self.main.len().div_ceil(self.header.page_size as usize);
        let in_log = self.replaced.keys().copied().max().unwrap_or(0).min(MOST_SPARSE);
        u32::try_from(in_main).unwrap_or(u32::MAX).max(in_log)
    }

    /// `None` where no bytes of the page are at hand.
    pub fn page(&self, number: u32) -> Option<Page<'a>> {
        let size = self.header.page_size as usize;
        if let Some(at) = self.replaced.get(&number) {
            let start = usize::try_from(*at).ok()?;
            let bytes = self.log.get(start..start.checked_add(size)?)?;
            return Some(Page { number, bytes, offset: *at, in_log: true });
        }
        let start = (number.checked_sub(1)? as usize).checked_mul(size)?;
        let end = start.checked_add(size)?.min(self.main.len());
        let bytes = self.main.get(start..end).filter(|bytes| !bytes.is_empty())?;
        Some(Page { number, bytes, offset: start as u64, in_log: false })
    }

    /// The page that is never used: it holds the byte 1,073,741,824, which some systems lock.
    pub fn lock_page(&self) -> u32 {
        (1 << 30) / self.header.page_size + 1
    }

    /// Whether the page is one of the pointer map; only databases with auto-vacuum have one.
    pub fn is_pointer_map(&self, number: u32) -> bool {
        if self.header.largest_root == 0 || number < 2 {
            return false;
        }
        let entries = (self.header.usable() / 5) as u32;
        // The map page steps aside where it would fall on the lock-byte page.
        let map = (number - 2) / (entries + 1) * (entries + 1) + 2;
        number == if map == self.lock_page() { map + 1 } else { map }
    }

    /// The whole state as one database, without a log; missing pages are zeros.
    pub fn image(&self) -> Vec<u8> {
        let size = self.header.page_size as usize;
        let pages = self.pages.min(self.highest());
        let mut image = vec![0; pages as usize * size];
        for (number, slot) in (1..=pages).zip(image.chunks_exact_mut(size)) {
            if let Some(page) = self.page(number)
                && let Some(target) = slot.get_mut(..page.bytes.len())
            {
                target.copy_from_slice(page.bytes);
            }
        }
        image
    }
}
