//! Real baseline JPEGs of a few hundred bytes: 4:4:4 colour, the standard Huffman tables of ITU T.81 annex K, a soft
//! two-colour gradient as picture. Enough for any decoder to open, small enough to commit.

use super::exif::Exif;
use super::math;
use std::f64::consts::PI;

/// Code counts for lengths 1 to 16, then the symbols in code order (T.81 tables K.3 to K.6).
struct Huffman {
    class_and_id: u8,
    counts: [u8; 16],
    symbols: Vec<u8>,
}

const DC_LUMA: [u8; 16] = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const DC_CHROMA: [u8; 16] = [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0];
const AC_LUMA: [u8; 16] = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7D];
const AC_CHROMA: [u8; 16] = [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77];

/// The symbols that annex K gives before the long tail of 16-bit codes, and where that tail begins in each row of runs.
const AC_LUMA_HEAD: &[u8] =
    b"\x01\x02\x03\x00\x04\x11\x05\x12\x21\x31\x41\x06\x13\x51\x61\x07\x22\x71\x14\x32\x81\x91\xa1\x08\
\x23\x42\xb1\xc1\x15\x52\xd1\xf0\x24\x33\x62\x72\x82";
const AC_CHROMA_HEAD: &[u8] =
    b"\x00\x01\x02\x03\x11\x04\x05\x21\x31\x06\x12\x41\x51\x07\x61\x71\x13\x22\x32\x81\x08\x14\x42\x91\
\xa1\xb1\xc1\x09\x23\x33\x52\xf0\x15\x62\x72\xd1\x0a\x16\x24\x34\xe1\x25\xf1";

/// Annex K lists the rest in ascending order: every (run, size 1..=10) that the head does not hold.
fn with_tail(head: &[u8]) -> Vec<u8> {
    let mut symbols = head.to_vec();
    for run in 0..16u8 {
        for size in 1..=10u8 {
            let symbol = run << 4 | size;
            if !head.contains(&symbol) {
                symbols.push(symbol);
            }
        }
    }
    symbols
}

impl Huffman {
    /// DC luma, AC luma, DC chroma, AC chroma.
    fn standard() -> [Huffman; 4] {
        let dc: Vec<u8> = (0..12).collect();
        [
            Huffman { class_and_id: 0x00, counts: DC_LUMA, symbols: dc.clone() },
            Huffman { class_and_id: 0x10, counts: AC_LUMA, symbols: with_tail(AC_LUMA_HEAD) },
            Huffman { class_and_id: 0x01, counts: DC_CHROMA, symbols: dc },
            Huffman { class_and_id: 0x11, counts: AC_CHROMA, symbols: with_tail(AC_CHROMA_HEAD) },
        ]
    }

    /// (code, length) of a symbol: codes of one length count up, a longer length doubles.
    fn code(&self, symbol: u8) -> (u32, u32) {
        let (mut code, mut next) = (0u32, 0usize);
        for (at, &count) in self.counts.iter().enumerate() {
            for _ in 0..count {
                if self.symbols[next] == symbol {
                    return (code, at as u32 + 1);
                }
                code += 1;
                next += 1;
            }
            code <<= 1;
        }
        unreachable!("annex K has a code for every symbol of a baseline picture")
    }
}

/// (row, column) of the 64 coefficients from low to high frequency.
fn zigzag() -> Vec<(usize, usize)> {
    let mut order = Vec::with_capacity(64);
    for diagonal in 0..15usize {
        let mut cells: Vec<_> =
            (0..8).filter(|&row| row <= diagonal && diagonal - row < 8).map(|row| (row, diagonal - row)).collect();
        if diagonal % 2 == 0 {
            cells.reverse();
        }
        order.extend(cells);
    }
    order
}

/// Bits to bytes, with the 00 that T.81 wants behind every FF.
#[derive(Default)]
struct Bits {
    out: Vec<u8>,
    held: u32,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, bits: u32) {
        for at in (0..bits).rev() {
            self.held = self.held << 1 | (value >> at & 1);
            self.count += 1;
            if self.count == 8 {
                self.out.push(self.held as u8);
                if self.held as u8 == 0xFF {
                    self.out.push(0);
                }
                (self.held, self.count) = (0, 0);
            }
        }
    }

    /// Symbol with the size in its low nibble, then the value in that many bits (negative ones as value − 1).
    fn put_value(&mut self, table: &Huffman, run: u8, value: i32) {
        let size = 32 - value.unsigned_abs().leading_zeros();
        let (code, length) = table.code(run << 4 | size as u8);
        self.put(code, length);
        let low = if value < 0 { value - 1 } else { value };
        self.put(low as u32, size);
    }

    fn finish(mut self) -> Vec<u8> {
        while self.count != 0 {
            self.put(1, 1);
        }
        self.out
    }
}

fn segment(out: &mut Vec<u8>, marker: u8, body: &[u8]) {
    out.extend([0xFF, marker]);
    out.extend((body.len() as u16 + 2).to_be_bytes());
    out.extend(body);
}

/// Quantiser step of the coefficient at (row, column): coarser to the high frequencies.
fn step(row: usize, column: usize) -> u8 {
    (6 + 4 * (row + column)) as u8
}

/// Y, Cb, Cr of a pixel, centred on 0.
fn pixel(component: usize, x: usize, y: usize, width: usize, height: usize, tint: u8) -> f64 {
    let (u, v) = (x as f64 / width as f64, y as f64 / height as f64);
    match component {
        0 => -70.0 + 120.0 * v + 25.0 * math::sin(6.0 * u + f64::from(tint)),
        1 => 30.0 - 50.0 * v + f64::from(tint % 16),
        _ => -20.0 + 40.0 * u - f64::from(tint / 16),
    }
}

/// A colour JPEG; width and height are multiples of 8, `tint` makes pictures differ.
pub fn picture(width: usize, height: usize, tint: u8) -> Vec<u8> {
    picture_with(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0", width, height, tint)
}

/// The same picture, with time and place as a camera notes them.
pub fn photo(width: usize, height: usize, tint: u8, exif: &Exif) -> Vec<u8> {
    picture_with(0xE1, &exif.block(), width, height, tint)
}

/// `marker` and `head`: the application segment at the start.
fn picture_with(marker: u8, head: &[u8], width: usize, height: usize, tint: u8) -> Vec<u8> {
    assert!(width.is_multiple_of(8) && height.is_multiple_of(8) && width > 0 && height > 0);
    let order = zigzag();
    let tables = Huffman::standard();
    let mut out = vec![0xFF, 0xD8];
    segment(&mut out, marker, head);
    let mut quantiser = vec![0u8];
    quantiser.extend(order.iter().map(|&(row, column)| step(row, column)));
    segment(&mut out, 0xDB, &quantiser);
    let mut frame = vec![8];
    frame.extend((height as u16).to_be_bytes());
    frame.extend((width as u16).to_be_bytes());
    frame.extend([3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
    segment(&mut out, 0xC0, &frame);
    for table in &tables {
        segment(&mut out, 0xC4, &[&[table.class_and_id][..], &table.counts, &table.symbols].concat());
    }
    segment(&mut out, 0xDA, &[3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);

    let mut bits = Bits::default();
    let mut last_dc = [0i32; 3];
    for top in (0..height).step_by(8) {
        for left in (0..width).step_by(8) {
            for (component, last) in last_dc.iter_mut().enumerate() {
                let sample = |x: usize, y: usize| pixel(component, left + x, top + y, width, height, tint);
                let block: Vec<i32> = order
                    .iter()
                    .map(|&(row, column)| {
                        (coefficient(&sample, row, column) / f64::from(step(row, column))).round() as i32
                    })
                    .collect();
                let (dc, ac) = if component == 0 { (&tables[0], &tables[1]) } else { (&tables[2], &tables[3]) };
                put_block(&mut bits, dc, ac, &block, last);
            }
        }
    }
    out.extend(bits.finish());
    out.extend([0xFF, 0xD9]);
    out
}

/// One coefficient of the forward DCT of an 8 x 8 block.
fn coefficient(sample: &dyn Fn(usize, usize) -> f64, row: usize, column: usize) -> f64 {
    let wave = |k: usize, at: usize| math::cos((2 * at + 1) as f64 * k as f64 * PI / 16.0);
    let scale = |k: usize| if k == 0 { 0.5f64.sqrt() } else { 1.0 };
    let mut sum = 0.0;
    for y in 0..8 {
        for x in 0..8 {
            sum += sample(x, y) * wave(row, y) * wave(column, x);
        }
    }
    0.25 * scale(row) * scale(column) * sum
}

fn put_block(bits: &mut Bits, dc: &Huffman, ac: &Huffman, block: &[i32], last_dc: &mut i32) {
    bits.put_value(dc, 0, block[0] - *last_dc);
    *last_dc = block[0];
    let mut run = 0u8;
    for &value in &block[1..] {
        if value == 0 {
            run += 1;
            continue;
        }
        while run > 15 {
            let (code, length) = ac.code(0xF0);
            bits.put(code, length);
            run -= 16;
        }
        bits.put_value(ac, run, value);
        run = 0;
    }
    if run > 0 {
        let (code, length) = ac.code(0x00);
        bits.put(code, length);
    }
}
