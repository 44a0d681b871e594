//! `<coordinates>`: `lon,lat[,height]` tuples between white space, and the looser ways in which they are written.

use geo::Coord;

use crate::zones::report::short;

/// Places in degrees with the heights of those that have one.
#[derive(Debug, Default, PartialEq)]
pub struct Coordinates {
    pub places: Vec<Coord<f64>>,
    /// Lowest and highest, metres; `None` without any height.
    pub heights: Option<(f64, f64)>,
    /// A tuple was taken from each line, because commas and blanks do not tell them apart.
    pub by_line: bool,
}

/// Reads the text of the element.
///
/// # Errors
/// What cannot be read.
pub fn coordinates(text: &str) -> Result<Coordinates, String> {
    let strict = tuples(text.split_whitespace());
    match strict {
        Err(_) if text.contains('\n') => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            tuples(lines).map(|found| Coordinates { by_line: true, ..found }).or(strict)
        }
        strict => strict,
    }
}

fn tuples<'t>(words: impl Iterator<Item = &'t str>) -> Result<Coordinates, String> {
    let mut found = Coordinates::default();
    for word in words {
        let mut numbers = [f64::NAN; 3];
        let mut count = 0;
        // A comma may stand behind the last number.
        for field in word.strip_suffix(',').unwrap_or(word).split(',').map(str::trim) {
            let number = field.parse::<f64>().ok().filter(|number| number.is_finite());
            let slot = numbers
                .get_mut(count)
                .ok_or_else(|| format!("{:?} is no longitude, latitude and height", short(word)))?;
            *slot = number.ok_or_else(|| format!("{:?} is no number in {:?}", short(field), short(word)))?;
            count += 1;
        }
        if count < 2 {
            return Err(format!("{:?} is no longitude and latitude", short(word)));
        }
        let [lon, lat, height] = numbers;
        found.places.push(Coord { x: lon, y: lat });
        if count == 3 {
            let (low, high) = found.heights.unwrap_or((height, height));
            found.heights = Some((low.min(height), high.max(height)));
        }
    }
    if found.places.is_empty() {
        return Err("it has no coordinates".to_owned());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tuples_with_and_without_heights() {
        let found = coordinates("\n 1.5,50,10 1.6,50,20\n1.6,51 ").expect("coordinates");
        assert_eq!(found.places[1], Coord { x: 1.6, y: 50.0 });
        assert_eq!((found.places.len(), found.heights, found.by_line), (3, Some((10.0, 20.0)), false));
        assert_eq!(coordinates("1,2").expect("a place").heights, None);
    }

    #[test]
    fn blanks_behind_commas_are_read_by_line() {
        let found = coordinates("\n-1.31,51.41, 2000,\n -1.32, 51.42, 2000\n").expect("coordinates");
        assert_eq!(
            (found.places[0], found.heights, found.by_line),
            (Coord { x: -1.31, y: 51.41 }, Some((2000.0, 2000.0)), true)
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, words) in [
            ("", "no coordinates"),
            ("1", "no longitude and latitude"),
            ("1,2,3,4", "no longitude, latitude and height"),
            ("1,x", "\"x\" is no number"),
            ("1,NaN", "\"NaN\" is no number"),
            ("1,&lol;", "no number"),
            ("1, 2 3, 4", "is no longitude and latitude"),
        ] {
            let said = coordinates(text).expect_err("wrong");
            assert!(said.contains(words), "{said} / {words}");
        }
    }
}
