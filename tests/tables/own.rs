//! The track CSV that this program writes is a table like others: it reads back as it was written.

use std::fs;

use overflown::examine::Completion;
use overflown::track::HEIGHTS;

use crate::cli::run;
use crate::make::samples;
use crate::support::{assert_accounts, examine_bytes, track};

#[test]
fn positions_times_and_heights_come_back() {
    let dir = tempfile::tempdir().unwrap();
    for sample in samples::all().into_iter().filter(|sample| sample.path.starts_with("dji-txt/")) {
        let out = dir.path().join("track.csv");
        let done = run(&[
            "convert",
            &crate::support::repository().join("samples").join(&sample.path).to_string_lossy(),
            "-o",
            &out.to_string_lossy(),
            "--tracks",
            "all",
            "--force",
        ]);
        assert_eq!(done.code, 0, "{}", done.stderr);
        let first = examine_bytes(&sample.path, sample.bytes);
        let again = examine_bytes("track.csv", fs::read(&out).unwrap());
        let path = &sample.path;
        assert_accounts(path, &again);
        assert_eq!(again.report.format, Some("track-csv"), "{path}");
        assert_eq!(again.report.completeness, Completion::Whole, "{path}: {:#?}", again.report.diagnostics);
        assert_eq!(again.flights.len(), 1, "{path}: pilot and home are of the aircraft's flight");
        assert_eq!(again.tracks.len(), first.tracks.len(), "{path}");
        for before in &first.tracks {
            let after = track(&again, &before.name).unwrap_or_else(|| panic!("{path}: no track {}", before.name));
            assert_eq!((after.kind, after.primary), (before.kind, before.primary), "{path}: {}", before.name);
            let (a, b) = (&before.rows, &after.rows);
            assert_eq!(a.len(), b.len(), "{path}: {}", before.name);
            for row in 0..a.len() {
                let what = format!("{path}: {} row {row}", before.name);
                assert_eq!(a.fix[row], b.fix[row], "{what}");
                assert_eq!(
                    (a.lat[row].to_bits(), a.lon[row].to_bits()),
                    (b.lat[row].to_bits(), b.lon[row].to_bits()),
                    "{what}"
                );
                assert_eq!(a.elapsed(row), b.elapsed(row), "{what}");
                // UTC is written in milliseconds.
                assert_eq!(
                    a.utc(row).map(|ns| ns.div_euclid(1_000_000)),
                    b.utc(row).map(|ns| ns / 1_000_000),
                    "{what}"
                );
                for channel in HEIGHTS.iter().chain(&["velocity.down", "attitude.yaw", "satellites"]) {
                    assert_eq!(a.value(channel, row), b.value(channel, row), "{what}: {channel}");
                }
            }
        }
    }
}

/// All samples in one table: the aircraft of each is told from the others by what it was taken from.
#[test]
fn many_sources_in_one_table_stay_apart() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("all.csv");
    let done = run(&["convert", "samples/dji-txt", "-o", &out.to_string_lossy(), "--tracks", "all"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let again = examine_bytes("all.csv", fs::read(&out).unwrap());
    assert_eq!(again.flights.len(), 6, "six logs");
    assert!(again.primaries().all(|track| track.name.contains("DJIFlightRecord") && track.name.ends_with(" aircraft")));
    let fixes: u64 = again.report.tracks.iter().filter(|track| track.primary).map(|track| track.fixes).sum();
    let made: usize = samples::all().iter().filter(|s| s.path.starts_with("dji-txt/")).map(|s| s.fixes).sum();
    assert_eq!(fixes, made as u64);
}

#[test]
fn local_times_without_an_offset_stay_local_on_the_way() {
    let dir = tempfile::tempdir().unwrap();
    let text = "time,lat,lon,h\n2016-09-26 14:12:45.5,47.1,15.4,30.25\n2016-09-26 14:12:47,47.1,15.4,31\n";
    fs::write(dir.path().join("t.csv"), text).unwrap();
    let out = crate::cli::run_in(dir.path(), &["convert", "t.csv", "--to", "csv", "-o", "-"]).stdout;
    let row = out.lines().nth(1).unwrap();
    assert!(row.contains(",,2016-09-26T14:12:45.500,local,"), "no UTC, local time without an offset: {row}");
    assert!(out.lines().next().unwrap().contains("height_unknown_m"), "{out}");
    assert!(row.contains("30.25"), "{row}");
    let given =
        crate::cli::run_in(dir.path(), &["convert", "t.csv", "--to", "csv", "-o", "-", "--utc-offset", "-04:00"])
            .stdout;
    let row = given.lines().nth(1).unwrap();
    assert!(row.contains(",2016-09-26T18:12:45.500Z,2016-09-26T14:12:45.500-04:00,local+offset,"), "{row}");
}
