//! GeoPackage: the sample of the OGC's test suite, which has a layer for every kind of geometry.

use super::{listed, read_whole};

/// By SQL: 16 layers of features with 50 rows, of which `polygon2d` (2) is in UTM 31N; the 51st feature of the list is a row of an
/// attribute table. Each layer of one kind has one empty row; lines enclose nothing.
#[test]
fn every_kind_of_geometry() {
    for file in listed("gpkg/") {
        let read = read_whole(&file);
        assert_eq!(read.format, "geopackage");
        let told = |index: &str| -> Vec<&str> {
            read.skipped.iter().filter(|s| s.index == index).map(|s| s.reason.as_str()).collect()
        };
        assert_eq!(
            told("layer polygon2d"),
            ["its 2 features are in WGS 84 / UTM zone 31N (EPSG:32631), which is not converted"]
        );
        assert_eq!(told("point2d 2"), ["has no geometry"]);
        assert!(told("linestring3d 1")[0].contains("LineString encloses nothing"));
        let of = |layer: &str| read.zones.iter().filter(|zone| zone.index.starts_with(layer)).count();
        for layer in
            ["point2d", "point3d", "polygon3d", "multipoint2d", "multipoint3d", "multipolygon2d", "multipolygon3d"]
        {
            assert_eq!(of(layer), 1, "{layer}");
        }
        // Every row of the layers that are read is a zone, skipped, or both where a part of it encloses nothing.
        let mut rows: Vec<&str> = read.zones.iter().map(|z| z.index.as_str()).collect();
        rows.extend(read.skipped.iter().map(|s| s.index.as_str()).filter(|index| !index.starts_with("layer ")));
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(rows.len(), 48);
        for table in ["attribute_table", "byte_png", "byte_jpeg"] {
            assert!(read.ignored.iter().any(|line| line.contains(table)), "{:?}", read.ignored);
        }
        assert!(read.warnings.iter().any(|w| w.contains("undefined, geographic")), "{:?}", read.warnings);
    }
}
