//! The user's own base map: lines, areas and named places of a GeoJSON file, drawn below the tracks and used for nothing else.

use geo::Coord;
use serde_json::{Value, json};

use super::base::{Places, cut_line, cut_ring, steps, thinned};
use super::markup::plain;
use crate::evidence::Sha256;
use crate::zones::Bbox;

/// Corners that are drawn at most; what comes behind them in the file is left out, and told.
const MOST_CORNERS: usize = 60_000;
/// Named places that are drawn at most.
const MOST_PLACES: usize = 500;
/// Corners that matter less than this, degrees (about 0.5 m), are left out.
const DETAIL_DEG: f64 = 5e-6;

/// A base map as its file has it.
#[derive(Debug)]
pub struct Overlay {
    pub label: String,
    pub sha256: Sha256,
    lines: Vec<Places>,
    areas: Vec<Vec<Places>>,
    places: Vec<(Coord<f64>, Option<String>)>,
}

impl Overlay {
    /// # Errors
    /// When the bytes are no GeoJSON in longitude and latitude with a geometry that can be drawn.
    pub fn read(label: &str, bytes: &[u8]) -> Result<Self, String> {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let document: Value =
            serde_json::from_slice(text).map_err(|error| format!("{label} is no GeoJSON: {error}"))?;
        let mut overlay = Overlay {
            label: label.to_owned(),
            sha256: Sha256::of(bytes),
            lines: Vec::new(),
            areas: Vec::new(),
            places: Vec::new(),
        };
        overlay.object(&document, None);
        let is_empty = overlay.lines.is_empty() && overlay.areas.is_empty() && overlay.places.is_empty();
        match is_empty {
            true => Err(format!("{label} holds no geometry in longitude and latitude (GeoJSON, RFC 7946)")),
            false => Ok(overlay),
        }
    }

    fn object(&mut self, object: &Value, name: Option<&str>) {
        let members = |key: &str| object.get(key).and_then(Value::as_array).into_iter().flatten();
        let coordinates = &object["coordinates"];
        let parts = || coordinates.as_array().into_iter().flatten();
        match object["type"].as_str().unwrap_or_default() {
            "FeatureCollection" => members("features").for_each(|feature| self.object(feature, None)),
            "Feature" => self.object(&object["geometry"], object["properties"]["name"].as_str()),
            "GeometryCollection" => members("geometries").for_each(|geometry| self.object(geometry, name)),
            "Point" => self.places.extend(place(coordinates).map(|place| (place, name.map(str::to_owned)))),
            "MultiPoint" => self.places.extend(parts().filter_map(place).map(|place| (place, None))),
            "LineString" => self.lines.extend(line(coordinates)),
            "MultiLineString" => self.lines.extend(parts().filter_map(line)),
            "Polygon" => self.areas.push(parts().filter_map(line).collect()),
            "MultiPolygon" => {
                let rings = |area: &Value| area.as_array().into_iter().flatten().filter_map(line).collect();
                self.areas.extend(parts().map(rings));
            }
            _ => {}
        }
        self.areas.retain(|area| !area.is_empty());
    }

    /// What of it lies in an area, in ten-millionths of a degree, and whether something was left out.
    pub fn within(&self, area: &Bbox) -> (Value, bool) {
        let mut room = MOST_CORNERS;
        let mut fits = |corners: usize| {
            let left = room.checked_sub(corners);
            room = left.unwrap_or(0);
            left.is_some()
        };
        let mut cut_short = false;
        let mut keep = |line: Places| {
            let line = thinned(&line, DETAIL_DEG);
            let is_kept = fits(line.len());
            cut_short |= !is_kept;
            (is_kept && line.len() > 1).then(|| steps(&line, 1e7))
        };
        let areas: Vec<Vec<Value>> = (self.areas.iter())
            .map(|rings| rings.iter().filter_map(|ring| keep(cut_ring(ring, area))).collect())
            .filter(|rings: &Vec<Value>| !rings.is_empty())
            .collect();
        let lines: Vec<Value> = self.lines.iter().flat_map(|line| cut_line(line, area)).filter_map(&mut keep).collect();
        let inside = |place: Coord<f64>| area.meets(&Bbox::of([&place]));
        let mut places = self.places.iter().filter(|(place, _)| inside(*place));
        let named: Vec<Value> = (places.by_ref().take(MOST_PLACES))
            .map(|(place, name)| json!({ "at": steps(&[*place], 1e7), "name": name.as_deref().map(plain) }))
            .collect();
        cut_short |= places.next().is_some();
        (json!({ "areas": areas, "lines": lines, "places": named }), cut_short)
    }
}

fn line(coordinates: &Value) -> Option<Places> {
    let places: Places = coordinates.as_array()?.iter().filter_map(place).collect();
    (places.len() > 1).then_some(places)
}

fn place(position: &Value) -> Option<Coord<f64>> {
    let place = Coord { x: position.get(0)?.as_f64()?, y: position.get(1)?.as_f64()? };
    (place.x.abs() <= 540.0 && place.y.abs() <= 90.0).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Bbox = Bbox { west: 0.0, south: 0.0, east: 10.0, north: 10.0 };

    #[test]
    fn every_geometry_is_drawn_and_nothing_else_is_taken() {
        let text = r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{"name":"Pier\u202e"},"geometry":{"type":"Point","coordinates":[1,2]}},
            {"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[1,1],[2,3],["x",1],[4,4]]}},
            {"type":"Feature","properties":null,"geometry":{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]]]}},
            {"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[500000,1],[500001,2]]}},
            {"type":"Feature","properties":{},"geometry":null}]}"#;
        let (drawn, cut_short) = Overlay::read("base.geojson", text.as_bytes()).expect("a map").within(&AREA);
        assert!(!cut_short);
        assert_eq!(drawn["places"][0]["name"], "Pier\\u{202e}");
        assert_eq!(drawn["places"][0]["at"], json!([10_000_000, 20_000_000]));
        assert_eq!(drawn["lines"], json!([[10_000_000, 10_000_000, 10_000_000, 20_000_000, 20_000_000, 10_000_000]]));
        assert_eq!(drawn["areas"][0].as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn what_is_no_map_is_refused() {
        for text in ["", "[]", "{}", "{\"type\":\"FeatureCollection\",\"features\":[]}", "\u{1}"] {
            assert!(Overlay::read("x", text.as_bytes()).is_err(), "{text:?}");
        }
    }
}
