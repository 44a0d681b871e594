//! Distances as people type them: `250`, `250m`, `0.5km`, `800ft`.

use nom::Parser as _;
use nom::branch::alt;
use nom::bytes::complete::tag;
use nom::character::complete::space0;
use nom::combinator::{all_consuming, value};
use nom::error::Error;
use nom::number::complete::double;

/// Metres.
///
/// # Errors
/// A sentence for the user.
pub fn metres(text: &str) -> Result<f64, String> {
    let unit = alt((
        value(1000.0, tag::<_, _, Error<&str>>("km")),
        value(0.3048, tag("ft")),
        value(1852.0, tag("nm")),
        value(1.0, tag("m")),
        value(1.0, tag("")),
    ));
    match all_consuming((double, space0, unit)).parse(text.trim()) {
        Ok((_, (number, _, unit))) if number >= 0.0 && f64::is_finite(number) => Ok(number * unit),
        _ => Err(format!("{text:?} is no distance: give metres, or a number with m, km, ft or nm")),
    }
}

#[cfg(test)]
mod tests {
    use super::metres;

    #[test]
    fn units_are_understood_and_nonsense_is_refused() {
        assert_eq!(metres("250"), Ok(250.0));
        assert_eq!(metres("250m"), Ok(250.0));
        assert_eq!(metres("0.5 km"), Ok(500.0));
        assert!((metres("800ft").expect("feet") - 243.84).abs() < 1e-9);
        for wrong in ["", "far", "-5", "5 miles", "inf"] {
            assert!(metres(wrong).is_err(), "{wrong}");
        }
    }
}
