//! gzip and zlib streams, whole, in parts, cut and changed.

use overflown::evidence::Sha256;
use overflown::examine::Completion;

use super::{assert_flight, children, codes, log, names, open, open_whole, other_log, told};
use crate::make::damage;
use crate::make::deflate::{Gzip, zlib};
use crate::support::fixes;

#[test]
fn a_stream_holds_one_child_under_its_own_name() {
    let log = log();
    let sha256 = Sha256::of(&log).to_string();
    let gzip = Gzip { name: Some("inner.txt"), ..Gzip::default() };
    let cases = [
        ("X.txt.zip", zlib(&log), "X.txt", 2),
        ("X.txt.gz", Gzip::default().member(&log), "X.txt", 10),
        ("X.bin", Gzip::default().member(&log), "X.bin", 10),
        ("X.txt.zip", gzip.member(&log), "inner.txt", gzip.header().len()),
    ];
    for (name, bytes, child, offset) in cases {
        let examined = open_whole(name, bytes);
        assert_eq!(children(&examined), [(child, offset as u64, log.len() as u64, sha256.as_str())], "{name}");
        assert_flight(&examined, child);
        let parent = examined.children[0].report.parent.as_ref().expect("it lies in the stream");
        assert_eq!((parent.path.as_str(), parent.offset), (name, Some(offset as u64)));
    }
}

/// Streams as other encoders write them, with dynamic codes and several blocks.
#[test]
fn streams_of_other_encoders_are_read() {
    let log = log();
    for level in [0, 1, 6, 9] {
        let stream = miniz_oxide::deflate::compress_to_vec_zlib(&log, level);
        assert_flight(&open_whole("X.txt.zip", stream), "X.txt");
    }
}

/// The first bytes of what zlib writes at each level, RFC 1950.
#[test]
fn every_usual_zlib_header_is_recognised() {
    for second in [0x01, 0x5e, 0x9c, 0xda] {
        let mut stream = zlib(&log());
        stream[1] = second;
        assert_flight(&open_whole("X.zip", stream), "X");
    }
}

#[test]
fn what_the_header_says_is_told_and_its_parts_are_decoded() {
    let gzip = Gzip {
        name: Some("../../DCIM/a.txt"),
        comment: Some("from the cloud"),
        extra: Some(b"AB\x02\x00zz"),
        // 2021-01-01T00:00:00Z.
        modified: 1_609_459_200,
        header_crc: true,
    };
    let examined = open_whole("X.gz", gzip.member(&log()));
    assert_eq!(names(&examined), ["__/__/DCIM/a.txt"]);
    let note = &examined.report.notes[0];
    for word in ["../../DCIM/a.txt", "2021-01-01T00:00:00Z", "from the cloud"] {
        assert!(note.contains(word), "{note}");
    }
    assert_eq!(examined.report.coverage.decoded, gzip.header().len() as u64 + 8, "header and trailer");

    let mut changed = gzip.member(&log());
    changed[4] ^= 1;
    let examined = open("X.gz", changed);
    assert_eq!(told(&examined, "gzip/header-crc").0, "damage");
    assert_flight(&examined, "__/__/DCIM/a.txt");
}

#[test]
fn members_one_behind_the_other_are_one_file() {
    let log = log();
    let (first, second) = log.split_at(1000);
    let parts = [Gzip::default().member(first), Gzip::default().member(b""), Gzip::default().member(second)];
    let examined = open_whole("X.txt.gz", parts.concat());
    assert_eq!(children(&examined), [("X.txt", 10, log.len() as u64, Sha256::of(&log).to_string().as_str())]);
    assert_flight(&examined, "X.txt");
    let padded = [parts.concat(), vec![0; 512]].concat();
    assert_flight(&open_whole("X.txt.gz", padded), "X.txt");
}

#[test]
fn bytes_behind_the_end_are_unknown_and_told() {
    for stream in [Gzip::default().member(&log()), zlib(&log())] {
        let end = stream.len() as u64;
        let examined = open("X.txt.gz", [stream, b"something else".to_vec()].concat());
        assert_eq!(told(&examined, "gzip/behind").0, "note");
        assert_eq!(examined.report.diagnostics[0].offset, Some(end));
        assert_eq!(examined.report.coverage.unknown, 14);
        assert_eq!(examined.report.completeness, Completion::Whole);
        assert!(!examined.is_incomplete(), "nothing is missing");
        assert_flight(&examined, "X.txt");
    }
}

#[test]
fn a_wrong_check_sum_or_length_is_damage_and_the_content_is_kept() {
    let log = log();
    let gzip = Gzip::default().member(&log);
    let wrong = |bytes: &[u8], from_end: usize| {
        let mut bytes = bytes.to_vec();
        let at = bytes.len() - from_end;
        bytes[at] ^= 0x40;
        bytes
    };
    for (bytes, word) in [(wrong(&gzip, 8), "CRC-32"), (wrong(&gzip, 1), "length"), (wrong(&zlib(&log), 2), "Adler-32")]
    {
        let examined = open("X.txt.zip", bytes);
        let (severity, message) = told(&examined, "gzip/check");
        assert_eq!(severity, "damage");
        assert!(message.contains(word), "{message}");
        assert_eq!(examined.report.completeness, Completion::Partial);
        assert!(examined.report.coverage.damaged > 0, "the data are what fails its check");
        assert_flight(&examined, "X.txt");
    }
}

#[test]
fn what_comes_out_of_a_cut_stream_is_kept() {
    let log = log();
    for stream in [Gzip::default().member(&log), zlib(&log)] {
        let half = damage::cut(&stream, 60);
        let examined = open("X.txt.zip", half.clone());
        let (severity, message) = told(&examined, "gzip/cut");
        assert_eq!(severity, "loss");
        assert_eq!(names(&examined), ["X-cut.txt"]);
        let kept = examined.report.children[0].length;
        assert!(message.contains(&format!("{kept} bytes came out")), "{message}");
        assert!((log.len() as u64 / 3..log.len() as u64).contains(&kept), "{kept} of {}", log.len());
        assert_eq!(examined.report.children[0].sha256, Sha256::of(&log[..kept as usize]).to_string());
        assert!(fixes(&examined.children[0]) > 3, "the positions before the cut");
        assert_eq!(examined.report.coverage.damaged, 0);

        // Only the check is missing: the content is whole, its proof is not.
        let examined = open("X.txt.zip", stream[..stream.len() - 3].to_vec());
        assert_eq!(told(&examined, "gzip/cut").0, "damage");
        assert_flight(&examined, "X.txt");
    }
    let header = Gzip { name: Some("a long name"), ..Gzip::default() }.header();
    let examined = open("X.gz", header[..15].to_vec());
    assert_eq!(examined.report.completeness, Completion::Unreadable);
    assert!(told(&examined, "gzip/cut").1.contains("file name"));
}

#[test]
fn behind_damage_the_next_member_is_found() {
    let (first, second) = (log(), other_log());
    let one = Gzip::default().member(&first);
    let mut bytes = [one.clone(), Gzip::default().member(&second)].concat();
    // A block of the reserved type, in the middle of the first stream.
    let middle = one.len() / 2;
    bytes[middle..middle + 40].fill(0xff);
    let examined = open("X.txt.gz", bytes);
    assert!(
        codes(&examined).iter().any(|code| ["gzip/corrupt", "gzip/check"].contains(code)),
        "{:?}",
        codes(&examined)
    );
    let found: Vec<&str> = examined.report.children.iter().map(|child| child.sha256.as_str()).collect();
    assert!(found.contains(&Sha256::of(&second).to_string().as_str()), "{:?}", names(&examined));
    assert!(names(&examined)[0].ends_with("-cut.txt"), "{:?}", names(&examined));
    assert!(examined.report.coverage.damaged > 0);
}

#[test]
fn a_stream_with_a_preset_dictionary_says_what_it_needs() {
    // 78 bb: preset dictionary, check right.
    let stream = [&[0x78, 0xbb, 1, 2, 3, 4], &zlib(&log())[2..]].concat();
    let examined = open("X.zip", stream);
    assert_eq!(examined.report.completeness, Completion::Unreadable);
    assert!(told(&examined, "gzip/dictionary").1.contains("dictionary"));
}

/// Cut at every byte and flipped at every byte: bytes add up, and what is not whole is told.
#[test]
fn no_byte_of_a_stream_is_lost_silently() {
    let content = &log()[..1500];
    for stream in [Gzip { name: Some("n"), header_crc: true, ..Gzip::default() }.member(content), zlib(content)] {
        for at in 0..stream.len() {
            let mut flipped = stream.clone();
            flipped[at] ^= 0x10;
            for bytes in [stream[..at].to_vec(), flipped] {
                let examined = crate::support::examine_bytes("X.gz", bytes);
                crate::support::assert_accounts("a damaged stream", &examined);
                // Two header bytes carry no check: the time of the packing machine's file system and the compression effort.
                let unchecked = (4..10).contains(&at) && stream[0] == 0x1f;
                // A copy from another place where the same bytes stand is no change of the content.
                let child = examined.report.children.first();
                let same = child.is_some_and(|child| child.sha256 == Sha256::of(content).to_string());
                let whole = examined.report.container && !examined.is_incomplete();
                assert!(!whole || unchecked || same, "byte {at}: {:#?}", examined.report.diagnostics);
            }
        }
    }
}
