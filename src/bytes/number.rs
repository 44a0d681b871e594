//! Decimal numbers as people and programs write them into tables and JSON: exact as `f64`, exact as nanoseconds.

/// Powers of ten that are `u64`.
const TENS: [u64; 20] = {
    let mut tens = [1; 20];
    let mut power = 1;
    while power < tens.len() {
        tens[power] = tens[power - 1] * 10;
        power += 1;
    }
    tens
};

/// So many digits always fit into a `u64`.
const MOST_DIGITS: usize = 19;

/// Appends the digits that `words` begin with to an integer, and gives how many they are.
#[inline]
fn take_digits(words: &[u8], integer: &mut u64) -> usize {
    for (count, byte) in words.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return count;
        }
        *integer = integer.wrapping_mul(10).wrapping_add(u64::from(digit));
    }
    words.len()
}

/// A decimal: its digits as one integer, and the power of ten that belongs to them.
#[derive(Clone, Copy, Debug)]
pub struct Decimal<'a> {
    words: &'a [u8],
    comma: bool,
    negative: bool,
    digits: u64,
    exponent: i32,
    /// `digits` and `exponent` are all of it: no more digits than fit, no exponent written.
    plain: bool,
}

impl<'a> Decimal<'a> {
    /// `comma`: a decimal comma is understood beside the point. `None` for everything that is no finite decimal number.
    #[inline]
    pub fn parse(words: &'a [u8], comma: bool) -> Option<Self> {
        let (negative, rest) = match words {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let mut digits = 0;
        let whole = take_digits(rest, &mut digits);
        let (mut behind, mut at) = (0, whole);
        if rest.get(at).is_some_and(|byte| *byte == b'.' || comma && *byte == b',') {
            behind = take_digits(&rest[at + 1..], &mut digits);
            at += 1 + behind;
        }
        let count = whole + behind;
        let plain = count <= MOST_DIGITS && at == rest.len();
        if count == 0 || !(at == rest.len() || matches!(rest[at], b'e' | b'E')) {
            return None;
        }
        let number = Decimal { words, comma, negative, digits, exponent: -i32::try_from(behind).ok()?, plain };
        (plain || number.slow().is_some()).then_some(number)
    }

    /// The nearest `f64`.
    #[inline]
    pub fn value(&self) -> f64 {
        // Powers of ten up to 22 and integers up to 2^53 are exact as f64, so that one division rounds once (W. D. Clinger,
        // "How to read floating point numbers accurately", 1990).
        const EXACT: [f64; 23] = [
            1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
            1e19, 1e20, 1e21, 1e22,
        ];
        match EXACT.get(self.exponent.unsigned_abs() as usize) {
            Some(power) if self.plain && self.digits <= 1 << 53 => {
                let value = self.digits as f64 / power;
                if self.negative { -value } else { value }
            }
            _ => self.slow().unwrap_or(f64::NAN),
        }
    }

    /// By the standard library; `None` when it is none or not finite.
    #[cold]
    fn slow(&self) -> Option<f64> {
        let text = std::str::from_utf8(self.words).ok()?;
        let number = if self.comma { text.replace(',', ".").parse() } else { text.parse() };
        number.ok().filter(|value: &f64| value.is_finite())
    }

    /// The number in units of 10^`unit` seconds as nanoseconds, rounded half away from zero; `None` beyond some 292 years.
    pub fn nanoseconds(&self, unit: i32) -> Option<i64> {
        if !self.plain {
            let nanoseconds = (self.value() * 10_f64.powi(9 + unit)).round();
            return (nanoseconds.abs() < 9.2e18).then_some(nanoseconds as i64);
        }
        let power = self.exponent + 9 + unit;
        let size = match TENS.get(power.unsigned_abs() as usize).copied() {
            Some(factor) if power >= 0 => self.digits.checked_mul(factor)?,
            Some(divisor) => (self.digits / divisor) + u64::from(self.digits % divisor >= divisor.div_ceil(2)),
            None if power < 0 || self.digits == 0 => 0,
            None => return None,
        };
        let size = i64::try_from(size).ok()?;
        Some(if self.negative { -size } else { size })
    }
}

/// A decimal number with a point; blanks around it do not count. `None` for everything else.
pub fn number(words: &[u8]) -> Option<f64> {
    Decimal::parse(words.trim_ascii(), false).map(|number| number.value())
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    fn value(words: &str) -> Option<f64> {
        Decimal::parse(words.as_bytes(), true).map(|number| number.value())
    }

    #[test]
    fn every_number_is_the_nearest_one() {
        let words = [
            "0",
            "-0",
            "41.2944871526276",
            "-72.96442396355",
            "0.1",
            "1e-7",
            "2.5E3",
            "+5.5",
            ".5",
            "5.",
            "-.25",
            "9007199254740993",
            "123456789012345678901234567890",
            "0.30000000000000004",
            "8.999999999999999999999",
            "179.99999999999997",
            "1.7976931348623157e308",
            "4.9e-324",
            "0.000000000000000000000000000001",
        ];
        for text in words {
            let std: f64 = text.parse().expect("a number of the standard library");
            assert_eq!(value(text).map(f64::to_bits), Some(std.to_bits()), "{text}");
        }
        // Sixteen and seventeen digits around the border of what the quick way does.
        let mut state = 1_u64;
        for _ in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let text = format!("{}.{}", state >> 55, (state >> 7) % 10_000_000_000_000_000);
            let std: f64 = text.parse().expect("a number");
            assert_eq!(value(&text).map(f64::to_bits), Some(std.to_bits()), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "-", ".", "+.", "1.2.3", "1,2.3", "nan", "inf", "1e", "1e999", "0x10", "12 3", "--1", "1_0"] {
            assert_eq!(value(text), None, "{text}");
        }
        assert_eq!(value("47,1"), Some(47.1));
        assert!(Decimal::parse(b"47,1", false).is_none());
    }

    #[test]
    fn times_are_exact_to_the_nanosecond() {
        let ns = |text: &str, unit| Decimal::parse(text.as_bytes(), false).and_then(|number| number.nanoseconds(unit));
        assert_eq!(ns("510.7", 0), Some(510_700_000_000));
        assert_eq!(ns("510700", -3), Some(510_700_000_000));
        assert_eq!(ns("-1.0000000005", 0), Some(-1_000_000_001));
        assert_eq!(ns("1474913565964123", -6), Some(1_474_913_565_964_123_000));
        assert_eq!(ns("1474913565.964123456", 0), Some(1_474_913_565_964_123_456));
        assert_eq!(ns("1e3", 0), Some(1_000_000_000_000));
        assert_eq!(ns("99999999999", 0), None);
    }
}
