//! With the right keys an encrypted flight reads as it was flown, in one segment or in several.

use overflown::decode::EventKind;
use overflown::examine::Completion;
use overflown::track::FixState;

use crate::support::{Ledger, assert_accounts, evidence, examine_with_keys, rows, track};

use super::Flight;

#[test]
fn every_segment_is_read_with_its_own_keys() {
    for (version, segments) in [(13, 1), (13, 2), (14, 1), (14, 2), (14, 3)] {
        let flight = Flight::new(version, 900, segments);
        let what = &flight.name;
        assert_eq!((flight.sets.len(), flight.truth.count(50)), (segments, segments - 1), "{what}");
        let examined = flight.examine();
        let report = &examined.report;
        assert_accounts(what, &examined);
        assert_eq!(report.completeness, Completion::Whole, "{what}: {:#?}", report.diagnostics);
        assert!(report.locked.is_none(), "{what}: nothing stays closed");
        assert_eq!(report.records.found, flight.truth.records.len() as u64, "{what}");
        let rows = rows(&examined);
        assert_eq!(rows.len(), flight.states.len(), "{what}");
        for (row, state) in flight.states.iter().enumerate() {
            let found = (rows.lat[row].to_bits(), rows.lon[row].to_bits(), rows.fix[row]);
            let put = (state.lat_deg().to_bits(), state.lon_deg().to_bits(), FixState::Valid);
            assert_eq!(found, put, "{what}: row {row}");
            assert_eq!(rows.elapsed(row), Some(i64::from(state.fly_time) * 100_000_000), "{what}: row {row}");
            let height = f64::from(rows.value("height.takeoff", row).expect("a height"));
            assert!((height - state.height).abs() <= 0.05 + 1e-4, "{what}: row {row}: {height}");
        }
        let said: Vec<&str> = examined
            .events
            .iter()
            .filter(|e| e.event.kind == EventKind::Message)
            .map(|e| e.event.text.as_str())
            .collect();
        assert_eq!(said, ["Sample tip 0", "Sample tip 500"], "{what}");
        assert!(report.notes.iter().any(|note| note.contains("answer.json") && note.contains("sha256")), "{what}");
    }
}

/// Types without a table stay uninterpreted, but they are decrypted; all others have their fields.
#[test]
fn every_record_is_decrypted_to_the_length_that_was_written() {
    for version in [13, 14] {
        let flight = Flight::new(version, 450, 2);
        let ledger = flight.ledger_under(&flight.sets);
        let entries: Vec<_> = ledger.entries.iter().zip(&ledger.fields).filter(|(entry, _)| entry.counted).collect();
        assert_eq!(entries.len(), flight.truth.records.len(), "{}", flight.name);
        for ((entry, fields), put) in entries.into_iter().zip(&flight.truth.records) {
            assert_eq!((entry.kind, entry.offset), (u16::from(put.kind), put.offset), "{}", flight.name);
            assert_eq!(entry.content, put.content, "{}: type {} at {}", flight.name, put.kind, put.offset);
            assert_eq!(entry.doubtful, 0, "{}: type {} at {}", flight.name, put.kind, put.offset);
            match put.kind {
                253 => assert_eq!(fields["content"], "00".repeat(20), "{}", flight.name),
                17 if put.content == 0 => assert!(fields.is_empty()),
                _ => assert!(!fields.is_empty(), "{}: type {} at {}", flight.name, put.kind, put.offset),
            }
        }
    }
}

/// The figures are those of a script that read the file with another AES and another CRC: 50 positions on a line, 0.5 m higher
/// each, a tenth of a second apart, the phone beside the take-off.
#[test]
fn the_made_log_of_the_evidence_reads_as_it_does_elsewhere() {
    let Some(folder) = evidence().map(|root| root.join("dji-txt/synthetic")) else { return };
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let answer = String::from_utf8(read("syn_v14.keys.json")).expect("text");
    let examined = examine_with_keys("syn_v14.txt", read("syn_v14.txt"), &answer);
    let report = &examined.report;
    assert_accounts("syn_v14", &examined);
    assert_eq!(report.completeness, Completion::Whole, "{:#?}", report.diagnostics);
    assert_eq!((report.records.found, report.records.decoded, report.records.opaque), (167, 167, 0));
    let rows = rows(&examined);
    assert_eq!(rows.len(), 50);
    for row in 0..50 {
        let at = row as f64;
        let off = (rows.lat[row] - (47.37 + 1e-5 * at)).abs().max((rows.lon[row] - (8.55 + 2e-5 * at)).abs());
        assert!(off < 1e-12 && rows.fix[row] == FixState::Valid, "row {row} is off by {off} degrees");
        assert_eq!(rows.value("height.takeoff", row), Some(0.5 * row as f32), "row {row}");
        assert_eq!(rows.elapsed(row), Some(100_000_000 * row as i64), "row {row}");
        assert_eq!(rows.utc(row), Some(1_700_000_000_000_000_000 + 100_000_000 * row as i64), "row {row}");
    }
    // To the bit, as the script prints them.
    assert_eq!((rows.offset[0], rows.offset[49]), (1693, 10221));
    let radians = |degrees: f64, bits: u64| (degrees.to_radians() - f64::from_bits(bits)).abs() < 1e-16;
    assert!(radians(rows.lat[0], 0x3fea_74d6_8f7d_03c7) && radians(rows.lon[0], 0x3fc3_19d3_7d7b_7e6f));
    assert!(radians(rows.lat[49], 0x3fea_74e8_7ede_857e) && radians(rows.lon[49], 0x3fc3_1a62_f887_8c2a));
    let pilot = &track(&examined, "pilot").expect("a pilot").rows;
    assert_eq!((pilot.len(), pilot.lat[0], pilot.lon[0]), (3, 47.3701, 8.5502));
    let said: Vec<&str> =
        examined.events.iter().map(|e| e.event.text.as_str()).filter(|t| *t == "Taking Off").collect();
    assert_eq!(said.len(), 3);
    let ledger = Ledger::opened("syn_v14.txt", &read("syn_v14.txt"), &answer);
    let serials: Vec<&str> = ledger.fields_of("component_serial").map(|fields| fields["serial"].as_str()).collect();
    assert_eq!(serials, ["BAT01"; 3]);
}
