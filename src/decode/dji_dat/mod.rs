//! DJI flight controller logs, `FLYnnn.DAT`, as the aircraft keeps them and as apps copy them; exports of DJI Assistant that
//! hold them; and what of them is encrypted.
//!
//! ```text
//! V1          header 128 | records          Phantom 3, Inspire 1
//! V3          header 256 | records          later ones; the copies of apps, too
//! no header   records
//! Assistant   entries: A4 | length u32 | .. | path | data; one behind the other, or all inside one zlib stream
//! LOGH        product and serial number in clear | AES-128-CBC
//! record      55 | length, version | CRC-8 | type u16 | tick u32 | payload XOR low byte of the tick | CRC-16
//! ```

mod assistant;
mod census;
mod check;
mod clock;
mod copies;
mod definitions;
mod emit;
mod events;
mod frame;
mod header;
mod journal;
mod kept;
mod layouts;
mod log_text;
mod logh;
mod models;
mod moment;
mod name;
mod origins;
mod runs;
mod splice;
mod survey;
mod ticks;

use std::borrow::Cow;
use std::io;

use super::{Completeness, Context, Decoded, Diagnostic, Fact, Format, KeyNeed, Part, Probe, Property, Score, Sink};
use crate::evidence::{Evidence, Origin, Span};
use emit::{Emitted, Emitter};
use header::Header;
use layouts::Layouts;
use log_text::LogText;
use origins::Origins;
use survey::Survey;

pub static FORMAT: Format = Format {
    id: "dji-dat",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/dji-dat/format.toml"),
        include_str!("../../../formats/dji-dat/records.tsv"),
        include_str!("../../../formats/dji-dat/enums.tsv"),
        include_str!("../../../formats/dji-dat/channels.tsv"),
    ],
    keys: None,
};

/// As much of the start as the probe looks at.
const HEAD: u64 = 64 << 10;
/// So many records in a row are no chance: each is proved by 30 bits.
const CHAIN: usize = 3;

fn probe(evidence: &Evidence) -> Probe {
    let Ok(head) = evidence.read(Span { offset: 0, len: HEAD }) else { return Probe::NO };
    let found = |score, why: &'static str| Probe { score, why: Cow::Borrowed(why) };
    if let Some(header) = Header::parse(&head) {
        let score = if header.version == 3 || frame::chain_at(&head, header.len, CHAIN).is_some() {
            Score::Certain
        } else {
            Score::Likely
        };
        return Probe { score, why: Cow::Owned(format!("aircraft log header, version {}", header.version)) };
    }
    if logh::Header::parse(&head).is_some() {
        return found(Score::Certain, "LOGH header of an encrypted aircraft log");
    }
    if let Some(kind) = assistant::probe(&head, evidence.len) {
        return found(Score::Certain, kind);
    }
    match frame::chain_at(&head, 0, CHAIN) {
        Some(0) => found(Score::Certain, "records of an aircraft log, without a header"),
        Some(_) => found(Score::Likely, "records of an aircraft log behind other bytes"),
        None => Probe::NO,
    }
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let result = evidence.read(Span { offset: 0, len: HEAD }).and_then(|head| {
        if logh::Header::parse(&head).is_some() {
            logh::decode(evidence, context, sink)
        } else if Header::parse(&head).is_none() && assistant::probe(&head, evidence.len).is_some() {
            assistant::decode(evidence, context, sink)
        } else {
            log(evidence, &head, context, sink)
        }
    });
    result.unwrap_or_else(|error| {
        sink.diagnostic(Diagnostic::loss("dji-dat/unread", Origin::Item, format!("not decoded: {error}")));
        Decoded { version: None, completeness: Completeness::Unreadable, key_need: None }
    })
}

/// Whether others beside it may tell what the records of this log mean: the head of a later log.
pub fn reads_siblings(bytes: &[u8]) -> bool {
    let head = bytes.get(..HEAD as usize).unwrap_or(bytes);
    Header::parse(head).is_some_and(|header| header.names_build())
}

/// A log of records.
fn log(evidence: &Evidence, head: &[u8], context: &Context<'_>, sink: &mut dyn Sink) -> io::Result<Decoded> {
    let header = Header::parse(head);
    let version = Some(header.as_ref().map_or_else(|| "no header".to_owned(), |h| h.version.to_string()));
    let from = header.as_ref().map_or(0, |header| header.len as u64);
    if let Some(header) = &header {
        header.emit(head, context.tables, sink);
    }
    let name = name::parse(evidence.name());
    if let Some(local_s) = name.local_s {
        sink.fact(Fact::LocalName { local_s, at: Origin::Item });
    }

    let mut survey = Survey::new(header.as_ref().and_then(Header::hz));
    frame::scan(evidence, from, &[], &mut survey)?;
    if let (0, Some(header)) = (survey.records, &header) {
        return without_records(evidence, header, version, sink);
    }
    let clock = clock::set(header.as_ref(), &survey, sink);
    let Survey { proved, seen, definitions, last_tick, .. } = survey;
    if let Some((count, first)) = definitions.odd {
        let message = format!(
            "{count} lines of the log's own definitions are not understood: the definitions that they stand in are used only \
             where their length is that of the records"
        );
        sink.diagnostic(Diagnostic::note("dji-dat/definition", Origin::at(first as usize, 0), message));
    }
    let may_lack = definitions.may_lack(last_tick);
    let mut origins = Origins::default();
    let mut layouts = Layouts::new(context.tables, header.as_ref(), definitions.finish());
    if let Some(header) = header.as_ref().filter(|header| may_lack && header.names_build() && layouts.lacks(&seen)) {
        layouts.keep(kept::beside(header, context.siblings), &mut origins);
    }
    let chosen = layouts.choose(&seen, origins, sink);
    drop(seen);

    let is_third = header.as_ref().is_some_and(|header| header.version == 3);
    let mut emitter = Emitter::new(&chosen, &clock, is_third, sink);
    frame::scan(evidence, from, &proved, &mut emitter)?;
    emitter.close();
    let Emitter { emitted, text, watcher, sink, .. } = emitter;
    watcher.steady().into_iter().for_each(|text| sink.fact(Fact::Note { text, at: Origin::Item }));
    serials(header.as_ref(), &text, &emitted, sink);
    app_clock(&text, clock.zero_utc_ns, sink);
    log_number(name.number, emitted.number, sink);
    let completeness = match (emitted.records, emitted.has_holes) {
        (0, _) => Completeness::Unreadable,
        (_, true) => Completeness::Partial,
        (_, false) => Completeness::Whole,
    };
    Ok(Decoded { version, completeness, key_need: None })
}

/// A header, and nothing behind it in which a record can be proved.
fn without_records(
    evidence: &Evidence,
    header: &Header,
    version: Option<String>,
    sink: &mut dyn Sink,
) -> io::Result<Decoded> {
    let from = header.len as u64;
    let body = Span { offset: from, len: evidence.len.saturating_sub(from) };
    if let Some(serial) = &header.serial {
        sink.fact(serial_fact(serial, &Origin::at(58, 50)));
    }
    let empty = Decoded { version: version.clone(), completeness: Completeness::Unreadable, key_need: None };
    if body.len == 0 {
        let message = "the log holds its header and no record";
        sink.diagnostic(Diagnostic::note("dji-dat/empty", Origin::Item, message));
        return Ok(empty);
    }
    let mut left = Left::default();
    frame::scan(evidence, from, &[], &mut left)?;
    if left.zeros == body.len {
        sink.claim(&body.into(), super::Class::Known, "zeros behind the header");
        let message = format!(
            "the log holds its header and {} bytes of zeros: no record was written, or they were wiped",
            body.len
        );
        sink.diagnostic(Diagnostic::note("dji-dat/empty", Origin::Bytes(body.into()), message));
        return Ok(empty);
    }
    if left.headers > 0 {
        sink.claim(&body.into(), super::Class::Damaged, "records whose check sums fail");
        let message = format!(
            "no record is whole in the {} bytes behind the header, and right headers of records stand in them: {} are lost",
            body.len, left.headers
        );
        sink.diagnostic(Diagnostic::loss("dji-dat/hole", Origin::Bytes(body.into()), message).losing(left.headers));
        return Ok(empty);
    }
    sink.claim(&body.into(), super::Class::Known, "encrypted, or written by nobody known");
    let key_need = KeyNeed {
        scheme: "unknown".to_owned(),
        reason: format!(
            "the header is that of an aircraft log (product {}), and no record is framed in the {} bytes behind it: newer models \
             encrypt them",
            header.product, body.len
        ),
        features: Vec::new(),
        missing: vec!["a key that nobody has published".to_owned()],
        next_step: "keep the file; ask the maker through legal process, and look for the app's flight record of the same flight"
            .to_owned(),
    };
    Ok(Decoded { version, completeness: Completeness::Locked, key_need: Some(key_need) })
}

/// What a scan leaves where no record is whole.
#[derive(Default)]
struct Left {
    zeros: u64,
    /// Right headers of records.
    headers: u64,
}

/// A header is right by chance once in 2^22 places, and records are shorter: where headers are rarer than this, they are chance.
const CHANCE: u64 = 1 << 12;

impl frame::Visitor for Left {
    fn record(&mut self, _frame: &frame::Frame<'_>) {}

    fn zeros(&mut self, at: Span) {
        self.zeros += at.len;
    }

    fn hole(&mut self, hole: &frame::Hole) {
        if hole.headers.saturating_mul(CHANCE) >= hole.at.len {
            self.headers += hole.headers;
        }
    }

    fn cut(&mut self, _at: Span) {
        self.headers += 1;
    }
}

fn serial_fact(serial: &str, at: &Origin) -> Fact {
    Fact::Device { part: Part::Aircraft, property: Property::Serial, value: serial.to_owned(), at: at.clone() }
}

/// Three places hold the aircraft's serial number, the header a part of it.
fn serials(header: Option<&Header>, text: &LogText, emitted: &Emitted, sink: &mut dyn Sink) {
    let at = Origin::at(58, 50);
    let by_header = header.and_then(|header| header.serial.as_deref());
    if emitted.serial.is_none() {
        for (serial, at) in [(text.serial.as_deref(), &Origin::Item), (by_header, &at)] {
            serial.into_iter().for_each(|serial| sink.fact(serial_fact(serial, at)));
        }
    }
    let all: Vec<&str> = [emitted.serial.as_deref(), text.serial.as_deref(), by_header].into_iter().flatten().collect();
    let agree = all.windows(2).all(|pair| matches!(pair, [long, short] if long.starts_with(short)));
    if !agree {
        let message = format!("header, home point and text log name different aircraft: {}", all.join(", "));
        sink.diagnostic(Diagnostic::note("dji-dat/serials", at, message));
    }
}

/// The app's clock beside that of the satellites; neither is changed by the other.
fn app_clock(text: &LogText, zero_utc_ns: Option<i64>, sink: &mut dyn Sink) {
    let Some(&(time_ns, local_s)) = text.app_clock.told.first() else { return };
    let at = text.app_clock.at.clone().map_or(Origin::Item, Origin::Bytes);
    let civil = chrono::DateTime::from_timestamp(local_s, 0).map(|t| t.format("%Y-%m-%d %H:%M:%S").to_string());
    let mut words = format!(
        "the app told the aircraft its local time {} times, first {}",
        text.app_clock.told.len(),
        civil.unwrap_or_default()
    );
    if let Some(zero) = zero_utc_ns {
        let utc_s = zero.saturating_add(time_ns) as f64 / 1e9;
        let ahead = local_s as f64 - utc_s;
        let offset = (ahead / 900.0).round() * 900.0;
        words += &format!(
            ": UTC{:+.2} h by the satellites' time, and {:.1} s {}",
            offset / 3600.0,
            (ahead - offset).abs(),
            if ahead >= offset { "ahead" } else { "behind" }
        );
    }
    if let Some(zone) = text.app_clock.zone.as_ref().and_then(|zone| zone.parse::<f64>().ok()) {
        words += &format!("; the time zone that it told is UTC{:+.1} h", zone / 10.0);
    }
    sink.fact(Fact::Note { text: words, at });
}

/// The number in the name of the item against the one in its records.
fn log_number(by_name: Option<u32>, by_record: Option<u32>, sink: &mut dyn Sink) {
    if let (Some(name), Some(record)) = (by_name, by_record)
        && name != record
    {
        let message = format!("the item is named FLY{name:03}, its records say FLY{record:03}");
        sink.diagnostic(Diagnostic::note("dji-dat/name", Origin::Item, message));
    }
}
