//! A page of flash memory that reads as zeros or as FF.

use crate::make::damage;

use super::edit::{Edit, examine_edit};
use super::{each_log, record_area};

const PAGE: usize = 4096;

#[test]
fn a_dead_page_costs_the_records_that_it_touches_and_at_most_one_more() {
    each_log(|log| {
        let area = record_area(log);
        let pages = |percent: usize| (area.start + area.len() * percent / 100) / PAGE * PAGE;
        let places = [PAGE, pages(33), pages(50), pages(80), area.start + area.len() / 2 + 1234];
        for at in places.into_iter().filter(|at| at + PAGE < area.end) {
            for fill in [0x00, 0xff] {
                let bytes = damage::hole(&log.bytes, at, PAGE, fill);
                let examined = examine_edit(&format!("a page of {fill:02X}"), log, &bytes, Edit::overwritten(at, PAGE));
                let report = &examined.report;
                assert!(examined.is_incomplete(), "{}: exit 3: {:#?}", log.name, report.diagnostics);
                assert!(report.records.lost >= 1, "{}: something is lost", log.name);
                let told = report.diagnostics.iter().any(|d| {
                    let (Some(offset), Some(len)) = (d.offset, d.length) else { return false };
                    d.severity == "loss" && offset < (at + PAGE) as u64 && at as u64 <= offset + len
                });
                assert!(told, "{}: no diagnostic says where the page is: {:#?}", log.name, report.diagnostics);
            }
        }
    });
}

/// The page covers the end of the records and the beginning of what follows them: photos or details.
#[test]
fn a_dead_page_over_the_end_of_the_records_leaves_the_records_before_it() {
    each_log(|log| {
        let area = record_area(log);
        let at = area.end / PAGE * PAGE;
        let bytes = damage::hole(&log.bytes, at, PAGE, 0);
        if at > area.start && bytes != log.bytes {
            let examined = examine_edit("a page over the end", log, &bytes, Edit::overwritten(at, PAGE));
            assert!(examined.is_incomplete(), "{}: exit 3: {:#?}", log.name, examined.report.diagnostics);
        }
    });
}
