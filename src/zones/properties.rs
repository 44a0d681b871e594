//! What a feature or a row says about itself, found under the many names that files use. Names are compared without case and
//! punctuation: `radius_m`, `Radius (m)` and `RADIUS M` are one.

use std::cell::Cell;

use serde_json::Value;

use super::report::Report;
use super::vertical::{Limits, Reference, Unit, VerticalLimit};
use super::zone::{About, Restriction};
use super::{restriction, sector};

const ID: &[&str] = &["id", "identifier"];
/// Asked after the feature's own id.
const OTHER_ID: &[&str] = &["zoneid", "siteid", "faaid", "designator", "gmlid", "fid", "objectid"];
const NAME: &[&str] = &[
    "name",
    "title",
    "sitename",
    "zonename",
    "facilityname",
    "facility",
    "label",
    "designation",
    "nom",
    "bezeichnung",
];
/// Asked when nothing is called a name.
const OTHER_NAME: &[&str] = &["zoneid", "designator"];
const SECTOR: &[&str] =
    &["sector", "type", "category", "kind", "facilitytype", "sitetype", "assettype", "class", "layer", "usage"];
/// Values of those in zone files of aviation authorities that say how a zone is meant, not what the site is; beside them the
/// words for restrictions.
const NO_SECTOR: &[&str] = &["COMMON", "CUSTOMIZED", "PERMANENT", "TEMPORARY"];
/// More columns whose words may name a sector.
const MORE_SECTOR: &[&str] = &["naicsdesc", "branch", "subtype", "facilitysubtype"];
/// What a power plant burns.
const FUEL: &[&str] = &["primaryfuel", "fueltype", "fuel"];
/// What is asked of an aircraft.
const RESTRICTION: &[&str] = &["restriction", "restrictiontype", "restrictionlevel"];
/// The same under names that mean other things elsewhere: only words that name a restriction count.
const MAYBE_RESTRICTION: &[&str] = &["status", "type", "zonetype", "kind", "category", "class", "level"];
const REASONS: &[&str] = &["reason", "reasons"];
const OTHER_REASON: &[&str] = &["otherreasoninfo"];
const AUTHORITY: &[&str] = &[
    "authority",
    "authorityname",
    "zoneauthority",
    "controllingauthority",
    "issuingauthority",
    "responsibleauthority",
    "agency",
];
const LEGAL_BASIS: &[&str] = &["legalbasis", "legal", "law", "statute", "regulation"];
/// Name of the property and metres in its unit; a standard deviation or a bound, taken as one.
const ACCURACY: &[(&str, f64)] = &[
    ("accuracym", 1.0),
    ("accuracy", 1.0),
    ("positionalaccuracy", 1.0),
    ("positionalaccuracym", 1.0),
    ("horizontalaccuracy", 1.0),
    ("horizontalaccuracym", 1.0),
    ("accuracyft", 0.3048),
];
/// Name of the property and metres in its unit.
const RADIUS: &[(&str, f64)] = &[
    ("radius", 1.0),
    ("radiusm", 1.0),
    ("radiusmeters", 1.0),
    ("radiusmetres", 1.0),
    ("radiusmeter", 1.0),
    ("radiusmetre", 1.0),
    ("radiusinmeters", 1.0),
    ("radiusinmetres", 1.0),
    ("buffer", 1.0),
    ("bufferm", 1.0),
    ("buffermeters", 1.0),
    ("buffermetres", 1.0),
    ("bufferdistance", 1.0),
    ("bufferradius", 1.0),
    ("radiuskm", 1000.0),
    ("bufferkm", 1000.0),
    ("radiusft", 0.3048),
    ("radiusfeet", 0.3048),
    ("bufferft", 0.3048),
    ("radiusnm", 1852.0),
    ("radiusnmi", 1852.0),
    ("buffernm", 1852.0),
    ("radiusmi", 1609.344),
    ("radiusmiles", 1609.344),
];
const LOWER: &[&str] = &[
    "floor",
    "lower",
    "lowerlimit",
    "lowerlim",
    "lowerheight",
    "loweralt",
    "loweraltitude",
    "minalt",
    "minaltitude",
    "minheight",
];
const UPPER: &[&str] = &[
    "ceiling",
    "upper",
    "upperlimit",
    "upperlim",
    "upperheight",
    "upperalt",
    "upperaltitude",
    "maxalt",
    "maxaltitude",
    "maxheight",
];
/// Endings of those names that are units.
const UNIT_ENDINGS: &[(&str, Unit)] = &[
    ("", Unit::Metre),
    ("m", Unit::Metre),
    ("meters", Unit::Metre),
    ("metres", Unit::Metre),
    ("ft", Unit::Foot),
    ("feet", Unit::Foot),
    ("fl", Unit::FlightLevel),
];

/// Plain names and values, in the order of the source.
#[derive(Default)]
pub struct Properties {
    entries: Vec<Entry>,
}

struct Entry {
    /// In [`plain`] form.
    name: String,
    /// As the source has it.
    own: String,
    value: Value,
    /// Whether some reader asked for it.
    used: Cell<bool>,
}

impl Entry {
    fn new(own: String, value: Value) -> Self {
        Entry { name: plain(&own), own, value, used: Cell::new(false) }
    }
}

/// A radius as stated.
pub enum Radius {
    Metres(f64),
    /// The words, and why they are no radius.
    Unusable(String),
}

impl Properties {
    pub fn of_object(value: Value) -> Self {
        match value {
            Value::Object(map) => Properties { entries: map.into_iter().map(|(k, v)| Entry::new(k, v)).collect() },
            _ => Properties::default(),
        }
    }

    /// From the [`plain`] names of columns and their fields.
    pub fn of_row<'a>(fields: impl Iterator<Item = (&'a str, String)>) -> Self {
        let filled = fields.filter(|(_, field)| !field.is_empty());
        Properties { entries: filled.map(|(name, field)| Entry::new(name.to_owned(), Value::from(field))).collect() }
    }

    /// Whether a [`plain`] name is one of a radius.
    pub fn is_radius(name: &str) -> bool {
        RADIUS.iter().any(|(known, _)| *known == name)
    }

    /// Adds what is known under a second name, an alias of a column, where nothing has that name.
    pub fn add_alias(&mut self, name: &str, alias: &str) {
        let name = plain(name);
        let other = plain(alias);
        if self.entries.iter().all(|e| e.name != other)
            && let Some(value) = self.entries.iter().find(|e| e.name == name).map(|e| e.value.clone())
        {
            self.entries.push(Entry::new(alias.to_owned(), value));
        }
    }

    /// The first of these [`plain`] names that holds something.
    pub fn find(&self, names: &[&str]) -> Option<&Value> {
        let held = |name: &&str| self.entries.iter().find(|e| e.name == *name && !is_empty(&e.value));
        let entry = names.iter().find_map(held)?;
        entry.used.set(true);
        Some(&entry.value)
    }

    /// Whether there is a property of this [`plain`] name, be it empty.
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|e| e.name == name)
    }

    /// Lists what nobody asked for; `word` is what the source calls it, a property or a column.
    pub fn ignore_rest(&self, word: &str, report: &mut Report) {
        for entry in self.entries.iter().filter(|e| !e.used.get() && !is_empty(&e.value)) {
            report.ignore(&format!("{word} {}", super::report::short(&entry.own)));
        }
    }

    pub fn text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.find(&[name]).and_then(text_of))
    }

    /// The zone's id; `own` is what the feature itself carries outside its properties.
    pub fn id(&self, own: Option<String>) -> Option<String> {
        self.text(ID).or(own).or_else(|| self.text(OTHER_ID))
    }

    pub fn name(&self) -> Option<String> {
        self.text(NAME).or_else(|| self.text(OTHER_NAME))
    }

    /// What is said beside name and shape.
    pub fn about(&self) -> About {
        let (restriction_word, restriction) = self.restriction();
        let (facility, sector) = self.facility();
        let accuracy =
            ACCURACY.iter().find_map(|(name, metres)| self.find(&[name]).map(|value| length(value, *metres)));
        About {
            sector,
            facility,
            restriction,
            restriction_word,
            reasons: self.reasons(),
            authority: self.find(AUTHORITY).and_then(authority),
            legal_basis: self.text(LEGAL_BASIS),
            country: self.country(),
            windows: Vec::new(),
            accuracy_m: match accuracy {
                Some(Radius::Metres(metres)) => Some(metres),
                _ => None,
            },
        }
    }

    /// A country by its three letters; other words are no code.
    fn country(&self) -> Option<String> {
        let is_code = |word: &String| word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase());
        self.text(&["country"]).filter(is_code)
    }

    /// The source's own word for the kind of site, and the sector that it names.
    fn facility(&self) -> (Option<String>, Option<sector::Sector>) {
        let is_kind =
            |word: &String| !NO_SECTOR.contains(&word.to_ascii_uppercase().as_str()) && restriction::of(word).is_none();
        let words = || SECTOR.iter().chain(MORE_SECTOR).filter_map(|name| self.text(&[name])).filter(is_kind);
        if let Some((word, sector)) = words().find_map(|word| sector::of_word(&word).map(|sector| (word, sector))) {
            return (Some(word), Some(sector));
        }
        if let Some((word, sector)) =
            self.text(FUEL).and_then(|word| sector::of_fuel(&word).map(|sector| (word, sector)))
        {
            return (Some(word), Some(sector));
        }
        // Exports of OpenStreetMap have its tags as properties.
        let tag = |key: &str| self.find(&[&plain(key)]).and_then(text_of);
        if self.entries.iter().any(|entry| sector::is_tag_key(&entry.name))
            && let Some((key, value, sector)) = sector::of_tags(tag)
        {
            return (Some(format!("{key}={value}")), Some(sector));
        }
        let facility = SECTOR.iter().find_map(|name| self.text(&[name]).filter(is_kind));
        (facility, None)
    }

    /// The source's own word for the restriction, and the one that it names.
    fn restriction(&self) -> (Option<String>, Option<Restriction>) {
        if let Some(word) = self.text(RESTRICTION) {
            let known = restriction::of(&word);
            return (Some(word), known);
        }
        let named = |name: &&str| self.text(&[name]).and_then(|word| restriction::of(&word).map(|known| (word, known)));
        MAYBE_RESTRICTION.iter().find_map(named).map_or((None, None), |(word, known)| (Some(word), Some(known)))
    }

    /// Why it was declared: codes, and the words behind the code "other".
    fn reasons(&self) -> Vec<String> {
        let mut reasons = match self.find(REASONS) {
            Some(Value::Array(list)) => list.iter().filter_map(text_of).collect(),
            Some(value) => text_of(value).into_iter().collect(),
            None => Vec::new(),
        };
        reasons.extend(self.text(OTHER_REASON));
        reasons
    }

    /// The radius in metres, `None` when nothing is said.
    pub fn radius(&self) -> Option<Radius> {
        RADIUS.iter().find_map(|(name, metres)| self.find(&[name]).map(|value| length(value, *metres)))
    }

    /// The radius in the words of the source.
    pub fn radius_words(&self) -> Option<String> {
        RADIUS.iter().find_map(|(name, _)| self.find(&[name])).and_then(text_of)
    }

    /// Floor and ceiling.
    pub fn limits(&self) -> Limits {
        let unit = self.text(&["unit", "units", "uom", "uomdimensions", "verticalunit"]).and_then(|w| Unit::of(&w));
        let reference = |names: &[&str]| self.text(names).and_then(|w| Reference::of(&w));
        let lower_reference =
            reference(&["lowerreference", "lowerverticalreference", "lowerref", "floorreference", "floorref"]);
        let upper_reference =
            reference(&["upperreference", "upperverticalreference", "upperref", "ceilingreference", "ceilingref"]);
        Limits { lower: self.limit(LOWER, unit, lower_reference), upper: self.limit(UPPER, unit, upper_reference) }
    }

    fn limit(&self, names: &[&str], unit: Option<Unit>, reference: Option<Reference>) -> Option<VerticalLimit> {
        names.iter().find_map(|name| {
            self.entries.iter().find_map(|entry| {
                let ending = entry.name.strip_prefix(name)?;
                let (_, stated) = UNIT_ENDINGS.iter().find(|(known, _)| *known == ending)?;
                let raw = text_of(&entry.value)?;
                entry.used.set(true);
                let unit = if ending.is_empty() { unit } else { Some(*stated) };
                Some(VerticalLimit::read(&raw, unit, reference))
            })
        })
    }
}

/// A name in lower case without punctuation.
pub fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// Words of a value: a string, a number, or the first of a list of texts with languages (ED-318), English preferred.
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|t| !t.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(map) => map.get("text").and_then(text_of),
        Value::Array(list) => {
            let is_english = |v: &&Value| v.get("lang").and_then(Value::as_str).is_some_and(|l| l.starts_with("en"));
            list.iter().find(is_english).or(list.first()).and_then(text_of)
        }
        Value::Null | Value::Bool(_) => None,
    }
}

/// The names of those in charge: a text, or the `name` of each entry of a list (ED-269, ED-318).
pub fn authority(value: &Value) -> Option<String> {
    let name = |entry: &Value| entry.get("name").map_or_else(|| text_of(entry), text_of);
    let mut names: Vec<String> = match value {
        Value::Array(list) => list.iter().filter_map(name).collect(),
        other => name(other).into_iter().collect(),
    };
    names.dedup();
    Some(names.join("; ")).filter(|names| !names.is_empty())
}

/// A length in metres from a number in a unit of `metres` metres, or from words with their own unit.
fn length(value: &Value, metres: f64) -> Radius {
    let words = text_of(value).unwrap_or_else(|| value.to_string());
    let digits = words.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(words.len());
    let (number, unit) = words.split_at(digits);
    // A number in JSON may have an exponent.
    let number = value.as_f64().or_else(|| number.parse().ok());
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        _ if value.is_number() => Some(metres),
        "" => Some(metres),
        "m" | "meter" | "meters" | "metre" | "metres" => Some(1.0),
        "km" => Some(1000.0),
        "ft" | "feet" => Some(0.3048),
        "nm" | "nmi" => Some(1852.0),
        "mi" | "miles" => Some(1609.344),
        _ => None,
    };
    match number.zip(factor).map(|(number, factor)| number * factor) {
        // Half the circumference of the Earth is the farthest that a place can be.
        Some(radius) if (0.0..20_037_508.0).contains(&radius) => Radius::Metres(radius),
        _ => Radius::Unusable(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn properties(json: &str) -> Properties {
        Properties::of_object(serde_json::from_str(json).expect("test JSON"))
    }

    #[test]
    fn names_in_all_spellings() {
        let found = properties(r#"{"NAME":" Dam ","TYPE":"water","Radius (m)":"500"}"#);
        assert_eq!((found.name().as_deref(), found.facility().0.as_deref()), (Some("Dam"), Some("water")));
        assert!(matches!(found.radius(), Some(Radius::Metres(500.0))));
        assert_eq!(found.id(Some("own".to_owned())).as_deref(), Some("own"));

        let ed318 = properties(
            r#"{"identifier":"ABC1234","name":[{"text":"Burg","lang":"de-DE"},{"text":"Castle","lang":"en-GB"}],"type":"PROHIBITED"}"#,
        );
        assert_eq!(ed318.id(Some("own".to_owned())).as_deref(), Some("ABC1234"));
        assert_eq!((ed318.name().as_deref(), ed318.facility()), (Some("Castle"), (None, None)));
        assert_eq!(properties(r#"{"id":7,"zone_id":"x"}"#).id(None).as_deref(), Some("7"));
    }

    #[test]
    fn what_is_asked_by_whom_and_why() {
        let lu = properties(
            r#"{"type":"COMMON","restriction":"REQ_AUTHORISATION","reasons":["SENSITIVE","POPULATION"],"authority":"NATO"}"#,
        )
        .about();
        assert_eq!(lu.restriction, Some(Restriction::Authorisation));
        assert_eq!(lu.restriction_word.as_deref(), Some("REQ_AUTHORISATION"));
        assert_eq!(lu.reasons, ["SENSITIVE", "POPULATION"]);
        assert_eq!((lu.authority.as_deref(), lu.facility, lu.sector), (Some("NATO"), None, None));

        let ie = properties(
            r#"{"type":"PROHIBITED","variant":"COMMON","reason":"OTHER","otherReasonInfo":"Safety",
                "zoneAuthority":[{"purpose":"AUTHORIZATION","name":"AirNav Ireland"},{"name":[{"text":"IAA","lang":"en"}]}]}"#,
        )
        .about();
        assert_eq!((ie.restriction, ie.reasons.len()), (Some(Restriction::Prohibited), 2));
        assert_eq!(ie.authority.as_deref(), Some("AirNav Ireland; IAA"));

        let table = properties(r#"{"Type":"Prison","Status":"OPEN","positional_accuracy":"5 m","Legal basis":"s. 5"}"#);
        let about = table.about();
        assert_eq!((about.sector.map(sector::Sector::as_str), about.restriction), (Some("prison"), None));
        assert_eq!((about.accuracy_m, about.legal_basis.as_deref()), (Some(5.0), Some("s. 5")));
        let osm = properties(r#"{"power":"plant","plant:source":"nuclear"}"#).about();
        assert_eq!(osm.sector.map(sector::Sector::as_str), Some("nuclear"));
        assert_eq!(properties(r#"{"restriction":"ASK_FIRST"}"#).about().restriction_word.as_deref(), Some("ASK_FIRST"));
    }

    #[test]
    fn lengths_with_units() {
        let metres = |json: &str| match properties(json).radius() {
            Some(Radius::Metres(m)) => m,
            _ => f64::NAN,
        };
        assert_eq!(metres(r#"{"radius":1.5e3}"#), 1500.0);
        assert_eq!(metres(r#"{"radius_km":0.5}"#), 500.0);
        assert_eq!(metres(r#"{"radius":"2 NM"}"#), 3704.0);
        assert_eq!(metres(r#"{"buffer":"100ft"}"#), 100.0 * 0.3048);
        assert!(metres(r#"{"radius":-5}"#).is_nan());
        assert!(metres(r#"{"radius":"wide"}"#).is_nan());
        assert!(metres(r#"{"radius":"1,500"}"#).is_nan());
        assert!(properties(r#"{"radius":null,"radius_m":""}"#).radius().is_none());
    }

    #[test]
    fn limits_with_what_stands_beside_them() {
        let lu = properties(
            r#"{"lowerLimit":0,"upperLimit":120,"unit":"M","lowerReference":"AGL","upperReference":"AMSL"}"#,
        )
        .limits();
        let words = |l: &VerticalLimit| (l.value, l.unit.as_str(), l.reference.as_str());
        assert_eq!(lu.lower.as_ref().map(words), Some((Some(0.0), "m", "agl")));
        assert_eq!(lu.upper.as_ref().map(words), Some((Some(120.0), "m", "amsl")));
        let feet = properties(r#"{"ceiling_ft":400,"Floor":"SFC"}"#).limits();
        assert_eq!(feet.upper.as_ref().map(words), Some((Some(400.0), "ft", "unknown")));
        assert_eq!(feet.lower.as_ref().map(words), Some((Some(0.0), "m", "agl")));
        let notam = properties(r#"{"upper_lim":"BY NOTAM"}"#).limits();
        assert_eq!(notam.not_understood().collect::<Vec<_>>(), ["BY NOTAM"]);
    }
}
