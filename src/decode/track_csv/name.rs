//! What the words of a column's head mean: `altitude(feet)`, `height_m`, `OSD.latitude`, `Lat [deg]`. A head is split into words;
//! a unit may stand in brackets or as the last words.

/// A kind of column that is understood.
pub struct Known {
    /// The field of `records.tsv` that it becomes, or the role in which it is looked at with others.
    pub field: &'static str,
    pub quantity: Quantity,
    /// Heads without blanks, signs and units, the surest first.
    pub heads: &'static [&'static str],
}

/// What a number counts, and so which units it can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    Angle,
    Length,
    Speed,
    Plain,
    /// A clock: the column's values decide which.
    Time,
    /// Words that tell one track from another.
    Words,
}

/// Where a head can mean several things, the first one here is taken.
pub static KNOWN: &[Known] = &[
    Known {
        field: "latitude",
        quantity: Quantity::Angle,
        heads: &["lat", "latitude", "latwgs84", "latitudewgs84", "decimallatitude", "latdd", "gpslat", "gpslatitude"],
    },
    Known {
        field: "longitude",
        quantity: Quantity::Angle,
        heads: &[
            "lon",
            "lng",
            "long",
            "longitude",
            "lonwgs84",
            "longitudewgs84",
            "decimallongitude",
            "londd",
            "gpslon",
            "gpslong",
            "gpslongitude",
        ],
    },
    Known {
        field: "elapsed",
        quantity: Quantity::Time,
        heads: &[
            "elapsed",
            "elapsedtime",
            "timeelapsed",
            "flighttime",
            "flytime",
            "timesincestart",
            "timesinceboot",
            "timeboot",
            "uptime",
            "seconds",
            "secs",
            "milliseconds",
            "millis",
        ],
    },
    Known {
        field: "utc",
        quantity: Quantity::Time,
        heads: &["utc", "utctime", "timeutc", "datetimeutc", "utcdatetime", "timestamputc", "utctimestamp"],
    },
    Known {
        field: "local",
        quantity: Quantity::Time,
        heads: &["localtime", "timelocal", "datetimelocal", "localdatetime", "timestamplocal", "localtimestamp"],
    },
    role(
        "time",
        Quantity::Time,
        &[
            "timestamp",
            "datetime",
            "time",
            "t",
            "ts",
            "epoch",
            "epochtime",
            "unix",
            "unixtime",
            "unixtimestamp",
            "posixtime",
            "updatetime",
        ],
    ),
    role("date", Quantity::Time, &["date", "utcdate", "dateutc", "localdate", "datelocal"]),
    Known {
        field: "height_takeoff",
        quantity: Quantity::Length,
        heads: &[
            "heighttakeoff",
            "heightabovetakeoff",
            "altitudeabovetakeoff",
            "relativealtitude",
            "altituderelative",
            "relativeheight",
            "relaltitude",
            "relalt",
            "altrel",
            "relheight",
            "ascent",
        ],
    },
    Known {
        field: "height_amsl",
        quantity: Quantity::Length,
        heads: &[
            "heightamsl",
            "altitudeamsl",
            "altamsl",
            "amslaltitude",
            "amsl",
            "altitudemsl",
            "altmsl",
            "mslaltitude",
            "msl",
            "altitudeabovesealevel",
            "altitudeasl",
            "asl",
        ],
    },
    Known {
        field: "height_ellipsoid",
        quantity: Quantity::Length,
        heads: &["heightellipsoid", "ellipsoidheight", "ellipsoidalheight", "heightwgs84", "altitudewgs84", "hae"],
    },
    Known {
        field: "height_ground",
        quantity: Quantity::Length,
        heads: &[
            "heightground",
            "heightagl",
            "altitudeagl",
            "altagl",
            "agl",
            "heightaboveground",
            "altitudeaboveground",
            "heightabovegroundatdronelocation",
        ],
    },
    Known {
        field: "height_pressure",
        quantity: Quantity::Length,
        heads: &["heightpressure", "pressurealtitude", "altitudepressure", "pressureheight"],
    },
    Known {
        field: "height_unknown",
        quantity: Quantity::Length,
        heads: &[
            "heightunknown",
            "height",
            "h",
            "altitude",
            "alt",
            "elevation",
            "ele",
            "elev",
            "gpsaltitude",
            "gpsalt",
            "baroaltitude",
            "baroalt",
            "z",
        ],
    },
    Known {
        field: "speed",
        quantity: Quantity::Speed,
        heads: &["speed", "groundspeed", "gspeed", "gspd", "gpsspeed", "horizontalspeed", "hspeed", "velocity", "spd"],
    },
    Known {
        field: "velocity_north",
        quantity: Quantity::Speed,
        heads: &["vn", "velocitynorth", "speednorth", "vnorth"],
    },
    Known { field: "velocity_east", quantity: Quantity::Speed, heads: &["ve", "velocityeast", "speedeast", "veast"] },
    Known { field: "velocity_down", quantity: Quantity::Speed, heads: &["vd", "velocitydown", "speeddown", "vdown"] },
    Known { field: "roll", quantity: Quantity::Angle, heads: &["roll", "rollangle", "attituderoll"] },
    Known { field: "pitch", quantity: Quantity::Angle, heads: &["pitch", "pitchangle", "attitudepitch"] },
    Known { field: "yaw", quantity: Quantity::Angle, heads: &["yaw", "yawangle", "attitudeyaw"] },
    Known {
        field: "heading",
        quantity: Quantity::Angle,
        heads: &["heading", "hdg", "compassheading", "compass", "trueheading", "bearing"],
    },
    Known {
        field: "course",
        quantity: Quantity::Angle,
        heads: &["course", "cog", "courseoverground", "trackangle", "truetrack", "groundcourse"],
    },
    Known {
        field: "satellites",
        quantity: Quantity::Plain,
        heads: &["satellites", "sats", "numsats", "numsat", "satellitecount", "satellitesnum", "gpsnum", "nsat", "sat"],
    },
    Known {
        field: "accuracy",
        quantity: Quantity::Length,
        heads: &["accuracy", "horizontalaccuracy", "hacc", "haccuracy", "gpsaccuracy", "positionaccuracy"],
    },
    Known { field: "valid", quantity: Quantity::Words, heads: &["valid", "fixvalid", "positionvalid"] },
    role(
        "flight",
        Quantity::Words,
        &[
            "flight",
            "flightid",
            "flightname",
            "flightno",
            "flightnumber",
            "track",
            "trackid",
            "trackname",
            "tracknumber",
            "trajectory",
            "trajectoryid",
            "sortie",
            "mission",
            "missionid",
        ],
    ),
    role(
        "aircraft",
        Quantity::Words,
        &[
            "aircraft",
            "aircraftid",
            "drone",
            "droneid",
            "uav",
            "uavid",
            "uasid",
            "vehicle",
            "vehicleid",
            "icao24",
            "icao",
            "serial",
            "serialnumber",
            "registration",
            "tail",
            "callsign",
            "device",
            "deviceid",
        ],
    ),
    // A column of these names may count rows: it names tracks only where its values come again.
    role("id", Quantity::Words, &["id", "name", "objectid", "uid"]),
];

/// Tables of places have columns like these, tables of positions along a way do not.
pub static OF_PLACES: &[&str] = &[
    "radius",
    "radiusm",
    "bufferm",
    "buffer",
    "sector",
    "address",
    "postcode",
    "zip",
    "city",
    "country",
    "countrylong",
];

/// Columns that are no field by themselves: what they are, the values and the other columns decide.
const fn role(field: &'static str, quantity: Quantity, heads: &'static [&'static str]) -> Known {
    Known { field, quantity, heads }
}

/// The head of a column, split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Lower-case words in order, units in brackets left out.
    words: Vec<String>,
    /// What stands in brackets.
    bracket: Option<String>,
}

/// A head that is understood.
pub struct Meaning {
    pub known: &'static Known,
    /// Place of the head among those of its kind.
    pub rank: usize,
    /// As written, lower-case.
    pub unit: Option<String>,
    /// Whose clock the head names.
    pub clock: Option<&'static str>,
}

impl Head {
    pub fn of(text: &str) -> Self {
        let lower = text.trim().to_lowercase();
        let (plain, bracket) = match lower.split_once(['(', '[']) {
            Some((plain, rest)) => (plain, Some(rest.trim_end_matches([')', ']', ' ']).trim().to_owned())),
            None => (lower.as_str(), None),
        };
        let words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned);
        Head { words: words.collect(), bracket: bracket.filter(|b| !b.is_empty()) }
    }

    /// All words as one.
    pub fn joined(&self) -> String {
        self.words.concat()
    }

    /// What the head means, with and without a unit among its words, and without the name of the instrument before them.
    pub fn meaning(&self) -> Option<Meaning> {
        const INSTRUMENTS: &[&str] =
            &["osd", "gps", "custom", "drone", "aircraft", "uav", "vehicle", "position", "pos"];
        let whole = self.words.as_slice();
        self.understood(whole).or_else(|| match whole {
            [first, rest @ ..] if INSTRUMENTS.contains(&first.as_str()) && !rest.is_empty() => self.understood(rest),
            _ => None,
        })
    }

    fn understood(&self, words: &[String]) -> Option<Meaning> {
        let bracket = self.bracket.as_deref();
        let clock = bracket.and_then(|b| match b {
            "utc" | "gmt" | "z" => Some("utc"),
            "local" => Some("local"),
            _ => None,
        });
        for units in 0..words.len().min(4) {
            let (head, unit) = words.split_at(words.len() - units);
            let (head, unit) = (head.concat(), unit.join("/"));
            let unit = if units == 0 { bracket.filter(|_| clock.is_none()).map(str::to_owned) } else { Some(unit) };
            for known in KNOWN {
                let Some(rank) = known.heads.iter().position(|name| *name == head) else { continue };
                let fits = unit.as_ref().is_none_or(|unit| known.quantity.factor(unit).is_some());
                // A unit in brackets that is not understood leaves the number without one: it must not be guessed.
                if fits {
                    return Some(Meaning { known, rank, unit, clock });
                }
            }
        }
        None
    }
}

impl Quantity {
    /// What a number in this unit is to be multiplied with: metres, metres a second, degrees; of times the power of ten.
    pub fn factor(self, unit: &str) -> Option<f64> {
        let found = match self {
            Quantity::Angle => match unit {
                "deg" | "degs" | "degree" | "degrees" | "°" | "º" | "dd" | "@" | "decimal degrees" => 1.0,
                "rad" | "rads" | "radian" | "radians" => 180.0 / std::f64::consts::PI,
                _ => return None,
            },
            Quantity::Length => match unit {
                "m" | "meter" | "meters" | "metre" | "metres" | "mtr" => 1.0,
                "ft" | "feet" | "foot" => 0.3048,
                "km" | "kilometers" | "kilometres" => 1000.0,
                "cm" => 0.01,
                "mm" => 0.001,
                _ => return None,
            },
            Quantity::Speed => match unit {
                "m/s" | "ms" | "mps" | "m/sec" | "meters/second" | "metres/second" | "m s-1" => 1.0,
                "km/h" | "kmh" | "kph" | "kmph" => 1.0 / 3.6,
                "mph" | "mi/h" => 0.44704,
                "kn" | "kt" | "kts" | "knot" | "knots" => 1852.0 / 3600.0,
                "ft/s" | "fps" => 0.3048,
                _ => return None,
            },
            Quantity::Time => f64::from(seconds_exponent(unit)?),
            Quantity::Plain | Quantity::Words => return None,
        };
        Some(found)
    }
}

/// The power of ten of a unit of time in seconds.
pub fn seconds_exponent(unit: &str) -> Option<i32> {
    Some(match unit {
        "s" | "sec" | "secs" | "second" | "seconds" => 0,
        "ms" | "msec" | "milli" | "millis" | "millisecond" | "milliseconds" => -3,
        "us" | "µs" | "μs" | "usec" | "micros" | "microsecond" | "microseconds" => -6,
        "ns" | "nsec" | "nano" | "nanos" | "nanosecond" | "nanoseconds" => -9,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(text: &str) -> Option<(&'static str, Option<String>)> {
        Head::of(text).meaning().map(|m| (m.known.field, m.unit))
    }

    #[test]
    fn heads_of_many_programs_are_understood() {
        let table = [
            ("latitude", "latitude", ""),
            ("Lat [deg]", "latitude", "deg"),
            ("lat_deg", "latitude", "deg"),
            ("OSD.longitude", "longitude", ""),
            ("GPS Lng", "longitude", ""),
            ("altitude(feet)", "height_unknown", "feet"),
            ("height_m", "height_unknown", "m"),
            ("h", "height_unknown", ""),
            ("height_above_takeoff(feet)", "height_takeoff", "feet"),
            ("altitude_above_seaLevel(feet)", "height_amsl", "feet"),
            ("Altitude AMSL (m)", "height_amsl", "m"),
            ("rel_alt", "height_takeoff", ""),
            ("AGL", "height_ground", ""),
            ("pressure_altitude_ft", "height_pressure", "ft"),
            ("speed_ms", "speed", "ms"),
            ("speed_m_s", "speed", "m/s"),
            ("speed(mph)", "speed", "mph"),
            ("GSpd(kmh)", "speed", "kmh"),
            ("Ground Speed [kts]", "speed", "kts"),
            ("vn_m_s", "velocity_north", "m/s"),
            ("compass_heading(degrees)", "heading", "degrees"),
            ("Course (°)", "course", "°"),
            ("time(millisecond)", "time", "millisecond"),
            ("elapsed_s", "elapsed", "s"),
            ("time_boot_ms", "elapsed", "ms"),
            ("datetime(utc)", "time", ""),
            ("Timestamp", "time", ""),
            ("Sats", "satellites", ""),
            ("accuracy_m", "accuracy", "m"),
            ("Flight ID", "flight", ""),
            ("icao24", "aircraft", ""),
        ];
        for (head, field, unit) in table {
            let found = meaning(head).map(|(field, unit)| (field, unit.unwrap_or_default()));
            assert_eq!(found, Some((field, unit.to_owned())), "{head}");
        }
    }

    #[test]
    fn a_unit_that_is_not_known_is_not_guessed_and_other_peoples_places_are_not_the_aircraft() {
        for head in [
            "altitude(fathom)",
            "lat_min",
            "home.latitude",
            "pilot_lat",
            "max_altitude(feet)",
            "distance(feet)",
            "",
            "°",
        ] {
            assert_eq!(meaning(head), None, "{head}");
        }
    }

    #[test]
    fn units_become_si() {
        // 1959 international foot and mile, 1929 international nautical mile.
        assert_eq!(Quantity::Length.factor("feet"), Some(0.3048));
        assert_eq!(Quantity::Speed.factor("mph"), Some(0.44704));
        assert_eq!(Quantity::Speed.factor("kts"), Some(1852.0 / 3600.0));
        // The same letters are milliseconds of a time and metres a second of a speed.
        assert_eq!((Quantity::Speed.factor("ms"), seconds_exponent("ms")), (Some(1.0), Some(-3)));
    }
}
