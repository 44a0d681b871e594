//! Which stretches of a path lie inside a footprint, edges included.

use geo::Coord;

use super::footprint::{Footprint, ON_EDGE_DEG, ON_EDGE_M};
use super::path::{Path, Piece, Stretch, united};
use super::plane::{Gap, Pair, Scale, between, error_m, geodesic_m};

/// The stretches inside, in order.
pub fn stretches(path: &Path<'_>, footprint: &Footprint) -> Vec<Stretch> {
    let reach = footprint.bbox.grown(ON_EDGE_DEG);
    let mut found = Vec::new();
    let mut test = Test { footprint, state: None, meetings: Vec::new() };
    for run in path.runs() {
        if !run.bbox.meets(&reach) {
            test.state = None;
            continue;
        }
        for piece in path.pieces(run.pieces.clone()) {
            if piece.bbox().meets(&reach) {
                match footprint.radius_m {
                    Some(radius_m) => test.circle(piece, radius_m, &mut found),
                    None => test.polygon(piece, &mut found),
                }
            } else {
                test.state = None;
            }
        }
    }
    united(found)
}

struct Test<'f> {
    footprint: &'f Footprint,
    /// What is known about the fix at which the next piece begins: above 0 is outside. For circles metres from the edge.
    state: Option<f64>,
    meetings: Vec<f64>,
}

impl Test<'_> {
    fn polygon(&mut self, piece: &Piece, found: &mut Vec<Stretch>) {
        let start = piece.from as f64;
        let holds = |place| if self.footprint.holds(place) { -1.0 } else { 1.0 };
        let starts = self.state.unwrap_or_else(|| holds(piece.ends[0]));
        self.meetings.clear();
        if piece.ends[0] != piece.ends[1] {
            self.footprint.meetings(piece.ends, &mut self.meetings);
        }
        if self.meetings.is_empty() {
            if starts <= 0.0 {
                found.push(Stretch { from: start, to: start + 1.0 });
            }
            self.state = Some(starts);
            return;
        }
        let ends = holds(piece.ends[1]);
        self.state = Some(ends);
        // Meetings are on an edge and so inside; between two of them one place speaks for all.
        self.meetings.sort_by(f64::total_cmp);
        let fixes = [(0.0, starts), (1.0, ends)].into_iter().filter(|(_, state)| *state <= 0.0).map(|(t, _)| t);
        found.extend(fixes.chain(self.meetings.iter().copied()).map(|t| Stretch { from: start + t, to: start + t }));
        let mut last = 0.0;
        for &meeting in self.meetings.iter().chain(std::iter::once(&1.0)) {
            if meeting > last && holds(between(piece.ends, (last + meeting) / 2.0)) <= 0.0 {
                found.push(Stretch { from: start + last, to: start + meeting });
            }
            last = meeting;
        }
    }

    fn circle(&mut self, piece: &Piece, radius_m: f64, found: &mut Vec<Stretch>) {
        let start = piece.from as f64;
        let centre = self.footprint.centre();
        let exact = |t: f64| geodesic_m(between(piece.ends, t), centre) - radius_m;
        let starts = self.state.unwrap_or_else(|| from_edge_m(piece.ends[0], centre, radius_m));
        let ends = from_edge_m(piece.ends[1], centre, radius_m);
        self.state = Some(ends);
        let stretch = match (starts <= ON_EDGE_M, ends <= ON_EDGE_M) {
            (true, true) => Some((0.0, 1.0)),
            (true, false) => Some((0.0, edge_between(exact, 0.0, 1.0))),
            (false, true) => Some((edge_between(exact, 1.0, 0.0), 1.0)),
            (false, false) => {
                let pair = Pair { a: piece.ends, b: [centre; 2] };
                let nearest = pair.own_gap(pair.gap(Scale::at(centre.y)));
                let is_in = is_possibly_within(nearest, radius_m, centre.y) && exact(nearest.t) <= ON_EDGE_M;
                is_in.then(|| (edge_between(exact, nearest.t, 0.0), edge_between(exact, nearest.t, 1.0)))
            }
        };
        found.extend(stretch.map(|(from, to)| Stretch { from: start + from, to: start + to }));
    }
}

/// What the plane may be wrong by about an edge; what is that near to it may stand on it as well.
fn plane_error_m(metres: f64, lat: f64) -> f64 {
    error_m(metres, lat) + ON_EDGE_M
}

fn is_possibly_within(nearest: Gap, radius_m: f64, lat: f64) -> bool {
    nearest.metres - radius_m <= plane_error_m(nearest.metres, lat)
}

/// Metres from the edge of a circle, negative inside: by the plane where that is clear, else by the geodesic.
fn from_edge_m(place: Coord<f64>, centre: Coord<f64>, radius_m: f64) -> f64 {
    let step = Scale::at((place.y + centre.y) / 2.0).metres(place - centre);
    let metres = step.x.hypot(step.y);
    let off = metres - radius_m;
    if off.abs() > plane_error_m(metres, centre.y) { off } else { geodesic_m(place, centre) - radius_m }
}

/// Where `f`, at most 0 at `inner` and above 0 at `outer`, is 0: false position, halved where that is slow.
fn edge_between(f: impl Fn(f64) -> f64, inner: f64, outer: f64) -> f64 {
    let (mut a, mut fa) = (inner, f(inner));
    let (mut b, mut fb) = (outer, f(outer));
    if fa > 0.0 {
        return inner;
    }
    if fb <= 0.0 {
        return outer;
    }
    let mut side = 0;
    for _ in 0..100 {
        let t = (a * fb - b * fa) / (fb - fa);
        let value = f(t);
        // A thousandth of a millimetre.
        if value.abs() < 1e-6 || (a - b).abs() < 1e-13 {
            return t;
        }
        if value <= 0.0 {
            (a, fa) = (t, value);
            if side == -1 {
                fb /= 2.0;
            }
            side = -1;
        } else {
            (b, fb) = (t, value);
            if side == 1 {
                fa /= 2.0;
            }
            side = 1;
        }
    }
    a
}
