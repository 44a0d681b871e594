//! All integration tests in one binary: what went into the encoders comes out, real logs agree with outside figures, damage
//! costs what it touches and no more, and the house keeps its own rules.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod airdata;
mod cli;
mod containers;
mod contract;
mod damage;
mod databases;
mod dji_dat;
mod exposure;
mod fence;
mod findings;
mod golden;
mod make;
mod outputs;
mod phone;
mod preferences;
mod report;
mod roundtrip;
mod support;
mod tables;
mod terrain;
mod unlock;
mod zone_files;
mod zones;
