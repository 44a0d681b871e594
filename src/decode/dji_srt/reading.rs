//! One entry as values: the position with the order of its axes, the time that the text states, heights by what they are
//! measured from, and every other key as it is written.

use std::borrow::Cow;
use std::ops::Range;

use super::lines::Entry;
use super::variant::{Signs, Third, Variant};
use super::words::{Shape, Token, tokens};
use crate::bytes::number::Decimal;
use crate::bytes::text::Text;
use crate::layout::Value;

/// A key as cameras write it, in lower case, and the field of the table that it goes to.
struct Key {
    written: &'static [u8],
    field: &'static str,
}

const KEYS: &[Key] = &[
    Key { written: b"latitude", field: "latitude" },
    Key { written: b"lat", field: "latitude" },
    Key { written: b"longitude", field: "longitude" },
    Key { written: b"longtitude", field: "longitude" },
    Key { written: b"lon", field: "longitude" },
    Key { written: b"rel_alt", field: "height_takeoff" },
    Key { written: b"h", field: "height_takeoff" },
    Key { written: b"hb", field: "height_takeoff" },
    Key { written: b"altitude", field: "height_unknown" },
    Key { written: b"abs_alt", field: "height_unknown" },
    Key { written: b"alt", field: "height_unknown" },
    Key { written: b"d", field: "distance_home" },
    Key { written: b"h.s", field: "speed" },
    Key { written: b"v.s", field: "vertical_speed" },
    Key { written: b"framecnt", field: "frame" },
    Key { written: b"srtcnt", field: "frame" },
    Key { written: b"difftime", field: "frame_interval" },
    Key { written: b"gb_yaw", field: "gimbal_yaw" },
    Key { written: b"gb_pitch", field: "gimbal_pitch" },
    Key { written: b"gb_roll", field: "gimbal_roll" },
];

/// Why the values of a `GPS(a,b,c)` stand in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Order {
    /// The third value has no decimals: satellites.
    LonLat,
    /// The third value has decimals or an M: an altitude.
    LatLon,
    /// The letters of the hemispheres say so.
    Lettered,
    /// No third value; one of the two is beyond 90 degrees.
    LonByRange,
    LatByRange,
    /// Nothing tells.
    Assumed,
}

impl Order {
    pub fn words(self) -> &'static str {
        match self {
            Order::LonLat => "GPS(a,b,c) with an integer c, a number of satellites: read as longitude, latitude",
            Order::LatLon => "GPS(a,b,c) with decimals or M in c, an altitude: read as latitude, longitude",
            Order::Lettered => "GPS(a,b,c) with letters of the hemispheres: read by them",
            Order::LonByRange => "GPS(a,b) with a beyond 90 degrees: read as longitude, latitude",
            Order::LatByRange => "GPS(a,b) with b beyond 90 degrees: read as latitude, longitude",
            Order::Assumed => "GPS(a,b) and nothing that tells the order: longitude, latitude is assumed",
        }
    }

    fn lon_first(self) -> bool {
        !matches!(self, Order::LatLon | Order::LatByRange)
    }
}

/// A position that another one is told of: where the aircraft was to return to.
#[derive(Clone, Debug, PartialEq)]
pub struct Home<'t> {
    pub latitude: Value<'t>,
    pub longitude: Value<'t>,
    pub height: Value<'t>,
    pub step: Option<f64>,
}

/// One entry, read.
#[derive(Clone, Debug, Default)]
pub struct Reading<'t> {
    pub signs: Signs,
    pub local_ns: Option<i64>,
    pub order: Option<Order>,
    /// Fields of the table, and keys that it does not know as they are written.
    pub fields: Vec<(Cow<'t, str>, Value<'t>)>,
    pub home: Option<Home<'t>>,
    /// Pieces that were opened and not closed, or hold bytes that no text has; places in the text.
    pub cuts: Vec<Range<usize>>,
    /// The step of the position's last digit, degrees.
    pub step: Option<f64>,
}

impl<'t> Reading<'t> {
    pub fn of(text: &'t Text<'_>, entry: &Entry) -> Self {
        let bytes: &'t [u8] = text.bytes.get(entry.words.clone()).unwrap_or_default();
        let mut reading = Reading::default();
        reading.signs.cue = entry.cue.is_some();
        let mut rest: Vec<&'t [u8]> = Vec::new();
        let mut take = |token| match token {
            Token::Pair { key, value, shape } => reading.pair(text, key, value, shape),
            Token::Moment(ns) => {
                reading.signs.moment = true;
                reading.local_ns = reading.local_ns.or(Some(ns));
            }
            Token::Other(word) => rest.push(word),
            Token::Cut(range) => reading.cuts.push(entry.words.start + range.start..entry.words.start + range.end),
        };
        tokens(bytes, &mut take);
        if let Some(range) = controls(bytes) {
            reading.cuts.push(entry.words.start + range.start..entry.words.start + range.end);
        }
        if !rest.is_empty() {
            let words: Vec<Cow<'t, str>> = rest.into_iter().map(|word| text.words(word)).collect();
            reading.fields.push((Cow::Borrowed("words"), Value::Text(Cow::Owned(words.join(" ")))));
        }
        reading.cuts.sort_by_key(|range| range.start);
        reading.settle_home();
        reading
    }

    /// By whole entries alone: what is cut off might have said otherwise.
    pub fn variant(&self) -> Option<Variant> {
        if self.cuts.is_empty() { self.signs.variant() } else { None }
    }

    pub fn field(&self, name: &str) -> Option<&Value<'t>> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    /// Both halves as numbers that are a place on earth and not the sign for "no fix".
    pub fn fix(&self) -> Option<(f64, f64)> {
        let degrees = |name| self.field(name).and_then(Value::number);
        let (lat, lon) = degrees("latitude").zip(degrees("longitude"))?;
        let is_fix = lat.abs() <= 90.0 && lon.abs() <= 180.0 && (lat.abs() > 1e-6 || lon.abs() > 1e-6);
        is_fix.then_some((lat, lon))
    }

    /// It states a position, if only that there is none.
    pub fn states_position(&self) -> bool {
        self.field("latitude").is_some() && self.field("longitude").is_some()
    }

    fn pair(&mut self, text: &'t Text<'_>, key: &'t [u8], value: &'t [u8], shape: Shape) {
        let lower = key.to_ascii_lowercase();
        match (lower.as_slice(), shape) {
            (b"gps", Shape::Round | Shape::RoundApart) => self.gps(text, value, shape),
            (b"home", Shape::Round | Shape::RoundApart) => self.home(text, value),
            (b"f.pry", Shape::Round | Shape::RoundApart) => self.angles(text, value, ["pitch", "roll", "yaw"]),
            (b"g.pry", Shape::Round | Shape::RoundApart) => {
                self.angles(text, value, ["gimbal_pitch", "gimbal_roll", "gimbal_yaw"]);
            }
            // Written as a pair it is a height above take-off; in round brackets nobody says what it is measured from.
            (b"barometer", Shape::Colon) => self.push("height_takeoff", key, cell(text, value), text),
            _ => {
                self.note_signs(&lower, value, shape);
                let known = KEYS.iter().find(|known| known.written == lower.as_slice());
                let value = cell(text, value);
                match known {
                    Some(known) => self.push(known.field, key, value, text),
                    None => self.fields.push((text.words(key), value)),
                }
            }
        }
    }

    fn note_signs(&mut self, lower: &[u8], value: &[u8], shape: Shape) {
        let signs = &mut self.signs;
        let coordinate = || decimals(value).is_some();
        match (lower, shape) {
            (b"hb", _) => signs.baro_home = true,
            (b"latitude", Shape::Bracket) => {
                signs.latitude = true;
                self.step = coarser(self.step, decimals(value));
            }
            (b"longitude", Shape::Bracket) => {
                signs.longitude = true;
                self.step = coarser(self.step, decimals(value));
            }
            (b"longtitude", Shape::Bracket) => {
                signs.longtitude = true;
                self.step = coarser(self.step, decimals(value));
            }
            (b"lat" | b"lon", Shape::Colon) if coordinate() => {
                signs.short_names = true;
                self.step = coarser(self.step, decimals(value));
            }
            (b"rel_alt" | b"abs_alt", _) => signs.two_heights = true,
            (b"framecnt" | b"srtcnt", _) => signs.frame = true,
            (b"iso" | b"shutter" | b"fnum", Shape::Bracket) => signs.camera_brackets = true,
            (b"f", Shape::Slash) | (b"ss" | b"iso", Shape::Blank) => signs.exposure = true,
            _ => {}
        }
    }

    /// Adds a field; a second one of its kind keeps the name that it is written with.
    fn push(&mut self, field: &'static str, key: &'t [u8], value: Value<'t>, text: &'t Text<'_>) {
        let is_taken = self.field(field).is_some();
        self.fields.push((if is_taken { text.words(key) } else { Cow::Borrowed(field) }, value));
    }

    fn gps(&mut self, text: &'t Text<'_>, value: &'t [u8], shape: Shape) {
        match shape {
            Shape::Round => self.signs.gps = true,
            _ => self.signs.gps_apart = true,
        }
        let parts: Vec<&'t [u8]> = value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii).collect();
        let (Some(first), Some(second)) = (parts.first(), parts.get(1)) else {
            return self.fields.push((Cow::Borrowed("gps"), Value::Text(text.words(value))));
        };
        let third = parts.get(2).copied();
        self.signs.third = third.map_or(Third::None, third_value);
        let lettered = lettered(first).zip(lettered(second));
        let order = match self.signs.third {
            _ if lettered.is_some() => Order::Lettered,
            Third::Integer => Order::LonLat,
            Third::Decimals | Third::Metres => Order::LatLon,
            Third::None => by_range(first, second),
        };
        self.order = Some(order);
        if let Some((first, second)) = lettered {
            self.signs.hemispheres = true;
            self.step = coarser(first.step, second.step);
            for half in [first, second] {
                let field = if half.is_latitude { "latitude" } else { "longitude" };
                self.fields.push((Cow::Borrowed(field), Value::F64(half.degrees)));
            }
        } else {
            self.step = coarser(decimals(first), decimals(second));
            let (lat, lon) = if order.lon_first() { (second, first) } else { (first, second) };
            self.fields.push((Cow::Borrowed("latitude"), cell(text, lat)));
            self.fields.push((Cow::Borrowed("longitude"), cell(text, lon)));
        }
        if let Some(third) = third {
            let field = if self.signs.third == Third::Integer { "satellites" } else { "height_unknown" };
            self.fields.push((Cow::Borrowed(field), cell(text, third)));
        }
    }

    /// Read as longitude, latitude until the GPS of the entry is known: both have one order.
    fn home(&mut self, text: &'t Text<'_>, value: &'t [u8]) {
        self.signs.home = true;
        let parts: Vec<&'t [u8]> = value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii).collect();
        let (Some(first), Some(second)) = (parts.first(), parts.get(1)) else {
            return self.fields.push((Cow::Borrowed("home"), Value::Text(text.words(value))));
        };
        let height = parts.get(2).map_or(Value::Absent, |third| cell(text, third));
        self.home = Some(match lettered(first).zip(lettered(second)) {
            Some((first, second)) => {
                let (lat, lon) = if first.is_latitude { (&first, &second) } else { (&second, &first) };
                let (latitude, longitude) = (Value::F64(lat.degrees), Value::F64(lon.degrees));
                Home { latitude, longitude, height, step: coarser(first.step, second.step) }
            }
            None => Home {
                latitude: cell(text, second),
                longitude: cell(text, first),
                height,
                step: coarser(decimals(first), decimals(second)),
            },
        });
    }

    /// Turns a home around that stands in an entry whose GPS has the latitude first.
    fn settle_home(&mut self) {
        if let Some(home) = self
            .home
            .as_mut()
            .filter(|_| self.order.is_some_and(|order| !order.lon_first() && order != Order::Lettered))
        {
            std::mem::swap(&mut home.latitude, &mut home.longitude);
        }
    }

    fn angles(&mut self, text: &'t Text<'_>, value: &'t [u8], names: [&'static str; 3]) {
        self.signs.attitude = true;
        for (name, value) in names.into_iter().zip(value.split(|byte| *byte == b',')) {
            self.fields.push((Cow::Borrowed(name), cell(text, value.trim_ascii())));
        }
    }
}

fn third_value(words: &[u8]) -> Third {
    match words {
        _ if words.iter().any(|byte| b"mM".contains(byte)) => Third::Metres,
        _ if words.contains(&b'.') => Third::Decimals,
        _ if !words.is_empty() && words.iter().all(u8::is_ascii_digit) => Third::Integer,
        _ => Third::None,
    }
}

fn by_range(first: &[u8], second: &[u8]) -> Order {
    let beyond = |words| Decimal::parse(words, false).is_some_and(|number| number.value().abs() > 90.0);
    match (beyond(first), beyond(second)) {
        (true, false) => Order::LonByRange,
        (false, true) => Order::LatByRange,
        _ => Order::Assumed,
    }
}

/// `W: 109.318642`.
struct Half {
    is_latitude: bool,
    degrees: f64,
    step: Option<f64>,
}

fn lettered(words: &[u8]) -> Option<Half> {
    let (letter, rest) = words.split_first()?;
    let words = rest.trim_ascii_start().strip_prefix(b":")?.trim_ascii();
    let sign = match letter {
        b'N' | b'E' => 1.0,
        b'S' | b'W' => -1.0,
        _ => return None,
    };
    let degrees = sign * Decimal::parse(words, false)?.value();
    Some(Half { is_latitude: b"NS".contains(letter), degrees, step: decimals(words) })
}

/// The step of the last digit of a decimal number.
fn decimals(words: &[u8]) -> Option<f64> {
    Decimal::parse(words, false)?;
    let behind = words.iter().rposition(|byte| *byte == b'.').map_or(0, |point| words.len() - point - 1);
    Some(10_f64.powi(-i32::try_from(behind.min(15)).unwrap_or(15)))
}

fn coarser(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    a.into_iter().chain(b).reduce(f64::max)
}

/// A number, without the unit behind it, or the words as they are.
fn cell<'t>(text: &Text<'_>, words: &'t [u8]) -> Value<'t> {
    let digits = words.iter().take_while(|byte| byte.is_ascii_digit() || b"+-.".contains(byte)).count();
    let (number, unit) = words.split_at(digits);
    let is_unit = matches!(unit, b"" | b"m" | b"M" | b"ms" | b"m/s" | b"\xb0" | b"\xc2\xb0" | b"\xc2\xba");
    match Decimal::parse(number, false).filter(|_| is_unit) {
        Some(number) => Value::F64(number.value()),
        None => Value::Text(text.words(words)),
    }
}

/// From the first to the last byte that no text has.
fn controls(bytes: &[u8]) -> Option<Range<usize>> {
    let is_control = |byte: &u8| *byte < 0x20 && !b"\t\n\r".contains(byte);
    let first = bytes.iter().position(is_control)?;
    let last = bytes.iter().rposition(is_control)?;
    Some(first..last + 1)
}
