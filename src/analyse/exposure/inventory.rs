//! The sightings of all items of a case: each identifier once, with the items that hold it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{ExposedPlace, Grade, Kind, PlaceInItem, Sighting};

/// What one item exposes.
#[derive(Clone, Debug)]
pub struct ItemExposure {
    /// Its label.
    pub path: String,
    pub sha256: String,
    pub app: Option<String>,
    pub format: Option<&'static str>,
    pub sightings: Vec<Sighting>,
    pub positions: Vec<ExposedPlace>,
    /// Positions that were too many to tell.
    pub more_positions: u64,
}

/// An identifier and everything that holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identifier {
    pub kind: Kind,
    pub value: String,
    /// The best of its sightings, and how that came.
    pub grade: Grade,
    pub how: String,
    /// Different places in all items.
    pub count: u64,
    pub seen_in: Vec<SeenIn>,
}

/// An item that holds an identifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenIn {
    pub path: String,
    pub sha256: String,
    pub app: Option<String>,
    pub format: Option<&'static str>,
    pub grade: Grade,
    pub count: u64,
    pub places: Vec<PlaceInItem>,
}

/// Every identifier of a case, by kind and value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Inventory {
    pub identifiers: Vec<Identifier>,
}

impl Inventory {
    /// Merges items in their order, which is that of their paths.
    pub fn of<'i>(items: impl IntoIterator<Item = &'i ItemExposure>) -> Self {
        let mut by_value: BTreeMap<(Kind, &str), Identifier> = BTreeMap::new();
        for item in items {
            for sighting in &item.sightings {
                let Sighting { kind, value, grade, how, inside, count, places } = sighting;
                let one = by_value.entry((*kind, value)).or_insert_with(|| Identifier {
                    kind: *kind,
                    value: value.clone(),
                    grade: *grade,
                    how: how.clone(),
                    count: 0,
                    seen_in: Vec::new(),
                });
                if *grade > one.grade {
                    one.grade = *grade;
                    one.how.clone_from(how);
                }
                one.count += count;
                one.seen_in.push(SeenIn {
                    path: inside.as_ref().map_or_else(|| item.path.clone(), |name| format!("{}!/{name}", item.path)),
                    sha256: item.sha256.clone(),
                    app: item.app.clone(),
                    format: item.format,
                    grade: *grade,
                    count: *count,
                    places: places.clone(),
                });
            }
        }
        Inventory { identifiers: by_value.into_values().collect() }
    }

    /// How many identifiers of each kind there are, and how many of them by shape alone.
    pub fn sums(&self) -> BTreeMap<Kind, (usize, usize)> {
        let mut sums: BTreeMap<Kind, (usize, usize)> = BTreeMap::new();
        for one in &self.identifiers {
            let sum = sums.entry(one.kind).or_default();
            sum.0 += 1;
            sum.1 += usize::from(one.grade == Grade::Shape);
        }
        sums
    }
}
