//! `verify`: a case made once more from its evidence, by the arguments that stand in `run.json`, and compared file by file. What is
//! made is hashed and not written.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Parser as _};
use serde::{Deserialize, Serialize};

use super::bundle::RUN;
use crate::cli::exit::Stop;
use crate::cli::{Arguments, Session, Verb, session};
use crate::evidence::label::{of_argument, of_name, printable};
use crate::evidence::{Evidence, walk};
use crate::write::document::{ExitReport, TableReport, ToolReport, write_document};
use crate::write::files::{OutputFolder, SUMS};

/// Whether a case is what its evidence gives: made once more, each file that differs, is missing or was added
#[derive(Args)]
pub struct Verify {
    /// The folder of a case
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Evidence, zones and what else the case was made from, or folders that hold them; without it where the case had them
    #[arg(long, value_name = "PATH", num_args = 1..)]
    evidence: Vec<PathBuf>,
}

/// What is needed of `run.json`.
#[derive(Deserialize)]
struct Recorded {
    tool: RecordedTool,
    arguments: Vec<String>,
    inputs: Vec<String>,
}

#[derive(Deserialize)]
struct RecordedTool {
    version: String,
    tables: Vec<RecordedTable>,
}

#[derive(Deserialize)]
struct RecordedTable {
    id: String,
    sha256: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Equal,
    Differs,
    Missing,
    Added,
}

/// One file of the case.
#[derive(Serialize)]
struct Compared {
    name: String,
    status: Status,
    reason: String,
    /// By `SHA256SUMS`.
    listed: Option<String>,
    /// Of the file as it is.
    found: Option<String>,
    /// Of the file as the evidence gives it.
    recomputed: Option<String>,
}

#[derive(Serialize)]
struct VerifyDocument {
    tool: ToolReport,
    case: String,
    /// Everything was made once more.
    recomputed: bool,
    /// Labels of inputs that were not found.
    missing_inputs: Vec<String>,
    notes: Vec<String>,
    files: Vec<Compared>,
    exit: ExitReport,
}

/// Name and digest.
type Sums = BTreeMap<String, String>;

/// What making it once more came to.
#[derive(Default)]
struct Again {
    sums: Option<Sums>,
    missing: Vec<String>,
    notes: Vec<String>,
}

impl Verify {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let run = read(&self.folder.join(RUN));
        let sums = read(&self.folder.join(SUMS));
        if run.is_err() && sums.is_err() {
            let place = self.folder.display();
            let message = format!("{place} holds neither {RUN} nor {SUMS}; give the folder that case wrote");
            if session.json() {
                let exit = ExitReport { code: 5, finding: false, incomplete: true };
                self.print(session, &self.document(session, Again::default(), Vec::new(), exit))?;
            }
            return Err(Stop::input(message));
        }
        let mut again = Again::default();
        match run.and_then(|text| serde_json::from_str::<Recorded>(&text).map_err(|error| error.to_string())) {
            Ok(recorded) => self.recompute(session, &recorded, &mut again)?,
            Err(reason) => again.notes.push(format!("{RUN}: {reason}; nothing was made once more")),
        }
        let listed = match sums {
            Ok(text) => listed(&text, &mut again.notes),
            Err(reason) => {
                again.notes.push(format!("{SUMS}: {reason}"));
                Sums::new()
            }
        };
        let found = self.found(session, &mut again.notes);
        let files = compare(&listed, &found, again.sums.as_ref());
        let is_equal = again.sums.is_some() && files.iter().all(|file| file.status == Status::Equal);
        let exit = ExitReport { code: if is_equal { 0 } else { 3 }, finding: false, incomplete: !is_equal };
        self.print(session, &self.document(session, again, files, exit))?;
        Ok(exit.code)
    }

    fn document(&self, session: &Session<'_>, again: Again, files: Vec<Compared>, exit: ExitReport) -> VerifyDocument {
        VerifyDocument {
            tool: ToolReport::new(&session.tools),
            case: of_argument(&self.folder),
            recomputed: again.sums.is_some(),
            missing_inputs: again.missing,
            notes: again.notes,
            files,
            exit,
        }
    }

    fn print(&self, session: &Session<'_>, document: &VerifyDocument) -> Result<(), Stop> {
        let mut out = std::io::stdout().lock();
        match session.json() {
            true => write_document(document, &mut out)?,
            false => out.write_all(text(document).as_bytes())?,
        }
        Ok(())
    }

    /// Makes all outputs once more, from the inputs where they are now.
    fn recompute(&self, own: &Session<'_>, recorded: &Recorded, again: &mut Again) -> Result<(), Stop> {
        again.notes.extend(other_tool(own, &recorded.tool));
        let words = std::iter::once("overflown").chain(recorded.arguments.iter().map(String::as_str));
        let Ok(Arguments { verb: Verb::Case(mut case), mut global }) = Arguments::try_parse_from(words) else {
            again.notes.push(format!("{RUN}: its arguments are none of case; nothing was made once more"));
            return Ok(());
        };
        let mut used: BTreeMap<&str, usize> = BTreeMap::new();
        for (path, label) in case.read_mut().chain(global.read_mut()).zip(&recorded.inputs) {
            // Inputs of one name are taken in the order in which they are given.
            let number = used.entry(label).or_default();
            match self.locate(path, label, *number) {
                Some(found) => *path = found,
                None => again.missing.push(label.clone()),
            }
            *number += 1;
        }
        if !again.missing.is_empty() {
            return Ok(());
        }
        (global.quiet, global.no_progress, global.threads) = (true, own.global.no_progress, own.global.threads);
        let session = session(&global, false, true)?;
        let judgement = case.judgement.judgement(&session)?;
        let overlay = case.overlay(&session)?;
        let mut output = OutputFolder::unwritten();
        let sites = case.sites(&session)?;
        case.examine(&session, &judgement, &sites, overlay.as_ref(), &mut output)?;
        again.sums = Some(output.sums().iter().map(|(name, sha256)| (name.clone(), sha256.to_string())).collect());
        Ok(())
    }

    /// Where an input is now: the `number`th of its name among the given paths and what lies in them, else where it was.
    fn locate(&self, recorded: &Path, label: &str, number: usize) -> Option<PathBuf> {
        if self.evidence.is_empty() {
            return recorded.exists().then(|| recorded.to_owned());
        }
        let inside = |path: &Path| {
            let entries = fs::read_dir(path).into_iter().flatten().flatten();
            entries.filter(|entry| of_name(&entry.file_name()) == label).map(|entry| entry.path()).next()
        };
        let places = self.evidence.iter().filter_map(|path| match of_argument(path) == label {
            true => path.exists().then(|| path.clone()),
            false => inside(path),
        });
        places.take(number + 1).last()
    }

    /// Every file in the folder but the two that list and tell of the others.
    fn found(&self, session: &Session<'_>, notes: &mut Vec<String>) -> Sums {
        let walked = walk(std::slice::from_ref(&self.folder));
        notes.extend(walked.skipped.iter().map(|skipped| format!("{} {}", skipped.label, skipped.reason)));
        let mut sums = Sums::new();
        for found in walked.files {
            let Ok(inside) = found.path.strip_prefix(&self.folder) else { continue };
            let parts: Vec<String> = inside.iter().map(of_name).collect();
            let name = parts.join("/");
            if [RUN, SUMS].contains(&name.as_str()) {
                continue;
            }
            match Evidence::open(&found.path, name.clone(), &session.tools.limits, session.hashes) {
                Ok(file) => drop(sums.insert(name, file.sha256().to_string())),
                Err(error) => notes.push(format!("{name} cannot be read: {error}")),
            }
        }
        sums
    }
}

/// The text of a file of the case; `Err` says why there is none.
fn read(path: &Path) -> Result<String, String> {
    /// A million files are listed in less.
    const LONGEST: u64 = 256 << 20;
    let length = fs::symlink_metadata(path).map_err(|error| error.to_string())?;
    if !length.is_file() || length.len() > LONGEST {
        return Err("it is no file of a case".to_owned());
    }
    fs::read_to_string(path).map_err(|error| error.to_string())
}

/// The lines of `SHA256SUMS`.
fn listed(text: &str, notes: &mut Vec<String>) -> Sums {
    let mut sums = Sums::new();
    for (number, line) in text.lines().enumerate() {
        match line.split_once("  ").filter(|(sum, _)| sum.len() == 64 && sum.bytes().all(|b| b.is_ascii_hexdigit())) {
            Some((sum, name)) => drop(sums.insert(name.to_owned(), sum.to_owned())),
            None => notes.push(format!("{SUMS}: line {} holds no sum", number + 1)),
        }
    }
    sums
}

/// What this tool and the one that made the case do not share.
fn other_tool(own: &Session<'_>, recorded: &RecordedTool) -> Vec<String> {
    let tool = ToolReport::new(&own.tools);
    let mut notes = Vec::new();
    if tool.version != recorded.version {
        let (made, now) = (printable(&recorded.version), tool.version);
        notes.push(format!(
            "the case was made by version {made}, this is {now}: use the same to tell their differences apart"
        ));
    }
    for TableReport { id, sha256 } in &tool.tables {
        if let Some(other) =
            recorded.tables.iter().find(|table| table.id == *id).filter(|table| table.sha256 != *sha256)
        {
            notes.push(format!("the tables of {id} are others than those of the case ({})", printable(&other.sha256)));
        }
    }
    notes
}

/// Every file that is listed, found or recomputed.
fn compare(listed: &Sums, found: &Sums, recomputed: Option<&Sums>) -> Vec<Compared> {
    let again = recomputed.into_iter().flat_map(Sums::keys);
    let mut names: Vec<&String> = listed.keys().chain(found.keys()).chain(again).collect();
    names.sort_unstable();
    names.dedup();
    let one = |name: &String| {
        let (listed, found) = (listed.get(name), found.get(name));
        let made = recomputed.and_then(|sums| sums.get(name));
        let (status, reason) = match (found, listed, made, recomputed.is_some()) {
            (None, ..) => (Status::Missing, "the case does not hold it"),
            (Some(_), None, None, _) => (Status::Added, "neither the sums nor the evidence know it"),
            (Some(found), listed, Some(made), _) if found != made => match listed {
                Some(listed) if listed == made => (Status::Differs, "changed since the case was written"),
                Some(listed) if listed == found => (Status::Differs, "the sums agree with it, the evidence does not"),
                _ => (Status::Differs, "neither the sums nor the evidence agree with it"),
            },
            (Some(found), Some(listed), None, false) if found == listed => {
                (Status::Equal, "as the sums say; the evidence was not asked")
            }
            (Some(found), Some(listed), _, _) if found != listed => (Status::Differs, "the sums do not agree with it"),
            (Some(_), Some(_), None, true) => (Status::Added, "the evidence does not give it"),
            (Some(_), None, Some(_), _) => (Status::Differs, "the sums do not list it"),
            (Some(_), Some(_), _, _) => (Status::Equal, ""),
        };
        Compared {
            name: name.clone(),
            status,
            reason: reason.to_owned(),
            listed: listed.cloned(),
            found: found.cloned(),
            recomputed: made.cloned(),
        }
    };
    names.into_iter().map(one).collect()
}

fn text(document: &VerifyDocument) -> String {
    let count = |status| document.files.iter().filter(|file| file.status == status).count();
    let by = if document.recomputed { "what the evidence gives" } else { "their sums alone" };
    let mut text = format!(
        "{}: {} files, {} equal by {by}, {} differ, {} missing, {} added\n",
        document.case,
        document.files.len(),
        count(Status::Equal),
        count(Status::Differs),
        count(Status::Missing),
        count(Status::Added)
    );
    for file in document.files.iter().filter(|file| file.status != Status::Equal) {
        let status = match file.status {
            Status::Equal => "equal",
            Status::Differs => "differs",
            Status::Missing => "missing",
            Status::Added => "added",
        };
        let _ = writeln!(text, "  {status:<8} {}: {}", printable(&file.name), file.reason);
    }
    for label in &document.missing_inputs {
        let _ =
            writeln!(text, "  not found {}: name it, or the folder that holds it, behind --evidence", printable(label));
    }
    for note in &document.notes {
        let _ = writeln!(text, "  note     {}", printable(note));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_differ_has_its_name() {
        let sums = |entries: &[(&str, &str)]| -> Sums {
            entries.iter().map(|(name, sum)| ((*name).to_owned(), (*sum).to_owned())).collect()
        };
        let listed = sums(&[("equal", "1"), ("changed", "1"), ("forged", "2"), ("gone", "1"), ("old", "1")]);
        let found =
            sums(&[("equal", "1"), ("changed", "2"), ("forged", "2"), ("new", "1"), ("old", "1"), ("unlisted", "1")]);
        let made = sums(&[("equal", "1"), ("changed", "1"), ("forged", "1"), ("gone", "1"), ("unlisted", "1")]);
        let told: Vec<(String, &str)> = compare(&listed, &found, Some(&made))
            .into_iter()
            .map(|file| {
                let status = match file.status {
                    Status::Equal => "equal",
                    Status::Differs => "differs",
                    Status::Missing => "missing",
                    Status::Added => "added",
                };
                (file.name, status)
            })
            .collect();
        let expected = [
            ("changed", "differs"),
            ("equal", "equal"),
            ("forged", "differs"),
            ("gone", "missing"),
            ("new", "added"),
            ("old", "added"),
            ("unlisted", "differs"),
        ];
        assert_eq!(told, expected.map(|(name, status)| (name.to_owned(), status)));
        let unasked = compare(&listed, &found, None);
        assert_eq!(unasked.iter().filter(|file| file.status == Status::Equal).count(), 3, "equal, forged, old");
    }
}
