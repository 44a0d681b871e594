//! Heights of the ground from tiles that the user gives: SRTM `.hgt` files and GeoTIFF in longitude and latitude (Copernicus
//! GLO-30 and the like). Tiles are read when a flight needs them, hashed, and kept as long as memory allows.

mod geotiff;
mod grid;
mod hgt;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use crate::evidence::{Evidence, ExtraHashes, Found, Limits, walk};
use grid::{Grid, Samples};

/// The ground at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroundHeight {
    /// Above mean sea level.
    pub metres: f64,
    /// One standard deviation.
    pub sigma_m: f64,
}

/// Something that knows the ground.
pub trait Ground: Sync {
    /// The ground at a place in degrees; `None` where nothing is known of it.
    fn ground(&self, lat: f64, lon: f64) -> Option<GroundHeight>;
}

/// A tile that a verdict rests on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UsedTile {
    pub path: String,
    pub sha256: String,
    pub format: &'static str,
    /// The sea level that its heights are above.
    pub datum: String,
    /// One standard deviation of its heights, metres.
    pub sigma_m: f64,
}

/// A file that gave no heights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnusableTile {
    pub path: String,
    pub reason: String,
}

/// Bytes of decoded tiles that stay in memory: five of 3600 by 3600 nodes in single precision.
const KEPT_BYTES: usize = 256 << 20;
/// Nodes of the largest tile that is read.
const MOST_NODES: u64 = 64 << 20;
/// Cells of one degree that one tile may cover; a tile of the whole Earth has 64,800.
const MOST_CELLS: i64 = 70_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Hgt,
    GeoTiff,
}

impl Format {
    fn as_str(self) -> &'static str {
        match self {
            Format::Hgt => "srtm-hgt",
            Format::GeoTiff => "geotiff",
        }
    }

    /// One standard deviation: the error that 90 % of the heights keep, by the specification of SRTM (16 m) and of Copernicus
    /// GLO-30 (4 m), over 1.645.
    fn sigma_m(self) -> f64 {
        match self {
            Format::Hgt => 9.7,
            Format::GeoTiff => 2.4,
        }
    }
}

/// A tile as its name or its tags describe it.
struct Tile {
    path: PathBuf,
    label: String,
    format: Format,
    datum: String,
    grid: Grid,
}

/// A folder of tiles.
pub struct Terrain {
    tiles: Vec<Tile>,
    /// Tiles by the cells of one degree that they cover, the finest first.
    by_cell: HashMap<(i32, i32), Vec<usize>>,
    state: Mutex<State>,
}

/// What has been read so far.
#[derive(Default)]
struct State {
    /// With the turn in which each was last used; `None` for a tile that could not be read.
    kept: HashMap<usize, (u64, Option<Arc<Samples>>)>,
    bytes: usize,
    turn: u64,
    used: BTreeMap<String, UsedTile>,
    unusable: Vec<UnusableTile>,
}

impl Terrain {
    /// Lists the tiles of a folder, or takes a single one. Files that are no tiles are passed over; tiles that cannot be used
    /// are told by [`Terrain::unusable`].
    pub fn open(folder: &Path) -> Self {
        let mut state = State::default();
        let mut tiles = Vec::new();
        for found in walk(&[folder.to_owned()]).files {
            match describe(&found) {
                Some(Ok(tile)) => tiles.push(tile),
                Some(Err(reason)) => state.unusable.push(UnusableTile { path: found.label, reason }),
                None => {}
            }
        }
        tiles.sort_by(|a, b| a.grid.step_lat.total_cmp(&b.grid.step_lat).then_with(|| a.label.cmp(&b.label)));
        let mut by_cell: HashMap<(i32, i32), Vec<usize>> = HashMap::new();
        for (number, tile) in tiles.iter().enumerate() {
            for cell in tile.grid.cells() {
                by_cell.entry(cell).or_default().push(number);
            }
        }
        Terrain { tiles, by_cell, state: Mutex::new(state) }
    }

    /// How many tiles there are.
    pub fn len(&self) -> usize {
        self.tiles.len()
    }

    pub fn is_empty(&self) -> bool {
        self.tiles.is_empty()
    }

    /// The tiles that heights were taken from so far, by path.
    pub fn used(&self) -> Vec<UsedTile> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).used.values().cloned().collect()
    }

    /// The files that look like tiles and cannot be used, by path.
    pub fn unusable(&self) -> Vec<UnusableTile> {
        let mut list = self.state.lock().unwrap_or_else(PoisonError::into_inner).unusable.clone();
        list.sort_by(|a, b| a.path.cmp(&b.path));
        list
    }

    /// The heights of a tile, from memory or from its file; the tile counts as used.
    fn samples(&self, number: usize) -> Option<Arc<Samples>> {
        let tile = self.tiles.get(number)?;
        let mut guard = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state = &mut *guard;
        state.turn += 1;
        if let Some((turn, samples)) = state.kept.get_mut(&number) {
            *turn = state.turn;
            return samples.clone();
        }
        let samples = match read(tile) {
            Ok((samples, used)) => {
                state.used.insert(used.path.clone(), used);
                Some(Arc::new(samples))
            }
            Err(reason) => {
                state.unusable.push(UnusableTile { path: tile.label.clone(), reason });
                None
            }
        };
        state.bytes += samples.as_ref().map_or(0, |samples| samples.bytes());
        state.kept.insert(number, (state.turn, samples.clone()));
        while state.bytes > KEPT_BYTES {
            let oldest = state
                .kept
                .iter()
                .filter(|(other, (_, samples))| **other != number && samples.is_some())
                .min_by_key(|(_, (turn, _))| *turn)
                .map(|(other, _)| *other);
            let Some((_, Some(dropped))) = oldest.and_then(|oldest| state.kept.remove(&oldest)) else { break };
            state.bytes -= dropped.bytes();
        }
        samples
    }

    /// A node by its place, in any tile that has it.
    fn node(&self, lat: f64, lon: f64) -> Option<f64> {
        self.covering(lat, lon).find_map(|number| {
            let (row, column) = self.tiles.get(number)?.grid.nearest_node(lat, lon)?;
            self.samples(number)?.at(row, column)
        })
    }

    fn covering(&self, lat: f64, lon: f64) -> impl Iterator<Item = usize> + '_ {
        self.by_cell.get(&grid::cell(lat, lon)).into_iter().flatten().copied()
    }
}

impl Ground for Terrain {
    /// Linear between the four nodes around the place; where one of them is missing nothing is known.
    fn ground(&self, lat: f64, lon: f64) -> Option<GroundHeight> {
        self.covering(lat, lon).find_map(|number| {
            let tile = self.tiles.get(number)?;
            let around = tile.grid.around(lat, lon)?;
            let samples = self.samples(number)?;
            let mut metres = 0.0;
            for ((row, column), weight) in around {
                if weight == 0.0 {
                    continue;
                }
                // Tiles of some makers end a step before the next one begins.
                let node = samples.at(row, column).or_else(|| {
                    let (lat, lon) = tile.grid.place(row, column);
                    (!tile.grid.holds(row, column)).then(|| self.node(lat, lon)).flatten()
                })?;
                metres += weight * node;
            }
            Some(GroundHeight { metres, sigma_m: tile.format.sigma_m() })
        })
    }
}

/// What a file is by its name and head; `None` when it is no tile.
fn describe(found: &Found) -> Option<Result<Tile, String>> {
    let name = found.path.file_name()?.to_string_lossy().into_owned();
    let (_, extension) = name.rsplit_once('.')?;
    let tile = |format, described: Result<(Grid, String), String>| {
        described.and_then(|(grid, datum)| {
            grid.check()?;
            Ok(Tile { path: found.path.clone(), label: found.label.clone(), format, datum, grid })
        })
    };
    match extension.to_ascii_lowercase().as_str() {
        "hgt" => {
            let length = std::fs::metadata(&found.path).map_err(|e| e.to_string()).map(|m| m.len());
            let described = length.and_then(|length| hgt::describe(&name, length));
            Some(tile(Format::Hgt, described.map(|grid| (grid, "EGM96 (SRTM)".to_owned()))))
        }
        "tif" | "tiff" => Some(tile(Format::GeoTiff, geotiff::describe(&found.path))),
        _ => None,
    }
}

fn read(tile: &Tile) -> Result<(Samples, UsedTile), String> {
    let limits = Limits::default();
    let evidence = Evidence::open(&tile.path, tile.label.clone(), &limits, ExtraHashes::default())
        .map_err(|error| format!("cannot be read: {error}"))?;
    if let Some(span) = evidence.unreadable.first() {
        return Err(format!("{} bytes at {} cannot be read", span.len, span.offset));
    }
    let bytes = evidence.whole(&limits).map_err(|error| format!("cannot be read: {error}"))?;
    let samples = match tile.format {
        Format::Hgt => hgt::samples(&bytes, &tile.grid),
        Format::GeoTiff => geotiff::samples(&bytes, &tile.grid),
    }?;
    let used = UsedTile {
        path: tile.label.clone(),
        sha256: evidence.sha256().to_string(),
        format: tile.format.as_str(),
        datum: tile.datum.clone(),
        sigma_m: tile.format.sigma_m(),
    };
    Ok((samples, used))
}
