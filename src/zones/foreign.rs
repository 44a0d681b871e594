//! What a file is when it is no zone file that is read here: said by its content, with the next step for whoever brought it.

use super::json::{self, outline::Outline};

type Words = (&'static str, &'static str);

const CONVERT: &str = "convert it to GeoJSON in WGS 84 first (ogr2ogr -t_srs EPSG:4326 out.geojson IN)";

/// JSON that is not GeoJSON: what it looks like and what to do. `None` when some element is a feature or a geometry, or when
/// there is nothing to judge by.
pub fn json_dialect(text: &str, outline: &Outline) -> Option<(String, String)> {
    let elements = || outline.elements.iter().map(|e| &text[e.range.clone()]);
    if outline.elements.is_empty() || elements().any(is_geojson) {
        return None;
    }
    let has = |key: &str| {
        elements().take(3).any(|element| memchr::memmem::find(element.as_bytes(), key.as_bytes()).is_some())
    };
    let (looks_like, next_step): Words = if has("\"Topology\"") {
        ("TopoJSON", CONVERT)
    } else {
        ("JSON without GeoJSON features", "give a GeoJSON file, or a CSV table with lat, lon and radius_m columns")
    };
    Some((looks_like.to_owned(), next_step.to_owned()))
}

fn is_geojson(element: &str) -> bool {
    // An element that cannot be taken apart is judged by its reader.
    let Ok(members) = json::members(element, 0) else { return element.contains("\"Feature\"") };
    match json::member(element, &members, "type").map(json::unquoted).as_deref() {
        Some("Feature" | "Point" | "MultiPoint" | "LineString" | "MultiLineString" | "Polygon" | "MultiPolygon") => {
            true
        }
        Some("GeometryCollection" | "FeatureCollection") => true,
        Some(_) => false,
        None => json::member(element, &members, "geometry")
            .is_some_and(|g| g.starts_with('{') && g.contains("\"coordinates\"")),
    }
}

/// Anything that begins with no bracket and is no table: what it looks like and what to do.
pub fn other(bytes: &[u8], text: &str) -> (String, String) {
    let (looks_like, next_step) = magic(bytes).unwrap_or_else(|| words(text));
    (looks_like.to_owned(), next_step.to_owned())
}

fn magic(bytes: &[u8]) -> Option<Words> {
    Some(match bytes {
        [] => ("an empty file", "check that it was copied whole"),
        [0, 0, 0x27, 0x0a, ..] => {
            ("a shapefile that is damaged in its header", "copy it again, with the files beside it")
        }
        [b'f', b'g', b'b', _, b'f', b'g', b'b', ..] => ("FlatGeobuf of another version than 3", CONVERT),
        [b'P', b'A', b'R', b'1', ..] => ("GeoParquet, which is not read yet", CONVERT),
        _ if bytes.iter().take(4096).any(|b| *b == 0)
            && !bytes.starts_with(b"\xff\xfe")
            && !bytes.starts_with(b"\xfe\xff") =>
        {
            ("binary data", "give a GeoJSON file, or a CSV table with lat, lon and radius_m columns")
        }
        _ => return None,
    })
}

fn words(text: &str) -> Words {
    let start: String = text.chars().take(4000).collect();
    let lower = start.to_ascii_lowercase();
    if lower.contains("<gpx") {
        ("GPX", "a track or way points are no zones; give the declared sites")
    } else if lower.contains("aixm") {
        ("AIXM airspace", CONVERT)
    } else if lower.trim_start().starts_with('<') {
        ("XML", CONVERT)
    } else if let Some(first) = start.lines().find(|line| line.contains([',', ';', '\t']))
        && first.to_lowercase().contains("lat")
    {
        (
            "a table in which the columns of latitude and longitude cannot be told",
            "name them lat and lon in the first line (and radius_m, name, id, sector, floor, ceiling as wanted)",
        )
    } else {
        (
            "text without a first line that names columns lat and lon",
            "give a GeoJSON file, or a CSV table with lat, lon and radius_m columns",
        )
    }
}
