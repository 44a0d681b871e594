//! GeoTIFF tiles in longitude and latitude: pixel scale and tie point give the place (OGC 19-008r4), the keys the kind of
//! coordinates, what a pixel stands for, and the sea level.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::Path;

use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;

use super::MOST_NODES;
use super::grid::{Grid, Samples};

const PIXEL_SCALE: Tag = Tag::Unknown(33550);
const TIE_POINT: Tag = Tag::Unknown(33922);
const KEYS: Tag = Tag::Unknown(34735);
const NO_DATA: Tag = Tag::Unknown(42113);

/// GTModelTypeGeoKey: 2 is longitude and latitude.
const MODEL: u16 = 1024;
/// GTRasterTypeGeoKey: 1 a pixel is an area, 2 a point.
const RASTER: u16 = 1025;
/// GeodeticCRSGeoKey: WGS 84, ETRS89 and NAD83 agree within 2 m.
const CRS: u16 = 2048;
const NEAR_WGS84: [u16; 3] = [4326, 4258, 4269];
/// VerticalGeoKey.
const VERTICAL: u16 = 4096;

/// # Errors
/// When it is no GeoTIFF in longitude and latitude.
pub fn describe(path: &Path) -> Result<(Grid, String), String> {
    let file = File::open(path).map_err(|error| format!("cannot be read: {error}"))?;
    describe_tiff(&mut decoder(BufReader::new(file))?)
}

fn decoder<R: Read + Seek>(source: R) -> Result<Decoder<R>, String> {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MOST_NODES as usize * 4;
    Decoder::new(source)
        .map(|decoder| decoder.with_limits(limits))
        .map_err(|error| format!("is no sound TIFF: {error}"))
}

fn describe_tiff<R: Read + Seek>(tiff: &mut Decoder<R>) -> Result<(Grid, String), String> {
    let (columns, rows) = tiff.dimensions().map_err(|error| format!("is no sound TIFF: {error}"))?;
    let mut numbers = |tag| {
        let value = tiff.find_tag(tag).ok().flatten();
        value.and_then(|value| value.into_f64_vec().ok()).unwrap_or_default()
    };
    let (scale, tie) = (numbers(PIXEL_SCALE), numbers(TIE_POINT));
    let keys = tiff.get_tag_u16_vec(KEYS).unwrap_or_default();
    // Key, where its value stands (0: here), count, value; the first four numbers are a head.
    let key = |wanted: u16| {
        let rows = keys.get(4..).unwrap_or_default().chunks_exact(4);
        rows.filter_map(|row| <&[u16; 4]>::try_from(row).ok())
            .find(|[id, place, ..]| *id == wanted && *place == 0)
            .map(|[.., value]| *value)
    };
    let ([step_lon, step_lat, ..], [column, row, _, lon, lat, ..]) = (scale.as_slice(), tie.as_slice()) else {
        return Err("has no pixel scale and tie point: it is no GeoTIFF, or turned".to_owned());
    };
    if key(MODEL) != Some(2) {
        return Err("is not in longitude and latitude; convert it first (gdalwarp -t_srs EPSG:4326 IN OUT)".to_owned());
    }
    if let Some(crs) = key(CRS).filter(|crs| !NEAR_WGS84.contains(crs)) {
        return Err(format!("is in EPSG:{crs}; convert it first (gdalwarp -t_srs EPSG:4326 IN OUT)"));
    }
    // The tie point is the corner of a pixel that is an area; heights belong to its middle.
    let half = if key(RASTER) == Some(2) { 0.0 } else { 0.5 };
    let grid = Grid {
        north: lat - (half - row) * step_lat,
        west: lon + (half - column) * step_lon,
        step_lat: *step_lat,
        step_lon: *step_lon,
        rows: rows as usize,
        columns: columns as usize,
    };
    let datum = match key(VERTICAL) {
        Some(3855) => "EGM2008".to_owned(),
        Some(5773) => "EGM96".to_owned(),
        Some(code) => format!("EPSG:{code}, taken as mean sea level"),
        None => "not stated; Copernicus GLO-30 is above EGM2008, within about a metre of EGM96".to_owned(),
    };
    Ok((grid, datum))
}

/// # Errors
/// When the picture cannot be decoded or has no single number a pixel.
pub fn samples(bytes: &[u8], grid: &Grid) -> Result<Samples, String> {
    let mut tiff = decoder(Cursor::new(bytes))?;
    if tiff.dimensions().ok() != Some((grid.columns as u32, grid.rows as u32)) {
        return Err("its size changed while it was used".to_owned());
    }
    let no_data = tiff.find_tag(NO_DATA).ok().flatten().and_then(|value| value.into_string().ok());
    let no_data: Option<f32> = no_data.and_then(|text| text.trim_matches(['\0', ' ']).parse().ok());
    let mut values: Vec<f32> = match tiff.read_image().map_err(|error| format!("cannot be decoded: {error}"))? {
        DecodingResult::F32(values) => values,
        DecodingResult::F64(values) => values.into_iter().map(|v| v as f32).collect(),
        DecodingResult::I16(values) => values.into_iter().map(f32::from).collect(),
        DecodingResult::U16(values) => values.into_iter().map(f32::from).collect(),
        DecodingResult::I32(values) => values.into_iter().map(|v| v as f32).collect(),
        _ => return Err("its pixels are no heights: 16- or 32-bit numbers are wanted".to_owned()),
    };
    if values.len() != grid.rows * grid.columns {
        return Err("has more than one number a pixel: it is no terrain".to_owned());
    }
    for value in &mut values {
        // No ground lies outside; makers mark the unknown with -32767, -9999, 1e20 and the like.
        if no_data == Some(*value) || !(-1000.0..=9000.0).contains(value) {
            *value = f32::NAN;
        }
    }
    Ok(Samples::Float { values, columns: grid.columns })
}
