//! JSON with the place of every value: `serde_json` hands values out without it, and gives nothing of a text that was cut. Here what
//! stands before the break is kept.

use std::ops::Range;

use super::number::Decimal;

/// Lists inside lists.
const DEPTH: usize = 96;

/// One value and where it stands, in bytes of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub at: Range<usize>,
    pub kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    /// The value of this name in a map.
    pub fn get(&self, name: &str) -> Option<&Node> {
        match &self.kind {
            Kind::Map(pairs) => pairs.iter().find(|(key, _)| key == name).map(|(_, node)| node),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<f64> {
        match self.kind {
            Kind::Number(number) => Some(number),
            _ => None,
        }
    }

    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The entries of a list; none of anything else.
    pub fn list(&self) -> &[Node] {
        match &self.kind {
            Kind::List(list) => list,
            _ => &[],
        }
    }
}

/// Where and why a text is no JSON from there on.
#[derive(Clone, Debug, PartialEq)]
pub struct Break {
    pub at: usize,
    pub reason: &'static str,
}

/// The value that the text begins with, as far as it goes, and where it breaks.
pub fn parse(text: &str) -> (Option<Node>, Option<Break>) {
    let mut parser = Parser { text, at: 0, broken: None };
    let node = parser.value(0);
    parser.blanks();
    if parser.broken.is_none() && parser.at < text.len() {
        parser.fail("something stands behind the end");
    }
    (node, parser.broken)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    broken: Option<Break>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fail(&mut self, reason: &'static str) {
        let at = self.at;
        self.broken.get_or_insert(Break { at, reason });
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// `true` when this byte comes next; it is taken.
    fn takes(&mut self, byte: u8) -> bool {
        self.blanks();
        let is_it = self.peek() == Some(byte);
        self.at += usize::from(is_it);
        is_it
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        self.blanks();
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{' | b'[') if depth >= DEPTH => {
                self.fail("too many lists inside lists");
                return None;
            }
            Some(b'{') => self.map(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => Kind::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => Kind::Number(self.number()?),
            Some(b't') => self.word("true", Kind::Bool(true))?,
            Some(b'f') => self.word("false", Kind::Bool(false))?,
            Some(b'n') => self.word("null", Kind::Null)?,
            Some(_) => {
                self.fail("no value stands here");
                return None;
            }
            None => {
                self.fail("the text ends inside");
                return None;
            }
        };
        Some(Node { at: start..self.at, kind })
    }

    fn word(&mut self, word: &str, kind: Kind) -> Option<Kind> {
        if self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            self.at += word.len();
            return Some(kind);
        }
        self.fail("no value stands here");
        None
    }

    fn map(&mut self, depth: usize) -> Kind {
        self.at += 1;
        let mut pairs = Vec::new();
        if self.takes(b'}') {
            return Kind::Map(pairs);
        }
        loop {
            self.blanks();
            if self.peek() != Some(b'"') {
                self.fail("a name is missing");
                break;
            }
            let Some(name) = self.string() else { break };
            if !self.takes(b':') {
                self.fail("a colon is missing");
                break;
            }
            let value = self.value(depth + 1);
            pairs.extend(value.map(|value| (name, value)));
            if self.broken.is_some() || self.takes(b'}') {
                break;
            }
            if !self.takes(b',') {
                self.fail("a comma is missing");
                break;
            }
        }
        Kind::Map(pairs)
    }

    fn list(&mut self, depth: usize) -> Kind {
        self.at += 1;
        let mut list = Vec::new();
        if self.takes(b']') {
            return Kind::List(list);
        }
        loop {
            let value = self.value(depth + 1);
            list.extend(value);
            if self.broken.is_some() || self.takes(b']') {
                break;
            }
            if !self.takes(b',') {
                self.fail("a comma is missing");
                break;
            }
        }
        Kind::List(list)
    }

    fn number(&mut self) -> Option<f64> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let len = rest.iter().take_while(|b| b.is_ascii_digit() || b"+-.eE".contains(b)).count();
        let number = rest.get(..len).and_then(|words| Decimal::parse(words, false));
        match number {
            Some(number) => {
                self.at += len;
                Some(number.value())
            }
            None => {
                self.fail("no number stands here");
                None
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        let rest = self.text.as_bytes().get(self.at + 1..).unwrap_or_default();
        let mut len = 0;
        loop {
            match rest.get(len) {
                Some(b'"') => break,
                Some(b'\\') => len += 2,
                Some(_) => len += 1,
                None => {
                    self.fail("the text ends inside words");
                    return None;
                }
            }
        }
        let quoted = self.text.get(self.at..self.at + len + 2)?;
        match serde_json::from_str::<String>(quoted) {
            Ok(words) => {
                self.at += len + 2;
                Some(words)
            }
            Err(_) => {
                self.fail("words are not written as they must be");
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_know_their_places() {
        let text = " {\"a\": [1, -2.5e1, null], \"b\": {\"c\": \"x\\\"y\"}, \"d\": true}\n";
        let (node, broken) = parse(text);
        let node = node.expect("a map");
        assert_eq!(broken, None);
        let list = node.get("a").expect("a list").list();
        assert_eq!(list.iter().map(|n| &text[n.at.clone()]).collect::<Vec<_>>(), ["1", "-2.5e1", "null"]);
        assert_eq!(list[1].number(), Some(-25.0));
        assert_eq!(node.get("b").and_then(|b| b.get("c")).and_then(Node::text), Some("x\"y"));
    }

    #[test]
    fn what_stands_before_a_break_is_kept_and_nothing_panics() {
        let text = "{\"a\": [1, 2], \"b\": [3, {\"c\": 4}]}";
        for cut in 1..text.len() {
            let (node, broken) = parse(&text[..cut]);
            assert!(broken.is_some(), "cut at {cut}");
            assert!(cut < 12 || node.is_some_and(|n| n.get("a").is_some_and(|a| a.list().len() == 2)), "cut at {cut}");
        }
        let deep = "[".repeat(100_000);
        assert!(parse(&deep).1.is_some());
        for wrong in ["", "x", "{a:1}", "[1 2]", "\"\\q\"", "[1]]", "\"\\"] {
            assert!(parse(wrong).1.is_some(), "{wrong}");
        }
    }
}
