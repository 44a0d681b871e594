//! One ring of a polygon made sound: closed, without repeated points and spikes, with continuous longitudes. Each change is
//! told; a ring that cannot be an outline is refused with the reason.

use geo::{Coord, GeoNum, Kernel, LineString, Orientation};

use super::self_crossing::{Verdict, self_crossing};

/// A ring that can be used, and what was done or noticed.
pub struct Ring {
    /// Closed: the last point is the first.
    pub line: LineString<f64>,
    pub repairs: Vec<String>,
    pub warnings: Vec<(&'static str, String)>,
}

/// Edges longer than this in longitude are looked at for the difference between straight and geodesic.
const LONG_EDGE_DEG: f64 = 0.2;
/// A difference that is worth a warning, in metres.
const EDGE_RULE_M: f64 = 10.0;
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Twice the signed area in the plane of the coordinates: positive counter-clockwise. Not closed rings count as closed.
pub fn signed_area(ring: &[Coord<f64>]) -> f64 {
    let Some(&origin) = ring.first() else { return 0.0 };
    let following = ring.iter().skip(1).chain(std::iter::once(&origin));
    ring.iter().zip(following).map(|(a, b)| (*a - origin).x * (*b - origin).y - (*b - origin).x * (*a - origin).y).sum()
}

/// Makes a ring from the positions of a file, degrees.
///
/// # Errors
/// The reason, when the positions enclose nothing or are no places on Earth.
pub fn sound(positions: &[Coord<f64>]) -> Result<Ring, String> {
    on_earth(positions)?;
    let mut repairs = Vec::new();
    let mut warnings = Vec::new();
    let mut points = distinct(positions, &mut repairs)?;
    unwrap(&mut points, &mut repairs);
    if let (Some(first), true) = (points.first().copied(), points.last() != points.first()) {
        points.push(first);
    }
    if is_flat(&points) {
        warnings.push(("rings that enclose no area", "encloses no area; only its edge counts".to_owned()));
    }
    match self_crossing(&points) {
        Verdict::Sound => {}
        Verdict::Crosses(at) => warnings.push((
            "rings that cross themselves",
            format!(
                "crosses itself near {:.6}, {:.6} (lat, lon): what is inside is ambiguous; a place counts as inside when \
                 an odd number of edges lies between it and the outside",
                at.y, at.x
            ),
        )),
        Verdict::TooLong => warnings.push((
            "rings not checked for crossing themselves",
            "is too intricate to be checked for crossing itself; the even-odd rule is used".to_owned(),
        )),
    }
    if let Some(metres) = edge_rule_difference(&points) {
        warnings.push((
            "rings with long edges",
            format!(
                "has long edges: they are taken as straight in longitude and latitude; the shortest line on the ground \
                 runs up to {metres:.0} m beside them"
            ),
        ));
    }
    Ok(Ring { line: LineString(points), repairs, warnings })
}

/// Refuses places that are not on Earth, and says what they may be instead.
pub fn on_earth(positions: &[Coord<f64>]) -> Result<(), String> {
    let Some(bad) = positions.iter().find(|p| p.y.abs() > 90.0 || p.x.abs() > 360.0) else { return Ok(()) };
    let swappable = positions.iter().all(|p| p.x.abs() <= 90.0 && p.y.abs() <= 360.0);
    let hint = if bad.x.abs() > 1000.0 || bad.y.abs() > 1000.0 {
        "; it looks like metres of a map projection, which the file does not name"
    } else if swappable {
        "; latitude and longitude look swapped"
    } else {
        ""
    };
    Err(format!("latitude {} and longitude {} are no place on Earth{hint}", bad.y, bad.x))
}

/// The ring's points without repetitions, spikes and the closing point.
fn distinct(positions: &[Coord<f64>], repairs: &mut Vec<String>) -> Result<Vec<Coord<f64>>, String> {
    let (open, was_closed) = match positions {
        [first, middle @ .., last] if first == last && !middle.is_empty() => (&positions[..positions.len() - 1], true),
        _ => (positions, false),
    };
    // The closing point comes back at the end: growing for it would keep room for as many points again.
    let mut points: Vec<Coord<f64>> = Vec::with_capacity(open.len() + 1);
    points.extend_from_slice(open);
    points.dedup();
    while points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    let repeated = open.len() - points.len();
    let different = different(&points);
    if different < 3 {
        return Err(format!("a ring needs 3 different points; this one has {different}"));
    }
    if !was_closed {
        repairs.push("was not closed; its last point was joined to its first".to_owned());
    }
    if repeated > 0 {
        repairs.push(format!("had {repeated} repeated points, which were dropped; the outline is the same"));
    }
    let without = without_spikes(&points);
    if without.len() >= 3 && without.len() < points.len() {
        repairs.push(format!(
            "had spikes without width, whose {} points were dropped; the area is the same",
            points.len() - without.len()
        ));
        return Ok(without);
    }
    Ok(points)
}

/// How many different points there are, counted up to 3.
fn different(points: &[Coord<f64>]) -> usize {
    let Some(first) = points.first() else { return 0 };
    let Some(second) = points.iter().find(|p| *p != first) else { return 1 };
    if points.iter().any(|p| p != first && p != second) { 3 } else { 2 }
}

/// Drops points that the ring goes to and comes straight back from: A, B, A becomes A.
fn without_spikes(points: &[Coord<f64>]) -> Vec<Coord<f64>> {
    let mut kept: Vec<Coord<f64>> = Vec::with_capacity(points.len());
    for &point in points {
        match kept.len().checked_sub(2).and_then(|i| kept.get(i)) {
            Some(before) if *before == point => {
                kept.pop();
            }
            _ => kept.push(point),
        }
    }
    // Spikes over the place where the ring starts.
    loop {
        match kept.as_slice() {
            [first, .., before, _] if before == first => kept.truncate(kept.len() - 2),
            [_, second, .., last] if second == last => {
                kept.remove(0);
                kept.pop();
            }
            _ => return kept,
        }
    }
}

/// Makes longitudes continuous. Two neighbours more than 180 degrees apart are meant the short way, over the antimeridian.
/// Edges of exactly 360 degrees belong to bands around the Earth, and stay when nothing else crosses.
fn unwrap(points: &mut Vec<Coord<f64>>, repairs: &mut Vec<String>) {
    let Some(&first) = points.first() else { return };
    let step = |from: Coord<f64>, to: Coord<f64>| to.x - from.x;
    let following = points.iter().skip(1).chain(std::iter::once(&first));
    let crosses = points
        .iter()
        .zip(following)
        .any(|(a, b)| (180.0..360.0).contains(&step(*a, *b).abs()) && step(*a, *b).abs() != 180.0);
    if crosses {
        let mut last = first.x;
        for point in points.iter_mut().skip(1) {
            point.x = nearest_turn(point.x, last);
            last = point.x;
        }
        let turn = nearest_turn(first.x, last) - first.x;
        if turn == 0.0 {
            repairs.push("crosses the antimeridian; its longitudes were made continuous".to_owned());
        } else {
            close_over_pole(points, turn, repairs);
        }
    }
    let west = points.iter().map(|p| p.x).fold(f64::INFINITY, f64::min);
    let shift = ((west + 180.0) / 360.0).floor() * 360.0;
    // A hair below 180 the sum above is already 360.
    if shift != 0.0 && !(-180.0..180.0).contains(&west) {
        for point in points.iter_mut() {
            point.x -= shift;
        }
    }
}

/// `lon` plus the whole turns that bring it within 180 degrees of `near`.
pub fn nearest_turn(lon: f64, near: f64) -> f64 {
    let turns = (lon - near) / 360.0;
    // Half a turn away is near enough: 180 stays 180.
    if turns.abs() <= 0.5 { lon } else { lon - turns.round() * 360.0 }
}

/// A ring that runs once around the Earth holds the pole that it is nearer to: it is closed along that pole.
fn close_over_pole(points: &mut Vec<Coord<f64>>, turn: f64, repairs: &mut Vec<String>) {
    let Some(&first) = points.first() else { return };
    let mean = points.iter().map(|p| p.y).sum::<f64>() / points.len() as f64;
    let (pole, name) = if mean >= 0.0 { (90.0, "north") } else { (-90.0, "south") };
    points.push(Coord { x: first.x + turn, y: first.y });
    points.push(Coord { x: first.x + turn, y: pole });
    points.push(Coord { x: first.x, y: pole });
    repairs.push(format!("runs around the Earth; it was closed over the {name} pole, which is taken to be inside"));
}

/// Whether all points lie on one line.
fn is_flat(points: &[Coord<f64>]) -> bool {
    let Some(&origin) = points.first() else { return true };
    let reach = |p: &Coord<f64>| (p.x - origin.x).abs() + (p.y - origin.y).abs();
    let Some(&far) = points.iter().max_by(|a, b| reach(a).total_cmp(&reach(b))) else { return true };
    points.iter().all(|p| <f64 as GeoNum>::Ker::orient2d(origin, far, *p) == Orientation::Collinear)
}

/// How far the geodesic between the ends of an edge runs from the edge that is straight in longitude and latitude, in metres,
/// for the worst edge: R/8 times the square of the longitude difference times sin and cos of the latitude.
fn edge_rule_difference(points: &[Coord<f64>]) -> Option<f64> {
    let long = points.windows(2).filter(|e| (e[1].x - e[0].x).abs() > LONG_EDGE_DEG);
    let worst = long
        .map(|e| {
            let (wide, lat) = ((e[1].x - e[0].x).to_radians(), ((e[0].y + e[1].y) / 2.0).to_radians());
            EARTH_RADIUS_M / 8.0 * wide * wide * (lat.sin() * lat.cos()).abs()
        })
        .fold(0.0, f64::max);
    (worst > EDGE_RULE_M).then_some(worst)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: &[(f64, f64)]) -> Ring {
        let coords: Vec<_> = points.iter().map(|&(x, y)| Coord { x, y }).collect();
        sound(&coords).expect("usable ring")
    }

    fn lons(ring: &Ring) -> Vec<f64> {
        ring.line.0.iter().map(|p| p.x).collect()
    }

    #[test]
    fn unclosed_and_repeated_points() {
        let open = ring(&[(0.0, 50.0), (0.02, 50.0), (0.02, 50.0), (0.02, 50.01), (0.0, 50.01)]);
        assert_eq!(open.line.0.len(), 5);
        assert_eq!(open.line.0.first(), open.line.0.last());
        assert_eq!(open.repairs.len(), 2);
        assert!(ring(&[(0.0, 50.0), (0.0, 50.01), (0.02, 50.01), (0.0, 50.0)]).repairs.is_empty(), "clockwise is fine");
    }

    #[test]
    fn spikes_lose_their_tips() {
        let spike =
            ring(&[(0.0, 50.0), (0.02, 50.0), (0.05, 50.0), (0.02, 50.0), (0.02, 50.01), (0.0, 50.01), (0.0, 50.0)]);
        assert_eq!(spike.line.0.len(), 5);
        assert!(spike.line.0.iter().all(|p| p.x < 0.03));
        let at_start = ring(&[(0.0, 50.0), (0.1, 50.2), (0.0, 50.0), (0.02, 50.0), (0.02, 50.01), (0.0, 50.0)]);
        assert_eq!(at_start.line.0.len(), 4);
    }

    #[test]
    fn a_bow_tie_is_told() {
        let tie = ring(&[(0.0, 50.0), (0.02, 50.01), (0.02, 50.0), (0.0, 50.01), (0.0, 50.0)]);
        assert_eq!(tie.warnings.len(), 1);
        assert!(
            tie.warnings.iter().any(|(_, w)| w.contains("crosses itself near 50.005000, 0.010000")),
            "{:?}",
            tie.warnings
        );
    }

    #[test]
    fn the_antimeridian_three_ways() {
        let minus = ring(&[(179.99, -16.8), (-179.99, -16.8), (-179.99, -16.79), (179.99, -16.79), (179.99, -16.8)]);
        assert!((lons(&minus)[1] - 180.01).abs() < 1e-9);
        assert_eq!(minus.repairs.len(), 1);
        let over = ring(&[(179.99, -16.8), (180.01, -16.8), (180.01, -16.79), (179.99, -16.79), (179.99, -16.8)]);
        assert!(over.repairs.is_empty());
        let touching = ring(&[(166.0, 77.0), (180.0, 78.0), (-180.0, 81.0), (162.0, 81.0), (166.0, 77.0)]);
        assert_eq!(lons(&touching), [166.0, 180.0, 180.0, 162.0, 166.0]);
    }

    #[test]
    fn bands_and_caps() {
        let band = ring(&[(-180.0, 40.0), (180.0, 40.0), (180.0, 50.0), (-180.0, 50.0), (-180.0, 40.0)]);
        assert_eq!(lons(&band), [-180.0, 180.0, 180.0, -180.0, -180.0]);
        assert!(band.repairs.is_empty());
        let around = ring(&[(45.0, 40.0), (135.0, 40.0), (-135.0, 40.0), (-45.0, 40.0), (45.0, 40.0)]);
        assert!(around.repairs[0].contains("north pole"), "{:?}", around.repairs);
        assert!(around.line.0.iter().any(|p| p.y == 90.0));
        assert_eq!(around.line.0.len(), 8);
    }

    #[test]
    fn what_is_no_ring() {
        let refused = |points: &[(f64, f64)]| {
            let coords: Vec<_> = points.iter().map(|&(x, y)| Coord { x, y }).collect();
            sound(&coords).err().unwrap_or_default()
        };
        assert!(refused(&[(0.0, 50.0), (0.1, 50.0), (0.0, 50.0)]).contains("has 2"));
        let flat = ring(&[(0.0, 50.0), (0.1, 50.1), (0.2, 50.2), (0.0, 50.0)]);
        assert!(flat.warnings[0].1.contains("no area"));
        assert!(refused(&[(14.6, 120.5), (14.7, 120.5), (14.7, 120.6)]).contains("swapped"));
        assert!(refused(&[(556_597.0, 6_446_275.0), (556_600.0, 6_446_275.0)]).contains("metres"));
    }

    /// 339 m at 60 degrees north for 100 km, measured with pyproj for the list of the nasty files (340 m by the formula).
    #[test]
    fn long_edges_are_told() {
        let long = ring(&[(20.0, 60.0), (21.8, 60.0), (21.8, 60.05), (20.0, 60.05), (20.0, 60.0)]);
        let (_, words) = long.warnings.first().expect("a warning");
        assert!(words.contains("up to 340 m") || words.contains("up to 341 m"), "{words}");
    }
}
