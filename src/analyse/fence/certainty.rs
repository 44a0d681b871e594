//! How certain the stated verdict is. "Certain" leaves two standard deviations of room, "probable" follows from the positions as
//! recorded, "possible" rests on a gap or on suspect fixes, or is nearer to the edge than two standard deviations.

use super::accuracy::Sigma;
use super::encounter::Certainty;

/// The word, and why.
pub struct Judged {
    pub certainty: Certainty,
    pub text: String,
    /// A site that was not entered by the positions as recorded, but may have been.
    pub possibly_inside: bool,
}

/// What a verdict rests on.
pub struct Grounds<'a> {
    /// Metres to the edge, negative inside.
    pub signed_m: f64,
    pub sigma: &'a Sigma,
    /// Nothing but gaps and suspect fixes.
    pub is_weak: bool,
    /// Only for a stay inside: the height verdict is not beyond doubt.
    pub height_in_doubt: bool,
    /// How near counts as near, metres.
    pub within_m: f64,
}

pub fn judge(grounds: &Grounds<'_>) -> Judged {
    let Grounds { signed_m, sigma, is_weak, height_in_doubt, within_m } = *grounds;
    let two_sigma = 2.0 * sigma.metres;
    let inside = signed_m <= 0.0;
    let room = format!("two standard deviations ({two_sigma:.1} m)");
    let (certainty, text) = if is_weak {
        (Certainty::Possible, "it rests on gaps between fixes or on suspect fixes alone".to_owned())
    } else if inside && signed_m + two_sigma < 0.0 {
        if height_in_doubt {
            (Certainty::Probable, format!("inside the outline by more than {room}, but the height is not beyond doubt"))
        } else {
            (Certainty::Certain, format!("inside the outline by more than {room}, and the height is beyond doubt"))
        }
    } else if inside {
        (Certainty::Probable, format!("inside the outline by the recorded positions, by less than {room}"))
    } else if signed_m < two_sigma {
        (Certainty::Possible, format!("outside by less than {room}: it may have been inside"))
    } else if signed_m + two_sigma <= within_m {
        (Certainty::Certain, format!("outside by more than {room}, and within {within_m} m by more than that"))
    } else {
        (Certainty::Probable, format!("outside by more than {room}; within {within_m} m by less than that"))
    };
    Judged { certainty, text, possibly_inside: !inside && signed_m < two_sigma }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(signed_m: f64, height_in_doubt: bool, is_weak: bool) -> (Certainty, bool) {
        let sigma = Sigma { metres: 5.0, source: String::new() };
        let judged = judge(&Grounds { signed_m, sigma: &sigma, is_weak, height_in_doubt, within_m: 50.0 });
        (judged.certainty, judged.possibly_inside)
    }

    /// With a standard deviation of 5 m the borders lie at 10 m, and at 40 m within 50.
    #[test]
    fn borders() {
        assert_eq!(word(-10.1, false, false), (Certainty::Certain, false));
        assert_eq!(word(-10.1, true, false), (Certainty::Probable, false));
        assert_eq!(word(-10.0, false, false), (Certainty::Probable, false));
        assert_eq!(word(0.0, false, false), (Certainty::Probable, false));
        assert_eq!(word(-30.0, false, true), (Certainty::Possible, false));
        assert_eq!(word(9.9, false, false), (Certainty::Possible, true));
        assert_eq!(word(10.0, false, false), (Certainty::Certain, false));
        assert_eq!(word(40.0, false, false), (Certainty::Certain, false));
        assert_eq!(word(40.1, false, false), (Certainty::Probable, false));
        assert_eq!(word(20.0, false, true), (Certainty::Possible, false));
    }
}
