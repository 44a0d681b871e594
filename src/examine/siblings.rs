//! What stands beside an item: files of its folder, or members of the same archive. A database is read with its log.

use crate::decode::Siblings;
use crate::evidence::{Evidence, Limits, Origin};

/// A part of a database met inside a container, kept until all of its parts have come.
pub struct Waiting {
    pub name: String,
    pub at: Origin,
    pub bytes: Vec<u8>,
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
        let wanted = match own.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{name}"),
            None => name.to_owned(),
        };
        others.iter().find(|other| other.name == wanted).map(|other| other.bytes.clone())
    }
}
