//! Tables of places (CSV): one row a site, a circle about its place. Columns are known by many names, the separator by the first
//! line that names them; a row that cannot be used is named by its line.

use geo::Coord;

use super::applicability;
use super::draft::Draft;
use super::properties::{Properties, plain};
use super::reader::{Input, Reader, Refused};
use super::report::{Place, Report, short};
use super::shape::circle::{circle, metres, no_radius, warn_of_no_radius, warn_of_null_island};
use super::shape::ring;
use super::text::Text;
use super::zone::{EdgeRule, Volume};

pub const READER: Reader =
    Reader { format: "csv", is_text: true, claims: |input| header(&input.text.text).is_some(), read };

const LAT: &[&str] = &[
    "lat",
    "latitude",
    "latdeg",
    "latitudedeg",
    "latdd",
    "latitudedd",
    "latwgs84",
    "latitudewgs84",
    "decimallatitude",
    "gpslat",
    "gpslatitude",
    "ycoord",
    "y",
];
const LON: &[&str] = &[
    "lon",
    "lng",
    "long",
    "longitude",
    "londeg",
    "lngdeg",
    "longitudedeg",
    "londd",
    "longitudedd",
    "lonwgs84",
    "longitudewgs84",
    "decimallongitude",
    "gpslon",
    "gpslong",
    "gpslongitude",
    "xcoord",
    "x",
];
const SEPARATORS: &[u8] = b",;\t|";
/// Lines before the header that are looked through: titles, `sep=;`, comments.
const PREAMBLE: usize = 20;

/// The first line of a table, understood.
struct Header {
    separator: u8,
    /// Byte where the header line begins.
    start: usize,
    /// Column names in plain form.
    names: Vec<String>,
    lat: usize,
    lon: usize,
}

fn read(input: &Input<'_>, report: &mut Report) -> Result<Vec<Draft>, Refused> {
    match header(&input.text.text) {
        Some(header) => Ok(rows(input.text, &header, report)),
        None => Err(Refused::Foreign(
            "text without columns lat and lon".to_owned(),
            "name them in the first line".to_owned(),
        )),
    }
}

fn rows(text: &Text<'_>, header: &Header, report: &mut Report) -> Vec<Draft> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(header.separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(&text.text.as_bytes()[header.start..]);
    let has_radius = header.names.iter().any(|name| Properties::is_radius(name));
    if !has_radius {
        report.warn_file("the table has no column for a radius: its places are sites of radius 0".to_owned());
    }
    let mut drafts = Vec::new();
    let mut row = csv::StringRecord::new();
    let mut lines = Lines { number: 1, at: 0 };
    let mut is_header = true;
    loop {
        let line = lines.reach(&text.text, header.start + reader.position().byte() as usize);
        match reader.read_record(&mut row) {
            Ok(false) => break,
            Ok(true) if is_header => is_header = false,
            Ok(true) => {
                let blank = row.iter().all(|field| field.trim().is_empty());
                drafts.extend(if blank { None } else { site(header, &row, line, has_radius, report) });
            }
            Err(error) => {
                report.skip(format!("line {line}"), None, format!("cannot be taken apart: {error}"));
                break;
            }
        }
    }
    if drafts.is_empty() && report.skipped.is_empty() {
        report.warn_file("the table has a header and no rows".to_owned());
    }
    drafts
}

/// Counts lines without counting them again.
struct Lines {
    number: usize,
    at: usize,
}

impl Lines {
    /// The number of the line in which the next row begins, `at` being where the last one ended: before or between the
    /// characters of its line end.
    fn reach(&mut self, text: &str, at: usize) -> usize {
        let bytes = text.as_bytes();
        let ends = bytes.get(at..).unwrap_or_default().iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let begin = at + ends;
        self.number += memchr::memchr_iter(b'\n', bytes.get(self.at..begin).unwrap_or_default()).count();
        self.at = begin;
        self.number
    }
}

/// Finds the line and the separator that give a column of latitudes and one of longitudes.
fn header(text: &str) -> Option<Header> {
    let mut start = 0;
    for line in text.split_inclusive('\n').take(PREAMBLE) {
        for &separator in SEPARATORS {
            let names = fields(line, separator);
            let find = |wanted: &[&str]| wanted.iter().find_map(|w| names.iter().position(|n| n == w));
            if let (Some(lat), Some(lon)) = (find(LAT), find(LON)) {
                return Some(Header { separator, start, lat, lon, names });
            }
        }
        start += line.len();
    }
    None
}

fn fields(line: &str, separator: u8) -> Vec<String> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(line.as_bytes());
    let mut row = csv::StringRecord::new();
    match reader.read_record(&mut row) {
        Ok(true) => row.iter().map(plain).collect(),
        _ => Vec::new(),
    }
}

/// One row into a zone; `None` when it was skipped.
fn site(header: &Header, row: &csv::StringRecord, line: usize, has_radius: bool, report: &mut Report) -> Option<Draft> {
    let decimal_comma = header.separator != b',';
    let lat_words = row.get(header.lat).unwrap_or_default();
    let uses_comma = decimal_comma && lat_words.contains(',');
    let values = row.iter().enumerate().map(|(i, field)| (header.names.get(i).map_or("", String::as_str), field));
    let properties = Properties::of_row(values.map(|(name, field)| {
        let is_number = Properties::is_radius(name);
        (name, if is_number && decimal_comma { with_point(field) } else { field.trim().to_owned() })
    }));
    let index = format!("line {line}");
    let id = properties.id(None);
    let name = properties.name();
    let skip = |report: &mut Report, reason: String| {
        report.skip(index.clone(), name.clone().or_else(|| id.clone()), reason);
        None
    };
    let number = |column: usize, what: &str| -> Result<f64, String> {
        let words = row.get(column).unwrap_or_default().trim();
        let plain = if decimal_comma { with_point(words) } else { words.to_owned() };
        match plain.parse::<f64>() {
            _ if words.is_empty() => Err(format!("has no {what}")),
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(format!("{what} {:?} is no number of degrees", short(words))),
        }
    };
    let centre = match (number(header.lat, "latitude"), number(header.lon, "longitude")) {
        (Ok(lat), Ok(lon)) => Coord { x: lon, y: lat },
        (Err(reason), Ok(_)) | (Ok(_), Err(reason)) => return skip(report, reason),
        (Err(lat), Err(lon)) => return skip(report, format!("{lat}; {lon}")),
    };
    if let Err(reason) = ring::on_earth(&[centre]) {
        return skip(report, reason);
    }
    let mut place = Place::new(index.clone(), name.clone());
    let radius_m = match metres(properties.radius()) {
        Ok(radius_m) => radius_m,
        Err(reason) => return skip(report, reason),
    };
    if radius_m == 0.0 && has_radius {
        warn_of_no_radius(&mut place, report);
    } else if radius_m == 0.0 {
        // Told once for the table.
        place.warnings.push(no_radius());
    }
    if let Some(words) = properties.radius_words().filter(|w| has_doubtful_separator(w, uses_comma)) {
        let what = format!(
            "its radius {:?} was read as {radius_m} m: three digits behind the point may be thousands",
            short(&words)
        );
        report.warn(&mut place, "radii that may be in thousands", what);
    }
    warn_of_null_island(centre, &mut place, report);
    let limits = properties.limits();
    limits.tell_unknown(&mut place, report);
    let volume = Volume::between(&limits, circle(centre, radius_m), EdgeRule::Straight);
    let mut about = properties.about();
    about.windows = applicability::of_properties(&properties, &mut place, report);
    for column in [header.lat, header.lon] {
        // Read above, by their numbers.
        header.names.get(column).and_then(|name| properties.find(&[name]));
    }
    properties.ignore_rest("column", report);
    Some(Draft { id: id.clone(), about, place, volumes: vec![volume] })
}

/// A number with a decimal comma as one with a point. Anything else stays as it is.
fn with_point(words: &str) -> String {
    let words = words.trim();
    if words.matches(',').count() == 1 && !words.contains('.') { words.replace(',', ".") } else { words.to_owned() }
}

/// In a table with decimal commas, exactly three digits behind the only separator may be thousands.
fn has_doubtful_separator(words: &str, uses_comma: bool) -> bool {
    let behind = words.split_once('.').map(|(_, tail)| tail);
    uses_comma && behind.is_some_and(|tail| tail.len() == 3 && tail.bytes().all(|b| b.is_ascii_digit()))
}
