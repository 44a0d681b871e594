//! One file a format with one row an item, real or made, with everything that is counted about it. Real items appear by hash
//! and in numbers only; samples with keys are read with them. `OVERFLOWN_BLESS=1` writes the files anew, with the evidence at hand; read the difference before you
//! commit it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use overflown::evidence::Sha256;
use overflown::examine::Examined;

use crate::make::samples;
use crate::make::tables;
use crate::make::{clip, subtitles};
use crate::support::{diagnostic_counts, evidence, examine_bytes, examine_with_keys, inventory, repository};

const HEADER: [&str; 17] = [
    "sha8",
    "origin",
    "version",
    "completeness",
    "found",
    "decoded",
    "opaque",
    "lost",
    "by_type",
    "bytes_decoded",
    "bytes_known",
    "bytes_unknown",
    "bytes_damaged",
    "tracks",
    "events",
    "children",
    "diagnostics",
];

fn file(format: &str) -> PathBuf {
    repository().join(format!("tests/golden/{format}.tsv"))
}

fn counts<K: AsRef<str>, V: ToString>(counts: &BTreeMap<K, V>) -> String {
    let words: Vec<String> =
        counts.iter().map(|(name, count)| format!("{}={}", name.as_ref(), count.to_string())).collect();
    if words.is_empty() { "-".to_owned() } else { words.join(" ") }
}

fn row(origin: &str, bytes: Vec<u8>, label: &str, keys: Option<&str>) -> (String, String) {
    let sha8 = Sha256::of(&bytes).short();
    let examined = match keys {
        Some(keys) => examine_with_keys(label, bytes, keys),
        None => examine_bytes(label, bytes),
    };
    let report = &examined.report;
    let (r, c) = (&report.records, report.coverage);
    let tracks: BTreeMap<&str, String> =
        report.tracks.iter().map(|t| (t.name.as_str(), format!("{}/{}/{}", t.fixes, t.invalid, t.suspect))).collect();
    let columns = [
        sha8.clone(),
        origin.to_owned(),
        report.version.clone().unwrap_or_else(|| "-".to_owned()),
        report.completeness.as_str().to_owned(),
        r.found.to_string(),
        r.decoded.to_string(),
        r.opaque.to_string(),
        r.lost.to_string(),
        counts(&r.by_type),
        c.decoded.to_string(),
        c.known.to_string(),
        c.unknown.to_string(),
        c.damaged.to_string(),
        counts(&tracks),
        counts(&events(&examined)),
        report.children.len().to_string(),
        counts(&diagnostic_counts(&examined)),
    ];
    (sha8, columns.join("\t"))
}

fn events(examined: &Examined) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    for event in &examined.events {
        *counts.entry(event.event.kind.as_str()).or_default() += 1;
    }
    counts
}

/// Flight records by the first digits of the hash: made ones always, real ones when the evidence is at hand.
fn flight_records() -> BTreeMap<String, String> {
    let made = samples::all().into_iter().map(|sample| row("made", sample.bytes, &sample.path, sample.keys.as_deref()));
    let real = inventory("dji-txt").into_iter().filter(|item| item.version().is_some());
    let real = real.map(|item| row(item.name.split('/').next().unwrap_or("real"), item.read(), item.file_name(), None));
    made.chain(real).collect()
}

/// Tables of positions; the real ones are those that another service made of flight records.
fn tables_of_positions() -> BTreeMap<String, String> {
    let made = tables::all().into_iter().map(|table| row("made", table.bytes, table.path, None));
    let real = inventory("dji-txt").into_iter().filter(|item| item.name.ends_with(".csv"));
    let real = real.map(|item| row(item.name.split('/').next().unwrap_or("real"), item.read(), item.file_name(), None));
    made.chain(real).collect()
}

fn subtitles_of_cameras() -> BTreeMap<String, String> {
    let made = subtitles::all().into_iter().map(|sample| row("made", sample.bytes, sample.path, None));
    let real = inventory("app-cache").into_iter().filter(|item| item.name.starts_with("dji-srt"));
    let real = real.map(|item| row(item.name.split('/').next().unwrap_or("real"), item.read(), item.file_name(), None));
    made.chain(real).collect()
}

fn clips_of_cameras() -> BTreeMap<String, String> {
    clip::all().into_iter().map(|sample| row("made", sample.bytes, sample.path, None)).collect()
}

#[test]
fn nothing_that_is_counted_about_media_has_moved() {
    assert_pinned("dji-srt", &subtitles_of_cameras());
    assert_pinned("mp4", &clips_of_cameras());
}

#[test]
fn nothing_that_is_counted_about_flight_records_has_moved() {
    assert_pinned("dji-txt", &flight_records());
}

/// Logs of aircraft, and what else is recognised as one.
fn aircraft_logs() -> BTreeMap<String, String> {
    let made = samples::aircraft::all().into_iter().map(|log| row("made", log.bytes, log.path, None));
    let real = inventory("dji-dat").into_iter().filter(|item| item.name.ends_with(".DAT"));
    let real = real.map(|item| row("real", item.read(), item.file_name(), None));
    made.chain(real).collect()
}

#[test]
fn nothing_that_is_counted_about_aircraft_logs_has_moved() {
    assert_pinned("dji-dat", &aircraft_logs());
}

#[test]
fn nothing_that_is_counted_about_tables_has_moved() {
    assert_pinned("track-csv", &tables_of_positions());
}

fn assert_pinned(format: &str, now: &BTreeMap<String, String>) {
    if std::env::var_os("OVERFLOWN_BLESS").is_some() {
        assert!(evidence().is_some(), "the pinned figures are written with the evidence at hand");
        let lines: Vec<&str> = now.values().map(String::as_str).collect();
        fs::write(file(format), format!("{}\n{}\n", HEADER.join("\t"), lines.join("\n"))).expect("the golden file");
        return;
    }
    let pinned = fs::read_to_string(file(format)).expect("the golden file");
    assert_eq!(pinned.lines().next(), Some(HEADER.join("\t").as_str()), "columns of the golden file");
    let pinned: BTreeMap<&str, &str> =
        pinned.lines().skip(1).filter_map(|line| Some((line.split('\t').next()?, line))).collect();
    let mut told = String::new();
    for (sha8, line) in now {
        match pinned.get(sha8.as_str()) {
            Some(pinned) => differences(sha8, pinned, line, &mut told),
            None => writeln!(told, "{sha8}: not pinned yet").expect("text"),
        }
    }
    let at_hand = |line: &str| line.contains("\tmade\t") || evidence().is_some();
    for (sha8, _) in pinned.iter().filter(|(sha8, line)| at_hand(line) && !now.contains_key(**sha8)) {
        writeln!(told, "{sha8}: pinned, and no such file now").expect("text");
    }
    assert!(told.is_empty(), "figures moved (OVERFLOWN_BLESS=1 pins the new ones):\n{told}");
}

/// Column by column, and inside a column word by word.
fn differences(sha8: &str, pinned: &str, now: &str, told: &mut String) {
    for ((name, pinned), now) in HEADER.iter().zip(pinned.split('\t')).zip(now.split('\t')) {
        let only = |a: &str, b: &str| -> String {
            let others: Vec<&str> = b.split(' ').collect();
            a.split(' ').filter(|word| !others.contains(word)).collect::<Vec<_>>().join(" ")
        };
        if pinned != now {
            writeln!(told, "{sha8}: {name}: pinned {}, now {}", only(pinned, now), only(now, pinned)).expect("text");
        }
    }
}
