//! One item of one file, for the verbs that look into a single one: `file`, or `file!/child`.

use std::path::{Path, PathBuf};

use super::Session;
use super::exit::Stop;
use crate::decode::{Child, Context, Decoded, Sink};
use crate::evidence::{Evidence, Limits, Origin, label};
use crate::examine::Beside;
use crate::identify::identify;
use crate::layout::Layout;

/// Opens the item that `argument` addresses.
pub fn open(session: &Session<'_>, argument: &Path) -> Result<Evidence, Stop> {
    let text = argument.to_string_lossy();
    let (path, children) = match text.split_once("!/") {
        Some((path, children)) if !argument.exists() => (PathBuf::from(path), children.split("!/").collect()),
        _ => (argument.to_owned(), Vec::new()),
    };
    let kind = std::fs::symlink_metadata(&path).map(|m| m.file_type());
    if kind.as_ref().is_ok_and(|kind| !kind.is_file()) {
        return Err(Stop::usage(format!("{} is no regular file; this verb takes one file", path.display())));
    }
    let mut evidence = Evidence::open(&path, label::of_argument(&path), &session.tools.limits, session.hashes)
        .map_err(|e| Stop::input(format!("{} cannot be read: {e}", path.display())))?;
    for name in children {
        let mut finder = ChildFinder { wanted: name, found: None };
        decode(session, &evidence, &mut finder)?;
        let (at, bytes) = finder.found.ok_or_else(|| {
            Stop::input(format!("{} holds no child named {name}; extract lists them", evidence.label))
        })?;
        evidence = Evidence::child(&evidence, name, at, bytes);
    }
    Ok(evidence)
}

/// Decodes the item into `sink`.
pub fn decode(session: &Session<'_>, evidence: &Evidence, sink: &mut dyn Sink) -> Result<Decoded, Stop> {
    decode_within(session, evidence, &session.tools.limits, sink)
}

/// Decodes the item into `sink`, within limits of its own.
pub fn decode_within(
    session: &Session<'_>,
    evidence: &Evidence,
    limits: &Limits,
    sink: &mut dyn Sink,
) -> Result<Decoded, Stop> {
    let identity = identify(evidence);
    let Some((format, tables)) = identity.format.and_then(|f| Some((f, session.tools.tables_of(f)?))) else {
        let foreign =
            identity.foreign.map(|f| format!("; it looks like: {}. {}", f.name, f.advice)).unwrap_or_default();
        let message = format!("{} is not recognised: {}{foreign}", evidence.label, identity.why);
        return Err(Stop { code: 4, message });
    };
    let siblings = Beside::of(evidence, limits);
    let context = Context { limits, siblings: &siblings, ..session.tools.context(tables) };
    Ok((format.decode)(evidence, &context, sink))
}

struct ChildFinder<'a> {
    wanted: &'a str,
    found: Option<(Origin, Vec<u8>)>,
}

impl Sink for ChildFinder<'_> {
    fn wants(&self, _layout: &Layout) -> bool {
        false
    }

    fn wants_events(&self) -> bool {
        false
    }

    fn child(&mut self, child: Child<'_>) {
        if child.name == self.wanted {
            self.found = Some((child.at, child.bytes.to_vec()));
        }
    }
}
