//! `extract`: embedded files, each with its digest and the span that it came from.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;

use super::exit::{Outcome, Stop};
use super::{Session, item};
use crate::decode::{Child, Completeness, Sink};
use crate::evidence::{Sha256, Span, walk};
use crate::layout::Layout;
use crate::write::files::OutputFolder;
use crate::write::text_cell;

/// Embedded files (photos, thumbnails), with hash and place
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
const HEADER: &str = "file,source,source_sha256,offset,length,sha256";

impl Extract {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let mut outputs = OutputFolder::create(&self.output, &self.inputs, session.global.force)?;
        let walked = walk(&self.inputs);
        let mut list = Vec::new();
        let mut seen = BTreeSet::new();
        let mut outcome = Outcome { no_input: walked.files.is_empty(), ..Outcome::default() };
        for skipped in &walked.skipped {
            session.say(&format!("overflown: {} {}", skipped.label, skipped.reason));
            outcome.incomplete |= skipped.named;
        }
        for found in &walked.files {
            let opened = item::open(session, &found.path);
            let evidence = match opened {
                Ok(evidence) => evidence,
                Err(stop) => {
                    session.say(&format!("overflown: {}", stop.message));
                    outcome.incomplete = true;
                    continue;
                }
            };
            if !seen.insert(evidence.sha256()) {
                continue;
            }
            let mut children = Children { list: Vec::new() };
            match item::decode(session, &evidence, &mut children) {
                Ok(decoded) => {
                    outcome.usable |= !children.list.is_empty() || decoded.completeness != Completeness::Unreadable;
                    outcome.incomplete |=
                        matches!(decoded.completeness, Completeness::Partial | Completeness::Unreadable);
                }
                Err(stop) if found.named => {
                    session.say(&format!("overflown: {}", stop.message));
                    outcome.incomplete = true;
                }
                Err(_) => {}
            }
            let folder = evidence.sha256().short();
            for (name, span, bytes) in children.list {
                let file = format!("{folder}-{name}");
                list.push(format!(
                    "{},{},{},{},{},{}",
                    text_cell(&file),
                    text_cell(&found.label),
                    evidence.sha256(),
                    span.map(|s| s.offset.to_string()).unwrap_or_default(),
                    bytes.len(),
                    Sha256::of(&bytes)
                ));
                outputs.write(&file, |out| out.write_all(&bytes))?;
            }
        }
        outputs.write("children.csv", |out| {
            writeln!(out, "{HEADER}")?;
            list.iter().try_for_each(|line| writeln!(out, "{line}"))
        })?;
        session.say(&format!("overflown: {} embedded files written", list.len()));
        Ok(outcome.code())
    }
}

/// Children of one item as they come.
struct Children {
    list: Vec<(String, Option<Span>, Vec<u8>)>,
}

impl Sink for Children {
    fn wants(&self, _layout: &Layout) -> bool {
        false
    }

    fn wants_events(&self) -> bool {
        false
    }

    fn child(&mut self, child: Child<'_>) {
        self.list.push((child.name, child.at.reach(), child.bytes.to_vec()));
    }
}
