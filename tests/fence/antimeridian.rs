//! Outlines over the antimeridian and the poles: what is inside, at places all over the globe, is what the published answers (cut
//! at the antimeridian) hold. Those cut edges along great circles; here they are straight in longitude and latitude, so places
//! between the two lines do not count.

use geo::Contains;
use serde_json::Value;

use super::{encounters, listed, read};
use crate::support::inventory;

/// Files whose question is another one there, and why.
const OTHER_RULES: [(&str, &str); 8] = [
    ("force-north-pole", "the answer depends on an option of the program that made it"),
    ("overlap", "an outline that crosses itself: even-odd here"),
    ("complex-split", "edges of a hundred degrees and more, where great circles run elsewhere"),
    ("great-circle", "is about great circles"),
    ("line", "a line encloses nothing"),
    ("multi-line", "a line encloses nothing"),
    ("extra-crossing", "an outline that winds around the globe more than once"),
    ("both-poles", "an outline around both poles: one of them is taken here"),
];

fn polygons(geometry: &Value) -> geo::MultiPolygon<f64> {
    let ring = |ring: &Value| {
        let place = |p: &Value| geo::Coord { x: p[0].as_f64().expect("a number"), y: p[1].as_f64().expect("a number") };
        geo::LineString(ring.as_array().expect("a ring").iter().map(place).collect())
    };
    let polygon = |rings: &Value| {
        let mut rings = rings.as_array().expect("rings").iter().map(ring);
        geo::Polygon::new(rings.next().expect("an outer ring"), rings.collect())
    };
    let coordinates = &geometry["coordinates"];
    match geometry["type"].as_str() {
        Some("Polygon") => geo::MultiPolygon(vec![polygon(coordinates)]),
        _ => geo::MultiPolygon(coordinates.as_array().expect("polygons").iter().map(polygon).collect()),
    }
}

#[test]
fn places_all_over_the_globe() {
    let mut compared = 0;
    for item in inventory("zones").iter().filter(|item| item.name.starts_with("nasty/antimeridian_expected/")) {
        let name = item.file_name().trim_end_matches(".json").to_owned();
        if OTHER_RULES.iter().any(|(other, _)| *other == name) {
            continue;
        }
        // An answer that only names a file of the other way of cutting, or to another option, has no shape to compare.
        let Ok(expected) = serde_json::from_slice::<Value>(&item.read()) else { continue };
        let Some(question) = (!name.ends_with("-no-fix")).then(|| format!("nasty/antimeridian_{name}.json")) else {
            continue;
        };
        if !inventory("zones").iter().any(|other| other.name == question) {
            continue;
        }
        let files = [read(&listed(&question).expect("listed"))];
        let expected = polygons(&expected);
        let (mut inside, mut differ) = (0, Vec::new());
        for lat in -8..=8 {
            for lon in -25..=25 {
                let (lat, lon) = (f64::from(lat) * 10.7 + 0.3, f64::from(lon) * 7.1 + 0.7);
                let found = !encounters(&files, 0.0, &[(lat, lon)]).is_empty();
                let wanted = expected.contains(&geo::Coord { x: lon, y: lat });
                inside += usize::from(wanted);
                if found != wanted {
                    differ.push((lat, lon, wanted));
                }
            }
        }
        // 867 places; between the two lines lie few of them.
        assert!(differ.len() <= 12 && differ.len() * 8 <= inside.max(8), "{name}: {inside} inside, {differ:?}");
        compared += 1;
    }
    assert!(inventory("zones").is_empty() || compared >= 12, "only {compared} outlines were compared");
}

/// Every one of them is a zone, or the reason is told.
#[test]
fn every_outline_is_read() {
    for item in inventory("zones")
        .iter()
        .filter(|item| item.name.starts_with("nasty/antimeridian_") && !item.name.contains("expected"))
    {
        let file = read(item);
        assert!(!file.zones.is_empty() || !file.skipped.is_empty(), "{}", item.name);
        assert_eq!(file.zones.is_empty(), item.name.contains("line.json"), "{}: {:?}", item.name, file.skipped);
    }
}
