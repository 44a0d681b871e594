//! Rule packs: distances that a law asks for around kinds of sites, brought by the user. A rule names the law that it rests on
//! and the day on which its text was read; one that does not is refused.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::evidence::Sha256;
use crate::zones::{Restriction, Zone};

/// The law that a rule rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LegalBasis {
    pub statute: String,
    pub article: String,
    pub url: Option<String>,
    /// Day on which the text was read, `2026-11-22`.
    pub date_read: String,
}

/// A distance around a kind of site.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Kind of site: the sector's name.
    pub sector: Option<String>,
    /// Or the source's own word, in any case.
    pub facility: Option<String>,
    /// Nearer than this is a breach, metres.
    pub distance_m: f64,
    pub restriction: Option<Restriction>,
    pub legal_basis: LegalBasis,
    pub note: Option<String>,
}

/// A file of rules.
#[derive(Clone, Debug, PartialEq)]
pub struct RulePack {
    pub label: String,
    pub sha256: Sha256,
    /// At least one.
    pub rules: Vec<Rule>,
}

/// Why a rule pack is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError(String);

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RuleError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    sector: Option<String>,
    facility: Option<String>,
    distance_m: f64,
    restriction: Option<String>,
    legal_basis: Option<Basis>,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Basis {
    statute: Option<String>,
    article: Option<String>,
    url: Option<String>,
    date_read: Option<String>,
}

impl RulePack {
    /// Reads a TOML file of `[[rule]]` tables.
    ///
    /// # Errors
    /// When it is no such file or a rule lacks its kind of site, its distance, or statute, article and day of its law.
    pub fn parse(label: &str, bytes: &[u8]) -> Result<Self, RuleError> {
        let refused = |reason: String| RuleError(format!("{label}: {reason}; no rule of it was used"));
        let text = std::str::from_utf8(bytes).map_err(|_| refused("is not UTF-8".to_owned()))?;
        let file: File = toml::from_str(text).map_err(|error| refused(error.to_string().trim_end().to_owned()))?;
        if file.rule.is_empty() {
            return Err(refused("holds no [[rule]]".to_owned()));
        }
        let rules = file
            .rule
            .into_iter()
            .enumerate()
            .map(|(i, row)| row.checked().map_err(|reason| refused(format!("rule {}: {reason}", i + 1))));
        Ok(RulePack { label: label.to_owned(), sha256: Sha256::of(bytes), rules: rules.collect::<Result<_, _>>()? })
    }
}

impl Row {
    fn checked(self) -> Result<Rule, String> {
        let filled = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        let (sector, facility) = (filled(self.sector), filled(self.facility));
        if sector.is_some() == facility.is_some() {
            return Err("give it a sector or a facility, one of the two".to_owned());
        }
        if !(self.distance_m > 0.0 && self.distance_m <= 100_000.0) {
            return Err(format!("distance_m {} is not between 0 and 100000 metres", self.distance_m));
        }
        let lacks = |what: &str| format!("legal_basis has no {what}; a rule must name statute, article and date_read");
        let basis = self.legal_basis.ok_or("has no legal_basis with statute, article and date_read")?;
        let legal_basis = LegalBasis {
            statute: filled(basis.statute).ok_or_else(|| lacks("statute"))?,
            article: filled(basis.article).ok_or_else(|| lacks("article"))?,
            url: filled(basis.url),
            date_read: filled(basis.date_read).ok_or_else(|| lacks("date_read"))?,
        };
        if legal_basis.date_read.parse::<chrono::NaiveDate>().is_err() {
            return Err(format!("date_read {:?} is no day such as \"2026-11-22\"", legal_basis.date_read));
        }
        let restriction = filled(self.restriction).map(|word| restriction(&word)).transpose()?;
        Ok(Rule { sector, facility, distance_m: self.distance_m, restriction, legal_basis, note: filled(self.note) })
    }
}

fn restriction(word: &str) -> Result<Restriction, String> {
    const ALL: [Restriction; 4] =
        [Restriction::Prohibited, Restriction::Authorisation, Restriction::Conditional, Restriction::Warning];
    ALL.into_iter()
        .find(|known| known.as_str() == word)
        .ok_or_else(|| format!("restriction {word:?} is none of {}", ALL.map(Restriction::as_str).join(", ")))
}

impl Rule {
    /// Whether it is about a zone of this kind.
    pub fn fits(&self, zone: &Zone) -> bool {
        let same = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().zip(found).is_some_and(|(wanted, found)| wanted.eq_ignore_ascii_case(found.trim()))
        };
        same(&self.sector, zone.kind()) || same(&self.facility, zone.about.facility.as_deref())
    }

    /// Sector or facility.
    pub fn kind(&self) -> &str {
        self.sector.as_deref().or(self.facility.as_deref()).unwrap_or_default()
    }
}

/// A rule as it stands in an encounter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AppliedRule {
    /// Label and hash of the pack, and the number of the rule in it.
    pub pack: String,
    pub sha256: String,
    pub number: usize,
    /// The sector or facility that it is for.
    pub kind: String,
    pub distance_m: f64,
    /// The track was inside the outline or nearer than the distance.
    pub breached: bool,
    pub legal_basis: LegalBasis,
    #[serde(serialize_with = "word")]
    pub restriction: Option<Restriction>,
    pub note: Option<String>,
}

fn word<S: serde::Serializer>(restriction: &Option<Restriction>, serializer: S) -> Result<S::Ok, S::Error> {
    restriction.map(Restriction::as_str).serialize(serializer)
}

/// Which rule of which pack counts for each zone: of those that fit the one with the greatest distance.
pub struct Rules<'r> {
    packs: &'r [RulePack],
    by_zone: Vec<Option<(usize, usize)>>,
}

impl<'r> Rules<'r> {
    pub fn of<'z>(packs: &'r [RulePack], zones: impl Iterator<Item = &'z Zone>) -> Self {
        let all = || {
            packs
                .iter()
                .enumerate()
                .flat_map(|(pack, p)| p.rules.iter().enumerate().map(move |(i, rule)| ((pack, i), rule)))
        };
        let widest = |zone: &Zone| {
            let fitting = all().filter(|(_, rule)| rule.fits(zone));
            fitting
                .fold(None, |best: Option<((usize, usize), &Rule)>, (place, rule)| match best {
                    Some((_, known)) if known.distance_m >= rule.distance_m => best,
                    _ => Some((place, rule)),
                })
                .map(|(place, _)| place)
        };
        Rules { packs, by_zone: if packs.is_empty() { Vec::new() } else { zones.map(widest).collect() } }
    }

    /// The greatest distance of any rule that counts, metres.
    pub fn reach_m(&self) -> f64 {
        self.by_zone.iter().flatten().filter_map(|place| self.rule(*place)).map(|r| r.distance_m).fold(0.0, f64::max)
    }

    /// The distance around a zone, metres; 0 without a rule.
    pub fn distance_m(&self, zone: usize) -> f64 {
        self.place(zone).and_then(|place| self.rule(place)).map_or(0.0, |rule| rule.distance_m)
    }

    /// The rule for a zone, when the track came to `distance_m` metres from it (0 inside).
    pub fn applied(&self, zone: usize, distance_m: f64) -> Option<AppliedRule> {
        let place = self.place(zone)?;
        let (pack, rule) = (self.packs.get(place.0)?, self.rule(place)?);
        Some(AppliedRule {
            pack: pack.label.clone(),
            sha256: pack.sha256.to_string(),
            number: place.1 + 1,
            kind: rule.kind().to_owned(),
            distance_m: rule.distance_m,
            breached: distance_m <= rule.distance_m,
            legal_basis: rule.legal_basis.clone(),
            restriction: rule.restriction,
            note: rule.note.clone(),
        })
    }

    fn place(&self, zone: usize) -> Option<(usize, usize)> {
        self.by_zone.get(zone).copied().flatten()
    }

    fn rule(&self, (pack, rule): (usize, usize)) -> Option<&Rule> {
        self.packs.get(pack)?.rules.get(rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers are made up for the test; statute and article are words only.
    const PACK: &str = r#"
        [[rule]]
        sector = "prison"
        distance_m = 100
        restriction = "authorisation"
        legal_basis = { statute = "S", article = "1 (2)", date_read = "2026-11-22" }

        [[rule]]
        facility = "Wind Farm"
        distance_m = 50.5
        note = "blades"
        legal_basis = { statute = "S", article = "3", url = "https://example.org/s", date_read = "2026-11-22" }
    "#;

    #[test]
    fn a_pack_is_read() {
        let pack = RulePack::parse("rules.toml", PACK.as_bytes()).expect("a pack");
        let [prison, wind] = pack.rules.as_slice() else { panic!("{pack:?}") };
        assert_eq!(
            (prison.kind(), prison.distance_m, prison.restriction),
            ("prison", 100.0, Some(Restriction::Authorisation))
        );
        assert_eq!((wind.kind(), wind.distance_m, wind.note.as_deref()), ("Wind Farm", 50.5, Some("blades")));
        assert_eq!(prison.legal_basis.article, "1 (2)");
    }

    #[test]
    fn a_rule_without_its_law_is_refused() {
        for (was, is, told) in [
            ("statute = \"S\", article = \"3\"", "article = \"3\"", "rule 2: legal_basis has no statute"),
            ("article = \"1 (2)\", ", "", "rule 1: legal_basis has no article"),
            (
                "article = \"1 (2)\", date_read = \"2026-11-22\"",
                "article = \"1 (2)\"",
                "rule 1: legal_basis has no date_read",
            ),
            ("date_read = \"2026-11-22\" }\n\n", "date_read = \"in autumn\" }\n\n", "is no day"),
            ("distance_m = 100\n", "distance_m = -1\n", "distance_m -1"),
            ("sector = \"prison\"\n", "", "a sector or a facility"),
            ("restriction = \"authorisation\"", "restriction = \"maybe\"", "is none of prohibited"),
            ("note = \"blades\"", "remark = \"blades\"", "unknown field `remark`"),
        ] {
            assert!(PACK.contains(was), "{was}");
            let error = RulePack::parse("rules.toml", PACK.replace(was, is).as_bytes()).expect_err(told).to_string();
            assert!(error.contains(told) && error.starts_with("rules.toml: "), "{error}");
        }
        assert!(RulePack::parse("empty.toml", b"").is_err());
        assert!(RulePack::parse("binary.toml", b"\xff\xfe").is_err());
    }
}
