//! Property lists as XML: elements that are named by their type.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::{Class, Diagnostic, Sink};
use super::tree::{Content, DEPTH, MOST, Node};
use crate::bytes::civil::Reader;
use crate::bytes::markup::{Tag, TagKind, next_tag, unescaped};
use crate::evidence::{Origin, Span};

/// Seconds from 1970 to 2001.
const TO_2001: f64 = 978_307_200.0;

/// A list that is open, with the key that waits for its value.
struct Open<'a> {
    start: usize,
    is_dictionary: bool,
    key: Option<Cow<'a, str>>,
    entries: Vec<(Cow<'a, str>, Node<'a>)>,
}

pub fn read<'a>(bytes: &'a [u8], sink: &mut dyn Sink) -> Option<Node<'a>> {
    let mut open: Vec<Open<'a>> = Vec::new();
    let mut root = None;
    let (mut at, mut left, mut is_closed) = (0, MOST, false);
    while let Some(tag) = next_tag(bytes, at) {
        between(bytes, at, tag.start, sink);
        at = tag.end;
        let name = tag.name;
        let is_leaf = matches!(tag.kind, TagKind::Open | TagKind::Empty) && !is_list(name) && name != b"plist";
        let close = next_tag(bytes, tag.end).filter(|close| close.kind == TagKind::Close && close.name == name);
        let leaf = match (tag.kind, &close) {
            _ if !is_leaf => None,
            (TagKind::Empty, _) => Some((b"".as_slice(), tag.end)),
            (_, Some(close)) => bytes.get(tag.end..close.start).map(|words| (words, close.end)),
            _ => None,
        };
        let value = leaf.and_then(|(words, end)| Some((content(name, words)?, end)));
        match (tag.kind, value) {
            (TagKind::Open | TagKind::Empty, _) if name == b"key" && leaf.is_some() => {
                let Some(((words, end), list)) = leaf.zip(open.last_mut()) else { continue };
                list.key = Some(unescaped(words));
                claim(&tag, end, sink);
                at = end;
            }
            (_, Some((content, end))) if left > 0 => {
                left -= 1;
                at = end;
                place(&mut open, &mut root, Node { at: Span::new(tag.start, end - tag.start), content });
            }
            (TagKind::Open, None) if is_list(name) && open.len() < DEPTH => {
                claim(&tag, tag.end, sink);
                open.push(Open { start: tag.start, is_dictionary: name == b"dict", key: None, entries: Vec::new() });
            }
            (TagKind::Empty, None) if is_list(name) => {
                claim(&tag, tag.end, sink);
                let content =
                    if name == b"dict" { Content::Dictionary(Vec::new()) } else { Content::Array(Vec::new()) };
                place(&mut open, &mut root, Node { at: Span::new(tag.start, tag.end - tag.start), content });
            }
            (TagKind::Close, _) if is_list(name) => {
                claim(&tag, tag.end, sink);
                if let Some(list) = open.pop() {
                    let node = closed(list, tag.end);
                    place(&mut open, &mut root, node);
                }
            }
            (TagKind::Other, _) => claim(&tag, tag.end, sink),
            (TagKind::Open | TagKind::Close, _) if name == b"plist" => {
                is_closed = tag.kind == TagKind::Close;
                claim(&tag, tag.end, sink);
            }
            _ => broken(&tag, sink),
        }
    }
    between(bytes, at, bytes.len(), sink);
    if !open.is_empty() || !is_closed {
        let message = "the list does not end: the file was cut, or its tags are damaged";
        sink.diagnostic(Diagnostic::damage("ios-plist/cut", Origin::at(bytes.len(), 0), message));
    }
    while let Some(list) = open.pop() {
        let node = closed(list, bytes.len());
        place(&mut open, &mut root, node);
    }
    root
}

fn is_list(name: &[u8]) -> bool {
    name == b"dict" || name == b"array"
}

fn claim(tag: &Tag<'_>, end: usize, sink: &mut dyn Sink) {
    sink.claim(&Span::new(tag.start, end - tag.start).into(), Class::Decoded, "markup");
}

fn between(bytes: &[u8], start: usize, end: usize, sink: &mut dyn Sink) {
    let words = bytes.get(start..end).unwrap_or_default();
    let at = Span::new(start, words.len());
    let blank = words.strip_prefix(b"\xef\xbb\xbf").unwrap_or(words).trim_ascii().is_empty();
    if blank {
        return sink.claim(&at.into(), Class::Known, "blanks");
    }
    sink.claim(&at.into(), Class::Damaged, "text between elements");
    let message = format!("{} bytes at offset {start} stand between elements and belong to none", words.len());
    sink.diagnostic(Diagnostic::damage("ios-plist/between", Origin::Bytes(at.into()), message));
}

fn broken(tag: &Tag<'_>, sink: &mut dyn Sink) {
    let at = Span::new(tag.start, tag.end - tag.start);
    sink.claim(&at.into(), Class::Damaged, "a broken element");
    let message = format!("the element at offset {} is none of a property list, or does not end", tag.start);
    sink.diagnostic(Diagnostic::loss("ios-plist/element", Origin::Bytes(at.into()), message).losing(1));
}

fn closed(list: Open<'_>, end: usize) -> Node<'_> {
    let content = match list.is_dictionary {
        true => Content::Dictionary(list.entries),
        false => Content::Array(list.entries.into_iter().map(|(_, node)| node).collect()),
    };
    Node { at: Span::new(list.start, end - list.start), content }
}

fn place<'a>(open: &mut [Open<'a>], root: &mut Option<Node<'a>>, node: Node<'a>) {
    match open.last_mut() {
        Some(list) => {
            let key = list.key.take().unwrap_or(Cow::Borrowed(if list.is_dictionary { "?" } else { "" }));
            list.entries.push((key, node));
        }
        None => *root = root.take().or(Some(node)),
    }
}

fn content<'a>(name: &[u8], words: &'a [u8]) -> Option<Content<'a>> {
    let text = unescaped(words);
    let word = text.trim();
    Some(match name {
        b"string" => Content::Text(text),
        b"integer" => Content::Integer(match word.strip_prefix("0x") {
            Some(digits) => i128::from_str_radix(digits, 16).ok()?,
            None => word.parse().ok()?,
        }),
        b"real" => Content::Real(word.parse().ok()?),
        b"true" => Content::Boolean(true),
        b"false" => Content::Boolean(false),
        b"date" => {
            let utc_ns = Reader::default().moment(word.as_bytes())?.utc_ns()?;
            Content::Date(utc_ns as f64 / 1e9 - TO_2001)
        }
        b"data" => {
            let packed: Vec<u8> = words.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
            Content::Data(Cow::Owned(STANDARD.decode(packed).ok()?))
        }
        _ => return None,
    })
}
