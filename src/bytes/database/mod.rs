//! SQLite 3 databases by their pages, with the place of every cell: SQLite itself tells rows, not where they lie, and neither what
//! is left of deleted ones. Facts by the file format document of the SQLite project.
//!
//! ```text
//! database  page 1: header 100, tree | page ... of one size      tree, overflow, freelist, pointer map, lock-byte page
//! tree page kind u8 | freeblock u16 | cells u16 | content u16 | fragments u8 | right u32 | pointers u16 ... gap ... cells
//! cell      length varint | row id varint | record | next overflow page u32
//! record    header length varint | type varint ... | value ...
//! log       header 32 | frame: page u32, commit u32, salts, sums 24, page       (write-ahead log; big-endian, as all numbers)
//! journal   header in a sector | page u32, page, sum u32
//! ```

mod carve;
mod content;
mod header;
mod journal;
mod log;
mod node;
mod private_copy;
mod record;
mod schema;
mod view;
mod walk;

pub use carve::{Carved, Carver, Grade, Shape};
pub use content::Content;
pub use header::{Encoding, Header, MAGIC};
pub use journal::{JOURNAL_MAGIC, Journal};
pub use log::{Frame, FrameState, LOG_HEADER, Log, is_log};
pub use node::{Cell, Node, NodeKind};
pub use private_copy::{PrivateCopy, quoted};
pub use record::{Stored, read_record, size_of, types_of, value, varint};
pub use schema::{Affinity, Column, Table, parse_table};
pub use view::{Page, Piece, View};
pub use walk::{Fault, RowCell, Use, Walk};

/// Whether the bytes begin as a database, its write-ahead log or its rollback journal: what belongs together though it is stored in
/// several files.
pub fn is_part(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC) || is_log(bytes) || bytes.starts_with(JOURNAL_MAGIC)
}
