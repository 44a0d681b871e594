//! When a zone is in force: windows of UTC time, each with the hours of the week in which it holds. Words of the source are
//! kept; nothing is filled in that it does not say.

/// One statement of a source about when a zone holds. A zone without any is in force always; of several, one is enough.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// Nanoseconds since 1970, UTC; `None`: open on that side. The end belongs to the window.
    pub start_ns: Option<i64>,
    pub end_ns: Option<i64>,
    /// The source calls it permanent; some do so beside a schedule, which then counts or does not.
    pub permanent: bool,
    /// Hours in which it holds; empty: all the time between start and end.
    pub periods: Vec<Period>,
    /// As the source has it.
    pub raw: String,
}

/// Some hours of some days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Bit 0 is Monday, bit 6 Sunday; the day is the one in which the period begins.
    pub days: u8,
    pub start: Edge,
    /// Before or at the start: it runs into the next day.
    pub end: Edge,
}

/// Every day of the week.
pub const ALL_DAYS: u8 = 0x7f;

/// Where a period begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Seconds of the day, 0 to 86,400, of a clock.
    Clock { second: u32, clock: Clock },
    /// At the place of the zone.
    Sun(SunEvent),
}

/// Whose time of day it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Seconds east of UTC.
    Offset(i32),
    /// The civil time of the zone's place, which the source does not tie to UTC.
    Local,
}

/// What the sun does, by the names of ED-318.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SunEvent {
    /// BMCT: begin of morning civil twilight.
    MorningTwilight,
    /// SR.
    Sunrise,
    /// SS.
    Sunset,
    /// EECT: end of evening civil twilight.
    EveningTwilight,
}
