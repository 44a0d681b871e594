//! Shapefiles with and without the files beside them.

use overflown::zones::{Shape, ZoneFile};

use super::{listed, read, read_whole};
use crate::support::Listed;

fn named(name: &str) -> Vec<Listed> {
    listed("shapefile/").into_iter().filter(|file| file.file_name() == name).collect()
}

fn rings(file: &ZoneFile) -> Vec<usize> {
    let polygons = file.zones.iter().flat_map(|zone| &zone.volumes).map(|volume| match &volume.shape {
        Shape::Polygons(polygons) => polygons.iter().map(|p| 1 + p.interiors().len()).collect(),
        Shape::Circle { .. } => Vec::new(),
    });
    polygons.flat_map(|rings: Vec<usize>| rings).collect()
}

/// The list: ogrinfo counts 179 features. The code page file is empty.
#[test]
fn countries() {
    for file in named("countries.shp") {
        assert!(file.figures.contains("features 179"));
        let read = read_whole(&file);
        assert_eq!((read.format, read.zones.len(), read.skipped.len()), ("shapefile", 179, 0), "{:?}", read.skipped);
        let afghanistan = &read.zones[0];
        assert_eq!((afghanistan.id.as_str(), afghanistan.name.as_deref()), ("AFG", Some("Afghanistan")));
        assert!(!read.warnings.iter().any(|w| w.contains(".prj") || w.contains("code page")), "{:?}", read.warnings);
        // Natural Earth: Lesotho is the hole of South Africa.
        let south_africa = read.zones.iter().find(|zone| zone.id == "ZAF").expect("South Africa");
        let Shape::Polygons(parts) = &south_africa.volumes[0].shape else { panic!("polygons") };
        assert_eq!(parts.iter().map(|p| p.interiors().len()).collect::<Vec<_>>(), [1]);
    }
}

/// GDAL gives these up for want of an index. By their bytes each is one record; `polygon.shp` has parts of 5, 3 and 3 places.
#[test]
fn a_missing_index_loses_nothing() {
    for file in named("polygon.shp") {
        assert!(file.figures.contains("without shx"));
        let read = read_whole(&file);
        assert_eq!((read.zones.len(), read.skipped.len()), (1, 0), "{:?}", read.skipped);
        assert!(read.warnings.iter().any(|w| w.contains("no .prj file")), "{:?}", read.warnings);
    }
    for file in named("multi_polygon.shp") {
        let read = read_whole(&file);
        assert_eq!((read.zones.len(), read.skipped.len()), (1, 0), "{:?}", read.skipped);
        assert!(rings(&read).len() > 1);
    }
    for file in named("multipatch.shp") {
        let read = read_whole(&file);
        assert_eq!((read.zones.len(), read.zones[0].name.as_deref()), (1, Some("house1")), "{:?}", read.skipped);
        // The house stands on 0 to 5 degrees east and north, by the box in its header.
        let bbox = read.zones[0].volumes[0].bbox;
        assert_eq!((bbox.west, bbox.south, bbox.east, bbox.north), (0.0, 0.0, 5.0, 5.0));
    }
}

#[test]
fn points_and_lines() {
    for file in named("point.shp") {
        let read = read_whole(&file);
        // 0x405e800000000000 and 0x4042800000000000.
        assert!(matches!(read.zones[0].volumes[0].shape, Shape::Circle { lat: 37.0, lon: 122.0, radius_m: 0.0 }));
    }
    for file in named("line.shp").into_iter().chain(named("file_cp936.shp")) {
        let read = read_whole(&file);
        assert_eq!((read.zones.len(), read.skipped.len()), (0, 1));
        assert!(read.skipped[0].reason.contains("a line encloses nothing"));
    }
}

/// No .prj beside them, and coordinates in metres.
#[test]
fn metres_without_a_name_are_refused() {
    for name in ["pointm.shp", "pointz.shp", "multipointz.shp", "polygonm.shp"] {
        for file in named(name) {
            let error = read(&file).err().map(|e| e.to_string()).unwrap_or_default();
            assert!(error.contains("a map projection that no .prj file beside it names"), "{name}: {error}");
        }
    }
}
