//! Goes through the trees of a database, page by page. Every page is used once, so that no loop of pages can hold it.

use std::borrow::Cow;

use super::node::{Cell, Node};
use super::view::{Page, Piece, View};

/// What a page turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Nothing leads to it.
    None,
    /// Of the tree of this number.
    Tree(u32),
    /// Holds the rest of cells of the tree of this number.
    Overflow(u32),
    FreeTrunk,
    FreeLeaf,
    PointerMap,
    LockByte,
}

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Stable, short.
    pub kind: &'static str,
    pub page: u32,
    pub at: Option<Piece>,
    pub message: String,
    /// Rows whose presence is proved and whose content is gone.
    pub lost: u64,
}

/// A row's cell, put together.
pub struct RowCell<'a> {
    pub page: Page<'a>,
    /// Of a table with row ids.
    pub rowid: Option<i64>,
    /// As much of the record as could be read.
    pub payload: Cow<'a, [u8]>,
    /// All of the record is there.
    pub is_whole: bool,
    /// Where it lies: the cell, then its overflow.
    pub pieces: Vec<Piece>,
}

/// What the walk through one state has found so far.
pub struct Walk<'a, 'v> {
    pub view: &'v View<'a>,
    /// By page number.
    pub uses: Vec<Use>,
    pub faults: Vec<Fault>,
    /// Ends of overflow pages behind what they hold: page, and where the rest begins.
    pub slack: Vec<(u32, usize)>,
}

/// A tree has at most some twenty levels; a deeper one is no tree.
const DEPTH: u32 = 64;
/// Faults that are kept.
const MOST_FAULTS: usize = 10_000;

impl<'a, 'v> Walk<'a, 'v> {
    pub fn new(view: &'v View<'a>) -> Self {
        let pages = view.pages().min(view.highest()) as usize;
        let mut uses = vec![Use::None; pages + 1];
        for (number, used) in (0_u32..).zip(&mut uses) {
            if number == view.lock_page() {
                *used = Use::LockByte;
            } else if view.is_pointer_map(number) {
                *used = Use::PointerMap;
            }
        }
        Walk { view, uses, faults: Vec::new(), slack: Vec::new() }
    }

    fn fault(&mut self, kind: &'static str, page: u32, at: Option<Piece>, lost: u64, message: String) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(Fault { kind, page, at, message, lost });
        }
    }

    /// Takes a page; `None`, and the reason is kept, when it is not there or is taken already.
    fn take(&mut self, number: u32, from: u32, used: Use) -> Option<Page<'a>> {
        let at = self.view.page(from).map(|page| page.piece(0, page.bytes.len()));
        let Some(slot) = self.uses.get_mut(number as usize).filter(|_| number > 0) else {
            let message = format!("page {from} leads to page {number}, and there are only {}", self.uses.len() - 1);
            self.fault("page-missing", from, at, 0, message);
            return None;
        };
        if *slot != Use::None {
            let message = format!("page {from} leads to page {number}, which is in use elsewhere");
            self.fault("page-twice", from, at, 0, message);
            return None;
        }
        *slot = used;
        let size = self.view.header.page_size as usize;
        let page = self.view.page(number).filter(|page| page.bytes.len() == size);
        if page.is_none() {
            self.fault("page-missing", number, at, 0, format!("page {number} lies behind the end of the file"));
        }
        page
    }

    /// Hands over every row of the tree that begins at page `root`: of a table with row ids those of its leaves, of any other
    /// tree all of its cells. `tree` is the number that its pages get.
    pub fn tree(&mut self, root: u32, tree: u32, row: &mut dyn FnMut(RowCell<'a>)) {
        // Page, the one that led there, depth.
        let mut waiting = vec![(root, 1, 1)];
        let usable = self.view.header.usable();
        while let Some((number, from, depth)) = waiting.pop() {
            let Some(page) = self.take(number, from, Use::Tree(tree)) else { continue };
            let node = match Node::parse(page, usable) {
                Ok(node) => node,
                Err(reason) => {
                    let at = page.piece(0, page.bytes.len());
                    self.fault(
                        "tree-page",
                        number,
                        Some(at),
                        0,
                        format!("page {number} is no page of a tree: {reason}"),
                    );
                    continue;
                }
            };
            if depth > DEPTH {
                let at = page.piece(0, page.bytes.len());
                self.fault("too-deep", number, Some(at), 0, format!("page {number} lies {depth} levels deep"));
                continue;
            }
            let children_at = waiting.len();
            for at in node.pointers() {
                match node.cell(at) {
                    Ok(cell) => {
                        if !node.kind.is_leaf() {
                            waiting.push((cell.child, number, depth + 1));
                        }
                        if node.kind.is_leaf() || !node.kind.is_table() {
                            let cell = self.whole(&node, &cell, tree);
                            row(cell);
                        }
                    }
                    Err(reason) => {
                        let at = page.piece(at.min(page.bytes.len()), 0);
                        let lost = u64::from(node.kind.is_leaf());
                        self.fault("cell", number, Some(at), lost, format!("a cell of page {number}: {reason}"));
                    }
                }
            }
            if !node.kind.is_leaf() {
                waiting.push((node.right, number, depth + 1));
                // The first child comes first.
                if let Some(children) = waiting.get_mut(children_at..) {
                    children.reverse();
                }
            }
        }
    }

    /// The cell with what lies on overflow pages.
    fn whole(&mut self, node: &Node<'a>, cell: &Cell<'a>, tree: u32) -> RowCell<'a> {
        let page = node.page;
        let mut pieces = vec![page.piece(cell.at, cell.len)];
        let wanted = usize::try_from(cell.payload_len).unwrap_or(usize::MAX);
        if cell.overflow == 0 {
            let payload = Cow::Borrowed(cell.local);
            return RowCell { page, rowid: cell.rowid, is_whole: wanted == cell.local.len(), payload, pieces };
        }
        let mut payload = cell.local.to_vec();
        let usable = self.view.header.usable();
        let (mut next, mut from) = (cell.overflow, page.number);
        while payload.len() < wanted && next != 0 {
            let Some(overflow) = self.take(next, from, Use::Overflow(tree)) else { break };
            let (pointer, content) = overflow.bytes.get(..usable).unwrap_or(overflow.bytes).split_at(4);
            let taken = content.len().min(wanted - payload.len());
            payload.extend_from_slice(content.get(..taken).unwrap_or_default());
            pieces.push(overflow.piece(0, 4 + taken));
            self.slack.push((next, 4 + taken));
            from = next;
            next = pointer.iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
        }
        let is_whole = payload.len() == wanted;
        if !is_whole {
            let at = page.piece(cell.at, cell.len);
            let message = format!(
                "a row on page {} has {wanted} bytes, of which {} could be found on its overflow pages",
                page.number,
                payload.len()
            );
            self.fault("overflow", page.number, Some(at), 1, message);
        }
        RowCell { page, rowid: cell.rowid, payload: Cow::Owned(payload), is_whole, pieces }
    }

    /// Follows the freelist. Its pages are all that is free, in the order of the list.
    pub fn freelist(&mut self) {
        let usable = self.view.header.usable();
        let (mut next, mut from) = (self.view.header.freelist_trunk, 1);
        let mut found = 0_u64;
        while next != 0 {
            let Some(trunk) = self.take(next, from, Use::FreeTrunk) else { break };
            found += 1;
            let number = |at: usize| {
                let bytes = trunk.bytes.get(at..at + 4).unwrap_or(&[0; 4]);
                bytes.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte))
            };
            let count = number(4) as usize;
            if count > usable / 4 - 2 {
                let message = format!("page {next} of the freelist states {count} leaves, more than fit on it");
                self.fault("freelist", next, Some(trunk.piece(0, 8)), 0, message);
            }
            for leaf in 0..count.min(usable / 4 - 2) {
                if self.take(number(8 + 4 * leaf), next, Use::FreeLeaf).is_some() {
                    found += 1;
                }
            }
            from = next;
            next = number(0);
        }
        let stated = u64::from(self.view.header.freelist_pages);
        if found != stated {
            let at = self.view.page(1).map(|page| page.piece(32, 8));
            let message = format!("the header states {stated} free pages, the freelist holds {found}");
            self.fault("freelist", 1, at, 0, message);
        }
    }
}
