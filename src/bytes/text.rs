//! From bytes to text that can be split: UTF-8 with or without a mark, UTF-16 as spreadsheets write it, Latin-1 of old ones.
//! Every place in the text is a place in the file.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use crate::evidence::Span;

/// The text of an item, or of its beginning.
pub struct Text<'a> {
    /// Separators, quotes and line ends are ASCII here, whatever the file has.
    pub bytes: Cow<'a, [u8]>,
    /// Bytes of the file before the text: the mark.
    pub base: usize,
    /// Bytes of the file that hold the text; one odd byte may stand behind them.
    pub len: usize,
    pub encoding: Encoding,
    /// The text once more, where it is UTF-8 as it stands in the file.
    pub utf8: Option<&'a str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    /// Windows-1252 where bytes are no UTF-8.
    EightBit,
    Utf16,
}

impl<'a> Text<'a> {
    pub fn of(bytes: &'a [u8]) -> Self {
        match bytes {
            [0xff, 0xfe, rest @ ..] => Text::utf16(rest, 2, u16::from_le_bytes),
            [0xfe, 0xff, rest @ ..] => Text::utf16(rest, 2, u16::from_be_bytes),
            [a, 0, b, 0, c, 0, ..] if ![*a, *b, *c].contains(&0) => Text::utf16(bytes, 0, u16::from_le_bytes),
            [0, a, 0, b, 0, c, ..] if ![*a, *b, *c].contains(&0) => Text::utf16(bytes, 0, u16::from_be_bytes),
            _ => {
                let base = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
                let rest = &bytes[base..];
                let utf8 = std::str::from_utf8(rest).ok();
                let encoding = if utf8.is_some() { Encoding::Utf8 } else { Encoding::EightBit };
                Text { bytes: Cow::Borrowed(rest), base, len: rest.len(), encoding, utf8 }
            }
        }
    }

    fn utf16(bytes: &[u8], base: usize, unit: fn([u8; 2]) -> u16) -> Self {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        // A surrogate without its half becomes one character of one unit, so that places still carry over.
        let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        let len = bytes.len() / 2 * 2;
        Text { bytes: Cow::Owned(text.into_bytes()), base, len, encoding: Encoding::Utf16, utf8: None }
    }

    /// The words of a cell.
    pub fn words<'t>(&self, bytes: &'t [u8]) -> Cow<'t, str> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(bytes.iter().map(|&byte| windows_1252(byte)).collect()),
        }
    }
}

/// Bytes as text in which every byte keeps its place: what is no UTF-8 becomes a question mark.
pub fn in_place(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.utf8_chunks().fold(String::with_capacity(bytes.len()), |mut all, chunk| {
            all.push_str(chunk.valid());
            all.extend(chunk.invalid().iter().map(|_| '?'));
            all
        })),
    }
}

/// `wanted`, or the first of `wanted'`, `wanted''`, ... that is not taken; from now on it is.
pub fn free_name(wanted: String, taken: &mut HashSet<String>) -> String {
    let mut name = wanted;
    while !taken.insert(name.clone()) {
        name.push('\'');
    }
    name
}

/// A line without its end: where in the text it begins, ends, and where the next one begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub start: usize,
    pub end: usize,
    pub next: usize,
}

/// Lines that end with LF or CR LF; the last one perhaps with neither.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = Line> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        let rest = bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let len = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        at = start + len;
        let line = rest.get(..len)?;
        let ended = line.strip_suffix(b"\n").unwrap_or(line);
        let ended = ended.strip_suffix(b"\r").unwrap_or(ended);
        Some(Line { start, end: start + ended.len(), next: at })
    })
}

/// What makes a text not as an app writes it: control characters, or bytes that are no UTF-8.
pub fn harm(words: &[u8]) -> Option<&'static str> {
    if words.iter().any(|byte| *byte < 0x20 && !byte.is_ascii_whitespace()) {
        return Some("control characters stand in it");
    }
    std::str::from_utf8(words).is_err().then_some("it is not UTF-8; read as Windows-1252")
}

/// Walks through a text and tells where in the file it is.
pub struct Places {
    is_utf16: bool,
    at: usize,
    in_file: usize,
}

impl Places {
    pub fn new(text: &Text<'_>) -> Self {
        Places { is_utf16: text.encoding == Encoding::Utf16, at: 0, in_file: text.base }
    }

    /// The place in the file of byte `to` of the text; never before the last one that was asked for.
    #[inline]
    pub fn reach(&mut self, text: &[u8], to: usize) -> usize {
        let passed = text.get(self.at..to).unwrap_or_default();
        self.in_file += if self.is_utf16 { 2 * utf16_units(passed) } else { passed.len() };
        self.at = to;
        self.in_file
    }
}

/// Tells where parts of a text lie in the file, in any order.
pub struct Map<'t> {
    text: &'t [u8],
    base: usize,
    /// Of UTF-16 the place in the file of every [`STEP`]th byte of the text.
    steps: Option<Vec<usize>>,
}

const STEP: usize = 1024;

impl<'t> Map<'t> {
    pub fn new(text: &'t Text<'_>) -> Self {
        let bytes: &'t [u8] = &text.bytes;
        let steps = (text.encoding == Encoding::Utf16).then(|| {
            let mut at = text.base;
            let mut steps = Vec::with_capacity(bytes.len() / STEP + 1);
            for chunk in bytes.chunks(STEP) {
                steps.push(at);
                at += 2 * utf16_units(chunk);
            }
            steps
        });
        Map { text: bytes, base: text.base, steps }
    }

    fn place(&self, at: usize) -> usize {
        match &self.steps {
            None => self.base + at,
            Some(steps) => {
                let step = (at / STEP).min(steps.len().saturating_sub(1));
                let passed = self.text.get(step * STEP..at).unwrap_or_default();
                steps.get(step).map_or(self.base, |from| from + 2 * utf16_units(passed))
            }
        }
    }

    /// The bytes of the file that a part of the text stands in.
    pub fn span(&self, at: &Range<usize>) -> Span {
        let start = self.place(at.start);
        Span::new(start, self.place(at.end).saturating_sub(start))
    }
}

/// Units that valid UTF-8 takes in UTF-16: one a character, two for those of four bytes.
fn utf16_units(utf8: &[u8]) -> usize {
    utf8.iter().map(|byte| usize::from(byte & 0xc0 != 0x80) + usize::from(*byte >= 0xf0)).sum()
}

/// Windows-1252 is Latin-1 but for 0x80 to 0x9f, where it has these (<https://encoding.spec.whatwg.org/index-windows-1252.txt>).
pub fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_encodings_are_told_apart() {
        let utf16: Vec<u8> = "a°;😀\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [b"\xff\xfe".as_slice(), &utf16, b"x"].concat();
        let text = Text::of(&marked);
        assert_eq!((&*text.bytes, text.base, text.len), ("a°;😀\n".as_bytes(), 2, utf16.len()));
        assert_eq!(Text::of(b"l\0a\0t\0").bytes, b"lat".as_slice());
        assert_eq!(Text::of(b"\0l\0a\0t").bytes, b"lat".as_slice());
        let marked = Text::of(b"\xef\xbb\xbflat");
        assert_eq!((&*marked.bytes, marked.base, marked.encoding), (b"lat".as_slice(), 3, Encoding::Utf8));
        let old = Text::of(b"Lat [\xb0]");
        assert_eq!((old.encoding, old.words(b"\xb0").into_owned()), (Encoding::EightBit, "°".to_owned()));
    }

    #[test]
    fn places_in_utf16_are_places_in_the_file() {
        let utf16: Vec<u8> = "a°;😀\nb".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let bytes = [b"\xfe\xff".as_slice(), &utf16].concat();
        let text = Text::of(&bytes);
        let mut places = Places::new(&text);
        assert_eq!(places.reach(&text.bytes, 0), 2);
        let b = text.bytes.len() - 1;
        assert_eq!(places.reach(&text.bytes, b), bytes.len() - 2);
        assert_eq!(places.reach(&text.bytes, b + 1), bytes.len());
        assert_eq!(Map::new(&text).span(&(b..b + 1)), Span::new(bytes.len() - 2, 2));
    }
}
