//! Positions that an item holds beside the recorded flight: where the pilot stood, home, where the aircraft was last seen, where
//! media were made, what is planned. Each is held against the declared sites.

use std::collections::HashMap;

use serde::Serialize;

use crate::analyse::Fence;
use crate::track::{Role, Rows, Stamp, Subject, Track, utc_text};

/// Different positions of one track that are told.
const MOST: usize = 500;

/// A position, and what of the sites it is in or near.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExposedPlace {
    pub lat: f64,
    pub lon: f64,
    /// `pilot`, `home`, or the role of the track: `last-known`, `media`, `planned`, `broadcast`.
    pub role: &'static str,
    pub track: String,
    pub utc: Option<String>,
    /// Of the record, in its item.
    pub offset: u64,
    /// Rows of the track with this position.
    pub count: u64,
    /// Name or id of a site, and the verdict on this position alone.
    pub sites: Vec<(String, String)>,
}

/// The positions of an item's tracks but for those of the recorded flight; every one that is different is told once. The number is
/// of positions that were too many to tell.
pub fn places(tracks: &[Track], fence: Option<&Fence<'_>>) -> (Vec<ExposedPlace>, u64) {
    let mut found = Vec::new();
    let mut refused = 0;
    for track in tracks {
        let role = match (track.kind.subject, track.kind.role) {
            (Subject::Pilot, _) => "pilot",
            (Subject::Home, _) => "home",
            (Subject::Controller, Role::Recorded) => "controller",
            (_, Role::Recorded) => continue,
            (_, role) => role.as_str(),
        };
        let mut known: HashMap<(u64, u64), usize> = HashMap::new();
        for row in track.rows.fixes() {
            let (lat, lon) = (track.rows.lat[row], track.rows.lon[row]);
            let key = (lat.to_bits(), lon.to_bits());
            if let Some(place) = known.get(&key).and_then(|index| found.get_mut(*index)) {
                let place: &mut ExposedPlace = place;
                place.count += 1;
            } else if known.len() >= MOST {
                refused += 1;
            } else {
                known.insert(key, found.len());
                found.push(ExposedPlace {
                    lat,
                    lon,
                    role,
                    track: track.name.clone(),
                    utc: track.rows.utc(row).map(utc_text),
                    offset: track.rows.offset[row],
                    count: 1,
                    sites: fence.map_or_else(Vec::new, |fence| sites(fence, track, row)),
                });
            }
        }
    }
    (found, refused)
}

/// The sites that one row of a track is in or near, by itself.
fn sites(fence: &Fence<'_>, track: &Track, row: usize) -> Vec<(String, String)> {
    let all = &track.rows;
    let one = |times: &[i64]| times.get(row).copied().into_iter().collect::<Vec<_>>();
    let rows = Rows {
        offset: vec![all.offset[row]],
        elapsed_ns: one(&all.elapsed_ns),
        utc_ns: one(&all.utc_ns),
        local_ns: one(&all.local_ns),
        stamp: vec![all.stamp.get(row).copied().unwrap_or(Stamp::Unknown)],
        lat: vec![all.lat[row]],
        lon: vec![all.lon[row]],
        fix: vec![all.fix[row]],
        ..Rows::default()
    };
    let alone =
        Track { name: track.name.clone(), kind: track.kind, primary: track.primary, simulated: track.simulated, rows };
    let encounters = fence.check(&alone).encounters;
    encounters.into_iter().map(|e| (e.zone_name.unwrap_or(e.zone_id), e.verdict.as_str().to_string())).collect()
}
