//! Stores of keys and values that apps keep in place of preferences (MMKV), and the side file of each. Writes are appended: values
//! that were overwritten or removed stand in front of those that hold, and behind the content may stand what an earlier one left.
//!
//! ```text
//! length u32 | number varint | key length varint, key, value length varint, value ...          zeros up to a whole page
//! ```

mod content;
mod emit;
mod reading;
mod side_file;

use std::borrow::Cow;

use super::{
    Class, Completeness, Context, Decoded, Diagnostic, Format, KeyNeed, Probe, Score, Sink, structure::Structure,
};
use crate::evidence::{Evidence, Origin, Span};
use content::{Content, LENGTH, PLACEHOLDER};
use side_file::{Check, ENDING, SideFile};

pub static FORMAT: Format = Format {
    id: "mmkv",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/mmkv/format.toml"),
        include_str!("../../../formats/mmkv/records.tsv"),
        include_str!("../../../formats/mmkv/enums.tsv"),
        include_str!("../../../formats/mmkv/channels.tsv"),
    ],
    keys: None,
};

/// Stores are whole pages.
const PAGE: u64 = 4096;

/// The longest store that is read, bytes: those of apps have some hundred KiB.
const LONGEST: u64 = 32 << 20;

/// Bits a byte above which content without one entry is taken for ciphertext.
const NOISE: f64 = 7.0;

fn probe(evidence: &Evidence) -> Probe {
    let probe = |score, why| Probe { score, why: Cow::Borrowed(why) };
    if evidence.len < PAGE || !evidence.len.is_multiple_of(PAGE) || evidence.len > LONGEST {
        return Probe::NO;
    }
    let Ok(head) = evidence.read(Span { offset: 0, len: 8 }) else { return Probe::NO };
    let stated = content::stated_len(&head).unwrap_or(0);
    if SideFile::may_begin(&head) {
        let Ok(bytes) = evidence.read(Span { offset: 0, len: evidence.len }) else { return Probe::NO };
        return match is_side_file(evidence.name(), &bytes) {
            true => probe(Score::Likely, "a page with the numbers of a store's side file, and zeros"),
            false => Probe::NO,
        };
    }
    let is_named = is_named(evidence);
    if stated <= PLACEHOLDER.len() as u64 || !is_named && head.get(LENGTH..) != Some(PLACEHOLDER) {
        return Probe::NO;
    }
    let Ok(bytes) = evidence.read(Span { offset: 0, len: evidence.len }) else { return Probe::NO };
    let Some(content) = Content::of(&bytes) else { return Probe::NO };
    let is_whole = LENGTH as u64 + stated <= evidence.len;
    let has_entries = content.entries().next().is_some();
    if is_whole && has_entries && content.broken_at() == content.end {
        return probe(Score::Certain, "entries of keys and values that fill the length in front of them");
    }
    let is_noise = || is_whole && !has_entries && entropy(content_of(&bytes)) > NOISE;
    match is_named {
        true if has_entries || head.get(LENGTH..) == Some(PLACEHOLDER) => {
            probe(Score::Likely, "entries of keys and values under a name of a store")
        }
        true if is_noise() => {
            probe(Score::Likely, "pages of noise with a length under a name of a store: an encrypted one")
        }
        _ => Probe::NO,
    }
}

/// The name, or that of the folder, is one of stores.
fn is_named(evidence: &Evidence) -> bool {
    is_store_name(evidence.original.as_ref().map_or(&evidence.label, |original| &original.path))
}

fn is_store_name(path: &str) -> bool {
    path.rsplit('/').take(2).any(|part| part.to_ascii_lowercase().contains("mmkv"))
}

/// The numbers of old side files are too few to tell without the name.
fn is_side_file(name: &str, bytes: &[u8]) -> bool {
    SideFile::parse(bytes).is_some_and(|side| name.ends_with(ENDING) || side.is_certain())
}

/// Whether an item of this name is a store or a side file, which are read together.
pub fn is_part(name: &str, bytes: &[u8]) -> bool {
    if is_side_file(name, bytes) {
        return true;
    }
    let may_be = bytes.get(LENGTH..).is_some_and(|rest| rest.starts_with(PLACEHOLDER)) || is_store_name(name);
    let is_paged = bytes.len() as u64 <= LONGEST && (bytes.len() as u64).is_multiple_of(PAGE);
    may_be && is_paged && probe(&Evidence::unhashed(name.to_owned(), bytes.to_vec())).score > Score::No
}

fn content_of(bytes: &[u8]) -> &[u8] {
    let len = content::stated_len(bytes).and_then(|len| usize::try_from(len).ok()).unwrap_or(0);
    let rest = bytes.get(LENGTH..).unwrap_or_default();
    rest.get(..len).unwrap_or(rest)
}

/// Bits a byte, by what the number of bytes allows at most.
fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    bytes.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let total = bytes.len() as f64;
    let bits = |count: u32| -f64::from(count) / total * (f64::from(count) / total).log2();
    let found: f64 = counts.into_iter().filter(|count| *count > 0).map(bits).sum();
    8.0 * found / total.log2().clamp(1.0, 8.0)
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let Some(bytes) = super::whole(evidence, context, "mmkv/unread", sink) else { return Decoded::UNREADABLE };
    if let Some(side) = SideFile::parse(&bytes) {
        return side_file::decode(evidence, context, &bytes, &side, sink);
    }
    store(evidence, context, &bytes, sink)
}

fn store(evidence: &Evidence, context: &Context<'_>, bytes: &[u8], sink: &mut dyn Sink) -> Decoded {
    let decoded = |completeness| Decoded { version: None, completeness, key_need: None };
    let Some(content) = Content::of(bytes) else {
        let message = "neither a length nor a number in front of entries is there: nothing of the store can be read";
        sink.diagnostic(Diagnostic::loss("mmkv/cut", Origin::Item, message));
        return Decoded::UNREADABLE;
    };
    let side = context.siblings.read(&format!("{}{ENDING}", evidence.name()));
    let side = side.and_then(|bytes| SideFile::parse(&bytes));
    let length = bytes.get(..LENGTH).unwrap_or_default();
    Structure::new(context.tables.structure("length", LENGTH), 0, length).emit(sink);
    let check = side.as_ref().map(|side| side.check(bytes));
    let has_entries = content.entries().next().is_some();
    if !has_entries && let Some(reason) = encrypted(content_of(bytes), side.as_ref(), check) {
        return locked(&content, bytes, reason, sink);
    }
    let stated = content::stated_len(bytes).unwrap_or(0);
    let missing = (LENGTH as u64 + stated).saturating_sub(bytes.len() as u64);
    if missing > 0 {
        let message = format!("the file was cut: {missing} of {stated} bytes of its content are missing");
        sink.diagnostic(Diagnostic::loss("mmkv/cut", Origin::at(bytes.len(), 0), message));
    }
    tell_check(check, side.as_ref(), content.end, sink);
    emit::emit(bytes, &content, context.tables, sink);
    decoded(Completeness::Whole)
}

/// Says whether the content is the one that the side file was written for.
fn tell_check(check: Option<Check>, side: Option<&SideFile>, end: usize, sink: &mut dyn Sink) {
    let at = Origin::at(LENGTH, end - LENGTH);
    let note = |text: String| super::Fact::Note { text, at: at.clone() };
    match (check, side) {
        (Some(Check::Right), Some(side)) => {
            let times = side.sequence;
            sink.fact(note(format!(
                "the check sum in the side file is right; the store was written anew {times} times"
            )));
        }
        (Some(Check::Confirmed), _) => {
            let message = "the content is right up to the length that the side file states; the store states another one, and what \
                           was written behind is not confirmed";
            sink.diagnostic(Diagnostic::note("mmkv/check", at, message));
        }
        (Some(Check::Wrong), _) => {
            let message = "the check sum in the side file is that of another content: the store or its side file was changed, or \
                           they were not copied at one moment; what is read is what the bytes say";
            sink.diagnostic(Diagnostic::damage("mmkv/check", at, message));
        }
        _ => sink.fact(note("its side file (.crc) is not beside it: the content could not be proved".to_owned())),
    }
}

/// Why content without one entry is ciphertext, where it is.
fn encrypted(content: &[u8], side: Option<&SideFile>, check: Option<Check>) -> Option<&'static str> {
    if side.is_some_and(SideFile::is_encrypted) {
        Some("the side file holds the vector of an encryption, and no entry stands in clear")
    } else if check == Some(Check::Right) && content.len() > PLACEHOLDER.len() {
        Some("the check sum of the content is right, and no entry stands in clear")
    } else {
        (entropy(content) > NOISE).then_some("the content is noise under a name of a store")
    }
}

fn locked(content: &Content<'_>, bytes: &[u8], reason: &str, sink: &mut dyn Sink) -> Decoded {
    sink.claim(&Span::new(LENGTH, content.end - LENGTH).into(), Class::Known, "ciphertext");
    sink.claim(&Span::new(content.end, bytes.len() - content.end).into(), Class::Known, "padding");
    let need = KeyNeed {
        scheme: "MMKV, AES-128 in CFB mode".to_owned(),
        reason: reason.to_owned(),
        features: Vec::new(),
        missing: Vec::new(),
        next_step:
            "the key stands in the app that wrote it; open the store with it and give what it holds; keep the store \
                    and its side file"
                .to_owned(),
    };
    Decoded { version: None, completeness: Completeness::Locked, key_need: Some(need) }
}
