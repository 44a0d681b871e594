//! Facts in, findings out: the summary of a track, what a log says against what it holds, and the fence between tracks and
//! declared sites; two sources of one flight against each other.

pub mod compare;
pub mod fence;
mod geoid;
mod integrity;
pub mod rules;
mod summary;
pub mod terrain;

pub use fence::{Checked, Encounter, Fence, Nearest, Settings};
pub use integrity::{Declared, Finding, findings};
pub use summary::{Place, TrackSummary};
