//! The words with which sources say what is asked of an aircraft.

use super::properties::plain;
use super::report::{Place, Report, short};
use super::zone::{About, Restriction};

/// Words in [`plain`] form: ED-269 and ED-318 (`REQ_AUTHORISATION` with S or Z), the areas of ICAO Annex 2 (prohibited;
/// restricted: under conditions; danger: a warning), and what lists of no-fly zones say.
static WORDS: &[(&str, Restriction)] = &[
    ("prohibited", Restriction::Prohibited),
    ("prohibitedarea", Restriction::Prohibited),
    ("forbidden", Restriction::Prohibited),
    ("nofly", Restriction::Prohibited),
    ("noflyzone", Restriction::Prohibited),
    ("nfz", Restriction::Prohibited),
    ("reqauthorisation", Restriction::Authorisation),
    ("reqauthorization", Restriction::Authorisation),
    ("authorisation", Restriction::Authorisation),
    ("authorization", Restriction::Authorisation),
    ("authorisationrequired", Restriction::Authorisation),
    ("authorizationrequired", Restriction::Authorisation),
    ("permissionrequired", Restriction::Authorisation),
    ("conditional", Restriction::Conditional),
    ("restricted", Restriction::Conditional),
    ("restrictedarea", Restriction::Conditional),
    // Flights need the services of the U-space: a condition (Implementing Regulation (EU) 2021/664, Art. 6).
    ("uspace", Restriction::Conditional),
    ("heightlimit", Restriction::HeightLimit),
    ("altitudelimit", Restriction::HeightLimit),
    ("warning", Restriction::Warning),
    ("advisory", Restriction::Warning),
    ("caution", Restriction::Warning),
    ("danger", Restriction::Warning),
    ("dangerarea", Restriction::Warning),
    ("norestriction", Restriction::None),
    ("norestrictions", Restriction::None),
    ("unrestricted", Restriction::None),
];

/// The restriction that a word names, in any spelling; `None` when it names none.
pub fn of(word: &str) -> Option<Restriction> {
    let word = plain(word);
    WORDS.iter().find(|(known, _)| *known == word).map(|(_, restriction)| *restriction)
}

/// Tells of a restriction whose word is not known.
pub fn tell_unknown(about: &About, place: &Place, report: &mut Report) {
    if let (Some(word), None) = (&about.restriction_word, about.restriction) {
        let what = format!("the word {:?} for its restriction is not known; it was kept", short(word));
        report.deviation(&place.index, &what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings() {
        for word in ["REQ_AUTHORISATION", " REQ_AUTHORIZATION ", "Authorization required", "authorisation"] {
            assert_eq!(of(word), Some(Restriction::Authorisation), "{word}");
        }
        assert_eq!(of("NO_RESTRICTION"), Some(Restriction::None));
        assert_eq!(of("USPACE"), Some(Restriction::Conditional));
        assert_eq!(of("permanent"), None);
    }
}
