//! Content, never the name, decides what an item is. Every format is asked; the surest answer wins; what is not ours is named
//! where its signature is known, with what to do with it.

use std::borrow::Cow;

use crate::decode::{FORMATS, Format, Probe, Score};
use crate::evidence::{Evidence, Span, hex};

/// What an item is.
#[derive(Clone)]
pub struct Identity {
    pub format: Option<&'static Format>,
    pub score: Score,
    pub why: Cow<'static, str>,
    /// What an item that is not ours seems to be, and what to do with it.
    pub foreign: Option<Foreign>,
}

/// A row of `formats/foreign.tsv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    pub name: &'static str,
    pub advice: &'static str,
}

static FOREIGN: &str = include_str!("../formats/foreign.tsv");

/// Words that together tell a kind of text, whatever the order of them.
static FOREIGN_WORDS: &str = include_str!("../formats/foreign-words.tsv");

/// Signatures lie within this much of the start.
const HEAD: u64 = 64 << 10;

pub fn identify(evidence: &Evidence) -> Identity {
    let best = FORMATS.iter().map(|format| (*format, (format.probe)(evidence))).max_by_key(|(_, probe)| probe.score);
    match best {
        Some((format, Probe { score, why })) if score > Score::No => {
            Identity { format: Some(format), score, why, foreign: None }
        }
        _ => Identity {
            format: None,
            score: Score::No,
            why: Cow::Borrowed("no known format claims it"),
            foreign: foreign(evidence),
        },
    }
}

/// Some format claims an item of this name with these bytes, by its start.
pub fn is_recognised(name: &str, bytes: &[u8]) -> bool {
    let head = bytes.get(..HEAD as usize).unwrap_or(bytes);
    identify(&Evidence::unhashed(name.to_owned(), head.to_vec())).format.is_some()
}

/// The first signature that fits.
fn foreign(evidence: &Evidence) -> Option<Foreign> {
    let head = evidence.read(Span { offset: 0, len: HEAD }).ok()?;
    if let Some((_, foreign)) = foreign_words().find(|(words, _)| holds_all(&head, words)) {
        return Some(foreign);
    }
    foreign_rows()
        .find(|(offset, signature, _)| {
            head.get(*offset..).is_some_and(|rest| hex(&rest[..rest.len().min(signature.len() / 2)]) == *signature)
        })
        .map(|(_, _, foreign)| foreign)
}

/// Words, separated by blanks; those in quotes may hold blanks, those behind `hex:` are bytes; and what they mean together.
pub fn foreign_words() -> impl Iterator<Item = (Vec<Vec<u8>>, Foreign)> {
    FOREIGN_WORDS.lines().skip(1).filter_map(|line| {
        let mut columns = line.split('\t');
        let words = columns.next()?;
        let mut inside = false;
        let parts = words.split(move |c: char| {
            inside ^= c == '"';
            c == ' ' && !inside
        });
        let bytes = |word: &str| match word.strip_prefix("hex:") {
            Some(digits) => (0..digits.len() / 2)
                .map_while(|i| u8::from_str_radix(digits.get(2 * i..2 * i + 2)?, 16).ok())
                .collect(),
            None => word.as_bytes().to_vec(),
        };
        Some((parts.map(bytes).collect(), Foreign { name: columns.next()?, advice: columns.next()? }))
    })
}

fn holds_all(head: &[u8], words: &[Vec<u8>]) -> bool {
    words.iter().all(|word| memchr::memmem::find(head, word).is_some())
}

/// Offset, signature in hexadecimal digits, and what it means; rows that are no rows are left to `tests/contract.rs` to find.
pub fn foreign_rows() -> impl Iterator<Item = (usize, &'static str, Foreign)> {
    FOREIGN.lines().skip(1).filter_map(|line| {
        let mut columns = line.split('\t');
        let (offset, signature) = (columns.next()?.parse().ok()?, columns.next()?);
        Some((offset, signature, Foreign { name: columns.next()?, advice: columns.next()? }))
    })
}
