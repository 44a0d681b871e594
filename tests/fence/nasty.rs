//! Zone files that are wrong on purpose, through the whole program: the verdicts are those that were written beside them.

use serde_json::Value;

use super::{check_table, in_document, listed};
use crate::cli::Ran;

/// Longitude and latitude, as the list of expected verdicts has them.
type Place = (f64, f64);

const CENTRE: Place = (0.01, 50.005);
const IN_RING_ONLY: Place = (0.003, 50.002);
const OUTSIDE: Place = (0.03, 50.02);

/// A hover of two seconds, or a leg of two seconds between two places.
fn fly(name: &str, from: Place, to: Place) -> Option<Ran> {
    let item = listed(name)?;
    let line = |second: u32, (lon, lat): Place| format!("2026-03-01T12:00:0{second}Z,{lat},{lon}");
    Some(check_table("utc,latitude,longitude", &[line(0, from), line(2, to)], &item.path, &[]))
}

fn inside(ran: &Ran) -> Vec<Value> {
    in_document(&ran.json()).into_iter().filter(|encounter| encounter["verdict"] == "inside").collect()
}

#[track_caller]
fn assert_verdicts(name: &str, verdicts: &[(Place, bool)]) {
    for (place, expected) in verdicts {
        let Some(ran) = fly(name, *place, *place) else { return };
        assert_eq!(!inside(&ran).is_empty(), *expected, "{name} at {place:?}: {} {}", ran.stderr, ran.stdout);
        assert_eq!(ran.code == 1, *expected, "{name} at {place:?}: code {}", ran.code);
    }
}

#[test]
fn the_square_however_it_is_written() {
    for name in [
        "own_cw_outer.geojson",
        "own_unclosed_ring.geojson",
        "own_duplicate_points_spike.geojson",
        "own_null_geometry.geojson",
        "own_no_properties.geojson",
        "own_3d_and_m.geojson",
        "own_bom_crlf.geojson",
        "own_utf16.geojson",
        "own_features.geojsonl",
        "own_rs.geojsons",
        "own_geomcollection_layers.geojson",
        "own_crs_3857.geojson",
    ] {
        let Some(ran) = fly(&format!("nasty/{name}"), CENTRE, CENTRE) else { return };
        assert!(!inside(&ran).is_empty() && ran.code == 1, "{name}: {} {}", ran.code, ran.stderr);
        let Some(ran) = fly(&format!("nasty/{name}"), OUTSIDE, OUTSIDE) else { return };
        assert!(inside(&ran).is_empty() && ran.code != 1, "{name}: {} {}", ran.code, ran.stderr);
    }
}

#[test]
fn what_was_repaired_or_lost_is_told_with_the_verdict() {
    let told = [
        ("own_unclosed_ring.geojson", "was not closed", 1),
        ("own_duplicate_points_spike.geojson", "spikes", 1),
        ("own_null_geometry.geojson", "has no geometry", 1),
        ("own_nan_inf.json", "no usable number", 5),
    ];
    for (name, words, code) in told {
        let Some(ran) = fly(&format!("nasty/{name}"), CENTRE, CENTRE) else { return };
        assert!(ran.stderr.contains(words), "{name}: {}", ran.stderr);
        assert_eq!(ran.code, code, "{name}");
    }
    // Something was lost, and nothing was found in the rest: incomplete.
    let Some(ran) = fly("nasty/own_null_geometry.geojson", OUTSIDE, OUTSIDE) else { return };
    assert_eq!(ran.code, 3);
}

#[test]
fn a_hole_is_a_hole_whatever_its_winding() {
    assert_verdicts("nasty/own_hole_same_winding.geojson", &[(CENTRE, false), (IN_RING_ONLY, true), (OUTSIDE, false)]);
}

/// The two triangles west and east of the crossing are inside, those north and south of it are not, and the doubt is told.
#[test]
fn a_bow_tie_is_two_triangles() {
    let verdicts = [((0.003, 50.005), true), ((0.017, 50.005), true), ((0.01, 50.002), false), ((0.01, 50.008), false)];
    assert_verdicts("nasty/own_bowtie.geojson", &verdicts);
    let Some(ran) = fly("nasty/own_bowtie.geojson", (0.003, 50.005), (0.003, 50.005)) else { return };
    assert!(inside(&ran)[0]["warnings"].to_string().contains("crosses itself"), "{}", ran.stdout);
}

#[test]
fn the_antimeridian_in_three_ways() {
    for name in ["minus", "over180", "multi"] {
        let name = format!("nasty/own_antimeridian_{name}.geojson");
        let verdicts = [((180.0, -16.795), true), ((-179.995, -16.795), true), ((179.995, -16.795), true)];
        assert_verdicts(&name, &verdicts);
        assert_verdicts(&name, &[((0.0, -16.795), false), ((179.98, -16.795), false), ((-179.98, -16.795), false)]);
    }
}

#[test]
fn caps_masks_and_swapped_axes() {
    assert_verdicts(
        "nasty/own_pole_cap.geojson",
        &[((10.0, 89.8), true), ((-170.0, 89.6), true), ((10.0, 89.2), false)],
    );
    assert_verdicts("nasty/own_world_mask.geojson", &[(CENTRE, true), ((25.0, 58.5), false)]);
    let Some(ran) = fly("nasty/own_world_mask.geojson", CENTRE, CENTRE) else { return };
    assert!(ran.stderr.contains("perhaps a mask"), "{}", ran.stderr);
    // The file names no country: nothing says that latitude and longitude are meant the other way.
    assert_verdicts("nasty/own_latlon_swapped.geojson", &[(CENTRE, false), ((50.005, 0.01), true)]);
}

/// The shortest line between the southern corners, both at 60 N, runs up to 340 m north of that parallel. A place on 60.0015 is
/// inside by straight edges and outside by geodesics; one on 59.9985 (the list of expected verdicts has the side wrong) is outside by both.
#[test]
fn a_long_edge_depends_on_the_edge_rule() {
    let name = "nasty/own_long_edge_60N.geojson";
    let Some(ran) = fly(name, (20.9, 60.0015), (20.9, 60.0015)) else { return };
    let found = inside(&ran);
    assert!(found.len() == 1 && found[0]["edge_rule"].is_string(), "{}", ran.stdout);
    let Some(ran) = fly(name, (20.9, 60.02), (20.9, 60.02)) else { return };
    assert!(inside(&ran)[0]["edge_rule"].is_null(), "inside by both: {}", ran.stdout);
    assert_verdicts(name, &[((20.9, 59.9985), false)]);
}

#[test]
fn a_narrow_corridor_is_crossed_between_two_fixes() {
    let Some(ran) = fly("nasty/own_narrow_corridor.geojson", (0.01, 49.9999), (0.01, 50.0002)) else { return };
    let found = inside(&ran);
    assert_eq!(found.len(), 1, "{}", ran.stdout);
    let entry = &found[0]["entries"][0];
    assert_eq!((&entry["recorded_fixes_inside"], &entry["interpolated"]), (&0.into(), &true.into()));
    // 0.00007 degrees of latitude at 50 N are 7.79 m.
    assert!((entry["path_m"].as_f64().expect("metres") - 7.79).abs() < 0.01, "{entry}");
}

#[test]
fn a_table_with_decimal_commas_and_a_place_beyond_the_pole() {
    assert_verdicts("nasty/own_points.csv", &[(CENTRE, false), (OUTSIDE, false), ((0.0101, 50.0001), true)]);
    let Some(ran) = fly("nasty/own_points.csv", (0.0101, 50.0001), (0.0101, 50.0001)) else { return };
    assert_eq!(inside(&ran)[0]["zone_name"], "Kraftwerk \"Nord\" ; 1");
    assert!(ran.stderr.contains("swapped") && ran.stderr.contains("null island"), "{}", ran.stderr);
}

/// Everything before the cut counts.
#[test]
fn a_file_that_is_cut_off() {
    let Some(ran) = fly("nasty/own_truncated.geojson", CENTRE, CENTRE) else { return };
    assert!(inside(&ran).len() == 1 && ran.code == 1, "{} {}", ran.code, ran.stderr);
    assert!(ran.stderr.contains("the file ends inside it"), "{}", ran.stderr);
}
