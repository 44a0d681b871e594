//! The height of an aircraft above whatever a limit is measured from: as logged where the log has it, else converted with the
//! geoid and the user's terrain. What cannot be converted is `None`; a barometric height is never taken for one above the sea.

use super::accuracy::Accuracy;
use super::path::{Path, is_barometric};
use crate::analyse::geoid;
use crate::analyse::terrain::{Ground, GroundHeight};
use crate::track::FixState;
use crate::zones::Reference;

/// One standard deviation of a barometric height above take-off: drift over a flight.
const BAROMETER_M: f64 = 2.0;
/// One standard deviation of a distance sensor or terrain-following height, where nothing is stated.
const ABOVE_GROUND_M: f64 = 2.0;
/// Pressure altitude may differ from height above the sea by so much at sea level pressures of 978 to 1049 hPa.
const QNH_M: f64 = 300.0;
/// A log that begins higher than this did not begin at the place of take-off.
const AT_TAKEOFF_M: f64 = 5.0;

/// A height above some reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Height {
    pub metres: f64,
    /// One standard deviation.
    pub sigma_m: f64,
    /// What it may be off either way because a quantity is not known at all.
    pub slack_m: f64,
    /// How it was come by.
    pub by: &'static str,
}

impl Height {
    fn logged(metres: f64, sigma_m: f64) -> Height {
        Height { metres, sigma_m, slack_m: 0.0, by: "as logged" }
    }

    /// Raised by a quantity with an error of its own.
    fn plus(self, metres: f64, sigma_m: f64, by: &'static str) -> Height {
        Height { metres: self.metres + metres, sigma_m: self.sigma_m.hypot(sigma_m), by, ..self }
    }
}

/// All that is known of the heights along a path.
pub struct Heights<'p> {
    path: &'p Path<'p>,
    accuracy: &'p Accuracy<'p>,
    takeoff: Option<&'p [f32]>,
    amsl: Option<&'p [f32]>,
    ellipsoid: Option<&'p [f32]>,
    ground: Option<&'p [f32]>,
    pressure: Option<&'p [f32]>,
    terrain: Option<&'p dyn Ground>,
    /// The ground at the place of take-off.
    takeoff_ground: Option<GroundHeight>,
}

impl<'p> Heights<'p> {
    pub fn of(path: &'p Path<'p>, accuracy: &'p Accuracy<'p>, terrain: Option<&'p dyn Ground>) -> Self {
        let rows = path.rows();
        let takeoff = rows.column("height.takeoff");
        let (amsl, disguised): (_, Option<&[f32]>) = match rows.column("height.amsl") {
            Some(values) if is_barometric(rows, "height.amsl") => (None, Some(values)),
            amsl => (amsl, None),
        };
        Heights {
            takeoff_ground: terrain.zip(takeoff).and_then(|(terrain, takeoff)| takeoff_ground(path, takeoff, terrain)),
            path,
            accuracy,
            takeoff,
            amsl,
            ellipsoid: rows.column("height.ellipsoid"),
            ground: rows.column("height.ground"),
            pressure: rows.column("height.pressure").or(disguised),
            terrain,
        }
    }

    pub fn has_terrain(&self) -> bool {
        self.terrain.is_some()
    }

    /// The references that the log itself has heights above, best for a reader first.
    pub fn logged(&self) -> impl Iterator<Item = Reference> {
        [
            (self.takeoff, Reference::Takeoff),
            (self.amsl, Reference::Amsl),
            (self.ellipsoid, Reference::Wgs84),
            (self.ground, Reference::Agl),
            (self.pressure, Reference::Standard),
        ]
        .into_iter()
        .filter_map(|(values, reference)| values.map(|_| reference))
    }

    /// The height at a place along the path above a reference, if it can be told.
    pub fn above(&self, reference: Reference, s: f64) -> Option<Height> {
        match reference {
            Reference::Takeoff => self.barometric(s).or_else(|| {
                let ground = self.takeoff_ground?;
                Some(self.satellite_amsl(s)?.plus(
                    -ground.metres,
                    ground.sigma_m,
                    "height above the sea less the ground at take-off",
                ))
            }),
            Reference::Amsl => self.amsl(s),
            Reference::Wgs84 => self.logged_ellipsoid(s).or_else(|| {
                let by = "height above the sea plus the EGM96 geoid";
                Some(self.amsl(s)?.plus(self.undulation(s)?, geoid::SIGMA_M, by))
            }),
            Reference::Agl => self.logged_ground(s).or_else(|| {
                let ground = self.terrain_at(s)?;
                Some(self.amsl(s)?.plus(-ground.metres, ground.sigma_m, "less the ground below by the given terrain"))
            }),
            Reference::Standard => self.value(self.pressure, s).map(|h| Height::logged(h, BAROMETER_M)).or_else(|| {
                let amsl = self.satellite_amsl(s).or_else(|| self.amsl_from_takeoff(s))?;
                Some(Height { slack_m: QNH_M, by: "height above the sea, pressure of the day unknown", ..amsl })
            }),
            Reference::Unknown => None,
        }
    }

    fn amsl(&self, s: f64) -> Option<Height> {
        self.satellite_amsl(s).or_else(|| self.amsl_from_takeoff(s)).or_else(|| self.amsl_from_ground(s)).or_else(
            || {
                let pressure = Height::logged(self.value(self.pressure, s)?, BAROMETER_M);
                Some(Height { slack_m: QNH_M, by: "pressure altitude, pressure of the day unknown", ..pressure })
            },
        )
    }

    fn satellite_amsl(&self, s: f64) -> Option<Height> {
        let logged =
            self.value(self.amsl, s).map(|height| Height::logged(height, self.accuracy.vertical_m(self.path, s)));
        logged.or_else(|| {
            let by = "height above the ellipsoid less the EGM96 geoid";
            Some(self.logged_ellipsoid(s)?.plus(-self.undulation(s)?, geoid::SIGMA_M, by))
        })
    }

    fn amsl_from_takeoff(&self, s: f64) -> Option<Height> {
        let ground = self.takeoff_ground?;
        Some(self.barometric(s)?.plus(
            ground.metres,
            ground.sigma_m,
            "height above take-off plus the ground at the first fix",
        ))
    }

    fn amsl_from_ground(&self, s: f64) -> Option<Height> {
        let ground = self.terrain_at(s)?;
        Some(self.logged_ground(s)?.plus(ground.metres, ground.sigma_m, "height above ground plus the ground below"))
    }

    fn barometric(&self, s: f64) -> Option<Height> {
        self.value(self.takeoff, s).map(|height| Height::logged(height, BAROMETER_M))
    }

    fn logged_ellipsoid(&self, s: f64) -> Option<Height> {
        self.value(self.ellipsoid, s).map(|height| Height::logged(height, self.accuracy.vertical_m(self.path, s)))
    }

    fn logged_ground(&self, s: f64) -> Option<Height> {
        self.value(self.ground, s).map(|height| Height::logged(height, ABOVE_GROUND_M))
    }

    fn value(&self, column: Option<&[f32]>, s: f64) -> Option<f64> {
        self.path.value(column?, s)
    }

    fn undulation(&self, s: f64) -> Option<f64> {
        let (lat, lon) = self.path.lat_lon(s);
        geoid::undulation_m(lat, lon)
    }

    fn terrain_at(&self, s: f64) -> Option<GroundHeight> {
        let (lat, lon) = self.path.lat_lon(s);
        self.terrain?.ground(lat, lon)
    }
}

/// The ground at the first valid fix, when the aircraft stood there.
fn takeoff_ground(path: &Path<'_>, takeoff: &[f32], terrain: &dyn Ground) -> Option<GroundHeight> {
    let rows = path.rows();
    let row = rows.fixes().find(|row| rows.fix[*row] == FixState::Valid)?;
    let height = takeoff.get(row).filter(|height| height.is_finite())?;
    (f64::from(height.abs()) <= AT_TAKEOFF_M).then(|| terrain.ground(rows.lat[row], rows.lon[row])).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{add_column, rows};
    use super::*;

    /// The ground rises by 100 m from the first fix to the second.
    struct Slope;

    impl Ground for Slope {
        fn ground(&self, _lat: f64, lon: f64) -> Option<GroundHeight> {
            Some(GroundHeight { metres: 400.0 + (lon - 8.0) * 10_000.0, sigma_m: 3.0 })
        }
    }

    fn height(channels: &[(&str, [f32; 2])], terrain: Option<&dyn Ground>, reference: Reference) -> Option<Height> {
        let mut rows = rows(&[(0.0, 47.0, 8.0), (1.0, 47.0, 8.01)]);
        channels.iter().for_each(|(channel, values)| add_column(&mut rows, channel, values));
        let path = Path::of(&rows, 5.0).expect("fixes");
        let accuracy = Accuracy::of(&rows, "aircraft/gnss/recorded".parse().expect("a kind"));
        Heights::of(&path, &accuracy, terrain).above(reference, 0.5)
    }

    fn metres(channels: &[(&str, [f32; 2])], terrain: Option<&dyn Ground>, reference: Reference) -> Option<f64> {
        height(channels, terrain, reference).map(|height| height.metres)
    }

    /// The geoid at 47 N, 8.005 E by the 5' grid of EGM96 (package `egm96` 0.3.0).
    #[test]
    fn with_the_geoid() {
        let ellipsoid = [("height.ellipsoid", [600.0, 620.0])];
        let amsl = metres(&ellipsoid, None, Reference::Amsl).expect("a height");
        assert!((amsl - (610.0 - GEOID_M)).abs() < 0.2, "{amsl}");
        let back = metres(&[("height.amsl", [561.0, 561.0])], None, Reference::Wgs84).expect("a height");
        assert!((back - (561.0 + GEOID_M)).abs() < 0.2, "{back}");
        assert_eq!(metres(&ellipsoid, None, Reference::Wgs84), Some(610.0));
        assert_eq!(metres(&ellipsoid, None, Reference::Agl), None);
    }

    const GEOID_M: f64 = 48.389;

    /// Half way the ground is at 450 m; at the first fix at 400 m.
    #[test]
    fn with_terrain() {
        let takeoff = [("height.takeoff", [0.0, 120.0])];
        assert_eq!(metres(&takeoff, None, Reference::Amsl), None);
        assert_eq!(metres(&takeoff, None, Reference::Agl), None);
        assert_eq!(metres(&takeoff, Some(&Slope), Reference::Amsl), Some(460.0));
        assert_eq!(metres(&takeoff, Some(&Slope), Reference::Agl).map(f64::round), Some(10.0));
        // 2 m of the barometer, 3 m of the terrain at either place: the root of 22.
        let sigma = height(&takeoff, Some(&Slope), Reference::Agl).expect("a height").sigma_m;
        assert!((sigma - 22.0_f64.sqrt()).abs() < 1e-9);
        assert_eq!(
            metres(&[("height.amsl", [500.0, 500.0])], Some(&Slope), Reference::Agl).map(f64::round),
            Some(50.0)
        );
        // Logging began in the air: where it took off is not known.
        assert_eq!(metres(&[("height.takeoff", [50.0, 120.0])], Some(&Slope), Reference::Amsl), None);
    }

    #[test]
    fn pressure_is_no_height_above_the_sea() {
        let pressure = [("height.pressure", [500.0, 500.0])];
        assert_eq!(height(&pressure, None, Reference::Standard).map(|h| (h.metres, h.slack_m)), Some((500.0, 0.0)));
        assert_eq!(height(&pressure, None, Reference::Amsl).map(|h| (h.metres, h.slack_m)), Some((500.0, 300.0)));
        let amsl = height(&[("height.amsl", [500.0, 500.0])], None, Reference::Standard);
        assert_eq!(amsl.map(|h| h.slack_m), Some(300.0));
        let mut rows = rows(&[(0.0, 47.0, 8.0)]);
        add_column(&mut rows, "height.amsl", &[500.0]);
        rows.columns[0].basis = "barometric, 1013.25 hPa".to_owned();
        let path = Path::of(&rows, 5.0).expect("a fix");
        let accuracy = Accuracy::of(&rows, "aircraft/gnss/recorded".parse().expect("a kind"));
        let heights = Heights::of(&path, &accuracy, None);
        assert_eq!(heights.above(Reference::Amsl, 0.0).map(|h| h.slack_m), Some(300.0));
        assert_eq!(path.height(0.0), Some((500.0, "pressure")));
        assert_eq!(heights.above(Reference::Unknown, 0.0), None);
    }

    #[test]
    fn nothing_is_known_between_a_height_and_none() {
        assert_eq!(metres(&[("height.takeoff", [1.0, f32::NAN])], None, Reference::Takeoff), None);
    }
}
