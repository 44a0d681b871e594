//! Reads the zones of a workload, compares all its tracks with them on one thread, and holds both times and the distances
//! against what is expected.

use std::collections::HashMap;
use std::env;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use overflown::analyse::fence::{Fence, Settings};
use overflown::evidence::{Evidence, Limits};
use overflown::track::{Column, FixState, Rows, Stamp, Track, csv_name};
use overflown::zones::{self, ZoneFile};
use overflown_bench::Failure;

const REPETITIONS: u32 = 5;
/// The distance that the expected pairs were made with.
const WITHIN_M: f64 = 500.0;
const HEIGHT: &str = "height.takeoff";

/// Closest distances in metres by track and zone; 0 for an entered zone.
type Pairs = HashMap<(String, String), f64>;

fn main() -> Result<(), Failure> {
    let mut arguments = env::args_os().skip(1);
    let (Some(folder), Some(expected)) = (arguments.next(), arguments.next()) else {
        return Err("usage: fence FOLDER EXPECTED.csv; the folder holds zones.geojson and tracks.csv".into());
    };
    let folder = Path::new(&folder);
    let expected = read_pairs(&fs::read_to_string(expected)?)?;
    let tracks = read_tracks(&fs::read_to_string(folder.join("tracks.csv"))?)?;
    // Not hashed: reading is timed from the bytes on.
    let evidence = Evidence::unlabelled(fs::read(folder.join("zones.geojson"))?);
    let fixes: usize = tracks.iter().map(|t| t.rows.len()).sum();

    let [mut read, mut checked] = [Duration::MAX; 2];
    let mut found = Pairs::new();
    let mut count = 0;
    for _ in 0..REPETITIONS {
        let start = Instant::now();
        let zones = black_box(zones::read(black_box(&evidence), &Limits::default())?);
        read = read.min(start.elapsed());
        count = zones.zones.len();

        let start = Instant::now();
        let pairs = black_box(check(black_box(&tracks), &[zones]));
        checked = checked.min(start.elapsed());
        found = pairs.into_iter().collect();
    }

    println!("{count} zones, {} tracks, {fixes} fixes; best of {REPETITIONS}", tracks.len());
    println!("reading the zones    {:9.1} ms", read.as_secs_f64() * 1e3);
    println!("checking all tracks  {:9.1} ms", checked.as_secs_f64() * 1e3);
    println!("ratio {:.2}", checked.as_secs_f64() / read.as_secs_f64());
    compare(&found, &expected)
}

fn check(tracks: &[Track], zones: &[ZoneFile]) -> Vec<((String, String), f64)> {
    let fence = Fence::new(zones, Settings { within_m: WITHIN_M, ..Settings::default() });
    let mut pairs = Vec::new();
    for track in tracks {
        let encounters = fence.check(track).encounters;
        pairs.extend(encounters.into_iter().map(|e| ((track.name.clone(), e.zone_id), e.closest.distance_m)));
    }
    pairs
}

fn compare(found: &Pairs, expected: &Pairs) -> Result<(), Failure> {
    let entered = |pairs: &Pairs| pairs.values().filter(|d| **d == 0.0).count();
    let missing = expected.keys().filter(|pair| !found.contains_key(*pair)).count();
    let foreign = found.keys().filter(|pair| !expected.contains_key(*pair)).count();
    let differences = found.iter().filter_map(|(pair, d)| Some((d - expected.get(pair)?).abs()));
    println!("pairs within {WITHIN_M} m: {}, expected {}", found.len(), expected.len());
    println!("entered: {}, expected {}", entered(found), entered(expected));
    println!("greatest difference of distance: {:.2} mm", differences.fold(0.0, f64::max) * 1e3);
    if missing + foreign > 0 {
        return Err(format!("{missing} expected pairs are missing, {foreign} others were found").into());
    }
    Ok(())
}

/// Lines of `flight,zone,distance,...` behind a header.
fn read_pairs(text: &str) -> Result<Pairs, Failure> {
    let mut pairs = Pairs::new();
    for line in text.lines().skip(1) {
        let mut cells = line.split(',');
        let (Some(flight), Some(zone), Some(distance)) = (cells.next(), cells.next(), cells.next()) else {
            return Err(format!("no pair: {line}").into());
        };
        pairs.insert((flight.to_owned(), zone.to_owned()), distance.parse()?);
    }
    Ok(pairs)
}

/// Lines of `flight,seconds,lat,lon,height` behind a header; the lines of a flight stand together.
fn read_tracks(text: &str) -> Result<Vec<Track>, Failure> {
    let kind = "aircraft/fused/recorded".parse()?;
    let mut tracks: Vec<Track> = Vec::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let &[flight, seconds, lat, lon, height] = cells.as_slice() else {
            return Err(format!("no fix: {line}").into());
        };
        if tracks.last().is_none_or(|track| track.name != flight) {
            let track =
                Track { name: flight.to_owned(), kind, primary: true, simulated: false, flight: 0, rows: empty_rows() };
            tracks.push(track);
        }
        let Some(track) = tracks.last_mut() else { continue };
        let rows = &mut track.rows;
        rows.offset.push(rows.offset.len() as u64);
        rows.elapsed_ns.push((seconds.parse::<f64>()? * 1e9) as i64);
        rows.utc_ns.push(Rows::NO_TIME);
        rows.stamp.push(Stamp::Unknown);
        rows.lat.push(lat.parse()?);
        rows.lon.push(lon.parse()?);
        rows.fix.push(FixState::Valid);
        rows.columns[0].values.push(height.parse()?);
    }
    Ok(tracks)
}

fn empty_rows() -> Rows {
    let height = Column {
        channel: HEIGHT.to_owned(),
        csv_name: csv_name(HEIGHT, "m"),
        unit: "m".to_owned(),
        basis: String::new(),
        values: Vec::new(),
    };
    Rows { columns: vec![height], ..Rows::default() }
}
