//! Definitions that other logs of the same firmware hold, for a log that lost its own: looked for in what lies beside it, and
//! taken only from logs whose header states the same product and the same build.

use super::super::Siblings;
use super::definitions::{Definition, Reader};
use super::frame::{self, Frame, Hole, Visitor};
use super::header::Header;
use super::survey::DEFINITION;
use crate::evidence::{Evidence, Sha256, Span};

/// The definitions of another log.
pub struct Kept {
    pub name: String,
    /// SHA-256 of what was read of it, and how much that is.
    pub digest: String,
    pub definitions: Vec<Definition>,
}

/// Items whose first bytes are looked at, the next ones by name first: logs are numbered, and firmware changes seldom.
pub const MOST_HEADS: usize = 256;
/// Logs of the same firmware that are read; two are enough to see whether they agree.
pub const MOST_LOGS: usize = 4;
/// Read of one: definitions are written in the first minutes, within the first 0.5 MB of real copies.
pub const MOST_BYTES: u64 = 16 << 20;
/// The longest header.
const HEAD: u64 = 512;

/// Logs beside this one that state the same product and build and hold definitions, the next by name first.
pub fn beside(header: &Header, siblings: &dyn Siblings) -> Vec<Kept> {
    let mut found = Vec::new();
    if !header.names_build() {
        return found;
    }
    let mut read = 0;
    for name in siblings.names().into_iter().take(MOST_HEADS) {
        if found.len() >= MOST_LOGS || read >= 2 * MOST_LOGS {
            break;
        }
        let is_same = siblings
            .part(&name, Span { offset: 0, len: HEAD })
            .and_then(|head| Header::parse(&head))
            .is_some_and(|other| other.is_of_same_firmware(header));
        let Some(bytes) = is_same.then(|| siblings.part(&name, Span { offset: 0, len: MOST_BYTES + 1 })).flatten()
        else {
            continue;
        };
        read += 1;
        if let Some(kept) = of_log(name, bytes, header).filter(|kept| !kept.definitions.is_empty()) {
            found.push(kept);
        }
    }
    found
}

/// What a log says about its records; definitions of which lines may be lost are left out.
fn of_log(name: String, mut bytes: Vec<u8>, header: &Header) -> Option<Kept> {
    let is_whole = bytes.len() as u64 <= MOST_BYTES;
    bytes.truncate(MOST_BYTES as usize);
    let sha256 = Sha256::of(&bytes);
    let digest = if is_whole {
        format!("SHA-256 {sha256}")
    } else {
        format!("SHA-256 of its first {} bytes {sha256}", bytes.len())
    };
    let mut stream = Stream { reader: Reader::new(header.hz()), scratch: Vec::new() };
    frame::scan(&Evidence::unlabelled(bytes), header.len as u64, &[], &mut stream).ok()?;
    if !is_whole {
        stream.reader.gap();
    }
    let definitions = stream.reader.finish().into_iter().filter(|definition| !definition.is_doubtful).collect();
    Some(Kept { name, digest, definitions })
}

/// Takes definitions and nothing else.
struct Stream {
    reader: Reader,
    scratch: Vec<u8>,
}

impl Visitor for Stream {
    fn record(&mut self, frame: &Frame<'_>) {
        if frame.kind() == DEFINITION {
            self.reader.record(frame.payload(&mut self.scratch), frame.at.offset(), frame.tick());
        }
    }

    fn zeros(&mut self, _at: Span) {}

    fn hole(&mut self, _hole: &Hole) {
        self.reader.gap();
    }

    fn cut(&mut self, _at: Span) {
        self.reader.gap();
    }
}
