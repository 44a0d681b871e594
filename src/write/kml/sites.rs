//! Declared sites as outlines, encounters as placemarks with their audit sentence.

use std::collections::HashSet;
use std::fmt::Write as _;

use geo::{LineString, Polygon};

use super::{element, extended_data};
use crate::analyse::Encounter;
use crate::track::utc_text;
use crate::write::document::{FlightVerdict, word};
use crate::write::outline;
use crate::zones::{Shape, Volume, Zone, ZoneFile};

pub const STYLES: &str = "<Style id=\"site\"><LineStyle><color>ff2828c8</color><width>2</width></LineStyle>\
<PolyStyle><color>402828c8</color></PolyStyle></Style>\n\
<Style id=\"inside\"><IconStyle><color>ff0000ff</color></IconStyle><LineStyle><color>ff0000ff</color><width>5</width></LineStyle></Style>\n\
<Style id=\"near\"><IconStyle><color>ff00d7ff</color></IconStyle></Style>\n";

/// More sites make a globe slow: of more than these only those that were met are drawn.
const MOST: usize = 1000;

/// All sites, or of very many those with an encounter.
pub fn zones(files: &[ZoneFile], verdicts: &[FlightVerdict], text: &mut String) {
    let all = || files.iter().flat_map(|file| &file.zones);
    let count = all().count();
    if count == 0 {
        return;
    }
    let encounters = verdicts.iter().flat_map(|verdict| &verdict.encounters);
    let met: HashSet<(&str, &str)> = encounters.map(|e| (e.zone_source.as_str(), e.zone_id.as_str())).collect();
    let is_drawn = |zone: &&Zone| count <= MOST || met.contains(&(zone.source.label.as_str(), zone.id.as_str()));
    text.push_str("<Folder>");
    let name = match count <= MOST {
        true => "Declared sites".to_owned(),
        false => format!("Declared sites with an encounter; all {count} are in case.gpkg"),
    };
    element(text, "name", &name);
    text.push('\n');
    for zone in all().filter(is_drawn) {
        zone.volumes.iter().for_each(|volume| site(zone, volume, text));
    }
    text.push_str("</Folder>\n");
}

fn site(zone: &Zone, volume: &Volume, text: &mut String) {
    text.push_str("<Placemark>");
    element(text, "name", zone.title());
    text.push_str("<styleUrl>#site</styleUrl>");
    let limit = |limit| outline::limit_text(limit).unwrap_or_default();
    let radius = match volume.shape {
        Shape::Circle { lat, lon, radius_m } => format!("{radius_m} m around {lat}, {lon}"),
        Shape::Polygons(_) => String::new(),
    };
    let (lower, upper, sha256) =
        (limit(volume.lower.as_ref()), limit(volume.upper.as_ref()), zone.source.sha256.to_string());
    let entries = [
        ("zone_id", zone.id.as_str()),
        ("sector", zone.kind().unwrap_or_default()),
        ("restriction", zone.about.restriction.map_or("", |restriction| restriction.as_str())),
        ("lower", &lower),
        ("upper", &upper),
        ("circle", &radius),
        ("source", &zone.source.label),
        ("sha256", &sha256),
    ];
    extended_data(text, entries.into_iter().filter(|(_, value)| !value.is_empty()));
    match (outline::polygons(volume).as_slice(), &volume.shape) {
        ([], Shape::Circle { lat, lon, .. }) => {
            *text += &format!("<Point><coordinates>{lon},{lat}</coordinates></Point>");
        }
        (polygons, _) => {
            text.push_str("<MultiGeometry>");
            polygons.iter().for_each(|polygon| outlined(polygon, text));
            text.push_str("</MultiGeometry>");
        }
    }
    text.push_str("</Placemark>\n");
}

fn outlined(polygon: &Polygon<f64>, text: &mut String) {
    text.push_str("<Polygon>");
    boundary("outerBoundaryIs", polygon.exterior(), text);
    polygon.interiors().iter().for_each(|hole| boundary("innerBoundaryIs", hole, text));
    text.push_str("</Polygon>");
}

fn boundary(name: &str, ring: &LineString<f64>, text: &mut String) {
    let _ = write!(text, "<{name}><LinearRing><coordinates>");
    // Readers of KML join corners on both sides of the antimeridian the short way.
    ring.0
        .iter()
        .for_each(|corner| *text += &format!("{},{} ", corner.x - 360.0 * (corner.x / 360.0).round(), corner.y));
    let _ = write!(text, "</coordinates></LinearRing></{name}>");
}

pub fn encounters(verdicts: &[FlightVerdict], text: &mut String) {
    if verdicts.iter().all(|verdict| verdict.encounters.is_empty()) {
        return;
    }
    text.push_str("<Folder><name>Encounters</name>\n");
    for verdict in verdicts {
        verdict.encounters.iter().for_each(|encounter| placemarks(verdict, encounter, text));
    }
    text.push_str("</Folder>\n");
}

/// A point at the closest approach or the deepest fix, and a line for each stay.
fn placemarks(verdict: &FlightVerdict, encounter: &Encounter, text: &mut String) {
    let style = if encounter.verdict.inside { "inside" } else { "near" };
    let name = encounter.zone_name.as_deref().unwrap_or(&encounter.zone_id);
    let closest = &encounter.closest;
    text.push_str("<Placemark>");
    element(text, "name", &format!("{}: {name}", encounter.verdict.as_str()));
    element(text, "description", &encounter.audit);
    if let Some(utc) = closest.utc_ns {
        let _ = write!(text, "<TimeStamp><when>{}</when></TimeStamp>", utc_text(utc));
    }
    let _ = write!(text, "<styleUrl>#{style}</styleUrl>");
    let (certainty, distance) = (word(&encounter.certainty), closest.distance_m.to_string());
    let entries = [
        ("flight", verdict.flight.as_str()),
        ("track", &verdict.track.name),
        ("zone_id", &encounter.zone_id),
        ("verdict", encounter.verdict.as_str()),
        ("certainty", &certainty),
        ("distance_m", &distance),
        ("source", &verdict.path),
        ("sha256", &verdict.sha256),
    ];
    extended_data(text, entries);
    let _ = writeln!(text, "<Point><coordinates>{},{}</coordinates></Point></Placemark>", closest.lon, closest.lat);
    for entry in encounter.entries.iter().filter(|entry| entry.way.len() > 1) {
        text.push_str("<Placemark>");
        element(text, "name", &format!("inside {name}"));
        if let (Some(enter), Some(exit)) = (entry.enter_utc_ns, entry.exit_utc_ns) {
            let _ = write!(
                text,
                "<TimeSpan><begin>{}</begin><end>{}</end></TimeSpan>",
                utc_text(enter.min(exit)),
                utc_text(exit.max(enter))
            );
        }
        text.push_str("<styleUrl>#inside</styleUrl><LineString><tessellate>1</tessellate><coordinates>");
        entry.way.iter().for_each(|[lon, lat]| *text += &format!("{lon},{lat} "));
        text.push_str("</coordinates></LineString></Placemark>\n");
    }
}
