//! What the rows of tracks say that deserves a word: clocks that jump, positions that no aircraft writes, rows that were left out.

use crate::decode::Diagnostic;
use crate::evidence::Origin;
use crate::track::{ClockStep, Stamp, Track};

pub fn clock_step(step: &ClockStep) -> Diagnostic {
    let at = Origin::at(step.from_offset as usize, (step.to_offset - step.from_offset) as usize);
    let message = format!(
        "between two wall clock stamps {:.1} s passed by the wall clock and {:.1} s by the log's own clock",
        step.wall_s, step.elapsed_s
    );
    Diagnostic::note("track/clock-step", at, message)
}

/// Rows of tracks beyond the number that is kept.
pub fn refused_rows((count, first): (u64, u64)) -> Diagnostic {
    let message = format!(
        "{count} rows name further tracks than are kept of one item and were left out, the first at offset {first}; split the \
         item, or ask whether the column that names its tracks really does"
    );
    Diagnostic::loss("track/too-many", Origin::at(first as usize, 0), message).losing(count)
}

/// Local times that became UTC because an offset was given.
pub fn local_time_note(tracks: &[Track], utc_offset_s: Option<i64>) -> Option<String> {
    let offset_s = utc_offset_s?;
    let rows: usize =
        tracks.iter().map(|track| track.rows.stamp.iter().filter(|stamp| **stamp == Stamp::Local).count()).sum();
    let sign = if offset_s < 0 { '-' } else { '+' };
    let (hours, minutes) = (offset_s.abs() / 3600, offset_s.abs() / 60 % 60);
    (rows > 0).then(|| {
        format!(
            "{rows} rows state a local time without an offset; UTC{sign}{hours:02}:{minutes:02}, as given, was applied"
        )
    })
}

/// Degrees: nearer to zero, and not zero, is no coordinate that was ever computed. Noise around zero in real logs is far larger.
const SMALLEST_DEG: f64 = 1e-15;

/// Rows whose position no aircraft writes, so that bytes must have been changed: out of range, far too small, or one number beside
/// zero between two fixes. Where logs write noise around zero for "no fix" they do so in many rows.
pub fn impossible_rows(track: &Track) -> impl Iterator<Item = Diagnostic> + '_ {
    let rows = &track.rows;
    let is_fix = move |row: usize| rows.fix.get(row).is_some_and(|fix| fix.is_fix());
    let impossible = move |row: &usize| {
        let (lat, lon) = (rows.lat[*row], rows.lon[*row]);
        let near_zero = lat.abs() < 1e-6 && lon.abs() < 1e-6;
        let lonely = *row > 0 && is_fix(row - 1) && is_fix(row + 1) && (lat, lon) != (0.0, 0.0);
        let too_small = |v: f64| v != 0.0 && v.abs() < SMALLEST_DEG;
        let blank = rows.may_be_blank && (lat.is_nan() || lon.is_nan());
        !is_fix(*row) && !blank && (!near_zero || lonely || too_small(lat) || too_small(lon))
    };
    (0..rows.len()).filter(impossible).map(move |row| {
        let message = format!(
            "a position that no aircraft writes ({:e}, {:e}): the record's bytes were changed; the row is kept as invalid",
            rows.lat[row], rows.lon[row]
        );
        Diagnostic::damage("track/impossible-position", Origin::at(rows.offset[row] as usize, 0), message)
    })
}
