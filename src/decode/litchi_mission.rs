//! Missions of Litchi as CSV: a way point a row, with its actions and the target that the camera looks at.
//!
//! ```text
//! latitude,longitude,altitude(m),heading(deg),curvesize(m),rotationdir,gimbalmode,gimbalpitchangle,actiontype1,actionparam1,...,
//! altitudemode,speed(m/s),poi_latitude,poi_longitude,poi_altitude(m),poi_altitudemode,photo_timeinterval,photo_distinterval
//! ```

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::cells::Cells;
use super::{Class, Context, Decoded, Diagnostic, Fact, Format, Probe, Score, Sink, plan};
use crate::bytes::number;
use crate::bytes::text::in_place;
use crate::evidence::{Evidence, Origin, Span};
use crate::layout::{Tables, Value};

pub static FORMAT: Format = Format {
    id: "litchi-mission",
    probe,
    decode,
    tables: [
        include_str!("../../formats/litchi-mission/format.toml"),
        include_str!("../../formats/litchi-mission/records.tsv"),
        include_str!("../../formats/litchi-mission/enums.tsv"),
        include_str!("../../formats/litchi-mission/channels.tsv"),
    ],
    keys: None,
};

const FOOT_M: f64 = 0.3048;
/// The most actions of a way point.
const ACTIONS: usize = 15;
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Where the columns stand, by their names without units.
struct Head {
    names: Vec<String>,
    /// Metres of a unit of heights.
    unit: f64,
}

impl Head {
    /// `None` for a line that is no head of a mission.
    fn of(line: &str) -> Option<Self> {
        let lower = line.trim_start_matches(BYTE_ORDER_MARK).trim().to_lowercase();
        let bare = |name: &str| name.split('(').next().unwrap_or_default().trim().trim_matches('"').to_owned();
        let names: Vec<String> = lower.split(',').map(bare).collect();
        let signs = ["latitude", "longitude", "altitude", "rotationdir", "gimbalmode", "gimbalpitchangle"];
        let unit = if lower.contains("altitude(ft)") { FOOT_M } else { 1.0 };
        signs.iter().all(|sign| names.iter().any(|name| name == sign)).then_some(Head { names, unit })
    }
}

fn probe(evidence: &Evidence) -> Probe {
    let Ok(head) = evidence.read(Span { offset: 0, len: 8 << 10 }) else { return Probe::NO };
    let text = in_place(&head);
    match text.lines().next().and_then(Head::of) {
        Some(_) => Probe { score: Score::Certain, why: Cow::Borrowed("a table with the head of a Litchi mission") },
        None => Probe::NO,
    }
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let Some(bytes) = crate::decode::whole(evidence, context, "litchi-mission/unread", sink) else {
        return Decoded::UNREADABLE;
    };
    let text = in_place(&bytes);
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    let Some(head) = Head::of(first) else { return Decoded::UNREADABLE };
    sink.claim(&Span::new(0, first.len()).into(), Class::Known, "head");
    let mut reading = Reading { head, tables: context.tables, sink, waypoints: 0, lost: 0, targets: BTreeSet::new() };
    let mut at = first.len();
    for line in lines {
        let span = Span::new(at, line.len());
        at += line.len();
        if line.trim().is_empty() {
            reading.sink.claim(&span.into(), Class::Known, "blank line");
        } else if reading.line(line, span).is_none() {
            reading.lost += 1;
            reading.sink.claim(&span.into(), Class::Damaged, "a broken row");
            let message = format!("the row at {} has no latitude and longitude; it is lost", span.offset);
            let diagnostic = Diagnostic::loss("litchi-mission/row", Origin::Bytes(span.into()), message);
            reading.sink.diagnostic(diagnostic.losing(1));
        }
    }
    let counts = format!("{} way points, {} targets", reading.waypoints, reading.targets.len());
    reading.sink.fact(plan::not_flown(&counts));
    Decoded::read(None, reading.lost > 0)
}

struct Reading<'t, 's> {
    head: Head,
    tables: &'t Tables,
    sink: &'s mut dyn Sink,
    waypoints: usize,
    lost: usize,
    /// Words of the targets that were told.
    targets: BTreeSet<String>,
}

impl Reading<'_, '_> {
    fn line(&mut self, line: &str, span: Span) -> Option<()> {
        let words: Vec<&str> = line.trim().split(',').map(|word| word.trim().trim_matches('"')).collect();
        let number = |name: &str| {
            let at = self.head.names.iter().position(|known| known == name)?;
            number::number(words.get(at)?.as_bytes())
        };
        let (lat, lon) = number("latitude").zip(number("longitude"))?;
        let mut cells = Cells::of(self.tables, "waypoint")?;
        cells.value("number", Value::Unsigned(self.waypoints as u64));
        cells.value("latitude", Value::F64(lat));
        cells.value("longitude", Value::F64(lon));
        let unit = self.head.unit;
        let metres = |name: &str| number(name).map(|height| height * unit);
        let above_ground = |name: &str| number(name) == Some(1.0);
        cells.number(if above_ground("altitudemode") { "height_ground" } else { "height_takeoff" }, metres("altitude"));
        cells.number("heading", number("heading"));
        cells.number("speed", number("speed").filter(|speed| *speed > 0.0));
        cells.number("gimbal_pitch", number("gimbalpitchangle"));
        cells.number("curve", metres("curvesize"));
        cells.emit(&span.into(), self.sink);
        for action in 1..=ACTIONS {
            let Some(kind) = number(&format!("actiontype{action}")).filter(|kind| *kind >= 0.0) else { continue };
            let mut cells = Cells::of(self.tables, "action")?;
            cells.value("waypoint", Value::Unsigned(self.waypoints as u64));
            cells.value("action", Value::Unsigned(kind as u64));
            cells.words("action_name", cells.name_of("action", kind as i64));
            cells.number("parameter", number(&format!("actionparam{action}")));
            cells.emit(&span.into(), self.sink);
        }
        let target = number("poi_latitude").zip(number("poi_longitude"));
        if let Some((lat, lon)) = target.filter(|(lat, lon)| lat.abs() > 1e-6 || lon.abs() > 1e-6)
            && self.targets.insert(format!("{lat} {lon}"))
        {
            let mut cells = Cells::of(self.tables, "target")?;
            cells.value("latitude", Value::F64(lat));
            cells.value("longitude", Value::F64(lon));
            let field = if above_ground("poi_altitudemode") { "height_ground" } else { "height_takeoff" };
            cells.number(field, metres("poi_altitude"));
            cells.emit(&span.into(), self.sink);
            let text = format!("a target that the camera is to look at: {lat}, {lon}");
            self.sink.fact(Fact::Note { text, at: Origin::Bytes(span.into()) });
        }
        self.waypoints += 1;
        Some(())
    }
}
