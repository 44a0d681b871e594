//! A list of flight records: names in quotes, each with a comma behind, no brackets.

use std::borrow::Cow;

use super::super::structure::emit_values;
use super::super::{Class, Diagnostic, Event, EventKind, Fact, Moment, Part, Sink};
use crate::bytes::civil::Reader;
use crate::evidence::{Extent, Origin, Span};
use crate::layout::{Tables, Value};

/// Names of flight records begin so, by the app that wrote them.
const STARTS: [&str; 2] = ["DJIFlightRecord_", "FlightRecord_"];

/// What was read of a list: a name with its place, or bytes that are none.
enum Piece<'a> {
    Name(&'a str, Span),
    Framing(Span),
    Other(Span),
}

/// The name in quotes that begins here, and the bytes that it takes with the comma behind it.
fn name(bytes: &[u8]) -> Option<(&str, usize)> {
    let inner = bytes.strip_prefix(b"\"")?;
    let end = memchr::memchr(b'"', inner)?;
    let name = std::str::from_utf8(inner.get(..end)?).ok()?;
    let is_record = STARTS.iter().any(|start| name.starts_with(start)) && !name.contains(char::is_control);
    let comma = usize::from(inner.get(end + 1) == Some(&b','));
    is_record.then_some((name, end + 2 + comma))
}

fn pieces(bytes: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        let start = at;
        let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if blank > 0 {
            at += blank;
            return Some(Piece::Framing(Span::new(start, blank)));
        }
        if let Some((name, len)) = name(rest) {
            at += len;
            return Some(Piece::Name(name, Span::new(start, len)));
        }
        let next = memchr::memchr_iter(b'"', rest).skip_while(|next| *next == 0);
        let len = next.into_iter().find(|next| rest.get(*next..).is_some_and(|r| name(r).is_some()));
        let len = len.unwrap_or(rest.len());
        at += len;
        Some(Piece::Other(Span::new(start, len)))
    })
}

/// The names of a list; none when it holds anything else at its start.
pub fn names(bytes: &[u8]) -> impl Iterator<Item = &str> {
    let is_list = name(bytes.trim_ascii_start()).is_some();
    pieces(bytes).filter(move |_| is_list).filter_map(|piece| match piece {
        Piece::Name(name, _) => Some(name),
        _ => None,
    })
}

pub fn emit(bytes: &[u8], tables: &Tables, sink: &mut dyn Sink) {
    let mut listed = 0_u64;
    for piece in pieces(bytes) {
        match piece {
            Piece::Framing(at) => sink.claim(&at.into(), Class::Known, "blank"),
            Piece::Other(at) => {
                sink.claim(&at.into(), Class::Damaged, "no name in quotes");
                let message = format!("{} bytes at offset {} are no name of a flight record", at.len, at.offset);
                sink.diagnostic(Diagnostic::loss("app-session/list", Origin::Bytes(at.into()), message).losing(1));
            }
            Piece::Name(name, at) => {
                listed += 1;
                one(name, at.into(), tables, sink);
            }
        }
    }
    let text = format!("flight records listed here, whether or not they are still there: {listed}");
    sink.fact(Fact::Note { text, at: Origin::Item });
}

fn one(name: &str, at: Extent, tables: &Tables, sink: &mut dyn Sink) {
    let origin = || Origin::Bytes(at.clone());
    let local_ns = local(name);
    if let Some(layout) = tables.structure("listed", 0) {
        let values = [Value::Text(Cow::Borrowed(name)), local_ns.map_or(Value::Absent, Value::Signed)];
        emit_values(sink, layout, &at, &values);
    }
    sink.fact(Fact::Listed { name: name.to_owned(), at: origin() });
    if let Some(local_ns) = local_ns {
        let event = Event::new(EventKind::Message, Part::App, format!("flight record {name} is listed"), origin());
        sink.event(event.when(Moment::Local(local_ns)));
    }
}

/// The start of the flight by the phone's clock: `..._2018-04-19_[13-31-10].txt`.
fn local(name: &str) -> Option<i64> {
    let (_, rest) = name.split_once("Record_")?;
    let (date, rest) = (rest.get(..10)?, rest.get(10..)?);
    let time = rest.strip_prefix("_[")?.get(..8)?.replace('-', ":");
    Some(Reader::default().joined(date.as_bytes(), time.as_bytes())?.ns)
}
