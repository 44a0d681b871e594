//! One aircraft out of many items: serial numbers that stand together in an item belong together. Batteries, controllers and cameras
//! move between aircraft, so they never make two aircraft one; where one is seen with several it is told.

mod link;

use serde::Serialize;

use super::exposure::{Kind, Sighting};
use crate::decode::{Fact, Part, Property};
pub use link::link;

/// Identifiers of a phone that are told.
const PHONE_IDS: usize = 20;

/// What one item names.
#[derive(Clone, Debug, Default)]
pub struct ItemDevices {
    pub path: String,
    pub app: Option<String>,
    /// Serial numbers, models and names, each once.
    pub named: Vec<Named>,
    /// Identifiers of the phone, `kind value`.
    pub phone_ids: Vec<String>,
}

impl ItemDevices {
    fn serials(&self) -> impl Iterator<Item = &Named> {
        self.named.iter().filter(|named| named.property == Property::Serial)
    }

    fn aircraft_serials(&self) -> impl Iterator<Item = &str> {
        self.serials().filter(|named| named.part == Part::Aircraft).map(|named| named.value.as_str())
    }
}

/// What a fact calls a part, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub part: Part,
    pub property: Property,
    pub value: String,
    pub offset: Option<u64>,
}

/// Serial numbers, models and names that the facts of an item state.
pub fn named(facts: &[Fact]) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    for fact in facts {
        if let Fact::Device { part, property, value, at } = fact
            && matches!(property, Property::Serial | Property::Model | Property::Name)
            && !value.trim().is_empty()
            && value.chars().any(|c| c.is_alphanumeric() && c != '0')
            && !found.iter().any(|n| (&n.part, &n.property, n.value.as_str()) == (part, property, value.trim()))
        {
            found.push(Named { part: *part, property: *property, value: value.trim().to_owned(), offset: at.offset() });
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
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

#[cfg(test)]
mod tests {
    use super::*;

    fn item(path: &str, devices: &[(Part, &str)]) -> ItemDevices {
        let named = |&(part, serial): &(Part, &str)| Named {
            part,
            property: Property::Serial,
            value: serial.to_owned(),
            offset: Some(7),
        };
        ItemDevices { path: path.to_owned(), named: devices.iter().map(named).collect(), ..ItemDevices::default() }
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
