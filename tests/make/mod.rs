//! Test-only encoders: made evidence, written from the format descriptions and sharing nothing with the decoders.
//!
//! Everything is pure arithmetic on fixed seeds (no clock, no libm), so the same call gives the same bytes on every machine.
#![allow(dead_code)]

pub mod clip;
pub mod clock;
pub mod craft;
pub mod damage;
pub mod databases;
pub mod deflate;
pub mod dji_dat;
pub mod dji_txt;
pub mod envelopes;
pub mod exif;
pub mod flight;
pub mod jpeg;
pub mod long;
pub mod math;
pub mod missions;
pub mod mmkv;
pub mod phone;
pub mod photos;
pub mod preferences;
pub mod prng;
pub mod recorder;
pub mod samples;
pub mod sealed;
pub mod sites;
pub mod subtitles;
pub mod tables;
pub mod tar;
pub mod unclosed;
pub mod zip;
