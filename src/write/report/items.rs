//! The items of the evidence as other tables name them: by number, with a link where their row is shown.

use std::collections::HashMap;

use super::evidence;
use super::markup::name;
use crate::examine::FileReport;

/// The label of an item, and the offset of a record in it.
pub type Place<'a> = (&'a str, Option<u64>);

/// Numbers of the items by label, copies with that of the item that was read.
pub struct Items<'a> {
    numbers: HashMap<&'a str, usize>,
    is_shown: Vec<bool>,
}

impl<'a> Items<'a> {
    pub fn of(files: &[&'a FileReport]) -> Self {
        let mut numbers = HashMap::new();
        for (at, file) in files.iter().enumerate() {
            numbers.insert(file.path.as_str(), at);
            for copy in &file.copies {
                numbers.entry(copy).or_insert(at);
            }
        }
        Items { numbers, is_shown: evidence::shown(files) }
    }

    /// Whether the table of evidence has a row of the item.
    pub fn is_shown(&self, at: usize) -> bool {
        self.is_shown.get(at) == Some(&true)
    }

    /// `item 12`, a link where there is something to go to; the label of what has no number.
    pub fn link(&self, path: &str) -> String {
        match self.numbers.get(path) {
            Some(&at) if self.is_shown(at) => format!("<a href=\"#i{at}\">item&nbsp;{}</a>", at + 1),
            Some(&at) => format!("item&nbsp;{}", at + 1),
            None => name(path),
        }
    }

    /// The item and the offset of a record in it.
    pub fn place(&self, path: &str, offset: Option<u64>) -> String {
        let offset = offset.map(|offset| format!(", {offset}")).unwrap_or_default();
        format!("{}{offset}", self.link(path))
    }

    /// The same with more about it, and below it the last part of the label, so that the reader need not go there to know what
    /// it is.
    pub fn named_place(&self, path: &str, offset: Option<u64>, about: &str) -> String {
        let place = self.place(path, offset);
        let below = match self.numbers.contains_key(path) {
            true => format!("<small>{}</small>", name(path.rsplit('/').next().unwrap_or(path))),
            false => String::new(),
        };
        format!("{place} {about}{below}")
    }

    /// The first `most` of several places, and how many more there are.
    pub fn places(&self, places: &[Place<'_>], most: usize) -> String {
        let mut shown: Vec<String> = places.iter().take(most).map(|(path, offset)| self.place(path, *offset)).collect();
        if places.len() > most {
            shown.push(format!("{} more", places.len() - most));
        }
        shown.join("; ")
    }
}
