//! Esri JSON, the feature sets of ArcGIS servers: `attributes` beside a geometry of `rings` (outer rings clockwise, holes
//! counter-clockwise, in any order) or of points, in the projection that `spatialReference` names.

use geo::Coord;
use serde_json::Value;

use super::draft::Draft;
use super::geojson::projection::Projection;
use super::instant::{self, Side};
use super::json::coordinates::Coordinates;
use super::json::dialect::Dialect;
use super::json::features::{each, sound_members};
use super::json::outline::{Element, Outline};
use super::json::{self, Member, start_of};
use super::properties::Properties;
use super::reader::{Input, Reader, Refused};
use super::report::{Place, Report};
use super::shape::circle::circles;
use super::shape::holes::{Ring, nest};
use super::shape::polygon::warn_of_extent;
use super::shape::ring::signed_area;
use super::text::Text;
use super::window::Window;
use super::zone::{EdgeRule, Shape, Volume};
use super::{applicability, faa, restriction};

pub const READER: Reader =
    Reader { format: "esri-json", is_text: true, claims: |input| input.is_json(Dialect::Esri), read };

fn read(input: &Input<'_>, report: &mut Report) -> Result<Vec<Draft>, Refused> {
    let Some((outline, _)) = input.json() else { return Ok(Vec::new()) };
    let source = input.text.text.as_ref();
    let stated = outline.value(source, "spatialReference").unwrap_or(Value::Null);
    let projection = Projection::of_spatial_reference(&stated).map_err(Refused::Projection)?;
    if projection == Some(Projection::WebMercator) {
        report
            .repairs
            .push("the whole file: its places were converted from Web Mercator (EPSG:3857) to WGS 84".to_owned());
    }
    if outline.value(source, "exceededTransferLimit") == Some(Value::Bool(true)) {
        report.warn_file(
            "the server stopped at its transfer limit (exceededTransferLimit): the file is incomplete, and zones of its \
             layer are missing; ask the server for the rest"
                .to_owned(),
        );
    }
    let set = Set { text: input.text, projection, aliases: aliases(outline, source) };
    Ok(each(input.text, outline, report, |element, report| set.feature(element, report)))
}

/// Columns whose second name is asked for.
const ALIASES: usize = 500;

/// Names of columns and what they are shown as, where those differ.
fn aliases(outline: &Outline, source: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let fields = outline.value(source, "fields").unwrap_or(Value::Null);
    for field in fields.as_array().map(Vec::as_slice).unwrap_or_default() {
        if let (Some(name), Some(alias)) = (field["name"].as_str(), field["alias"].as_str())
            && name != alias
        {
            found.push((name.to_owned(), alias.to_owned()));
        }
    }
    found.truncate(ALIASES);
    let pairs = outline.value(source, "fieldAliases").unwrap_or(Value::Null);
    for (name, alias) in pairs.as_object().into_iter().flatten().take(ALIASES) {
        found.extend(alias.as_str().filter(|alias| alias != name).map(|alias| (name.clone(), alias.to_owned())));
    }
    found
}

/// A feature set while it is read.
struct Set<'a> {
    text: &'a Text<'a>,
    /// `None` where the file names none.
    projection: Option<Projection>,
    aliases: Vec<(String, String)>,
}

impl Set<'_> {
    /// One feature; `None` when it was skipped.
    fn feature(&self, element: &Element, report: &mut Report) -> Option<Draft> {
        let source = self.text.text.as_ref();
        let members = sound_members(self.text, element, report)?;
        let attributes = json::member(source, &members, "attributes").map(serde_json::from_str::<Value>);
        let mut properties = match attributes {
            Some(Ok(value)) => Properties::of_object(value),
            Some(Err(error)) => {
                report.warn_file(format!(
                    "{}: its attributes are no sound JSON and were not used ({error})",
                    element.index
                ));
                Properties::default()
            }
            None => Properties::default(),
        };
        for (name, alias) in &self.aliases {
            properties.add_alias(name, alias);
        }
        let id = properties.id(None);
        let mut place = Place::new(element.index.clone(), properties.name());
        let mut about = properties.about();
        about.windows = times(&properties, &mut place, report);
        restriction::tell_unknown(&about, &place, report);
        let mut limits = properties.limits();
        faa::complete(&properties, &mut about, &mut limits, &mut place, report);
        limits.tell_unknown(&mut place, report);
        let geometry = start_of(&members, "geometry").filter(|start| source[*start..].starts_with('{'));
        let shapes = match geometry {
            Some(start) => self.geometry(start, &properties, &mut place, report),
            None => Err("has no geometry".to_owned()),
        };
        properties.ignore_rest("attribute", report);
        let shapes = match shapes {
            Ok(shapes) => shapes,
            Err(reason) => {
                report.skip(place.index, place.name.or(id), reason);
                return None;
            }
        };
        let volume = |shape| Volume::between(&limits, shape, EdgeRule::Unstated);
        let volumes: Vec<Volume> = shapes.into_iter().map(volume).collect();
        for volume in &volumes {
            warn_of_extent(volume, &mut place, report);
        }
        Some(Draft { id, about, place, volumes })
    }

    fn geometry(
        &self,
        start: usize,
        properties: &Properties,
        place: &mut Place,
        report: &mut Report,
    ) -> Result<Vec<Shape>, String> {
        let source = self.text.text.as_ref();
        let members = json::members(source, start).map_err(|_| "its geometry is no sound object".to_owned())?;
        let own = json::value(source, &members, "spatialReference").unwrap_or(Value::Null);
        let own = Projection::of_spatial_reference(&own)
            .map_err(|name| format!("its coordinates are in {name}, which is not converted"))?;
        let projection = own.or(self.projection).unwrap_or_else(|| {
            report.ambiguous_file("the file names no spatial reference: longitude and latitude in WGS 84 were taken");
            Projection::Wgs84
        });
        let has = |key| json::member(source, &members, key).is_some();
        if has("rings") {
            let positions = self.positions(&members, "rings", 3, projection)?;
            return polygons(&positions, place, report).map(|shape| vec![shape]);
        }
        let places = if has("points") {
            self.positions(&members, "points", 2, projection)?.positions
        } else if has("x") && has("y") {
            let number = |key| {
                let value = json::value(source, &members, key);
                value.as_ref().and_then(Value::as_f64).ok_or_else(|| format!("its {key} is no number"))
            };
            vec![projection.to_degrees(Coord { x: number("x")?, y: number("y")? })]
        } else if has("paths") {
            return Err("a line encloses nothing; give it as a polygon with its real width".to_owned());
        } else if has("curveRings") {
            return Err("its outline has curves, which are not read; ask the server for rings".to_owned());
        } else {
            return Err("its geometry has neither rings nor points".to_owned());
        };
        if places.is_empty() {
            return Err("its geometry is empty".to_owned());
        }
        circles(&places, properties.radius(), place, report)
    }

    fn positions(
        &self,
        members: &[Member<'_>],
        key: &str,
        depth: usize,
        projection: Projection,
    ) -> Result<Coordinates, String> {
        let start = start_of(members, key).unwrap_or_default();
        let json = json::member(self.text.text.as_ref(), members, key).unwrap_or_default();
        let mut found =
            Coordinates::read(json).map_err(|(what, at)| format!("{what}, at {}", self.text.place(start + at)))?;
        match found.depth {
            0 => return Err("its geometry is empty".to_owned()),
            stood if stood != depth => {
                return Err(format!("the positions of {key} stand in {depth} brackets, here in {stood}"));
            }
            _ => {}
        }
        found.positions.iter_mut().for_each(|position| *position = projection.to_degrees(*position));
        Ok(found)
    }
}

/// Rings into polygons: clockwise ones enclose, the others are holes of those. Where the largest ring runs the other way, the
/// whole feature does.
fn polygons(coordinates: &Coordinates, place: &mut Place, report: &mut Report) -> Result<Shape, String> {
    let rings: Vec<Ring> = coordinates.polygons().concat().into_iter().map(<[_]>::to_vec).collect();
    let areas: Vec<f64> = rings.iter().map(|ring| signed_area(ring)).collect();
    let largest = areas.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or_default();
    if largest > 0.0 {
        let what = "its outer ring runs counter-clockwise, as holes do in Esri JSON; the directions of the feature were \
                    taken as reversed";
        report.deviation(&place.index, what);
    }
    let encloses = |area: f64| area == 0.0 || (area > 0.0) == (largest > 0.0);
    let (outer, holes): (Vec<_>, Vec<_>) = rings.into_iter().zip(areas).partition(|(_, area)| encloses(*area));
    let bare = |rings: Vec<(Ring, f64)>| rings.into_iter().map(|(ring, _)| ring).collect();
    let mut nested = nest(bare(outer), bare(holes));
    for orphan in nested.orphans.drain(..) {
        report.repair(place, "a ring that runs as a hole lies in no outer ring; it was taken as an outline of its own");
        nested.polygons.push(vec![orphan]);
    }
    nested.shape(place, report)
}

/// When it is in force, from flat attributes; dates of ArcGIS are milliseconds.
fn times(properties: &Properties, place: &mut Place, report: &mut Report) -> Vec<Window> {
    if let Some(edited) = properties.find(&["lastedit"])
        && let Ok(Some(edited)) = instant::read(edited, Side::Start)
    {
        let latest = report.issue.issued_ns.map_or(edited.ns, |known| known.max(edited.ns));
        report.issue.issued_ns = Some(latest);
    }
    applicability::of_properties(properties, place, report)
}
