//! Property lists of iOS apps, binary and XML. Every value is a record with its path and its place; the keys of DJI's apps that
//! are known also tell the account, serial numbers and where the aircraft was last, from an archived location with its time.
//!
//! ```text
//! bplist00 | objects | offsets of the objects | trailer 32: sizes, number of objects, root, place of the offsets
//! object   marker: type in the high half, length in the low one (15: an integer object follows) | content
//! ```
//!
//! The walker is our own: libraries give values without their places, and nothing of a list that is damaged.

mod binary;
mod emit;
mod location;
mod tree;
mod xml;

use std::borrow::Cow;

use super::{Completeness, Context, Decoded, Format, Probe, Score, Sink};
use crate::bytes::markup::{TagKind, next_tag};
use crate::evidence::{Evidence, Span};

pub static FORMAT: Format = Format {
    id: "ios-plist",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/ios-plist/format.toml"),
        include_str!("../../../formats/ios-plist/records.tsv"),
        include_str!("../../../formats/ios-plist/enums.tsv"),
        include_str!("../../../formats/ios-plist/channels.tsv"),
    ],
    keys: None,
};

/// As much of the start as the probe looks at.
const HEAD: u64 = 1 << 10;

const MAGIC: &[u8] = b"bplist0";

fn probe(evidence: &Evidence) -> Probe {
    let Ok(head) = evidence.read(Span { offset: 0, len: HEAD }) else { return Probe::NO };
    if head.starts_with(MAGIC) {
        return Probe { score: Score::Certain, why: Cow::Borrowed("signature of a binary property list") };
    }
    let mut at = 0;
    while let Some(tag) = next_tag(&head, at) {
        match tag.kind {
            TagKind::Other => at = tag.end,
            TagKind::Open if tag.name == b"plist" => {
                return Probe { score: Score::Certain, why: Cow::Borrowed("XML whose root is plist") };
            }
            _ => return Probe::NO,
        }
    }
    Probe::NO
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let decoded =
        |version: &str, completeness| Decoded { version: Some(version.to_owned()), completeness, key_need: None };
    let Some(bytes) = crate::decode::whole(evidence, context, "ios-plist/unread", sink) else {
        return decoded("unread", Completeness::Unreadable);
    };
    let is_binary = bytes.starts_with(MAGIC);
    let version = if is_binary { "binary" } else { "xml" };
    let root = if is_binary { binary::read(&bytes, 0, Some(&mut *sink)) } else { xml::read(&bytes, sink) };
    let Some(root) = root else { return decoded(version, Completeness::Unreadable) };
    emit::emit(&root, context.tables, sink);
    decoded(version, Completeness::Whole)
}
