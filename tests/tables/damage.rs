//! Tables that were cut, overwritten, torn: what it costs, and that it is told with line and place.

use overflown::examine::{Completion, Examined};

use super::table;
use crate::make::tables;
use crate::support::{assert_accounts, examine_bytes, has_diagnostic, rows};

fn lost(examined: &Examined) -> Vec<(u64, &str)> {
    let lost = examined.report.diagnostics.iter().filter(|d| d.severity == "loss");
    lost.map(|d| (d.offset.unwrap_or_default(), d.message.as_str())).collect()
}

#[test]
fn a_broken_row_is_lost_with_its_line_and_place() {
    let good = "t,lat,lon,h\n0,47.1,15.4,30\n";
    for (broken, why) in [
        ("1,47.1", "2 cells, the table has 4"),
        ("1,47.1,15.4,30,1,47.1,15.4,30", "8 cells, the table has 4"),
        ("1,4x.1,15.4,30", "\"4x.1\" in column \"lat\" is no number"),
        ("1,47.1,\"15.4,30", "a quoted cell does not end"),
        ("1,47.1,15.\0,30", "zero bytes"),
    ] {
        let text = format!("{good}{broken}\n2,47.1,15.4,31\n");
        let examined = table(&text);
        assert_eq!(rows(&examined).elapsed_ns, [0, 2_000_000_000], "{broken}: the others stay");
        let told = lost(&examined);
        assert_eq!(told.len(), 1, "{broken}: {told:?}");
        assert!(told[0].1.contains("line 3") && told[0].1.contains(why), "{broken}: {told:?}");
        assert_eq!(told[0].0, good.len() as u64, "{broken}");
        let report = &examined.report;
        assert_eq!((report.records.found, report.records.lost), (3, 1), "{broken}");
        assert_eq!(report.coverage.damaged, broken.len() as u64 + 1, "{broken}");
        assert_eq!(report.completeness, Completion::Partial, "{broken}");
        assert!(examined.is_incomplete());
    }
}

#[test]
fn a_broken_cell_costs_its_value_and_words_are_only_noted() {
    let text = "t,lat,lon,h\n0,47.1,15.4,30\n1,47.1,15.4,3x\n2,47.1,15.4,31\n";
    let broken = table(text);
    assert_eq!(rows(&broken).len(), 3);
    assert_eq!(rows(&broken).value("height.unknown", 1), None);
    assert!(has_diagnostic(&broken, "track-csv/cell") && broken.is_incomplete());
    let words = table("t,lat,lon,h\n0,47.1,15.4,Available with a subscription\n1,47.1,15.4,\n2,47.1,15.4,31\n");
    assert!(has_diagnostic(&words, "track-csv/words"));
    assert_eq!(words.report.completeness, Completion::Whole, "{:#?}", words.report.diagnostics);
}

#[test]
fn a_cut_at_any_byte_keeps_what_stands_before_it() {
    for sample in tables::all() {
        let whole = examine_bytes(sample.path, sample.bytes.clone());
        for len in (0..sample.bytes.len()).step_by(7).chain(sample.bytes.len() - 200..sample.bytes.len()) {
            let cut = examine_bytes(sample.path, sample.bytes[..len].to_vec());
            let what = format!("{}: the first {len} bytes", sample.path);
            assert_accounts(&what, &cut);
            if cut.report.format.is_none() {
                assert!(len < line_end(&sample.bytes, sample.fixes[0].offset), "{what}: not recognised");
                continue;
            }
            let complete = sample.fixes.iter().filter(|fix| line_end(&sample.bytes, fix.offset) <= len).count();
            let found: usize = cut.tracks.iter().map(|track| track.rows.len()).sum();
            // The last row may be cut in its last cell, where nobody can see it; it is noted.
            let is_open = found == complete + 1 && has_diagnostic(&cut, "track-csv/open-end");
            assert!(found == complete || is_open, "{what}: {found} rows, {complete} are whole");
            for track in &cut.tracks {
                let before = whole.tracks.iter().find(|t| t.name.starts_with(&track.name)).expect("the same name");
                let same = track.rows.len().min(complete).saturating_sub(1);
                assert_eq!(track.rows.offset[..same], before.rows.offset[..same], "{what}");
                assert_eq!(track.rows.elapsed_ns[..same], before.rows.elapsed_ns[..same], "{what}");
            }
        }
    }
}

/// Behind the line end of the row at `offset`; one row of the spreadsheet runs over two lines.
fn line_end(bytes: &[u8], offset: usize) -> usize {
    let mut quoted = false;
    let end = bytes[offset..].iter().position(|byte| {
        quoted ^= *byte == b'"';
        *byte == b'\n' && !quoted
    });
    offset + end.map_or(bytes.len() - offset, |end| end + 1)
}

#[test]
fn a_page_of_zeros_costs_the_rows_that_it_touches() {
    let sample = &tables::all()[0];
    for at in [500, 1000, 2000] {
        let mut bytes = sample.bytes.clone();
        bytes[at..at + 256].fill(0);
        let examined = table(&bytes);
        let untouched = sample.fixes.iter().filter(|fix| {
            let end = line_end(&sample.bytes, fix.offset);
            end <= at || fix.offset >= at + 256
        });
        let found: usize = examined.tracks.iter().map(|track| track.rows.len()).sum();
        assert_eq!(found, untouched.count(), "zeros at {at}");
        assert!(examined.is_incomplete() && examined.report.coverage.damaged >= 256);
    }
    let mut grown = sample.bytes.clone();
    grown.extend_from_slice(&[0; 4096]);
    let examined = table(&grown);
    assert!(has_diagnostic(&examined, "track-csv/zeros"), "{:#?}", examined.report.diagnostics);
    assert_eq!(examined.report.records.lost, 0, "no row was there");
}

/// Every byte of a small table turned: a report whose bytes add up, and no more rows than lines.
#[test]
fn a_turned_byte_is_survived() {
    let text = "flight,time,lat,lon,h\nA,2023-01-01T10:00:00Z,47.1,15.4,30\n\"B\",2023-01-01T10:00:01Z,47.1,15.4,\n";
    for at in 0..text.len() {
        for mask in [0x01, 0x10, 0x80, 0xff] {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at] ^= mask;
            let examined = examine_bytes("table.csv", bytes);
            assert_accounts(&format!("byte {at} turned by {mask:02x}"), &examined);
            assert!(examined.tracks.iter().map(|track| track.rows.len()).sum::<usize>() <= 4);
        }
    }
}

#[test]
fn a_head_that_comes_again_is_no_row() {
    let examined = table("t,lat,lon\n0,47.1,15.4\nt,lat,lon\n0,47.1,15.4\n");
    assert_eq!(rows(&examined).len(), 2);
    assert_eq!(examined.report.completeness, Completion::Whole, "{:#?}", examined.report.diagnostics);
}

#[test]
fn a_head_without_rows_gives_nothing_and_says_so() {
    let examined = table("flight,t,lat,lon\n");
    assert_eq!(examined.report.completeness, Completion::Unreadable);
    assert!(has_diagnostic(&examined, "track-csv/empty"));
}
