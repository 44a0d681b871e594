//! Zones written in the normal form are the zones that were read: every file that is read, as GeoJSON and as ED-318.

use geo::{Coord, LineString, Polygon};
use overflown::evidence::{Evidence, Limits};
use overflown::write::zones::{write_ed318, write_geojson};
use overflown::zones::{self, Shape, Volume, Zone, ZoneFile};

use crate::support::repository;
use crate::zone_files;

type Writer = fn(&[ZoneFile], &mut dyn std::io::Write) -> std::io::Result<Vec<String>>;

const WRITERS: [(&str, Writer); 2] = [("geojson", write_geojson), ("ed318", write_ed318)];

fn of_text(name: &str, text: &str) -> ZoneFile {
    let read = zones::read(&Evidence::from_bytes(name, text.as_bytes().to_vec()), &[], &Limits::default());
    read.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The file as written, what was told, and what the readers make of it.
fn converted(file: &ZoneFile, writer: Writer) -> (String, Vec<String>, ZoneFile) {
    let mut out = Vec::new();
    let told = writer(std::slice::from_ref(file), &mut out).expect("memory takes all");
    let text = String::from_utf8(out).expect("UTF-8");
    let back = of_text("converted.json", &text);
    (text, told, back)
}

/// Degrees by which a place may move: a ten-thousandth of a millimetre, where an outline around a pole was turned by 360.
const SAME_DEG: f64 = 1e-12;

/// Whether two rings are the same in one direction or the other: what they enclose does not depend on it.
fn same_ring(a: &LineString<f64>, b: &LineString<f64>) -> bool {
    let same = |(a, b): (&Coord<f64>, &Coord<f64>)| (a.x - b.x).abs() < SAME_DEG && a.y == b.y;
    a.0.len() == b.0.len() && (a.0.iter().zip(&b.0).all(same) || a.0.iter().zip(b.0.iter().rev()).all(same))
}

fn same_polygon(a: &Polygon<f64>, b: &Polygon<f64>) -> bool {
    let (holes, others) = (a.interiors(), b.interiors());
    same_ring(a.exterior(), b.exterior())
        && holes.len() == others.len()
        && holes.iter().zip(others).all(|(a, b)| same_ring(a, b))
}

fn assert_same_volume(what: &str, a: &Volume, b: &Volume) {
    assert_eq!((&a.lower, &a.upper, a.edges), (&b.lower, &b.upper, b.edges), "{what}");
    match (&a.shape, &b.shape) {
        (Shape::Circle { lat, lon, radius_m }, Shape::Circle { lat: lat_b, lon: lon_b, radius_m: radius_b }) => {
            assert_eq!((lat, lon, radius_m), (lat_b, lon_b, radius_b), "{what}");
        }
        (Shape::Polygons(a), Shape::Polygons(b)) => {
            let same = a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_polygon(a, b));
            assert!(same, "{what}: {a:?} became {b:?}");
        }
        _ => panic!("{what}: another kind of shape"),
    }
}

fn assert_same_zone(what: &str, a: &Zone, b: &Zone) {
    assert_eq!((&a.id, &a.name, &a.about), (&b.id, &b.name, &b.about), "{what}");
    assert_eq!(a.volumes.len(), b.volumes.len(), "{what}");
    a.volumes.iter().zip(&b.volumes).for_each(|(a, b)| assert_same_volume(what, a, b));
    for warning in &a.warnings {
        assert!(b.warnings.contains(warning), "{what}: {warning:?} was lost");
    }
}

fn assert_round_trip(name: &str, file: &ZoneFile) {
    for (format, writer) in WRITERS {
        let (_, _, back) = converted(file, writer);
        let what = format!("{name} as {format}");
        assert_eq!(back.format, format, "{what}");
        assert!(back.skipped.is_empty() && back.repairs.is_empty(), "{what}: {:?} {:?}", back.skipped, back.repairs);
        assert_eq!(back.issue, file.issue, "{what}");
        assert_eq!(back.zones.len(), file.zones.len(), "{what}");
        for (a, b) in file.zones.iter().zip(&back.zones) {
            assert_same_zone(&format!("{what}, zone {}", a.id), a, b);
        }
    }
}

#[test]
fn every_zone_file_of_the_evidence_comes_back() {
    let mut zones = 0;
    let listed = zone_files::listed("");
    for item in &listed {
        // What is no zone file is another test's matter.
        let Ok(file) = zone_files::read(item) else { continue };
        if !file.zones.is_empty() {
            assert_round_trip(&item.name, &file);
            zones += file.zones.len();
        }
    }
    assert!(listed.is_empty() || zones > 10_000, "only {zones} zones were compared");
}

#[test]
fn every_zone_file_of_the_samples_comes_back() {
    let folder = repository().join("samples/zones");
    for entry in std::fs::read_dir(folder).expect("samples") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).expect("a sample");
        let file = zones::read(&Evidence::from_bytes(&name, bytes), &[], &Limits::default()).expect("zones");
        assert_round_trip(&name, &file);
    }
}

const SITE: &str = r#"{"features":[{"type":"Feature","properties":{"name":"Depot","restriction":"PROHIBITED","upper":"FL 65","lower":"120 m AMSL"},
    "geometry":{"type":"Polygon","coordinates":[[[10,50],[10.01,50],[10.01,50.01],[10,50.01],[10,50]]]}}]}"#;

#[test]
fn flight_levels_stay_flight_levels() {
    let file = of_text("sites.geojson", SITE);
    assert_round_trip("a flight level", &file);
    let (text, told, _) = converted(&file, write_ed318);
    assert!(told.iter().any(|line| line.contains("by standard pressure")), "{told:?}");
    let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let layer = &document["features"][0]["geometry"]["layer"];
    assert_eq!((&layer["lower"], &layer["lowerReference"], layer.get("upper")), (&120.0.into(), &"AMSL".into(), None));
}

/// What somebody changed in the standard's own members counts, and that it was changed is told.
#[test]
fn a_converted_zone_that_was_changed() {
    let (text, _, _) = converted(&of_text("sites.geojson", SITE), write_ed318);
    let changed = text
        .replace(r#""lower":120.0,"#, r#""lower":50.0,"#)
        .replace(r#""type":"PROHIBITED""#, r#""type":"NO_RESTRICTION""#);
    let file = of_text("changed.json", &changed);
    let zone = &file.zones[0];
    assert_eq!(zone.volumes[0].lower.as_ref().and_then(|limit| limit.metres()), Some(50.0));
    assert_eq!(zone.about.restriction, Some(zones::Restriction::None));
    let told = zone.warnings.iter().filter(|warning| warning.contains("was taken")).count();
    assert_eq!(told, 2, "{:?}", zone.warnings);
}
