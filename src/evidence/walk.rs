//! From the arguments to a flat, sorted list of files. Folders are walked; symbolic links, devices, FIFOs and sockets are
//! listed with the reason and never opened.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::backup::Original;
use super::{backup, label};

/// A regular file to examine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub path: PathBuf,
    pub label: String,
    /// Named on the command line rather than met in a folder.
    pub named: bool,
    /// Where it lay on a phone, when the list of a backup beside it says so.
    pub original: Option<Original>,
}

/// Something that was not opened, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub label: String,
    pub named: bool,
    pub reason: String,
}

/// What the arguments hold, each list sorted by label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    pub files: Vec<Found>,
    pub skipped: Vec<Skipped>,
}

/// Lists every file below `inputs`. A file that two arguments reach is listed once.
pub fn walk(inputs: &[PathBuf]) -> Walked {
    let mut walked = Walked::default();
    for input in inputs {
        visit(input, label::of_argument(input), true, &mut walked);
    }
    walked.files.sort_by(|a, b| (&a.label, !a.named, &a.path).cmp(&(&b.label, !b.named, &b.path)));
    walked.skipped.sort_by(|a, b| (&a.label, &a.reason).cmp(&(&b.label, &b.reason)));
    let mut seen = HashSet::new();
    walked.files.retain(|found| seen.insert(real_path(&found.path)));
    backup::resolve(&mut walked.files);
    walked
}

fn real_path(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn visit(path: &Path, label: String, named: bool, walked: &mut Walked) {
    match kind_of(path) {
        Ok(Kind::File) => walked.files.push(Found { path: path.to_owned(), label, named, original: None }),
        Ok(Kind::Folder) => match entries(path) {
            Ok(names) => {
                for entry in names {
                    let below = format!("{label}/{}", label::of_name(&entry.file_name()));
                    visit(&entry.path(), below, false, walked);
                }
            }
            Err(error) => {
                walked.skipped.push(Skipped { label, named, reason: format!("folder cannot be read: {error}") })
            }
        },
        Ok(Kind::Other(what)) => {
            let reason = format!("is {what}; it is listed and not opened");
            walked.skipped.push(Skipped { label, named, reason });
        }
        Err(error) => walked.skipped.push(Skipped { label, named, reason: format!("cannot be opened: {error}") }),
    }
}

fn entries(folder: &Path) -> io::Result<Vec<fs::DirEntry>> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    Ok(entries)
}

enum Kind {
    File,
    Folder,
    Other(&'static str),
}

fn kind_of(path: &Path) -> io::Result<Kind> {
    let kind = fs::symlink_metadata(path)?.file_type();
    Ok(if kind.is_file() {
        Kind::File
    } else if kind.is_dir() {
        Kind::Folder
    } else if kind.is_symlink() {
        Kind::Other("a symbolic link")
    } else {
        Kind::Other("a device, FIFO or socket")
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn links_and_fifos_are_listed_and_not_opened() {
        let dir = tempfile::tempdir().expect("temporary folder");
        let root = dir.path().join("card");
        fs::create_dir_all(root.join("b")).expect("folder");
        fs::write(root.join("b/log.txt"), b"x").expect("file");
        fs::write(root.join("a.txt"), b"y").expect("file");
        std::os::unix::fs::symlink("/etc/passwd", root.join("link")).expect("link");
        let made = std::process::Command::new("mkfifo").arg(root.join("pipe")).status().expect("mkfifo");
        assert!(made.success());

        let walked = walk(&[root.clone(), root.join("a.txt")]);
        let labels: Vec<_> = walked.files.iter().map(|f| (f.label.as_str(), f.named)).collect();
        assert_eq!(labels, [("a.txt", true), ("card/b/log.txt", false)]);
        let skipped: Vec<_> = walked.skipped.iter().map(|s| (s.label.as_str(), s.named)).collect();
        assert_eq!(skipped, [("card/link", false), ("card/pipe", false)]);
    }
}
