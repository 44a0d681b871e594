//! Damaged zone files that are not JSON: bytes flipped, files cut. Nothing panics, and what is read is never more than was there.

use overflown::evidence::{Evidence, Limits};
use overflown::zones;

use super::listed;

/// Files up to this length, so that the test stays short.
const LARGEST: u64 = 8000;
/// Damages of each kind and file.
const PLACES: usize = 150;

#[test]
fn flips_and_cuts_of_every_format() {
    let folders = ["openair/", "kml/", "shapefile/", "fgb/", "points/", "nasty/own_"];
    let files = folders
        .iter()
        .flat_map(|folder| listed(folder))
        .filter(|file| file.bytes <= LARGEST && !file.name.contains("json"));
    for file in files {
        let bytes = file.read();
        let read =
            |bytes: Vec<u8>| zones::read(&Evidence::from_bytes(file.file_name(), bytes), &[], &Limits::default()).ok();
        let Some(whole) = read(bytes.clone()) else { continue };
        for at in (0..bytes.len()).step_by((bytes.len() / PLACES).max(1)) {
            for flip in [0x01, 0x20, 0xff] {
                let mut flipped = bytes.clone();
                flipped[at] ^= flip;
                read(flipped);
            }
            if let Some(cut) = read(bytes[..at].to_vec()) {
                let (whole, cut) = (whole.zones.len() + whole.skipped.len(), cut.zones.len() + cut.skipped.len());
                // One more where the cut itself is told.
                assert!(cut <= whole + 1, "{} cut at {at}: {cut} of {whole}", file.name);
            }
        }
    }
}
