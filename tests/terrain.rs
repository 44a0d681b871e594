//! Terrain tiles made by hand and by an encoder, and what lies between their nodes.

use std::fs;
use std::path::Path;

use tiff::encoder::{TiffEncoder, colortype};
use tiff::tags::Tag;

use overflown::analyse::terrain::{Ground as _, Terrain};

/// A 3" tile whose height is ten times the row from the south, plus the column; one node is unknown.
fn write_hgt(folder: &Path, name: &str) {
    let mut bytes = Vec::new();
    for row in 0..1201_i32 {
        for column in 0..1201_i32 {
            let unknown = (row, column) == (100, 100);
            let metres = if unknown { i16::MIN } else { ((1200 - row) * 10 + column) as i16 };
            bytes.extend_from_slice(&metres.to_be_bytes());
        }
    }
    fs::write(folder.join(name), bytes).expect("written");
}

fn metres(terrain: &Terrain, lat: f64, lon: f64) -> Option<f64> {
    terrain.ground(lat, lon).map(|ground| (ground.metres * 1e6).round() / 1e6)
}

#[test]
fn srtm_tiles() {
    let folder = tempfile::tempdir().expect("a folder");
    write_hgt(folder.path(), "S01W071.hgt");
    let terrain = Terrain::open(folder.path());
    assert_eq!(terrain.len(), 1);
    assert!(terrain.used().is_empty(), "nothing is read before it is needed");
    // The corners: south-west 0, south-east 1200, north-west 12000.
    assert_eq!(metres(&terrain, -1.0, -71.0), Some(0.0));
    assert_eq!(metres(&terrain, -1.0, -70.0), Some(1200.0));
    assert_eq!(metres(&terrain, 0.0, -71.0), Some(12_000.0));
    // A quarter of a step to the north and half a step to the east: 2.5 + 0.5.
    assert_eq!(metres(&terrain, -1.0 + 0.25 / 1200.0, -71.0 + 0.5 / 1200.0), Some(3.0));
    // Beside the unknown node nothing is known.
    assert_eq!(metres(&terrain, -100.5 / 1200.0, -71.0 + 100.5 / 1200.0), None);
    assert_eq!(metres(&terrain, -100.0 / 1200.0, -71.0 + 101.0 / 1200.0), Some(11_000.0 + 101.0));
    assert_eq!(metres(&terrain, 0.5, -70.5), None);
    let used = terrain.used();
    assert_eq!((used.len(), used[0].format, used[0].sha256.len()), (1, "srtm-hgt", 64));
    assert!(used[0].path.ends_with("S01W071.hgt"));
}

#[test]
fn what_is_no_tile_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("N47E008.hgt"), b"short").expect("written");
    fs::write(folder.path().join("N47E008.tif"), b"II*\0 no tiff").expect("written");
    fs::write(folder.path().join("README.txt"), b"words").expect("written");
    let terrain = Terrain::open(folder.path());
    assert!(terrain.is_empty());
    let told = terrain.unusable();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].reason.contains("5 bytes are no tile"), "{told:?}");
}

/// Rows from the north with a tie point at the first node, as Copernicus GLO-30 has it; two tiles that share no nodes.
fn write_geotiff(folder: &Path, name: &str, west: f64, heights: &[f32], raster: u16) {
    let file = fs::File::create(folder.join(name)).expect("created");
    let mut encoder = TiffEncoder::new(file).expect("a TIFF");
    let mut image = encoder.new_image::<colortype::Gray32Float>(4, 3).expect("an image");
    let directory = image.encoder();
    directory.write_tag(Tag::Unknown(33550), [0.25, 0.25, 0.0].as_slice()).expect("a tag");
    directory.write_tag(Tag::Unknown(33922), [0.0, 0.0, 0.0, west, 48.0, 0.0].as_slice()).expect("a tag");
    let keys: [u16; 16] = [1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, raster, 4096, 0, 1, 3855];
    directory.write_tag(Tag::Unknown(34735), keys.as_slice()).expect("a tag");
    directory.write_tag(Tag::Unknown(42113), "-9999").expect("a tag");
    image.write_data(heights).expect("pixels");
}

#[test]
fn geotiff_tiles_and_the_seam_between_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let west = [0.0, 1.0, 2.0, 3.0, 10.0, 11.0, 12.0, 13.0, 20.0, 21.0, 22.0, -9999.0];
    write_geotiff(folder.path(), "a.tif", 8.0, &west, 2);
    write_geotiff(folder.path(), "b.tif", 9.0, &west.map(|h| h + 4.0), 2);
    let terrain = Terrain::open(folder.path());
    assert_eq!(terrain.len(), 2, "{:?}", terrain.unusable());
    assert_eq!(metres(&terrain, 48.0, 8.0), Some(0.0));
    assert_eq!(metres(&terrain, 47.875, 8.125), Some(5.5));
    // Between the last column of the one (3) and the first of the other (4).
    assert_eq!(metres(&terrain, 48.0, 8.875), Some(3.5));
    // Unknown in the file, and beyond the last row.
    assert_eq!(metres(&terrain, 47.5, 8.75), None);
    assert_eq!(metres(&terrain, 47.4, 8.0), None);
    assert_eq!(terrain.used()[0].datum, "EGM2008");
    assert_eq!(terrain.used().len(), 2);
}

#[test]
fn a_pixel_that_is_an_area_stands_for_its_middle() {
    let folder = tempfile::tempdir().expect("a folder");
    let heights: Vec<f32> = (0..12).map(|i| i as f32).collect();
    write_geotiff(folder.path(), "a.tif", 8.0, &heights, 1);
    let terrain = Terrain::open(folder.path());
    assert_eq!(metres(&terrain, 47.875, 8.125), Some(0.0));
    assert_eq!(metres(&terrain, 47.625, 8.125), Some(4.0));
}
