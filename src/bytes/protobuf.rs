//! Messages of protocol buffers without their schema: numbered fields of four kinds, messages inside messages.
//!
//! ```text
//! key varint: number << 3 | wire type   0 varint | 1 eight bytes | 2 length varint, bytes | 5 four bytes
//! ```

/// The value of a field as the wire has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wire<'a> {
    Varint(u64),
    Eight(u64),
    Four(u32),
    /// Text, bytes, or a message.
    Bytes(&'a [u8]),
}

impl<'a> Wire<'a> {
    pub fn bytes(self) -> Option<&'a [u8]> {
        match self {
            Wire::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// UTF-8 text.
    pub fn text(self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    /// The number, whatever kind it is written as: signed integer, float or double.
    pub fn number(self) -> Option<f64> {
        match self {
            Wire::Varint(value) => Some(value as i64 as f64),
            Wire::Eight(bits) => Some(f64::from_bits(bits)),
            Wire::Four(bits) => Some(f64::from(f32::from_bits(bits))),
            Wire::Bytes(_) => None,
        }
    }
}

/// The number of seven bits a byte that the bytes begin with, lowest first, and its length.
pub fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for (at, byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f).checked_shl(7 * at as u32)?;
        if *byte < 0x80 {
            return Some((value, at + 1));
        }
    }
    None
}

/// One field of a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field<'a> {
    pub number: u64,
    pub value: Wire<'a>,
}

/// The bytes are no message from here on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// The fields of a message, one behind the other; ends behind the first place that is none.
pub struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub fn of(message: &'a [u8]) -> Self {
        Fields { rest: message }
    }

    /// Bytes of the message that are not gone through yet.
    pub fn left(&self) -> usize {
        self.rest.len()
    }

    fn varint(&mut self) -> Option<u64> {
        let (value, len) = varint(self.rest)?;
        self.rest = self.rest.get(len..)?;
        Some(value)
    }

    fn take(&mut self, len: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(usize::try_from(len).ok()?)?;
        self.rest = rest;
        Some(taken)
    }

    fn field(&mut self) -> Option<Field<'a>> {
        let key = self.varint()?;
        let number = Some(key >> 3).filter(|number| (1..1 << 29).contains(number))?;
        let value = match key & 7 {
            0 => Wire::Varint(self.varint()?),
            1 => Wire::Eight(u64::from_le_bytes(self.take(8)?.try_into().ok()?)),
            2 => {
                let len = self.varint()?;
                Wire::Bytes(self.take(len)?)
            }
            5 => Wire::Four(u32::from_le_bytes(self.take(4)?.try_into().ok()?)),
            _ => return None,
        };
        Some(Field { number, value })
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.rest = &[];
        }
        Some(field.ok_or(Malformed))
    }
}

/// All of it is fields.
pub fn is_message(bytes: &[u8]) -> bool {
    Fields::of(bytes).all(|field| field.is_ok())
}

/// The value at a path of field numbers; of a field that stands several times the last one counts.
pub fn at_path<'a>(message: &'a [u8], path: &[u64]) -> Option<Wire<'a>> {
    let (first, rest) = path.split_first()?;
    let found = Fields::of(message).map_while(Result::ok).filter(|field| field.number == *first).last()?.value;
    if rest.is_empty() { Some(found) } else { at_path(found.bytes()?, rest) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the encoding guide: field 1 = 150; field 2 = "testing"; field 3 = { 1 = 150 }.
    const GUIDE: &[u8] = b"\x08\x96\x01\x12\x07testing\x1a\x03\x08\x96\x01";

    #[test]
    fn the_examples_of_the_encoding_guide() {
        assert_eq!(at_path(GUIDE, &[1]), Some(Wire::Varint(150)));
        assert_eq!(at_path(GUIDE, &[2]).and_then(Wire::text), Some("testing"));
        assert_eq!(at_path(GUIDE, &[3, 1]), Some(Wire::Varint(150)));
        assert_eq!(at_path(GUIDE, &[3, 2]), None);
        assert_eq!(at_path(GUIDE, &[1, 1]), None);
        assert!(is_message(GUIDE));
        // -2 as int64: ten bytes.
        let negative = b"\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01";
        assert_eq!(at_path(negative, &[1]).and_then(Wire::number), Some(-2.0));
        let double = [b"\x11".as_slice(), &1.5_f64.to_le_bytes(), b"\x1d", &0.25_f32.to_le_bytes()].concat();
        assert_eq!(at_path(&double, &[2]).and_then(Wire::number), Some(1.5));
        assert_eq!(at_path(&double, &[3]).and_then(Wire::number), Some(0.25));
        assert_eq!(at_path(b"\x08\x01\x08\x02", &[1]), Some(Wire::Varint(2)), "the last one counts");
    }

    #[test]
    fn what_is_no_message_ends_the_walk() {
        for bytes in [
            b"\x08".as_slice(),
            b"\x12\x09abc",
            b"\x0b",
            b"\x00\x00",
            b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
            &[0xff; 20],
        ] {
            assert!(!is_message(bytes), "{bytes:02x?}");
            assert_eq!(Fields::of(bytes).last(), Some(Err(Malformed)), "{bytes:02x?}");
        }
        assert!(is_message(b""));
    }
}
