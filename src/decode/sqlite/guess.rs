//! What a column seems to hold, by its name and by all of its values. A guess that two readings fit is told and not used.

use crate::bytes::civil;
use crate::bytes::database::Table;
use crate::layout::Value;

/// How numbers become degrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    Degrees,
    /// Degrees times ten million.
    E7,
    /// Degrees times a million.
    E6,
}

impl Scale {
    pub fn divisor(self) -> f64 {
        match self {
            Scale::Degrees => 1.0,
            Scale::E7 => 1e7,
            Scale::E6 => 1e6,
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Scale::Degrees => "degrees",
            Scale::E7 => "degrees times ten million, which their range proves or their name says",
            Scale::E6 => "degrees times a million, as their name says",
        }
    }
}

/// How a value becomes a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Nanoseconds a unit since 1970.
    Unix(i64),
    /// Seconds since 2001, as Apple's programs count.
    Cocoa,
    /// A date and time of day as text.
    Text,
}

impl Clock {
    pub fn words(self) -> &'static str {
        match self {
            Clock::Unix(1_000_000_000) => "seconds since 1970",
            Clock::Unix(1_000_000) => "milliseconds since 1970",
            Clock::Unix(1_000) => "microseconds since 1970",
            Clock::Unix(_) => "nanoseconds since 1970",
            Clock::Cocoa => "seconds since 2001 (Cocoa)",
            Clock::Text => "dates as text",
        }
    }
}

/// 2005 to 2060 in seconds since 1970: times that drones and their apps have seen.
const SEEN_S: std::ops::Range<f64> = 1.1e9..2.84e9;
/// 2005 to 2034 in seconds since 2001: what lies above is a time since 1970.
const SEEN_COCOA_S: std::ops::Range<f64> = 1.2e8..1.05e9;
/// 2001 in seconds since 1970.
pub const COCOA_S: i64 = 978_307_200;

/// Pairs of columns that are latitude and longitude by their names.
pub fn pairs(table: &Table) -> Vec<(usize, usize)> {
    let names: Vec<String> = table.columns.iter().map(|column| column.name.to_ascii_lowercase()).collect();
    let partners = |name: &str| -> Vec<String> {
        if name.contains("latitude") {
            ["longitude", "longtitude"].map(|word| name.replacen("latitude", word, 1)).to_vec()
        } else {
            ["lon", "lng", "long"].map(|word| name.replacen("lat", word, 1)).to_vec()
        }
    };
    let lats = names.iter().enumerate().filter(|(_, name)| name.contains("lat"));
    lats.filter_map(|(lat, name)| {
        let lon = partners(name).into_iter().find_map(|other| names.iter().position(|name| *name == other))?;
        Some((lat, lon))
    })
    .collect()
}

/// Words that a table of places has, and one of positions along a way has not.
const PLACES: [&str; 14] = [
    "radius", "area", "zone", "airport", "country", "city", "poi", "polygon", "shape", "address", "place", "station",
    "tile", "geometry",
];

/// The word that makes the table one of places.
pub fn place_word(table: &Table) -> Option<&'static str> {
    let columns = table.columns.iter().map(|column| column.name.as_str());
    let names: Vec<String> = columns.chain([table.name.as_str()]).map(str::to_ascii_lowercase).collect();
    PLACES.into_iter().find(|word| names.iter().any(|name| name.split('_').any(|part| part.contains(word))))
}

/// Whose position the names say that it is: home, aircraft or pilot; else it is that of the device that keeps the database.
pub fn subject(table: &Table, lat: usize) -> &'static str {
    let column = table.columns.get(lat).map_or("", |column| column.name.as_str());
    let names = format!("{} {column}", table.name).to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| names.contains(word));
    if says(&["home", "takeoff", "take_off"]) {
        "home"
    } else if says(&["aircraft", "drone", "uav", "flyc", "fmd", "plane", "craft"]) {
        "aircraft"
    } else if says(&["pilot", "user", "phone", "mobile", "operator"]) {
        "pilot"
    } else {
        "controller"
    }
}

/// The number in a value; texts that are numbers count.
pub fn number(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        other => other.number().filter(|number| number.is_finite()),
    }
}

/// What all positions of a pair have in common.
#[derive(Clone, Copy, Debug, Default)]
pub struct Range {
    pub rows: u64,
    /// Rows in which neither is zero or absent.
    pub used: u64,
    in_degrees: u64,
    in_e6: u64,
    in_e7: u64,
    in_radians: u64,
    fractions: u64,
}

impl Range {
    pub fn add(&mut self, lat: &Value<'_>, lon: &Value<'_>) {
        self.rows += 1;
        let (Some(lat), Some(lon)) = (number(lat), number(lon)) else { return };
        if lat == 0.0 || lon == 0.0 {
            return;
        }
        self.used += 1;
        let within = |scale: f64| u64::from(lat.abs() <= 90.0 * scale && lon.abs() <= 180.0 * scale);
        self.in_degrees += within(1.0);
        self.in_e6 += within(1e6);
        self.in_e7 += within(1e7);
        let in_radians = lat.abs() <= std::f64::consts::FRAC_PI_2 && lon.abs() <= std::f64::consts::PI;
        self.in_radians += u64::from(in_radians);
        self.fractions += u64::from(lat.fract() != 0.0 || lon.fract() != 0.0);
    }

    /// The scale, or why there is none.
    pub fn scale(&self, name: &str) -> Result<Scale, &'static str> {
        let name = name.to_ascii_lowercase();
        // One value in ten may be a sentinel.
        let most = |count: u64| count * 10 >= self.used * 9;
        if self.used == 0 {
            return Err("no row holds a position");
        }
        if most(self.fractions) {
            return match (most(self.in_degrees), most(self.in_radians)) {
                (true, false) => Ok(Scale::Degrees),
                (true, true) => Err("degrees and radians fit both"),
                _ => Err("its numbers are no degrees"),
            };
        }
        match (most(self.in_e7), most(self.in_e6), most(self.in_degrees)) {
            (_, _, true) => Err("its whole numbers are too coarse for positions"),
            (true, _, _) if name.ends_with("e7") => Ok(Scale::E7),
            (_, true, _) if name.ends_with("e6") => Ok(Scale::E6),
            (true, false, _) => Ok(Scale::E7),
            (true, true, _) => Err("degrees times a million and times ten million fit both"),
            _ => Err("its numbers are no degrees"),
        }
    }
}

/// Words of columns that hold times.
const TIMES: [&str; 9] = ["time", "date", "stamp", "created", "updated", "modified", "_at", "_ts", "when"];

pub fn is_time_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "ts" || name == "t" || TIMES.iter().any(|word| name.contains(word))
}

/// What all values of a column have in common as times.
#[derive(Clone, Copy, Debug, Default)]
pub struct Times {
    used: u64,
    unix: [u64; 4],
    cocoa: u64,
    text: u64,
}

/// Nanoseconds a unit, in the order of [`Times::unix`].
const UNITS: [i64; 4] = [1_000_000_000, 1_000_000, 1_000, 1];

impl Times {
    pub fn add(&mut self, value: &Value<'_>) {
        if let Value::Text(text) = value {
            self.used += 1;
            self.text += u64::from(civil::Reader::default().moment(text.as_bytes()).is_some());
            return;
        }
        let Some(number) = value.number().filter(|number| *number != 0.0) else { return };
        self.used += 1;
        for (unit, count) in UNITS.iter().zip(&mut self.unix) {
            *count += u64::from(SEEN_S.contains(&(number * (*unit as f64 / 1e9))));
        }
        self.cocoa += u64::from(SEEN_COCOA_S.contains(&number));
    }

    /// `None` where the values are no times, or could be times of two kinds.
    pub fn clock(&self) -> Option<Clock> {
        let most = |count: u64| self.used > 0 && count * 10 >= self.used * 9;
        let unix = UNITS.iter().zip(self.unix).find(|(_, count)| most(*count)).map(|(unit, _)| Clock::Unix(*unit));
        match (unix, most(self.cocoa), most(self.text)) {
            (Some(clock), false, _) => Some(clock),
            (None, true, _) => Some(Clock::Cocoa),
            (None, false, true) => Some(Clock::Text),
            _ => None,
        }
    }
}

/// A column of serial numbers, by name.
pub fn is_serial_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "sn" || name.ends_with("_sn") || name.starts_with("sn_") || name.contains("serial")
}

/// As makers of drones write serial numbers: 10 to 20 capital letters and digits, some of both.
pub fn is_serial(text: &str) -> bool {
    let fits = (10..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    fits && text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().any(|b| b.is_ascii_uppercase())
}

/// A column of accounts, by name.
pub fn is_account_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["email", "e_mail", "mail", "account", "user_id", "userid", "uid", "username", "user_name"].contains(&name.as_str())
        || name.ends_with("_email")
}

/// An address of a person.
pub fn is_email(text: &str) -> bool {
    let Some((person, host)) = text.split_once('@') else { return false };
    let plain = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_+".contains(&b));
    let domain = host.rsplit_once('.').map_or("", |(_, domain)| domain);
    !person.is_empty() && plain(person) && plain(host) && domain.len() >= 2 && host.len() > domain.len() + 1
}
