//! KML as an authority's viewer wrote it.

use overflown::zones::Shape;

use super::{listed, read_whole};

/// The list: one feature. By hand: nine places on nine lines with blanks behind their commas, one face 2,000 km above ground, limits
/// in an HTML table.
#[test]
fn a_flight_path_of_the_british_authority() {
    for file in listed("kml/") {
        let read = read_whole(&file);
        assert_eq!((read.format, read.zones.len(), read.skipped.len()), ("kml", 1, 0), "{:?}", read.skipped);
        let zone = &read.zones[0];
        assert_eq!(zone.name.as_deref(), Some("Proposed Flightpath: Application VOD-123"));
        let volume = &zone.volumes[0];
        assert!(matches!(&volume.shape, Shape::Polygons(p) if p[0].exterior().0.len() == 9));
        let words = |limit: &Option<overflown::zones::VerticalLimit>| limit.as_ref().map(|limit| limit.raw.clone());
        assert_eq!(words(&volume.upper).as_deref(), Some("1000 FT MSL"));
        assert_eq!(words(&volume.lower).as_deref(), Some("SFC"));
        assert!(read.repairs.iter().any(|r| r.contains("one place was read from each line")), "{:?}", read.repairs);
        assert!(read.ambiguities.iter().any(|a| a.contains("one face at 2000000 m")), "{:?}", read.ambiguities);
        assert!(read.ignored.iter().any(|i| i == "TimeSpan: 1 elements"), "{:?}", read.ignored);
    }
}
