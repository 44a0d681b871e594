//! What happens to files: cut, overwritten, flipped, spliced. Each helper returns a damaged copy and leaves the original.

use super::prng::Prng;
use std::ops::Range;

/// The first `percent` of the bytes.
pub fn cut(bytes: &[u8], percent: usize) -> Vec<u8> {
    bytes[..bytes.len() * percent / 100].to_vec()
}

/// `len` bytes from `offset` overwritten with `fill`; the length of the file stays.
pub fn hole(bytes: &[u8], offset: usize, len: usize, fill: u8) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let end = (offset + len).min(out.len());
    out[offset.min(end)..end].fill(fill);
    out
}

/// `n` single bits flipped at places that `seed` picks; no bit is flipped twice.
pub fn flip_bits(bytes: &[u8], seed: u64, n: usize) -> Vec<u8> {
    flip_bits_in(bytes, 0..bytes.len(), seed, n).0
}

/// As [`flip_bits`], within a range of offsets; also tells the offsets that were hit.
pub fn flip_bits_in(bytes: &[u8], range: Range<usize>, seed: u64, n: usize) -> (Vec<u8>, Vec<usize>) {
    let mut out = bytes.to_vec();
    let mut prng = Prng::new(seed);
    let bits = (range.len() * 8) as u64;
    let mut places: Vec<u64> = Vec::new();
    while places.len() < n.min(bits as usize) {
        let place = prng.below(bits);
        if !places.contains(&place) {
            places.push(place);
            out[range.start + (place / 8) as usize] ^= 1 << (place % 8);
        }
    }
    let hit = places.iter().map(|place| range.start + (place / 8) as usize).collect();
    (out, hit)
}

/// A copy of `len` bytes from `at` inserted before offset `insert_at`: a block that stands twice.
pub fn duplicate_block(bytes: &[u8], at: usize, len: usize, insert_at: usize) -> Vec<u8> {
    insert(bytes, insert_at, &bytes[at..at + len])
}

/// Foreign bytes inserted before offset `at`.
pub fn insert(bytes: &[u8], at: usize, foreign: &[u8]) -> Vec<u8> {
    [&bytes[..at], foreign, &bytes[at..]].concat()
}

/// `len` bytes from `at` missing.
pub fn drop_block(bytes: &[u8], at: usize, len: usize) -> Vec<u8> {
    [&bytes[..at], &bytes[at + len..]].concat()
}

/// The prefix of a log that was never closed: where the details are is not written yet.
pub fn detail_offset_zero(bytes: &[u8]) -> Vec<u8> {
    hole(bytes, 0, 8, 0)
}
