//! Random tracks against random circles, polygons with holes and corridors, judged a second time by a checker that only counts
//! crossings and measures geodesics (GeographicLib): no plane, no index, nothing shared with the program.

use std::sync::Arc;

use geo::{Coord, LineString, Polygon};
use geographiclib_rs::{Geodesic, InverseGeodesic};
use overflown::evidence::Sha256;
use overflown::zones::{About, EdgeRule, Issue, Shape, Source, Volume, Zone, ZoneFile};

use super::encounters;
use crate::make::prng::Prng;

/// Longitude and latitude.
type Place = (f64, f64);

/// Distances of the program and of this checker differ by less, metres.
const SAME_M: f64 = 0.002;
const WITHIN_M: f64 = 5000.0;

fn metres(a: Place, b: Place) -> f64 {
    Geodesic::wgs84().inverse(a.1, a.0, b.1, b.0)
}

fn between(a: Place, b: Place, t: f64) -> Place {
    (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t)
}

/// Least distance from a place to a straight piece, by golden sections.
fn to_piece(place: Place, a: Place, b: Place) -> f64 {
    let ratio = (5.0_f64.sqrt() - 1.0) / 2.0;
    let at = |t: f64| metres(place, between(a, b, t));
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..46 {
        let (left, right) = (high - ratio * (high - low), low + ratio * (high - low));
        if at(left) < at(right) { high = right } else { low = left }
    }
    at(low).min(at(0.0)).min(at(1.0))
}

/// Where two pieces cross, as a part of the first.
fn crossing((a, b): (Place, Place), (c, d): (Place, Place)) -> Option<f64> {
    let cross = |o: Place, p: Place, q: Place| (p.0 - o.0) * (q.1 - o.1) - (p.1 - o.1) * (q.0 - o.0);
    let (from, to) = (cross(c, d, a), cross(c, d, b));
    let apart = (from > 0.0) == (to > 0.0) || (cross(a, b, c) > 0.0) == (cross(a, b, d) > 0.0);
    (!apart).then(|| from / (from - to))
}

fn pieces(ring: &[Place]) -> impl Iterator<Item = (Place, Place)> + '_ {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// A site as this checker sees it.
enum Site {
    Circle(Place, f64),
    Rings(Vec<Vec<Place>>),
}

impl Site {
    /// Odd crossings of a line to the east, over all rings.
    fn holds(&self, place: Place) -> bool {
        match self {
            Site::Circle(centre, radius) => metres(place, *centre) <= *radius,
            Site::Rings(rings) => {
                let edges = rings.iter().flat_map(|ring| pieces(ring));
                let east = |(a, b): &(Place, Place)| {
                    (a.1 > place.1) != (b.1 > place.1) && place.0 < a.0 + (b.0 - a.0) * (place.1 - a.1) / (b.1 - a.1)
                };
                edges.filter(east).count() % 2 == 1
            }
        }
    }

    /// Where a leg goes in or out, parts of it in order.
    fn crossings(&self, from: Place, to: Place) -> Vec<f64> {
        let mut found: Vec<f64> = match self {
            Site::Rings(rings) => {
                rings.iter().flat_map(|ring| pieces(ring)).filter_map(|edge| crossing((from, to), edge)).collect()
            }
            Site::Circle(..) => {
                const STEPS: usize = 120;
                let holds = |t: f64| self.holds(between(from, to, t));
                let part = |step: usize| step as f64 / STEPS as f64;
                let changes =
                    (0..STEPS).map(|step| (part(step), part(step + 1))).filter(|(a, b)| holds(*a) != holds(*b));
                changes
                    .map(|(mut a, mut b)| {
                        let first = holds(a);
                        for _ in 0..50 {
                            let middle = (a + b) / 2.0;
                            if holds(middle) == first { a = middle } else { b = middle }
                        }
                        b
                    })
                    .collect()
            }
        };
        found.sort_by(f64::total_cmp);
        found
    }

    /// Least distance from a leg to the edge of the site.
    fn to_edge(&self, from: Place, to: Place) -> f64 {
        match self {
            Site::Circle(centre, radius) => (to_piece(*centre, from, to) - radius).abs(),
            Site::Rings(rings) => {
                let mut least = f64::INFINITY;
                for (a, b) in rings.iter().flat_map(|ring| pieces(ring)) {
                    // Too far away to be the least: nothing on a piece is farther from its end than it is long.
                    if metres(from, a) - metres(from, to) - metres(a, b) > least {
                        continue;
                    }
                    let ends = [to_piece(from, a, b), to_piece(to, a, b), to_piece(a, from, to), to_piece(b, from, to)];
                    least = ends.into_iter().fold(least, f64::min);
                }
                least
            }
        }
    }

    fn distance_of_place_to_edge(&self, place: Place) -> f64 {
        match self {
            Site::Circle(centre, radius) => (metres(place, *centre) - radius).abs(),
            Site::Rings(rings) => rings
                .iter()
                .flat_map(|ring| pieces(ring))
                .map(|(a, b)| to_piece(place, a, b))
                .fold(f64::INFINITY, f64::min),
        }
    }

    fn file(&self) -> ZoneFile {
        let line = |ring: &Vec<Place>| {
            let closed = ring.iter().chain(ring.first());
            LineString(closed.map(|&(x, y)| Coord { x, y }).collect())
        };
        let shape = match self {
            Site::Circle((lon, lat), radius_m) => Shape::Circle { lat: *lat, lon: *lon, radius_m: *radius_m },
            Site::Rings(rings) => {
                Shape::Polygons(vec![Polygon::new(line(&rings[0]), rings[1..].iter().map(line).collect())])
            }
        };
        let source = Arc::new(Source { label: "made".to_owned(), sha256: Sha256::of(b"made") });
        let zone = Zone {
            id: "made".to_owned(),
            name: None,
            about: About::default(),
            source: source.clone(),
            index: "/".to_owned(),
            volumes: vec![Volume::new(shape, EdgeRule::Straight)],
            warnings: Vec::new(),
        };
        ZoneFile {
            source,
            format: "geojson",
            issue: Issue::default(),
            zones: vec![zone],
            skipped: Vec::new(),
            repairs: Vec::new(),
            warnings: Vec::new(),
            ambiguities: Vec::new(),
            ignored: Vec::new(),
        }
    }
}

/// What this checker says of a track.
struct Judged {
    stays: usize,
    /// 0 inside.
    distance_m: f64,
    /// Some leg grazes the edge so closely that nobody can say.
    grazes: bool,
}

fn judge(site: &Site, track: &[Place]) -> Judged {
    let mut stays = 0;
    let mut was_inside = false;
    let (mut least, mut grazes) = (f64::INFINITY, false);
    for leg in track.windows(2) {
        let (from, to) = (leg[0], leg[1]);
        let cuts = site.crossings(from, to);
        let bounds: Vec<f64> = std::iter::once(0.0).chain(cuts).chain([1.0]).collect();
        for part in bounds.windows(2) {
            let inside = site.holds(between(from, to, (part[0] + part[1]) / 2.0));
            stays += usize::from(inside && !was_inside);
            was_inside = inside;
            // A stay or a pause of a hair's breadth.
            grazes |= bounds.len() > 2 && (part[1] - part[0]) * metres(from, to) < 0.01;
        }
        least = least.min(site.to_edge(from, to));
        // A circle is only looked at every half metre.
        if let Site::Circle(centre, radius) = site {
            grazes |= (to_piece(*centre, from, to) - radius).abs() < 0.01;
        }
    }
    Judged { stays, distance_m: if stays > 0 { 0.0 } else { least }, grazes }
}

/// Degrees of a step of metres to the east and the north, nearly; shapes and tracks need no exact ones.
fn step(place: Place, east: f64, north: f64) -> Place {
    (place.0 + east / (111_320.0 * place.1.to_radians().cos()), place.1 + north / 111_132.0)
}

/// A star-shaped ring about a place.
fn star(prng: &mut Prng, centre: Place, radius: f64) -> Vec<Place> {
    let corners = 3 + prng.below(7);
    let corner = |prng: &mut Prng, i: u64| {
        let angle = (i as f64 + 0.3 * prng.signed()) * std::f64::consts::TAU / corners as f64;
        let reach = radius * (0.75 + 0.25 * prng.signed());
        step(centre, reach * angle.cos(), reach * angle.sin())
    };
    (0..corners).map(|i| corner(prng, i)).collect()
}

fn site(prng: &mut Prng, kind: u64, centre: Place) -> Site {
    let size = 20.0 + 180.0 * (1.0 + prng.signed());
    match kind {
        0 => Site::Circle(centre, size),
        1 => Site::Rings(vec![star(prng, centre, size), star(prng, centre, size / 4.0)]),
        _ => {
            // A corridor of 8 to 28 m about a straight axis of up to 2.4 km.
            let (angle, half) = (prng.signed() * 3.0, 4.0 + 5.0 * (1.0 + prng.signed()));
            let (along, across) = ((angle.cos(), angle.sin()), (-angle.sin(), angle.cos()));
            let corner = |u: f64, v: f64| {
                let (u, v) = (u * size * 3.0, v * half);
                step(centre, along.0 * u + across.0 * v, along.1 * u + across.1 * v)
            };
            Site::Rings(vec![vec![corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)]])
        }
    }
}

/// A walk of legs of up to 60 m, beginning somewhere around the site.
fn walk(prng: &mut Prng, centre: Place) -> Vec<Place> {
    let far = if prng.chance(30) { 4000.0 } else { 400.0 };
    let mut places = vec![step(centre, far * prng.signed(), far * prng.signed())];
    let (mut east, mut north) = (30.0 * prng.signed(), 30.0 * prng.signed());
    for _ in 0..14 {
        (east, north) =
            ((east + 12.0 * prng.signed()).clamp(-42.0, 42.0), (north + 12.0 * prng.signed()).clamp(-42.0, 42.0));
        places.push(step(places[places.len() - 1], east, north));
    }
    places
}

#[test]
fn random_tracks_and_sites() {
    let (mut inside, mut near, mut several) = (0, 0, 0);
    for seed in 0..240 {
        let mut prng = Prng::new(seed);
        let centre = (175.0 * prng.signed(), 79.0 * prng.signed());
        let site = site(&mut prng, seed % 3, centre);
        let track = walk(&mut prng, centre);
        let judged = judge(&site, &track);
        let places: Vec<(f64, f64)> = track.iter().map(|&(lon, lat)| (lat, lon)).collect();
        let found = encounters(&[site.file()], WITHIN_M, &places);
        let what = format!("seed {seed}, {centre:?}: {} stays, {} m", judged.stays, judged.distance_m);
        if judged.grazes {
            continue;
        }
        let Some(encounter) = found.first() else {
            assert!(judged.distance_m > WITHIN_M - 1.0, "{what}: nothing was found");
            continue;
        };
        assert_eq!(encounter.verdict.inside, judged.stays > 0, "{what}");
        assert_eq!(encounter.entries.len(), judged.stays, "{what}");
        if judged.stays == 0 {
            let off = encounter.closest.distance_m - judged.distance_m;
            assert!(off.abs() < SAME_M, "{what}: {} m, off by {off} m", encounter.closest.distance_m);
            near += 1;
        }
        // Entries and exits lie on the edge, but where the track begins or ends inside.
        for entry in &encounter.entries {
            let ends = [
                (entry.starts_inside, (entry.enter_lon, entry.enter_lat)),
                (entry.ends_inside, (entry.exit_lon, entry.exit_lat)),
            ];
            for (_, place) in ends.into_iter().filter(|(open, _)| !open) {
                let off = site.distance_of_place_to_edge(place);
                assert!(off < 0.005, "{what}: an end of a stay lies {off} m from the edge");
            }
        }
        inside += usize::from(judged.stays > 0);
        several += usize::from(judged.stays > 1);
    }
    assert!(inside > 40 && near > 60 && several > 3, "{inside} inside, {near} near, {several} with several stays");
}
