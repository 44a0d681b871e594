//! Facts in, findings out: the summary of a track, what a log says against what it holds, and the fence between tracks and
//! declared sites; two sources of one flight against each other.

pub mod clocks;
pub mod compare;
pub mod exposure;
pub mod fence;
mod geoid;
pub mod identity;
mod integrity;
pub mod listed;
pub mod rules;
mod summary;
pub mod terrain;

pub use fence::{Checked, Encounter, Fence, Nearest, Settings};
pub use integrity::{Declared, Finding, findings, places_apart};
pub use summary::{Place, TrackSummary};
