//! Boxes about the countries that publish zones, to notice coordinates in the wrong order: examples and comments of ED-269 data
//! disagree about it, and a swapped zone lies in the sea off Africa without any other sign.

use super::report::{Place, Report};
use super::shape::bbox::Bbox;
use super::zone::Volume;

/// ISO 3166-1 alpha-3 code, west, south, east, north in degrees: the main land with its near islands and a degree around it,
/// after Natural Earth 1:110m (public domain). Land overseas is left out: it decides nothing here.
static COUNTRIES: &[(&str, [f64; 4])] = &[
    ("ALB", [18.0, 38.0, 23.0, 44.0]),
    ("AUT", [8.0, 45.0, 18.0, 51.0]),
    ("BEL", [1.0, 48.0, 8.0, 53.0]),
    ("BGR", [21.0, 40.0, 30.0, 46.0]),
    ("BIH", [14.0, 41.0, 21.0, 47.0]),
    ("CHE", [5.0, 44.0, 12.0, 49.0]),
    ("CYP", [31.0, 33.0, 36.0, 37.0]),
    ("CZE", [11.0, 47.0, 20.0, 53.0]),
    ("DEU", [4.0, 46.0, 17.0, 56.0]),
    ("DNK", [7.0, 53.0, 17.0, 59.0]),
    ("ESP", [-11.0, 34.0, 6.0, 45.0]),
    ("EST", [20.0, 56.0, 30.0, 61.0]),
    ("FIN", [18.0, 58.0, 33.0, 72.0]),
    ("FRA", [-6.0, 40.0, 11.0, 53.0]),
    ("GBR", [-10.0, 48.0, 3.0, 62.0]),
    ("GRC", [18.0, 33.0, 31.0, 43.0]),
    ("HRV", [12.0, 41.0, 21.0, 48.0]),
    ("HUN", [15.0, 44.0, 24.0, 50.0]),
    ("IRL", [-12.0, 50.0, -4.0, 57.0]),
    ("ISL", [-26.0, 62.0, -12.0, 68.0]),
    ("ITA", [5.0, 34.0, 20.0, 49.0]),
    ("LTU", [19.0, 52.0, 28.0, 58.0]),
    ("LUX", [4.0, 48.0, 8.0, 52.0]),
    ("LVA", [19.0, 54.0, 30.0, 60.0]),
    ("MDA", [25.0, 44.0, 32.0, 50.0]),
    ("MKD", [19.0, 39.0, 24.0, 44.0]),
    ("MLT", [13.0, 34.0, 16.0, 38.0]),
    ("MNE", [17.0, 40.0, 22.0, 45.0]),
    ("NLD", [2.0, 49.0, 9.0, 55.0]),
    ("NOR", [3.0, 56.0, 33.0, 73.0]),
    ("POL", [13.0, 48.0, 26.0, 56.0]),
    ("PRT", [-11.0, 35.0, -5.0, 44.0]),
    ("ROU", [19.0, 42.0, 31.0, 50.0]),
    ("SRB", [17.0, 41.0, 24.0, 48.0]),
    ("SVK", [15.0, 46.0, 24.0, 51.0]),
    ("SVN", [12.0, 44.0, 18.0, 48.0]),
    ("SWE", [10.0, 54.0, 26.0, 71.0]),
    ("UKR", [21.0, 44.0, 42.0, 54.0]),
];

/// Tells when a volume lies outside of the country that its zone names, and inside once latitude and longitude are exchanged.
pub fn warn_of_swapped_axes(country: &str, volume: &Volume, place: &mut Place, report: &mut Report) {
    let Some((_, [west, south, east, north])) = COUNTRIES.iter().find(|(code, _)| *code == country) else { return };
    let land = Bbox { west: *west, south: *south, east: *east, north: *north };
    let found = volume.bbox;
    let swapped = Bbox { west: found.south, south: found.west, east: found.north, north: found.east };
    if !found.meets(&land) && swapped.meets(&land) {
        let what = format!(
            "lies outside of {country}, the country that it names, and would lie inside with latitude and longitude \
             exchanged; it was left as it is: check the order of its coordinates"
        );
        report.warn(place, "zones with latitude and longitude perhaps swapped", what);
    }
}
