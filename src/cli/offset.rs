//! Offsets of local time as people type them: `+02:00`, `-0430`, `Z`.

use nom::Parser as _;
use nom::bytes::complete::take_while_m_n;
use nom::character::complete::{char, one_of};
use nom::combinator::{all_consuming, map_res, opt};
use nom::error::Error;

/// Seconds east of UTC.
///
/// # Errors
/// A sentence for the user.
pub fn seconds(text: &str) -> Result<i64, String> {
    let two = || map_res(take_while_m_n(2, 2, |c: char| c.is_ascii_digit()), str::parse::<i64>);
    let mut offset = all_consuming((one_of::<_, _, Error<&str>>("+-"), two(), opt(char(':')), two()));
    match (text.trim(), offset.parse(text.trim())) {
        ("Z", _) => Ok(0),
        (_, Ok((_, (sign, hours, _, minutes)))) if hours <= 14 && minutes < 60 => {
            Ok((hours * 3600 + minutes * 60) * if sign == '-' { -1 } else { 1 })
        }
        _ => Err(format!("{text:?} is no offset: give hours and minutes such as +02:00 or -04:30")),
    }
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn offsets_east_and_west() {
        assert_eq!(seconds("+02:00"), Ok(7200));
        assert_eq!(seconds("-0430"), Ok(-16_200));
        assert_eq!(seconds("Z"), Ok(0));
        for wrong in ["", "2", "+25:00", "+02:60", "02:00"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
