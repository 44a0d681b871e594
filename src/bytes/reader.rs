//! A cursor over a slice whose every read says what it wanted, so that a cut item is explained by field and offset.

use std::fmt;

use byteorder::{ByteOrder as _, LittleEndian};

/// The item ended inside a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truncated {
    pub what: &'static str,
    pub offset: usize,
    pub need: usize,
    pub have: usize,
}

impl fmt::Display for Truncated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at offset {} needs {} bytes, {} are there", self.what, self.offset, self.need, self.have)
    }
}

impl std::error::Error for Truncated {}

/// Little-endian reads over `bytes`, from `at` on.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8], at: usize) -> Self {
        Reader { bytes, at }
    }

    pub fn at(&self) -> usize {
        self.at
    }

    /// The next `len` bytes.
    ///
    /// # Errors
    /// [`Truncated`] when fewer are left; the cursor stays where it was.
    pub fn take(&mut self, what: &'static str, len: usize) -> Result<&'a [u8], Truncated> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        match rest.get(..len) {
            Some(taken) => {
                self.at += len;
                Ok(taken)
            }
            None => Err(Truncated { what, offset: self.at, need: len, have: rest.len() }),
        }
    }

    /// # Errors
    /// [`Truncated`] at the end of the item.
    pub fn u8(&mut self, what: &'static str) -> Result<u8, Truncated> {
        Ok(self.take(what, 1)?[0])
    }

    /// # Errors
    /// [`Truncated`] at the end of the item.
    pub fn u16(&mut self, what: &'static str) -> Result<u16, Truncated> {
        self.take(what, 2).map(LittleEndian::read_u16)
    }

    /// # Errors
    /// [`Truncated`] at the end of the item.
    pub fn u64(&mut self, what: &'static str) -> Result<u64, Truncated> {
        self.take(what, 8).map(LittleEndian::read_u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_field_is_named_with_its_offset() {
        let mut reader = Reader::new(&[1, 2, 3], 1);
        assert_eq!(reader.u16("record count"), Ok(0x0302));
        let error = reader.u64("start time").expect_err("nothing is left");
        assert_eq!(error.to_string(), "start time at offset 3 needs 8 bytes, 0 are there");
        assert_eq!(reader.at(), 3);
    }
}
