//! Byte accounting of real logs, part by part. The figures come from two decoders that were written apart from this one;
//! logs are named by the first digits of their SHA-256.

use crate::support::{Ledger, Listed, inventory};

/// Bytes of each part, and the number of pictures.
struct Parts {
    sha8: &'static str,
    /// Prefix and, from version 13 on, the two aux blocks.
    front: u64,
    records: u64,
    separators: u64,
    pictures: (u64, usize),
    details: u64,
    /// The firmware record behind the details.
    tail: u64,
}

const fn clear(sha8: &'static str, records: u64, separators: u64, pictures: (u64, usize), tail: u64) -> Parts {
    Parts { sha8, front: 100, records, separators, pictures, details: 400, tail }
}

const fn locked(sha8: &'static str, records: u64, pictures: (u64, usize)) -> Parts {
    Parts { sha8, front: 809, records, separators: 4, pictures, details: 0, tail: 0 }
}

const PARTS: &[Parts] = &[
    clear("49b88880", 323_587, 0, (173_055, 8), 0),
    clear("e8e2547c", 421_107, 0, (80_385, 6), 0),
    clear("e6a1973e", 346_387, 0, (107_321, 8), 0),
    Parts { front: 12, ..clear("20247118", 105_622, 0, (13_628, 2), 0) },
    clear("51a8a9a2", 783_419, 4, (0, 0), 71),
    clear("08f0b44d", 817_825, 4, (0, 0), 71),
    clear("3e543f66", 1_379_208, 4, (76_054, 2), 71),
    clear("fde93644", 1_464_648, 8, (0, 0), 71),
    clear("3ba58ac5", 135_424, 4, (0, 0), 101),
    clear("4b7bca28", 719_818, 4, (282_496, 4), 101),
    clear("cd6cf60f", 248_931, 0, (0, 0), 0),
    clear("c598ad29", 249_796, 4, (104_897, 6), 23),
    clear("4608d143", 494_836, 4, (0, 0), 71),
    clear("c13bdba1", 1_503_484, 4, (260_628, 8), 71),
    locked("9b558f00", 180_220, (0, 0)),
    locked("2bf2ae58", 397_754, (0, 0)),
    locked("bc739e56", 2_755_698, (419_813, 8)),
];

#[test]
fn every_part_of_a_real_log_has_the_size_that_independent_decoders_found() {
    let listed: Vec<Listed> =
        inventory("dji-txt").into_iter().filter(|i| i.name.starts_with("raw/") && !i.is_text_damaged()).collect();
    let unlisted: Vec<&str> = listed
        .iter()
        .filter(|i| !PARTS.iter().any(|p| i.sha256.starts_with(p.sha8)))
        .map(|i| i.name.as_str())
        .collect();
    assert!(unlisted.is_empty(), "logs without figures: {unlisted:?}");
    for item in listed {
        let parts = PARTS.iter().find(|parts| item.sha256.starts_with(parts.sha8)).expect("a listed log");
        assert_parts(&item, parts);
    }
}

/// The text log of an enterprise aircraft, kept beside the aircraft's own logs.
#[test]
fn the_enterprise_log_has_the_size_that_independent_decoders_found() {
    for item in inventory("dji-dat").iter().filter(|item| item.file_name().starts_with("DJIFlightRecord_")) {
        assert_parts(item, &locked("", 659_930, (0, 0)));
    }
}

fn assert_parts(item: &Listed, parts: &Parts) {
    let bytes = item.read();
    let ledger = Ledger::of(item.file_name(), &bytes);
    let sum = |keep: &dyn Fn(&crate::support::Entry) -> bool| {
        ledger.entries.iter().filter(|entry| keep(entry)).map(|entry| entry.len as u64).sum::<u64>()
    };
    let claimed = |what: &str| ledger.claimed.get(what).copied().unwrap_or(0);
    let name = &item.name;
    assert_eq!(sum(&|e| e.counted), parts.records, "{name}: records");
    assert_eq!(sum(&|e| !e.counted && e.kind == 15), parts.tail, "{name}: tail record");
    assert_eq!(claimed("separator"), parts.separators, "{name}: separators");
    assert_eq!(claimed("prefix") + claimed("aux block"), parts.front, "{name}: prefix and aux blocks");
    if parts.details > 0 {
        assert_eq!(claimed("details"), parts.details, "{name}: details");
    }
    let pictures = (ledger.children.iter().map(|(_, len)| *len as u64).sum::<u64>(), ledger.children.len());
    assert_eq!(pictures, parts.pictures, "{name}: pictures");
    let all = parts.front + parts.records + parts.separators + parts.pictures.0 + parts.details + parts.tail;
    assert_eq!(all, bytes.len() as u64, "{name}: the parts are the file");
}
