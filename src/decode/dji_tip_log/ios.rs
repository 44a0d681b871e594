//! The JSON arrays of iOS: `["YYYY-MM-DD hh:mm:ss","title","text"]`, in groups, the groups with commas between and nothing around.

use std::borrow::Cow;

use super::entry::{Emitter, Entry};
use crate::bytes::civil::Reader;
use crate::bytes::text::harm;

/// `YYYY-MM-DD hh:mm:ss`.
const MOMENT: usize = 19;
const DAY_NS: i64 = 86_400_000_000_000;

/// The string that begins here, quotes included; `None` when it does not end.
fn string(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes.strip_prefix(b"\"")?;
    loop {
        let at = memchr::memchr2(b'"', b'\\', rest)?;
        let is_end = rest.get(at) == Some(&b'"');
        rest = rest.get(at + if is_end { 1 } else { 2 }..)?;
        if is_end {
            return bytes.get(..bytes.len() - rest.len());
        }
    }
}

/// An array and a moment begin here: what is left of an entry even when the rest of it is gone.
fn begins(bytes: &[u8]) -> bool {
    moment(bytes).is_some()
}

fn moment(bytes: &[u8]) -> Option<i64> {
    let words = bytes.strip_prefix(b"[")?.trim_ascii_start();
    let moment = string(words.get(..MOMENT + 2)?).filter(|moment| moment.len() == MOMENT + 2)?;
    let civil = Reader::default().moment(moment.get(1..=MOMENT)?)?;
    civil.offset_s.is_none().then_some(civil.ns)
}

/// Strings of an array, and its length; nothing but strings makes an entry.
fn array(bytes: &[u8]) -> Option<(Vec<&[u8]>, usize)> {
    let mut strings = Vec::new();
    let mut rest = bytes.strip_prefix(b"[")?.trim_ascii_start();
    loop {
        let found = string(rest)?;
        strings.push(found);
        rest = rest.get(found.len()..)?.trim_ascii_start();
        match rest {
            [b',', more @ ..] => rest = more.trim_ascii_start(),
            [b']', more @ ..] => return Some((strings, bytes.len() - more.len())),
            _ => return None,
        }
    }
}

/// The words of a string without quotes and escapes.
fn words<'t>(emitter: &Emitter<'t, '_>, string: &'t [u8]) -> (Cow<'t, str>, Option<&'static str>) {
    let inner = string.get(1..string.len().saturating_sub(1)).unwrap_or_default();
    if let Some(harm) = harm(inner) {
        return (emitter.text.words(inner), Some(harm));
    }
    if !inner.contains(&b'\\') {
        return (emitter.text.words(inner), None);
    }
    match serde_json::from_slice::<String>(string) {
        Ok(words) => (Cow::Owned(words), None),
        Err(_) => (emitter.text.words(inner), Some("an escape in it is no escape")),
    }
}

/// Entries when the text begins as groups of them.
pub fn entries_at_start(bytes: &[u8]) -> usize {
    let start = bytes.trim_ascii_start();
    let inner = start.strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
    let first_is_whole = inner.is_some_and(begins);
    let entries = memchr::memmem::find_iter(start, b"[\"").filter(|at| start.get(*at..).is_some_and(begins)).count();
    // A damaged beginning leaves the entries behind it, when the file is nothing else.
    let is_only = start.starts_with(b"[") || entries > 1;
    if first_is_whole || is_only && entries > 1 { entries.max(usize::from(first_is_whole)) } else { 0 }
}

pub fn read(emitter: &mut Emitter<'_, '_>) {
    let text = emitter.text;
    let bytes = &*text.bytes;
    let mut depth = 0_i64;
    let mut at = 0;
    let mut framing = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        match rest.first() {
            Some(b'[')
                if !begins(rest) && !rest.get(1..).is_some_and(|next| next.trim_ascii_start().starts_with(b"\"")) =>
            {
                depth += 1;
                at += 1;
            }
            Some(b']') => {
                depth -= 1;
                at += 1;
            }
            Some(b',') => at += 1,
            Some(byte) if byte.is_ascii_whitespace() => at += 1,
            _ => {
                emitter.framing(framing, at);
                at = one(emitter, at);
                framing = at;
            }
        }
    }
    emitter.framing(framing, bytes.len());
    if depth != 0 {
        let message =
            "the brackets of the groups are not closed as they were opened: the file was cut, or brackets are damaged";
        emitter.damage_at_end("dji-tip-log/brackets", message);
    }
}

/// The entry at `start`, or what is left of it; gives where the next one or a separator begins.
fn one(emitter: &mut Emitter<'_, '_>, start: usize) -> usize {
    let text = emitter.text;
    let bytes: &[u8] = &text.bytes;
    let rest = bytes.get(start..).unwrap_or_default();
    let whole = moment(rest).zip(array(rest));
    // A broken string would swallow the entries behind it.
    let whole = whole.filter(|(_, (_, len))| next_entry(bytes, start + 1).is_none_or(|next| next >= start + len));
    if let Some((ns, (strings, len))) = whole
        && let [_, title, said] = strings.as_slice()
    {
        let ((title, title_harm), (said, said_harm)) = (words(emitter, title), words(emitter, said));
        let (time_ns, day_ns) = (ns.rem_euclid(DAY_NS), ns - ns.rem_euclid(DAY_NS));
        let entry = Entry { start, end: start + len, time_ns, day_ns: Some(day_ns), title, text: said };
        emitter.entry(entry, title_harm.or(said_harm));
        return start + len;
    }
    let next = next_entry(bytes, start + 1);
    let end = next.unwrap_or(bytes.len());
    // The bracket that opens the next group belongs to it.
    let gone = bytes.get(start..end).unwrap_or_default();
    let kept = gone.iter().rev().take_while(|byte| b"[], \t\r\n".contains(byte)).count();
    let end = if next.is_some() { end - kept } else { end };
    let entries = memchr::memmem::find_iter(gone, b"[\"").count() as u64;
    let why = match next {
        Some(_) => "no entry of local time, title and text",
        None => "no entry of local time, title and text; the file may have been cut here",
    };
    emitter.lost(start, end.max(start + 1), entries, why);
    end.max(start + 1)
}

/// Where the next entry begins.
fn next_entry(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let mut starts = memchr::memmem::find_iter(rest, b"[\"").map(|at| from + at);
    starts.find(|at| bytes.get(*at..).is_some_and(begins))
}
