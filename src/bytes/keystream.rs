//! The keystream of DJI flight records from version 7 on: an eight-byte key made from one seed byte and the record type,
//! by CRC-64/Jones. It hides nothing from anybody: every key follows from bytes in the file.

use byteorder::{ByteOrder as _, LittleEndian};
use crc::{Algorithm, Crc};

/// CRC-64 with the polynomial of D. T. Jones, reflected, start value given per use.
const JONES: Algorithm<u64> = Algorithm {
    width: 64,
    poly: 0xad93_d235_94c9_35a9,
    init: 0,
    refin: true,
    refout: true,
    xorout: 0,
    check: 0xe9c6_d914_c4b8_d9ca,
    residue: 0,
};

static CRC: Crc<u64> = Crc::<u64>::new(&JONES);

/// Multiplied by the seed byte to make the text under the CRC; verified on every scrambled record of the evidence.
const MULTIPLIER: u64 = 0x1234_5678_9abc_def0;

/// The key of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    stream: u64,
    /// What the last plain byte must be.
    pub check: u8,
}

impl Key {
    /// `kind` is the record type, `magic` the prefix's `encryptMagicVersion` (0 in every file seen).
    pub fn new(seed: u8, kind: u8, magic: u64) -> Self {
        let check = seed.wrapping_add(kind).wrapping_add(magic as u8);
        let text = MULTIPLIER.wrapping_mul(u64::from(seed)).to_le_bytes();
        let mut digest = CRC.digest_with_initial(u64::from(check).reverse_bits());
        digest.update(&text);
        Key { stream: digest.finalize(), check }
    }

    /// The plain value of the byte at position `i` of the cipher text.
    pub fn plain_byte(self, i: usize, cipher: u8) -> u8 {
        cipher ^ self.stream.to_le_bytes()[i % 8]
    }

    /// Appends the plain text of `cipher` to `plain`.
    pub fn unscramble_into(self, cipher: &[u8], plain: &mut Vec<u8>) {
        let (words, rest) = cipher.as_chunks::<8>();
        plain.reserve(cipher.len());
        for word in words {
            plain.extend_from_slice(&(LittleEndian::read_u64(word) ^ self.stream).to_le_bytes());
        }
        plain.extend(rest.iter().zip(self.stream.to_le_bytes()).map(|(c, k)| c ^ k));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The catalogue value of CRC-64/Jones, and the first two rows of the key table that the format description gives.
    #[test]
    fn keys_equal_the_published_ones() {
        assert_eq!(CRC.checksum(b"123456789"), JONES.check);
        let key = |seed| Key::new(seed, 1, 0).stream.to_le_bytes();
        assert_eq!(key(0), [0x44, 0x44, 0x6f, 0xc9, 0x15, 0x00, 0x1d, 0x38]);
        assert_eq!(key(1), [0xf3, 0x6e, 0x43, 0x88, 0x5a, 0x93, 0x3f, 0x36]);
    }

    #[test]
    fn unscrambling_twice_gives_the_text_back() {
        let key = Key::new(201, 14, 0);
        let text: Vec<u8> = (0..45).collect();
        let (mut cipher, mut plain) = (Vec::new(), Vec::new());
        key.unscramble_into(&text, &mut cipher);
        key.unscramble_into(&cipher, &mut plain);
        assert_eq!(plain, text);
        assert_eq!(key.plain_byte(44, cipher[44]), text[44]);
    }
}
