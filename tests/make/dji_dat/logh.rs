//! The encrypted container of newer aircraft: what stands in clear, and noise where the cipher text would be.

use super::super::dji_txt::fields::Fields;
use super::super::prng::Prng;

/// Where the cipher text begins.
pub const DATA: usize = 0x80;

/// `blocks` blocks of 16 bytes of cipher text behind the header.
pub fn container(product: &str, serial: &str, blocks: usize, seed: u64) -> Vec<u8> {
    let mut f = Fields::new(DATA);
    f.text(0, 4, "LOGH").u32(4, 1).put(8, &(DATA as u64).to_le_bytes()).put(0x10, &(16 * blocks as u64).to_le_bytes());
    f.text(0x18, 16, product).text(0x28, 16, serial);
    // The rest of what the key is derived from, 0x18 to 0x5B.
    let mut prng = Prng::new(seed);
    f.put(0x38, &prng.bytes(0x5C - 0x38));
    let mut out = f.whole();
    out.extend(prng.bytes(16 * blocks));
    out
}
