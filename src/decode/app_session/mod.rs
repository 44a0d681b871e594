//! Small files that lie beside the logs of DJI's apps on iOS: the state of the usage statistics (the Facebook SDK's), which holds
//! when the app was last put aside in UTC and an id of the installation, and lists of flight records to upload.
//!
//! ```text
//! {"anon_id":"XZ..."}
//! {"lastSuspendTime":1528927255,"numInterruptions":3,"sessionID":"...","secondsSpentInCurrentSession":129}
//! "DJIFlightRecord_2018-04-19_[13-31-10].txt",
//! ```

mod listed;
mod state;

use std::borrow::Cow;

use super::{Class, Completeness, Context, Decoded, Diagnostic, Format, Probe, Score, Sink};
use crate::evidence::{Evidence, Origin, Span};
use state::State;

pub static FORMAT: Format = Format {
    id: "app-session",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/app-session/format.toml"),
        include_str!("../../../formats/app-session/records.tsv"),
        include_str!("../../../formats/app-session/enums.tsv"),
        include_str!("../../../formats/app-session/channels.tsv"),
    ],
    keys: None,
};

/// The longest state is 200 bytes, a list has one line a flight.
const LONGEST: u64 = 1 << 20;

fn probe(evidence: &Evidence) -> Probe {
    if evidence.len > LONGEST {
        return Probe::NO;
    }
    let Ok(bytes) = evidence.read(Span { offset: 0, len: LONGEST }) else { return Probe::NO };
    let certain = |why| Probe { score: Score::Certain, why: Cow::Borrowed(why) };
    match State::parse(&bytes) {
        Some(State::Anonymous { .. }) => return certain("an object with nothing but anon_id"),
        Some(State::Session { .. }) => return certain("an object of lastSuspendTime and the seconds of a session"),
        None if state::was_state(&bytes) => {
            return Probe { score: Score::Likely, why: Cow::Borrowed("the beginning of a session's state") };
        }
        None => {}
    }
    match listed::names(&bytes).count() {
        0 => Probe::NO,
        many => Probe {
            score: Score::Certain,
            why: Cow::Owned(format!("names of flight records in quotes, with commas behind: {many}")),
        },
    }
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let decoded =
        |version: &str, completeness| Decoded { version: Some(version.to_owned()), completeness, key_need: None };
    let Some(bytes) = crate::decode::whole(evidence, context, "app-session/unread", sink) else {
        return decoded("unread", Completeness::Unreadable);
    };
    if let Some(state) = State::parse(&bytes) {
        state.emit(bytes.len(), context.tables, sink);
        return decoded(state.name(), Completeness::Whole);
    }
    if state::was_state(&bytes) {
        let at = Span::new(0, bytes.len());
        sink.claim(&at.into(), Class::Damaged, "a broken object");
        let message = "the state of a session is cut or damaged: the object cannot be read";
        sink.diagnostic(Diagnostic::loss("app-session/object", Origin::Bytes(at.into()), message).losing(1));
        return decoded("state", Completeness::Unreadable);
    }
    listed::emit(&bytes, context.tables, sink);
    decoded("list", Completeness::Whole)
}
