//! The table of flights.

use super::markup::{Table, name, text};
use super::{COLOURS, Contents, count, duration, grouped, metres, reference};
use crate::write::flights::FlightRow;

/// Flights that the report lists at most; flights.csv holds all.
const MOST: usize = 1000;

pub fn table(contents: &Contents<'_>) -> String {
    let columns = [
        "Flight",
        "Aircraft",
        "From (UTC)",
        "#Duration",
        "#Way",
        "#Farthest",
        "#Highest",
        "#Battery",
        "#Fixes",
        "Read",
        "Encounters",
    ];
    let mut table = Table::new("flight-table", "One row a flight; its first source gives the figures", &columns);
    for (number, (id, sources, encounters)) in contents.flights.iter().enumerate().take(MOST) {
        let Some(row) = sources.first() else { continue };
        table.row(&format!("id=\"f{}\" data-flight=\"{number}\"", number + 1), &cells(number, row, encounters));
        let paths: Vec<String> = sources.iter().map(|source| name(&source.path)).collect();
        let pilot = row.pilot.as_ref().map(|place| format!(" &middot; pilot at {:.6}, {:.6}", place.lat, place.lon));
        table.more(
            "audit",
            &format!("<code>{}</code> &middot; {}{}", text(id), paths.join(" &middot; "), pilot.unwrap_or_default()),
        );
    }
    let mut html = table.html("No flight was found.");
    if contents.flights.len() > MOST {
        html.push_str(&format!(
            "<p class=\"note\">{} more in <code>flights.csv</code>.</p>\n",
            count(contents.flights.len() - MOST, "flight", "flights")
        ));
    }
    html
}

fn cells(number: usize, row: &FlightRow, encounters: &[String]) -> [String; 11] {
    let track = &row.track;
    let simulated =
        if track.simulated { "<small class=\"grave\">simulated: no aircraft was there</small>" } else { "" };
    let serial = row.serial.as_deref().map(|serial| format!("<small>{}</small>", name(serial))).unwrap_or_default();
    let height = track.max_height_m.zip(track.height_reference.as_deref());
    let doubted = match (track.invalid, track.suspect) {
        (0, 0) => String::new(),
        (invalid, suspect) => format!("<small>{invalid} invalid, {suspect} suspect</small>"),
    };
    let role = match row.role() {
        "recorded" => String::new(),
        role => format!("<small>{role}</small>"),
    };
    let none = || "<span class=\"quiet\">none</span>".to_owned();
    [
        format!(
            "<button type=\"button\" class=\"flight\" data-flight=\"{number}\" aria-label=\"Flight {n}: show on the map\"><i class=\"k{}\"></i>{n}</button>",
            number % COLOURS,
            n = number + 1
        ),
        format!("{}{serial}{simulated}{role}", row.model.as_deref().map_or_else(|| "unknown".to_owned(), name)),
        match (&row.start_utc, &row.start_local) {
            (Some(utc), _) => text(utc),
            (None, Some(local)) => format!("{}<small>local time</small>", text(local)),
            (None, None) => "not known".to_owned(),
        },
        track.duration_s.map(duration).unwrap_or_default(),
        metres(track.length_m),
        track.farthest_m.map(metres).unwrap_or_default(),
        height.map_or_else(none, |(height, name)| format!("{height:.1} m<small>{}</small>", reference(name))),
        row.battery.map_or_else(none, |(first, last)| format!("{first:.0} to {last:.0} %")),
        format!("{}{doubted}", grouped(track.fixes)),
        row.completeness.to_owned(),
        match encounters.is_empty() {
            true => none(),
            false => encounters.iter().take(5).map(|word| text(word)).collect::<Vec<_>>().join("<br>"),
        },
    ]
}
