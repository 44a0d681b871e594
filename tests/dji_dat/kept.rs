//! Logs whose own definitions are lost, beside others of the same firmware that have theirs.

use std::path::Path;

use overflown::evidence::{Evidence, ExtraHashes, Limits, Sha256};
use overflown::examine::{Examined, examine};

use super::evidence::logs;
use super::ledger::{Found, Ledger};
use super::{LATER, assert_positions, hop, matrice, recording};
use crate::make::dji_dat::definitions::{F64, I16, KIND, MATRICE_350, U8, U32};
use crate::make::dji_dat::{Dat, Definition, Record};
use crate::make::dji_txt::fields::Fields;
use crate::make::zip::{Member, zip};
use crate::support::{assert_accounts, examine_bytes, has_diagnostic, tools};

const PROBE: Definition = Definition {
    name: "sample_probe",
    kind: 7777,
    fields: &[(U8, "probe_flag"), (F64, "probe_level"), (I16, "probe_step"), (U32, "probe_count")],
};

/// As long as the other, in another order.
const OTHER_PROBE: Definition = Definition {
    fields: &[(F64, "probe_level"), (U8, "probe_flag"), (I16, "probe_step"), (U32, "probe_count")],
    ..PROBE
};

/// A log of this build with records of type 7777, and what it says about its records.
fn log(build: &str, product: u32, definitions: &[Definition]) -> Vec<u8> {
    let (craft, states) = (matrice(), hop(&matrice()));
    let header = recording(&craft, &states).v3_header();
    let header = crate::make::dji_dat::header::V3Header { build: build.to_owned(), product, ..header };
    let mut dat = Dat::with_header(header.bytes());
    for definition in definitions {
        dat.records(definition.records(0x1F3));
    }
    for at in 0..20_u32 {
        let mut f = Fields::new(15);
        f.u8(0, at as u8).f64(1, f64::from(at) + 0.5).i16(9, -(at as i16)).u32(11, 70_000 + at);
        // Long behind the definitions, so that these are not cut by the end of the log.
        dat.record(Record::new(7777, 0x0400_0000 + 25_600 * at, f.whole()));
    }
    dat.finish().0
}

fn examine_file(path: &Path) -> Examined {
    let label = path.file_name().expect("a name").to_string_lossy().into_owned();
    examine(&Evidence::open(path, label, &Limits::default(), ExtraHashes::default()).expect("a file"), tools())
}

/// Writes the logs into one folder and examines the last of them.
fn beside(logs: &[(&str, &[u8])]) -> (Examined, Ledger) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in logs {
        std::fs::write(folder.path().join(name), bytes).expect("a file");
    }
    let path = folder.path().join(logs.last().expect("a log").0);
    (examine_file(&path), Ledger::of_file(&path))
}

fn message<'e>(examined: &'e Examined, code: &str) -> Option<&'e str> {
    examined.report.diagnostics.iter().find(|d| d.code == code).map(|d| d.message.as_str())
}

const BUILD: &str = "Jan 02 2024 03:04:05";

#[test]
fn a_log_without_definitions_is_read_by_those_of_a_log_of_the_same_build() {
    let (bare, full) = (log(BUILD, 89, &[]), log(BUILD, 89, &[PROBE]));
    let (alone, ledger) = beside(&[("FLY002.DAT", &bare)]);
    assert!(ledger.of_kind(7777).all(|found| found.opaque) && !has_diagnostic(&alone, "dji-dat/kept-definitions"));

    let (examined, ledger) = beside(&[("FLY001.DAT", &full), ("notes.txt", b"FLY001"), ("FLY002.DAT", &bare)]);
    assert_accounts("kept definitions", &examined);
    let told = message(&examined, "dji-dat/kept-definitions").expect("whose definitions are used is told");
    let digest = Sha256::of(&full).to_string();
    assert!(told.contains("FLY001.DAT") && told.contains(&digest) && told.contains("7777 sample_probe"), "{told}");
    for (at, found) in ledger.of_kind(7777).enumerate() {
        assert_eq!(found.fields.get("probe_level"), Some(&format!("{at}.5")), "{:?}", found.fields);
        assert_eq!(found.fields.get("probe_count"), Some(&(70_000 + at).to_string()), "{:?}", found.fields);
    }
    // The log's own words win over those of others.
    let own = log(BUILD, 89, &[OTHER_PROBE]);
    let (examined, ledger) = beside(&[("FLY001.DAT", &full), ("FLY002.DAT", &own)]);
    assert!(!has_diagnostic(&examined, "dji-dat/kept-definitions"));
    assert!(ledger.of_kind(7777).skip(1).all(|found| found.fields.get("probe_level") != Some(&"1.5".to_owned())));
}

#[test]
fn logs_of_another_build_or_product_tell_nothing() {
    let bare = log(BUILD, 89, &[]);
    for (build, product) in [("Jan 02 2024 03:04:06", 89), (BUILD, 30)] {
        let (examined, ledger) = beside(&[("FLY001.DAT", &log(build, product, &[PROBE])), ("FLY002.DAT", &bare)]);
        assert!(ledger.of_kind(7777).all(|found| found.opaque), "{build}, product {product}");
        assert!(!has_diagnostic(&examined, "dji-dat/kept-definitions"), "{build}, product {product}");
    }
}

#[test]
fn logs_that_contradict_each_other_are_told_and_neither_is_chosen() {
    let (one, other) = (log(BUILD, 89, &[PROBE]), log(BUILD, 89, &[OTHER_PROBE]));
    let (examined, ledger) =
        beside(&[("FLY001.DAT", &one), ("FLY003.DAT", &other), ("FLY002.DAT", &log(BUILD, 89, &[]))]);
    let told = message(&examined, "dji-dat/contradiction").expect("a contradiction is told");
    assert!(["FLY001.DAT", "FLY003.DAT", "7777"].iter().all(|word| told.contains(word)), "{told}");
    assert_eq!(ledger.of_kind(7777).count(), 20);
    assert!(ledger.of_kind(7777).all(|found| found.opaque));
}

/// Members of an archive stand beside each other as files of a folder do.
#[test]
fn members_of_an_archive_keep_definitions_for_each_other() {
    let (bare, full) = (log(BUILD, 89, &[]), log(BUILD, 89, &[PROBE]));
    let members = [("a/FLY002.DAT", &bare), ("a/FLY001.DAT", &full), ("b/FLY002.DAT", &bare)];
    let members: Vec<Member> = members.iter().map(|(name, bytes)| Member::new(name, bytes)).collect();
    let examined = examine_bytes("card.zip", zip(&members).bytes);
    let told: Vec<bool> = examined.children.iter().map(|c| has_diagnostic(c, "dji-dat/kept-definitions")).collect();
    assert_eq!(told, [true, false, false], "one folder, not the other");
}

/// The records of a log but for its definitions.
fn others(ledger: &Ledger) -> Vec<&Found> {
    ledger.0.iter().filter(|found| found.kind != KIND).collect()
}

/// Real logs without their definitions, in two ways: those taken out, and the log cut behind them.
#[test]
fn real_logs_without_definitions_are_read_as_the_whole_ones() {
    let logs = logs();
    for (item, figures) in &logs {
        let whole = item.read();
        let (ledger, _) = Ledger::of(&whole);
        let definitions: Vec<&Found> = ledger.of_kind(KIND).collect();
        assert!(definitions.len() >= 776, "{}: {} definitions", figures.name, definitions.len());
        let pieces: Vec<(usize, usize)> = definitions.iter().flat_map(|found| found.spans.clone()).collect();
        let is_of_definition = |at: usize| pieces.iter().any(|(from, len)| (*from..from + len).contains(&at));
        let taken_out: Vec<u8> = (0..whole.len()).filter(|at| !is_of_definition(*at)).map(|at| whole[at]).collect();
        let end = pieces.iter().map(|(from, len)| from + len).max().expect("definitions");
        let cut = [&whole[..256], &whole[end..]].concat();
        let siblings: Vec<(&str, Vec<u8>)> = logs
            .iter()
            .filter(|(other, _)| other.name != item.name)
            .map(|(other, _)| (other.file_name(), other.read()))
            .collect();
        for (what, bytes) in [("taken out", taken_out), ("cut", cut)] {
            let what = format!("{}, {what}", figures.name);
            let files: Vec<(&str, &[u8])> = siblings
                .iter()
                .map(|(name, bytes)| (*name, bytes.as_slice()))
                .chain([(item.file_name(), &bytes[..])])
                .collect();
            let (examined, kept) = beside(&files);
            assert_accounts(&what, &examined);
            let told = message(&examined, "dji-dat/kept-definitions").unwrap_or_default();
            assert!(siblings.iter().any(|(name, _)| told.contains(name)) && told.contains("2048"), "{what}: {told}");
            assert!(!has_diagnostic(&examined, "dji-dat/contradiction"), "{what}");
            let (alone, by_tables) = beside(&[(item.file_name(), &bytes)]);
            assert!(!has_diagnostic(&alone, "dji-dat/kept-definitions"), "{what}");
            let expected = others(&ledger);
            let count = others(&kept).len();
            assert!(count > 3_000, "{what}: {count} records");
            let expected = &expected[expected.len() - count..];
            for (((found, table), put), at) in others(&kept).iter().zip(others(&by_tables)).zip(expected).zip(0..) {
                let what = format!("{what}: record {at} of type {}", put.kind);
                assert_eq!((found.kind, &found.content), (put.kind, &put.content), "{what}");
                assert_eq!((found.opaque, &found.fields), (put.opaque, &put.fields), "{what}");
                // Without the others the tables of this very build say the same.
                assert_eq!((table.opaque, &table.fields), (put.opaque, &put.fields), "{what}, by tables");
            }
        }
    }
}

/// Positions of a made log, its definitions kept by another one.
#[test]
fn kept_definitions_move_no_position() {
    let (craft, states) = (matrice(), hop(&matrice()));
    let bare = super::Recording { definitions: &[], ..recording(&craft, &states) }.v3();
    let full = super::Recording { definitions: MATRICE_350, ..recording(&craft, &states) }.v3().dat.finish().0;
    let (bytes, truth) = bare.dat.finish();
    let (examined, _) = beside(&[("FLY020.DAT", &full), ("FLY021.DAT", &bytes)]);
    assert!(has_diagnostic(&examined, "dji-dat/kept-definitions"));
    let case = super::Case { bytes, truth, fixes: bare.fixes, examined };
    assert_positions("kept definitions", &case, &LATER, 0.05);
}
