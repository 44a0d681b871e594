//! What stands beside an item: files of its folder, or members of the same archive. A database is read with its log.

use crate::bytes::database;
use crate::decode::{Siblings, mmkv};
use crate::evidence::{Evidence, Limits, Origin};

/// A part of a database or of a store met inside a container, kept until all of its parts have come.
pub struct Waiting {
    pub name: String,
    pub at: Origin,
    pub bytes: Vec<u8>,
    /// Domain and path on the phone, for a file of a backup.
    pub original: Option<String>,
}

impl Waiting {
    /// Whether a member belongs together with others, which it must wait for.
    pub fn must(name: &str, bytes: &[u8]) -> bool {
        database::is_part(bytes) || mmkv::is_part(name, bytes)
    }

    /// Whether there is room for one more: parts wait for each other in memory, up to what is kept of one file.
    pub fn may(waiting: &[Waiting], bytes: &[u8], limits: &Limits) -> bool {
        let kept: usize = waiting.iter().map(|waiting| waiting.bytes.len()).sum();
        (kept + bytes.len()) as u64 <= limits.keep
    }
}

/// The items beside one item.
pub struct Beside<'a> {
    evidence: &'a Evidence,
    limits: &'a Limits,
    /// Of an item inside another one: its name there, and the others.
    inside: Option<(&'a str, &'a [Waiting])>,
}

impl<'a> Beside<'a> {
    /// Those of a file.
    pub fn of(evidence: &'a Evidence, limits: &'a Limits) -> Self {
        Beside { evidence, limits, inside: None }
    }

    /// Those of a member of a container.
    pub fn inside(evidence: &'a Evidence, limits: &'a Limits, name: &'a str, others: &'a [Waiting]) -> Self {
        Beside { evidence, limits, inside: Some((name, others)) }
    }
}

impl Siblings for Beside<'_> {
    fn read(&self, name: &str) -> Option<Vec<u8>> {
        let Some((own, others)) = self.inside else { return self.evidence.beside(name, self.limits) };
        let wanted = in_folder_of(own, name);
        // In a backup only the paths on the phone tell what stood beside what.
        let original = self.evidence.original.as_ref().map(|own| in_folder_of(&own.path, name));
        let is_it = |other: &&Waiting| match &original {
            Some(original) => other.original.as_ref() == Some(original),
            None => other.name == wanted,
        };
        others.iter().find(is_it).map(|other| other.bytes.clone())
    }
}

fn in_folder_of(own: &str, name: &str) -> String {
    match own.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{name}"),
        None => name.to_owned(),
    }
}
