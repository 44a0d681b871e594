//! The aux blocks of versions 13 and 14, in front of the records: details and signature, then version and department.
//!
//! ```text
//! type u8 | length u16 | data      type 0: seed | info version, details, signature | check      type 1: version, department
//! ```

use super::super::{Class, Diagnostic, Payload, Record, Sink};
use super::extent;
use super::header::Header;
use crate::bytes::keystream::Key;
use crate::bytes::{Reader, Truncated};
use crate::evidence::Origin;
use crate::layout::Tables;

/// Where the first aux block stands, behind the prefix.
const AUX_AT: usize = 100;

/// The aux blocks in front of the records.
#[derive(Default)]
pub struct Aux {
    /// The plain info block, empty when it is missing or damaged.
    pub info: Vec<u8>,
    /// Where the info block's plain text begins in the file.
    pub info_at: usize,
    pub end: usize,
    /// Version and department, as the version block states them.
    pub version: Option<u16>,
    pub department: Option<u8>,
}

impl Aux {
    pub fn read(bytes: &[u8], header: &Header, tables: &Tables, sink: &mut dyn Sink) -> Self {
        let mut aux =
            Aux { info: Vec::new(), info_at: AUX_AT, end: AUX_AT.min(bytes.len()), version: None, department: None };
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
                self.version = data.first_chunk().map(|v| u16::from_le_bytes(*v));
                self.department = data.get(2).copied();
                (data, at)
            };
            sink.record(&Record::structure(
                tables.structure(table, content.len()),
                &extent(content_at, content_at + content.len()),
                Payload::Bytes(content),
            ));
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
