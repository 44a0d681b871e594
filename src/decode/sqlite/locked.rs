//! Databases that are encrypted as a whole: nothing but their name and their noise says what they are.

use std::borrow::Cow;

use super::super::{Class, Completeness, Decoded, KeyNeed, Probe, Score, Sink};
use crate::evidence::{Evidence, Span};

/// Parts of names under which the makers' apps keep encrypted databases.
const NAMES: [&str; 6] = [".confumix", ".encrypt", "flysafe", "nfzdb", "geo_unlock", "white_list_unlock"];
/// As much as is looked at.
const HEAD: u64 = 64 << 10;
/// SQLCipher writes whole pages.
const PAGE: u64 = 1024;
/// Bits a byte: packed data reach this as well, which is why the name must say so.
const NOISE: f64 = 7.9;

pub fn probe(evidence: &Evidence) -> Probe {
    let name = evidence.name().to_ascii_lowercase();
    let Some(named) = NAMES.into_iter().find(|part| name.contains(part)) else { return Probe::NO };
    if evidence.len < 4 * PAGE || !evidence.len.is_multiple_of(PAGE) {
        return Probe::NO;
    }
    match evidence.read(Span { offset: 0, len: HEAD }) {
        Ok(head) if entropy(&head) > NOISE => Probe {
            score: Score::Likely,
            why: Cow::Owned(format!("whole pages of noise under a name with {named:?}: an encrypted database")),
        },
        _ => Probe::NO,
    }
}

/// Bits a byte.
fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    bytes.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let total = bytes.len() as f64;
    counts.into_iter().filter(|count| *count > 0).map(|count| f64::from(count) / total).map(|p| -p * p.log2()).sum()
}

pub fn decode(evidence: &Evidence, sink: &mut dyn Sink) -> Decoded {
    sink.claim(&Span { offset: 0, len: evidence.len }.into(), Class::Known, "encrypted database");
    let need = KeyNeed {
        scheme: "SQLCipher, by name and noise".to_owned(),
        reason: "the whole file is encrypted; nothing in it can be read without the key of the app".to_owned(),
        features: Vec::new(),
        missing: Vec::new(),
        next_step: "open it with the key of its app, write it as a plain database, and give that".to_owned(),
    };
    Decoded { version: None, completeness: Completeness::Locked, key_need: Some(need) }
}
