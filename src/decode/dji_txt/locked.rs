//! Versions 13 and 14: the content of most records is AES-256 cipher text. Everything in clear is read here: details, framing,
//! photos, wrapped keys. Decryption takes its place in this file when keys can be given.
//!
//! ```text
//! aux block  type u8 | length u16 | data      type 0: seed | info version, details, signature | check   type 1: version, department
//! ```

use super::super::{Class, Completeness, Context, Decoded, Diagnostic, KeyNeed, Payload, RawTime, Record, Sink};
use super::details::Details;
use super::emit::Emitter;
use super::frame::Framing;
use super::header::Header;
use super::piece::{Piece, Walked};
use super::walk;
use super::{extent, missing_images};
use crate::bytes::keystream::Key;
use crate::bytes::{Reader, Truncated};
use crate::evidence::Origin;
use crate::layout::Tables;

/// Where the first aux block stands, behind the prefix.
const AUX_AT: usize = 100;
/// Details lie behind the info version and their own length.
const DETAILS_IN_INFO: usize = 3;
const KEY_STORAGE: u8 = 56;

pub fn decode(bytes: &[u8], header: &Header, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let tables = context.tables;
    let framing = Framing::Scrambled { wide: true, magic: header.magic };
    let aux = Aux::read(bytes, header, tables, sink);
    let details_end = aux.info.len().min(DETAILS_IN_INFO + usize::from(header.details_len));
    let in_info = DETAILS_IN_INFO.min(details_end)..details_end;
    let details = Details::at(&aux.info, in_info.clone(), header, tables, false).filter(|d| !d.content.is_empty());
    let records_at = match usize::try_from(header.detail_offset) {
        Ok(at) if at >= aux.end && at < bytes.len() => at,
        _ => aux.end,
    };
    if records_at > aux.end {
        sink.claim(&extent(aux.end, records_at), Class::Known, "aux blocks");
    }
    let images = details.as_ref().map(|d| d.image_lens(bytes)).unwrap_or_default();
    let walked = walk::walk(bytes, records_at..bytes.len(), framing, &images);
    let mut emitter = Emitter::new(bytes, header.version, framing, tables, sink);
    if let Some(details) = &details {
        emitter.details(details, header.version, &extent(aux.info_at + in_info.start, aux.info_at + in_info.end));
    }
    let read = emitter.pieces(&walked);
    missing_images(&walked, sink);

    let version = Some(header.version.to_string());
    if read.records == 0 && details.is_none() {
        return Decoded { version, completeness: Completeness::Unreadable };
    }
    let reason = format!(
        "format version {} encrypts what its records say: {} positions are in the file and cannot be read without its keys; \
         details, serial numbers, photos and record counts stand in clear",
        header.version, read.rows
    );
    let need = KeyNeed {
        scheme: "AES-256-CBC, one key for each feature, wrapped for the maker's key service".to_owned(),
        reason,
        features: features(bytes, framing, tables, &walked),
        next_step: "keep the file: its keys can be asked for from the maker's flight record service; the aircraft's own log (DAT) \
                    or its copy on the phone may hold the same flight in clear"
            .to_owned(),
    };
    Decoded { version, completeness: Completeness::Locked(need) }
}

/// The features whose wrapped keys the file holds, in file order.
fn features(bytes: &[u8], framing: Framing, tables: &Tables, walked: &Walked) -> Vec<String> {
    let mut features = Vec::new();
    let mut content = Vec::new();
    for piece in &walked.pieces {
        let Piece::Record(placed) = piece else { continue };
        if placed.kind != KEY_STORAGE || placed.rest.is_some() {
            continue;
        }
        content.clear();
        framing.content_into(&bytes[placed.at..placed.at + placed.len], placed.kind, &mut content);
        let Some(field) = tables.layout(KEY_STORAGE.into(), content.len()).and_then(|l| l.field("feature")) else {
            continue;
        };
        let Some(value) = field.read(&content) else { continue };
        let name =
            field.value_name(&value).map_or_else(|| format!("feature {value}"), |name| format!("{name} ({value})"));
        if !features.contains(&name) {
            features.push(name);
        }
    }
    features
}

/// The aux blocks in front of the records.
struct Aux {
    /// The plain info block, empty when it is missing or damaged.
    info: Vec<u8>,
    /// Where the info block's plain text begins in the file.
    info_at: usize,
    end: usize,
}

impl Aux {
    fn read(bytes: &[u8], header: &Header, tables: &Tables, sink: &mut dyn Sink) -> Self {
        let mut aux = Aux { info: Vec::new(), info_at: AUX_AT, end: AUX_AT.min(bytes.len()) };
        if let Err(cut) = aux.read_blocks(bytes, header, tables, sink) {
            let message = format!("the file was cut: {cut}");
            sink.diagnostic(Diagnostic::loss("dji-txt/cut", Origin::at(aux.end, bytes.len() - aux.end), message));
            sink.claim(&extent(aux.end, bytes.len()), Class::Damaged, "aux block");
            aux.end = bytes.len();
        }
        aux
    }

    fn read_blocks(
        &mut self,
        bytes: &[u8],
        header: &Header,
        tables: &Tables,
        sink: &mut dyn Sink,
    ) -> Result<(), Truncated> {
        let mut reader = Reader::new(bytes, self.end);
        for (expected, table) in [(0, "aux_info"), (1, "aux_version")] {
            let kind = reader.u8("aux block type")?;
            let len = usize::from(reader.u16("aux block length")?);
            let at = reader.at();
            let data = reader.take("aux block", len)?;
            if kind != expected {
                let message = format!("an aux block of type {kind} stands where type {expected} must stand");
                sink.diagnostic(Diagnostic::damage("dji-txt/aux", Origin::at(self.end, 3), message));
                return Ok(());
            }
            sink.claim(&extent(self.end, reader.at()), Class::Known, "aux block");
            self.end = reader.at();
            let (content, content_at) = if kind == 0 {
                self.info_at = at + 1;
                match unscrambled(data, header.magic) {
                    Some(info) => self.info = info,
                    None => {
                        let message = "the check byte of the info block fails: the details cannot be read";
                        sink.diagnostic(Diagnostic::loss("dji-txt/info", Origin::at(at, len), message));
                        sink.claim(&extent(at, at + len), Class::Damaged, "info block");
                        continue;
                    }
                }
                (self.info.as_slice(), at + 1)
            } else {
                (data, at)
            };
            sink.record(&Record {
                layout: tables.structure(table, content.len()),
                kind: 0,
                at: &extent(content_at, content_at + content.len()),
                header: 0,
                trailer: 0,
                time: RawTime(None),
                counted: false,
                payload: Payload::Bytes(content),
            });
        }
        Ok(())
    }
}

/// The info block is scrambled as a record of type 0 is.
fn unscrambled(data: &[u8], magic: u64) -> Option<Vec<u8>> {
    let (&seed, cipher) = data.split_first()?;
    let key = Key::new(seed, 0, magic);
    let mut plain = Vec::with_capacity(cipher.len());
    key.unscramble_into(cipher, &mut plain);
    (plain.pop() == Some(key.check)).then_some(plain)
}
