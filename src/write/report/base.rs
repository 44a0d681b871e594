//! Land and borders below the tracks, cut to the area of the case: Natural Earth at 1:50 million (`formats/natural-earth`).

use geo::Coord;
use serde_json::{Value, json};

use super::thinning::weights;
use crate::zones::{Bbox, nearest_turn};

static CODED: &[u8] = include_bytes!("../../../formats/natural-earth/land-50m.bin");
const MAGIC: &[u8] = b"NE50m01\n";
/// Corners that matter less than this part of the area's size are left out.
const DETAIL: f64 = 1.0 / 2500.0;

/// Places along a line or around a ring: x longitude, y latitude, degrees.
pub type Places = Vec<Coord<f64>>;

/// Outlines of land (even-odd), and the borders between countries.
#[derive(Default)]
struct World {
    land: Vec<Places>,
    borders: Vec<Places>,
}

/// Land and borders in `area`, whose longitudes may pass 180, as [`steps`] in thousandths of a degree.
pub fn world(area: &Bbox) -> Value {
    let world = World::read(CODED).unwrap_or_default();
    let detail = area.width().max(area.height()) * DETAIL;
    let (mut land, mut borders) = (Vec::new(), Vec::new());
    for turn in [-360.0, 0.0, 360.0] {
        let moved = |line: &Places| -> Places { line.iter().map(|c| Coord { x: c.x + turn, y: c.y }).collect() };
        let meets = |line: &Places| area.meets(&Bbox::of(line));
        let rings = world.land.iter().map(moved).filter(meets).map(|ring| cut_ring(&ring, area));
        land.extend(rings.map(|ring| thinned(&ring, detail)).filter(|ring| ring.len() > 3));
        let lines = world.borders.iter().map(moved).filter(meets).flat_map(|line| cut_line(&line, area));
        borders.extend(lines.map(|line| thinned(&line, detail)));
    }
    let coded = |lines: &[Places]| -> Vec<Value> { lines.iter().map(|line| steps(line, 1e3)).collect() };
    json!({ "land": coded(&land), "borders": coded(&borders) })
}

/// `[lon, lat, step of lon, step of lat, ...]` in parts of a degree.
pub fn steps(places: &[Coord<f64>], per_degree: f64) -> Value {
    let mut last = (0, 0);
    let mut numbers: Vec<i64> = Vec::with_capacity(2 * places.len());
    for place in places {
        let next = ((place.x * per_degree).round() as i64, (place.y * per_degree).round() as i64);
        numbers.extend([next.0 - last.0, next.1 - last.1]);
        last = next;
    }
    Value::from(numbers)
}

/// The corners that a line needs to be right within `detail` degrees.
pub fn thinned(line: &[Coord<f64>], detail: f64) -> Places {
    let off = |from: usize, to: usize| {
        let (start, way) = (line[from], line[to] - line[from]);
        let square = way.x * way.x + way.y * way.y;
        move |at: usize| {
            let place = line[at] - start;
            let part = if square > 0.0 { ((place.x * way.x + place.y * way.y) / square).clamp(0.0, 1.0) } else { 0.0 };
            let rest = place - way * part;
            rest.x.hypot(rest.y)
        }
    };
    let weights = weights(line.len(), &[], detail, off);
    line.iter().zip(weights).filter(|(_, weight)| *weight > 0.0).map(|(place, _)| *place).collect()
}

/// The part of a ring inside a box (Sutherland and Hodgman 1974): along the box's sides where the ring leaves it.
pub fn cut_ring(ring: &[Coord<f64>], area: &Bbox) -> Places {
    let mut ring: Places = ring.to_vec();
    for side in SIDES {
        let Some(mut last) = ring.last().copied() else { break };
        let mut cut = Vec::with_capacity(ring.len());
        for &place in &ring {
            let (was, is) = (side.depth(last, area), side.depth(place, area));
            if (was < 0.0) != (is < 0.0) {
                cut.push(last + (place - last) * (was / (was - is)));
            }
            if is >= 0.0 {
                cut.push(place);
            }
            last = place;
        }
        ring = cut;
    }
    if let Some(&first) = ring.first() {
        ring.push(first);
    }
    ring
}

/// The parts of a line whose stretches may lie inside a box.
pub fn cut_line(line: &[Coord<f64>], area: &Bbox) -> Vec<Places> {
    let mut parts: Vec<Places> = Vec::new();
    let mut is_open = false;
    for pair in line.windows(2) {
        let meets = area.meets(&Bbox::of(pair));
        match parts.last_mut().filter(|_| is_open && meets) {
            Some(part) => part.push(pair[1]),
            None if meets => parts.push(pair.to_vec()),
            None => {}
        }
        is_open = meets;
    }
    parts
}

/// A ring with longitudes that do not jump at the antimeridian; one that goes around the Earth is closed along the pole.
fn unrolled(ring: &[Coord<f64>]) -> Places {
    let mut last = ring.first().map_or(0.0, |first| first.x);
    let mut unrolled: Places = Vec::with_capacity(ring.len() + 3);
    for place in ring {
        last = nearest_turn(place.x, last);
        unrolled.push(Coord { x: last, y: place.y });
    }
    if let (Some(first), Some(end)) = (unrolled.first().copied(), unrolled.last().copied())
        && (first.x - end.x).abs() > 180.0
    {
        let pole = if first.y > 0.0 { 90.0 } else { -90.0 };
        unrolled.extend([Coord { x: end.x, y: pole }, Coord { x: first.x, y: pole }, first]);
    }
    unrolled
}

#[derive(Clone, Copy)]
enum Side {
    West,
    East,
    South,
    North,
}

const SIDES: [Side; 4] = [Side::West, Side::East, Side::South, Side::North];

impl Side {
    /// Degrees inside this side of the box, negative outside.
    fn depth(self, place: Coord<f64>, area: &Bbox) -> f64 {
        match self {
            Side::West => place.x - area.west,
            Side::East => area.east - place.x,
            Side::South => place.y - area.south,
            Side::North => area.north - place.y,
        }
    }
}

impl World {
    fn read(coded: &[u8]) -> Option<Self> {
        let rest = coded.strip_prefix(MAGIC)?;
        let (head, rest) = rest.split_at_checked(32)?;
        let degrees = |at: usize| Some(f64::from_le_bytes(head.get(8 * at..8 * at + 8)?.try_into().ok()?));
        let (step_x, step_y, x0, y0) = (degrees(0)?, degrees(1)?, degrees(2)?, degrees(3)?);
        let mut numbers = Numbers(rest);
        let mut arcs: Vec<Places> = Vec::new();
        for _ in 0..numbers.next()? {
            let (mut x, mut y) = (0, 0);
            let mut arc = Vec::new();
            for _ in 0..numbers.next()? {
                x += numbers.signed()?;
                y += numbers.signed()?;
                arc.push(Coord { x: x0 + x as f64 * step_x, y: y0 + y as f64 * step_y });
            }
            arcs.push(arc);
        }
        let mut world = World::default();
        for _ in 0..numbers.next()? {
            for _ in 0..numbers.next()? {
                let mut ring: Places = Vec::new();
                for _ in 0..numbers.next()? {
                    let number = numbers.signed()?;
                    let is_backwards = number < 0;
                    let arc = arcs.get(usize::try_from(if is_backwards { -1 - number } else { number }).ok()?)?;
                    let joint = usize::from(!ring.is_empty());
                    match is_backwards {
                        true => ring.extend(arc.iter().rev().skip(joint)),
                        false => ring.extend(arc.iter().skip(joint)),
                    }
                }
                world.land.push(unrolled(&ring));
            }
        }
        for _ in 0..numbers.next()? {
            world.borders.push(arcs.get(usize::try_from(numbers.next()?).ok()?)?.clone());
        }
        numbers.0.is_empty().then_some(world)
    }
}

/// LEB128 numbers, signed ones zigzag-mapped.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn next(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.next()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Crossings of the rings by the meridian to the north of a place: odd on land.
    fn is_land(world: &World, lon: f64, lat: f64) -> bool {
        let crossings = |lon: f64| {
            let edges = world.land.iter().flat_map(|ring| ring.windows(2)).map(|pair| (pair[0], pair[1]));
            let crossed = |(a, b): &(Coord<f64>, Coord<f64>)| {
                (a.x > lon) != (b.x > lon) && a.y + (b.y - a.y) * (lon - a.x) / (b.x - a.x) > lat
            };
            edges.filter(crossed).count()
        };
        [-360.0, 0.0, 360.0].into_iter().map(|turn| crossings(lon + turn)).sum::<usize>() % 2 == 1
    }

    #[test]
    fn land_is_land_and_sea_is_sea() {
        let world = World::read(CODED).expect("the file is whole");
        // The last two lie beyond the antimeridian, in Chukotka as the file has it and a turn further east.
        for (lon, lat) in
            [(9.0, 52.0), (-100.0, 40.0), (134.0, -25.0), (-60.0, -10.0), (0.0, -85.0), (-172.0, 66.0), (179.0, 67.5)]
        {
            assert!(is_land(&world, lon, lat), "{lon} {lat}");
        }
        for (lon, lat) in [(-30.0, 40.0), (3.0, 56.0), (-150.0, 0.0), (80.0, -30.0), (51.0, 41.5)] {
            assert!(!is_land(&world, lon, lat), "{lon} {lat}");
        }
        assert!(world.borders.len() > 200);
    }

    #[test]
    fn a_ring_is_cut_to_its_box() {
        let area = Bbox { west: 0.0, south: 0.0, east: 10.0, north: 10.0 };
        let at = |x, y| Coord { x, y };
        let ring = [at(-5.0, 2.0), at(5.0, 2.0), at(5.0, 8.0), at(-5.0, 8.0), at(-5.0, 2.0)];
        let cut = Bbox::of(&cut_ring(&ring, &area));
        assert_eq!((cut.west, cut.south, cut.east, cut.north), (0.0, 2.0, 5.0, 8.0));
        assert!(cut_ring(&[at(20.0, 20.0), at(30.0, 20.0), at(30.0, 30.0)], &area).is_empty());
        let lines = cut_line(&[at(-5.0, 5.0), at(5.0, 5.0), at(50.0, 5.0), at(60.0, 5.0)], &area);
        assert_eq!(lines, [vec![at(-5.0, 5.0), at(5.0, 5.0), at(50.0, 5.0)]]);
    }
}
