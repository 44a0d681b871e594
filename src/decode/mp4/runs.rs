//! Which carved samples belong together: the counters of a recording grow side by side. A card hands out whole blocks, so that a
//! file that was not closed may end in what another recording left there: that is another run.

use std::collections::BTreeMap;

use super::candidates::Moment;
use super::protocols::Protocol;
use crate::evidence::Span;

/// Microseconds from one frame to the next: 5000 frames a second to one in ten seconds.
const STEP_US: std::ops::RangeInclusive<u64> = 200..=10_000_000;
/// Where frames have no numbers: the longest silence within a run.
const SILENCE_US: u64 = 600_000_000;
/// How far a step may be from those before.
const STEP_FACTOR: u128 = 4;
/// Steps of different width that are counted apart.
const MOST_STEPS: usize = 64;

/// Samples that follow one another.
#[derive(Clone, Debug)]
pub struct Run {
    pub protocol: Option<&'static Protocol>,
    pub has_head: bool,
    pub first: Moment,
    pub last: Moment,
    pub samples: u64,
    pub fixes: u64,
    pub first_at: Span,
    pub last_at: Span,
    /// How often frame numbers stepped by so much.
    steps: BTreeMap<u64, u64>,
}

/// Frame numbers that no sample has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gaps {
    pub places: u64,
    pub frames: u64,
}

impl Run {
    pub fn new(moment: Moment, at: Span, protocol: Option<&'static Protocol>, has_head: bool) -> Self {
        Run {
            protocol,
            has_head,
            first: moment,
            last: moment,
            samples: 0,
            fixes: 0,
            first_at: at,
            last_at: at,
            steps: BTreeMap::new(),
        }
    }

    /// The moment may be that of a later sample of this run.
    pub fn continues_with(&self, next: Moment) -> bool {
        follows(self.last, next) && {
            let (frames, micros) = distance(self.first, self.last);
            let (more_frames, more_micros) = distance(self.last, next);
            // The rate of the run so far, where it is known.
            let so_far = u128::from(micros) * u128::from(more_frames);
            let now = u128::from(more_micros) * u128::from(frames);
            frames == 0 || (now <= so_far * STEP_FACTOR && so_far <= now * STEP_FACTOR)
        }
    }

    pub fn push(&mut self, moment: Moment, at: Span, is_fix: bool) {
        let step = moment.frame.saturating_sub(self.last.frame);
        if step > 0 && self.samples > 0 && (self.steps.len() < MOST_STEPS || self.steps.contains_key(&step)) {
            *self.steps.entry(step).or_default() += 1;
        }
        self.samples += 1;
        self.fixes += u64::from(is_fix);
        (self.last, self.last_at) = (moment, at);
    }

    /// Holes in the frame numbers, against the step that is the commonest.
    pub fn gaps(&self) -> Gaps {
        let usual = self.steps.iter().max_by_key(|(step, count)| (**count, std::cmp::Reverse(**step)));
        let usual = usual.map_or(1, |(step, _)| *step);
        let wide = || self.steps.iter().filter(|(step, _)| **step > usual);
        Gaps {
            places: wide().map(|(_, count)| count).sum(),
            frames: wide().map(|(step, count)| (step / usual - 1).saturating_mul(*count)).sum(),
        }
    }
}

fn distance(from: Moment, to: Moment) -> (u64, u64) {
    (to.frame.saturating_sub(from.frame), to.micros.saturating_sub(from.micros))
}

/// Both counters grow, and at a rate that a camera may have.
pub fn follows(before: Moment, next: Moment) -> bool {
    let (frames, micros) = distance(before, next);
    match (before.frame, next.frame) {
        (0, 0) => (1..=SILENCE_US).contains(&micros),
        _ => frames > 0 && STEP_US.contains(&(micros / frames)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(frame: u64, micros: u64) -> Moment {
        Moment { frame, micros }
    }

    fn run(moments: &[(u64, u64)]) -> Run {
        let at = Span { offset: 0, len: 1 };
        let mut run = Run::new(moment(moments[0].0, moments[0].1), at, None, false);
        for (frame, micros) in moments {
            run.push(moment(*frame, *micros), at, true);
        }
        run
    }

    #[test]
    fn counters_that_grow_side_by_side_continue_a_run() {
        let run = run(&[(0, 5_000_000), (1, 5_033_000), (2, 5_067_000)]);
        assert!(run.continues_with(moment(3, 5_100_000)));
        assert!(run.continues_with(moment(3, 5_134_000)), "a dropped frame");
        assert!(run.continues_with(moment(302, 15_067_000)), "behind a hole");
        assert!(!run.continues_with(moment(2, 5_067_000)), "the same again");
        assert!(!run.continues_with(moment(3, 5_067_001)), "a clock that stands");
        assert!(!run.continues_with(moment(3, 8_000_000)), "another rate");
        assert!(!run.continues_with(moment(0, 5_100_000)), "a number that is left out");
        assert!(!run.continues_with(moment(1, 4_000_000)), "back in time");
    }

    #[test]
    fn frames_without_numbers_go_by_their_clock() {
        assert!(follows(moment(0, 5), moment(0, 33_005)));
        assert!(!follows(moment(0, 33_005), moment(0, 5)));
        assert!(!follows(moment(0, 5), moment(0, SILENCE_US + 6)));
    }

    #[test]
    fn holes_are_counted_against_the_usual_step() {
        let whole = run(&[(0, 1), (1, 1001), (2, 2001)]);
        assert_eq!(whole.gaps(), Gaps { places: 0, frames: 0 });
        let holes = run(&[(0, 1), (1, 1001), (2, 2001), (5, 5001), (6, 6001), (10, 10_001)]);
        assert_eq!(holes.gaps(), Gaps { places: 2, frames: 2 + 3 });
        let every_second = run(&[(0, 1), (2, 2001), (4, 4001), (8, 8001)]);
        assert_eq!(every_second.gaps(), Gaps { places: 1, frames: 1 });
    }
}
