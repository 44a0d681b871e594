//! What a reader has to tell: skipped features, repairs, warnings. Repairs and skipped features are all listed; a kind of
//! warning that many features share is listed for the first of them and counted for the rest.

use std::collections::BTreeMap;

use super::zone::{Issue, Skipped};
use crate::evidence::label;

/// Warnings of one kind that are written out before the rest is counted.
const LISTED: usize = 20;

/// Kinds of unused members and of deviations that are told apart.
const KINDS: usize = 200;

#[derive(Default)]
pub struct Report {
    pub skipped: Vec<Skipped>,
    pub repairs: Vec<String>,
    pub issue: Issue,
    pub ignored: Vec<String>,
    /// Members and records that no verdict uses, with how many there were.
    unused: BTreeMap<String, usize>,
    /// What deviates from the file's own format, with how often and where first.
    deviations: BTreeMap<String, (usize, String)>,
    warnings: Vec<String>,
    /// Kind of warning to how many there were.
    counts: BTreeMap<&'static str, usize>,
    ambiguities: Vec<String>,
    ambiguity_counts: BTreeMap<&'static str, usize>,
}

/// A feature or row while it is read: where it stands and what was noticed about it.
pub struct Place {
    pub index: String,
    pub name: Option<String>,
    /// Warnings of this zone alone.
    pub warnings: Vec<String>,
}

impl Place {
    pub fn new(index: String, name: Option<String>) -> Self {
        Place { index, name, warnings: Vec::new() }
    }

    /// `/features/3 (Harbour)`
    fn words(&self) -> String {
        match &self.name {
            Some(name) => format!("{} ({})", self.index, short(name)),
            None => self.index.clone(),
        }
    }
}

impl Report {
    pub fn skip(&mut self, index: String, name: Option<String>, reason: impl Into<String>) {
        self.skipped.push(Skipped { index, name, reason: reason.into() });
    }

    pub fn repair(&mut self, place: &Place, what: &str) {
        self.repairs.push(format!("{}: {what}", place.words()));
    }

    /// A warning about one feature; `kind` names what is counted together.
    pub fn warn(&mut self, place: &mut Place, kind: &'static str, what: String) {
        let words = place.words();
        note(&mut self.warnings, &mut self.counts, kind, || format!("{words}: {what}"));
        place.warnings.push(what);
    }

    /// Something about one feature that can be read in more than one way: both readings, and the one taken.
    pub fn ambiguous(&mut self, place: &mut Place, kind: &'static str, what: String) {
        let words = place.words();
        note(&mut self.ambiguities, &mut self.ambiguity_counts, kind, || format!("{words}: {what}"));
        place.warnings.push(what);
    }

    /// A member, a column or a kind of record that no verdict uses; told once with its count.
    pub fn ignore(&mut self, what: &str) {
        if let Some(count) = self.unused.get_mut(what) {
            *count += 1;
        } else if self.unused.len() < KINDS {
            self.unused.insert(what.to_owned(), 1);
        } else {
            *self.unused.entry("others".to_owned()).or_default() += 1;
        }
    }

    /// What is not as the format asks, or says nothing, and how it was read; told once with its count and the first place.
    pub fn deviation(&mut self, place: &str, what: &str) {
        if let Some((count, _)) = self.deviations.get_mut(what) {
            *count += 1;
        } else if self.deviations.len() < KINDS {
            self.deviations.insert(what.to_owned(), (1, place.to_owned()));
        }
    }

    /// Something about the file as a whole that can be read in more than one way; told once.
    pub fn ambiguous_file(&mut self, what: &str) {
        if !self.ambiguities.iter().any(|told| told == what) {
            self.ambiguities.push(what.to_owned());
        }
    }

    /// A warning about the file as a whole.
    pub fn warn_file(&mut self, what: String) {
        self.warnings.push(what);
    }

    /// Takes over all that is told of a member of an archive; `member` names it.
    pub fn absorb(&mut self, member: &str, mut inner: Report) {
        let named = |lines: Vec<String>| lines.into_iter().map(|line| format!("{member}: {line}")).collect::<Vec<_>>();
        self.warnings.extend(named(inner.warnings()));
        self.ambiguities.extend(named(inner.ambiguities()));
        self.repairs.extend(named(inner.repairs));
        self.ignored.extend(named(inner.ignored));
        let skipped = inner.skipped.into_iter();
        self.skipped.extend(skipped.map(|s| Skipped { index: format!("{member}: {}", s.index), ..s }));
        if self.issue == Issue::default() {
            self.issue = inner.issue;
        }
    }

    /// All warnings, the counted ones last.
    pub fn warnings(&mut self) -> Vec<String> {
        let mut warnings = with_rest(std::mem::take(&mut self.warnings), &self.counts);
        let deviation = |(what, (count, first)): (&String, &(usize, String))| match count {
            1 => format!("{first}: {what}"),
            _ => format!("{first} and {} more: {what}", count - 1),
        };
        warnings.extend(self.deviations.iter().map(deviation));
        warnings
    }

    /// All that no verdict uses.
    pub fn ignored(&mut self) -> Vec<String> {
        let mut ignored = std::mem::take(&mut self.ignored);
        ignored.extend(self.unused.iter().map(|(what, count)| match count {
            1 => what.clone(),
            _ => format!("{what} ({count} times)"),
        }));
        ignored
    }

    /// All ambiguities, the counted ones last.
    pub fn ambiguities(&mut self) -> Vec<String> {
        with_rest(std::mem::take(&mut self.ambiguities), &self.ambiguity_counts)
    }
}

/// Lists the first ones of a kind and counts all.
fn note(
    list: &mut Vec<String>,
    counts: &mut BTreeMap<&'static str, usize>,
    kind: &'static str,
    text: impl FnOnce() -> String,
) {
    let count = counts.entry(kind).or_default();
    *count += 1;
    if *count <= LISTED {
        list.push(text());
    }
}

fn with_rest(mut list: Vec<String>, counts: &BTreeMap<&'static str, usize>) -> Vec<String> {
    for (kind, count) in counts.iter().filter(|(_, count)| **count > LISTED) {
        list.push(format!("{} more features: {kind}", count - LISTED));
    }
    list
}

/// A name from evidence as it may stand in a message: printable, at most 80 characters.
pub fn short(name: &str) -> String {
    let safe = label::printable(name);
    if safe.chars().count() <= 80 {
        return safe;
    }
    let mut cut: String = safe.chars().take(79).collect();
    cut.push('…');
    cut
}
