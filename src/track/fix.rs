//! Is a row a fix? Invalid rows keep their raw values but stand on no map, in no fence and in no length; suspect rows are
//! exported and marked.

use geo::{Distance as _, Geodesic, Point};

use super::rows::Rows;

/// What a row's position is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixState {
    Valid,
    /// Absent, out of range, or the source's sign for "no fix".
    Invalid,
    /// Finite, but impossible against both neighbours.
    Suspect,
}

impl FixState {
    /// The word in the `valid` column of the track CSV.
    pub fn as_str(self) -> &'static str {
        match self {
            FixState::Valid => "yes",
            FixState::Invalid => "no",
            FixState::Suspect => "suspect",
        }
    }

    pub fn is_fix(self) -> bool {
        self != FixState::Invalid
    }

    /// Judges one position in degrees, alone.
    pub fn of(lat: f64, lon: f64) -> Self {
        let in_range = lat.abs() <= 90.0 && lon.abs() <= 180.0;
        // Logs write (0, 0), or noise around it, before the first fix: up to 2.03e-7 degrees on the evidence.
        let no_fix = lat.abs() < 1e-6 && lon.abs() < 1e-6;
        if in_range && !no_fix { FixState::Valid } else { FixState::Invalid }
    }
}

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
