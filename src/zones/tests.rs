//! Whole zone files, small ones that each show a trap: the rules of the nasty files and what real files of authorities do.

mod dialects;
mod hostile;

use super::*;

fn read_bytes(bytes: &[u8]) -> Result<ZoneFile, ZoneError> {
    read(&Evidence::from_bytes("sites.dat", bytes.to_vec()), &[], &Limits::default())
}

fn read_text(text: &str) -> ZoneFile {
    read_bytes(text.as_bytes()).expect("a zone file")
}

fn refused(bytes: &[u8]) -> String {
    read_bytes(bytes).err().map(|error| error.to_string()).unwrap_or_default()
}

fn feature(properties: &str, geometry: &str) -> String {
    format!(r#"{{"type":"Feature","properties":{properties},"geometry":{geometry}}}"#)
}

fn collection(features: &[String]) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

fn one(properties: &str, geometry: &str) -> ZoneFile {
    read_text(&collection(&[feature(properties, geometry)]))
}

const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[0,50],[0.02,50],[0.02,50.01],[0,50.01],[0,50]]]}"#;

fn square(id: &str) -> String {
    feature(&format!(r#"{{"id":"{id}"}}"#), SQUARE)
}

fn ids(file: &ZoneFile) -> Vec<&str> {
    file.zones.iter().map(|zone| zone.id.as_str()).collect()
}

fn skipped(file: &ZoneFile) -> Vec<(&str, Option<&str>)> {
    file.skipped.iter().map(|s| (s.index.as_str(), s.name.as_deref())).collect()
}

fn circle(file: &ZoneFile) -> (f64, f64, f64) {
    match file.zones[0].volumes[0].shape {
        Shape::Circle { lat, lon, radius_m } => (lat, lon, radius_m),
        Shape::Polygons(_) => (f64::NAN, f64::NAN, f64::NAN),
    }
}

#[test]
fn collections_features_geometries_and_sequences() {
    assert_eq!(ids(&read_text(&collection(&[square("a"), square("b")]))), ["a", "b"]);
    let single = read_text(&square("a"));
    assert_eq!((ids(&single), single.zones[0].index.as_str(), single.format), (vec!["a"], "/", "geojson"));
    assert_eq!(ids(&read_text(SQUARE)), ["sites.dat#/"]);
    assert_eq!(ids(&read_text(&format!("{}\n{}\n", square("a"), square("b")))), ["a", "b"]);
    assert_eq!(ids(&read_text(&format!("\x1e{}\n\x1e{}\n", square("a"), square("b")))), ["a", "b"]);
    let lines = read_text(&format!("{SQUARE}\n\n{SQUARE}\n"));
    assert_eq!(ids(&lines), ["sites.dat#line 1", "sites.dat#line 3"]);
    assert_eq!(lines.volumes(), 2);
    assert!(!lines.incomplete());
}

#[test]
fn marks_line_ends_and_other_encodings() {
    let text = collection(&[square("a")]).replace(',', ",\r\n");
    assert_eq!(ids(&read_bytes(format!("\u{feff}{text}").as_bytes()).expect("BOM")), ["a"]);
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let file = read_bytes(&utf16).expect("UTF-16");
    assert_eq!(ids(&file), ["a"]);
    assert!(file.warnings[0].contains("UTF-16"));
    let latin = read_bytes(b"name;lat;lon;radius\nCaf\xe9;50;1;10\n").expect("Latin-1");
    assert_eq!(latin.zones[0].name.as_deref(), Some("Café"));
    assert!(latin.warnings[0].contains("Latin-1"));
}

#[test]
fn one_bad_feature_never_costs_the_others() {
    let nan = r#"{"type":"Polygon","coordinates":[[[0,50],[NaN,50],[0.02,1e999],[0,50.01],[0,50]]]}"#;
    let line = r#"{"type":"LineString","coordinates":[[0,50],[1,50]]}"#;
    let thin = r#"{"type":"Polygon","coordinates":[[[0,50],[1,50],[0,50]]]}"#;
    let swapped = r#"{"type":"Point","coordinates":[14.6,120.5]}"#;
    let file = read_text(&collection(&[
        square("a"),
        feature(r#"{"name":"Nothing"}"#, "null"),
        feature(r#"{"name":"Not a number"}"#, nan),
        feature(r#"{"name":"Line"}"#, line),
        feature(r#"{"name":"Thin"}"#, thin),
        feature(r#"{"name":"Swapped","radius":5}"#, swapped),
        feature(r#"{"name":"Negative","radius":-5}"#, r#"{"type":"Point","coordinates":[1,50]}"#),
        r#"{"type":"Feature","properties":{"name":"Lost bracket"},"geometry":{"type":"Point"}"#.to_owned(),
        square("b"),
    ]));
    assert_eq!(ids(&file), ["a", "b"]);
    let names: Vec<_> = file.skipped.iter().filter_map(|s| s.name.as_deref()).collect();
    assert_eq!(names, ["Nothing", "Not a number", "Line", "Thin", "Swapped", "Negative", "Lost bracket"]);
    assert!(file.skipped[1].reason.starts_with("NaN is no usable number"), "{}", file.skipped[1].reason);
    assert!(file.skipped[4].reason.contains("swapped"));
    assert!(file.incomplete());
}

#[test]
fn a_cut_file_says_where_it_was_cut() {
    let whole = collection(&[square("t"), square("t2")]);
    let cut = &whole[..whole.len() - 60];
    let file = read_text(cut);
    assert_eq!((ids(&file), skipped(&file)), (vec!["t"], vec![("/features/1", Some("t2"))]));
    assert!(file.skipped[0].reason.contains(&format!("stops at byte {} (line 1)", cut.len())), "{:?}", file.skipped);
}

#[test]
fn repairs_are_listed_by_feature() {
    let open = r#"{"type":"Polygon","coordinates":[[[0,50],[0.02,50],[0.02,50],[0.02,50.01],[0,50.01]]]}"#;
    let file = one(r#"{"id":"open"}"#, open);
    assert_eq!(
        file.repairs,
        [
            "/features/0 (open): outer ring was not closed; its last point was joined to its first",
            "/features/0 (open): outer ring had 1 repeated points, which were dropped; the outline is the same",
        ]
    );
    let clockwise = r#"{"type":"Polygon","coordinates":[[[0,50],[0,50.01],[0.02,50.01],[0.02,50],[0,50]]]}"#;
    let silent = one("{}", clockwise);
    assert!(silent.repairs.is_empty() && silent.warnings.is_empty());
}

#[test]
fn a_radius_counts_only_on_a_point() {
    let point = r#"{"type":"Point","coordinates":[14.5,50.25,300]}"#;
    assert_eq!(circle(&one(r#"{"radius_m":250}"#, point)), (50.25, 14.5, 250.0));
    assert_eq!(circle(&one(r#"{"Buffer":"0.5 km"}"#, point)), (50.25, 14.5, 500.0));
    let site = one(r#"{"name":"Mast"}"#, point);
    assert_eq!(circle(&site).2, 0.0);
    assert!(site.warnings[0].starts_with("/features/0 (Mast): no radius is given"));
    assert_eq!(site.zones[0].warnings.len(), 1);
    let square = one(r#"{"radius_m":250}"#, SQUARE);
    assert!(matches!(&square.zones[0].volumes[0].shape, Shape::Polygons(parts) if parts.len() == 1));
    assert!(square.warnings[0].contains("radius does not"));
}

#[test]
fn ed_318_circles_layers_and_collections() {
    let point = r#"{"type":"Point","coordinates":[2.6,50.1],"extent":{"subType":"Circle","radius":3500},
        "layer":{"upper":150,"upperReference":"AGL","lower":50,"lowerReference":"AMSL","uom":"ft"}}"#;
    let file = one(r#"{"identifier":"ABC","type":"PROHIBITED"}"#, point);
    assert_eq!((circle(&file), file.zones[0].kind()), ((50.1, 2.6, 3500.0), None));
    let volume = &file.zones[0].volumes[0];
    let words = |limit: &VerticalLimit| (limit.value, limit.unit.as_str(), limit.reference.as_str());
    assert_eq!(volume.upper.as_ref().map(words), Some((Some(150.0), "ft", "agl")));
    assert_eq!(volume.lower.as_ref().map(words), Some((Some(50.0), "ft", "amsl")));

    let mixed = format!(
        r#"{{"type":"GeometryCollection","geometries":[{SQUARE},{point},{{"type":"LineString","coordinates":[[0,1],[2,3]]}}]}}"#
    );
    let file = one(r#"{"id":"gc","floor":"SFC","ceiling":"FL105"}"#, &mixed);
    assert_eq!((file.zones.len(), file.volumes()), (1, 2));
    assert_eq!(skipped(&file), [("/features/0/geometries/2", Some("gc"))]);
    assert_eq!(file.zones[0].volumes[0].upper.as_ref().map(words), Some((Some(105.0), "fl", "standard")));
}

#[test]
fn parts_of_a_multi_polygon_stand_alone() {
    let multi = r#"{"type":"MultiPolygon","coordinates":[[[[0,50],[1,50],[0,50]]],[[[0,50],[1,50],[1,51],[0,50]],[[0.6,50.1],[0.7,50.1],[0.6,50.1]]]]}"#;
    let file = one(r#"{"id":"m"}"#, multi);
    assert_eq!((ids(&file), skipped(&file)), (vec!["m"], vec![("/features/0/coordinates/0", Some("m"))]));
    assert!(
        matches!(&file.zones[0].volumes[0].shape, Shape::Polygons(parts) if parts.len() == 1 && parts[0].interiors().is_empty())
    );
    assert!(file.repairs[0].contains("part 1, hole 1 was left out"), "{:?}", file.repairs);
}

#[test]
fn ids_stay_apart() {
    let file = read_text(&collection(&[square("U74"), square("U74"), square("U74#2"), feature("null", SQUARE)]));
    assert_eq!(ids(&file), ["U74", "U74#2'", "U74#2", "sites.dat#/features/3"]);
    assert!(file.warnings.iter().any(|w| w.contains("/features/1") && w.contains("U74#2'")), "{:?}", file.warnings);
}

#[test]
fn masks_are_told() {
    let mask = r#"{"type":"Polygon","coordinates":[[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]],[[20,57],[20,60],[29,60],[29,57],[20,57]]]}"#;
    let file = one(r#"{"id":"outside"}"#, mask);
    assert!(file.warnings.iter().any(|w| w.contains("spans 360 degrees")));
    let bbox = file.zones[0].volumes[0].bbox;
    assert_eq!((bbox.west, bbox.east), (-180.0, 180.0));
}

#[test]
fn projections() {
    let with_crs = |name: &str, x: f64, y: f64| {
        format!(
            r#"{{"type":"FeatureCollection","features":[{}],"crs":{{"type":"name","properties":{{"name":"{name}"}}}}}}"#,
            feature(r#"{"radius":10}"#, &format!(r#"{{"type":"Point","coordinates":[{x},{y}]}}"#))
        )
    };
    let mercator = read_text(&with_crs("urn:ogc:def:crs:EPSG::3857", 2226.0, 6_448_007.0));
    let (lat, lon, radius) = circle(&mercator);
    // pyproj.
    assert!((lat - 50.009995122).abs() < 1e-8 && (lon - 0.019996498).abs() < 1e-8 && radius == 10.0);
    assert!(mercator.repairs[0].contains("Web Mercator"));
    assert_eq!(circle(&read_text(&with_crs("EPSG:4326", 14.0, 50.0))).0, 50.0);
    let other = refused(with_crs("EPSG:25832", 500_000.0, 5_500_000.0).as_bytes());
    assert!(other.contains("EPSG:25832") && other.contains("sites.dat"), "{other}");
    let unnamed = one(r#"{"radius":1}"#, r#"{"type":"Point","coordinates":[500000,5500000]}"#);
    assert!(unnamed.skipped[0].reason.contains("metres of a map projection"));
}

#[test]
fn tables_of_places() {
    let text = "name;lat;lon;radius_m;type\n\"Kraftwerk \"\"Nord\"\" ; 1\";50,0001;0,0101;500;power plant\n\
                Null Island;0;0;500;suspect\nswapped;120.5;14.6;500;port\n";
    let file = read_text(text);
    assert_eq!(file.format, "csv");
    assert_eq!(ids(&file), ["sites.dat#line 2", "sites.dat#line 3"]);
    assert_eq!(file.zones[0].name.as_deref(), Some("Kraftwerk \"Nord\" ; 1"));
    assert_eq!((circle(&file), file.zones[0].kind()), ((50.0001, 0.0101, 500.0), Some("power-generation")));
    assert_eq!(file.zones[0].about.facility.as_deref(), Some("power plant"));
    assert_eq!(skipped(&file), [("line 4", Some("swapped"))]);
    assert!(file.skipped[0].reason.contains("swapped"));
    assert!(file.warnings[0].contains("null island"));
}

#[test]
fn headers_separators_and_lines() {
    let comma = read_text("\u{feff}X,Y,NAME,Radius (km)\r\n14.5,50.25,\"Two\r\nlines\",0.5\r\n\r\n14.6,50.3,B,1\r\n");
    assert_eq!(ids(&comma), ["sites.dat#line 2", "sites.dat#line 5"]);
    assert_eq!((circle(&comma), comma.zones[0].name.as_deref()), ((50.25, 14.5, 500.0), Some("Two\r\nlines")));
    let tab = read_text(
        "sep=\t\n# made by hand\nid\tLatitude\tLongitude\tbuffer_ft\tCeiling\nA1\t50,25\t14,5\t100\t120 m AGL\n",
    );
    assert_eq!((ids(&tab), circle(&tab)), (vec!["A1"], (50.25, 14.5, 100.0 * 0.3048)));
    assert_eq!(tab.zones[0].volumes[0].upper.as_ref().and_then(|l| l.value), Some(120.0));
    let no_radius = read_text("lat,lng\n50,14\n");
    assert_eq!(circle(&no_radius).2, 0.0);
    assert!(no_radius.warnings[0].contains("no column for a radius"));
    let bad = read_text("lat,lon,radius\n50,,10\nx,14,10\n50,14,wide\n50,14,10\n\"50,1\",14,10\n");
    assert_eq!(skipped(&bad).iter().map(|s| s.0).collect::<Vec<_>>(), ["line 2", "line 3", "line 4", "line 6"]);
    assert_eq!(bad.zones.len(), 1);
    let thousands = read_text("lat;lon;radius\n50,1;14,2;1.500\n");
    assert!(thousands.warnings[0].contains("may be thousands"), "{:?}", thousands.warnings);
}

#[test]
fn many_warnings_of_one_kind_are_counted() {
    let mut text = "lat,lon,radius\n".to_owned();
    text.push_str(&"50,14,\n".repeat(100));
    let file = read_text(&text);
    assert_eq!(file.warnings.len(), 21);
    assert_eq!(file.warnings[20], "80 more features: places without a radius");
    assert!(file.zones.iter().all(|zone| zone.warnings.len() == 1));
}

#[test]
fn what_is_no_zone_file_says_what_it_looks_like() {
    for (bytes, words) in [
        (&b""[..], "an empty file"),
        (b"PK\x03\x04rest", "a zip archive that is damaged"),
        (b"\0\0\x27\x0a\0\0", "shapefile"),
        (b"SQLite format 3\0", "an SQLite database that cannot be opened"),
        (b"PAR1", "GeoParquet, which is not read yet"),
        (b"le_latitude_deg,he_latitude_deg\n1,2\n", "columns of latitude and longitude cannot be told"),
        (b"hello", "text without a first line"),
        (br#"{"type":"Topology","objects":{}}"#, "TopoJSON"),
        (br#"{"a":1}"#, "JSON without GeoJSON"),
        (b"{\"a\":", "damaged from its beginning"),
        (&[0x55, 0, 3, 9, 200], "binary data"),
    ] {
        let message = refused(bytes);
        assert!(message.contains(words) && message.contains("no zone was loaded"), "{message} / {words}");
    }
    let empty = read_text(&collection(&[]));
    assert!(empty.zones.is_empty() && empty.warnings[0].contains("no features"));
}
