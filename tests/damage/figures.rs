//! Damage with its figures: one real log of a Phantom 4, damaged in the ways that cost other decoders whole flights. The counts
//! were taken by an independent walk over the file; beside each stands what the best other decoder gives.

use overflown::decode::EventKind;
use overflown::examine::{Completion, Examined};
use overflown::track::FixState;

use crate::make::damage;
use crate::support::{Ledger, Log, clear_logs, evidence, fixes, row_keys, rows};

use super::record_area;

const OSD: usize = 1350;
const PAGE: usize = 4096;

/// `nodedji_phantom4_0`, 355,220 bytes; `None` without evidence.
fn phantom_4() -> Option<&'static Log> {
    evidence()?;
    let log = clear_logs().iter().find(|log| log.name == "nodedji_phantom4_0.txt").expect("it is listed");
    assert_eq!((log.bytes.len(), row_keys(&log.whole).len()), (355_220, OSD));
    Some(log)
}

/// Rows that a file gives, all of which the whole log has, in its order.
fn rows_of_the_whole(log: &Log, examined: &Examined) -> usize {
    let whole = row_keys(&log.whole);
    let found = row_keys(examined);
    assert!(found.iter().all(|row| whole.contains(row)), "no row that was not there");
    assert!(found.windows(2).all(|pair| pair[0].offset < pair[1].offset), "in file order");
    found.len()
}

/// Another decoder: a panic, slice index out of range.
#[test]
fn half_of_a_log_keeps_965_positions() {
    let Some(log) = phantom_4() else { return };
    let examined = log.examine(damage::cut(&log.bytes, 50));
    assert_eq!(rows_of_the_whole(log, &examined), 965);
    assert_eq!(examined.report.completeness, Completion::Partial);
    let serial = &log.whole.report.device.aircraft_serial;
    assert!(
        serial.is_some() && &examined.report.device.aircraft_serial == serial,
        "read from records, details are gone"
    );
}

/// Another decoder: no frame at all, exit code 0.
#[test]
fn a_log_that_was_never_closed_keeps_1350_positions_and_its_half_965() {
    let Some(log) = phantom_4() else { return };
    let open = damage::detail_offset_zero(&log.bytes);
    assert_eq!(rows_of_the_whole(log, &log.examine(open.clone())), OSD);
    assert_eq!(rows_of_the_whole(log, &log.examine(damage::cut(&open, 50))), 965);
}

/// Another decoder: 548, and not a word.
#[test]
fn a_tail_of_zeros_behind_549_positions_keeps_them_all() {
    let Some(log) = phantom_4() else { return };
    let records: Vec<_> = log.ledger.records().filter(|record| record.kind == 1).collect();
    for from in [records[548].end(), records[549].offset + 20] {
        let examined = log.examine(damage::hole(&log.bytes, from, log.bytes.len(), 0));
        assert_eq!(rows_of_the_whole(log, &examined), 549);
        let to_the_end = log.bytes.len() as u64;
        let told = examined.report.diagnostics.iter().any(|d| {
            let place = d.offset.zip(d.length).filter(|(offset, _)| *offset <= from as u64);
            d.severity == "loss" && place.is_some_and(|(offset, len)| offset + len == to_the_end)
        });
        assert!(told && examined.is_incomplete(), "{:#?}", examined.report.diagnostics);
    }
}

/// Another decoder: 1319 behind a page of zeros, which loses 30; 1326 behind one of FF.
#[test]
fn a_page_that_destroys_23_positions_leaves_1327() {
    let Some(log) = phantom_4() else { return };
    let area = record_area(log);
    let osd: Vec<_> = log.ledger.records().filter(|record| record.kind == 1).collect();
    let pages: Vec<usize> = (2..area.end / PAGE)
        .map(|page| page * PAGE)
        .filter(|at| osd.iter().filter(|record| record.overlaps(*at, PAGE)).count() == 23)
        .collect();
    assert!(pages.len() > 20, "{} pages", pages.len());
    for at in pages {
        for fill in [0x00, 0xff] {
            let examined = log.examine(damage::hole(&log.bytes, at, PAGE, fill));
            assert_eq!(rows_of_the_whole(log, &examined), OSD - 23, "a page of {fill:02X} at {at}");
            assert!(examined.is_incomplete(), "a page of {fill:02X} at {at}");
        }
    }
}

/// Another decoder: a flipped bit goes unnoticed. In the high bytes of a position it makes a jump no aircraft flies, or no place.
#[test]
fn a_bit_that_moves_a_position_is_seen() {
    let Some(log) = phantom_4() else { return };
    let osd: Vec<_> = log.ledger.records().filter(|record| record.kind == 1).collect();
    for row in [300, 700, 1_100] {
        // Exponents of longitude and latitude; the header is three bytes long.
        for byte in [3 + 6, 3 + 7, 3 + 14, 3 + 15] {
            for bit in [4, 6] {
                let mut bytes = log.bytes.clone();
                bytes[osd[row].offset + byte] ^= 1 << bit;
                let examined = log.examine(bytes);
                let track = rows(&examined);
                assert_ne!(track.fix[row], FixState::Valid, "row {row}, byte {byte}, bit {bit}: {}", track.lat[row]);
                assert!(fixes(&examined) >= fixes(&log.whole) - 1);
            }
        }
    }
}

/// Another decoder: no message in any log of versions 7 to 12, since it takes their length with the two bytes of the scrambling.
#[test]
fn every_message_of_every_real_log_is_read() {
    let mut logs = 0;
    for log in clear_logs().iter().filter(|log| log.version() >= 7) {
        let by_type = &log.whole.report.records.by_type;
        let kinds = ["app_tip", "app_warn", "vision_warn", "app_serious_warn"];
        let stored: u64 = kinds.iter().filter_map(|kind| by_type.get(*kind)).sum();
        let texts: Vec<&str> = log
            .whole
            .events
            .iter()
            .filter(|e| matches!(e.event.kind, EventKind::Message | EventKind::Warning))
            .map(|e| e.event.text.as_str())
            .collect();
        assert_eq!(texts.len() as u64, stored, "{}", log.name);
        assert!(stored > 0, "{}: every real log holds a message", log.name);
        assert!(texts.iter().all(|t| t.len() > 3 && !t.contains(char::is_control)), "{}: {texts:?}", log.name);
        logs += 1;
    }
    assert!(evidence().is_none() || logs >= 12, "{logs} logs");
}

/// Another decoder: sticks of version 7 are lost, since its 13 bytes are fewer than the 15 that it asks for.
#[test]
fn sticks_are_read_from_thirteen_bytes() {
    let mut short = 0;
    for log in clear_logs().iter().filter(|log| [7, 8].contains(&log.version())) {
        let ledger = Ledger::with_fields_of(&log.name, &log.bytes, &["rc"]);
        for (entry, fields) in ledger.entries.iter().zip(&ledger.fields).filter(|(entry, _)| entry.name == "rc") {
            short += usize::from(entry.content == 13);
            for stick in ["aileron", "elevator", "throttle", "rudder"] {
                let value: u16 = fields[stick].parse().expect("a number");
                assert!((364..=1684).contains(&value), "{}: {stick} {value} at {}", log.name, entry.offset);
            }
        }
    }
    // The three logs of a Phantom 3 Standard alone: 2518, 3154 and 2593 frames, a record each.
    assert!(evidence().is_none() || short >= 2518 + 3154 + 2593, "{short} short records");
}
