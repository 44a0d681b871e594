//! Moments that records state, against the tick at which they stand.

use chrono::NaiveDate;

/// A moment of UTC and the tick that goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Where its record stands.
    pub at: u64,
    pub tick: i64,
    pub utc_ns: i64,
    /// The greatest step of the tick since the sample before: its offset, and its length.
    pub step: Option<(u64, i64)>,
}

/// Samples of one kind, thinned out where there are too many: every second one goes when the list is full.
#[derive(Default)]
pub struct Samples {
    pub list: Vec<Sample>,
    met: u64,
    stride: u64,
}

const MOST: usize = 1 << 18;

impl Samples {
    pub fn push(&mut self, sample: Sample) {
        let stride = self.stride.max(1);
        // A step of the tick is told by no other sample.
        let counts = self.met.is_multiple_of(stride) || sample.step.is_some_and(|(_, len)| len > LONG_STEP);
        self.met += 1;
        if !counts {
            return;
        }
        self.list.push(sample);
        if self.list.len() >= MOST {
            let mut keep = false;
            self.list.retain(|sample| {
                keep = !keep;
                keep || sample.step.is_some_and(|(_, len)| len > LONG_STEP)
            });
            self.list.truncate(MOST * 3 / 4);
            self.stride = stride * 2;
        }
    }
}

/// A thirty-second of a wrap: records stand less out of order.
const LONG_STEP: i64 = 1 << 27;

/// 6 January 1980, in nanoseconds of UTC.
const GPS_EPOCH_NS: i64 = 315_964_800_000_000_000;
const SECOND_NS: i64 = 1_000_000_000;
const WEEK_MS: u32 = 604_800_000;

/// Seconds that GPS time is ahead of UTC, from a moment of UTC on; by the bulletins of the IERS, none is announced since 2017.
const LEAPS: [(i64, i64); 4] = [
    (1_483_228_800 * SECOND_NS, 18),
    (1_435_708_800 * SECOND_NS, 17),
    (1_341_100_800 * SECOND_NS, 16),
    (1_230_768_000 * SECOND_NS, 15),
];

/// 2010 to 2100.
const PLAUSIBLE_NS: std::ops::Range<i64> = 1_262_304_000 * SECOND_NS..4_102_444_800 * SECOND_NS;

fn word(payload: &[u8], at: usize) -> Option<u32> {
    payload.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

/// Week and milliseconds of GPS time at the start of an RTK record, as UTC.
pub fn of_rtk(payload: &[u8]) -> Option<i64> {
    let (week, ms) = (word(payload, 0)?, word(payload, 4)?);
    if week == 0 || week > 10_000 || ms >= WEEK_MS {
        return None;
    }
    let gps = GPS_EPOCH_NS + (i64::from(week) * i64::from(WEEK_MS) + i64::from(ms)) * 1_000_000;
    let leap =
        LEAPS.iter().find(|(from, seconds)| gps - seconds * SECOND_NS >= *from).map_or(15, |(_, seconds)| *seconds);
    Some(gps - leap * SECOND_NS)
}

/// Whether a receiver may have been right: without a fix, and where its count of weeks is 1024 behind, dates lie elsewhere.
pub fn is_plausible(utc_ns: i64) -> bool {
    PLAUSIBLE_NS.contains(&utc_ns)
}

/// Date and time of day at the start of a receiver's record, YYYYMMDD and HHMMSS, as seconds of UTC.
pub fn of_gnss(payload: &[u8]) -> Option<i64> {
    let (date, time) = (word(payload, 0)?, word(payload, 4)?);
    let day = NaiveDate::from_ymd_opt(i32::try_from(date / 10_000).ok()?, date / 100 % 100, date % 100)?;
    let moment = day.and_hms_opt(time / 10_000, time / 100 % 100, time % 100)?;
    let seconds = moment.and_utc().timestamp();
    seconds.checked_mul(SECOND_NS).map(|_| seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_records_of_one_moment_tell_one_time() {
        // Of one real log: week 2280, 510,297,200 ms is 2023-09-22 21:44:39.2; the receiver's record says 20230922, 214439.
        let rtk = [2280_u32.to_le_bytes(), 510_297_200_u32.to_le_bytes()].concat();
        let gnss = [20_230_922_u32.to_le_bytes(), 214_439_u32.to_le_bytes()].concat();
        // `date -u -d "2023-09-22 21:44:39" +%s`
        assert_eq!(of_rtk(&rtk), Some(1_695_419_079_200_000_000));
        assert_eq!(of_gnss(&gnss), Some(1_695_419_079));
        assert_eq!((of_rtk(&[0; 8]), of_gnss(&[0; 8]), of_gnss(&[1; 3])), (None, None, None));
    }
}
