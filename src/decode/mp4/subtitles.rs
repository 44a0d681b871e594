//! Subtitle tracks: each sample a length and text. The words of all samples become one subtitle text with cue lines made of the
//! samples' times, which is an item inside the clip; each sample is a record here, so that every word can be found in the file.

use std::fmt::Write as _;

use super::super::{Child, Context, Diagnostic, Sink};
use super::movie::Track;
use super::row::Row;
use crate::bytes::boxes::u16_at;
use crate::evidence::{Evidence, Extent, Origin, Span};
use crate::layout::Value;

/// A subtitle's length is a number of two bytes; what comes behind is its style.
const MOST_SAMPLE: u64 = 2 + (1 << 16) + 4096;
/// Text that is taken out of one track.
const MOST_TEXT: usize = 256 << 20;

/// Takes the subtitles of a track out; `true` when some are lost. Places of broken ones are added to `broken`.
pub fn read(
    evidence: &Evidence,
    track: &Track,
    context: &Context<'_>,
    sink: &mut dyn Sink,
    broken: &mut Vec<Span>,
) -> bool {
    let mut text = String::new();
    let mut spans: Vec<Span> = Vec::new();
    let (mut lost, mut first_lost) = (0, None);
    let most = MOST_TEXT.min(usize::try_from(context.limits.member).unwrap_or(MOST_TEXT));
    for sample in track.samples.samples() {
        if sample.at.offset >= evidence.len || text.len() > most {
            lost += 1;
            first_lost = first_lost.or(Some(sample.at));
            continue;
        }
        let bytes = evidence.read(Span { len: sample.at.len.min(MOST_SAMPLE), ..sample.at }).unwrap_or_default();
        let words = u16_at(&bytes, 0).and_then(|len| bytes.get(2..2 + usize::from(len)));
        let Some(words) = words.filter(|_| sample.at.len <= MOST_SAMPLE) else {
            lost += 1;
            first_lost = first_lost.or(Some(sample.at));
            let end = sample.at.end().min(evidence.len);
            let there = Span { offset: sample.at.offset, len: end - sample.at.offset };
            broken.push(there);
            continue;
        };
        let (start, end) = (track.ns(sample.start), track.ns(sample.start.saturating_add(sample.duration)));
        let words_at = Span { offset: sample.at.offset + 2, len: words.len() as u64 };
        let words = String::from_utf8_lossy(words);
        let seconds = |ns: Option<i64>| ns.map_or(Value::Absent, |ns| Value::F64(ns as f64 / 1e9));
        let values = [
            ("track", Value::Unsigned(track.id.into())),
            ("sample", Value::Unsigned(sample.number)),
            ("start", seconds(start)),
            ("end", seconds(end)),
            ("text", Value::Text(words.as_ref().into())),
        ];
        Row { record: "subtitle", at: &Extent::from(sample.at), start_ns: start, values: &values }
            .emit(context.tables, sink);
        // Empty samples stand for times without a subtitle.
        if words.trim().is_empty() {
            continue;
        }
        spans.push(words_at);
        let (start, end) = (cue_time(start.unwrap_or(0)), cue_time(end.unwrap_or(0)));
        // A String takes all that is written into it.
        let _ = write!(text, "{}\n{start} --> {end}\n{}\n\n", sample.number, words.trim_end());
    }
    if lost > 0 {
        let at = first_lost.map_or(Origin::Item, |span| Origin::Bytes(span.into()));
        let message = format!("track {}: {lost} subtitles lie behind the end of the file or are broken", track.id);
        sink.diagnostic(Diagnostic::loss("mp4/subtitles", at, message).losing(lost));
    }
    if let Some(at) = Extent::of(&spans) {
        let name = format!("subtitles-{}.srt", track.id);
        sink.child(Child { name, at: Origin::Bytes(at), bytes: text.as_bytes(), format: None });
    }
    lost > 0
}

/// `00:00:01,000`.
fn cue_time(ns: i64) -> String {
    let ms = ns / 1_000_000;
    format!("{:02}:{:02}:{:02},{:03}", ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000)
}
