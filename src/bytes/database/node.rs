//! Pages of trees and their cells.

use byteorder::{BigEndian as Be, ByteOrder as _};

use super::header::HEADER_LEN;
use super::record::varint;
use super::view::Page;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    IndexInterior,
    TableInterior,
    IndexLeaf,
    TableLeaf,
}

impl NodeKind {
    fn of(byte: u8) -> Option<Self> {
        Some(match byte {
            2 => NodeKind::IndexInterior,
            5 => NodeKind::TableInterior,
            10 => NodeKind::IndexLeaf,
            13 => NodeKind::TableLeaf,
            _ => return None,
        })
    }

    pub fn is_leaf(self) -> bool {
        matches!(self, NodeKind::IndexLeaf | NodeKind::TableLeaf)
    }

    pub fn is_table(self) -> bool {
        matches!(self, NodeKind::TableInterior | NodeKind::TableLeaf)
    }
}

/// A page of a tree.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    pub page: Page<'a>,
    pub kind: NodeKind,
    /// Of the tree's own header: 100 on the first page.
    pub start: usize,
    pub first_freeblock: usize,
    pub cells: usize,
    /// Where the content area begins.
    pub content: usize,
    pub fragments: usize,
    /// The last child of an interior page.
    pub right: u32,
    usable: usize,
}

/// A cell: what lies in the page itself.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    /// In the page.
    pub at: usize,
    pub len: usize,
    /// The left child of an interior page, else 0.
    pub child: u32,
    pub rowid: Option<i64>,
    /// The whole payload's length, and the part of it that lies here.
    pub payload_len: u64,
    pub local: &'a [u8],
    /// Of the local payload, in the page.
    pub local_at: usize,
    /// The first overflow page, 0 for none.
    pub overflow: u32,
}

impl<'a> Node<'a> {
    /// # Errors
    /// What makes the page no page of a tree.
    pub fn parse(page: Page<'a>, usable: usize) -> Result<Self, String> {
        let start = if page.number == 1 { HEADER_LEN } else { 0 };
        let bytes = page.bytes.get(..usable).unwrap_or(page.bytes);
        let byte = |at: usize| bytes.get(start + at).copied();
        let short = |at: usize| bytes.get(start + at..start + at + 2).map(|b| usize::from(Be::read_u16(b)));
        let cut = || "the page is cut off".to_owned();
        let kind = byte(0).ok_or_else(cut)?;
        let kind = NodeKind::of(kind).ok_or_else(|| format!("its kind is {kind}, which no page of a tree has"))?;
        let right =
            if kind.is_leaf() { 0 } else { bytes.get(start + 8..start + 12).map(Be::read_u32).ok_or_else(cut)? };
        let content = match short(5).ok_or_else(cut)? {
            0 => 65_536,
            content => content,
        };
        let node = Node {
            page: Page { bytes, ..page },
            kind,
            start,
            first_freeblock: short(1).ok_or_else(cut)?,
            cells: short(3).ok_or_else(cut)?,
            content,
            fragments: usize::from(byte(7).ok_or_else(cut)?),
            right,
            usable,
        };
        if node.pointers_end() > usable || node.content > usable || node.content < node.pointers_end() {
            return Err(format!(
                "it states {} cells and content from {} on, which a page of {usable} bytes cannot hold",
                node.cells, node.content
            ));
        }
        Ok(node)
    }

    fn header_len(&self) -> usize {
        if self.kind.is_leaf() { 8 } else { 12 }
    }

    /// Behind the last pointer.
    pub fn pointers_end(&self) -> usize {
        self.start + self.header_len() + 2 * self.cells
    }

    /// Places of the cells in the page, in the order of their keys.
    pub fn pointers(&self) -> impl Iterator<Item = usize> + use<'a> {
        let from = self.start + self.header_len();
        let pointers = self.page.bytes.get(from..self.pointers_end()).unwrap_or_default();
        pointers.chunks_exact(2).map(|pointer| usize::from(Be::read_u16(pointer)))
    }

    /// # Errors
    /// Why there is no cell.
    pub fn cell(&self, at: usize) -> Result<Cell<'a>, &'static str> {
        if at < self.pointers_end() || at >= self.usable {
            return Err("it would lie outside the cells of its page");
        }
        self.cell_anywhere(at)
    }

    /// A cell that no pointer leads to.
    ///
    /// # Errors
    /// Why there is no cell.
    pub fn cell_anywhere(&self, at: usize) -> Result<Cell<'a>, &'static str> {
        let cut = "it is cut off by the end of its page";
        let bytes = self.page.bytes;
        let rest = |from: usize| bytes.get(from..).unwrap_or_default();
        let mut next = at;
        let mut child = 0;
        if !self.kind.is_leaf() {
            child = bytes.get(next..next + 4).map(Be::read_u32).ok_or(cut)?;
            next += 4;
        }
        let mut payload_len = 0;
        if self.kind != NodeKind::TableInterior {
            let (len, size) = varint(rest(next)).ok_or(cut)?;
            payload_len = len;
            next += size;
        }
        let mut rowid = None;
        if self.kind.is_table() {
            let (id, size) = varint(rest(next)).ok_or(cut)?;
            rowid = Some(id as i64);
            next += size;
        }
        let local_len = self.local(payload_len);
        let local = bytes.get(next..next + local_len).ok_or(cut)?;
        let mut end = next + local_len;
        let mut overflow = 0;
        if payload_len > local_len as u64 {
            overflow = bytes.get(end..end + 4).map(Be::read_u32).ok_or(cut)?;
            end += 4;
        }
        // The smallest cell takes four bytes: as much as a freeblock needs.
        let len = (end - at).max(4).min(bytes.len() - at);
        Ok(Cell { at, len, child, rowid, payload_len, local, local_at: next, overflow })
    }

    /// How much of a payload lies in the page itself.
    fn local(&self, payload: u64) -> usize {
        let usable = self.usable as u64;
        let most = match self.kind {
            NodeKind::TableInterior => return 0,
            NodeKind::TableLeaf => usable - 35,
            NodeKind::IndexInterior | NodeKind::IndexLeaf => (usable - 12) * 64 / 255 - 23,
        };
        if payload <= most {
            return payload as usize;
        }
        let least = (usable - 12) * 32 / 255 - 23;
        let fitting = least + (payload - least) % (usable - 4);
        (if fitting <= most { fitting } else { least }) as usize
    }

    /// Freeblocks as (place, length), as far as their chain can be followed; whether it ends well.
    pub fn freeblocks(&self) -> (Vec<(usize, usize)>, bool) {
        let bytes = self.page.bytes;
        let mut blocks = Vec::new();
        let mut at = self.first_freeblock;
        let mut last_end = self.pointers_end();
        while at != 0 {
            let head = bytes.get(at..at + 4).filter(|_| at >= last_end && at >= self.content);
            let Some(head) = head else { return (blocks, false) };
            let len = usize::from(Be::read_u16(head.get(2..).unwrap_or(&[0, 0])));
            if len < 4 || at + len > self.usable {
                return (blocks, false);
            }
            blocks.push((at, len));
            last_end = at + len;
            at = usize::from(Be::read_u16(head));
        }
        (blocks, true)
    }
}
