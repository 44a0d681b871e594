//! Bounds on memory, depth and work, so that no input can make a run grow without end.

/// Sizes in bytes; see [`Limits::default`] for the values in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A file up to this length stays in memory from the pass that hashes it.
    pub keep: u64,
    /// The longest log that is decoded; the largest flight record seen is 3 MB, 2 GiB leaves room for aircraft logs.
    pub whole: u64,
    /// Children inside children inside children.
    pub depth: u32,
    /// Different diagnostics kept of one item; more are counted in the last one.
    pub diagnostics: usize,
    /// The longest member of an archive that is taken out: it must fit into memory.
    pub member: u64,
    /// Bytes that may come out of one file, members of its members included, however short the file is.
    pub inflated: u64,
    /// What may come out on top of that for each byte of the file. Deflate packs up to 1032 to 1; of a file whose members are
    /// packed so on average only a bomb consists.
    pub ratio: u64,
    /// Members of one file, those of its members included.
    pub members: u64,
}

impl Limits {
    /// Bytes that may come out of a file of `len` bytes.
    pub fn budget(&self, len: u64) -> u64 {
        self.inflated.saturating_add(self.ratio.saturating_mul(len))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            keep: 64 << 20,
            whole: 2 << 30,
            depth: 8,
            diagnostics: 1000,
            member: 1 << 30,
            inflated: 1 << 30,
            ratio: 100,
            members: 1 << 20,
        }
    }
}
