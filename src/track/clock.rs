//! From the source's clocks to UTC. Records that carry a wall clock are anchors; a row takes the anchor of its own frame as it
//! is, or the nearest one with the source's elapsed time for the difference.

use super::rows::{Rows, Stamp};

/// A wall clock reading in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    pub offset: u64,
    /// It stands in the frame of the row before it.
    pub in_frame: bool,
    pub elapsed_ns: Option<i64>,
    pub utc_ns: i64,
}

/// Two clocks of one source that disagree about a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClockStep {
    pub from_offset: u64,
    pub to_offset: u64,
    /// Seconds by the wall clock and by the source's elapsed time.
    pub wall_s: f64,
    pub elapsed_s: f64,
}

/// Clocks that differ by less over a stretch are jitter: apps stall for up to 1.7 s on healthy logs and catch up again.
const STEP_NS: i64 = 3_000_000_000;

/// Fills `utc_ns` and `stamp` of `rows`. Rows and `anchors` are in file order.
pub fn stamp(rows: &mut Rows, anchors: &[Anchor]) {
    // Only rows that other records join have a frame that an anchor can stand in.
    let owns_frames = !rows.joined.is_empty();
    let mut next = 0;
    for row in 0..rows.len() {
        while anchors.get(next).is_some_and(|a| a.offset < rows.offset[row]) {
            next += 1;
        }
        let (utc, stamp) = utc_of(rows, row, anchors, next, owns_frames);
        rows.utc_ns[row] = utc;
        rows.stamp[row] = stamp;
    }
}

/// `next` is the first anchor behind the start of the row.
fn utc_of(rows: &Rows, row: usize, anchors: &[Anchor], next: usize, owns_frames: bool) -> (i64, Stamp) {
    let frame_end = rows.offset.get(row + 1).copied().unwrap_or(u64::MAX);
    if let Some(own) = anchors.get(next).filter(|a| a.in_frame && owns_frames && a.offset < frame_end) {
        return (own.utc_ns, Stamp::Own);
    }
    let Some(elapsed) = rows.elapsed(row) else { return (Rows::NO_TIME, Stamp::Unknown) };
    let spaced = |anchor: &Anchor| {
        let apart = elapsed.saturating_sub(anchor.elapsed_ns?);
        Some((apart, anchor.utc_ns.saturating_add(apart)))
    };
    let before = next.checked_sub(1).and_then(|i| spaced(&anchors[i]));
    let after = anchors.get(next).and_then(spaced);
    match (before, after) {
        (Some(b), Some(a)) if a.0.unsigned_abs() < b.0.unsigned_abs() => (a.1, Stamp::Spaced),
        (Some((_, utc)), _) | (None, Some((_, utc))) => (utc, Stamp::Spaced),
        (None, None) => (Rows::NO_TIME, Stamp::Unknown),
    }
}

/// Where the wall clock and the source's clock disagree about the time between two anchors.
pub fn steps(anchors: &[Anchor]) -> Vec<ClockStep> {
    let framed: Vec<&Anchor> = anchors.iter().filter(|a| a.in_frame).collect();
    framed
        .windows(2)
        .filter_map(|pair| {
            let wall = pair[1].utc_ns - pair[0].utc_ns;
            let elapsed = pair[1].elapsed_ns?.saturating_sub(pair[0].elapsed_ns?);
            // A clock that stands still or starts anew (motors off, motors on) cannot contradict another.
            let running = elapsed > 0;
            (running && (wall.saturating_sub(elapsed)).abs() > STEP_NS).then(|| ClockStep {
                from_offset: pair[0].offset,
                to_offset: pair[1].offset,
                wall_s: wall as f64 / 1e9,
                elapsed_s: elapsed as f64 / 1e9,
            })
        })
        .collect()
}
