//! What a log says about itself against what it holds. A finding is an observation with its threshold and with innocent causes,
//! never a verdict; the rates of false findings were measured on the clear, undamaged logs of the evidence.

use serde::Serialize;

use crate::track::{FixState, Track};

/// One observation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// Stable id of the rule.
    pub rule: &'static str,
    pub observation: String,
    pub threshold: &'static str,
    /// The item that it is about.
    pub path: String,
    pub sha256: String,
    pub offset: Option<u64>,
    pub innocent_causes: &'static [&'static str],
    /// Findings of this rule on clean logs.
    pub false_findings: &'static str,
}

/// What stays the same about a rule.
struct Rule {
    id: &'static str,
    threshold: &'static str,
    innocent_causes: &'static [&'static str],
    false_findings: &'static str,
}

const ROW_COUNT: Rule = Rule {
    id: "declared-row-count",
    threshold: "the declared number of positions differs from the number in the file by more than 8",
    innocent_causes: &["the app was stopped before it wrote its last rows", "details rebuilt by the app afterwards"],
    false_findings: "0 of 14 clean logs",
};
const PHOTO_COUNT: Rule = Rule {
    id: "declared-photo-count",
    threshold: "the declared number of photos differs from the number of shutter marks",
    innocent_causes: &["apps for iOS write no shutter marks", "photos in bursts"],
    false_findings: "0 of 14 clean logs",
};
const DURATION: Rule = Rule {
    id: "declared-duration",
    threshold: "the declared duration differs from the time between the first and the last row by more than 10 s",
    innocent_causes: &["the app was restarted during the flight", "a phone clock that was set during the flight"],
    false_findings: "0 of 14 clean logs",
};
const SUSPECT: Rule = Rule {
    id: "suspect-positions",
    threshold: "a position that needs more than 100 m/s both to reach and to leave",
    innocent_causes: &["a jump of the satellite receiver", "bytes changed by a failing medium"],
    false_findings: "0 of 14 clean logs",
};

const PLACES_APART: Rule = Rule {
    id: "photo-places-apart",
    threshold: "EXIF and XMP of one photo tell places more than 1 m apart",
    innocent_causes: &[
        "a program that geotags photos wrote one of the two blocks",
        "places that were made coarse on purpose",
    ],
    false_findings: "not measured: neither real photo has both",
};

/// A photo whose blocks tell different places, `apart_m` metres from each other.
pub fn places_apart(path: &str, sha256: &str, apart_m: f64) -> Option<Finding> {
    let rule = &PLACES_APART;
    (apart_m > 1.0).then(|| Finding {
        rule: rule.id,
        observation: format!("the places in EXIF and XMP are {apart_m:.1} m apart"),
        threshold: rule.threshold,
        path: path.to_owned(),
        sha256: sha256.to_owned(),
        offset: None,
        innocent_causes: rule.innocent_causes,
        false_findings: rule.false_findings,
    })
}

/// What one item declares and holds.
pub struct Declared<'a> {
    pub path: &'a str,
    pub sha256: &'a str,
    pub rows: Option<f64>,
    pub photos: Option<f64>,
    pub duration_s: Option<f64>,
    /// Shutter marks in the log.
    pub photo_marks: u64,
}

/// Holds the declarations of an undamaged item against its primary track.
pub fn findings(declared: &Declared<'_>, track: &Track) -> Vec<Finding> {
    let rows = &track.rows;
    let finding = |rule: &Rule, observation: String, offset: Option<u64>| Finding {
        rule: rule.id,
        observation,
        threshold: rule.threshold,
        path: declared.path.to_owned(),
        sha256: declared.sha256.to_owned(),
        offset,
        innocent_causes: rule.innocent_causes,
        false_findings: rule.false_findings,
    };
    let mut found = Vec::new();
    if let Some(stated) = declared.rows.filter(|stated| (stated - rows.len() as f64).abs() > 8.0) {
        found.push(finding(
            &ROW_COUNT,
            format!("{stated} positions are declared, {} are in the file", rows.len()),
            None,
        ));
    }
    if let Some(stated) =
        declared.photos.filter(|stated| *stated != declared.photo_marks as f64 && declared.photo_marks > 0)
    {
        let observation =
            format!("{stated} photos are declared, {} shutter marks are in the log", declared.photo_marks);
        found.push(finding(&PHOTO_COUNT, observation, None));
    }
    let spent = rows.len().checked_sub(1).and_then(|last| rows.seconds_between(0, last));
    if let Some((stated, spent)) =
        declared.duration_s.zip(spent).filter(|(stated, spent)| (stated - spent).abs() > 10.0)
    {
        found.push(finding(&DURATION, format!("{stated:.1} s are declared, the rows span {spent:.1} s"), None));
    }
    let mut suspects = (0..rows.len()).filter(|&row| rows.fix[row] == FixState::Suspect);
    if let Some(first) = suspects.next() {
        let observation = format!("{} positions, the first at offset {}", 1 + suspects.count(), rows.offset[first]);
        found.push(finding(&SUSPECT, observation, Some(rows.offset[first])));
    }
    found
}
