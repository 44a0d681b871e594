//! Upgrade logs of DJI GO and DJI GO 4 on iOS: what the app did about firmware, and with it every moment at which an aircraft was
//! connected or gone, with the firmware versions that its modules stated.
//!
//! ```text
//! [2017-08-03 13:24:58.293]ConnectedToAircraft
//! [2017-08-03 13:24:58.601]need upgrade groups: (
//!     "group name: RC\nproduct type: 769\n"          lines behind belong to the entry
//! )
//! ```

mod entry;
mod module;

use std::borrow::Cow;

use super::document::{claim_mark, tell_cut};
use super::{Completeness, Context, Decoded, Fact, Format, Probe, Score, Sink};
use crate::bytes::text::{Line, Text, lines};
use crate::evidence::{Evidence, Origin, Span};
use entry::{Emitter, STAMP, moment};

pub static FORMAT: Format = Format {
    id: "dji-upgrade-log",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/dji-upgrade-log/format.toml"),
        include_str!("../../../formats/dji-upgrade-log/records.tsv"),
        include_str!("../../../formats/dji-upgrade-log/enums.tsv"),
        include_str!("../../../formats/dji-upgrade-log/channels.tsv"),
    ],
    keys: None,
};

/// As much of the start as the probe looks at.
const HEAD: u64 = 16 << 10;

/// Many programs write logs with such stamps; these words are the upgrader's.
const WORDS: [&[u8]; 11] = [
    b"]no device info",
    b"]can not get server version info",
    b"sub module info: modueID",
    b"need upgrade",
    b"DisconnectedWithAircraft",
    b"ConnectedToAircraft",
    b"check upgrade for",
    b"upgrade state",
    b"upgrade progress",
    b"set upgrader to nil",
    b"aircraft upgrade log",
];

fn probe(evidence: &Evidence) -> Probe {
    let Ok(head) = evidence.read(Span { offset: 0, len: HEAD }) else { return Probe::NO };
    let text = Text::of(&head);
    let words = |line: &Line| text.bytes.get(line.start..line.end).unwrap_or_default();
    let stamped = || lines(&text.bytes).filter(|line| moment(words(line)).is_some());
    let upgrading =
        stamped().filter(|line| WORDS.iter().any(|word| memchr::memmem::find(words(line), word).is_some())).count();
    match upgrading {
        0 => Probe::NO,
        _ => Probe {
            score: Score::Likely,
            why: Cow::Owned(format!(
                "{} lines \"[date time]text\" at its start, {upgrading} in the words of the upgrader",
                stamped().count()
            )),
        },
    }
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let decoded = |completeness| Decoded { version: None, completeness, key_need: None };
    let Some(bytes) = crate::decode::whole(evidence, context, "dji-upgrade-log/unread", sink) else {
        return Decoded::UNREADABLE;
    };
    let text = Text::of(&bytes);
    claim_mark(&text, sink);
    tell_cut(&text, bytes.len(), "dji-upgrade-log/cut", sink);
    let Some(mut emitter) = Emitter::new(&text, context.tables, sink) else {
        return decoded(Completeness::Unreadable);
    };
    walk(&text, &mut emitter);
    let (entries, hosts) = emitter.finish();
    if !hosts.is_empty() {
        let words = hosts.iter().map(|(host, count)| format!("{host} ({count})")).collect::<Vec<_>>().join(", ");
        sink.fact(Fact::Note { text: format!("servers named, and how often: {words}"), at: Origin::Item });
    }
    decoded(if entries == 0 { Completeness::Unreadable } else { Completeness::Whole })
}

/// What the lines at hand belong to.
#[derive(Clone, Copy)]
enum Part {
    Before,
    Entry(i64),
    Broken,
}

fn walk(text: &Text<'_>, emitter: &mut Emitter<'_, '_>) {
    let bytes = &*text.bytes;
    let (mut part, mut start) = (Part::Before, 0);
    for line in lines(bytes) {
        let words = bytes.get(line.start..line.end).unwrap_or_default();
        let begun = match moment(words) {
            Some(local_ns) => Part::Entry(local_ns),
            None if is_broken_stamp(words) || line.end == bytes.len() && is_cut_stamp(words) => Part::Broken,
            None => continue,
        };
        finish(emitter, part, bytes, start, line.start);
        (part, start) = (begun, line.start);
    }
    finish(emitter, part, bytes, start, bytes.len());
}

fn finish(emitter: &mut Emitter<'_, '_>, part: Part, bytes: &[u8], start: usize, end: usize) {
    let words = bytes.get(start..end).unwrap_or_default();
    let zeros = words.iter().filter(|byte| **byte == 0).count();
    match part {
        Part::Before if words.trim_ascii().is_empty() => emitter.framing(start, end),
        Part::Before => emitter.lost(start, end, 0, "no stamp stands before the first text"),
        Part::Broken => emitter.lost(start, end, 1, "the stamp of an entry is damaged: the entry has no time"),
        Part::Entry(_) if zeros > 0 => emitter.lost(start, end, 1, "zero bytes stand in an entry"),
        Part::Entry(local_ns) => emitter.entry(start, end, local_ns),
    }
}

/// Digits stand for digits.
const SHAPE: &[u8; STAMP] = b"[0000-00-00 00:00:00.000]";

fn fits((byte, shape): (&u8, &u8)) -> bool {
    if *shape == b'0' { byte.is_ascii_digit() } else { byte == shape }
}

/// The last line is the beginning of a stamp.
fn is_cut_stamp(line: &[u8]) -> bool {
    !line.is_empty() && line.len() < STAMP && line.iter().zip(SHAPE).all(fits)
}

/// Most of a stamp stands here: digits and signs in their places.
fn is_broken_stamp(line: &[u8]) -> bool {
    let Some(start) = line.get(..STAMP) else { return false };
    start.iter().zip(SHAPE).filter(|pair| fits(*pair)).count() >= STAMP - 6
}
