//! Clocks of tables: UTC where it is stated, local time where it is not, the source's own clock otherwise.

use overflown::track::{Stamp, civil_text};

use super::{notes, table, table_at};
use crate::support::rows;

/// `date -u -d 2016-09-26T18:12:45 +%s`.
const SECOND: i64 = 1_474_913_565;
const NS: i64 = 1_000_000_000;

fn with(head: &str, cell: &str) -> overflown::examine::Examined {
    table(format!("{head};lat;lon\n{cell};47,1;15,4\n"))
}

#[test]
fn moments_with_a_zone_and_numbers_since_1970_are_utc() {
    for (head, cell) in [
        ("time", "2016-09-26T18:12:45Z"),
        ("timestamp", "2016-09-26T14:12:45-04:00"),
        ("datetime(utc)", "2016-09-26 18:12:45"),
        ("utc", "2016-09-26 18:12:45.000"),
        ("timestamp", "1474913565"),
        ("time", "1474913565000"),
        ("t", "1474913565000000"),
        ("timestamp_ms", "1474913565000"),
        ("unix time", "1474913565,000"),
    ] {
        let examined = with(head, cell);
        let rows = rows(&examined);
        assert_eq!(rows.utc(0), Some(SECOND * NS), "{head}: {cell}: {}", notes(&examined));
        assert_eq!(rows.stamp[0], Stamp::Own);
        assert_eq!(examined.report.time.start_utc.as_deref(), Some("2016-09-26T18:12:45.000Z"));
        assert!(notes(&examined).contains("UTC"), "{head}: {}", notes(&examined));
    }
}

#[test]
fn a_moment_without_a_zone_is_local_and_never_utc() {
    for text in [
        "time,lat,lon\n2016-09-26 14:12:45,47.1,15.4\n2016-09-26 14:12:47,47.1,15.4\n",
        "Date,Time,lat,lon\n2016-09-26,14:12:45,47.1,15.4\n2016-09-26,14:12:47,47.1,15.4\n",
    ] {
        let examined = table(text);
        let rows = rows(&examined);
        assert_eq!((rows.utc(0), rows.local(0)), (None, Some((SECOND - 4 * 3600) * NS)));
        assert_eq!(rows.seconds_between(0, 1), Some(2.0), "it is a clock all the same");
        assert_eq!(examined.report.time.start_utc, None);
        let given = table_at(text, -4 * 3600);
        let rows = crate::support::rows(&given);
        assert_eq!((rows.utc(0), rows.stamp[0]), (Some(SECOND * NS), Stamp::Local));
        assert!(notes(&given).contains("2 rows state a local time without an offset; UTC-04:00, as given"));
    }
}

#[test]
fn local_and_utc_beside_each_other() {
    let text = "datetime(utc),datetime(local),time(millisecond),latitude,longitude\n\
                2016-09-26 18:12:45,2016-09-26 14:12:45,510700,47.1,15.4\n";
    let examined = table(text);
    let rows = rows(&examined);
    assert_eq!(rows.utc(0), Some(SECOND * NS));
    assert_eq!(rows.local(0), Some((SECOND - 4 * 3600) * NS));
    assert_eq!(rows.elapsed(0), Some(510_700_000_000));
}

#[test]
fn elapsed_time_is_the_source_s_own_clock() {
    for (head, cell, ns) in [
        ("t", "12,5", 12_500_000_000),
        ("elapsed_s", "-1", -1_000_000_000),
        ("time(millisecond)", "69000", 69_000_000_000),
        ("time_boot_ms", "69000", 69_000_000_000),
        ("time", "18:12:45.5", 65_565_500_000_000),
    ] {
        let examined = with(head, cell);
        assert_eq!(rows(&examined).elapsed(0), Some(ns), "{head}: {cell}");
        assert_eq!(rows(&examined).utc(0), None, "{head}: {cell}");
    }
}

/// Which day 03/04/2016 is, nobody knows.
#[test]
fn a_date_that_can_be_read_two_ways_is_no_clock() {
    let text = "flight,time,lat,lon\nA,03/04/2016 18:12,47.1,15.4\n";
    let examined = table(text);
    assert_eq!((rows(&examined).utc(0), rows(&examined).elapsed(0)), (None, None));
    assert!(notes(&examined).contains("columns not used: time"));
    assert!(crate::support::has_diagnostic(&examined, "track-csv/dates"), "what is not read is told");
    // The date in the name of the file tells it, and so does a later row that can be read one way only.
    let named = crate::support::examine_bytes("flight_2016-03-04.csv", text.as_bytes().to_vec());
    assert_eq!(rows(&named).local(0).map(civil_text).as_deref(), Some("2016-03-04T18:12:00.000"));
    let other = table(format!("{text}A,13/04/2016 18:12,47.1,15.4\n"));
    assert_eq!(rows(&other).local(0).map(civil_text).as_deref(), Some("2016-04-03T18:12:00.000"));
    assert!(notes(&other).contains("with the day first, as 13/04/2016 shows"));
}

/// As the flight log viewers write it where the comma is the decimal sign.
#[test]
fn quoted_decimal_commas_between_commas_are_numbers() {
    let text = "\"CUSTOM.date [local]\",\"CUSTOM.updateTime [local]\",\"OSD.latitude\",\"OSD.longitude\",\"OSD.height [m]\"\r\n\
                \"27.07.2026\",\"2:00:01,25 PM\",\"59,33459\",\"-18,06324\",\"1,5\"\r\n";
    let examined = table(text);
    let rows = rows(&examined);
    assert_eq!((rows.lat[0], rows.lon[0]), (59.33459, -18.06324));
    assert_eq!(rows.local(0).map(civil_text).as_deref(), Some("2026-07-27T14:00:01.250"));
    assert_eq!(rows.value("height.takeoff", 0), Some(1.5));
}
