//! The file name: `DJI_20240514100320_0007_D.SRT` holds the camera's local time at the start of the recording; older names
//! (`DJI_0007.SRT`) hold a number alone.

use chrono::NaiveDateTime;

/// The local time in the name, in seconds since 1970 as if it were UTC.
pub fn local_time(name: &str) -> Option<i64> {
    let digits = name.get(4..18).filter(|_| name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("DJI_")))?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let time = NaiveDateTime::parse_from_str(digits, "%Y%m%d%H%M%S").ok().filter(|_| is_number)?;
    Some(time.and_utc().timestamp())
}

#[cfg(test)]
mod tests {
    use super::local_time;

    /// 1715681000 is 2024-05-14 10:03:20 read as UTC.
    #[test]
    fn newer_names_hold_the_start() {
        assert_eq!(local_time("DJI_20240514100320_0007_D.SRT"), Some(1_715_681_000));
        for none in ["DJI_0007.SRT", "DJI_20241314100320_0007_D.SRT", "clip.SRT", "DJI_2024051410032", "ü"] {
            assert_eq!(local_time(none), None, "{none}");
        }
    }
}
