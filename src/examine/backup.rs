//! The lists of phone backups among the members of an archive, found before any member is looked into: what lies in front of its
//! list is named by it, too.

use std::collections::HashMap;

use crate::decode::{Child, Completeness, Context, Diagnostic, Format, Record, Sink};
use crate::evidence::backup::{List, Original, is_list};
use crate::evidence::{Evidence, Limits, Origin};
use crate::identify::identify;
use crate::layout::Layout;

use super::Tools;

/// Lists of one archive that are read.
const MOST: usize = 64;

/// The properties beside a list, which say whether the backup is encrypted.
const PROPERTIES: &str = "Manifest.plist";

/// Backups of one archive.
#[derive(Default)]
pub struct Backups {
    backups: Vec<Backup>,
    /// Lists beyond those that are read.
    refused: usize,
    /// Folders of encrypted backups.
    encrypted: Vec<String>,
}

struct Backup {
    /// In the archive, with a slash at its end; empty for the archive itself.
    folder: String,
    /// Of the list.
    label: String,
    at: Origin,
    list: List,
}

impl Backups {
    /// Those among the members of an archive; none of an item of another kind.
    pub fn of(evidence: &Evidence, format: &Format, context: &Context<'_>, tools: &Tools) -> Self {
        if !context.tables.description.archive {
            return Backups::default();
        }
        let mut finder = Finder { evidence, tools, found: Backups::default() };
        (format.decode)(evidence, context, &mut finder);
        finder.found
    }

    /// Where the member of this name lay, by the list in the innermost folder around it.
    pub fn original(&self, name: &str) -> Option<Original> {
        let around = self.backups.iter().filter(|backup| name.starts_with(&backup.folder));
        let backup = around.max_by_key(|backup| backup.folder.len())?;
        let path = backup.list.path_of(name.rsplit('/').next()?)?.to_owned();
        Some(Original { path, said_by: backup.label.clone() })
    }

    /// What each list came to, `names` the members of the archive.
    pub fn tell<'a>(&self, names: impl Iterator<Item = &'a str>) -> Vec<Diagnostic> {
        if self.backups.is_empty() {
            return Vec::new();
        }
        let mut named: HashMap<String, u64> = HashMap::new();
        for original in names.filter_map(|name| self.original(name)) {
            *named.entry(original.said_by).or_default() += 1;
        }
        let mut told: Vec<Diagnostic> = self
            .backups
            .iter()
            .map(|backup| {
                let mut message = format!(
                    "{} lists {} files of a phone's backup; {} members of the archive are named by it",
                    backup.label,
                    backup.list.len(),
                    named.get(&backup.label).unwrap_or(&0)
                );
                if let Some(fault) = &backup.list.fault {
                    let rest = if backup.list.is_empty() { "it" } else { "the rest of it" };
                    message += &format!(
                        "; {rest} cannot be read: {fault}. Other members have their ids as names, and content says what they are"
                    );
                }
                if self.encrypted.contains(&backup.folder) {
                    message += &format!(
                        "; {}{PROPERTIES} says that the backup is encrypted: make a plain copy with its password and give that, too",
                        backup.folder
                    );
                }
                Diagnostic::note("examine/backup", backup.at.clone(), message)
            })
            .collect();
        if self.refused > 0 {
            let message = format!(
                "{} lists of backups beyond {MOST} were not read, and their files are not named; unpack the archive and give its \
                 folders",
                self.refused
            );
            told.push(Diagnostic::note("examine/backup", Origin::Item, message));
        }
        told
    }
}

/// Takes the lists and their properties, and leaves all other members packed.
struct Finder<'a> {
    evidence: &'a Evidence,
    tools: &'a Tools,
    found: Backups,
}

impl Sink for Finder<'_> {
    fn wants(&self, _layout: &Layout) -> bool {
        false
    }

    fn wants_events(&self) -> bool {
        false
    }

    fn wants_child(&self, name: &str) -> bool {
        let name = name.rsplit('/').next().unwrap_or(name);
        is_list(name) || name == PROPERTIES
    }

    fn child(&mut self, child: Child<'_>) {
        let name = child.name.rsplit('/').next().unwrap_or_default();
        let folder = child.name.strip_suffix(name).unwrap_or_default().to_owned();
        if name == PROPERTIES {
            if self.found.encrypted.len() < MOST && is_encrypted(child.bytes, self.tools) {
                self.found.encrypted.push(folder);
            }
        } else if is_list(name) && self.found.backups.len() < MOST {
            let label = format!("{}!/{}", self.evidence.label, child.name);
            let list = List::parse(child.bytes.to_vec());
            self.found.backups.push(Backup { folder, label, at: child.at, list });
        } else if is_list(name) {
            self.found.refused += 1;
        }
    }
}

/// Whether these are properties of a backup that is encrypted.
fn is_encrypted(bytes: &[u8], tools: &Tools) -> bool {
    let evidence = Evidence::unlabelled(bytes.to_vec());
    let Some((format, tables)) = identify(&evidence).format.and_then(|f| Some((f, tools.tables_of(f)?))) else {
        return false;
    };
    let mut flag = Flag(false);
    let limits = Limits { inflated: 0, ratio: 0, ..tools.limits };
    let decoded = (format.decode)(&evidence, &Context { limits: &limits, ..tools.context(tables) }, &mut flag);
    flag.0 && decoded.completeness != Completeness::Unreadable
}

/// Whether the key that says so is set.
struct Flag(bool);

impl Sink for Flag {
    fn record(&mut self, record: &Record<'_>) {
        let fields = record.fields();
        let says = |text: &str| fields.iter().any(|(_, value)| value.text() == Some(text));
        self.0 |= says("IsEncrypted") && says("true");
    }
}
