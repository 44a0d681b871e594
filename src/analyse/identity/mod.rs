//! One aircraft out of many items: serial numbers that stand together in an item belong together. Batteries, controllers and cameras
//! move between aircraft, so they never make two aircraft one; where one is seen with several it is told.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::exposure::{Kind, Sighting, holder_of};
use crate::decode::{Fact, Part, Property};

/// Flight records before version 6 keep the first ten characters of a serial number.
const SHORTENED: usize = 10;
/// An item that names more aircraft is a list of them, not the log of one.
const OF_ONE: usize = 2;
/// Identifiers of a phone that are told.
const PHONE_IDS: usize = 20;

/// What one item names.
#[derive(Clone, Debug, Default)]
pub struct ItemDevices {
    pub path: String,
    pub app: Option<String>,
    /// Part, property, value and offset, each once.
    pub named: Vec<(Part, Property, String, Option<u64>)>,
    /// Identifiers of the phone, `kind value`.
    pub phone_ids: Vec<String>,
}

/// Serial numbers, models and names that the facts of an item state.
pub fn named(facts: &[Fact]) -> Vec<(Part, Property, String, Option<u64>)> {
    let mut found: Vec<(Part, Property, String, Option<u64>)> = Vec::new();
    for fact in facts {
        if let Fact::Device { part, property, value, at } = fact
            && matches!(property, Property::Serial | Property::Model | Property::Name)
            && !value.trim().is_empty()
            && value.chars().any(|c| c.is_alphanumeric() && c != '0')
            && !found.iter().any(|(p, q, v, _)| (p, q, v.as_str()) == (part, property, value.trim()))
        {
            found.push((*part, *property, value.trim().to_owned(), at.offset()));
        }
    }
    found
}

/// Those of a phone among the sightings of an item.
pub fn phone_ids(sightings: &[Sighting]) -> Vec<String> {
    let of_phone = |kind| matches!(kind, Kind::Imei | Kind::AndroidId | Kind::AdvertisingId | Kind::DeviceId);
    let ids = sightings.iter().filter(|sighting| of_phone(sighting.kind));
    ids.take(PHONE_IDS).map(|sighting| format!("{} {}", sighting.kind.as_str(), sighting.value)).collect()
}

/// Aircraft of a case, and who met them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Identities {
    pub aircraft: Vec<Aircraft>,
    /// Parts that no aircraft is named with.
    pub alone: Vec<PartSeen>,
    pub met: Vec<Met>,
    /// What does not fit together.
    pub conflicts: Vec<String>,
}

/// One aircraft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Aircraft {
    /// Its longest serial number.
    pub id: String,
    pub serials: Vec<PartSeen>,
    pub models: Vec<String>,
    pub names: Vec<String>,
    pub parts: Vec<PartSeen>,
}

/// A serial number of an aircraft or a part, and the items that name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartSeen {
    pub part: &'static str,
    pub serial: String,
    /// Items that name it, first path first.
    pub items: Vec<NamedIn>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NamedIn {
    pub path: String,
    pub offset: Option<u64>,
}

/// A phone, tablet or card whose items name an aircraft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Met {
    /// Device or folder that the items were taken from.
    pub holder: String,
    /// Identifiers of the phone that its items hold.
    pub phone_ids: Vec<String>,
    pub aircraft: String,
    pub apps: Vec<String>,
    /// The items that say so; copies among them.
    pub items: Vec<String>,
}

impl Identities {
    /// The aircraft with this serial number.
    pub fn of_serial(&self, serial: &str) -> Option<&Aircraft> {
        let has = |aircraft: &&Aircraft| aircraft.serials.iter().any(|seen| seen.serial == serial.trim());
        self.aircraft.iter().find(has)
    }
}

/// Sets that grow together, by index.
struct Groups(Vec<usize>);

impl Groups {
    fn root(&self, mut at: usize) -> usize {
        while let Some(&up) = self.0.get(at).filter(|up| **up != at) {
            at = up;
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        let (low, high) = (a.min(b), a.max(b));
        if let Some(up) = self.0.get_mut(high) {
            *up = low;
        }
    }
}

type Seen = BTreeMap<(Part, String), BTreeSet<NamedIn>>;

fn serials(item: &ItemDevices) -> impl Iterator<Item = (Part, &str, Option<u64>)> {
    let serial = |(part, property, value, offset): &'_ (Part, Property, String, Option<u64>)| {
        (*property == Property::Serial).then_some((*part, *offset)).map(|(part, offset)| (part, value.len(), offset))
    };
    item.named.iter().filter_map(move |row| serial(row).map(|(part, _, offset)| (part, row.2.as_str(), offset)))
}

/// Links the items of a case, each with the labels of its copies.
pub fn link<'a>(items: impl IntoIterator<Item = (&'a ItemDevices, &'a [String])>) -> Identities {
    let items: Vec<(&ItemDevices, &[String])> =
        items.into_iter().filter(|(item, _)| !item.named.is_empty() || !item.phone_ids.is_empty()).collect();
    let mut seen: Seen = BTreeMap::new();
    for (item, _) in &items {
        for (part, serial, offset) in serials(item) {
            let place = NamedIn { path: item.path.clone(), offset };
            seen.entry((part, serial.to_owned())).or_default().insert(place);
        }
    }
    let craft: Vec<&str> =
        seen.keys().filter(|(part, _)| *part == Part::Aircraft).map(|(_, serial)| serial.as_str()).collect();
    let index = |serial: &str| craft.binary_search(&serial).ok();
    let mut groups = Groups((0..craft.len()).collect());
    let mut conflicts = BTreeSet::new();
    for (at, pair) in craft.windows(2).enumerate() {
        // Sorted: a shortened serial number stands before the whole one.
        if let [short, long] = pair
            && short.len() >= SHORTENED
            && long.starts_with(short)
        {
            groups.join(at, at + 1);
        }
    }
    for (item, _) in &items {
        let of_item: Vec<usize> =
            serials(item).filter(|(part, ..)| *part == Part::Aircraft).filter_map(|(_, s, _)| index(s)).collect();
        let apart: BTreeSet<usize> = of_item.iter().map(|at| groups.root(*at)).collect();
        if apart.len() > 1 {
            let names: Vec<&str> = of_item.iter().filter_map(|at| craft.get(*at).copied()).collect();
            let verdict = if apart.len() > OF_ONE {
                "it is taken for a list, and links none of them"
            } else {
                "they are taken for two numbers of one aircraft (flight controller and airframe); several flights in one item would look the same"
            };
            conflicts.insert(format!(
                "{} names {} aircraft serial numbers, {}: {verdict}",
                item.path,
                names.len(),
                names.join(", ")
            ));
        }
        if (1..=OF_ONE).contains(&apart.len()) {
            of_item.windows(2).for_each(|pair| groups.join(pair[0], pair[1]));
        }
    }
    let mut identities = Identities::default();
    let mut number: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, serial) in craft.iter().enumerate() {
        let place = *number.entry(groups.root(at)).or_insert_with(|| {
            let empty = Aircraft {
                id: String::new(),
                serials: Vec::new(),
                models: Vec::new(),
                names: Vec::new(),
                parts: Vec::new(),
            };
            identities.aircraft.push(empty);
            identities.aircraft.len() - 1
        });
        if let Some(aircraft) = identities.aircraft.get_mut(place) {
            if serial.len() > aircraft.id.len() {
                aircraft.id = (*serial).to_owned();
            }
            aircraft.serials.push(part_seen(Part::Aircraft, serial, &seen));
        }
    }
    let mut parts_of: BTreeMap<(Part, String), BTreeSet<usize>> = BTreeMap::new();
    let mut met: BTreeMap<(String, usize), Met> = BTreeMap::new();
    let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (item, copies) in &items {
        let of_item: BTreeSet<usize> = serials(item)
            .filter(|(part, ..)| *part == Part::Aircraft)
            .filter_map(|(_, serial, _)| number.get(&groups.root(index(serial)?)).copied())
            .collect();
        for (part, serial, _) in serials(item).filter(|(part, ..)| *part != Part::Aircraft) {
            let with = parts_of.entry((part, serial.to_owned())).or_default();
            if of_item.len() == 1 {
                with.extend(&of_item);
            }
        }
        for path in std::iter::once(&item.path).chain(copies.iter()) {
            let holder = holder_of(path);
            ids.entry(holder.to_owned()).or_default().extend(item.phone_ids.iter().cloned());
            for at in &of_item {
                let Some(aircraft) = identities.aircraft.get(*at) else { continue };
                let one = met.entry((holder.to_owned(), *at)).or_insert_with(|| Met {
                    holder: holder.to_owned(),
                    phone_ids: Vec::new(),
                    aircraft: aircraft.id.clone(),
                    apps: Vec::new(),
                    items: Vec::new(),
                });
                one.items.push(path.clone());
                one.apps.extend(item.app.iter().filter(|app| !one.apps.contains(app)).cloned().collect::<Vec<_>>());
            }
        }
        let [at] = of_item.iter().copied().collect::<Vec<_>>()[..] else { continue };
        let Some(aircraft) = identities.aircraft.get_mut(at) else { continue };
        for (_, property, value, _) in item.named.iter().filter(|(part, ..)| *part == Part::Aircraft) {
            let list = match property {
                Property::Model => &mut aircraft.models,
                Property::Name => &mut aircraft.names,
                _ => continue,
            };
            if !list.contains(value) {
                list.push(value.clone());
            }
        }
    }
    for ((part, serial), with) in &parts_of {
        let one = part_seen(*part, serial, &seen);
        if with.is_empty() {
            identities.alone.push(one);
            continue;
        }
        if with.len() > 1 {
            let craft: Vec<&str> =
                with.iter().filter_map(|at| Some(identities.aircraft.get(*at)?.id.as_str())).collect();
            conflicts.insert(format!(
                "{} {serial} was seen with {} aircraft, {}: consistent with a part that was moved",
                part.as_str(),
                craft.len(),
                craft.join(", ")
            ));
        }
        for at in with {
            identities.aircraft.get_mut(*at).into_iter().for_each(|aircraft| aircraft.parts.push(one.clone()));
        }
    }
    for aircraft in &identities.aircraft {
        if aircraft.models.len() > 1 {
            conflicts.insert(format!("aircraft {} is called {}", aircraft.id, aircraft.models.join(" and ")));
        }
    }
    identities.met = met.into_values().collect();
    for one in &mut identities.met {
        one.phone_ids = ids.get(&one.holder).into_iter().flatten().take(PHONE_IDS).cloned().collect();
    }
    identities.conflicts = conflicts.into_iter().collect();
    identities
}

fn part_seen(part: Part, serial: &str, seen: &Seen) -> PartSeen {
    let items = seen.get(&(part, serial.to_owned())).into_iter().flatten().cloned().collect();
    PartSeen { part: part.as_str(), serial: serial.to_owned(), items }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(path: &str, named: &[(Part, &str)]) -> ItemDevices {
        let named =
            named.iter().map(|(part, serial)| (*part, Property::Serial, (*serial).to_owned(), Some(7))).collect();
        ItemDevices { path: path.to_owned(), named, ..ItemDevices::default() }
    }

    #[test]
    fn serial_numbers_of_one_item_belong_to_one_aircraft_wherever_it_was_seized() {
        let (a, b, c) = (
            item("phone-a/DJI/log", &[(Part::Aircraft, "0K1DF313BD4PR1"), (Part::Battery, "BAT1")]),
            item("phone-b/DJI/tips", &[(Part::Aircraft, "0K1DF313BD4PR1")]),
            item("card/FLY.DAT", &[(Part::Aircraft, "0K1DF313BD"), (Part::Camera, "CAM1")]),
        );
        let copy = ["phone-c/DJI/log".to_owned()];
        let none: &[String] = &[];
        let identities = link([(&a, none), (&b, copy.as_slice()), (&c, none)]);
        assert_eq!(identities.aircraft.len(), 1, "a shortened number is no other aircraft");
        let one = &identities.aircraft[0];
        assert_eq!(one.id, "0K1DF313BD4PR1");
        assert_eq!(
            one.parts.iter().map(|p| (p.part, p.serial.as_str())).collect::<Vec<_>>(),
            [("camera", "CAM1"), ("battery", "BAT1")]
        );
        let holders: Vec<&str> = identities.met.iter().map(|met| met.holder.as_str()).collect();
        assert_eq!(holders, ["card", "phone-a", "phone-b", "phone-c"]);
        assert!(identities.conflicts.is_empty());
    }

    #[test]
    fn a_battery_in_two_aircraft_links_none_and_is_told() {
        let (a, b) = (
            item("a", &[(Part::Aircraft, "AAAA000001"), (Part::Battery, "BAT1")]),
            item("b", &[(Part::Aircraft, "BBBB000002"), (Part::Battery, "BAT1")]),
        );
        let identities = link([(&a, [].as_slice()), (&b, [].as_slice())]);
        assert_eq!(identities.aircraft.len(), 2);
        assert_eq!(identities.conflicts.len(), 1);
        assert!(identities.conflicts[0].contains("battery BAT1 was seen with 2 aircraft"));
    }
}
