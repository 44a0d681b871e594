//! Missions of QGroundControl (`.plan`): way points, areas that are to be covered, the home that was assumed, fences and rally points.
//!
//! ```text
//! {"fileType": "Plan", "version": 1,
//!  "mission": {"version": 2, "plannedHomePosition": [lat, lon, height], "items": [
//!    {"type": "SimpleItem", "command": 16, "frame": 3, "params": [.., .., .., .., lat, lon, height]},
//!    {"type": "ComplexItem", "TransectStyleComplexItem": {"Items": [...], "VisualTransectPoints": [[lat, lon], ...]}}]},
//!  "geoFence": {"circles": [], "polygons": []}, "rallyPoints": {"points": [[lat, lon, height]]}}
//! ```

mod item;
mod surroundings;

use std::borrow::Cow;

use super::{Class, Completeness, Context, Decoded, Diagnostic, Fact, Format, Probe, Score, Sink};
use crate::bytes::json::{self, Node};
use crate::bytes::text::{Map, Text, in_place};
use crate::evidence::{Evidence, Origin, Span};
use crate::layout::Tables;

pub static FORMAT: Format = Format {
    id: "qgc-plan",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/qgc-plan/format.toml"),
        include_str!("../../../formats/qgc-plan/records.tsv"),
        include_str!("../../../formats/qgc-plan/enums.tsv"),
        include_str!("../../../formats/qgc-plan/channels.tsv"),
    ],
    keys: None,
};

/// The name may stand behind a long mission.
const HEAD: u64 = 1 << 20;
/// The longest plan that is read: every value of it is in memory at once. Real ones have some kilobytes.
const LONGEST: u64 = 64 << 20;
/// Versions whose layout is known: of the file, and of its mission.
const FILE_VERSION: f64 = 1.0;
const MISSION_VERSION: f64 = 2.0;

fn probe(evidence: &Evidence) -> Probe {
    let Ok(head) = evidence.read(Span { offset: 0, len: HEAD }) else { return Probe::NO };
    if !head.iter().take(64).any(|byte| *byte == b'{') {
        return Probe::NO;
    }
    let source = Text::of(&head);
    let text = in_place(&source.bytes);
    if !text.trim_start().starts_with('{') {
        return Probe::NO;
    }
    if says_plan(text.as_bytes()) {
        return Probe { score: Score::Certain, why: Cow::Borrowed("JSON whose fileType is Plan") };
    }
    Probe::NO
}

/// `"fileType": "Plan"`, wherever it stands.
fn says_plan(text: &[u8]) -> bool {
    const NAME: &[u8] = b"\"fileType\"";
    memchr::memmem::find_iter(text, NAME).any(|at| {
        let behind = text.get(at + NAME.len()..).unwrap_or_default().trim_ascii_start();
        let value = behind.strip_prefix(b":").map(<[u8]>::trim_ascii_start);
        value.is_some_and(|value| value.starts_with(b"\"Plan\""))
    })
}

struct Plan<'t, 's> {
    map: Map<'t>,
    tables: &'t Tables,
    sink: &'s mut dyn Sink,
    waypoints: usize,
    areas: usize,
    is_damaged: bool,
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let unreadable = Decoded { version: None, completeness: Completeness::Unreadable, key_need: None };
    let limits = crate::evidence::Limits { whole: context.limits.whole.min(LONGEST), ..*context.limits };
    let bytes = match evidence.whole(&limits) {
        Ok(bytes) => bytes,
        Err(error) => {
            sink.diagnostic(Diagnostic::loss("qgc-plan/unread", Origin::Item, format!("not decoded: {error}")));
            return unreadable;
        }
    };
    let source = Text::of(&bytes);
    let text = in_place(&source.bytes);
    let (root, broken) = json::parse(&text);
    let map = Map::new(&source);
    let end = broken.as_ref().map_or(text.len(), |broken| broken.at);
    sink.claim(&Span::new(0, source.base).into(), Class::Known, "byte order mark");
    sink.claim(&map.span(&(0..end)).into(), Class::Known, "JSON");
    let mut plan = Plan { map, tables: context.tables, sink, waypoints: 0, areas: 0, is_damaged: false };
    if let Some(broken) = broken {
        let span = plan.map.span(&(broken.at..text.len()));
        let message = format!("the JSON breaks at {}: {}; what stands before is read", span.offset, broken.reason);
        plan.damaged(span, message);
    }
    let Some(root) = root else { return unreadable };
    plan.read(&root)
}

impl Plan<'_, '_> {
    fn damaged(&mut self, span: Span, message: String) {
        self.is_damaged = true;
        self.sink.claim(&span.into(), Class::Damaged, "broken JSON");
        self.sink.diagnostic(Diagnostic::damage("qgc-plan/json", Origin::Bytes(span.into()), message));
    }

    fn origin(&self, node: &Node) -> Origin {
        Origin::Bytes(self.map.span(&node.at).into())
    }

    /// A version that is not the known one: QGroundControl itself refuses such a file.
    fn check_version(&mut self, node: Option<&Node>, known: &[f64], what: &str) {
        let Some(node) = node else { return };
        let stated = node.number().unwrap_or(f64::NAN);
        if !known.contains(&stated) {
            let known: Vec<String> = known.iter().map(f64::to_string).collect();
            let message = format!(
                "{what} has version {stated}, known is {}: it is read as if it were that; QGroundControl refuses it",
                known.join(" or ")
            );
            let at = self.origin(node);
            self.sink.diagnostic(Diagnostic::note("qgc-plan/version", at, message));
        }
    }

    fn read(mut self, root: &Node) -> Decoded {
        self.check_version(root.get("version"), &[FILE_VERSION], "the file");
        if let Some(station) = root.get("groundStation").and_then(Node::text) {
            let text = format!("written by {station}");
            self.sink.fact(Fact::Note { text, at: Origin::Item });
        }
        if let Some(mission) = root.get("mission") {
            self.check_version(mission.get("version"), &[MISSION_VERSION], "the mission");
            self.home(mission);
            for item in mission.get("items").map(Node::list).unwrap_or_default() {
                self.item(item);
            }
        }
        self.fences(root);
        let text = format!(
            "a plan: {} way points, {} areas; nothing of it was flown by what this file says",
            self.waypoints, self.areas
        );
        self.sink.fact(Fact::Note { text, at: Origin::Item });
        let version = root.get("version").and_then(Node::number).map(|version| version.to_string());
        let completeness = if self.is_damaged { Completeness::Partial } else { Completeness::Whole };
        Decoded { version, completeness, key_need: None }
    }
}
