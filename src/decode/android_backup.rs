//! Backups that `adb backup` makes: a header of text lines, then a tar archive, mostly packed.
//!
//! ```text
//! ANDROID BACKUP \n version \n 1: packed \n none | AES-256 \n [salt, check salt, rounds, vector, key \n] | zlib or tar
//! ```

use std::borrow::Cow;

use super::structure::Structure;
use super::{Child, Class, Completeness, Context, Decoded, Diagnostic, Format, KeyNeed, Probe, Score, Sink};
use crate::bytes::checksum::adler32;
use crate::bytes::inflate::{End, inflate};
use crate::bytes::text::lines;
use crate::evidence::{Evidence, Origin, Span};

pub static FORMAT: Format = Format {
    id: "android-backup",
    probe,
    decode,
    tables: [
        include_str!("../../formats/android-backup/format.toml"),
        include_str!("../../formats/android-backup/records.tsv"),
        include_str!("../../formats/android-backup/enums.tsv"),
        include_str!("../../formats/android-backup/channels.tsv"),
    ],
    keys: None,
};

const MAGIC: &[u8] = b"ANDROID BACKUP\n";

/// The header of an encrypted backup has nine lines.
const LONGEST: u64 = 4 << 10;

const ZLIB_HEADER: u64 = 2;
const ADLER: u64 = 4;

fn probe(evidence: &Evidence) -> Probe {
    match evidence.read(Span { offset: 0, len: MAGIC.len() as u64 }) {
        Ok(head) if &*head == MAGIC => {
            Probe { score: Score::Certain, why: Cow::Borrowed("first line of an Android backup") }
        }
        _ => Probe::NO,
    }
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let decoded = |version: Option<String>, completeness| Decoded { version, completeness, key_need: None };
    let Ok(head) = evidence.read(Span { offset: 0, len: LONGEST }) else {
        sink.diagnostic(Diagnostic::loss("android-backup/unread", Origin::Item, "the file could not be read again"));
        return decoded(None, Completeness::Unreadable);
    };
    let words: Vec<(String, usize)> = lines(&head)
        .take(9)
        .map(|line| {
            (String::from_utf8_lossy(head.get(line.start..line.end).unwrap_or_default()).into_owned(), line.next)
        })
        .collect();
    let word = |at: usize| words.get(at).map_or("", |(word, _)| word.as_str());
    let version = Some(word(1).to_owned());
    let is_encrypted = word(3) != "none";
    let known = ["none", "AES-256"].contains(&word(3)) && ["0", "1"].contains(&word(2));
    let header_lines = if is_encrypted { 9 } else { 4 };
    let Some((_, start)) = words.get(header_lines - 1).filter(|_| known) else {
        let message = "the header is cut or damaged: packing and encryption of what follows are not known";
        sink.diagnostic(Diagnostic::loss("android-backup/header", Origin::at(0, MAGIC.len()), message));
        return decoded(version, Completeness::Unreadable);
    };
    let header = head.get(..*start).unwrap_or_default();
    Structure::new(context.tables.structure("header", header.len()), 0, header).emit(sink);
    let data = Span { offset: *start as u64, len: evidence.len.saturating_sub(*start as u64) };
    if is_encrypted {
        sink.claim(&data.into(), Class::Known, "ciphertext");
        let need = KeyNeed {
            scheme: format!("{} with a password, PBKDF2 of {} rounds", word(3), word(6)),
            reason: "the backup was made with a password".to_owned(),
            features: Vec::new(),
            missing: Vec::new(),
            next_step: "ask for the password of the backup, unpack it and give the folder; keep the backup".to_owned(),
        };
        return Decoded { version, completeness: Completeness::Locked, key_need: Some(need) };
    }
    let came =
        if word(2) == "1" { packed(evidence, data, context, sink) } else { stored(evidence, data, context, sink) };
    decoded(version, if came { Completeness::Whole } else { Completeness::Unreadable })
}

/// The name of the archive inside.
const INSIDE: &str = "backup.tar";

fn stored(evidence: &Evidence, data: Span, context: &Context<'_>, sink: &mut dyn Sink) -> bool {
    sink.claim(&data.into(), Class::Known, "archive");
    let most = context.limits.member.min(context.limits.budget(evidence.len));
    let Some(bytes) = evidence.read(data).ok().filter(|_| data.len <= most) else {
        let message =
            "the archive is longer than what is taken out, or could not be read again; unpack it and give the folder";
        sink.diagnostic(Diagnostic::loss("android-backup/limit", Origin::Bytes(data.into()), message));
        return false;
    };
    sink.child(Child { name: INSIDE.to_owned(), at: Origin::Bytes(data.into()), bytes: &bytes, format: None });
    true
}

fn packed(evidence: &Evidence, data: Span, context: &Context<'_>, sink: &mut dyn Sink) -> bool {
    let most = context.limits.member.min(context.limits.budget(evidence.len));
    let deflated = Span { offset: data.offset + ZLIB_HEADER, len: data.len.saturating_sub(ZLIB_HEADER) };
    let origin = || Origin::Bytes(data.into());
    let Ok(inflated) = inflate(evidence, deflated, most) else {
        sink.diagnostic(Diagnostic::loss("android-backup/unread", origin(), "the file could not be read again"));
        return false;
    };
    let used = Span { offset: data.offset, len: ZLIB_HEADER + inflated.consumed };
    sink.claim(&used.into(), Class::Known, "packed archive");
    let behind = Span { offset: used.end(), len: data.end().saturating_sub(used.end()) };
    let cut = match inflated.end {
        End::Whole => {
            let sum = evidence.read(Span { offset: used.end(), len: ADLER }).ok();
            let stated = sum.and_then(|sum| Some(u32::from_be_bytes(<[u8; 4]>::try_from(&*sum).ok()?)));
            if stated != Some(adler32(&inflated.bytes)) {
                let message =
                    "the check sum behind the packed archive does not fit: bytes of it were changed or are missing";
                sink.diagnostic(Diagnostic::damage("android-backup/checksum", origin(), message));
            }
            sink.claim(&Span { len: behind.len.min(ADLER), ..behind }.into(), Class::Known, "check sum");
            false
        }
        End::Limit => {
            let message =
                format!("{} bytes came out, which is the limit; unpack it and give the folder", inflated.bytes.len());
            sink.diagnostic(Diagnostic::loss("android-backup/limit", origin(), message));
            sink.claim(&behind.into(), Class::Known, "packed archive");
            true
        }
        End::Cut | End::Corrupt => {
            let message = format!(
                "the packed archive breaks at offset {}; {} bytes came out before",
                used.end(),
                inflated.bytes.len()
            );
            sink.diagnostic(Diagnostic::loss("android-backup/stream", origin(), message));
            sink.claim(&behind.into(), Class::Damaged, "packed archive");
            true
        }
    };
    if inflated.bytes.is_empty() {
        return false;
    }
    let name = if cut { "backup-cut.tar" } else { INSIDE };
    sink.child(Child { name: name.to_owned(), at: origin(), bytes: &inflated.bytes, format: None });
    true
}
