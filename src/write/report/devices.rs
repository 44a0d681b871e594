//! Which devices the evidence names, and what ties it to people and accounts.

use std::collections::BTreeMap;

use super::markup::{Table, name, text};
use super::{Contents, count};
use crate::examine::FileReport;

/// Devices and identifiers that the report lists at most; evidence.json holds all.
const MOST: usize = 500;

pub fn tables(contents: &Contents<'_>) -> String {
    format!("{}{}{}", devices(contents), identifiers(contents), people(contents))
}

/// One row an aircraft; items without a serial number are one row a model and name.
fn devices(contents: &Contents<'_>) -> String {
    let mut devices: BTreeMap<(&str, &str, &str), Vec<&FileReport>> = BTreeMap::new();
    for file in &contents.evidence.files {
        let device = &file.device;
        let known =
            [&device.model, &device.aircraft_serial, &device.name, &device.controller_serial, &device.camera_serial];
        if known.iter().any(|value| value.is_some()) {
            let (serial, model) = (word_of(&device.aircraft_serial), word_of(&device.model));
            let title = if serial.is_empty() { word_of(&device.name) } else { "" };
            devices.entry((serial, model, title)).or_default().push(file);
        }
    }
    let columns = ["Aircraft", "Model", "Name", "Other serial numbers", "App", "#Items"];
    let mut table = Table::new("device-table", "Devices, as the evidence names them", &columns);
    let total = devices.len();
    for ((serial, model, _), files) in devices.into_iter().take(MOST) {
        let all = |value: &dyn Fn(&FileReport) -> Vec<String>| {
            let mut values: Vec<String> = files.iter().flat_map(|file| value(file)).collect();
            values.sort();
            values.dedup();
            values.into_iter().map(|value| name(&value)).collect::<Vec<_>>().join(", ")
        };
        let serials = |file: &FileReport| {
            let device = &file.device;
            let parts = [
                ("controller", &device.controller_serial),
                ("camera", &device.camera_serial),
                ("gimbal", &device.gimbal_serial),
                ("battery", &device.battery_serial),
            ];
            let single = parts.into_iter().filter_map(|(part, serial)| Some(format!("{part} {}", serial.as_ref()?)));
            single.chain(device.battery_serials.iter().map(|serial| format!("battery {serial}"))).collect()
        };
        table.row(
            "",
            &[
                if serial.is_empty() {
                    "<span class=\"quiet\">no serial number</span>".to_owned()
                } else {
                    name(serial)
                },
                name(model),
                all(&|file| file.device.name.iter().cloned().collect()),
                all(&serials),
                all(&|file| file.device.app.iter().cloned().collect()),
                files.len().to_string(),
            ],
        );
        let firmware = all(&|file| file.device.firmware.clone());
        if !firmware.is_empty() {
            table.more("audit", &format!("<p>Firmware: {firmware}</p>"));
        }
    }
    table.html("No item names a device.") + &rest(total, "device", "devices")
}

/// An item, and the offset in it.
type Place<'a> = (&'a FileReport, Option<u64>);

/// What ties items to accounts or to each other: each value once.
fn identifiers(contents: &Contents<'_>) -> String {
    let mut known: BTreeMap<(&str, &str), Vec<Place<'_>>> = BTreeMap::new();
    for file in &contents.evidence.files {
        for identifier in &file.identifiers {
            known.entry((identifier.kind, &identifier.value)).or_default().push((file, identifier.offset));
        }
    }
    let mut table = Table::new("identifier-table", "Identifiers", &["Kind", "Value", "#Items", "First in"]);
    let total = known.len();
    for ((kind, value), places) in known.into_iter().take(MOST) {
        let first = places.first().map(|(file, offset)| {
            format!("{}{}", name(&file.path), offset.map(|o| format!(" <small>offset {o}</small>")).unwrap_or_default())
        });
        table.row("", &[text(kind), name(value), places.len().to_string(), first.unwrap_or_default()]);
    }
    table.html("No identifier of an account or a device was found.") + &rest(total, "identifier", "identifiers")
}

/// Where pilots stood.
fn people(contents: &Contents<'_>) -> String {
    let mut table = Table::new(
        "people-table",
        "Positions of the pilot: first fix of the pilot's device",
        &["Flight", "Position", "Time (UTC)", "Source"],
    );
    for (number, (_, sources, _)) in contents.flights.iter().enumerate() {
        for (source, place) in sources.iter().filter_map(|source| Some((source, source.pilot.as_ref()?))).take(1) {
            table.row(
                "",
                &[
                    super::flight_mark(Some(number)),
                    format!("{:.7}, {:.7}", place.lat, place.lon),
                    place.utc.as_deref().map_or_else(|| "not known".to_owned(), text),
                    format!("{} <small>offset {}</small>", name(&source.path), place.offset),
                ],
            );
        }
    }
    table.html("No position of a pilot was recorded.")
}

fn word_of(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or_default()
}

fn rest(total: usize, one: &str, many: &str) -> String {
    match total.checked_sub(MOST) {
        Some(rest) if rest > 0 => {
            format!("<p class=\"note\">{} more in <code>evidence.json</code>.</p>\n", count(rest, one, many))
        }
        _ => String::new(),
    }
}
