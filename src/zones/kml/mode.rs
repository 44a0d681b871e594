//! What the heights of a geometry are measured from.

use super::element::Element;
use crate::zones::vertical::Reference;

/// `altitudeMode`, or `gx:altitudeMode` of its extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Heights say nothing. What holds when nothing is said.
    ClampToGround,
    RelativeToGround,
    /// Above the sea.
    Absolute,
    /// Above or on the sea floor.
    SeaFloor,
}

impl Mode {
    /// Of a geometry; words that are none of the standard's are given back.
    pub fn of(geometry: &Element) -> Result<Mode, String> {
        match geometry.words("altitudeMode").as_deref() {
            None | Some("clampToGround") => Ok(Mode::ClampToGround),
            Some("relativeToGround") => Ok(Mode::RelativeToGround),
            Some("absolute") => Ok(Mode::Absolute),
            Some("clampToSeaFloor" | "relativeToSeaFloor") => Ok(Mode::SeaFloor),
            Some(other) => Err(other.to_owned()),
        }
    }

    pub fn reference(self) -> Reference {
        match self {
            Mode::RelativeToGround => Reference::Agl,
            Mode::Absolute => Reference::Amsl,
            Mode::ClampToGround | Mode::SeaFloor => Reference::Unknown,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Mode::ClampToGround => "clampToGround",
            Mode::RelativeToGround => "relativeToGround",
            Mode::Absolute => "absolute",
            Mode::SeaFloor => "relative to the sea floor",
        }
    }
}
