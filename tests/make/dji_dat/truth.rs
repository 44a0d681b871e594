//! Where everything went, and what is true about each position.

use std::ops::Range;

/// A record as it stands in the file, in several pieces when others were written into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    pub kind: u16,
    pub tick: u32,
    /// Bytes of the payload.
    pub payload: usize,
    /// (offset, length), in file order.
    pub spans: Vec<(usize, usize)>,
}

impl Placed {
    pub fn offset(&self) -> usize {
        self.spans[0].0
    }

    pub fn end(&self) -> usize {
        self.spans.last().map_or(0, |(offset, len)| offset + len)
    }

    /// Frame included, without what stands inside.
    pub fn len(&self) -> usize {
        self.spans.iter().map(|(_, len)| len).sum()
    }

    /// One of its own bytes is in the range.
    pub fn overlaps(&self, range: &Range<usize>) -> bool {
        self.spans.iter().any(|(offset, len)| *offset < range.end && range.start < offset + len)
    }

    pub fn is_interleaved(&self) -> bool {
        self.spans.len() > 1
    }
}

/// The ledger of a finished log; offsets are those of the undamaged file.
#[derive(Clone, Debug, Default)]
pub struct Truth {
    /// Bytes in front of the records.
    pub header: usize,
    /// In the order of their first bytes.
    pub records: Vec<Placed>,
    /// (offset, length) of runs of zeros between records.
    pub zeros: Vec<(usize, usize)>,
    /// (offset, length) of bytes that no rule explains.
    pub foreign: Vec<(usize, usize)>,
    pub total: usize,
}

impl Truth {
    pub fn of_kind(&self, kind: u16) -> impl Iterator<Item = &Placed> {
        self.records.iter().filter(move |record| record.kind == kind)
    }

    pub fn count(&self, kind: u16) -> usize {
        self.of_kind(kind).count()
    }

    /// The record of this type and tick.
    pub fn at(&self, kind: u16, tick: u32) -> Option<&Placed> {
        self.of_kind(kind).find(|record| record.tick == tick)
    }
}

/// What a position record says, and when it was true.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fix {
    pub kind: u16,
    /// As stored; with the type it names the record.
    pub tick: u32,
    /// The same counter if it never wrapped.
    pub ticks: u64,
    pub lat_deg: f64,
    pub lon_deg: f64,
    /// The receiver had a position.
    pub valid: bool,
    /// When the record was made, ns since 1970.
    pub utc_ns: i64,
    /// Place in the list of states that the log was made from.
    pub state: usize,
}
