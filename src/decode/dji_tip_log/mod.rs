//! Tip logs of DJI GO and DJI GO 4: the messages that the app showed, one file a day. Android writes text and puts the date, and
//! mostly the serial number of the flight controller, into the name; iOS writes groups of JSON arrays without brackets around all.
//!
//! ```text
//! Android   ## 15:01:58 Warning \n The remaining battery ... \n        DD-MM-YYYY[-serial]
//! iOS       [["2018-06-19 13:18:49","","Strong ..."]],[["2018-06-19 13:22:24","Tips","Landing"],[...]]
//! ```

mod android;
mod entry;
mod ios;
mod name;

use std::borrow::Cow;

use super::{Completeness, Context, Decoded, Format, Probe, Score, Sink};
use crate::bytes::text::Text;
use crate::evidence::{Evidence, Span};
use entry::Emitter;

pub static FORMAT: Format = Format {
    id: "dji-tip-log",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/dji-tip-log/format.toml"),
        include_str!("../../../formats/dji-tip-log/records.tsv"),
        include_str!("../../../formats/dji-tip-log/enums.tsv"),
        include_str!("../../../formats/dji-tip-log/channels.tsv"),
    ],
    keys: None,
};

/// As much of the start as the probe looks at.
const HEAD: u64 = 16 << 10;

fn probe(evidence: &Evidence) -> Probe {
    let Ok(head) = evidence.read(Span { offset: 0, len: HEAD }) else { return Probe::NO };
    let text = Text::of(&head);
    let found = |score, why: String| Probe { score, why: Cow::Owned(why) };
    match android::entries_at_start(&text.bytes) {
        0 => {}
        1 => return found(Score::Likely, "a line \"## hh:mm:ss\" and a line of text".to_owned()),
        many => return found(Score::Likely, format!("{many} lines \"## hh:mm:ss\", each before a line of text")),
    }
    match ios::entries_at_start(&text.bytes) {
        0 => Probe::NO,
        many => {
            found(Score::Certain, format!("JSON arrays of local time, title and text without outer brackets: {many}"))
        }
    }
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let Some(bytes) = crate::decode::whole(evidence, context, "dji-tip-log/unread", sink) else {
        return Decoded::UNREADABLE;
    };
    let text = Text::of(&bytes);
    let is_android = android::entries_at_start(text.bytes.get(..HEAD as usize).unwrap_or(&text.bytes)) > 0;
    let version = if is_android { "android" } else { "ios" };
    let named = name::parse(evidence.name()).filter(|_| is_android);
    let Some(mut emitter) = Emitter::new(&text, bytes.len(), context.tables, named, sink) else {
        return Decoded::UNREADABLE;
    };
    if is_android {
        android::read(&mut emitter);
    } else {
        ios::read(&mut emitter);
    }
    let completeness = if emitter.finish() == 0 { Completeness::Unreadable } else { Completeness::Whole };
    Decoded { version: Some(version.to_owned()), completeness, key_need: None }
}
