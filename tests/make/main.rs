//! Writes the folder samples/: `make DIR`, or one long log: `make VERSION FRAMES FILE`, `make dat SIZE FILE`. The same bytes on
//! every run and every machine.
#![allow(clippy::expect_used)]

#[path = "mod.rs"]
mod make;

use make::dji_txt::service;
use make::{dji_dat, long, samples};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io, process};

const USAGE: &str = "usage: make DIR                    (writes the sample evidence into DIR)
       make VERSION FRAMES FILE   (writes a flight record of that length; from version 13 on with its .keys.json beside it)
       make dat SIZE FILE         (writes an aircraft log of that size in bytes, 500M or 1G for instance)";

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let written = match arguments[..] {
        [target] => write_all(&PathBuf::from(target)),
        ["dat", size, file] => match bytes(size) {
            Some(bytes) => write_long_dat(bytes, Path::new(file)),
            None => usage(),
        },
        [version, frames, file] => match (version.parse(), frames.parse()) {
            (Ok(version @ 1..=14), Ok(frames @ 1..)) => write_long(version, frames, Path::new(file)),
            _ => usage(),
        },
        _ => usage(),
    };
    if let Err(error) = written {
        eprintln!("make: {error}");
        process::exit(5);
    }
}

fn usage() -> ! {
    eprintln!("{USAGE}");
    process::exit(2);
}

fn write_all(target: &Path) -> io::Result<()> {
    for (path, bytes) in samples::files() {
        write(&target.join(path), &bytes)?;
    }
    Ok(())
}

fn write_long(version: u8, frames: usize, file: &Path) -> io::Result<()> {
    let long = long::flight_record(version, frames, 2);
    write(file, &long.log.finish())?;
    match long.log.keys() {
        [] => Ok(()),
        keys => write(&file.with_extension("keys.json"), service::data(keys).as_bytes()),
    }
}

/// 10^6 and 10^9 bytes.
fn bytes(size: &str) -> Option<u64> {
    let (digits, factor) = match size.strip_suffix('G') {
        Some(digits) => (digits, 1_000_000_000),
        None => size.strip_suffix('M').map_or((size, 1), |digits| (digits, 1_000_000)),
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

fn write_long_dat(bytes: u64, path: &Path) -> io::Result<()> {
    let mut file = io::BufWriter::with_capacity(1 << 20, fs::File::create(path)?);
    let written = dji_dat::long::write(&mut file, bytes)?;
    file.flush()?;
    println!("{}  {written} bytes", path.display());
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)?;
    println!("{}  {} bytes", path.display(), bytes.len());
    Ok(())
}
