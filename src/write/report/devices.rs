//! Aircraft by serial number over all items, the parts seen with them, and the phones and cards whose items name them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::items::{Items, Place};
use super::markup::{Table, name, text};
use super::{Contents, count, exposure};
use crate::analyse::identity::Aircraft;
use crate::examine::FileReport;

/// Rows of each table at most; devices.csv and evidence.json hold all.
const MOST: usize = 300;
/// Places that name an aircraft or its parts, and those of anything else, that a row links to.
const TIES: usize = 8;
const LINKS: usize = 4;
/// Versions of firmware that are told of an aircraft.
const FIRMWARE: usize = 40;
/// Words of one kind in a cell.
const WORDS: usize = 6;

pub fn tables(contents: &Contents<'_>, items: &Items<'_>) -> String {
    [
        aircraft(contents, items),
        conflicts(contents),
        met(contents),
        alone(contents, items),
        nameless(contents, items),
        exposure::serials(contents, items),
        exposure::phones(contents, items),
        logs(contents, items),
    ]
    .concat()
}

/// One row an aircraft; below it the items that name it and its parts.
fn aircraft(contents: &Contents<'_>, items: &Items<'_>) -> String {
    let columns = ["Aircraft", "Model", "Name", "Parts named with it", "Met by", "#Items"];
    let caption = "Aircraft by serial number; what stands together in an item belongs together";
    let mut table = Table::new("device-table", caption, &columns);
    let mut reports: BTreeMap<&str, Vec<&FileReport>> = BTreeMap::new();
    for file in &contents.evidence.files {
        if let Some(serial) = &file.device.aircraft_serial {
            reports.entry(serial.trim()).or_default().push(file);
        }
    }
    let known = &contents.identities.aircraft;
    for one in known.iter().take(MOST) {
        let files: Vec<&FileReport> =
            one.serials.iter().flat_map(|seen| reports.get(seen.serial.as_str())).flatten().copied().collect();
        let holders = contents.identities.met.iter().filter(|met| met.aircraft == one.id);
        let holders: Vec<&str> = holders.map(|met| met.holder.as_str()).collect();
        let holders = holders.iter().map(|holder| if holder.is_empty() { "a file by itself" } else { holder });
        let numbers: BTreeSet<&str> =
            one.serials.iter().flat_map(|seen| &seen.items).map(|item| item.path.as_str()).collect();
        let names = of_all(&files, |file| file.device.name.as_deref());
        let names = one.names.iter().map(String::as_str).chain(names);
        let parts = one.parts.iter().map(|part| format!("{} {}", part.part, part.serial)).collect::<Vec<_>>();
        let others = one.serials.iter().filter(|seen| seen.serial != one.id);
        let others = some(others.map(|seen| seen.serial.as_str()));
        let others = if others.is_empty() { others } else { format!("<small>also {others}</small>") };
        let cells = [
            format!("{}{others}", name(&one.id)),
            some(one.models.iter().map(String::as_str)),
            some(names),
            some(parts.iter().map(String::as_str)),
            some(holders),
            numbers.len().to_string(),
        ];
        table.row("", &cells);
        table.more("audit", &tied(one, &files, items));
    }
    table.html("No item names an aircraft by its serial number.")
        + &rest(known.len(), "aircraft", "aircraft", "devices.csv")
}

/// Which items tie the serial numbers together, the apps that wrote them, and the firmware that was met.
fn tied(one: &Aircraft, files: &[&FileReport], items: &Items<'_>) -> String {
    let mut by_item: BTreeMap<Place<'_>, Vec<&str>> = BTreeMap::new();
    for seen in one.serials.iter().chain(&one.parts) {
        for item in &seen.items {
            by_item.entry((&item.path, item.offset)).or_default().push(seen.part);
        }
    }
    // What ties most stands first.
    let mut tied: Vec<_> = by_item.into_iter().collect();
    tied.sort_by_key(|(_, parts)| std::cmp::Reverse(parts.len()));
    let mut told: Vec<String> = (tied.iter().take(TIES))
        .map(|((path, offset), parts)| format!("{} ({})", items.place(path, *offset), parts.join(", ")))
        .collect();
    if tied.len() > TIES {
        told.push(format!("{} in <code>devices.json</code>", count(tied.len() - TIES, "more place", "more places")));
    }
    let mut html = format!("Named in {}", told.join("; "));
    let apps = some(of_all(files, |file| file.device.app.as_deref()));
    if !apps.is_empty() {
        html.push_str(&format!(" &middot; app {apps}"));
    }
    let firmware: BTreeSet<&str> = files.iter().flat_map(|file| &file.device.firmware).map(String::as_str).collect();
    if !firmware.is_empty() {
        let list: Vec<String> = firmware.iter().take(FIRMWARE).map(|version| name(version)).collect();
        html.push_str(&format!(
            "<details><summary>Firmware, {}</summary>{}</details>",
            count(firmware.len(), "version", "versions"),
            list.join(", ")
        ));
    }
    html
}

fn of_all<'a>(files: &[&'a FileReport], value: impl Fn(&'a FileReport) -> Option<&'a str>) -> BTreeSet<&'a str> {
    files.iter().filter_map(|file| value(file)).collect()
}

/// Each of several words once, the first of them.
fn some<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut known = HashSet::new();
    let words: Vec<&str> = words.into_iter().filter(|word| known.insert(*word)).collect();
    let mut shown: Vec<String> = words.iter().take(WORDS).map(|word| name(word)).collect();
    if words.len() > WORDS {
        shown.push(format!("{} more", words.len() - WORDS));
    }
    shown.join(", ")
}

/// What does not fit together.
fn conflicts(contents: &Contents<'_>) -> String {
    let conflicts = &contents.identities.conflicts;
    if conflicts.is_empty() {
        return String::new();
    }
    let list: Vec<String> = conflicts.iter().take(MOST).map(|words| format!("<li>{}</li>\n", text(words))).collect();
    format!(
        "<div class=\"odd\"><h3>What does not fit together</h3>\n<ul class=\"prose\">\n{}</ul>\n{}</div>\n",
        list.concat(),
        rest(conflicts.len(), "remark", "remarks", "devices.json")
    )
}

/// One row a phone, tablet or card.
fn met(contents: &Contents<'_>) -> String {
    let mut by_holder: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for met in &contents.identities.met {
        by_holder.entry(&met.holder).or_default().push(met);
    }
    let columns = ["Taken from", "Aircraft that its items name", "Identifiers of the phone", "App by path", "#Items"];
    let caption = "Phones, tablets and cards, and the aircraft that they met";
    let mut table = Table::new("met-table", caption, &columns);
    let total = by_holder.len();
    for (holder, met) in by_holder.into_iter().take(MOST) {
        let items: BTreeSet<&str> = met.iter().flat_map(|one| &one.items).map(String::as_str).collect();
        let ids = some(met.iter().flat_map(|one| &one.phone_ids).map(String::as_str));
        table.row(
            "",
            &[
                if holder.is_empty() { "a file by itself".to_owned() } else { name(holder) },
                some(met.iter().map(|one| one.aircraft.as_str())),
                if ids.is_empty() { "<span class=\"quiet\">none</span>".to_owned() } else { ids },
                some(met.iter().flat_map(|one| &one.apps).map(String::as_str)),
                items.len().to_string(),
            ],
        );
    }
    table.html("No phone, tablet or card names an aircraft.") + &rest(total, "place", "places", "devices.csv")
}

/// Parts that no item names with an aircraft.
fn alone(contents: &Contents<'_>, items: &Items<'_>) -> String {
    let alone = &contents.identities.alone;
    let mut table = Table::new(
        "part-table",
        "Parts that no item names with an aircraft",
        &["Serial number", "Part", "Item, offset"],
    );
    for seen in alone.iter().take(MOST) {
        let places: Vec<Place<'_>> = seen.items.iter().map(|item| (item.path.as_str(), item.offset)).collect();
        table.row("", &[name(&seen.serial), seen.part.to_owned(), items.places(&places, LINKS)]);
    }
    match alone.is_empty() {
        true => String::new(),
        false => table.html("") + &rest(alone.len(), "part", "parts", "devices.csv"),
    }
}

/// Items that name a model or a name and no serial number of an aircraft.
fn nameless(contents: &Contents<'_>, items: &Items<'_>) -> String {
    let mut by_model: BTreeMap<(&str, &str), Vec<&FileReport>> = BTreeMap::new();
    for file in contents.evidence.files.iter().filter(|file| file.device.aircraft_serial.is_none()) {
        let (model, title) = (&file.device.model, &file.device.name);
        if model.is_some() || title.is_some() {
            by_model
                .entry((model.as_deref().unwrap_or_default(), title.as_deref().unwrap_or_default()))
                .or_default()
                .push(file);
        }
    }
    let columns = ["Model", "Name", "Firmware", "#Items", "Named in"];
    let mut table = Table::new("model-table", "Aircraft that are named without a serial number", &columns);
    let total = by_model.len();
    for ((model, title), files) in by_model.into_iter().take(MOST) {
        let places: Vec<Place<'_>> = files.iter().map(|file| (file.path.as_str(), None)).collect();
        table.row(
            "",
            &[
                name(model),
                name(title),
                some(files.iter().flat_map(|file| &file.device.firmware).map(String::as_str)),
                files.len().to_string(),
                items.places(&places, LINKS),
            ],
        );
    }
    match total {
        0 => String::new(),
        total => table.html("") + &rest(total, "model", "models", "evidence.json"),
    }
}

/// What ties items to each other and is no identifier of the tables above: ids of flights, names of logs, authors.
fn logs(contents: &Contents<'_>, items: &Items<'_>) -> String {
    let values: HashSet<&str> = contents.inventory.identifiers.iter().map(|one| one.value.as_str()).collect();
    let mut known: BTreeMap<(&str, &str), Vec<Place<'_>>> = BTreeMap::new();
    for file in &contents.evidence.files {
        for one in file.identifiers.iter().filter(|one| !values.contains(one.value.as_str())) {
            known.entry((one.kind, &one.value)).or_default().push((&file.path, one.offset));
        }
    }
    let columns = ["Value", "Kind", "#Items", "Item, offset"];
    let mut table =
        Table::new("identifier-table", "What else ties items to each other: flights, logs, lists", &columns);
    let total = known.len();
    for ((kind, value), places) in known.into_iter().take(MOST) {
        table.row("", &[name(value), text(kind), places.len().to_string(), items.places(&places, LINKS)]);
    }
    match total {
        0 => String::new(),
        total => table.html("") + &rest(total, "identifier", "identifiers", "evidence.json"),
    }
}

fn rest(total: usize, one: &str, many: &str, file: &str) -> String {
    match total.checked_sub(MOST) {
        Some(rest) if rest > 0 => {
            format!("<p class=\"note\">{} more in <code>{file}</code>.</p>\n", count(rest, one, many))
        }
        _ => String::new(),
    }
}
