//! The tick: a counter of 32 bits that starts at power-on, wraps after minutes to days, and does not run in file order.

/// Makes ticks count on over their wraps. Records stand up to a minute out of order, far less than half a wrap.
#[derive(Clone, Debug, Default)]
pub struct Unwrapper {
    newest: Option<i64>,
}

pub const WRAP: i64 = 1 << 32;

impl Unwrapper {
    /// The tick as a number that never wraps.
    #[inline]
    pub fn next(&mut self, tick: u32) -> i64 {
        let newest = *self.newest.get_or_insert(i64::from(tick));
        let ahead = i64::from(tick.wrapping_sub(newest as u32) as i32);
        if ahead > 0 {
            self.newest = Some(newest + ahead);
        }
        newest + ahead
    }
}

/// Whole wraps that no tick shows, because nothing was written for longer than half of one: from an offset on, so many more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missed {
    /// Offset, and wraps in all from there on.
    steps: Vec<(u64, i64)>,
}

impl Missed {
    pub fn add(&mut self, offset: u64, wraps: i64) {
        let before = self.steps.last().map_or(0, |(_, all)| *all);
        self.steps.push((offset, before + wraps));
    }

    pub fn steps(&self) -> &[(u64, i64)] {
        &self.steps
    }

    /// Ticks to add to those of a record at `offset`.
    #[inline]
    pub fn ticks(&self, offset: u64) -> i64 {
        if self.steps.is_empty() {
            return 0;
        }
        let behind = self.steps.partition_point(|(from, _)| *from <= offset);
        behind.checked_sub(1).and_then(|at| self.steps.get(at)).map_or(0, |(_, wraps)| wraps * WRAP)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_count_on_over_a_wrap_and_back_behind_it() {
        let mut ticks = Unwrapper::default();
        let last = u32::MAX - 9;
        assert_eq!(ticks.next(last), i64::from(last));
        assert_eq!(ticks.next(10), i64::from(last) + 20);
        // A record that was written late, from before the wrap.
        assert_eq!(ticks.next(last - 5), i64::from(last) - 5);
        assert_eq!(ticks.next(11), i64::from(last) + 21);
    }
}
