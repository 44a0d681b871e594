//! The outline of a JPEG: where it ends, and whether its picture data can be what a camera wrote.
//!
//! ```text
//! FF D8 | FF xx len16 data ... | FF DA len16 header | entropy-coded data, FF only before 00, D0-D7 or FF | FF D9
//! ```

use memchr::memchr;

const MARKER: u8 = 0xff;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
/// Entropy-coded data never repeats one byte this often: a Huffman code of all zeros or all ones is not allowed to be long.
const LONGEST_RUN: usize = 64;

/// What was found from an `FF D8` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Length in bytes, end marker included.
    pub len: usize,
    /// Offset inside the picture of the first place that no encoder writes.
    pub damaged_at: Option<usize>,
}

pub fn starts(bytes: &[u8]) -> bool {
    bytes.starts_with(&[MARKER, 0xd8, MARKER])
}

/// Follows the markers of the picture at the start of `bytes`; `None` if they do not lead to an end marker.
pub fn outline(bytes: &[u8]) -> Option<Outline> {
    if !starts(bytes) {
        return None;
    }
    let mut at = 2;
    loop {
        match *bytes.get(at..at + 2)? {
            [MARKER, END] => return Some(Outline { len: at + 2, damaged_at: None }),
            [MARKER, MARKER] => at += 1,
            [MARKER, SCAN] => {
                let scan = at + 2 + segment_len(bytes, at)?;
                let end = scan_end(bytes, scan)?;
                let bad = first_bad(&bytes[scan..end]).map(|i| scan + i);
                if bad.is_some() {
                    return Some(Outline { len: end_marker(bytes, end)?, damaged_at: bad });
                }
                at = end;
            }
            [MARKER, kind] if kind >= 0xc0 => at += 2 + segment_len(bytes, at)?,
            _ => return None,
        }
    }
}

/// Judges a picture whose length is known from elsewhere.
pub fn damage(picture: &[u8]) -> Option<usize> {
    match outline(picture) {
        Some(Outline { len, damaged_at: None }) if len <= picture.len() => None,
        Some(Outline { damaged_at, .. }) => damaged_at,
        None => Some(0),
    }
}

fn segment_len(bytes: &[u8], at: usize) -> Option<usize> {
    let len = usize::from(u16::from_be_bytes(bytes.get(at + 2..at + 4)?.try_into().ok()?));
    (len >= 2).then_some(len)
}

/// Offset of the marker that ends the scan beginning at `from`.
fn scan_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr(MARKER, bytes.get(at..)?)?;
        match *bytes.get(at + 1)? {
            0 | 0xd0..=0xd7 => at += 2,
            MARKER => at += 1,
            _ => return Some(at),
        }
    }
}

/// A damaged scan may hold any marker: the picture then goes on to the next real end marker.
fn end_marker(bytes: &[u8], from: usize) -> Option<usize> {
    memchr::memmem::find(bytes.get(from..)?, &[MARKER, END]).map(|i| from + i + 2)
}

/// Where a run of one byte begins that is longer than any that an encoder writes.
fn first_bad(scan: &[u8]) -> Option<usize> {
    // A run of that length fills at least one block of half of it.
    const BLOCK: usize = LONGEST_RUN / 2;
    let blocks = scan.chunks_exact(BLOCK).enumerate();
    let uniform = blocks.filter(|(_, block)| block.iter().fold(true, |same, byte| same & (*byte == block[0])));
    uniform
        .map(|(i, block)| {
            let at = i * BLOCK;
            let before = scan[..at].iter().rev().take_while(|byte| **byte == block[0]).count();
            let behind = scan[at..].iter().take_while(|byte| **byte == block[0]).count();
            (at - before, before + behind)
        })
        .find(|(_, len)| *len > LONGEST_RUN)
        .map(|(start, _)| start)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two segments and a scan: what a parser must find follows from the marker rules alone.
    #[test]
    fn the_end_is_found_behind_stuffed_bytes_and_restart_markers() {
        let mut picture = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 0xff, 0xd9, 0xff, 0xda, 0, 2];
        picture.extend([1, 2, 0xff, 0, 3, 0xff, 0xd0, 4, 0xff, 0xff, 0xd9]);
        let len = picture.len();
        picture.extend([9; 20]);
        assert_eq!(outline(&picture), Some(Outline { len, damaged_at: None }));
        assert_eq!(outline(&picture[..len - 1]), None);
    }

    #[test]
    fn a_dead_page_in_the_picture_is_found() {
        let scan: Vec<u8> = (0..4000_u32).map(|i| (i * 37 % 251) as u8).collect();
        let mut picture = vec![0xff, 0xd8, 0xff, 0xda, 0, 2];
        picture.extend(&scan);
        picture.extend([0xff, 0xd9]);
        assert_eq!(damage(&picture), None);
        picture[1001..1001 + LONGEST_RUN + 1].fill(0);
        let begins = if picture[1000] == 0 { 1000 } else { 1001 };
        assert_eq!(damage(&picture), Some(begins));
    }
}
