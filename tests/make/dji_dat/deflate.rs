//! zlib streams of one block with the fixed codes, so that the samples do not change with a compressor's version.

const WINDOW: usize = 32 << 10;
const LONGEST: usize = 258;

/// A zlib stream of `data`.
pub fn zlib(data: &[u8]) -> Vec<u8> {
    let mut bits = Bits { out: vec![0x78, 0x9C], pending: 0, count: 0 };
    // Last block, fixed codes.
    bits.put(1, 1);
    bits.put(1, 2);
    let mut seen = vec![usize::MAX; 1 << 15];
    let mut at = 0;
    while at < data.len() {
        let (distance, length) = matched(data, at, &mut seen);
        if length >= 3 {
            bits.length(length);
            bits.distance(distance);
            at += length;
        } else {
            bits.symbol(u16::from(data[at]));
            at += 1;
        }
    }
    bits.symbol(256);
    bits.flush();
    bits.out.extend(adler(data).to_be_bytes());
    bits.out
}

/// Distance and length of what stood before, by the last place of the same three bytes.
fn matched(data: &[u8], at: usize, seen: &mut [usize]) -> (usize, usize) {
    let Some(&[a, b, c]) = data.get(at..at + 3) else { return (0, 0) };
    let slot = (usize::from(a) << 7 ^ usize::from(b) << 4 ^ usize::from(c)) & (seen.len() - 1);
    let before = std::mem::replace(&mut seen[slot], at);
    if before == usize::MAX || at - before > WINDOW {
        return (0, 0);
    }
    let length = data[at..].iter().zip(&data[before..]).take(LONGEST).take_while(|(now, then)| now == then).count();
    (at - before, length)
}

struct Bits {
    out: Vec<u8>,
    pending: u32,
    count: u32,
}

impl Bits {
    /// Lowest bit first, at most 16.
    fn put(&mut self, value: u32, count: u32) {
        self.pending |= value << self.count;
        self.count += count;
        while self.count >= 8 {
            self.out.push(self.pending as u8);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    /// Codes stand with their highest bit first.
    fn code(&mut self, code: u32, count: u32) {
        self.put(code.reverse_bits() >> (32 - count), count);
    }

    fn symbol(&mut self, symbol: u16) {
        let symbol = u32::from(symbol);
        match symbol {
            0..=143 => self.code(0x30 + symbol, 8),
            144..=255 => self.code(0x190 + symbol - 144, 9),
            256..=279 => self.code(symbol - 256, 7),
            _ => self.code(0xC0 + symbol - 280, 8),
        }
    }

    /// 3 to 258: 8 codes of one length, then 4 codes each of 2, 4, 8, 16 and 32 lengths, 258 has its own.
    fn length(&mut self, length: usize) {
        match length {
            LONGEST => self.symbol(285),
            3..=10 => self.symbol(254 + length as u16),
            _ => {
                let above = (length - 3) as u32;
                let extra = above.ilog2() - 2;
                self.symbol((257 + 4 * extra + (above >> extra)) as u16);
                self.put(above & ((1 << extra) - 1), extra);
            }
        }
    }

    /// 1 to 32768: 4 codes of one distance, then 2 codes each of 2, 4, ... distances.
    fn distance(&mut self, distance: usize) {
        let above = (distance - 1) as u32;
        if above < 4 {
            return self.code(above, 5);
        }
        let extra = above.ilog2() - 1;
        self.code(2 * extra + (above >> extra), 5);
        self.put(above & ((1 << extra) - 1), extra);
    }

    fn flush(&mut self) {
        self.put(0, (8 - self.count % 8) % 8);
    }
}

fn adler(data: &[u8]) -> u32 {
    let (a, b) = data.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    b << 16 | a
}
