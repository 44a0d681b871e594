//! The check sums of zip, gzip and zlib.

use crc::{CRC_32_ISO_HDLC, Crc, Table};

static CRC_32: Crc<u32, Table<16>> = Crc::<u32, Table<16>>::new(&CRC_32_ISO_HDLC);

/// CRC-32 as zip (APPNOTE 4.4.7) and gzip (RFC 1952 section 8) use it.
pub fn crc32(bytes: &[u8]) -> u32 {
    CRC_32.checksum(bytes)
}

/// Adler-32, RFC 1950 section 8.2.
pub fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    /// So many bytes of 255 keep both sums below 2^32.
    const BLOCK: usize = 5552;
    let (mut a, mut b) = (1_u32, 0_u32);
    for block in bytes.chunks(BLOCK) {
        for byte in block {
            a += u32::from(*byte);
            b += a;
        }
        a %= MODULUS;
        b %= MODULUS;
    }
    b << 16 | a
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The catalogue of parametrised CRCs gives cbf43926; the Adler-32 of "Wikipedia" is a published worked example.
    #[test]
    fn published_examples() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
        // 100,000 bytes of ff, summed by hand: a = 1 + 255 n, b = n + 255 n (n + 1) / 2.
        let n = 100_000_u64;
        let (a, b) = ((1 + 255 * n) % 65_521, (n + 255 * n * (n + 1) / 2) % 65_521);
        assert_eq!(adler32(&vec![255; n as usize]), (b << 16 | a) as u32);
    }
}
