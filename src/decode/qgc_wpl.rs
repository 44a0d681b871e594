//! Missions as lines (`.waypoints`, `.mission`): those of Mission Planner, of older QGroundControl and of Parrot.
//!
//! ```text
//! QGC WPL 110
//! seq  current  frame  command  p1  p2  p3  p4  latitude  longitude  height  autocontinue     separated by tabulators or blanks
//! ```

use std::borrow::Cow;

use super::cells::Cells;
use super::plan::{height_field, not_flown, record_of};
use super::{Class, Context, Decoded, Diagnostic, Format, Probe, Score, Sink};
use crate::bytes::number::number;
use crate::evidence::{Evidence, Origin, Span};
use crate::layout::{Tables, Value};

pub static FORMAT: Format = Format {
    id: "qgc-wpl",
    probe,
    decode,
    tables: [
        include_str!("../../formats/qgc-wpl/format.toml"),
        include_str!("../../formats/qgc-wpl/records.tsv"),
        include_str!("../../formats/qgc-wpl/enums.tsv"),
        include_str!("../../formats/qgc-wpl/channels.tsv"),
    ],
    keys: None,
};

const MARK: &[u8] = b"QGC WPL ";
const COLUMNS: usize = 12;
const WAYPOINT: i64 = 16;

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

fn probe(evidence: &Evidence) -> Probe {
    let Ok(head) = evidence.read(Span { offset: 0, len: 64 }) else { return Probe::NO };
    if without_mark(&head).starts_with(MARK) {
        return Probe { score: Score::Certain, why: Cow::Borrowed("its first line is QGC WPL with a version") };
    }
    Probe::NO
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let Some(bytes) = crate::decode::whole(evidence, context, "qgc-wpl/unread", sink) else {
        return Decoded::UNREADABLE;
    };
    let mut reading = Reading { tables: context.tables, sink, waypoints: 0, lost: 0 };
    let mut at = 0;
    let mut version = None;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let span = Span::new(at, line.len());
        at += line.len();
        if version.is_none() {
            let words = without_mark(line).get(MARK.len()..).unwrap_or_default();
            version = Some(String::from_utf8_lossy(words.trim_ascii()).into_owned());
            reading.sink.claim(&span.into(), Class::Known, "first line");
        } else if line.trim_ascii().is_empty() {
            reading.sink.claim(&span.into(), Class::Known, "blank line");
        } else if reading.line(line, span).is_none() {
            reading.lost += 1;
            reading.sink.claim(&span.into(), Class::Damaged, "a broken line");
            let message = format!("the line at {} is no item of a mission; it is lost", span.offset);
            reading.sink.diagnostic(Diagnostic::loss("qgc-wpl/line", Origin::Bytes(span.into()), message).losing(1));
        }
    }
    reading.sink.fact(not_flown(&format!("{} way points", reading.waypoints)));
    Decoded::read(version, reading.lost > 0)
}

struct Reading<'t, 's> {
    tables: &'t Tables,
    sink: &'s mut dyn Sink,
    waypoints: usize,
    lost: usize,
}

impl Reading<'_, '_> {
    fn line(&mut self, line: &[u8], span: Span) -> Option<()> {
        let words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let numbers: Option<Vec<f64>> = words.map(number).collect();
        let numbers = numbers.filter(|numbers| numbers.len() >= COLUMNS)?;
        let &[seq, current, frame, command, _, _, _, _, lat, lon, height, _] = numbers.first_chunk::<COLUMNS>()?;
        let (frame, command) = (frame as i64, command as i64);
        let has_place = lat.abs() > 1e-6 || lon.abs() > 1e-6;
        // Ground stations write the home as the first item, above the sea.
        let is_home = has_place && seq == 0.0 && frame == 0 && command == WAYPOINT;
        let record = if is_home { "home" } else { record_of(command, has_place) };
        let mut cells = Cells::of(self.tables, record)?;
        cells.value("number", Value::F64(seq));
        cells.value("current", Value::F64(current));
        cells.value("command", Value::Signed(command));
        cells.words("command_name", cells.name_of("command", command));
        cells.value("frame", Value::Signed(frame));
        if record != "command" {
            cells.value("latitude", Value::F64(lat));
            cells.value("longitude", Value::F64(lon));
            cells.value(height_field(frame), Value::F64(height));
        }
        let params: Vec<String> = numbers.iter().skip(4).take(7).map(f64::to_string).collect();
        cells.words("params", Some(params.join(" ")));
        cells.emit(&span.into(), self.sink);
        self.waypoints += usize::from(record == "waypoint");
        Some(())
    }
}
