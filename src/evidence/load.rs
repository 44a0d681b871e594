//! The one pass of `read` over a file: it hashes, keeps small files, and turns unreadable stretches into data.
//! A stretch that cannot be read is filled with zeros, hashed so, and told; the rest of the file is still evidence.

use std::io::{self, Read, Seek, SeekFrom};

use super::digest::{Digests, ExtraHashes, Hasher};
use super::span::Span;

const BLOCK: usize = 1 << 20;
/// What is given up around an unreadable place: one sector of a modern card.
const SECTOR: u64 = 4096;

/// What one pass over a file gives.
pub struct Loaded {
    pub digests: Digests,
    pub len: u64,
    /// The content, when it is no longer than `keep`.
    pub bytes: Option<Vec<u8>>,
    /// Stretches that the operating system could not read.
    pub unreadable: Vec<Span>,
}

/// Reads `source` to its end. `expected` is the length that the file system states; `keep` the length up to which content stays.
///
/// # Errors
/// Only if a sector can neither be read nor skipped.
pub fn load(source: &mut (impl Read + Seek), expected: u64, keep: u64, extra: ExtraHashes) -> io::Result<Loaded> {
    let mut hasher = Hasher::new(extra);
    let mut kept = (expected <= keep).then(|| Vec::with_capacity(expected as usize));
    let mut unreadable: Vec<Span> = Vec::new();
    let mut buffer = vec![0; BLOCK.min(expected as usize + 1).max(SECTOR as usize)];
    let mut at = 0_u64;
    loop {
        let got = match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(got) => got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) if at >= expected => return Err(error),
            Err(_) => {
                let lost = SECTOR.min(expected - at);
                source.seek(SeekFrom::Start(at + lost))?;
                buffer[..lost as usize].fill(0);
                match unreadable.last_mut() {
                    Some(last) if last.end() == at => last.len += lost,
                    _ => unreadable.push(Span { offset: at, len: lost }),
                }
                lost as usize
            }
        };
        hasher.update(&buffer[..got]);
        at += got as u64;
        if at > keep {
            kept = None;
        }
        if let Some(kept) = &mut kept {
            kept.extend_from_slice(&buffer[..got]);
        }
    }
    Ok(Loaded { digests: hasher.finish(), len: at, bytes: kept, unreadable })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Sha256;

    /// A card with a bad sector: reads that begin in it fail, reads before it stop at its edge.
    struct BadSector {
        data: Vec<u8>,
        bad: std::ops::Range<usize>,
        at: usize,
    }

    impl Read for BadSector {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.bad.contains(&self.at) {
                return Err(io::Error::other("medium error"));
            }
            let stop = if self.at < self.bad.start { self.bad.start } else { self.data.len() };
            let n = buffer.len().min(stop - self.at);
            buffer[..n].copy_from_slice(&self.data[self.at..self.at + n]);
            self.at += n;
            Ok(n)
        }
    }

    impl Seek for BadSector {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            let SeekFrom::Start(to) = to else { return Err(io::Error::other("only from the start")) };
            self.at = to as usize;
            Ok(to)
        }
    }

    #[test]
    fn a_bad_sector_is_told_and_the_rest_is_read() {
        let data = vec![7; 20_000];
        let mut card = BadSector { data: data.clone(), bad: 8192..12_288, at: 0 };
        let loaded = load(&mut card, 20_000, 1 << 20, ExtraHashes::default()).expect("readable around the sector");
        assert_eq!(loaded.unreadable, [Span { offset: 8192, len: 4096 }]);
        let mut filled = data;
        filled[8192..12_288].fill(0);
        assert_eq!(loaded.digests.sha256, Sha256::of(&filled));
        assert_eq!(loaded.bytes.as_deref(), Some(filled.as_slice()));
    }

    #[test]
    fn a_large_file_is_hashed_but_not_kept() {
        let data = vec![3; 5000];
        let loaded = load(&mut io::Cursor::new(&data), 5000, 4999, ExtraHashes::default()).expect("in memory");
        assert!(loaded.bytes.is_none());
        assert_eq!((loaded.len, loaded.digests.sha256), (5000, Sha256::of(&data)));
    }
}
