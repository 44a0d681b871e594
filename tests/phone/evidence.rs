//! Real files of drone kits, each as the inventory of the evidence counts it.

use crate::support::{Listed, diagnostic_counts, inventory};

use super::{Completion, examined};

fn of_folder(folder: &str) -> Vec<Listed> {
    let prefix = format!("{folder}/");
    inventory("app-cache").into_iter().filter(|listed| listed.name.starts_with(&prefix)).collect()
}

/// `12 entries, 2018-06-19 13:18:49..2018-06-19 13:22:24 (local time)`
fn count(listed: &Listed) -> u64 {
    listed.figures.split(' ').next().and_then(|word| word.parse().ok()).expect("a count in the inventory")
}

fn assert_folder(folder: &str, format: &str, files: usize, entries: u64) {
    let listed = of_folder(folder);
    if listed.is_empty() {
        return;
    }
    assert_eq!(listed.len(), files, "{folder}");
    let mut sum = 0;
    for file in &listed {
        let examined = examined(file.file_name(), &file.read());
        let report = &examined.report;
        assert_eq!((report.format, report.completeness), (Some(format), Completion::Whole), "{}", file.name);
        assert_eq!((report.records.found, report.records.lost), (count(file), 0), "{}", file.name);
        assert_eq!((report.coverage.unknown, report.coverage.damaged), (0, 0), "{}", file.name);
        if let Some(span) = file.figures.split(", ").nth(1).and_then(|rest| rest.split_once("..")) {
            let moment = |text: &str| text.trim_end_matches(" (local time)").replace(' ', "T");
            let time = &report.time;
            // The events of an upgrade log leave out steps of progress, which may be its first and last entries.
            let is_within = format == "dji-upgrade-log";
            let (start, end) = (time.start_local.clone().expect("events"), time.end_local.clone().expect("events"));
            if is_within {
                assert!(start >= moment(span.0) && end <= moment(span.1), "{}: {start} {end}", file.name);
            } else {
                assert_eq!(
                    (&start[..19], &end[..19]),
                    (moment(span.0).as_str(), moment(span.1).as_str()),
                    "{}",
                    file.name
                );
            }
        }
        sum += report.records.found;
    }
    assert_eq!(sum, entries, "{folder}");
}

#[test]
fn tip_logs_of_android() {
    assert_folder("dji-tiplogs-android", "dji-tip-log", 29, 286);
}

#[test]
fn tip_logs_of_ios() {
    assert_folder("dji-tiplogs-ios", "dji-tip-log", 23, 235);
}

#[test]
fn upgrade_logs_of_ios() {
    assert_folder("dji-upgradelogs-ios", "dji-upgrade-log", 11, 2997);
}

/// corrections.md E: 14 serial numbers, one file out of order, four files (two contents) of a default date.
#[test]
fn what_the_names_of_android_tip_logs_tell() {
    let listed = of_folder("dji-tiplogs-android");
    let examined: Vec<_> = listed.iter().map(|file| examined(file.file_name(), &file.read())).collect();
    if examined.is_empty() {
        return;
    }
    let serials: std::collections::BTreeSet<_> =
        examined.iter().filter_map(|item| item.report.device.aircraft_serial.clone()).collect();
    assert_eq!(serials.len(), 14, "{serials:?}");
    let with = |code: &str| examined.iter().filter(|item| diagnostic_counts(item).contains_key(code)).count();
    assert_eq!((with("dji-tip-log/order"), with("dji-tip-log/clock")), (1, 4));
}

/// Each of the 44 small files is one of the three kinds.
#[test]
fn states_and_lists_of_ios() {
    let listed = of_folder("dji-ios-misc");
    let versions: Vec<_> = listed
        .iter()
        .map(|file| {
            let report = examined(file.file_name(), &file.read()).report;
            assert_eq!((report.format, report.completeness), (Some("app-session"), Completion::Whole), "{}", file.name);
            assert_eq!(report.records.found, 1, "{}", file.name);
            report.version.expect("a kind")
        })
        .collect();
    let of = |kind: &str| versions.iter().filter(|version| *version == kind).count();
    let expected = if versions.is_empty() { (0, 0, 0) } else { (21, 22, 1) };
    assert_eq!((of("anonymous id"), of("session"), of("list")), expected);
}
