//! What the name of a log tells: when the app began to copy it, by the device's own clock, and the aircraft's number for it.

use chrono::NaiveDate;

/// From `2023-09-22_17-44-44_FLY021.DAT`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// Seconds since 1970 as if the local time were UTC. Names with a year of two digits hold a time of twelve hours without
    /// saying which half of the day it is, and give none.
    pub local_s: Option<i64>,
    pub number: Option<u32>,
}

pub fn parse(name: &str) -> Name {
    let stem = name.split('.').next().unwrap_or_default();
    let number = stem.rsplit_once("FLY").and_then(|(_, digits)| digits.parse().ok());
    let parts: Vec<u32> = stem.split(['-', '_', ' ']).map_while(|part| part.parse().ok()).collect();
    let local_s = match parts[..] {
        [year @ 2000..=2100, month, day, hour, minute, second] => NaiveDate::from_ymd_opt(year as i32, month, day)
            .and_then(|date| date.and_hms_opt(hour, minute, second))
            .map(|moment| moment.and_utc().timestamp()),
        _ => None,
    };
    Name { local_s, number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_apps_and_aircraft_are_understood() {
        // `date -u -d "2023-09-22 17:44:44" +%s`
        let app = parse("2023-09-22_17-44-44_FLY021.DAT");
        assert_eq!(app, Name { local_s: Some(1_695_404_684), number: Some(21) });
        assert_eq!(parse("FLY115.DAT"), Name { local_s: None, number: Some(115) });
        assert_eq!(parse("18-06-19-02-47-38_FLY057.DAT"), Name { local_s: None, number: Some(57) });
        assert_eq!(parse("notes.txt"), Name::default());
    }
}
