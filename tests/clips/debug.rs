//! Debug tracks: texts where they stand, places only where they are borne out, and what is no message is named.

use overflown::decode::mp4::FORMAT;
use overflown::decode::{Record, Sink};
use overflown::evidence::Evidence;

use super::{CREATED_S, examine_clip, moments};
use crate::make::clip::{Clip, Debug};
use crate::support::tools;

/// Where the records of one name lie.
struct Places {
    name: &'static str,
    spans: Vec<(usize, usize)>,
}

impl Sink for Places {
    fn record(&mut self, record: &Record<'_>) {
        if record.name() == self.name {
            let at = record.at.offset() as usize;
            self.spans.push((at, at + record.at.len() as usize));
        }
    }
}

fn places(clip: &Clip, name: &'static str) -> Vec<(usize, usize)> {
    let mut places = Places { name, spans: Vec::new() };
    let tables = tools().tables_of(&FORMAT).expect("its tables");
    (FORMAT.decode)(&Evidence::from_bytes("DJI_0001.MP4", clip.write().0), &tools().context(tables), &mut places);
    places.spans
}

#[test]
fn texts_are_listed_once_where_they_stand() {
    let clip = Clip::new(moments(), CREATED_S);
    let (bytes, _) = clip.write();
    let (examined, _) = examine_clip("DJI_0001.MP4", &clip);
    assert_eq!(examined.report.records.by_type.get("debug_text"), Some(&3));
    let note = examined.report.notes.iter().find(|note| note.contains("debug samples")).expect("it is told");
    assert!(note.contains("8 debug samples, protocol dbginfo_wm265e.proto: 3 texts are listed; 0 places"), "{note}");
    let words = |(from, to): (usize, usize)| String::from_utf8_lossy(&bytes[from..to]).into_owned();
    let words: Vec<String> = places(&clip, "debug_text").into_iter().map(words).collect();
    assert_eq!(words, ["dbginfo_wm265e.proto", "02.00.02", "OV48C40"]);
}

#[test]
fn places_count_only_where_they_move_as_the_craft_does() {
    let clip = Clip { debug: Debug::Places, ..Clip::new(moments(), CREATED_S) };
    let (examined, layout) = examine_clip("DJI_0001.MP4", &clip);
    // Five moments have a place, each twice: with a flag in degrees, and as a pair of radians.
    assert_eq!(examined.report.records.by_type.get("debug_place"), Some(&10));
    for (from, to) in places(&clip, "debug_place") {
        assert!(layout.debug.iter().any(|(at, len)| *at <= from && to <= at + len));
    }
    // Places by their looks are in no track.
    assert_eq!(examined.tracks.iter().map(|track| track.name.as_str()).collect::<Vec<_>>(), ["aircraft", "camera"]);
}

#[test]
fn what_is_no_message_is_named() {
    let clip = Clip { debug: Debug::Sealed, ..Clip::new(moments(), CREATED_S) };
    let (examined, _) = examine_clip("DJI_0001.MP4", &clip);
    let note = examined.report.notes.iter().find(|note| note.contains("debug samples")).expect("it is told");
    assert!(note.contains("none of 8 debug samples is a message"), "{note}");
    assert_eq!(examined.report.diagnostics.len(), 0, "nothing of it is lost: {:?}", examined.report.diagnostics);
}
