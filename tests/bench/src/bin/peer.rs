//! One flight record through this crate and through `dji-log-parser`, in one process and in turn. Tracks: from the bytes in
//! memory to the result; copying the input, hashing it and freeing the result are left out on both sides. Every field: from the
//! file to CSV files, as both command lines do it. Beside both the plain SHA-256 of the same bytes.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Parser as _;
use dji_log_parser::DJILog;
use dji_log_parser::frame::{Frame, FrameDetails};
use dji_log_parser::keychain::KeychainFeaturePoint;
use dji_log_parser::record::Record;
use geojson::{Feature, GeoJson, Geometry, JsonObject, Value};
use overflown::cli::Arguments;
use overflown::decode::{KeyFile, embedded_tables};
use overflown::evidence::{Evidence, Limits, Sha256};
use overflown::layout::Tables;
use overflown::track::{Rows, Track};
use overflown_bench::{Failure, chosen_file, columns, keys_beside};

const REPETITIONS: u32 = 5;
/// As many megabytes go through each step of a repetition.
const MEGABYTES: u64 = 80;

/// What two ways from radians to degrees may differ by.
const ROUNDING_DEG: f64 = 1e-12;

type Keychains = Vec<Vec<KeychainFeaturePoint>>;

fn main() -> Result<(), Failure> {
    let path = chosen_file()?;
    let bytes = fs::read(&path)?;
    let rounds = u32::try_from((MEGABYTES * 1_000_000 / bytes.len().max(1) as u64).clamp(3, 50))?;
    let keys = keys_beside(&path);
    let keychains: Option<Keychains> = keys.as_ref().map(|keys| serde_json::from_slice(&keys.bytes)).transpose()?;
    let version = bytes.get(10).copied().unwrap_or_default();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    println!("{name}: version {version}, {} bytes; best of {REPETITIONS} x {rounds} rounds", bytes.len());

    let ours = Ours::new(&path.to_string_lossy(), &bytes, keys)?;
    let tracks = ours.columns().ok_or("overflown does not recognise the file")?;
    for track in &tracks {
        let (rows, fixes) = (track.rows.len(), track.rows.fixes().count());
        println!(
            "  overflown       track {}: {rows} rows, {fixes} fixes, {} columns",
            track.name,
            track.rows.columns.len()
        );
    }
    let (records, frames, geojson) = peer(bytes.clone(), &keychains)?;
    let (found, line) = (records.len(), positions(&geojson));
    println!("  dji-log-parser  {found} records, {} frames, a line of {line} positions", frames.len());
    compare(&tracks, &records, &frames, version >= 12)?;

    let folder = tempfile::tempdir()?;
    let (tables, table) = (folder.path().join("tables"), folder.path().join("frames.csv"));
    let ours_csv = || records_verb(&path, &tables);
    let peer_csv = || peer_table(&path, &keychains, &table);
    ours_csv()?;
    peer_csv()?;
    let (ours_cells, peer_cells) = (cells(&tables)?, cells(&table)?);

    let mut best = [Duration::MAX; 6];
    for _ in 0..REPETITIONS {
        let once = [
            time(rounds, || (), |()| ours.columns()),
            time(rounds, || bytes.clone(), |bytes| peer(bytes, &keychains).ok()),
            time(rounds, || bytes.clone(), |bytes| peer_frames(bytes, &keychains).ok()),
            time(rounds.div_ceil(4), || (), |()| ours_csv().is_ok()),
            time(rounds.div_ceil(4), || (), |()| peer_csv().is_ok()),
            time(rounds, || (), |()| Sha256::of(black_box(&bytes))),
        ];
        for (best, once) in best.iter_mut().zip(once) {
            *best = once.min(*best);
        }
    }
    let [tracks, all, frames, ours_csv, peer_csv, sha] = best.map(|best| best.as_secs_f64());
    let print = |what: &str, seconds: f64| {
        println!("{what:<52} {:9.3} ms {:8.1} MB/s", seconds * 1e3, bytes.len() as f64 / 1e6 / seconds);
    };
    print("SHA-256", sha);
    print("overflown: columns of all tracks", tracks);
    print("dji-log-parser: records, frames, GeoJSON value", all);
    print("dji-log-parser: frames alone", frames);
    println!(
        "tracks: ratio {:.1} (to frames alone {:.1}); {:.2} x SHA-256",
        all / tracks,
        frames / tracks,
        tracks / sha
    );
    print("overflown: every field to CSV, a file a type", ours_csv);
    print("dji-log-parser: frames to CSV", peer_csv);
    let per_cell = |seconds: f64, cells: Cells| seconds * 1e9 / cells.all as f64;
    let (ours_each, peer_each) = (per_cell(ours_csv, ours_cells), per_cell(peer_csv, peer_cells));
    println!(
        "cells: overflown {ours_cells}, {ours_each:.0} ns each; dji-log-parser {peer_cells}, {peer_each:.0} ns each"
    );
    println!("cells: ratio {:.1} a cell; {:.2} x SHA-256", peer_each / ours_each, ours_csv / sha);
    Ok(())
}

/// The mean time of a round, without `prepare` and without the end of the results.
fn time<I, O>(rounds: u32, prepare: impl Fn() -> I, run: impl Fn(I) -> O) -> Duration {
    let mut total = Duration::ZERO;
    for _ in 0..rounds {
        let input = black_box(prepare());
        let start = Instant::now();
        let output = black_box(run(input));
        total += start.elapsed();
        drop(output);
    }
    total / rounds
}

struct Ours {
    evidence: Evidence,
    tables: Vec<Tables>,
    limits: Limits,
    keys: Vec<KeyFile>,
}

impl Ours {
    fn new(label: &str, bytes: &[u8], keys: Option<KeyFile>) -> Result<Self, Failure> {
        let evidence = Evidence::from_bytes(label, bytes.to_vec());
        Ok(Ours { evidence, tables: embedded_tables()?, limits: Limits::default(), keys: keys.into_iter().collect() })
    }

    fn columns(&self) -> Option<Vec<Track>> {
        columns(black_box(&self.evidence), &self.tables, &self.limits, &self.keys)
    }
}

/// `records FILE --to csv -o DIR`, from the file to the files.
fn records_verb(file: &Path, folder: &Path) -> Result<(), Failure> {
    let mut words: Vec<PathBuf> =
        ["overflown", "records", "--to", "csv", "--force", "--quiet", "-o"].map(Into::into).into();
    words.extend([folder.to_owned(), file.to_owned()]);
    let keys = file.with_extension("keys.json");
    if keys.is_file() {
        words.extend(["--keys".into(), keys]);
    }
    match overflown::cli::run(&Arguments::try_parse_from(words)?) {
        0 => Ok(()),
        code => Err(format!("records ends with {code}").into()),
    }
}

/// What the peer's own command line does before it writes: records, frames, and the frames as one line.
fn peer(bytes: Vec<u8>, keys: &Option<Keychains>) -> dji_log_parser::Result<(Vec<Record>, Vec<Frame>, GeoJson)> {
    let log = DJILog::from_bytes(bytes)?;
    let records = log.records(keys.clone())?;
    let frames = log.frames(keys.clone())?;
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

fn peer_frames(bytes: Vec<u8>, keys: &Option<Keychains>) -> dji_log_parser::Result<Vec<Frame>> {
    DJILog::from_bytes(bytes)?.frames(keys.clone())
}

/// The peer's CSV: one line a frame, all fields of it and of the details. It holds no other records' fields, and its command line
/// decodes the records beside, which is left out here.
fn peer_table(file: &Path, keys: &Option<Keychains>, table: &Path) -> Result<(), Failure> {
    let log = DJILog::from_bytes(fs::read(file)?)?;
    let frames = log.frames(keys.clone())?;
    let details: FrameDetails = log.details.clone().into();
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_path(table)?;
    for frame in &frames {
        writer.serialize((frame, &details))?;
    }
    Ok(writer.flush()?)
}

#[derive(Clone, Copy, Default)]
struct Cells {
    all: usize,
    filled: usize,
}

impl std::fmt::Display for Cells {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} cells ({} filled)", self.all, self.filled)
    }
}

/// Cells of a table, or of all tables of a folder.
fn cells(path: &Path) -> Result<Cells, Failure> {
    let mut sum = Cells::default();
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            let cells = cells(&entry?.path())?;
            sum.all += cells.all;
            sum.filled += cells.filled;
        }
        return Ok(sum);
    }
    for row in csv::ReaderBuilder::new().flexible(true).from_path(path)?.records() {
        let row = row?;
        sum.all += row.len();
        sum.filled += row.iter().filter(|cell| !cell.is_empty()).count();
    }
    Ok(sum)
}

/// Holds our positions against the peer's. It gives every frame but the last, and takes the phone's latitude for its longitude.
/// Where it reads a file wrong (`must` is false) a difference is only told.
fn compare(tracks: &[Track], records: &[Record], frames: &[Frame], must: bool) -> Result<(), Failure> {
    let rows = |name: &str| tracks.iter().find(|track| track.name == name).map(|track| &track.rows);
    let aircraft = rows("aircraft").ok_or("no track of the aircraft")?;
    let ours = |rows: &Rows| -> Vec<(f64, f64)> { rows.lat.iter().copied().zip(rows.lon.iter().copied()).collect() };
    // Radians become degrees in another order of operations.
    let near = |a: &(f64, f64), b: &(f64, f64)| (a.0 - b.0).abs() < ROUNDING_DEG && (a.1 - b.1).abs() < ROUNDING_DEG;
    let theirs: Vec<(f64, f64)> = frames.iter().map(|frame| (frame.osd.latitude, frame.osd.longitude)).collect();
    let equal = ours(aircraft).iter().zip(&theirs).filter(|(ours, theirs)| near(ours, theirs)).count();
    let phones: Vec<(f64, f64)> = records
        .iter()
        .filter_map(|record| match record {
            Record::AppGPS(phone) => Some((phone.longitude, phone.latitude)),
            _ => None,
        })
        .collect();
    let pilot = rows("pilot").map(ours).unwrap_or_default();
    println!(
        "  positions       {equal} of the peer's {} equal ours, we have {}; of the phone {} and {}",
        frames.len(),
        aircraft.len(),
        phones.len(),
        pilot.len()
    );
    let same = equal == frames.len() && frames.len() + 1 == aircraft.len() && phones == pilot;
    if must && !same { Err("the two decoders differ".into()) } else { Ok(()) }
}

fn positions(geojson: &GeoJson) -> usize {
    match geojson {
        GeoJson::Feature(Feature { geometry: Some(Geometry { value: Value::LineString(line), .. }), .. }) => line.len(),
        _ => 0,
    }
}
