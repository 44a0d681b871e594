//! A track as the map of the report draws it: the fixes that are needed to tell, at the time of every recorded fix, where the
//! aircraft was, how high and how fast, within a tolerance. It is made while the track is alive and kept when it is gone.

use geo::Coord;

use super::thinning::weights;
use crate::analyse::fence::plane::Scale;
use crate::examine::Examined;
use crate::track::{FixState, Rows, Track};
use crate::write::document::FlightVerdict;
use crate::write::{HeightChoice, is_break, speed};
use crate::zones::nearest_turn;

/// The finest tolerance: metres on the ground and in height, and metres a second.
pub const FINEST: f64 = 1.0;
/// Fixes of one track that are kept at most; a longer one has a coarser tolerance of its own.
const MOST_POINTS: usize = 1000;
/// With more gaps than this their ends are not kept for their own sake.
const MOST_GAPS: usize = 100;
/// Fixes at entries and exits, and doubtful ones, that are kept for their own sake.
const MOST_NAMED: usize = 400;
/// Levels of the battery that are kept at most.
const MOST_LEVELS: usize = 300;

/// The clock that the times of a line are by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineClock {
    Utc,
    /// Local time without an offset.
    Local,
    /// The source's own clock, not zeroed.
    Elapsed,
    None,
}

impl LineClock {
    /// The stable name in the report's data.
    pub fn as_str(self) -> &'static str {
        match self {
            LineClock::Utc => "utc",
            LineClock::Local => "local",
            LineClock::Elapsed => "elapsed",
            LineClock::None => "none",
        }
    }

    fn ns(self, rows: &Rows, row: usize) -> Option<i64> {
        match self {
            LineClock::Utc => rows.utc(row),
            LineClock::Local => rows.local(row),
            LineClock::Elapsed => rows.elapsed(row),
            LineClock::None => None,
        }
    }

    /// The first that at least half of the fixes have.
    fn of(rows: &Rows, fixes: &[usize]) -> Self {
        let most =
            |clock: &LineClock| 2 * fixes.iter().filter(|&&row| clock.ns(rows, row).is_some()).count() >= fixes.len();
        [LineClock::Utc, LineClock::Local, LineClock::Elapsed].into_iter().find(most).unwrap_or(LineClock::None)
    }
}

/// What a fix of a line is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    Valid,
    Suspect,
    /// The record is proved, its position may not be what the aircraft wrote.
    Doubtful,
}

/// A recorded fix that the line keeps.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// By the line's clock.
    pub ns: Option<i64>,
    pub lat: f64,
    /// Continuous along the line, so that it may pass 180.
    pub lon: f64,
    /// Metres above the line's reference; NaN when absent.
    pub height_m: f32,
    /// Metres a second; NaN when absent.
    pub speed: f32,
    /// Of the record, in its item.
    pub offset: u64,
    pub worth: Worth,
    /// More than 10 s without a fix, or a restart of the log, lie between the point before and this one.
    pub behind_gap: bool,
    /// The greatest tolerance, metres, at which this fix is still needed.
    pub weight: f64,
}

/// One track, ready to be drawn.
#[derive(Clone, Debug)]
pub struct Line {
    pub path: String,
    pub sha256: String,
    pub track: String,
    pub subject: &'static str,
    pub estimate: &'static str,
    pub role: &'static str,
    pub primary: bool,
    pub simulated: bool,
    pub clock: LineClock,
    /// The channel of the heights, `height.takeoff` for instance.
    pub height: Option<&'static str>,
    /// Fixes of the track.
    pub fixes: usize,
    /// The tolerance that `points` are good for.
    pub tolerance: f64,
    pub points: Vec<Point>,
    /// Charge of the battery in percent, where it changed.
    pub battery: Vec<(Option<i64>, f32)>,
}

impl Line {
    /// The lines of all tracks of an item that have a fix; those at which its encounters enter and leave are kept.
    pub fn of_item(item: &Examined, verdicts: &[FlightVerdict]) -> Vec<Line> {
        let line = |track: &Track| {
            let own = verdicts.iter().filter(|verdict| verdict.track.name == track.name);
            let entries = own.flat_map(|verdict| &verdict.encounters).flat_map(|encounter| &encounter.entries);
            let offsets: Vec<u64> = entries
                .flat_map(|entry| [entry.fixes.first.offset, entry.fixes.last.offset])
                .take(MOST_NAMED)
                .collect();
            Line::of(item, track, &offsets)
        };
        item.tracks.iter().filter_map(line).collect()
    }

    fn of(item: &Examined, track: &Track, offsets: &[u64]) -> Option<Line> {
        let rows = &track.rows;
        let fixes: Vec<usize> = rows.fixes().collect();
        if fixes.is_empty() {
            return None;
        }
        let clock = LineClock::of(rows, &fixes);
        let height = HeightChoice::Best.channel(rows);
        let values = |at: usize| Values {
            ns: clock.ns(rows, fixes[at]),
            height_m: height.and_then(|channel| rows.value(channel, fixes[at])).unwrap_or(f32::NAN),
            speed: speed(rows, fixes[at]).unwrap_or(f32::NAN),
        };
        let values: Vec<Values> = (0..fixes.len()).map(values).collect();
        let places = places(rows, &fixes);
        let gaps: Vec<bool> = (0..fixes.len()).map(|at| at > 0 && is_break(rows, fixes[at - 1], fixes[at])).collect();
        let corners = corners(rows, &fixes, &values, &gaps, offsets);
        let weights = weights(fixes.len(), &corners, FINEST, |from, to| off(&places, &values, from, to));
        let (tolerance, kept) = kept(&weights);
        let mut last = 0;
        let point = |at: usize| {
            let behind_gap = gaps.get(last + 1..=at).is_some_and(|between| between.contains(&true));
            last = at;
            let Values { ns, height_m, speed } = values[at];
            Point {
                ns,
                lat: places[at].y,
                lon: places[at].x,
                height_m,
                speed,
                offset: rows.offset[fixes[at]],
                worth: worth(rows, fixes[at]),
                behind_gap,
                weight: weights[at],
            }
        };
        Some(Line {
            path: item.report.path.clone(),
            sha256: item.report.sha256.clone(),
            track: track.name.clone(),
            subject: track.kind.subject.as_str(),
            estimate: track.kind.estimate.as_str(),
            role: track.kind.role.as_str(),
            primary: track.primary,
            simulated: track.simulated,
            clock,
            height,
            fixes: fixes.len(),
            tolerance,
            points: kept.into_iter().map(point).collect(),
            battery: battery(rows, clock),
        })
    }

    /// The points that are needed at a tolerance; a gap before one that is left out counts for the next.
    pub fn points_at(&self, tolerance: f64) -> Vec<Point> {
        let mut behind_gap = false;
        let mut points = Vec::new();
        for point in &self.points {
            behind_gap |= point.behind_gap;
            if point.weight > tolerance {
                points.push(Point { behind_gap, ..*point });
                behind_gap = false;
            }
        }
        points
    }
}

/// What a fix says beside its place.
#[derive(Clone, Copy)]
struct Values {
    ns: Option<i64>,
    height_m: f32,
    speed: f32,
}

/// Longitude and latitude of the fixes, longitudes continuous.
fn places(rows: &Rows, fixes: &[usize]) -> Vec<Coord<f64>> {
    let mut last = None;
    let place = |&row: &usize| {
        let lon = last.map_or(rows.lon[row], |last| nearest_turn(rows.lon[row], last));
        last = Some(lon);
        Coord { x: lon, y: rows.lat[row] }
    };
    fixes.iter().map(place).collect()
}

/// Fixes that every tolerance keeps: ends of gaps, entries and exits, the highest, doubtful ones.
fn corners(rows: &Rows, fixes: &[usize], values: &[Values], gaps: &[bool], offsets: &[u64]) -> Vec<usize> {
    let at = |row: usize| fixes.binary_search(&row).ok();
    let mut corners: Vec<usize> = offsets.iter().filter_map(|&offset| rows.row_at(offset)).filter_map(at).collect();
    corners.extend(rows.doubtful.iter().take(MOST_NAMED).filter_map(|&row| at(row)));
    let behind: Vec<usize> = (0..gaps.len()).filter(|&at| gaps[at]).collect();
    if behind.len() <= MOST_GAPS {
        corners.extend(behind.into_iter().flat_map(|at| [at - 1, at]));
    }
    let highest = values.iter().enumerate().filter(|(_, v)| v.height_m.is_finite());
    corners.extend(highest.max_by(|a, b| a.1.height_m.total_cmp(&b.1.height_m)).map(|(at, _)| at));
    corners
}

/// How far the fixes between two are off the straight way from one to the other at their times: metres on the ground or in height,
/// or metres a second, whichever is most.
fn off<'a>(places: &'a [Coord<f64>], values: &'a [Values], from: usize, to: usize) -> impl Fn(usize) -> f64 + 'a {
    let (start, way) = (places[from], places[to] - places[from]);
    let scale = Scale::at(start.y + way.y / 2.0);
    let spent = move |to: usize| Some(values[to].ns?.saturating_sub(values[from].ns?) as f64);
    let whole = spent(to).filter(|ns| *ns > 0.0);
    let beside = |a: f32, b: f32, own: f32, part: f64| {
        let off = f64::from(own) - f64::from(a) - f64::from(b - a) * part;
        if off.is_nan() { 0.0 } else { off.abs() }
    };
    move |at| {
        let by_time = whole.zip(spent(at)).map(|(whole, ns)| ns / whole).filter(|part| (0.0..=1.0).contains(part));
        let part = by_time.unwrap_or_else(|| (at - from) as f64 / (to - from) as f64);
        let step = scale.metres(places[at] - start - way * part);
        let (a, b, own) = (values[from], values[to], values[at]);
        let height = beside(a.height_m, b.height_m, own.height_m, part);
        step.x.hypot(step.y).max(height).max(beside(a.speed, b.speed, own.speed, part))
    }
}

/// The fixes to keep, and the tolerance that they are good for.
fn kept(weights: &[f64]) -> (f64, Vec<usize>) {
    let mut needed: Vec<f64> = weights.iter().copied().filter(|weight| *weight > FINEST).collect();
    let tolerance = if needed.len() > MOST_POINTS {
        needed.sort_by(|a, b| b.total_cmp(a));
        needed.get(MOST_POINTS).copied().filter(|weight| weight.is_finite()).unwrap_or(f64::MAX)
    } else {
        FINEST
    };
    (tolerance, (0..weights.len()).filter(|&at| weights[at] > tolerance).collect())
}

fn worth(rows: &Rows, row: usize) -> Worth {
    match rows.fix[row] {
        FixState::Suspect => Worth::Suspect,
        _ if rows.doubtful.binary_search(&row).is_ok() => Worth::Doubtful,
        _ => Worth::Valid,
    }
}

/// The charge where it changed by a percent or, of a restless one, by more.
fn battery(rows: &Rows, clock: LineClock) -> Vec<(Option<i64>, f32)> {
    let levels = rows.column("battery.level").unwrap_or_default();
    let levels = || levels.iter().enumerate().filter(|(_, level)| level.is_finite());
    let mut step = 1.0;
    loop {
        let mut kept: Vec<(Option<i64>, f32)> = Vec::new();
        for (row, &level) in levels() {
            if kept.last().is_none_or(|(_, last)| (level - last).abs() >= step) {
                kept.push((clock.ns(rows, row), level));
            }
            if kept.len() > MOST_LEVELS {
                break;
            }
        }
        // The charge is a percentage: steps beyond a hundred mean that it is none.
        if kept.len() <= MOST_LEVELS || step > 1e6 {
            kept.truncate(MOST_LEVELS);
            return kept;
        }
        step *= 4.0;
    }
}
