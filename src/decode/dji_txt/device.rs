//! Facts about devices and the flight, from the details and from the records that repeat them.

use super::super::{Fact, Part, Property, Record, Sink};
use super::details::Details;
use crate::evidence::{Extent, Origin};
use crate::layout::{Layout, Value};

/// Fields that name a device, in `details`, `recover` and `home` alike.
const NAMED: &[(&str, Part, Property)] = &[
    ("aircraft_serial", Part::Aircraft, Property::Serial),
    ("aircraft_name", Part::Aircraft, Property::Name),
    ("camera_serial", Part::Camera, Property::Serial),
    ("rc_serial", Part::Controller, Property::Serial),
    ("battery_serial", Part::Battery, Property::Serial),
];

/// Totals that the details declare, and their units.
const DECLARED: &[&str] =
    &["duration", "distance", "max_height", "max_h_speed", "max_v_speed", "photo_count", "record_count"];

/// Everything that the details block tells about the flight.
pub fn details_facts(details: &Details<'_>, version: u8, at: &Extent, sink: &mut dyn Sink) {
    let at = || Origin::Bytes(at.clone());
    if let Some(ms) = details.start_ms() {
        sink.fact(Fact::Start { utc_ns: ms.saturating_mul(1_000_000), clock: "phone", at: at() });
    }
    named_facts(details.layout, details.content, &at(), sink);
    for name in DECLARED {
        let unit = details.layout.field(name).map_or("", |f| declared_unit(&f.unit));
        // Version 14 writes the distance in kilometres; proved against the mileage of two flights.
        let scale = if *name == "distance" && version >= super::header::FIRST_LOCKED { 1000.0 } else { 1.0 };
        if let Some(value) = details.number(name).filter(|v| (0.0..1e9).contains(v)) {
            sink.fact(Fact::Declared { name, value: value * scale, unit, at: at() });
        }
    }
    let start = details.number("start_latitude").zip(details.number("start_longitude"));
    if let Some((lat, lon)) =
        start.filter(|(lat, lon)| lat.abs() <= 90.0 && lon.abs() <= 180.0 && !(lat.abs() < 1e-6 && lon.abs() < 1e-6))
    {
        sink.fact(Fact::Declared { name: "start_latitude", value: lat, unit: "deg", at: at() });
        sink.fact(Fact::Declared { name: "start_longitude", value: lon, unit: "deg", at: at() });
    }
    let place: Vec<String> = ["sub_street", "street", "city", "area"]
        .iter()
        .filter_map(|field| details.value(field)?.text().map(str::to_owned))
        .filter(|text| !text.is_empty() && text != "Map Loading")
        .collect();
    if !place.is_empty() {
        sink.fact(Fact::Note { text: format!("place named by the phone: {}", place.join(", ")), at: at() });
    }
    activation(details, at(), sink);
    identifier(details.layout, details.content, "account_hash", "account-hash", &at(), sink);
    identifier(details.layout, details.content, "uuid", "flight-uuid", &at(), sink);
}

/// Records that tell facts.
pub const TELLING: [&str; 5] = ["recover", "component_serial", "firmware", "fly_forbid_db", "home"];

/// Facts in a record of one of these types.
pub fn record_facts(record: &Record<'_>, sink: &mut dyn Sink) {
    let Some(layout) = record.layout else { return };
    let at = Origin::Bytes(record.at.clone());
    match layout.name.as_str() {
        "recover" => named_facts(layout, record.content(), &at, sink),
        "component_serial" => component_fact(layout, record.content(), &at, sink),
        "firmware" => firmware_facts(layout, record.content(), &at, sink),
        "home" => aircraft_log(layout, record.content(), &at, sink),
        "fly_forbid_db" => identifier(layout, record.content(), "uuid", "no-fly-database", &at, sink),
        _ => {}
    }
}

fn named_facts(layout: &Layout, content: &[u8], at: &Origin, sink: &mut dyn Sink) {
    let mut device = |part, property, value: String| sink.fact(Fact::Device { part, property, value, at: at.clone() });
    for (field, part, property) in NAMED {
        if let Some(text) = layout.read(field, content).and_then(|v| v.text().map(str::to_owned))
            && !text.is_empty()
        {
            device(*part, *property, text);
        }
    }
    if let Some((number, name)) = numbered(layout, content, "product").filter(|(number, _)| *number != 0) {
        device(Part::Aircraft, Property::Model, format!("{} (product {number})", name.unwrap_or("unknown model")));
    }
    if let Some(Value::List(parts)) = layout.read("app_version", content) {
        let version: Vec<String> = parts.iter().map(ToString::to_string).collect();
        let platform = match numbered(layout, content, "platform") {
            Some((_, Some(name))) => name.to_owned(),
            Some((number, None)) => format!("platform {number}"),
            None => String::new(),
        };
        if parts.iter().any(|part| part.integer() != Some(0)) {
            device(Part::App, Property::Version, format!("{} {platform}", version.join(".")).trim_end().to_owned());
        }
    }
}

/// The number of the log that the aircraft itself keeps of this flight, `FLY169.DAT`; it may change inside one record of the app.
fn aircraft_log(layout: &Layout, content: &[u8], at: &Origin, sink: &mut dyn Sink) {
    if let Some(number) = layout.read("fc_log_index", content).and_then(|v| v.integer()).filter(|n| *n > 0) {
        sink.fact(Fact::Identifier { kind: "aircraft-log", value: format!("FLY{number:03}"), at: at.clone() });
    }
}

/// When the aircraft was activated: seconds in old logs, milliseconds in others. Before 2010 it was never set: the apps then write
/// the year 0 in local time.
fn activation(details: &Details<'_>, at: Origin, sink: &mut dyn Sink) {
    const SECONDS_BELOW: u64 = 100_000_000_000;
    const PLAUSIBLE_MS: std::ops::Range<i64> = 1_262_304_000_000..4_102_444_800_000;
    let Some(stated) = details.value("activation").and_then(|v| v.integer()).filter(|v| *v != 0) else { return };
    let ms = if stated.unsigned_abs() < SECONDS_BELOW { stated.saturating_mul(1000) } else { stated };
    let date = chrono::DateTime::from_timestamp_millis(ms).filter(|_| PLAUSIBLE_MS.contains(&ms));
    let text = match date {
        Some(date) => format!("aircraft activated {}", date.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)),
        None => format!("the activation date of the aircraft is not set (the details hold {stated})"),
    };
    sink.fact(Fact::Note { text, at });
}

fn numbered<'a>(layout: &'a Layout, content: &'a [u8], field: &str) -> Option<(i64, Option<&'a str>)> {
    let field = layout.field(field)?;
    let value = field.read(content)?;
    Some((value.integer()?, field.value_name(&value)))
}

fn component_fact(layout: &Layout, content: &[u8], at: &Origin, sink: &mut dyn Sink) {
    let Some((component, _)) = numbered(layout, content, "component") else { return };
    let part = match component {
        1 => Part::Camera,
        2 => Part::Aircraft,
        3 => Part::Controller,
        4 => Part::Battery,
        6 => Part::Gimbal,
        _ => Part::Other,
    };
    if let Some(serial) = layout.read("serial", content).and_then(|v| v.text().map(str::to_owned))
        && !serial.is_empty()
    {
        sink.fact(Fact::Device { part, property: Property::Serial, value: serial, at: at.clone() });
    }
}

fn firmware_facts(layout: &Layout, content: &[u8], at: &Origin, sink: &mut dyn Sink) {
    let names = layout.field("entries").and_then(|f| match &f.kind {
        crate::layout::Kind::Entries(entry) => entry.field("sender"),
        _ => None,
    });
    let Some(Value::List(entries)) = layout.read("entries", content) else { return };
    for entry in &entries {
        let Value::Entry(fields) = entry else { continue };
        let get = |name: &str| fields.iter().find(|(n, _)| *n == name).map(|(_, v)| v);
        let (Some(sender), Some(sub), Some(Value::List(version))) = (get("sender"), get("sub"), get("version")) else {
            continue;
        };
        let module = names.and_then(|f| f.value_name(sender)).map_or_else(|| format!("module {sender}"), str::to_owned);
        let parts: Vec<String> = version.iter().map(|v| format!("{:02}", v.integer().unwrap_or(0))).collect();
        let value = format!("{module} {sender}.{sub}: {}", parts.join("."));
        sink.fact(Fact::Device { part: Part::Module, property: Property::Firmware, value, at: at.clone() });
    }
}

fn identifier(layout: &Layout, content: &[u8], field: &str, kind: &'static str, at: &Origin, sink: &mut dyn Sink) {
    let text = layout.read(field, content).and_then(|v| v.text().map(str::to_owned));
    if let Some(value) = text.filter(|t| !t.is_empty()) {
        sink.fact(Fact::Identifier { kind, value, at: at.clone() });
    }
}

fn declared_unit(unit: &str) -> &'static str {
    match unit {
        "m" => "m",
        "s" => "s",
        "m/s" => "m/s",
        "deg" => "deg",
        _ => "",
    }
}
