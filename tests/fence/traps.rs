//! The traps that were met in real zone files, and the test that stands at each.

use crate::support::repository;

/// Trap, file of the test, its name.
const TRAPS: &[(&str, &str, &str)] = &[
    ("outer rings clockwise", "tests/zones/json.rs", "nasty_files_are_told"),
    ("unclosed outer rings", "tests/fence/nasty.rs", "what_was_repaired_or_lost_is_told_with_the_verdict"),
    ("outlines that are invalid in plan view", "tests/fence/nasty.rs", "a_bow_tie_is_two_triangles"),
    ("bodies drawn as walls, floor and roof", "src/zones/kml/tests.rs", "a_body_of_six_faces_is_one_volume"),
    ("permanent beside a schedule", "src/zones/applicability.rs", "permanent_and_more"),
    ("the last second of the day", "src/zones/in_force.rs", "the_last_second_of_the_day"),
    ("limits of null", "src/zones/tests/dialects.rs", "ed269_limits_and_shapes"),
    ("99999 for no limit, numbers as texts, another wrapper", "tests/zones/json.rs", "ed269_of_switzerland"),
    ("identifiers too long, texts for lists, reasons outside the list", "tests/zones/json.rs", "ed318_of_ireland"),
    ("e-mail as an object, validity of an hour", "src/zones/tests/dialects.rs", "ed318_words"),
    ("authorisation with s or z", "src/zones/restriction.rs", "both_spellings"),
    ("the rest of the world as a zone", "tests/fence/nasty.rs", "caps_masks_and_swapped_axes"),
    ("limits in eighteen spellings", "src/zones/vertical.rs", "spellings"),
    ("windows in milliseconds beside permanent 0", "src/zones/tests/dialects.rs", "windows_of_flat_properties"),
    ("an end before its start", "src/zones/applicability.rs", "doubt_never_narrows"),
    ("features without properties", "tests/zones/json.rs", "points_without_properties"),
    (
        "records that strict readers refuse",
        "tests/zone_files/openair.rs",
        "every_record_of_a_national_file_is_a_zone_or_told",
    ),
    ("latitude and longitude swapped", "src/zones/tests/dialects.rs", "swapped_axes_are_noticed_by_the_country"),
    (
        "archives without sizes, archives in archives",
        "src/zones/archive/tests.rs",
        "every_member_is_read_by_its_content",
    ),
    ("a published schema that is no JSON", "tests/fence/traps.rs", "a_schema_that_is_no_json_is_no_zone_file"),
    ("NaN, infinity, UTF-16, cuts, null geometry", "tests/fence/nasty.rs", "the_square_however_it_is_written"),
];

#[test]
fn every_trap_has_its_test() {
    assert_eq!(TRAPS.len(), 21);
    for (trap, file, test) in TRAPS {
        let text = std::fs::read_to_string(repository().join(file)).unwrap_or_else(|e| panic!("{trap}: {file}: {e}"));
        let head = format!("#[test]\nfn {test}()");
        let inner = format!("#[test]\n    fn {test}()");
        assert!(text.contains(&head) || text.contains(&inner), "{trap}: {file} has no test {test}");
    }
}

/// Line 77 of it is broken; it is told what it looks like, with the next step.
#[test]
fn a_schema_that_is_no_json_is_no_zone_file() {
    use overflown::evidence::{Evidence, Limits};
    let Some(item) = super::listed("mfjson/MF-JSON_Prism.schema.json") else { return };
    let read = overflown::zones::read(&Evidence::from_bytes(item.file_name(), item.read()), &[], &Limits::default());
    match read {
        Err(error) => assert!(error.to_string().contains("no zone was loaded"), "{error}"),
        Ok(file) => assert!(file.zones.is_empty() && !file.skipped.is_empty(), "{:?}", file.zones),
    }
}
