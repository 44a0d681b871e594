//! Tables of places, and files that are told rather than read.

use overflown::zones::Shape;

use super::{listed, read, read_whole};

/// The list: 9,999 rows, the header among them.
#[test]
fn power_plants_of_the_world() {
    for file in listed("points/").iter().filter(|file| file.name.contains("wri")) {
        assert!(file.figures.contains("rows 9999"));
        let read = read_whole(file);
        assert_eq!((read.format, read.zones.len() + read.skipped.len()), ("csv", 9998));
        assert!(read.skipped.iter().all(|s| s.reason.contains("latitude")), "{:?}", read.skipped);
        let first = &read.zones[0];
        assert_eq!(first.name.as_deref(), Some("Kajaki Hydroelectric Power Plant Afghanistan"));
        assert!(matches!(first.volumes[0].shape, Shape::Circle { lat: 32.322, lon: 65.119, radius_m: 0.0 }));
        assert!(read.warnings.iter().any(|w| w.contains("no column for a radius")), "{:?}", read.warnings);
    }
}

/// Each row has two ends with coordinates of their own: neither is the place.
#[test]
fn runways_have_two_places() {
    for file in listed("points/").iter().filter(|file| file.name.contains("runways")) {
        let error = read(file).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(error.contains("cannot be told") && error.contains("name them lat and lon"), "{error}");
    }
}

/// By the list of the nasty files: a quoted name with quotes and a separator in it, a place at 0, 0, and swapped coordinates.
#[test]
fn a_table_with_decimal_commas() {
    for file in listed("nasty/").iter().filter(|file| file.name.ends_with("own_points.csv")) {
        let read = read_whole(file);
        assert_eq!(read.zones[0].name.as_deref(), Some("Kraftwerk \"Nord\" ; 1"));
        assert!(matches!(read.zones[0].volumes[0].shape, Shape::Circle { lat: 50.0001, lon: 0.0101, radius_m: 500.0 }));
        assert!(read.warnings.iter().any(|w| w.contains("null island")), "{:?}", read.warnings);
        assert_eq!(read.skipped.iter().map(|s| s.name.as_deref()).collect::<Vec<_>>(), [Some("swapped")]);
    }
}

#[test]
fn geoparquet_is_named_with_the_next_step() {
    for file in listed("geoparquet/").iter().filter(|file| file.name.ends_with(".parquet")) {
        let error = read(file).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(error.contains("GeoParquet, which is not read yet") && error.contains("ogr2ogr"), "{error}");
    }
}
