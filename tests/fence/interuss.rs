//! The test set of the InterUSS geo-awareness suite (CHE-1) with places, heights and times. The answers are worked out by hand from the
//! file: circles by degrees of latitude (46.43 N: 111,160 m, 46.61 N: 111,163 m), times by the calendar of 2022.

use super::{check_table, in_document, listed};

const FILE: &str = "ed269/interuss_test_eurocae_ed269.json";

/// Latitude, longitude; metres above the ground, or above the sea; time.
struct Case {
    zone: &'static str,
    place: (f64, f64),
    height: (&'static str, f64),
    utc: &'static str,
    /// Verdicts of height and time when it was inside the outline.
    expected: Option<(&'static str, &'static str)>,
}

const GROUND: &str = "height_ground_m";
const SEA: &str = "height_amsl_m";

const fn case(
    zone: &'static str,
    place: (f64, f64),
    height: (&'static str, f64),
    utc: &'static str,
    expected: Option<(&'static str, &'static str)>,
) -> Case {
    Case { zone, place, height, utc, expected }
}

const CONCERT: &str = "Montreux Concert Area";
const STAGE: (f64, f64) = (46.430758, 6.913146);
/// A Saturday.
const SATURDAY: &str = "2022-06-18T18:00:00Z";
const AIRFIELD: &str = "Flugplatz Reichenbach";
const LAUSANNE: &str = "Lausanne Airport";
const LAKE: &str = "MONTREUX Wildlife Preserve";
const PARK: &str = "Gantrisch Nature Park";
const PARK_2: &str = "Gantrisch Nature Park#2";
const WEDNESDAY: &str = "2022-06-22T12:00:00Z";

const CASES: &[Case] = &[
    // 3,000 m about the stage, ground to 6,259 m above the sea, weekends from 17:00, from 2022-06-15 on for a year.
    case(CONCERT, STAGE, (SEA, 600.0), SATURDAY, Some(("inside", "active"))),
    case(CONCERT, STAGE, (SEA, 600.0), "2022-06-19T20:00:00Z", Some(("inside", "active"))),
    case(CONCERT, STAGE, (SEA, 600.0), "2022-06-18T16:00:00Z", Some(("inside", "inactive"))),
    case(CONCERT, STAGE, (SEA, 600.0), "2022-06-22T18:00:00Z", Some(("inside", "inactive"))),
    // The last second of the day belongs to it.
    case(CONCERT, STAGE, (SEA, 600.0), "2022-06-18T23:59:59.2Z", Some(("inside", "active"))),
    // Saturdays before the first day and after the last one.
    case(CONCERT, STAGE, (SEA, 600.0), "2022-06-11T18:00:00Z", Some(("inside", "inactive"))),
    case(CONCERT, STAGE, (SEA, 600.0), "2023-06-17T18:00:00Z", Some(("inside", "inactive"))),
    case(CONCERT, STAGE, (SEA, 6300.0), SATURDAY, Some(("above", "active"))),
    // 2,990 m and 3,010 m to the north.
    case(CONCERT, (46.4576562, 6.913146), (SEA, 600.0), SATURDAY, Some(("inside", "active"))),
    case(CONCERT, (46.4578361, 6.913146), (SEA, 600.0), SATURDAY, None),
    // Three discs: to 1,000 m from the ground up, to 2,500 m from 50 m, to 3,500 m from 100 m; all up to 120 m.
    case(AIRFIELD, (46.612893, 7.67807), (GROUND, 20.0), WEDNESDAY, Some(("inside", "active"))),
    case(AIRFIELD, (46.6308848, 7.67807), (GROUND, 20.0), WEDNESDAY, Some(("below", "active"))),
    case(AIRFIELD, (46.6308848, 7.67807), (GROUND, 80.0), WEDNESDAY, Some(("inside", "active"))),
    case(AIRFIELD, (46.6398807, 7.67807), (GROUND, 80.0), WEDNESDAY, Some(("below", "active"))),
    case(AIRFIELD, (46.6398807, 7.67807), (GROUND, 110.0), WEDNESDAY, Some(("inside", "active"))),
    case(AIRFIELD, (46.6398807, 7.67807), (GROUND, 150.0), WEDNESDAY, Some(("above", "active"))),
    case(AIRFIELD, (46.6452780, 7.67807), (GROUND, 110.0), WEDNESDAY, None),
    case(AIRFIELD, (46.612893, 7.67807), (GROUND, 20.0), "2024-06-19T12:00:00Z", Some(("inside", "inactive"))),
    // A box from the ground, a triangle from 30 m, a larger one from 60 m; permanent.
    case(LAUSANNE, (46.545, 6.617), (GROUND, 10.0), "2030-01-01T03:00:00Z", Some(("inside", "active"))),
    case(LAUSANNE, (46.555, 6.600), (GROUND, 10.0), WEDNESDAY, Some(("below", "active"))),
    case(LAUSANNE, (46.555, 6.600), (GROUND, 40.0), WEDNESDAY, Some(("inside", "active"))),
    case(LAUSANNE, (46.560, 6.590), (GROUND, 40.0), WEDNESDAY, Some(("below", "active"))),
    case(LAUSANNE, (46.560, 6.590), (GROUND, 80.0), WEDNESDAY, Some(("inside", "active"))),
    case(LAUSANNE, (46.560, 6.590), (GROUND, 140.0), WEDNESDAY, Some(("above", "active"))),
    case(LAUSANNE, (46.530, 6.640), (GROUND, 80.0), WEDNESDAY, None),
    case(LAKE, (46.42, 6.87), (GROUND, 60.0), WEDNESDAY, Some(("inside", "active"))),
    case(LAKE, (46.42, 6.80), (GROUND, 60.0), WEDNESDAY, None),
    // 250 ft are 76.2 m; one outline twice, once without any restriction.
    case(PARK, (46.77, 7.40), (GROUND, 60.0), WEDNESDAY, Some(("inside", "active"))),
    case(PARK, (46.77, 7.40), (GROUND, 100.0), WEDNESDAY, Some(("above", "active"))),
    case(PARK_2, (46.77, 7.40), (GROUND, 60.0), WEDNESDAY, Some(("inside", "active"))),
    case(PARK_2, (46.70, 7.40), (GROUND, 60.0), WEDNESDAY, None),
];

#[test]
fn places_heights_and_times() {
    let Some(item) = listed(FILE) else { return };
    for Case { zone, place: (lat, lon), height: (column, metres), utc, expected } in CASES {
        let what = format!("{zone} at {lat}, {lon}, {metres} ({column}), {utc}");
        let head = format!("utc,latitude,longitude,{column}");
        let ran = check_table(&head, &[format!("{utc},{lat},{lon},{metres}")], &item.path, &["--clock-error", "0"]);
        let found = in_document(&ran.json());
        let inside = found.iter().find(|e| e["zone_id"] == *zone && e["verdict"] == "inside");
        match (inside, expected) {
            (None, None) => {}
            (Some(e), Some((height, time))) => {
                assert_eq!(
                    (&e["height_verdict"], &e["time_verdict"]),
                    (&(*height).into(), &(*time).into()),
                    "{what}: {e}"
                );
            }
            _ => panic!("{what}: {found:?} {}", ran.stderr),
        }
    }
}

/// Only being inside of what is in force and forbids something is a finding.
#[test]
fn findings() {
    // 1.6 km north of the stage, where no other zone is.
    let Some(item) = listed(FILE) else { return };
    let code = |place: &str, utc: &str, metres: f64| {
        let lines = [format!("{utc},{place},{metres}")];
        check_table("utc,latitude,longitude,height_amsl_m", &lines, &item.path, &["--clock-error", "0"]).code
    };
    assert_eq!(code("46.445,6.913146", SATURDAY, 600.0), 1);
    assert_eq!(code("46.445,6.913146", WEDNESDAY, 600.0), 0, "not in force");
    assert_eq!(code("46.445,6.913146", SATURDAY, 6300.0), 0, "above it");
}
