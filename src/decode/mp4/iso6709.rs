//! Places as ISO 6709 writes them: `+22.5373+113.9350+012.3/`, degrees north and east, metres up.

use crate::bytes::number::Decimal;

/// Degrees and metres; the height's reference is not stated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    pub lat: f64,
    pub lon: f64,
    pub height_m: Option<f64>,
}

/// `None` for what is no place in degrees: other forms (degrees and minutes in one number) would be read wrongly.
pub fn place(text: &str) -> Option<Place> {
    let text = text.trim_end_matches('\0').trim();
    let end = text.find(['/', 'C']).unwrap_or(text.len());
    let body = text.get(..end)?;
    let starts: Vec<usize> = body.match_indices(['+', '-']).map(|(at, _)| at).chain([body.len()]).collect();
    let parts: Vec<&str> = starts.windows(2).filter_map(|pair| body.get(pair[0]..pair[1])).collect();
    let number = |part: &&str| Decimal::parse(part.as_bytes(), false).map(|number| number.value());
    // Two digits of degrees for latitude, three for longitude; more would be minutes.
    let whole = |part: &str| part.trim_start_matches(['+', '-']).split('.').next().map_or(0, str::len);
    let [lat, lon, rest @ ..] = parts.as_slice() else { return None };
    if starts.first() != Some(&0) || whole(lat) > 2 || whole(lon) > 3 {
        return None;
    }
    Some(Place { lat: number(lat)?, lon: number(lon)?, height_m: rest.first().and_then(number) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_read_and_other_forms_are_not() {
        let found = place("+22.5373-113.9350+012.30/").expect("a place");
        assert_eq!((found.lat, found.lon, found.height_m), (22.5373, -113.935, Some(12.3)));
        assert_eq!(place("-01.5+001.25/").map(|p| (p.lat, p.lon, p.height_m)), Some((-1.5, 1.25, None)));
        for none in ["", "22.5+113.9/", "+2232.23+11356.10/", "+22.5/", "+a+b/"] {
            assert_eq!(place(none), None, "{none}");
        }
    }
}
