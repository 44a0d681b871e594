//! Places as OpenAir files write them: `52:06:33 N 013:25:58 E`, `29:58.917 N 081:59.533 W`, `265644.00N 0500434.00E`.

use geo::Coord;

use crate::zones::report::short;

/// A place, and how it was written.
#[derive(Debug, PartialEq)]
pub struct Written<'t> {
    pub place: Coord<f64>,
    /// Minutes or seconds of 60 were carried to the next unit.
    pub carried: bool,
    /// What stands behind it.
    pub rest: &'t str,
}

/// Latitude, then longitude.
///
/// # Errors
/// What cannot be read, in words.
pub fn coordinate(text: &str) -> Result<Written<'_>, String> {
    let (lat, carried_lat, rest) = angle(text, ['N', 'S'], 2)?;
    let (lon, carried_lon, rest) = angle(rest, ['E', 'W'], 3)?;
    Ok(Written { place: Coord { x: lon, y: lat }, carried: carried_lat || carried_lon, rest })
}

/// One angle with its letter behind or before it; `digits` are those of whole degrees.
fn angle(text: &str, letters: [char; 2], digits: usize) -> Result<(f64, bool, &str), String> {
    let [positive, negative] = letters;
    let text = text.trim_start_matches([' ', '\t', ',']);
    let wrong = |why: &str| format!("{:?} cannot be read as a place: {why}", short(text.trim()));
    let (at, letter) = text
        .char_indices()
        .find(|(_, c)| c.is_ascii_alphabetic())
        .ok_or_else(|| wrong(&format!("{positive} or {negative} is missing")))?;
    let letter_up = letter.to_ascii_uppercase();
    if !letters.contains(&letter_up) {
        return Err(wrong(&format!("{letter} stands where {positive} or {negative} must stand")));
    }
    let (before, behind) = (&text[..at], &text[at + letter.len_utf8()..]);
    let (numbers, rest) = if before.trim().is_empty() {
        behind.split_at(behind.find(|c: char| c.is_ascii_alphabetic() || c == ',').unwrap_or(behind.len()))
    } else {
        (before, behind)
    };
    let (degrees, carried) = degrees(numbers, digits).map_err(|why| wrong(&why))?;
    if degrees > if digits == 2 { 90.0 } else { 180.0 } {
        return Err(wrong("it is no place on Earth"));
    }
    Ok((if letter_up == negative { -degrees } else { degrees }, carried, rest))
}

/// Degrees, degrees and minutes, or all three; also without separators (`265644.00`).
fn degrees(numbers: &str, digits: usize) -> Result<(f64, bool), String> {
    let is_separator = |c: char| c.is_whitespace() || matches!(c, ':' | '°' | 'º' | '\'' | '"' | '′' | '″');
    let words: Vec<&str> = numbers.split(is_separator).filter(|word| !word.is_empty()).collect();
    let packed = match words[..] {
        [word] => split_packed(word, digits)?,
        _ => None,
    };
    let words = packed.unwrap_or(words);
    let mut values = [0.0; 3];
    if words.is_empty() || words.len() > values.len() {
        return Err(format!("it has {} numbers", words.len()));
    }
    for (i, word) in words.iter().enumerate() {
        let is_number = word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let value = word.parse::<f64>().ok().filter(|_| is_number);
        values[i] = value.ok_or_else(|| format!("{:?} is no number", short(word)))?;
        if i + 1 < words.len() && word.contains('.') {
            return Err("only its last number may have a fraction".to_owned());
        }
    }
    let [degrees, minutes, seconds] = values;
    if minutes > 60.0 || seconds > 60.0 {
        return Err("minutes and seconds end at 60".to_owned());
    }
    Ok(((degrees * 3600.0 + minutes * 60.0 + seconds) / 3600.0, minutes == 60.0 || seconds == 60.0))
}

/// `265644.00` is 26, 56, 44.00: told by the count of its digits.
fn split_packed(word: &str, digits: usize) -> Result<Option<Vec<&str>>, String> {
    let whole = word.split('.').next().unwrap_or_default();
    if !word.is_ascii() || whole.len() <= digits {
        return Ok(None);
    }
    match whole.len() - digits {
        2 => Ok(Some(vec![&word[..digits], &word[digits..]])),
        4 => Ok(Some(vec![&word[..digits], &word[digits..digits + 2], &word[digits + 2..]])),
        _ => Err("the count of its digits fits no way of writing".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (f64, f64) {
        let written = coordinate(text).expect("a place");
        assert!(!written.carried && written.rest.trim().is_empty(), "{written:?}");
        (written.place.y, written.place.x)
    }

    fn wrong(text: &str) -> String {
        coordinate(text).expect_err("no place")
    }

    #[test]
    fn all_ways_of_writing() {
        let (lat, lon) = read("52:06:33 N 013:25:58 E");
        assert_eq!((lat, lon), (187_593.0 / 3600.0, 48_358.0 / 3600.0));
        assert_eq!(read("52:06:33N 013:25:58E"), (lat, lon));
        assert_eq!(read("N 52:06:33 E 013:25:58"), (lat, lon));
        assert_eq!(read("520633N 0132558e"), (lat, lon));
        assert_eq!(read("52°06'33\" N, 013°25'58\" E"), (lat, lon));
        let (lat, lon) = read("14:55.5 S 081:30.6 W");
        assert!((lat + 14.925).abs() < 1e-12 && (lon + 81.51).abs() < 1e-12);
        assert_eq!(read("45.5 N 9.25 E"), (45.5, 9.25));
        assert_eq!(read("45:30 N 009:15 E"), (45.5, 9.25));
        assert_eq!(read("265644.00N 0500434.00E").0, 97_004.0 / 3600.0);
    }

    #[test]
    fn sixty_is_carried_and_told() {
        let written = coordinate("42:60:57 N 000:60:00 W").expect("a place");
        assert!(written.carried);
        assert_eq!((written.place.y, written.place.x), (154_857.0 / 3600.0, -1.0));
    }

    #[test]
    fn what_is_no_place_is_said() {
        assert!(wrong("45:49:51 N 008:42:").contains("E or W is missing"));
        assert!(wrong("45:75:00 N 008:42:00 E").contains("end at 60"));
        assert!(wrong("95:00:00 N 008:42:00 E").contains("no place on Earth"));
        assert!(wrong("45:49:51 E 008:42:00 N").contains("E stands where"));
        assert!(wrong("45:4x:51 N 008:42:00 E").contains("x stands where"));
        assert!(wrong("45.5:30 N 008:42:00 E").contains("fraction"));
        assert!(wrong("-45:30 N 008:42:00 E").contains("no number"));
        assert!(wrong("45304 N 008:42:00 E").contains("count of its digits"));
        assert!(wrong("").contains("missing"));
    }
}
