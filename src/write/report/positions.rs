//! Positions beside the recorded flights: where pilots stood, home, where media were made, what apps remembered or planned; one row
//! an item and role, with the sites that they lie in or near.

use std::collections::BTreeMap;

use geo::{Distance as _, Geodesic, Point};

use super::items::Items;
use super::markup::{Table, name, text};
use super::{Contents, count, flight_mark, grouped, metres};
use crate::analyse::exposure::{ExposedPlace, Identifier, Kind};
use crate::write::exposure::PositionReport;

/// Rows that the report shows; exposure.csv holds each position.
const MOST: usize = 150;
/// Sites that a row names.
const SITES: usize = 6;
/// Flights whose pilot is told; flights.csv holds all.
const MOST_PILOTS: usize = 500;
/// Positions in texts.
const MOST_TEXTS: usize = 50;

/// The positions of one track.
struct Kept<'a> {
    first: &'a PositionReport<'a>,
    places: usize,
    rows: u64,
    /// The farthest from the first.
    spread_m: f64,
    /// Verdict and site; how many positions, and the offset of the first of them.
    sites: BTreeMap<(&'a str, &'a str), (usize, u64)>,
}

pub fn table(contents: &Contents<'_>, items: &Items<'_>) -> String {
    let mut kept: BTreeMap<(&str, &str, &str), Kept<'_>> = BTreeMap::new();
    for position in contents.positions {
        let place = position.place;
        let one = kept.entry((position.path, place.role, &place.track)).or_insert_with(|| Kept {
            first: position,
            places: 0,
            rows: 0,
            spread_m: 0.0,
            sites: BTreeMap::new(),
        });
        let at = |place: &ExposedPlace| Point::new(place.lon, place.lat);
        one.places += 1;
        one.rows += place.count;
        one.spread_m = one.spread_m.max(Geodesic.distance(at(one.first.place), at(place)));
        for (site, verdict) in &place.sites {
            one.sites.entry((verdict, site)).or_insert((0, place.offset)).0 += 1;
        }
    }
    let mut all: Vec<Kept<'_>> = kept.into_values().collect();
    // What was flown or filmed in a site is asked for first, then other things in one, then what lies near one.
    all.sort_by_key(|one| {
        let inside = one.sites.keys().any(|(verdict, _)| verdict.ends_with("inside"));
        let of_flight = matches!(one.first.place.role, "last-known" | "media" | "broadcast");
        (!(inside && of_flight), !inside, one.sites.is_empty())
    });
    let columns = ["Role", "#Positions", "First of them", "Time (UTC)", "In or near", "Item, offset"];
    let caption = "Positions beside the recorded flights, as devices and apps kept them; one row an item and role";
    let mut table = Table::new("position-table", caption, &columns);
    for one in all.iter().take(MOST) {
        table.row("", &cells(one, contents, items));
    }
    let mut html = table.html("No item holds a position beside those of recorded flights.");
    if all.len() > MOST {
        html.push_str(&format!(
            "<p class=\"note\">{} more; <code>exposure.csv</code> holds every position.</p>\n",
            count(all.len() - MOST, "row", "rows")
        ));
    }
    if contents.positions_left_out > 0 {
        html.push_str(&format!(
            "<p class=\"note\">{} told in no output: of one track the first 500 different ones are.</p>\n",
            count(contents.positions_left_out as usize, "position is", "positions are")
        ));
    }
    html + &texts(contents, items)
}

fn cells(one: &Kept<'_>, contents: &Contents<'_>, items: &Items<'_>) -> [String; 6] {
    let PositionReport { path, app, place, .. } = one.first;
    let spread = match one.places {
        0 | 1 => String::new(),
        _ => format!("<small>all within {} of it</small>", metres(one.spread_m)),
    };
    let mut sites: Vec<String> = (one.sites.iter().take(SITES))
        .map(|((verdict, site), (places, offset))| {
            // Where somebody stood, or planned to fly, is no flight.
            let class = match (place.role, verdict.ends_with("inside")) {
                ("pilot" | "home" | "controller" | "planned", _) => "plain",
                (_, true) => "grave",
                (_, false) => "mild",
            };
            let which = match one.places {
                1 => String::new(),
                _ => format!(" <small>{} of them, the first at offset {offset}</small>", grouped(*places as u64)),
            };
            format!("<div><span class=\"badge {class}\">{}</span> {}{which}</div>", text(verdict), name(site))
        })
        .collect();
    if one.sites.len() > SITES {
        sites.push(count(one.sites.len() - SITES, "more site", "more sites"));
    }
    if sites.is_empty() {
        let none = if contents.zones.is_empty() { "no sites were given" } else { "none" };
        sites.push(format!("<span class=\"quiet\">{none}</span>"));
    }
    let rows = match one.rows {
        rows if rows == one.places as u64 => String::new(),
        rows => format!("<small>in {} rows</small>", grouped(rows)),
    };
    let app = app.map(|app| format!("<span class=\"quiet\">{}</span>", text(app))).unwrap_or_default();
    [
        format!("{}<small>{}</small>", place.role, text(&place.track)),
        format!("{}{rows}", grouped(one.places as u64)),
        format!("{:.7}, {:.7}{spread}", place.lat, place.lon),
        place.utc.as_deref().map_or_else(|| "<span class=\"quiet\">not known</span>".to_owned(), text),
        sites.concat(),
        items.named_place(path, Some(place.offset), &app),
    ]
}

/// Where pilots stood.
pub fn pilots(contents: &Contents<'_>, items: &Items<'_>) -> String {
    let columns = ["Flight", "Position", "Time (UTC)", "Item, offset"];
    let mut table = Table::new("pilot-table", "Positions of the pilot: first fix of the pilot's device", &columns);
    let mut all = 0;
    for (number, (_, sources, _)) in contents.flights.iter().enumerate() {
        let Some((source, place)) = sources.iter().find_map(|source| Some((source, source.pilot.as_ref()?))) else {
            continue;
        };
        all += 1;
        if all <= MOST_PILOTS {
            table.row(
                "",
                &[
                    flight_mark(Some(number)),
                    format!("{:.7}, {:.7}", place.lat, place.lon),
                    place.utc.as_deref().map_or_else(|| "not known".to_owned(), text),
                    items.named_place(&source.path, Some(place.offset), ""),
                ],
            );
        }
    }
    let more = match all.saturating_sub(MOST_PILOTS) {
        0 => String::new(),
        left => format!(
            "<p class=\"note\">{} more in <code>flights.csv</code>.</p>\n",
            count(left, "position", "positions")
        ),
    };
    table.html("No flight has a position of its pilot.") + &more
}

/// Positions that stand in texts: in logs of apps and in items without a known format. They are held against no site.
fn texts(contents: &Contents<'_>, items: &Items<'_>) -> String {
    let of_kind = || contents.inventory.identifiers.iter().filter(|one| one.kind == Kind::Position);
    if of_kind().next().is_none() {
        return String::new();
    }
    let caption = "Positions that stand in texts; they are held against no site";
    let mut table =
        Table::new("text-position-table", caption, &["Position", "Rests on", "#Places", "First item, offset"]);
    let row = |one: &Identifier| {
        let first = one.seen_in.first()?;
        let offset = first.places.first().and_then(|place| place.offset);
        Some([name(&one.value), text(&one.how), grouped(one.count), items.named_place(&first.path, offset, "")])
    };
    for cells in of_kind().take(MOST_TEXTS).filter_map(row) {
        table.row("", &cells);
    }
    let left = of_kind().count().saturating_sub(MOST_TEXTS);
    let more = match left {
        0 => String::new(),
        left => format!(
            "<p class=\"note\">{} more in <code>exposure.csv</code>.</p>\n",
            count(left, "position", "positions")
        ),
    };
    table.html("") + &more
}
