//! The geometries of a placemark into volumes.

use geo::{Coord, Polygon};

use super::coordinates::{Coordinates, coordinates};
use super::element::Element;
use super::mode::Mode;
use super::solid::{Face, Solid, solids};
use crate::zones::properties::Properties;
use crate::zones::report::{Place, Report, short};
use crate::zones::shape::circle::circles;
use crate::zones::shape::polygon::{polygon, warn_of_extent};
use crate::zones::vertical::{Limits, Unit, VerticalLimit};
use crate::zones::zone::{EdgeRule, Shape, Volume};

/// Collections inside collections.
const DEPTH: usize = 8;
/// Heights in words and in the geometry that differ by no more are the same, metres: they are rounded.
const SAME_HEIGHT_M: f64 = 1.0;

/// What was dropped because it repeats or encloses nothing, over all placemarks.
#[derive(Default)]
pub struct Dropped {
    pub walls: usize,
    /// Polygons that are the floor or the roof of another.
    pub repeated: usize,
}

/// Reads the geometries of one placemark.
pub struct Reader<'a> {
    pub properties: &'a Properties,
    pub place: &'a mut Place,
    pub report: &'a mut Report,
    pub dropped: &'a mut Dropped,
    faces: Vec<Face>,
    volumes: Vec<Volume>,
    /// Geometries met so far, to name one that cannot be used.
    number: usize,
    /// What could not be used; skipped once it is known whether anything was.
    reasons: Vec<String>,
}

impl<'a> Reader<'a> {
    pub fn new(
        properties: &'a Properties,
        place: &'a mut Place,
        report: &'a mut Report,
        dropped: &'a mut Dropped,
    ) -> Self {
        let (faces, volumes, reasons) = (Vec::new(), Vec::new(), Vec::new());
        Reader { properties, place, report, dropped, faces, volumes, number: 0, reasons }
    }

    /// All volumes of the placemark. What cannot be used is skipped; nothing at all is a reason of its own.
    pub fn read(mut self, placemark: &Element) -> Vec<Volume> {
        let limits = self.properties.limits();
        limits.tell_unknown(self.place, self.report);
        for child in &placemark.children {
            self.geometry(child, &limits, 0);
        }
        let (walls, faces): (Vec<Face>, Vec<Face>) =
            std::mem::take(&mut self.faces).into_iter().partition(Face::is_wall);
        let walls = Solid { faces: walls };
        self.dropped.walls += walls.faces.len();
        let mut levels: Vec<(Limits, Vec<Polygon<f64>>)> = Vec::new();
        for solid in solids(faces) {
            self.dropped.repeated += solid.faces.len() - 1;
            let both = self.limits_of(&solid, &walls, &limits);
            let Some(face) = solid.faces.into_iter().next() else { continue };
            let rings: Vec<&[Coord<f64>]> = face.rings.iter().map(Vec::as_slice).collect();
            match polygon(&rings, "", self.place, self.report) {
                Ok(polygon) => {
                    match levels.iter_mut().find(|(level, _)| level.lower == both.lower && level.upper == both.upper) {
                        Some((_, polygons)) => polygons.push(polygon),
                        None => levels.push((both, vec![polygon])),
                    }
                }
                Err(reason) => self.reasons.push(reason),
            }
        }
        for (both, polygons) in levels {
            self.volumes.push(Volume::between(&both, Shape::Polygons(polygons), EdgeRule::Straight));
        }
        if self.volumes.is_empty() && self.reasons.is_empty() {
            let only_walls = !walls.faces.is_empty();
            let reason = if only_walls { "holds only upright walls, which enclose nothing" } else { "has no geometry" };
            self.reasons.push(reason.to_owned());
        }
        for reason in std::mem::take(&mut self.reasons) {
            self.report.skip(self.place.index.clone(), self.place.name.clone(), reason);
        }
        for volume in &self.volumes {
            warn_of_extent(volume, self.place, self.report);
        }
        self.volumes
    }

    fn geometry(&mut self, element: &Element, limits: &Limits, depth: usize) {
        let result = match element.name.as_str() {
            "Polygon" => {
                self.face(element, element.child("outerBoundaryIs"), element.child("innerBoundaryIs").is_some())
            }
            "LinearRing" => {
                let what = "is a closed line: the line or what it encloses; taken as an area".to_owned();
                self.report.ambiguous(self.place, "closed lines", what);
                self.ring_alone(element)
            }
            "Point" => self.circle(element, limits),
            "MultiGeometry" | "MultiTrack" if depth == DEPTH => Err("collections are nested too deep".to_owned()),
            "MultiGeometry" => {
                element.children.iter().for_each(|child| self.geometry(child, limits, depth + 1));
                return;
            }
            "LineString" | "Track" | "MultiTrack" => {
                Err(format!("a {} encloses nothing; give it as a polygon with its real width", element.name))
            }
            "Model" => Err("a Model (a body from another file) is not read".to_owned()),
            _ => return,
        };
        self.number += 1;
        if let Err(reason) = result {
            self.reasons.push(format!("geometry {}: {reason}", self.number));
        }
    }

    fn face(&mut self, element: &Element, outer: Option<&Element>, has_holes: bool) -> Result<(), String> {
        let outer = outer.and_then(|boundary| boundary.child("LinearRing")).ok_or("the Polygon has no outer ring")?;
        let outer = self.ring(outer)?;
        let mut rings = vec![outer.places];
        if has_holes {
            let holes = element.all("innerBoundaryIs").flat_map(|inner| inner.all("LinearRing"));
            for hole in holes {
                rings.push(self.ring(hole)?.places);
            }
        }
        self.push_face(element, rings, outer.heights);
        Ok(())
    }

    fn ring_alone(&mut self, element: &Element) -> Result<(), String> {
        let found = self.ring(element)?;
        self.push_face(element, vec![found.places], found.heights);
        Ok(())
    }

    fn push_face(&mut self, element: &Element, rings: Vec<Vec<Coord<f64>>>, heights: Option<(f64, f64)>) {
        let mode = Mode::of(element).unwrap_or_else(|words| {
            let what = format!("its altitudeMode {:?} is not known; its heights were not used", short(&words));
            self.report.warn(self.place, "altitude modes that are not known", what);
            Mode::ClampToGround
        });
        let extrude = element.words("extrude").is_some_and(|word| matches!(word.as_str(), "1" | "true"));
        self.faces.push(Face { rings, heights, mode, extrude });
    }

    fn ring(&mut self, ring: &Element) -> Result<Coordinates, String> {
        let text = ring.child("coordinates").map(|c| c.text.as_str()).unwrap_or_default();
        let found = coordinates(text)?;
        if found.by_line {
            let what = "its coordinates have blanks behind commas; one place was read from each line";
            self.report.repair(self.place, what);
        }
        Ok(found)
    }

    fn circle(&mut self, element: &Element, limits: &Limits) -> Result<(), String> {
        let found = self.ring(element)?;
        if found.places.len() != 1 {
            return Err(format!("a Point with {} places", found.places.len()));
        }
        let found = circles(&found.places, self.properties.radius(), self.place, self.report)?;
        self.volumes.extend(found.into_iter().map(|shape| Volume::between(limits, shape, EdgeRule::Straight)));
        Ok(())
    }

    /// Limits in words count before those that are drawn; where both are there and differ, it is told.
    fn limits_of(&mut self, solid: &Solid, walls: &Solid, stated: &Limits) -> Limits {
        let drawn = self.drawn(solid, walls);
        let mut choose = |what: &str, words: &Option<VerticalLimit>, drawn: Option<VerticalLimit>| match (words, drawn)
        {
            (Some(words), Some(drawn)) => {
                if !agree(words, &drawn) {
                    let told = format!(
                        "its {what} is {:?} in words and {} as drawn; the words count",
                        short(&words.raw),
                        drawn.raw
                    );
                    self.report.ambiguous(self.place, "limits in words that differ from those drawn", told);
                }
                Some(words.clone())
            }
            (Some(words), None) => Some(words.clone()),
            (None, drawn) => drawn,
        };
        Limits {
            lower: choose("floor", &stated.lower, drawn.lower),
            upper: choose("ceiling", &stated.upper, drawn.upper),
        }
    }

    /// Floor and roof as drawn.
    fn drawn(&mut self, solid: &Solid, walls: &Solid) -> Limits {
        let Some(face) = solid.faces.first() else { return Limits::default() };
        let Some((low, high)) = solid.heights().filter(|_| face.mode != Mode::ClampToGround) else {
            return Limits::default();
        };
        let limit = |metres: f64| VerticalLimit {
            value: Some(metres),
            unit: Unit::Metre,
            reference: face.mode.reference(),
            raw: format!("{metres} m, {}", face.mode.as_str()),
        };
        let both = |low, high| Limits { lower: Some(limit(low)), upper: Some(limit(high)) };
        if solid.faces.len() > 1 && low < high {
            let levels = solid.faces.iter().filter_map(|f| f.heights);
            if solid.faces.len() > 2 || levels.into_iter().any(|(low, high)| high - low > SAME_HEIGHT_M) {
                let told = format!(
                    "its {} faces lie between {low} m and {high} m: all that lies between counts",
                    solid.faces.len()
                );
                self.report.ambiguous(self.place, "bodies with more than a level floor and roof", told);
            }
            return both(low, high);
        }
        if face.extrude {
            let ground = VerticalLimit::read("GND", None, None);
            return Limits {
                lower: Some(VerticalLimit { raw: "extrude".to_owned(), ..ground }),
                upper: Some(limit(high)),
            };
        }
        if let Some((low, high)) = walls.heights() {
            return both(low, high);
        }
        if high != 0.0 {
            let told = format!(
                "is one face at {high} m ({}), without walls: a floor, a roof or a picture; its height was not used",
                face.mode.as_str()
            );
            self.report.ambiguous(self.place, "single faces above the ground", told);
        }
        Limits::default()
    }
}

/// The same height from the same reference.
fn agree(a: &VerticalLimit, b: &VerticalLimit) -> bool {
    let metres = |limit: &VerticalLimit| {
        let unit = match limit.unit {
            Unit::Metre => 1.0,
            Unit::Foot => 0.3048,
            Unit::FlightLevel => 30.48,
        };
        limit.value.map(|value| value * unit)
    };
    let near = metres(a).zip(metres(b)).is_some_and(|(a, b)| (a - b).abs() <= SAME_HEIGHT_M);
    near && a.reference == b.reference
}
