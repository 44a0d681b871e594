//! The normal form of a declared site: who declared it, what it is called, and the volumes that it is made of. Every reader
//! ends here, whatever its file looks like.

use std::sync::Arc;

use geo::Polygon;

use super::sector::Sector;
use super::shape::bbox::Bbox;
use super::vertical::{Limits, VerticalLimit};
use super::window::Window;
use crate::evidence::Sha256;

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
    /// Name of the reader that understood it, stable.
    pub format: &'static str,
    pub issue: Issue,
    /// In file order.
    pub zones: Vec<Zone>,
    /// What could not be used, in file order.
    pub skipped: Vec<Skipped>,
    /// Each change that was made to a shape: where, what, effect.
    pub repairs: Vec<String>,
    /// What a reader of a verdict should know: where, what, effect.
    pub warnings: Vec<String>,
    /// What the file says and can be read in more than one way: where, both readings, the one taken.
    pub ambiguities: Vec<String>,
    /// What the file says and no verdict uses: members, records, layers.
    pub ignored: Vec<String>,
}

/// What a zone file says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issue {
    pub provider: Option<String>,
    /// Nanoseconds since 1970, UTC.
    pub issued_ns: Option<i64>,
    pub valid_from_ns: Option<i64>,
    pub valid_to_ns: Option<i64>,
}

impl Issue {
    /// What holds for zones of several files together: the latest issue, the narrowest validity, all providers.
    pub fn of_all(issues: &[Issue]) -> Issue {
        let mut providers: Vec<&str> = issues.iter().filter_map(|issue| issue.provider.as_deref()).collect();
        providers.dedup();
        Issue {
            provider: Some(providers.join("; ")).filter(|providers| !providers.is_empty()),
            issued_ns: issues.iter().filter_map(|issue| issue.issued_ns).max(),
            valid_from_ns: issues.iter().filter_map(|issue| issue.valid_from_ns).max(),
            valid_to_ns: issues.iter().filter_map(|issue| issue.valid_to_ns).min(),
        }
    }
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
    pub about: About,
    pub source: Arc<Source>,
    /// Where in the file: a JSON pointer (`/features/12`), `line 7`, `record 3`, `Placemark 5`, a layer and its key; in an archive
    /// behind the member's name.
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

    /// The kind of site: the sector, else the source's own word.
    pub fn kind(&self) -> Option<&str> {
        self.about.sector.map(Sector::as_str).or(self.about.facility.as_deref())
    }
}

/// What a source says about a zone beside its name and shape.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    pub sector: Option<Sector>,
    /// The source's own word for the kind of site.
    pub facility: Option<String>,
    pub restriction: Option<Restriction>,
    /// The source's own word for the restriction.
    pub restriction_word: Option<String>,
    /// Why it was declared, in the source's words.
    pub reasons: Vec<String>,
    /// Who declared it.
    pub authority: Option<String>,
    /// The law that it rests on, as the source or a rule names it.
    pub legal_basis: Option<String>,
    /// ISO 3166-1, three letters, where the source states it so.
    pub country: Option<String>,
    /// When it is in force; empty: always.
    pub windows: Vec<Window>,
    /// Standard deviation of its outline, metres, where the source states it.
    pub accuracy_m: Option<f64>,
}

/// What is asked of an aircraft in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restriction {
    Prohibited,
    /// Only with an authorisation.
    Authorisation,
    /// Under conditions that the source states.
    Conditional,
    /// Flying is limited in height: the volume begins where it is not allowed.
    HeightLimit,
    /// The pilot is warned.
    Warning,
    /// Up to here flights can be authorised quickly (facility maps): it forbids nothing.
    AuthorisationCeiling,
    /// The source says that nothing is restricted.
    None,
}

impl Restriction {
    /// The stable name in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Restriction::Prohibited => "prohibited",
            Restriction::Authorisation => "authorisation",
            Restriction::Conditional => "conditional",
            Restriction::HeightLimit => "height-limit",
            Restriction::Warning => "warning",
            Restriction::AuthorisationCeiling => "authorisation-ceiling",
            Restriction::None => "none",
        }
    }

    /// Whether being inside can be a breach at all.
    pub fn forbids(self) -> bool {
        !matches!(self, Restriction::AuthorisationCeiling | Restriction::None)
    }
}

/// A footprint between two heights.
#[derive(Clone, Debug)]
pub struct Volume {
    pub shape: Shape,
    /// `None` where the source gives no limit.
    pub lower: Option<VerticalLimit>,
    pub upper: Option<VerticalLimit>,
    pub edges: EdgeRule,
    pub bbox: Bbox,
}

impl Volume {
    /// A volume with its box; floor and ceiling may follow.
    pub fn new(shape: Shape, edges: EdgeRule) -> Self {
        Volume { bbox: shape.bbox(), shape, lower: None, upper: None, edges }
    }

    /// A volume with its box, floor and ceiling.
    pub fn between(limits: &Limits, shape: Shape, edges: EdgeRule) -> Self {
        Volume { lower: limits.lower.clone(), upper: limits.upper.clone(), ..Volume::new(shape, edges) }
    }
}

/// How two corners of an outline are joined. Geometry here is always straight in longitude and latitude; where the source means
/// something else the difference is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdgeRule {
    /// Straight in longitude and latitude (GeoJSON, KML, ED-269, ED-318).
    Straight,
    /// The shortest line on the ellipsoid (AIXM).
    Geodesic,
    /// The source's format does not say (OpenAir, shapefiles).
    Unstated,
}

impl EdgeRule {
    /// The stable name in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            EdgeRule::Straight => "straight",
            EdgeRule::Geodesic => "geodesic",
            EdgeRule::Unstated => "unstated",
        }
    }

    /// From its stable name.
    pub fn of(name: &str) -> Option<Self> {
        [EdgeRule::Straight, EdgeRule::Geodesic, EdgeRule::Unstated].into_iter().find(|edges| edges.as_str() == name)
    }
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
