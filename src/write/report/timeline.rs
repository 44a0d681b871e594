//! The timeline, repeated events folded, each item with its fair share of a long one.

use std::collections::HashMap;

use super::items::Items;
use super::markup::{Table, text};
use super::{Contents, grouped};
use crate::track::{local_text, utc_text};
use crate::write::TimelineRow;

/// Rows that the report shows at most; timeline.csv holds all.
const MOST: usize = 2500;

/// An event, and how often it came again before anything else of its item did.
struct Folded<'a> {
    row: &'a TimelineRow,
    times: usize,
}

pub fn table(contents: &Contents<'_>, items: &Items<'_>) -> String {
    let folded = folded(contents.timeline);
    let sources: usize = folded.iter().map(|f| (f.row.source.as_str(), ())).collect::<HashMap<_, _>>().len();
    let share = if folded.len() <= MOST { usize::MAX } else { (MOST / sources.max(1)).max(5) };
    let mut told: HashMap<&str, usize> = HashMap::new();
    let columns = ["Time (UTC)", "Local", "Kind", "Of", "What", "Place", "Source, offset"];
    let mut table =
        Table::new("timeline-table", "Events in the order of time; those without a time stand last", &columns);
    let mut shown = 0;
    for Folded { row, times } in &folded {
        let seen = told.entry(&row.source).or_default();
        *seen += 1;
        if *seen > share || shown >= MOST {
            continue;
        }
        shown += times;
        let event = &row.event;
        let local = event.utc_ns.zip(row.utc_offset_s).and_then(|(utc, offset)| local_text(utc, offset));
        let again = if *times > 1 {
            format!(" <small>{} times in a row</small>", grouped(*times as u64))
        } else {
            String::new()
        };
        table.row(
            "",
            &[
                event.utc_ns.map_or_else(|| "<span class=\"quiet\">not known</span>".to_owned(), utc_text),
                local
                    .map(|local| local.get(11..19).unwrap_or_default().to_owned() + local.get(23..).unwrap_or_default())
                    .unwrap_or_default(),
                event.event.kind.as_str().to_owned(),
                event.event.part.as_str().to_owned(),
                format!("{}{again}", text(&event.event.text)),
                event.position.map(|(lat, lon)| format!("{lat:.6}, {lon:.6}")).unwrap_or_default(),
                items.place(&row.source, event.event.at.offset()),
            ],
        );
    }
    let total = contents.timeline.len();
    let mut html = String::new();
    if total > 0 {
        html.push_str(&format!(
            "<p class=\"note\">{} of {} events are shown{}; <code>timeline.csv</code> holds all.</p>\n",
            grouped(shown as u64),
            grouped(total as u64),
            if shown < total { ", the first ones of each item" } else { "" },
        ));
    }
    html + &table.html("No event was recorded.")
}

/// Equal events of one item that follow each other become one.
fn folded(rows: &[TimelineRow]) -> Vec<Folded<'_>> {
    let mut folded: Vec<Folded<'_>> = Vec::new();
    let mut last: HashMap<&str, usize> = HashMap::new();
    for row in rows {
        let before = last.get(row.source.as_str()).and_then(|&at| folded.get_mut(at));
        let event = &row.event.event;
        let is_same = |known: &&mut Folded<'_>| {
            let known = &known.row.event.event;
            (known.kind, known.part, &known.text) == (event.kind, event.part, &event.text)
        };
        match before.filter(is_same) {
            Some(known) => known.times += 1,
            None => {
                last.insert(&row.source, folded.len());
                folded.push(Folded { row, times: 1 });
            }
        }
    }
    folded
}
