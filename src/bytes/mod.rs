//! Readers that name what they read, and the checks and keystreams of the formats.

pub mod boxes;
pub mod checksum;
pub mod civil;
pub mod database;
pub mod exif;
pub mod inflate;
pub mod jpeg;
pub mod json;
pub mod keystream;
pub mod little_endian;
pub mod markup;
pub mod number;
pub mod protobuf;
mod reader;
pub mod text;
pub mod xml;

pub use reader::{Reader, Truncated};
