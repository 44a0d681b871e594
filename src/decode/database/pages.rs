//! Every byte of every page: what is framing, what a row claims, what is free, and what is left of old rows in free space.

use super::super::{Class, Sink};
use super::emit::{Emitter, Row, State, extent};
use super::{Database, rows};
use crate::bytes::database::{Carved, Carver, Content, Grade, Node, Page, Piece, Stored, Table, Use};
use crate::evidence::{Extent, Span};

/// What free space holds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Space {
    /// Bytes in freeblocks.
    pub freeblocks: u64,
    /// Bytes of free space that are not zero, and those of them in freeblocks.
    pub residue: u64,
    pub in_freeblocks: u64,
    /// Pages that nothing leads to and that are not empty.
    pub stray: u64,
    /// Rows that were carved and equal a row that is there.
    pub copies: u64,
    /// Rows that were carved.
    pub carved: u64,
}

/// A cell from free space that waits to be compared with the rows that are there.
struct Candidate<'a> {
    cell: Carved<'a>,
    piece: Piece,
}

pub struct Pages<'a, 'd> {
    database: &'d Database<'a>,
    carver: Carver,
    /// Table of each shape.
    tables: Vec<usize>,
    candidates: Vec<Candidate<'a>>,
    pub space: Space,
}

/// So many zeros between other bytes are no part of what was there.
const ZEROS: usize = 16;
/// Cells from free space that are kept; more are only counted as residue.
const MOST_CARVED: usize = 1 << 20;

impl<'a, 'd> Pages<'a, 'd> {
    pub fn new(database: &'d Database<'a>) -> Self {
        let (tables, shapes): (Vec<usize>, Vec<Table>) =
            database.tables().map(|(number, _, table)| (number, table.clone())).unzip();
        let header = &database.view.header;
        let carver = Carver::new(&shapes, header.encoding, header.usable());
        Pages { database, carver, tables, candidates: Vec::new(), space: Space::default() }
    }

    /// Accounts for a page, but for the cells that rows claim.
    pub fn page(&mut self, page: Page<'a>, used: Use, sink: &mut dyn Sink) {
        let usable = self.database.view.header.usable();
        if page.bytes.len() > usable {
            self.claim(page, usable, page.bytes.len() - usable, Class::Known, "reserved end of a page", sink);
        }
        let inner = usable.min(page.bytes.len());
        match used {
            Use::Tree(tree) => self.tree(page, tree, sink),
            Use::Overflow(_) => {}
            Use::FreeTrunk => {
                let count = page.bytes.get(4..8).map_or(0, |b| b.iter().fold(0, |n, b| n << 8 | usize::from(*b)));
                let head = (8 + 4 * count.min(usable / 4)).min(inner);
                self.claim(page, 0, head, Class::Decoded, "freelist", sink);
                self.free(page, head, inner - head, None, false, sink);
            }
            Use::FreeLeaf => self.free(page, 0, inner, None, false, sink),
            Use::PointerMap => self.claim(page, 0, inner, Class::Known, "pointer map", sink),
            Use::LockByte => self.claim(page, 0, page.bytes.len(), Class::Known, "lock-byte page", sink),
            Use::None => {
                self.space.stray += u64::from(page.bytes.iter().any(|byte| *byte != 0));
                self.free(page, 0, inner, None, false, sink);
            }
        }
    }

    fn claim(&self, page: Page<'a>, at: usize, len: usize, class: Class, what: &'static str, sink: &mut dyn Sink) {
        if len > 0 {
            sink.claim(&Extent::from(page.piece(at, len).span), class, what);
        }
    }

    /// A page of a tree. Cells of rows are left to the rows.
    pub fn tree(&mut self, page: Page<'a>, tree: u32, sink: &mut dyn Sink) {
        let usable = self.database.view.header.usable();
        let node = match Node::parse(page, usable) {
            Ok(node) => node,
            Err(_) => return self.claim(page, 0, page.bytes.len(), Class::Damaged, "no page of a tree", sink),
        };
        self.claim(page, node.start, node.pointers_end() - node.start, Class::Decoded, "head of a tree page", sink);
        let object = self.database.objects.get(tree as usize);
        let table = object.and_then(|object| object.table.as_ref());
        let holds_rows = table.is_some_and(|table| table.without_rowid || node.kind.is_table() && node.kind.is_leaf());
        let what = if node.kind.is_table() { "key of a table" } else { "entry of an index" };
        let mut taken: Vec<(usize, usize)> = Vec::with_capacity(node.cells);
        for at in node.pointers() {
            let Ok(cell) = node.cell(at) else { continue };
            taken.push((cell.at, cell.len));
            if !holds_rows {
                self.claim(page, cell.at, cell.len, Class::Known, what, sink);
            }
        }
        let only = table.and_then(|_| self.tables.iter().position(|number| *number == tree as usize));
        // Where the rows of no table can be, nothing is looked for.
        let only = Some(only.unwrap_or(usize::MAX));
        let end = node.content.min(usable);
        self.free(page, node.pointers_end(), end - node.pointers_end(), only, false, sink);
        let (blocks, _) = node.freeblocks();
        for (at, len) in blocks {
            taken.push((at, len));
            let before = self.space.residue;
            self.space.freeblocks += len as u64;
            self.free(page, at, len, only, true, sink);
            self.space.in_freeblocks += self.space.residue - before;
        }
        taken.sort_unstable();
        let mut at = end;
        for (start, len) in taken.into_iter().chain([(usable, 0)]) {
            if start > at {
                let gap = start - at;
                if gap < 4 {
                    self.claim(page, at, gap, Class::Known, "fragment", sink);
                } else {
                    self.free(page, at, gap, only, false, sink);
                }
            }
            at = at.max(start + len);
        }
    }

    /// Space that no tree uses. `only`: the number of the shape that may stand there.
    pub fn free(
        &mut self,
        page: Page<'a>,
        at: usize,
        len: usize,
        only: Option<usize>,
        is_block: bool,
        sink: &mut dyn Sink,
    ) {
        let Some(region) = page.bytes.get(at..at + len).filter(|region| !region.is_empty()) else { return };
        let head = if is_block { 4 } else { 0 };
        self.claim(page, at, head, Class::Known, "head of a freeblock", sink);
        if region.iter().skip(head).all(|byte| *byte == 0) {
            return self.claim(page, at + head, len - head, Class::Known, "free space, zeros", sink);
        }
        let found = self.carver.region(region, only, is_block);
        let mut from = head;
        for cell in found {
            self.residue(page, at, region, from, cell.start, sink);
            from = cell.start + cell.len;
            if self.candidates.len() < MOST_CARVED {
                let piece = page.piece(at + cell.start, cell.len);
                self.candidates.push(Candidate { cell, piece });
            }
        }
        self.residue(page, at, region, from, len, sink);
    }

    /// Runs of zeros are known, what stands between them nobody knows.
    fn residue(&mut self, page: Page<'a>, at: usize, region: &[u8], from: usize, to: usize, sink: &mut dyn Sink) {
        let Some(part) = region.get(from..to) else { return };
        let mut zeros = 0;
        for (place, byte) in part.iter().enumerate() {
            if *byte == 0 {
                zeros += 1;
                continue;
            }
            self.space.residue += 1;
            if zeros >= ZEROS || zeros == place {
                self.claim(page, at + from + place - zeros, zeros, Class::Known, "free space, zeros", sink);
            }
            zeros = 0;
        }
        self.claim(page, at + from + part.len() - zeros, zeros, Class::Known, "free space, zeros", sink);
    }

    /// The rest of an overflow page.
    pub fn slack(&mut self, page: Page<'a>, at: usize, sink: &mut dyn Sink) {
        let usable = self.database.view.header.usable();
        self.residue(page, 0, page.bytes, at, usable, sink);
    }

    /// Hands over the carved rows that equal no row that is there.
    pub fn carved(&mut self, emitter: &mut Emitter<'_>) {
        let mut candidates = std::mem::take(&mut self.candidates);
        candidates.sort_by_key(|candidate| (candidate.cell.shape, candidate.piece.span.offset));
        let encoding = self.database.view.header.encoding;
        for group in candidates.chunk_by(|a, b| a.cell.shape == b.cell.shape) {
            let Some(number) = group.first().and_then(|first| self.tables.get(first.cell.shape)).copied() else {
                continue;
            };
            let Some(table) = self.database.objects.get(number).and_then(|object| object.table.as_ref()) else {
                continue;
            };
            let mut known = std::collections::HashSet::new();
            let without_id = |columns: &mut [Stored<'_>]| {
                if let Some(id) = table.rowid_column.and_then(|at| columns.get_mut(at)) {
                    *id = Stored::Null;
                }
            };
            self.database.each(number, &mut |rowid, mut columns| {
                known.insert(Content::digest(rowid, &columns, encoding));
                without_id(&mut columns);
                known.insert(Content::digest(None, &columns, encoding));
            });
            for Candidate { cell, piece } in group {
                let columns = rows::ordered(table, cell.rowid, cell.values.clone());
                let Some(at) = extent(&[*piece], piece.in_log) else { continue };
                if !known.insert(Content::digest(cell.rowid, &columns, encoding)) {
                    self.space.copies += 1;
                    emitter.sink.claim(&at, Class::Known, "old copy of a row");
                    continue;
                }
                let state = match (cell.grade, cell.is_ambiguous) {
                    (Grade::Headless, _) => State::CarvedHeadless,
                    (Grade::Whole, true) => State::CarvedAmbiguous,
                    (Grade::Whole, false) => State::Carved,
                };
                self.space.carved += 1;
                emitter.row(self.database, &Row { table: number, rowid: cell.rowid, state, at: &at }, columns);
            }
        }
    }
}

/// The bytes of the page that lie behind the last whole one.
pub fn tail(len: usize, page_size: u32) -> Option<Span> {
    let rest = len % page_size as usize;
    (rest > 0).then(|| Span::new(len - rest, rest))
}
