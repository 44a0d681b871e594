//! Bounds on memory and depth, so that no input can make a run grow without end.

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
}

impl Default for Limits {
    fn default() -> Self {
        Limits { keep: 64 << 20, whole: 2 << 30, depth: 8, diagnostics: 1000 }
    }
}
