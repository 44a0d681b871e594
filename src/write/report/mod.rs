//! The report that people look at: one HTML file with a map, a clock and all tables of a case, that opens from disk and asks
//! nothing of a network. Its text is written here and can be read without its script; the script draws the map.

mod base;
mod clocks;
mod data;
mod devices;
mod encounters;
mod evidence;
mod exposure;
mod flights;
mod items;
mod line;
mod markup;
mod methods;
mod overlay;
mod page;
mod positions;
mod summary;
mod thinning;
mod timeline;

pub use line::Line;
pub use overlay::Overlay;
pub use page::report;

use super::TimelineRow;
use super::document::{CheckDocument, InspectDocument};
use super::exposure::PositionReport;
use super::flights::FlightRow;
use crate::analyse::clocks::ClockVotes;
use crate::analyse::exposure::Inventory;
use crate::analyse::identity::Identities;
use crate::zones::ZoneFile;

/// What a report is made of.
pub struct Contents<'a> {
    pub checked: &'a CheckDocument<'a>,
    pub evidence: &'a InspectDocument<'a>,
    /// Id, sources and words of the encounters of each flight.
    pub flights: &'a [(&'a str, Vec<&'a FlightRow>, Vec<String>)],
    /// Number of the flight, if it belongs to one, and line, in the order of the items.
    pub lines: &'a [(Option<usize>, &'a Line)],
    pub zones: &'a [ZoneFile],
    /// In the order of time.
    pub timeline: &'a [TimelineRow],
    pub identities: &'a Identities,
    pub inventory: &'a Inventory,
    /// Positions beside the recorded flights.
    pub positions: &'a [PositionReport<'a>],
    /// Positions that were too many to tell.
    pub positions_left_out: u64,
    /// Secrets stand as they are, because the user asked for it.
    pub reveals_secrets: bool,
    pub clocks: &'a ClockVotes,
    pub overlay: Option<&'a Overlay>,
}

impl Contents<'_> {
    /// The number of a flight from 0, by its id.
    fn flight(&self, id: &str) -> Option<usize> {
        self.flights.iter().position(|(known, ..)| *known == id)
    }
}

/// Colours that flights are told apart by; they begin anew behind the last.
const COLOURS: usize = 10;

/// The flight as tables name it, with its colour on the map.
fn flight_mark(number: Option<usize>) -> String {
    match number {
        Some(number) => format!(
            "<a class=\"flight\" href=\"#f{n}\" data-flight=\"{number}\"><i class=\"k{}\"></i>{n}</a>",
            number % COLOURS,
            n = number + 1
        ),
        None => "<span class=\"quiet\">none</span>".to_owned(),
    }
}

/// Metres for reading: one digit behind the point below 100, none above, kilometres from 10,000 on.
fn metres(metres: f64) -> String {
    match metres.abs() {
        m if m < 100.0 => format!("{metres:.1} m"),
        m if m < 10_000.0 => format!("{metres:.0} m"),
        _ => format!("{:.1} km", metres / 1000.0),
    }
}

/// Seconds for reading.
fn duration(seconds: f64) -> String {
    match seconds.abs() {
        s if s < 60.0 => format!("{seconds:.1} s"),
        s if s < 3600.0 => format!("{:.0} min {:02.0} s", (seconds / 60.0).trunc(), (seconds % 60.0).abs().floor()),
        _ => format!("{:.0} h {:02.0} min", (seconds / 3600.0).trunc(), (seconds % 3600.0 / 60.0).abs().floor()),
    }
}

/// A count with its word.
fn count(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count as u64), if count == 1 { one } else { many })
}

/// 1234567 as 1,234,567.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What a height is measured from, in words.
fn reference(name: &str) -> &str {
    match name.trim_start_matches("height.") {
        "takeoff" => "above take-off",
        "amsl" => "above sea level",
        "ellipsoid" => "above the ellipsoid",
        "ground" => "above ground",
        "pressure" => "pressure altitude",
        _ => "reference not stated",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_for_reading() {
        assert_eq!((metres(3.13), metres(250.4), metres(12_345.0)), ("3.1 m".into(), "250 m".into(), "12.3 km".into()));
        assert_eq!(
            (duration(11.6), duration(125.9), duration(7500.0)),
            ("11.6 s".into(), "2 min 05 s".into(), "2 h 05 min".into())
        );
        assert_eq!((grouped(7), grouped(1000), grouped(1_234_567)), ("7".into(), "1,000".into(), "1,234,567".into()));
    }
}
