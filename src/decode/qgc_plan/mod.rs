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

use super::document::Document;
use super::{Context, Decoded, Diagnostic, Fact, Format, Probe, Score, Sink, plan};
use crate::bytes::json::{self, Node};
use crate::bytes::text::{Text, in_place};
use crate::evidence::{Evidence, Limits, Origin, Span};

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
    document: Document<'t, 's>,
    waypoints: usize,
    areas: usize,
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let limits = Limits { whole: context.limits.whole.min(LONGEST), ..*context.limits };
    let context = &Context { limits: &limits, ..*context };
    let Some(bytes) = crate::decode::whole(evidence, context, "qgc-plan/unread", sink) else {
        return Decoded::UNREADABLE;
    };
    let source = Text::of(&bytes);
    let text = in_place(&source.bytes);
    let (root, broken) = json::parse(&text);
    let mut document = Document::new(&source, context.tables, sink);
    let end = broken.as_ref().map_or(text.len(), |broken| broken.at);
    document.known(&(0..end), "JSON");
    if let Some(broken) = broken {
        let span = document.span(&(broken.at..text.len()));
        let message = format!("the JSON breaks at {}: {}; what stands before is read", span.offset, broken.reason);
        let diagnostic = Diagnostic::damage("qgc-plan/json", Origin::Bytes(span.into()), message);
        document.broken(&span.into(), "broken JSON", diagnostic);
    }
    let Some(root) = root else { return Decoded::UNREADABLE };
    Plan { document, waypoints: 0, areas: 0 }.read(&root)
}

impl Plan<'_, '_> {
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
            let at = self.document.origin(&node.at);
            self.document.sink.diagnostic(Diagnostic::note("qgc-plan/version", at, message));
        }
    }

    fn read(mut self, root: &Node) -> Decoded {
        self.check_version(root.get("version"), &[FILE_VERSION], "the file");
        if let Some(station) = root.get("groundStation").and_then(Node::text) {
            self.document.sink.fact(Fact::note(format!("written by {station}")));
        }
        if let Some(mission) = root.get("mission") {
            self.check_version(mission.get("version"), &[MISSION_VERSION], "the mission");
            self.home(mission);
            for item in mission.get("items").map(Node::list).unwrap_or_default() {
                self.item(item);
            }
        }
        self.fences(root);
        let counts = format!("{} way points, {} areas", self.waypoints, self.areas);
        self.document.sink.fact(plan::not_flown(&counts));
        self.document.decoded(root.get("version").and_then(Node::number).map(|version| version.to_string()))
    }
}
