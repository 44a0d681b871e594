//! The normal form of a declared site: who declared it, what it is called, and the volumes that it is made of. Every reader
//! ends here, whatever its file looks like.

use std::sync::Arc;

use geo::Polygon;

use super::bbox::Bbox;
use super::vertical::VerticalLimit;
use crate::evidence::Sha256;

/// What a reader understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    GeoJson,
    Csv,
}

impl Format {
    /// The stable name in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::GeoJson => "geojson",
            Format::Csv => "csv",
        }
    }
}

/// The file that a zone comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub label: String,
    pub sha256: Sha256,
}

/// All that one zone file says.
#[derive(Clone, Debug)]
pub struct ZoneFile {
    pub source: Arc<Source>,
    pub format: Format,
    /// In file order.
    pub zones: Vec<Zone>,
    /// What could not be used, in file order.
    pub skipped: Vec<Skipped>,
    /// Each change that was made to a shape: where, what, effect.
    pub repairs: Vec<String>,
    /// What a reader of a verdict should know: where, what, effect.
    pub warnings: Vec<String>,
}

impl ZoneFile {
    pub fn label(&self) -> &str {
        &self.source.label
    }

    pub fn sha256(&self) -> Sha256 {
        self.source.sha256
    }

    /// Volumes of all zones.
    pub fn volumes(&self) -> usize {
        self.zones.iter().map(|zone| zone.volumes.len()).sum()
    }

    /// Whether something in the file could not be used, so that a verdict "no zone touched" is not the whole truth.
    pub fn incomplete(&self) -> bool {
        !self.skipped.is_empty()
    }
}

/// A feature, a row or a part of one that is in no verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// As [`Zone::index`].
    pub index: String,
    pub name: Option<String>,
    pub reason: String,
}

/// One declared site.
#[derive(Clone, Debug)]
pub struct Zone {
    /// Unique in its file.
    pub id: String,
    pub name: Option<String>,
    /// In the source's own word.
    pub sector: Option<String>,
    pub source: Arc<Source>,
    /// Where in the file: a JSON pointer (`/features/12`) or `line 7`.
    pub index: String,
    /// At least one.
    pub volumes: Vec<Volume>,
    /// What is to be known about this zone, also listed in [`ZoneFile::warnings`].
    pub warnings: Vec<String>,
}

impl Zone {
    /// The name, or the id of a zone without one.
    pub fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

/// A footprint between two heights.
#[derive(Clone, Debug)]
pub struct Volume {
    pub shape: Shape,
    /// `None` where the source gives no limit.
    pub lower: Option<VerticalLimit>,
    pub upper: Option<VerticalLimit>,
    pub bbox: Bbox,
}

/// The outline on the ground, WGS 84.
#[derive(Clone, Debug)]
pub enum Shape {
    /// Degrees and metres; a site without extent has radius 0.
    Circle { lat: f64, lon: f64, radius_m: f64 },
    /// United. Within one polygon the even-odd rule holds over all its rings. x is longitude, y latitude, in degrees; edges are
    /// straight in longitude and latitude. Longitudes are continuous along a ring and may pass 180.
    Polygons(Vec<Polygon<f64>>),
}

impl Shape {
    pub fn bbox(&self) -> Bbox {
        match self {
            Shape::Circle { lat, lon, radius_m } => Bbox::of_circle(geo::Coord { x: *lon, y: *lat }, *radius_m),
            Shape::Polygons(polygons) => polygons.iter().map(polygon_bbox).fold(Bbox::NOTHING, Bbox::join),
        }
    }
}

/// The box of a polygon: of all its rings, since an inner ring that reaches outside counts as area by even-odd.
pub fn polygon_bbox(polygon: &Polygon<f64>) -> Bbox {
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    rings.map(|ring| Bbox::of(&ring.0)).fold(Bbox::NOTHING, Bbox::join)
}
