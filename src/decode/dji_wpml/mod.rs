//! Flights planned with DJI's programs: way lines of WPML (Pilot 2, Fly, FlightHub 2) and KML of Pilot 1. Coordinates are longitude
//! first, reference points latitude first.
//!
//! ```text
//! <kml xmlns:wpml> <Document> createTime author <missionConfig> takeOffRefPoint droneInfo ...
//!   <Folder> templateId | waylineId, executeHeightMode | heightMode
//!     <Placemark> <Point><coordinates> index executeHeight | height waypointSpeed <actionGroup><action>...
//! ```

mod settings;
mod waypoint;

use std::borrow::Cow;
use std::ops::Range;

use super::{Class, Completeness, Context, Decoded, Diagnostic, Fact, Format, Probe, Score, Sink};
use crate::bytes::text::{Map, Text, in_place};
use crate::bytes::xml::{self, Element, Met, Walk};
use crate::evidence::{Evidence, Origin, Span};
use crate::layout::Tables;

pub static FORMAT: Format = Format {
    id: "dji-wpml",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/dji-wpml/format.toml"),
        include_str!("../../../formats/dji-wpml/records.tsv"),
        include_str!("../../../formats/dji-wpml/enums.tsv"),
        include_str!("../../../formats/dji-wpml/channels.tsv"),
    ],
    keys: None,
};

const HEAD: u64 = 64 << 10;
const WALK: Walk<'static> = Walk { holders: &["kml", "Document", "Folder"], resume: &["Placemark", "Folder"] };
const WPML: &str = "dji.com/wpmz/";

/// Which of DJI's ways to write a plan.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Wpml,
    Pilot1,
}

/// The dialect and the version of it, by the start of the text.
fn dialect(text: &str) -> Option<(Dialect, String)> {
    let root = xml::root(text).filter(|root| root.name == "kml")?;
    let wpml = root.attributes.iter().find_map(|a| a.value.split_once(WPML).map(|(_, version)| version.to_owned()));
    match wpml {
        Some(version) => Some((Dialect::Wpml, version)),
        None if text.contains("<mis:") || text.contains("xmlns:mis=") => Some((Dialect::Pilot1, "Pilot 1".to_owned())),
        None => None,
    }
}

fn probe(evidence: &Evidence) -> Probe {
    let Ok(head) = evidence.read(Span { offset: 0, len: HEAD }) else { return Probe::NO };
    if !head.iter().take(64).any(|byte| *byte == b'<') {
        return Probe::NO;
    }
    let source = Text::of(&head);
    let why = match dialect(&in_place(&source.bytes)) {
        Some((Dialect::Wpml, _)) => "KML that names a namespace of wpmz",
        Some((Dialect::Pilot1, _)) => "KML with elements of DJI Pilot 1",
        None => return Probe::NO,
    };
    Probe { score: Score::Certain, why: Cow::Borrowed(why) }
}

struct Walking<'t, 's> {
    map: Map<'t>,
    tables: &'t Tables,
    sink: &'s mut dyn Sink,
    dialect: Dialect,
    folders: usize,
    waypoints: usize,
    areas: usize,
    /// Is it what the aircraft is to execute?
    executes: bool,
    /// Of the folder at hand: name of its track, what its heights are measured from, and its height for all.
    track: String,
    height_field: &'static str,
    global_height: Option<f64>,
    is_damaged: bool,
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let Some(bytes) = crate::decode::whole(evidence, context, "dji-wpml/unread", sink) else {
        return Decoded::UNREADABLE;
    };
    let source = Text::of(&bytes);
    let text = in_place(&source.bytes);
    if source.base > 0 {
        sink.claim(&Span::new(0, source.base).into(), Class::Known, "byte order mark");
    }
    let (dialect, version) = dialect(&text).unwrap_or((Dialect::Wpml, String::new()));
    let mut walking = Walking {
        map: Map::new(&source),
        tables: context.tables,
        sink,
        dialect,
        folders: 0,
        waypoints: 0,
        areas: 0,
        executes: false,
        track: "way line".to_owned(),
        height_field: "height_unknown",
        global_height: None,
        is_damaged: false,
    };
    xml::walk(&text, WALK, &mut |met| walking.met(met));
    walking.finish(version)
}

impl Walking<'_, '_> {
    fn met(&mut self, met: Met) {
        match met {
            Met::Open(element) if element.name == "Folder" => {
                self.folders += 1;
                self.track = format!("way line {}", self.folders);
                self.height_field = "height_unknown";
                self.global_height = None;
            }
            Met::Whole(element) if element.name == "Placemark" => self.placemark(&element),
            Met::Whole(element) => self.setting(&element),
            Met::Markup(at) => self.known(&at, "markup"),
            Met::Damage(at, reason) => {
                let span = self.map.span(&at);
                self.is_damaged = true;
                self.sink.claim(&span.into(), Class::Damaged, "broken XML");
                let message = format!("{} bytes at {} cannot be read: {reason}", span.len, span.offset);
                self.sink.diagnostic(Diagnostic::damage("dji-wpml/xml", Origin::Bytes(span.into()), message));
            }
            Met::Open(_) | Met::Close(_) => {}
        }
    }

    fn known(&mut self, at: &Range<usize>, what: &'static str) {
        self.sink.claim(&self.map.span(at).into(), Class::Known, what);
    }

    fn note(&mut self, text: String, element: &Element) {
        let at = Origin::Bytes(self.map.span(&element.at).into());
        self.sink.fact(Fact::Note { text, at });
    }

    fn finish(self, version: String) -> Decoded {
        let what = match (self.dialect, self.executes) {
            (Dialect::Pilot1, _) => "",
            (Dialect::Wpml, true) => ", what the aircraft is to execute",
            (Dialect::Wpml, false) => ", as it was drawn",
        };
        let text = format!(
            "a plan: {} way points, {} areas; nothing of it was flown by what this file says",
            self.waypoints, self.areas
        );
        self.sink.fact(Fact::Note { text, at: Origin::Item });
        let completeness = if self.is_damaged { Completeness::Partial } else { Completeness::Whole };
        Decoded { version: Some(format!("{version}{what}")), completeness, key_need: None }
    }
}
