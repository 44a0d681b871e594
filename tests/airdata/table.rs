//! AirData's tables as columns.

use std::fs;

use chrono::NaiveDateTime;

use crate::support::{evidence, inventory};

/// A log and the table that AirData made of it.
pub struct Table {
    pub name: String,
    pub log_name: String,
    pub log: Vec<u8>,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// The tables of clear logs; none without evidence. AirData names a table by the start of the flight, rounded up to a second.
pub fn tables() -> Vec<Table> {
    let listed = inventory("dji-txt");
    let logs: Vec<_> = listed.iter().filter(|item| item.name.starts_with("raw/") && item.is_clear_log()).collect();
    let tables: Vec<Table> = listed
        .iter()
        .filter(|item| item.name.starts_with("truth/") && item.name.ends_with("_Standard.csv"))
        .map(|item| {
            let minute = &item.file_name()[.."2016-09-15_13-51".len()];
            let log = logs.iter().find(|log| log.name.contains(minute)).expect("the log of the same minute");
            let text = fs::read(&item.path).expect("a listed table");
            let mut reader = csv::Reader::from_reader(text.as_slice());
            let header = reader.headers().expect("a header").iter().map(str::to_owned).collect();
            let rows = reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect();
            Table { name: item.name.clone(), log_name: log.file_name().to_owned(), log: log.read(), header, rows }
        })
        .collect();
    assert!(evidence().is_none() || tables.len() == 3, "three clear logs have a table, {} found", tables.len());
    tables
}

impl Table {
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    fn cells(&self, name: &str) -> impl Iterator<Item = &str> {
        let at = self.header.iter().position(|column| column == name);
        let at = at.unwrap_or_else(|| panic!("{}: no column {name}", self.name));
        self.rows.iter().map(move |row| row[at].as_str())
    }

    pub fn column(&self, name: &str) -> Vec<f64> {
        self.cells(name).map(|cell| cell.parse().expect("a number")).collect()
    }

    /// Rows in which a mark stands.
    pub fn marked(&self, name: &str) -> Vec<usize> {
        self.cells(name).enumerate().filter(|(_, cell)| *cell == "1").map(|(row, _)| row).collect()
    }

    pub fn messages(&self) -> Vec<(usize, String)> {
        self.cells("message")
            .enumerate()
            .filter(|(_, text)| !text.is_empty())
            .map(|(row, text)| (row, text.into()))
            .collect()
    }

    /// Seconds since 1970 UTC.
    pub fn instants(&self) -> Vec<f64> {
        let parse = |cell: &str| NaiveDateTime::parse_from_str(cell, "%Y-%m-%d %H:%M:%S").expect("a date");
        self.cells("datetime(utc)").map(|cell| parse(cell).and_utc().timestamp() as f64).collect()
    }
}
