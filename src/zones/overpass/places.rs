//! Where nodes and ways of the file are, for the elements that only name them.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use geo::Coord;
use serde_json::Value;

use crate::zones::json::outline::Outline;
use crate::zones::json::{member, members, unquoted, value};
use crate::zones::shape::holes::Ring;

/// Positions that ways lend to relations, over the whole file; a way that many relations share is many times as long in them.
const LENT: usize = 20_000_000;

/// Nodes and ways by their ids.
#[derive(Default)]
pub struct Places {
    lent: Cell<usize>,
    nodes: HashMap<i64, Coord<f64>>,
    /// Ways that relations may name: their own geometry, or the nodes that they name.
    ways: HashMap<i64, Way>,
    parts: HashSet<(Kind, i64)>,
}

enum Way {
    Line(Ring),
    Nodes(Vec<i64>),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Node,
    Way,
}

impl Places {
    pub fn of(text: &str, outline: &Outline) -> Self {
        let mut found = Places::default();
        for element in &outline.elements {
            let Ok(members) = members(text, element.range.start) else { continue };
            let get = |key| value(text, &members, key).unwrap_or(Value::Null);
            let Some(id) = get("id").as_i64() else { continue };
            match member(text, &members, "type").map(unquoted).as_deref() {
                Some("node") => {
                    if let (Some(lat), Some(lon)) = (number(&get("lat")), number(&get("lon"))) {
                        found.nodes.insert(id, Coord { x: lon, y: lat });
                    }
                }
                Some("way") => {
                    let nodes: Vec<i64> = ids(&get("nodes"));
                    found.parts.extend(nodes.iter().map(|node| (Kind::Node, *node)));
                    let way = line(&get("geometry")).map_or(Way::Nodes(nodes), Way::Line);
                    found.ways.insert(id, way);
                }
                Some("relation") => {
                    let list = get("members");
                    for member in list.as_array().map(Vec::as_slice).unwrap_or_default() {
                        let kind = match member["type"].as_str() {
                            Some("node") => Kind::Node,
                            Some("way") => Kind::Way,
                            _ => continue,
                        };
                        found.parts.extend(member["ref"].as_i64().map(|id| (kind, id)));
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Whether another element names this one as a part of itself.
    pub fn is_part(&self, kind: &str, id: i64) -> bool {
        match kind {
            "node" => self.parts.contains(&(Kind::Node, id)),
            "way" => self.parts.contains(&(Kind::Way, id)),
            _ => false,
        }
    }

    /// The line through the nodes of a list of ids; `None` when one of them is not in the file.
    pub fn way(&self, nodes: &Value) -> Option<Ring> {
        self.through(&ids(nodes))
    }

    /// The line of a way by its id; `None` when it is not in the file, or too much has been lent.
    pub fn member(&self, id: i64) -> Option<Ring> {
        let way = self.ways.get(&id)?;
        let length = match way {
            Way::Line(line) => line.len(),
            Way::Nodes(nodes) => nodes.len(),
        };
        self.lent.set(self.lent.get().saturating_add(length));
        match way {
            _ if self.lent.get() > LENT => None,
            Way::Line(line) => Some(line.clone()),
            Way::Nodes(nodes) => self.through(nodes),
        }
    }

    fn through(&self, nodes: &[i64]) -> Option<Ring> {
        let line: Option<Ring> = nodes.iter().map(|node| self.nodes.get(node).copied()).collect();
        line.filter(|line| !line.is_empty())
    }
}

fn ids(list: &Value) -> Vec<i64> {
    list.as_array().into_iter().flatten().filter_map(Value::as_i64).collect()
}

/// A list of `{lat, lon}`; `None` when one of them is missing, as outside of the box of a query.
pub fn line(list: &Value) -> Option<Ring> {
    let places = list.as_array().filter(|list| !list.is_empty())?;
    let place = |value: &Value| Some(Coord { x: number(&value["lon"])?, y: number(&value["lat"])? });
    places.iter().map(place).collect()
}

/// A number of the file.
pub fn number(value: &Value) -> Option<f64> {
    value.as_f64().filter(|number| number.is_finite())
}
