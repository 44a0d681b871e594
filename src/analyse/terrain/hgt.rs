//! SRTM tiles: one degree, named after its south-western corner (`N47E008.hgt`), big-endian 16-bit metres in rows from the
//! north, 1201 (3") or 3601 (1") nodes a side with the edges shared by neighbours; -32768 where nothing is known (SRTM Topo
//! specification, USGS).

use super::grid::{Grid, Samples};

/// # Errors
/// When the name gives no place or the length is that of no tile.
pub fn describe(name: &str, length: u64) -> Result<Grid, String> {
    let side = [1201_usize, 3601].into_iter().find(|side| (side * side * 2) as u64 == length);
    let Some(side) = side else {
        return Err(format!("{length} bytes are no tile of 1201 or 3601 nodes a side"));
    };
    let (lat, lon) =
        corner(name).ok_or("its name gives no south-western corner such as N47E008; name it after its place")?;
    let step = 1.0 / (side - 1) as f64;
    Ok(Grid { north: lat + 1.0, west: lon, step_lat: step, step_lon: step, rows: side, columns: side })
}

/// `N47E008` at the beginning of a name.
fn corner(name: &str) -> Option<(f64, f64)> {
    let name = name.get(..7)?.to_ascii_uppercase();
    let sign = |letter: &str| match letter {
        "N" | "E" => Some(1.0),
        "S" | "W" => Some(-1.0),
        _ => None,
    };
    let number = |digits: &str| digits.parse::<u16>().ok().map(f64::from);
    let lat = number(name.get(1..3)?)? * sign(name.get(..1).filter(|l| "NS".contains(l))?)?;
    let lon = number(name.get(4..7)?)? * sign(name.get(3..4).filter(|l| "EW".contains(l))?)?;
    (lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some((lat, lon))
}

/// # Errors
/// When the file is no longer as long as it was.
pub fn samples(bytes: &[u8], grid: &Grid) -> Result<Samples, String> {
    if bytes.len() != grid.rows * grid.columns * 2 {
        return Err("its length changed while it was used".to_owned());
    }
    Ok(Samples::Hgt { bytes: bytes.to_vec(), columns: grid.columns })
}
