//! DEFLATE with fixed codes (RFC 1951 section 3.2.6) and the check sums of its envelopes, written from the RFCs: slow and plain.

/// Shortest and longest copy, and how far back it may reach.
const COPY: (usize, usize) = (3, 258);
const REACH: usize = 32_768;

/// Bits, least significant first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        for bit in 0..count {
            if self.used == 0 {
                self.bytes.push(0);
            }
            let last = self.bytes.len() - 1;
            self.bytes[last] |= ((value >> bit & 1) as u8) << self.used;
            self.used = (self.used + 1) % 8;
        }
    }

    /// Huffman codes go out most significant bit first.
    fn code(&mut self, code: u32, count: u32) {
        for bit in (0..count).rev() {
            self.put(code >> bit & 1, 1);
        }
    }

    fn symbol(&mut self, symbol: u32) {
        match symbol {
            0..=143 => self.code(0x30 + symbol, 8),
            144..=255 => self.code(0x190 + symbol - 144, 9),
            256..=279 => self.code(symbol - 256, 7),
            _ => self.code(0xc0 + symbol - 280, 8),
        }
    }

    fn copy(&mut self, len: usize, back: usize) {
        let (mut symbol, mut base, mut extra) = (257, 3, 0);
        while symbol < 284 && base + (1 << extra) <= len {
            base += 1 << extra;
            symbol += 1;
            extra = if symbol < 265 { 0 } else { (symbol - 261) / 4 };
        }
        if len == COPY.1 {
            (symbol, base, extra) = (285, len, 0);
        }
        self.symbol(symbol);
        self.put((len - base) as u32, extra);
        let (mut symbol, mut base, mut extra) = (0_u32, 1, 0_u32);
        while base + (1 << extra) <= back {
            base += 1 << extra;
            symbol += 1;
            extra = if symbol < 4 { 0 } else { symbol / 2 - 1 };
        }
        self.code(symbol, 5);
        self.put((back - base) as u32, extra);
    }
}

/// One block with fixed codes; copies the last place where the same three bytes stood.
pub fn deflate(content: &[u8]) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put(1, 1);
    bits.put(1, 2);
    let mut seen = std::collections::HashMap::new();
    let mut at = 0;
    while at < content.len() {
        let key = content.get(at..at + COPY.0);
        let before: Option<usize> = key.and_then(|key| seen.get(key).copied()).filter(|before| at - before <= REACH);
        let len = before.map_or(1, |before| {
            let same = content[at..].iter().zip(&content[before..]).take_while(|(a, b)| a == b);
            same.count().min(COPY.1)
        });
        match before {
            Some(before) => bits.copy(len, at - before),
            None => bits.symbol(content[at].into()),
        }
        for place in at..at + len {
            if let Some(key) = content.get(place..place + COPY.0) {
                seen.insert(key, place);
            }
        }
        at += len;
    }
    bits.symbol(256);
    bits.bytes
}

/// CRC-32, bit by bit.
pub fn crc32(content: &[u8]) -> u32 {
    !content.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 })
    })
}

pub fn adler32(content: &[u8]) -> u32 {
    let (a, b) = content.iter().fold((1, 0), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    b << 16 | a
}

/// A zlib stream, RFC 1950.
pub fn zlib(content: &[u8]) -> Vec<u8> {
    [&[0x78, 0x9c], deflate(content).as_slice(), &adler32(content).to_be_bytes()].concat()
}

/// What a gzip header may say beside the content, RFC 1952.
#[derive(Clone, Debug, Default)]
pub struct Gzip<'a> {
    pub name: Option<&'a str>,
    pub comment: Option<&'a str>,
    pub extra: Option<&'a [u8]>,
    pub modified: u32,
    pub header_crc: bool,
}

impl Gzip<'_> {
    pub fn header(&self) -> Vec<u8> {
        let flags = u8::from(self.header_crc) << 1
            | u8::from(self.extra.is_some()) << 2
            | u8::from(self.name.is_some()) << 3
            | u8::from(self.comment.is_some()) << 4;
        let mut out = vec![0x1f, 0x8b, 8, flags];
        out.extend(self.modified.to_le_bytes());
        out.extend([0, 3]);
        if let Some(extra) = self.extra {
            out.extend((extra.len() as u16).to_le_bytes());
            out.extend(extra);
        }
        for text in [self.name, self.comment].into_iter().flatten() {
            out.extend(text.bytes().chain([0]));
        }
        if self.header_crc {
            out.extend((crc32(&out) as u16).to_le_bytes());
        }
        out
    }

    pub fn member(&self, content: &[u8]) -> Vec<u8> {
        let trailer = [crc32(content).to_le_bytes(), (content.len() as u32).to_le_bytes()].concat();
        [self.header(), deflate(content), trailer].concat()
    }
}
