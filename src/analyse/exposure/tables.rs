//! The rules as `formats/exposure/` writes them.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::Kind;

static KINDS: &str = include_str!("../../../formats/exposure/kinds.tsv");
static COUNTRIES: &str = include_str!("../../../formats/exposure/mcc.tsv");
static RATES: &str = include_str!("../../../formats/exposure/rates.tsv");
static APPS: &str = include_str!("../../../formats/apps.tsv");

/// A row of `kinds.tsv`.
#[derive(Clone, Copy, Debug)]
pub struct KindRow {
    pub kind: &'static str,
    /// Person, phone, craft, site, server, ...
    pub about: &'static str,
    /// Words that name it in free text.
    pub context: &'static str,
    /// Endings of field names; `=` before one asks for a whole word.
    pub keys: &'static str,
    /// The form of a value that a key names.
    pub value: &'static str,
    pub rule: &'static str,
}

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| line.split('\t').collect())
}

/// Every kind with its rule, in the order of the table.
pub fn kind_rows() -> impl Iterator<Item = KindRow> {
    rows(KINDS).filter_map(|row| match row.as_slice() {
        [kind, about, context, keys, value, rule] => Some(KindRow { kind, about, context, keys, value, rule }),
        _ => None,
    })
}

/// Packages, bundles and folders of apps.
pub fn app_folders() -> impl Iterator<Item = &'static str> {
    rows(APPS).filter_map(|row| row.first().copied())
}

/// A row of `rates.tsv`: what was found where nothing is.
#[derive(Clone, Copy, Debug)]
pub struct RateRow {
    pub corpus: &'static str,
    pub size: &'static str,
    pub kinds: &'static str,
    /// False sightings.
    pub found: &'static str,
}

/// The measured rates of false sightings.
pub fn rate_rows() -> impl Iterator<Item = RateRow> {
    rows(RATES).filter_map(|row| match row.as_slice() {
        [corpus, size, kinds, found] => Some(RateRow { corpus, size, kinds, found }),
        _ => None,
    })
}

/// The country of a mobile country code, and how many digits its network codes have.
pub fn country(mcc: &str) -> Option<(&'static str, &'static str)> {
    static TABLE: LazyLock<HashMap<&str, (&str, &str)>> = LazyLock::new(|| {
        let row = |row: Vec<&'static str>| Some((*row.first()?, (*row.get(1)?, *row.get(2)?)));
        rows(COUNTRIES).filter_map(row).collect()
    });
    TABLE.get(mcc).copied()
}

/// Codes of countries, as top-level domains have them.
pub fn countries() -> &'static HashSet<String> {
    static CODES: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let codes = rows(COUNTRIES).filter_map(|row| row.get(1).map(|code| code.to_lowercase()));
        // Domains that are no countries with a mobile country code of their own.
        codes.chain(["uk", "eu", "io", "ai", "ac", "im", "je", "gg", "cc"].map(str::to_owned)).collect()
    });
    &CODES
}

/// The form that no value has.
const NOTHING: &str = "nothing";

/// An ending of a field name, and what a field with it holds.
#[derive(Clone, Copy, Debug)]
pub struct KeyRule {
    pub ending: &'static str,
    pub whole_word: bool,
    pub kind: Kind,
    pub value: &'static str,
}

/// Rules for field names by the last byte of the ending, longer endings first.
pub fn key_rules(last: u8) -> &'static [KeyRule] {
    static RULES: LazyLock<HashMap<u8, Vec<KeyRule>>> = LazyLock::new(|| {
        let mut rules: HashMap<u8, Vec<KeyRule>> = HashMap::new();
        for row in kind_rows() {
            let Some(kind) = Kind::ALL.iter().copied().find(|kind| kind.as_str() == row.kind) else { continue };
            for key in row.keys.split_whitespace() {
                // An ending that only looks like one of the kind: no value fits it.
                let (key, value) = key.strip_prefix('!').map_or((key, row.value), |key| (key, NOTHING));
                let ending = key.strip_prefix('=').unwrap_or(key);
                let Some(last) = ending.bytes().last() else { continue };
                let rule = KeyRule { ending, whole_word: key.starts_with('='), kind, value };
                rules.entry(last).or_default().push(rule);
            }
        }
        rules.values_mut().for_each(|rules| rules.sort_by_key(|rule| std::cmp::Reverse(rule.ending.len())));
        rules
    });
    RULES.get(&last).map_or(&[], Vec::as_slice)
}

/// Words that name a kind in free text.
pub fn context_words(kind: Kind) -> &'static [&'static str] {
    static WORDS: LazyLock<HashMap<&str, Vec<&str>>> =
        LazyLock::new(|| kind_rows().map(|row| (row.kind, row.context.split_whitespace().collect())).collect());
    WORDS.get(kind.as_str()).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_row() {
        let rows: Vec<&str> = kind_rows().map(|row| row.kind).collect();
        let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(rows, kinds);
    }

    #[test]
    fn a_country_code_is_known_with_the_length_of_its_networks() {
        assert_eq!(country("262"), Some(("DE", "2")));
        assert_eq!(country("310"), Some(("US", "3")));
        assert_eq!(country("299"), None);
    }
}
