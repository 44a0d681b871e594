//! The two objects of the usage statistics.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use super::super::structure::emit_values;
use super::super::{Event, EventKind, Fact, Moment, Part, Sink};
use crate::evidence::{Extent, Origin, Span};
use crate::layout::{Tables, Value};

/// Seconds since 1970 of 2009 and 2100: before there were such apps, and no longer a time.
const PLAUSIBLE_S: std::ops::Range<i64> = 1_230_768_000..4_102_444_800;

#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// An id of the installation: `XZ` and a UUID.
    Anonymous { id: String },
    /// The app's last session.
    Session { suspended_s: i64, spent_s: i64, interruptions: Option<i64>, id: Option<String> },
}

impl State {
    /// Strict: these keys, of these types, and no others.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let object: Map<String, Json> = serde_json::from_slice(bytes).ok()?;
        let known = ["lastSuspendTime", "numInterruptions", "sessionID", "secondsSpentInCurrentSession"];
        if let (1, Some(Json::String(id))) = (object.len(), object.get("anon_id")) {
            return Some(State::Anonymous { id: id.clone() });
        }
        if !object.keys().all(|key| known.contains(&key.as_str())) {
            return None;
        }
        let whole = |key: &str| {
            let number = object.get(key)?;
            number.as_i64().or_else(|| number.as_f64().filter(|v| v.abs() < 1e15).map(|v| v.floor() as i64))
        };
        let suspended_s = whole("lastSuspendTime").filter(|s| PLAUSIBLE_S.contains(s))?;
        let spent_s = whole("secondsSpentInCurrentSession")?;
        let id = object.get("sessionID").and_then(Json::as_str).map(str::to_owned);
        Some(State::Session { suspended_s, spent_s, interruptions: whole("numInterruptions"), id })
    }

    pub fn name(&self) -> &'static str {
        match self {
            State::Anonymous { .. } => "anonymous id",
            State::Session { .. } => "session",
        }
    }

    pub fn emit(&self, len: usize, tables: &Tables, sink: &mut dyn Sink) {
        let at = Extent::from(Span::new(0, len));
        let origin = || Origin::Bytes(at.clone());
        let text = |id: &'_ str| Value::Text(Cow::Owned(id.to_owned()));
        match self {
            State::Anonymous { id } => {
                if let Some(layout) = tables.structure("anonymous", 0) {
                    emit_values(sink, layout, &at, &[text(id)]);
                }
                let kind = "installation id (usage statistics)";
                sink.fact(Fact::Identifier { kind, value: id.clone(), at: origin() });
            }
            State::Session { suspended_s, spent_s, interruptions, id } => {
                if let Some(layout) = tables.structure("session", 0) {
                    let values = [
                        Value::Signed(*suspended_s),
                        Value::Signed(*spent_s),
                        interruptions.map_or(Value::Absent, Value::Signed),
                        id.as_deref().map_or(Value::Absent, text),
                    ];
                    emit_values(sink, layout, &at, &values);
                }
                if let Some(id) = id {
                    let kind = "session id (usage statistics)";
                    sink.fact(Fact::Identifier { kind, value: id.clone(), at: origin() });
                }
                let used = match interruptions {
                    Some(times) => format!("{spent_s} s of use, {times} interruptions"),
                    None => format!("{spent_s} s of use"),
                };
                let mut event = |seconds: i64, words: String| {
                    let event = Event::new(EventKind::Message, Part::App, words, origin());
                    sink.event(event.when(Moment::Utc(seconds.saturating_mul(1_000_000_000))));
                };
                // Time in the background does not count as use, so the session may have begun earlier, never later.
                if let Some(began) = suspended_s.checked_sub(*spent_s).filter(|_| *spent_s >= 0) {
                    event(began, format!("the app was in use from here or from earlier on ({used})"));
                }
                event(*suspended_s, format!("the app was put aside ({used})"));
            }
        }
    }
}

/// A broken object begins as one of these.
pub fn was_state(bytes: &[u8]) -> bool {
    if bytes.len() > 1024 || serde_json::from_slice::<Json>(bytes).is_ok() {
        return false;
    }
    let start = bytes.trim_ascii_start();
    let keys: [&[u8]; 3] = [b"{\"anon_id\":\"XZ", b"\"lastSuspendTime\":", b"\"secondsSpentInCurrentSession\":"];
    keys.iter().enumerate().any(|(at, key)| match at {
        0 => start.starts_with(key),
        _ => start.starts_with(b"{\"") && memchr::memmem::find(start, key).is_some(),
    })
}
