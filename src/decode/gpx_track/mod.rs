//! GPX as evidence: tracks that somebody recorded or exported, routes that somebody planned. Each point is a record with its own
//! place in the file; the `gpx` crate hands points out without it and gives a damaged file up, so the XML is walked here.
//!
//! ```text
//! <gpx version creator> <wpt lat lon/> <rte><rtept/></rte> <trk><name/><trkseg><trkpt lat lon><ele/><time/>...</trkpt></trkseg></trk>
//! ```

use std::borrow::Cow;
use std::collections::HashSet;

use super::cells::Cells;
use super::document::Document;
use super::{Context, Decoded, Fact, Format, Probe, Score, Sink};
use crate::bytes::civil::Reader;
use crate::bytes::number::number;
use crate::bytes::text::{Text, free_name, in_place};
use crate::bytes::xml::{self, Element, Met, Walk};
use crate::evidence::{Evidence, Origin, Span};
use crate::layout::Value;

pub static FORMAT: Format = Format {
    id: "gpx-track",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/gpx-track/format.toml"),
        include_str!("../../../formats/gpx-track/records.tsv"),
        include_str!("../../../formats/gpx-track/enums.tsv"),
        include_str!("../../../formats/gpx-track/channels.tsv"),
    ],
    keys: None,
};

/// As much of the start as the probe looks at.
const HEAD: u64 = 16 << 10;
/// Elements that only hold others, and where the walk goes on behind damage.
const WALK: Walk<'static> =
    Walk { holders: &["gpx", "trk", "trkseg", "rte"], resume: &["trkpt", "rtept", "wpt", "trk", "rte"] };
/// What this program calls itself in the GPX that it writes.
const OWN: &str = "overflown";

fn probe(evidence: &Evidence) -> Probe {
    let Ok(head) = evidence.read(Span { offset: 0, len: HEAD }) else { return Probe::NO };
    let text = Text::of(&head);
    let root = xml::root(&in_place(&text.bytes));
    match root.filter(|root| root.name == "gpx") {
        Some(_) => Probe { score: Score::Certain, why: Cow::Borrowed("XML whose outermost element is gpx") },
        None => Probe::NO,
    }
}

/// The track or route that is being read.
#[derive(Default)]
struct Current {
    name: String,
    /// `subject/estimate/role`, where this program wrote it.
    kind: Option<[String; 3]>,
    is_route: bool,
    segments: usize,
    /// What its rows are called, once there is one.
    called: Option<String>,
}

struct Walking<'t, 's> {
    document: Document<'t, 's>,
    is_own: bool,
    version: String,
    current: Option<Current>,
    names: HashSet<String>,
    tracks: usize,
    waypoints: usize,
    reader: Reader,
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let Some(bytes) = crate::decode::whole(evidence, context, "gpx-track/unread", sink) else {
        return Decoded::UNREADABLE;
    };
    let source = Text::of(&bytes);
    let text = in_place(&source.bytes);
    let mut walking = Walking {
        document: Document::new(&source, context.tables, sink),
        is_own: false,
        version: String::new(),
        current: None,
        names: HashSet::new(),
        tracks: 0,
        waypoints: 0,
        reader: Reader::default(),
    };
    xml::walk(&text, WALK, &mut |met| walking.met(met));
    walking.finish()
}

impl Walking<'_, '_> {
    fn met(&mut self, met: Met) {
        match met {
            Met::Open(element) => self.open(&element),
            Met::Close(name) => {
                if name == "trk" || name == "rte" {
                    self.current = None;
                }
            }
            Met::Whole(element) => self.whole(&element),
            Met::Markup(at) => self.document.known(&at, "markup"),
            Met::Damage(at, reason) => {
                self.document.broken_xml(&at, &reason, "gpx-track/xml");
                self.document.sink.gap();
            }
        }
    }

    fn open(&mut self, element: &Element) {
        match element.name.as_str() {
            "gpx" => {
                self.version = element.attribute("version").unwrap_or_default().to_owned();
                let creator = element.attribute("creator").unwrap_or_default();
                self.is_own = creator.starts_with(OWN);
                let creator = if creator.is_empty() { "a program that does not say" } else { creator };
                self.document.sink.fact(Fact::note(format!("written by {creator}")));
            }
            "trk" | "rte" => {
                self.tracks += 1;
                self.current = Some(Current { is_route: element.name == "rte", ..Current::default() });
            }
            _ => {
                let current = self.current.get_or_insert_default();
                current.segments += 1;
                // Receivers begin a segment where they lost the satellites or were switched off.
                if current.segments > 1 {
                    self.document.sink.restart();
                }
            }
        }
    }

    fn whole(&mut self, element: &Element) {
        match element.name.as_str() {
            "trkpt" | "rtept" => return self.point(element, "point"),
            "wpt" => {
                self.waypoints += 1;
                return self.point(element, "waypoint");
            }
            "name" => {
                if let Some(current) = &mut self.current {
                    current.name = element.trimmed().to_owned();
                }
            }
            "type" if self.is_own => {
                let mut parts = element.trimmed().split('/').map(str::to_owned);
                if let (Some(current), Some(a), Some(b), Some(c)) =
                    (&mut self.current, parts.next(), parts.next(), parts.next())
                {
                    current.kind = Some([a, b, c]);
                }
            }
            _ => {}
        }
        self.document.known(&element.at, "description");
    }

    /// What the rows of the track at hand are called: its name, which no other track of the file has.
    fn called(&mut self) -> (String, Option<[String; 3]>, bool) {
        let number = self.tracks;
        let current = self.current.get_or_insert_default();
        if current.called.is_none() {
            let word = if current.is_route { "route" } else { "track" };
            let name = if current.name.is_empty() { format!("{word} {number}") } else { current.name.clone() };
            current.called = Some(free_name(name, &mut self.names));
        }
        (current.called.clone().unwrap_or_default(), current.kind.clone(), current.is_route)
    }

    fn point(&mut self, element: &Element, record: &str) {
        let span = self.document.span(&element.at);
        let degrees = |name: &str| number(element.attribute(name)?.as_bytes());
        let Some((lat, lon)) = degrees("lat").zip(degrees("lon")) else {
            let message =
                format!("the point at {} has no latitude and longitude that are numbers; it is lost", span.offset);
            return self.document.lost(&span.into(), "a broken point", "gpx-track/point", message);
        };
        let Some(mut cells) = Cells::of(self.document.tables, record) else { return };
        cells.value("latitude", Value::F64(lat));
        cells.value("longitude", Value::F64(lon));
        let inner = |name: &str| number(element.words(name)?.as_bytes());
        let deep = |name: &str| number(element.find(name)?.trimmed().as_bytes());
        cells.number(if self.is_own { "height_amsl" } else { "height_unknown" }, inner("ele"));
        if let Some(civil) = element.words("time").and_then(|words| self.reader.moment(words.as_bytes())) {
            cells.moment(civil);
        }
        cells.words("name", element.words("name").map(str::to_owned));
        if record == "point" {
            cells.number("satellites", inner("sat"));
            cells.number("hdop", inner("hdop"));
            cells.number("course", inner("course").or_else(|| deep("course")));
            cells.number("speed", deep("speed").or_else(|| deep("speed_m_s")));
            if self.is_own {
                cells.number("height_takeoff", deep("height_takeoff_m"));
                cells.number("height_ellipsoid", deep("height_ellipsoid_m"));
                cells.number("height_ground", deep("height_ground_m"));
                cells.number("height_pressure", deep("height_pressure_m"));
                cells.number("height_unknown", deep("height_unknown_m"));
                cells.number("yaw", deep("yaw_deg"));
            }
            let (name, kind, is_route) = self.called();
            cells.words("track", Some(name));
            // A plan is never a part of the flight that stands beside it.
            cells.words("source", is_route.then(|| "route".to_owned()));
            match kind {
                Some([subject, estimate, role]) => {
                    cells.words("subject", Some(subject));
                    cells.words("estimate", Some(estimate));
                    cells.words("role", Some(role));
                }
                None if is_route => cells.words("role", Some("planned".to_owned())),
                None => {}
            }
        }
        cells.emit(&span.into(), self.document.sink);
    }

    fn finish(mut self) -> Decoded {
        let Document { sink, .. } = &mut self.document;
        if self.waypoints > 0 {
            sink.fact(Fact::note(format!(
                "{} way points, which are places and no track; `records --type waypoint` lists them",
                self.waypoints
            )));
        }
        if !self.is_own && self.tracks > 0 {
            sink.fact(Fact::note("the file does not say what its heights are measured from; routes count as planned"));
        }
        sink.fact(Fact::Clock { clock: "file", at: Origin::Item });
        let own = if self.is_own { ", written by overflown" } else { "" };
        self.document.decoded(Some(format!("{}{own}", self.version)))
    }
}
