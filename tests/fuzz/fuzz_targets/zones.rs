//! Any bytes as a zone file, and whatever zones come of them against a short track.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use overflown::analyse::{Fence, Settings};
use overflown::decode::embedded_tables;
use overflown::evidence::{Evidence, Limits};
use overflown::examine::{Examined, Tools, examine};
use overflown::zones;

/// A made flight of 200 positions.
static FLIGHT: LazyLock<Examined> = LazyLock::new(|| {
    let log = include_bytes!("../../../samples/dji-txt/DJIFlightRecord_2018-10-27_[09-12-44].txt");
    let tools = Tools { tables: embedded_tables().expect("the shipped tables parse").into(), ..Tools::default() };
    examine(&Evidence::from_bytes("flight", log.to_vec()), &tools)
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(file) = zones::read(&Evidence::from_bytes("zones", bytes.to_vec()), &[], &Limits::default()) else { return };
    let files = [file];
    let fence = Fence::new(&files, Settings { within_m: 500.0, ..Settings::default() });
    for track in &FLIGHT.tracks {
        for encounter in fence.check(track).encounters {
            assert!(encounter.closest.distance_m >= 0.0 && encounter.closest.distance_m <= 500.0);
        }
    }
});
