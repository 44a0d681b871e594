//! What the record area of a file is made of, piece by piece.

use std::borrow::Cow;
use std::ops::Range;

use super::details::ImageLen;
use crate::evidence::{Extent, Span};

/// Where a record lies: in one stretch, or in two around inserted bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    pub at: usize,
    pub len: usize,
    pub kind: u8,
    /// Second stretch, for a record that other bytes were inserted into: `len` is then the first one's.
    pub rest: Option<Box<Range<usize>>>,
}

impl Placed {
    /// The record's own bytes, without what was inserted into it.
    pub fn bytes<'a>(&self, file: &'a [u8]) -> Cow<'a, [u8]> {
        let first = &file[self.at..self.at + self.len];
        match &self.rest {
            None => Cow::Borrowed(first),
            Some(rest) => Cow::Owned([first, &file[rest.start..rest.end]].concat()),
        }
    }

    /// Where they lie.
    pub fn extent(&self) -> Extent {
        let first = Span::new(self.at, self.len);
        match &self.rest {
            None => first.into(),
            Some(rest) => Extent::of(&[first, Span::new(rest.start, rest.len())]).unwrap_or(first.into()),
        }
    }
}

/// A photo or thumbnail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    pub at: usize,
    pub len: usize,
    /// What the details say of it.
    pub what: Option<ImageLen>,
    /// Offset inside the picture from which on it cannot be right.
    pub damaged_at: Option<usize>,
}

/// One stretch of the record area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Record(Placed),
    /// The value 12345 before the photos, or between two runs of the app.
    Separator {
        at: usize,
    },
    Image(Box<Image>),
    /// Bytes that repeat an earlier stretch beginning at `of`.
    Copy {
        at: usize,
        len: usize,
        of: usize,
    },
    Hole(Hole),
}

impl Piece {
    /// Its first byte.
    pub fn at(&self) -> usize {
        match self {
            Piece::Record(record) => record.at,
            Piece::Separator { at } | Piece::Copy { at, .. } => *at,
            Piece::Image(image) => image.at,
            Piece::Hole(hole) => hole.at,
        }
    }
}

/// A stretch in which no record can be proved, though one must stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    pub at: usize,
    pub len: usize,
    pub kind: HoleKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoleKind {
    /// The file ends inside a record.
    Cut,
    /// The file ends inside a photo.
    CutPhoto,
    /// From here to the end of the area every byte is zero.
    ZeroTail,
    /// A run of one byte value stands in it.
    Filled(u8),
    Garbage,
    /// Behind the proved end of the log: no part of it.
    Trailing,
}

/// The pieces of an area.
#[derive(Debug, Default)]
pub struct Walked {
    pub pieces: Vec<Piece>,
    /// Some hole, copy or damaged photo is among them.
    pub damaged: bool,
    /// Photos and thumbnails that the details announce and that were not met.
    pub missing_images: Vec<ImageLen>,
}
