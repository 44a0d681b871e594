//! Events with their time and place.

use crate::decode::{Event, Moment};
use crate::track::Track;

/// Nanoseconds a second.
const NS: i64 = 1_000_000_000;

/// An event with its time and place.
#[derive(Clone, Debug)]
pub struct TimedEvent {
    pub event: Event,
    pub utc_ns: Option<i64>,
    /// By a clock without an offset, as if it were UTC.
    pub local_ns: Option<i64>,
    /// The primary track that the event belongs to, by its place in [`Examined::tracks`](super::Examined::tracks).
    pub track: Option<usize>,
    /// The row of that track.
    pub row: Option<usize>,
    /// Position of that row, when it is a fix.
    pub position: Option<(f64, f64)>,
}

/// An event has the time and place that it states, else those of the row that it stands in or behind.
pub fn timed(event: Event, tracks: &[Track], utc_offset_s: Option<i64>) -> TimedEvent {
    let rows = event.at.offset().into_iter().flat_map(|offset| {
        let primaries = tracks.iter().enumerate().filter(|(_, track)| track.primary);
        primaries.filter_map(move |(index, track)| Some((index, track.rows.row_at(offset)?)))
    });
    let last = rows.max_by_key(|&(index, row)| tracks[index].rows.offset[row]);
    let place = last.map(|(index, row)| (&tracks[index], row));
    let (utc_ns, local_ns) = match event.moment {
        Some(Moment::Utc(utc)) => (Some(utc), None),
        Some(Moment::Local(local)) => (utc_offset_s.map(|s| local.saturating_sub(s * NS)), Some(local)),
        None => (place.and_then(|(track, row)| track.rows.utc(row)), None),
    };
    let of_row = place
        .filter(|(track, row)| track.rows.fix[*row].is_fix())
        .map(|(track, row)| (track.rows.lat[row], track.rows.lon[row]));
    TimedEvent {
        utc_ns,
        local_ns,
        position: event.position.or(of_row),
        track: last.map(|(index, _)| index),
        row: last.map(|(_, row)| row),
        event,
    }
}
