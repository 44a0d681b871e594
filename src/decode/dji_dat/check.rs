//! The two check sums of a record, as in the maker's serial protocol: CRC-8 over the first three header bytes, CRC-16 over all
//! but the last two bytes as they are stored. Both run over reflected bits; 0 mismatches in 62,870 records of three logs.

use crc::{Algorithm, Crc, Table};

/// Shift register 0x77 at the start, written with its bits in the other order as the catalogue of algorithms does.
const HEADER: Algorithm<u8> =
    Algorithm { width: 8, poly: 0x31, init: 0xEE, refin: true, refout: true, xorout: 0, check: 0, residue: 0 };
/// Shift register 0x3692 at the start.
const RECORD: Algorithm<u16> =
    Algorithm { width: 16, poly: 0x1021, init: 0x496C, refin: true, refout: true, xorout: 0, check: 0, residue: 0 };

const HEADER_CRC: Crc<u8> = Crc::<u8>::new(&HEADER);
static RECORD_CRC: Crc<u16, Table<16>> = Crc::<u16, Table<16>>::new(&RECORD);
/// What the shift register of the record's sum begins with.
const RECORD_START: u16 = 0x3692;

/// Longest record; its length has ten bits.
const LENGTHS: usize = 1 << 10;
/// The sum of the header of a record of each length.
static HEADER_SUMS: [u8; LENGTHS] = {
    let mut sums = [0; LENGTHS];
    let mut len = 0;
    while len < LENGTHS {
        sums[len] = HEADER_CRC.checksum(&[0x55, len as u8, (len >> 8) as u8]);
        len += 1;
    }
    sums
};

/// Of the first three bytes of a record of this length; `None` for lengths that no record has.
#[inline]
pub fn header(len: usize) -> Option<u8> {
    HEADER_SUMS.get(len).copied()
}

/// Of a record without its last two bytes. This sum runs over every byte of every log, and most records are short: what is left
/// over behind the last sixteen bytes is taken in one step, too, which the library does byte by byte.
#[inline]
pub fn record(bytes: &[u8]) -> u16 {
    let tables = RECORD_CRC.table();
    let (blocks, rest) = bytes.as_chunks::<16>();
    let sum = blocks.iter().fold(RECORD_START, |sum, block| {
        let [low, high] = sum.to_le_bytes();
        let [a, b, others @ ..] = block;
        let first = tables[15][usize::from(a ^ low)] ^ tables[14][usize::from(b ^ high)];
        others.iter().zip(tables[..14].iter().rev()).fold(first, |sum, (byte, table)| sum ^ table[usize::from(*byte)])
    });
    match rest {
        [] => sum,
        [one] => (sum >> 8) ^ tables[0][usize::from(*one ^ sum as u8)],
        [a, b, others @ ..] => {
            let [low, high] = sum.to_le_bytes();
            let own = tables.get(..rest.len()).unwrap_or_default();
            let [before @ .., next, last] = own else { return sum };
            let first = last[usize::from(a ^ low)] ^ next[usize::from(b ^ high)];
            others.iter().zip(before.iter().rev()).fold(first, |sum, (byte, table)| sum ^ table[usize::from(*byte)])
        }
    }
}

#[cfg(test)]
mod tests {
    /// The constants that other tools look for in place of a length: each is the sum of one header.
    #[test]
    fn header_sums_are_those_that_other_tools_search_for() {
        for (len, sum) in [(0x84, 0xCF), (0x2E, 0xC6), (0xBF, 0xC1), (0x58, 0xDA), (0x37, 0x98)] {
            assert_eq!(super::header(len), Some(sum), "length {len:#x}");
        }
        assert_eq!(super::header(1024), None);
    }

    /// The library's own loop says the same, whatever is left over.
    #[test]
    fn sums_of_all_lengths_are_those_of_the_library() {
        let bytes: Vec<u8> = (0..300_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 11) as u8).collect();
        for len in 0..bytes.len() {
            assert_eq!(super::record(&bytes[..len]), super::RECORD_CRC.checksum(&bytes[..len]), "{len} bytes");
        }
    }
}
