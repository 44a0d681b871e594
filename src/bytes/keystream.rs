//! The keystream of DJI flight records from version 7 on: an eight-byte key made from one seed byte and the record type,
//! by CRC-64/Jones. It hides nothing from anybody: every key follows from bytes in the file.

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

const CRC: Crc<u64> = Crc::<u64>::new(&JONES);

/// Multiplied by the seed byte to make the text under the CRC; verified on every scrambled record of the evidence.
const MULTIPLIER: u64 = 0x1234_5678_9abc_def0;

/// A CRC is linear: that of a text from a start value is that of the text from zero, and that of zeros from the start value.
static OF_SEED: [u64; 256] = of_seeds();
static OF_START: [u64; 256] = of_starts();

const fn of_seeds() -> [u64; 256] {
    let mut table = [0; 256];
    let mut seed = 0;
    while seed < 256 {
        table[seed] = CRC.checksum(&MULTIPLIER.wrapping_mul(seed as u64).to_le_bytes());
        seed += 1;
    }
    table
}

const fn of_starts() -> [u64; 256] {
    let mut table = [0; 256];
    let mut start = 0;
    while start < 256 {
        let mut digest = CRC.digest_with_initial((start as u64).reverse_bits());
        digest.update(&[0; 8]);
        table[start] = digest.finalize();
        start += 1;
    }
    table
}

/// The key of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    stream: u64,
    /// What the last plain byte must be.
    pub check: u8,
}

impl Key {
    /// `kind` is the record type, `magic` the prefix's `encryptMagicVersion` (0 in every file seen).
    #[inline]
    pub fn new(seed: u8, kind: u8, magic: u64) -> Self {
        let check = seed.wrapping_add(kind).wrapping_add(magic as u8);
        Key { stream: OF_SEED[usize::from(seed)] ^ OF_START[usize::from(check)], check }
    }

    /// The plain value of the byte at position `i` of the cipher text.
    #[inline]
    pub fn plain_byte(self, i: usize, cipher: u8) -> u8 {
        cipher ^ self.stream.to_le_bytes()[i % 8]
    }

    /// The plain text of the bytes from position `at` on.
    #[inline]
    pub fn plain_bytes<const N: usize>(self, at: usize, mut bytes: [u8; N]) -> [u8; N] {
        let stream = self.stream.rotate_right(8 * (at % 8) as u32).to_le_bytes();
        for eight in bytes.chunks_mut(8) {
            eight.iter_mut().zip(stream).for_each(|(byte, key)| *byte ^= key);
        }
        bytes
    }

    /// Appends the plain text of `cipher` to `plain`.
    pub fn unscramble_into(self, cipher: &[u8], plain: &mut Vec<u8>) {
        let start = plain.len();
        plain.extend_from_slice(cipher);
        let (words, rest) = plain[start..].as_chunks_mut::<8>();
        for word in words {
            *word = (u64::from_le_bytes(*word) ^ self.stream).to_le_bytes();
        }
        rest.iter_mut().zip(self.stream.to_le_bytes()).for_each(|(byte, key)| *byte ^= key);
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
        for at in 0..20 {
            let part: [u8; 19] = cipher[at..at + 19].try_into().expect("19 bytes");
            assert_eq!(key.plain_bytes(at, part), text[at..at + 19]);
        }
    }
}
