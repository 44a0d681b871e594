//! The fence against numbers from outside: hand-made cases, pyproj (`Geod(ellps="WGS84")`, places found by dense search), and a
//! slow check that samples the track and asks for geodesics.

use std::sync::Arc;

use geo::{Contains as _, Coord, Point, Polygon};

use super::plane::{between, geodesic_m};
use super::testing::{add_column, polygon, rows, square};
use super::*;
use crate::evidence::Sha256;
use crate::track::{FixState, Rows};
use crate::zones::{About, EdgeRule, Issue, Shape, Source, Volume, Zone};

/// A file of zones called Z0, Z1, ... with these volumes.
fn zone_file(zones: Vec<Vec<Shape>>) -> [ZoneFile; 1] {
    let source = Arc::new(Source { label: "sites.geojson".to_owned(), sha256: Sha256([0; 32]) });
    let zones = zones.into_iter().enumerate().map(|(i, shapes)| Zone {
        id: format!("Z{i}"),
        name: Some(format!("Site {i}")),
        about: About { facility: Some("energy".to_owned()), ..About::default() },
        source: source.clone(),
        index: format!("/features/{i}"),
        volumes: shapes.into_iter().map(|shape| Volume::new(shape, EdgeRule::Straight)).collect(),
        warnings: Vec::new(),
    });
    [ZoneFile {
        zones: zones.collect(),
        source: source.clone(),
        format: "geojson",
        issue: Issue::default(),
        skipped: Vec::new(),
        repairs: Vec::new(),
        warnings: Vec::new(),
        ambiguities: Vec::new(),
        ignored: Vec::new(),
    }]
}

fn area(rings: &[&[(f64, f64)]]) -> Shape {
    Shape::Polygons(vec![polygon(rings)])
}

fn circle(lat: f64, lon: f64, radius_m: f64) -> Shape {
    Shape::Circle { lat, lon, radius_m }
}

fn track(kind: &str, rows: Rows) -> Track {
    Track { name: "a".to_owned(), kind: kind.parse().expect("a kind"), primary: true, simulated: false, rows }
}

fn check_rows(zones: Vec<Vec<Shape>>, within_m: f64, rows: Rows) -> Checked {
    let files = zone_file(zones);
    Fence::new(&files, Settings { within_m, ..Settings::default() }).check(&track("aircraft/fused/recorded", rows))
}

/// Fixes are (seconds, latitude, longitude).
fn check(zones: Vec<Vec<Shape>>, within_m: f64, fixes: &[(f64, f64, f64)]) -> Checked {
    check_rows(zones, within_m, rows(fixes))
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance
}

#[test]
fn a_narrow_corridor_between_two_fixes() {
    let pipe = area(&[&[(0.0, 50.0), (0.02, 50.0), (0.02, 50.00007), (0.0, 50.00007)]]);
    let found = check(vec![vec![pipe]], 0.0, &[(10.0, 49.9999, 0.01), (11.0, 50.0002, 0.01)]);
    let [encounter] = found.encounters.as_slice() else { panic!("{found:?}") };
    assert_eq!((encounter.verdict.as_str(), encounter.certainty), ("inside", Certainty::Probable));
    let [stay] = encounter.entries.as_slice() else { panic!("{encounter:?}") };
    assert!(close(stay.enter_elapsed_s.expect("time"), 10.0 + 1.0 / 3.0, 1e-6));
    assert!(close(stay.dwell_s.expect("time"), 0.7 / 3.0, 1e-6));
    assert_eq!((stay.recorded_fixes_inside, stay.interpolated, stay.over_gap), (0, true, false));
    assert!(!stay.starts_inside && !stay.ends_inside);
    assert_eq!(stay.enter_lat, 50.0);
    // 0.00007 degrees of latitude at 50 north are 7.786 m (pyproj); the middle is half as deep.
    assert!(close(stay.path_m, 7.7862, 0.001), "{}", stay.path_m);
    assert!(close(encounter.closest.signed_distance_m, -3.8931, 0.001));
    assert_eq!(encounter.closest.distance_m, 0.0);
}

#[test]
fn a_hole_divides_a_stay() {
    let hole = [(0.008, 50.004), (0.008, 50.006), (0.012, 50.006), (0.012, 50.004)];
    let fixes: Vec<_> = (0..=20).map(|i| (f64::from(i), 50.005, -0.001 + 0.0012 * f64::from(i))).collect();
    let found = check(vec![vec![area(&[&square(), &hole])]], 0.0, &fixes);
    let stays = &found.encounters[0].entries;
    let lons: Vec<_> = stays.iter().map(|s| (s.enter_lon, s.exit_lon)).collect();
    assert_eq!(lons, [(0.0, 0.008), (0.012, 0.02)]);
    // Fixes at 0.0002 + n 0.0012 below 0.008, and from 0.0122 to below 0.02.
    assert_eq!(stays.iter().map(|s| s.recorded_fixes_inside).collect::<Vec<_>>(), [7, 7]);
}

#[test]
fn overlapping_volumes_are_one_footprint() {
    let left = area(&[&[(0.0, 50.0), (0.012, 50.0), (0.012, 50.01), (0.0, 50.01)]]);
    let right = area(&[&[(0.01, 50.0), (0.02, 50.0), (0.02, 50.01), (0.01, 50.01)]]);
    let found = check(vec![vec![left, right]], 0.0, &[(0.0, 50.005, -0.01), (1.0, 50.005, 0.03)]);
    assert_eq!(found.encounters.len(), 1);
    let [stay] = found.encounters[0].entries.as_slice() else { panic!("{found:?}") };
    assert_eq!((stay.enter_lon, stay.exit_lon), (0.0, 0.02));
}

/// pyproj: geodesic distance to the centre equals 500 m at 0.188975999 and 0.821024001 of the way; 906.2656 m between; 288.5432 m
/// deep in the middle.
#[test]
fn a_circle_is_exact() {
    let fixes = [(0.0, 50.002, 0.0), (5.0, 50.002, 0.01), (10.0, 50.002, 0.02)];
    let found = check(vec![vec![circle(50.0001, 0.0101, 500.0)]], 0.0, &fixes);
    let [stay] = found.encounters[0].entries.as_slice() else { panic!("{found:?}") };
    assert!(close(stay.enter_elapsed_s.expect("time"), 1.88975999135, 1e-7));
    assert!(close(stay.exit_elapsed_s.expect("time"), 8.21024000865, 1e-7));
    assert!(close(stay.path_m, 906.2656, 0.0002), "{}", stay.path_m);
    assert!(close(found.encounters[0].closest.signed_distance_m, -288.5432, 0.0001));
    assert_eq!(stay.recorded_fixes_inside, 1);
}

/// pyproj: 30 km from the centre at 0.5292076895565 of the way.
#[test]
fn a_large_circle_far_north() {
    let found = check(vec![vec![circle(60.0, 25.0, 30_000.0)]], 0.0, &[(0.0, 60.0, 25.1), (1000.0, 60.5, 25.1)]);
    let stay = &found.encounters[0].entries[0];
    assert!(stay.starts_inside && !stay.ends_inside);
    assert!(close(stay.exit_elapsed_s.expect("time"), 529.2076895565, 1e-6));
}

/// Distances and places along the track by dense search with pyproj.
#[test]
fn closest_approaches() {
    let edge = [(20.0, 60.0), (21.8, 60.0), (21.8, 60.05), (20.0, 60.05)];
    let north = [(10.0, 80.0), (10.5, 80.0), (10.5, 80.05), (10.0, 80.05)];
    let over = [(179.99, -16.8), (180.01, -16.8), (180.01, -16.79), (179.99, -16.79)];
    let square = square();
    let cases = [
        (square, [(49.99, 0.03), (50.03, 0.05)], 1_023.616_377_187, 0.179_442),
        (edge, [(59.99, 20.85), (59.97, 20.95)], 1_114.122_024_757, 0.0),
        (north, [(79.98, 10.7), (80.2, 10.6)], 3_235.156_211_633, 0.328_682),
        (over, [(-16.81, -179.98), (-16.80, -179.97)], 1_535.469_325_787, 0.037_455),
    ];
    for (ring, [(lat1, lon1), (lat2, lon2)], metres, along) in cases {
        let found = check(vec![vec![area(&[&ring])]], 5000.0, &[(0.0, lat1, lon1), (1.0, lat2, lon2)]);
        let [encounter] = found.encounters.as_slice() else { panic!("{found:?}") };
        assert_eq!((encounter.verdict.as_str(), encounter.entries.len()), ("near", 0));
        let closest = &encounter.closest;
        assert!(close(closest.distance_m, metres, 0.0001), "{} {metres}", closest.distance_m);
        assert_eq!(closest.distance_m, closest.signed_distance_m);
        assert!(close(closest.elapsed_s.expect("time"), along, 1e-5), "{closest:?} {along}");
    }
}

#[test]
fn within_says_what_is_near() {
    // pyproj: 211.33526 m from the place to the track, 942.28174 m from the circle's edge.
    let fixes = [(0.0, 50.002, 0.0101), (1.0, 50.002, 0.03)];
    let site = || vec![circle(50.0001, 0.0101, 0.0)];
    assert!(check(vec![site()], 211.3, &fixes).encounters.is_empty());
    let near = check(vec![site()], 211.4, &fixes);
    assert!(close(near.encounters[0].closest.distance_m, 211.3353, 0.0001));
    let only_entered = check(vec![site(), vec![circle(50.0001, 0.0101, 500.0)]], 0.0, &fixes);
    assert_eq!(only_entered.encounters.iter().map(|e| e.zone_id.as_str()).collect::<Vec<_>>(), ["Z1"]);
    assert!(only_entered.nearest.is_none());
}

#[test]
fn the_nearest_site_of_a_flight_without_encounter() {
    let zones = || vec![vec![circle(51.0, 3.0, 10.0)], vec![circle(50.0001, 0.0101, 500.0)], vec![area(&[&square()])]];
    let fix = [(0.0, 50.002, 0.03)];
    let found = check(vec![zones().remove(0), zones().remove(1)], 0.0, &fix);
    let nearest = found.nearest.expect("a nearest site");
    assert_eq!(nearest.zone_id, "Z1");
    assert!(close(nearest.distance_m, 942.2817, 0.0001));
    // pyproj, 219 km away.
    let far = check(vec![vec![area(&[&square()])]], 100.0, &[(0.0, 50.5, 3.0), (1.0, 51.0, 3.1)]);
    assert!(close(far.nearest.expect("a nearest site").distance_m, 219_382.088_8, 0.001));
    assert!(check(zones(), 0.0, &[]).nearest.is_none());
    assert!(check(vec![], 0.0, &fix).nearest.is_none());
}

#[test]
fn the_antimeridian_three_ways() {
    let minus = area(&[&[(179.99, -16.8), (180.01, -16.8), (180.01, -16.79), (179.99, -16.79)]]);
    let west = area(&[&[(-180.01, -16.8), (-179.99, -16.8), (-179.99, -16.79), (-180.01, -16.79)]]);
    let cut = Shape::Polygons(vec![
        polygon(&[&[(179.99, -16.8), (180.0, -16.8), (180.0, -16.79), (179.99, -16.79)]]),
        polygon(&[&[(-180.0, -16.8), (-179.99, -16.8), (-179.99, -16.79), (-180.0, -16.79)]]),
    ]);
    for shape in [minus, west, cut] {
        let inside = |lon: f64| !check(vec![vec![shape.clone()]], 0.0, &[(0.0, -16.795, lon)]).encounters.is_empty();
        assert!(inside(180.0) && inside(-180.0) && inside(-179.995) && inside(179.995));
        assert!(!inside(0.0) && !inside(179.98) && !inside(-179.98));
        let fixes =
            [(0.0, -16.795, 179.98), (1.0, -16.795, 179.995), (2.0, -16.795, -179.995), (3.0, -16.795, -179.98)];
        let found = check(vec![vec![shape]], 0.0, &fixes);
        let [stay] = found.encounters[0].entries.as_slice() else { panic!("{found:?}") };
        assert!(close(stay.enter_lon, 179.99, 1e-9) && close(stay.exit_lon, -179.99, 1e-9));
        assert_eq!(stay.recorded_fixes_inside, 2);
    }
}

#[test]
fn a_band_around_the_earth_has_no_seam() {
    let band = area(&[&[(-180.0, 40.0), (180.0, 40.0), (180.0, 50.0), (-180.0, 50.0)]]);
    let fixes = [(0.0, 45.0, 179.9), (1.0, 45.0, -179.9), (2.0, 45.1, -179.8)];
    let found = check(vec![vec![band]], 0.0, &fixes);
    let [stay] = found.encounters[0].entries.as_slice() else { panic!("{found:?}") };
    assert!(stay.starts_inside && stay.ends_inside && !stay.interpolated);
    assert_eq!(stay.recorded_fixes_inside, 3);
}

#[test]
fn the_edge_is_inside() {
    for (lat, lon) in [(50.0, 0.01), (50.005, 0.02), (50.01, 0.02), (50.0 - 9e-10, 0.01)] {
        let found = check(vec![vec![area(&[&square()])]], 0.0, &[(0.0, lat, lon)]);
        let [stay] = found.encounters[0].entries.as_slice() else { panic!("{found:?}") };
        assert!(stay.starts_inside && stay.ends_inside && !stay.interpolated);
        assert_eq!((stay.dwell_s, stay.path_m, stay.recorded_fixes_inside), (Some(0.0), 0.0, 1));
        assert!(close(found.encounters[0].closest.signed_distance_m, 0.0, 1e-4));
    }
    assert!(check(vec![vec![area(&[&square()])]], 0.0, &[(0.0, 50.0 - 2e-9, 0.01)]).encounters.is_empty());
    // Along the southern edge, and past a corner.
    let along = check(vec![vec![area(&[&square()])]], 0.0, &[(0.0, 50.0, -0.01), (1.0, 50.0, 0.03)]);
    let [stay] = along.encounters[0].entries.as_slice() else { panic!("{along:?}") };
    assert!(close(stay.enter_lon, 0.0, 1e-9) && close(stay.exit_lon, 0.02, 1e-9));
    let corner = check(vec![vec![area(&[&square()])]], 0.0, &[(0.0, 50.02, 0.01), (1.0, 50.0, 0.03)]);
    assert_eq!(corner.encounters[0].entries[0].dwell_s, Some(0.0));
}

#[test]
fn what_rests_on_a_gap_is_possible_at_best() {
    let zones = || vec![vec![area(&[&square()])]];
    let crossing = check(zones(), 0.0, &[(0.0, 50.005, -0.01), (5.1, 50.005, 0.03)]);
    assert_eq!(crossing.encounters[0].certainty, Certainty::Possible);
    assert!(crossing.encounters[0].entries[0].over_gap);
    assert_eq!(
        check(zones(), 0.0, &[(0.0, 50.005, -0.01), (5.0, 50.005, 0.03)]).encounters[0].certainty,
        Certainty::Certain
    );
    let no_time = check(zones(), 0.0, &[(f64::NAN, 50.005, -0.01), (1.0, 50.005, 0.03)]);
    assert_eq!(no_time.encounters[0].certainty, Certainty::Possible);
    assert_eq!(no_time.encounters[0].entries[0].dwell_s, None);
    // A recorded fix inside needs no gap to be bridged.
    let fix = check(zones(), 0.0, &[(0.0, 50.005, -0.01), (60.0, 50.005, 0.01), (120.0, 50.005, 0.03)]);
    assert_eq!(fix.encounters[0].certainty, Certainty::Certain);
    assert!(fix.encounters[0].entries[0].over_gap);
    assert_eq!(fix.encounters[0].entries[0].gap_s, Some(60.0));

    let near = |seconds: f64| {
        check(zones(), 200.0, &[(0.0, 50.0105, -0.01), (seconds, 50.0105, 0.03)]).encounters[0].certainty
    };
    assert_eq!((near(60.0), near(4.0)), (Certainty::Possible, Certainty::Certain));
    let near_fix = check(zones(), 200.0, &[(0.0, 50.011, 0.01), (60.0, 50.0105, 0.0101), (120.0, 50.1, 0.01)]);
    assert_eq!(near_fix.encounters[0].certainty, Certainty::Certain);
}

#[test]
fn what_rests_on_suspect_fixes_is_possible_at_best() {
    let mut suspect = rows(&[(0.0, 50.005, -0.01), (1.0, 50.005, 0.01), (2.0, 50.02, 0.0), (3.0, 50.02, 0.0)]);
    suspect.fix[1] = FixState::Suspect;
    let found = check_rows(vec![vec![area(&[&square()])]], 0.0, suspect.clone());
    assert_eq!(found.encounters[0].certainty, Certainty::Possible);
    assert_eq!(found.encounters[0].entries[0].recorded_fixes_inside, 1);
    suspect.fix[1] = FixState::Invalid;
    let without = check_rows(vec![vec![area(&[&square()])]], 0.0, suspect);
    // The way from the first fix to the third does not touch the square.
    assert!(without.encounters.is_empty());
}

#[test]
fn times_and_heights_come_from_the_track() {
    let mut flight = rows(&[(100.0, 50.005, -0.01), (104.0, 50.005, 0.01), (108.0, 50.005, 0.03)]);
    add_column(&mut flight, "height.takeoff", &[10.0, 56.8, 90.0]);
    flight.utc_ns = [0, 4, 8].map(|s| 1_700_000_000_000_000_000 + s * 1_000_000_000).to_vec();
    let found = check_rows(vec![vec![area(&[&square()])]], 0.0, flight);
    let json = serde_json::to_value(&found).expect("JSON");
    let encounter = &json["encounters"][0];
    let keys = |value: &serde_json::Value| value.as_object().map(|o| o.keys().cloned().collect::<Vec<_>>().join(" "));
    assert_eq!(
        keys(encounter).as_deref(),
        Some(
            "audit authority certainty certainty_reason closest edge_rule entries facility height_range height_verdict \
             legal_basis possibly_inside restriction rule sector time_reason time_verdict verdict warnings zone_id zone_name \
             zone_sha256 zone_source"
        )
    );
    assert_eq!(
        keys(&encounter["entries"][0]).as_deref(),
        Some(
            "dwell_in_height_s dwell_s ends_inside enter_elapsed_s enter_height_m enter_lat enter_local \
             enter_lon enter_utc exit_elapsed_s exit_height_m exit_lat exit_local exit_lon exit_utc fixes gap_s height_reference interpolated over_gap \
             path_m recorded_fixes_inside starts_inside straight_m transit_ratio"
        )
    );
    assert_eq!(
        keys(&encounter["closest"]).as_deref(),
        Some(
            "distance_m edge_lat edge_lon elapsed_s height_m height_reference lat local lon sigma_m sigma_source \
             signed_distance_m utc"
        )
    );
    assert_eq!(encounter["entries"][0]["enter_utc"], "2023-11-14T22:13:22.000Z");
    assert_eq!(encounter["entries"][0]["exit_elapsed_s"], 106.0);
    assert_eq!(encounter["closest"]["utc"], "2023-11-14T22:13:24.000Z");
    assert_eq!(
        (&encounter["closest"]["height_m"], &encounter["closest"]["height_reference"]),
        (&56.8.into(), &"takeoff".into())
    );
    assert_eq!((&encounter["verdict"], &encounter["certainty"]), (&"inside".into(), &"certain".into()));
    assert!(json["nearest"].is_null());
    // Nothing is known of the fixes: 10 m are assumed, and said.
    assert_eq!(encounter["closest"]["sigma_m"], 10.0);
    assert!(encounter["closest"]["sigma_source"].as_str().is_some_and(|words| words.contains("assumed")));
    // Entry half way from the first fix (10 m) to the second (56.8 m), exit half way to the third (90 m).
    let entry = &encounter["entries"][0];
    assert_eq!((&entry["enter_height_m"], &entry["exit_height_m"]), (&33.4.into(), &73.4.into()));
    assert_eq!((&entry["fixes"]["first"]["offset"], &entry["fixes"]["last"]["offset"]), (&0.into(), &2.into()));
    // A straight way through.
    assert_eq!(entry["transit_ratio"], 1.0);
    assert_eq!((&encounter["height_verdict"], &encounter["time_verdict"]), (&"inside".into(), &"active".into()));
    // The square's deepest fix in its middle: its nearest edge is the southern or northern one, 556 m away.
    let edge_lat = encounter["closest"]["edge_lat"].as_f64().expect("a latitude");
    assert!([50.0, 50.01].iter().any(|lat| close(edge_lat, *lat, 1e-6)), "{edge_lat}");
}

#[test]
fn roles_are_never_mixed() {
    let files = zone_file(vec![vec![area(&[&square()])]]);
    let fence = Fence::new(&files, Settings { within_m: 1000.0, ..Settings::default() });
    let verdict = |kind: &str, lat: f64| {
        let found = fence.check(&track(kind, rows(&[(0.0, lat, 0.01)])));
        found.encounters[0].verdict.as_str()
    };
    for (kind, prefix) in [
        ("aircraft/fused/recorded", ""),
        ("aircraft/declared/planned", "planned-"),
        ("aircraft/gnss/broadcast", "broadcast-"),
        ("aircraft/gnss/media", "media-"),
        ("camera/gnss/media", "media-"),
        ("aircraft/gnss/last-known", "last-known-"),
        ("pilot/phone/recorded", "pilot-"),
        ("pilot/gnss/broadcast", "pilot-"),
        ("controller/gnss/recorded", "pilot-"),
        ("home/declared/recorded", "home-"),
    ] {
        assert_eq!(verdict(kind, 50.005), format!("{prefix}inside"));
        assert_eq!(verdict(kind, 50.012), format!("{prefix}near"));
    }
}

#[test]
fn degenerate_parts_do_no_harm() {
    let empty = Shape::Polygons(vec![Polygon::new(geo::LineString(Vec::new()), Vec::new())]);
    let dot = area(&[&[(0.01, 50.005); 4]]);
    let flat = area(&[&[(0.0, 50.0), (0.01, 50.0), (0.02, 50.0)]]);
    let pole = area(&[&[(-180.0, 89.5), (180.0, 89.5), (180.0, 90.0), (-180.0, 90.0)]]);
    let zones = vec![vec![empty], vec![dot], vec![flat], vec![pole], vec![circle(90.0, 0.0, 1000.0)], vec![]];
    let fixes =
        [(0.0, 50.005, -0.01), (1.0, 50.005, 0.03), (2.0, 50.0, 0.01), (3.0, 89.999, 170.0), (4.0, 89.999, -10.0)];
    let found = check(zones, 500.0, &fixes);
    let ids: Vec<_> = found.encounters.iter().map(|e| (e.zone_id.as_str(), e.verdict.as_str())).collect();
    assert_eq!(ids, [("Z1", "inside"), ("Z2", "inside"), ("Z3", "inside"), ("Z4", "inside")]);
}

/// Random flights over random footprints, also far north and across the antimeridian, against a slow check: the distance
/// is no more than from any of its fixes to any of 50 places along each edge, and not much less.
#[test]
fn agrees_with_dense_sampling() {
    let mut state = 7_u64;
    let mut random = move |from: f64, to: f64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        from + (to - from) * ((state >> 11) as f64 / (1_u64 << 53) as f64)
    };
    for (round, lat) in [0.0, 35.0, -51.0, 62.0, 79.0].into_iter().cycle().take(25).enumerate() {
        let lon = if round % 3 == 0 { 179.999 } else { random(-170.0, 170.0) };
        let stretch = 1.0 / f64::cos(f64::to_radians(lat));
        let corners: Vec<_> = (0..7)
            .map(|i| {
                let (sin, cos) = (f64::from(i) / 7.0 * std::f64::consts::TAU).sin_cos();
                let reach = random(0.002, 0.01);
                (lon + reach * cos * stretch, lat + reach * sin)
            })
            .collect();
        let mut at = (lat + random(-0.03, 0.03), lon + random(-0.03, 0.03) * stretch);
        let fixes: Vec<_> = (0..100)
            .map(|i| {
                at = (at.0 + random(-0.0003, 0.0003), at.1 + random(-0.0003, 0.0003) * stretch);
                (f64::from(i), at.0, crate::zones::nearest_turn(at.1, 0.0))
            })
            .collect();
        let shape = polygon(&[&corners]);
        let found = check(vec![vec![Shape::Polygons(vec![shape.clone()])]], 1e6, &fixes);
        let closest = &found.encounters[0].closest;

        let places: Vec<Coord<f64>> =
            fixes.iter().map(|f| Coord { x: crate::zones::nearest_turn(f.2, lon), y: f.1 }).collect();
        let inside = places.iter().any(|p| shape.contains(&Point::from(*p)));
        if inside {
            let fixes_inside = places.iter().filter(|p| shape.contains(&Point::from(**p))).count();
            let stays = &found.encounters[0].entries;
            assert_eq!(stays.iter().map(|s| s.recorded_fixes_inside).sum::<usize>(), fixes_inside, "round {round}");
            continue;
        }
        if closest.distance_m == 0.0 {
            continue;
        }
        let edges: Vec<Coord<f64>> = shape
            .exterior()
            .0
            .windows(2)
            .flat_map(|e| (0..=50).map(|i| between([e[0], e[1]], f64::from(i) / 50.0)).collect::<Vec<_>>())
            .collect();
        let least = places.iter().flat_map(|p| edges.iter().map(|q| geodesic_m(*p, *q))).fold(f64::INFINITY, f64::min);
        // The nearest sample is at most half a piece (24 m) and half a sampling step (16 m) from the nearest place.
        assert!(
            closest.distance_m <= least + 1e-4 && closest.distance_m >= least - 45.0,
            "{closest:?} {least} {round}"
        );
    }
}
