//! OpenAir airspace, versions 1 and 2: lines of two letters and their words, a record from one `AC` to the next. Lenient as the
//! files are: a line that no verdict needs is counted, one that an outline needs and that cannot be read costs its record.

mod activation;
mod class;
mod coordinates;
mod notes;
mod outline;
mod record;

use std::collections::BTreeMap;

use super::draft::Draft;
use super::reader::{Input, Reader, Refused};
use super::report::{Report, short};
use super::shape::arc::CHORD_ERROR_M;
use outline::CHORD_BUDGET;
use record::Record;

pub const READER: Reader = Reader { format: "openair", is_text: true, claims, read };

/// How much of a file is looked at to tell what it is, bytes.
const CLAIM_WITHIN: usize = 1 << 20;

/// Commands that open or shape a record; a line of theirs without an `AC` before it belongs to a record that lost its own.
const OF_A_RECORD: &[&str] = &["AN", "AY", "AI", "AL", "AH", "AA", "DP", "DA", "DB", "DC", "DY"];

/// Commands that no verdict uses, and what they are.
const IGNORED: &[(&str, &str)] = &[
    ("AF", "radio frequencies"),
    ("AG", "names of ground stations"),
    ("AX", "transponder codes"),
    ("AT", "places of labels"),
    ("SP", "pens"),
    ("SB", "brushes"),
    ("TO", "open terrain"),
    ("TC", "closed terrain"),
    ("TB", "terrain"),
    ("V", "variables that shape nothing"),
];

/// Line by line, with or without carriage returns, or with nothing else.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let end = if text.contains('\n') { '\n' } else { '\r' };
    text.split(end)
}

/// The command in upper case and its words, without the comment behind them; `None` for a blank line or a comment.
fn command(line: &str) -> Option<(String, &str, bool)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('*') {
        return None;
    }
    let comment = line.match_indices('*').find(|(at, _)| line[..*at].ends_with(char::is_whitespace)).map(|(at, _)| at);
    let line = line[..comment.unwrap_or(line.len())].trim();
    let end = line.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(line.len());
    // `VX=...`, written without the space.
    let end = if line.as_bytes().get(end) == Some(&b'=') { line.len().min(1) } else { end };
    let (word, rest) = line.split_at_checked(end)?;
    Some((word.to_ascii_uppercase(), rest.trim(), comment.is_some()))
}

fn claims(input: &Input<'_>) -> bool {
    let text = &input.text.text;
    let mut end = text.len().min(CLAIM_WITHIN);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let (mut opens, mut shapes) = (false, false);
    for (word, rest, _) in lines(&text[..end]).filter_map(command) {
        opens |= matches!(word.as_str(), "AC" | "AN") && !rest.is_empty();
        shapes |= match word.as_str() {
            "DP" | "DB" | "DY" => coordinates::coordinate(rest).is_ok(),
            "DC" | "DA" => rest.starts_with(|c: char| c.is_ascii_digit()),
            _ => false,
        };
        if opens && shapes {
            return true;
        }
    }
    false
}

fn read(input: &Input<'_>, report: &mut Report) -> Result<Vec<Draft>, Refused> {
    let mut walk = Walk { drafts: Vec::new(), open: None, lost: None, budget: CHORD_BUDGET, with_chords: 0 };
    let mut ignored: BTreeMap<String, usize> = BTreeMap::new();
    let mut comments = 0;
    for (number, line) in (1..).zip(lines(&input.text.text)) {
        let Some((word, rest, has_comment)) = command(line) else { continue };
        comments += usize::from(has_comment);
        if word == "AC" {
            walk.close(report);
            walk.open = Some(Record::new(number, rest));
        } else if !walk.take(&word, rest, number, report) {
            // Words that are no command at all are one kind.
            let known = word.len() <= 3 && word.is_ascii();
            *ignored.entry(if known { word } else { String::new() }).or_default() += 1;
        }
    }
    walk.close(report);
    report.ignored.extend(ignored.into_iter().map(|(word, count)| ignored_words(&word, count)));
    if comments > 0 {
        report.ignored.push(format!("comments behind a line: {comments} lines"));
    }
    if walk.with_chords > 0 {
        report.warn_file(format!(
            "the arcs of {} records were drawn with chords that stay inside them and leave them by at most \
             {CHORD_ERROR_M} m; whole circles are exact",
            walk.with_chords
        ));
    }
    Ok(walk.drafts)
}

fn ignored_words(word: &str, count: usize) -> String {
    if word.is_empty() {
        return format!("text that is no command: {count} lines");
    }
    match IGNORED.iter().find(|(known, _)| *known == word) {
        Some((_, what)) => format!("{word} ({what}): {count} lines"),
        None => format!("{} (not known): {count} lines", short(word)),
    }
}

struct Walk<'t> {
    drafts: Vec<Draft>,
    open: Option<Record<'t>>,
    /// First line of a record that has no `AC`, its name, and how many lines it has.
    lost: Option<(usize, Option<&'t str>, usize)>,
    budget: usize,
    with_chords: usize,
}

impl<'t> Walk<'t> {
    /// Takes a line; `false` when no verdict uses it.
    fn take(&mut self, word: &str, rest: &'t str, number: usize, report: &mut Report) -> bool {
        if word == "AN" && self.open.as_ref().is_some_and(|record| !record.takes_name()) {
            self.close(report);
        }
        if let Some(record) = &mut self.open {
            return record.take(word, rest, number, &mut self.budget);
        }
        if !OF_A_RECORD.contains(&word) {
            return false;
        }
        let lost = self.lost.get_or_insert((number, None, 0));
        lost.2 += 1;
        if word == "AN" {
            lost.1.get_or_insert(rest);
        }
        true
    }

    fn close(&mut self, report: &mut Report) {
        if let Some((line, name, count)) = self.lost.take() {
            let reason = format!("{count} lines stand in no record: no AC stands before them");
            report.skip(format!("line {line}"), name.map(str::to_owned), reason);
        }
        if let Some(record) = self.open.take() {
            let has_chords = record.has_chords();
            let draft = record.finish(&mut self.budget, report);
            self.with_chords += usize::from(has_chords && draft.is_some());
            self.drafts.extend(draft);
        }
    }
}

#[cfg(test)]
mod tests;
