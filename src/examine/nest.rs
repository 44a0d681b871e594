//! Items inside items: how deep, and how much may come out of all of them together, so that a bomb of archives in archives ends.

use std::cell::Cell;

use super::Tools;
use crate::evidence::{Evidence, Limits};

/// What the items of one file have left together.
pub struct Budget {
    bytes: Cell<u64>,
    members: Cell<u64>,
}

impl Budget {
    pub fn of(evidence: &Evidence, limits: &Limits) -> Self {
        Budget { bytes: Cell::new(limits.budget(evidence.len)), members: Cell::new(limits.members) }
    }
}

/// The place of an item among those inside each other.
#[derive(Clone, Copy)]
pub struct Nest<'a> {
    pub tools: &'a Tools,
    pub depth: u32,
    budget: &'a Budget,
}

impl<'a> Nest<'a> {
    pub fn outermost(tools: &'a Tools, budget: &'a Budget) -> Self {
        Nest { tools, depth: 0, budget }
    }

    /// The place of a child; `None` when nothing further in is looked into.
    pub fn inner(self) -> Option<Self> {
        let allowed = self.depth < self.tools.limits.depth && self.budget.bytes.get() > 0;
        allowed.then_some(Nest { depth: self.depth + 1, ..self })
    }

    /// A child of so many bytes came out.
    pub fn spend(self, len: u64) {
        self.budget.bytes.set(self.budget.bytes.get().saturating_sub(len));
        self.budget.members.set(self.budget.members.get().saturating_sub(1));
    }

    /// The limits for a decoder here: what is left is all that may come out.
    pub fn limits(self) -> Limits {
        Limits { inflated: self.budget.bytes.get(), ratio: 0, members: self.budget.members.get(), ..self.tools.limits }
    }
}
