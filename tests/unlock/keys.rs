//! Keys that are missing, wrong, or somebody else's: what they do not open stays closed, and nothing is made of cipher text.

use std::collections::BTreeSet;

use overflown::examine::{Completion, Examined};
use overflown::track::FixState;

use crate::make::dji_txt::features;
use crate::support::{assert_accounts, has_diagnostic, rows, small_log};

use super::Flight;

/// Types that the sources give to no feature.
const NAMELESS: [u8; 10] = [42, 57, 58, 59, 60, 61, 62, 63, 253, 254];

/// Only records of these types stay closed, and all of them.
fn assert_closed(what: &str, flight: &Flight, examined: &Examined, closed: &BTreeSet<u8>) {
    let report = &examined.report;
    assert_accounts(what, examined);
    let sealed = |kinds: &BTreeSet<u8>| kinds.iter().map(|kind| flight.truth.count(*kind) as u64).sum::<u64>();
    let whole = flight.examine().report.records.opaque;
    // Types without a table are opaque with the right key, too.
    let named: BTreeSet<u8> =
        closed.iter().copied().filter(|kind| ![29, 30, 31, 32, 50, 57, 253].contains(kind)).collect();
    assert_eq!(report.records.opaque - whole, sealed(&named), "{what}: {:?} stay closed", named);
    assert_eq!(report.records.lost, 0, "{what}: a closed record is no lost one");
    assert_eq!((report.coverage.unknown, report.coverage.damaged), (0, 0), "{what}");
}

/// As locked reports name a feature.
fn label(feature: u16) -> String {
    let name = features::name(feature);
    let word = name.trim_start_matches("FR_Standardization_Feature_").rsplit_once('_').expect("a number").0.to_owned();
    format!("{word} ({feature})")
}

#[test]
fn a_missing_key_closes_its_feature_and_no_other() {
    for version in [13, 14] {
        let flight = Flight::new(version, 450, 1);
        for feature in flight.sets[0].iter().map(|key| key.feature) {
            let types = flight.types_of(feature);
            let examined = flight.examine_under(&flight.without(feature));
            let what = format!("{}: without {}", flight.name, label(feature));
            assert_closed(&what, &flight, &examined, &types);
            let report = &examined.report;
            // Types without a feature stay closed without a word of whose key they miss: nobody knows.
            if types.iter().all(|kind| NAMELESS.contains(kind)) {
                assert_eq!(report.completeness, Completion::Whole, "{what}: no record is known to need it");
                assert_eq!(rows(&examined).len(), flight.states.len(), "{what}");
                continue;
            }
            assert_eq!(report.completeness, Completion::Partial, "{what}: exit 3");
            let locked = report.locked.as_ref().expect("what is missing");
            assert_eq!(locked.missing, [label(feature)], "{what}");
            assert!(!locked.next_step.is_empty() && !has_diagnostic(&examined, "dji-txt/wrong-key"), "{what}");
            let expected = if feature == 1 { 0 } else { flight.states.len() };
            assert_eq!(rows(&examined).len(), expected, "{what}: rows");
            assert_eq!(
                report.device.aircraft_serial.as_deref().unwrap_or_default().len(),
                14 + 2 * usize::from(version == 14),
                "{what}: details are in clear"
            );
        }
    }
}

#[test]
fn a_wrong_key_opens_nothing_of_its_feature() {
    let flight = Flight::new(14, 450, 2);
    for feature in [1, 7, 10, 13] {
        let sets = flight.with(feature, |key| key.key[9] ^= 0x10);
        let examined = flight.examine_under(&sets);
        let what = format!("wrong key for {}", label(feature));
        assert_closed(&what, &flight, &examined, &flight.types_of(feature));
        let told: Vec<_> =
            examined.report.diagnostics.iter().filter(|d| d.code == "dji-txt/wrong-key").map(|d| &d.message).collect();
        assert!(!told.is_empty() && told.iter().all(|text| text.contains(&label(feature))), "{what}: {told:?}");
        assert_eq!(examined.report.locked.as_ref().map(|l| l.missing.clone()), Some(vec![label(feature)]), "{what}");
        if feature == 1 {
            assert!(rows(&examined).is_empty() && examined.tracks.iter().all(|t| t.name != "home"), "{what}");
        }
    }
}

/// One random record in 255 has a right padding: a thousand of them must still give nothing.
#[test]
fn the_keys_of_another_log_give_no_position() {
    for version in [13, 14] {
        let flight = Flight::new(version, 1_000, 1);
        let other = Flight::new(version, 20, 1);
        let foreign = crate::make::dji_txt::Log::new(version).encrypt(99).keys().to_vec();
        assert_eq!(other.sets[0][0].key, flight.sets[0][0].key, "one seed makes both: the next one is truly foreign");
        let examined = flight.examine_under(&foreign);
        let report = &examined.report;
        assert_accounts(&flight.name, &examined);
        assert_eq!(report.completeness, Completion::Locked, "{}: exit 4", flight.name);
        assert!(examined.tracks.is_empty() && examined.events.is_empty(), "{}: cipher text says nothing", flight.name);
        assert_eq!(report.records.decoded, flight.truth.count(56) as u64, "{}: the wrapped keys alone", flight.name);
        assert!(has_diagnostic(&examined, "dji-txt/wrong-key"), "{}: {:#?}", flight.name, report.diagnostics);
        assert!(report.locked.as_ref().is_some_and(|l| l.missing.contains(&label(1))), "{}", flight.name);
        assert!(report.notes.iter().all(|note| !note.contains("opened with keys")), "{}", flight.name);
    }
}

#[test]
fn keys_that_changed_places_open_nothing() {
    let flight = Flight::new(14, 450, 1);
    let key = |feature: u16| flight.sets[0].iter().find(|key| key.feature == feature).expect("a key").clone();
    let (base, battery) = (key(1), key(13));
    let mut sets = flight.with(1, |slot| (slot.key, slot.iv) = (battery.key, battery.iv));
    sets.iter_mut().flatten().filter(|k| k.feature == 13).for_each(|slot| (slot.key, slot.iv) = (base.key, base.iv));
    let examined = flight.examine_under(&sets);
    let types = &flight.types_of(1) | &flight.types_of(13);
    assert_closed("Base and Battery swapped", &flight, &examined, &types);
    assert!(rows(&examined).is_empty());
    assert_eq!(examined.report.completeness, Completion::Partial, "the other features are read");
    assert_eq!(examined.report.locked.map(|l| l.missing), Some(vec![label(1), label(13)]));
}

#[test]
fn sets_in_another_order_or_with_gaps_find_their_segments() {
    let flight = Flight::new(14, 900, 3);
    let reversed: Vec<_> = flight.sets.iter().rev().cloned().collect();
    let examined = flight.examine_under(&reversed);
    assert_eq!(examined.report.completeness, Completion::Whole, "{:#?}", examined.report.diagnostics);
    assert_eq!(rows(&examined).len(), 900, "every segment finds its set");

    let with_empty =
        vec![Vec::new(), flight.sets[0].clone(), Vec::new(), flight.sets[1].clone(), flight.sets[2].clone()];
    assert_eq!(rows(&flight.examine_under(&with_empty)).len(), 900, "empty sets between them");

    let lacking = vec![flight.sets[0].clone(), flight.sets[2].clone()];
    let examined = flight.examine_under(&lacking);
    assert_accounts("one set of three is lacking", &examined);
    assert_eq!(examined.report.completeness, Completion::Partial);
    assert_eq!(rows(&examined).len(), 600, "two of three segments are read");
    assert!(examined.report.locked.as_ref().is_some_and(|l| l.missing.contains(&label(1))));
    flight.assert_valid_rows_are_true("one set of three is lacking", &examined, |at| at);
}

/// The IV stands in the answer alone; when it is wrong, nothing but the first 16 bytes is.
#[test]
fn a_wrong_first_iv_costs_the_first_position_and_marks_it() {
    let small = small_log(14);
    let answer = small.keys.expect("an encrypted log");
    // The IV of the first feature, Base.
    let at = answer.find("aesIv\":\"").expect("an IV") + "aesIv\":\"".len();
    let wrong = format!("{}AAECAwQFBgcICQoLDA0ODw=={}", &answer[..at], &answer[at + 24..]);
    let examined = crate::support::examine_with_keys("small.txt", small.bytes, &wrong);
    assert_accounts("wrong IV", &examined);
    let rows = rows(&examined);
    assert_eq!(rows.len(), crate::support::FRAMES);
    assert_ne!(rows.fix[0], FixState::Valid, "the first position rests on the IV");
    for row in 1..rows.len() {
        let (lat, lon) = crate::support::place(row);
        assert_eq!((rows.lat[row], rows.lon[row]), (lat.to_degrees(), lon.to_degrees()), "row {row}");
        assert_eq!(rows.fix[row], FixState::Valid, "row {row}");
    }
    assert_eq!(rows.value("height.takeoff", 0), Some(0.0), "what lies behind the first block is sure");
    let told: Vec<_> = examined.report.diagnostics.iter().filter(|d| d.code == "dji-txt/first-block").collect();
    assert_eq!(told.len(), 1, "{:#?}", examined.report.diagnostics);
    assert!(examined.is_incomplete(), "a position that cannot be read is told by the exit code");
}
