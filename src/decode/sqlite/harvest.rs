//! Positions, serial numbers and accounts in tables that nobody has described.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::database::{Database, Reader, Row};
use super::super::{Fact, Payload, Record, Sink};
use super::guess::{self, COCOA_S, Clock, Range, Scale, Times};
use crate::bytes::civil;
use crate::bytes::database::Table;
use crate::evidence::Origin;
use crate::layout::{Layout, Tables, Value};

/// Positions of one table.
struct Plan {
    /// What its track is called.
    track: String,
    lat: usize,
    lon: usize,
    scale: Scale,
    time: Option<(usize, Clock)>,
    subject: &'static str,
}

/// What is told of identifiers: kind, column, table.
struct Column {
    kind: &'static str,
    at: usize,
    is_right: fn(&str) -> bool,
}

pub struct Harvest {
    layout: Option<Arc<Layout>>,
    plans: BTreeMap<usize, Vec<Plan>>,
    columns: BTreeMap<usize, Vec<Column>>,
    told: BTreeSet<(&'static str, String)>,
}

/// Identifiers of one item that are told.
const MOST_TOLD: usize = 1000;

impl Harvest {
    pub fn new(tables: &Tables) -> Self {
        Harvest {
            layout: tables.structure("position", 0).cloned(),
            plans: BTreeMap::new(),
            columns: BTreeMap::new(),
            told: BTreeSet::new(),
        }
    }
}

fn note(sink: &mut dyn Sink, text: String) {
    sink.fact(Fact::Note { text, at: Origin::Item });
}

/// Tables that SQLite and its extensions keep for themselves.
fn is_internal(name: &str) -> bool {
    ["sqlite_", "gpkg_", "rtree_", "android_metadata"].iter().any(|start| name.starts_with(start))
}

impl Reader for Harvest {
    fn begin(&mut self, database: &Database<'_>, sink: &mut dyn Sink) {
        for (number, object, table) in database.tables().filter(|(_, object, _)| !is_internal(&object.name)) {
            let name = |at: usize| table.columns.get(at).map_or("", |column| column.name.as_str());
            for at in 0..table.columns.len() {
                let (kind, is_right): (_, fn(&str) -> bool) = if guess::is_serial_name(name(at)) {
                    ("serial number in a database", guess::is_serial)
                } else if guess::is_account_name(name(at)) {
                    ("account in a database", guess::is_email)
                } else {
                    continue;
                };
                self.columns.entry(number).or_default().push(Column { kind, at, is_right });
            }
            let pairs = guess::pairs(table);
            if pairs.is_empty() {
                continue;
            }
            let heads: Vec<String> =
                pairs.iter().map(|(lat, lon)| format!("{} and {}", name(*lat), name(*lon))).collect();
            let heads = heads.join(", ");
            if let Some(word) = guess::place_word(table) {
                let text = format!(
                    "heuristic: table {}: {heads} are positions of places, for it speaks of {word:?}: no track; they may be \
                     given to --zones",
                    object.name
                );
                note(sink, text);
                continue;
            }
            self.plan(database, number, table, &object.name, &pairs, sink);
        }
    }

    fn row(&mut self, row: &Row<'_>, values: &[Value<'_>], sink: &mut dyn Sink) {
        for column in self.columns.get(&row.table).into_iter().flatten() {
            let Some(text) = values.get(column.at).and_then(Value::text).filter(|text| (column.is_right)(text)) else {
                continue;
            };
            if self.told.len() < MOST_TOLD && self.told.insert((column.kind, text.to_owned())) {
                let at = Origin::Bytes(row.at.clone());
                sink.fact(Fact::Identifier { kind: column.kind, value: text.to_owned(), at });
            }
        }
        let Some(layout) = self.layout.clone() else { return };
        for plan in self.plans.get(&row.table).into_iter().flatten() {
            position(plan, row, values, &layout, sink);
        }
    }
}

impl Harvest {
    fn plan(
        &mut self,
        database: &Database<'_>,
        number: usize,
        table: &Table,
        shown: &str,
        pairs: &[(usize, usize)],
        sink: &mut dyn Sink,
    ) {
        let name = |at: usize| table.columns.get(at).map_or("", |column| column.name.as_str());
        let clocks: Vec<usize> = (0..table.columns.len()).filter(|at| guess::is_time_name(name(*at))).collect();
        let mut ranges = vec![Range::default(); pairs.len()];
        let mut times = vec![Times::default(); clocks.len()];
        database.scan(number, &mut |_, values| {
            for ((lat, lon), range) in pairs.iter().zip(&mut ranges) {
                if let (Some(lat), Some(lon)) = (values.get(*lat), values.get(*lon)) {
                    range.add(lat, lon);
                }
            }
            for (at, times) in clocks.iter().zip(&mut times) {
                values.get(*at).into_iter().for_each(|value| times.add(value));
            }
        });
        let time = clocks.iter().zip(&times).find_map(|(at, times)| Some((*at, times.clock()?)));
        for ((lat, lon), range) in pairs.iter().zip(&ranges) {
            let heads = format!("table {shown}: {} and {}", name(*lat), name(*lon));
            match range.scale(name(*lat)) {
                Ok(scale) => {
                    let clock = match time {
                        Some((at, clock)) => format!("{} is taken for their time, {}", name(at), clock.words()),
                        None => "no column is a time".to_owned(),
                    };
                    let subject = guess::subject(table, *lat);
                    let whose = match subject {
                        "controller" => {
                            "nothing says whose, so they count as those of the device that kept them".to_owned()
                        }
                        other => format!("by its names of: {other}"),
                    };
                    let text = format!(
                        "heuristic: {heads} are taken for positions in {}; {} of {} rows hold one; {clock}; {whose}",
                        scale.words(),
                        range.used,
                        range.rows
                    );
                    note(sink, text);
                    let track = if pairs.len() > 1 { format!("{shown} {}", name(*lat)) } else { shown.to_owned() };
                    let plan = Plan { track, lat: *lat, lon: *lon, scale, time, subject };
                    self.plans.entry(number).or_default().push(plan);
                }
                Err(_) if range.used == 0 => {}
                Err(reason) => {
                    let text = format!("heuristic: {heads} are named like positions and are not used: {reason}");
                    note(sink, text);
                }
            }
        }
    }
}

/// A value of the position under the name of its field.
struct Named<'v> {
    field: &'static str,
    value: Value<'v>,
}

fn position(plan: &Plan, row: &Row<'_>, values: &[Value<'_>], layout: &Arc<Layout>, sink: &mut dyn Sink) {
    let degrees = |at: usize| values.get(at).and_then(guess::number).map(|number| number / plan.scale.divisor());
    let (Some(lat), Some(lon)) = (degrees(plan.lat), degrees(plan.lon)) else { return };
    let (utc, local) = plan.time.and_then(|(at, clock)| Some(moment(values.get(at)?, clock))).unwrap_or_default();
    let number = |ns: Option<i64>| ns.map_or(Value::Absent, Value::Signed);
    let is_old = row.state.as_str() != "live" && row.state.as_str() != "wal";
    let track = if is_old { format!("{} ({})", plan.track, row.state.as_str()) } else { plan.track.clone() };
    let named = [
        Named { field: "table", value: Value::Text(Cow::Owned(track)) },
        Named { field: "row", value: row.rowid.map_or(Value::Absent, Value::Signed) },
        Named { field: "subject", value: Value::Text(Cow::Borrowed(plan.subject)) },
        Named { field: "latitude", value: Value::F64(lat) },
        Named { field: "longitude", value: Value::F64(lon) },
        Named { field: "utc", value: number(utc) },
        Named { field: "local", value: number(local) },
    ];
    let value = |name: &str| {
        let found = named.iter().find(|named| named.field == name);
        found.map_or(Value::Absent, |named| named.value.clone())
    };
    let cells: Vec<Value<'_>> = layout.fields.iter().map(|field| value(&field.name)).collect();
    sink.record(&Record::structure(Some(layout), row.at, Payload::Values(&cells)));
}

/// UTC, and local time where no zone is stated; in nanoseconds since 1970.
fn moment(value: &Value<'_>, clock: Clock) -> (Option<i64>, Option<i64>) {
    const NS: i64 = 1_000_000_000;
    match (clock, value) {
        (Clock::Text, Value::Text(text)) => match civil::Reader::default().moment(text.as_bytes()) {
            Some(civil) if civil.offset_s.is_some() => (civil.utc_ns(), None),
            Some(civil) => (None, Some(civil.ns)),
            None => (None, None),
        },
        (Clock::Unix(unit), Value::Signed(number)) => (number.checked_mul(unit), None),
        (Clock::Unix(unit), other) => (other.number().map(|number| (number * unit as f64) as i64), None),
        (Clock::Cocoa, other) => (other.number().map(|number| ((number + COCOA_S as f64) * NS as f64) as i64), None),
        _ => (None, None),
    }
}
