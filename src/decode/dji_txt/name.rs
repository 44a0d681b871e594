//! The file name: `DJIFlightRecord_2016-09-26_[14-12-45].txt` holds the phone's local time at the start. Renamed copies mostly
//! keep the digits.

use chrono::NaiveDate;
use nom::IResult;
use nom::Parser as _;
use nom::bytes::complete::take_while_m_n;
use nom::character::complete::{char, one_of};
use nom::combinator::{map_res, opt};

/// The local time in the name, in seconds since 1970 as if it were UTC.
pub fn local_time(name: &str) -> Option<i64> {
    name.char_indices().find_map(|(at, _)| stamp(&name[at..]).ok()).and_then(|(_, time)| time)
}

fn stamp(text: &str) -> IResult<&str, Option<i64>> {
    let (text, (year, _, month, _, day)) = (digits(4), char('-'), digits(2), char('-'), digits(2)).parse(text)?;
    let (text, _) = one_of("_ ")(text)?;
    let (text, (_, hour, _, minute, _, second)) =
        (opt(char('[')), digits(2), char('-'), digits(2), char('-'), digits(2)).parse(text)?;
    let date = i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    let time = date.and_then(|date| date.and_hms_opt(hour, minute, second));
    Ok((text, time.map(|time| time.and_utc().timestamp())))
}

fn digits<'a>(count: usize) -> impl nom::Parser<&'a str, Output = u32, Error = nom::error::Error<&'a str>> {
    map_res(take_while_m_n(count, count, |c: char| c.is_ascii_digit()), str::parse)
}

#[cfg(test)]
mod tests {
    use super::local_time;

    /// 1474899165 is 2016-09-26 14:12:45 read as UTC.
    #[test]
    fn the_time_is_found_in_original_and_renamed_files() {
        assert_eq!(local_time("DJIFlightRecord_2016-09-26_[14-12-45].txt"), Some(1_474_899_165));
        assert_eq!(local_time("drop_2016-09-26_14-12-45.txt"), Some(1_474_899_165));
        assert_eq!(local_time("flight_2016-13-26_[14-12-45].txt"), None);
        assert_eq!(local_time("nodedji_spark_0.txt"), None);
    }
}
