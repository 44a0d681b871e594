//! From bytes to text: zone files come as UTF-8 with or without a mark, UTF-16 from spreadsheets, Windows-1252 from old ones.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::bytes::text::windows_1252;

/// The text of a file, and what had to be assumed to get it.
pub struct Text<'a> {
    pub text: Cow<'a, str>,
    /// Bytes of the file before the first character of `text`; `None` when the text was converted and offsets do not carry over.
    pub base: Option<usize>,
    pub warning: Option<String>,
    /// Where lines end, once somebody asks.
    line_ends: OnceCell<Vec<usize>>,
}

impl<'a> Text<'a> {
    fn new(text: Cow<'a, str>, base: Option<usize>, warning: Option<String>) -> Self {
        Text { text, base, warning, line_ends: OnceCell::new() }
    }

    /// Names a place in the text: the byte in the file where it can be told, and the line.
    pub fn place(&self, at: usize) -> String {
        let ends = self.line_ends.get_or_init(|| memchr::memchr_iter(b'\n', self.text.as_bytes()).collect());
        let line = ends.partition_point(|end| *end < at) + 1;
        match self.base {
            Some(base) => format!("byte {} (line {line})", base + at),
            None => format!("line {line}"),
        }
    }
}

/// Reads bytes as text. Never fails: what is no text at all is found out by whoever reads it.
pub fn decode(bytes: &[u8]) -> Text<'_> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return eight_bit(rest, 3);
    }
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes, "UTF-16, little-endian"),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes, "UTF-16, big-endian"),
        [first, 0, third, 0, ..] if *first != 0 && *third != 0 => {
            utf16(bytes, u16::from_le_bytes, "UTF-16, little-endian without a mark")
        }
        [0, second, 0, fourth, ..] if *second != 0 && *fourth != 0 => {
            utf16(bytes, u16::from_be_bytes, "UTF-16, big-endian without a mark")
        }
        _ => eight_bit(bytes, 0),
    }
}

fn utf16<'a>(bytes: &[u8], unit: fn([u8; 2]) -> u16, name: &str) -> Text<'a> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    let mut warning = format!("the file is {name}, not UTF-8 as its format asks; it was converted");
    if text.contains(char::REPLACEMENT_CHARACTER) {
        warning.push_str("; characters that are damaged stand as \u{fffd}");
    }
    Text::new(Cow::Owned(text), None, Some(warning))
}

fn eight_bit(bytes: &[u8], base: usize) -> Text<'_> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Text::new(Cow::Borrowed(text), Some(base), None);
    }
    // A file with more good multi-byte characters than bad bytes is damaged UTF-8; the other way round it never was UTF-8.
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    if good > bad {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let warning = format!("{bad} bytes are not UTF-8; they stand as \u{fffd} in names");
        return Text::new(Cow::Owned(text), None, Some(warning));
    }
    let text = bytes.iter().map(|&b| windows_1252(b)).collect();
    let warning = "the file is not UTF-8; names were read as Latin-1 (Windows-1252)".to_owned();
    Text::new(Cow::Owned(text), None, Some(warning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_old_code_pages() {
        assert_eq!(decode(b"\xef\xbb\xbfa").text, "a");
        assert_eq!(decode(b"\xef\xbb\xbfa").base, Some(3));
        assert_eq!(decode(b"\xff\xfe\xe9\0{\0").text, "é{");
        assert_eq!(decode(b"\xfe\xff\0\xe9\0{").text, "é{");
        assert_eq!(decode(b"{\0\"\0").text, "{\"");
        let old = decode(b"caf\xe9 \x80 5");
        assert_eq!(old.text, "café € 5");
        assert!(old.warning.is_some());
        assert!(decode("é".as_bytes()).warning.is_none());
    }

    #[test]
    fn damaged_utf8_keeps_its_good_names() {
        assert_eq!(decode(b"\xc3\xa9\xc3\xa9\xc3\xa9 \xff").text, "ééé \u{fffd}");
    }
}
