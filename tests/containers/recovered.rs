//! Archives that were cut, overwritten or flipped: members are found without the directory, damage costs the member it touches.

use overflown::evidence::Sha256;
use overflown::examine::{Completion, Examined};

use super::{assert_flight, codes, log, names, open, open_whole, other_log, told};
use crate::make::damage;
use crate::make::deflate::deflate;
use crate::make::zip::{Built, Descriptor, Member, zip, zip_with};
use crate::support::{assert_accounts, examine_bytes};

fn three() -> Built {
    zip(&[
        Member::new("a.txt", &log()),
        Member::stored("b.txt", &other_log()),
        Member::new("c.txt", &log()).with(|m| m.descriptor = Descriptor::Signed),
    ])
}

fn assert_all(examined: &Examined) {
    for name in ["a.txt", "b.txt", "c.txt"] {
        assert_flight(examined, name);
    }
}

#[test]
fn members_are_found_without_the_directory() {
    let built = three();
    let cut = built.bytes[..built.directory].to_vec();
    let zeroed = damage::hole(&built.bytes, built.directory, built.bytes.len() - built.directory, 0);
    let no_end = built.bytes[..built.end].to_vec();
    let half_directory = built.bytes[..built.directory + 60].to_vec();
    for bytes in [cut, zeroed, no_end, half_directory] {
        let len = bytes.len() as u64;
        let examined = open("card.zip", bytes);
        assert_eq!(told(&examined, "zip/directory").0, "loss");
        assert_eq!(examined.report.completeness, Completion::Partial);
        assert_eq!(examined.report.coverage.unknown, 0, "{len} bytes");
        assert_all(&examined);
    }
}

#[test]
fn a_damaged_directory_costs_its_entries_and_no_member() {
    let built = three();
    let second = built.directory + 46 + 5;
    let examined = open("card.zip", damage::hole(&built.bytes, second, 4, 0xaa));
    assert_eq!(told(&examined, "zip/directory").0, "damage");
    assert!(told(&examined, "zip/directory").1.contains("3 entries, 2 can be read"));
    assert!(told(&examined, "zip/unlisted").1.contains("b.txt"));
    assert_all(&examined);
}

#[test]
fn members_that_the_directory_does_not_list_are_found() {
    let hidden = Member::new("hidden.txt", &log()).with(|m| m.unlisted = true);
    let examined = open("card.zip", zip(&[Member::new("a", b"words"), hidden, Member::new("b", b"words")]).bytes);
    assert_eq!(names(&examined), ["a", "hidden.txt", "b"]);
    let (severity, message) = told(&examined, "zip/unlisted");
    assert!(severity == "note" && message.contains("hidden.txt"), "{message}");
    assert_flight(&examined, "hidden.txt");
}

#[test]
fn bytes_put_between_members_displace_and_do_not_lose_them() {
    let built = three();
    let moved = damage::insert(&built.bytes, built.places[1].header, &[0x55; 777]);
    let examined = open("card.zip", moved);
    assert_eq!(told(&examined, "zip/displaced").0, "damage");
    assert_eq!(examined.report.coverage.unknown, 777);
    assert_all(&examined);
}

#[test]
fn the_end_of_a_cut_archive_is_kept_as_far_as_it_goes() {
    let built = three();
    let place = built.places[2];
    let examined = open("card.zip", built.bytes[..place.data + place.len / 2].to_vec());
    assert_flight(&examined, "a.txt");
    assert_flight(&examined, "b.txt");
    assert_eq!(names(&examined), ["a.txt", "b.txt", "c-cut.txt"]);
    assert_eq!(told(&examined, "zip/cut").0, "loss");
    let examined = open("card.zip", built.bytes[..place.header + 20].to_vec());
    assert_eq!(names(&examined), ["a.txt", "b.txt"]);
}

#[test]
fn a_broken_stream_costs_its_member_from_there_on() {
    let built = three();
    let place = built.places[0];
    // Zeros end a block and begin stored ones whose length and its complement disagree.
    let examined = open("card.zip", damage::hole(&built.bytes, place.data + place.len / 2, 64, 0));
    let code = codes(&examined)[0];
    assert!(["zip/corrupt", "zip/check"].contains(&code), "{:?}", codes(&examined));
    assert_flight(&examined, "b.txt");
    assert_flight(&examined, "c.txt");
    assert!(names(&examined)[0].starts_with('a'), "what came out is kept: {:?}", names(&examined));
    assert!(examined.report.coverage.damaged > 0);
}

#[test]
fn lengths_in_a_local_header_may_be_wrong() {
    let built = three();
    for place in &built.places {
        for at in [28, 29] {
            let mut bytes = built.bytes.clone();
            bytes[place.header + at] ^= 0x21;
            let examined = open("card.zip", bytes);
            assert_eq!(told(&examined, "zip/local-header").0, "damage", "extra length at {}", place.header);
            assert_all(&examined);
        }
        let mut bytes = built.bytes.clone();
        bytes[place.header] = b'X';
        let examined = open("card.zip", bytes);
        assert_eq!(told(&examined, "zip/local-header").0, "damage", "signature at {}", place.header);
        assert_all(&examined);
    }
}

#[test]
fn an_archive_in_front_of_another_loses_nothing() {
    let (front, behind) = (zip(&[Member::new("a.txt", &log())]), zip(&[Member::new("b.txt", &other_log())]));
    let examined = open("card.zip", [front.bytes, behind.bytes].concat());
    assert_flight(&examined, "a.txt");
    assert_flight(&examined, "b.txt");
    assert!(told(&examined, "zip/directory").1.contains("another one stands in front"));
    assert_eq!(examined.report.coverage.unknown, 0);
}

#[test]
fn an_archive_stored_in_a_cut_one_stays_in_it() {
    let inner = zip(&[Member::new("x.txt", &log())]);
    let outer = zip(&[Member::stored("inner.zip", &inner.bytes), Member::new("b.txt", &other_log())]);
    for end in [outer.places[0].end, outer.places[1].end, outer.directory + 10] {
        let examined = open("card.zip", outer.bytes[..end].to_vec());
        assert_flight(&examined.children[0], "x.txt");
        assert_eq!(examined.children[0].report.path, "card.zip!/inner.zip");
    }
}

/// Stored data whose size stands behind them, with an archive of the same shape inside: the descriptor proves where they end.
#[test]
fn stored_data_of_unknown_length_end_where_their_descriptor_says() {
    let described = |member: Member| member.with(|m| m.descriptor = Descriptor::Signed);
    let inner = zip(&[described(Member::stored("x.txt", &log()))]);
    let outer = zip(&[described(Member::stored("inner.zip", &inner.bytes)), Member::new("b.txt", &other_log())]);
    let examined = open("card.zip", outer.bytes[..outer.directory].to_vec());
    assert_eq!(names(&examined), ["inner.zip", "b.txt"]);
    assert_flight(&examined.children[0], "x.txt");
}

#[test]
fn parts_of_a_split_archive_give_what_they_hold() {
    let built = three();
    let first = [b"PK\x07\x08", &built.bytes[..built.places[1].data + 500]].concat();
    let examined = open("card.z01", first);
    assert_flight(&examined, "a.txt");
    assert_eq!(names(&examined), ["a.txt", "b-cut.txt"]);
}

/// Cut at every byte, flipped at every byte: bytes add up, nothing is called whole that is not, other members are untouched.
#[test]
fn no_byte_of_an_archive_is_lost_silently() {
    let log = log();
    let members = [
        Member::new("a.txt", &log[..400]),
        Member::new("b.txt", &log).with(|m| m.descriptor = Descriptor::Bare),
        Member::stored("c.txt", &log[..300]),
    ];
    let built = zip_with(&members, b"comment", false);
    for at in 0..built.bytes.len() {
        let examined = examine_bytes("card.zip", built.bytes[..at].to_vec());
        assert_accounts(&format!("cut at {at}"), &examined);
        assert!(at < 30 || examined.is_incomplete(), "cut at {at}: {:#?}", examined.report.diagnostics);
        let mut flipped = built.bytes.clone();
        flipped[at] ^= 0x04;
        let examined = examine_bytes("card.zip", flipped);
        assert_accounts(&format!("flipped at {at}"), &examined);
        let others: Vec<usize> =
            (0..3).filter(|i| !(built.places[*i].header..built.places[*i].end).contains(&at)).collect();
        if at < built.directory {
            for other in others {
                let there = is_there(&examined, &members[other]);
                assert!(there, "flipped at {at}: member {other} is untouched; {:#?}", examined.report.diagnostics);
            }
            // A copy from another place where the same bytes stand is no change of the content.
            let hit = (0..3).find(|i| (built.places[*i].data..built.places[*i].end).contains(&at));
            let lost = hit.is_some_and(|hit| !is_there(&examined, &members[hit]));
            assert!(!lost || examined.is_incomplete(), "flipped at {at}: the content changed and nobody says so");
        }
    }
}

fn is_there(examined: &Examined, member: &Member) -> bool {
    let sha256 = Sha256::of(&member.content).to_string();
    examined.report.children.iter().any(|child| child.sha256 == sha256)
}

/// Sizes that lie, without a directory that knows better.
#[test]
fn sizes_are_proved_by_inflating() {
    let log = log();
    let long = Member::new("a.txt", &log).with(|m| m.packed = Some(deflate(&log).len() as u32 + 5000));
    let built = zip(&[long, Member::new("b.txt", &other_log())]);
    for bytes in [built.bytes.clone(), built.bytes[..built.directory].to_vec()] {
        let examined = open("card.zip", bytes);
        assert_flight(&examined, "a.txt");
        assert_flight(&examined, "b.txt");
        assert_eq!(told(&examined, "zip/size").0, "damage");
    }
    open_whole("card.zip", three().bytes);
}
