//! Drone flight records as evidence: where an aircraft flew, what it flew over, and how complete the log is.
//!
//! ```text
//! evidence -> decode -> identify -> track -> zones -> analyse -> examine -> write -> cli
//! ```
//!
//! An arrow means "may be used by": a module knows only those to its left (`bytes` and `layout` stand between `evidence` and
//! `decode`). [`examine::examine`] takes one item through all of it:
//!
//! ```
//! use overflown::{decode, evidence::Evidence, examine};
//!
//! let log = std::fs::read("samples/dji-txt/DJIFlightRecord_2016-03-09_[07-45-00].txt")?;
//! let tools = examine::Tools { tables: decode::embedded_tables()?.into(), ..Default::default() };
//! let examined = examine::examine(&Evidence::from_bytes("flight.txt", log), &tools);
//!
//! let track = examined.primary().expect("an aircraft track");
//! assert_eq!(track.rows.len(), 400);
//! assert_eq!(examined.report.coverage.unknown, 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

pub mod analyse;
pub mod bytes;
#[cfg(feature = "cli")]
pub mod cli;
pub mod decode;
pub mod evidence;
pub mod examine;
pub mod identify;
pub mod layout;
pub mod track;
pub mod write;
pub mod zones;
