//! ZIP archives. Members listed in the directory at the end come first, what stands between them is searched for more; without a
//! directory that is all of the file. Members are unpacked one at a time.
//!
//! ```text
//! archive    member ... | directory: central header ... | zip64 end | zip64 locator | end record, comment
//! member     local header 30, name, extra | data | descriptor: CRC-32 and sizes, where the local header has none
//! ```

mod directory;
mod entry;
mod judge;
mod member;
mod name;
mod told;
mod walk;

use std::borrow::Cow;

use super::{Context, Decoded, Format, Probe, Score, Sink};
use crate::evidence::{Evidence, Span};

pub static FORMAT: Format = Format {
    id: "zip",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/zip/format.toml"),
        include_str!("../../../formats/zip/records.tsv"),
        include_str!("../../../formats/zip/enums.tsv"),
        include_str!("../../../formats/zip/channels.tsv"),
    ],
    keys: None,
};

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const DESCRIPTOR: &[u8] = b"PK\x07\x08";
const END: &[u8] = b"PK\x05\x06";
const END_64: &[u8] = b"PK\x06\x06";
const LOCATOR_64: &[u8] = b"PK\x06\x07";

/// Lengths of the fixed parts.
const LOCAL_LEN: usize = 30;
const CENTRAL_LEN: usize = 46;
const END_LEN: usize = 22;
const END_64_LEN: usize = 56;
const LOCATOR_64_LEN: usize = 20;

fn probe(evidence: &Evidence) -> Probe {
    let certain = |why| Probe { score: Score::Certain, why: Cow::Borrowed(why) };
    let Ok(head) = evidence.read(Span { offset: 0, len: LOCAL_LEN as u64 }) else { return Probe::NO };
    let unsplit = head.strip_prefix(DESCRIPTOR).or(head.strip_prefix(b"PK00")).unwrap_or(&head);
    if head.starts_with(END) && head.len() >= END_LEN {
        return certain("the end record of an empty zip archive");
    }
    if unsplit.starts_with(LOCAL) {
        return match entry::is_plausible(&head) || unsplit.len() < head.len() {
            true => certain("local header of a zip member"),
            false => {
                Probe { score: Score::Likely, why: Cow::Borrowed("local header of a zip member, with odd values") }
            }
        };
    }
    match directory::locate(evidence) {
        Ok(Some(_)) => {
            Probe { score: Score::Likely, why: Cow::Borrowed("end record and directory of a zip archive at its end") }
        }
        _ => Probe::NO,
    }
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    walk::Walker::new(evidence, context, sink).walk()
}
