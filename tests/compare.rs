//! Two sources of one flight against each other: offsets that are known come out, residuals are those that were measured by
//! hand, what tells no offset says so, and contradictions are found.

mod evidence;
mod made;
mod pairs;

use overflown::analyse::compare::{Comparison, Source, Told, compare};
use overflown::examine::Examined;
use overflown::track::{Subject, Track};

/// Every aircraft track of the one against the primary one of the other, nothing told beside them.
fn compared(a: &Examined, b: &Examined) -> Comparison {
    let of_aircraft = |track: &&Track| track.kind.subject == Subject::Aircraft;
    let source = |tracks: Vec<_>| Source { tracks, told: Told::default() };
    compare(&source(a.tracks.iter().filter(of_aircraft).collect()), &source(b.primary().into_iter().collect()))
}

fn two(a: &Track, b: &Track) -> Comparison {
    let source = |track| Source { tracks: vec![track], told: Told::default() };
    compare(&source(a), &source(b))
}
