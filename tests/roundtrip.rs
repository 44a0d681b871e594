//! What goes into the encoders comes out of the decoder: every version, every record type, down to the bit or to the step in
//! which the format writes the value. Encoder and decoder were written apart and share no table.

mod facts;
mod flags;
mod flights;
mod records;
mod versions;

use crate::make::samples::{self, Sample};

/// The clean flight records of `samples/`: versions 2, 4, 7, 8, 11 and 12, and 13 and 14 with their keys.
fn clean_samples() -> Vec<Sample> {
    let clean = |sample: &Sample| ["dji-txt/", "keyed/"].iter().any(|folder| sample.path.starts_with(folder));
    samples::all().into_iter().filter(clean).collect()
}
