//! Names of members: from bytes to text, to labels that differ from each other.

use std::collections::HashSet;

use crate::evidence::label;

/// Code page 437 from 80 to FF, as the Unicode consortium maps it (CP437.TXT).
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
                     └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// Text of a name that may be UTF-8 without saying so; no sensible name of the code page is valid UTF-8 by chance.
pub fn text(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(text) => text.to_owned(),
        Err(_) => raw.iter().map(|byte| cp437(*byte)).collect(),
    }
}

fn cp437(byte: u8) -> char {
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(upper) => CP437.chars().nth(usize::from(upper)).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

/// Labels that were given: no two members may lie at one place, nor a file where a folder is.
#[derive(Default)]
pub struct Labels {
    files: HashSet<String>,
    folders: HashSet<String>,
    /// The number that was given last, by label, so that thousands of equal names are no long search.
    numbers: std::collections::HashMap<String, u32>,
}

/// How a member is called, and what had to be changed for that.
pub struct Label {
    pub label: String,
    /// The name was not safe as it stood.
    pub escaped: bool,
    /// The place was taken.
    pub numbered: bool,
}

impl Labels {
    /// The label of a member of this name; `mark` goes behind its stem.
    pub fn give(&mut self, name: &str, mark: &str) -> Label {
        let safe = label::of_member(name);
        let escaped = safe != name;
        let (folders, last) = safe.rsplit_once('/').map_or(("", safe.as_str()), |(folders, last)| (folders, last));
        let mut path = String::new();
        let mut numbered = false;
        for part in folders.split('/').filter(|part| !part.is_empty()) {
            let wanted = joined(&path, part);
            // A folder where a file stands.
            let free = self.free(&wanted, |labels, place| !labels.files.contains(place));
            numbered |= free != wanted;
            self.folders.insert(free.clone());
            path = free;
        }
        let wanted = label::marked(&joined(&path, last), mark);
        let free = self.free(&wanted, |labels, place| !labels.files.contains(place) && !labels.folders.contains(place));
        numbered |= free != wanted;
        self.files.insert(free.clone());
        Label { label: free, escaped, numbered }
    }

    /// `wanted`, or the first `wanted-2`, `wanted-3` ... that is free.
    fn free(&mut self, wanted: &str, is_free: impl Fn(&Labels, &str) -> bool) -> String {
        if is_free(self, wanted) {
            return wanted.to_owned();
        }
        let mut number = self.numbers.get(wanted).copied().unwrap_or(1);
        loop {
            number += 1;
            let place = label::marked(wanted, &format!("-{number}"));
            if is_free(self, &place) {
                self.numbers.insert(wanted.to_owned(), number);
                return place;
            }
        }
    }
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_utf_8_or_code_page_437() {
        assert_eq!(text("Fl\u{fc}ge/\u{65e5}.txt".as_bytes()), "Fl\u{fc}ge/\u{65e5}.txt");
        // 81 is u umlaut and E1 sharp s in the code page, FF a space that does not break.
        assert_eq!(text(b"Fl\x81ge \xe1\xff"), "Fl\u{fc}ge \u{df}\u{a0}");
        assert_eq!(CP437.chars().count(), 128);
    }

    #[test]
    fn no_two_members_lie_at_one_place() {
        let mut labels = Labels::default();
        let mut give = |name: &str| labels.give(name, "").label;
        assert_eq!(give("a.txt"), "a.txt");
        assert_eq!(give("a.txt"), "a-2.txt");
        assert_eq!(give("./a.txt"), "a-3.txt");
        assert_eq!(give("dir/x"), "dir/x");
        assert_eq!(give("dir"), "dir-2", "a folder is there");
        assert_eq!(give("dir-2/y"), "dir-2-2/y", "a file is there");
        assert_eq!(give("a-2.txt"), "a-2-2.txt");
    }
}
