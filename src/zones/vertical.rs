//! Floors and ceilings: numbers with a unit beside them, or words such as `2500FT AMSL`, `GND`, `FL105`, `UNL`. What cannot be
//! understood keeps its words and has no value; nothing is guessed from the size of a number.

use super::report::{Place, Report, short};

/// Unit of a limit as the source gives it; values are not converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Metre,
    Foot,
    /// Hundreds of feet at standard pressure.
    FlightLevel,
}

impl Unit {
    pub fn as_str(self) -> &'static str {
        match self {
            Unit::Metre => "m",
            Unit::Foot => "ft",
            Unit::FlightLevel => "fl",
        }
    }

    /// From a word in a file; `None` when it names no unit of height.
    pub fn of(word: &str) -> Option<Unit> {
        match word.trim().to_ascii_uppercase().as_str() {
            "M" | "MT" | "MTR" | "METER" | "METERS" | "METRE" | "METRES" => Some(Unit::Metre),
            "F" | "FT" | "FOOT" | "FEET" | "'" => Some(Unit::Foot),
            "FL" => Some(Unit::FlightLevel),
            _ => None,
        }
    }
}

/// What a limit is measured from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// Above the ground below.
    Agl,
    /// Above mean sea level.
    Amsl,
    /// Above the WGS 84 ellipsoid.
    Wgs84,
    /// Above the place of take-off.
    Takeoff,
    /// Pressure altitude at 1013.25 hPa.
    Standard,
    /// The source does not say.
    Unknown,
}

impl Reference {
    pub fn as_str(self) -> &'static str {
        match self {
            Reference::Agl => "agl",
            Reference::Amsl => "amsl",
            Reference::Wgs84 => "wgs84",
            Reference::Takeoff => "takeoff",
            Reference::Standard => "standard",
            Reference::Unknown => "unknown",
        }
    }

    /// From a word in a file; `None` when it names no reference.
    pub fn of(word: &str) -> Option<Reference> {
        match word.trim().to_ascii_uppercase().as_str() {
            "AGL" | "GND" | "SFC" | "ASFC" | "GROUND" | "SURFACE" => Some(Reference::Agl),
            "AMSL" | "MSL" | "ASL" | "QNH" | "ALT" => Some(Reference::Amsl),
            "WGS84" | "WGS-84" | "W84" | "HAE" | "GPS" => Some(Reference::Wgs84),
            "TAKEOFF" | "TAKE-OFF" | "ATO" | "HOME" => Some(Reference::Takeoff),
            "STD" | "STANDARD" | "QNE" => Some(Reference::Standard),
            _ => None,
        }
    }
}

/// A floor or a ceiling.
#[derive(Clone, Debug, PartialEq)]
pub struct VerticalLimit {
    /// In `unit`; infinite for "unlimited", `None` when the words were not understood.
    pub value: Option<f64>,
    pub unit: Unit,
    pub reference: Reference,
    /// As the source has it.
    pub raw: String,
}

impl VerticalLimit {
    /// In metres; infinite for "unlimited", `None` when the words were not understood.
    pub fn metres(&self) -> Option<f64> {
        let metres = match self.unit {
            Unit::Metre => 1.0,
            Unit::Foot => 0.3048,
            Unit::FlightLevel => 30.48,
        };
        self.value.filter(|value| !value.is_nan()).map(|value| value * metres)
    }

    /// Reads a limit. `unit` and `reference` are what the source says beside it, used where its own words say nothing;
    /// without any unit a number counts as metres.
    pub fn read(raw: &str, unit: Option<Unit>, reference: Option<Reference>) -> Self {
        let words = words(raw);
        let mut limit = VerticalLimit {
            value: None,
            unit: unit.unwrap_or(Unit::Metre),
            reference: reference.unwrap_or(Reference::Unknown),
            raw: raw.trim().to_owned(),
        };
        let mut understood = true;
        for word in &words {
            if let Ok(number) = word.parse::<f64>() {
                // Two numbers are two statements.
                understood &= limit.value.replace(number).is_none() && number.is_finite();
            } else if let Some(unit) = Unit::of(word) {
                limit.unit = unit;
            } else if let Some(reference) = Reference::of(word) {
                limit.reference = reference;
            } else if matches!(word.as_str(), "UNL" | "UNLTD" | "UNLIM" | "UNLIMITED") {
                understood &= limit.value.replace(f64::INFINITY).is_none();
            } else {
                understood = false;
            }
        }
        if limit.unit == Unit::FlightLevel {
            limit.reference = Reference::Standard;
        }
        // "GND" alone is the ground itself.
        let is_ground =
            words.len() == 1 && words.iter().all(|w| Reference::of(w) == Some(Reference::Agl) && w != "AGL");
        if is_ground {
            limit.value = Some(0.0);
        }
        if !understood {
            limit.value = None;
        }
        limit
    }
}

/// Splits `2,500FT AMSL` into `2500`, `FT`, `AMSL`: upper case, letters apart from digits, but `WGS84` and `W84` left whole.
fn words(raw: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for part in raw.to_ascii_uppercase().split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '/'))
    {
        let part = without_thousands(part);
        if Reference::of(&part).is_some() {
            words.push(part);
            continue;
        }
        let mut last_is_number = None;
        for c in part.chars() {
            let is_number = c.is_ascii_digit() || matches!(c, '.' | '-' | '+');
            match words.last_mut() {
                Some(word) if last_is_number == Some(is_number) => word.push(c),
                _ => words.push(c.to_string()),
            }
            last_is_number = Some(is_number);
        }
    }
    words
}

/// `2,500` is 2500; any other comma stays and makes the words unreadable.
fn without_thousands(part: &str) -> String {
    let digits_behind = |tail: &str| tail.chars().take_while(char::is_ascii_digit).count();
    let starts_with_digit = part.starts_with(|c: char| c.is_ascii_digit());
    let groups = part.split(',').skip(1).all(|tail| digits_behind(tail) == 3);
    if starts_with_digit && groups { part.replace(',', "") } else { part.to_owned() }
}

/// Both limits of a volume; `None` where the source states none.
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

    /// Tells of limits that were not understood.
    pub fn tell_unknown(&self, place: &mut Place, report: &mut Report) {
        for words in self.not_understood() {
            let what = format!("its limit {:?} was not understood; it counts as unknown", short(words));
            report.warn(place, "limits that were not understood", what);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> (Option<f64>, &'static str, &'static str) {
        let limit = VerticalLimit::read(raw, None, None);
        assert_eq!(limit.raw, raw);
        (limit.value, limit.unit.as_str(), limit.reference.as_str())
    }

    /// The spellings of the Romanian zones and of the FAA layers.
    #[test]
    fn spellings() {
        assert_eq!(read("120 m AGL"), (Some(120.0), "m", "agl"));
        assert_eq!(read("120M AGL"), (Some(120.0), "m", "agl"));
        assert_eq!(read("2500FT AMSL"), (Some(2500.0), "ft", "amsl"));
        assert_eq!(read("4000FT QNH"), (Some(4000.0), "ft", "amsl"));
        assert_eq!(read("5500 FT STD"), (Some(5500.0), "ft", "standard"));
        assert_eq!(read("FL105"), (Some(105.0), "fl", "standard"));
        assert_eq!(read("FL 85"), (Some(85.0), "fl", "standard"));
        assert_eq!(read("GND"), (Some(0.0), "m", "agl"));
        assert_eq!(read("SFC"), (Some(0.0), "m", "agl"));
        assert_eq!(read("0 SFC"), (Some(0.0), "m", "agl"));
        assert_eq!(read("400 ft"), (Some(400.0), "ft", "unknown"));
        assert_eq!(read("2,500 ft MSL"), (Some(2500.0), "ft", "amsl"));
        assert_eq!(read("150m WGS84"), (Some(150.0), "m", "wgs84"));
        assert_eq!(read("UNL"), (Some(f64::INFINITY), "m", "unknown"));
        assert_eq!(read("-12.5"), (Some(-12.5), "m", "unknown"));
    }

    #[test]
    fn metres() {
        let metres = |raw: &str| VerticalLimit::read(raw, None, None).metres();
        assert_eq!(metres("150 m AGL"), Some(150.0));
        assert!((metres("400 ft AGL").expect("a limit") - 121.92).abs() < 1e-9);
        assert!((metres("FL105").expect("a limit") - 3200.4).abs() < 1e-9);
        assert_eq!((metres("UNL"), metres("BY NOTAM")), (Some(f64::INFINITY), None));
    }

    #[test]
    fn what_is_not_understood_has_no_value() {
        assert_eq!(read("BY NOTAM").0, None);
        assert_eq!(read("120 or 150 m").0, None);
        assert_eq!(read("12,5 m").0, None);
        assert_eq!(read("AGL").0, None);
        assert_eq!(read("FL").0, None);
    }

    #[test]
    fn what_stands_beside_it_fills_in() {
        let limit = VerticalLimit::read("400", Some(Unit::Foot), Some(Reference::Amsl));
        assert_eq!((limit.value, limit.unit, limit.reference), (Some(400.0), Unit::Foot, Reference::Amsl));
        let own_words_win = VerticalLimit::read("FL100", Some(Unit::Metre), Some(Reference::Agl));
        assert_eq!((own_words_win.unit, own_words_win.reference), (Unit::FlightLevel, Reference::Standard));
    }
}
