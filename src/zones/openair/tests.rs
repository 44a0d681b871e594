//! Small OpenAir files that each show one rule of the format or one trap of real files.

use crate::evidence::{Evidence, Limits};
use crate::zones::{self, Reference, Restriction, Shape, Unit, VerticalLimit, ZoneFile};

fn read(text: &str) -> ZoneFile {
    zones::read(&Evidence::from_bytes("air.txt", text.into()), &[], &Limits::default()).expect("a zone file")
}

const SQUARE: &str = "DP 50:00:00 N 014:00:00 E\nDP 50:00:00 N 014:10:00 E\nDP 50:10:00 N 014:10:00 E\n\
                      DP 50:10:00 N 014:00:00 E\nDP 50:00:00 N 014:00:00 E\n";

fn square(head: &str) -> ZoneFile {
    read(&format!("AC R\nAN Square\n{head}\n{SQUARE}"))
}

fn words(limit: Option<&VerticalLimit>) -> Option<(Option<f64>, Unit, Reference)> {
    limit.map(|l| (l.value, l.unit, l.reference))
}

#[test]
fn a_record_with_all_that_a_verdict_needs() {
    let file = square("AI 4711\nAL GND\nAH 2500ft MSL\nAF 123.505\nSP 0,1,255\nV Z=100\nAA 2025-01-01T12:00Z/NONE");
    let zone = &file.zones[0];
    assert_eq!((file.format, zone.id.as_str(), zone.name.as_deref()), ("openair", "4711", Some("Square")));
    assert_eq!((zone.index.as_str(), zone.about.restriction), ("line 1", Some(Restriction::Authorisation)));
    assert_eq!(zone.about.restriction_word.as_deref(), Some("R"));
    assert_eq!(zone.about.windows[0].raw, "2025-01-01T12:00Z/NONE");
    let volume = &zone.volumes[0];
    assert_eq!(words(volume.lower.as_ref()), Some((Some(0.0), Unit::Foot, Reference::Agl)));
    assert_eq!(words(volume.upper.as_ref()), Some((Some(2500.0), Unit::Foot, Reference::Amsl)));
    assert!(matches!(&volume.shape, Shape::Polygons(p) if p[0].exterior().0.len() == 5));
    assert_eq!(
        file.ignored,
        ["AF (radio frequencies): 1 lines", "SP (pens): 1 lines", "V (variables that shape nothing): 1 lines"]
    );
    assert!(file.repairs.is_empty() && file.warnings.is_empty() && file.skipped.is_empty(), "{file:?}");
}

#[test]
fn classes_and_types() {
    let about = |head: &str| {
        let file = read(&format!("{head}\nAN X\n{SQUARE}"));
        let about = file.zones[0].about.clone();
        (about.restriction, about.restriction_word, about.facility)
    };
    let text = |word: &str| Some(word.to_owned());
    assert_eq!(about("AC P"), (Some(Restriction::Prohibited), text("P"), None));
    assert_eq!(about("AC Q"), (Some(Restriction::Warning), text("Q"), None));
    assert_eq!(about("AC CTR"), (Some(Restriction::Conditional), text("CTR"), text("CTR")));
    assert_eq!(about("AC UNC\nAY P"), (Some(Restriction::Prohibited), text("UNC P"), text("P")));
    assert_eq!(about("AC D\nAY TMA"), (Some(Restriction::Conditional), text("D TMA"), text("TMA")));
    assert_eq!(about("AC"), (None, None, None));
}

#[test]
fn circles_stay_circles() {
    let file = read("ac r\r\nan ED-R3\r\nv x=53:24:25 N 010:25:10 E\r\ndc 1.10\r\n");
    let Shape::Circle { lat, lon, radius_m } = file.zones[0].volumes[0].shape else { panic!("a circle") };
    assert_eq!((lat, lon), (192_265.0 / 3600.0, 37_510.0 / 3600.0));
    assert!((radius_m - 2037.2).abs() < 1e-9);
}

/// The area of a quarter of a circle of 1 NM is 2,694,000 m2 (pi/4 * 1852^2); what is left of it is told by the direction.
#[test]
fn directions_of_arcs() {
    let area = |direction: &str| {
        let file = read(&format!("AC R\nAN X\nV X=0:0:0 N 10:0:0 E\nDP 0:0:0 N 10:0:0 E\n{direction}\nDA 1,0,90\n"));
        use geo::Area as _;
        let Shape::Polygons(polygons) = &file.zones[0].volumes[0].shape else { panic!("a polygon") };
        // Metres in a degree at the equator: 111,319.5 of longitude, 110,574.3 of latitude.
        polygons[0].unsigned_area() * 111_319.5 * 110_574.3
    };
    let quarter = std::f64::consts::PI / 4.0 * 1852.0 * 1852.0;
    assert!((area("") / quarter - 1.0).abs() < 0.001);
    assert!((area("V D=+") / quarter - 1.0).abs() < 0.001);
    assert!((area("V D=-") / (3.0 * quarter) - 1.0).abs() < 0.001);
}

#[test]
fn the_centre_stays_and_the_direction_ends_with_the_record() {
    let arc = "DB 52:07:57 N 013:25:08 E, 52:05:09 N 013:26:48 E\n";
    let text = format!("AC R\nAN A\nV D=-\nV X=52:06:33 N 013:25:58 E\n{arc}AC R\nAN B\nDC 1\n");
    let file = read(&text);
    assert_eq!(file.zones.len(), 1);
    assert_eq!((file.skipped[0].index.as_str(), file.skipped[0].name.as_deref()), ("line 6", Some("B")));
    assert_eq!(file.skipped[0].reason, "line 8, DC: has no centre (V X=) before it");
}

#[test]
fn an_arc_that_does_not_fit_its_centre_is_told() {
    let file = read(
        "AC R\nAN A\nV X=52:00:00 N 013:00:00 E\nDB 52:10:00 N 013:00:00 E, 52:00:00 N 013:30:00 E\n\
         DP 52:00:00 N 013:00:00 E\n",
    );
    assert!(file.warnings[0].contains("its radius was taken to change evenly"), "{:?}", file.warnings);
}

#[test]
fn airways_have_a_width() {
    let line = "DY 50:00:00 N 014:00:00 E\nDY 50:00:00 N 014:10:00 E\nDY 50:10:00 N 014:10:00 E\n";
    let file = read(&format!("AC A\nAN W1\nV W=2\n{line}"));
    let bbox = file.zones[0].volumes[0].bbox;
    // One nautical mile north and south.
    assert!((bbox.south - (50.0 - 1852.0 / 111_229.0)).abs() < 1e-5, "{bbox:?}");
    assert!((bbox.north - (50.0 + 1.0 / 6.0 + 1852.0 / 111_232.0)).abs() < 1e-5, "{bbox:?}");
    assert!(file.ambiguities[0].contains("airway of 2.000 NM"), "{:?}", file.ambiguities);
    let without = read(&format!("AC A\nAN W1\n{line}"));
    assert!(without.skipped[0].reason.contains("without a width"), "{:?}", without.skipped);
}

#[test]
fn limits_and_what_is_wrong_with_them() {
    let file = square("AL 8000ft\nAH FL");
    assert!(file.ambiguities[0].contains("\"8000ft\" has no reference"), "{:?}", file.ambiguities);
    assert!(file.warnings[0].contains("\"FL\" was not understood"), "{:?}", file.warnings);
    let twice = square("AL GND\nAL FL80");
    assert!(twice.ambiguities[0].contains("AL says \"GND\" and then \"FL80\""), "{:?}", twice.ambiguities);
    assert!(twice.warnings[0].contains("has no ceiling (AH)"), "{:?}", twice.warnings);
    let above = square("AL FL999\nAH FL240");
    assert!(above.warnings[0].contains("lies above its ceiling"), "{:?}", above.warnings);
    let open = square("AL 1000M AGL\nAH UNL");
    assert_eq!(words(open.zones[0].volumes[0].lower.as_ref()), Some((Some(1000.0), Unit::Metre, Reference::Agl)));
    assert_eq!(open.zones[0].volumes[0].upper.as_ref().and_then(|l| l.value), Some(f64::INFINITY));
    assert!(open.ambiguities.is_empty());
}

#[test]
fn no_record_is_lost_in_silence() {
    let file = read(&format!(
        "AL GND\nDP 50:00:00 N 014:00:00 E\n\nAC R\nAC P\nAN Twice opened\n{SQUARE}AN Lost its AC\nDP 51:00:00 N 014:00:00 E\n\
         AC Q\nAN Bad point\nDP 50:00:00 N 014:00:\nAC Q\nAN Unknown shape\nDX 1\nAC Q\n{SQUARE}AC R\nAN Thin\nDP 50:00:00 N 014:00:00 E\n"
    ));
    let skipped: Vec<_> = file.skipped.iter().map(|s| (s.index.as_str(), s.name.as_deref())).collect();
    assert_eq!(
        skipped,
        [
            ("line 1", None),
            ("line 4", None),
            ("line 12", Some("Lost its AC")),
            ("line 14", Some("Bad point")),
            ("line 17", Some("Unknown shape")),
            ("line 26", Some("Thin")),
        ]
    );
    let zones: Vec<_> = file.zones.iter().map(|z| (z.index.as_str(), z.name.as_deref())).collect();
    assert_eq!(zones, [("line 5", Some("Twice opened")), ("line 20", None)]);
    assert!(file.skipped[3].reason.starts_with("line 16, DP: "), "{}", file.skipped[3].reason);
    assert!(file.warnings.iter().any(|w| w.contains("has no name (AN)")), "{:?}", file.warnings);
}

#[test]
fn marks_old_line_ends_comments_and_code_pages() {
    let text = format!("\u{feff}* Luftr\u{e4}ume\nAC R * restricted\nAN Square  *NOTAM\n{SQUARE}");
    let old: Vec<u8> = text.replace('\n', "\r").chars().skip(1).map(|c| c as u8).collect();
    let file = zones::read(&Evidence::from_bytes("air.txt", old), &[], &Limits::default()).expect("a zone file");
    assert_eq!(file.zones[0].name.as_deref(), Some("Square"));
    assert!(file.warnings.iter().any(|w| w.contains("Latin-1")), "{:?}", file.warnings);
    assert_eq!(read(&text.replace('\n', "\r\n")).zones[0].index, "line 2");
    assert_eq!(file.ignored, ["comments behind a line: 2 lines"]);
}

#[test]
fn arcs_made_to_fill_the_memory_are_refused() {
    let mut text = "AC R\nAN Big\nV X=0:0:0 N 0:0:0 E\n".to_owned();
    text.push_str(&"DA 539,0,359\n".repeat(3000));
    let file = read(&text);
    assert!(file.skipped[0].reason.contains("chords"), "{:?}", file.skipped);
    let huge = read("AC R\nAN Huge\nV X=0:0:0 N 0:0:0 E\nDA 9999,0,359\n");
    assert!(huge.skipped[0].reason.contains("more than 540 NM"), "{:?}", huge.skipped);
}
