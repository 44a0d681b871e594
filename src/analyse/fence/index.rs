//! All parts of all zones in one flat list, with what is needed to tell in a few operations that a flight cannot come near.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use std::borrow::Cow;

use geo::{Coord, Polygon};

use super::edges;
use super::footprint::{Footprint, Part};
use super::plane::{least_m, least_north_m, sphere_m};
use crate::zones::{Bbox, EdgeRule, Shape, Volume, Zone, ZoneFile, polygon_bbox};

/// The parts of the zones, zone by zone.
pub struct Index<'z> {
    pub zones: Vec<&'z Zone>,
    /// Of each zone.
    pub files: Vec<&'z ZoneFile>,
    parts: Vec<Entry<'z>>,
    boxes: Vec<Flat>,
}

struct Entry<'z> {
    /// Number of the zone.
    zone: usize,
    volume: &'z Volume,
    part: Part<'z>,
    /// The polygon as the zone file gives it.
    polygon: Option<&'z Polygon<f64>>,
    bbox: Bbox,
}

/// A box as the scan reads it.
struct Flat {
    south: f64,
    north: f64,
    middle: f64,
    half_width: f64,
    /// Cosine of the latitude that is nearest to a pole.
    cosine: f64,
}

impl Flat {
    fn of(bbox: &Bbox) -> Self {
        let highest = bbox.south.abs().max(bbox.north.abs()).min(90.0);
        Flat {
            south: bbox.south,
            north: bbox.north,
            middle: bbox.centre().x,
            half_width: bbox.width() / 2.0,
            cosine: highest.to_radians().cos(),
        }
    }

    /// Metres that two boxes are apart at least, the short way around the Earth; more than `enough` is not worked out further.
    fn least_m(&self, other: &Flat, enough: f64) -> f64 {
        let north = (self.south - other.north).max(other.south - self.north).max(0.0).to_radians();
        let bound = least_north_m(north);
        if bound > enough {
            return bound;
        }
        let turn = (self.middle - other.middle).abs();
        let turn = if turn <= 180.0 { turn } else { (turn - 360.0 * (turn / 360.0).round()).abs() };
        let east = turn - self.half_width - other.half_width;
        if east <= 0.0 { bound } else { sphere_m(north, east.to_radians(), self.cosine * other.cosine) }
    }
}

impl<'z> Index<'z> {
    pub fn of(files: &'z [ZoneFile]) -> Self {
        let zones: Vec<&Zone> = files.iter().flat_map(|file| &file.zones).collect();
        let files = files.iter().flat_map(|file| file.zones.iter().map(move |_| file)).collect();
        let mut parts = Vec::with_capacity(zones.len());
        for (number, zone) in zones.iter().enumerate() {
            for volume in &zone.volumes {
                match &volume.shape {
                    Shape::Circle { lat, lon, radius_m } => {
                        let part = Part::Circle { centre: Coord { x: *lon, y: *lat }, radius_m: *radius_m };
                        parts.push(Entry { zone: number, volume, part, polygon: None, bbox: volume.bbox });
                    }
                    Shape::Polygons(polygons) => {
                        let with_places = polygons.iter().filter(|polygon| !polygon.exterior().0.is_empty());
                        parts.extend(with_places.map(|polygon| {
                            let used = match volume.edges {
                                EdgeRule::Geodesic => edges::along_geodesics(polygon),
                                EdgeRule::Straight | EdgeRule::Unstated => Cow::Borrowed(polygon),
                            };
                            let bbox = polygon_bbox(&used);
                            Entry { zone: number, volume, part: Part::Polygon(used), polygon: Some(polygon), bbox }
                        }));
                    }
                }
            }
        }
        let boxes = parts.iter().map(|entry| Flat::of(&entry.bbox)).collect();
        Index { zones, files, parts, boxes }
    }

    /// Parts that may be within `metres` of a box, as runs of one zone each.
    pub fn within(&self, bbox: &Bbox, metres: f64) -> Vec<Vec<usize>> {
        let flat = Flat::of(bbox);
        let mut runs: Vec<Vec<usize>> = Vec::new();
        for (number, part) in self.boxes.iter().enumerate() {
            if part.least_m(&flat, metres) > metres {
                continue;
            }
            match runs.last_mut() {
                Some(run) if run.last().is_some_and(|last| self.zone_of(*last) == self.zone_of(number)) => {
                    run.push(number)
                }
                _ => runs.push(vec![number]),
            }
        }
        runs
    }

    /// The part that may be nearest to a box, and the metres that they are apart at least.
    pub fn least(&self, bbox: &Bbox) -> Option<(f64, usize)> {
        let flat = Flat::of(bbox);
        let mut least: Option<(f64, usize)> = None;
        for (number, part) in self.boxes.iter().enumerate() {
            let so_far = least.map_or(f64::INFINITY, |(bound, _)| bound);
            let bound = part.least_m(&flat, so_far);
            if bound < so_far {
                least = Some((bound, number));
            }
        }
        least
    }

    /// Visits `first`, then the other parts, those that may be nearest to a box first, as long as they may be nearer than the
    /// metres that `visit` returned.
    pub fn nearest_first(&self, bbox: &Bbox, first: usize, mut visit: impl FnMut(usize) -> f64) {
        let flat = Flat::of(bbox);
        let mut limit = visit(first);
        let mut others: Vec<(f64, usize)> = self
            .boxes
            .iter()
            .enumerate()
            .map(|(number, part)| (part.least_m(&flat, limit), number))
            .filter(|(bound, number)| *bound <= limit && *number != first)
            .collect();
        others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (bound, number) in others {
            if bound > limit {
                return;
            }
            limit = limit.min(visit(number));
        }
    }

    /// All parts with their boxes, those that may be nearest to a box first.
    pub fn by_bound(&self, bbox: &Bbox) -> impl Iterator<Item = (f64, usize, &Bbox)> {
        let flat = Flat::of(bbox);
        // Metres are not negative, so their bits are in their order.
        let bound = |(part, other): (usize, &Flat)| Reverse((other.least_m(&flat, f64::INFINITY).to_bits(), part));
        let mut order: BinaryHeap<_> = self.boxes.iter().enumerate().map(bound).collect();
        std::iter::from_fn(move || order.pop())
            .map(|Reverse((bits, part))| (f64::from_bits(bits), part, &self.parts[part].bbox))
    }

    /// Number of the zone that a part belongs to.
    pub fn zone_of(&self, part: usize) -> usize {
        self.parts[part].zone
    }

    /// The volume that a part belongs to.
    pub fn volume_of(&self, part: usize) -> &'z Volume {
        self.parts[part].volume
    }

    /// The polygon of a part as its file gives it; `None` for a circle.
    pub fn polygon_of(&self, part: usize) -> Option<&'z Polygon<f64>> {
        self.parts[part].polygon
    }

    /// A part on the longitudes of a box, and once more a turn away where it comes within `metres` of the box there too.
    pub fn footprints(&self, part: usize, bbox: &Bbox, metres: f64) -> Vec<Footprint> {
        let entry = &self.parts[part];
        self.placed(&entry.part, entry.bbox, bbox, metres)
    }

    /// The same for a part with its box that need not be in the index.
    pub fn placed(&self, part: &Part<'_>, own: Bbox, bbox: &Bbox, metres: f64) -> Vec<Footprint> {
        let nearest = ((bbox.centre().x - own.centre().x) / 360.0).round() * 360.0;
        [0.0, -360.0, 360.0]
            .into_iter()
            .filter(|turn| *turn == 0.0 || least_m(&own.shifted(nearest + turn), bbox) <= metres)
            .map(|turn| Footprint::of(part, own, nearest + turn))
            .collect()
    }
}
