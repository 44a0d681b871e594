//! Boxes of MP4 and QuickTime files: a size, a type, content; boxes inside boxes. Sizes are what the file says and may be anything.
//!
//! ```text
//! size u32 (1: the size follows, 0: to the end) | type, 4 characters | size u64, where size is 1 | content
//! ```

/// The head of a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub kind: [u8; 4],
    /// Bytes of the head itself.
    pub len: u64,
    /// Bytes of the whole box as it states; `None`: to the end of what it stands in.
    pub size: Option<u64>,
}

impl Head {
    /// Reads the head that `bytes` begin with; `None` where none stands: too short, a size below that of the head, or a type that
    /// no box has.
    pub fn of(bytes: &[u8]) -> Option<Head> {
        let size = u32_at(bytes, 0)?;
        let kind: [u8; 4] = bytes.get(4..8)?.try_into().ok()?;
        // User data begin with the copyright sign of Mac Roman; keys of a list are numbers.
        let is_type = kind.iter().all(|byte| (0x20..0x7f).contains(byte) || *byte == 0xa9);
        let is_index = kind[..2] == [0, 0] && kind[2..] != [0, 0];
        let (len, size) = match size {
            0 => (8, None),
            1 => (16, Some(u64_at(bytes, 8)?)),
            size => (8, Some(u64::from(size))),
        };
        let is_sound = (is_type || is_index) && size.is_none_or(|size| size >= len);
        is_sound.then_some(Head { kind, len, size })
    }

    /// The type as text, odd bytes as Latin-1.
    pub fn name(&self) -> String {
        name(self.kind)
    }
}

/// Four characters as text; the copyright sign is a byte of Mac Roman that is the same in Latin-1.
pub fn name(kind: [u8; 4]) -> String {
    match kind {
        [0, 0, high, low] => u16::from_be_bytes([high, low]).to_string(),
        _ => kind.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// A big-endian number of four bytes at `at`.
pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..)?.first_chunk::<4>().copied()?))
}

/// A big-endian number of eight bytes at `at`.
pub fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..)?.first_chunk::<8>().copied()?))
}

/// A big-endian number of two bytes at `at`.
pub fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..)?.first_chunk::<2>().copied()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_all_three_lengths() {
        let head = |bytes: &[u8]| Head::of(bytes).map(|head| (head.name(), head.len, head.size));
        assert_eq!(head(b"\0\0\0\x10ftypmp42"), Some(("ftyp".to_owned(), 8, Some(16))));
        assert_eq!(head(b"\0\0\0\x01mdat\0\0\0\x01\0\0\0\0"), Some(("mdat".to_owned(), 16, Some(1 << 32))));
        assert_eq!(head(b"\0\0\0\0mdat"), Some(("mdat".to_owned(), 8, None)));
        assert_eq!(head(b"\0\0\0\x08\xa9xyz"), Some(("\u{a9}xyz".to_owned(), 8, Some(8))));
        assert_eq!(head(b"\0\0\0\x20\0\0\0\x02"), Some(("2".to_owned(), 8, Some(32))));
    }

    #[test]
    fn what_is_no_head() {
        for bytes in [
            b"\0\0\0\x07free".as_slice(),
            b"\0\0\0\x01mdat\0\0\0\0\0\0\0\x0f",
            b"\0\0\0\x01mdat",
            b"\0\0\0\x10f\x01yp",
            &[0; 16],
            b"\0\0",
        ] {
            assert_eq!(Head::of(bytes), None, "{bytes:02x?}");
        }
    }
}
