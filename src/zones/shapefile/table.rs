//! The attributes beside a shapefile: a dBASE III table (`.dbf`), one row a record, in a code page that the `.cpg` file or the
//! table's language byte names.

use encoding_rs::{
    BIG5, EUC_KR, Encoding, GBK, IBM866, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
};
use encoding_rs::{WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257};

use crate::zones::properties::{Properties, plain};

/// A table in memory.
pub struct Table<'a> {
    rows: &'a [u8],
    row_len: usize,
    fields: Vec<Field>,
    encoding: &'static Encoding,
    /// As the header says.
    pub stated: usize,
    /// What had to be assumed.
    pub warnings: Vec<String>,
}

struct Field {
    /// In plain form.
    name: String,
    start: usize,
    len: usize,
}

impl<'a> Table<'a> {
    /// Reads the header. `code_page` is what the `.cpg` file says.
    ///
    /// # Errors
    /// Why it is no table.
    pub fn new(bytes: &'a [u8], code_page: Option<&str>) -> Result<Self, String> {
        let u16_at = |at: usize| bytes.get(at..at + 2).map(|b| usize::from(b[0]) | usize::from(b[1]) << 8);
        let header = u16_at(8).zip(u16_at(10)).zip(bytes.get(4..8)).zip(bytes.get(29));
        let (((header_len, row_len), count), language) = header.ok_or("is shorter than its header")?;
        let rows = bytes.get(header_len..).ok_or("ends in its header")?;
        let descriptors = bytes.get(32..header_len).ok_or("ends in its header")?;
        if row_len == 0 {
            return Err("has rows of no length".to_owned());
        }
        let mut warnings = Vec::new();
        let encoding = encoding(code_page, *language, rows, &mut warnings);
        let mut fields = Vec::new();
        // A mark stands before the fields: space, or * for a deleted row.
        let mut start = 1;
        for field in descriptors.chunks_exact(32).take_while(|field| field.first() != Some(&0x0d)) {
            let name = field.get(..11).unwrap_or_default();
            let name = name.split(|b| *b == 0).next().unwrap_or_default();
            let len = usize::from(field.get(16).copied().unwrap_or_default());
            // Memos and other pointers into further files are no words.
            if !matches!(field.get(11), Some(b'M' | b'B' | b'G' | b'P')) {
                fields.push(Field { name: plain(&encoding.decode_without_bom_handling(name).0), start, len });
            }
            start += len;
        }
        let stated = count.iter().rev().fold(0, |n, b| n << 8 | usize::from(*b));
        Ok(Table { rows, row_len, fields, encoding, stated, warnings })
    }

    /// The attributes of a record, and whether the row is marked as deleted; `None` behind the end.
    pub fn row(&self, number: usize) -> Option<(Properties, bool)> {
        let start = number.checked_mul(self.row_len)?;
        let row = self.rows.get(start..start.checked_add(self.row_len)?)?;
        let values = self.fields.iter().map(|field| {
            let bytes = row.get(field.start..field.start + field.len).unwrap_or_default();
            let text = self.encoding.decode_without_bom_handling(bytes).0;
            let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
            // Numbers that do not fit, or are unknown, are filled with stars.
            let is_void = !text.is_empty() && text.bytes().all(|b| b == b'*');
            (field.name.as_str(), if is_void { String::new() } else { text.to_owned() })
        });
        Some((Properties::of_row(values), row.first() == Some(&b'*')))
    }
}

/// The code page, by the `.cpg` file, the language byte, or the text itself.
fn encoding(code_page: Option<&str>, language: u8, rows: &[u8], warnings: &mut Vec<String>) -> &'static Encoding {
    let stated = code_page.map(str::trim).filter(|words| !words.is_empty());
    if let Some(found) = stated.and_then(by_name).or_else(|| by_language(language)) {
        // Many writers state an old code page and write UTF-8.
        if found != UTF_8 && !rows.is_ascii() && found.is_single_byte() && std::str::from_utf8(rows).is_ok() {
            warnings.push(format!("its attributes are said to be {}, and are UTF-8; read so", found.name()));
            return UTF_8;
        }
        return found;
    }
    if let Some(words) = stated {
        let words = crate::zones::report::short(words);
        warnings.push(format!("the code page {words:?} of its attributes is not known; names may be wrong"));
    }
    if std::str::from_utf8(rows).is_ok() {
        return UTF_8;
    }
    warnings.push("nothing says in which code page its attributes are; read as Windows-1252".to_owned());
    WINDOWS_1252
}

/// `UTF-8`, `65001`, `936`, `CP1252`, `ANSI 1251`, `ISO 8859-1`, `LDID/87`.
fn by_name(words: &str) -> Option<&'static Encoding> {
    let words = words.to_ascii_lowercase();
    if let Some(language) = words.strip_prefix("ldid/") {
        return language.trim().parse().ok().and_then(by_language);
    }
    let digits: String = words.chars().filter(char::is_ascii_digit).collect();
    match digits.as_str() {
        "65001" => return Some(UTF_8),
        "936" | "54936" => return Some(GBK),
        "950" => return Some(BIG5),
        "932" => return Some(SHIFT_JIS),
        "949" => return Some(EUC_KR),
        "874" => return Some(WINDOWS_874),
        "866" => return Some(IBM866),
        page if page.len() == 4 && page.starts_with("125") => {
            return Encoding::for_label(format!("windows-{page}").as_bytes());
        }
        // "88591": the label has dashes.
        part if part.starts_with("8859") => return Encoding::for_label(format!("iso-8859-{}", &part[4..]).as_bytes()),
        _ => {}
    }
    Encoding::for_label(words.as_bytes())
}

/// The language byte of dBASE, as Esri uses it.
fn by_language(language: u8) -> Option<&'static Encoding> {
    Some(match language {
        0x03 | 0x57 | 0x58 | 0x59 => WINDOWS_1252,
        0x26 | 0x65 => IBM866,
        0x4d | 0x7a => GBK,
        0x4e | 0x79 => EUC_KR,
        0x4f | 0x78 => BIG5,
        0x13 | 0x7b => SHIFT_JIS,
        0x50 | 0x7c => WINDOWS_874,
        0x7d => WINDOWS_1255,
        0x7e => WINDOWS_1256,
        0xc8 => WINDOWS_1250,
        0xc9 => WINDOWS_1251,
        0xca => WINDOWS_1254,
        0xcb => WINDOWS_1253,
        0xcc => WINDOWS_1257,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_code_pages() {
        for (words, name) in [
            ("UTF-8", "UTF-8"),
            ("65001", "UTF-8"),
            ("936", "GBK"),
            ("CP1252", "windows-1252"),
            ("ANSI 1251", "windows-1251"),
            ("ISO 8859-1", "windows-1252"),
            ("88592", "ISO-8859-2"),
            ("LDID/87", "windows-1252"),
            ("Big5", "Big5"),
        ] {
            assert_eq!(by_name(words).map(Encoding::name), Some(name), "{words}");
        }
        assert_eq!(by_name("437"), None);
    }
}
