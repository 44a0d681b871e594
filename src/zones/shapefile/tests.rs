//! Shapefiles made by hand, byte by byte after the description.

use crate::evidence::{Evidence, Limits};
use crate::zones::{self, Shape, ZoneError, ZoneFile};

type Place = (f64, f64);

const SQUARE: [Place; 5] = [(0.0, 50.0), (0.0, 50.1), (0.1, 50.1), (0.1, 50.0), (0.0, 50.0)];
const HOLE: [Place; 4] = [(0.02, 50.02), (0.04, 50.02), (0.04, 50.04), (0.02, 50.02)];

fn polygon(rings: &[&[Place]]) -> Vec<u8> {
    let mut content = 5_i32.to_le_bytes().to_vec();
    content.extend([0; 32]);
    content.extend((rings.len() as i32).to_le_bytes());
    content.extend((rings.iter().map(|r| r.len()).sum::<usize>() as i32).to_le_bytes());
    let mut first = 0_i32;
    for ring in rings {
        content.extend(first.to_le_bytes());
        first += ring.len() as i32;
    }
    for (x, y) in rings.iter().flat_map(|ring| ring.iter()) {
        content.extend(x.to_le_bytes());
        content.extend(y.to_le_bytes());
    }
    content
}

fn shp(kind: i32, bbox: [f64; 4], records: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = 9994_i32.to_be_bytes().to_vec();
    bytes.extend([0; 20]);
    let len = 100 + records.iter().map(|r| 8 + r.len()).sum::<usize>();
    bytes.extend((len as i32 / 2).to_be_bytes());
    bytes.extend(1000_i32.to_le_bytes());
    bytes.extend(kind.to_le_bytes());
    bytes.extend(bbox.iter().flat_map(|n| n.to_le_bytes()));
    bytes.extend([0; 32]);
    for (number, record) in (1_i32..).zip(records) {
        bytes.extend(number.to_be_bytes());
        bytes.extend((record.len() as i32 / 2).to_be_bytes());
        bytes.extend(record);
    }
    bytes
}

/// One column of characters.
fn dbf(column: &str, language: u8, rows: &[&[u8]]) -> Vec<u8> {
    let mut bytes = vec![3, 120, 1, 1];
    bytes.extend((rows.len() as u32).to_le_bytes());
    bytes.extend(65_u16.to_le_bytes());
    bytes.extend(21_u16.to_le_bytes());
    bytes.extend([0; 17]);
    bytes.push(language);
    bytes.extend([0; 2]);
    let mut name = column.as_bytes().to_vec();
    name.resize(11, 0);
    bytes.extend(name);
    bytes.push(b'C');
    bytes.extend([0; 4]);
    bytes.extend([20, 0]);
    bytes.extend([0; 14]);
    bytes.push(0x0d);
    for row in rows {
        let mut field = row.to_vec();
        field.resize(20, b' ');
        bytes.push(b' ');
        bytes.extend(field);
    }
    bytes
}

fn read(shp: Vec<u8>, beside: &[(&str, &[u8])]) -> Result<ZoneFile, ZoneError> {
    let beside: Vec<_> = beside.iter().map(|(name, bytes)| Evidence::from_bytes(*name, bytes.to_vec())).collect();
    zones::read(&Evidence::from_bytes("a.shp", shp), &beside, &Limits::default())
}

fn squares(count: usize) -> Vec<u8> {
    shp(5, [0.0, 50.0, 0.1, 50.1], &vec![polygon(&[&SQUARE]); count])
}

const WGS84: &[u8] = br#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;

#[test]
fn outlines_and_attributes_without_an_index() {
    let file =
        read(squares(2), &[("a.DBF", &dbf("NAME", 0x57, &[b"Caf\xe9", b"B"])), ("a.prj", WGS84)]).expect("zones");
    let names: Vec<_> = file.zones.iter().map(|z| (z.title(), z.index.as_str())).collect();
    assert_eq!(names, [("Café", "record 1"), ("B", "record 2")]);
    assert_eq!(file.format, "shapefile");
    assert!(file.warnings.is_empty() && file.repairs.is_empty() && file.skipped.is_empty(), "{file:?}");
}

#[test]
fn code_pages() {
    let name = |language: u8, cpg: &str, bytes: &[u8]| {
        let file = read(
            squares(1),
            &[("a.dbf", &dbf("name", language, &[bytes])), ("a.cpg", cpg.as_bytes()), ("a.prj", WGS84)],
        );
        let file = file.expect("zones");
        (file.zones[0].title().to_owned(), file.warnings.len())
    };
    let told = |words: &str, warnings: usize| (words.to_owned(), warnings);
    assert_eq!(name(0, "UTF-8", "Ż".as_bytes()), told("Ż", 0));
    assert_eq!(name(0, "936\n", b"\xb2\xe2\xca\xd4"), told("测试", 0));
    assert_eq!(name(0xc9, "", b"\xcc\xee\xf1\xf2"), told("Мост", 0));
    assert_eq!(name(0, "", "Ż".as_bytes()), told("Ż", 0));
    assert_eq!(name(0, "", b"Caf\xe9"), told("Café", 1));
    assert_eq!(name(0x57, "", "Ż".as_bytes()), told("Ż", 1));
    assert_eq!(name(0, "437", b"x"), told("x", 1));
}

#[test]
fn holes_are_found_by_nesting() {
    let island: Vec<Place> = SQUARE.iter().map(|(x, y)| (x + 1.0, *y)).collect();
    let shp = shp(5, [0.0, 50.0, 1.1, 50.1], &[polygon(&[&HOLE, &SQUARE, &island])]);
    let file = read(shp, &[]).expect("zones");
    let Shape::Polygons(parts) = &file.zones[0].volumes[0].shape else { panic!("polygons") };
    assert_eq!(parts.iter().map(|p| p.interiors().len()).collect::<Vec<_>>(), [1, 0]);
    assert!(file.warnings[0].contains("no .prj file"), "{:?}", file.warnings);
}

#[test]
fn projections_are_refused_by_name() {
    let refused = |bbox: [f64; 4], beside: &[(&str, &[u8])]| {
        read(shp(5, bbox, &[polygon(&[&SQUARE])]), beside).err().map(|e| e.to_string()).unwrap_or_default()
    };
    assert!(refused([5e5, 5e6, 6e5, 6e6], &[]).contains("no .prj file beside it names"));
    let utm: &[u8] = br#"PROJCS["ETRS89_UTM_zone_32N",GEOGCS["x"]]"#;
    assert!(refused([0.0, 50.0, 1.0, 51.0], &[("a.prj", utm)]).contains("ETRS89_UTM_zone_32N"));
}

#[test]
fn damage_costs_the_record_that_it_is_in() {
    let whole = squares(3);
    let cut = read(whole[..whole.len() - 20].to_vec(), &[]).expect("zones");
    assert_eq!((cut.zones.len(), cut.skipped.len(), cut.skipped[0].index.as_str()), (2, 1, "record 3"));
    let mut bad_length = whole.clone();
    let record = 8 + polygon(&[&SQUARE]).len();
    bad_length[100 + record + 4] = 0x7f;
    let file = read(bad_length, &[("a.dbf", &dbf("name", 0, &[b"a", b"b", b"c"]))]).expect("zones");
    assert_eq!(file.zones.iter().map(|z| z.title()).collect::<Vec<_>>(), ["a", "c"]);
    assert!(file.skipped[0].reason.contains("the next one was found at byte"), "{:?}", file.skipped);
    let mut many_points = whole;
    many_points[100 + 8 + 40..100 + 8 + 44].copy_from_slice(&i32::MAX.to_le_bytes());
    let file = read(many_points, &[]).expect("zones");
    assert_eq!((file.zones.len(), file.skipped[0].reason.as_str()), (2, "its places do not fit into the record"));
}

#[test]
fn points_lines_and_nothing() {
    let mut point = 1_i32.to_le_bytes().to_vec();
    point.extend(14.5_f64.to_le_bytes());
    point.extend(50.25_f64.to_le_bytes());
    let line = 3_i32.to_le_bytes().to_vec();
    let null = 0_i32.to_le_bytes().to_vec();
    let file = read(
        shp(1, [14.5, 50.0, 14.6, 50.3], &[point, line, null]),
        &[("a.dbf", &dbf("RADIUS_M", 0, &[b"250", b"", b""]))],
    )
    .expect("zones");
    assert!(matches!(file.zones[0].volumes[0].shape, Shape::Circle { lat: 50.25, lon: 14.5, radius_m: 250.0 }));
    assert!(
        file.skipped[0].reason.contains("a line encloses nothing") && file.skipped[1].reason.contains("no geometry")
    );
}
