//! The head of the report: what the case is, its figures, and where to look first.

use super::encounters::{Met, Weight};
use super::markup::{name, text};
use super::{Contents, count, flight_mark, grouped};
use crate::examine::Completion;
use crate::write::document::word;
use crate::write::flights::FlightRow;

/// Entries of each kind; the sections below hold all.
const SHOWN: usize = 6;

/// Who, what with, how much.
pub fn about(contents: &Contents<'_>) -> String {
    let mut about = String::from("<dl class=\"about\">\n");
    let mut entry = |term: &str, html: String| about.push_str(&format!("<div><dt>{term}</dt><dd>{html}</dd></div>\n"));
    if let Some(examiner) = &contents.checked.case.examiner {
        entry("Examiner", name(examiner));
    }
    let times: Vec<&str> = contents
        .evidence
        .files
        .iter()
        .flat_map(|f| [&f.time.start_utc, &f.time.end_utc])
        .flatten()
        .map(String::as_str)
        .collect();
    if let (Some(first), Some(last)) = (times.iter().min(), times.iter().max()) {
        let day = |utc: &str| utc.get(..10).unwrap_or(utc).to_owned();
        let days = if day(first) == day(last) { day(first) } else { format!("{} to {}", day(first), day(last)) };
        entry("Recorded", text(&days));
    }
    let tool = &contents.checked.tool;
    entry("Made with", format!("{} {}", tool.name, tool.version));
    about.push_str("</dl>\n");
    about
}

/// The figures, and the list of what to look at first.
pub fn first(contents: &Contents<'_>, met: &[Met<'_>]) -> String {
    let files = &contents.evidence.files;
    let records = files.iter().filter(|f| f.format.is_some() && !f.container).count();
    let incomplete: Vec<_> = files.iter().filter(|f| is_incomplete(f.completeness)).collect();
    let findings: usize = files.iter().map(|f| f.findings.len()).sum();
    let entered = met.iter().filter(|m| m.weight == Weight::Inside).count();
    let near = met.iter().filter(|m| m.weight == Weight::Near).count();
    let role = |rows: &[&FlightRow]| rows.first().map_or("recorded", |row| row.role());
    let recorded = || contents.flights.iter().filter(|(_, rows, _)| role(rows) == "recorded");
    let fixes: u64 = recorded().flat_map(|(_, rows, _)| rows).map(|row| row.fixes()).sum();
    let others = contents.flights.len() - recorded().count();
    let figure = |number: usize, what: &str, link: &str, class: &str| {
        let class = if number == 0 { "zero" } else { class };
        format!("<li class=\"{class}\"><a href=\"#{link}\"><b>{}</b> {what}</a></li>", grouped(number as u64))
    };
    let mut figures = vec![
        figure(recorded().count(), "flights", "flights", ""),
        figure(fixes as usize, "recorded fixes", "flights", ""),
    ];
    if others > 0 {
        figures.push(figure(others, "plans, ways told by media", "flights", ""));
    }
    if contents.zones.is_empty() {
        figures
            .push("<li class=\"zero\"><a href=\"#encounters\"><b>&ndash;</b> no sites were given</a></li>".to_owned());
    } else {
        figures.push(figure(entered, "encounters inside", "encounters", "grave"));
        figures.push(figure(near, "encounters near", "encounters", "mild"));
    }
    figures.extend([
        figure(incomplete.len(), "items incomplete", "evidence", "mild"),
        figure(findings, "findings", "findings", "mild"),
        figure(records, "items recognised", "evidence", ""),
    ]);
    let mut html = format!("<ul class=\"figures\">\n{}\n</ul>\n", figures.join("\n"));

    let mut list = String::new();
    let mut told = [0; 3];
    for met in met.iter().filter(|m| matches!(m.weight, Weight::Inside | Weight::Near)) {
        told[0] += 1;
        if told[0] > SHOWN {
            continue;
        }
        let encounter = met.encounter;
        let inside = met.weight == Weight::Inside;
        list.push_str(&format!(
            "<li><span class=\"badge {}\">{}</span> <a href=\"#e{}\">{}</a> <span class=\"quiet\">{}, certainty {}, flight</span> {}</li>\n",
            if inside { "grave" } else { "mild" },
            encounter.verdict.as_str(),
            met.number,
            name(encounter.zone_name.as_deref().unwrap_or(&encounter.zone_id)),
            encounter.begun(),
            word(&encounter.certainty),
            flight_mark(met.flight),
        ));
    }
    for (at, file) in files.iter().enumerate().filter(|(_, f)| is_incomplete(f.completeness)) {
        told[1] += 1;
        if told[1] > SHOWN {
            continue;
        }
        list.push_str(&format!(
            "<li><span class=\"badge mild\">{}</span> <a href=\"#i{at}\">{}</a></li>\n",
            file.completeness.as_str(),
            name(&file.path),
        ));
    }
    for finding in files.iter().flat_map(|f| &f.findings) {
        told[2] += 1;
        if told[2] > SHOWN {
            continue;
        }
        list.push_str(&format!(
            "<li><span class=\"badge plain\">{}</span> {} <span class=\"quiet\">{}</span></li>\n",
            text(finding.rule),
            text(&finding.observation),
            name(&finding.path)
        ));
    }
    if list.is_empty() {
        let zones = contents.zones.is_empty();
        list = format!(
            "<li>{}</li>\n",
            match zones {
                true => "Everything was read whole and nothing was found. No sites were given to compare with.",
                false => "No site was entered or came near, everything was read whole and nothing was found.",
            }
        );
    }
    html.push_str(&format!("<ol class=\"look\">\n{list}</ol>\n"));
    let more: Vec<String> = (told.iter().zip(["encounters", "incomplete items", "findings"]))
        .filter(|(told, _)| **told > SHOWN)
        .map(|(told, what)| format!("{} more {what}", told - SHOWN))
        .collect();
    if !more.is_empty() {
        html.push_str(&format!("<p class=\"note\">And {} below.</p>\n", more.join(", ")));
    }
    let not_checked = &contents.checked.not_checked;
    if !contents.zones.is_empty() && !not_checked.is_empty() {
        html.push_str(&format!(
            "<details class=\"note\"><summary>{} not compared with the sites</summary><ul>\n",
            count(not_checked.len(), "item was", "items were")
        ));
        for item in not_checked.iter().take(200) {
            html.push_str(&format!("<li>{} ({}): {}</li>\n", name(&item.path), item.completeness, text(&item.reason)));
        }
        html.push_str("</ul></details>\n");
    }
    html
}

fn is_incomplete(completeness: Completion) -> bool {
    matches!(completeness, Completion::Partial | Completion::Locked | Completion::Unreadable)
}
