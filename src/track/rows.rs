//! The rows of a track as columns. A row is one position-bearing record of the source.

/// How a row came to its UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    Unknown,
    /// A wall clock inside the row's own frame.
    Own,
    /// The nearest wall clock and the source's elapsed time.
    Spaced,
    /// The source's elapsed time, its zero set by all the wall clock readings of the source together.
    Fitted,
    /// The source's local time less the offset that the examiner gave.
    Local,
}

/// What a row's position is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixState {
    Valid,
    /// Absent, out of range, or the source's sign for "no fix".
    Invalid,
    /// Finite, but impossible against both neighbours.
    Suspect,
}

impl FixState {
    /// The word in the `valid` column of the track CSV.
    pub fn as_str(self) -> &'static str {
        match self {
            FixState::Valid => "yes",
            FixState::Invalid => "no",
            FixState::Suspect => "suspect",
        }
    }

    pub fn is_fix(self) -> bool {
        self != FixState::Invalid
    }

    /// Judges one position in degrees, alone.
    pub fn of(lat: f64, lon: f64) -> Self {
        let in_range = lat.abs() <= 90.0 && lon.abs() <= 180.0;
        // Logs write (0, 0), or noise around it, before the first fix: up to 2.03e-7 degrees on the evidence.
        let no_fix = lat.abs() < 1e-6 && lon.abs() < 1e-6;
        if in_range && !no_fix { FixState::Valid } else { FixState::Invalid }
    }
}

/// Values of one channel, one a row, NaN where the source says nothing.
#[derive(Clone, Debug)]
pub struct Column {
    /// Dotted name, `height.takeoff` for instance.
    pub channel: String,
    /// Name in the track CSV.
    pub csv_name: String,
    pub unit: String,
    /// Height reference, clock or frame.
    pub basis: String,
    pub values: Vec<f32>,
}

/// Where the values that joined a row came from: offsets of one record type, `u64::MAX` where none joined.
#[derive(Clone, Debug)]
pub struct Joined {
    pub record: String,
    pub offsets: Vec<u64>,
}

/// All vectors have one entry a row.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// Offset of the record in its item.
    pub offset: Vec<u64>,
    /// The source's own clock in nanoseconds, not zeroed; `None` is [`Rows::NO_TIME`].
    pub elapsed_ns: Vec<i64>,
    /// UTC in nanoseconds since 1970; unknown is [`Rows::NO_TIME`].
    pub utc_ns: Vec<i64>,
    /// Local time as the source states it, in nanoseconds since 1970 as if it were UTC; empty for a source that states none.
    pub local_ns: Vec<i64>,
    /// How the row came to its UTC.
    pub stamp: Vec<Stamp>,
    /// Degrees, WGS 84, raw even when the fix is invalid; NaN when absent.
    pub lat: Vec<f64>,
    pub lon: Vec<f64>,
    pub fix: Vec<FixState>,
    pub columns: Vec<Column>,
    pub joined: Vec<Joined>,
    /// Rows whose position may not be what the aircraft wrote, though the record is proved.
    pub doubtful: Vec<usize>,
    /// Rows at which a new run of the log begins (an app restart), the first row not among them.
    pub breaks: Vec<usize>,
    /// The source leaves positions empty where it has none, so that an absent one is no sign of damage.
    pub may_be_blank: bool,
}

impl Rows {
    /// Stands for "no time" in the time columns.
    pub const NO_TIME: i64 = i64::MIN;

    pub fn len(&self) -> usize {
        self.offset.len()
    }

    pub fn is_empty(&self) -> bool {
        self.offset.is_empty()
    }

    /// Gives back the room for rows that did not come.
    pub fn shrink(&mut self) {
        self.offset.shrink_to_fit();
        self.elapsed_ns.shrink_to_fit();
        self.utc_ns.shrink_to_fit();
        self.local_ns.shrink_to_fit();
        self.stamp.shrink_to_fit();
        self.lat.shrink_to_fit();
        self.lon.shrink_to_fit();
        self.fix.shrink_to_fit();
        self.columns.iter_mut().for_each(|column| column.values.shrink_to_fit());
    }

    /// Values of a channel, `None` when the track has no such column.
    pub fn column(&self, channel: &str) -> Option<&[f32]> {
        self.columns.iter().find(|c| c.channel == channel).map(|c| c.values.as_slice())
    }

    /// A channel's value at a row, `None` when absent.
    pub fn value(&self, channel: &str, row: usize) -> Option<f32> {
        self.column(channel).map(|values| values[row]).filter(|v| !v.is_nan())
    }

    /// UTC of a row in nanoseconds, if known.
    pub fn utc(&self, row: usize) -> Option<i64> {
        Some(self.utc_ns[row]).filter(|t| *t != Self::NO_TIME)
    }

    /// The source's clock at a row in nanoseconds, if it has one.
    pub fn elapsed(&self, row: usize) -> Option<i64> {
        Some(self.elapsed_ns[row]).filter(|t| *t != Self::NO_TIME)
    }

    /// Local time of a row in nanoseconds since 1970 as if it were UTC, if the source states one.
    pub fn local(&self, row: usize) -> Option<i64> {
        self.local_ns.get(row).copied().filter(|t| *t != Self::NO_TIME)
    }

    /// Indices of the rows that may stand on a map: valid or suspect.
    pub fn fixes(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.len()).filter(|&row| self.fix[row].is_fix())
    }

    /// Seconds between two rows: by UTC where both have it, else by local time or the source's clock.
    pub fn seconds_between(&self, from: usize, to: usize) -> Option<f64> {
        self.clocks(to).since(self.clocks(from))
    }

    /// What the clocks say at a row.
    pub fn clocks(&self, row: usize) -> Clocks {
        Clocks { utc_ns: self.utc(row), local_ns: self.local(row), elapsed_ns: self.elapsed(row) }
    }

    /// The row that a place in the file belongs to: the last one that begins at or before it.
    pub fn row_at(&self, offset: u64) -> Option<usize> {
        self.offset.partition_point(|o| *o <= offset).checked_sub(1)
    }
}

/// The clocks of one moment, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Clocks {
    pub utc_ns: Option<i64>,
    /// As if it were UTC.
    pub local_ns: Option<i64>,
    pub elapsed_ns: Option<i64>,
}

/// A clock that shows whole seconds may be off by this much between two rows.
const WHOLE_NS: u64 = 1_000_000_000;

impl Clocks {
    /// Seconds from `earlier` to here: by UTC where both have it, else by the source's own clock; but by local time where the two
    /// are further apart than its rounding explains, for an own clock that counts frames stands still between two recordings and
    /// runs at another pace in a time lapse.
    pub fn since(self, earlier: Clocks) -> Option<f64> {
        let span = |from: Option<i64>, to: Option<i64>| Some(to?.saturating_sub(from?));
        let elapsed = span(earlier.elapsed_ns, self.elapsed_ns);
        let local = span(earlier.local_ns, self.local_ns);
        let own = match (elapsed, local) {
            (Some(elapsed), Some(local)) if elapsed.abs_diff(local) > WHOLE_NS => Some(local),
            (elapsed, local) => elapsed.or(local),
        };
        Some(span(earlier.utc_ns, self.utc_ns).or(own)? as f64 / 1e9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_that_ran_on_tells_the_time_between_two_rows() {
        let at = |utc_s: Option<i64>, local_s: Option<i64>, elapsed_s: Option<i64>| {
            let ns = |s: Option<i64>| s.map(|s| s * 1_000_000_000);
            Clocks { utc_ns: ns(utc_s), local_ns: ns(local_s), elapsed_ns: ns(elapsed_s) }
        };
        let between = |a: Clocks, b: Clocks| b.since(a);
        assert_eq!(between(at(Some(5), Some(0), Some(0)), at(Some(7), Some(90), Some(1))), Some(2.0));
        assert_eq!(between(at(None, Some(0), Some(0)), at(None, Some(850), Some(1))), Some(850.0));
        // Whole seconds that repeat or skip one.
        assert_eq!(between(at(None, Some(0), Some(0)), at(None, Some(0), Some(1))), Some(1.0));
        assert_eq!(between(at(None, Some(3), None), at(None, Some(8), None)), Some(5.0));
        assert_eq!(between(at(None, None, None), at(None, Some(8), None)), None);
    }
}
