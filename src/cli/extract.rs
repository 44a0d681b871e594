//! `extract`: embedded files, each with its digest and the span that it came from.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;

use super::exit::{Outcome, Stop};
use super::{Session, item};
use crate::decode::{Child, Completeness, Sink};
use crate::evidence::{Evidence, Limits, Sha256, walk};
use crate::examine::{Backups, Beside};
use crate::identify::is_recognised;
use crate::layout::Layout;
use crate::write::files::OutputFolder;
use crate::write::text_cell;

/// Embedded files (members of archives, photos, thumbnails), with hash and place
#[derive(Args)]
pub struct Extract {
    /// Files or folders
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// A new folder for the files and their list, children.csv
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
}

/// The list that stands beside the files.
const HEADER: &str = "file,source,source_sha256,offset,length,sha256,original";

impl Extract {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let mut outputs = OutputFolder::create(&self.output, &self.inputs, session.global.force)?;
        let walked = walk(&self.inputs);
        let mut outcome = Outcome { no_input: walked.files.is_empty(), ..Outcome::default() };
        for skipped in &walked.skipped {
            session.say(&format!("overflown: {} {}", skipped.label, skipped.reason));
            outcome.incomplete |= skipped.named;
        }
        let limits = session.tools.limits;
        let mut work =
            Work { session, outputs: &mut outputs, list: Vec::new(), seen: BTreeSet::new(), outcome, limits };
        for found in &walked.files {
            match Evidence::open(&found.path, found.label.clone(), &session.tools.limits, session.hashes) {
                Ok(mut evidence) => {
                    evidence.original.clone_from(&found.original);
                    work.limits = Limits { inflated: limits.budget(evidence.len), ratio: 0, ..limits };
                    work.item(&evidence, found.named, 0)?;
                }
                Err(error) => {
                    session.say(&format!("overflown: {} cannot be read: {error}", found.label));
                    work.outcome.incomplete = true;
                }
            }
        }
        let Work { list, outcome, .. } = work;
        outputs.write("children.csv", |out| {
            writeln!(out, "{HEADER}")?;
            list.iter().try_for_each(|line| writeln!(out, "{line}"))
        })?;
        session.say(&format!("overflown: {} embedded files written", list.len()));
        Ok(outcome.code())
    }
}

/// What is written, and what it came to.
struct Work<'a> {
    session: &'a Session<'a>,
    outputs: &'a mut OutputFolder,
    /// Lines of the list.
    list: Vec<String>,
    /// Items that were gone through: equal ones once.
    seen: BTreeSet<Sha256>,
    outcome: Outcome,
    /// What may still come out of the file that is gone through.
    limits: Limits,
}

impl Work<'_> {
    /// Writes what is in the item, and what is in that.
    fn item(&mut self, evidence: &Evidence, named: bool, depth: u32) -> Result<(), Stop> {
        if !self.seen.insert(evidence.sha256()) {
            return Ok(());
        }
        let (session, limits) = (self.session, self.limits);
        let backups = item::backups(session, evidence);
        let mut children = Children { work: self, evidence, backups, depth, written: 0, error: None };
        let beside = Beside::of(evidence, &limits);
        let decoded = item::decode_within(session, evidence, &beside, &limits, &mut children);
        let Children { written, error, .. } = children;
        if let Some(stop) = error {
            return Err(stop);
        }
        match decoded {
            Ok(decoded) => {
                self.outcome.usable |= written > 0 || decoded.completeness != Completeness::Unreadable;
                self.outcome.incomplete |=
                    matches!(decoded.completeness, Completeness::Partial | Completeness::Unreadable);
            }
            Err(stop) if named => {
                session.say(&format!("overflown: {}", stop.message));
                self.outcome.incomplete = true;
            }
            Err(_) => {}
        }
        Ok(())
    }
}

/// Writes the children of one item as they come, so that one at a time is in memory.
struct Children<'a, 'w> {
    work: &'a mut Work<'w>,
    evidence: &'a Evidence,
    /// What says where members lay before they were backed up.
    backups: Backups,
    depth: u32,
    written: u64,
    error: Option<Stop>,
}

impl Children<'_, '_> {
    fn take(&mut self, child: Child<'_>) -> Result<(), Stop> {
        let Child { name, at, bytes, .. } = child;
        let original = self.backups.original(&name).or_else(|| self.evidence.original_inside(&name));
        let file = format!("{}-{name}", self.evidence.sha256().short());
        self.work.list.push(format!(
            "{},{},{},{},{},{},{}",
            text_cell(&file),
            text_cell(&self.evidence.label),
            self.evidence.sha256(),
            at.reach().map(|span| span.offset.to_string()).unwrap_or_default(),
            bytes.len(),
            Sha256::of(bytes),
            text_cell(original.as_ref().map(|original| original.path.as_str()).unwrap_or_default())
        ));
        self.work.outputs.write(&file, |out| out.write_all(bytes))?;
        let limits = &mut self.work.limits;
        limits.inflated = limits.inflated.saturating_sub(bytes.len() as u64);
        limits.members = limits.members.saturating_sub(1);
        if self.depth < limits.depth && limits.inflated > 0 && is_recognised(&name, bytes) {
            let mut inner = Evidence::child(self.evidence, &name, at, bytes.to_vec());
            inner.original = original;
            self.work.item(&inner, false, self.depth + 1)?;
        }
        Ok(())
    }
}

impl Sink for Children<'_, '_> {
    fn wants(&self, _layout: &Layout) -> bool {
        false
    }

    fn wants_events(&self) -> bool {
        false
    }

    fn child(&mut self, child: Child<'_>) {
        if self.error.is_some() {
            return;
        }
        self.written += 1;
        self.error = self.take(child).err();
    }
}
