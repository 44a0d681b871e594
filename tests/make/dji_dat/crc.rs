//! The two checks of a record, bit by bit: reflected, no final xor.

/// CRC-8 of the length: polynomial 8C, start 77.
pub fn crc8(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0x77, |crc, byte| (0..8).fold(crc ^ byte, |crc, _| (crc >> 1) ^ (0x8C * (crc & 1))))
}

/// CRC-16 of a whole record as it is stored: polynomial 8408, start 3692.
pub fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0x3692, |crc, byte| crc >> 8 ^ BYTES[usize::from(crc as u8 ^ byte)])
}

/// What eight steps make of a byte; files of gigabytes would take minutes without.
const BYTES: [u16; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut crc, mut step) = (byte as u16, 0);
        while step < 8 {
            crc = (crc >> 1) ^ (0x8408 * (crc & 1));
            step += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Lengths and their check bytes as other programs that search for one record each have them built in.
    #[test]
    fn checks_are_those_of_other_programs() {
        let known = [(0x84, 0xCF), (0x2E, 0xC6), (0xBF, 0xC1), (0x58, 0xDA), (0x37, 0x98)];
        for (length, check) in known {
            assert_eq!(crc8(&[0x55, length, 0]), check, "a record of {length:#04X} bytes");
        }
        // Of the usual nine digits, by a program that was written apart.
        assert_eq!((crc8(b"123456789"), crc16(b"123456789")), (0xFB, 0x7109));
    }
}
