//! Writes the folder samples/: `make DIR`. The same bytes on every run and every machine.
#![allow(clippy::expect_used)]

#[path = "mod.rs"]
mod make;

use make::{samples, sites, tables};
use std::path::{Path, PathBuf};
use std::{env, fs, io, process};

fn main() {
    let mut arguments = env::args_os().skip(1);
    let (Some(target), None) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: make DIR    (writes the sample evidence into DIR)");
        process::exit(2);
    };
    if let Err(error) = write_all(&PathBuf::from(target)) {
        eprintln!("make: {error}");
        process::exit(5);
    }
}

fn write_all(target: &Path) -> io::Result<()> {
    let all = samples::all();
    for sample in &all {
        write(target, &sample.path, &sample.bytes)?;
    }
    for table in tables::all() {
        write(target, table.path, &table.bytes)?;
    }
    write(target, "zones/sites.geojson", sites::geojson().as_bytes())?;
    write(target, "zones/sites.csv", sites::csv().as_bytes())?;
    write(target, "INVENTORY.tsv", samples::inventory(&all).as_bytes())
}

fn write(target: &Path, below: &str, bytes: &[u8]) -> io::Result<()> {
    let path = target.join(below);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&path, bytes)?;
    println!("{below}  {} bytes", bytes.len());
    Ok(())
}
