//! Where the layouts of a log come from, in words: whoever relies on a value must see who says what its bytes mean.

use std::collections::BTreeMap;

use super::super::{Diagnostic, Fact, Sink};
use super::header::Header;
use super::models;
use crate::evidence::Origin;

/// Who describes the records of one type and length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// The log itself.
    Own,
    /// Another log of the same firmware, by its number.
    Kept(usize),
    Tables(Trust),
    /// Tables that contradict each other, none of them for the product.
    Ambiguous,
    Nothing,
}

/// How well a table fits a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// In which no aircraft differs, as far as is known.
    All,
    /// Made for the product.
    Own,
    /// Made for the product, from logs of another build.
    OtherBuild,
    /// Made for the product that is nearest, the only table of this length.
    Nearest,
    /// Made for the product that is nearest, and tables for others describe the same length differently.
    NearestOfSeveral,
    /// The only table of this length, made for other products.
    Only,
}

/// The types of a log by who describes them.
#[derive(Default)]
pub struct Origins {
    /// Other logs whose definitions are at hand, with their digests.
    pub logs: Vec<String>,
    /// Type with its name, its lengths.
    types: BTreeMap<By, BTreeMap<(u16, String), Vec<usize>>>,
    /// Generations of the tables that were made for other products.
    foreign: Vec<String>,
}

/// Types that are named in one list.
const MOST_NAMED: usize = 40;

impl Origins {
    pub fn add(&mut self, kind: u16, len: usize, name: &str, by: By) {
        self.types.entry(by).or_default().entry((kind, name.to_owned())).or_default().push(len);
    }

    /// Tables of these generations were used, though the product is none of them.
    pub fn made_for<'g>(&mut self, generations: impl Iterator<Item = &'g String>) {
        self.foreign.extend(generations.map(|generation| models::generation_name(generation).to_owned()));
        self.foreign.sort_unstable();
        self.foreign.dedup();
    }

    fn of(&self, by: By) -> Option<&BTreeMap<(u16, String), Vec<usize>>> {
        self.types.get(&by)
    }

    fn count(&self, by: By) -> usize {
        self.of(by).map_or(0, BTreeMap::len)
    }

    /// `13 osd_home_data (83 bytes), 2048 imu_atti_0 (120 bytes)`.
    fn listed(&self, by: By) -> Option<String> {
        let types = self.of(by)?;
        let one = |((kind, name), lens): (&(u16, String), &Vec<usize>)| {
            let lens: Vec<String> = lens.iter().map(usize::to_string).collect();
            format!("{kind} {name} ({} bytes)", lens.join(", "))
        };
        let mut all: Vec<String> = types.iter().take(MOST_NAMED).map(one).collect();
        if types.len() > MOST_NAMED {
            all.push(format!("and {} more", types.len() - MOST_NAMED));
        }
        Some(all.join(", "))
    }

    /// A note with all of it, and one of its own for each origin that a reader should know before relying on a value.
    pub fn tell(&self, header: Option<&Header>, sink: &mut dyn Sink) {
        sink.fact(Fact::Note { text: self.summary(header), at: Origin::Item });
        let mut tell = |code, at, message: String| sink.diagnostic(Diagnostic::note(code, at, message));
        let (product, build) = header.map_or((0, ""), |header| (header.product, header.build.as_str()));
        for (at, log) in self.logs.iter().enumerate() {
            if let Some(types) = self.listed(By::Kept(at)) {
                let others: Vec<&str> = self.logs.iter().skip(at + 1).map(String::as_str).collect();
                let agree = if others.is_empty() {
                    "no other log at hand confirms them".to_owned()
                } else {
                    format!("those in {} say the same, where nothing else is told", others.join(", "))
                };
                let message = format!(
                    "the log's own definitions of these types are not there; read by the definitions of {log}, same product and \
                     build ({build}): {types}; {agree}"
                );
                tell("dji-dat/kept-definitions", Origin::at(16, 32), message);
            }
        }
        let remedy = match header.filter(|header| header.names_build()) {
            Some(_) => {
                "; a log of the same product and build that has its definitions, laid beside this one, would tell"
            }
            None => "",
        };
        if let Some(types) = self.listed(By::Tables(Trust::OtherBuild)) {
            let known = header.and_then(Header::model).and_then(|model| model.build).unwrap_or_default();
            let message = format!(
                "read by tables made from logs of another build of this product ({known}; this log: {build}), where the same \
                 length may hold other fields: {types}{remedy}"
            );
            tell("dji-dat/other-build", Origin::at(16, 32), message);
        }
        let generation = header.and_then(Header::generation).map(models::generation_name).unwrap_or_default();
        if let Some(types) = self.listed(By::Tables(Trust::NearestOfSeveral)) {
            let message = format!(
                "tables of several aircraft describe these lengths differently and none is for product {product}; read by those of \
                 the nearest, {generation}, which may be wrong: {types}{remedy}"
            );
            tell("dji-dat/ambiguous-nearest", Origin::at(0, 4), message);
        }
        if let Some(types) = self.listed(By::Ambiguous) {
            let message = format!(
                "tables of several aircraft describe these lengths differently, and the log does not tell which one it is of \
                 (product {product}): kept as they are: {types}{remedy}"
            );
            tell("dji-dat/ambiguous", Origin::at(0, 4), message);
        }
        if let Some(types) = self.listed(By::Tables(Trust::Nearest)) {
            let message = format!(
                "there are no tables for product {product}; read by those of the nearest aircraft, {generation}, whose lengths \
                 fit: {types}{remedy}"
            );
            tell("dji-dat/nearest", Origin::at(0, 4), message);
        }
        if let Some(types) = self.listed(By::Tables(Trust::Only)) {
            let whose = self.foreign.join(", ");
            let message = format!(
                "read by the only tables of their length, made for other aircraft ({whose}), which may be wrong: {types}{remedy}"
            );
            tell("dji-dat/foreign", Origin::at(0, 4), message);
        }
    }

    fn summary(&self, header: Option<&Header>) -> String {
        let kept: usize = (0..self.logs.len()).map(|at| self.count(By::Kept(at))).sum();
        let generation = header.and_then(Header::generation).map_or("none", models::generation_name);
        let is_own = header.and_then(Header::model).is_some_and(|model| model.is_own);
        let nearest = if is_own || generation == "none" { "" } else { ", the nearest" };
        let parts = [
            (self.count(By::Own), "by the log's own definitions".to_owned()),
            (kept, "by definitions of other logs of the same product and build".to_owned()),
            (self.count(By::Tables(Trust::Own)), "by tables of the aircraft".to_owned()),
            (self.count(By::Tables(Trust::All)), "by tables in which no known aircraft differs".to_owned()),
            (self.count(By::Tables(Trust::OtherBuild)), "by tables of another build of the aircraft".to_owned()),
            (
                self.count(By::Tables(Trust::Nearest)) + self.count(By::Tables(Trust::NearestOfSeveral)),
                format!("by tables of {generation}{nearest}"),
            ),
            (self.count(By::Tables(Trust::Only)), "by tables of other aircraft".to_owned()),
            (self.count(By::Nothing) + self.count(By::Ambiguous), "by nothing sure, kept as they are".to_owned()),
        ];
        let parts: Vec<String> =
            parts.iter().filter(|(count, _)| *count > 0).map(|(count, by)| format!("{count} {by}")).collect();
        format!("record types and who describes them: {}", parts.join(", "))
    }
}
