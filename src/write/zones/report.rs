//! A zone in the list of `zones inspect`.

use serde::Serialize;
use serde_json::Value;

use super::{limit, window};
use crate::zones::{Shape, Volume, Zone};

#[derive(Serialize)]
pub struct ZoneReport<'a> {
    pub id: &'a str,
    pub name: Option<&'a str>,
    /// As in the file's other lists.
    pub index: &'a str,
    pub sector: Option<&'static str>,
    pub facility: Option<&'a str>,
    pub restriction: Option<&'static str>,
    pub authority: Option<&'a str>,
    pub accuracy_m: Option<f64>,
    pub volumes: Vec<VolumeReport>,
    pub windows: Vec<Value>,
    pub warnings: &'a [String],
}

#[derive(Serialize)]
pub struct VolumeReport {
    pub shape: ShapeReport,
    /// `{value, unit, reference, raw}`; `None` where the source gives none: the surface, no limit.
    pub lower: Value,
    pub upper: Value,
    pub edges: &'static str,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ShapeReport {
    Circle { lat: f64, lon: f64, radius_m: f64 },
    Polygons { polygons: usize, corners: usize, holes: usize },
}

impl<'a> From<&'a Zone> for ZoneReport<'a> {
    fn from(zone: &'a Zone) -> Self {
        ZoneReport {
            id: &zone.id,
            name: zone.name.as_deref(),
            index: &zone.index,
            sector: zone.about.sector.map(|sector| sector.as_str()),
            facility: zone.about.facility.as_deref(),
            restriction: zone.about.restriction.map(|restriction| restriction.as_str()),
            authority: zone.about.authority.as_deref(),
            accuracy_m: zone.about.accuracy_m,
            volumes: zone.volumes.iter().map(Into::into).collect(),
            windows: zone.about.windows.iter().map(window).collect(),
            warnings: &zone.warnings,
        }
    }
}

impl From<&Volume> for VolumeReport {
    fn from(volume: &Volume) -> Self {
        VolumeReport {
            shape: (&volume.shape).into(),
            lower: limit(volume.lower.as_ref()),
            upper: limit(volume.upper.as_ref()),
            edges: volume.edges.as_str(),
        }
    }
}

impl From<&Shape> for ShapeReport {
    fn from(shape: &Shape) -> Self {
        match shape {
            Shape::Circle { lat, lon, radius_m } => ShapeReport::Circle { lat: *lat, lon: *lon, radius_m: *radius_m },
            Shape::Polygons(polygons) => ShapeReport::Polygons {
                polygons: polygons.len(),
                corners: polygons.iter().map(|p| p.exterior().0.len().saturating_sub(1)).sum(),
                holes: polygons.iter().map(|p| p.interiors().len()).sum(),
            },
        }
    }
}
