//! MP4 and QuickTime files of cameras: when and where a clip was taken, by whom, and the tracks that tell of the flight. Boxes
//! are read by their places alone: the media data, however long, are never loaded. Only where no table leads to the telemetry,
//! because a recording was never closed, they are gone through in windows and the telemetry is carved.
//!
//! ```text
//! ftyp | mdat: video, audio, subtitles, telemetry | moov: mvhd, trak (tkhd, mdia: mdhd, hdlr, minf: stbl), udta, meta
//! ```

mod candidates;
mod carve;
mod clocks;
mod debug;
mod frame;
mod head;
mod iso6709;
mod movie;
mod protocols;
mod row;
mod runs;
mod samples;
mod subtitles;
mod telemetry;
mod user_data;
mod walk;

use std::borrow::Cow;

use super::{Completeness, Context, Decoded, Diagnostic, Format, Probe, Score, Sink};
use crate::bytes::boxes::Head;
use crate::evidence::{Evidence, Origin, Span};

pub static FORMAT: Format = Format {
    id: "mp4",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/mp4/format.toml"),
        include_str!("../../../formats/mp4/records.tsv"),
        include_str!("../../../formats/mp4/enums.tsv"),
        include_str!("../../../formats/mp4/channels.tsv"),
    ],
    keys: None,
};

/// Brands of pictures in boxes of the same kind.
const PICTURES: [&[u8]; 7] = [b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis"];

fn probe(evidence: &Evidence) -> Probe {
    let Ok(start) = evidence.read(Span { offset: 0, len: 32 }) else { return Probe::NO };
    let Some(head) = Head::of(&start) else { return Probe::NO };
    let fits = head.size.is_none_or(|size| size >= 8);
    match &head.kind {
        b"ftyp" if fits && !start.get(8..12).is_some_and(|brand| PICTURES.contains(&brand)) => {
            Probe { score: Score::Certain, why: Cow::Borrowed("a file type box at the start") }
        }
        b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot" if is_chained(evidence, head) => Probe {
            score: Score::Likely,
            why: Cow::Borrowed("a box of a QuickTime file at the start, and one behind it"),
        },
        _ => Probe::NO,
    }
}

/// Another box stands behind the first one, or the first one is all there is, or reaches beyond the end.
fn is_chained(evidence: &Evidence, head: Head) -> bool {
    let Some(size) = head.size else { return head.kind == *b"mdat" };
    if size >= evidence.len {
        return matches!(&head.kind, b"mdat" | b"moov") && evidence.len > 16;
    }
    let next = evidence.read(Span { offset: size, len: 16 });
    const KNOWN: [&[u8; 4]; 8] = [b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"udta", b"uuid"];
    next.is_ok_and(|bytes| Head::of(&bytes).is_some_and(|head| KNOWN.contains(&&head.kind)))
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let mut walker = walk::Walker::new(evidence, context, sink);
    match walker.walk() {
        Ok(()) => {}
        Err(error) => {
            let message = format!("reading stopped: {error}");
            walker.sink.diagnostic(Diagnostic::loss("mp4/unread", Origin::Item, message));
            walker.is_damaged = true;
        }
    }
    let completeness = match (walker.has_movie, walker.is_damaged) {
        (false, _) if !walker.has_carved => Completeness::Unreadable,
        (false, _) | (true, true) => Completeness::Partial,
        (true, false) => Completeness::Whole,
    };
    Decoded { version: walker.version, completeness, key_need: None }
}
