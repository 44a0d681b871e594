//! What a reader has to tell: skipped features, repairs, warnings. Repairs and skipped features are all listed; a kind of
//! warning that many features share is listed for the first of them and counted for the rest.

use std::collections::BTreeMap;

use super::zone::Skipped;
use crate::evidence::label;

/// Warnings of one kind that are written out before the rest is counted.
const LISTED: usize = 20;

#[derive(Default)]
pub struct Report {
    pub skipped: Vec<Skipped>,
    pub repairs: Vec<String>,
    warnings: Vec<String>,
    /// Kind of warning to how many there were.
    counts: BTreeMap<&'static str, usize>,
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
        self.count(kind, || format!("{words}: {what}"));
        place.warnings.push(what);
    }

    /// A warning about the file as a whole.
    pub fn warn_file(&mut self, what: String) {
        self.warnings.push(what);
    }

    fn count(&mut self, kind: &'static str, text: impl FnOnce() -> String) {
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        if *count <= LISTED {
            self.warnings.push(text());
        }
    }

    /// All warnings, the counted ones last.
    pub fn warnings(&mut self) -> Vec<String> {
        let mut warnings = std::mem::take(&mut self.warnings);
        for (kind, count) in std::mem::take(&mut self.counts) {
            if count > LISTED {
                warnings.push(format!("{} more features: {kind}", count - LISTED));
            }
        }
        warnings
    }
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
