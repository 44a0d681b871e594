//! All integration tests in one binary: what went into the encoders comes out, real logs agree with outside figures, damage
//! costs what it touches and no more, and the house keeps its own rules.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod airdata;
mod cli;
mod clips;
mod compare;
mod containers;
mod contract;
mod damage;
mod databases;
mod dji_dat;
mod exports;
mod exposure;
mod fence;
mod findings;
mod golden;
mod make;
mod outputs;
mod phone;
mod photos;
mod plans;
mod preferences;
mod report;
mod roundtrip;
mod subtitles;
mod support;
mod tables;
mod terrain;
mod unlock;
mod zone_files;
mod zones;
