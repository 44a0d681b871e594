//! One recording of the index, put together from its tables.

use super::name::{self, Numbering};
use crate::evidence::Extent;

/// The camera was not told that the file was closed: the epoch of FAT, 1980-01-01T00:00:00Z.
pub const FAT_EPOCH_S: i64 = 315_532_800;

#[derive(Clone, Debug)]
pub struct Recording {
    pub id: i64,
    pub path: String,
    pub dcf_index: i64,
    pub result: Option<i64>,
    pub is_live: bool,
    /// Where its row lies.
    pub at: Extent,
    /// Local, seconds since 1970 as if it were UTC; by its name.
    pub start_s: Option<i64>,
    pub duration_ms: Option<i64>,
    pub model: Option<String>,
    /// Of the newest recording with its number: the end in UTC as the file system has it.
    pub mtime_s: Option<i64>,
    /// No later recording has its number.
    pub is_newest: bool,
    /// A picture, which has no beginning and no end.
    pub is_photo: bool,
    /// Which of the runs of numbers it belongs to, from 1.
    pub generation: u32,
}

impl Recording {
    pub fn file(&self) -> &str {
        name::file(&self.path)
    }

    /// The end by the camera's clock, in seconds.
    pub fn end_s(&self) -> Option<f64> {
        Some(self.start_s? as f64 + self.duration_ms? as f64 / 1000.0)
    }

    /// The end in UTC, where the index states one that can be.
    pub fn end_utc_s(&self) -> Option<i64> {
        self.mtime_s.filter(|mtime| self.is_newest && *mtime != FAT_EPOCH_S)
    }

    /// Why it seems not to have ended as usual. `version`: of the index; what `result` says is known of version 12 alone.
    pub fn abnormal(&self, version: Option<i64>) -> Option<&'static str> {
        let not_closed = self.is_newest && self.mtime_s == Some(FAT_EPOCH_S);
        let not_finished = version == Some(12) && self.result == Some(0);
        match (not_closed, not_finished) {
            (true, true) => Some("result is 0, and its time is 1980-01-01, the epoch of the file system"),
            (true, false) => Some("its time is 1980-01-01, the epoch of the file system"),
            (false, true) => Some("result is 0"),
            (false, false) => None,
        }
    }
}

/// Says which recordings are the newest of their number, and numbers the runs: one ends where a file number comes again or falls.
pub fn arrange(recordings: &mut [Recording], numbering: Option<Numbering>) {
    recordings.sort_by_key(|recording| recording.id);
    let mut seen = std::collections::HashSet::new();
    for recording in recordings.iter_mut().rev() {
        recording.is_newest = seen.insert(recording.dcf_index);
    }
    let mut generation = 1;
    let mut last: Option<(i64, i64)> = None;
    for recording in recordings.iter_mut() {
        let place = match numbering {
            Some(numbering) => numbering.split(recording.dcf_index),
            None => (0, recording.dcf_index),
        };
        if last.is_some_and(|last| place <= last) {
            generation += 1;
        }
        recording.generation = generation;
        last = Some(place);
    }
}
