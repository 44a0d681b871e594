//! FlatGeobuf: the counts of ogrinfo, and damage of every kind.

use overflown::evidence::{Evidence, Limits};
use overflown::zones::{self, Shape};

use super::{listed, read, read_whole};
use crate::support::Listed;

fn named(name: &str) -> Vec<Listed> {
    listed("fgb/").into_iter().filter(|file| file.file_name() == name).collect()
}

fn features(file: &Listed) -> usize {
    let count = file.figures.split("features ").nth(1).and_then(|rest| rest.split(' ').next());
    count.and_then(|n| n.parse().ok()).expect("a count of features")
}

#[test]
fn every_feature_is_a_zone_or_told() {
    for file in listed("fgb/") {
        // poly00 and poly01 are in the British national grid.
        if file.name.contains("poly0") {
            let error = read(&file).err().map(|e| e.to_string()).unwrap_or_default();
            assert!(error.contains("British National Grid"), "{}: {error}", file.name);
            continue;
        }
        let read = read_whole(&file);
        assert_eq!(read.format, "flatgeobuf");
        assert_eq!(read.zones.len() + read.skipped.len(), features(&file), "{}", file.name);
        let without = if file.name.contains("nogeo") { features(&file) } else { 0 };
        assert_eq!(read.skipped.len(), without, "{}: {:?}", file.name, read.skipped);
    }
}

/// The same 179 countries as in the shapefile, each with the same outline.
#[test]
fn countries_are_those_of_the_shapefile() {
    for file in named("countries.fgb") {
        let fgb = read_whole(&file);
        let shp = listed("shapefile/").into_iter().find(|f| f.file_name() == "countries.shp").expect("the shapefile");
        let shp = read_whole(&shp);
        for zone in &fgb.zones {
            let other = shp.zones.iter().find(|other| other.id == zone.id).expect("the same country");
            assert_eq!(zone.name, other.name);
            let corners = |zone: &zones::Zone| {
                let mut sizes: Vec<_> = match &zone.volumes[0].shape {
                    Shape::Polygons(parts) => {
                        parts.iter().map(|p| (p.exterior().0.len(), p.interiors().len())).collect()
                    }
                    Shape::Circle { .. } => Vec::new(),
                };
                sizes.sort_unstable();
                sizes
            };
            assert_eq!(corners(zone), corners(other), "{}", zone.id);
            assert_eq!(zone.volumes[0].bbox, other.volumes[0].bbox, "{}", zone.id);
        }
    }
}

#[test]
fn damage_is_no_fault() {
    for file in named("mp_overlapping.fgb").into_iter().chain(named("unknown_feature_count.fgb")) {
        let bytes = file.read();
        let read = |bytes: Vec<u8>| zones::read(&Evidence::from_bytes("a.fgb", bytes), &[], &Limits::default());
        for at in 0..bytes.len() {
            for flip in [0x01, 0x80, 0xff] {
                let mut flipped = bytes.clone();
                flipped[at] ^= flip;
                let _ = read(flipped);
            }
            if let Ok(cut) = read(bytes[..at].to_vec()) {
                assert!(cut.zones.len() + cut.skipped.len() <= features(&file), "cut at {at}");
            }
        }
    }
}
