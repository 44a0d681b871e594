//! The fence: which declared sites a track came over or near. It looks at the straight pieces between fixes, not at the fixes
//! alone, so a narrow site crossed between two of them is found; what rests on interpolation is marked.
//!
//! ```text
//!   fixes ──► path ──┐
//!                    ├──► parts that may be near ──► inside? ──► entries, deepest fix
//!   zones ──► index ─┘                                 └─ no ──► closest approach
//! ```

pub(super) mod accuracy;
mod approach;
#[cfg(test)]
mod cases;
mod certainty;
mod deepest;
mod edges;
mod encounter;
mod far;
mod footprint;
mod force;
mod heights;
mod index;
mod inside;
mod judge;
mod path;
pub(crate) mod plane;
mod stay;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod vertical;

use serde::Serialize;

pub use encounter::{
    Certainty, Closest, Encounter, Entry, HeightVerdict, Nearest, TimeVerdict, UsedFix, UsedFixes, Verdict, Whose,
};
pub use vertical::HeightRange;

use crate::analyse::rules::{RulePack, Rules};
use crate::analyse::terrain::Ground;
use crate::track::Track;
use crate::zones::ZoneFile;
use encounter::rounded_m;
use footprint::ON_EDGE_M;
use index::Index;
use judge::Flown;
use path::Path;

/// What is asked of the fence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// A site is near when the track comes within this, metres. 0: only entered sites are told.
    pub within_m: f64,
    /// Fixes further apart in time than this, seconds, have a gap between them.
    pub gap_s: f64,
    /// The flight's clock may be off by this, seconds, either way.
    pub clock_error_s: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { within_m: 0.0, gap_s: 5.0, clock_error_s: 2.0 }
    }
}

/// All zones, ready to be compared with tracks. Shared between threads by reference.
pub struct Fence<'z> {
    index: Index<'z>,
    settings: Settings,
    terrain: Option<&'z dyn Ground>,
    rules: Rules<'z>,
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
        Fence { index: Index::of(zone_files), settings, terrain: None, rules: Rules::of(&[], std::iter::empty()) }
    }

    /// Distances around kinds of sites that count as a breach.
    pub fn with_rules(self, packs: &'z [RulePack]) -> Self {
        let rules = Rules::of(packs, self.index.zones.iter().copied());
        Fence { rules, ..self }
    }

    /// Heights of the ground to compare heights above take-off, sea and ground with.
    pub fn with_terrain(self, terrain: &'z dyn Ground) -> Self {
        Fence { terrain: Some(terrain), ..self }
    }

    /// Compares one track with all zones.
    pub fn check(&self, track: &Track) -> Checked {
        let Some(path) = Path::of(&track.rows, self.settings.gap_s) else { return Checked::default() };
        let flown = Flown::of(&path, track.kind);
        let mut found: Vec<(f64, Encounter)> = Vec::new();
        // What stands on an edge may be a hair outside its box.
        let reach_m = self.settings.within_m.max(self.rules.reach_m());
        for parts in self.index.within(&path.bbox, reach_m + 2.0 * ON_EDGE_M) {
            found.extend(self.encounter(&flown, &parts));
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        let encounters: Vec<Encounter> = found.into_iter().map(|(_, encounter)| encounter).collect();
        let nearest = if encounters.is_empty() { self.nearest(&path) } else { None };
        Checked { encounters, nearest }
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
