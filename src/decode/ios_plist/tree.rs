//! The values of a property list with their places.

use std::borrow::Cow;

use crate::evidence::Span;

/// Lists inside lists that are followed.
pub const DEPTH: usize = 64;

/// Values that are read: a small file can refer to one list so often that its values would never end.
pub const MOST: usize = 1 << 20;

#[derive(Clone, Debug, PartialEq)]
pub struct Node<'a> {
    pub at: Span,
    pub content: Content<'a>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Content<'a> {
    Null,
    Boolean(bool),
    Integer(i128),
    Real(f64),
    /// Seconds since 2001-01-01 UTC.
    Date(f64),
    Data(Cow<'a, [u8]>),
    Text(Cow<'a, str>),
    /// Number of another object of an archive.
    Uid(u64),
    Array(Vec<Node<'a>>),
    Dictionary(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl<'a> Node<'a> {
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        match &self.content {
            Content::Dictionary(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, node)| node),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<f64> {
        match self.content {
            Content::Integer(value) => Some(value as f64),
            Content::Real(value) | Content::Date(value) => Some(value),
            _ => None,
        }
    }
}

/// Nanoseconds of UTC for seconds since 2001; `None` where that is no time between 2001 and 2100.
pub fn utc_ns(seconds: f64) -> Option<i64> {
    /// Seconds from 1970 to 2001.
    const TO_2001: f64 = 978_307_200.0;
    /// From 2001 to 2100.
    const LONGEST: f64 = 3_124_137_600.0;
    (0.0..LONGEST).contains(&seconds).then(|| ((seconds + TO_2001) * 1e9).round() as i64)
}
