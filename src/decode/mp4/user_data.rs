//! What cameras write about a clip as a whole: user data (`udta`) and lists of keys (`meta`), as text where they are text.

use super::super::{Class, Diagnostic, Fact, Part, Property, Sink};
use super::iso6709;
use super::row::Row;
use crate::bytes::boxes::{Head, name, u16_at, u32_at};
use crate::evidence::{Extent, Origin, Span};
use crate::layout::{Tables, Value};

/// The longest value that is kept as text.
const MOST_TEXT: usize = 4096;
/// Keys of one list.
const MOST_KEYS: usize = 1024;

/// Keys of user data and what they hold, as far as it is known.
const MEANINGS: &[(&str, &str)] = &[
    ("\u{a9}xyz", "place"),
    ("\u{a9}mdl", "model"),
    ("\u{a9}xsp", "speed x, m/s"),
    ("\u{a9}ysp", "speed y, m/s"),
    ("\u{a9}zsp", "speed z, m/s"),
    ("\u{a9}fpt", "pitch of the aircraft, degrees"),
    ("\u{a9}fyw", "yaw of the aircraft, degrees"),
    ("\u{a9}frl", "roll of the aircraft, degrees"),
    ("\u{a9}gpt", "pitch of the gimbal, degrees"),
    ("\u{a9}gyw", "yaw of the gimbal, degrees"),
    ("\u{a9}grl", "roll of the gimbal, degrees"),
    ("fsid", "path of the file in the aircraft"),
];

/// One box of user data.
pub fn read(head: Head, path: &str, whole: Span, inside: &[u8], tables: &Tables, sink: &mut dyn Sink) {
    let key = name(head.kind);
    let words = if head.kind[0] == 0xa9 { international(inside) } else { plain(inside) };
    match words {
        Some(words) => value(&key, &words, whole, tables, sink),
        None => {
            let at = Extent::from(Span { len: head.len.min(whole.len), ..whole });
            let values = [("path", Value::Text(path.into())), ("bytes", Value::Unsigned(whole.len))];
            Row { record: "box", at: &at, start_ns: None, values: &values }.emit(tables, sink);
            let content = Span { offset: whole.offset + head.len.min(whole.len), len: inside.len() as u64 };
            sink.claim(&content.into(), Class::Known, "user data");
        }
    }
}

/// A value with its key: a record, a note, and what follows from it.
fn value(key: &str, words: &str, at: Span, tables: &Tables, sink: &mut dyn Sink) {
    let extent = Extent::from(at);
    let meaning = MEANINGS.iter().find(|(known, _)| *known == key).map(|(_, meaning)| *meaning);
    let values = [
        ("key", Value::Text(key.into())),
        ("text", Value::Text(words.into())),
        ("meaning", meaning.map_or(Value::Absent, |meaning| Value::Text(meaning.into()))),
    ];
    Row { record: "user_data", at: &extent, start_ns: None, values: &values }.emit(tables, sink);
    let shown = meaning.map_or(String::new(), |meaning| format!(" ({meaning})"));
    sink.fact(Fact::Note { text: format!("user data {key}{shown}: {words}"), at: Origin::Bytes(extent.clone()) });
    let is_place = meaning == Some("place") || key.ends_with("location.ISO6709");
    if let Some(place) = iso6709::place(words).filter(|_| is_place) {
        let values = [
            ("latitude", Value::F64(place.lat)),
            ("longitude", Value::F64(place.lon)),
            ("height", place.height_m.map_or(Value::Absent, Value::F64)),
        ];
        Row { record: "place", at: &extent, start_ns: None, values: &values }.emit(tables, sink);
    }
    if meaning == Some("model") || key.ends_with("quicktime.model") {
        let (part, property, value) = (Part::Camera, Property::Model, words.to_owned());
        sink.fact(Fact::Device { part, property, value, at: Origin::Bytes(extent) });
    }
}

/// A length, a language, and text; DJI writes some of them as bare text.
fn international(inside: &[u8]) -> Option<String> {
    let len = usize::from(u16_at(inside, 0)?);
    let framed = inside.get(4..).filter(|text| text.len() == len);
    plain(framed.unwrap_or(inside))
}

/// UTF-8 text without control characters, trailing zeros cut.
pub fn plain(bytes: &[u8]) -> Option<String> {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let text = std::str::from_utf8(bytes.get(..end)?).ok()?;
    let is_text = !text.is_empty() && text.len() <= MOST_TEXT && !text.chars().any(|c| c.is_control() && c != '\n');
    is_text.then(|| text.to_owned())
}

/// A list of keys and their values: `keys` names them, `ilst` holds them by number. Other boxes are stepped over. `true` when
/// something stands where a box must stand.
pub fn metadata(path: &str, bytes: &[u8], base: u64, tables: &Tables, sink: &mut dyn Sink) -> bool {
    let mut keys: Vec<String> = Vec::new();
    let mut is_damaged = false;
    let rest = each(bytes, base, &mut |head, whole, inside| {
        let mut plain_box = |content: &[u8]| {
            let at = Extent::from(Span { len: head.len.min(whole.len), ..whole });
            let path = format!("{path}/{}", head.name());
            let values = [("path", Value::Text(path.into())), ("bytes", Value::Unsigned(whole.len))];
            Row { record: "box", at: &at, start_ns: None, values: &values }.emit(tables, sink);
            let content = Span { offset: whole.end() - content.len() as u64, len: content.len() as u64 };
            sink.claim(&content.into(), Class::Known, "content of a box");
        };
        match &head.kind {
            b"keys" => {
                plain_box(inside);
                keys = key_names(inside);
            }
            b"ilst" => {
                plain_box(&[]);
                is_damaged |= items(inside, whole.end() - inside.len() as u64, &keys, tables, sink);
            }
            _ => plain_box(inside),
        }
    });
    is_damaged | tell_rest(rest, sink)
}

/// What stands behind the last box and is none.
fn tell_rest(rest: Span, sink: &mut dyn Sink) -> bool {
    if rest.len == 0 {
        return false;
    }
    sink.claim(&rest.into(), Class::Damaged, "no box");
    let message = format!("meta: {} bytes stand where a box must stand and are none", rest.len);
    sink.diagnostic(Diagnostic::damage("mp4/no-box", Origin::Bytes(rest.into()), message));
    true
}

/// Boxes one behind the other; where the first thing stands that is none.
fn each(bytes: &[u8], base: u64, take: &mut dyn FnMut(Head, Span, &[u8])) -> Span {
    let mut at = 0;
    for _ in 0..MOST_KEYS {
        let Some((rest, head)) = bytes.get(at..).and_then(|rest| Some((rest, Head::of(rest)?))) else { break };
        let len = head.size.map_or(rest.len(), |size| usize::try_from(size).map_or(rest.len(), |s| s.min(rest.len())));
        let inside = rest.get((head.len as usize).min(len)..len).unwrap_or_default();
        take(head, Span { offset: base + at as u64, len: len as u64 }, inside);
        at += len.max(1);
    }
    Span { offset: base + at as u64, len: bytes.len().saturating_sub(at) as u64 }
}

/// Version and flags, a count, and for each key its size, its name space and its name.
fn key_names(inside: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = 8;
    while let Some(size) = u32_at(inside, at).map(|size| size as usize).filter(|size| *size >= 8) {
        let Some(words) = inside.get(at + 8..at + size).filter(|_| names.len() < MOST_KEYS) else { break };
        names.push(String::from_utf8_lossy(words).into_owned());
        at += size;
    }
    names
}

/// Each item is a box whose type is the number of its key, and holds a `data` box: kind, locale, value.
fn items(bytes: &[u8], base: u64, keys: &[String], tables: &Tables, sink: &mut dyn Sink) -> bool {
    let rest = each(bytes, base, &mut |head, whole, inside| {
        let number = u32::from_be_bytes(head.kind) as usize;
        let key = number.checked_sub(1).and_then(|at| keys.get(at)).cloned().unwrap_or_else(|| head.name());
        let data = Head::of(inside).filter(|data| data.kind == *b"data");
        let words = data.and_then(|_| {
            // 1: UTF-8.
            (u32_at(inside, 8)? == 1).then_some(())?;
            plain(inside.get(16..)?)
        });
        match words {
            Some(words) => value(&key, &words, whole, tables, sink),
            None => {
                let values = [("path", Value::Text(key.into())), ("bytes", Value::Unsigned(whole.len))];
                let at = Extent::from(Span { len: head.len.min(whole.len), ..whole });
                Row { record: "box", at: &at, start_ns: None, values: &values }.emit(tables, sink);
                let content = Span { offset: whole.end() - inside.len() as u64, len: inside.len() as u64 };
                sink.claim(&content.into(), Class::Known, "a value that is no text");
            }
        }
    });
    tell_rest(rest, sink)
}
