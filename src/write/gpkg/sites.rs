//! The layers of a check: zones as they were used, encounters as points, stays inside and approaches as lines.

use rusqlite::Connection;
use rusqlite::types::Value;

use super::layer::{About, Bounds, Layer};
use super::{instant, integer, number, text};
use crate::analyse::{Encounter, fence::Entry};
use crate::write::document::{FlightVerdict, word};
use crate::write::{outline, wkb};
use crate::zones::{Restriction, Shape, Volume, Zone, ZoneFile};

const ZONES: About = About {
    table: "zones",
    description: "Declared sites as used, a feature a volume; circles have 72 corners here, their centre and radius are exact",
    geometry: "GEOMETRY",
    has_z: false,
};
const ENCOUNTERS: About = About {
    table: "encounters",
    description: "A zone and a track: the closest approach, or the fix deepest inside",
    geometry: "POINT",
    has_z: false,
};
const STAYS: About = About {
    table: "stays",
    description: "Ways inside a zone, from entry to exit",
    geometry: "MULTILINESTRING",
    has_z: false,
};
const APPROACHES: About = About {
    table: "approaches",
    description: "From the closest approach, or the deepest fix, to the edge of the zone",
    geometry: "MULTILINESTRING",
    has_z: false,
};

const ZONE_COLUMNS: &[(&str, &str)] = &[
    ("zone_id", "TEXT"),
    ("name", "TEXT"),
    ("sector", "TEXT"),
    ("restriction", "TEXT"),
    ("lower", "TEXT"),
    ("upper", "TEXT"),
    ("authority", "TEXT"),
    ("legal_basis", "TEXT"),
    ("circle_lat", "DOUBLE"),
    ("circle_lon", "DOUBLE"),
    ("circle_radius_m", "DOUBLE"),
    ("source", "TEXT"),
    ("source_index", "TEXT"),
    ("sha256", "TEXT"),
];

pub fn zones(connection: &Connection, files: &[ZoneFile]) -> rusqlite::Result<Layer> {
    let mut layer = Layer::create(connection, &ZONES, ZONE_COLUMNS)?;
    let mut insert = layer.insert(connection)?;
    for zone in files.iter().flat_map(|file| &file.zones) {
        for volume in &zone.volumes {
            let polygons = outline::polygons(volume);
            let mut bounds = Bounds::NOTHING;
            polygons.iter().flat_map(|polygon| &polygon.exterior().0).for_each(|corner| bounds.add(corner.x, corner.y));
            let geometry = match (&volume.shape, polygons.is_empty()) {
                (Shape::Circle { lat, lon, .. }, true) => {
                    bounds.add(*lon, *lat);
                    wkb::point([*lon, *lat, f64::NAN])
                }
                _ => wkb::multi_polygon(&polygons),
            };
            insert.add(bounds, Some(&geometry), zone_cells(zone, volume))?;
        }
    }
    drop(insert);
    Ok(layer)
}

fn zone_cells(zone: &Zone, volume: &Volume) -> Vec<Value> {
    let about = &zone.about;
    let circle = match volume.shape {
        Shape::Circle { lat, lon, radius_m } => [Some(lat), Some(lon), Some(radius_m)],
        Shape::Polygons(_) => [None; 3],
    };
    let limit = |limit| text(outline::limit_text(limit).as_deref());
    let mut cells = vec![
        text(Some(&zone.id)),
        text(zone.name.as_deref()),
        text(zone.kind()),
        text(about.restriction.map(Restriction::as_str)),
        limit(volume.lower.as_ref()),
        limit(volume.upper.as_ref()),
        text(about.authority.as_deref()),
        text(about.legal_basis.as_deref()),
    ];
    cells.extend(circle.map(number));
    cells.extend([
        text(Some(&zone.source.label)),
        text(Some(&zone.index)),
        text(Some(&zone.source.sha256.to_string())),
    ]);
    cells
}

/// Columns that encounters, stays and approaches share.
const SHARED: [(&str, &str); 9] = [
    ("flight", "TEXT"),
    ("track", "TEXT"),
    ("source", "TEXT"),
    ("zone_id", "TEXT"),
    ("zone_name", "TEXT"),
    ("zone_source", "TEXT"),
    ("verdict", "TEXT"),
    ("certainty", "TEXT"),
    ("simulated", "BOOLEAN"),
];

fn shared(verdict: &FlightVerdict, encounter: &Encounter) -> Vec<Value> {
    vec![
        text(Some(&verdict.flight)),
        text(Some(&verdict.track.name)),
        text(Some(&verdict.path)),
        text(Some(&encounter.zone_id)),
        text(encounter.zone_name.as_deref()),
        text(Some(&encounter.zone_source)),
        text(Some(encounter.verdict.as_str())),
        text(Some(&word(&encounter.certainty))),
        Value::Integer(verdict.track.simulated.into()),
    ]
}

/// Encounters, stays, approaches.
pub fn encounters(connection: &Connection, verdicts: &[FlightVerdict]) -> rusqlite::Result<[Layer; 3]> {
    let with =
        |own: &[(&'static str, &'static str)]| -> Vec<(&'static str, &'static str)> { [&SHARED[..], own].concat() };
    let mut points = Layer::create(
        connection,
        &ENCOUNTERS,
        &with(&[
            ("sector", "TEXT"),
            ("height_verdict", "TEXT"),
            ("time_verdict", "TEXT"),
            ("restriction", "TEXT"),
            ("legal_basis", "TEXT"),
            ("utc", "DATETIME"),
            ("distance_m", "DOUBLE"),
            ("signed_distance_m", "DOUBLE"),
            ("sigma_m", "DOUBLE"),
            ("height_m", "DOUBLE"),
            ("height_reference", "TEXT"),
            ("stays", "INTEGER"),
            ("audit", "TEXT"),
        ]),
    )?;
    let mut stays = Layer::create(
        connection,
        &STAYS,
        &with(&[
            ("enter_utc", "DATETIME"),
            ("exit_utc", "DATETIME"),
            ("dwell_s", "DOUBLE"),
            ("path_m", "DOUBLE"),
            ("recorded_fixes_inside", "INTEGER"),
            ("interpolated", "BOOLEAN"),
            ("every_nth_fix", "INTEGER"),
        ]),
    )?;
    let mut approaches =
        Layer::create(connection, &APPROACHES, &with(&[("utc", "DATETIME"), ("distance_m", "DOUBLE")]))?;
    let all =
        || verdicts.iter().flat_map(|verdict| verdict.encounters.iter().map(move |encounter| (verdict, encounter)));
    let (mut point, mut stay) = (points.insert(connection)?, stays.insert(connection)?);
    let mut approach = approaches.insert(connection)?;
    for (verdict, encounter) in all() {
        let closest = &encounter.closest;
        let mut cells = shared(verdict, encounter);
        cells.extend([
            text(encounter.sector.as_deref()),
            text(Some(&word(&encounter.height_verdict))),
            text(Some(&word(&encounter.time_verdict))),
            text(encounter.restriction.map(Restriction::as_str)),
            text(encounter.legal_basis.as_deref()),
            instant(closest.utc_ns),
            Value::Real(closest.distance_m),
            Value::Real(closest.signed_distance_m),
            Value::Real(closest.sigma_m),
            number(closest.height_m),
            text(closest.height_reference),
            integer(encounter.entries.len() as u64),
            text(Some(&encounter.audit)),
        ]);
        let place = wkb::point([closest.lon, closest.lat, f64::NAN]);
        point.add(Bounds::of(closest.lon, closest.lat), Some(&place), cells)?;
        for entry in &encounter.entries {
            let mut cells = shared(verdict, encounter);
            cells.extend(stay_cells(entry));
            add_line(&mut stay, &entry.way, cells)?;
        }
        let mut cells = shared(verdict, encounter);
        cells.extend([instant(closest.utc_ns), Value::Real(closest.distance_m)]);
        add_line(&mut approach, &[[closest.lon, closest.lat], [closest.edge_lon, closest.edge_lat]], cells)?;
    }
    drop((point, stay, approach));
    Ok([points, stays, approaches])
}

fn stay_cells(entry: &Entry) -> [Value; 7] {
    [
        instant(entry.enter_utc_ns),
        instant(entry.exit_utc_ns),
        number(entry.dwell_s),
        Value::Real(entry.path_m),
        integer(entry.recorded_fixes_inside as u64),
        Value::Integer(entry.interpolated.into()),
        integer(entry.way_step as u64),
    ]
}

/// A line cut at the antimeridian; without a length the feature has no geometry.
fn add_line(insert: &mut super::layer::Insert<'_>, places: &[[f64; 2]], cells: Vec<Value>) -> rusqlite::Result<()> {
    let parts = crate::write::encounters::parts(places);
    let mut bounds = Bounds::NOTHING;
    parts.iter().flatten().for_each(|[x, y]| bounds.add(*x, *y));
    let geometry = (!parts.is_empty()).then(|| wkb::multi_line(&parts));
    insert.add(bounds, geometry.as_deref(), cells)
}
