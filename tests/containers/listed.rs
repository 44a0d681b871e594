//! Archives as programs write them: each kind of member, each kind of header.

use overflown::evidence::Sha256;
use overflown::examine::Completion;

use super::{assert_flight, children, log, names, open, open_whole, other_log, told};
use crate::make::deflate::{Gzip, crc32, zlib};
use crate::make::jpeg;
use crate::make::zip::{Descriptor, Member, zip, zip_with};

#[test]
fn members_are_given_back_with_name_place_and_bytes() {
    let (log, photo) = (log(), jpeg::picture(16, 16, 0));
    let members = [
        Member::folder("DCIM/"),
        Member::new("DCIM/a.txt", &log),
        Member::stored("DCIM/b.jpg", &photo),
        Member::new("empty", b""),
        Member::stored("empty too", b""),
    ];
    let built = zip(&members);
    let examined = open_whole("card.zip", built.bytes.clone());
    let put: Vec<(String, u64, u64, String)> = members[1..]
        .iter()
        .zip(&built.places[1..])
        .map(|(member, place)| {
            let name = String::from_utf8(member.name.clone()).unwrap();
            (name, place.data as u64, member.content.len() as u64, Sha256::of(&member.content).to_string())
        })
        .collect();
    let put: Vec<_> = put.iter().map(|(n, o, l, s)| (n.as_str(), *o, *l, s.as_str())).collect();
    assert_eq!(children(&examined), put);
    assert_eq!(examined.children.len(), 1, "a photo costs nothing");
    assert_flight(&examined, "DCIM/a.txt");
    let data: usize = built.places.iter().map(|place| place.len).sum();
    let coverage = examined.report.coverage;
    assert_eq!((coverage.known, coverage.decoded), (data as u64, (built.bytes.len() - data) as u64));
    assert_eq!(examined.report.records.found, 0, "headers are no records");
}

#[test]
fn sizes_may_stand_behind_the_data_or_in_the_zip64_field() {
    let log = log();
    let member = || Member::new("a.txt", &log);
    for descriptor in [Descriptor::Signed, Descriptor::Bare, Descriptor::Long] {
        for stored in [false, true] {
            let described = member().with(|m| (m.descriptor, m.stored) = (descriptor, stored));
            let built = zip(&[described, Member::new("b.txt", b"words")]);
            let examined = open_whole("card.zip", built.bytes);
            assert_flight(&examined, "a.txt");
            assert_eq!(names(&examined), ["a.txt", "b.txt"], "{descriptor:?}");
        }
    }
    for zip64 in [false, true] {
        let built = zip_with(&[member().with(|m| m.zip64 = true), Member::new("b", b"words")], b"a comment", zip64);
        let examined = open_whole("card.zip", built.bytes);
        assert_flight(&examined, "a.txt");
        assert!(examined.report.notes[0].contains("a comment"), "{:?}", examined.report.notes);
    }
    assert_eq!(open_whole("empty.zip", zip(&[]).bytes).report.children.len(), 0);
    assert_eq!(open_whole("empty.zip", zip_with(&[], b"", true).bytes).report.children.len(), 0);
}

#[test]
fn envelopes_in_envelopes_are_opened_in_turn() {
    let (log, other) = (log(), other_log());
    let deepest = zip(&[Member::new("x/log.txt", &log)]);
    let middle = zip(&[Member::stored("deepest.zip", &deepest.bytes), Member::new("note", b"words")]);
    let built = zip(&[
        Member::new("middle.zip", &middle.bytes),
        Member::new("cloud.txt.zip", &zlib(&other)),
        Member::stored("y.gz", &Gzip { name: Some("y.txt"), ..Gzip::default() }.member(&log)),
    ]);
    let examined = open_whole("card.zip", built.bytes);
    let paths: Vec<&str> = examined.all().iter().map(|item| item.report.path.as_str()).collect();
    let expected = [
        "card.zip",
        "card.zip!/middle.zip",
        "card.zip!/middle.zip!/deepest.zip",
        "card.zip!/middle.zip!/deepest.zip!/x/log.txt",
        "card.zip!/cloud.txt.zip",
        "card.zip!/cloud.txt.zip!/cloud.txt",
        "card.zip!/y.gz",
        "card.zip!/y.gz!/y.txt",
    ];
    assert_eq!(paths, expected);
    assert_flight(&examined.children[0].children[0], "x/log.txt");
    assert_flight(&examined.children[1], "cloud.txt");
    let parent = examined.children[0].children[0].report.parent.as_ref().unwrap();
    assert_eq!(parent.offset, Some(middle.places[0].data as u64), "offsets count in the item that it lies in");
}

#[test]
fn encrypted_members_are_named_and_what_is_in_clear_is_read() {
    let log = log();
    let aes = [0x01, 0x99, 7, 0, 2, 0, b'A', b'E', 3, 8, 0];
    let secret = |name: &str| Member::new(name, &log).with(|m| m.flags = 1);
    let winzip = secret("c.txt").with(|m| (m.method, m.extra) = (Some(99), aes.to_vec()));
    let strong = secret("d.txt").with(|m| m.flags = 0x41);
    let described = secret("e.txt").with(|m| m.descriptor = Descriptor::Signed);
    let closed = zip(&[secret("b.txt"), winzip, strong, described]);
    let examined = open("card.zip", closed.bytes);
    assert_eq!(examined.report.completeness, Completion::Locked);
    let locked = examined.report.locked.as_ref().expect("what is missing");
    for scheme in ["ZipCrypto", "WinZip AES", "PKWARE strong encryption"] {
        assert!(locked.scheme.contains(scheme), "{locked:?}");
    }
    assert!(locked.reason.contains("b.txt") && locked.next_step.contains("password"), "{locked:?}");
    assert_eq!((examined.report.coverage.unknown, examined.report.coverage.damaged), (0, 0));
    assert!(examined.report.children.is_empty() && examined.is_incomplete());

    let mixed = zip(&[Member::new("a.txt", &log), secret("b.txt")]);
    let examined = open("card.zip", mixed.bytes);
    assert_eq!(examined.report.completeness, Completion::Partial);
    let (severity, message) = told(&examined, "zip/encrypted");
    assert!(severity == "loss" && message.contains("b.txt") && message.contains("ZipCrypto"), "{message}");
    assert_flight(&examined, "a.txt");
}

#[test]
fn methods_that_are_not_read_are_named() {
    let packed = |name: &str, method| Member::new(name, b"words").with(|m| m.method = Some(method));
    let built = zip(&[Member::new("a.txt", &log()), packed("b.txt", 14), packed("c.txt", 93), packed("d.txt", 14)]);
    let examined = open("card.zip", built.bytes);
    let (severity, message) = told(&examined, "zip/method");
    assert_eq!((severity, examined.report.diagnostics[0].count), ("loss", 3));
    assert!(message.contains("14 (LZMA): \"b.txt\", \"d.txt\""), "{message}");
    assert!(message.contains("93 (zstd): \"c.txt\""), "{message}");
    assert_flight(&examined, "a.txt");
    let alone = open("card.zip", zip(&[packed("b.txt", 14)]).bytes);
    assert_eq!(alone.report.completeness, Completion::Unreadable);
}

#[test]
fn a_wrong_check_sum_is_damage_and_the_content_is_kept() {
    let log = log();
    let built = zip(&[
        Member::new("a.txt", &log).with(|m| m.crc32 = Some(crc32(&log) ^ 1)),
        Member::new("b.txt", &log).with(|m| m.unpacked = Some(7)),
    ]);
    let examined = open("card.zip", built.bytes);
    let (severity, message) = told(&examined, "zip/check");
    assert!(severity == "damage" && message.contains("\"a.txt\""), "{message}");
    let wrong: u64 = examined.report.diagnostics.iter().filter(|d| d.code == "zip/check").map(|d| d.count).sum();
    assert_eq!(wrong, 2);
    assert_eq!(examined.report.coverage.damaged, built.places.iter().map(|place| place.len as u64).sum::<u64>());
    assert_flight(&examined, "a.txt");
    assert_flight(&examined, "b.txt");
}

/// An archive behind a program that unpacks it, and an archive with something behind it.
#[test]
fn what_stands_around_an_archive_is_unknown_and_told() {
    let built = zip(&[Member::new("a.txt", &log())]);
    let front = [b"MZ a program that unpacks itself".to_vec(), built.bytes.clone()].concat();
    let behind = [built.bytes.clone(), b"signature".to_vec()].concat();
    for (bytes, unknown) in [(front, 32), (behind, 9)] {
        let examined = open("card.zip", bytes);
        assert_eq!(told(&examined, "zip/unclaimed").0, "note");
        assert_eq!(examined.report.coverage.unknown, unknown);
        assert!(!examined.is_incomplete(), "{:#?}", examined.report.diagnostics);
        assert_flight(&examined, "a.txt");
    }
}
