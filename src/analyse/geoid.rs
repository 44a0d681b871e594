//! Height of the geoid above the WGS 84 ellipsoid by EGM96, from a grid of 0.25 degrees (`formats/geoid/make.py` makes it and
//! says how it is coded). Cubic interpolation is at most 0.17 m (rms 0.008 m) away from the model's own 5' grid; the model
//! itself is within about 1 m of mean sea level.

use std::sync::OnceLock;

static CODED: &[u8] = include_bytes!("../../formats/geoid/egm96-15.bin");
const ROWS: usize = 721;
const COLUMNS: usize = 1440;
const HEAD: &[u8] = b"N15cm01\n\xd1\x02\xa0\x05";
/// After so many ones a number follows in 16 bits.
const LIMIT: u32 = 24;
/// Rows back, columns to the right, weight over 64.
const WEIGHTS: [(usize, isize, i32); 10] = [
    (0, -1, 104),
    (0, -2, -44),
    (1, 0, 38),
    (1, -1, -95),
    (1, 1, 18),
    (2, 0, 32),
    (2, -1, -5),
    (2, 1, -30),
    (1, -2, 41),
    (1, 2, 5),
];
/// What EGM96 may be off from mean sea level, one standard deviation in metres, interpolation included.
pub const SIGMA_M: f64 = 0.5;

/// Metres from the ellipsoid up to the geoid (EGM96), negative where the geoid lies below. `None` for no place on Earth.
pub fn undulation_m(lat: f64, lon: f64) -> Option<f64> {
    static GRID: OnceLock<Option<Grid>> = OnceLock::new();
    if !(lat.abs() <= 90.0 && lon.is_finite()) {
        return None;
    }
    GRID.get_or_init(|| Grid::decode(CODED)).as_ref().map(|grid| grid.at(lat, lon))
}

/// Centimetres, rows from the south pole, columns from 180 degrees west.
struct Grid(Vec<i16>);

impl Grid {
    fn decode(coded: &[u8]) -> Option<Grid> {
        let mut bits = Bits { bytes: coded.strip_prefix(HEAD)?, at: 0 };
        let mut nodes: Vec<i16> = Vec::with_capacity(ROWS * COLUMNS);
        let (mut magnitudes, mut count) = (64_u32, 1_u32);
        for row in 0..ROWS {
            for column in 0..COLUMNS {
                let mut k = 0;
                while count << k < magnitudes {
                    k += 1;
                }
                let u = bits.rice(k)?;
                let rest = if u % 2 == 0 { (u / 2) as i32 } else { -((u / 2) as i32) - 1 };
                let node = predicted(&nodes, row, column).checked_add(rest)?;
                nodes.push(i16::try_from(node).ok()?);
                magnitudes += rest.unsigned_abs();
                count += 1;
                if count == 32 {
                    (magnitudes, count) = (magnitudes >> 1, count >> 1);
                }
            }
        }
        Some(Grid(nodes))
    }

    /// Catmull-Rom over 4 by 4 nodes; beyond a pole the grid goes on half a turn away.
    fn at(&self, lat: f64, lon: f64) -> f64 {
        let north = (lat + 90.0) * 4.0;
        let east = (lon + 180.0).rem_euclid(360.0) * 4.0;
        let south = (north.floor() as isize).clamp(0, ROWS as isize - 2);
        let west = east.floor();
        let up = weights(north - south as f64);
        let aside = weights(east - west);
        let mut sum = 0.0;
        for (i, up) in (-1..3).zip(up) {
            for (j, aside) in (-1..3).zip(aside) {
                sum += up * aside * self.node(south + i, west as isize + j);
            }
        }
        sum / 100.0
    }

    fn node(&self, row: isize, column: isize) -> f64 {
        let top = ROWS as isize - 1;
        let (row, turn) = match row {
            row if row < 0 => (-row, COLUMNS as isize / 2),
            row if row > top => (2 * top - row, COLUMNS as isize / 2),
            row => (row, 0),
        };
        let column = (column + turn).rem_euclid(COLUMNS as isize);
        self.0.get(row as usize * COLUMNS + column as usize).map_or(0.0, |cm| f64::from(*cm))
    }
}

fn weights(t: f64) -> [f64; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [(-t + 2.0 * t2 - t3) / 2.0, (2.0 - 5.0 * t2 + 3.0 * t3) / 2.0, (t + 4.0 * t2 - 3.0 * t3) / 2.0, (t3 - t2) / 2.0]
}

/// What the nodes known so far lead to expect next.
fn predicted(nodes: &[i16], row: usize, column: usize) -> i32 {
    let node = |row: usize, column: usize| nodes.get(row * COLUMNS + column).map_or(0, |cm| i32::from(*cm));
    match (row, column) {
        (0, 0) => 0,
        (1, 0) => node(0, 0),
        (0 | 1, _) => node(row, column - 1),
        (_, 0 | 1) => node(row - 1, column),
        _ => {
            let term = |(back, right, weight): (usize, isize, i32)| {
                let column = (column as isize + right).rem_euclid(COLUMNS as isize) as usize;
                weight * node(row - back, column)
            };
            (WEIGHTS.into_iter().map(term).sum::<i32>() + 32) >> 6
        }
    }
}

/// Bits, the most significant one of a byte first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn bit(&mut self) -> Option<u32> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(u32::from(bit))
    }

    fn number(&mut self, bits: u32) -> Option<u32> {
        (0..bits).try_fold(0, |number, _| Some(number << 1 | self.bit()?))
    }

    fn rice(&mut self, k: u32) -> Option<u32> {
        let mut ones = 0;
        while ones < LIMIT && self.bit()? == 1 {
            ones += 1;
        }
        if ones == LIMIT { self.number(16) } else { Some(ones << k | self.number(k)?) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn off(lat: f64, lon: f64, metres: f64) -> f64 {
        (undulation_m(lat, lon).expect("a place") - metres).abs()
    }

    /// The six places that NGA publishes with its EGM96 program (INPUT.DAT, OUTPUT.DAT).
    #[test]
    fn published_places() {
        for (lat, lon, metres) in [
            (38.628_155, 269.779_155, -31.628),
            (-14.621_217, 305.021_114, -2.969),
            (46.874_319, 102.448_729, -43.575),
            (-23.617_446, 133.874_712, 15.871),
            (38.625_473, 359.999_5, 50.066),
            (-0.466_744, 0.002_3, 17.329),
        ] {
            assert!(off(lat, lon, metres) < 0.03, "{lat} {lon}: {:?}", undulation_m(lat, lon));
        }
    }

    /// Nodes of the 5' grid, read with the package `egm96` 0.3.0: poles, the antimeridian, beside nodes of the coarse grid, and
    /// the two where interpolation is worst (cubic and linear).
    #[test]
    fn the_fine_grid() {
        for (lat, lon, metres) in [
            (90.0, 0.0, 13.61),
            (-90.0, 0.0, -29.53),
            (8.5, -180.0, 14.16),
            (8.5, 180.0, 14.16),
            (101.0 / 12.0, 2159.0 / 12.0, 14.32),
            (0.0, -2159.0 / 12.0, 21.08),
            (1079.0 / 12.0, -1441.0 / 12.0, 13.65),
            (961.0 / 12.0, 12.25, 35.06),
            (235.0 / 12.0, -1867.0 / 12.0, 26.95),
        ] {
            assert!(off(lat, lon, metres) < 0.17, "{lat} {lon}: {:?}", undulation_m(lat, lon));
        }
        assert!(off(341.0 / 12.0, -200.0 / 12.0, 49.72) < 0.17);
        assert_eq!(undulation_m(90.1, 0.0), None);
        assert_eq!(undulation_m(f64::NAN, 0.0), None);
    }

    #[test]
    fn a_damaged_grid_is_none() {
        assert!(Grid::decode(&CODED[..1000]).is_none());
        assert!(Grid::decode(b"").is_none());
    }
}
