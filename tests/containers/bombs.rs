//! Archives that were made to fill a disk or to never end: bounded, and told.

use std::time::{Duration, Instant};

use overflown::evidence::{Evidence, Limits};
use overflown::examine::{Examined, Tools, examine};

use super::{assert_flight, codes, log, names, open, told};
use crate::make::damage;
use crate::make::deflate::{Gzip, crc32, deflate};
use crate::make::zip::{Member, zip, zip_with};
use crate::support::{assert_accounts, examine_bytes, tools};

fn within(limits: Limits, bytes: Vec<u8>) -> Examined {
    let tools = Tools { limits, ..tools().clone() };
    let examined = examine(&Evidence::from_bytes("bomb.zip", bytes), &tools);
    assert_accounts("bomb.zip", &examined);
    examined
}

/// Bytes of everything that came out, at every depth.
fn came_out(examined: &Examined) -> u64 {
    examined.all().iter().flat_map(|item| &item.report.children).map(|child| child.length).sum()
}

const SMALL: Limits = Limits {
    keep: 64 << 20,
    whole: 2 << 30,
    depth: 8,
    diagnostics: 1000,
    member: 1 << 20,
    inflated: 3 << 20,
    ratio: 10,
    members: 50,
};

#[test]
fn a_member_longer_than_the_limit_is_stopped_and_told() {
    let zeros = vec![0; 2 << 20];
    let examined = within(SMALL, zip(&[Member::new("zeros", &zeros), Member::new("a.txt", &log())]).bytes);
    let (severity, message) = told(&examined, "zip/limit");
    assert!(severity == "loss" && message.contains("\"zeros\"") && message.contains("1048576 bytes"), "{message}");
    assert_eq!(names(&examined), ["zeros-cut", "a.txt"]);
    assert_flight(&examined, "a.txt");
    assert_eq!(examined.report.coverage.unknown, 0);
    let examined = within(SMALL, Gzip::default().member(&zeros));
    assert_eq!(told(&examined, "gzip/limit").0, "loss");
    assert_eq!(came_out(&examined), 1 << 20);
}

#[test]
fn all_members_together_are_bounded_by_the_size_of_the_file() {
    let zeros = vec![0; 1 << 20];
    let packed = (Some(deflate(&zeros)), Some(crc32(&zeros)));
    let one = |i: usize| Member::new(&i.to_string(), &zeros).with(|m| (m.data, m.crc32) = packed.clone());
    let members: Vec<Member> = (0..40).map(one).collect();
    let bytes = zip(&members).bytes;
    let budget = SMALL.budget(bytes.len() as u64);
    let examined = within(SMALL, bytes);
    assert_eq!(came_out(&examined), budget);
    assert!(told(&examined, "zip/limit").1.contains("stopped"));
    let many: Vec<Member> = (0..60).map(|i| Member::new(&format!("{i}"), b"words")).collect();
    let examined = within(SMALL, zip(&many).bytes);
    assert_eq!(examined.report.children.len(), 50);
    assert!(told(&examined, "zip/limit").1.contains("10 members"), "{:?}", codes(&examined));
}

/// Sixteen archives in each of sixteen archives and so on, a megabyte of zeros in each of the innermost.
#[test]
fn archives_in_archives_share_one_budget() {
    let mut bytes = zip(&[Member::new("zeros", &vec![0; 1 << 20])]).bytes;
    for _ in 0..5 {
        let packed = (Some(deflate(&bytes)), Some(crc32(&bytes)));
        let one = |i: usize| Member::new(&format!("{i}.zip"), &bytes).with(|m| (m.data, m.crc32) = packed.clone());
        let members: Vec<Member> = (0..16).map(one).collect();
        bytes = zip(&members).bytes;
    }
    let began = Instant::now();
    let budget = SMALL.budget(bytes.len() as u64);
    let examined = within(Limits { members: 10_000, ..SMALL }, bytes);
    assert!(came_out(&examined) < 9 * budget, "{} came out", came_out(&examined));
    assert!(examined.all().iter().any(|item| item.is_incomplete()), "it is told");
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[test]
fn what_lies_too_deep_is_told() {
    let mut bytes = zip(&[Member::new("a.txt", &log())]).bytes;
    for _ in 0..9 {
        bytes = zip(&[Member::stored("in.zip", &bytes)]).bytes;
    }
    let examined = open("deep.zip", bytes);
    let all = examined.all();
    assert_eq!(all.len(), 9, "eight inside each other, and the outermost");
    assert_eq!(told(all[8], "examine/depth").0, "loss");
}

/// Every number of every header at its largest.
#[test]
fn extreme_numbers_are_survived() {
    let member = Member::new("a.txt", &log()[..600]).with(|m| m.zip64 = true);
    let built = zip_with(&[member, Member::stored("b", b"words")], b"comment", true);
    let data = built.places[0].data..built.places[0].end;
    for at in (0..built.bytes.len()).filter(|at| !data.contains(at)) {
        for (len, fill) in [(2, 0xff), (4, 0xff), (8, 0xff), (8, 0x7f), (8, 0)] {
            let examined = examine_bytes("card.zip", damage::hole(&built.bytes, at, len, fill));
            assert_accounts(&format!("{len} bytes of {fill:02x} at {at}"), &examined);
        }
    }
}

/// Entries whose data overlap, as in a bomb without nesting: each is cut where the next one begins.
#[test]
fn overlapping_members_are_cut_and_told() {
    let log = log();
    let built = zip(&[Member::stored("a.txt", &log), Member::new("b.txt", &log)]);
    let place = built.places[0];
    let mut bytes = built.bytes.clone();
    let reach = (place.len + 400) as u32;
    for at in [place.header + 18, place.header + 22, built.directory + 20, built.directory + 24] {
        bytes[at..at + 4].copy_from_slice(&reach.to_le_bytes());
    }
    let examined = open("bomb.zip", bytes);
    let (severity, message) = told(&examined, "zip/overlap");
    assert!(severity == "loss" && message.contains("\"a.txt\""), "{message}");
    assert_eq!(names(&examined), ["a-cut.txt", "b.txt"]);
    assert_flight(&examined, "b.txt");

    // Two entries that lead to one member.
    let mut bytes = built.bytes.clone();
    let second = built.directory + 46 + 5;
    bytes[second + 42..second + 46].copy_from_slice(&(place.header as u32).to_le_bytes());
    let examined = open("bomb.zip", bytes);
    assert!(told(&examined, "zip/twice").1.contains("\"b.txt\""));
    assert_flight(&examined, "a.txt");
    assert_flight(&examined, "b.txt");
}
