//! OpenAir: national files by their count of records, and the fixtures of openAIP by what that parser made of them.

use geo::{Coord, LineString};
use overflown::zones::{Shape, ZoneFile};
use serde_json::Value;

use super::outline::Pair;
use super::{listed, read, read_whole};
use crate::support::Listed;

/// Files whose list says how many `AC` lines they have.
fn records(file: &Listed) -> Option<usize> {
    file.figures.strip_prefix("AC records ").and_then(|n| n.parse().ok())
}

#[test]
fn every_record_of_a_national_file_is_a_zone_or_told() {
    for file in listed("openair/").iter().filter(|file| !file.name.contains("fixtures")) {
        let read = read_whole(file);
        assert_eq!(read.format, "openair");
        assert_eq!(Some(read.zones.len() + read.skipped.len()), records(file), "{}: {:?}", file.name, read.skipped);
        // `grep -c '^AN KABEL'`: cables between two places, which enclose nothing.
        let cables = if file.name.contains("Switzerland") { 19 } else { 0 };
        assert_eq!(read.skipped.len(), cables, "{}: {:?}", file.name, read.skipped);
        assert!(read.skipped.iter().all(|s| s.name.as_deref().is_some_and(|name| name.starts_with("KABEL"))));
        assert!(read.zones.iter().all(|zone| zone.name.is_some() && zone.about.restriction.is_some()), "{}", file.name);
        let unknown =
            |limit: &Option<overflown::zones::VerticalLimit>| limit.as_ref().is_none_or(|l| l.value.is_none());
        let open: Vec<_> = read
            .zones
            .iter()
            .filter(|zone| zone.volumes.iter().any(|v| unknown(&v.lower) || unknown(&v.upper)))
            .map(|zone| (&zone.index, &zone.name))
            .collect();
        assert!(open.is_empty(), "{}: every record states both limits: {open:?}", file.name);
    }
}

/// `grep -c '^DC'`: Germany 126, Switzerland 59, the Netherlands 34; France has none.
#[test]
fn circles_are_counted_as_grep_counts_them() {
    for (name, circles) in [("Germany", 126), ("Switzerland", 59), ("NL", 34), ("France", 0)] {
        for file in listed("openair/").iter().filter(|file| file.name.contains(name)) {
            let shapes = read_whole(file).zones.into_iter().flat_map(|zone| zone.volumes).map(|volume| volume.shape);
            assert_eq!(shapes.filter(|shape| matches!(shape, Shape::Circle { .. })).count(), circles, "{}", file.name);
        }
    }
}

/// `file`: the German file is no UTF-8, the Swiss one has a mark.
#[test]
fn names_in_old_encodings() {
    for (name, is_old) in [("Germany", true), ("Switzerland", false)] {
        for file in listed("openair/").iter().filter(|file| file.name.contains(name)) {
            let read = read_whole(file);
            assert_eq!(read.warnings.iter().any(|w| w.contains("Latin-1")), is_old, "{name}");
            assert!(read.zones.iter().all(|zone| !zone.title().contains('\u{fffd}')));
        }
    }
}

fn result_of<'l>(all: &'l [Listed], file: &Listed) -> Option<&'l Listed> {
    // The same source, which openAIP gives back as a line on request.
    let own = file.name.replace(".txt", "-result.json");
    let other = match file.file_name() {
        "self-intersecting.txt" => {
            file.name.replace("self-intersecting.txt", "convert-self-intersecting-to-linestring-result.json")
        }
        _ => own,
    };
    all.iter().find(|listed| listed.name == other)
}

/// The line around a zone: a circle as 360 places on the ellipsoid.
fn ring(file: &ZoneFile) -> LineString<f64> {
    use geo::{Destination as _, Geodesic, Point};
    match &file.zones[0].volumes[0].shape {
        Shape::Polygons(polygons) => polygons[0].exterior().clone(),
        Shape::Circle { lat, lon, radius_m } => {
            let place = |i: i32| Geodesic.destination(Point::new(*lon, *lat), f64::from(i), *radius_m).into();
            LineString((0..=360).map(place).collect())
        }
    }
}

/// openAIP draws arcs on a sphere (0.3 % at most from the ellipsoid) with 100 chords each and rounds to 5 or 6 decimals (1 m):
/// outlines may differ by 0.3 % of their size and 2 m, areas by 1 %.
#[test]
fn outlines_are_those_of_openaip() {
    let all = listed("openair/openaip_fixtures/");
    let mut compared = 0;
    for file in all.iter().filter(|file| file.name.ends_with(".txt")) {
        let Some(result) = result_of(&all, file) else { continue };
        let expected: Value = serde_json::from_slice(&result.read()).expect("JSON");
        let geometry = &expected["features"][0]["geometry"];
        let positions = match geometry["type"].as_str() {
            Some("Polygon") => &geometry["coordinates"][0],
            Some("LineString") => &geometry["coordinates"],
            _ => continue,
        };
        let number = |v: &Value| v.as_f64().expect("a number");
        let position = |p: &Value| Coord { x: number(&p[0]), y: number(&p[1]) };
        let theirs = LineString(positions.as_array().expect("positions").iter().map(position).collect());
        let pair = Pair::new(&ring(&read_whole(file)), &theirs);
        assert!(
            pair.farthest_m() < 2.0 + 0.003 * pair.reach_m(),
            "{}: {} m of {} m",
            file.name,
            pair.farthest_m(),
            pair.reach_m()
        );
        assert!((pair.area_ratio() - 1.0).abs() < 0.01, "{}: area {}", file.name, pair.area_ratio());
        compared += 1;
    }
    assert!(all.is_empty() || compared == 10, "{compared} outlines were compared");
}

/// Name, limits and activation times by openAIP, which gives feet where the source has metres.
#[test]
fn statements_are_those_of_openaip() {
    let all = listed("openair/openaip_fixtures/");
    let mut compared = 0;
    for file in all.iter().filter(|file| file.name.ends_with(".txt")) {
        let Some(result) = result_of(&all, file) else { continue };
        let expected: Value = serde_json::from_slice(&result.read()).expect("JSON");
        let read = read_whole(file);
        let features = expected["features"].as_array().expect("features");
        assert_eq!(read.zones.len(), features.len(), "{}", file.name);
        for (zone, feature) in read.zones.iter().zip(features) {
            let said = &feature["properties"];
            assert_eq!(zone.name.as_deref(), said["name"].as_str(), "{}", file.name);
            for (limit, said) in
                [(&zone.volumes[0].lower, &said["lowerCeiling"]), (&zone.volumes[0].upper, &said["upperCeiling"])]
            {
                let limit = limit.as_ref().expect("a limit");
                let feet = if limit.unit.as_str() == "m" { 1.0 / 0.3048 } else { 1.0 };
                let value = limit.value.expect("a value") * feet;
                assert!((value - said["value"].as_f64().expect("a value")).abs() < 0.01, "{}: {limit:?}", file.name);
                let datum = match limit.reference.as_str() {
                    "agl" => "GND",
                    "amsl" => "MSL",
                    "standard" => "STD",
                    other => other,
                };
                assert_eq!(Some(datum), said["referenceDatum"].as_str(), "{}: {limit:?}", file.name);
            }
            let times = said["activationTimes"].as_array().map_or(0, Vec::len);
            assert_eq!(zone.about.windows.len(), times, "{}", file.name);
            compared += 1;
        }
    }
    assert!(all.is_empty() || compared > 15, "{compared} zones were compared");
}

/// Fixtures that openAIP refuses or reads with a doubt: here each is a zone that says so, or is skipped by its line.
#[test]
fn doubtful_records_are_told() {
    for (name, zones, words) in [
        ("activation-times-invalid-with-none-none", 1, "neither a start nor an end"),
        ("ceiling-definitions-al-greater-ah", 1, "lies above its ceiling"),
        ("ceiling-definitions-duplicate", 1, "AL says \"GND\" and then \"FL80\""),
        ("circular-invalid", 1, "spikes without width"),
        ("coordinate-minutes-60", 1, "minutes or seconds of 60"),
        ("coordinate-seconds-60", 1, "minutes or seconds of 60"),
        ("flight-level-missing-number", 1, "\"FL\" was not understood"),
        ("insufficient-coordinates", 0, "needs 3 different points; this one has 2"),
        ("invalid-coordinates", 0, "line 14, DP: "),
        ("self-intersecting", 1, "crosses itself"),
        ("single-airspace-ag-but-missing-af", 1, "AG (names of ground stations): 1 lines"),
        ("skipped-tokens", 1, "TC (closed terrain): 1 lines"),
        ("start-end-coordinates-not-equal", 1, "was not closed"),
        ("without-ac", 0, "no AC stands before them"),
    ] {
        for file in listed("openair/openaip_fixtures/").iter().filter(|f| f.file_name() == format!("{name}.txt")) {
            let read = read(file).expect("airspace");
            let told: Vec<&String> = read
                .warnings
                .iter()
                .chain(&read.repairs)
                .chain(&read.ambiguities)
                .chain(&read.ignored)
                .chain(read.skipped.iter().map(|s| &s.reason))
                .collect();
            assert_eq!(read.zones.len(), zones, "{name}: {told:?}");
            assert!(told.iter().any(|line| line.contains(words)), "{name}: {told:?}");
            if let Some(records) = records(file).filter(|records| *records > 0) {
                assert_eq!(read.zones.len() + read.skipped.len(), records, "{name}");
            }
        }
    }
}
