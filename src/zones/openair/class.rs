//! What the class (`AC`) and the type (`AY`, since version 2) of an OpenAir record ask of an aircraft.

use crate::zones::zone::Restriction;

/// The type says more than the class: `AC UNC` with `AY P` is a prohibited area outside the classes.
pub fn restriction(class: &str, kind: Option<&str>) -> Option<Restriction> {
    let stated = |word: &str| match word.to_ascii_uppercase().as_str() {
        "P" | "PROHIBITED" => Some(Restriction::Prohibited),
        "R" | "RESTRICTED" => Some(Restriction::Authorisation),
        "Q" | "DANGER" => Some(Restriction::Warning),
        _ => None,
    };
    let from_words = kind.and_then(stated).or_else(|| stated(class));
    from_words.or_else(|| (!class.is_empty() || kind.is_some()).then_some(Restriction::Conditional))
}

/// Class and type in the words of the source.
pub fn words(class: &str, kind: Option<&str>) -> Option<String> {
    let words = [class, kind.unwrap_or_default()].join(" ").trim().to_owned();
    Some(words).filter(|w| !w.is_empty())
}

/// The kind of site: the type, else a class that is one (`CTR`, `RMZ`) rather than a letter of airspace classification.
pub fn facility(class: &str, kind: Option<&str>) -> Option<String> {
    let named = kind.or(Some(class).filter(|c| c.len() > 1 && !c.eq_ignore_ascii_case("UNC")));
    named.filter(|word| !word.eq_ignore_ascii_case("NONE")).map(str::to_owned)
}
