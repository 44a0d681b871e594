//! Readers that name what they read, and the checks and keystreams of the formats.

pub mod checksum;
pub mod exif;
pub mod inflate;
pub mod jpeg;
pub mod keystream;
mod reader;

pub use reader::{Reader, Truncated};
