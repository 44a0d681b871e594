//! What happened to many members is told once, with the first names.

/// Things of one kind: their number and the first few by name.
#[derive(Default)]
pub struct Tally {
    pub count: u64,
    named: Vec<String>,
}

/// Names that are told; the rest is a number.
const NAMED: usize = 10;

impl Tally {
    pub fn add(&mut self, name: impl FnOnce() -> String) {
        self.count += 1;
        if self.named.len() < NAMED {
            self.named.push(name());
        }
    }

    /// `a, b and 3 more`.
    pub fn names(&self) -> String {
        let more = self.count - self.named.len() as u64;
        let named = self.named.join(", ");
        if more == 0 { named } else { format!("{named} and {more} more") }
    }
}
