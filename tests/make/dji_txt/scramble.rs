//! The v7+ scrambling: a CRC-64 of a seed makes eight key bytes that repeat over the content, and a check byte ends it.

/// CRC-64 "Jones", reflected; the start value is the caller's, nothing is xored at the end.
pub fn crc64(start: u64, data: &[u8]) -> u64 {
    data.iter().fold(start, |mut crc, &byte| {
        crc ^= u64::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0x95AC_9329_AC4B_C9B5 } else { crc >> 1 };
        }
        crc
    })
}

/// Body of a scrambled record: seed, content and check byte under the key. Two bytes longer than the content.
pub fn scramble(kind: u8, seed: u8, content: &[u8]) -> Vec<u8> {
    let check = seed.wrapping_add(kind);
    let spread = 0x1234_5678_9ABC_DEF0u64.wrapping_mul(u64::from(seed));
    let key = crc64(u64::from(check), &spread.to_le_bytes()).to_le_bytes();
    let plain = content.iter().chain(std::iter::once(&check));
    let cipher = plain.zip(key.iter().cycle()).map(|(byte, key)| byte ^ key);
    std::iter::once(seed).chain(cipher).collect()
}
