//! What the benchmarks share: one item to the columns of its tracks, and which file to take.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use overflown::decode::{Alone, Context, Decoded, Format, KeyFile, Record, Sink};
use overflown::evidence::{Evidence, Limits, Sha256};
use overflown::identify::identify;
use overflown::layout::{Layout, Tables};
use overflown::track::{Track, TrackBuilder};

pub type Failure = Box<dyn Error>;

/// Takes what tracks are made of and leaves the rest out.
struct Columns(TrackBuilder);

impl Sink for Columns {
    fn record(&mut self, record: &Record<'_>) {
        self.0.record(record);
    }

    fn layout(&mut self, layout: &Arc<Layout>) {
        self.0.connect(layout);
    }

    fn gap(&mut self) {
        self.0.gap();
    }

    fn restart(&mut self) {
        self.0.restart();
    }

    fn wants(&self, layout: &Layout) -> bool {
        self.0.uses(layout)
    }

    fn wants_events(&self) -> bool {
        false
    }
}

/// Recognises and decodes `evidence`; `None` when no format claims it.
pub fn columns(evidence: &Evidence, tables: &[Tables], limits: &Limits, keys: &[KeyFile]) -> Option<Vec<Track>> {
    let (format, tables) = recognised(evidence, tables)?;
    let mut sink = Columns(TrackBuilder::new(tables));
    (format.decode)(evidence, &Context { tables, limits, keys, siblings: &Alone }, &mut sink);
    Some(sink.0.finish(None).tracks)
}

/// The keys that stand beside a made log: `.keys.json` for `.txt`.
pub fn keys_beside(file: &Path) -> Option<KeyFile> {
    let path = file.with_extension("keys.json");
    let bytes = fs::read(&path).ok()?;
    let label = path.file_name()?.to_string_lossy().into_owned();
    Some(KeyFile { label, sha256: Sha256::of(&bytes), bytes, item: None })
}

/// Recognises `evidence` and decodes it into `sink`; `None` when no format claims it.
pub fn decode(evidence: &Evidence, tables: &[Tables], limits: &Limits, sink: &mut dyn Sink) -> Option<Decoded> {
    let (format, tables) = recognised(evidence, tables)?;
    Some((format.decode)(evidence, &Context { tables, limits, keys: &[], siblings: &Alone }, sink))
}

fn recognised<'a>(evidence: &Evidence, tables: &'a [Tables]) -> Option<(&'static Format, &'a Tables)> {
    let format = identify(evidence).format?;
    Some((format, tables.iter().find(|t| t.id == format.id)?))
}

/// The high-water mark of resident memory in 10^6 bytes, as Linux keeps it for each process.
///
/// # Errors
/// The system does not tell it.
pub fn peak_mb() -> Result<f64, Failure> {
    let status = fs::read_to_string("/proc/self/status").map_err(|e| format!("no peak memory on this system: {e}"))?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).ok_or("no VmHWM in /proc/self/status")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib * 1024.0 / 1e6)
}

/// The file that the command line names, else the largest version 11 record of the evidence.
///
/// # Errors
/// There is neither.
pub fn chosen_file() -> Result<PathBuf, Failure> {
    if let Some(file) = env::args_os().nth(1) {
        return Ok(file.into());
    }
    let evidence = env::var_os("OVERFLOWN_EVIDENCE").ok_or("give a FILE, or set OVERFLOWN_EVIDENCE")?;
    largest(&Path::new(&evidence).join("dji-txt/raw"), 11)
}

/// The version stands at offset 10 of a flight record.
fn largest(folder: &Path, version: u8) -> Result<PathBuf, Failure> {
    let mut best: Option<(usize, PathBuf)> = None;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let bytes = fs::read(&path)?;
        if bytes.get(10) == Some(&version) && best.as_ref().is_none_or(|(len, _)| *len < bytes.len()) {
            best = Some((bytes.len(), path));
        }
    }
    let (_, path) = best.ok_or_else(|| format!("no record of version {version} in {}", folder.display()))?;
    Ok(path)
}
