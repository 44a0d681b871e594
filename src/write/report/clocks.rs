//! What local clocks were ahead of UTC, by the votes of all items.

use super::markup::{Table, name, text};
use super::{Contents, count, grouped};
use crate::analyse::clocks::{ClockVote, OffsetVote};

/// Clocks that the report shows; clocks.json holds all.
const MOST: usize = 200;
/// Offsets of one clock that are told.
const OFFSETS: usize = 12;

pub fn table(contents: &Contents<'_>) -> String {
    let columns =
        ["Clock", "Taken from", "Offset", "#For", "#Against", "Pairs from and to (UTC)", "Residuals", "Apply with"];
    let caption =
        "Local clocks against UTC: each pair of both times of one moment has a vote; none is applied by itself";
    let mut table = Table::new("clock-table", caption, &columns);
    for vote in contents.clocks.clocks.iter().take(MOST) {
        table.row("", &cells(vote));
        table.more("audit", &format!("<p>{}</p>", told(vote)));
    }
    let rest = match contents.clocks.clocks.len().saturating_sub(MOST) {
        0 => String::new(),
        left => format!("<p class=\"note\">{} more in <code>clocks.json</code>.</p>\n", count(left, "clock", "clocks")),
    };
    table.html("No item holds a local time and a UTC of one moment, so no local clock can be compared.") + &rest
}

fn cells(vote: &ClockVote) -> [String; 8] {
    let (votes_for, against) = vote.for_and_against();
    let class = if against > 0 { "mild" } else { "plain" };
    let first = vote.offsets.first();
    let residuals = |offset: &OffsetVote| format!("{} to {} s", offset.residual_s.0, offset.residual_s.1);
    [
        vote.clock.to_owned(),
        match vote.holder.is_empty() {
            true => "<span class=\"quiet\">a file by itself</span>".to_owned(),
            false => name(&vote.holder),
        },
        match first {
            Some(offset) => format!("<span class=\"badge {class}\">UTC{}</span>", offset.offset),
            None => "<span class=\"badge mild\">fits no zone</span>".to_owned(),
        },
        grouped(votes_for),
        grouped(against),
        first.map(|offset| format!("{}<br>{}", offset.from_utc, offset.to_utc)).unwrap_or_default(),
        first.map(residuals).unwrap_or_default(),
        match &vote.option {
            Some(option) => format!("<code>{}</code>", text(option)),
            None => "<span class=\"quiet\">no offset has most of the votes</span>".to_owned(),
        },
    ]
}

/// What was compared, and what else the pairs say.
fn told(vote: &ClockVote) -> String {
    let mut told: Vec<String> = Vec::new();
    for (at, offset) in vote.offsets.iter().enumerate().take(OFFSETS) {
        let sources: Vec<String> =
            offset.sources.iter().map(|(source, votes)| format!("{} ({})", text(source), grouped(*votes))).collect();
        let which = match at {
            0 => "Compared".to_owned(),
            _ => format!(
                "UTC{} has {} from {} to {}",
                offset.offset,
                count(offset.votes as usize, "vote", "votes"),
                offset.from_utc,
                offset.to_utc
            ),
        };
        told.push(format!("{which}: {}", sources.join(", ")));
    }
    if vote.offsets.len() > OFFSETS {
        told.push(format!("{} more in clocks.json", count(vote.offsets.len() - OFFSETS, "offset", "offsets")));
    }
    if vote.fit_no_zone > 0 {
        told.push(format!(
            "{} no time zone: consistent with a clock that was not set",
            count(vote.fit_no_zone as usize, "pair fits", "pairs fit")
        ));
    }
    told.extend(vote.note.map(text));
    told.join(". ")
}
