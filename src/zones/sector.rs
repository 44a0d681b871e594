//! What kind of site a zone is: one list for every source, made of the sixteen sectors of CISA (US, PPD-21/NSM-22), the eleven
//! of the CER directive (EU 2022/2557, annex) and what agencies list beside them. The source's own word is always kept.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::properties::plain;

/// A kind of site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sector {
    Nuclear,
    PowerGeneration,
    GridSubstation,
    OilGas,
    Dam,
    Water,
    Wastewater,
    Telecom,
    DataCentre,
    Airport,
    Heliport,
    Port,
    Rail,
    BridgeTunnel,
    Space,
    Military,
    DefenceIndustry,
    Prison,
    Government,
    Hospital,
    Chemical,
    Manufacturing,
    Food,
    Finance,
    EmergencyServices,
    EventVenue,
    Nature,
    Other,
}

impl Sector {
    /// The stable name in outputs.
    pub fn as_str(self) -> &'static str {
        row(self).1
    }

    /// The sector of CISA's list that it belongs to, where there is one.
    pub fn cisa(self) -> Option<&'static str> {
        Some(row(self).2).filter(|name| !name.is_empty())
    }

    /// The sector of the CER directive's annex that it belongs to, where there is one.
    pub fn cer(self) -> Option<&'static str> {
        Some(row(self).3).filter(|name| !name.is_empty())
    }
}

/// The words of `sector_words.tsv`.
#[derive(Default)]
struct Words {
    /// By [`singular`] form.
    words: HashMap<String, Sector>,
    fuels: HashMap<String, Sector>,
    /// Key, value, sector, in the order of the table.
    tags: Vec<(&'static str, &'static str, Sector)>,
}

fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut found = Words::default();
        for line in include_str!("sector_words.tsv").lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('\t');
            let (Some(kind), Some(word), Some(name)) = (fields.next(), fields.next(), fields.next()) else { continue };
            let Some(sector) = ROWS.iter().find(|row| row.1 == name).map(|row| row.0) else { continue };
            match kind {
                "word" => {
                    found.words.insert(singular(word), sector);
                }
                "fuel" => {
                    found.fuels.insert(plain(word), sector);
                }
                _ => found.tags.extend(word.split_once('=').map(|(key, value)| (key, value, sector))),
            }
        }
        // The names in outputs are understood as inputs.
        for (sector, name, ..) in &ROWS {
            found.words.entry(singular(name)).or_insert(*sector);
        }
        found
    })
}

/// A word without case, punctuation and the s of a plural.
fn singular(word: &str) -> String {
    let plain = plain(word);
    match plain.strip_suffix('s') {
        Some(stem) if stem.len() > 2 => stem.to_owned(),
        _ => plain,
    }
}

/// The sector that a source's own word means; `None` for a word that the table does not have.
pub fn of_word(word: &str) -> Option<Sector> {
    words().words.get(&singular(word)).copied()
}

/// The sector of a power plant by its main fuel.
pub fn of_fuel(word: &str) -> Option<Sector> {
    words().fuels.get(&plain(word)).copied()
}

/// The sector by tags of OpenStreetMap, with the tag that tells it; `tag` gives the value of a key.
pub fn of_tags(tag: impl Fn(&str) -> Option<String>) -> Option<(&'static str, String, Sector)> {
    words().tags.iter().find_map(|(key, value, sector)| {
        let own = tag(key)?;
        // Several values of one key stand with semicolons between them.
        let fits = |own: &str| if *value == "*" { own != "no" } else { own.eq_ignore_ascii_case(value) };
        own.split(';').any(|own| fits(own.trim())).then_some((*key, own, *sector))
    })
}

fn row(sector: Sector) -> &'static (Sector, &'static str, &'static str, &'static str) {
    &ROWS[sector as usize]
}

/// Sector, stable name, CISA sector, CER sector; in the order of the enum.
static ROWS: [(Sector, &str, &str, &str); 28] = [
    (Sector::Nuclear, "nuclear", "Nuclear Reactors, Materials and Waste", "Energy"),
    (Sector::PowerGeneration, "power-generation", "Energy", "Energy"),
    (Sector::GridSubstation, "grid-substation", "Energy", "Energy"),
    (Sector::OilGas, "oil-gas", "Energy", "Energy"),
    (Sector::Dam, "dam", "Dams", "Energy"),
    (Sector::Water, "water", "Water and Wastewater", "Drinking water"),
    (Sector::Wastewater, "wastewater", "Water and Wastewater", "Waste water"),
    (Sector::Telecom, "telecom", "Communications", "Digital infrastructure"),
    (Sector::DataCentre, "data-centre", "Information Technology", "Digital infrastructure"),
    (Sector::Airport, "airport", "Transportation Systems", "Transport"),
    (Sector::Heliport, "heliport", "Transportation Systems", "Transport"),
    (Sector::Port, "port", "Transportation Systems", "Transport"),
    (Sector::Rail, "rail", "Transportation Systems", "Transport"),
    (Sector::BridgeTunnel, "bridge-tunnel", "Transportation Systems", "Transport"),
    (Sector::Space, "space", "", "Space"),
    (Sector::Military, "military", "Defense Industrial Base", ""),
    (Sector::DefenceIndustry, "defence-industry", "Defense Industrial Base", ""),
    (Sector::Prison, "prison", "Government Services and Facilities", "Public administration"),
    (Sector::Government, "government", "Government Services and Facilities", "Public administration"),
    (Sector::Hospital, "hospital", "Healthcare and Public Health", "Health"),
    (Sector::Chemical, "chemical", "Chemical", ""),
    (Sector::Manufacturing, "manufacturing", "Critical Manufacturing", ""),
    (Sector::Food, "food", "Food and Agriculture", "Food"),
    (Sector::Finance, "finance", "Financial Services", "Financial market infrastructure"),
    (Sector::EmergencyServices, "emergency-services", "Emergency Services", ""),
    (Sector::EventVenue, "event-venue", "Commercial Facilities", ""),
    (Sector::Nature, "nature", "", ""),
    (Sector::Other, "other", "", ""),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sector_has_its_own_row() {
        for (i, (sector, name, ..)) in ROWS.iter().enumerate() {
            assert_eq!((*sector as usize, sector.as_str()), (i, *name));
        }
    }

    #[test]
    fn every_line_of_the_table_is_used_once() {
        let mut seen = std::collections::HashSet::new();
        let mut lines = 0;
        let table = include_str!("sector_words.tsv").lines().filter(|line| !line.starts_with('#')).skip(1);
        for line in table {
            let fields: Vec<&str> = line.split('\t').collect();
            let [kind, word, name] = fields[..] else { unreachable!("{line}") };
            assert!(ROWS.iter().any(|row| row.1 == name), "{line}");
            let own = match kind {
                "word" => (singular(word), of_word(word)),
                "fuel" => (plain(word), of_fuel(word)),
                "osm" => {
                    let (key, value) = word.split_once('=').expect("key=value");
                    let found = of_tags(|wanted| (wanted == key).then(|| value.replace('*', "yes")));
                    (word.to_owned(), found.map(|found| found.2))
                }
                _ => unreachable!("{line}"),
            };
            assert_eq!(own.1.map(Sector::as_str), Some(name), "{line}");
            assert!(seen.insert((kind, own.0)), "twice: {line}");
            lines += 1;
        }
        assert!(lines > 400, "{lines}");
    }

    #[test]
    fn words_of_sources() {
        for (word, sector) in [
            ("Nuclear Power Plant", Sector::Nuclear),
            ("POLICE STATIONS", Sector::EmergencyServices),
            ("large_airport", Sector::Airport),
            ("Justizvollzugsanstalt", Sector::Prison),
            ("Centre hospitalier", Sector::Hospital),
            ("Flygplats", Sector::Airport),
            ("DoD", Sector::Military),
            ("grid-substation", Sector::GridSubstation),
            ("other", Sector::Other),
        ] {
            assert_eq!(of_word(word), Some(sector), "{word}");
        }
        assert_eq!((of_word("nuclear medicine"), of_word("closed"), of_word("")), (None, None, None));
        assert_eq!((of_fuel("Nuclear"), of_fuel("Gas")), (Some(Sector::Nuclear), Some(Sector::PowerGeneration)));
        assert_eq!(of_word("Gas"), None);
    }

    #[test]
    fn tags_of_openstreetmap() {
        let of = |tags: &[(&str, &str)]| {
            of_tags(|key| tags.iter().find(|(k, _)| *k == key).map(|(_, v)| (*v).to_owned()))
                .map(|(_, _, sector)| sector)
        };
        assert_eq!(of(&[("power", "plant"), ("plant:source", "nuclear")]), Some(Sector::Nuclear));
        assert_eq!(of(&[("power", "plant"), ("plant:source", "coal")]), Some(Sector::PowerGeneration));
        assert_eq!(of(&[("military", "barracks")]), Some(Sector::Military));
        assert_eq!(of(&[("military", "no"), ("landuse", "industrial")]), Some(Sector::Manufacturing));
        assert_eq!(of(&[("highway", "crossing")]), None);
        assert_eq!(of(&[("man_made", "mast;antenna")]), Some(Sector::Telecom));
    }
}
