//! Where everything went: what a damage test needs to know which records a hole may cost.

/// A framed record. `len` counts the frame too, `content` only what is inside (unscrambled and decrypted).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    pub kind: u8,
    pub offset: usize,
    pub len: usize,
    pub content: usize,
    /// Segment and feature of the key that opens it.
    pub key: Option<(usize, u16)>,
}

impl Placed {
    pub fn end(&self) -> usize {
        self.offset + self.len
    }

    pub fn overlaps(&self, offset: usize, len: usize) -> bool {
        self.offset < offset + len && offset < self.end()
    }
}

/// The ledger of a finished log; offsets are those of the undamaged file.
#[derive(Clone, Debug, Default)]
pub struct Truth {
    pub records_start: usize,
    /// Where the last thing of the record area ends; the closing separator is not part of it.
    pub records_end: usize,
    pub records: Vec<Placed>,
    pub separators: Vec<usize>,
    /// (offset, length), loose ones first.
    pub images: Vec<(usize, usize)>,
    pub foreign: Vec<(usize, usize)>,
    /// (offset, length); `None` in v13+ (inside the scrambled block at 100) and in logs that were not closed.
    pub details: Option<(usize, usize)>,
    /// The firmware record behind the details.
    pub tail: Option<Placed>,
    pub total: usize,
}

impl Truth {
    /// Records of a type, the tail record not counted.
    pub fn count(&self, kind: u8) -> usize {
        self.of_kind(kind).count()
    }

    pub fn of_kind(&self, kind: u8) -> impl Iterator<Item = &Placed> {
        self.records.iter().filter(move |record| record.kind == kind)
    }

    /// The records, tail included, that have a byte in the range.
    pub fn touched(&self, offset: usize, len: usize) -> Vec<Placed> {
        self.records.iter().chain(&self.tail).filter(|record| record.overlaps(offset, len)).copied().collect()
    }

    /// How many records of a type a file has left when the range is destroyed.
    pub fn left_after_hole(&self, kind: u8, offset: usize, len: usize) -> usize {
        self.of_kind(kind).filter(|record| !record.overlaps(offset, len)).count()
    }

    /// How many records of a type stand whole before `end`.
    pub fn left_after_cut(&self, kind: u8, end: usize) -> usize {
        self.of_kind(kind).filter(|record| record.end() <= end).count()
    }
}
