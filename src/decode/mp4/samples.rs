//! Where the samples of a track lie in the file, and when they are shown: the tables of `stbl`, put together.
//!
//! ```text
//! stts  count, duration         stsz  size of each, or one of all      stco, co64  offset of each chunk
//! stsc  first chunk, samples in each chunk from there on
//! ```

use crate::bytes::boxes::{u32_at, u64_at};
use crate::evidence::Span;

/// Samples that are gone through in one track: a day at 48 a second.
pub const MOST_SAMPLES: u64 = 1 << 22;

/// The tables as they stand in the file.
#[derive(Clone, Debug, Default)]
pub struct SampleTable {
    /// Samples that follow one another, and the duration of each.
    pub durations: Vec<(u32, u32)>,
    /// First chunk, from 1, and samples in each chunk from it on.
    pub chunk_runs: Vec<(u32, u32)>,
    pub sizes: Sizes,
    /// Offsets in the file.
    pub chunks: Vec<u64>,
}

#[derive(Clone, Debug)]
pub enum Sizes {
    Each(Vec<u32>),
    All { size: u32, count: u32 },
}

impl Default for Sizes {
    fn default() -> Self {
        Sizes::Each(Vec::new())
    }
}

/// One sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// From 1.
    pub number: u64,
    pub at: Span,
    /// In units of the track's time scale.
    pub start: u64,
    pub duration: u64,
}

impl SampleTable {
    /// Takes one table in, `content` being what stands behind version and flags; the number of its entries, `None` when the box
    /// is shorter than it says or no table.
    pub fn take(&mut self, kind: &[u8], content: &[u8]) -> Option<u64> {
        let count = u32_at(content, if kind == b"stsz" { 4 } else { 0 })?;
        let rows = |from: usize, width: usize| {
            let rows = content.get(from..)?.chunks_exact(width);
            (rows.len() >= count as usize).then(|| rows.take(count as usize))
        };
        let pair = |row: &[u8]| u32_at(row, 0).zip(u32_at(row, 4));
        match kind {
            b"stts" => self.durations = rows(4, 8)?.filter_map(pair).collect(),
            b"stsc" => self.chunk_runs = rows(4, 12)?.filter_map(pair).collect(),
            b"stco" => self.chunks = rows(4, 4)?.filter_map(|row| u32_at(row, 0)).map(u64::from).collect(),
            b"co64" => self.chunks = rows(4, 8)?.filter_map(|row| u64_at(row, 0)).collect(),
            b"stsz" => {
                self.sizes = match u32_at(content, 0)? {
                    0 => Sizes::Each(rows(8, 4)?.filter_map(|row| u32_at(row, 0)).collect()),
                    size => Sizes::All { size, count },
                }
            }
            _ => return None,
        }
        Some(u64::from(count))
    }

    /// Samples that the table of sizes lists.
    pub fn count(&self) -> u64 {
        match &self.sizes {
            Sizes::Each(sizes) => sizes.len() as u64,
            Sizes::All { count, .. } => u64::from(*count),
        }
    }

    fn size(&self, number: u64) -> Option<u32> {
        match &self.sizes {
            Sizes::Each(sizes) => sizes.get(usize::try_from(number).ok()?).copied(),
            Sizes::All { size, count } => (number < u64::from(*count)).then_some(*size),
        }
    }

    /// The samples in their order, at most [`MOST_SAMPLES`].
    pub fn samples(&self) -> impl Iterator<Item = Sample> + '_ {
        let mut number = 0_u64;
        let (mut chunk, mut left, mut run) = (0_usize, 0_u32, 0_usize);
        let mut at = 0_u64;
        let mut clock = Clock { durations: &self.durations, run: 0, used: 0, now: 0 };
        std::iter::from_fn(move || {
            if number >= MOST_SAMPLES {
                return None;
            }
            let size = u64::from(self.size(number)?);
            while left == 0 {
                at = *self.chunks.get(chunk)?;
                chunk += 1;
                while self.chunk_runs.get(run + 1).is_some_and(|(first, _)| *first as usize <= chunk) {
                    run += 1;
                }
                left = self.chunk_runs.get(run).map(|(_, samples)| *samples)?;
            }
            left -= 1;
            number += 1;
            let (start, duration) = clock.next();
            let sample = Sample { number, at: Span { offset: at, len: size }, start, duration };
            at = at.saturating_add(size);
            Some(sample)
        })
    }
}

struct Clock<'t> {
    durations: &'t [(u32, u32)],
    run: usize,
    /// Samples of the run that are past.
    used: u32,
    now: u64,
}

impl Clock<'_> {
    fn next(&mut self) -> (u64, u64) {
        while self.durations.get(self.run).is_some_and(|(count, _)| self.used >= *count) {
            self.run += 1;
            self.used = 0;
        }
        let duration = self.durations.get(self.run).map_or(0, |(_, duration)| u64::from(*duration));
        let start = self.now;
        self.used = self.used.saturating_add(1);
        self.now = self.now.saturating_add(duration);
        (start, duration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(numbers: &[u32]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
    }

    #[test]
    fn chunks_sizes_and_durations_come_together() {
        let mut samples = SampleTable::default();
        assert_eq!(samples.take(b"stts", &table(&[2, 3, 10, 1, 5])), Some(2));
        assert_eq!(samples.take(b"stsc", &table(&[2, 1, 2, 1, 2, 1, 1])), Some(2));
        assert_eq!(samples.take(b"stsz", &table(&[0, 4, 7, 8, 9, 10])), Some(4));
        assert_eq!(samples.take(b"stco", &table(&[3, 100, 200, 300])), Some(3));
        let found: Vec<_> = samples.samples().map(|s| (s.at.offset, s.at.len, s.start, s.duration)).collect();
        // Two in the first chunk, one in each of the others.
        assert_eq!(found, [(100, 7, 0, 10), (107, 8, 10, 10), (200, 9, 20, 10), (300, 10, 30, 5)]);
    }

    #[test]
    fn hostile_counts_end() {
        let mut samples = SampleTable::default();
        assert_eq!(samples.take(b"stts", &table(&[u32::MAX, 1, 1])), None, "shorter than it says");
        samples.take(b"stsz", &table(&[1, u32::MAX]));
        samples.take(b"stsc", &table(&[1, 1, u32::MAX, 1]));
        samples.take(b"stco", &table(&[1, 50]));
        assert_eq!(samples.samples().count() as u64, MOST_SAMPLES);
        samples.take(b"stsc", &table(&[1, 1, 0, 1]));
        assert_eq!(samples.samples().count(), 0, "chunks without samples");
    }
}
