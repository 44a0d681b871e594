//! Places in an evidence item: a `Span` of bytes, an `Extent` of one or more spans, an `Origin` of a record or a finding.
//! Offsets count from the first byte of the item that they belong to, never from its parent.

use serde::Serialize;

/// A run of bytes: `offset` from the start of the item, `len` in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Span {
    pub offset: u64,
    pub len: u64,
}

impl Span {
    pub fn new(offset: usize, len: usize) -> Self {
        Span { offset: offset as u64, len: len as u64 }
    }

    /// The first offset behind the span; offsets that an item states may be anything.
    pub fn end(self) -> u64 {
        self.offset.saturating_add(self.len)
    }

    pub fn contains(self, offset: u64) -> bool {
        self.offset <= offset && offset < self.end()
    }
}

/// Where a record lies: one span, or several when other bytes were inserted into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extent {
    first: Span,
    rest: Option<Box<[Span]>>,
}

impl Extent {
    pub fn of(spans: &[Span]) -> Option<Self> {
        let (first, rest) = spans.split_first()?;
        Some(Extent { first: *first, rest: (!rest.is_empty()).then(|| rest.into()) })
    }

    pub fn offset(&self) -> u64 {
        self.first.offset
    }

    /// Length in bytes of all spans together.
    pub fn len(&self) -> u64 {
        self.spans().map(|s| s.len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn spans(&self) -> impl Iterator<Item = Span> + '_ {
        std::iter::once(self.first).chain(self.rest.iter().flat_map(|r| r.iter().copied()))
    }

    pub fn contains(&self, offset: u64) -> bool {
        self.spans().any(|s| s.contains(offset))
    }

    /// The spans of `len` bytes from `skip` bytes behind the start on; gaps between spans do not count.
    pub fn part(&self, skip: u64, len: u64) -> impl Iterator<Item = Span> + '_ {
        let (mut skip, mut len) = (skip, len);
        self.spans().filter_map(move |span| {
            let skipped = skip.min(span.len);
            skip -= skipped;
            let taken = len.min(span.len - skipped);
            len -= taken;
            (taken > 0).then_some(Span { offset: span.offset + skipped, len: taken })
        })
    }
}

impl Extent {
    /// [`Extent::part`] as an extent of its own; `None` when it is empty.
    pub fn sub(&self, skip: u64, len: u64) -> Option<Extent> {
        if self.rest.is_none() {
            return self.part(skip, len).next().map(Extent::from);
        }
        Extent::of(&self.part(skip, len).collect::<Vec<_>>())
    }
}

impl From<Span> for Extent {
    fn from(first: Span) -> Self {
        Extent { first, rest: None }
    }
}

/// What a record, child or diagnostic is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// These bytes of the item.
    Bytes(Extent),
    /// The item as a whole.
    Item,
}

impl Origin {
    pub fn at(offset: usize, len: usize) -> Self {
        Origin::Bytes(Span::new(offset, len).into())
    }

    /// The first byte, `None` for the whole item.
    pub fn offset(&self) -> Option<u64> {
        match self {
            Origin::Bytes(extent) => Some(extent.offset()),
            Origin::Item => None,
        }
    }

    /// Bytes from the first to the last one, gaps included; `None` for the whole item.
    pub fn reach(&self) -> Option<Span> {
        match self {
            Origin::Bytes(extent) => {
                let end = extent.spans().map(Span::end).max()?;
                Some(Span { offset: extent.offset(), len: end - extent.offset() })
            }
            Origin::Item => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_an_interrupted_record_skips_what_was_inserted() {
        let spans = [Span { offset: 10, len: 5 }, Span { offset: 100, len: 20 }];
        let extent = Extent::of(&spans).expect("two spans");
        let part: Vec<_> = extent.part(3, 6).map(|s| (s.offset, s.len)).collect();
        assert_eq!(part, [(13, 2), (100, 4)]);
        assert_eq!(extent.part(5, 1).map(|s| s.offset).collect::<Vec<_>>(), [100]);
        assert_eq!(Origin::Bytes(extent).reach(), Some(Span { offset: 10, len: 110 }));
    }
}
