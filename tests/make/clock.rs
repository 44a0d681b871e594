//! Calendar to Unix time and back, for the years that logs have.

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_lengths(year: i64) -> [i64; 12] {
    [31, 28 + i64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
}

/// Year, month, day and second of the day of a Unix time from 1970 on.
pub fn civil(unix_s: i64) -> (i64, i64, i64, i64) {
    let (mut day, second) = (unix_s / 86_400, unix_s % 86_400);
    let mut year = 1970;
    while day >= 365 + i64::from(is_leap(year)) {
        day -= 365 + i64::from(is_leap(year));
        year += 1;
    }
    let mut month = 1;
    for length in month_lengths(year) {
        if day < length {
            break;
        }
        day -= length;
        month += 1;
    }
    (year, month, day + 1, second)
}

/// ms since 1970 of a UTC date and time of day.
pub fn unix_ms(year: i64, month: usize, day: i64, hour: i64, minute: i64, second: i64) -> i64 {
    let years: i64 = (1970..year).map(|year| 365 + i64::from(is_leap(year))).sum();
    let months: i64 = month_lengths(year)[..month - 1].iter().sum();
    let days = years + months + day - 1;
    (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000
}

/// The start of a log by its name `DJIFlightRecord_YYYY-MM-DD_[hh-mm-ss]…`, which has the phone's local time.
pub fn start_by_name(name: &str, utc_offset_h: i64, ms: i64) -> i64 {
    let digits: Vec<i64> = name
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().expect("digits are a number"))
        .collect();
    let local = unix_ms(digits[0], digits[1] as usize, digits[2], digits[3], digits[4], digits[5]);
    local - utc_offset_h * 3_600_000 + ms
}
