//! The only place that creates files: nothing is overwritten unasked, nothing is written inside an input.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::Digest as _;

use crate::evidence::Sha256;
use crate::evidence::label::split_argument;

/// Why an output was refused or failed.
#[derive(Debug)]
pub enum OutputError {
    /// The request itself is wrong: exit code 2.
    Refused(String),
    /// The file system said no: exit code 5.
    Failed(String),
}

impl OutputError {
    pub fn failed(path: &Path, error: &io::Error) -> Self {
        OutputError::Failed(format!("{} cannot be written: {error}", path.display()))
    }
}

/// May this file be written? To be asked before long work.
///
/// # Errors
/// When it exists and `force` is not given, or when it lies inside an input.
pub fn allow(path: &Path, inputs: &[PathBuf], force: bool) -> Result<(), OutputError> {
    refuse_inside(path, inputs)?;
    if path.exists() && !force {
        return Err(OutputError::Refused(format!(
            "{} exists; give another name, or --force to overwrite it",
            path.display()
        )));
    }
    Ok(())
}

/// Creates one output file.
///
/// # Errors
/// When it is not allowed, or cannot be created.
pub fn create(path: &Path, inputs: &[PathBuf], force: bool) -> Result<BufWriter<File>, OutputError> {
    allow(path, inputs, force)?;
    open(path)
}

/// The file in which the output at `path` may grow before it is written.
pub fn part_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

fn open(path: &Path) -> Result<BufWriter<File>, OutputError> {
    if let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        fs::create_dir_all(parent).map_err(|e| OutputError::failed(parent, &e))?;
    }
    let file = File::create(path).map_err(|e| OutputError::failed(path, &e))?;
    Ok(BufWriter::with_capacity(256 << 10, file))
}

/// Evidence is never written to, so no output may lie in it.
fn refuse_inside(path: &Path, inputs: &[PathBuf]) -> Result<(), OutputError> {
    let real = real_path(path);
    let inside = inputs.iter().find(|input| {
        // The file of an item inside one is evidence as well.
        let (file, _) = split_argument(input);
        let input = real_path(&file);
        real == input || input.is_dir() && real.starts_with(&input)
    });
    match inside {
        Some(input) => Err(OutputError::Refused(format!(
            "{} lies inside the input {}; evidence is never written to: give a place outside it",
            path.display(),
            input.display()
        ))),
        None => Ok(()),
    }
}

/// The path with its existing part resolved, so that links and `..` cannot hide where it leads.
fn real_path(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let existing = absolute.ancestors().find_map(|ancestor| Some((ancestor, ancestor.canonicalize().ok()?)));
    match existing {
        Some((ancestor, real)) => real.join(absolute.strip_prefix(ancestor).unwrap_or(Path::new(""))),
        None => absolute,
    }
}

/// Longer names are cut: most file systems take 255 bytes, and more stands around them.
const LONGEST_NAME: usize = 120;

/// A name from the evidence as part of a file name: two names never become one, none leaves its folder. Letters, digits, spaces and
/// a few marks stay, every other byte becomes `%XX`.
pub fn file_name(name: &str) -> String {
    let mut safe = String::with_capacity(name.len());
    for (at, byte) in name.bytes().enumerate() {
        let plain = byte.is_ascii_alphanumeric() || b"-_ ".contains(&byte) || byte == b'.' && at > 0;
        if plain { safe.push(char::from(byte)) } else { safe.push_str(&format!("%{byte:02X}")) }
    }
    if safe.len() > LONGEST_NAME {
        safe.truncate(LONGEST_NAME);
        safe.push('~');
        safe.push_str(&Sha256::of(name.as_bytes()).short());
    }
    safe
}

/// Name of the list of digests in a folder of outputs.
pub const SUMS: &str = "SHA256SUMS";

/// A folder of outputs.
pub struct OutputFolder {
    /// `None`: digests are all that is wanted, nothing is written.
    path: Option<PathBuf>,
    /// Name and digest of each file closed so far, where they are wanted.
    sums: Option<Vec<(String, Sha256)>>,
}

impl OutputFolder {
    /// # Errors
    /// When it lies inside an input, is not empty and `force` is not given, or cannot be made.
    pub fn create(path: &Path, inputs: &[PathBuf], force: bool) -> Result<Self, OutputError> {
        refuse_inside(path, inputs)?;
        let mut entries = fs::read_dir(path).into_iter().flatten();
        if !force && entries.next().is_some() {
            let message = format!("{} is not empty; give a new folder, or --force to overwrite in it", path.display());
            return Err(OutputError::Refused(message));
        }
        fs::create_dir_all(path).map_err(|e| OutputError::failed(path, &e))?;
        Ok(OutputFolder { path: Some(path.to_owned()), sums: None })
    }

    /// The same, which remembers the digest of each file.
    #[must_use]
    pub fn with_sums(self) -> Self {
        OutputFolder { sums: Some(Vec::new()), ..self }
    }

    /// Takes outputs, keeps their digests, and writes nothing.
    pub fn unwritten() -> Self {
        OutputFolder { path: None, sums: Some(Vec::new()) }
    }

    /// Names and digests of everything closed so far; empty for a folder without sums.
    pub fn sums(&self) -> &[(String, Sha256)] {
        self.sums.as_deref().unwrap_or_default()
    }

    fn place(&self, name: &str) -> PathBuf {
        self.path.as_deref().unwrap_or(Path::new("")).join(name)
    }

    /// Writes one file through `content`; `name` may hold folders.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(
        &mut self,
        name: &str,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), OutputError> {
        let mut file = self.open(name)?;
        content(&mut file).map_err(|e| OutputError::failed(&self.place(name), &e))?;
        self.close(file)
    }

    /// Opens a file that is written bit by bit; [`OutputFolder::close`] ends it.
    ///
    /// # Errors
    /// When the file cannot be created.
    pub fn open(&self, name: &str) -> Result<OutputFile, OutputError> {
        let inner: Box<dyn Write> = match &self.path {
            Some(path) => Box::new(open(&path.join(name))?),
            None => Box::new(io::sink()),
        };
        Ok(OutputFile { name: name.to_owned(), inner, hash: self.sums.as_ref().map(|_| sha2::Sha256::new()) })
    }

    /// # Errors
    /// When the last bytes cannot be written.
    pub fn close(&mut self, mut file: OutputFile) -> Result<(), OutputError> {
        file.inner.flush().map_err(|e| OutputError::failed(&self.place(&file.name), &e))?;
        if let (Some(sums), Some(hash)) = (&mut self.sums, file.hash) {
            sums.push((file.name, Sha256(hash.finalize().into())));
        }
        Ok(())
    }

    /// Where an output may grow before it is written; `None` when nothing is written.
    pub fn part(&self, name: &str) -> Option<PathBuf> {
        self.path.as_ref().map(|path| part_of(&path.join(name)))
    }

    /// Removes what an earlier run left under this name and this run has nothing for.
    pub fn discard(&self, name: &str) {
        // Nothing to remove is the ordinary case.
        let _ = self.path.as_ref().map(|path| fs::remove_file(path.join(name)));
    }

    /// Writes `SHA256SUMS` over everything closed so far, in the form that `sha256sum -c` reads. Files closed later have no sum.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_sums(&mut self) -> Result<(), OutputError> {
        let mut sums = self.sums.take().unwrap_or_default();
        sums.sort();
        self.write(SUMS, |out| {
            for (name, sha256) in &sums {
                writeln!(out, "{sha256}  {name}")?;
            }
            Ok(())
        })
    }
}

/// A file being written.
pub struct OutputFile {
    name: String,
    inner: Box<dyn Write>,
    hash: Option<sha2::Sha256>,
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(hash) = &mut self.hash {
            hash.update(bytes);
        }
        self.inner.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_name_from_the_evidence_stays_in_its_folder_and_its_own() {
        assert_eq!(file_name("20160926T181245Z-e8e2547c"), "20160926T181245Z-e8e2547c");
        assert_eq!(file_name("../a/b\\c\0"), "%2E.%2Fa%2Fb%5Cc%00");
        assert_ne!(file_name("a/b"), file_name("a%2Fb"));
        let long = "x".repeat(5000);
        assert!(file_name(&long).len() < 150);
        assert_ne!(file_name(&long), file_name(&format!("{long}y")));
    }
}
