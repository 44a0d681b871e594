//! KML as evidence: tracks with times (`gx:Track`), lines, and points with times. Areas are sites and go to the zones; plans of
//! DJI are read by their own decoder.
//!
//! ```text
//! <Placemark> <gx:Track> <when/>... <gx:coord>lon lat height</gx:coord>... | <LineString> <coordinates>lon,lat,height ...
//!             <TimeStamp><when/></TimeStamp> <Point> <coordinates/>
//! ```

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use super::cells::Cells;
use super::{Class, Completeness, Context, Decoded, Diagnostic, Fact, Format, Probe, Score, Sink};
use crate::bytes::civil::Reader;
use crate::bytes::number::Decimal;
use crate::bytes::text::{Map, Text, in_place};
use crate::bytes::xml::{self, Element, Met, Walk};
use crate::evidence::{Evidence, Extent, Origin, Span};
use crate::layout::{Tables, Value};

pub static FORMAT: Format = Format {
    id: "kml-track",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/kml-track/format.toml"),
        include_str!("../../../formats/kml-track/records.tsv"),
        include_str!("../../../formats/kml-track/enums.tsv"),
        include_str!("../../../formats/kml-track/channels.tsv"),
    ],
    keys: None,
};

/// As much of the start as the probe looks at: styles may stand before the first line.
const HEAD: u64 = 1 << 20;
const WALK: Walk<'static> = Walk { holders: &["kml", "Document", "Folder"], resume: &["Placemark"] };

fn probe(evidence: &Evidence) -> Probe {
    let Ok(head) = evidence.read(Span { offset: 0, len: HEAD }) else { return Probe::NO };
    if !head.iter().take(64).any(|byte| *byte == b'<') {
        return Probe::NO;
    }
    let source = Text::of(&head);
    let text = in_place(&source.bytes);
    if xml::root(&text).is_none_or(|root| root.name != "kml") {
        return Probe::NO;
    }
    let holds = |words: &str| memchr::memmem::find(text.as_bytes(), words.as_bytes()).is_some();
    let why = if holds(":Track") {
        "KML with a track in it"
    } else if holds("<LineString") {
        "KML with a line in it"
    } else if holds("<TimeStamp") && holds("<Point") {
        "KML with points that have times"
    } else {
        return Probe::NO;
    };
    Probe { score: Score::Likely, why: Cow::Borrowed(why) }
}

struct Walking<'t, 's> {
    map: Map<'t>,
    text: &'t str,
    tables: &'t Tables,
    sink: &'s mut dyn Sink,
    names: HashSet<String>,
    placemarks: usize,
    lines: usize,
    areas: usize,
    reader: Reader,
    is_damaged: bool,
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let Some(bytes) = crate::decode::whole(evidence, context, "kml-track/unread", sink) else {
        return Decoded::UNREADABLE;
    };
    let source = Text::of(&bytes);
    let text = in_place(&source.bytes);
    if source.base > 0 {
        sink.claim(&Span::new(0, source.base).into(), Class::Known, "byte order mark");
    }
    let mut walking = Walking {
        map: Map::new(&source),
        text: &text,
        tables: context.tables,
        sink,
        names: HashSet::new(),
        placemarks: 0,
        lines: 0,
        areas: 0,
        reader: Reader::default(),
        is_damaged: false,
    };
    xml::walk(&text, WALK, &mut |met| walking.met(met));
    walking.finish()
}

/// One position of a placemark.
struct Point<'p> {
    lon_lat_height: &'p str,
    when: Option<&'p str>,
    at: Extent,
}

impl<'t> Walking<'t, '_> {
    fn met(&mut self, met: Met) {
        match met {
            Met::Whole(element) if element.name == "Placemark" => self.placemark(&element),
            Met::Whole(element) => self.known(&element.at, "description"),
            Met::Markup(at) => self.known(&at, "markup"),
            Met::Damage(at, reason) => {
                let span = self.map.span(&at);
                self.is_damaged = true;
                self.sink.claim(&span.into(), Class::Damaged, "broken XML");
                let message = format!("{} bytes at {} cannot be read: {reason}", span.len, span.offset);
                self.sink.diagnostic(Diagnostic::damage("kml-track/xml", Origin::Bytes(span.into()), message));
            }
            Met::Open(_) | Met::Close(_) => {}
        }
    }

    fn known(&mut self, at: &Range<usize>, what: &'static str) {
        self.sink.claim(&self.map.span(at).into(), Class::Known, what);
    }

    fn placemark(&mut self, element: &Element) {
        self.placemarks += 1;
        self.known(&element.at, "placemark");
        let name = element.words("name").unwrap_or_default().to_owned();
        self.areas += usize::from(element.find("Polygon").is_some());
        self.geometry(element, &name, element);
    }

    /// Tracks, lines and points, however deep in geometries of several parts.
    fn geometry(&mut self, element: &Element, name: &str, placemark: &Element) {
        for child in &element.children {
            match child.name.as_str() {
                "MultiGeometry" | "MultiTrack" => self.geometry(child, name, placemark),
                "Track" => {
                    let called = self.called(name, "track");
                    self.track(child, &called);
                }
                "LineString" => {
                    self.lines += 1;
                    let called = self.called(name, "line");
                    self.line(child, &called);
                }
                "Point" => {
                    let stamp = placemark.child("TimeStamp").and_then(|stamp| stamp.child("when"));
                    let Some((coordinates, when)) = child.child("coordinates").zip(stamp) else { continue };
                    let spans = [self.map.span(&when.at), self.map.span(&coordinates.at)];
                    let Some(at) = ordered(&spans) else { continue };
                    let (lon_lat_height, when) = (coordinates.trimmed(), Some(when.trimmed()));
                    self.point(&Point { lon_lat_height, when, at }, "points", datum_of(child));
                }
                _ => {}
            }
        }
    }

    /// A name that no other track of the file has.
    fn called(&mut self, name: &str, word: &str) -> String {
        let mut called = if name.is_empty() { format!("{word} {}", self.placemarks) } else { name.to_owned() };
        while !self.names.insert(called.clone()) {
            called.push('\'');
        }
        called
    }

    /// The n-th time belongs to the n-th place.
    fn track(&mut self, track: &Element, called: &str) {
        let datum = datum_of(track);
        let whens: Vec<&Element> = track.all("when").collect();
        let coords: Vec<&Element> = track.all("coord").collect();
        if whens.len() != coords.len() {
            let span = self.map.span(&track.at);
            self.is_damaged = true;
            let message = format!(
                "{} times and {} places stand in the track {called:?}: where one of them is missing cannot be told, the first belong together",
                whens.len(),
                coords.len()
            );
            self.sink.diagnostic(Diagnostic::damage("kml-track/times", Origin::Bytes(span.into()), message));
        }
        for (number, coord) in coords.iter().enumerate() {
            let when = whens.get(number);
            let spans: Vec<Span> =
                when.iter().map(|when| &when.at).chain([&coord.at]).map(|at| self.map.span(at)).collect();
            let Some(at) = ordered(&spans) else { continue };
            let when = when.map(|when| when.trimmed());
            self.point(&Point { lon_lat_height: coord.trimmed(), when, at }, called, datum);
        }
    }

    fn line(&mut self, line: &Element, called: &str) {
        let datum = datum_of(line);
        let Some(coordinates) = line.child("coordinates") else { return };
        let from = coordinates.text_at.start;
        let words: &'t str = self.text.get(coordinates.text_at.clone()).unwrap_or_default();
        for tuple in words.split_ascii_whitespace() {
            let start = from + (tuple.as_ptr() as usize).saturating_sub(words.as_ptr() as usize);
            let at = self.map.span(&(start..start + tuple.len())).into();
            self.point(&Point { lon_lat_height: tuple, when: None, at }, called, datum);
        }
    }

    fn point(&mut self, point: &Point<'_>, called: &str, datum: Option<Datum>) {
        let parts = point.lon_lat_height.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty());
        let numbers: Vec<Option<f64>> =
            parts.map(|part| Decimal::parse(part.as_bytes(), false).map(|number| number.value())).collect();
        let (Some(Some(lon)), Some(Some(lat))) = (numbers.first(), numbers.get(1)) else {
            self.is_damaged = true;
            for span in point.at.spans() {
                self.sink.claim(&span.into(), Class::Damaged, "a broken place");
            }
            let message = format!("the place at {} is no longitude and latitude; it is lost", point.at.offset());
            let at = Origin::Bytes(point.at.clone());
            return self.sink.diagnostic(Diagnostic::loss("kml-track/point", at, message).losing(1));
        };
        let Some(mut cells) = Cells::of(self.tables, "point") else { return };
        cells.value("latitude", Value::F64(*lat));
        cells.value("longitude", Value::F64(*lon));
        let height = numbers.get(2).copied().flatten();
        match datum {
            Some(Datum::Sea) => cells.number("height_amsl", height),
            Some(Datum::Ground) => cells.number("height_ground", height),
            None => {}
        }
        if let Some(civil) = point.when.and_then(|when| self.reader.moment(when.as_bytes())) {
            match civil.utc_ns() {
                Some(utc) => cells.value("utc", Value::Signed(utc)),
                None => cells.value("local", Value::Signed(civil.ns)),
            }
        }
        cells.words("track", Some(called.to_owned()));
        cells.emit(&point.at, self.sink);
    }

    fn finish(self) -> Decoded {
        let note = |sink: &mut dyn Sink, text: String| sink.fact(Fact::Note { text, at: Origin::Item });
        if self.lines > 0 {
            note(self.sink, "lines have no times: whether they were flown or drawn the file does not say".to_owned());
        }
        if self.areas > 0 {
            note(self.sink, format!("{} areas, which are no track; sites go to --zones", self.areas));
        }
        self.sink.fact(Fact::Clock { clock: "file", at: Origin::Item });
        let completeness = if self.is_damaged { Completeness::Partial } else { Completeness::Whole };
        Decoded { version: None, completeness, key_need: None }
    }
}

/// What heights are measured from.
#[derive(Clone, Copy)]
enum Datum {
    Sea,
    Ground,
}

/// What the heights of a geometry are measured from, as OGC 07-147r2 says; `None` where they do not count.
fn datum_of(geometry: &Element) -> Option<Datum> {
    match geometry.words("altitudeMode") {
        Some("absolute") => Some(Datum::Sea),
        Some("relativeToGround") => Some(Datum::Ground),
        _ => None,
    }
}

fn ordered(spans: &[Span]) -> Option<Extent> {
    let mut spans = spans.to_vec();
    spans.sort_unstable();
    Extent::of(&spans)
}
