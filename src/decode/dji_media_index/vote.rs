//! What the recordings say together about the camera's clock: the end by its local time against the end in UTC.

/// Offsets of clocks are whole quarters of an hour.
const QUARTER_S: i64 = 900;

/// One recording's end by both clocks, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    pub local_s: f64,
    pub utc_s: i64,
}

impl Pair {
    /// Seconds that the camera's clock is east of UTC.
    fn offset_s(self) -> f64 {
        self.local_s - self.utc_s as f64
    }
}

/// The offset that most recordings agree on.
#[derive(Clone, Debug, PartialEq)]
pub struct Vote {
    /// East of UTC.
    pub offset_s: i64,
    pub votes: usize,
    pub of: usize,
    /// What is left of `UTC - (local - offset)`: smallest and largest.
    pub residual_s: (f64, f64),
    /// First and last end that voted, local time.
    pub period_s: (i64, i64),
}

impl Vote {
    /// `None` without pairs, and where no offset has more than half of them.
    pub fn of(pairs: &[Pair]) -> Option<Vote> {
        let quarter = |pair: &Pair| (pair.offset_s() / QUARTER_S as f64).round() as i64 * QUARTER_S;
        let mut quarters: Vec<i64> = pairs.iter().map(quarter).collect();
        quarters.sort_unstable();
        let best = quarters.chunk_by(|a, b| a == b).max_by_key(|group| group.len())?;
        let offset_s = *best.first()?;
        if best.len() * 2 <= pairs.len() {
            return None;
        }
        let voters: Vec<&Pair> = pairs.iter().filter(|pair| quarter(pair) == offset_s).collect();
        let residuals = || voters.iter().map(|pair| offset_s as f64 - pair.offset_s());
        let ends = || voters.iter().map(|pair| pair.local_s as i64);
        Some(Vote {
            offset_s,
            votes: voters.len(),
            of: pairs.len(),
            residual_s: (residuals().fold(f64::INFINITY, f64::min), residuals().fold(f64::NEG_INFINITY, f64::max)),
            period_s: (ends().min()?, ends().max()?),
        })
    }

    /// `UTC+02:00`.
    pub fn zone(&self) -> String {
        let sign = if self.offset_s < 0 { '-' } else { '+' };
        format!("UTC{sign}{:02}:{:02}", self.offset_s.abs() / 3600, self.offset_s.abs() / 60 % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_of_the_recordings_decide_and_the_others_are_left_out() {
        let pair = |local_s: f64, utc_s: i64| Pair { local_s, utc_s };
        let pairs = [pair(8000.5, 800), pair(9000.0, 1801), pair(10_000.0, 315_532_800)];
        let vote = Vote::of(&pairs).expect("two of three");
        assert_eq!((vote.offset_s, vote.votes, vote.of), (7200, 2, 3));
        assert_eq!(vote.residual_s, (-0.5, 1.0));
        assert_eq!((vote.zone().as_str(), vote.period_s), ("UTC+02:00", (8000, 9000)));
        assert_eq!(Vote::of(&pairs[1..]), None);
        assert_eq!(Vote::of(&[]), None);
    }
}
