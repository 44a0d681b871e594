//! Exit codes are a contract with scripts: each is met here by the input that the contract names.

use std::fs;

use super::{long_sample, run, run_in, sample};
use crate::make::damage;

#[test]
fn each_kind_of_input_has_its_code() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs::write(at("empty.txt"), b"").unwrap();
    fs::write(at("photo.jpg"), crate::make::jpeg::picture(16, 16, 7)).unwrap();
    fs::write(at("noise.bin"), (0..9000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect::<Vec<_>>())
        .unwrap();
    fs::copy(long_sample(), at("log.txt")).unwrap();
    let cases: [(&[&str], i32); 8] = [
        (&["log.txt"], 0),
        (&["empty.txt"], 4),
        (&["photo.jpg"], 4),
        (&["noise.bin"], 4),
        (&["log.txt", "photo.jpg"], 3),
        (&["."], 0),
        (&["missing.txt"], 5),
        (&["log.txt", "missing.txt"], 3),
    ];
    for (inputs, code) in cases {
        let text = run_in(dir.path(), &[&["inspect"], inputs].concat());
        assert_eq!(text.code, code, "{inputs:?}: {}", text.stderr);
        let json = run_in(dir.path(), &[&["inspect", "--format", "json"], inputs].concat());
        assert_eq!(json.code, code, "{inputs:?}");
        assert_eq!(json.json()["exit"]["code"], code, "{inputs:?}");
    }
    let alone = run_in(dir.path(), &["inspect", "--format", "json", "photo.jpg"]).json();
    assert_eq!(alone["files"].as_array().map(Vec::len), Some(1));
    assert_eq!(alone["files"][0]["completeness"], "unknown");
    assert_eq!(alone["files"][0]["coverage"]["unknown"], alone["files"][0]["bytes"]);
}

#[test]
fn damage_and_locks_are_told_by_code_and_words() {
    let damaged = run(&["inspect", &sample("-zero-page").to_string_lossy()]);
    assert_eq!(damaged.code, 3);
    assert!(damaged.stdout.contains("dji-txt/filled"), "{}", damaged.stdout);
    let locked = run(&["inspect", "--format", "json", &sample("2024-09-21").to_string_lossy()]);
    assert_eq!(locked.code, 4, "a locked log alone gives nothing to work with");
    let file = &locked.json()["files"][0];
    assert_eq!(file["completeness"], "locked");
    assert_eq!(file["device"]["aircraft_serial"], "OVF0SAMPLE000003");
    assert!(file["locked"]["features"].as_array().is_some_and(|f| f.len() == 9), "{}", file["locked"]);
    let beside = run(&["inspect", &sample("2024-09-21").to_string_lossy(), &long_sample().to_string_lossy()]);
    assert_eq!(beside.code, 3);
}

#[test]
fn a_finding_is_1_and_outranks_damage() {
    let dir = tempfile::tempdir().unwrap();
    let whole = fs::read(long_sample()).unwrap();
    fs::write(dir.path().join("log.txt"), &whole).unwrap();
    fs::write(dir.path().join("cut.txt"), damage::cut(&whole, 90)).unwrap();
    let zones = crate::support::repository().join("samples/zones/sites.geojson");
    let check = |log: &str, more: &[&str]| {
        let zones = zones.to_string_lossy();
        run_in(dir.path(), &[&["check", log, "--zones", &zones, "--format", "json"], more].concat())
    };
    assert_eq!(check("log.txt", &[]).code, 1);
    assert_eq!(check("log.txt", &["--fail-on", "never"]).code, 0);
    let cut = check("cut.txt", &[]);
    assert_eq!(cut.code, 1);
    assert_eq!(cut.json()["exit"]["incomplete"], true);
    assert_eq!(check("cut.txt", &["--fail-on", "never"]).code, 3);
}

#[test]
fn zones_that_cannot_be_used_are_5_or_3() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs::copy(long_sample(), at("log.txt")).unwrap();
    fs::write(at("none.geojson"), r#"{"type":"FeatureCollection","features":[]}"#).unwrap();
    let far = r#"{"type":"Polygon","coordinates":[[[0,50],[0.02,50],[0.02,50.01],[0,50.01],[0,50]]]}"#;
    let feature = |geometry: &str| format!(r#"{{"type":"Feature","properties":{{}},"geometry":{geometry}}}"#);
    let collection =
        |features: &[String]| format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    fs::write(at("half.geojson"), collection(&[feature("null"), feature(far)])).unwrap();
    fs::write(at("good.geojson"), collection(&[feature(far)])).unwrap();
    let check = |zones: &str| run_in(dir.path(), &["check", "log.txt", "--zones", zones, "--format", "json"]);
    assert_eq!(check("none.geojson").code, 5);
    assert_eq!(check("missing.geojson").json()["exit"]["code"], 5);
    assert_eq!(check("half.geojson").code, 3);
    let good = check("good.geojson");
    assert_eq!(good.code, 0);
    let nearest = &good.json()["flights"][0]["nearest"];
    // 54.1 N 8.9 E to 50.01 N 0.02 E is about 756 km by any spherical formula.
    assert!((740e3..770e3).contains(&nearest["distance_m"].as_f64().unwrap()), "{nearest}");
}

#[test]
fn outputs_are_refused_before_work_begins() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("card")).unwrap();
    fs::copy(long_sample(), dir.path().join("card/log.txt")).unwrap();
    let convert = |out: &str, more: &[&str]| run_in(dir.path(), &[&["convert", "card", "-o", out], more].concat()).code;
    assert_eq!(convert("card/out.gpx", &[]), 2, "inside the evidence");
    assert_eq!(convert("out.gpx", &[]), 0);
    assert_eq!(convert("out.gpx", &[]), 2, "it exists");
    assert_eq!(convert("out.gpx", &["--force"]), 0);
    assert_eq!(convert("out.xyz", &[]), 2, "no kind of output");
    assert_eq!(run_in(dir.path(), &["case", "card", "-o", "card/CASE"]).code, 2);
    assert_eq!(run_in(dir.path(), &["case", "card", "-o", "card"]).code, 2);
    fs::write(dir.path().join("file"), b"x").unwrap();
    assert_eq!(convert("file/out.gpx", &[]), 5, "a file where a folder must be");
}
