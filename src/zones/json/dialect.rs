//! Which of the formats that are JSON a text is, told by the keys of its features and of what stands around them.

use super::outline::Outline;
use super::{Member, member, members, unquoted};

/// Features looked at before a file is called plain GeoJSON.
const LOOKED_AT: usize = 64;

/// A format that is JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// GeoJSON, or nothing that is known.
    GeoJson,
    /// GeoJSON with the members of EUROCAE ED-318.
    Ed318,
    /// EUROCAE ED-269.
    Ed269,
    /// Feature sets of ArcGIS servers.
    Esri,
    /// DJI GEO areas.
    Dji,
    /// Autel no-fly zones.
    Autel,
    /// OpenStreetMap elements of an Overpass server.
    Overpass,
}

impl Dialect {
    pub fn of(text: &str, outline: &Outline) -> Self {
        let sound = |range: &std::ops::Range<usize>| members(text, range.start).ok();
        let found: Vec<_> = outline.elements.iter().take(LOOKED_AT).filter_map(|e| sound(&e.range)).collect();
        let by_key = |members: &Vec<Member<'_>>| by_key(text, members, outline);
        if let Some(dialect) = found.iter().find_map(by_key) {
            return dialect;
        }
        let beside = |name: &str| outline.members.iter().any(|(key, _)| key == name);
        if outline.list == Some("UASZoneList") {
            Dialect::Ed269
        } else if outline.list == Some("elements") && (beside("osm3s") || beside("generator")) {
            Dialect::Overpass
        } else if outline.list == Some("features")
            && outline.named(text, "geometryType").any(|kind| kind.contains("esriGeometry"))
        {
            Dialect::Esri
        } else if outline.value(text, "metadata").is_some_and(|metadata| {
            ["validFrom", "validTo", "issued", "provider", "otherGeoid"].iter().any(|key| metadata.get(key).is_some())
        }) || found.iter().any(|feature| is_ed318(text, feature))
        {
            Dialect::Ed318
        } else {
            Dialect::GeoJson
        }
    }
}

/// The formats whose features have a key that no other has.
fn by_key(text: &str, feature: &[Member<'_>], outline: &Outline) -> Option<Dialect> {
    let get = |key| member(text, feature, key);
    let is_element = |kind: &str| matches!(kind, "node" | "way" | "relation");
    if get("geometry").is_some_and(|g| g.starts_with('[') && g.contains("\"horizontalProjection\"")) {
        Some(Dialect::Ed269)
    } else if get("attributes").is_some_and(|a| a.starts_with('{')) && get("type").is_none() {
        Some(Dialect::Esri)
    } else if get("area_id").is_some() || get("sub_areas").is_some() {
        Some(Dialect::Dji)
    } else if get("nfz_dots").is_some() || get("nfz_name").is_some() {
        Some(Dialect::Autel)
    } else if outline.list == Some("elements") && get("type").map(unquoted).is_some_and(|kind| is_element(&kind)) {
        Some(Dialect::Overpass)
    } else {
        None
    }
}

/// Whether a GeoJSON feature has members that only ED-318 knows.
fn is_ed318(text: &str, feature: &[Member<'_>]) -> bool {
    let has = |of: &str, keys: &[&str]| {
        let value = super::start_of(feature, of).filter(|start| text[*start..].starts_with('{'));
        let inner = value.and_then(|start| members(text, start).ok()).unwrap_or_default();
        inner.iter().any(|m| {
            // A collection of geometries has its layers inside.
            let inside = || m.key == "geometries" && text[m.value.clone()].contains("\"layer\"");
            let is_object = text[m.value.clone()].starts_with('{');
            inside() || keys.contains(&m.key.as_ref()) && (of == "properties" || is_object)
        })
    };
    has("geometry", &["layer", "extent"]) || has("properties", &["limitedApplicability", "variant"])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Dialect {
        Dialect::of(text, &Outline::of(text))
    }

    #[test]
    fn keys_tell() {
        assert_eq!(of(r#"{"features":[{"identifier":"A","geometry":[{"horizontalProjection":{}}]}]}"#), Dialect::Ed269);
        assert_eq!(of(r#"{"UASZoneList":[]}"#), Dialect::Ed269);
        assert_eq!(of(r#"{"features":[{"attributes":{"A":1},"geometry":{"rings":[]}}]}"#), Dialect::Esri);
        assert_eq!(of(r#"{"geometryType":"esriGeometryPoint","features":[]}"#), Dialect::Esri);
        assert_eq!(of(r#"[{"area_id":7}]"#), Dialect::Dji);
        assert_eq!(of(r#"[{"nfz_name":"A","nfz_dots":[]}]"#), Dialect::Autel);
        assert_eq!(of(r#"{"elements":[{"type":"node","id":1}]}"#), Dialect::Overpass);
        assert_eq!(of(r#"{"generator":"Overpass API","elements":[]}"#), Dialect::Overpass);
    }

    #[test]
    fn geojson_with_and_without_layers() {
        let feature = |properties: &str, geometry: &str| {
            format!(r#"{{"features":[{{"type":"Feature","properties":{properties},"geometry":{geometry}}}]}}"#)
        };
        assert_eq!(of(&feature("{}", r#"{"type":"Point","coordinates":[1,2]}"#)), Dialect::GeoJson);
        assert_eq!(of(&feature(r#"{"layer":"prison"}"#, "null")), Dialect::GeoJson);
        assert_eq!(of(&feature("{}", r#"{"type":"Point","layer":{"upper":1}}"#)), Dialect::Ed318);
        assert_eq!(of(&feature(r#"{"variant":"COMMON"}"#, "null")), Dialect::Ed318);
        assert_eq!(of(r#"{"metadata":{"validFrom":"2026-01-01T00:00:00Z"},"features":[]}"#), Dialect::Ed318);
        assert_eq!(of(r#"{"metadata":{"author":"x"},"features":[]}"#), Dialect::GeoJson);
    }
}
