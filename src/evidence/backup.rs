//! Backups of iPhones: files are named by the SHA-1 of domain and path, which `Manifest.db` lists. Names are resolved by it, read
//! from a private copy in memory; without it the ids of some known paths are.

use std::cell::Cell;
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use sha1::{Digest as _, Sha1};

use super::hex;
use super::walk::Found;

static KNOWN: &str = include_str!("../../formats/backup-paths.tsv");

/// Digits of a file's id.
const ID: usize = 40;

/// The longest list that is read, bytes: that of a full phone has some 100 MB.
const LONGEST: u64 = 512 << 20;

/// Steps of SQLite's machine between two looks at the budget, and looks that a list may take.
const STEPS: i32 = 1_000_000;
const LOOKS: u32 = 500;

/// The longest path, bytes.
const CELL: i32 = 1 << 20;

/// Says of each file of a backup among `files` where it lay on the phone.
pub fn resolve(files: &mut [Found]) {
    let lists: Vec<_> = files.iter().filter(|f| f.path.file_name().is_some_and(|n| n == "Manifest.db")).collect();
    let lists: Vec<_> =
        lists.iter().filter_map(|found| Some((found.path.parent()?.to_owned(), paths(&found.path)?))).collect();
    for (folder, paths) in &lists {
        for found in files.iter_mut().filter(|found| found.path.starts_with(folder)) {
            let name = found.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            found.original = paths.get(name).cloned().or(found.original.take());
        }
    }
}

/// Ids and paths of a list; `None` when it is none that can be read, for instance because the backup is encrypted.
fn paths(list: &Path) -> Option<HashMap<String, String>> {
    if fs::metadata(list).ok()?.len() > LONGEST {
        return None;
    }
    let mut copy = fs::read(list).ok()?;
    if !copy.starts_with(b"SQLite format 3\0") {
        return None;
    }
    // A database in memory has no log; both marks of one are taken back in the copy.
    copy.get_mut(18..20)?.iter_mut().filter(|mark| **mark == 2).for_each(|mark| *mark = 1);
    read(&copy).ok()
}

fn read(copy: &[u8]) -> rusqlite::Result<HashMap<String, String>> {
    let mut connection = Connection::open_in_memory()?;
    connection.deserialize_read_exact("main", copy, copy.len(), true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, CELL)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    let looks = Cell::new(0);
    let is_spent = move || {
        looks.set(looks.get() + 1);
        looks.get() > LOOKS
    };
    connection.progress_handler(STEPS, Some(is_spent))?;
    let mut statement = connection.prepare("SELECT fileID, domain, relativePath FROM Files")?;
    let mut rows = statement.query([])?;
    let mut paths = HashMap::new();
    // A damaged page ends the list; what was read before it holds.
    while let Ok(Some(row)) = rows.next() {
        if let (Ok(id), Ok(domain), Ok(path)) =
            (row.get::<_, String>(0), row.get::<_, String>(1), row.get::<_, String>(2))
        {
            paths.insert(id, format!("{domain}/{path}"));
        }
    }
    Ok(paths)
}

/// Where a file of this name lay on the phone, when its name ends in the id of a known path.
pub fn known(name: &str) -> Option<&'static str> {
    static IDS: OnceLock<HashMap<String, String>> = OnceLock::new();
    let id = name.get(name.len().checked_sub(ID)?..)?;
    if !id.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
        return None;
    }
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
