//! Labels of members: safe, and different from each other.

use std::collections::HashMap;

use crate::evidence::label::{marked, of_member};

#[derive(Default)]
pub struct Labels {
    given: HashMap<String, u32>,
    /// Names that would lead out of the archive's folder or hold control characters: how many, and the first one.
    pub changed: (u64, String),
    /// Names that stood before.
    pub numbered: (u64, String),
}

impl Labels {
    pub fn give(&mut self, raw: &[u8], mark: &str) -> String {
        let name = String::from_utf8_lossy(raw);
        let safe = of_member(&name);
        if safe != name.trim_start_matches("./").trim_end_matches('/') {
            count(&mut self.changed, &name, &safe);
        }
        let label = if mark.is_empty() { safe } else { marked(&safe, mark) };
        let times = self.given.entry(label.clone()).or_insert(0);
        *times += 1;
        if *times == 1 {
            return label;
        }
        let numbered = marked(&label, &format!("-{times}"));
        count(&mut self.numbered, &name, &numbered);
        numbered
    }
}

fn count(told: &mut (u64, String), name: &str, label: &str) {
    if told.0 == 0 {
        told.1 = format!("{name:?} as {label}");
    }
    told.0 += 1;
}
