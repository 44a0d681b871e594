//! Names of members: scripts, code pages, and names that somebody chose to do harm.

use super::{assert_flight, log, names, open, open_whole, told};
use crate::make::deflate::crc32;
use crate::make::zip::{Member, zip};

#[test]
fn names_are_utf_8_or_code_page_437() {
    let raw = |name: &[u8]| Member { name: name.to_vec(), ..Member::new("", b"words") };
    // By the code page 81 is u umlaut, 8E A umlaut, E1 sharp s.
    let code_page = raw(b"Fl\x81ge/\x8e\xe1.txt");
    let flagged = raw("Flüge/日本.txt".as_bytes()).with(|m| m.flags = 0x800);
    let unflagged = raw("Flüge/中国.txt".as_bytes());
    let mut field = [&[0x75, 0x70][..], &16_u16.to_le_bytes(), &[1], &crc32(b"x.txt").to_le_bytes()].concat();
    field.extend("Größe.txt".as_bytes());
    let renamed = raw(b"x.txt").with(|m| m.extra = field);
    let examined = open_whole("card.zip", zip(&[code_page, flagged, unflagged, renamed]).bytes);
    assert_eq!(names(&examined), ["Flüge/Äß.txt", "Flüge/日本.txt", "Flüge/中国.txt", "Größe.txt"]);
}

#[test]
fn names_that_lead_out_are_kept_under_safe_labels_and_told() {
    let hostile =
        ["../../etc/passwd", "/etc/passwd", "C:\\Windows\\a.dll", "a\0b", "x/../../y", "card!/z", "\u{202e}txt.exe"];
    let members: Vec<Member> = hostile.iter().map(|name| Member::new(name, b"words")).collect();
    let examined = open("card.zip", zip(&members).bytes);
    let safe = [
        "__/__/etc/passwd",
        "etc/passwd",
        "C_/Windows/a.dll",
        "a\\x00b",
        "x/__/__/y",
        "card\\x21/z",
        "\\u{202e}txt.exe",
    ];
    assert_eq!(names(&examined), safe);
    let (severity, message) = told(&examined, "zip/name");
    assert_eq!(severity, "note");
    assert!(message.starts_with("7 names"), "{message}");
    for (name, label) in hostile.iter().zip(safe) {
        assert!(message.contains(&format!("{name:?} as {label}")), "{message}");
    }
    assert!(!examined.is_incomplete());
}

#[test]
fn equal_names_are_numbered_and_told() {
    let log = log();
    let built = zip(&[
        Member::new("a.txt", b"words"),
        Member::new("a.txt", &log),
        Member::new("./a.txt", b"other words"),
        Member::new("d", b"a file"),
        Member::new("d/e.txt", b"in a folder of that name"),
    ]);
    let examined = open("card.zip", built.bytes);
    assert_eq!(names(&examined), ["a.txt", "a-2.txt", "a-3.txt", "d", "d-2/e.txt"]);
    let (severity, message) = told(&examined, "zip/duplicate");
    assert!(severity == "note" && message.starts_with("3 members") && message.contains("a-2.txt"), "{message}");
    assert_flight(&examined, "a-2.txt");
}

#[test]
fn two_names_of_one_member_are_told() {
    let member = Member::new("a.txt", &log()).with(|m| m.local_name = Some(b"b.txt".to_vec()));
    let examined = open("card.zip", zip(&[member]).bytes);
    assert_eq!(names(&examined), ["a.txt"]);
    assert!(told(&examined, "zip/renamed").1.contains("\"b.txt\" in the local header"));
}
