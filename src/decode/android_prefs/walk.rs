//! From tags to entries. What is no entry where one must stand is lost, up to the next one.

use super::TYPES;
use super::emit::Emitter;
use crate::bytes::markup::{Tag, TagKind, next_tag, unescaped};

pub fn walk(bytes: &[u8], emitter: &mut Emitter<'_>) {
    let (mut at, mut is_open) = (0, true);
    while let Some(tag) = next_tag(bytes, at) {
        emitter.between(bytes, at, tag.start);
        let is_map = tag.name == b"map" && tag.attribute(b"name").is_none();
        at = match tag.kind {
            TagKind::Other => framing(&tag, emitter),
            TagKind::Open if is_map => framing(&tag, emitter),
            TagKind::Close | TagKind::Empty if is_map => {
                is_open = false;
                framing(&tag, emitter)
            }
            _ => entry(bytes, &tag, emitter).unwrap_or_else(|| lost(bytes, &tag, emitter)),
        };
    }
    emitter.between(bytes, at, bytes.len());
    if is_open {
        emitter.cut(bytes.len());
    }
}

fn framing(tag: &Tag<'_>, emitter: &mut Emitter<'_>) -> usize {
    emitter.framing(tag.start, tag.end);
    tag.end
}

fn is_entry(tag: &Tag<'_>) -> bool {
    matches!(tag.kind, TagKind::Open | TagKind::Empty) && TYPES.contains(&tag.name) && tag.attribute(b"name").is_some()
}

/// Reads the entry that the tag opens; gives where it ends.
fn entry(bytes: &[u8], tag: &Tag<'_>, emitter: &mut Emitter<'_>) -> Option<usize> {
    if !is_entry(tag) {
        return None;
    }
    let key = unescaped(tag.attribute(b"name")?);
    let kind = std::str::from_utf8(tag.name).ok()?;
    if tag.kind == TagKind::Empty {
        let value = tag.attribute(b"value").map(unescaped);
        if value.is_none() && !["null", "string", "set"].contains(&kind) {
            return None;
        }
        emitter.entry(tag.start, tag.end, kind, &key, value.as_deref().unwrap_or_default());
        return Some(tag.end);
    }
    let close = next_tag(bytes, tag.end)?;
    if close.kind == TagKind::Close && close.name == tag.name {
        let value = unescaped(bytes.get(tag.end..close.start)?);
        let value = if kind == "string" { value } else { value.trim().to_owned().into() };
        emitter.entry(tag.start, close.end, kind, &key, &value);
        return Some(close.end);
    }
    let (values, end) = nested(bytes, tag)?;
    emitter.entry(tag.start, end, kind, &key, &values.join("\n"));
    Some(end)
}

/// The words of the elements inside a set, list or map, up to its end; nothing of the next entry belongs to it.
fn nested(bytes: &[u8], outer: &Tag<'_>) -> Option<(Vec<String>, usize)> {
    let (mut values, mut depth, mut at) = (Vec::new(), 1_u32, outer.end);
    let mut text_at = None;
    loop {
        let tag = next_tag(bytes, at)?;
        match tag.kind {
            TagKind::Open => {
                depth += 1;
                text_at = Some(tag.end);
            }
            TagKind::Empty => values.extend(tag.attribute(b"value").map(|value| unescaped(value).into_owned())),
            TagKind::Close => {
                if let Some(start) = text_at.take() {
                    values.push(unescaped(bytes.get(start..tag.start)?).into_owned());
                }
                depth -= 1;
            }
            TagKind::Other => {}
            TagKind::Broken => return None,
        }
        at = tag.end;
        if depth == 0 {
            return (tag.name == outer.name).then_some((values, at));
        }
        if depth > 16 {
            return None;
        }
    }
}

/// Up to the next tag that opens an entry or ends the map.
fn lost(bytes: &[u8], tag: &Tag<'_>, emitter: &mut Emitter<'_>) -> usize {
    let mut end = tag.end.max(tag.start + 1);
    while let Some(next) = next_tag(bytes, end) {
        if is_entry(&next) || next.name == b"map" {
            end = next.start;
            emitter.lost(bytes, tag.start, end);
            return end;
        }
        end = next.end.max(next.start + 1);
    }
    emitter.lost(bytes, tag.start, bytes.len());
    bytes.len()
}
