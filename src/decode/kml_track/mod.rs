//! KML as evidence: tracks with times (`gx:Track`), lines, and points with times. Areas are sites and go to the zones; plans of
//! DJI are read by their own decoder.
//!
//! ```text
//! <Placemark> <gx:Track> <when/>... <gx:coord>lon lat height</gx:coord>... | <LineString> <coordinates>lon,lat,height ...
//!             <TimeStamp><when/></TimeStamp> <Point> <coordinates/>
//! ```

use std::borrow::Cow;
use std::collections::HashSet;

use super::cells::Cells;
use super::document::Document;
use super::{Context, Decoded, Diagnostic, Fact, Format, Probe, Score, Sink};
use crate::bytes::civil::Reader;
use crate::bytes::number::number;
use crate::bytes::text::{Text, free_name, in_place};
use crate::bytes::xml::{self, Element, Met, Walk};
use crate::evidence::{Evidence, Extent, Origin, Span};
use crate::layout::Value;

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
    document: Document<'t, 's>,
    text: &'t str,
    names: HashSet<String>,
    placemarks: usize,
    lines: usize,
    areas: usize,
    reader: Reader,
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let Some(bytes) = crate::decode::whole(evidence, context, "kml-track/unread", sink) else {
        return Decoded::UNREADABLE;
    };
    let source = Text::of(&bytes);
    let text = in_place(&source.bytes);
    let mut walking = Walking {
        document: Document::new(&source, context.tables, sink),
        text: &text,
        names: HashSet::new(),
        placemarks: 0,
        lines: 0,
        areas: 0,
        reader: Reader::default(),
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
            Met::Whole(element) => self.document.known(&element.at, "description"),
            Met::Markup(at) => self.document.known(&at, "markup"),
            Met::Damage(at, reason) => self.document.broken_xml(&at, &reason, "kml-track/xml"),
            Met::Open(_) | Met::Close(_) => {}
        }
    }

    fn placemark(&mut self, element: &Element) {
        self.placemarks += 1;
        self.document.known(&element.at, "placemark");
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
                    let spans = [&when.at, &coordinates.at].map(|at| self.document.span(at));
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
        let called = if name.is_empty() { format!("{word} {}", self.placemarks) } else { name.to_owned() };
        free_name(called, &mut self.names)
    }

    /// The n-th time belongs to the n-th place.
    fn track(&mut self, track: &Element, called: &str) {
        let datum = datum_of(track);
        let whens: Vec<&Element> = track.all("when").collect();
        let coords: Vec<&Element> = track.all("coord").collect();
        if whens.len() != coords.len() {
            let at = self.document.origin(&track.at);
            let message = format!(
                "{} times and {} places stand in the track {called:?}: where one of them is missing cannot be told, the first belong together",
                whens.len(),
                coords.len()
            );
            self.document.is_damaged = true;
            self.document.sink.diagnostic(Diagnostic::damage("kml-track/times", at, message));
        }
        for (number, coord) in coords.iter().enumerate() {
            let when = whens.get(number);
            let spans: Vec<Span> =
                when.iter().map(|when| &when.at).chain([&coord.at]).map(|at| self.document.span(at)).collect();
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
            let at = self.document.span(&(start..start + tuple.len())).into();
            self.point(&Point { lon_lat_height: tuple, when: None, at }, called, datum);
        }
    }

    fn point(&mut self, point: &Point<'_>, called: &str, datum: Option<Datum>) {
        let parts = point.lon_lat_height.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty());
        let numbers: Vec<Option<f64>> = parts.map(|part| number(part.as_bytes())).collect();
        let (Some(Some(lon)), Some(Some(lat))) = (numbers.first(), numbers.get(1)) else {
            let message = format!("the place at {} is no longitude and latitude; it is lost", point.at.offset());
            return self.document.lost(&point.at, "a broken place", "kml-track/point", message);
        };
        let Some(mut cells) = Cells::of(self.document.tables, "point") else { return };
        cells.value("latitude", Value::F64(*lat));
        cells.value("longitude", Value::F64(*lon));
        let height = numbers.get(2).copied().flatten();
        match datum {
            Some(Datum::Sea) => cells.number("height_amsl", height),
            Some(Datum::Ground) => cells.number("height_ground", height),
            None => {}
        }
        if let Some(civil) = point.when.and_then(|when| self.reader.moment(when.as_bytes())) {
            cells.moment(civil);
        }
        cells.words("track", Some(called.to_owned()));
        cells.emit(&point.at, self.document.sink);
    }

    fn finish(mut self) -> Decoded {
        let Document { sink, .. } = &mut self.document;
        if self.lines > 0 {
            sink.fact(Fact::note("lines have no times: whether they were flown or drawn the file does not say"));
        }
        if self.areas > 0 {
            sink.fact(Fact::note(format!("{} areas, which are no track; sites go to --zones", self.areas)));
        }
        sink.fact(Fact::Clock { clock: "file", at: Origin::Item });
        self.document.decoded(None)
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
