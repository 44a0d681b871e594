//! The outline of a JSON text: where each feature begins and ends, before any of them is read. One text may hold one value, a
//! sequence of values (RFC 8142, or one feature a line), or the beginning of either when the file was cut.

use std::ops::Range;

use serde_json::Value;

use crate::zones::json::{self, Broken, Cursor};

/// Members that hold the features: GeoJSON, ED-269 and Esri JSON, the Swiss form of ED-269, Overpass, drone makers.
const LISTS: [&str; 4] = ["features", "UASZoneList", "elements", "areas"];
/// Members that hold the whole answer of a service.
const ENVELOPES: [&str; 2] = ["data", "result"];
/// Envelopes inside envelopes.
const ENVELOPE_DEPTH: usize = 2;

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
    /// Names and values of what stands beside the lists of features.
    pub members: Vec<(String, Range<usize>)>,
    /// Whether there was a list of features, be it empty.
    pub has_list: bool,
    /// The member that held the first list; `None` for a list without a name.
    pub list: Option<&'static str>,
}

impl Outline {
    pub fn of(text: &str) -> Self {
        let mut walk =
            Walk { text, cursor: Cursor::new(text, 0), found: Outline::default(), values: 0, first_key: None };
        walk.values();
        walk.found
    }

    /// The values of the members of this name beside the lists.
    pub fn named<'o, 't: 'o>(&'o self, text: &'t str, name: &'o str) -> impl Iterator<Item = &'t str> + 'o {
        self.members.iter().filter(move |(key, _)| key == name).map(|(_, range)| &text[range.clone()])
    }

    /// The last value of such a member as a tree.
    pub fn value(&self, text: &str, name: &str) -> Option<Value> {
        self.named(text, name).last().and_then(|json| serde_json::from_str(json).ok())
    }
}

struct Walk<'t> {
    text: &'t str,
    cursor: Cursor<'t>,
    found: Outline,
    /// Values of the sequence so far.
    values: usize,
    /// The key with which features begin, quotes included.
    first_key: Option<Range<usize>>,
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
                b'{' => self.object(start, &index, 0),
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
    fn object(&mut self, start: usize, index: &str, depth: usize) -> Result<(), (usize, String, Broken)> {
        let here = |broken| (start, index.to_owned(), broken);
        let before = (self.found.elements.len(), self.found.members.len(), self.found.has_list);
        let mut is_collection = false;
        let mut has_place = false;
        self.cursor.expect(b'{').map_err(here)?;
        let mut more = !self.cursor.take(b'}');
        while more {
            let key = self.cursor.key().map_err(here)?;
            let key = json::unquoted(&self.text[key]);
            let next = self.cursor.peek();
            let list = LISTS.iter().find(|list| **list == key).filter(|_| next == Some(b'['));
            if let Some(list) = list {
                is_collection = true;
                self.found.list = self.found.list.or(Some(list));
                self.features(&format!("{index}/{key}"))?;
            } else if ENVELOPES.contains(&key.as_ref()) && next == Some(b'{') && depth < ENVELOPE_DEPTH {
                let held = self.found.elements.len();
                let at = self.cursor.at;
                self.object(at, &format!("{index}/{key}"), depth + 1)?;
                is_collection |= self.found.elements.len() > held;
            } else {
                let value = self.cursor.value().map_err(here)?;
                has_place |= matches!(key.as_ref(), "geometry" | "coordinates");
                self.found.members.push((key.into_owned(), value));
            }
            more = !self.cursor.take(b'}');
            if more {
                self.cursor.expect(b',').map_err(here)?;
            }
        }
        // A feature may have a member of its own that is called as a list is.
        if has_place && self.found.list != Some("features") {
            is_collection = false;
            self.found.elements.truncate(before.0);
            self.found.has_list = before.2;
        }
        if !is_collection {
            self.found.members.truncate(before.1);
            // What an envelope holds is a list or nothing.
            if depth == 0 {
                let index = if index.is_empty() { "/".to_owned() } else { index.to_owned() };
                self.found.elements.push(Element { index, range: start..self.cursor.at });
            }
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
                Ok(range) => {
                    if self.first_key.is_none() {
                        self.learn_key(start);
                    }
                    self.found.elements.push(Element { index: index.clone(), range });
                }
                Err(broken) => {
                    self.learn_key(start);
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

    /// Remembers the key with which features of this text begin.
    fn learn_key(&mut self, start: usize) {
        let mut cursor = Cursor::new(self.text, start);
        if cursor.expect(b'{').is_ok()
            && let Ok(key) = cursor.key()
        {
            self.first_key = Some(key);
        }
    }

    /// Goes to the next `{"type":"Feature"` at or after `from`; where features begin with another key, to the next of those.
    fn next_feature(&mut self, from: usize) -> bool {
        let bytes = self.text.as_bytes();
        let rest = bytes.get(from..).unwrap_or_default();
        let is_geojson = |key: &[u8]| key == b"\"type\"" && self.found.list != Some("elements");
        let quoted = self.first_key.clone().map(|key| &bytes[key]).filter(|key| !is_geojson(key));
        let marker: &[u8] = quoted.unwrap_or(b"\"Feature\"");
        for hit in memchr::memmem::find_iter(rest, marker) {
            let start =
                if quoted.is_some() { bracket_before(bytes, from + hit) } else { feature_start(bytes, from + hit) };
            if let Some(start) = start.filter(|start| *start >= from) {
                self.cursor.at = start;
                return true;
            }
        }
        false
    }
}

/// The bracket before a key at `key`.
fn bracket_before(bytes: &[u8], key: usize) -> Option<usize> {
    let rest = bytes.get(..key)?.trim_ascii_end();
    rest.ends_with(b"{").then(|| rest.len() - 1)
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
        assert_eq!(Outline::of(&collection).named(&collection, "crs").collect::<Vec<_>>(), ["null"]);
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

    #[test]
    fn lists_of_other_formats() {
        let found = |text: &str| {
            let outline = Outline::of(text);
            let indices: Vec<String> = outline.elements.into_iter().map(|e| e.index).collect();
            (indices, outline.damages.into_iter().map(|d| d.index).collect::<Vec<_>>(), outline.list)
        };
        let (swiss, _, list) = found(r#"{"formatVersion":"1","UASZoneList":[{"identifier":"A"},{"identifier":"B"}]}"#);
        assert_eq!((swiss, list), (vec!["/UASZoneList/0".into(), "/UASZoneList/1".into()], Some("UASZoneList")));
        let (areas, ..) = found(r#"{"code":0,"data":{"areas":[{"area_id":1}]}}"#);
        assert_eq!(areas, ["/data/areas/0"]);
        let (own_member, _, _) = found(r#"{"type":"Feature","areas":[{"a":1}],"data":{"b":2},"geometry":null}"#);
        assert_eq!(own_member, ["/"]);
        // A lost bracket costs one zone, whatever key zones begin with.
        let damaged =
            r#"{"features":[{"identifier":"A","geometry":[{]},{"identifier":"B","zoneAuthority":[{"name":"x"}]}]}"#;
        let (zones, damages, _) = found(damaged);
        assert_eq!((zones, damages), (vec!["/features/1".to_owned()], vec!["/features/0".to_owned()]));
    }
}
