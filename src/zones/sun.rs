//! When the sun rises, sets and passes the altitude of civil twilight at a place, by the solar equations that NOAA publishes
//! (after Meeus, <https://gml.noaa.gov/grad/solcalc/calcdetails.html>): within a minute up to middle latitudes.

use super::window::SunEvent;

/// Zenith distances, degrees: the upper limb with 34' of refraction, and the end of civil twilight.
const LIMB: f64 = 90.833;
const CIVIL: f64 = 96.0;
/// How far the sun may stand from where it is calculated to stand, degrees: refraction varies with the weather, and an observer
/// above the ground sees over the horizon.
const ALTITUDE_ERROR_DEG: f64 = 0.15;

/// When something happens on one day at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Happens {
    /// Seconds since 1970, UTC, and by how many seconds it may be wrong.
    At {
        second: f64,
        error_s: f64,
    },
    /// The sun stays above the altitude of the event all day.
    StaysAbove,
    StaysBelow,
}

impl SunEvent {
    pub fn is_morning(self) -> bool {
        matches!(self, SunEvent::MorningTwilight | SunEvent::Sunrise)
    }

    fn zenith(self) -> f64 {
        match self {
            SunEvent::Sunrise | SunEvent::Sunset => LIMB,
            SunEvent::MorningTwilight | SunEvent::EveningTwilight => CIVIL,
        }
    }

    /// The name in ED-318.
    pub fn as_str(self) -> &'static str {
        match self {
            SunEvent::MorningTwilight => "BMCT",
            SunEvent::Sunrise => "SR",
            SunEvent::Sunset => "SS",
            SunEvent::EveningTwilight => "EECT",
        }
    }
}

/// The event of a day (days since 1970, of the local mean time of the longitude) at a place in degrees.
pub fn happens(event: SunEvent, day: i64, lat: f64, lon: f64) -> Happens {
    let side = if event.is_morning() { -1.0 } else { 1.0 };
    let mut second = noon(day, lon);
    let mut rate = 1.0;
    // The sun moves on while the Earth turns: its place at noon gives the first guess only.
    for _ in 0..3 {
        let sun = Sun::at(second);
        let (lat, declination) = (lat.to_radians(), sun.declination);
        let cosine =
            event.zenith().to_radians().cos() / (lat.cos() * declination.cos()) - lat.tan() * declination.tan();
        if cosine.is_nan() || cosine <= -1.0 {
            return Happens::StaysAbove;
        }
        if cosine >= 1.0 {
            return Happens::StaysBelow;
        }
        let hour_angle = cosine.acos();
        let noon_s = mean_noon(day, lon) - sun.equation_of_time_min * 60.0;
        second = noon_s + side * hour_angle.to_degrees() * 240.0;
        // Degrees of altitude in a second.
        rate = lat.cos() * declination.cos() * hour_angle.sin() / 240.0;
    }
    Happens::At { second, error_s: ALTITUDE_ERROR_DEG / rate.max(1e-6) }
}

/// When the sun is highest on a day, seconds since 1970.
pub fn noon(day: i64, lon: f64) -> f64 {
    let mean = mean_noon(day, lon);
    mean - Sun::at(mean).equation_of_time_min * 60.0
}

fn mean_noon(day: i64, lon: f64) -> f64 {
    (day as f64 + 0.5) * 86_400.0 - lon * 240.0
}

struct Sun {
    /// Radians.
    declination: f64,
    /// Minutes that the true sun is ahead of the mean one.
    equation_of_time_min: f64,
}

impl Sun {
    fn at(second: f64) -> Sun {
        // Julian centuries since noon of 1 January 2000.
        let t = (second / 86_400.0 + 2_440_587.5 - 2_451_545.0) / 36_525.0;
        let mean_longitude = (280.466_46 + t * (36_000.769_83 + t * 0.000_303_2)).rem_euclid(360.0).to_radians();
        let anomaly = (357.529_11 + t * (35_999.050_29 - 0.000_153_7 * t)).to_radians();
        let eccentricity = 0.016_708_634 - t * (0.000_042_037 + 0.000_000_126_7 * t);
        let centre = anomaly.sin() * (1.914_602 - t * (0.004_817 + 0.000_014 * t))
            + (2.0 * anomaly).sin() * (0.019_993 - 0.000_101 * t)
            + (3.0 * anomaly).sin() * 0.000_289;
        let node = (125.04 - 1_934.136 * t).to_radians();
        let longitude = mean_longitude + (centre - 0.005_69 - 0.004_78 * node.sin()).to_radians();
        let obliquity_s = 21.448 - t * (46.815 + t * (0.000_59 - t * 0.001_813));
        let obliquity = (23.0 + (26.0 + obliquity_s / 60.0) / 60.0 + 0.002_56 * node.cos()).to_radians();
        let y = (obliquity / 2.0).tan().powi(2);
        let equation = y * (2.0 * mean_longitude).sin() - 2.0 * eccentricity * anomaly.sin()
            + 4.0 * eccentricity * y * anomaly.sin() * (2.0 * mean_longitude).cos()
            - 0.5 * y * y * (4.0 * mean_longitude).sin()
            - 1.25 * eccentricity * eccentricity * (2.0 * anomaly).sin();
        Sun {
            declination: (obliquity.sin() * longitude.sin()).asin(),
            equation_of_time_min: 4.0 * equation.to_degrees(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SunEvent::{EveningTwilight, MorningTwilight, Sunrise, Sunset};
    use super::*;

    fn day(text: &str) -> i64 {
        text.parse::<chrono::NaiveDate>()
            .expect("a date")
            .signed_duration_since(chrono::NaiveDate::default())
            .num_days()
    }

    fn assert_near(event: SunEvent, date: &str, (lat, lon): (f64, f64), utc: &str, tolerance_s: f64) {
        let wanted = format!("{utc}Z").parse::<chrono::DateTime<chrono::Utc>>().expect("an instant").timestamp() as f64;
        match happens(event, day(date), lat, lon) {
            Happens::At { second, .. } => {
                assert!((second - wanted).abs() <= tolerance_s, "{event:?} {date}: {} s off", second - wanted)
            }
            other => panic!("{event:?} {date}: {other:?}"),
        }
    }

    /// Sunrise and sunset as almanacs print them, to the minute: London (HM Nautical Almanac Office), New York and Sydney
    /// (US Naval Observatory, Geoscience Australia), in UTC here.
    #[test]
    fn almanacs() {
        let (london, new_york, sydney) = ((51.51, -0.13), (40.71, -74.01), (-33.87, 151.21));
        assert_near(Sunrise, "2024-06-21", london, "2024-06-21T03:43:00", 60.0);
        assert_near(Sunset, "2024-06-21", london, "2024-06-21T20:21:00", 60.0);
        assert_near(Sunrise, "2024-12-21", london, "2024-12-21T08:04:00", 60.0);
        assert_near(Sunset, "2024-12-21", london, "2024-12-21T15:53:00", 60.0);
        assert_near(Sunset, "2024-03-20", new_york, "2024-03-20T23:08:00", 60.0);
        assert_near(Sunrise, "2024-12-21", sydney, "2024-12-20T18:40:00", 60.0);
    }

    /// To the second by PyEphem 4.1 (horizon -0:50 and -6, no refraction of its own).
    #[test]
    fn another_ephemeris() {
        for (date, place, bmct, sr, ss, eect) in [
            (
                "2024-06-21",
                (51.4769, 0.0),
                "2024-06-21T02:55:10",
                "2024-06-21T03:42:52",
                "2024-06-21T20:20:58",
                "2024-06-21T21:08:39",
            ),
            (
                "2024-09-22",
                (-0.18, -78.47),
                "2024-09-22T10:42:26",
                "2024-09-22T11:03:06",
                "2024-09-22T23:09:34",
                "2024-09-22T23:30:14",
            ),
            (
                "2023-01-20",
                (54.1, 8.91),
                "2023-01-20T06:49:15",
                "2023-01-20T07:30:10",
                "2023-01-20T15:40:53",
                "2023-01-20T16:21:49",
            ),
            (
                "2024-02-10",
                (-18.14, 178.44),
                "2024-02-09T17:34:23",
                "2024-02-09T17:57:06",
                "2024-02-10T06:43:29",
                "2024-02-10T07:06:09",
            ),
            (
                "2024-06-21",
                (60.17, 24.94),
                "2024-06-20T23:01:46",
                "2024-06-21T00:54:07",
                "2024-06-21T19:50:08",
                "2024-06-21T21:42:20",
            ),
        ] {
            for (event, utc) in [(MorningTwilight, bmct), (Sunrise, sr), (Sunset, ss), (EveningTwilight, eect)] {
                assert_near(event, date, place, utc, 30.0);
            }
        }
    }

    /// Tromso: the midnight sun in June; in December no sunrise, but twilight from 08:31:31 to 12:53:20 (PyEphem).
    #[test]
    fn polar_day_and_night() {
        let tromso = (69.65, 18.96);
        for event in [MorningTwilight, Sunrise, Sunset, EveningTwilight] {
            assert_eq!(happens(event, day("2024-06-21"), tromso.0, tromso.1), Happens::StaysAbove);
        }
        assert_eq!(happens(Sunrise, day("2024-12-21"), tromso.0, tromso.1), Happens::StaysBelow);
        assert_near(MorningTwilight, "2024-12-21", tromso, "2024-12-21T08:31:31", 60.0);
        assert_near(EveningTwilight, "2024-12-21", tromso, "2024-12-21T12:53:20", 60.0);
        assert_eq!(happens(Sunrise, day("2024-06-21"), 90.0, 0.0), Happens::StaysAbove);
        assert_eq!(happens(Sunrise, day("2024-12-21"), 90.0, 0.0), Happens::StaysBelow);
    }
}
