//! Flight records that are not the whole file: junk around one, several joined, one whose prefix is gone.

use overflown::examine::{Completion, Examined};

use crate::make::samples::{self, Sample};
use crate::support::{assert_accounts, examine_bytes, fixes, row_keys};

/// The clean logs, and the encrypted ones.
fn logs() -> Vec<Sample> {
    samples::all().into_iter().filter(|sample| !sample.path.starts_with("damaged/")).collect()
}

fn codes(examined: &Examined) -> Vec<&str> {
    examined.report.diagnostics.iter().map(|d| d.code).collect()
}

/// Noise that holds no prefix and no chain.
fn junk(len: usize) -> Vec<u8> {
    let mut prng = crate::make::prng::Prng::new(len as u64);
    prng.bytes(len)
}

/// Positions without their offsets: those of a log inside a file count from the log's own start anyway.
fn assert_same_log(what: &str, found: &Examined, alone: &Examined) {
    assert_eq!(found.report.sha256, alone.report.sha256, "{what}: the log's own bytes");
    assert_eq!(row_keys(found), row_keys(alone), "{what}: rows");
    assert_eq!(found.report.records.by_type, alone.report.records.by_type, "{what}: records");
}

#[test]
fn a_log_behind_junk_is_read_in_its_own_offsets() {
    for sample in logs() {
        for len in [1, 512, 70_000] {
            let bytes = [junk(len), sample.bytes.clone()].concat();
            let examined = examine_bytes("card.bin", bytes);
            let what = format!("{} behind {len} bytes", sample.path);
            assert_accounts(&what, &examined);
            assert_eq!(examined.report.coverage.unknown, len as u64, "{what}");
            assert!(codes(&examined).contains(&"dji-txt/leading"), "{what}: {:?}", codes(&examined));
            let [child] = examined.children.as_slice() else { panic!("{what}: one log") };
            assert_same_log(&what, child, &examine_bytes("log.txt", sample.bytes.clone()));
            assert_eq!(child.report.parent.as_ref().and_then(|p| p.offset), Some(len as u64), "{what}");
        }
    }
}

#[test]
fn junk_behind_a_log_is_no_part_of_it_and_no_damage() {
    for sample in logs().iter().filter(|sample| sample.path.starts_with("dji-txt/")) {
        for tail in [junk(5000), vec![0; 4096], vec![0xff; 700]] {
            let alone = examine_bytes("log.txt", sample.bytes.clone());
            let examined = examine_bytes("log.txt", [sample.bytes.clone(), tail.clone()].concat());
            let what = format!("{} before {} bytes of {:02X}", sample.path, tail.len(), tail[0]);
            let coverage = examined.report.coverage;
            assert_eq!(row_keys(&examined), row_keys(&alone), "{what}");
            assert_eq!((coverage.unknown, coverage.damaged), (tail.len() as u64, 0), "{what}: {:?}", codes(&examined));
            assert!(codes(&examined).contains(&"dji-txt/trailing"), "{what}: {:?}", codes(&examined));
            assert!(!examined.is_incomplete(), "{what}: nothing of the log is missing");
        }
    }
}

#[test]
fn joined_logs_are_each_read_by_itself() {
    let logs = logs();
    let joined: Vec<u8> = logs.iter().flat_map(|sample| sample.bytes.clone()).collect();
    let examined = examine_bytes("joined.txt", joined);
    assert_accounts("joined", &examined);
    assert_eq!(examined.children.len(), logs.len());
    for (child, sample) in examined.children.iter().zip(&logs) {
        assert_same_log(&sample.path, child, &examine_bytes("log.txt", sample.bytes.clone()));
    }
    assert!(codes(&examined).contains(&"dji-txt/joined"));
}

/// Cut inside the prefix, at its end and in the middle of the records: every record that is still there is read.
#[test]
fn a_log_without_its_prefix_gives_the_records_that_are_left() {
    for sample in logs().iter().filter(|sample| sample.path.starts_with("dji-txt/")) {
        let alone = examine_bytes("log.txt", sample.bytes.clone());
        let truth = &sample.truth.records;
        let first = truth.first().map(|record| record.offset).expect("records");
        for cut in [first - 3, first, first + 1, truth[truth.len() / 3].offset + 2] {
            let examined = examine_bytes("carved.bin", sample.bytes[cut..].to_vec());
            let what = format!("{} from {cut} on", sample.path);
            assert_accounts(&what, &examined);
            let wanted = row_keys(&alone).into_iter().filter(|row| row.offset >= cut as u64).count();
            assert_eq!(fixes(&examined), wanted.min(fixes(&alone)), "{what}: {:?}", codes(&examined));
            assert!(examined.is_incomplete() && examined.is_usable(), "{what}: {:?}", examined.report.completeness);
            assert!(codes(&examined).contains(&"dji-txt/no-prefix"), "{what}: {:?}", codes(&examined));
        }
    }
}

/// Without its prefix an encrypted log still counts its records and keeps its wrapped keys.
#[test]
fn an_encrypted_log_without_its_prefix_is_still_locked() {
    let sample = logs().into_iter().find(|sample| sample.path.starts_with("keyed/") && sample.version == 14);
    let sample = sample.expect("a log with keys");
    let first = sample.truth.records.first().map(|record| record.offset).expect("records");
    let examined = examine_bytes("carved.bin", sample.bytes[first..].to_vec());
    assert_accounts("carved", &examined);
    assert_eq!(examined.report.completeness, Completion::Locked);
    let osd = examined.report.records.by_type.get("osd").copied();
    assert_eq!(osd, examine_bytes("log.txt", sample.bytes.clone()).report.records.by_type.get("osd").copied());
}
