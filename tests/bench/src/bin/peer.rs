//! One flight record through this crate and through `dji-log-parser`, in one process, from the same bytes in memory. Each side
//! is timed from the bytes to its result; copying the input, hashing it and freeing the result are left out on both sides.

use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use dji_log_parser::DJILog;
use dji_log_parser::frame::Frame;
use dji_log_parser::record::Record;
use geojson::{Feature, GeoJson, Geometry, JsonObject, Value};
use overflown::decode::embedded_tables;
use overflown::evidence::{Evidence, Limits};
use overflown::layout::Tables;
use overflown::track::Track;
use overflown_bench::{Failure, chosen_file, columns};

const REPETITIONS: u32 = 5;
const ROUNDS: u32 = 50;

fn main() -> Result<(), Failure> {
    let path = chosen_file()?;
    let bytes = fs::read(&path)?;
    println!("{}: {} bytes; best of {REPETITIONS} x {ROUNDS} rounds", path.display(), bytes.len());
    let ours = Ours::new(&path.to_string_lossy(), &bytes)?;

    let tracks = ours.columns().ok_or("overflown does not recognise the file")?;
    for track in &tracks {
        let rows = &track.rows;
        let fixes = rows.fixes().count();
        println!(
            "  overflown       track {}: {} rows, {fixes} fixes, {} columns",
            track.name,
            rows.len(),
            rows.columns.len()
        );
    }
    let (records, frames, geojson) = peer(bytes.clone())?;
    println!(
        "  dji-log-parser  {} records, {} frames, a line of {} positions",
        records.len(),
        frames.len(),
        positions(&geojson)
    );

    let mut best = [Duration::MAX; 3];
    for _ in 0..REPETITIONS {
        let once = [
            time(|| (), |()| ours.columns()),
            time(|| bytes.clone(), |bytes| peer(bytes).ok()),
            time(|| bytes.clone(), |bytes| DJILog::from_bytes(bytes).and_then(|log| log.frames(None)).ok()),
        ];
        for (best, once) in best.iter_mut().zip(once) {
            *best = once.min(*best);
        }
    }
    let [ours, all, frames] = best.map(|total| total.as_secs_f64() / f64::from(ROUNDS));
    let print = |what: &str, seconds: f64| {
        println!("{what:<48} {:9.3} ms {:8.1} MB/s", seconds * 1e3, bytes.len() as f64 / 1e6 / seconds);
    };
    print("overflown: columns of all tracks", ours);
    print("dji-log-parser: records, frames, GeoJSON value", all);
    print("dji-log-parser: frames alone", frames);
    println!("ratio {:.1} (to frames alone {:.1})", all / ours, frames / ours);
    Ok(())
}

/// The time of all rounds, without `prepare` and without the end of the results.
fn time<I, O>(prepare: impl Fn() -> I, run: impl Fn(I) -> O) -> Duration {
    let mut total = Duration::ZERO;
    for _ in 0..ROUNDS {
        let input = black_box(prepare());
        let start = Instant::now();
        let output = black_box(run(input));
        total += start.elapsed();
        drop(output);
    }
    total
}

struct Ours {
    evidence: Evidence,
    tables: Vec<Tables>,
    limits: Limits,
}

impl Ours {
    fn new(label: &str, bytes: &[u8]) -> Result<Self, Failure> {
        let evidence = Evidence::from_bytes(label, bytes.to_vec());
        Ok(Ours { evidence, tables: embedded_tables()?, limits: Limits::default() })
    }

    fn columns(&self) -> Option<Vec<Track>> {
        columns(black_box(&self.evidence), &self.tables, &self.limits)
    }
}

/// What the peer's own command line does before it writes: records, frames, and the frames as one line.
fn peer(bytes: Vec<u8>) -> dji_log_parser::Result<(Vec<Record>, Vec<Frame>, GeoJson)> {
    let log = DJILog::from_bytes(bytes)?;
    let records = log.records(None)?;
    let frames = log.frames(None)?;
    let position = |f: &Frame| vec![f.osd.longitude, f.osd.latitude, f64::from(f.osd.altitude)];
    let mut properties = JsonObject::new();
    properties.insert("aircraftName".to_owned(), log.details.aircraft_name.as_str().into());
    properties.insert("startTime".to_owned(), log.details.start_time.to_string().into());
    properties.insert("totalTime".to_owned(), log.details.total_time.into());
    let geojson = GeoJson::Feature(Feature {
        bbox: None,
        geometry: Some(Geometry::new(Value::LineString(frames.iter().map(position).collect()))),
        id: None,
        properties: Some(properties),
        foreign_members: None,
    });
    Ok((records, frames, geojson))
}

fn positions(geojson: &GeoJson) -> usize {
    match geojson {
        GeoJson::Feature(Feature { geometry: Some(Geometry { value: Value::LineString(line), .. }), .. }) => line.len(),
        _ => 0,
    }
}
