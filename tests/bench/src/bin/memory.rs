//! Reads and hashes one file, decodes it to the columns of its tracks, and tells the most memory that the process ever held.

use overflown::decode::embedded_tables;
use overflown::evidence::{Evidence, ExtraHashes, Limits};
use overflown_bench::{Failure, chosen_file, columns, keys_beside, peak_mb};

const MB: f64 = 1e6;
/// The bound that the figure is held against: the file and this much.
const ALLOWANCE_MB: f64 = 30.0;

fn main() -> Result<(), Failure> {
    let path = chosen_file()?;
    let (tables, limits) = (embedded_tables()?, Limits::default());
    let keys: Vec<_> = keys_beside(&path).into_iter().collect();
    let before = peak_mb()?;
    let evidence = Evidence::open(&path, path.to_string_lossy().into_owned(), &limits, ExtraHashes::default())?;
    let tracks = columns(&evidence, &tables, &limits, &keys).ok_or("no format claims the file")?;
    let peak = peak_mb()?;

    let file = evidence.len as f64 / MB;
    let rows: usize = tracks.iter().map(|t| t.rows.len()).sum();
    println!("{}: {file:.1} MB, {} tracks, {rows} rows", path.display(), tracks.len());
    println!("peak {peak:.1} MB, {before:.1} MB of it before the file was opened");
    println!("over the file's size: {:.1} MB, allowed {ALLOWANCE_MB} MB", peak - file);
    if peak - file > ALLOWANCE_MB { Err("more memory than allowed".into()) } else { Ok(()) }
}
