//! Row ids that are missing: the plainest sign of rows that were deleted.

use std::collections::BTreeMap;

use super::super::{Fact, Sink};
use super::Database;
use crate::evidence::Origin;

/// Ids of one table.
#[derive(Clone, Copy, Debug)]
pub struct Ids {
    pub rows: u64,
    pub lowest: i64,
    pub highest: i64,
}

impl Ids {
    pub fn add(ids: &mut Option<Ids>, id: i64) {
        let ids = ids.get_or_insert(Ids { rows: 0, lowest: id, highest: id });
        ids.rows += 1;
        ids.lowest = ids.lowest.min(id);
        ids.highest = ids.highest.max(id);
    }

    /// Ids from 1 to `last` that no row has; `None` where ids were not counted up from 1.
    pub fn missing(&self, last: i64) -> Option<u64> {
        let counted = self.lowest >= 1 && last < COUNTED;
        counted.then(|| (last as u64).saturating_sub(self.rows))
    }
}

/// Ids above this were given by somebody else: times, hashes, ids of a service.
const COUNTED: i64 = 100_000_000;
/// Tables that are told.
const MOST_TOLD: usize = 50;

/// Tells the tables whose ids have gaps. SQLite counts ids up by itself, unless a program gives its own.
pub fn tell(database: &Database<'_>, ids: &BTreeMap<usize, Ids>, sink: &mut dyn Sink) {
    let sequences = sequences(database);
    let mut told = 0;
    for (number, object, table) in database.tables() {
        let ids = ids.get(&number);
        let sequence = sequences.get(&object.name).copied().filter(|_| table.autoincrement);
        if table.rowid_column.is_none() {
            continue;
        }
        let text = match (ids, sequence) {
            (Some(ids), sequence) => {
                let last = sequence.map_or(ids.highest, |sequence| sequence.max(ids.highest));
                let Some(missing) = ids.missing(last).filter(|missing| *missing > 0) else { continue };
                let counter = match sequence {
                    Some(sequence) => format!(", its counter stands at {sequence}: ids are never used again"),
                    None => String::new(),
                };
                format!(
                    "table {}: {} rows, ids {} to {}{counter}; {missing} ids from 1 to {last} are not there: rows were \
                     deleted, or the program gives ids itself",
                    object.name, ids.rows, ids.lowest, ids.highest
                )
            }
            (None, Some(sequence)) if sequence > 0 => {
                format!("table {}: empty, and its counter stands at {sequence}: all its rows were deleted", object.name)
            }
            _ => continue,
        };
        told += 1;
        if told <= MOST_TOLD {
            sink.fact(Fact::Note { text, at: Origin::Item });
        }
    }
    if told > MOST_TOLD {
        let text = format!("{} more tables have gaps in their ids", told - MOST_TOLD);
        sink.fact(Fact::Note { text, at: Origin::Item });
    }
}

/// What `sqlite_sequence` says, by table.
fn sequences(database: &Database<'_>) -> BTreeMap<String, i64> {
    let mut found = BTreeMap::new();
    let Some((number, ..)) = database.tables().find(|(_, object, _)| object.name == "sqlite_sequence") else {
        return found;
    };
    database.scan(number, &mut |_, values| {
        if let [name, count, ..] = values
            && let (Some(name), Some(count)) = (name.text(), count.integer())
        {
            found.insert(super::rows::safe_name(name), count);
        }
    });
    found
}
