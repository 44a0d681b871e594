//! The outline of a GeoJSON text: where each feature begins and ends, before any of them is read. One text may hold one value,
//! a sequence of values (RFC 8142, or one feature a line), or the beginning of either when the file was cut.

use std::ops::Range;

use crate::zones::json::{self, Broken, Cursor};

/// One feature or bare geometry.
#[derive(Debug)]
pub struct Element {
    /// `/features/3`, or `line 4` in a sequence.
    pub index: String,
    pub range: Range<usize>,
}

/// A stretch of text that is no sound value.
#[derive(Debug)]
pub struct Damage {
    pub index: String,
    /// Where the damaged value begins.
    pub start: usize,
    pub broken: Broken,
}

/// All that the text holds, in its order.
#[derive(Debug, Default)]
pub struct Outline {
    pub elements: Vec<Element>,
    pub damages: Vec<Damage>,
    /// The `crs` members of collections.
    pub crs: Vec<Range<usize>>,
    /// Whether there was a list of features, be it empty.
    pub has_list: bool,
}

impl Outline {
    pub fn of(text: &str) -> Self {
        let mut walk = Walk { text, cursor: Cursor::new(text, 0), found: Outline::default(), values: 0 };
        walk.values();
        walk.found
    }
}

struct Walk<'t> {
    text: &'t str,
    cursor: Cursor<'t>,
    found: Outline,
    /// Values of the sequence so far.
    values: usize,
}

impl Walk<'_> {
    fn values(&mut self) {
        let mut line = Line { number: 1, at: 0 };
        loop {
            // RFC 8142 puts a record separator before each value.
            while self.cursor.peek() == Some(0x1e) {
                self.cursor.at += 1;
            }
            let Some(first) = self.cursor.peek() else { return };
            let start = self.cursor.at;
            let number = line.reach(self.text, start);
            self.values += 1;
            if self.values == 2 {
                self.renumber_first();
            }
            let index = if self.values == 1 { String::new() } else { format!("line {number}") };
            let result = match first {
                b'{' => self.object(start, &index),
                // A list of features without a collection around it.
                b'[' => self.features(&index),
                _ => Err((start, index.clone(), Broken::At(start))),
            };
            if let Err((start, index, broken)) = result {
                self.found.damages.push(Damage { index, start, broken });
                if !self.next_feature(start + 1) {
                    return;
                }
            }
        }
    }

    /// The first value was taken for the whole text; now that a second one follows it stands on line 1.
    fn renumber_first(&mut self) {
        let elements = self.found.elements.iter_mut().map(|e| &mut e.index);
        let damages = self.found.damages.iter_mut().map(|d| &mut d.index);
        for index in elements.chain(damages) {
            *index = if index == "/" { "line 1".to_owned() } else { format!("line 1{index}") };
        }
    }

    /// A value of the sequence that is an object: a collection, a feature or a geometry.
    fn object(&mut self, start: usize, index: &str) -> Result<(), (usize, String, Broken)> {
        let here = |broken| (start, index.to_owned(), broken);
        let mut is_collection = false;
        let mut crs = None;
        self.cursor.expect(b'{').map_err(here)?;
        let mut more = !self.cursor.take(b'}');
        while more {
            let key = self.cursor.key().map_err(here)?;
            let key = json::unquoted(&self.text[key]);
            if key == "features" && self.cursor.peek() == Some(b'[') {
                is_collection = true;
                self.features(&format!("{index}/features"))?;
            } else {
                let value = self.cursor.value().map_err(here)?;
                crs = if key == "crs" { Some(value) } else { crs };
            }
            more = !self.cursor.take(b'}');
            if more {
                self.cursor.expect(b',').map_err(here)?;
            }
        }
        if is_collection {
            self.found.crs.extend(crs);
        } else {
            let index = if index.is_empty() { "/".to_owned() } else { index.to_owned() };
            self.found.elements.push(Element { index, range: start..self.cursor.at });
        }
        Ok(())
    }

    /// The elements of an array of features. A damaged one is left where the next one can be found.
    fn features(&mut self, pointer: &str) -> Result<(), (usize, String, Broken)> {
        self.found.has_list = true;
        let open = self.cursor.at;
        self.cursor.expect(b'[').map_err(|broken| (open, pointer.to_owned(), broken))?;
        if self.cursor.take(b']') {
            return Ok(());
        }
        let mut number = 0;
        loop {
            self.cursor.peek();
            let start = self.cursor.at;
            let index = format!("{pointer}/{number}");
            number += 1;
            match self.cursor.value() {
                Ok(range) => self.found.elements.push(Element { index: index.clone(), range }),
                Err(broken) => {
                    if !self.next_feature(start + 1) {
                        return Err((start, index, broken));
                    }
                    let broken = if broken == Broken::Cut { Broken::Unclosed } else { broken };
                    self.found.damages.push(Damage { index, start, broken });
                    continue;
                }
            }
            if self.cursor.take(b']') {
                return Ok(());
            }
            if let Err(broken) = self.cursor.expect(b',') {
                let stop = self.cursor.at;
                let index = format!("{pointer}/{number}");
                if !self.next_feature(stop) {
                    return Err((stop, index, broken));
                }
                // A comma that is missing between two features costs neither.
                if self.cursor.at > stop {
                    self.found.damages.push(Damage { index, start: stop, broken });
                    number += 1;
                }
            }
        }
    }

    /// Goes to the next `{"type":"Feature"` at or after `from`.
    fn next_feature(&mut self, from: usize) -> bool {
        let bytes = self.text.as_bytes();
        for hit in memchr::memmem::find_iter(bytes.get(from..).unwrap_or_default(), b"\"Feature\"") {
            if let Some(start) = feature_start(bytes, from + hit).filter(|start| *start >= from) {
                self.cursor.at = start;
                return true;
            }
        }
        false
    }
}

/// The bracket before `"type" : "Feature"`, where `value` is the offset of `"Feature"`.
fn feature_start(bytes: &[u8], value: usize) -> Option<usize> {
    let before = |end: usize, token: &[u8]| {
        let rest = bytes.get(..end)?.trim_ascii_end();
        rest.ends_with(token).then(|| rest.len() - token.len())
    };
    before(before(before(value, b":")?, b"\"type\"")?, b"{")
}

/// Counts lines without counting them again.
struct Line {
    number: usize,
    at: usize,
}

impl Line {
    fn reach(&mut self, text: &str, at: usize) -> usize {
        let passed = text.as_bytes().get(self.at..at).unwrap_or_default();
        self.number += memchr::memchr_iter(b'\n', passed).count();
        self.at = at;
        self.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const F: &str = r#"{"type":"Feature","properties":{"id":"a]"},"geometry":null}"#;

    fn indices(text: &str) -> (Vec<String>, Vec<String>) {
        let found = Outline::of(text);
        for element in &found.elements {
            assert_eq!(text[element.range.clone()].trim(), F);
        }
        (found.elements.into_iter().map(|e| e.index).collect(), found.damages.into_iter().map(|d| d.index).collect())
    }

    #[test]
    fn collections_sequences_and_single_values() {
        let none: Vec<String> = Vec::new();
        let collection = format!(r#"{{"features":[{F}, {F}],"type":"FeatureCollection","crs":null}}"#);
        assert_eq!(indices(&collection), (vec!["/features/0".into(), "/features/1".into()], none.clone()));
        assert_eq!(Outline::of(&collection).crs.len(), 1);
        assert_eq!(indices(F), (vec!["/".into()], none.clone()));
        assert_eq!(
            indices(&format!("{F}\n{F}\n\n{F}\n")),
            (vec!["line 1".into(), "line 2".into(), "line 4".into()], none.clone())
        );
        assert_eq!(indices(&format!("\x1e{F}\n\x1e{F}\n")).0.len(), 2);
        assert_eq!(indices(&format!("[{F},{F}]")).0, ["/0", "/1"]);
        assert_eq!(indices(r#"{"features":[]}"#), (none.clone(), none));
    }

    #[test]
    fn a_cut_costs_the_feature_that_it_cuts() {
        let cut = format!(r#"{{"type":"FeatureCollection","features":[{F},{F},{{"type":"Feature","geo"#);
        assert_eq!(indices(&cut), (vec!["/features/0".into(), "/features/1".into()], vec!["/features/2".into()]));
        assert_eq!(Outline::of(&cut).damages[0].broken, Broken::Cut);
        let between = format!(r#"{{"type":"FeatureCollection","features":[{F},"#);
        assert_eq!(indices(&between).1, ["/features/1"]);
        let behind = format!(r#"{{"type":"FeatureCollection","features":[{F}"#);
        assert_eq!(indices(&behind).1, ["/features/1"]);
    }

    #[test]
    fn damage_inside_costs_one_feature() {
        let lost_bracket = r#"{"type":"Feature","properties":{"id":"x","geometry":null}"#;
        let text = format!(r#"{{"features":[{F},{lost_bracket},{F},{F}]}}"#);
        assert_eq!(indices(&text).0, ["/features/0", "/features/2", "/features/3"]);
        assert_eq!(indices(&text).1, ["/features/1"]);
        let lost_comma = format!(r#"{{"features":[{F} {F}]}}"#);
        assert_eq!(indices(&lost_comma), (vec!["/features/0".into(), "/features/1".into()], vec![]));
    }
}
