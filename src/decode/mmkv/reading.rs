//! What a value is: stores write no types, so that its form tells, and that is a guess; 0 may be false, 1 may be true.

use std::borrow::Cow;

use crate::bytes::protobuf::varint;
use crate::layout::Value;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading<'a> {
    /// Text behind its length.
    Text(&'a str),
    /// Bytes behind their length.
    Counted(&'a [u8]),
    Integer(i64),
    Double(f64),
    Float(f32),
    Bytes(&'a [u8]),
    /// The key was removed.
    Nothing,
}

impl<'a> Reading<'a> {
    /// The first form that fits the whole value.
    pub fn guess(value: &'a [u8]) -> Self {
        if value.is_empty() {
            return Reading::Nothing;
        }
        let number = varint(value);
        if let Some((number, _)) = number.filter(|(_, len)| *len == value.len()) {
            return Reading::Integer(number as i64);
        }
        let counted = number.and_then(|(len, at)| value.get(at..).filter(|rest| rest.len() as u64 == len));
        match (counted, counted.and_then(text)) {
            (_, Some(text)) => Reading::Text(text),
            // Eight bytes that state their own length by accident are rarer than numbers.
            (Some(counted), None) if value.len() != 8 => Reading::Counted(counted),
            _ => Reading::fixed(value),
        }
    }

    fn fixed(value: &'a [u8]) -> Self {
        if let Ok(bytes) = <[u8; 8]>::try_from(value) {
            return Reading::Double(f64::from_le_bytes(bytes));
        }
        match <[u8; 4]>::try_from(value) {
            Ok(bytes) => Reading::Float(f32::from_le_bytes(bytes)),
            Err(_) => Reading::Bytes(value),
        }
    }

    /// The name of the form.
    pub fn kind(self) -> &'static str {
        match self {
            Reading::Text(_) => "string",
            Reading::Counted(_) => "counted bytes",
            Reading::Integer(_) => "integer",
            Reading::Double(_) => "double",
            Reading::Float(_) => "float",
            Reading::Bytes(_) => "bytes",
            Reading::Nothing => "none",
        }
    }

    pub fn value(self) -> Value<'a> {
        match self {
            Reading::Text(text) => Value::Text(Cow::Borrowed(text)),
            Reading::Counted(bytes) | Reading::Bytes(bytes) => Value::Bytes(Cow::Borrowed(bytes)),
            Reading::Integer(number) => Value::Signed(number),
            Reading::Double(number) => Value::F64(number),
            Reading::Float(number) => Value::F64(number.into()),
            Reading::Nothing => Value::Absent,
        }
    }
}

/// Degrees under a key that is known to hold them: as text, as a double, or as the bits of one in an integer.
pub fn degrees(value: &[u8]) -> Option<f64> {
    if let Ok(bytes) = <[u8; 8]>::try_from(value) {
        let degrees = f64::from_le_bytes(bytes);
        if degrees.abs() <= 180.0 && (degrees == 0.0 || degrees.abs() > 1e-9) {
            return Some(degrees);
        }
    }
    match Reading::guess(value) {
        Reading::Text(text) => text.trim().parse().ok(),
        Reading::Integer(bits) => Some(f64::from_bits(bits as u64)),
        _ => None,
    }
}

fn text(bytes: &[u8]) -> Option<&str> {
    let is_text = |text: &&str| !text.chars().any(|c| c.is_control() && !c.is_whitespace());
    std::str::from_utf8(bytes).ok().filter(is_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_tells_the_type() {
        let cases: [(&[u8], Reading<'_>); 9] = [
            (b"", Reading::Nothing),
            (b"\x01", Reading::Integer(1)),
            (b"\xac\x02", Reading::Integer(300)),
            (b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", Reading::Integer(-1)),
            (b"\x03abc", Reading::Text("abc")),
            (b"\x03a\xffc", Reading::Counted(b"a\xffc")),
            (&[0, 0, 0, 0, 0, 0, 0xf8, 0x3f], Reading::Double(1.5)),
            (&[0, 0, 0xc0, 0x3f], Reading::Float(1.5)),
            (b"\x09ab", Reading::Bytes(b"\x09ab")),
        ];
        for (value, expected) in cases {
            assert_eq!(Reading::guess(value), expected);
        }
        assert_eq!(degrees(b"\x0454.5"), Some(54.5));
        assert_eq!(degrees(&54.5_f64.to_le_bytes()), Some(54.5));
        assert_eq!(degrees(b"\x02no"), None);
    }
}
