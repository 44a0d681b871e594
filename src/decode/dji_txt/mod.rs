//! DJI app flight records, `DJIFlightRecord_*.txt`, format versions 1 to 14. The app on the phone writes one file a flight:
//! a prefix, a chain of records, photos, and a details block with totals and serial numbers.
//!
//! ```text
//! v1-5    prefix 12 | records ............................ | photos | details 400
//! v6-11   prefix 100 | records, scrambled from v7 on ..... | 12345 photos | details 400 | firmware record
//! v12     prefix 100 | details 436 | records ............. | 12345 photos
//! v13-14  prefix 100 | aux block 0 (details) | aux block 1 | records, content AES-256 | 12345 photos
//! record  type u8 | length u8 (u16 from v13) | body | FF      body from v7: seed | content | check byte
//! ```

mod aux_blocks;
mod details;
mod device;
mod emit;
mod enclosed;
mod events;
mod features;
mod frame;
mod header;
mod headless;
mod judge;
mod keychain;
mod locked;
mod lost_marker;
mod name;
mod nested;
mod piece;
mod sealed;
mod splice;
mod unlock;
mod walk;

use std::borrow::Cow;

use super::{Class, Completeness, Context, Decoded, Diagnostic, Fact, Format, Probe, Score, Sink};
use crate::evidence::{Evidence, Extent, Origin, Span};
use details::Details;
use emit::Emitter;
use frame::Framing;
use header::Header;
use sealed::Opener;

pub static FORMAT: Format = Format {
    id: "dji-txt",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/dji-txt/format.toml"),
        include_str!("../../../formats/dji-txt/records.tsv"),
        include_str!("../../../formats/dji-txt/enums.tsv"),
        include_str!("../../../formats/dji-txt/channels.tsv"),
    ],
    keys: Some(&unlock::SCHEME),
};

/// As much of the start as the probe looks at.
const HEAD: u64 = 4096;

/// How far a log is looked for that does not begin with the file.
const SEARCHED: u64 = 1 << 20;

fn probe(evidence: &Evidence) -> Probe {
    let Ok(head) = evidence.read(Span { offset: 0, len: HEAD }) else { return Probe::NO };
    if let Some(why) = header::text_damage(&head) {
        return Probe { score: Score::Likely, why: Cow::Owned(format!("a flight record's prefix under {why}")) };
    }
    let at_start = probe_start(&head);
    if at_start.score > Score::No {
        return at_start;
    }
    let likely = |why: String| Probe { score: Score::Likely, why: Cow::Owned(why) };
    let Ok(wide) = evidence.read(Span { offset: 0, len: SEARCHED }) else { return Probe::NO };
    if let Some(at) = enclosed::starts(&wide).first() {
        return likely(format!("flight record prefix at {at}, and a chain of records behind it"));
    }
    match headless::framing(&head) {
        Some(_) => likely("a chain of flight record's records without a prefix".to_owned()),
        None => Probe::NO,
    }
}

/// A log that begins with the file.
fn probe_start(head: &[u8]) -> Probe {
    let Some(header) = Header::parse(head) else { return Probe::NO };
    let chained = header.details_len_known() && is_chained(head, &header);
    let version = header.version;
    if header.details_len_known() && (chained || header.reserved_is_zero(head) && version >= 6) {
        let records = if chained { "a chain of records behind it" } else { "zero reserved bytes" };
        Probe { score: Score::Certain, why: Cow::Owned(format!("flight record prefix, version {version}, {records}")) }
    } else if frame::chain_len(head, header.records_at(), header.framings()) >= LONG_CHAIN {
        let why = format!("prefix of version {version} with an unusual details length, and a chain of records");
        Probe { score: Score::Likely, why: Cow::Owned(why) }
    } else {
        Probe::NO
    }
}

/// A chain of records so long is no chance, wherever it begins.
const LONG_CHAIN: usize = 8;

/// Records where they must begin, or further on when the first ones are damaged.
fn is_chained(head: &[u8], header: &Header) -> bool {
    let at = header.records_at();
    frame::chain_len(head, at, header.framings()) >= 2
        || (at..head.len()).any(|at| frame::chain_len(head, at, header.framings()) >= LONG_CHAIN)
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let unreadable = |version| Decoded { version, completeness: Completeness::Unreadable, key_need: None };
    let Some(bytes) = crate::decode::whole(evidence, context, "dji-txt/unread", sink) else {
        return Decoded::UNREADABLE;
    };
    let bytes: &[u8] = &bytes;
    if let Some(why) = header::text_damage(bytes) {
        sink.claim(&Span::new(0, bytes.len()).into(), Class::Damaged, "changed by a text conversion");
        sink.diagnostic(header::text_damage_diagnostic(bytes, &why));
        return unreadable(header::text_damaged_version(bytes));
    }
    let begins_log = probe_start(&bytes[..bytes.len().min(HEAD as usize)]).score > Score::No;
    let mut starts = enclosed::starts(bytes);
    if begins_log && starts.first() != Some(&0) {
        starts.insert(0, 0);
    }
    if !matches!(starts[..], [] | [0]) {
        return enclosed::decode(evidence, bytes, &starts, sink);
    }
    if let Some(framing) = headless::framing(bytes).filter(|_| !begins_log) {
        let (header, words) = headless::told(bytes, framing, sink);
        return headless::partial(log(evidence, bytes, &header, Some(framing), context, sink), words);
    }
    let Some(header) = Header::parse(bytes) else { return unreadable(None) };
    let version = Some(header.version.to_string());
    if header.version > header::NEWEST {
        let message = format!(
            "format version {} is newer than {}, the newest that is known; nothing of it is read",
            header.version,
            header::NEWEST
        );
        sink.diagnostic(Diagnostic::loss("dji-txt/version", Origin::at(0, bytes.len()), message));
        return unreadable(version);
    }
    header.emit(bytes, context.tables, sink);
    log(evidence, bytes, &header, None, context, sink)
}

/// One log, behind its prefix; `framing` is known when there is no prefix to tell it.
fn log(
    evidence: &Evidence,
    bytes: &[u8],
    header: &Header,
    framing: Option<Framing>,
    context: &Context<'_>,
    sink: &mut dyn Sink,
) -> Decoded {
    if let Some(local_s) = name::local_time(evidence.name()) {
        sink.fact(Fact::LocalName { local_s, at: Origin::Item });
    }
    if header.version >= header::FIRST_LOCKED {
        return locked::decode(evidence, bytes, header, framing.is_some(), context, sink);
    }
    let details = Details::find(bytes, header, context.tables, sink);
    let records_at = if framing.is_some() { 0 } else { header.records_at() };
    let framing = framing.unwrap_or_else(|| header.framing(bytes, sink));
    let image_lens = details.as_ref().map(|d| d.image_lens(bytes)).unwrap_or_default();
    let (chain, tail) = match &details {
        Some(details) if details.span.offset as usize >= records_at => {
            (records_at..details.span.offset as usize, details.span.end() as usize..bytes.len())
        }
        _ => (records_at..bytes.len(), bytes.len()..bytes.len()),
    };
    let walked = walk::walk(bytes, chain, framing, &image_lens);
    let behind = if header.details_len_known() {
        walk::tail(bytes, tail, framing)
    } else {
        walk::walk(bytes, tail, framing, &[])
    };
    let mut emitter = Emitter::new(bytes, framing, Opener::default(), context.tables, sink);
    if let Some(details) = &details {
        emitter.details(details, header.version, &details.span.into());
    }
    let read = emitter.pieces(&walked);
    emitter.tail(&behind);
    let photos_missing = missing_images(&walked, sink);
    if header.version >= 12 {
        check_row_count(details.as_ref(), read.rows, &walked, sink);
    }
    let completeness = match (
        read.records,
        walked.damaged || behind.damaged || photos_missing || details.as_ref().is_none_or(|d| d.cut),
    ) {
        (0, _) => Completeness::Unreadable,
        (_, true) => Completeness::Partial,
        (_, false) => Completeness::Whole,
    };
    Decoded { version: Some(header.version.to_string()), completeness, key_need: None }
}

/// Photos that the details announce and that are not in the file. Holes account for themselves.
fn missing_images(walked: &piece::Walked, sink: &mut dyn Sink) -> bool {
    let missing = &walked.missing_images;
    let Some(first) = missing.first().filter(|_| !walked.damaged) else { return false };
    let message = format!(
        "the details announce {} photos and thumbnails that are not in the file, the first is {} {} of {} bytes",
        missing.len(),
        first.kind,
        first.number,
        first.len
    );
    sink.diagnostic(Diagnostic::loss("dji-txt/photos-missing", Origin::Item, message));
    true
}

/// From version 12 on nothing behind the records proves their end; the count that the details declare then speaks for a cut.
/// Healthy logs differ from their own count by up to 8.
fn check_row_count(details: Option<&Details<'_>>, rows: u64, walked: &piece::Walked, sink: &mut dyn Sink) {
    const HEALTHY: i64 = 8;
    let Some(declared) = details.and_then(Details::record_count) else { return };
    let missing = declared - i64::try_from(rows).unwrap_or(i64::MAX);
    if !walked.damaged && missing > HEALTHY {
        let message =
            format!("the details declare {declared} positions, {rows} are in the file: its end is probably missing");
        sink.diagnostic(Diagnostic::loss("dji-txt/fewer-rows", Origin::Item, message).losing(missing as u64));
    }
}

/// Where a stretch of the file lies, as a record's place.
fn extent(start: usize, end: usize) -> Extent {
    Span::new(start, end - start).into()
}
