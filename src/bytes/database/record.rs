//! Records: a header of types, then the values.

use std::borrow::Cow;

/// A value as it is stored. Text is in the encoding of the database.
#[derive(Clone, Debug, PartialEq)]
pub enum Stored<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(Cow<'a, [u8]>),
    Blob(Cow<'a, [u8]>),
}

/// Columns of one record beyond this are refused: SQLite itself allows 32,767.
const MOST_COLUMNS: usize = 32_767;

/// The number at the start of the bytes, and its length: seven bits a byte, the ninth byte whole.
pub fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for (at, byte) in bytes.iter().take(9).enumerate() {
        if at == 8 {
            return Some((value << 8 | u64::from(*byte), 9));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
    }
    None
}

/// Bytes that a value of this type takes; `None` for the two types that no file holds.
pub fn size_of(kind: u64) -> Option<u64> {
    Some(match kind {
        0 | 8 | 9 => 0,
        1..=4 => kind,
        5 => 6,
        6 | 7 => 8,
        10 | 11 => return None,
        _ => (kind - 12) / 2,
    })
}

/// Types of a record, from its header, and the length of the header.
///
/// # Errors
/// What is wrong with the header.
pub fn types_of(payload: &[u8]) -> Result<(Vec<u64>, usize), &'static str> {
    let (len, mut at) = varint(payload).ok_or("its header is cut off")?;
    let len = usize::try_from(len).unwrap_or(usize::MAX);
    let header = payload.get(..len).ok_or("its header is longer than the record")?;
    let mut types = Vec::new();
    while at < header.len() {
        let (kind, size) = varint(header.get(at..).unwrap_or_default()).ok_or("a type in its header is cut off")?;
        at += size;
        if types.len() >= MOST_COLUMNS {
            return Err("it has more columns than SQLite allows");
        }
        types.push(kind);
    }
    Ok((types, header.len().max(1)))
}

/// The values of a record, in the order in which they are stored.
///
/// # Errors
/// What is wrong with the record.
pub fn read_record(payload: &[u8]) -> Result<Vec<Stored<'_>>, &'static str> {
    let (types, mut at) = types_of(payload)?;
    let mut values = Vec::with_capacity(types.len());
    for kind in types {
        let size = size_of(kind).ok_or("it has a type that SQLite reserves")?;
        let end = usize::try_from(size).ok().and_then(|size| at.checked_add(size)).ok_or("a value is too long")?;
        let bytes = payload.get(at..end).ok_or("its values are longer than the record")?;
        values.push(value(kind, bytes));
        at = end;
    }
    Ok(values)
}

/// `bytes` has the size of the type.
pub fn value(kind: u64, bytes: &[u8]) -> Stored<'_> {
    match kind {
        0 => Stored::Null,
        1..=6 => Stored::Integer(integer(bytes)),
        7 => Stored::Real(f64::from_bits(integer(bytes) as u64)),
        8 => Stored::Integer(0),
        9 => Stored::Integer(1),
        kind if kind % 2 == 0 => Stored::Blob(Cow::Borrowed(bytes)),
        _ => Stored::Text(Cow::Borrowed(bytes)),
    }
}

/// Big-endian, in two's complement of whatever width.
fn integer(bytes: &[u8]) -> i64 {
    let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
    bytes.iter().fold(if negative { -1 } else { 0 }, |value, byte| value << 8 | i64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_have_up_to_nine_bytes() {
        assert_eq!(varint(&[0x7f]), Some((127, 1)));
        assert_eq!(varint(&[0x81, 0x00]), Some((128, 2)));
        assert_eq!(varint(&[0xff; 9]), Some((u64::MAX, 9)));
        assert_eq!(varint(&[0x81]), None);
    }

    #[test]
    fn values_of_each_type() {
        // Six columns: NULL, -2 in one byte, 0x010203 in three, 1, "ab", a blob of one byte.
        let record = [7, 0, 1, 3, 9, 17, 14, 0xfe, 1, 2, 3, b'a', b'b', 0xcc];
        let values = read_record(&record).expect("a good record");
        assert_eq!(values[..4], [Stored::Null, Stored::Integer(-2), Stored::Integer(0x01_02_03), Stored::Integer(1)]);
        assert_eq!(values[4], Stored::Text(Cow::Borrowed(b"ab")));
        assert_eq!(values[5], Stored::Blob(Cow::Borrowed(&[0xcc])));
        assert!(read_record(&record[..12]).is_err());
        assert!(read_record(&[2, 10]).is_err());
    }
}
