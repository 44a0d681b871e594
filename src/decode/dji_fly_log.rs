//! Day logs of DJI Fly from version 5 on: lines of base64, each of whole cipher blocks. They cannot be read without the app's key;
//! that they are there, for which day and of which part of the app, is evidence of its use.
//!
//! ```text
//! LOG/CACHE/<module>/log-2025-04-05.log
//! <base64 of n * 16 bytes>\n ...
//! ```

use std::borrow::Cow;
use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;

use super::{
    Class, Completeness, Context, Decoded, Diagnostic, Event, EventKind, Fact, Format, KeyNeed, Moment, Part, Payload,
    Probe, Record, Score, Sink,
};
use crate::bytes::text::{Line, lines};
use crate::evidence::{Evidence, Origin, Span};

pub static FORMAT: Format = Format {
    id: "dji-fly-log",
    probe,
    decode,
    tables: [
        include_str!("../../formats/dji-fly-log/format.toml"),
        include_str!("../../formats/dji-fly-log/records.tsv"),
        include_str!("../../formats/dji-fly-log/enums.tsv"),
        include_str!("../../formats/dji-fly-log/channels.tsv"),
    ],
    keys: None,
};

/// As much of the start as the probe looks at.
const HEAD: u64 = 16 << 10;

const BLOCK: usize = 16;

const DAY_NS: i64 = 86_400_000_000_000;

/// The ciphertext of a line.
fn ciphertext(line: &[u8]) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(line).ok()?;
    (!bytes.is_empty() && bytes.len().is_multiple_of(BLOCK)).then_some(bytes)
}

/// Text that was packed for transport is no ciphertext: about a third of random bytes are printable.
fn is_text(bytes: &[u8]) -> bool {
    let printable = bytes.iter().filter(|byte| byte.is_ascii_graphic() || **byte == b' ').count();
    printable * 10 > bytes.len() * 7
}

fn probe(evidence: &Evidence) -> Probe {
    let Ok(head) = evidence.read(Span { offset: 0, len: HEAD }) else { return Probe::NO };
    let is_cut = (head.len() as u64) < evidence.len;
    let mut lengths = BTreeSet::new();
    let mut whole = 0;
    for Line { start, end, next } in lines(&head) {
        let line = head.get(start..end).unwrap_or_default();
        if is_cut && next == head.len() || line.is_empty() {
            continue;
        }
        match ciphertext(line) {
            Some(bytes) if !is_text(&bytes) => whole += 1,
            _ => return Probe::NO,
        }
        lengths.insert(line.len());
    }
    // Keys and certificates are packed in lines of one length.
    let varies = lengths.len() > 2 || lengths.len() == 2 && day(evidence.name()).is_some();
    if whole < 3 || !varies {
        return Probe::NO;
    }
    let why = format!("{whole} lines of base64 at its start, each of whole cipher blocks of {BLOCK} bytes");
    Probe { score: Score::Likely, why: Cow::Owned(why) }
}

/// `log-YYYY-MM-DD.log`
fn day(name: &str) -> Option<NaiveDate> {
    let rest = name.get(name.find("log-")? + 4..)?;
    NaiveDate::parse_from_str(rest.get(..10)?, "%Y-%m-%d").ok()
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let bytes = match evidence.whole(context.limits) {
        Ok(bytes) => bytes,
        Err(error) => {
            sink.diagnostic(Diagnostic::loss("dji-fly-log/unread", Origin::Item, format!("not read: {error}")));
            return Decoded { version: None, completeness: Completeness::Unreadable, key_need: None };
        }
    };
    for line in lines(&bytes) {
        self::line(&bytes, line, sink);
    }
    let day = day(evidence.name());
    if let Some(day) = day {
        let text = format!("the app wrote a log on {day} (the day is that of the file's name)");
        let local = i64::from(day.to_epoch_days()) * DAY_NS;
        sink.event(Event::new(EventKind::Message, Part::App, text, Origin::Item).when(Moment::Local(local)));
    }
    let mut folders = evidence.original.as_ref().map_or(&evidence.label, |original| &original.path).rsplit('/').skip(1);
    let (module, above) = (folders.next(), folders.next());
    if let Some(module) = module.filter(|_| above == Some("CACHE")) {
        sink.fact(Fact::Note { text: format!("part of the app, by its folder: {module}"), at: Origin::Item });
    }
    let need = KeyNeed {
        scheme: "base64 of AES blocks, key held by the app".to_owned(),
        reason: "DJI Fly encrypts its day logs; no tool reads them offline".to_owned(),
        features: Vec::new(),
        missing: Vec::new(),
        next_step:
            "keep the file: its name and its lines prove that the app was used on that day; flight records of the day \
                    may be read apart"
                .to_owned(),
    };
    Decoded { version: None, completeness: Completeness::Locked, key_need: Some(need) }
}

fn line(bytes: &[u8], line: Line, sink: &mut dyn Sink) {
    let words = bytes.get(line.start..line.end).unwrap_or_default();
    let at = Span::new(line.start, line.next - line.start);
    if words.is_empty() {
        return sink.claim(&at.into(), Class::Known, "blank line");
    }
    let Some(content) = ciphertext(words) else {
        sink.claim(&at.into(), Class::Damaged, "no line of whole cipher blocks");
        let message =
            format!("the line at offset {} is no base64 of whole cipher blocks: it was cut or damaged", at.offset);
        sink.diagnostic(Diagnostic::loss("dji-fly-log/line", Origin::Bytes(at.into()), message).losing(1));
        return;
    };
    sink.record(&Record {
        kind: 1,
        trailer: line.next - line.end,
        counted: true,
        ..Record::structure(None, &at.into(), Payload::Bytes(&content))
    });
}
