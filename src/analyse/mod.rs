//! Facts in, findings out: the summary of a track, and the fence between tracks and declared sites.

mod summary;

pub use summary::{Place, TrackSummary, length_m};
