//! Where the nodes of a tile lie, and their heights.

use super::{MOST_CELLS, MOST_NODES};

/// Nodes in rows from north to south, in each from west to east.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// The first node, degrees.
    pub north: f64,
    pub west: f64,
    /// Degrees between nodes, both positive.
    pub step_lat: f64,
    pub step_lon: f64,
    pub rows: usize,
    pub columns: usize,
}

/// A node: row and column, perhaps one step outside the tile.
type Node = (usize, usize);

impl Grid {
    /// Refuses what is no tile of the Earth, or too large.
    pub fn check(&self) -> Result<(), String> {
        let south = self.north - self.step_lat * self.rows as f64;
        let east = self.west + self.step_lon * self.columns as f64;
        let is_sound = self.step_lat > 0.0
            && self.step_lon > 0.0
            && self.north <= 91.0
            && south >= -91.0
            && self.west >= -181.0
            && east <= 361.0
            && self.rows > 1
            && self.columns > 1;
        if !is_sound {
            return Err("its corners are no places on Earth in longitude and latitude".to_owned());
        }
        let nodes = self.rows as u64 * self.columns as u64;
        if nodes > MOST_NODES || self.cells().len() as i64 > MOST_CELLS {
            return Err(format!("it has {nodes} nodes, and at most {MOST_NODES} are read; cut it into tiles"));
        }
        Ok(())
    }

    /// The cells of one degree that it covers, the step behind its last node included.
    pub fn cells(&self) -> Vec<(i32, i32)> {
        let south = (self.north - self.step_lat * self.rows as f64).floor() as i32;
        let east = (self.west + self.step_lon * self.columns as f64).floor() as i32;
        let (north, west) = (self.north.floor() as i32, self.west.floor() as i32);
        (south..=north).flat_map(|lat| (west..=east).map(move |lon| (lat, wrapped(lon)))).collect()
    }

    /// Row and column of a place, as numbers of nodes; `None` when it is not between its nodes or the step behind them.
    fn steps(&self, lat: f64, lon: f64) -> Option<(f64, f64)> {
        let down = (self.north - lat) / self.step_lat;
        let right = (lon - self.west).rem_euclid(360.0) / self.step_lon;
        // A place on the western edge may come out a turn away.
        let turn = 360.0 / self.step_lon;
        let right = if turn - right < 1e-6 { 0.0 } else { right };
        ((-1e-6..self.rows as f64).contains(&down) && right < self.columns as f64).then_some((down.max(0.0), right))
    }

    /// The four nodes around a place with their weights.
    pub fn around(&self, lat: f64, lon: f64) -> Option<[(Node, f64); 4]> {
        let (down, right) = self.steps(lat, lon)?;
        let (row, t) = split(down);
        let (column, u) = split(right);
        Some([
            ((row, column), (1.0 - t) * (1.0 - u)),
            ((row, column + 1), (1.0 - t) * u),
            ((row + 1, column), t * (1.0 - u)),
            ((row + 1, column + 1), t * u),
        ])
    }

    /// The node at a place, when there is one.
    pub fn nearest_node(&self, lat: f64, lon: f64) -> Option<Node> {
        let (down, right) = self.steps(lat, lon)?;
        let node = (down.round() as usize, right.round() as usize);
        let off = (down - down.round()).abs().max((right - right.round()).abs());
        (off < 0.01 && self.holds(node.0, node.1)).then_some(node)
    }

    pub fn holds(&self, row: usize, column: usize) -> bool {
        row < self.rows && column < self.columns
    }

    /// Latitude and longitude of a node.
    pub fn place(&self, row: usize, column: usize) -> (f64, f64) {
        (self.north - self.step_lat * row as f64, self.west + self.step_lon * column as f64)
    }
}

/// Whole steps and the rest; what is a node but for rounding is a node.
fn split(steps: f64) -> (usize, f64) {
    let nearest = steps.round();
    if (steps - nearest).abs() < 1e-6 { (nearest as usize, 0.0) } else { (steps.floor() as usize, steps.fract()) }
}

/// The cell of one degree of a place.
pub fn cell(lat: f64, lon: f64) -> (i32, i32) {
    (lat.floor() as i32, wrapped(lon.floor() as i32))
}

fn wrapped(lon: i32) -> i32 {
    (lon + 180).rem_euclid(360) - 180
}

/// Heights above mean sea level, metres, in the order of the nodes.
pub enum Samples {
    /// Big-endian 16-bit integers; -32768 is unknown.
    Hgt { bytes: Vec<u8>, columns: usize },
    /// NaN is unknown.
    Float { values: Vec<f32>, columns: usize },
}

impl Samples {
    pub fn bytes(&self) -> usize {
        match self {
            Samples::Hgt { bytes, .. } => bytes.len(),
            Samples::Float { values, .. } => values.len() * 4,
        }
    }

    /// `None` outside the tile and where nothing is known.
    pub fn at(&self, row: usize, column: usize) -> Option<f64> {
        match self {
            Samples::Hgt { bytes, columns } => {
                let at = 2 * (row * columns + column);
                let node = bytes.get(at..at + 2).filter(|_| column < *columns)?;
                let metres = i16::from_be_bytes([*node.first()?, *node.last()?]);
                (metres != i16::MIN).then(|| f64::from(metres))
            }
            Samples::Float { values, columns } => {
                let metres = values.get(row * columns + column).filter(|_| column < *columns)?;
                metres.is_finite().then(|| f64::from(*metres))
            }
        }
    }
}
