//! XML with the place of everything in it. Elements that only hold others (tracks, folders) are walked through, all others are
//! handed out whole: a point or a placemark is small, a file is not. Entities of a document type are never resolved, so there is
//! nothing to blow up and nothing to fetch; damage costs the element that it is in.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

/// Elements inside elements of one that is handed out whole.
const DEPTH: usize = 64;
/// Elements of one that is handed out whole.
const ELEMENTS: usize = 1_000_000;
/// How often the length of the text may be read again after damage.
const AGAIN: usize = 4;

/// One element with all that stands in it; places are bytes of the text.
#[derive(Clone, Debug, Default)]
pub struct Element {
    pub prefix: String,
    /// Without its prefix.
    pub name: String,
    pub attributes: Vec<Attribute>,
    /// Its own text, entities resolved.
    pub text: String,
    /// Where that text stands, from its first to its last byte.
    pub text_at: Range<usize>,
    pub children: Vec<Element>,
    /// Start tag to end tag.
    pub at: Range<usize>,
}

#[derive(Clone, Debug)]
pub struct Attribute {
    pub prefix: String,
    pub name: String,
    pub value: String,
    /// Of the value.
    pub at: Range<usize>,
}

impl Element {
    /// The first child of this name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of this name.
    pub fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element of this name, however deep.
    pub fn find(&self, name: &str) -> Option<&Element> {
        self.children.iter().find_map(|child| if child.name == name { Some(child) } else { child.find(name) })
    }

    /// The text of the first child of this name; `None` when there is none or it is empty.
    pub fn words(&self, name: &str) -> Option<&str> {
        self.child(name).map(Element::trimmed).filter(|text| !text.is_empty())
    }

    /// Its own text without the blanks around it.
    pub fn trimmed(&self) -> &str {
        self.text.trim()
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|a| a.name == name).map(|a| a.value.trim()).filter(|v| !v.is_empty())
    }
}

/// What the walk meets, in order.
pub enum Met {
    /// The start tag of an element that holds others: no children, no text.
    Open(Element),
    Close(String),
    /// An element with all that is in it.
    Whole(Element),
    /// Tags, declarations, comments and blanks between.
    Markup(Range<usize>),
    /// What cannot be read, and why.
    Damage(Range<usize>, String),
}

/// How a text is gone through.
#[derive(Clone, Copy)]
pub struct Walk<'w> {
    /// Elements that are walked through.
    pub holders: &'w [&'w str],
    /// Elements at which the walk goes on behind damage.
    pub resume: &'w [&'w str],
}

struct State<'t, 'w, 'f> {
    text: &'t str,
    walk: Walk<'w>,
    /// Where the reader's text begins.
    base: usize,
    reader: Reader<&'t [u8]>,
    stack: Vec<Element>,
    holders: usize,
    elements: usize,
    /// Where the event begins that is being read.
    at: usize,
    meet: &'f mut dyn FnMut(Met),
}

/// Goes through the text.
pub fn walk(text: &str, walk: Walk<'_>, meet: &mut dyn FnMut(Met)) {
    let mut state =
        State { text, walk, base: 0, reader: reader(text), stack: Vec::new(), holders: 0, elements: 0, at: 0, meet };
    let mut again = text.len().saturating_mul(AGAIN);
    while let Err(reason) = state.events() {
        let stop = state.place();
        let damaged = state.stack.first().map_or(state.at, |open| open.at.start);
        again = again.saturating_sub(stop.saturating_sub(damaged));
        let from = if again > 0 { damaged } else { stop.max(damaged) };
        let next = next_of(text, from + 1, walk.resume);
        (state.meet)(Met::Damage(damaged..next.unwrap_or(text.len()), reason));
        let Some((next, rest)) = next.and_then(|next| Some((next, text.get(next..)?))) else { return };
        state.base = next;
        state.reader = reader(rest);
        state.stack.clear();
        state.elements = 0;
    }
}

/// The outermost element, without what is in it: what kind of document it is. The text may end anywhere behind its start tag.
pub fn root(text: &str) -> Option<Element> {
    if !text.trim_start().starts_with('<') {
        return None;
    }
    let mut found = None;
    let state = State {
        text,
        walk: Walk { holders: &[], resume: &[] },
        base: 0,
        reader: reader(text),
        stack: Vec::new(),
        holders: 0,
        elements: 0,
        at: 0,
        meet: &mut |_| {},
    };
    let mut reader = reader(text);
    while found.is_none() {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => found = Some(state.element(&tag)),
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    found
}

fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    // Behind damage the ends of what was opened before it follow.
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    reader
}

/// The next start tag of one of these names without a prefix.
fn next_of(text: &str, from: usize, names: &[&str]) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'<', bytes.get(from..)?).map(|hit| from + hit).find(|at| {
        let rest = bytes.get(at + 1..).unwrap_or_default();
        names.iter().any(|name| {
            rest.strip_prefix(name.as_bytes()).is_some_and(|behind| {
                behind.first().is_none_or(|b| matches!(b, b'>' | b'/') || b.is_ascii_whitespace())
            })
        })
    })
}

impl State<'_, '_, '_> {
    fn place(&self) -> usize {
        self.base + (self.reader.buffer_position() as usize).min(self.text.len() - self.base)
    }

    /// Reads to the end of the text.
    fn events(&mut self) -> Result<(), String> {
        loop {
            self.at = self.place();
            let event = self.reader.read_event().map_err(|error| error.to_string())?;
            let end = self.place();
            match event {
                Event::Start(tag) => self.open(&tag, end)?,
                Event::Empty(tag) => {
                    self.open(&tag, end)?;
                    if self.stack.is_empty() {
                        self.holders = self.holders.saturating_sub(1);
                        (self.meet)(Met::Close(tag.local_name().into_inner().to_owned()));
                    } else {
                        self.close(end);
                    }
                }
                Event::End(tag) if self.stack.is_empty() => {
                    self.holders = self.holders.saturating_sub(1);
                    (self.meet)(Met::Markup(self.at..end));
                    (self.meet)(Met::Close(tag.local_name().into_inner().to_owned()));
                }
                Event::End(_) => self.close(end),
                Event::Text(text) => self.text(&text.xml10_content(), end),
                Event::CData(text) => self.text(&text.xml10_content(), end),
                Event::GeneralRef(name) => {
                    let c = name.resolve_char_ref().ok().flatten();
                    match (c, resolve_predefined_entity(&name)) {
                        (Some(c), _) => self.text(c.encode_utf8(&mut [0; 4]), end),
                        (None, Some(known)) => self.text(known, end),
                        // Left as it stands: a number in it will not be read.
                        (None, None) => self.text(&format!("&{};", &*name), end),
                    }
                }
                Event::Eof if self.stack.is_empty() => {
                    if self.holders > 0 {
                        let message = "the text ends before its outermost element does";
                        (self.meet)(Met::Damage(end..end, message.to_owned()));
                    }
                    return Ok(());
                }
                Event::Eof => return Err("the text ends inside an element".to_owned()),
                Event::DocType(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {
                    if self.stack.is_empty() {
                        (self.meet)(Met::Markup(self.at..end));
                    }
                }
            }
        }
    }

    fn open(&mut self, tag: &BytesStart<'_>, end: usize) -> Result<(), String> {
        let mut element = self.element(tag);
        if self.stack.is_empty() && self.walk.holders.contains(&element.name.as_str()) {
            self.holders += 1;
            element.at = self.at..end;
            (self.meet)(Met::Markup(self.at..end));
            (self.meet)(Met::Open(element));
            return Ok(());
        }
        self.elements += 1;
        if self.stack.len() >= DEPTH || self.elements > ELEMENTS {
            return Err(format!("an element holds more than {DEPTH} levels or {ELEMENTS} elements"));
        }
        self.stack.push(element);
        Ok(())
    }

    fn element(&self, tag: &BytesStart<'_>) -> Element {
        let (name, prefix) = tag.name().decompose();
        let start = self.text.as_ptr() as usize;
        let attributes = tag.attributes().filter_map(Result::ok).filter_map(|a| {
            let value = a.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?;
            let (name, prefix) = a.key.decompose();
            // The raw value is a part of the text, so its address tells its place.
            let at = (a.value.as_ptr() as usize).checked_sub(start).filter(|at| at + a.value.len() <= self.text.len());
            let at = at.map_or(self.at..self.at, |at| at..at + a.value.len());
            let prefix = prefix.map(|p| p.into_inner().to_owned()).unwrap_or_default();
            Some(Attribute { prefix, name: name.into_inner().to_owned(), value: value.into_owned(), at })
        });
        Element {
            prefix: prefix.map(|p| p.into_inner().to_owned()).unwrap_or_default(),
            name: name.into_inner().to_owned(),
            attributes: attributes.collect(),
            text_at: self.at..self.at,
            at: self.at..self.at,
            ..Element::default()
        }
    }

    fn close(&mut self, end: usize) {
        let Some(mut done) = self.stack.pop() else { return };
        done.at.end = end;
        match self.stack.last_mut() {
            Some(parent) => parent.children.push(done),
            None => {
                self.elements = 0;
                (self.meet)(Met::Whole(done));
            }
        }
    }

    fn text(&mut self, text: &str, end: usize) {
        match self.stack.last_mut() {
            Some(open) => {
                if open.text.is_empty() {
                    open.text_at = self.at..end;
                }
                open.text.push_str(text);
                open.text_at.end = end;
            }
            None => (self.meet)(Met::Markup(self.at..end)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GPX: Walk<'static> = Walk { holders: &["gpx", "trk"], resume: &["pt"] };

    /// Places of whole elements, bytes of markup, places of damage.
    fn met(text: &str) -> (Vec<Range<usize>>, usize, Vec<Range<usize>>) {
        let (mut whole, mut markup, mut damage) = (Vec::new(), 0, Vec::new());
        walk(text, GPX, &mut |met| match met {
            Met::Whole(element) => whole.push(element.at),
            Met::Markup(at) => markup += at.len(),
            Met::Damage(at, _) => damage.push(at),
            Met::Open(_) | Met::Close(_) => {}
        });
        (whole, markup, damage)
    }

    #[test]
    fn elements_and_values_know_their_places() {
        let text = "<gpx><trk>\n<pt lat='1.5' x:lon=\"2\"><ele>3 &amp; 4</ele></pt></trk></gpx>";
        let (whole, markup, damage) = met(text);
        assert_eq!(whole.len(), 1);
        assert_eq!(&text[whole[0].clone()], "<pt lat='1.5' x:lon=\"2\"><ele>3 &amp; 4</ele></pt>");
        assert_eq!((markup + whole[0].len(), damage.len()), (text.len(), 0));
        walk(text, GPX, &mut |met| {
            let Met::Whole(point) = met else { return };
            let values: Vec<&str> = point.attributes.iter().map(|a| &text[a.at.clone()]).collect();
            assert_eq!((values, point.attributes[1].prefix.as_str()), (vec!["1.5", "2"], "x"));
            assert_eq!(point.words("ele"), Some("3 & 4"));
        });
    }

    #[test]
    fn damage_costs_the_element_that_it_is_in() {
        let text = "<gpx><trk><pt a='1'/><pt a='2'><e></pt><pt a='3'/></trk></gpx>";
        let (whole, _, damage) = met(text);
        assert_eq!((whole.len(), damage.len()), (2, 1));
        assert_eq!(&text[damage[0].clone()], "<pt a='2'><e></pt>");
        let cut = &text[..15];
        let (_, _, damage) = met(cut);
        assert_eq!((damage.len(), damage[0].clone()), (1, 10..15));
    }
}
