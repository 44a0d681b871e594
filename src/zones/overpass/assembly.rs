//! Lines that share their ends, in any order and direction, joined to rings.

use std::collections::HashMap;

use geo::Coord;

use crate::zones::shape::holes::Ring;

/// Rings out of lines.
#[derive(Debug, Default)]
pub struct Assembled {
    /// Last place is the first.
    pub closed: Vec<Ring>,
    /// Chains that do not close.
    pub open: usize,
}

/// A place to the bit; ends are the same node, so their numbers are the same.
type End = (u64, u64);

fn end(place: &Coord<f64>) -> End {
    // 0 and -0 are one place.
    ((place.x + 0.0).to_bits(), (place.y + 0.0).to_bits())
}

/// Joins lines to rings. Each line is used once; where several could follow, the first of the source does.
pub fn rings(lines: Vec<Ring>) -> Assembled {
    let mut found = Assembled::default();
    let mut at: HashMap<End, Vec<usize>> = HashMap::new();
    let mut lines: Vec<Option<Ring>> = lines.into_iter().map(Some).collect();
    for (i, line) in lines.iter_mut().enumerate() {
        let Some((first, last)) = line.as_ref().and_then(|line| Some((*line.first()?, *line.last()?))) else {
            continue;
        };
        if end(&first) == end(&last) {
            // Closed in itself; fewer than four places enclose nothing.
            match line.take() {
                Some(ring) if ring.len() >= 4 => found.closed.push(ring),
                _ => found.open += 1,
            }
        } else {
            at.entry(end(&first)).or_default().push(i);
            at.entry(end(&last)).or_default().push(i);
        }
    }
    // The first of the source is taken first.
    at.values_mut().for_each(|list| list.reverse());
    for i in 0..lines.len() {
        let Some(mut chain) = lines.get_mut(i).and_then(Option::take) else { continue };
        let Some(start) = chain.first().map(end) else { continue };
        while let Some(tail) = chain.last().map(end)
            && tail != start
        {
            let next = at.get_mut(&tail).and_then(|list| take_unused(list, &mut lines));
            let Some(mut line) = next else { break };
            if line.first().map(end) != Some(tail) {
                line.reverse();
            }
            chain.extend(line.into_iter().skip(1));
        }
        if chain.len() >= 4 && chain.last().map(end) == Some(start) {
            found.closed.push(chain);
        } else {
            found.open += 1;
        }
    }
    found
}

/// The first line of a list that no chain has yet.
fn take_unused(list: &mut Vec<usize>, lines: &mut [Option<Ring>]) -> Option<Ring> {
    while let Some(i) = list.pop() {
        if let Some(line) = lines.get_mut(i).and_then(Option::take) {
            return Some(line);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(places: &[(f64, f64)]) -> Ring {
        places.iter().map(|&(x, y)| Coord { x, y }).collect()
    }

    #[test]
    fn unordered_and_reversed_lines_close() {
        let found = rings(vec![
            line(&[(0.0, 0.0), (1.0, 0.0)]),
            line(&[(0.0, 1.0), (1.0, 1.0)]),
            line(&[(5.0, 5.0), (6.0, 5.0), (6.0, 6.0), (5.0, 5.0)]),
            line(&[(0.0, 1.0), (0.0, 0.0)]),
            line(&[(1.0, 0.0), (1.0, 1.0)]),
        ]);
        assert_eq!((found.closed.len(), found.open), (2, 0));
        assert_eq!(found.closed[1], line(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]));
    }

    #[test]
    fn what_does_not_close_is_counted() {
        let found = rings(vec![
            line(&[(0.0, 0.0), (1.0, 0.0)]),
            line(&[(1.0, 0.0), (1.0, 1.0)]),
            line(&[(7.0, 7.0)]),
            line(&[(7.0, 7.0), (8.0, 8.0), (7.0, 7.0)]),
            Vec::new(),
        ]);
        assert_eq!((found.closed.len(), found.open), (0, 3));
    }
}
