//! Invented sites that somebody might declare, around the flights of the samples. Places are metres from take-off points.

use super::math::LocalPlane;
use std::fmt::Write;

/// (north, east) in metres.
pub type Point = (f64, f64);

/// Outer ring, then holes. Rings are given open.
type Rings = &'static [&'static [Point]];

#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Centre and radius in metres.
    Circle(Point, f64),
    Polygon(Rings),
    MultiPolygon(&'static [Rings]),
}

#[derive(Clone, Copy, Debug)]
pub struct Site {
    pub name: &'static str,
    pub sector: &'static str,
    /// Latitude and longitude, degrees, that the shape's metres count from.
    pub origin: (f64, f64),
    pub shape: Shape,
    /// Metres and their reference.
    pub lower: (u32, &'static str),
    pub upper: (u32, &'static str),
}

pub const MAVIC_ORIGIN: (f64, f64) = (54.1000, 8.9000);
pub const PHANTOM_V8_ORIGIN: (f64, f64) = (54.1060, 8.9150);
pub const PHANTOM_V4_ORIGIN: (f64, f64) = (54.0930, 8.8800);
pub const MINI_V12_ORIGIN: (f64, f64) = (54.0900, 8.9200);
pub const PHANTOM_V2_ORIGIN: (f64, f64) = (54.1100, 8.8850);
pub const PHANTOM_V7_ORIGIN: (f64, f64) = (54.1120, 8.9050);
pub const MINI_V14_ORIGIN: (f64, f64) = (54.0950, 8.9080);
pub const KEYED_V13_ORIGIN: (f64, f64) = (54.0870, 8.8990);
pub const KEYED_V14_ORIGIN: (f64, f64) = (54.0850, 8.9060);
pub const PILOT_V14_ORIGIN: (f64, f64) = (54.0830, 8.9130);

/// The fence of site A; the long flight crosses it.
pub const POWER_STATION_FENCE: &[Point] =
    &[(312.0, 295.0), (356.0, 238.0), (446.0, 268.0), (492.0, 352.0), (468.0, 436.0), (384.0, 448.0), (330.0, 392.0)];
/// The car park inside, which is not part of the site; no flight passes over it.
const POWER_STATION_YARD: &[Point] = &[(372.0, 392.0), (404.0, 398.0), (400.0, 424.0), (368.0, 416.0)];

const PRISON_MAIN: Rings = &[&[(22.0, -58.0), (22.0, -14.0), (64.0, -10.0), (70.0, -52.0)]];
const PRISON_WORKSHOP: Rings = &[&[(84.0, -70.0), (84.0, -40.0), (110.0, -40.0), (110.0, -70.0)]];

const GROUND: (u32, &str) = (0, "AGL");

pub const SITES: &[Site] = &[
    Site {
        name: "Sample Power Station",
        sector: "energy",
        origin: MAVIC_ORIGIN,
        shape: Shape::Polygon(&[POWER_STATION_FENCE, POWER_STATION_YARD]),
        lower: GROUND,
        upper: (150, "AGL"),
    },
    Site {
        name: "Sample Water Works",
        sector: "water",
        origin: MAVIC_ORIGIN,
        shape: Shape::Circle((700.0, 250.0), 60.0),
        lower: GROUND,
        upper: (100, "AGL"),
    },
    Site {
        name: "Sample Prison",
        sector: "justice",
        origin: MINI_V12_ORIGIN,
        shape: Shape::MultiPolygon(&[PRISON_MAIN, PRISON_WORKSHOP]),
        lower: GROUND,
        upper: (120, "AGL"),
    },
    Site {
        name: "Sample Substation",
        sector: "energy",
        origin: PHANTOM_V8_ORIGIN,
        shape: Shape::Circle((170.0, 40.0), 40.0),
        lower: GROUND,
        upper: (100, "AGL"),
    },
    Site {
        name: "Sample Gas Terminal",
        sector: "energy",
        origin: PHANTOM_V7_ORIGIN,
        shape: Shape::Polygon(&[&[(-120.0, -150.0), (-120.0, 160.0), (140.0, 160.0), (140.0, -150.0)]]),
        lower: (300, "AMSL"),
        upper: (900, "AMSL"),
    },
    Site {
        name: "Sample Radio Station",
        sector: "communication",
        origin: PHANTOM_V4_ORIGIN,
        shape: Shape::Polygon(&[&[(60.0, 10.0), (58.0, 70.0), (105.0, 75.0), (108.0, 12.0)]]),
        lower: GROUND,
        upper: (120, "AGL"),
    },
    Site {
        name: "Sample Rail Depot, East Yard",
        sector: "transport",
        origin: (54.2000, 9.1000),
        shape: Shape::Circle((0.0, 0.0), 200.0),
        lower: GROUND,
        upper: (100, "AGL"),
    },
];

/// Whether a place is inside a ring, by crossings of a line to the east.
pub fn inside(ring: &[Point], (north, east): Point) -> bool {
    let edges = ring.iter().zip(ring.iter().cycle().skip(1));
    let crossings = edges
        .filter(|&(a, b)| (a.0 > north) != (b.0 > north) && east < (b.1 - a.1) * (north - a.0) / (b.0 - a.0) + a.1);
    crossings.count() % 2 == 1
}

impl Site {
    fn degrees(&self, place: Point) -> (f64, f64) {
        LocalPlane::at(self.origin.0, self.origin.1).degrees(place.0, place.1)
    }

    fn position(&self, place: Point) -> String {
        let (lat, lon) = self.degrees(place);
        format!("[{lon:.6}, {lat:.6}]")
    }

    /// A closed ring, outer ones counter-clockwise and holes clockwise as RFC 7946 wants.
    fn ring(&self, ring: &[Point], outer: bool) -> String {
        let area: f64 = ring.iter().zip(ring.iter().cycle().skip(1)).map(|(a, b)| a.1 * b.0 - b.1 * a.0).sum();
        let mut places = ring.to_vec();
        if (area > 0.0) != outer {
            places.reverse();
        }
        places.push(places[0]);
        let texts: Vec<String> = places.into_iter().map(|place| self.position(place)).collect();
        format!("[{}]", texts.join(", "))
    }

    fn rings(&self, rings: Rings) -> String {
        let texts: Vec<String> = rings.iter().enumerate().map(|(at, ring)| self.ring(ring, at == 0)).collect();
        format!("[{}]", texts.join(", "))
    }

    fn feature(&self) -> String {
        let (geometry, radius) = match self.shape {
            Shape::Circle(centre, radius) => {
                (format!("\"Point\", \"coordinates\": {}", self.position(centre)), format!(", \"radius\": {radius}"))
            }
            Shape::Polygon(rings) => (format!("\"Polygon\", \"coordinates\": {}", self.rings(rings)), String::new()),
            Shape::MultiPolygon(parts) => {
                let texts: Vec<String> = parts.iter().map(|rings| self.rings(rings)).collect();
                (format!("\"MultiPolygon\", \"coordinates\": [{}]", texts.join(", ")), String::new())
            }
        };
        format!(
            concat!(
                "{{\"type\": \"Feature\", \"properties\": {{\"name\": \"{}\", \"sector\": \"{}\", ",
                "\"lowerLimit\": {}, \"lowerReference\": \"{}\", \"upperLimit\": {}, \"upperReference\": \"{}\", \"unit\": \"M\"{}}},\n",
                "  \"geometry\": {{\"type\": {}}}}}"
            ),
            self.name, self.sector, self.lower.0, self.lower.1, self.upper.0, self.upper.1, radius, geometry
        )
    }
}

/// All sites; circles are points with a `radius` in metres.
pub fn geojson() -> String {
    let features: Vec<String> = SITES.iter().map(Site::feature).collect();
    format!(
        "{{\"type\": \"FeatureCollection\", \"name\": \"Invented sites around the sample flights\", \"features\": [\n{}\n]}}\n",
        features.join(",\n")
    )
}

/// The circles alone.
pub fn csv() -> String {
    let mut out = String::from("name,lat,lon,radius_m,sector\n");
    for site in SITES {
        if let Shape::Circle(centre, radius) = site.shape {
            let (lat, lon) = site.degrees(centre);
            let quote = if site.name.contains(',') { "\"" } else { "" };
            writeln!(out, "{quote}{}{quote},{lat:.6},{lon:.6},{radius},{}", site.name, site.sector)
                .expect("a String takes all");
        }
    }
    out
}

/// Some of the sites as an authority publishes them: ED-318, with a site of two layers, circles, hours of the week and of the sun.
pub fn ed318() -> String {
    let geometry = |site: &Site, layer: &str| match site.shape {
        Shape::Circle(centre, radius) => format!(
            "{{\"type\": \"Point\", \"coordinates\": {}, \"extent\": {{\"subType\": \"Circle\", \"radius\": {radius}}}, \"layer\": {layer}}}",
            site.position(centre)
        ),
        Shape::Polygon(rings) => {
            format!("{{\"type\": \"Polygon\", \"coordinates\": {}, \"layer\": {layer}}}", site.rings(rings))
        }
        Shape::MultiPolygon(parts) => {
            let texts: Vec<String> = parts.iter().map(|rings| site.rings(rings)).collect();
            format!("{{\"type\": \"MultiPolygon\", \"coordinates\": [{}], \"layer\": {layer}}}", texts.join(", "))
        }
    };
    let layer = |lower: &str, upper: &str, uom: &str| {
        let (low, low_reference) = lower.split_once(' ').expect("a number and its reference");
        let (high, high_reference) = upper.split_once(' ').expect("a number and its reference");
        format!(
            "{{\"lower\": {low}, \"lowerReference\": \"{low_reference}\", \"upper\": {high}, \"upperReference\": \"{high_reference}\", \"uom\": \"{uom}\"}}"
        )
    };
    let both = |a: &str, b: &str| format!("{{\"type\": \"GeometryCollection\", \"geometries\": [\n  {a},\n  {b}]}}");
    let (power_station, water_works, prison, gas_terminal) = (&SITES[0], &SITES[1], &SITES[2], &SITES[4]);
    let working_hours = r#", "limitedApplicability": [{"startDateTime": "2024-01-01T00:00:00Z", "endDateTime": "2024-12-31T23:59:59Z", "schedule": [{"day": ["MON", "TUE", "WED", "THU", "FRI"], "startTime": "06:00:00Z", "endTime": "18:00:00Z"}]}]"#;
    let daylight =
        r#", "limitedApplicability": [{"schedule": [{"day": ["ANY"], "startEvent": "SR", "endEvent": "SS"}]}]"#;
    let zones = [
        ("SAM0001", power_station, "PROHIBITED", "", geometry(power_station, &layer("0 AGL", "150 AGL", "m"))),
        (
            "SAM0002",
            water_works,
            "REQ_AUTHORIZATION",
            working_hours,
            geometry(water_works, &layer("0 AGL", "330 AGL", "ft")),
        ),
        (
            "SAM0003",
            prison,
            "CONDITIONAL",
            "",
            both(
                &geometry(prison, &layer("0 AGL", "60 AGL", "m")),
                &geometry(prison, &layer("60 AGL", "400 AMSL", "m")),
            ),
        ),
        ("SAM0005", gas_terminal, "PROHIBITED", daylight, geometry(gas_terminal, &layer("300 AMSL", "900 AMSL", "m"))),
    ];
    let features: Vec<String> = zones
        .into_iter()
        .map(|(identifier, site, kind, applicability, geometry)| {
            format!(
                concat!(
                    "{{\"type\": \"Feature\", \"properties\": {{\"identifier\": \"{}\", \"country\": \"ZZZ\", ",
                    "\"name\": [{{\"text\": \"{}\", \"lang\": \"en-GB\"}}], \"type\": \"{}\", \"variant\": \"COMMON\", \"reason\": [\"SENSITIVE\"], ",
                    "\"zoneAuthority\": [{{\"name\": [{{\"text\": \"Sample County\", \"lang\": \"en-GB\"}}], \"purpose\": \"AUTHORIZATION\"}}]{}}},\n",
                    "  \"geometry\": {}}}"
                ),
                identifier, site.name, kind, applicability, geometry
            )
        })
        .collect();
    format!(
        concat!(
            "{{\"type\": \"FeatureCollection\", \"name\": \"Invented sites around the sample flights\",\n",
            "\"metadata\": {{\"provider\": [{{\"text\": \"Sample County\", \"lang\": \"en-GB\"}}], \"issued\": \"2016-01-01T00:00:00Z\"}},\n",
            "\"features\": [\n{}\n]}}\n"
        ),
        features.join(",\n")
    )
}

/// All sites as OpenAir: circles in nautical miles, corners in degrees, minutes and seconds, heights in feet.
pub fn openair() -> String {
    let dms = |degrees: f64, positive: char, negative: char| {
        let hundredths = (degrees.abs() * 360_000.0).round() as u64;
        let (d, m, s) = (hundredths / 360_000, hundredths / 6000 % 60, hundredths % 6000);
        format!("{d:03}:{m:02}:{:02}.{:02} {}", s / 100, s % 100, if degrees < 0.0 { negative } else { positive })
    };
    let limit = |(metres, reference): (u32, &str)| match metres {
        0 => "GND".to_owned(),
        _ => format!("{:.0}ft {reference}", f64::from(metres) / 0.3048),
    };
    let mut out = String::from("* Invented sites around the sample flights\n");
    for site in SITES {
        let place = |place: Point| {
            let (lat, lon) = site.degrees(place);
            format!("{} {}", dms(lat, 'N', 'S'), dms(lon, 'E', 'W'))
        };
        let mut record = |outline: &str| {
            write!(out, "\nAC P\nAN {}\nAL {}\nAH {}\n{outline}", site.name, limit(site.lower), limit(site.upper))
                .expect("a String takes all");
        };
        // A record has one outline and no holes.
        let closed = |ring: &[Point]| ring.iter().chain(ring.first()).copied().collect::<Vec<_>>();
        let corners =
            |ring: &[Point]| closed(ring).iter().map(|corner| format!("DP {}\n", place(*corner))).collect::<String>();
        match site.shape {
            Shape::Circle(centre, radius) => record(&format!("V X={}\nDC {:.4}\n", place(centre), radius / 1852.0)),
            Shape::Polygon(rings) => record(&corners(rings[0])),
            Shape::MultiPolygon(parts) => parts.iter().for_each(|rings| record(&corners(rings[0]))),
        }
    }
    out
}
