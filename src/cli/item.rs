//! One item of one file, for the verbs that look into a single one: `file`, or `file!/child`.

use std::path::Path;

use super::Session;
use super::exit::Stop;
use crate::decode::{Child, Context, Decoded, Sink, reads_siblings};
use crate::evidence::backup::Original;
use crate::evidence::{Evidence, Limits, Origin, label};
use crate::examine::{Backups, Beside, Waiting};
use crate::identify::identify;
use crate::layout::Layout;

/// An item and what stands beside it.
pub struct Item {
    pub evidence: Evidence,
    /// Of an item inside another one: its name there, and what is read with others around it.
    inside: Option<(String, Vec<Waiting>)>,
}

impl Item {
    pub fn beside<'a>(&'a self, limits: &'a Limits) -> Beside<'a> {
        match &self.inside {
            Some((name, others)) => Beside::inside(&self.evidence, limits, name, others),
            None => Beside::of(&self.evidence, limits),
        }
    }
}

/// Whether the argument addresses an item inside a file.
pub fn is_inside(argument: &Path) -> bool {
    !label::split_argument(argument).1.is_empty()
}

/// The label of the item that `argument` addresses.
pub fn label(argument: &Path) -> String {
    let (path, children) = label::split_argument(argument);
    let file = label::of_argument(&path);
    children.iter().fold(file, |label, name| format!("{label}!/{name}"))
}

/// Opens the item that `argument` addresses.
pub fn open(session: &Session<'_>, argument: &Path) -> Result<Item, Stop> {
    let (path, children) = label::split_argument(argument);
    let kind = std::fs::symlink_metadata(&path).map(|m| m.file_type());
    if kind.as_ref().is_ok_and(|kind| !kind.is_file()) {
        return Err(Stop::usage(format!("{} is no regular file; this verb takes one file", path.display())));
    }
    let evidence = Evidence::open(&path, label::of_argument(&path), &session.tools.limits, session.hashes)
        .map_err(|e| Stop::input(format!("{} cannot be read: {e}", path.display())))?;
    let mut item = Item { evidence, inside: None };
    for name in children {
        let limits = &session.tools.limits;
        let backups = backups(session, &item.evidence);
        let original = |name: &str| backups.original(name).or_else(|| item.evidence.original_inside(name));
        let mut finder = ChildFinder { wanted: &name, found: None, beside: Vec::new(), limits, original: &original };
        decode(session, &item, &mut finder)?;
        let ChildFinder { found, beside, .. } = finder;
        let (at, bytes) = found.ok_or_else(|| {
            Stop::input(format!("{} holds no child named {name}; extract lists them", item.evidence.label))
        })?;
        let mut evidence = Evidence::child(&item.evidence, &name, at, bytes);
        evidence.original = original(&name);
        item = Item { evidence, inside: Some((name, beside)) };
    }
    Ok(item)
}

/// Backups among the members of an archive.
pub fn backups(session: &Session<'_>, evidence: &Evidence) -> Backups {
    let format = identify(evidence).format;
    let Some((format, tables)) = format.and_then(|f| Some((f, session.tools.tables_of(f)?))) else {
        return Backups::default();
    };
    Backups::of(evidence, format, &session.tools.context(tables), &session.tools)
}

/// Decodes the item into `sink`.
pub fn decode(session: &Session<'_>, item: &Item, sink: &mut dyn Sink) -> Result<Decoded, Stop> {
    let limits = &session.tools.limits;
    decode_within(session, &item.evidence, &item.beside(limits), limits, sink)
}

/// Decodes the item into `sink`, within limits of its own.
pub fn decode_within(
    session: &Session<'_>,
    evidence: &Evidence,
    siblings: &Beside<'_>,
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
    let context = Context { limits, siblings, ..session.tools.context(tables) };
    Ok((format.decode)(evidence, &context, sink))
}

struct ChildFinder<'a> {
    wanted: &'a str,
    found: Option<(Origin, Vec<u8>)>,
    /// What is read with others beside it, one of which may belong to what is wanted.
    beside: Vec<Waiting>,
    limits: &'a Limits,
    original: &'a dyn Fn(&str) -> Option<Original>,
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
        } else {
            let original = (self.original)(&child.name).map(|original| original.path);
            let must = reads_siblings(original.as_deref().unwrap_or(&child.name), child.bytes);
            if !must || !Waiting::may(&self.beside, child.bytes, self.limits) {
                return;
            }
            self.beside.push(Waiting { name: child.name, at: child.at, bytes: child.bytes.to_vec(), original });
        }
    }
}
