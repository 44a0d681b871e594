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
    let mut firmware: Vec<String> = Vec::new();
    for value in values(Part::Module, Property::Firmware) {
        if !firmware.contains(&value) {
            firmware.push(value);
        }
    }
    DeviceReport {
        model: first(Part::Aircraft, Property::Model),
        aircraft_serial: first(Part::Aircraft, Property::Serial),
        name: first(Part::Aircraft, Property::Name),
        camera_serial: first(Part::Camera, Property::Serial),
        controller_serial: first(Part::Controller, Property::Serial),
        battery_serial: first(Part::Battery, Property::Serial),
        gimbal_serial: first(Part::Gimbal, Property::Serial),
        app: first(Part::App, Property::Version),
        firmware,
    }
}
