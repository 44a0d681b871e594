//! The accounting of bytes: claims in, four sums out. Decoded wins over known, known over damaged; what nobody claims is unknown.

use serde::Serialize;

use crate::decode::{Class, Record};
use crate::evidence::{Extent, Span};

/// Bytes by class; the four sum to the size of the item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    pub decoded: u64,
    pub known: u64,
    pub unknown: u64,
    pub damaged: u64,
}

impl Coverage {
    /// Of an item that nothing recognises.
    pub fn unknown(len: u64) -> Self {
        Coverage { unknown: len, ..Coverage::default() }
    }
}

/// Claimed spans by class, neighbours joined as they come.
#[derive(Debug, Default)]
pub struct Claims {
    spans: [Vec<Span>; 3],
}

impl Claims {
    pub fn claim(&mut self, span: Span, class: Class) {
        let spans = &mut self.spans[class as usize];
        match spans.last_mut() {
            Some(last) if last.end() == span.offset => last.len += span.len,
            _ if span.len > 0 => spans.push(span),
            _ => {}
        }
    }

    /// A record claims its frame and every byte that a row of its table covers as decoded, the rest as known.
    pub fn record(&mut self, record: &Record<'_>) {
        let Some(layout) = record.layout else { return self.extent(record.at, Class::Known) };
        if layout.covers_all() {
            return self.extent(record.at, Class::Decoded);
        }
        let (header, whole) = (record.header as u64, record.at.len());
        let content = whole.saturating_sub(header + record.trailer as u64);
        let mut at = 0;
        let ends = layout
            .covered(content as usize)
            .map(|(start, end)| (header + start as u64, header + end as u64))
            .chain(std::iter::once((header + content, whole)));
        let mut decoded_to = header;
        for (start, end) in ends {
            if start > decoded_to {
                self.part(record.at, at, decoded_to, Class::Decoded);
                self.part(record.at, decoded_to, start, Class::Known);
                at = start;
            }
            decoded_to = end;
        }
        self.part(record.at, at, decoded_to, Class::Decoded);
    }

    pub fn extent(&mut self, extent: &Extent, class: Class) {
        for span in extent.spans() {
            self.claim(span, class);
        }
    }

    fn part(&mut self, extent: &Extent, from: u64, to: u64, class: Class) {
        for span in extent.part(from, to - from) {
            self.claim(span, class);
        }
    }

    /// The sums for an item of `len` bytes, and the bytes that are claimed both as decoded and as damaged.
    pub fn sums(&self, len: u64) -> (Coverage, u64) {
        let [decoded, known, damaged] = &self.spans;
        let d = union(&[decoded], len);
        let dk = union(&[decoded, known], len);
        let all = union(&[decoded, known, damaged], len);
        let clash = d + union(&[damaged], len) - union(&[decoded, damaged], len);
        (Coverage { decoded: d, known: dk - d, damaged: all - dk, unknown: len - all }, clash)
    }
}

/// Bytes of `0..len` that lie in any of the spans.
fn union(classes: &[&Vec<Span>], len: u64) -> u64 {
    let mut spans: Vec<(u64, u64)> =
        classes.iter().flat_map(|c| c.iter().map(|s| (s.offset, s.end().min(len)))).collect();
    // Each class is sorted but for interrupted records, which a stable sort makes use of.
    spans.sort();
    let mut covered_to = 0;
    let mut sum = 0;
    for (start, end) in spans {
        sum += end.saturating_sub(start.max(covered_to));
        covered_to = covered_to.max(end);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_never_count_a_byte_twice_and_sum_to_the_size() {
        let mut claims = Claims::default();
        claims.claim(Span { offset: 0, len: 60 }, Class::Known);
        claims.claim(Span { offset: 10, len: 20 }, Class::Decoded);
        claims.claim(Span { offset: 50, len: 30 }, Class::Damaged);
        let (coverage, clash) = claims.sums(100);
        assert_eq!(coverage, Coverage { decoded: 20, known: 40, damaged: 20, unknown: 20 });
        assert_eq!(clash, 0);
        claims.claim(Span { offset: 95, len: 50 }, Class::Decoded);
        claims.claim(Span { offset: 75, len: 10 }, Class::Decoded);
        let (coverage, clash) = claims.sums(100);
        assert_eq!(coverage.decoded + coverage.known + coverage.unknown + coverage.damaged, 100);
        assert_eq!(clash, 5);
    }
}
