//! `zones inspect` and `zones convert` as users and scripts meet them.

use std::fs;

use super::run;

const SITES: &str = "samples/zones/sites.ed318.json";

#[test]
fn inspect_lists_every_zone() {
    let done = run(&["zones", "inspect", "--format", "json", SITES]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let file = &done.json()["files"][0];
    assert_eq!((&file["zones"], &file["volumes"], &file["format"]), (&4.into(), &5.into(), &"ed318".into()));
    let water_works = &file["list"][1];
    assert_eq!((&water_works["id"], &water_works["restriction"]), (&"SAM0002".into(), &"authorisation".into()));
    assert_eq!(water_works["volumes"][0]["shape"]["radius_m"], 60.0);
    assert_eq!(water_works["volumes"][0]["upper"]["unit"], "ft");
    assert_eq!(water_works["windows"][0]["schedule"][0]["startTime"], "06:00:00Z");
    let text = run(&["zones", "inspect", SITES, "samples/zones/sites.csv"]).stdout;
    for words in [
        "by Sample County, issued 2016-01-01T00:00:00.000Z",
        "from surface to 330 ft agl",
        "in force from 2024-01-01T00:00:00.000Z, until 2024-12-31T23:59:59.000Z, MON TUE WED THU FRI 06:00 UTC to 18:00 UTC",
        "in force every day sunrise to sunset",
        "circle of 60 m around 54.106289, 8.903822, from surface to unlimited",
    ] {
        assert!(text.contains(words), "{words} is missing in:\n{text}");
    }
}

#[test]
fn convert_pipes_and_never_overwrites_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("zones.geojson");
    let arguments = |more: &[&str]| {
        let out = out.to_string_lossy().into_owned();
        run(&[&["zones", "convert", "-q", "samples/zones", "-o", &out], more].concat())
    };
    assert_eq!(arguments(&[]).code, 0);
    let written = fs::read_to_string(&out).unwrap();
    let again = arguments(&[]);
    assert_eq!(again.code, 2, "{}", again.stderr);
    assert!(again.stderr.contains("--force"), "{}", again.stderr);
    assert_eq!(arguments(&["--force"]).code, 0);
    assert_eq!(fs::read_to_string(&out).unwrap(), written, "the same zones give the same bytes");
    let piped = run(&["zones", "convert", "samples/zones", "-o", "-"]);
    assert_eq!((piped.code, piped.stdout == written), (0, true));
    // 7 sites, 3 circles, 4 zones of ED-318 and 8 records of OpenAir.
    assert_eq!(piped.json()["features"].as_array().map(Vec::len), Some(22));
    assert_eq!(
        run(&["zones", "convert", "samples/zones", "-o", "samples/zones/made.geojson"]).code,
        2,
        "inside an input"
    );
    assert_eq!(run(&["zones", "convert", "README.md", "-o", "-"]).code, 5);
}

#[test]
fn what_ed318_cannot_say_is_told() {
    let done = run(&["zones", "convert", "samples/zones/sites.geojson", "--to", "ed318", "-o", "-"]);
    assert_eq!(done.code, 0);
    assert!(
        done.stderr.contains("and 6 more: states no known restriction; its type is CONDITIONAL"),
        "{}",
        done.stderr
    );
    let zone = &done.json()["features"][0];
    assert_eq!(
        (&zone["properties"]["type"], &zone["properties"]["identifier"]),
        (&"CONDITIONAL".into(), &"Z000001".into())
    );
    assert_eq!(zone["properties"]["extendedProperties"]["facility"], "energy");
    assert_eq!(zone["geometry"]["layer"]["upper"], 150.0);
}
