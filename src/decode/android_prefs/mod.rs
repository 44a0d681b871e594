//! Preferences of Android apps, `shared_prefs/*.xml`: a map of typed entries. Every entry is a record; the keys of DJI's apps that
//! are known also tell the account, serial numbers and the last known position of the aircraft.
//!
//! ```text
//! <map>
//!     <string name="key_account_email">cGlsb3RAc2FtcGxlLmV4YW1wbGU=</string>
//!     <long name="KEY_CC_LAST_FLYC_LAT" value="4632937379169042432" />
//! </map>
//! ```

mod emit;
mod walk;

use std::borrow::Cow;

use super::{Completeness, Context, Decoded, Diagnostic, Format, Probe, Score, Sink};
use crate::bytes::markup::{TagKind, next_tag};
use crate::evidence::{Evidence, Origin, Span};

pub static FORMAT: Format = Format {
    id: "android-prefs",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/android-prefs/format.toml"),
        include_str!("../../../formats/android-prefs/records.tsv"),
        include_str!("../../../formats/android-prefs/enums.tsv"),
        include_str!("../../../formats/android-prefs/channels.tsv"),
    ],
    keys: None,
};

/// As much of the start as the probe looks at.
const HEAD: u64 = 4 << 10;

/// Elements of a map of preferences.
const TYPES: [&[u8]; 9] = [b"string", b"int", b"long", b"float", b"boolean", b"set", b"null", b"list", b"map"];

fn probe(evidence: &Evidence) -> Probe {
    let Ok(head) = evidence.read(Span { offset: 0, len: HEAD }) else { return Probe::NO };
    let (mut at, mut in_map) = (0, false);
    while let Some(tag) = next_tag(&head, at) {
        at = tag.end;
        let is_entry = TYPES.contains(&tag.name) && tag.attribute(b"name").is_some();
        match tag.kind {
            TagKind::Other => {}
            TagKind::Empty if !in_map && tag.name == b"map" && tag.attributes.trim_ascii().is_empty() => {
                return Probe { score: Score::Certain, why: Cow::Borrowed("an empty map of preferences") };
            }
            TagKind::Open if !in_map && tag.name == b"map" && tag.attributes.trim_ascii().is_empty() => in_map = true,
            TagKind::Open | TagKind::Empty if in_map && is_entry => {
                return Probe { score: Score::Certain, why: Cow::Borrowed("a map of typed entries with names (XML)") };
            }
            _ => return Probe::NO,
        }
    }
    Probe::NO
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let decoded = |completeness| Decoded { version: None, completeness, key_need: None };
    match evidence.whole(context.limits) {
        Ok(bytes) => {
            let mut emitter = emit::Emitter::new(context.tables, sink);
            walk::walk(&bytes, &mut emitter);
            emitter.finish();
            decoded(Completeness::Whole)
        }
        Err(error) => {
            sink.diagnostic(Diagnostic::loss("android-prefs/unread", Origin::Item, format!("not decoded: {error}")));
            decoded(Completeness::Unreadable)
        }
    }
}
