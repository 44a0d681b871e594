//! Bytes that are missing in the middle, and bytes that do not belong there.

use overflown::examine::Examined;

use crate::make::damage;
use crate::make::prng::Prng;
use crate::support::{Log, has_diagnostic};

use super::edit::{Edit, examine_edit};
use super::{boundary, each_log, inside};

fn assert_told(what: &str, log: &Log, examined: &Examined) {
    let report = &examined.report;
    assert!(examined.is_incomplete(), "{}: {what}: exit 3: {:#?}", log.name, report.diagnostics);
    let serial = &log.whole.report.device.aircraft_serial;
    assert_eq!(&report.device.aircraft_serial, serial, "{}: {what}: serial", log.name);
    // From version 12 on the details stand in front of the records and do not move.
    if log.version() < 12 {
        assert!(
            has_diagnostic(examined, "dji-txt/details-displaced"),
            "{}: {what}: {:#?}",
            log.name,
            report.diagnostics
        );
        assert_eq!(report.declared.len(), log.whole.report.declared.len(), "{}: {what}: details", log.name);
    }
}

#[test]
fn missing_bytes_cost_the_records_that_they_were_part_of() {
    each_log(|log| {
        for at in [inside(log, 20), inside(log, 50), inside(log, 80)] {
            let bytes = damage::drop_block(&log.bytes, at, 777);
            let edit = Edit { at, removed: 777, inserted: 0 };
            assert_told("777 bytes dropped", log, &examine_edit("777 bytes dropped", log, &bytes, edit));
        }
    });
}

#[test]
fn foreign_bytes_cost_the_record_that_they_tear_apart() {
    each_log(|log| {
        for (number, at) in [inside(log, 30), boundary(log, 50), inside(log, 70)].into_iter().enumerate() {
            for foreign in [Prng::new(number as u64).bytes(4096), vec![0; 4096], vec![0xff; 4096]] {
                let bytes = damage::insert(&log.bytes, at, &foreign);
                let edit = Edit { at, removed: 0, inserted: 4096 };
                assert_told("4 KiB inserted", log, &examine_edit("4 KiB inserted", log, &bytes, edit));
            }
        }
    });
}
