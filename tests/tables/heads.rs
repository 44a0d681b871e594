//! Heads, units, separators and encodings.

use overflown::examine::Completion;

use super::{notes, table};
use crate::support::{examine_bytes, rows};

/// One row under a head; the value of a channel.
fn value(head: &str, row: &str, channel: &str) -> Option<f64> {
    let examined = table(format!("lat;lon;t;{head}\n47,1;15,4;0;{row}\n"));
    rows(&examined).value(channel, 0).map(f64::from)
}

#[test]
fn units_stand_in_heads() {
    // Feet, miles, nautical miles: international definitions.
    for (head, row, channel, expected) in [
        ("altitude(feet)", "100", "height.unknown", 30.48),
        ("height_m", "100", "height.unknown", 100.0),
        ("ele", "12,5", "height.unknown", 12.5),
        ("Altitude AMSL [ft]", "1000", "height.amsl", 304.8),
        ("height_above_takeoff(feet)", "10", "height.takeoff", 3.048),
        ("agl", "7", "height.ground", 7.0),
        ("hae", "7", "height.ellipsoid", 7.0),
        ("speed_ms", "9", "speed", 9.0),
        ("speed(mph)", "10", "speed", 4.4704),
        ("speed [km/h]", "36", "speed", 10.0),
        ("GSpd(kts)", "1", "speed", 1852.0 / 3600.0),
        ("yaw_rad", "1,5", "attitude.yaw", 85.943_669_269_623_48),
        ("Heading", "271", "heading", 271.0),
        ("sats", "14", "satellites", 14.0),
        ("accuracy_m", "3,5", "accuracy", 3.5),
    ] {
        let found = value(head, row, channel).unwrap_or_else(|| panic!("{head}: no {channel}"));
        assert!((found - expected).abs() < 1e-4, "{head}: {found}");
    }
    assert_eq!(value("altitude(fathom)", "100", "height.unknown"), None, "an unknown unit is not guessed");
}

#[test]
fn every_separator_and_its_decimals() {
    for (separator, comma) in [(",", "."), (";", ","), ("\t", ","), ("|", ".")] {
        let text = ["time", "latitude", "longitude"].join(separator)
            + "\r\n"
            + &["0", "47.25", "-15.5"].join(separator).replace('.', comma)
            + "\r\n";
        let examined = table(&text);
        assert_eq!((rows(&examined).lat[0], rows(&examined).lon[0]), (47.25, -15.5), "{separator:?}");
        assert_eq!(examined.report.completeness, Completion::Whole);
    }
}

#[test]
fn encodings_and_what_stands_above_the_head() {
    let text = "sep=;\nMeßflug am Morgen\n\nZeit;t;Lat [°];Lon [°]\nfrüh;1;47,5;15,5\n\nspät;2;47,6;15,6\n";
    let plain = table(text);
    let offset = text.find("spät").expect("the second row") as u64;
    assert_eq!(rows(&plain).offset[1], offset);
    assert_eq!(plain.report.coverage.known, "sep=;\nMeßflug am Morgen\n\n".len() as u64 + 1, "and a blank line");
    let marked = table([b"\xef\xbb\xbf", text.as_bytes()].concat());
    assert_eq!(rows(&marked).offset[1], offset + 3);
    let old: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    let old = table(&old);
    assert!(old.report.diagnostics.iter().any(|d| d.message.contains("Latin-1") && d.severity == "note"));
    for big in [false, true] {
        let unit = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(unit).collect();
        let wide = table(&wide);
        let before = text[..text.find("spät").expect("the second row")].encode_utf16().count() as u64;
        assert_eq!(rows(&wide).offset[1], 2 + 2 * before, "places are places in the file");
        assert_eq!(wide.report.completeness, Completion::Whole);
    }
    for examined in [plain, marked, old] {
        assert_eq!(rows(&examined).lat, [47.5, 47.6]);
        assert_eq!(examined.report.completeness, Completion::Whole);
    }
}

#[test]
fn what_each_column_was_taken_for_is_told() {
    let told = notes(&table("flight,t,lat,lon,h,colour\nA,0,47.1,15.4,30,red\n"));
    for line in [
        "column t -> elapsed, seconds, no unit being named (guessed from its name and values)",
        "column h -> height_unknown in metres, no unit being named (guessed from its name)",
        "column flight -> name of the track (guessed from its name)",
        "columns not used: colour",
    ] {
        assert!(told.contains(line), "{line}\nin\n{told}");
    }
}

#[test]
fn positions_that_are_none_are_kept_and_left_off_the_map() {
    let text = "t,lat,lon\n0,,\n1,0,0\n2,nan,nan\n3,47.1,15.4\n4,47.1,15.4\n";
    let examined = table(text);
    let summary = &examined.report.tracks[0];
    assert_eq!((summary.fixes, summary.invalid), (2, 3));
    assert_eq!(examined.report.completeness, Completion::Whole, "{:#?}", examined.report.diagnostics);
    assert!(rows(&examined).lat[0].is_nan() && rows(&examined).lat[1] == 0.0, "raw values stay");
    let far = table("t,lat,lon\n0,471.0,15.4\n1,47.1,15.4\n");
    assert_eq!(far.report.completeness, Completion::Partial, "a place that is not on earth was changed");
}

/// A table of places has no clock; it goes to --zones and must not become a flight.
#[test]
fn tables_of_places_are_not_tracks() {
    for text in [
        "name,lat,lon,radius_m,sector\nWorks,54.1,8.9,60,water\n",
        "id,name,latitude,longitude\n1,A,47.1,15.4\n2,B,47.2,15.5\n",
        "name;lat;lon;radius_m;type\n\"Nord\";50,0001;0,0101;500;plant\n",
        "timestamp,name,lat,lon,radius_m\n2020-01-01 00:00:00,A,47.1,15.4,100\n",
        "country,name,latitude,longitude,date\nAT,A,47.1,15.4,2020-01-01\n",
        "latitude,longitude,altitude(m),heading(deg),curvesize(m),speed(m/s)\n47.1,15.4,30,0,0.2,5\n",
        "t,lat,lon\nwhen,where,where\n",
    ] {
        let examined = examine_bytes("places.csv", text.as_bytes().to_vec());
        assert_eq!(examined.report.completeness, Completion::Unknown, "{text}");
    }
}
