//! How the report came to be: what was compared with what, what the map leaves out, and by which versions and files.

use super::data::Drawn;
use super::line::FINEST;
use super::markup::{Table, hash, name, text};
use super::{Contents, count, grouped};
use crate::analyse::exposure::TEXT_LIMIT;

/// Files of each kind at most.
const MOST: usize = 300;

/// What stands below the map.
pub fn map_note(contents: &Contents<'_>, drawn: &Drawn) -> String {
    if drawn.points == 0 {
        return "No item holds a valid fix, so there is no map.".to_owned();
    }
    let coarser = match drawn.coarser {
        0 => String::new(),
        lines => format!("; {} within {}", count(lines, "track", "tracks"), tolerance(drawn.coarsest)),
    };
    let mut note = format!(
        "{} of the {} fixes of all tracks are drawn: at the time of every recorded fix the line is within {} of it{coarser}. Verdicts use every \
         fix. Dotted lines bridge gaps of more than 10 s and are not recorded. The land outline is of 1:50,000,000 and shows \
         where on Earth this is, no more.",
        grouped(drawn.points as u64),
        grouped(drawn.fixes as u64),
        tolerance(drawn.tolerance)
    );
    if drawn.lines_left_out > 0 {
        note.push_str(&format!(" {} not drawn.", count(drawn.lines_left_out, "track is", "tracks are")));
    }
    if drawn.sites_left_out > 0 {
        note.push_str(&format!(" {} near the flights not drawn.", count(drawn.sites_left_out, "site is", "sites are")));
    }
    if let Some(overlay) = contents.overlay {
        let cut = if drawn.overlay_cut { ", of which a part is left out for its size" } else { "" };
        note.push_str(&format!(" Base map: {}{cut}.", name(&overlay.label)));
    }
    note
}

fn tolerance(tolerance: f64) -> String {
    format!("{tolerance} m on the ground and in height and {tolerance} m/s in speed")
}

/// What the figures rest on.
pub fn methods(contents: &Contents<'_>, drawn: &Drawn) -> String {
    let checked = contents.checked;
    let mut list: Vec<String> = vec![
        "Evidence is opened for reading only and hashed as it is read. Every byte of an item is decoded, known, unknown or damaged; \
         records that were found are decoded, opaque or lost."
            .to_owned(),
        "Positions, heights and times are as recorded: nothing is smoothed, filled or moved. Invalid positions are in no map and no \
         verdict; suspect ones are marked, and an encounter that rests on them alone is at best possible."
            .to_owned(),
        "Times are UTC by the clock that the evidence names. A log without UTC keeps its own clock and stands beside the slider."
            .to_owned(),
        "Inside mainland China the position of a phone or a controller may be shifted (GCJ-02); nothing is converted.".to_owned(),
        "A height says what it is measured from; heights above take-off are never taken for heights above the sea.".to_owned(),
    ];
    list.push(format!(
        "Identifiers are looked for in the values of all records, in what decoders state, and in the texts of items that no format \
         recognises, the first {} MiB of each. <code>overflown formats exposure</code> tells the rule of each kind and how often it \
         was wrong where there is nothing to find. {}",
        TEXT_LIMIT >> 20,
        match contents.reveals_secrets {
            true => "Secrets stand as they are, because --reveal-secrets was given.",
            false => "Secrets stand by the first digits of their SHA-256.",
        }
    ));
    if !checked.zones.files.is_empty() {
        list.push(format!(
            "Sites: entered ones{} are told. Distances are geodesics on WGS 84. Fixes more than {} s apart have a gap between them. \
             The clock of a flight counts as right within {} s. An encounter is about the outline; height, time and certainty \
             qualify it.",
            if checked.within_m > 0.0 { format!(" and those within {} m", checked.within_m) } else { String::new() },
            checked.gap_s,
            checked.clock_error_s
        ));
        list.push(match &checked.terrain {
            Some(terrain) => format!("Terrain: heights of {}.", count(terrain.tiles.len(), "tile", "tiles")),
            None => "No terrain was given: a limit above ground is compared with a height above ground alone; of other heights the \
                     verdict is unknown, and says for which ground it would be inside."
                .to_owned(),
        });
    }
    list.push(format!(
        "The lines of the map keep the recorded fixes that are needed for the tolerance that stands below it (Douglas and Peucker, \
         each fix compared at its own time), at the finest {}. Positions in this file are rounded to 0.0000001 degrees, times to \
         1 ms, heights to 1 cm; exact values stand in <code>tracks/*.csv</code> at the offset that the map tells. Between two \
         fixes that are drawn the slider moves an aircraft straight on.",
        tolerance(FINEST)
    ));
    list.push(format!(
        "{} are drawn; the base map is Natural Earth 4.1.0, 1:50 million, public domain.",
        count(drawn.sites, "site", "sites")
    ));
    list.push(
        "What this report leaves out for its size it says in its place; the files beside it hold all.".to_owned(),
    );
    let items: Vec<String> = list.into_iter().map(|item| format!("<li>{item}</li>\n")).collect();
    format!("<ul class=\"prose\">\n{}</ul>\n", items.concat())
}

/// The tool, its tables, and the files beside the evidence.
pub fn sources(contents: &Contents<'_>) -> String {
    let checked = contents.checked;
    let mut table = Table::new(
        "source-table",
        "What this report was made with, beside the evidence",
        &["What", "Name", "Says", "SHA-256"],
    );
    let tool = &checked.tool;
    table.row("", &["program".to_owned(), format!("{} {}", tool.name, tool.version), String::new(), String::new()]);
    for file in checked.zones.files.iter().take(MOST) {
        let mut says = vec![file.format.to_owned(), count(file.zones, "zone", "zones")];
        if !file.skipped.is_empty() {
            says.push(format!("<b>{} not used</b>", file.skipped.len()));
        }
        for (list, word) in
            [(&file.repairs, "repaired"), (&file.warnings, "warnings"), (&file.ambiguities, "ambiguous")]
        {
            if !list.is_empty() {
                says.push(format!("{} {word}", list.len()));
            }
        }
        table.row("", &["zones".to_owned(), name(&file.path), says.join(", "), hash(&file.sha256)]);
    }
    for pack in &checked.rules {
        table.row(
            "",
            &["rules".to_owned(), name(&pack.path), count(pack.rules.len(), "rule", "rules"), hash(&pack.sha256)],
        );
    }
    for tile in checked.terrain.iter().flat_map(|terrain| &terrain.tiles).take(MOST) {
        table.row("", &["terrain".to_owned(), name(&tile.path), text(&tile.datum), hash(&tile.sha256)]);
    }
    if let Some(overlay) = contents.overlay {
        let sha256 = overlay.sha256.to_string();
        table.row(
            "",
            &["base map".to_owned(), name(&overlay.label), "drawn, never judged by".to_owned(), hash(&sha256)],
        );
    }
    for format in &tool.tables {
        table.row("", &["format table".to_owned(), text(&format.id), String::new(), hash(&format.sha256)]);
    }
    table.html("")
}
