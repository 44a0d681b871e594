//! overflown
#![forbid(unsafe_code)]

pub mod analyse;
pub mod bytes;
pub mod decode;
pub mod evidence;
pub mod examine;
pub mod identify;
pub mod layout;
pub mod track;
pub mod write;
pub mod zones;
#[cfg(feature = "cli")]
pub mod cli;
