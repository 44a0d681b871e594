//! The one model: a [`Track`] is one estimate of one subject in one role, its rows in file order, its values in columns.
//! Nothing is sorted, smoothed or filled; absent is NaN or `None`; every row knows the offset of its record.

mod build;
mod channel;
mod clock;
mod fix;
mod flight;
mod instant;
mod named;
mod rows;

use std::fmt;
use std::str::FromStr;

pub use build::{Built, TrackBuilder};
pub use channel::{ChannelName, HEIGHTS, STANDARD, csv_name};
pub use clock::ClockStep;
pub use flight::{Flight, FlightSource, group};
pub use instant::{UtcWriter, civil_text, local_text, moment_text, offset_between, utc_text};
pub use rows::{Clocks, Column, FixState, Joined, Rows, Stamp};

/// Whose position it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    Aircraft,
    Pilot,
    Controller,
    Home,
    Camera,
}

/// What made the position; of several estimates of one aircraft the first in this order is primary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Estimate {
    Rtk,
    Fused,
    Gnss,
    Vision,
    Phone,
    Declared,
}

/// How the position came into the evidence. The fence never mixes roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Recorded,
    Planned,
    Broadcast,
    Media,
    LastKnown,
}

macro_rules! words {
    ($type:ty, $($variant:path => $word:literal),+) => {
        impl $type {
            /// The stable name in tables and outputs.
            pub fn as_str(self) -> &'static str {
                match self { $($variant => $word),+ }
            }
        }
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl FromStr for $type {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($word => Ok($variant),)+
                    other => Err(format!("{other:?} is none of: {}", [$($word),+].join(", "))),
                }
            }
        }
    };
}

words!(Subject, Subject::Aircraft => "aircraft", Subject::Pilot => "pilot", Subject::Controller => "controller",
    Subject::Home => "home", Subject::Camera => "camera");
words!(Estimate, Estimate::Rtk => "rtk", Estimate::Fused => "fused", Estimate::Gnss => "gnss", Estimate::Vision => "vision",
    Estimate::Phone => "phone", Estimate::Declared => "declared");
words!(Role, Role::Recorded => "recorded", Role::Planned => "planned", Role::Broadcast => "broadcast", Role::Media => "media",
    Role::LastKnown => "last-known");

/// What a track is: one estimate of one subject in one role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind {
    pub subject: Subject,
    pub estimate: Estimate,
    pub role: Role,
}

impl FromStr for Kind {
    type Err = String;

    /// `subject/estimate/role`, as in `channels.tsv`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split('/');
        let mut next = || parts.next().ok_or_else(|| format!("{text:?} is not subject/estimate/role"));
        let kind = Kind { subject: next()?.parse()?, estimate: next()?.parse()?, role: next()?.parse()? };
        if parts.next().is_some() { Err(format!("{text:?} has more than three parts")) } else { Ok(kind) }
    }
}

/// The `track` column of `channels.tsv`: `subject/estimate/role`, and behind it `/name` for a format that has several tracks of
/// one kind.
///
/// # Errors
/// A word that is none of those known, in words.
pub fn kind_and_name(text: &str) -> Result<(Kind, Option<&str>), String> {
    match text.match_indices('/').nth(2) {
        Some((at, _)) => Ok((text[..at].parse()?, Some(&text[at + 1..]))),
        None => Ok((text.parse()?, None)),
    }
}

/// One estimate of one subject, row by row.
#[derive(Clone, Debug)]
pub struct Track {
    /// Unique in its file.
    pub name: String,
    pub kind: Kind,
    /// The track that stands for its aircraft in outputs and in the fence's summary.
    pub primary: bool,
    /// The source says that a simulator made it: no aircraft was there.
    pub simulated: bool,
    pub rows: Rows,
}
