//! Finds the parts of a JSON text without building a tree of it: members of an object, elements of an array, as ranges of bytes.
//! So one damaged feature costs itself alone, a file of any length needs little memory, and every part has an offset.

pub mod coordinates;
pub mod dialect;
pub mod features;
pub mod outline;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use serde_json::Value;

use super::text::Text;
use dialect::Dialect;
use outline::Outline;

/// Brackets inside brackets; deeper nesting is refused (as serde_json refuses it).
const DEPTH: usize = 128;

/// Bytes that open or close something.
const IS_STRUCTURE: [bool; 256] = {
    let mut table = [false; 256];
    let marks = b"\"{}[]";
    let mut i = 0;
    while i < marks.len() {
        table[marks[i] as usize] = true;
        i += 1;
    }
    table
};

/// Where and why the text stops being JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The text ends in the middle of a value.
    Cut,
    /// A bracket or quote of a value never closes, and others follow that do.
    Unclosed,
    /// Something else stands where a value, a comma or a bracket must stand.
    At(usize),
}

/// Walks over a text, value by value.
#[derive(Clone)]
pub struct Cursor<'t> {
    text: &'t str,
    pub at: usize,
}

impl<'t> Cursor<'t> {
    pub fn new(text: &'t str, at: usize) -> Self {
        Cursor { text, at }
    }

    /// The next byte that is no white space, not consumed.
    pub fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = bytes.get(self.at) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    /// Consumes `byte` when it is next.
    pub fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Consumes `byte`, which must be next.
    pub fn expect(&mut self, byte: u8) -> Result<(), Broken> {
        match self.peek() {
            Some(next) if next == byte => {
                self.at += 1;
                Ok(())
            }
            Some(_) => Err(Broken::At(self.at)),
            None => Err(Broken::Cut),
        }
    }

    /// Steps over one value of any kind. Brackets and strings must be sound; what stands between them is left to its reader.
    pub fn value(&mut self) -> Result<Range<usize>, Broken> {
        let first = self.peek().ok_or(Broken::Cut)?;
        let start = self.at;
        match first {
            b'"' => self.string()?,
            b'{' | b'[' => self.brackets()?,
            b'}' | b']' | b',' | b':' => return Err(Broken::At(start)),
            _ => self.word(),
        }
        Ok(start..self.at)
    }

    fn word(&mut self) {
        let bytes = &self.text.as_bytes()[self.at..];
        let end =
            bytes.iter().position(|b| matches!(b, b',' | b'}' | b']' | b':' | b' ' | b'\t' | b'\r' | b'\n' | 0x1e));
        self.at += end.unwrap_or(bytes.len());
    }

    fn string(&mut self) -> Result<(), Broken> {
        let bytes = self.text.as_bytes();
        self.at += 1;
        loop {
            let rest = bytes.get(self.at..).unwrap_or_default();
            let Some(stop) = memchr::memchr2(b'"', b'\\', rest) else {
                self.at = bytes.len();
                return Err(Broken::Cut);
            };
            self.at += stop + 1;
            if rest[stop] == b'"' {
                return Ok(());
            }
            self.at += 1;
        }
    }

    fn brackets(&mut self) -> Result<(), Broken> {
        let bytes = self.text.as_bytes();
        let mut open = [0_u8; DEPTH];
        let mut depth = 0;
        loop {
            // Between brackets and strings there is nothing to see: digits, commas, spaces.
            let rest = bytes.get(self.at..).unwrap_or_default();
            let Some(skip) = rest.iter().position(|byte| IS_STRUCTURE[usize::from(*byte)]) else {
                self.at = bytes.len();
                return Err(Broken::Cut);
            };
            self.at += skip;
            let byte = rest[skip];
            match byte {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => {
                    *open.get_mut(depth).ok_or(Broken::At(self.at))? = byte;
                    depth += 1;
                }
                b'}' | b']' => {
                    depth -= 1;
                    // In ASCII a closing bracket is its opening one plus 2.
                    if open[depth] + 2 != byte {
                        return Err(Broken::At(self.at));
                    }
                    if depth == 0 {
                        self.at += 1;
                        return Ok(());
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// The key and the colon before a member's value; the key as it stands, quotes included.
    pub fn key(&mut self) -> Result<Range<usize>, Broken> {
        match self.peek() {
            Some(b'"') => {}
            Some(_) => return Err(Broken::At(self.at)),
            None => return Err(Broken::Cut),
        }
        let start = self.at;
        self.string()?;
        let key = start..self.at;
        self.expect(b':')?;
        Ok(key)
    }
}

/// One member of an object.
pub struct Member<'t> {
    pub key: Cow<'t, str>,
    pub value: Range<usize>,
}

/// The members of the object that begins at `start`, in order.
pub fn members(text: &str, start: usize) -> Result<Vec<Member<'_>>, Broken> {
    let mut cursor = Cursor::new(text, start);
    let mut members = Vec::new();
    cursor.expect(b'{')?;
    if cursor.take(b'}') {
        return Ok(members);
    }
    loop {
        let key = cursor.key()?;
        let value = cursor.value()?;
        members.push(Member { key: unquoted(&text[key]), value });
        if cursor.take(b'}') {
            return Ok(members);
        }
        cursor.expect(b',')?;
    }
}

/// The elements of the array that begins at `start`.
pub fn elements(text: &str, start: usize) -> Result<Vec<Range<usize>>, Broken> {
    let mut cursor = Cursor::new(text, start);
    let mut elements = Vec::new();
    cursor.expect(b'[')?;
    if cursor.take(b']') {
        return Ok(elements);
    }
    loop {
        elements.push(cursor.value()?);
        if cursor.take(b']') {
            return Ok(elements);
        }
        cursor.expect(b',')?;
    }
}

/// The value of the last member called `key`, as JSON text.
pub fn member<'t>(text: &'t str, members: &[Member<'t>], key: &str) -> Option<&'t str> {
    members.iter().rev().find(|m| m.key == key).map(|m| &text[m.value.clone()])
}

/// The text of a JSON string.
pub fn unquoted(json: &str) -> Cow<'_, str> {
    let inner = json.strip_prefix('"').and_then(|j| j.strip_suffix('"')).unwrap_or(json);
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    serde_json::from_str::<String>(json).map_or(Cow::Borrowed(inner), Cow::Owned)
}

/// The value of the last member called `key`, as a tree; `None` where there is none or it is no sound JSON.
pub fn value(text: &str, members: &[Member<'_>], key: &str) -> Option<Value> {
    member(text, members, key).and_then(|json| serde_json::from_str(json).ok())
}

/// Where the value of the last member called `key` begins.
pub fn start_of(members: &[Member<'_>], key: &str) -> Option<usize> {
    members.iter().rev().find(|m| m.key == key).map(|m| m.value.start)
}

/// JSON text on one line: white space outside of strings is dropped.
pub fn on_one_line(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in json.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            ' ' | '\t' | '\r' | '\n' if !in_string => continue,
            _ => {}
        }
        line.push(c);
    }
    line
}

/// What a JSON text holds, found once for all readers.
#[derive(Default)]
pub struct Found {
    once: OnceCell<(Outline, Dialect)>,
}

impl Found {
    pub fn of(&self, text: &Text<'_>) -> &(Outline, Dialect) {
        self.once.get_or_init(|| {
            let outline = Outline::of(&text.text);
            let dialect = Dialect::of(&text.text, &outline);
            (outline, dialect)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_strings_do_not_count() {
        let text = r#" {"a]" : "}\"{", "b" : [1, {"c" : "\\"}], "d":null} tail"#;
        let found = members(text, 0).expect("sound object");
        let pairs: Vec<_> = found.iter().map(|m| (m.key.as_ref(), &text[m.value.clone()])).collect();
        assert_eq!(pairs, [("a]", r#""}\"{""#), ("b", r#"[1, {"c" : "\\"}]"#), ("d", "null")]);
        assert_eq!(unquoted(r#""\u00e9""#), "é");
    }

    #[test]
    fn lines_are_joined_outside_of_strings() {
        assert_eq!(on_one_line("{\n  \"a b\" : \"c\\\" d\",\r\n\t\"e\": 1 }"), r#"{"a b":"c\" d","e":1}"#);
    }

    #[test]
    fn what_is_broken_is_placed() {
        let broken = |text| members(text, 0).err();
        assert_eq!(broken(r#"{"a":[1,2"#), Some(Broken::Cut));
        assert_eq!(broken(r#"{"a":[1,2}"#), Some(Broken::At(9)));
        assert_eq!(broken(r#"{"a":1 "b":2}"#), Some(Broken::At(7)));
        assert_eq!(broken(r#"{"a":"#), Some(Broken::Cut));
        assert_eq!(broken("{,}"), Some(Broken::At(1)));
        assert!(matches!(broken(&format!("{{\"a\":{}", "[".repeat(200))), Some(Broken::At(_))));
    }
}
