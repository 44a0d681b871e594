//! Any bytes at all: an examination ends, never panics, and accounts for every byte.
//!
//! `cargo +nightly fuzz run --fuzz-dir tests/fuzz examine -- -max_total_time=60`, seeded with a folder of logs behind the name.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use overflown::decode::embedded_tables;
use overflown::evidence::Evidence;
use overflown::examine::{Tools, examine};

static TOOLS: LazyLock<Tools> =
    LazyLock::new(|| Tools { tables: embedded_tables().expect("the shipped tables parse").into(), ..Tools::default() });

fuzz_target!(|bytes: &[u8]| {
    let report = examine(&Evidence::from_bytes("fuzz", bytes.to_vec()), &TOOLS).report;
    let coverage = report.coverage;
    assert_eq!(coverage.decoded + coverage.known + coverage.unknown + coverage.damaged, bytes.len() as u64);
    let records = report.records;
    assert_eq!(records.found, records.decoded + records.opaque + records.lost);
});
