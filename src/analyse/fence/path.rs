//! A track as the fence sees it: its fixes in file order, the straight pieces between them, and what is known at any place
//! along it. A place is told by a number: 12.25 is a quarter of the way from fix 12 to fix 13, counted from 0.

use std::cell::RefCell;
use std::ops::Range;

use geo::Coord;

use super::plane::{between, step_m};
use crate::track::{Clocks, FixState, HEIGHTS, Rows};
use crate::zones::{Bbox, nearest_turn};

/// Pieces under one box.
const RUN: usize = 64;
/// Nearer than this fraction of a piece to a fix is the fix itself.
const AT_FIX: f64 = 1e-9;

/// The straight way from one fix to the next, degrees.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    pub ends: [Coord<f64>; 2],
    /// Number of the fix that it begins at.
    pub from: usize,
}

impl Piece {
    pub fn bbox(&self) -> Bbox {
        Bbox::of(&self.ends)
    }
}

/// Some pieces in a row and the box around them.
pub struct Run {
    pub pieces: Range<usize>,
    pub bbox: Bbox,
}

pub struct Path<'t> {
    rows: &'t Rows,
    /// Row of each fix.
    row: Vec<usize>,
    /// x longitude, y latitude; longitudes are continuous and may leave [-180, 180].
    places: Vec<Coord<f64>>,
    suspect: Vec<bool>,
    /// One more than fixes less one; a track of a single fix has one piece without length.
    pieces: Vec<Piece>,
    gaps: Vec<bool>,
    runs: Vec<Run>,
    pub bbox: Bbox,
    /// Columns of [`HEIGHTS`] that the track has, with the word for the reference.
    heights: Vec<(&'static str, &'t [f32])>,
    /// Length of each piece, NaN until asked for; none before the first is asked for.
    lengths: RefCell<Vec<f64>>,
}

impl<'t> Path<'t> {
    /// `None` for a track without a fix. Fixes more than `gap_s` seconds apart, of unknown time, or
    /// of two runs of the log have a gap between them.
    pub fn of(rows: &'t Rows, gap_s: f64) -> Option<Self> {
        let row: Vec<usize> = rows.fixes().collect();
        let mut places: Vec<Coord<f64>> = Vec::with_capacity(row.len());
        for &r in &row {
            let lon = places.last().map_or(rows.lon[r], |before| nearest_turn(rows.lon[r], before.x));
            places.push(Coord { x: lon, y: rows.lat[r] });
        }
        let last = places.len().checked_sub(1)?;
        let piece = |from: usize| Piece { ends: [places[from], places[(from + 1).min(last)]], from };
        let pieces: Vec<Piece> = (0..last.max(1)).map(piece).collect();
        let is_gap = |p: &Piece| {
            let (from, to) = (row[p.from], row[(p.from + 1).min(last)]);
            let begins = rows.breaks.partition_point(|at| *at <= from) < rows.breaks.partition_point(|at| *at <= to);
            begins || !rows.seconds_between(from, to).is_some_and(|s| s.abs() <= gap_s)
        };
        let runs: Vec<Run> = (0..pieces.len())
            .step_by(RUN)
            .map(|start| {
                let range = start..(start + RUN).min(pieces.len());
                let bbox = Bbox::of(pieces[range.clone()].iter().flat_map(|p| &p.ends));
                Run { pieces: range, bbox }
            })
            .collect();
        let reference = |channel: &'static str| match channel {
            // A barometric height is none above the sea, whatever the log calls it.
            channel if channel == "height.amsl" && is_barometric(rows, channel) => "pressure",
            channel => channel.rsplit('.').next().unwrap_or(channel),
        };
        let heights = HEIGHTS.iter().filter_map(|channel| Some((reference(channel), rows.column(channel)?))).collect();
        Some(Path {
            suspect: row.iter().map(|&r| rows.fix[r] == FixState::Suspect).collect(),
            gaps: pieces.iter().map(is_gap).collect(),
            bbox: runs.iter().map(|run| run.bbox).fold(Bbox::NOTHING, Bbox::join),
            lengths: RefCell::new(Vec::new()),
            rows,
            row,
            places,
            pieces,
            runs,
            heights,
        })
    }

    /// Number of the last fix.
    pub fn last(&self) -> usize {
        self.places.len() - 1
    }

    pub fn piece_count(&self) -> usize {
        self.pieces.len()
    }

    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    pub fn pieces(&self, range: Range<usize>) -> &[Piece] {
        &self.pieces[range]
    }

    pub fn is_suspect(&self, fix: usize) -> bool {
        self.suspect[fix]
    }

    /// Whether the fixes at both ends of a piece are too far apart in time.
    pub fn is_gap(&self, piece: usize) -> bool {
        self.gaps[piece]
    }

    /// Whether a piece proves nothing by itself: it bridges a gap or touches a suspect fix.
    pub fn is_weak(&self, piece: usize) -> bool {
        self.gaps[piece] || self.suspect[piece] || self.suspect[(piece + 1).min(self.last())]
    }

    /// The fix at `s`, when `s` is one.
    pub fn fix_at(&self, s: f64) -> Option<usize> {
        let nearest = s.round();
        ((s - nearest).abs() <= AT_FIX).then(|| (nearest.max(0.0) as usize).min(self.last()))
    }

    /// Fixes in a stretch, ends included.
    pub fn fixes_in(&self, stretch: Stretch) -> Range<usize> {
        let first = (stretch.from - AT_FIX).ceil().max(0.0) as usize;
        let behind = (stretch.to + AT_FIX).floor().max(0.0) as usize + 1;
        first..behind.min(self.places.len()).max(first)
    }

    /// Pieces that a stretch has a part of; a single fix has none.
    pub fn pieces_in(&self, stretch: Stretch) -> Range<usize> {
        let first = (stretch.from + AT_FIX).floor().max(0.0) as usize;
        let behind = (stretch.to - AT_FIX).ceil().max(0.0) as usize;
        first..behind.min(self.pieces.len()).max(first)
    }

    /// Degrees; the longitude may leave [-180, 180].
    pub fn at(&self, s: f64) -> Coord<f64> {
        match self.fix_at(s) {
            Some(fix) => self.places[fix],
            None => {
                let (piece, t) = self.split(s);
                between(self.pieces[piece].ends, t)
            }
        }
    }

    /// Latitude and longitude as they are printed: of a fix as recorded, else to 1e-9 degrees.
    pub fn lat_lon(&self, s: f64) -> (f64, f64) {
        if let Some(fix) = self.fix_at(s) {
            let row = self.row[fix];
            return (self.rows.lat[row], self.rows.lon[row]);
        }
        let place = self.at(s);
        let round = |degrees: f64| (degrees * 1e9).round() / 1e9;
        (round(place.y), round(nearest_turn(place.x, 0.0)))
    }

    pub fn moment(&self, s: f64) -> Clocks {
        if let Some(fix) = self.fix_at(s) {
            let row = self.row[fix];
            return self.rows.clocks(row);
        }
        let (piece, t) = self.split(s);
        let (from, to) = (self.row[piece], self.row[(piece + 1).min(self.last())]);
        let share = |a: Option<i64>, b: Option<i64>| {
            let (a, b) = (a?, b?);
            Some(a + (b.checked_sub(a)? as f64 * t).round() as i64)
        };
        Clocks {
            utc_ns: share(self.rows.utc(from), self.rows.utc(to)),
            local_ns: share(self.rows.local(from), self.rows.local(to)),
            elapsed_ns: share(self.rows.elapsed(from), self.rows.elapsed(to)),
        }
    }

    /// Metres and the word for their reference: the best reference that is known at the place.
    pub fn height(&self, s: f64) -> Option<(f64, &'static str)> {
        // The columns hold single precision: a millimetre is all that they can tell.
        let known = |(reference, values): &(&'static str, &[f32])| {
            Some(((self.value(values, s)? * 1e3).round() / 1e3, *reference))
        };
        self.heights.iter().find_map(known)
    }

    /// The value of a column at a place, linear between fixes; `None` where a fix beside it has none.
    pub fn value(&self, column: &[f32], s: f64) -> Option<f64> {
        let known = |fix: usize| column.get(self.row[fix]).map(|v| f64::from(*v)).filter(|v| v.is_finite());
        match self.fix_at(s) {
            Some(fix) => known(fix),
            None => {
                let (piece, t) = self.split(s);
                let (a, b) = (known(piece)?, known((piece + 1).min(self.last()))?);
                Some(a + (b - a) * t)
            }
        }
    }

    pub fn rows(&self) -> &'t Rows {
        self.rows
    }

    /// The row of a fix.
    pub fn row(&self, fix: usize) -> usize {
        self.row[fix.min(self.last())]
    }

    /// The fixes that a place rests on: itself, or those before and behind it.
    pub fn fixes_around(&self, s: f64) -> (usize, usize) {
        match self.fix_at(s) {
            Some(fix) => (fix, fix),
            None => {
                let (piece, _) = self.split(s);
                (piece, (piece + 1).min(self.last()))
            }
        }
    }

    /// Longitude and latitude of the ends of a stretch and of every so many fixes between them, as they are printed.
    pub fn way(&self, stretch: Stretch, step: usize) -> Vec<[f64; 2]> {
        let fixes = self.fixes_in(stretch).step_by(step.max(1)).map(|fix| fix as f64);
        let mut places: Vec<f64> = std::iter::once(stretch.from).chain(fixes).chain([stretch.to]).collect();
        places.dedup_by(|a, b| (*a - *b).abs() <= AT_FIX);
        places.into_iter().map(|s| self.lat_lon(s)).map(|(lat, lon)| [lon, lat]).collect()
    }

    /// The longest time between two fixes that a stretch rests on, seconds; `None` for a single fix or when a time is unknown.
    pub fn longest_gap_s(&self, stretch: Stretch) -> Option<f64> {
        let mut longest: Option<f64> = None;
        for piece in self.pieces_in(stretch) {
            let seconds = self.rows.seconds_between(self.row(piece), self.row(piece + 1))?.abs();
            longest = Some(longest.map_or(seconds, |so_far| so_far.max(seconds)));
        }
        longest
    }

    /// Length along the path, metres.
    pub fn length_m(&self, stretch: Stretch) -> f64 {
        self.pieces_in(stretch)
            .map(|piece| {
                let start = piece as f64;
                if stretch.from <= start + AT_FIX && stretch.to >= start + 1.0 - AT_FIX {
                    return self.piece_m(piece);
                }
                let ends = self.pieces[piece].ends;
                let t = |s: f64| (s - start).clamp(0.0, 1.0);
                step_m(between(ends, t(stretch.from)), between(ends, t(stretch.to)))
            })
            .sum()
    }

    fn piece_m(&self, piece: usize) -> f64 {
        let mut lengths = self.lengths.borrow_mut();
        lengths.resize(self.pieces.len(), f64::NAN);
        if lengths[piece].is_nan() {
            let [from, to] = self.pieces[piece].ends;
            lengths[piece] = step_m(from, to);
        }
        lengths[piece]
    }

    fn split(&self, s: f64) -> (usize, f64) {
        let piece = (s.max(0.0) as usize).min(self.pieces.len() - 1);
        (piece, (s - piece as f64).clamp(0.0, 1.0))
    }
}

/// Some logs call a barometric height absolute.
pub fn is_barometric(rows: &Rows, channel: &str) -> bool {
    let basis = rows.columns.iter().find(|c| c.channel == channel).map(|c| c.basis.to_ascii_lowercase());
    basis.is_some_and(|basis| ["baro", "pressure", "1013"].iter().any(|word| basis.contains(word)))
}

/// A part of a path, ends included; `from <= to`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    pub from: f64,
    pub to: f64,
}

/// Stretches closer than this along the path are one.
const TOUCHING: f64 = 1e-9;

/// Puts stretches in order and joins those that meet.
pub fn united(mut stretches: Vec<Stretch>) -> Vec<Stretch> {
    stretches.sort_by(|a, b| a.from.total_cmp(&b.from));
    let mut united: Vec<Stretch> = Vec::with_capacity(stretches.len());
    for stretch in stretches {
        match united.last_mut() {
            Some(last) if stretch.from <= last.to + TOUCHING => last.to = last.to.max(stretch.to),
            _ => united.push(stretch),
        }
    }
    united
}

#[cfg(test)]
mod tests {
    use super::super::testing::{add_column, rows};
    use super::*;

    #[test]
    fn places_times_and_heights_between_fixes() {
        let mut rows = rows(&[(0.0, 50.0, 179.99), (2.0, 50.0, -179.99), (10.0, 50.02, -179.97)]);
        add_column(&mut rows, "height.amsl", &[100.0, f32::NAN, 90.5]);
        add_column(&mut rows, "height.takeoff", &[f32::NAN, 10.0, 20.0]);
        let path = Path::of(&rows, 5.0).expect("fixes");
        assert!((path.at(1.0).x - 180.01).abs() < 1e-9);
        assert_eq!(path.lat_lon(0.75), (50.0, -179.995));
        assert_eq!(path.moment(0.75).elapsed_ns, Some(1_500_000_000));
        assert_eq!(path.moment(0.75).utc_ns, None);
        assert_eq!(path.height(0.0), Some((100.0, "amsl")));
        assert_eq!(path.height(0.5), None);
        assert_eq!(path.height(1.5), Some((15.0, "takeoff")));
        assert!(!path.is_gap(0) && path.is_gap(1));
        let whole = Stretch { from: 0.5, to: 1.5 };
        assert_eq!((path.fixes_in(whole), path.pieces_in(whole)), (1..2, 0..2));
        let fix = Stretch { from: 1.0, to: 1.0 };
        assert_eq!((path.fixes_in(fix), path.pieces_in(fix).len()), (1..2, 0));
        assert!((path.length_m(Stretch { from: 0.25, to: 0.75 }) - HALF_WAY_M).abs() < 1e-6);
    }

    /// pyproj: 0.01 degrees of longitude at 50 north.
    const HALF_WAY_M: f64 = 716.957535625;

    #[test]
    fn a_single_fix_is_a_path() {
        let rows = rows(&[(0.0, 50.0, 1.0)]);
        let path = Path::of(&rows, 5.0).expect("a fix");
        assert_eq!((path.last(), path.runs().len()), (0, 1));
        assert_eq!(path.at(0.0), Coord { x: 1.0, y: 50.0 });
        assert!(Path::of(&Rows::default(), 5.0).is_none());
    }
}
