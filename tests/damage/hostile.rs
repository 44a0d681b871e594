//! Prefixes and details that somebody wrote to break a parser: extreme lengths and offsets, versions that do not exist. The
//! answer is always a report whose bytes add up.

use crate::make::samples;
use crate::support::{assert_accounts, examine_bytes, fixes};

/// Small clean samples: a plain log, a scrambled one with photos, one with its details in front, an encrypted one.
fn victims() -> Vec<Vec<u8>> {
    let shortened = |version: u8| {
        let sample = samples::all().into_iter().find(|sample| sample.version == version).expect("a sample");
        sample.bytes[..sample.bytes.len().min(20_000)].to_vec()
    };
    [2, 8, 12, 14].map(shortened).to_vec()
}

#[test]
fn extreme_numbers_in_the_prefix_are_survived() {
    for victim in victims() {
        let most = fixes(&examine_bytes("log.txt", victim.clone()));
        let len = victim.len() as u64;
        let offsets = [0, 1, 12, 99, 100, 101, len - 1, len, len + 1, u64::from(u32::MAX), i64::MAX as u64, u64::MAX];
        for offset in offsets {
            for details_len in [0, 1, 90, 400, 436, u16::MAX] {
                let mut bytes = victim.clone();
                bytes[..8].copy_from_slice(&offset.to_le_bytes());
                bytes[8..10].copy_from_slice(&details_len.to_le_bytes());
                let examined = examine_bytes("log.txt", bytes);
                let what = format!("version {}, details {details_len} at {offset}", victim[10]);
                assert_accounts(&what, &examined);
                assert!(fixes(&examined) <= most, "{what}: invented fixes");
            }
        }
    }
}

#[test]
fn every_version_byte_is_survived() {
    for victim in victims() {
        for version in 0..=255 {
            let mut bytes = victim.clone();
            bytes[10] = version;
            let examined = examine_bytes("log.txt", bytes);
            assert_accounts(&format!("version {} read as {version}", victim[10]), &examined);
            // The records may tell their framing all the same; whole it is not.
            let unknown = version > 14 && examined.report.format.is_some();
            assert!(!unknown || examined.is_incomplete(), "version {version} is not known");
        }
    }
}

/// Photo lengths that do not fit, are negative, or sum beyond what an integer holds.
#[test]
fn impossible_photo_lengths_are_not_believed() {
    let sample = samples::all().into_iter().find(|sample| sample.version == 8).expect("a sample with photos");
    let (details, _) = sample.truth.details.expect("details");
    for len in [-1, i32::MIN, i32::MAX, 1, sample.bytes.len() as i32] {
        for count in [1, 8] {
            let mut bytes = sample.bytes.clone();
            for image in 0..count {
                let at = details + 147 + 4 * image;
                bytes[at..at + 4].copy_from_slice(&len.to_le_bytes());
            }
            let examined = examine_bytes("log.txt", bytes);
            let what = format!("{count} pictures of {len} bytes");
            assert_accounts(&what, &examined);
            assert_eq!(fixes(&examined), sample.fixes, "{what}: fixes");
            assert_eq!(examined.report.records.found, sample.truth.records.len() as u64, "{what}: records");
        }
    }
}
