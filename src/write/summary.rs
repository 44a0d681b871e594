//! The case in Markdown, to be read in two minutes or pasted into a report: flights, encounters, findings, what was not read whole,
//! evidence with its hashes, and what it all was made with.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::document::{FlightVerdict, word};
use super::flights::{FlightRow, counted};
use super::provenance::Provenance;
use crate::analyse::Finding;
use crate::evidence::label::printable;
use crate::examine::{Completion, FileReport};

/// Rows of a table; the files named below it hold them all.
const SHOWN: usize = 200;

/// What the summary tells of.
pub struct CaseSummary<'a> {
    pub provenance: &'a Provenance,
    pub reports: &'a [&'a FileReport],
    /// Flight, its sources, the words of its encounters.
    pub flights: &'a [(&'a str, Vec<&'a FlightRow>, Vec<String>)],
    pub verdicts: &'a [FlightVerdict],
    pub findings: &'a [Finding],
}

/// # Errors
/// When `out` cannot be written.
pub fn summary(case: &CaseSummary<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let title = case.provenance.case.case_id.as_deref().map(|id| format!(" {}", plain(id))).unwrap_or_default();
    let _ = writeln!(text, "# Drone flights: case{title}\n");
    if let Some(examiner) = &case.provenance.case.examiner {
        let _ = writeln!(text, "Examiner: {}\n", plain(examiner));
    }
    text.push_str(
        "Times are UTC by the clock of each log. `inside` and `near` are about outlines; certainty, height and time \
                   qualify them.\n",
    );
    flights(case, &mut text);
    encounters(case, &mut text);
    findings(case, &mut text);
    incomplete(case, &mut text);
    evidence(case, &mut text);
    text.push_str("\n## Made with\n\n");
    for (name, value) in case.provenance.entries() {
        let _ = writeln!(text, "* {name}: {}", plain(&value));
    }
    out.write_all(text.as_bytes())
}

fn flights(case: &CaseSummary<'_>, text: &mut String) {
    let roles: Vec<&str> = case.flights.iter().filter_map(|(_, sources, _)| Some(sources.first()?.role())).collect();
    let _ = writeln!(text, "\n## Flights\n\n{}.\n", counted(&roles));
    if case.flights.is_empty() {
        return;
    }
    text.push_str(
        "| flight | role | aircraft | serial | start | end | fixes | length | highest | farthest | encounters |\n",
    );
    text.push_str("|---|---|---|---|---|---|--:|--:|--:|--:|---|\n");
    for (flight, sources, encounters) in case.flights.iter().take(SHOWN) {
        let Some(row) = sources.first() else { continue };
        let track = &row.track;
        let metres = |metres: Option<f64>| metres.map(|m| format!("{m:.0} m")).unwrap_or_default();
        let above = track.height_reference.as_deref().map(|reference| format!(" ({reference})")).unwrap_or_default();
        let simulated = if track.simulated { "SIMULATED " } else { "" };
        let moment = |utc: &Option<String>, local: &Option<String>| match (utc, local) {
            (Some(utc), _) => plain(utc),
            (None, Some(local)) => format!("{} local time", plain(local)),
            (None, None) => String::new(),
        };
        let text_of = |value: &Option<String>| value.as_deref().map(plain).unwrap_or_default();
        let cells = [
            format!("{simulated}{}", plain(flight)),
            row.role().to_owned(),
            text_of(&row.model),
            text_of(&row.serial),
            moment(&row.start_utc, &row.start_local),
            moment(&row.end_utc, &row.end_local),
            track.fixes.to_string(),
            metres(Some(track.length_m)),
            format!("{}{above}", metres(track.max_height_m)),
            metres(track.farthest_m),
            encounters.iter().map(|words| plain(words)).collect::<Vec<_>>().join("; "),
        ];
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    more(case.flights.len(), "flights.csv", text);
}

fn encounters(case: &CaseSummary<'_>, text: &mut String) {
    let all = || case.verdicts.iter().flat_map(|verdict| verdict.encounters.iter().map(move |e| (verdict, e)));
    let count = all().count();
    if case.provenance.zones.is_empty() {
        text.push_str("\n## Encounters\n\nNo declared sites were given.\n");
        return;
    }
    let _ = writeln!(text, "\n## Encounters: {count}\n");
    if count == 0 {
        text.push_str("No flight entered a declared site, or came near one within the distance that was asked for.\n");
    }
    // What was entered before what was only near.
    let (inside, near): (Vec<_>, Vec<_>) = all().partition(|(_, encounter)| encounter.verdict.inside);
    for (verdict, encounter) in inside.into_iter().chain(near).take(SHOWN) {
        let _ = writeln!(
            text,
            "* **{} {}**, {}, flight {}, certainty {}, height {}, time {}. {}",
            encounter.verdict.as_str(),
            plain(encounter.zone_name.as_deref().unwrap_or(&encounter.zone_id)),
            encounter.begun(),
            plain(&verdict.flight),
            word(&encounter.certainty),
            word(&encounter.height_verdict),
            word(&encounter.time_verdict),
            plain(&encounter.audit)
        );
    }
    more(count, "encounters.csv", text);
}

fn findings(case: &CaseSummary<'_>, text: &mut String) {
    let _ = writeln!(text, "\n## Findings: {}\n", case.findings.len());
    text.push_str("Observations, each with causes that are innocent; none is a verdict.\n\n");
    for finding in case.findings.iter().take(SHOWN) {
        let causes = finding.innocent_causes.join("; ");
        let _ = writeln!(
            text,
            "* {}: {} ({}). Innocent causes: {}. On clean logs: {}.",
            finding.rule,
            plain(&finding.observation),
            plain(&finding.path),
            plain(&causes),
            finding.false_findings
        );
    }
    more(case.findings.len(), "findings.json", text);
}

fn incomplete(case: &CaseSummary<'_>, text: &mut String) {
    let is_lost = |report: &&&FileReport| report.format.is_some() && report.completeness != Completion::Whole;
    let lost: Vec<&&FileReport> = case.reports.iter().filter(is_lost).collect();
    let _ = writeln!(text, "\n## Not read whole: {}\n", lost.len());
    for report in lost.iter().take(SHOWN) {
        let told = report.diagnostics.iter().filter(|d| d.severity != "note").map(|d| plain(&d.message));
        let locked = report.locked.iter().map(|locked| plain(&locked.reason));
        let told: Vec<String> = locked.chain(told).take(3).collect();
        let _ = writeln!(text, "* {} ({}): {}", plain(&report.path), report.completeness.as_str(), told.join("; "));
    }
    more(lost.len(), "evidence.json", text);
}

fn evidence(case: &CaseSummary<'_>, text: &mut String) {
    let _ = writeln!(text, "\n## Evidence: {} items\n", case.reports.len());
    text.push_str("| item | bytes | format | read | decoded | SHA-256 |\n|---|--:|---|---|--:|---|\n");
    for report in case.reports.iter().take(SHOWN) {
        let share = 100.0 * report.coverage.decoded as f64 / report.bytes.max(1) as f64;
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {share:.1} % | {} |",
            plain(&report.path),
            report.bytes,
            report.format.unwrap_or("not recognised"),
            report.completeness.as_str(),
            report.sha256
        );
    }
    more(case.reports.len(), "evidence.json", text);
}

fn more(count: usize, file: &str, text: &mut String) {
    if count > SHOWN {
        let _ = writeln!(text, "\nand {} more in {file}", count - SHOWN);
    }
}

/// Text that Markdown takes as it stands: no name makes a link, a picture, a table cell or HTML.
fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '!' | '~' => safe.extend(['\\', c]),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn names_stay_names() {
        assert_eq!(plain("</script>|[x](http://a)"), "&lt;/script&gt;\\|\\[x\\](http://a)");
        assert_eq!(plain("a\nb"), "a\\\\x0ab");
    }
}
