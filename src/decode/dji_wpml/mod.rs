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

use super::document::Document;
use super::{Context, Decoded, Fact, Format, Probe, Score, Sink, plan};
use crate::bytes::text::{Text, in_place};
use crate::bytes::xml::{self, Element, Met, Walk};
use crate::evidence::{Evidence, Span};

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
    document: Document<'t, 's>,
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
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let Some(bytes) = crate::decode::whole(evidence, context, "dji-wpml/unread", sink) else {
        return Decoded::UNREADABLE;
    };
    let source = Text::of(&bytes);
    let text = in_place(&source.bytes);
    let (dialect, version) = dialect(&text).unwrap_or((Dialect::Wpml, String::new()));
    let mut walking = Walking {
        document: Document::new(&source, context.tables, sink),
        dialect,
        folders: 0,
        waypoints: 0,
        areas: 0,
        executes: false,
        track: "way line".to_owned(),
        height_field: "height_unknown",
        global_height: None,
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
            Met::Markup(at) => self.document.known(&at, "markup"),
            Met::Damage(at, reason) => self.document.broken_xml(&at, &reason, "dji-wpml/xml"),
            Met::Open(_) | Met::Close(_) => {}
        }
    }

    fn note(&mut self, text: String, element: &Element) {
        let at = self.document.origin(&element.at);
        self.document.sink.fact(Fact::Note { text, at });
    }

    fn finish(self, version: String) -> Decoded {
        let what = match (self.dialect, self.executes) {
            (Dialect::Pilot1, _) => "",
            (Dialect::Wpml, true) => ", what the aircraft is to execute",
            (Dialect::Wpml, false) => ", as it was drawn",
        };
        let counts = format!("{} way points, {} areas", self.waypoints, self.areas);
        self.document.sink.fact(plan::not_flown(&counts));
        self.document.decoded(Some(format!("{version}{what}")))
    }
}
