//! Which path of a telemetry sample holds what, by the protocol that it names: `formats/mp4/djmd.tsv`. Further models are a line
//! in that table.

use std::sync::LazyLock;

static TABLE: &str = include_str!("../../../formats/mp4/djmd.tsv");

/// A row of the table: paths of field numbers, empty where the protocol has no such field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Protocol {
    pub name: &'static str,
    pub model: &'static str,
    /// The serial number is that of the aircraft, not of a camera in somebody's hand.
    pub is_aircraft: bool,
    pub serial: Vec<u64>,
    /// The message of latitude and longitude.
    pub position: Vec<u64>,
    /// Coordinates are degrees whatever the flag says.
    pub always_degrees: bool,
    pub absolute_height: Vec<u64>,
    pub relative_height: Vec<u64>,
    pub attitude: Vec<u64>,
    pub gimbal: Vec<u64>,
    pub timestamp: Vec<u64>,
    pub utc: Vec<u64>,
}

static PROTOCOLS: LazyLock<Vec<Protocol>> = LazyLock::new(|| rows().collect());

/// Every row that is one; the test below sees to it that none is left out.
fn rows() -> impl Iterator<Item = Protocol> {
    TABLE.lines().skip(1).filter_map(|line| {
        let columns: Vec<&'static str> = line.split('\t').collect();
        let [name, model, part, serial, position, units, absolute, relative, attitude, gimbal, timestamp, utc, _] =
            columns[..]
        else {
            return None;
        };
        Some(Protocol {
            name,
            model,
            is_aircraft: part == "aircraft",
            serial: path(serial)?,
            position: path(position)?,
            always_degrees: units == "degrees",
            absolute_height: path(absolute)?,
            relative_height: path(relative)?,
            attitude: path(attitude)?,
            gimbal: path(gimbal)?,
            timestamp: path(timestamp)?,
            utc: path(utc)?,
        })
    })
}

fn path(text: &str) -> Option<Vec<u64>> {
    if text.is_empty() { Some(Vec::new()) } else { text.split('-').map(|number| number.parse().ok()).collect() }
}

/// The protocol that a sample names, `dvtm_wm265e.proto` for instance.
pub fn by_name(name: &str) -> Option<&'static Protocol> {
    let bare = name.strip_suffix(".proto").unwrap_or(name);
    let bare = bare.strip_prefix("dvtm_").unwrap_or(bare);
    PROTOCOLS.iter().find(|protocol| protocol.name.eq_ignore_ascii_case(bare))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_read() {
        assert_eq!(rows().count(), TABLE.lines().count() - 1);
        for row in rows() {
            assert_eq!(by_name(row.name).map(|found| found.model), Some(row.model), "{} stands twice", row.name);
            assert!(row.position.len() >= 3, "{}: a position", row.name);
        }
        assert_eq!(by_name("dvtm_wm265e.proto").map(|p| p.position.clone()), Some(vec![3, 3, 4, 1]));
        assert!(by_name("dvtm_unheard.proto").is_none());
    }
}
