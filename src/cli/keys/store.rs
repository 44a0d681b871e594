//! Where keys are kept: files named by the digest of the log that they open, in a folder of the user's or of a case.

use std::path::{Path, PathBuf};

use super::digest_in_name;
use crate::cli::exit::Stop;
use crate::decode::KeyFile;
use crate::evidence::{Sha256, walk};

/// Stored keys end in this.
const ENDING: &str = ".keys.json";
/// An answer for a log with many segments stays far below this.
const LARGEST: u64 = 16 << 20;

/// The user's own folder for keys.
pub fn user_folder() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = set("XDG_DATA_HOME").or_else(|| Some(set("HOME")?.join(".local/share"))).or_else(|| set("APPDATA"))?;
    Some(data.join("overflown").join("keys"))
}

/// The name under which keys for this item are stored.
pub fn file_name(digest: &str) -> String {
    format!("{digest}{ENDING}")
}

/// Keys from the files and folders that the user names, then from the user's own folder.
pub fn load(named: &[PathBuf]) -> Result<Vec<KeyFile>, Stop> {
    let mut keys = Vec::new();
    for path in named {
        if path.is_dir() {
            keys.extend(stored_in(path));
        } else {
            let file = read(path, None).map_err(|e| Stop::input(format!("--keys {}: {e}", path.display())))?;
            keys.push(file);
        }
    }
    keys.extend(user_folder().filter(|folder| folder.is_dir()).iter().flat_map(|folder| stored_in(folder)));
    Ok(keys)
}

/// Files of keys in a folder; one named by a digest is for that log alone.
fn stored_in(folder: &Path) -> Vec<KeyFile> {
    let files = walk(&[folder.to_owned()]).files.into_iter().map(|found| found.path);
    files
        .filter(|path| path.to_string_lossy().ends_with(ENDING))
        .filter_map(|path| read(&path, digest_in_name(&path)).ok())
        .collect()
}

fn read(path: &Path, item: Option<String>) -> Result<KeyFile, String> {
    let len = std::fs::metadata(path).map_err(|e| format!("cannot be read: {e}"))?.len();
    if len > LARGEST {
        return Err(format!("{len} bytes are no answer of a key service"));
    }
    let bytes = std::fs::read(path).map_err(|e| format!("cannot be read: {e}"))?;
    let label = crate::evidence::label::of_argument(path);
    Ok(KeyFile { label, sha256: Sha256::of(&bytes), bytes, item })
}

/// One file of keys.
///
/// # Errors
/// When it cannot be read.
pub fn open(path: &Path) -> Result<KeyFile, Stop> {
    read(path, None).map_err(|e| Stop::input(format!("{}: {e}", path.display())))
}
