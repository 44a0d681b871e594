//! Facts in, findings out: the summary of a track, what a log says against what it holds, and the fence between tracks and
//! declared sites.

pub mod fence;
mod geoid;
mod integrity;
pub mod rules;
mod summary;
pub mod terrain;

pub use fence::{Checked, Encounter, Fence, Nearest, Settings};
pub use integrity::{Declared, Finding, findings, places_apart};
pub use summary::{Place, TrackSummary};
