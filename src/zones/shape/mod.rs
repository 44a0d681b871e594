//! Footprints made sound, whatever file they come from: rings closed and unwrapped, holes on the branch of their outer ring, each
//! change told.

pub mod arc;
pub mod bbox;
pub mod circle;
pub mod holes;
pub mod nesting;
pub mod polygon;
pub mod ring;
mod self_crossing;
