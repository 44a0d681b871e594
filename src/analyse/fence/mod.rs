//! The fence: which declared sites a track came over or near. It looks at the straight pieces between fixes, not at the fixes
//! alone, so a narrow site crossed between two of them is found; what rests on interpolation is marked.
//!
//! ```text
//!   fixes ──► path ──┐
//!                    ├──► parts that may be near ──► inside? ──► entries, deepest fix
//!   zones ──► index ─┘                                 └─ no ──► closest approach
//! ```

mod approach;
mod encounter;
mod far;
mod footprint;
mod index;
mod inside;
mod path;
mod plane;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use serde::Serialize;

pub use encounter::{Certainty, Closest, Encounter, Entry, HeightVerdict, Nearest, TimeVerdict, Verdict, Whose};

use crate::track::Track;
use crate::zones::ZoneFile;
use approach::Approach;
use encounter::rounded_m;
use footprint::{Footprint, ON_EDGE_M};
use index::Index;
use path::{Path, Stretch, united};
use plane::most_m;

/// What is asked of the fence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// A site is near when the track comes within this, metres. 0: only entered sites are told.
    pub within_m: f64,
    /// Fixes further apart in time than this, seconds, have a gap between them.
    pub gap_s: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { within_m: 0.0, gap_s: 5.0 }
    }
}

/// All zones, ready to be compared with tracks. Shared between threads by reference.
pub struct Fence<'z> {
    index: Index<'z>,
    settings: Settings,
}

/// What the fence says about one track.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Checked {
    /// In the order in which the track came to them.
    pub encounters: Vec<Encounter>,
    /// Only when there is no encounter; `None` as well without fixes or zones.
    pub nearest: Option<Nearest>,
}

impl<'z> Fence<'z> {
    pub fn new(zone_files: &'z [ZoneFile], settings: Settings) -> Self {
        Fence { index: Index::of(zone_files), settings }
    }

    /// Compares one track with all zones.
    pub fn check(&self, track: &Track) -> Checked {
        let Some(path) = Path::of(&track.rows, self.settings.gap_s) else { return Checked::default() };
        let whose = Whose::from(track.kind);
        let mut found: Vec<(f64, Encounter)> = Vec::new();
        // What stands on an edge may be a hair outside its box.
        for parts in self.index.within(&path.bbox, self.settings.within_m + 2.0 * ON_EDGE_M) {
            found.extend(self.encounter(&path, &parts, whose));
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        let encounters: Vec<Encounter> = found.into_iter().map(|(_, encounter)| encounter).collect();
        let nearest = if encounters.is_empty() { self.nearest(&path) } else { None };
        Checked { encounters, nearest }
    }

    /// The encounter with the zone of these parts, and where along the path it begins.
    fn encounter(&self, path: &Path<'_>, parts: &[usize], whose: Whose) -> Option<(f64, Encounter)> {
        let within_m = self.settings.within_m;
        let footprints: Vec<Footprint> = parts
            .iter()
            .flat_map(|&part| self.index.footprints(part, &path.bbox, within_m + 2.0 * ON_EDGE_M))
            .collect();
        let by_part: Vec<Vec<Stretch>> = footprints.iter().map(|f| inside::stretches(path, f)).collect();
        let stays = united(by_part.iter().flatten().copied().collect());
        let inside = !stays.is_empty();
        let (begins, entries, closest, is_weak) = if let Some(first) = stays.first() {
            let entries: Vec<Entry> = stays.iter().map(|stay| entry(path, *stay)).collect();
            let (s, depth_m) = deepest(path, &footprints, &by_part, &stays);
            let is_weak = entries.iter().all(|entry| entry.weak);
            (first.from, entries, closest(path, s, 0.0, -depth_m), is_weak)
        } else {
            let approach = (within_m > 0.0).then(|| approach::closest(path, &footprints, within_m)).flatten()?;
            // A place that is not inside is at least the last printed digit away.
            let metres = approach.metres.max(1e-4);
            let is_weak =
                rests_on_weak(path, approach) && approach::closest_sound(path, &footprints, within_m).is_none();
            (approach.s, Vec::new(), closest(path, approach.s, metres, metres), is_weak)
        };
        let zone = self.index.zones[self.index.zone_of(*parts.first()?)];
        let encounter = Encounter {
            zone_id: zone.id.clone(),
            zone_name: zone.name.clone(),
            sector: zone.kind().map(str::to_owned),
            zone_source: zone.source.label.clone(),
            verdict: Verdict { whose, inside },
            certainty: if is_weak { Certainty::Possible } else { Certainty::Unknown },
            height_verdict: HeightVerdict::Unknown,
            time_verdict: TimeVerdict::Unknown,
            entries,
            closest,
        };
        Some((begins, encounter))
    }

    /// The site that the path, which is in none, came nearest to.
    fn nearest(&self, path: &Path<'_>) -> Option<Nearest> {
        let (least, first) = self.index.least(&path.bbox)?;
        let (metres, part) =
            if least > far::FAR_M { far::nearest(&self.index, path) } else { self.nearest_by_planes(path, first) }?;
        let zone = self.index.zones[self.index.zone_of(part)];
        Some(Nearest {
            zone_id: zone.id.clone(),
            zone_name: zone.name.clone(),
            distance_m: rounded_m(metres.max(1e-4)),
        })
    }

    fn nearest_by_planes(&self, path: &Path<'_>, first: usize) -> Option<(f64, usize)> {
        let mut best: Option<(f64, usize)> = None;
        self.index.nearest_first(&path.bbox, first, |part| {
            let limit = best.map_or(f64::MAX, |(metres, _)| metres);
            let footprints = self.index.footprints(part, &path.bbox, 0.0);
            if let Some(approach) = approach::closest(path, &footprints, limit)
                && best.is_none_or(|(metres, _)| approach.metres < metres)
            {
                best = Some((approach.metres, part));
            }
            best.map_or(f64::MAX, |(metres, _)| metres)
        });
        best
    }
}

fn entry(path: &Path<'_>, stay: Stretch) -> Entry {
    let (enter, exit) = (path.moment(stay.from), path.moment(stay.to));
    let (enter_lat, enter_lon) = path.lat_lon(stay.from);
    let (exit_lat, exit_lon) = path.lat_lon(stay.to);
    let fixes = path.fixes_in(stay);
    let pieces = path.pieces_in(stay);
    let seconds = |ns: Option<i64>| ns.map(|ns| ns as f64 / 1e9);
    Entry {
        enter_utc_ns: enter.utc_ns,
        exit_utc_ns: exit.utc_ns,
        enter_elapsed_s: seconds(enter.elapsed_ns),
        exit_elapsed_s: seconds(exit.elapsed_ns),
        dwell_s: exit.since(enter).filter(|dwell| *dwell >= 0.0),
        enter_lat,
        enter_lon,
        exit_lat,
        exit_lon,
        path_m: rounded_m(path.length_m(stay)),
        recorded_fixes_inside: fixes.len(),
        interpolated: path.fix_at(stay.from).is_none() || path.fix_at(stay.to).is_none(),
        starts_inside: path.fix_at(stay.from) == Some(0),
        ends_inside: path.fix_at(stay.to) == Some(path.last()),
        over_gap: pieces.clone().any(|piece| path.is_gap(piece)),
        weak: fixes.clone().all(|fix| path.is_suspect(fix)) && pieces.clone().all(|piece| path.is_weak(piece)),
    }
}

/// Where the path is deepest inside, and how deep: at a valid fix, else at a suspect one, else in the middle of a stay that no
/// fix lies in.
fn deepest(path: &Path<'_>, footprints: &[Footprint], by_part: &[Vec<Stretch>], stays: &[Stretch]) -> (f64, f64) {
    let mut best: Option<Deep<'_>> = None;
    for suspect in [false, true] {
        for (footprint, stretches) in footprints.iter().zip(by_part) {
            let fixes = stretches.iter().flat_map(|stretch| path.fixes_in(*stretch));
            deepen(
                path,
                footprint,
                fixes.filter(|fix| path.is_suspect(*fix) == suspect).map(|fix| fix as f64),
                &mut best,
            );
        }
        if best.is_some() {
            break;
        }
    }
    if best.is_none() {
        for (footprint, stretches) in footprints.iter().zip(by_part) {
            deepen(path, footprint, stretches.iter().map(|stretch| (stretch.from + stretch.to) / 2.0), &mut best);
        }
    }
    match best {
        Some(deep) => (deep.s, approach::depth_m(path.at(deep.s), deep.footprint)),
        None => (stays.first().map_or(0.0, |stay| stay.from), 0.0),
    }
}

/// The deepest place so far.
struct Deep<'f> {
    s: f64,
    rough_m: f64,
    footprint: &'f Footprint,
}

/// Places that are looked through together.
const GROUP: usize = 64;

/// Looks for a deeper place among `places`. From one place to another the depth grows by their distance at most, so a group
/// around a place that is not deep is passed over whole.
fn deepen<'f>(
    path: &Path<'_>,
    footprint: &'f Footprint,
    places: impl Iterator<Item = f64>,
    best: &mut Option<Deep<'f>>,
) {
    let places: Vec<f64> = places.collect();
    let mut groups: Vec<(f64, &[f64])> = places
        .chunks(GROUP)
        .map(|group| {
            let middle = path.at(group[group.len() / 2]);
            let reach = group.iter().map(|s| most_m(middle, path.at(*s))).fold(0.0, f64::max);
            (approach::rough_depth_m(middle, footprint, f64::NEG_INFINITY) + reach, group)
        })
        .collect();
    groups.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (bound, group) in groups {
        let mut last: Option<(geo::Coord<f64>, f64)> = None;
        for &s in group {
            let floor_m = best.as_ref().map_or(f64::NEG_INFINITY, |deep| deep.rough_m);
            let place = path.at(s);
            if bound <= floor_m || last.is_some_and(|(before, depth)| depth + most_m(before, place) <= floor_m) {
                continue;
            }
            let rough_m = approach::rough_depth_m(place, footprint, floor_m);
            last = Some((place, rough_m));
            if best.is_none() || rough_m > floor_m {
                *best = Some(Deep { s, rough_m, footprint });
            }
        }
    }
}

/// Whether an approach lies on a piece that proves nothing by itself, or at a suspect fix.
fn rests_on_weak(path: &Path<'_>, approach: Approach) -> bool {
    match path.fix_at(approach.s) {
        Some(fix) => path.is_suspect(fix),
        None => path.is_weak(approach.s.max(0.0) as usize),
    }
}

fn closest(path: &Path<'_>, s: f64, distance_m: f64, signed_m: f64) -> Closest {
    let moment = path.moment(s);
    let (lat, lon) = path.lat_lon(s);
    let (height_m, height_reference) = path.height(s).unzip();
    Closest {
        distance_m: rounded_m(distance_m),
        signed_distance_m: rounded_m(signed_m),
        sigma_m: None,
        utc_ns: moment.utc_ns,
        elapsed_s: moment.elapsed_ns.map(|ns| ns as f64 / 1e9),
        lat,
        lon,
        height_m,
        height_reference,
    }
}
