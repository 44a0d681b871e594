//! The `crs` member of older GeoJSON: WGS 84 is taken as it is, Web Mercator is converted, anything else is refused by name.

use geo::Coord;
use serde_json::Value;

/// What the coordinates of a file mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Projection {
    Wgs84,
    /// EPSG:3857, metres on the sphere of the equator's radius.
    WebMercator,
}

/// Radius of the sphere of EPSG:3857.
const SPHERE_M: f64 = 6_378_137.0;

impl Projection {
    /// Reads a `crs` member.
    ///
    /// # Errors
    /// The name of the projection, when it is another one.
    pub fn of(crs: &Value) -> Result<Self, String> {
        let properties = &crs["properties"];
        let name = match (crs, crs["type"].as_str()) {
            (Value::Null, _) => return Ok(Projection::Wgs84),
            (Value::String(name), _) => name.clone(),
            (_, Some("name")) => properties["name"].as_str().unwrap_or("a projection without a name").to_owned(),
            (_, Some("EPSG")) => format!("EPSG:{}", properties["code"]),
            (_, Some("link")) => format!("a projection described at {}", properties["href"]),
            _ => crs.to_string(),
        };
        let plain: String = name.to_ascii_uppercase().chars().filter(|c| !c.is_whitespace()).collect();
        let code = plain.rsplit([':', '/', '#']).next().unwrap_or_default();
        let is_epsg = plain.contains("EPSG");
        match code {
            "CRS84" | "CRS84H" | "WGS84" => Ok(Projection::Wgs84),
            "4326" | "4979" if is_epsg => Ok(Projection::Wgs84),
            "3857" | "900913" | "3785" if is_epsg => Ok(Projection::WebMercator),
            "102100" | "102113" => Ok(Projection::WebMercator),
            _ => Err(crate::zones::report::short(&name)),
        }
    }

    /// Reads the `spatialReference` of Esri JSON; `Ok(None)` when it says nothing.
    ///
    /// # Errors
    /// The name of the projection, when it is another one.
    pub fn of_spatial_reference(reference: &Value) -> Result<Option<Self>, String> {
        let codes = [&reference["latestWkid"], &reference["wkid"]];
        let code = codes.iter().find_map(|code| code.as_i64().or_else(|| code.as_str()?.trim().parse().ok()));
        match (code, reference["wkt"].as_str()) {
            (Some(4326), _) => Ok(Some(Projection::Wgs84)),
            (Some(3857 | 3785 | 900_913 | 102_100 | 102_113), _) => Ok(Some(Projection::WebMercator)),
            (Some(other), _) => Err(format!("wkid {other}")),
            (None, Some(wkt)) => Err(crate::zones::report::short(wkt)),
            (None, None) => Ok(None),
        }
    }

    /// Degrees from the numbers in the file.
    pub fn to_degrees(self, place: Coord<f64>) -> Coord<f64> {
        match self {
            Projection::Wgs84 => place,
            Projection::WebMercator => {
                Coord { x: (place.x / SPHERE_M).to_degrees(), y: (place.y / SPHERE_M).sinh().atan().to_degrees() }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Result<Projection, String> {
        Projection::of(&serde_json::from_str(json).expect("test JSON"))
    }

    #[test]
    fn names_and_codes() {
        let named = |name: &str| of(&format!(r#"{{"type":"name","properties":{{"name":"{name}"}}}}"#));
        assert_eq!(named("urn:ogc:def:crs:OGC:1.3:CRS84"), Ok(Projection::Wgs84));
        assert_eq!(named("EPSG:4326"), Ok(Projection::Wgs84));
        assert_eq!(named("urn:ogc:def:crs:EPSG::3857"), Ok(Projection::WebMercator));
        assert_eq!(named("urn:ogc:def:crs:EPSG::25832"), Err("urn:ogc:def:crs:EPSG::25832".to_owned()));
        assert_eq!(of(r#"{"type":"EPSG","properties":{"code":4326}}"#), Ok(Projection::Wgs84));
        assert_eq!(of("null"), Ok(Projection::Wgs84));
        assert!(of(r#"{"type":"link","properties":{"href":"http://a"}}"#).is_err());
    }

    #[test]
    fn spatial_references() {
        let of = |json: &str| Projection::of_spatial_reference(&serde_json::from_str(json).expect("test JSON"));
        assert_eq!(of(r#"{"wkid":4326}"#), Ok(Some(Projection::Wgs84)));
        assert_eq!(of(r#"{"wkid":102100,"latestWkid":3857}"#), Ok(Some(Projection::WebMercator)));
        assert_eq!(of(r#"{"wkid":2263}"#), Err("wkid 2263".to_owned()));
        assert!(of(r#"{"wkt":"PROJCS[\"Local\"]"}"#).is_err());
        assert_eq!(of("{}"), Ok(None));
    }

    /// pyproj, EPSG:3857 to EPSG:4326.
    #[test]
    fn web_mercator() {
        let place = Projection::WebMercator.to_degrees(Coord { x: 2226.0, y: 6_448_007.0 });
        assert!((place.x - PYPROJ.0).abs() < 1e-9 && (place.y - PYPROJ.1).abs() < 1e-9, "{place:?}");
    }

    const PYPROJ: (f64, f64) = (0.019996498225, 50.009995121748);
}
