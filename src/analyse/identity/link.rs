//! From the items of a case to its aircraft: first the serial numbers that belong together, then what stands with them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::exposure::holder_of;
use super::{Aircraft, Identities, ItemDevices, Met, NamedIn, PHONE_IDS, PartSeen};
use crate::decode::{Part, Property};

/// Flight records before version 6 keep the first ten characters of a serial number.
const SHORTENED: usize = 10;
/// An item that names more aircraft is a list of them, not the log of one.
const OF_ONE: usize = 2;

/// An item, and the labels of its copies.
type Item<'a> = (&'a ItemDevices, &'a [String]);
/// The items that name each serial number of a part.
type Seen = BTreeMap<(Part, String), BTreeSet<NamedIn>>;
/// Serial numbers of aircraft, and the place of theirs in the list of aircraft.
type Craft<'s> = BTreeMap<&'s str, usize>;

/// Links the items of a case, each with the labels of its copies.
pub fn link<'a>(items: impl IntoIterator<Item = Item<'a>>) -> Identities {
    let items: Vec<Item<'_>> =
        items.into_iter().filter(|(item, _)| !item.named.is_empty() || !item.phone_ids.is_empty()).collect();
    let seen = seen(&items);
    let mut conflicts = BTreeSet::new();
    let craft = craft(&items, &seen, &mut conflicts);
    let mut aircraft = aircraft(&craft, &seen);
    describe(&items, &craft, &mut aircraft);
    let alone = parts(&items, &craft, &seen, &mut aircraft, &mut conflicts);
    for one in aircraft.iter().filter(|one| one.models.len() > 1) {
        conflicts.insert(format!("aircraft {} is called {}", one.id, one.models.join(" and ")));
    }
    let met = met(&items, &craft, &aircraft);
    Identities { aircraft, alone, met, conflicts: conflicts.into_iter().collect() }
}

fn seen(items: &[Item<'_>]) -> Seen {
    let mut seen = Seen::new();
    for (item, _) in items {
        for named in item.serials() {
            let place = NamedIn { path: item.path.clone(), offset: named.offset };
            seen.entry((named.part, named.value.clone())).or_default().insert(place);
        }
    }
    seen
}

/// Which serial numbers are of one aircraft: shortened ones and the whole, and those that stand together in an item.
fn craft<'s>(items: &[Item<'_>], seen: &'s Seen, conflicts: &mut BTreeSet<String>) -> Craft<'s> {
    let serials: Vec<&str> =
        seen.keys().filter(|(part, _)| *part == Part::Aircraft).map(|(_, serial)| serial.as_str()).collect();
    let mut groups = Groups((0..serials.len()).collect());
    for (at, pair) in serials.windows(2).enumerate() {
        // Sorted: a shortened serial number stands before the whole one.
        if let [short, long] = pair
            && short.len() >= SHORTENED
            && long.starts_with(short)
        {
            groups.join(at, at + 1);
        }
    }
    for (item, _) in items {
        let of_item: Vec<usize> =
            item.aircraft_serials().filter_map(|serial| serials.binary_search(&serial).ok()).collect();
        let apart: BTreeSet<usize> = of_item.iter().map(|at| groups.root(*at)).collect();
        if apart.len() > 1 {
            conflicts.insert(several_serials(item, apart.len()));
        }
        if (1..=OF_ONE).contains(&apart.len()) {
            of_item.windows(2).for_each(|pair| groups.join(pair[0], pair[1]));
        }
    }
    let mut places: BTreeMap<usize, usize> = BTreeMap::new();
    let mut place = |root: usize| {
        let next = places.len();
        *places.entry(root).or_insert(next)
    };
    serials.into_iter().enumerate().map(|(at, serial)| (serial, place(groups.root(at)))).collect()
}

fn several_serials(item: &ItemDevices, aircraft: usize) -> String {
    let serials: Vec<&str> = item.aircraft_serials().collect();
    let verdict = if aircraft > OF_ONE {
        "it is taken for a list, and links none of them"
    } else {
        "they are taken for two numbers of one aircraft (flight controller and airframe); several flights in one item would look the same"
    };
    format!("{} names {} aircraft serial numbers, {}: {verdict}", item.path, serials.len(), serials.join(", "))
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

/// The aircraft with their serial numbers, in the order of their places.
fn aircraft(craft: &Craft<'_>, seen: &Seen) -> Vec<Aircraft> {
    let mut found: Vec<Aircraft> = Vec::new();
    for (serial, place) in craft {
        if found.len() <= *place {
            found.push(Aircraft::default());
        }
        if let Some(aircraft) = found.get_mut(*place) {
            if serial.len() > aircraft.id.len() {
                aircraft.id = (*serial).to_owned();
            }
            aircraft.serials.push(part_seen(Part::Aircraft, serial, seen));
        }
    }
    found
}

fn part_seen(part: Part, serial: &str, seen: &Seen) -> PartSeen {
    let items = seen.get(&(part, serial.to_owned())).into_iter().flatten().cloned().collect();
    PartSeen { part: part.as_str(), serial: serial.to_owned(), items }
}

/// The aircraft that an item names.
fn craft_of(item: &ItemDevices, craft: &Craft<'_>) -> BTreeSet<usize> {
    item.aircraft_serials().filter_map(|serial| craft.get(serial).copied()).collect()
}

/// Models and names of the aircraft; an item that names several does not say which of them it means.
fn describe(items: &[Item<'_>], craft: &Craft<'_>, aircraft: &mut [Aircraft]) {
    for (item, _) in items {
        let of_item = craft_of(item, craft);
        let Some(aircraft) = of_item.first().filter(|_| of_item.len() == 1).and_then(|at| aircraft.get_mut(*at)) else {
            continue;
        };
        for named in item.named.iter().filter(|named| named.part == Part::Aircraft) {
            let list = match named.property {
                Property::Model => &mut aircraft.models,
                Property::Name => &mut aircraft.names,
                _ => continue,
            };
            if !list.contains(&named.value) {
                list.push(named.value.clone());
            }
        }
    }
}

/// Gives each part to the aircraft that it stands with; those that stand with none are what is left.
fn parts(
    items: &[Item<'_>],
    craft: &Craft<'_>,
    seen: &Seen,
    aircraft: &mut [Aircraft],
    conflicts: &mut BTreeSet<String>,
) -> Vec<PartSeen> {
    let mut with: BTreeMap<(Part, &str), BTreeSet<usize>> = BTreeMap::new();
    for (item, _) in items {
        let of_item = craft_of(item, craft);
        for named in item.serials().filter(|named| named.part != Part::Aircraft) {
            let with = with.entry((named.part, &named.value)).or_default();
            if of_item.len() == 1 {
                with.extend(&of_item);
            }
        }
    }
    let mut alone = Vec::new();
    for ((part, serial), with) in with {
        let one = part_seen(part, serial, seen);
        if with.is_empty() {
            alone.push(one);
            continue;
        }
        if with.len() > 1 {
            let ids: Vec<&str> = with.iter().filter_map(|at| Some(aircraft.get(*at)?.id.as_str())).collect();
            conflicts.insert(format!(
                "{} {serial} was seen with {} aircraft, {}: consistent with a part that was moved",
                part.as_str(),
                ids.len(),
                ids.join(", ")
            ));
        }
        for at in with {
            aircraft.get_mut(at).into_iter().for_each(|aircraft| aircraft.parts.push(one.clone()));
        }
    }
    alone
}

/// Which phone or card has items that name an aircraft.
fn met(items: &[Item<'_>], craft: &Craft<'_>, aircraft: &[Aircraft]) -> Vec<Met> {
    let mut met: BTreeMap<(&str, usize), Met> = BTreeMap::new();
    let mut phone_ids: BTreeMap<&str, BTreeSet<&String>> = BTreeMap::new();
    for (item, copies) in items {
        let of_item = craft_of(item, craft);
        for path in std::iter::once(&item.path).chain(copies.iter()) {
            let holder = holder_of(path);
            phone_ids.entry(holder).or_default().extend(&item.phone_ids);
            for at in &of_item {
                let Some(aircraft) = aircraft.get(*at) else { continue };
                let one = met.entry((holder, *at)).or_insert_with(|| Met {
                    holder: holder.to_owned(),
                    phone_ids: Vec::new(),
                    aircraft: aircraft.id.clone(),
                    apps: Vec::new(),
                    items: Vec::new(),
                });
                one.items.push(path.clone());
                if let Some(app) = item.app.as_ref().filter(|app| !one.apps.contains(app)) {
                    one.apps.push(app.clone());
                }
            }
        }
    }
    let with_ids = |((holder, _), one): ((&str, usize), Met)| {
        let ids = phone_ids.get(holder).into_iter().flatten();
        Met { phone_ids: ids.take(PHONE_IDS).map(|id| (*id).clone()).collect(), ..one }
    };
    met.into_iter().map(with_ids).collect()
}
