//! Backups of iPhones: files are named by the SHA-1 of domain and path, which `Manifest.db` lists, `Manifest.mbdb` before iOS 10.
//! They lie in one folder, or in folders named by the first two digits. Names are resolved by the list; without it the ids of some
//! known paths are.

mod database;
mod list;
mod mbdb;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use sha1::{Digest as _, Sha1};

use super::hex;
use super::walk::Found;
pub use list::{List, is_list};

static KNOWN: &str = include_str!("../../../formats/backup-paths.tsv");

/// Digits of a file's id.
const ID: usize = 40;

/// Where a file lay before it was copied, and what says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Original {
    /// Domain and path.
    pub path: String,
    /// Label of the list, or words.
    pub said_by: String,
}

/// Says of each file of a backup among `files` where it lay on the phone.
pub fn resolve(files: &mut [Found]) {
    let lists: Vec<(PathBuf, String, List)> = files
        .iter()
        .filter(|found| found.path.file_name().and_then(|name| name.to_str()).is_some_and(is_list))
        .filter_map(|found| {
            let list = read(&found.path)?;
            Some((found.path.parent()?.to_owned(), found.label.clone(), list))
        })
        .collect();
    for (folder, label, list) in &lists {
        for found in files.iter_mut().filter(|found| found.path.starts_with(folder)) {
            let name = found.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if let Some(path) = list.path_of(name) {
                found.original = Some(Original { path: path.to_owned(), said_by: label.clone() });
            }
        }
    }
}

/// The list in a file; `None` when it cannot be read or names nothing, for instance because the backup is encrypted.
fn read(path: &Path) -> Option<List> {
    if fs::metadata(path).ok()?.len() > list::LONGEST {
        return None;
    }
    Some(List::parse(fs::read(path).ok()?)).filter(|list| !list.is_empty())
}

/// The id at the end of a name; some tools write a number in front.
fn id_in(name: &str) -> Option<&str> {
    let id = name.get(name.len().checked_sub(ID)?..)?;
    id.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)).then_some(id)
}

/// Where in the backup that holds `file` the file of this domain and path lies: in the folder of its first digits, or beside.
pub fn places(file: &Path, original: &str) -> Vec<PathBuf> {
    let Some((domain, path)) = original.split_once('/') else { return Vec::new() };
    let (id, folder) = (id_of(domain, path), file.parent());
    let split = folder.and_then(Path::parent).map(|root| root.join(id.get(..2).unwrap_or_default()).join(&id));
    folder.map(|folder| folder.join(&id)).into_iter().chain(split).collect()
}

/// Where a file of this name lay on the phone, when its name ends in the id of a known path.
pub fn known(name: &str) -> Option<&'static str> {
    static IDS: OnceLock<HashMap<String, String>> = OnceLock::new();
    let id = id_in(name)?;
    let ids = IDS.get_or_init(|| {
        let rows = KNOWN.lines().skip(1).filter_map(|line| line.split_once('\t'));
        let paths = rows.filter_map(|(domain, rest)| Some((domain, rest.split('\t').next()?)));
        paths.map(|(domain, path)| (id_of(domain, path), format!("{domain}/{path}"))).collect()
    });
    ids.get(id).map(String::as_str)
}

/// The id of a path in a backup.
fn id_of(domain: &str, path: &str) -> String {
    hex(&Sha1::digest(format!("{domain}-{path}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The id stands on files of several kits (evidence/app-cache/dji-ios-misc).
    #[test]
    fn the_id_of_a_known_path_is_found_at_the_end_of_a_name() {
        let path = "AppDomain-com.dji.go/Library/com-facebook-sdk-AppEventsTimeSpent.json";
        for name in ["34233fde2cb0aa1d95fc412a41050de3935ebb09", "129-34233fde2cb0aa1d95fc412a41050de3935ebb09"] {
            assert_eq!(known(name), Some(path));
        }
        for name in ["", "34233fde2cb0aa1d95fc412a41050de3935ebb0", "0000000000000000000000000000000000000000"] {
            assert_eq!(known(name), None);
        }
    }
}
