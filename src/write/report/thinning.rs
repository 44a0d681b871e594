//! Which places of a line are needed to draw it within a tolerance (Douglas and Peucker 1973), for every tolerance at once.

/// Beyond this depth stretches are halved, so that no line takes more than about 70 passes.
const DEEPEST: u32 = 48;

/// For each of `count` places the greatest tolerance at which it still has to be kept: infinite for `corners`, 0 for those that
/// are never needed at `least` or more. The places whose weight is above a tolerance make a line that every other place is
/// within that tolerance of. `chord` gives, for a straight stretch from one place to another, how far a place between is off it.
pub fn weights<F: Fn(usize) -> f64>(
    count: usize,
    corners: &[usize],
    least: f64,
    chord: impl Fn(usize, usize) -> F,
) -> Vec<f64> {
    let mut weights = vec![0.0; count];
    let mut ends: Vec<usize> = corners.iter().copied().filter(|at| *at < count).collect();
    ends.extend([0, count.saturating_sub(1)].into_iter().filter(|at| *at < count));
    ends.sort_unstable();
    ends.dedup();
    for &end in &ends {
        weights[end] = f64::INFINITY;
    }
    let mut open: Vec<(usize, usize, f64, u32)> =
        ends.windows(2).map(|pair| (pair[0], pair[1], f64::INFINITY, 0)).collect();
    while let Some((from, to, most, depth)) = open.pop() {
        if to - from < 2 {
            continue;
        }
        let off = chord(from, to);
        let (mut worst, mut at) = (0.0, from);
        for place in from + 1..to {
            let error = off(place);
            let error = if error.is_nan() { f64::INFINITY } else { error };
            if error > worst {
                (worst, at) = (error, place);
            }
        }
        if worst <= least {
            continue;
        }
        if depth >= DEEPEST {
            at = from + (to - from) / 2;
        }
        let weight = f64::min(worst, most);
        weights[at] = weight;
        open.push((from, at, weight, depth + 1));
        open.push((at, to, weight, depth + 1));
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::weights;

    fn off(line: &[f64], from: usize, to: usize, at: usize) -> f64 {
        let part = (at - from) as f64 / (to - from) as f64;
        (line[at] - line[from] - (line[to] - line[from]) * part).abs()
    }

    #[test]
    fn what_is_left_out_is_within_the_tolerance() {
        let wave = |i: usize| (i as f64 / 7.0).sin() * 30.0 + (i as f64 / 31.0).cos() * 50.0;
        let line: Vec<f64> = (0..2000).map(wave).collect();
        let weights = weights(line.len(), &[700], 1.0, |a, b| {
            let line = &line;
            move |m| off(line, a, b, m)
        });
        for tolerance in [1.0, 4.0, 20.0] {
            let kept: Vec<usize> = (0..line.len()).filter(|&i| weights[i] > tolerance).collect();
            assert!(kept.contains(&0) && kept.contains(&700) && kept.contains(&1999));
            assert!(kept.len() < 1200, "{} of 2000 at {tolerance}", kept.len());
            for pair in kept.windows(2) {
                for at in pair[0]..pair[1] {
                    assert!(off(&line, pair[0], pair[1], at) <= tolerance);
                }
            }
        }
    }

    #[test]
    fn no_line_and_a_line_that_always_splits_at_its_end_are_quick() {
        assert!(weights(0, &[], 1.0, |_, _| |_| 1.0).is_empty());
        let count = 300_000;
        // The farthest place is always the first one behind the start.
        let weights = weights(count, &[], 1.0, |_, _| move |at: usize| 2.0 + (count - at) as f64);
        assert!(weights.iter().all(|weight| *weight > 0.0));
    }
}
