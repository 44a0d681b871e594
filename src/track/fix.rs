//! Suspect fixes: finite, but impossible against both neighbours, or opened with a doubtful key stream. They are exported and
//! marked.

use geo::{Distance as _, Geodesic, Point};

use super::rows::{FixState, Rows};

/// No aircraft of these makers flies faster.
const IMPOSSIBLE_M_S: f64 = 100.0;
/// Time stamps closer than this say nothing about speed: logs stamp in tenths of a second.
const TICK_S: f64 = 0.1;

/// Marks fixes that would need more than 100 m/s both to reach and to leave.
pub fn mark_suspects(rows: &mut Rows) {
    let fixes: Vec<usize> = rows.fixes().collect();
    let mut suspects = Vec::new();
    for near in fixes.windows(3) {
        let &[before, at, after] = near else { continue };
        if impossible(rows, before, at) && impossible(rows, at, after) {
            suspects.push(at);
        }
    }
    for row in suspects {
        rows.fix[row] = FixState::Suspect;
    }
}

/// Marks fixes whose record was not opened for certain, however well they fit.
pub fn mark_doubtful(rows: &mut Rows) {
    for &row in &rows.doubtful {
        if rows.fix[row].is_fix() {
            rows.fix[row] = FixState::Suspect;
        }
    }
}

fn impossible(rows: &Rows, from: usize, to: usize) -> bool {
    let seconds = rows.seconds_between(from, to).map_or(TICK_S, |s| s.abs().max(TICK_S));
    let reach = IMPOSSIBLE_M_S * seconds;
    // A degree of latitude is at least 110.5 km: most pairs are settled without a geodesic.
    let degrees = (rows.lat[to] - rows.lat[from]).abs() + (rows.lon[to] - rows.lon[from]).abs();
    degrees * 111_700.0 > reach && metres(rows, from, to) > reach
}

fn metres(rows: &Rows, from: usize, to: usize) -> f64 {
    Geodesic.distance(Point::new(rows.lon[from], rows.lat[from]), Point::new(rows.lon[to], rows.lat[to]))
}
