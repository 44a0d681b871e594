//! Items that are no flight records: one entry, all bytes unknown, nothing claimed.

use overflown::examine::Completion;

use crate::make::jpeg;
use crate::make::prng::Prng;
use crate::support::{assert_accounts, examine_bytes};

fn assert_unknown(what: &str, bytes: Vec<u8>) -> overflown::examine::Examined {
    let examined = examine_bytes(what, bytes);
    assert_accounts(what, &examined);
    assert_eq!(examined.report.completeness, Completion::Unknown, "{what}");
    assert_eq!(examined.report.format, None, "{what}");
    assert_eq!(examined.report.coverage.unknown, examined.report.bytes, "{what}: all bytes are unknown");
    assert!(!examined.is_usable() && examined.tracks.is_empty() && examined.events.is_empty(), "{what}: exit 4");
    assert_eq!(examined.all().len(), 1, "{what}: one entry");
    assert!(!examined.report.why.is_empty(), "{what}: it says what it found");
    examined
}

#[test]
fn an_empty_file_a_picture_and_noise_are_unknown() {
    assert_unknown("empty.txt", Vec::new());
    let picture = assert_unknown("DJIFlightRecord_2016-09-26_[14-12-45].txt", jpeg::picture(16, 16, 0));
    assert!(picture.report.why.contains("JPEG"), "{}", picture.report.why);
    assert!(picture.report.next_step.is_some(), "what to do with it");
    assert_unknown("zeros.txt", vec![0; 100_000]);
    assert_unknown("ff.txt", vec![0xff; 100_000]);
    assert_unknown("words.txt", "latitude;longitude;height\n47.1;15.4;120\n".repeat(500).into_bytes());
    for seed in 0..200 {
        let mut prng = Prng::new(seed);
        let len = prng.below(20_000) as usize + 1;
        assert_unknown("noise.txt", prng.bytes(len));
    }
}
