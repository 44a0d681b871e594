//! A track in a few figures: first and last fix, farthest, highest, length. Suspect fixes are counted and left out of lengths
//! and extremes; invalid rows are in none of them.

use geo::Coord;
use serde::Serialize;

use crate::analyse::fence::plane::{error_m, geodesic_m, plane_m, step_m};
use crate::track::{FixState, HEIGHTS, Track, civil_text, utc_text};

/// Where and when.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Place {
    pub utc: Option<String>,
    /// By the source's local clock, its offset not stated.
    pub local: Option<String>,
    pub lat: f64,
    pub lon: f64,
    /// Of the record, in its item.
    pub offset: u64,
}

/// The entry of a track in the `inspect` document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrackSummary {
    pub name: String,
    pub subject: &'static str,
    pub estimate: &'static str,
    pub role: &'static str,
    pub primary: bool,
    /// A simulator made it: no aircraft was there.
    pub simulated: bool,
    /// Valid rows, suspect ones among them; `fixes` + `invalid` is the number of rows.
    pub fixes: u64,
    pub invalid: u64,
    pub suspect: u64,
    pub first: Option<Place>,
    pub last: Option<Place>,
    /// What `max_height_m` is measured from.
    pub height_reference: Option<String>,
    pub max_height_m: Option<f64>,
    pub highest: Option<Place>,
    /// Greatest distance from the first fix.
    pub farthest_m: Option<f64>,
    pub farthest: Option<Place>,
    /// Along the fixes, gaps bridged straight.
    pub length_m: f64,
    /// Seconds between the first and the last fix.
    pub duration_s: Option<f64>,
}

impl TrackSummary {
    pub fn of(track: &Track) -> Self {
        let rows = &track.rows;
        let fixes: Vec<usize> = rows.fixes().collect();
        let sound: Vec<usize> = fixes.iter().copied().filter(|&row| rows.fix[row] == FixState::Valid).collect();
        let place = |row: usize| Place {
            utc: rows.utc(row).map(utc_text),
            local: rows.local(row).map(civil_text),
            lat: rows.lat[row],
            lon: rows.lon[row],
            offset: rows.offset[row],
        };
        let height = HEIGHTS.iter().find(|channel| sound.iter().any(|&row| rows.value(channel, row).is_some()));
        let highest = height.and_then(|channel| {
            let heights = sound.iter().filter_map(|&row| Some((row, rows.value(channel, row)?)));
            heights.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
        });
        let farthest = farthest(track, &sound);
        TrackSummary {
            name: track.name.clone(),
            subject: track.kind.subject.as_str(),
            estimate: track.kind.estimate.as_str(),
            role: track.kind.role.as_str(),
            primary: track.primary,
            simulated: track.simulated,
            fixes: fixes.len() as u64,
            invalid: (rows.len() - fixes.len()) as u64,
            suspect: (fixes.len() - sound.len()) as u64,
            first: fixes.first().map(|&row| place(row)),
            last: fixes.last().map(|&row| place(row)),
            height_reference: highest.and(height).map(|channel| channel.trim_start_matches("height.").to_owned()),
            max_height_m: highest.map(|(_, height)| round(f64::from(height), 1e4)),
            highest: highest.map(|(row, _)| place(row)),
            farthest_m: farthest.map(|(_, distance)| round(distance, 1e3)),
            farthest: farthest.map(|(row, _)| place(row)),
            // The sum of no way at all is -0.
            length_m: round(length_m(track, &sound), 1e3) + 0.0,
            duration_s: fixes.first().zip(fixes.last()).and_then(|(&first, &last)| rows.seconds_between(first, last)),
        }
    }
}

/// Metres along these rows of the track.
fn length_m(track: &Track, rows: &[usize]) -> f64 {
    // An empty sum is minus zero.
    rows.windows(2).map(|pair| step_m(coord(track, pair[0]), coord(track, pair[1]))).sum::<f64>() + 0.0
}

/// The row farthest from the first of these, and the metres between them. The plane finds the few that may be it.
fn farthest(track: &Track, rows: &[usize]) -> Option<(usize, f64)> {
    /// Where the error of the plane is known: metres, degrees of latitude.
    const NEAR_M: f64 = 50_000.0;
    const HIGHEST_LAT: f64 = 85.0;
    let first = coord(track, *rows.first()?);
    let rough: Vec<f64> = rows.iter().map(|&row| plane_m(first, coord(track, row))).collect();
    let most_m = rough.iter().copied().fold(0.0, f64::max);
    let highest = rows.iter().map(|&row| track.rows.lat[row].abs()).fold(0.0, f64::max);
    let is_near = most_m < NEAR_M && highest < HIGHEST_LAT;
    let enough_m = if is_near { most_m - 2.0 * error_m(most_m, highest) - 1e-6 } else { f64::NEG_INFINITY };
    let far = rows.iter().zip(rough).filter(|(_, metres)| *metres >= enough_m);
    let mut candidates: Vec<usize> = far.map(|(row, _)| *row).collect();
    // Hovering aircraft repeat positions.
    candidates.dedup_by_key(|row| coord(track, *row));
    let distances = candidates.into_iter().map(|row| (row, geodesic_m(first, coord(track, row))));
    distances.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
}

fn coord(track: &Track, row: usize) -> Coord<f64> {
    Coord { x: track.rows.lon[row], y: track.rows.lat[row] }
}

fn round(value: f64, per: f64) -> f64 {
    (value * per).round() / per
}
