//! Android's text: `## hh:mm:ss`, perhaps a title behind it, and one line of text.

use std::borrow::Cow;

use super::entry::{Emitter, Entry};
use crate::bytes::civil::time_of_day;
use crate::bytes::text::{Line, harm, lines};

/// The time of a header, and where in the line its title begins.
fn header(line: &[u8]) -> Option<(i64, usize)> {
    const TIME: std::ops::Range<usize> = 3..11;
    let rest = line.strip_prefix(b"## ")?;
    let (ns, behind) = time_of_day(rest.get(..TIME.len())?)?;
    let title = line.get(TIME.end..)?;
    let is_header = behind.is_empty() && rest.get(5) == Some(&b':') && (title.is_empty() || title.starts_with(b" "));
    is_header.then_some((ns, TIME.end))
}

/// The line was a header: its sign, perhaps cut, or its time in its place.
fn is_broken_header(line: &[u8]) -> bool {
    let time_stands = line.get(3..11).is_some_and(|time| time_of_day(time).is_some_and(|(_, rest)| rest.is_empty()));
    line.starts_with(b"## ")
        || [b"#".as_slice(), b"##"].contains(&line)
        || time_stands && line.get(..3).is_some_and(|sign| sign.contains(&b'#'))
}

/// Headers with a line of text behind them, when the text consists of such.
pub fn entries_at_start(bytes: &[u8]) -> usize {
    let mut entries = 0;
    let mut others = 0;
    let mut behind_header = false;
    for line in lines(bytes) {
        let words = bytes.get(line.start..line.end).unwrap_or_default();
        if header(words).is_some() {
            behind_header = true;
        } else if behind_header {
            entries += 1;
            behind_header = false;
        } else if !words.trim_ascii().is_empty() {
            others += 1;
        }
    }
    if others > entries { 0 } else { entries }
}

/// What the lines at hand belong to.
enum Part {
    /// Nothing that is known: what stands before the first header.
    Before,
    Entry {
        time_ns: i64,
        title: (usize, usize),
    },
    Broken,
}

pub fn read(emitter: &mut Emitter<'_, '_>) {
    let text = emitter.text;
    let bytes = &*text.bytes;
    let mut part = Part::Before;
    let mut start = 0;
    let mut body: Vec<Line> = Vec::new();
    for line in lines(bytes) {
        let words = bytes.get(line.start..line.end).unwrap_or_default();
        let begun = match header(words) {
            Some((time_ns, at)) => Part::Entry { time_ns, title: (line.start + at, line.end) },
            None if is_broken_header(words) => Part::Broken,
            None => {
                body.push(line);
                continue;
            }
        };
        finish(emitter, &part, start..line.start, &body);
        (part, start) = (begun, line.start);
        body.clear();
    }
    finish(emitter, &part, start..bytes.len(), &body);
    if !bytes.is_empty() && !bytes.ends_with(b"\n") {
        emitter.note_at_end("dji-tip-log/open-end", "the last line has no line end: the file may have been cut there");
    }
}

fn finish(emitter: &mut Emitter<'_, '_>, part: &Part, at: std::ops::Range<usize>, body: &[Line]) {
    let text = emitter.text;
    let slice = |start: usize, end: usize| text.bytes.get(start..end).unwrap_or_default();
    match *part {
        Part::Before if slice(at.start, at.end).trim_ascii().is_empty() => emitter.framing(at.start, at.end),
        Part::Before => emitter.lost(at.start, at.end, 0, "no header stands before the first text"),
        Part::Broken => emitter.lost(at.start, at.end, 1, "the header of an entry is damaged: the entry has no time"),
        Part::Entry { time_ns, title } => {
            let words = body.iter().map(|line| slice(line.start, line.end).trim_ascii());
            let words: Vec<&[u8]> = words.filter(|words| !words.is_empty()).collect();
            let title = slice(title.0, title.1).trim_ascii();
            let is_blank = |words: &&[u8]| words.iter().all(|byte| *byte == 0);
            let no_text = "the line of text behind its header is missing";
            let more = "more than one line of text stands behind its header";
            let harm = match words.as_slice() {
                [] if body.is_empty() => Some(no_text),
                [all @ ..] if all.iter().any(is_blank) => {
                    return emitter.lost(at.start, at.end, 1, "zero bytes stand where the text of an entry must stand");
                }
                [_, _, ..] => Some(more),
                _ => words.iter().chain([&title]).find_map(|words| harm(words)),
            };
            let joined = match words.as_slice() {
                [] => Cow::Borrowed(""),
                [one] => text.words(one),
                many => Cow::Owned(many.iter().map(|words| text.words(words)).collect::<Vec<_>>().join("\n")),
            };
            let title = text.words(title);
            emitter.entry(Entry { start: at.start, end: at.end, time_ns, day_ns: None, title, text: joined }, harm);
        }
    }
}
