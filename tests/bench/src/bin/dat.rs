//! A long aircraft log as its user waits for it: read and hashed, decoded to the columns of all tracks, and every field of
//! every record as lines of a table. Tells the most memory that the process held up to the columns, too.

use std::env;
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use overflown::decode::{Record, Sink, embedded_tables};
use overflown::evidence::{Evidence, ExtraHashes, Limits};
use overflown_bench::{Failure, columns, decode, peak_mb};

const REPETITIONS: u32 = 3;
const MB: f64 = 1e6;

fn main() -> Result<(), Failure> {
    let path = env::args_os().nth(1).map(PathBuf::from);
    let path = path.ok_or("usage: dat FILE; `make-samples dat 1G FILE` makes one")?;
    let (tables, limits) = (embedded_tables()?, Limits::default());
    let open = || Evidence::open(&path, path.to_string_lossy().into_owned(), &limits, ExtraHashes::default());

    let before = peak_mb()?;
    let [mut hashed, mut decoded] = [Duration::MAX; 2];
    let mut told = false;
    for _ in 0..REPETITIONS {
        let start = Instant::now();
        let evidence = black_box(open()?);
        hashed = hashed.min(start.elapsed());
        let start = Instant::now();
        let tracks = black_box(columns(&evidence, &tables, &limits, &[])).ok_or("no format claims the file")?;
        decoded = decoded.min(start.elapsed());
        if !std::mem::replace(&mut told, true) {
            println!("{}: {:.1} MB; best of {REPETITIONS}", path.display(), evidence.len as f64 / MB);
            for track in &tracks {
                println!("  track {}: {} rows, {} columns", track.name, track.rows.len(), track.rows.columns.len());
            }
            println!("peak {:.1} MB, {before:.1} MB of it before the file was opened", peak_mb()?);
        }
    }

    let evidence = open()?;
    let mut lines = Lines::default();
    let start = Instant::now();
    decode(&evidence, &tables, &limits, &mut lines).ok_or("no format claims the file")?;
    let fields = start.elapsed();

    let rate = |what: &str, time: Duration| {
        let seconds = time.as_secs_f64();
        println!("{what:<44} {seconds:8.3} s {:8.1} MB/s", evidence.len as f64 / MB / seconds);
    };
    rate("read and hashed", hashed);
    rate("columns of all tracks", decoded);
    rate("both, as a user waits", hashed + decoded);
    rate("every field of every record as text", fields);
    println!("{} records, {} fields, {:.1} MB of text", lines.records, lines.fields, lines.bytes as f64 / MB);
    Ok(())
}

/// Writes lines as a table would have them, and forgets them.
#[derive(Default)]
struct Lines {
    line: String,
    records: u64,
    fields: u64,
    bytes: u64,
}

impl Sink for Lines {
    fn record(&mut self, record: &Record<'_>) {
        self.line.clear();
        // Writing to a text cannot fail.
        let _ = write!(self.line, "{},", record.at.offset());
        for (_, value) in record.fields() {
            let _ = write!(self.line, "{value},");
            self.fields += 1;
        }
        self.records += 1;
        self.bytes += black_box(&self.line).len() as u64 + 1;
    }
}
