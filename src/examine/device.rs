//! Who and what: device facts to the `device` block. The first statement counts; later ones mostly repeat it.

use super::report::DeviceReport;
use crate::decode::{Fact, Part, Property};

pub fn report(facts: &[Fact]) -> DeviceReport {
    let values = |part: Part, property: Property| {
        facts.iter().filter_map(move |fact| match fact {
            Fact::Device { part: p, property: q, value, .. } if (*p, *q) == (part, property) => Some(value.clone()),
            _ => None,
        })
    };
    let first = |part, property| values(part, property).next();
    let distinct = |part, property| {
        let mut found: Vec<String> = Vec::new();
        for value in values(part, property) {
            if !found.contains(&value) {
                found.push(value);
            }
        }
        found
    };
    DeviceReport {
        model: first(Part::Aircraft, Property::Model),
        aircraft_serial: first(Part::Aircraft, Property::Serial),
        name: first(Part::Aircraft, Property::Name),
        camera_serial: first(Part::Camera, Property::Serial),
        controller_serial: first(Part::Controller, Property::Serial),
        battery_serial: first(Part::Battery, Property::Serial),
        battery_serials: distinct(Part::Battery, Property::Serial),
        gimbal_serial: first(Part::Gimbal, Property::Serial),
        app: first(Part::App, Property::Version),
        firmware: distinct(Part::Module, Property::Firmware),
    }
}
