//! What a feature or a row says about itself, found under the many names that files use. Names are compared without case and
//! punctuation: `radius_m`, `Radius (m)` and `RADIUS M` are one.

use serde_json::Value;

use super::vertical::{Reference, Unit, VerticalLimit};
use super::zone::About;

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
const SECTOR: &[&str] =
    &["sector", "type", "category", "kind", "facilitytype", "sitetype", "assettype", "class", "layer", "usage"];
/// Values of `type` in zone files of aviation authorities: they say what is forbidden, not what the site is.
const NO_SECTOR: &[&str] = &[
    "COMMON",
    "CUSTOMIZED",
    "PROHIBITED",
    "REQ_AUTHORISATION",
    "REQ_AUTHORIZATION",
    "CONDITIONAL",
    "NO_RESTRICTION",
    "USPACE",
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
    entries: Vec<(String, Value)>,
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
            Value::Object(map) => Properties { entries: map.into_iter().map(|(k, v)| (plain(&k), v)).collect() },
            _ => Properties::default(),
        }
    }

    /// From the [`plain`] names of columns and their fields.
    pub fn of_row<'a>(fields: impl Iterator<Item = (&'a str, String)>) -> Self {
        let filled = fields.filter(|(_, field)| !field.is_empty());
        Properties { entries: filled.map(|(name, field)| (name.to_owned(), Value::from(field))).collect() }
    }

    /// Whether a [`plain`] name is one of a radius.
    pub fn is_radius(name: &str) -> bool {
        RADIUS.iter().any(|(known, _)| *known == name)
    }

    fn find(&self, names: &[&str]) -> Option<&Value> {
        names.iter().find_map(|name| self.entries.iter().find(|(n, v)| n == name && !is_empty(v)).map(|(_, v)| v))
    }

    pub fn text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.find(&[name]).and_then(text_of))
    }

    /// The zone's id; `own` is what the feature itself carries outside its properties.
    pub fn id(&self, own: Option<String>) -> Option<String> {
        self.text(ID).or(own).or_else(|| self.text(OTHER_ID))
    }

    pub fn name(&self) -> Option<String> {
        self.text(NAME)
    }

    /// What is said beside name and shape.
    pub fn about(&self) -> About {
        About { facility: self.facility(), ..About::default() }
    }

    /// The source's own word for the kind of site.
    fn facility(&self) -> Option<String> {
        let is_sector = |word: &String| !NO_SECTOR.contains(&word.to_ascii_uppercase().as_str());
        SECTOR.iter().find_map(|name| self.text(&[name]).filter(is_sector))
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
            self.entries.iter().find_map(|(entry, value)| {
                let ending = entry.strip_prefix(name)?;
                let (_, stated) = UNIT_ENDINGS.iter().find(|(known, _)| *known == ending)?;
                let raw = text_of(value)?;
                let unit = if ending.is_empty() { unit } else { Some(*stated) };
                Some(VerticalLimit::read(&raw, unit, reference))
            })
        })
    }
}

/// Both limits of a volume.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    pub lower: Option<VerticalLimit>,
    pub upper: Option<VerticalLimit>,
}

impl Limits {
    /// The words of limits that were not understood.
    pub fn not_understood(&self) -> impl Iterator<Item = &str> {
        [&self.lower, &self.upper].into_iter().flatten().filter(|l| l.value.is_none()).map(|l| l.raw.as_str())
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
        assert_eq!((found.name().as_deref(), found.facility().as_deref()), (Some("Dam"), Some("water")));
        assert!(matches!(found.radius(), Some(Radius::Metres(500.0))));
        assert_eq!(found.id(Some("own".to_owned())).as_deref(), Some("own"));

        let ed318 = properties(
            r#"{"identifier":"ABC1234","name":[{"text":"Burg","lang":"de-DE"},{"text":"Castle","lang":"en-GB"}],"type":"PROHIBITED"}"#,
        );
        assert_eq!(ed318.id(Some("own".to_owned())).as_deref(), Some("ABC1234"));
        assert_eq!((ed318.name().as_deref(), ed318.facility()), (Some("Castle"), None));
        assert_eq!(properties(r#"{"id":7,"zone_id":"x"}"#).id(None).as_deref(), Some("7"));
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
