//! What stands beside an item: files of its folder, or members of the same archive. A database is read with its log, an aircraft
//! log with what others of the same firmware say about its records.

use crate::decode::Siblings;
use crate::evidence::{Evidence, Limits, Origin, Span};

/// An item met inside a container, kept until what may stand beside it has come.
pub struct Waiting {
    pub name: String,
    pub at: Origin,
    pub bytes: Vec<u8>,
    /// Domain and path on the phone, for a file of a backup.
    pub original: Option<String>,
}

impl Waiting {
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
        match self.inside {
            Some(_) => self.other(name).map(|other| other.bytes.clone()),
            None => self.evidence.beside(name, self.limits),
        }
    }

    fn names(&self) -> Vec<String> {
        let Some((own, others)) = self.inside else {
            return nearest(self.evidence.names_beside(), self.evidence.file_name().unwrap_or_default());
        };
        let (folder, own_name) = split(own);
        let beside = others.iter().filter(|other| other.name != own).map(|other| split(&other.name));
        let mut names: Vec<String> =
            beside.filter(|(other, _)| *other == folder).map(|(_, name)| name.to_owned()).collect();
        names.sort_unstable();
        nearest(names, own_name)
    }

    fn part(&self, name: &str, span: Span) -> Option<Vec<u8>> {
        if self.inside.is_none() {
            return self.evidence.part_beside(name, span);
        }
        let bytes = &self.other(name)?.bytes;
        let end = span.end().min(bytes.len() as u64) as usize;
        bytes.get(span.offset as usize..end).map(<[u8]>::to_vec)
    }
}

impl<'a> Beside<'a> {
    /// The member of this name in the folder of the member at hand.
    fn other(&self, name: &str) -> Option<&'a Waiting> {
        let (own, others) = self.inside?;
        let (folder, _) = split(own);
        // In a backup the paths on the phone tell what stood beside what.
        let original = self.evidence.original.as_ref().map(|own| match split(&own.path) {
            (Some(folder), _) => format!("{folder}/{name}"),
            (None, _) => name.to_owned(),
        });
        let on_phone = |other: &&Waiting| original.is_some() && other.original == original;
        let by_name = |other: &&Waiting| other.name != own && split(&other.name) == (folder, name);
        others.iter().find(on_phone).or_else(|| others.iter().find(by_name))
    }
}

/// Folder and name of a member.
fn split(name: &str) -> (Option<&str>, &str) {
    name.rsplit_once('/').map_or((None, name), |(folder, name)| (Some(folder), name))
}

/// Sorted names, those next to `own` first.
fn nearest(names: Vec<String>, own: &str) -> Vec<String> {
    let behind = names.partition_point(|name| name.as_str() < own);
    let mut before: Vec<String> = names;
    let after = before.split_off(behind);
    let (mut before, mut after) = (before.into_iter().rev(), after.into_iter());
    let mut ordered = Vec::new();
    loop {
        match (before.next(), after.next()) {
            (None, None) => return ordered,
            (one, other) => ordered.extend(one.into_iter().chain(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_names_come_first() {
        let names = ["a", "b", "d", "e", "f"].map(str::to_owned).to_vec();
        assert_eq!(nearest(names.clone(), "c"), ["b", "d", "a", "e", "f"]);
        assert_eq!(nearest(names, "z"), ["f", "e", "d", "b", "a"]);
    }

    #[test]
    fn members_of_one_folder_stand_beside_each_other() {
        let member = |name: &str| Waiting {
            name: name.to_owned(),
            at: Origin::Item,
            bytes: name.as_bytes().to_vec(),
            original: None,
        };
        let others = ["x/1", "x/2", "y/1", "3"].map(member);
        let (evidence, limits) = (Evidence::unlabelled(Vec::new()), Limits::default());
        let beside = Beside::inside(&evidence, &limits, "x/2", &others);
        assert_eq!(beside.names(), ["1"]);
        assert_eq!(beside.part("1", Span::new(2, 9)), Some(b"1".to_vec()));
        assert_eq!((beside.read("2"), beside.read("3"), beside.part("1", Span::new(9, 1))), (None, None, None));
        assert_eq!(Beside::inside(&evidence, &limits, "3", &others).names(), Vec::<String>::new());
    }
}
