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

/// What has to be added to the ticks of a log so that they count from one moment: wraps that none shows, because nothing was written
/// for longer than half of one, and runs that begin anew. From an offset on, so many ticks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shifts {
    /// Offset, and ticks from there on; none where a run's place among the others is not known.
    steps: Vec<(u64, Option<i64>)>,
}

impl Shifts {
    /// Steps in the order of their offsets.
    pub fn new(steps: Vec<(u64, Option<i64>)>) -> Self {
        Shifts { steps }
    }

    /// The tick of a record at `offset` with what has to be added.
    #[inline]
    pub fn of(&self, tick: i64, offset: u64) -> Option<i64> {
        if self.steps.is_empty() {
            return Some(tick);
        }
        let behind = self.steps.partition_point(|(from, _)| *from <= offset);
        let shift = behind.checked_sub(1).and_then(|at| self.steps.get(at)).map_or(Some(0), |(_, ticks)| *ticks);
        shift.map(|shift| tick.saturating_add(shift))
    }
}

/// Notices where the counter begins anew: many records in a row far behind the newest one. Records that were written late are few
/// or little behind.
#[derive(Debug, Default)]
pub struct Falls {
    /// Offsets at which runs begin.
    pub list: Vec<u64>,
    /// Ticks that count as far.
    far: i64,
    newest: Option<i64>,
    /// Records far behind in a row: how many, where the first one stands, the newest of them.
    behind: Option<(u32, u64, i64)>,
}

/// Records in a row that are no stragglers.
const MANY: u32 = 200;
/// Records stand up to a minute out of order.
const FAR_S: f64 = 60.0;
const MOST_FALLS: usize = 1024;

impl Falls {
    /// `hz`: ticks a second, where it is known before the log is read. A quarter of a wrap is far in any case.
    pub fn new(hz: Option<f64>) -> Self {
        let far = hz.map_or(WRAP >> 4, |hz| (hz * FAR_S) as i64).clamp(1, WRAP >> 2);
        Falls { far, ..Falls::default() }
    }

    #[inline]
    pub fn next(&mut self, tick: i64, offset: u64) {
        let newest = *self.newest.get_or_insert(tick);
        if tick >= newest - self.far {
            self.newest = Some(newest.max(tick));
            self.behind = None;
            return;
        }
        let (count, first, top) = self.behind.unwrap_or((0, offset, tick));
        self.behind = Some((count + 1, first, top.max(tick)));
        if count + 1 >= MANY && self.list.len() < MOST_FALLS {
            self.list.push(first);
            self.newest = Some(top.max(tick));
            self.behind = None;
        }
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

    #[test]
    fn a_counter_that_begins_anew_is_noticed_and_stragglers_are_not() {
        let mut falls = Falls::new(Some(1000.0));
        let run = |from: i64, at: u64| (0..400).map(move |n| (from + n * 500, at + n as u64));
        let straggler = [(50_000, 900)];
        run(0, 0)
            .chain(straggler)
            .chain(run(200_000, 1000))
            .chain(run(10_000, 2000))
            .for_each(|(t, at)| falls.next(t, at));
        assert_eq!(falls.list, [2000]);
    }
}
