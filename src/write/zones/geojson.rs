//! Zones as GeoJSON (RFC 7946): properties in the normal form, circles as points with a `radius_m`.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{BEYOND_180, Unsaid, geometry, normal_form, passes_antimeridian, sources, write_collection};
use crate::zones::{NORMAL_FORM, Shape, Volume, Zone, ZoneFile};

/// Writes all zones of all files; gives what a user should know of the result.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_geojson(files: &[ZoneFile], out: &mut dyn Write) -> io::Result<Vec<String>> {
    let mut head = Map::new();
    head.insert("normal_form".to_owned(), NORMAL_FORM.into());
    head.insert("sources".to_owned(), sources(files));
    let zones = || files.iter().flat_map(|file| &file.zones);
    write_collection(&head, zones().map(feature), out)?;
    let mut unsaid = Unsaid::default();
    zones().filter(|zone| passes_antimeridian(zone)).for_each(|zone| unsaid.note(BEYOND_180, zone));
    Ok(unsaid.lines())
}

fn feature(zone: &Zone) -> Value {
    let mut properties = normal_form(zone);
    if let [Volume { shape: Shape::Circle { radius_m, .. }, .. }] = zone.volumes.as_slice() {
        properties.insert("radius_m".to_owned(), json!(radius_m));
    }
    json!({ "type": "Feature", "geometry": geometry(zone, with_radius), "properties": properties })
}

fn with_radius(volume: &Volume, geometry: &mut Map<String, Value>) {
    if let Shape::Circle { radius_m, .. } = volume.shape {
        geometry.insert("radius_m".to_owned(), json!(radius_m));
    }
}
