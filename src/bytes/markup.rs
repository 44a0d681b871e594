//! Tags of XML with their places. A reader of documents stops at the first fault; evidence is read on behind it, so tags are found
//! one by one, and what stands between them is left to the caller.

use std::borrow::Cow;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagKind {
    Open,
    Close,
    /// Opened and closed at once.
    Empty,
    /// Declaration, comment, document type.
    Other,
    /// It does not end, or another one begins inside it.
    Broken,
}

/// A tag with its angle brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag<'t> {
    pub start: usize,
    pub end: usize,
    pub kind: TagKind,
    pub name: &'t [u8],
    pub attributes: &'t [u8],
}

/// The first tag at or behind `from`.
pub fn next_tag(bytes: &[u8], from: usize) -> Option<Tag<'_>> {
    let start = from + memchr::memchr(b'<', bytes.get(from..)?)?;
    let rest = bytes.get(start + 1..)?;
    let other = |end: usize| Tag { start, end, kind: TagKind::Other, name: b"", attributes: b"" };
    if let Some(comment) = rest.strip_prefix(b"!--")
        && let Some(len) = memchr::memmem::find(comment, b"-->")
    {
        return Some(other(start + 4 + len + 3));
    }
    let (len, is_whole) = inner_len(rest);
    let inner = rest.get(..len).unwrap_or_default();
    let end = start + 1 + len + usize::from(is_whole);
    if !is_whole {
        return Some(Tag { kind: TagKind::Broken, ..other(end) });
    }
    let (kind, inner) = match inner {
        [b'?' | b'!', ..] => return Some(other(end)),
        [b'/', name @ ..] => (TagKind::Close, name),
        [inner @ .., b'/'] => (TagKind::Empty, inner),
        inner => (TagKind::Open, inner),
    };
    let name_len = inner.iter().position(u8::is_ascii_whitespace).unwrap_or(inner.len());
    let (name, attributes) = inner.split_at(name_len);
    Some(Tag { start, end, kind, name, attributes })
}

/// Bytes up to the bracket that closes, which may not stand in quotes; or up to the next one that opens.
fn inner_len(rest: &[u8]) -> (usize, bool) {
    let mut quote = None;
    for (at, byte) in rest.iter().enumerate() {
        match (quote, byte) {
            (_, b'<') => return (at, false),
            (None, b'>') => return (at, true),
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    (rest.len(), false)
}

impl<'t> Tag<'t> {
    /// The value of an attribute as it stands in the file.
    pub fn attribute(&self, name: &[u8]) -> Option<&'t [u8]> {
        let mut rest = self.attributes.trim_ascii_start();
        while !rest.is_empty() {
            let equals = memchr::memchr(b'=', rest)?;
            let found = rest.get(..equals)?.trim_ascii();
            let value = rest.get(equals + 1..)?.trim_ascii_start();
            let (quote, inner) = value.split_first().filter(|(quote, _)| b"\"'".contains(quote))?;
            let len = memchr::memchr(*quote, inner)?;
            if found == name {
                return inner.get(..len);
            }
            rest = inner.get(len + 1..)?.trim_ascii_start();
        }
        None
    }
}

/// Text between tags or in quotes without its entities; what is no entity stays, and bytes that are no UTF-8 are read as
/// replacement characters.
pub fn unescaped(bytes: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(bytes);
    let plain = quick_xml::escape::unescape(&text).map(Cow::into_owned);
    match plain {
        Ok(plain) if plain == text => text,
        Ok(plain) => Cow::Owned(plain),
        Err(_) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(TagKind, String)> {
        let (mut found, mut at) = (Vec::new(), 0);
        while let Some(tag) = next_tag(text.as_bytes(), at) {
            found.push((tag.kind, String::from_utf8_lossy(tag.name).into_owned()));
            at = tag.end;
        }
        found
    }

    #[test]
    fn tags_are_found_one_by_one_behind_faults_too() {
        let text = "<?xml version='1.0'?>\n<!-- <a> --><map><int name=\"a>b\" value='1' /><str<b>x</b></map>";
        let found = kinds(text);
        let names: Vec<(TagKind, &str)> = found.iter().map(|(kind, name)| (*kind, name.as_str())).collect();
        let expected = [
            (TagKind::Other, ""),
            (TagKind::Other, ""),
            (TagKind::Open, "map"),
            (TagKind::Empty, "int"),
            (TagKind::Broken, ""),
            (TagKind::Open, "b"),
            (TagKind::Close, "b"),
            (TagKind::Close, "map"),
        ];
        assert_eq!(names, expected);
        let tag = next_tag(text.as_bytes(), text.find("<int").expect("a tag")).expect("a tag");
        assert_eq!((tag.attribute(b"name"), tag.attribute(b"value")), (Some(b"a>b".as_slice()), Some(b"1".as_slice())));
        assert_eq!(tag.attribute(b"other"), None);
        assert_eq!(unescaped(b"a &amp; b&#10;&bogus;"), "a &amp; b&#10;&bogus;");
        assert_eq!(unescaped(b"a &amp; b&#10;"), "a & b\n");
    }
}
