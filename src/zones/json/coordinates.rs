//! The `coordinates` member of a geometry: positions inside lists inside lists. Numbers are read exactly (nearest f64), a third
//! and fourth number of a position are height and measure and are not used.

use geo::Coord;

/// A position is 1 deep, a line 2, a polygon 3, a multi-polygon 4.
const DEEPEST: usize = 4;

/// Positions as one flat list, and where each list of them ends.
#[derive(Debug, Default)]
pub struct Coordinates {
    /// x longitude, y latitude, in the unit of the file.
    pub positions: Vec<Coord<f64>>,
    /// `ends[0]`: for each line or ring, its end in `positions`; `ends[1]`: for each polygon, its end in `ends[0]`;
    /// `ends[2]`: for the multi-polygon, its end in `ends[1]`.
    ends: [Vec<usize>; DEEPEST - 1],
    /// Brackets around a number; 0 when there is no position at all.
    pub depth: usize,
}

/// Polygon by polygon, ring by ring.
pub type Polygons<'c> = Vec<Vec<&'c [Coord<f64>]>>;

impl Coordinates {
    /// Reads JSON text such as `[[0, 50], [0.02, 50]]`. The error says what is wrong and at which byte of `json`.
    pub fn read(json: &str) -> Result<Self, (String, usize)> {
        let mut reader = Reader { bytes: json.as_bytes(), at: 0, found: Coordinates::default() };
        reader.list(1)?;
        reader.space();
        if reader.at < json.len() {
            return Err(("something stands behind the coordinates".to_owned(), reader.at));
        }
        Ok(reader.found)
    }

    /// The rings, for coordinates that are 3 or 4 deep.
    pub fn polygons(&self) -> Polygons<'_> {
        let rings = slices(&self.positions, &self.ends[0]);
        slices(&rings, &self.ends[1]).into_iter().map(<[_]>::to_vec).collect()
    }
}

/// Cuts `items` at `ends`.
fn slices<'i, T>(items: &'i [T], ends: &[usize]) -> Vec<&'i [T]> {
    let mut start = 0;
    let mut cut = |end: &usize| {
        let slice = items.get(start..*end).unwrap_or_default();
        start = *end;
        slice
    };
    ends.iter().map(&mut cut).collect()
}

struct Reader<'j> {
    bytes: &'j [u8],
    at: usize,
    found: Coordinates,
}

impl Reader<'_> {
    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    fn next(&mut self) -> Option<u8> {
        self.space();
        self.bytes.get(self.at).copied()
    }

    fn error<T>(&self, what: impl Into<String>) -> Result<T, (String, usize)> {
        Err((what.into(), self.at))
    }

    /// A list whose brackets are the `depth`-th around its content.
    fn list(&mut self, depth: usize) -> Result<(), (String, usize)> {
        if self.next() != Some(b'[') {
            return self.error("the coordinates are not a list");
        }
        self.at += 1;
        match self.next() {
            Some(b'[') => self.lists(depth),
            Some(b']') if depth == 1 => {
                self.at += 1;
                Ok(())
            }
            Some(b']') => self.error("the coordinates hold an empty list"),
            _ => self.position(depth),
        }
    }

    fn lists(&mut self, depth: usize) -> Result<(), (String, usize)> {
        if depth == DEEPEST {
            return self.error("the coordinates are nested too deep");
        }
        loop {
            self.list(depth + 1)?;
            match self.next() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return self.error("a comma or a bracket is missing in the coordinates"),
            }
        }
        self.at += 1;
        let level = self.found.depth - depth - 1;
        let inner = if level == 0 { self.found.positions.len() } else { self.found.ends[level - 1].len() };
        self.found.ends[level].push(inner);
        Ok(())
    }

    fn position(&mut self, depth: usize) -> Result<(), (String, usize)> {
        if self.found.depth == 0 {
            self.found.depth = depth;
        } else if self.found.depth != depth {
            return self.error("the coordinates are nested unevenly");
        }
        let mut numbers = [0.0; 2];
        let mut count = 0;
        loop {
            let number = self.number()?;
            if let Some(slot) = numbers.get_mut(count) {
                *slot = number;
            }
            count += 1;
            match self.next() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return self.error("a comma or a bracket is missing in the coordinates"),
            }
        }
        if count < 2 {
            return self.error("a position has one number instead of two");
        }
        self.at += 1;
        self.found.positions.push(Coord { x: numbers[0], y: numbers[1] });
        Ok(())
    }

    fn number(&mut self) -> Result<f64, (String, usize)> {
        self.space();
        let rest = &self.bytes[self.at..];
        let len = rest.iter().position(|b| matches!(b, b',' | b']' | b'[' | b' ' | b'\t' | b'\r' | b'\n'));
        let word = std::str::from_utf8(&rest[..len.unwrap_or(rest.len())]).unwrap_or_default();
        match word.parse::<f64>() {
            Ok(number) if number.is_finite() => {
                self.at += word.len();
                Ok(number)
            }
            _ => self.error(format!("{} is no usable number in the coordinates", crate::zones::report::short(word))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_depth() {
        let point = Coordinates::read("[1.5, -2e1, 7]").expect("a position");
        assert_eq!((point.depth, point.positions[0]), (1, Coord { x: 1.5, y: -20.0 }));

        let multi = Coordinates::read("[[[[0,1],[2,3]],[[4,5]]],[[[6,7]]]]").expect("a multi-polygon");
        assert_eq!(multi.depth, 4);
        let sizes: Vec<Vec<usize>> =
            multi.polygons().iter().map(|p| p.iter().map(|ring| ring.len()).collect()).collect();
        assert_eq!(sizes, [vec![2, 1], vec![1]]);
        assert_eq!(multi.polygons()[1][0][0], Coord { x: 6.0, y: 7.0 });

        let polygon = Coordinates::read("[[[0,1],[2,3]],[[4,5]]]").expect("a polygon");
        assert_eq!(polygon.polygons().len(), 1);
        assert_eq!(Coordinates::read(" [ ] ").expect("nothing").depth, 0);
    }

    #[test]
    fn numbers_are_exact() {
        // The nearest f64, as Python's float() gives it: 0.1 + 0.2 prints so.
        let read = Coordinates::read("[0.30000000000000004,6.929646855629166]").expect("a position");
        assert_eq!(read.positions[0], Coord { x: 0.1 + 0.2, y: 6.929646855629166 });
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = |json| Coordinates::read(json).expect_err("wrong").0;
        assert!(wrong("[[0,50],[NaN,50]]").starts_with("NaN "));
        assert!(wrong("[[0,50],[0,1e999]]").starts_with("1e999 "));
        assert!(wrong("[[0,50],[0,null]]").starts_with("null "));
        assert!(wrong("[[0,50],7]").contains("not a list"));
        assert!(wrong("[[0,50],[[0,1]]]").contains("unevenly"));
        assert!(wrong("[[[0,50]],[]]").contains("empty"));
        assert!(wrong("[[[[[0,50]]]]]").contains("too deep"));
        assert!(wrong("[[0,50] [1,50]]").contains("comma"));
        assert!(wrong("[[0]]").contains("one number"));
        assert!(wrong("null").contains("not a list"));
    }
}
