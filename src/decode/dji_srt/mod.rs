//! Subtitles that DJI cameras write along with a video, a line or two for each second or frame: where the aircraft was, how high,
//! how the camera was set. Beside the video as `.SRT`, or inside it as a subtitle track; eleven ways of writing are known.
//!
//! ```text
//! 1                                    number of the entry
//! 00:00:00,000 --> 00:00:00,033        cue line: from where to where in the video
//! <font size="36">SrtCnt : 1, ...      the camera's words: frame, local time,
//! 2022-08-07 13:40:40,774,808          brackets, pairs; which ones differs from
//! [iso : 100] [latitude: 41.4] ...     model to model
//!                                      blank line
//! ```

mod emit;
mod lines;
mod name;
mod reading;
mod survey;
mod variant;
mod words;

use std::borrow::Cow;

use super::document::{claim_mark, tell_cut};
use super::{Completeness, Context, Decoded, Diagnostic, Fact, Format, Probe, Score, Sink};
use crate::bytes::text::{Encoding, Text};
use crate::evidence::{Evidence, Origin, Span};
use lines::Entries;
use reading::Reading;
use survey::Survey;

pub static FORMAT: Format = Format {
    id: "dji-srt",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/dji-srt/format.toml"),
        include_str!("../../../formats/dji-srt/records.tsv"),
        include_str!("../../../formats/dji-srt/enums.tsv"),
        include_str!("../../../formats/dji-srt/channels.tsv"),
    ],
    keys: None,
};

/// As much of the start as the probe looks at, and the entries in it.
const HEAD: u64 = 64 << 10;
const ASKED: usize = 40;

fn probe(evidence: &Evidence) -> Probe {
    let Ok(head) = evidence.read(Span { offset: 0, len: HEAD }) else { return Probe::NO };
    // Most of what is no text says so at once.
    if head.get(..512.min(head.len())).is_some_and(is_binary) {
        return Probe::NO;
    }
    let text = Text::of(&head);
    if evidence.len < 16 && is_stump(&text.bytes, evidence.name()) {
        let why = "the number of a first entry and nothing else, in a file that is named as subtitles";
        return Probe { score: Score::Likely, why: Cow::Borrowed(why) };
    }
    for entry in Entries::new(&text.bytes).take(ASKED) {
        let signs = Reading::of(&text, &entry).signs;
        let is_headed = entry.cue.is_some() || entry.number.is_some() && signs.moment;
        if is_headed && signs.is_telemetry() {
            let line = if entry.cue.is_some() { "a cue line" } else { "a number and a time" };
            let why = format!("subtitles: {line}, and below it what a camera tells of its aircraft or its exposure");
            return Probe { score: Score::Certain, why: Cow::Owned(why) };
        }
    }
    Probe::NO
}

/// A file of which the camera wrote the first number alone: nothing in it tells what it is but its name.
fn is_stump(bytes: &[u8], name: &str) -> bool {
    bytes.trim_ascii() == b"1" && name.len() >= 4 && name.as_bytes()[name.len() - 4..].eq_ignore_ascii_case(b".srt")
}

/// More control characters than damage puts into a text; zero bytes are every second one of UTF-16.
fn is_binary(start: &[u8]) -> bool {
    let controls = start.iter().filter(|byte| (0x01..0x09).contains(*byte) || (0x0e..0x20).contains(*byte)).count();
    controls * 50 > start.len()
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let unreadable = |version| Decoded { version, completeness: Completeness::Unreadable, key_need: None };
    let Some(bytes) = crate::decode::whole(evidence, context, "dji-srt/unread", sink) else {
        return Decoded::UNREADABLE;
    };
    let text = Text::of(&bytes);
    tell_encoding(&text, bytes.len(), sink);
    let survey = Survey::of(&text);
    tell(&survey, sink);
    if let Some(local_s) = name::local_time(evidence.name()) {
        sink.fact(Fact::LocalName { local_s, at: Origin::Item });
    }
    let is_damaged = emit::entries(&text, &survey, context.tables, sink);
    tell_end(&text, sink);
    let version = survey.version();
    if survey.cues == 0 {
        return unreadable(version);
    }
    Decoded::read(version, is_damaged)
}

fn tell_encoding(text: &Text<'_>, len: usize, sink: &mut dyn Sink) {
    claim_mark(text, sink);
    if text.encoding == Encoding::EightBit {
        let words = "the text is not UTF-8; what is not is read as Latin-1 (Windows-1252)";
        sink.diagnostic(Diagnostic::note("dji-srt/encoding", Origin::Item, words));
    }
    tell_cut(text, len, "dji-srt/encoding-cut", sink);
}

/// What was found out about the whole, in words.
fn tell(survey: &Survey, sink: &mut dyn Sink) {
    let mut note = |text: String| sink.fact(Fact::Note { text, at: Origin::Item });
    let Survey { cues, with_cue_line, positions, fixes, .. } = survey;
    note(format!("{cues} entries, {with_cue_line} with a cue line; {positions} state a position, {fixes} a fix"));
    if survey.variants.len() > 1 {
        let counts: Vec<String> =
            survey.variants.iter().map(|(v, count)| format!("{count} of {}", v.words())).collect();
        note(format!("written in several ways, each entry read by its own: {}", counts.join(", ")));
    }
    for (order, count) in &survey.orders {
        note(format!("{} ({count} entries)", order.words()));
    }
    if let Some(step) = survey.step.filter(|step| *step > 1.5e-5) {
        note(format!(
            "positions are written in steps of {step} degrees: each may be off by {:.1} m in latitude, and as much or less in \
             longitude; the edge of a site that is closer is uncertain",
            step / 2.0 * 111_200.0
        ));
    }
    let has = |name: &str| survey.fields.iter().any(|field| field == name);
    if has("height_unknown") {
        note(
            "altitude, abs_alt and the third value of GPS do not say what they are measured from: height_unknown"
                .to_owned(),
        );
    }
    match survey.with_local {
        0 if survey.cues == 0 => {}
        0 => note("no date and no time of day in the text: elapsed is the place in the video; the video or the name of the file may tell when".to_owned()),
        _ => note("times in the text are local times of the camera; their offset from UTC is not stated".to_owned()),
    }
    if survey.is_paced {
        note("the time in the text runs at another pace than the video (time lapse, slow motion): elapsed is the place in the video".to_owned());
    } else if !survey.breaks.is_empty() {
        let runs = survey.breaks.len() + 1;
        note(format!(
            "{runs} recordings in one text: elapsed is the place in the video and tells no time between them, the time in the text does"
        ));
    }
    let (frames, skips) = survey.skipped;
    if frames > 0 {
        note(format!("the frame counter leaves out {frames} frames at {skips} places"));
    }
    if emit::is_crowded(survey) {
        note("more keys than are kept: values of further ones are left out of the records".to_owned());
    }
    if survey.with_local > 0 {
        sink.fact(Fact::Clock { clock: "camera", at: Origin::Item });
    }
}

/// A last line without an end, whose last value may go on.
fn tell_end(text: &Text<'_>, sink: &mut dyn Sink) {
    let closed = |byte: &u8| b"\n\r])>".contains(byte);
    if text.bytes.last().is_some_and(|last| !closed(last)) {
        let message = "the last line has no end: its last value may be cut";
        sink.diagnostic(Diagnostic::note("dji-srt/open-end", Origin::at(text.base + text.len, 0), message));
    }
}
