//! Logs that describe their own records: the descriptions are used where they fit, and only there.

use super::ledger::Ledger;
use super::{Case, LATER, assert_positions, hop, matrice, recording};
use crate::make::dji_dat::definitions::{F64, I16, KIND, MATRICE_350, U8, U32};
use crate::make::dji_dat::{Dat, Definition, Record};
use crate::make::dji_txt::fields::Fields;
use crate::support::assert_accounts;

/// A type that no table knows.
const PROBE: Definition = Definition {
    name: "sample_probe",
    kind: 7777,
    fields: &[(U8, "probe_flag"), (F64, "probe_level"), (I16, "probe_step"), (U32, "probe_count")],
};

/// A payload of type 7777, as long as asked for.
fn probe(at: u32, len: usize) -> Vec<u8> {
    let mut f = Fields::new(15);
    f.u8(0, at as u8).f64(1, f64::from(at) + 0.5).i16(9, -(at as i16)).u32(11, 70_000 + at);
    f.cut(len)
}

/// A log with `n` probes around the given text records.
fn log(n: u32, len: usize, texts: &[String]) -> Dat {
    let (craft, states) = (matrice(), hop(&matrice()));
    let mut dat = Dat::with_header(recording(&craft, &states).v3_header().bytes());
    for at in 0..n {
        dat.record(Record::new(7777, 25_600 * (at + 1), probe(at, len)));
        // Half of the records stand in front of what describes them.
        if at == n / 2 {
            dat.records(texts.iter().map(|text| Record::text(KIND, 0x1F3, text)));
        }
    }
    dat
}

fn assert_probes(what: &str, dat: &Dat, n: usize, known: &[&str], unknown: &[&str]) {
    let case = Case::new(dat, Vec::new());
    assert_accounts(what, &case.examined);
    let (ledger, _) = Ledger::of(&case.bytes);
    let probes: Vec<_> = ledger.of_kind(7777).collect();
    assert_eq!(probes.len(), n, "{what}");
    for (at, probe) in probes.iter().enumerate() {
        let put = [
            ("probe_flag", at.to_string()),
            ("probe_level", format!("{at}.5")),
            ("probe_step", (-(at as i64)).to_string()),
            ("probe_count", (70_000 + at).to_string()),
        ];
        for (name, value) in put {
            let found = probe.fields.get(name);
            if known.contains(&name) {
                assert_eq!(found, Some(&value), "{what}: {name} of record {at}: {:?}", probe.fields);
            }
            if unknown.contains(&name) {
                assert_eq!(found, None, "{what}: {name} of record {at}: {:?}", probe.fields);
            }
        }
    }
}

#[test]
fn a_type_is_read_by_what_the_log_says_about_it() {
    let all = ["probe_flag", "probe_level", "probe_step", "probe_count"];
    assert_probes("a definition that fits", &log(6, 15, &PROBE.texts()), 6, &all, &[]);
}

/// As type 13 of a Matrice 350: the fields in front hold, what lies behind them has no name.
#[test]
fn a_payload_that_is_longer_is_read_by_its_leading_fields() {
    let leading = ["probe_flag", "probe_level"];
    assert_probes("a longer payload", &log(6, 23, &PROBE.texts()), 6, &leading, &[]);
}

/// As type 10085: fields behind the end are absent, never zero.
#[test]
fn a_payload_that_is_shorter_has_the_fields_that_fit() {
    let there = ["probe_flag", "probe_level", "probe_step"];
    assert_probes("a shorter payload", &log(6, 11, &PROBE.texts()), 6, &there, &["probe_count"]);
    assert_probes("an end in the middle of a field", &log(6, 13, &PROBE.texts()), 6, &there, &["probe_count"]);
}

/// Texts that follow no rule cost nothing but themselves.
#[test]
fn other_lines_between_definitions_do_no_harm() {
    let mut texts = vec!["Op.[string]\nname\tfly_log\ntype\t32768".to_owned(), "no line of a definition".to_owned()];
    texts.push("Op.[config]\nname\tno_number\ntype\tabc\nOp.float\tnothing 0".to_owned());
    texts.extend(PROBE.texts());
    texts.push("Op.expr probe_high bitand(shift_r(probe_flag,1),1)".to_owned());
    texts.push("Op.[config]\nname\twithout_type".to_owned());
    texts.push("Op.no_type\tstrange 0".to_owned());
    let all = ["probe_flag", "probe_level", "probe_step", "probe_count"];
    assert_probes("strange lines", &log(4, 15, &texts), 4, &all, &[]);
}

#[test]
fn equal_names_in_one_record_are_kept_apart() {
    let twice = Definition { fields: &[(U8, "same same"), (F64, "level")], ..PROBE };
    let (bytes, _) = log(3, 10, &twice.texts()).finish();
    let (ledger, _) = Ledger::of(&bytes);
    for probe in ledger.of_kind(7777) {
        assert_eq!(probe.fields.len(), 3, "{:?}", probe.fields);
    }
}

/// Without a word of its own a Matrice 350 is read by what other logs of its firmware said.
#[test]
fn a_log_whose_definitions_are_lost_is_read_by_those_that_are_kept() {
    let (craft, states) = (matrice(), hop(&matrice()));
    let case = Case::of(super::Recording { definitions: &[], ..recording(&craft, &states) }.v3());
    assert_positions("no definitions", &case, &LATER, 0.05);
    let (ledger, _) = Ledger::of(&case.bytes);
    for kind in [2048, 2096, 53234, 13, 1000, 1710, 10085, 20014] {
        assert!(ledger.of_kind(kind).all(|found| !found.opaque), "type {kind}");
    }
}

/// One lost line shifts every field behind it: a definition that no longer has the length of its records is not used.
#[test]
fn a_definition_that_lost_any_line_moves_no_position() {
    let (craft, states) = (matrice(), hop(&matrice()));
    let plain = recording(&craft, &states);
    for definition in MATRICE_350.iter().filter(|definition| LATER.contains(&definition.kind)) {
        let texts = definition.texts();
        for lost in 0..texts.len() {
            let made = super::Recording { definitions: &[], states: &states[..40], ..plain.clone() }.v3();
            let mut dat = Dat::with_header(plain.v3_header().bytes());
            let left = texts.iter().enumerate().filter(|(at, _)| *at != lost);
            dat.records(left.map(|(_, text)| Record::text(KIND, 0x1F3, text))).append(&made.dat);
            let case = Case::new(&dat, made.fixes);
            assert_positions(&format!("{} without line {lost}", definition.name), &case, &LATER, 0.05);
        }
    }
}

/// What a log derives from its fields comes out with them.
#[test]
fn derived_fields_are_computed() {
    let mut texts = PROBE.texts();
    texts.push("Op.expr probe_second bitand(shift_r(probe_count,1),1)".to_owned());
    let (bytes, _) = log(6, 15, &texts).finish();
    let (ledger, _) = Ledger::of(&bytes);
    for (at, probe) in ledger.of_kind(7777).enumerate() {
        let second = (70_000 + at) >> 1 & 1;
        assert_eq!(probe.fields.get("probe_second"), Some(&second.to_string()), "{:?}", probe.fields);
    }
}

/// Type 2064 of 60 bytes, whose fields a Matrice 350 and a Mavic order differently: told apart by the product number, and left
/// as they are where that is unknown.
#[test]
fn what_two_tables_describe_differently_is_told_and_not_chosen() {
    let (craft, states) = (matrice(), hop(&matrice()));
    for (product, expected) in [(89, Some("m350")), (16, Some("mavic")), (250, None)] {
        let header = crate::make::dji_dat::header::V3Header { product, ..recording(&craft, &states).v3_header() };
        let mut dat = Dat::with_header(header.bytes());
        for at in 0..4 {
            dat.record(Record::new(2064, 25_600 * (at + 1), vec![at as u8; 60]));
        }
        let case = Case::new(&dat, Vec::new());
        assert_accounts("an ambiguous type", &case.examined);
        let told = case.examined.report.diagnostics.iter().find(|d| d.code == "dji-dat/ambiguous");
        assert_eq!(told.is_some(), expected.is_none(), "product {product}: {told:?}");
        if let Some(told) = told {
            assert!(told.severity == "note" && told.message.contains("2064") && told.message.contains("60 bytes"));
        }
        let (ledger, _) = Ledger::of(&case.bytes);
        for found in ledger.of_kind(2064) {
            assert_eq!(found.opaque, expected.is_none(), "product {product}");
            // The older tables begin with velocities of the camera, the newer one with a version.
            let is_newer = found.fields.keys().any(|name| name == "ex0_version");
            assert!(
                expected.is_none() || is_newer == (expected == Some("m350")),
                "product {product}: {:?}",
                found.fields
            );
        }
    }
}

/// As type 13 of a Matrice 350: what its definition calls reserved holds the serial number, by the length of the records.
#[test]
fn a_stale_definition_does_not_hide_what_the_bytes_hold() {
    let (craft, states) = (matrice(), hop(&matrice()));
    let case = Case::of(recording(&craft, &states).v3());
    let stated = MATRICE_350.iter().find(|definition| definition.kind == 13).expect("the home point is defined");
    let (ledger, _) = Ledger::of(&case.bytes);
    let home = ledger.of_kind(13).next().expect("a home point");
    assert!(stated.fields.iter().any(|(_, names)| names.contains("id_rsd1")), "{:?}", stated.fields);
    assert!(home.fields.values().any(|value| value == craft.aircraft_serial), "{:?}", home.fields);
}
