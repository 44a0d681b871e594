//! What was given: every item with its hash and how much of it is accounted for, what was noted about it, and the findings.

use super::items::Items;
use super::markup::{Table, hash, name, text};
use super::{Contents, count, grouped};
use crate::examine::{Completion, Coverage, DiagnosticReport, FileReport};

/// Rows of each table at most; evidence.json holds all.
const MOST: usize = 600;
/// Items that no format recognises: so many are listed.
const MOST_UNKNOWN: usize = 100;

/// Which items have a row: the first ones of those that a format recognises, and fewer of the others.
pub fn shown(files: &[&FileReport]) -> Vec<bool> {
    let (mut known, mut unknown) = (0, 0);
    let is_shown = |file: &&FileReport| {
        let of_ours = file.completeness != Completion::Unknown;
        let (seen, most) = if of_ours { (&mut known, MOST) } else { (&mut unknown, MOST_UNKNOWN) };
        *seen += 1;
        *seen <= most
    };
    files.iter().map(is_shown).collect()
}

/// The table of items.
pub fn table(contents: &Contents<'_>, items: &Items<'_>) -> String {
    let columns = ["#No.", "Item", "Format", "#Bytes", "Accounted for", "Read", "#Records", "SHA-256"];
    let mut table =
        Table::new("evidence-table", "Every item that was read; an item inside another stands behind it", &columns);
    let files = &contents.evidence.files;
    for (at, file) in files.iter().enumerate().filter(|(at, _)| items.is_shown(*at)) {
        table.row(&format!("id=\"i{at}\""), &cells(at, file));
    }
    let mut html = String::from(KEY);
    html.push_str(&table.html("Nothing could be read."));
    let left = (0..files.len()).filter(|at| !items.is_shown(*at)).count();
    if left > 0 {
        let unknown = files.iter().filter(|file| file.completeness == Completion::Unknown).count();
        html.push_str(&format!(
            "<p class=\"note\">{} more, {} that no format recognises among all, in <code>evidence.json</code>.</p>\n",
            count(left, "item", "items"),
            grouped(unknown as u64)
        ));
    }
    let skipped = &contents.evidence.skipped;
    if !skipped.is_empty() {
        let mut table = Table::new("skipped-table", "Listed and not read", &["Item", "Reason"]);
        for skipped in skipped.iter().take(MOST) {
            table.row("", &[name(&skipped.path), text(&skipped.reason)]);
        }
        html.push_str(&table.html(""));
    }
    html
}

const KEY: &str = "<p class=\"note key\"><i class=\"decoded\"></i>decoded <i class=\"known\"></i>known, not interpreted \
<i class=\"unknown\"></i>unknown <i class=\"damaged\"></i>damaged; the four sum to the size of the item</p>\n";

fn cells(at: usize, file: &FileReport) -> [String; 8] {
    let copies = match file.copies.len() {
        0 => String::new(),
        _ => format!(
            "<small>the same bytes: {}</small>",
            file.copies.iter().take(5).map(|c| name(c)).collect::<Vec<_>>().join(", ")
        ),
    };
    let said =
        |words: Option<&String>| words.map(|words| format!("<small>{}</small>", text(words))).unwrap_or_default();
    let reason = match file.completeness {
        Completion::Unknown => Some(&file.why),
        _ => file.locked.as_ref().map(|locked| &locked.reason),
    };
    let version = file.version.as_deref().map(|version| format!(" <small>version {}</small>", text(version)));
    let lost = match file.records.lost {
        0 => String::new(),
        lost => format!("<small class=\"grave\">{} lost</small>", grouped(lost)),
    };
    let class = match file.completeness {
        Completion::Whole | Completion::Unknown => "plain",
        Completion::Partial | Completion::Locked | Completion::Unreadable => "mild",
    };
    [
        (at + 1).to_string(),
        format!("{}{copies}{}{}", name(&file.path), said(reason), said(file.next_step.as_ref())),
        format!("{}{}", file.format.unwrap_or("not recognised"), version.unwrap_or_default()),
        grouped(file.bytes),
        bar(&file.coverage, file.bytes),
        format!("<span class=\"badge {class}\">{}</span>", file.completeness.as_str()),
        match file.format {
            Some(_) => format!("{}{lost}", grouped(file.records.found)),
            None => String::new(),
        },
        hash(&file.sha256),
    ]
}

/// A bar of the four classes, and the same in words.
fn bar(coverage: &Coverage, bytes: u64) -> String {
    let parts = [
        ("decoded", coverage.decoded),
        ("known", coverage.known),
        ("unknown", coverage.unknown),
        ("damaged", coverage.damaged),
    ];
    let percent = |part: u64| if bytes == 0 { 0.0 } else { part as f64 * 100.0 / bytes as f64 };
    let mut bar =
        String::from("<svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    let mut at = 0.0_f64;
    for (class, part) in parts {
        let wide = percent(part);
        if part > 0 {
            // What is there at all can be seen.
            let seen = wide.max(1.0);
            bar.push_str(&format!(
                "<rect class=\"{class}\" x=\"{:.2}\" width=\"{seen:.2}\" height=\"8\"/>",
                at.min(100.0 - seen)
            ));
        }
        at += wide;
    }
    let words: Vec<String> = (parts.iter().filter(|(_, part)| *part > 0))
        .map(|(class, part)| match percent(*part) {
            p if p < 0.05 => format!("{class} {} bytes", grouped(*part)),
            p => format!("{class} {p:.1}&nbsp;%"),
        })
        .collect();
    format!("{bar}</svg><small>{}</small>", words.join(", "))
}

/// Findings with their innocent causes.
pub fn findings(contents: &Contents<'_>) -> String {
    let columns = ["Rule", "Observation", "Threshold", "Innocent causes", "On clean logs", "Item"];
    let mut table = Table::new("finding-table", "Observations", &columns);
    let findings = || contents.evidence.files.iter().flat_map(|file| &file.findings);
    for finding in findings().take(MOST) {
        let at = finding.offset.map(|offset| format!(" <small>offset {offset}</small>")).unwrap_or_default();
        let causes: Vec<String> =
            finding.innocent_causes.iter().map(|cause| format!("<li>{}</li>", text(cause))).collect();
        table.row(
            "",
            &[
                text(finding.rule),
                text(&finding.observation),
                text(finding.threshold),
                format!("<ul>{}</ul>", causes.join("")),
                text(finding.false_findings),
                format!("{}{at}", name(&finding.path)),
            ],
        );
    }
    let left = findings().count().saturating_sub(MOST);
    let rest = match left {
        0 => String::new(),
        left => format!("<p class=\"note\">{left} more in <code>findings.json</code>.</p>\n"),
    };
    table.html("No log says anything about itself that it does not hold.") + &rest
}

/// What was lost, damaged or noted: losses first.
pub fn diagnostics(contents: &Contents<'_>) -> String {
    let rank = |d: &DiagnosticReport| match d.severity {
        "loss" => 0,
        "damage" => 1,
        _ => 2,
    };
    let mut all: Vec<(&FileReport, &DiagnosticReport)> =
        contents.evidence.files.iter().flat_map(|file| file.diagnostics.iter().map(move |d| (*file, d))).collect();
    all.sort_by_key(|(_, diagnostic)| rank(diagnostic));
    let columns = ["Severity", "Code", "Item", "What, where, effect", "#Offset", "#Count", "Time (UTC)"];
    let mut table = Table::new("diagnostic-table", "Losses first, then damage, then notes", &columns);
    for (file, diagnostic) in all.iter().take(MOST) {
        let class = match diagnostic.severity {
            "loss" => "grave",
            "damage" => "mild",
            _ => "plain",
        };
        let times: Vec<&str> =
            [&diagnostic.from_utc, &diagnostic.to_utc].into_iter().flatten().map(String::as_str).collect();
        table.row(
            "",
            &[
                format!("<span class=\"badge {class}\">{}</span>", diagnostic.severity),
                format!("<code>{}</code>", text(diagnostic.code)),
                name(&file.path),
                text(&diagnostic.message),
                diagnostic.offset.map(grouped).unwrap_or_default(),
                grouped(diagnostic.count),
                text(&times.join(" to ")),
            ],
        );
    }
    let rest = match all.len().saturating_sub(MOST) {
        0 => String::new(),
        left => format!("<p class=\"note\">{} more in <code>evidence.json</code>.</p>\n", grouped(left as u64)),
    };
    table.html("Nothing was lost, damaged or odd.") + &rest
}
