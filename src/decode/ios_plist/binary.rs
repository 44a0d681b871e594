//! Binary property lists: the trailer leads to the offsets, these to the objects.

use std::borrow::Cow;

use super::super::{Class, Diagnostic, Sink};
use super::MAGIC;
use super::tree::{Content, DEPTH, MOST, Node};
use crate::evidence::{Origin, Span};

const HEADER: usize = 8;
const TRAILER: usize = 32;

struct Walker<'a, 's> {
    bytes: &'a [u8],
    /// Where the list begins in the item.
    base: usize,
    /// Where its objects begin, in the list.
    offsets: Vec<usize>,
    /// Of which some value was reached.
    reached: Vec<bool>,
    /// Bytes of the list that objects take, from the first to the first one behind.
    taken: Vec<(usize, usize)>,
    reference: usize,
    left: usize,
    /// `None` for a list inside a value, whose bytes the value has claimed.
    sink: Option<&'s mut dyn Sink>,
}

/// Big-endian, up to 16 bytes.
fn number(bytes: &[u8]) -> u128 {
    bytes.iter().fold(0, |sum, byte| sum << 8 | u128::from(*byte))
}

/// Reads the list that `bytes` are; it begins at `base` of the item.
pub fn read<'a>(bytes: &'a [u8], base: usize, mut sink: Option<&mut dyn Sink>) -> Option<Node<'a>> {
    let Some((offsets, reference, root, table)) = directory(bytes) else {
        if let Some(sink) = sink {
            let at = Span::new(base, bytes.len());
            sink.claim(&Span::new(base, MAGIC.len()).into(), Class::Known, "signature");
            let message = "the trailer does not lead to the offsets of the objects: the list was cut, or its end is damaged; no \
                           value can be placed";
            sink.diagnostic(Diagnostic::loss("ios-plist/trailer", Origin::Bytes(at.into()), message).losing(1));
        }
        return None;
    };
    if let Some(sink) = &mut sink {
        sink.claim(&Span::new(base, HEADER).into(), Class::Known, "signature and version");
        sink.claim(
            &Span::new(base + table, bytes.len() - table).into(),
            Class::Known,
            "offsets of the objects, trailer",
        );
    }
    let reached = vec![false; offsets.len()];
    let mut walker = Walker { bytes, base, offsets, reached, taken: Vec::new(), reference, left: MOST, sink };
    let node = walker.object(root, 0);
    walker.unreached(table);
    node
}

/// Offsets of the objects, bytes of a reference, the number of the root, and where the offsets begin.
fn directory(bytes: &[u8]) -> Option<(Vec<usize>, usize, usize, usize)> {
    let trailer = bytes.get(bytes.len().checked_sub(TRAILER)?..)?;
    let (width, reference) = (usize::from(*trailer.get(6)?), usize::from(*trailer.get(7)?));
    let field = |at: usize| usize::try_from(number(trailer.get(at..at + 8)?)).ok();
    let (count, root, table) = (field(8)?, field(16)?, field(24)?);
    let fits = (1..=8).contains(&width) && (1..=8).contains(&reference) && table >= HEADER && root < count;
    let end = count.checked_mul(width)?.checked_add(table)?;
    if !fits || end > bytes.len() - TRAILER {
        return None;
    }
    let offsets = bytes.get(table..end)?.chunks_exact(width).map(|offset| usize::try_from(number(offset)).ok());
    Some((offsets.collect::<Option<Vec<_>>>()?, reference, root, table))
}

impl<'a> Walker<'a, '_> {
    fn lost(&mut self, at: Span, why: &str) {
        let Some(sink) = &mut self.sink else { return };
        sink.claim(&at.into(), Class::Damaged, "a broken object");
        let message = format!("the object at offset {} cannot be read: {why}", at.offset);
        sink.diagnostic(Diagnostic::loss("ios-plist/object", Origin::Bytes(at.into()), message).losing(1));
    }

    /// The object of this number and all that it refers to.
    fn object(&mut self, index: usize, depth: usize) -> Option<Node<'a>> {
        let start = *self.offsets.get(index)?;
        let place = Span::new(self.base + start, 1);
        if depth > DEPTH || self.left == 0 {
            self.lost(place, "it lies in more lists than are followed, or is one of more values than are kept");
            return None;
        }
        self.left -= 1;
        if let Some(reached) = self.reached.get_mut(index) {
            *reached = true;
        }
        let Some((content, len)) = self.content(start, depth) else {
            self.lost(place, "its type is none, or its content reaches behind the end");
            return None;
        };
        let at = Span::new(self.base + start, len);
        self.taken.push((start, start + len));
        let is_list = matches!(content, Content::Array(_) | Content::Dictionary(_));
        if let Some(sink) = self.sink.as_mut().filter(|_| is_list) {
            sink.claim(&at.into(), Class::Decoded, "a list of references");
        }
        Some(Node { at, content })
    }

    /// Length that the marker states, and bytes up to the content.
    fn length(&self, start: usize) -> Option<(usize, usize)> {
        let low = usize::from(*self.bytes.get(start)? & 0x0f);
        if low < 0x0f {
            return Some((low, 1));
        }
        let marker = *self.bytes.get(start + 1)?;
        let width = 1_usize.checked_shl(u32::from(marker & 0x0f)).filter(|width| marker >> 4 == 1 && *width <= 8)?;
        let len = usize::try_from(number(self.bytes.get(start + 2..start + 2 + width)?)).ok()?;
        Some((len, 2 + width))
    }

    fn content(&mut self, start: usize, depth: usize) -> Option<(Content<'a>, usize)> {
        let bytes = self.bytes;
        let marker = *bytes.get(start)?;
        let fixed = |len: usize| bytes.get(start + 1..start.checked_add(1)?.checked_add(len)?);
        let low = u32::from(marker & 0x0f);
        let float = |bytes: &[u8]| match bytes.len() {
            4 => Some(f64::from(f32::from_be_bytes(bytes.try_into().ok()?))),
            8 => Some(f64::from_be_bytes(bytes.try_into().ok()?)),
            _ => None,
        };
        Some(match marker >> 4 {
            0x0 => match low {
                0x8 | 0x9 => (Content::Boolean(low == 0x9), 1),
                0x0 | 0xf => (Content::Null, 1),
                _ => return None,
            },
            0x1 if low <= 4 => {
                let value = fixed(1 << low)?;
                // Integers of eight bytes and more have a sign.
                let raw = number(value);
                let value = if value.len() == 8 { i128::from(raw as u64 as i64) } else { raw as i128 };
                (Content::Integer(value), 1 + (1 << low))
            }
            0x2 if low <= 3 => (Content::Real(float(fixed(1 << low)?)?), 1 + (1 << low)),
            0x3 if low == 3 => (Content::Date(float(fixed(8)?)?), 9),
            0x8 if low < 8 => (Content::Uid(u64::try_from(number(fixed(low as usize + 1)?)).ok()?), low as usize + 2),
            kind @ (0x4 | 0x5 | 0x6 | 0x7) => {
                let (len, head) = self.length(start)?;
                let size = len.checked_mul(if kind == 0x6 { 2 } else { 1 })?;
                let value = bytes.get(start + head..start.checked_add(head)?.checked_add(size)?)?;
                let content = match kind {
                    0x4 => Content::Data(Cow::Borrowed(value)),
                    0x6 => {
                        let units = value.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
                        let text = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
                        Content::Text(Cow::Owned(text.collect()))
                    }
                    _ => Content::Text(String::from_utf8_lossy(value)),
                };
                (content, head + size)
            }
            kind @ (0xa | 0xc | 0xd) => {
                let (len, head) = self.length(start)?;
                let count = len.checked_mul(if kind == 0xd { 2 } else { 1 })?;
                let size = count.checked_mul(self.reference)?;
                let value = bytes.get(start + head..start.checked_add(head)?.checked_add(size)?)?;
                let references: Vec<usize> = value
                    .chunks_exact(self.reference)
                    .map(|r| usize::try_from(number(r)).unwrap_or(usize::MAX))
                    .collect();
                let content = if kind == 0xd {
                    let (keys, values) = references.split_at(len);
                    Content::Dictionary(self.entries(keys, values, depth))
                } else {
                    Content::Array(references.iter().filter_map(|r| self.object(*r, depth + 1)).collect())
                };
                (content, head + size)
            }
            _ => return None,
        })
    }

    fn entries(&mut self, keys: &[usize], values: &[usize], depth: usize) -> Vec<(Cow<'a, str>, Node<'a>)> {
        let mut entries = Vec::new();
        for (key, value) in keys.iter().zip(values) {
            let key = self.object(*key, depth + 1);
            if let (Some(sink), Some(key)) = (&mut self.sink, &key) {
                sink.claim(&key.at.into(), Class::Decoded, "a key");
            }
            let name = match key.map(|key| key.content) {
                Some(Content::Text(name)) => name,
                _ => Cow::Borrowed("?"),
            };
            entries.extend(self.object(*value, depth + 1).map(|node| (name, node)));
        }
        entries
    }

    /// Objects that nothing refers to, and bytes that belong to no object.
    fn unreached(&mut self, table: usize) {
        let Some(sink) = &mut self.sink else { return };
        let mut starts: Vec<(usize, bool)> = self.offsets.iter().copied().zip(self.reached.iter().copied()).collect();
        starts.sort_unstable();
        let ends = starts.iter().skip(1).map(|(start, _)| *start).chain([table]);
        let mut left_out = 0;
        for ((start, reached), end) in starts.iter().zip(ends) {
            if !reached && *start < end && end <= table {
                left_out += 1;
                self.taken.push((*start, end));
                sink.claim(
                    &Span::new(self.base + start, end - start).into(),
                    Class::Known,
                    "object without a reference",
                );
            }
        }
        self.taken.sort_unstable();
        let mut at = HEADER;
        for (start, end) in self.taken.iter().copied().chain([(table, table)]) {
            if at < start {
                let gap = Span::new(self.base + at, start - at);
                sink.claim(&gap.into(), Class::Damaged, "bytes of no object");
                let message =
                    format!("{} bytes at offset {} belong to no object that can be read", gap.len, gap.offset);
                sink.diagnostic(Diagnostic::damage("ios-plist/gap", Origin::Bytes(gap.into()), message));
            }
            at = at.max(end);
        }
        if left_out > 0 {
            let message = format!("{left_out} objects stand in the list and nothing refers to them");
            sink.diagnostic(Diagnostic::note("ios-plist/unreferenced", Origin::Item, message));
        }
    }
}
