//! What we were given: files and the items inside them, read once, hashed, never written.
//! An [`Evidence`] item knows its label, length, SHA-256 and, for a child, where in its parent it lies.

pub mod backup;
mod digest;
pub mod label;
mod limits;
mod load;
mod span;
mod walk;

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use backup::Original;
pub use digest::{Digests, ExtraHashes, Sha256, hex};
pub use limits::Limits;
pub use span::{Extent, Origin, Span};
pub use walk::{Found, Skipped, Walked, walk};

/// One item: a file, or bytes inside another item.
pub struct Evidence {
    /// How outputs name it; a child is `parent!/name`.
    pub label: String,
    /// The item that this one was found in, and where.
    pub parent: Option<(String, Origin)>,
    pub len: u64,
    pub digests: Digests,
    /// Where it lay before it was copied, when the list of a backup tells it.
    pub original: Option<Original>,
    /// Stretches of the file that could not be read; they count as zeros.
    pub unreadable: Vec<Span>,
    /// Where the file lies, of an item that is one.
    place: Option<PathBuf>,
    source: Source,
}

enum Source {
    Memory(Vec<u8>),
    /// Longer than `limits.keep`: read again where needed.
    File(PathBuf),
}

impl Evidence {
    /// Reads and hashes a file in one pass; content up to `limits.keep` bytes stays in memory.
    ///
    /// # Errors
    /// When the file cannot be opened or read at all.
    pub fn open(path: &Path, label: String, limits: &Limits, hashes: ExtraHashes) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let expected = file.metadata()?.len();
        let loaded = load::load(&mut file, expected, limits.keep, hashes)?;
        let source = match loaded.bytes {
            Some(bytes) => Source::Memory(bytes),
            None => Source::File(path.to_owned()),
        };
        Ok(Evidence {
            label,
            parent: None,
            len: loaded.len,
            digests: loaded.digests,
            original: None,
            unreadable: loaded.unreadable,
            place: Some(path.to_owned()),
            source,
        })
    }

    /// An item made of bytes that are already in memory.
    pub fn from_bytes(label: impl Into<String>, bytes: Vec<u8>) -> Self {
        let digests = Digests { sha256: Sha256::of(&bytes), md5: None, sha1: None };
        Evidence {
            label: label.into(),
            parent: None,
            len: bytes.len() as u64,
            digests,
            original: None,
            unreadable: Vec::new(),
            place: None,
            source: Source::Memory(bytes),
        }
    }

    /// Bytes to be looked at, not kept: without a label, not hashed.
    pub fn unlabelled(bytes: Vec<u8>) -> Self {
        Evidence::unhashed(String::new(), bytes)
    }

    /// Bytes to be looked at, not kept: not hashed.
    pub fn unhashed(label: String, bytes: Vec<u8>) -> Self {
        let digests = Digests { sha256: Sha256([0; 32]), md5: None, sha1: None };
        let len = bytes.len() as u64;
        Evidence {
            label,
            parent: None,
            len,
            digests,
            original: None,
            unreadable: Vec::new(),
            place: None,
            source: Source::Memory(bytes),
        }
    }

    /// An item found inside `parent`.
    pub fn child(parent: &Evidence, name: &str, at: Origin, bytes: Vec<u8>) -> Self {
        Evidence {
            parent: Some((parent.label.clone(), at)),
            original: parent.original_inside(name),
            ..Evidence::from_bytes(format!("{}!/{name}", parent.label), bytes)
        }
    }

    /// Where an item inside this one lay, when a backup tells where this one did.
    pub fn original_inside(&self, name: &str) -> Option<Original> {
        let around = self.original.as_ref()?;
        Some(Original { path: format!("{}!/{name}", around.path), ..around.clone() })
    }

    pub fn sha256(&self) -> Sha256 {
        self.digests.sha256
    }

    /// The file's own name: the last part of where it lay, or of the label.
    pub fn name(&self) -> &str {
        let path = self.original.as_ref().map_or(&self.label, |original| &original.path);
        path.rsplit('/').next().unwrap_or(path)
    }

    /// The bytes of a regular file of this name in the folder of this one, up to `limits.whole`; no link is followed. Of a file of a
    /// backup also what lay in its folder on the phone. `None` for an item that is no file, or where there is none.
    pub fn beside(&self, name: &str, limits: &Limits) -> Option<Vec<u8>> {
        let (path, len) = self.neighbour(name)?;
        if len > limits.whole {
            return None;
        }
        std::fs::read(&path).ok()
    }

    /// A part of such a file, cut at its end.
    pub fn part_beside(&self, name: &str, span: Span) -> Option<Vec<u8>> {
        let (path, len) = self.neighbour(name)?;
        let (start, end) = (span.offset.min(len), span.end().min(len));
        let mut file = File::open(path).ok()?;
        file.seek(SeekFrom::Start(start)).ok()?;
        let mut bytes = Vec::with_capacity((end - start) as usize);
        file.take(end - start).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Names of the other regular files in the folder of this one, sorted. Names that are not UTF-8 are left out.
    pub fn names_beside(&self) -> Vec<String> {
        let Some((folder, own)) = self.place.as_ref().and_then(|place| Some((folder_of(place)?, place.file_name()?)))
        else {
            return Vec::new();
        };
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let files =
            files.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()) && entry.file_name() != own);
        let mut names: Vec<String> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort_unstable();
        names
    }

    /// Path and length of a regular file of this name in the folder of this one, or there on the phone.
    fn neighbour(&self, name: &str) -> Option<(PathBuf, u64)> {
        let own = self.place.as_ref()?;
        let name = Path::new(name).file_name()?.to_str()?;
        let in_folder = folder_of(own).map(|folder| folder.join(name));
        // In a backup what stood beside it has an id of its own.
        let original = self.original.as_ref().and_then(|original| original.path.rsplit_once('/'));
        let on_phone = original.map(|(folder, _)| backup::places(own, &format!("{folder}/{name}")));
        in_folder.into_iter().chain(on_phone.into_iter().flatten()).find_map(|path| {
            let found = std::fs::symlink_metadata(&path).ok()?;
            found.is_file().then_some((path, found.len()))
        })
    }

    /// The name of the file itself, which a backup may have changed.
    pub fn file_name(&self) -> Option<&str> {
        self.place.as_ref()?.file_name()?.to_str()
    }

    /// The bytes of `span`, cut at the end of the item.
    ///
    /// # Errors
    /// When a file that is not in memory cannot be read again.
    pub fn read(&self, span: Span) -> io::Result<Cow<'_, [u8]>> {
        let start = span.offset.min(self.len);
        let end = span.end().min(self.len);
        match &self.source {
            Source::Memory(bytes) => Ok(Cow::Borrowed(&bytes[start as usize..end as usize])),
            Source::File(path) => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(start))?;
                let mut bytes = vec![0; (end - start) as usize];
                file.read_exact(&mut bytes)?;
                Ok(Cow::Owned(bytes))
            }
        }
    }

    /// For going through an item piece by piece.
    ///
    /// # Errors
    /// When a file that is not in memory cannot be opened again.
    pub fn windows(&self) -> io::Result<Windows<'_>> {
        let file = match &self.source {
            Source::Memory(_) => None,
            Source::File(path) => Some(File::open(path)?),
        };
        Ok(Windows { evidence: self, file, buffer: Vec::new() })
    }

    /// All bytes, up to `limits.whole`.
    ///
    /// # Errors
    /// When the item is longer than the limit, cannot be read again, or changed since it was hashed.
    pub fn whole(&self, limits: &Limits) -> io::Result<Cow<'_, [u8]>> {
        if self.len > limits.whole {
            let message = format!("{} bytes are more than the limit of {} for one log", self.len, limits.whole);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        let bytes = self.read(Span { offset: 0, len: self.len })?;
        if matches!(self.source, Source::File(_)) && Sha256::of(&bytes) != self.sha256() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the file changed while it was being examined"));
        }
        Ok(bytes)
    }
}

/// The folder that a file lies in; that of a bare name is the current one.
fn folder_of(path: &Path) -> Option<&Path> {
    path.parent().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder })
}

/// An item piece by piece, in one buffer.
pub struct Windows<'e> {
    evidence: &'e Evidence,
    file: Option<File>,
    buffer: Vec<u8>,
}

impl Windows<'_> {
    /// The bytes of `span`, cut at the end of the item; they hold until the next ones are asked for.
    ///
    /// # Errors
    /// When a file that is not in memory cannot be read again.
    pub fn read(&mut self, span: Span) -> io::Result<&[u8]> {
        let start = span.offset.min(self.evidence.len);
        let end = span.end().min(self.evidence.len);
        match (&self.evidence.source, &mut self.file) {
            (Source::File(_), Some(file)) => {
                let len = (end - start) as usize;
                if self.buffer.len() < len {
                    self.buffer.resize(len, 0);
                }
                file.seek(SeekFrom::Start(start))?;
                let window = self.buffer.get_mut(..len).unwrap_or_default();
                file.read_exact(window)?;
                Ok(window)
            }
            (Source::Memory(bytes), _) => Ok(bytes.get(start as usize..end as usize).unwrap_or_default()),
            (Source::File(_), None) => Ok(&[]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_the_same_from_memory_and_from_a_file() {
        let bytes: Vec<u8> = (0..10_000_u32).map(|n| (n % 251) as u8).collect();
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("item");
        std::fs::write(&path, &bytes).expect("a file");
        let limits = Limits { keep: 100, ..Limits::default() };
        let of_file = Evidence::open(&path, "item".to_owned(), &limits, ExtraHashes::default()).expect("it opens");
        let in_memory = Evidence::from_bytes("item", bytes.clone());
        assert!(matches!(of_file.source, Source::File(_)));
        for evidence in [&of_file, &in_memory] {
            let mut windows = evidence.windows().expect("it opens");
            for (offset, len) in [(0, 4000), (4000, 100), (9990, 4000), (20_000, 5), (0, 10_000)] {
                let end = (offset + len).min(10_000);
                let expected = bytes.get(offset..end).unwrap_or_default();
                assert_eq!(windows.read(Span::new(offset, len)).expect("it reads"), expected, "{len} from {offset}");
            }
        }
    }
}
