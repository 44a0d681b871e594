//! Does a ring cross itself? Boxes around runs of edges, halved again and again, keep the work near to the number of edges; a
//! budget bounds it for rings that are made to be slow.

use geo::{Coord, GeoNum, Kernel, Orientation};

use super::bbox::Bbox;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    Sound,
    /// Near this place (degrees).
    Crosses(Coord<f64>),
    /// The budget ran out first.
    TooLong,
}

/// Edges in the runs at the bottom, compared one by one.
const RUN: usize = 8;
/// Pairs of boxes looked at for each edge, on average, before it is given up.
const BUDGET: usize = 200;
/// What comparing two runs costs in pairs of boxes.
const RUN_COST: usize = 32;

/// Looks for two edges of a closed ring that properly cross. Touching is no crossing.
pub fn self_crossing(points: &[Coord<f64>]) -> Verdict {
    let edges = points.len().saturating_sub(1);
    if edges < 4 {
        return Verdict::Sound;
    }
    let runs = edges.div_ceil(RUN);
    // The boxes of all runs, then of pairs of them, and so on up to one.
    let mut levels: Vec<Vec<Bbox>> =
        vec![(0..runs).map(|r| Bbox::of(&points[r * RUN..((r + 1) * RUN).min(edges) + 1])).collect()];
    while let Some(below) = levels.last().filter(|l| l.len() > 1) {
        let joined = below.chunks(2).map(|pair| pair.iter().copied().fold(Bbox::NOTHING, Bbox::join)).collect();
        levels.push(joined);
    }
    let mut search = Search { points, edges, levels: &levels, budget: 1000 + BUDGET * edges };
    let top = levels.len() - 1;
    search.node(top, 0, 0).unwrap_or(Verdict::Sound)
}

struct Search<'a> {
    points: &'a [Coord<f64>],
    edges: usize,
    levels: &'a [Vec<Bbox>],
    budget: usize,
}

impl Search<'_> {
    /// Compares what is below box `a` with what is below box `b` (`a <= b`) of one level. `Some` ends the search.
    fn node(&mut self, level: usize, a: usize, b: usize) -> Option<Verdict> {
        let boxes = &self.levels[level];
        let (Some(box_a), Some(box_b)) = (boxes.get(a), boxes.get(b)) else { return None };
        if a != b && !box_a.meets(box_b) {
            return None;
        }
        self.budget = match self.budget.checked_sub(if level == 0 { RUN_COST } else { 1 }) {
            Some(left) => left,
            None => return Some(Verdict::TooLong),
        };
        if level == 0 {
            return self.runs(a, b);
        }
        for (below_a, below_b) in [(2 * a, 2 * b), (2 * a, 2 * b + 1), (2 * a + 1, 2 * b), (2 * a + 1, 2 * b + 1)] {
            // Within one box each pair of its halves is looked at once.
            if below_a <= below_b
                && let Some(verdict) = self.node(level - 1, below_a, below_b)
            {
                return Some(verdict);
            }
        }
        None
    }

    fn runs(&self, a: usize, b: usize) -> Option<Verdict> {
        let edges = |run: usize| run * RUN..((run + 1) * RUN).min(self.edges);
        for i in edges(a) {
            for j in edges(b).filter(|&j| j > i + 1) {
                if let Some(at) = crossing([self.points[i], self.points[i + 1]], [self.points[j], self.points[j + 1]]) {
                    return Some(Verdict::Crosses(at));
                }
            }
        }
        None
    }
}

/// The place where two edges cross, when each has its ends on both sides of the other.
fn crossing([a, b]: [Coord<f64>; 2], [c, d]: [Coord<f64>; 2]) -> Option<Coord<f64>> {
    let apart = a.x.max(b.x) < c.x.min(d.x)
        || c.x.max(d.x) < a.x.min(b.x)
        || a.y.max(b.y) < c.y.min(d.y)
        || c.y.max(d.y) < a.y.min(b.y);
    if apart {
        return None;
    }
    let side = <f64 as GeoNum>::Ker::orient2d;
    let opposite =
        |p: Orientation, q: Orientation| p != q && p != Orientation::Collinear && q != Orientation::Collinear;
    if !opposite(side(a, b, c), side(a, b, d)) || !opposite(side(c, d, a), side(c, d, b)) {
        return None;
    }
    let (r, s) = (b - a, d - c);
    let t = ((c - a).x * s.y - (c - a).y * s.x) / (r.x * s.y - r.y * s.x);
    Some(a + r * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circle(n: usize) -> Vec<Coord<f64>> {
        let mut points: Vec<_> = (0..n)
            .map(|i| (i as f64 / n as f64 * std::f64::consts::TAU).sin_cos())
            .map(|(y, x)| Coord { x, y })
            .collect();
        points.push(points[0]);
        points
    }

    #[test]
    fn circles_are_sound_and_one_swap_is_found() {
        for n in [3, 8, 9, 64, 1000, 200_000] {
            assert_eq!(self_crossing(&circle(n)), Verdict::Sound, "{n}");
        }
        let mut twisted = circle(10_000);
        twisted.swap(7000, 7001);
        assert!(matches!(self_crossing(&twisted), Verdict::Crosses(_)));
    }

    #[test]
    fn a_ring_made_to_be_slow_is_given_up() {
        // Two bundles of slanted lines whose boxes all meet: zigzag without crossing.
        let n = 5000;
        let mut points: Vec<_> = (0..n)
            .map(|i| {
                let step = f64::from(i) * 1e-6;
                if i % 2 == 0 { Coord { x: step, y: 0.0 } } else { Coord { x: 1.0 + step, y: 1.0 } }
            })
            .collect();
        points.push(Coord { x: 0.5, y: -1.0 });
        points.push(points[0]);
        assert_ne!(self_crossing(&points), Verdict::Sound);
    }

    #[test]
    fn nothing_to_cross() {
        assert_eq!(self_crossing(&[]), Verdict::Sound);
        assert_eq!(self_crossing(&[Coord { x: 0.0, y: 0.0 }; 2]), Verdict::Sound);
    }
}
