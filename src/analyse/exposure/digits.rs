//! Numbers with a check digit or an assigned beginning: IMEI, IMSI, ICCID, telephone numbers.

use super::tables::country;

/// ISO/IEC 7812-1: the last digit is the check digit. `digits` holds digits only.
pub fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit.wrapping_sub(b'0')) << (place % 2);
            if digit > 9 { digit - 9 } else { digit }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Reporting bodies that allocate type codes (GSMA TS.06, first two digits of an IMEI).
const REPORTING_BODIES: [&[u8]; 15] =
    [b"01", b"30", b"33", b"35", b"44", b"45", b"49", b"50", b"51", b"52", b"53", b"54", b"86", b"91", b"99"];

/// Whether 15 digits are an IMEI as far as they can tell: check digit, reporting body, not one digit over and over.
pub fn is_imei(digits: &[u8]) -> bool {
    digits.len() == 15
        && digits.get(..2).is_some_and(|body| REPORTING_BODIES.contains(&body))
        && digits.windows(8).all(|run| run.iter().any(|digit| Some(digit) != run.first()))
        && luhn(digits)
}

/// The country of an IMSI of 14 or 15 digits.
pub fn imsi_country(digits: &str) -> Option<&'static str> {
    let mcc = digits.get(..3).filter(|_| matches!(digits.len(), 14 | 15))?;
    country(mcc).map(|(country, _)| country)
}

/// Whether 19 or 20 digits are an ICCID (ITU-T E.118): 89, an assigned calling code, check digit. Some issuers write a further
/// digit behind the check digit.
pub fn is_iccid(digits: &[u8]) -> bool {
    let Some(number) = digits.strip_prefix(b"89") else { return false };
    matches!(digits.len(), 19 | 20)
        && calling_code(number).is_some()
        && (luhn(digits) || digits.len() == 20 && digits.get(..19).is_some_and(luhn))
}

/// Length of the assigned calling code (ITU-T E.164) that the digits begin with.
pub fn calling_code(digits: &[u8]) -> Option<usize> {
    let two = digits.get(..2)?;
    match two {
        [b'1' | b'7', _] => Some(1),
        [b'2', b'0' | b'7'] | [b'3', b'0'..=b'4' | b'6' | b'9'] | [b'4', b'0' | b'1' | b'3'..=b'9'] => Some(2),
        [b'5', b'1'..=b'8'] | [b'6', b'0'..=b'6'] | [b'8', b'1' | b'2' | b'4' | b'6'] => Some(2),
        [b'9', b'0'..=b'5' | b'8'] => Some(2),
        [b'2', b'1'..=b'6' | b'9'] | [b'3', b'5' | b'7' | b'8'] | [b'4', b'2'] | [b'5', b'0' | b'9'] => Some(3),
        [b'6', b'7'..=b'9'] | [b'8', b'0' | b'5' | b'7' | b'8'] | [b'9', b'6' | b'7' | b'9'] => Some(3),
        _ => None,
    }
}

/// A telephone number in E.164, from `text` that begins with `+`: `+` and its digits, and how many bytes it took. Single spaces,
/// dashes and brackets may stand between.
pub fn e164(text: &[u8]) -> Option<(String, usize)> {
    let mut number = String::from("+");
    let mut end = 1;
    for (at, byte) in text.iter().enumerate().skip(1) {
        match byte {
            b'0'..=b'9' => {
                number.push(char::from(*byte));
                end = at + 1;
            }
            b' ' | b'-' | b'(' | b')' if at - end < 2 => {}
            b'.' | b',' if at == end && text.get(at + 1).is_some_and(u8::is_ascii_digit) => return None,
            byte if byte.is_ascii_alphanumeric() && at == end => return None,
            _ => break,
        }
    }
    let digits = number.as_bytes().get(1..)?;
    ((8..=15).contains(&digits.len()) && calling_code(digits).is_some()).then_some((number, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 49-015420-323751-8 is the worked example of the check digit in 3GPP TS 23.003; 8-digit runs of one digit are placeholders.
    #[test]
    fn an_imei_needs_check_digit_and_reporting_body() {
        assert!(is_imei(b"490154203237518"));
        assert!(!is_imei(b"490154203237519"), "check digit");
        assert!(!is_imei(b"200154203237516"), "no reporting body");
        assert!(!is_imei(b"000000000000000"));
    }

    /// Check digits counted by hand: 8986 0000 0000 0000 00 sums to 8*2-9 + 9 + 8*2-9 + 6 = 29, so 1 completes it in an even place.
    #[test]
    fn an_iccid_needs_its_calling_code_and_check_digit() {
        let mut number = *b"8949020000012345670";
        let valid: Vec<u8> = (b'0'..=b'9')
            .filter(|&digit| {
                number[18] = digit;
                is_iccid(&number)
            })
            .collect();
        assert_eq!(valid.len(), 1, "one check digit in ten");
        assert!(!is_iccid(b"8849020000012345670"));
    }

    #[test]
    fn a_subscriber_belongs_to_an_assigned_country() {
        assert_eq!(imsi_country("262011234567890"), Some("DE"));
        assert_eq!(imsi_country("299011234567890"), None);
        assert_eq!(imsi_country("26201"), None);
    }

    #[test]
    fn a_number_is_read_with_what_people_write_between() {
        assert_eq!(e164(b"+49 (170) 555-0123 rest"), Some(("+491705550123".to_owned(), 18)));
        assert_eq!(e164(b"+12.3456789012"), None, "a decimal");
        assert_eq!(e164(b"+1234567"), None, "too short");
        assert_eq!(e164(b"+2814567890123"), None, "no such calling code");
    }
}
