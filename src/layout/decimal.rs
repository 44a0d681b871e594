//! Numbers as decimals, appended to bytes: the shortest that read back the same, for tables with millions of cells.

use std::io::Write as _;

/// More digits than any number needs that is no garbage; Rust prints 1e119 with 119 zeros.
const LONGEST: usize = 24;
/// Any decimal with so many digits reads back as a double of its own, so that none shorter means the same one.
const EXACT: u64 = 1_000_000_000_000_000;

#[inline]
pub fn push_unsigned(value: u64, out: &mut Vec<u8>) {
    // Most cells are flags and modes.
    if value < 10 {
        out.push(b'0' + value as u8);
    } else {
        out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
    }
}

#[inline]
pub fn push_signed(value: i64, out: &mut Vec<u8>) {
    if value < 0 {
        out.push(b'-');
    }
    push_unsigned(value.unsigned_abs(), out);
}

/// `raw` divided by ten to the power of `places` (at most 18), as the double nearest to it prints.
pub fn push_fraction(raw: i64, places: u32, out: &mut Vec<u8>) {
    let magnitude = raw.unsigned_abs();
    let places = places.min(18);
    let unit = 10_u64.pow(places);
    if magnitude >= EXACT {
        return push_f64(raw as f64 / unit as f64, out);
    }
    if raw < 0 {
        out.push(b'-');
    }
    push_unsigned(magnitude / unit, out);
    let mut rest = magnitude % unit;
    if rest > 0 {
        out.push(b'.');
        let start = out.len();
        out.resize(start + places as usize, b'0');
        for digit in out[start..].iter_mut().rev() {
            *digit += (rest % 10) as u8;
            rest /= 10;
        }
        while out.last() == Some(&b'0') {
            out.pop();
        }
    }
}

pub fn push_f64(value: f64, out: &mut Vec<u8>) {
    push_float(value, value, out);
}

pub fn push_f32(value: f32, out: &mut Vec<u8>) {
    push_float(value, value.into(), out);
}

fn push_float(value: impl zmij::Float + Copy + std::fmt::Display, wide: f64, out: &mut Vec<u8>) {
    let start = out.len();
    if wide.is_finite() {
        let mut buffer = zmij::Buffer::new();
        let digits = buffer.format_finite(value).as_bytes();
        let digits = digits.strip_suffix(b".0").unwrap_or(digits);
        let decimals = memchr::memchr(b'.', digits).map_or(0, |point| digits.len() - point - 1);
        // Numbers near zero or beyond 10^16 come with a power of ten.
        if memchr::memchr(b'e', digits).is_none() && !may_lie_between(wide, decimals) {
            return out.extend_from_slice(digits);
        }
    }
    // Writing to bytes in memory does not fail.
    let _ = write!(out, "{value}");
    if out.len() - start > LONGEST && wide.is_finite() {
        out.truncate(start);
        let _ = write!(out, "{wide:e}");
    }
}

/// Whether the number may lie in the middle between two decimals of so many digits behind the point: then it has one binary digit
/// more. The standard library takes the one farther from zero, zmij the even one.
fn may_lie_between(value: f64, decimals: usize) -> bool {
    let shifted = value * (2_u64 << decimals.min(52)) as f64;
    let whole = shifted as i64;
    whole as f64 == shifted && whole % 2 != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(push: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        push(&mut out);
        String::from_utf8(out).expect("digits")
    }

    #[test]
    fn integers_are_those_of_the_standard_library() {
        for value in [0, 1, 9, 10, 99, 100, 12_345, u64::MAX] {
            assert_eq!(text(|out| push_unsigned(value, out)), value.to_string());
        }
        for value in [0, -1, 1, i64::MIN, i64::MAX, -255] {
            assert_eq!(text(|out| push_signed(value, out)), value.to_string());
        }
    }

    #[test]
    fn fractions_are_the_shortest_of_their_double() {
        let raws = (-2_000..2_000).chain([
            i64::MIN,
            i64::MAX,
            999_999_999_999_999,
            -1_000_000_000_000_000,
            45_836_623_610_000,
        ]);
        for raw in raws {
            for places in [1, 2, 3, 7, 9] {
                let expected = (raw as f64 / 10_f64.powi(places as i32)).to_string();
                assert_eq!(text(|out| push_fraction(raw, places, out)), expected, "{raw} / 1e{places}");
            }
        }
    }

    #[test]
    fn floats_are_those_of_the_standard_library() {
        let edges = [
            0.0,
            -0.0,
            1.0,
            -1.5,
            0.1,
            100.0,
            1e-5,
            9.9e-5,
            1e15,
            1e16,
            123_456_789_012_345_680.0,
            5e-324,
            1_888_570_120_608_320.25,
            1_234_567.25,
            -1_234_567.75,
            200_000.125,
            0.25,
            0.5,
        ];
        let mut state = 1_u64;
        let random = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Any bits, and magnitudes of positions and speeds.
            let magnitude = (state >> 11) as f64 / (1_u64 << 53) as f64 * 360.0 - 180.0;
            [f64::from_bits(state), magnitude, magnitude / 1e5]
        });
        let expected = |text: String, wide: f64| if text.len() > LONGEST { format!("{wide:e}") } else { text };
        for value in edges.into_iter().chain(random.take(20_000).flatten()).filter(|value| value.is_finite()) {
            assert_eq!(text(|out| push_f64(value, out)), expected(value.to_string(), value));
            // Quarters and eighths of large numbers lie between two decimals.
            let narrow = value as f32;
            if narrow.is_finite() {
                assert_eq!(text(|out| push_f32(narrow, out)), expected(narrow.to_string(), narrow.into()));
            }
        }
    }

    #[test]
    fn garbage_stays_short() {
        assert_eq!(text(|out| push_f64(0.5, out)), "0.5");
        assert_eq!(text(|out| push_f64(1e300, out)), "1e300");
        assert_eq!(text(|out| push_f32(0.1, out)), "0.1");
        assert_eq!(text(|out| push_f64(f64::NAN, out)), "NaN");
    }
}
