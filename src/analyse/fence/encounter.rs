//! What the fence says: encounters, with the names that other programs rely on.

use serde::{Serialize, Serializer};

use super::vertical::HeightRange;
use crate::analyse::rules::AppliedRule;
use crate::track::{Kind, Role, Subject, civil_text, moment_text, utc_text};
use crate::zones::Restriction;

/// Whose position came over the site, and how it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// A recorded aircraft.
    Aircraft,
    Planned,
    Broadcast,
    Media,
    LastKnown,
    Pilot,
    Home,
}

impl From<Kind> for Whose {
    fn from(kind: Kind) -> Self {
        match (kind.subject, kind.role) {
            (Subject::Pilot | Subject::Controller, _) => Whose::Pilot,
            (Subject::Home, _) => Whose::Home,
            (_, Role::Planned) => Whose::Planned,
            (_, Role::Broadcast) => Whose::Broadcast,
            (Subject::Camera, _) | (_, Role::Media) => Whose::Media,
            (_, Role::LastKnown) => Whose::LastKnown,
            (Subject::Aircraft, Role::Recorded) => Whose::Aircraft,
        }
    }
}

/// The horizontal verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub whose: Whose,
    /// Else near.
    pub inside: bool,
}

impl Verdict {
    /// The stable word in outputs.
    pub fn as_str(self) -> &'static str {
        match (self.whose, self.inside) {
            (Whose::Aircraft, true) => "inside",
            (Whose::Aircraft, false) => "near",
            (Whose::Planned, true) => "planned-inside",
            (Whose::Planned, false) => "planned-near",
            (Whose::Broadcast, true) => "broadcast-inside",
            (Whose::Broadcast, false) => "broadcast-near",
            (Whose::Media, true) => "media-inside",
            (Whose::Media, false) => "media-near",
            (Whose::LastKnown, true) => "last-known-inside",
            (Whose::LastKnown, false) => "last-known-near",
            (Whose::Pilot, true) => "pilot-inside",
            (Whose::Pilot, false) => "pilot-near",
            (Whose::Home, true) => "home-inside",
            (Whose::Home, false) => "home-near",
        }
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    Certain,
    Probable,
    Possible,
    /// Not judged.
    Unknown,
}

/// Where the aircraft was between floor and ceiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum HeightVerdict {
    Inside,
    Above,
    Below,
    Unknown,
}

/// Whether the zone was in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeVerdict {
    Active,
    Inactive,
    Unknown,
}

/// One zone and one track.
#[derive(Clone, Debug, Serialize)]
pub struct Encounter {
    pub zone_id: String,
    pub zone_name: Option<String>,
    pub sector: Option<String>,
    /// Label of the zone file.
    pub zone_source: String,
    pub verdict: Verdict,
    pub certainty: Certainty,
    pub height_verdict: HeightVerdict,
    pub time_verdict: TimeVerdict,
    /// In the order of the track; none when it only came near.
    pub entries: Vec<Entry>,
    pub closest: Closest,
    /// Why the certainty is what it is.
    pub certainty_reason: String,
    /// Not inside by the positions as recorded, but nearer than two standard deviations.
    pub possibly_inside: bool,
    /// The heights of the stay against floor and ceiling.
    pub height_range: HeightRange,
    /// Why the zone was in force or not.
    pub time_reason: String,
    /// What is asked of an aircraft in the zone.
    #[serde(serialize_with = "restriction")]
    pub restriction: Option<Restriction>,
    /// As the zone file states it, else of the rule.
    pub legal_basis: Option<String>,
    /// The source's own word for the kind of site.
    pub facility: Option<String>,
    /// Who declared the zone.
    pub authority: Option<String>,
    /// The rule that adds a distance to sites of this kind.
    pub rule: Option<AppliedRule>,
    /// Where the verdict depends on how the corners of the outline are joined.
    pub edge_rule: Option<String>,
    /// What a reader must know about the zone and its file.
    pub warnings: Vec<String>,
    /// SHA-256 of the zone file.
    pub zone_sha256: String,
    /// The encounter in one sentence to be read aloud; empty until the flight's source is known.
    pub audit: String,
}

impl Encounter {
    /// When it began, in words: the entry into the first stay, else the closest approach.
    pub fn begun(&self) -> String {
        self.entries.first().map_or_else(|| self.closest.when(), Entry::entered)
    }
}

/// One stay inside.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    #[serde(rename = "enter_utc", serialize_with = "utc")]
    pub enter_utc_ns: Option<i64>,
    #[serde(rename = "exit_utc", serialize_with = "utc")]
    pub exit_utc_ns: Option<i64>,
    /// The source's local time, where it states one.
    #[serde(rename = "enter_local", serialize_with = "local")]
    pub enter_local_ns: Option<i64>,
    #[serde(rename = "exit_local", serialize_with = "local")]
    pub exit_local_ns: Option<i64>,
    /// The source's own clock, not zeroed.
    pub enter_elapsed_s: Option<f64>,
    pub exit_elapsed_s: Option<f64>,
    /// `None` when the times are not known or run backwards.
    pub dwell_s: Option<f64>,
    pub enter_lat: f64,
    pub enter_lon: f64,
    pub exit_lat: f64,
    pub exit_lon: f64,
    /// Length of the way inside.
    pub path_m: f64,
    /// Valid or suspect.
    pub recorded_fixes_inside: usize,
    /// An end of the stay lies between two recorded fixes.
    pub interpolated: bool,
    pub starts_inside: bool,
    pub ends_inside: bool,
    /// Part of the stay lies between two fixes too far apart in time to say where the aircraft was.
    pub over_gap: bool,
    /// The longest time between two fixes that the stay rests on; `None` for a single fix or unknown times.
    pub gap_s: Option<f64>,
    /// Geodesic from entry to exit.
    pub straight_m: f64,
    /// Way inside over the straight line from entry to exit: 1 is the shortest transit. `None` without a distance between them.
    pub transit_ratio: Option<f64>,
    pub enter_height_m: Option<f64>,
    pub exit_height_m: Option<f64>,
    /// Of both heights; `None` when they have none or not the same.
    pub height_reference: Option<&'static str>,
    /// Seconds of the stay between floor and ceiling by the heights as they stand; `None` when that cannot be told.
    pub dwell_in_height_s: Option<f64>,
    /// The fixes that entry and exit rest on.
    pub fixes: UsedFixes,
    /// Longitude and latitude of entry, exit and the fixes between them, of long stays every `way_step`th one.
    #[serde(skip)]
    pub way: Vec<[f64; 2]>,
    #[serde(skip)]
    pub way_step: usize,
    /// No valid fix is inside, and every piece of the way bridges a gap or touches a suspect fix.
    #[serde(skip)]
    pub weak: bool,
}

impl Entry {
    /// When it was entered, in words.
    pub fn entered(&self) -> String {
        moment_text(self.enter_utc_ns, self.enter_local_ns, self.enter_elapsed_s)
    }

    /// When it was left, in words.
    pub fn left(&self) -> String {
        moment_text(self.exit_utc_ns, self.exit_local_ns, self.exit_elapsed_s)
    }
}

/// The first and the last fix that a stay rests on: those before its entry and behind its exit, or the fixes themselves.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct UsedFixes {
    pub first: UsedFix,
    pub last: UsedFix,
}

/// A recorded fix.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct UsedFix {
    /// Of its record, in the item.
    pub offset: u64,
    #[serde(rename = "utc", serialize_with = "utc")]
    pub utc_ns: Option<i64>,
    pub lat: f64,
    pub lon: f64,
}

/// The closest approach of one that came near; of one that was inside, the recorded fix deepest inside.
#[derive(Clone, Debug, Serialize)]
pub struct Closest {
    /// Geodesic, to 0.1 mm; 0 inside.
    pub distance_m: f64,
    /// Inside minus the distance to the edge. Where parts of a zone overlap it is measured in the part that it is deepest in.
    pub signed_distance_m: f64,
    /// One standard deviation of that distance.
    pub sigma_m: f64,
    /// What it is made of.
    pub sigma_source: String,
    /// The place on the edge that is nearest.
    pub edge_lat: f64,
    pub edge_lon: f64,
    #[serde(rename = "utc", serialize_with = "utc")]
    pub utc_ns: Option<i64>,
    #[serde(rename = "local", serialize_with = "local")]
    pub local_ns: Option<i64>,
    pub elapsed_s: Option<f64>,
    pub lat: f64,
    pub lon: f64,
    pub height_m: Option<f64>,
    pub height_reference: Option<&'static str>,
}

impl Closest {
    /// In words.
    pub fn when(&self) -> String {
        moment_text(self.utc_ns, self.local_ns, self.elapsed_s)
    }
}

/// The nearest site of a track without any encounter.
#[derive(Clone, Debug, Serialize)]
pub struct Nearest {
    pub zone_id: String,
    pub zone_name: Option<String>,
    pub distance_m: f64,
}

fn restriction<S: Serializer>(restriction: &Option<Restriction>, serializer: S) -> Result<S::Ok, S::Error> {
    restriction.map(Restriction::as_str).serialize(serializer)
}

fn utc<S: Serializer>(utc_ns: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
    match utc_ns {
        Some(ns) => serializer.serialize_str(&utc_text(*ns)),
        None => serializer.serialize_none(),
    }
}

fn local<S: Serializer>(local_ns: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
    match local_ns {
        Some(ns) => serializer.serialize_str(&civil_text(*ns)),
        None => serializer.serialize_none(),
    }
}

/// Metres to 0.1 mm.
pub fn rounded_m(metres: f64) -> f64 {
    // Adding 0 makes -0 plain.
    (metres * 1e4).round() / 1e4 + 0.0
}
