//! The entries of a store, and which of them still hold: each write of a key is appended, the last one counts.

use std::collections::HashMap;
use std::ops::Range;

use crate::bytes::protobuf::varint;

/// Bytes of the length in front of the content.
pub const LENGTH: usize = 4;

/// The number that a store has where a message has its length: the most that takes four bytes in this coding less one bit.
pub const PLACEHOLDER: &[u8] = &[0xff, 0xff, 0xff, 0x07];

/// The longest key that is taken for one, bytes.
const LONGEST_KEY: u64 = 1 << 10;

/// One write of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Lengths included.
    pub at: Range<usize>,
    pub key: &'a str,
    /// Empty: the key was removed.
    pub value: &'a [u8],
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Current,
    /// A later write of the key holds.
    Overwritten,
    /// The key was removed later.
    Removed,
    /// The write that removes the key.
    Removal,
    /// Behind the end of the content: from before the store was last written anew.
    Stale,
    /// Behind damage.
    BehindDamage,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            State::Current => "current",
            State::Overwritten => "overwritten",
            State::Removed => "removed",
            State::Removal => "removal",
            State::Stale => "stale",
            State::BehindDamage => "behind-damage",
        }
    }
}

/// The length that the store states of its content.
pub fn stated_len(bytes: &[u8]) -> Option<u64> {
    bytes.first_chunk::<LENGTH>().map(|len| u64::from(u32::from_le_bytes(*len)))
}

/// The content of a store as far as it is there.
pub struct Content<'a> {
    bytes: &'a [u8],
    /// Of the number in front of the entries.
    pub placeholder: Range<usize>,
    /// Where the content ends.
    pub end: usize,
}

impl<'a> Content<'a> {
    /// `None` when not even the numbers in front are there.
    pub fn of(bytes: &'a [u8]) -> Option<Self> {
        let len = usize::try_from(stated_len(bytes)?).ok()?;
        let end = LENGTH.saturating_add(len).min(bytes.len());
        let (_, placeholder) = varint(bytes.get(LENGTH..end)?)?;
        Some(Content { bytes, placeholder: LENGTH..LENGTH + placeholder, end })
    }

    /// The entries in front of the first place that is none, or the end.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'a>> + use<'a> {
        let (bytes, end) = (self.bytes, self.end);
        let mut at = self.placeholder.end;
        std::iter::from_fn(move || {
            let entry = entry(bytes, at, end)?;
            at = entry.at.end;
            Some(entry)
        })
    }

    /// Where the entries end.
    pub fn broken_at(&self) -> usize {
        self.entries().last().map_or(self.placeholder.end, |entry| entry.at.end)
    }

    /// The places of the last write of each key, and whether it removes the key.
    pub fn last(&self) -> HashMap<&'a str, (usize, bool)> {
        self.entries().map(|entry| (entry.key, (entry.at.start, entry.value.is_empty()))).collect()
    }
}

/// What became of `entry`, by the last writes.
pub fn state(entry: &Entry<'_>, last: &HashMap<&str, (usize, bool)>) -> State {
    match last.get(entry.key) {
        _ if entry.value.is_empty() => State::Removal,
        Some((_, true)) => State::Removed,
        Some((at, false)) if *at != entry.at.start => State::Overwritten,
        _ => State::Current,
    }
}

/// The entry at `at`, which ends before `end`.
pub fn entry(bytes: &[u8], at: usize, end: usize) -> Option<Entry<'_>> {
    let rest = bytes.get(at..end)?;
    let (key, rest) = counted(rest).filter(|(key, _)| !key.is_empty() && key.len() as u64 <= LONGEST_KEY)?;
    let key = std::str::from_utf8(key).ok().filter(|key| !key.chars().any(char::is_control))?;
    let (value, rest) = counted(rest)?;
    Some(Entry { at: at..end - rest.len(), key, value })
}

/// Bytes behind their length, and the rest.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, at) = varint(bytes)?;
    bytes.get(at..)?.split_at_checked(usize::try_from(len).ok()?)
}
