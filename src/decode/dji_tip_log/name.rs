//! What the name of an Android tip log says: the day, and the serial number of the flight controller of that day.

use chrono::NaiveDate;

/// `DD-MM-YYYY`.
const DATE: usize = 10;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub day: NaiveDate,
    pub serial: Option<String>,
}

/// `DD-MM-YYYY` or `DD-MM-YYYY-<serial>`, whatever a copy was given in front; a serial is 10 to 20 digits and capital letters.
pub fn parse(name: &str) -> Option<Named> {
    let stem = name.strip_suffix(".txt").unwrap_or(name);
    let starts = (0..stem.len()).rev().filter(|at| stem.is_char_boundary(*at));
    starts.into_iter().find_map(|at| dated(stem, at))
}

fn dated(stem: &str, at: usize) -> Option<Named> {
    let before = stem.as_bytes().get(at.checked_sub(1).unwrap_or(usize::MAX));
    if before.is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let day = NaiveDate::parse_from_str(stem.get(at..at + DATE)?, "%d-%m-%Y").ok()?;
    let serial = match stem.get(at + DATE..)? {
        "" => None,
        rest => Some(rest.strip_prefix('-').filter(|serial| is_serial(serial))?.to_owned()),
    };
    Some(Named { day, serial })
}

fn is_serial(word: &str) -> bool {
    (10..=20).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_and_the_serial_come_from_the_end_of_the_name() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).expect("a day");
        let cases = [
            ("29-06-2017", Some((day(2017, 6, 29), None))),
            ("14-06-2018-095XF4200202G5", Some((day(2018, 6, 14), Some("095XF4200202G5")))),
            ("case__833-14-06-2018-095XF4200202G5", Some((day(2018, 6, 14), Some("095XF4200202G5")))),
            ("2018_April__19-04-2018-0K1DF2P1BD65JJ.txt", Some((day(2018, 4, 19), Some("0K1DF2P1BD65JJ")))),
            ("31-02-2018", None),
            ("119-06-2018", None),
            ("19-06-2018 copy", None),
            ("f8a1ad9c4d773d2e7dcb96477de6ff844d0aade6", None),
            ("", None),
        ];
        for (name, expected) in cases {
            let expected = expected.map(|(day, serial)| Named { day, serial: serial.map(str::to_owned) });
            assert_eq!(parse(name), expected, "{name:?}");
        }
    }
}
