//! Tables of programs that are known: which they are by their heads, and what their columns mean. `dialects.tsv` says it.

use std::collections::HashSet;

use super::super::{EventKind, Part, Property};
use super::name::Quantity;
use super::table::{Reading, Table};
use crate::layout::Tables;

static ROWS: &str = include_str!("../../../formats/track-csv/dialects.tsv");

/// What a column tells beside numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// A mark in rows in which a photo is taken.
    Photo,
    /// A mark in rows in which a video begins or runs.
    Video,
    Words(EventKind),
    Device(Part, Property),
}

impl Telling {
    fn of(words: &str) -> Option<Self> {
        Some(match words {
            "event:photo" => Telling::Photo,
            "event:video" => Telling::Video,
            "event:message" => Telling::Words(EventKind::Message),
            "event:warning" => Telling::Words(EventKind::Warning),
            "device:aircraft-name" => Telling::Device(Part::Aircraft, Property::Name),
            "device:aircraft-model" => Telling::Device(Part::Aircraft, Property::Model),
            "device:aircraft-serial" => Telling::Device(Part::Aircraft, Property::Serial),
            "device:camera-serial" => Telling::Device(Part::Camera, Property::Serial),
            "device:controller-serial" => Telling::Device(Part::Controller, Property::Serial),
            "device:battery-serial" => Telling::Device(Part::Battery, Property::Serial),
            "device:app-version" => Telling::Device(Part::App, Property::Version),
            _ => return None,
        })
    }

    fn words(self) -> &'static str {
        match self {
            Telling::Photo => "photos",
            Telling::Video => "videos",
            Telling::Words(EventKind::Warning) => "warnings",
            Telling::Words(_) => "messages",
            Telling::Device(..) => "a device",
        }
    }
}

/// A program whose tables are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    pub name: &'static str,
    title: &'static str,
}

struct Row {
    dialect: &'static str,
    head: &'static str,
    means: &'static str,
    text: &'static str,
}

fn rows() -> impl Iterator<Item = Row> {
    ROWS.lines().skip(1).filter_map(|line| {
        let mut columns = line.split('\t');
        Some(Row { dialect: columns.next()?, head: columns.next()?, means: columns.next()?, text: columns.next()? })
    })
}

/// Lower case, without blanks; and without the unit in brackets.
fn plain(head: &str) -> (String, String) {
    let lower: String = head.trim().to_lowercase().replace(' ', "");
    let short = lower.split(['(', '[']).next().unwrap_or_default().to_owned();
    (lower, short)
}

impl Dialect {
    /// The first whose signs all stand among the heads.
    pub fn of(table: &Table) -> Option<Self> {
        let mut heads: HashSet<String> = HashSet::new();
        for column in &table.columns {
            let (lower, short) = plain(&column.head);
            heads.extend([lower, short]);
        }
        let titles = rows().filter(|row| row.means == "title");
        let has_all = |name: &str| {
            rows().filter(|row| row.dialect == name && row.means == "sign").all(|row| heads.contains(row.head))
        };
        titles.map(|row| Dialect { name: row.dialect, title: row.text }).find(|dialect| has_all(dialect.name))
    }

    fn rows(self) -> impl Iterator<Item = Row> {
        rows().filter(move |row| row.dialect == self.name)
    }

    /// What is to be known about such tables.
    pub fn notes(self) -> impl Iterator<Item = &'static str> {
        self.rows().filter(|row| row.means == "note").map(|row| row.text)
    }

    /// Gives the columns that the dialect names their meaning.
    pub fn apply(self, table: &mut Table, tables: &Tables) {
        let known = tables.named("fix").next();
        for row in self.rows().filter(|row| !matches!(row.means, "title" | "sign" | "note")) {
            let find = |table: &Table| {
                table.columns.iter().position(|column| {
                    let (lower, short) = plain(&column.head);
                    lower == row.head || short == row.head
                })
            };
            let Some(at) = find(table) else { continue };
            let Some(head) = table.columns.get(at).map(|column| column.head.clone()) else { continue };
            if let Some(telling) = Telling::of(row.means) {
                let why = format!("{} (column of {})", telling.words(), self.title);
                table.take(at, Reading::Tells(telling), why);
                continue;
            }
            let Some(field) = known.and_then(|layout| layout.field(row.means)) else { continue };
            let bracket = head.split_once(['(', '[']).map(|(_, unit)| unit.trim_end_matches([')', ']', ' ']));
            let Some(factor) = factor(&field.unit, bracket.map(str::to_lowercase).as_deref()) else { continue };
            let told = format!("(column of {})", self.title);
            let taken = table
                .columns
                .iter()
                .position(|c| matches!(c.reading, Reading::Number { field, .. } if field == row.means));
            if let Some(other) = taken.filter(|other| *other != at) {
                // Of two names of one quantity the one that stands higher in the dialect counts.
                let is_listed = table.columns.get(other).is_some_and(|c| c.why.ends_with(&told));
                if is_listed {
                    continue;
                }
                table.take(other, Reading::Unused, String::new());
            }
            let unit = bracket.map(|unit| format!(" in {unit}")).unwrap_or_default();
            table.take(at, Reading::Number { field: row.means, factor }, format!("{}{unit} {told}", row.means));
        }
    }
}

/// What a number in the unit of a head is to be multiplied with to be in that of the field; `None` when it cannot be.
fn factor(field: &str, unit: Option<&str>) -> Option<f64> {
    let Some(unit) = unit else { return Some(1.0) };
    match field {
        "m" => Quantity::Length.factor(unit),
        "m/s" => Quantity::Speed.factor(unit),
        "deg" => Quantity::Angle.factor(unit),
        "%" => (unit == "%" || unit == "percent").then_some(1.0),
        "V" => (unit == "v" || unit == "volts").then_some(1.0),
        "A" => (unit == "a" || unit == "amps").then_some(1.0),
        // Fahrenheit is no multiple.
        "degC" => (unit == "c" || unit == "\u{b0}c").then_some(1.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_list_says_something_that_is_understood() {
        let tables = crate::decode::embedded_tables().expect("tables");
        let tables = tables.iter().find(|t| t.id == "track-csv").expect("its tables");
        let fix = tables.named("fix").next().expect("the record");
        let mut count = 0;
        for row in rows() {
            let known = matches!(row.means, "title" | "sign" | "note") || Telling::of(row.means).is_some();
            assert!(known || fix.field(row.means).is_some(), "{}: {}", row.dialect, row.means);
            assert_eq!(row.head, plain(row.head).0, "heads stand in lower case");
            count += 1;
        }
        assert_eq!(count, ROWS.lines().count() - 1);
    }
}
