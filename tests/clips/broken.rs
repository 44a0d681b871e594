//! Clips that were cut or made to harm.

use overflown::examine::Completion;

use super::{CREATED_S, examine_clip, moments};
use crate::make::clip::{Clip, boxed};
use crate::support::{assert_accounts, examine_bytes, has_diagnostic, rows};

#[test]
fn a_recording_that_was_not_closed_is_told_with_what_can_be_done() {
    let (bytes, layout) = Clip::new(moments(), CREATED_S).write();
    let examined = examine_bytes("DJI_0001.MP4", bytes[..layout.movie.0].to_vec());
    assert_accounts("no movie", &examined);
    assert_eq!(examined.report.completeness, Completion::Partial, "its telemetry is carved");
    let told = examined.report.diagnostics.iter().find(|d| d.code == "mp4/no-movie").expect("it is told");
    assert!(told.message.contains(&format!("{} bytes of media data", layout.media.1 - 8)), "{}", told.message);
    assert!(told.message.contains(".SRT"), "{}", told.message);
    // A camera that lost its power leaves a size that reaches behind the end.
    let examined = examine_bytes("DJI_0001.MP4", bytes[..layout.media.0 + 2000].to_vec());
    assert!(has_diagnostic(&examined, "mp4/cut") && has_diagnostic(&examined, "mp4/no-movie"));
}

#[test]
fn a_cut_behind_the_movie_costs_the_samples_that_are_gone() {
    let clip = Clip { movie_first: true, ..Clip::new(moments(), CREATED_S) };
    let (bytes, layout) = clip.write();
    let keep = layout.telemetry[4].0 + layout.telemetry[4].1;
    let examined = examine_bytes("DJI_0001.MP4", bytes[..keep].to_vec());
    assert_accounts("cut", &examined);
    assert_eq!(examined.report.completeness, Completion::Partial);
    assert_eq!(rows(&examined).len(), 5, "five samples are there");
    assert_eq!(examined.report.records.lost, 3 + 3, "three of telemetry, three subtitles");
    assert!(has_diagnostic(&examined, "mp4/cut-media"));
}

#[test]
fn every_cut_and_every_flip_ends_and_accounts() {
    let few: Vec<_> = moments().into_iter().skip(2).take(2).collect();
    let clip = Clip { video: 20, ..Clip::new(few, CREATED_S) };
    for clip in [clip.clone(), Clip { movie_first: true, wide: true, ..clip }] {
        let (bytes, layout) = clip.write();
        for at in 0..bytes.len() {
            assert_accounts(&format!("cut at {at}"), &examine_bytes("clip.MP4", bytes[..at].to_vec()));
        }
        for at in layout.movie.0..layout.movie.0 + layout.movie.1 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 0xff;
            assert_accounts(&format!("flip at {at}"), &examine_bytes("clip.MP4", flipped));
        }
    }
}

#[test]
fn a_broken_telemetry_sample_costs_itself() {
    let (mut bytes, layout) = Clip::new(moments(), CREATED_S).write();
    let (at, len) = layout.telemetry[5];
    bytes[at..at + len].fill(0xff);
    let examined = examine_bytes("DJI_0001.MP4", bytes);
    assert_accounts("broken sample", &examined);
    assert_eq!((rows(&examined).len(), examined.report.records.lost), (7, 1));
    assert_eq!(examined.report.coverage.damaged, len as u64);
}

#[test]
fn hostile_sizes_and_depths_are_bounded() {
    let ftyp = boxed(b"ftyp", b"mp42\0\0\0\0isom");
    let mut nested = boxed(b"free", &[]);
    for _ in 0..5000 {
        nested = boxed(b"udta", &nested);
    }
    let deep = [ftyp.clone(), boxed(b"moov", &nested)].concat();
    let examined = examine_bytes("deep.MP4", deep);
    assert_accounts("deep", &examined);
    assert!(has_diagnostic(&examined, "mp4/no-box"));
    let many = [ftyp.clone(), boxed(b"free", &[]).repeat(70_000)].concat();
    let examined = examine_bytes("many.MP4", many);
    assert_accounts("many", &examined);
    assert!(has_diagnostic(&examined, "mp4/boxes"));
    let beyond = [ftyp, b"\0\0\0\x01mdat\xff\xff\xff\xff\xff\xff\xff\xff".to_vec(), vec![7; 100]].concat();
    let examined = examine_bytes("beyond.MP4", beyond);
    assert_accounts("beyond", &examined);
    assert!(has_diagnostic(&examined, "mp4/cut"));
}

#[test]
fn words_behind_the_last_box_are_no_part_of_the_clip() {
    let clip = Clip::new(moments(), CREATED_S);
    let (whole, _) = examine_clip("DJI_0001.MP4", &clip);
    let (bytes, _) = clip.write();
    let padded = examine_bytes("DJI_0001.MP4", [bytes.as_slice(), &[0; 512]].concat());
    assert_eq!(padded.report.completeness, Completion::Whole);
    assert_eq!(padded.report.coverage.known, whole.report.coverage.known + 512);
    let garbled = examine_bytes("DJI_0001.MP4", [bytes.as_slice(), b"\x01\x02 no box at all"].concat());
    assert_accounts("garbled", &garbled);
    assert_eq!(garbled.report.completeness, Completion::Partial);
    assert_eq!(rows(&garbled).len(), rows(&whole).len());
}
