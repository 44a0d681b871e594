//! Point, height and time against one zone, as the conformance questions of geo-awareness put it: the expected words follow from
//! the numbers by hand.

use std::sync::Arc;

use super::testing::{add_column, rows};
use super::{Certainty, Encounter, Fence, HeightVerdict, Settings, TimeVerdict};
use crate::analyse::terrain::{Ground, GroundHeight};
use crate::evidence::Sha256;
use crate::track::Track;
use crate::zones::{
    ALL_DAYS, About, Clock, Edge, EdgeRule, Issue, Period, Shape, Source, SunEvent, VerticalLimit, Volume, Window,
    Zone, ZoneFile,
};

/// A circle of 500 m around 50 N, 10 E.
fn zone_file(lower: Option<&str>, upper: Option<&str>, windows: Vec<Window>) -> ZoneFile {
    let source = Arc::new(Source { label: "zones.json".to_owned(), sha256: Sha256([7; 32]) });
    let mut volume = Volume::new(Shape::Circle { lat: 50.0, lon: 10.0, radius_m: 500.0 }, EdgeRule::Straight);
    volume.lower = lower.map(|words| VerticalLimit::read(words, None, None));
    volume.upper = upper.map(|words| VerticalLimit::read(words, None, None));
    let zone = Zone {
        id: "Z".to_owned(),
        name: None,
        about: About { windows, ..About::default() },
        source: source.clone(),
        index: "/features/0".to_owned(),
        volumes: vec![volume],
        warnings: Vec::new(),
    };
    ZoneFile {
        source,
        format: "geojson",
        issue: Issue::default(),
        zones: vec![zone],
        skipped: Vec::new(),
        repairs: Vec::new(),
        warnings: Vec::new(),
        ambiguities: Vec::new(),
        ignored: Vec::new(),
    }
}

/// Ten seconds in the middle of the zone at these heights, from an instant on.
fn flight(channels: &[(&str, &[f32])], utc: Option<&str>) -> Track {
    let count = channels.first().map_or(3, |(_, values)| values.len());
    let fixes: Vec<_> = (0..count).map(|i| (i as f64 * 5.0, 50.0 + 1e-5 * i as f64, 10.0)).collect();
    let mut rows = rows(&fixes);
    channels.iter().for_each(|(channel, values)| add_column(&mut rows, channel, values));
    add_column(&mut rows, "accuracy.horizontal", &vec![2.0; count]);
    add_column(&mut rows, "accuracy.vertical", &vec![3.0; count]);
    if let Some(utc) = utc {
        let start = ns(utc);
        rows.utc_ns = (0..count).map(|i| start + i as i64 * 5_000_000_000).collect();
    }
    Track {
        name: "a".to_owned(),
        kind: "aircraft/gnss/recorded".parse().expect("a kind"),
        primary: true,
        simulated: false,
        rows,
    }
}

fn ns(utc: &str) -> i64 {
    utc.parse::<chrono::DateTime<chrono::Utc>>().expect("an instant").timestamp_nanos_opt().expect("in range")
}

fn encounter(file: ZoneFile, track: &Track, terrain: Option<&dyn Ground>) -> Encounter {
    let files = [file];
    let fence = Fence::new(&files, Settings::default());
    let fence = match terrain {
        Some(terrain) => fence.with_terrain(terrain),
        None => fence,
    };
    fence.check(track).encounters.remove(0)
}

/// Ground at 200 m everywhere, known within 1 m.
struct Plain;

impl Ground for Plain {
    fn ground(&self, _lat: f64, _lon: f64) -> Option<GroundHeight> {
        Some(GroundHeight { metres: 200.0, sigma_m: 1.0 })
    }
}

/// EGM96 at 50 N, 10 E by the 5' grid (package `egm96` 0.3.0), metres.
const GEOID_M: f32 = 48.03;

#[test]
fn heights_against_limits() {
    use HeightVerdict::{Above, Below, Inside, Unknown};
    let (takeoff, amsl, ellipsoid) = ("height.takeoff", "height.amsl", "height.ellipsoid");
    // Floor, ceiling, channel, heights, with terrain, expected, in doubt.
    type Row<'a> = (Option<&'a str>, Option<&'a str>, &'a str, &'a [f32], bool, HeightVerdict, bool);
    let table: &[Row<'_>] = &[
        // No limits, and ground to unlimited: inside at any height.
        (None, None, takeoff, &[50.0, 50.0], false, Inside, false),
        (Some("GND"), Some("UNL"), takeoff, &[50.0, 50.0], false, Inside, false),
        (None, Some("99999 m AMSL"), takeoff, &[50.0, 50.0], false, Inside, false),
        // Above the sea, as logged: 2 x 3 m of doubt.
        (Some("100 m AMSL"), Some("200 m AMSL"), amsl, &[150.0, 150.0], false, Inside, false),
        (Some("100 m AMSL"), Some("200 m AMSL"), amsl, &[206.5, 210.0], false, Above, false),
        (Some("100 m AMSL"), Some("200 m AMSL"), amsl, &[205.5, 210.0], false, Unknown, true),
        (Some("100 m AMSL"), Some("200 m AMSL"), amsl, &[198.0, 210.0], false, Inside, true),
        (Some("100 m AMSL"), Some("200 m AMSL"), amsl, &[93.5, 80.0], false, Below, false),
        // Inside for a part of the stay is inside, also between two fixes.
        (Some("100 m AMSL"), Some("200 m AMSL"), amsl, &[50.0, 150.0, 50.0], false, Inside, false),
        (Some("100 m AMSL"), Some("200 m AMSL"), amsl, &[50.0, 250.0], false, Inside, false),
        // 400 ft are 121.92 m.
        (None, Some("400 ft AMSL"), amsl, &[128.0, 128.0], false, Above, false),
        (None, Some("400 ft AMSL"), amsl, &[127.8, 127.8], false, Unknown, true),
        (None, Some("400 ft AMSL"), amsl, &[115.9, 115.9], false, Inside, false),
        // The geoid lies 48.03 m above the ellipsoid: doubt is 2 x the root of 3^2 + 0.5^2, 6.08 m.
        (None, Some("100 m AMSL"), ellipsoid, &[GEOID_M + 93.5, GEOID_M + 93.5], false, Inside, false),
        (None, Some("100 m AMSL"), ellipsoid, &[GEOID_M + 106.5, GEOID_M + 106.5], false, Above, false),
        (None, Some("100 m WGS84"), amsl, &[100.0 - GEOID_M - 6.5, 0.0], false, Inside, false),
        (None, Some("100 m WGS84"), ellipsoid, &[106.5, 106.5], false, Above, false),
        // Above ground without terrain: nobody knows; with it, 2 x the root of 3^2 + 1 is 6.3 m.
        (None, Some("120 m AGL"), amsl, &[250.0, 250.0], false, Unknown, true),
        (None, Some("120 m AGL"), amsl, &[250.0, 250.0], true, Inside, false),
        (None, Some("120 m AGL"), amsl, &[326.5, 326.5], true, Above, false),
        (None, Some("120 m AGL"), amsl, &[326.0, 326.0], true, Unknown, true),
        (Some("100 m AGL"), Some("120 m AGL"), amsl, &[293.0, 293.0], true, Below, false),
        // Above take-off: 2 m of barometer; level ground cancels out but for 1 m at either place: 2 x 2.45 m.
        (None, Some("120 m AGL"), takeoff, &[0.0, 50.0], false, Unknown, true),
        (None, Some("120 m AGL"), takeoff, &[0.0, 50.0], true, Inside, false),
        (Some("30 m AGL"), Some("120 m AGL"), takeoff, &[0.0, 25.0], true, Below, false),
        (Some("30 m AGL"), Some("120 m AGL"), takeoff, &[0.0, 36.0], true, Inside, false),
        (None, Some("50 m ATO"), takeoff, &[54.5, 60.0], false, Above, false),
        // Mixed references: lower above ground, upper above the sea.
        (Some("0 m AGL"), Some("300 m AMSL"), takeoff, &[0.0, 50.0], true, Inside, false),
        (Some("0 m AGL"), Some("300 m AMSL"), takeoff, &[0.0, 50.0], false, Unknown, true),
        // Flight levels: FL20 is 609.6 m at standard pressure; above the sea that is 309 to 910 m.
        (None, Some("FL20"), amsl, &[300.0, 300.0], false, Inside, false),
        (None, Some("FL20"), amsl, &[610.0, 610.0], false, Unknown, true),
        (None, Some("FL20"), amsl, &[916.0, 916.0], false, Above, false),
        (None, Some("FL20"), "height.pressure", &[614.0, 614.0], false, Above, false),
        (None, Some("600 m AMSL"), "height.pressure", &[500.0, 500.0], false, Unknown, true),
        // Words that are not understood, or say not what they are measured from.
        (None, Some("BY NOTAM"), amsl, &[50.0, 50.0], false, Unknown, true),
        (None, Some("120 m"), amsl, &[50.0, 50.0], false, Unknown, true),
        // A log without heights.
        (None, Some("120 m AGL"), "speed", &[0.0, 0.0], true, Unknown, true),
        (None, None, "speed", &[0.0, 0.0], false, Inside, false),
    ];
    for (i, (lower, upper, channel, heights, with_terrain, expected, in_doubt)) in table.iter().enumerate() {
        let track = flight(&[(channel, heights)], None);
        let terrain: Option<&dyn Ground> = if *with_terrain { Some(&Plain) } else { None };
        let found = encounter(zone_file(*lower, *upper, Vec::new()), &track, terrain);
        assert_eq!(found.height_verdict, *expected, "row {i} ({lower:?} to {upper:?}): {}", found.height_range.text);
        // Inside its outline by nearly 500 m with 2 m of error: only the height can be in doubt.
        let certainty = if *in_doubt { Certainty::Probable } else { Certainty::Certain };
        assert_eq!(found.certainty, certainty, "row {i}: {}", found.certainty_reason);
    }
}

/// The worked example of the notes: 31 m above take-off, a ceiling of 120 m above ground: inside for every ground between 89 m
/// below and 31 m above the place of take-off.
#[test]
fn bounds_without_terrain() {
    let text = |lower, upper, channel, heights: &[f32]| {
        encounter(zone_file(lower, upper, Vec::new()), &flight(&[(channel, heights)], None), None).height_range.text
    };
    let takeoff = text(None, Some("120 m AGL"), "height.takeoff", &[31.0, 31.0]);
    assert!(
        takeoff.contains("inside for any level ground between -89.0 and 31.0 m relative to the place of take-off"),
        "{takeoff}"
    );
    let sea = text(Some("30 m AGL"), Some("120 m AGL"), "height.amsl", &[500.0, 520.0]);
    assert!(sea.contains("any level ground between 380.0 and 490.0 m above the sea"), "{sea}");
    let place = text(Some("300 m AMSL"), Some("900 m AMSL"), "height.takeoff", &[0.0, 20.0]);
    assert!(place.contains("place of take-off lies between 280.0 and 900.0 m above the sea"), "{place}");
    let unclear = text(None, Some("120 m"), "height.amsl", &[50.0, 50.0]);
    assert!(unclear.contains("does not say what it is measured from"), "{unclear}");
    let open = text(None, None, "height.amsl", &[50.0, 50.0]);
    assert!(open.contains("no floor is stated") && open.contains("no ceiling is stated"), "{open}");
}

#[test]
fn numbers_of_the_range() {
    let file = zone_file(Some("100 m AMSL"), Some("200 m AMSL"), Vec::new());
    let found = encounter(file, &flight(&[("height.amsl", &[90.0, 150.0, 110.0])], None), None);
    let range = &found.height_range;
    assert_eq!((range.reference, range.lowest_m, range.highest_m), (Some("amsl"), Some(90.0), Some(150.0)));
    assert_eq!((range.lower_m, range.upper_m, range.sigma_m), (Some(100.0), Some(200.0), Some(3.0)));
    // From 90 to 150 m in 5 s the floor is passed after 5/6 s; behind it the flight stays above.
    assert_eq!(found.entries[0].dwell_in_height_s, Some(9.167));
    assert_eq!((found.entries[0].enter_height_m, found.entries[0].exit_height_m), (Some(90.0), Some(110.0)));
}

/// 2024-05-14 is a Tuesday.
#[test]
fn times_against_windows() {
    use TimeVerdict::{Active, Inactive, Unknown};
    let window = |periods: Vec<Period>| Window {
        start_ns: None,
        end_ns: None,
        permanent: false,
        periods,
        raw: "as published".to_owned(),
    };
    let clock = |hour: u32, clock| Edge::Clock { second: hour * 3600, clock };
    let utc = Clock::Offset(0);
    let weekdays = || window(vec![Period { days: 0b001_1111, start: clock(8, utc), end: clock(18, utc) }]);
    let sundays = || window(vec![Period { days: 1 << 6, start: clock(8, utc), end: clock(18, utc) }]);
    let local = || window(vec![Period { days: ALL_DAYS, start: clock(8, Clock::Local), end: clock(18, Clock::Local) }]);
    let daylight = || {
        let sun = |event| Edge::Sun(event);
        window(vec![Period { days: ALL_DAYS, start: sun(SunEvent::Sunrise), end: sun(SunEvent::Sunset) }])
    };
    let dates = |from: &str, to: &str| Window { start_ns: Some(ns(from)), end_ns: Some(ns(to)), ..window(vec![]) };
    let may = || dates("2024-05-01T00:00:00Z", "2024-05-31T23:59:59Z");
    let permanent = || Window { permanent: true, ..sundays() };
    for (i, (windows, start, expected, words)) in [
        (vec![], None, Active, "states no times"),
        (vec![weekdays()], Some("2024-05-14T10:00:00Z"), Active, "as published"),
        (vec![weekdays()], Some("2024-05-14T19:00:00Z"), Inactive, "not in force"),
        (vec![sundays()], Some("2024-05-14T10:00:00Z"), Inactive, "not in force"),
        (vec![sundays(), weekdays()], Some("2024-05-14T10:00:00Z"), Active, "in force"),
        (vec![weekdays()], None, Unknown, "UTC of the flight is not known"),
        (vec![permanent()], None, Active, "permanent"),
        (
            vec![permanent()],
            Some("2024-05-14T10:00:00Z"),
            Active,
            "by its dates and schedule alone it would be not in force",
        ),
        (vec![may()], Some("2024-05-14T10:00:00Z"), Active, "in force"),
        (vec![may()], Some("2024-06-01T10:00:00Z"), Inactive, "not in force"),
        // The clock may be 2 s off: the ten seconds begin 1 s and 3 s behind the end.
        (vec![weekdays()], Some("2024-05-14T18:00:01Z"), Unknown, "perhaps with a clock 2 s off"),
        (vec![weekdays()], Some("2024-05-14T18:00:03Z"), Inactive, "up to 2 s off"),
        // They end 1 s behind the beginning.
        (vec![weekdays()], Some("2024-05-14T07:59:51Z"), Unknown, "perhaps not with a clock 2 s off"),
        // Local times: 10 E may be at UTC-1:15 to UTC+4.
        (vec![local()], Some("2024-05-14T11:00:00Z"), Active, "all from UTC-01:15 to UTC+04:00 were tried"),
        (vec![local()], Some("2024-05-14T06:30:00Z"), Unknown, "all from UTC"),
        (vec![local()], Some("2024-05-14T23:00:00Z"), Inactive, "all from UTC"),
        // 50 N, 10 E on that day: sunrise 03:35, sunset 18:59 UTC (PyEphem).
        (vec![daylight()], Some("2024-05-14T12:00:00Z"), Active, "NOAA"),
        (vec![daylight()], Some("2024-05-14T20:00:00Z"), Inactive, "NOAA"),
    ]
    .into_iter()
    .enumerate()
    {
        let track = flight(&[("height.amsl", &[50.0, 50.0, 50.0])], start);
        let found = encounter(zone_file(None, None, windows), &track, None);
        assert_eq!(found.time_verdict, expected, "row {i}: {}", found.time_reason);
        assert!(found.time_reason.contains(words), "row {i}: {}", found.time_reason);
    }
}

/// In force from 10:00:00; the flight is between the limits for the first five seconds only, which end at 09:59:55.
#[test]
fn time_counts_while_the_height_is_right() {
    let window = Window {
        start_ns: Some(ns("2024-05-14T10:00:00Z")),
        end_ns: None,
        permanent: false,
        periods: Vec::new(),
        raw: String::new(),
    };
    let heights: &[f32] = &[50.0, 300.0, 300.0, 300.0, 300.0];
    let track = flight(&[("height.amsl", heights)], Some("2024-05-14T09:59:50Z"));
    let found = encounter(zone_file(None, Some("100 m AMSL"), vec![window.clone()]), &track, None);
    assert_eq!((found.height_verdict, found.time_verdict), (HeightVerdict::Inside, TimeVerdict::Inactive));
    let found = encounter(zone_file(None, Some("400 m AMSL"), vec![window]), &track, None);
    assert_eq!((found.height_verdict, found.time_verdict), (HeightVerdict::Inside, TimeVerdict::Active));
}

#[test]
fn the_age_of_the_zone_file_is_told() {
    let mut file = zone_file(None, None, Vec::new());
    file.issue.issued_ns = Some(ns("2024-06-01T00:00:00Z"));
    file.issue.valid_to_ns = Some(ns("2024-05-13T23:59:59Z"));
    let track = flight(&[("height.amsl", &[50.0, 50.0, 50.0])], Some("2024-05-14T10:00:00Z"));
    let warnings = encounter(file, &track, None).warnings.join("\n");
    assert!(warnings.contains("issued on 2024-06-01T00:00:00.000Z, after this flight"), "{warnings}");
    assert!(warnings.contains("valid until 2024-05-13T23:59:59.000Z, before this flight"), "{warnings}");
}

/// A fix 8 m outside the circle (pyproj: 508 m north of its middle is 50.004567247 N), known within 2 m, then within 5 m.
#[test]
fn near_the_edge_it_may_have_been_inside() {
    let north = 50.004_567_15;
    let at = |accuracy_m: f32| {
        let mut rows = rows(&[(0.0, north, 10.0)]);
        add_column(&mut rows, "accuracy.horizontal", &[accuracy_m]);
        let track = Track {
            name: "a".to_owned(),
            kind: "aircraft/gnss/recorded".parse().expect("a kind"),
            primary: true,
            simulated: false,
            rows,
        };
        let files = [zone_file(None, None, Vec::new())];
        let found = Fence::new(&files, Settings { within_m: 100.0, ..Settings::default() }).check(&track);
        let encounter = &found.encounters[0];
        assert!((encounter.closest.distance_m - 8.0).abs() < 0.1, "{:?}", encounter.closest);
        (encounter.verdict.as_str(), encounter.certainty, encounter.possibly_inside)
    };
    assert_eq!(at(2.0), ("near", Certainty::Certain, false));
    assert_eq!(at(5.0), ("near", Certainty::Possible, true));
}

/// The southern edge of 1.8 degrees at 60 north bends 341.6 m north as a geodesic (pyproj; 340.3 m by the formula): a fix 167 m north of the parallel is
/// inside by the one rule and outside by the other.
#[test]
fn the_edge_rule_is_told_where_it_decides() {
    let outline = || super::testing::polygon(&[&[(20.0, 60.0), (21.8, 60.0), (21.8, 60.05), (20.0, 60.05)]]);
    let found = |edges: EdgeRule, lat: f64| {
        let mut file = zone_file(None, None, Vec::new());
        file.zones[0].volumes = vec![Volume::new(Shape::Polygons(vec![outline()]), edges)];
        let track = Track {
            name: "a".to_owned(),
            kind: "aircraft/gnss/recorded".parse().expect("a kind"),
            primary: true,
            simulated: false,
            rows: rows(&[(0.0, lat, 20.9)]),
        };
        let files = [file];
        let found = Fence::new(&files, Settings { within_m: 1000.0, ..Settings::default() }).check(&track);
        (found.encounters[0].verdict.as_str(), found.encounters[0].edge_rule.clone().unwrap_or_default())
    };
    for (edges, verdict, words) in [
        (
            EdgeRule::Straight,
            "inside",
            "as its format has it; by the shortest lines on the ground it would be not inside",
        ),
        (
            EdgeRule::Unstated,
            "inside",
            "its format does not say; by the shortest lines on the ground it would be not inside",
        ),
        (EdgeRule::Geodesic, "near", "straight in longitude and latitude it would be inside"),
    ] {
        let (found_verdict, rule) = found(edges, 60.0015);
        assert_eq!(found_verdict, verdict);
        assert!(rule.contains(words) && rule.contains("about 340."), "{rule}");
        // Both rules agree further north.
        assert_eq!(found(edges, 60.02), ("inside", String::new()));
    }
}
