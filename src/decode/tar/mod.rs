//! tar archives: a header of 512 bytes before each file, the file filled up to whole blocks, two blocks of zeros at the end. The
//! walker is our own: members need their places, and what follows a damaged header is read on.
//!
//! ```text
//! name 100 | mode, owner 24 | size 12 | time 12 | check sum 8 | type 1 | link 100 | ustar 8 | names 80 | prefix 155 | 12
//! ```

mod header;
mod name;
mod walk;

use std::borrow::Cow;

use super::{Context, Decoded, Format, Probe, Score, Sink};
use crate::evidence::{Evidence, Span};
use header::Header;

pub static FORMAT: Format = Format {
    id: "tar",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/tar/format.toml"),
        include_str!("../../../formats/tar/records.tsv"),
        include_str!("../../../formats/tar/enums.tsv"),
        include_str!("../../../formats/tar/channels.tsv"),
    ],
    keys: None,
};

/// Everything in a tar archive comes in blocks.
const BLOCK: u64 = 512;

fn probe(evidence: &Evidence) -> Probe {
    let Ok(head) = evidence.read(Span { offset: 0, len: BLOCK }) else { return Probe::NO };
    let marked = header::is_marked(&head);
    let (score, why) = match (Header::parse(&head), marked) {
        (Some(_), true) => (Score::Certain, "a tar header (ustar) whose check sum fits"),
        (Some(_), false) => (Score::Likely, "a tar header of the old kind whose check sum fits"),
        (None, true) => (Score::Likely, "the mark of a tar header, whose check sum does not fit"),
        (None, false) => return Probe::NO,
    };
    Probe { score, why: Cow::Borrowed(why) }
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    walk::Walker::new(evidence, context, sink).walk()
}
