//! Goes through a KML text and hands out its placemarks one by one. Damage costs the placemark that it is in: the walk goes on at
//! the next one. Entities of a document type are never resolved, so there is nothing to blow up and nothing to fetch.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use super::element::Element;

/// Elements inside elements of one placemark.
const DEPTH: usize = 64;
/// Elements of one placemark.
const ELEMENTS: usize = 4_000_000;
/// How often the length of the text may be read again after damage.
const AGAIN: usize = 4;

/// Elements that are handed out whole.
const WHOLE: &[&str] = &["Placemark", "NetworkLink"];
/// Elements outside placemarks that may be understood as places, kinds or times of them.
const COUNTED: &[&str] = &["GroundOverlay", "ScreenOverlay", "PhotoOverlay", "Tour", "Folder", "TimeSpan", "TimeStamp"];

/// What the walk meets.
pub enum Met {
    /// A whole element.
    Element(Element),
    /// One of [`COUNTED`].
    Counted(&'static str),
    DocType,
    /// Something that cannot be read: where it begins, and why.
    Damage(usize, String),
}

struct Walk<'t, 'f> {
    /// Where the reader's text begins.
    base: usize,
    reader: Reader<&'t [u8]>,
    stack: Vec<Element>,
    /// Where the outermost element of the stack begins.
    start: usize,
    /// Where the event begins that is being read.
    at: usize,
    elements: usize,
    meet: &'f mut dyn FnMut(Met),
}

/// Goes through the text.
pub fn walk(text: &str, meet: &mut dyn FnMut(Met)) {
    let mut walk = Walk { base: 0, reader: reader(text), stack: Vec::new(), start: 0, at: 0, elements: 0, meet };
    let mut again = text.len().saturating_mul(AGAIN);
    while let Err(reason) = walk.events() {
        let stop = walk.base + (walk.reader.buffer_position() as usize).min(text.len() - walk.base);
        let damaged = if walk.stack.is_empty() { walk.at } else { walk.start };
        (walk.meet)(Met::Damage(damaged, reason));
        // Behind the beginning of the damaged one, as long as that does not mean to read the same text over and over.
        again = again.saturating_sub(stop.saturating_sub(damaged));
        let from = if again > 0 { damaged } else { stop.max(damaged) };
        let Some(next) = next_placemark(text, from + 1) else { return };
        walk.base = next;
        walk.reader = reader(&text[next..]);
        walk.stack.clear();
        walk.elements = 0;
    }
}

fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    // Behind damage the ends of what was opened before it follow.
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    reader
}

/// The next `<Placemark`, with or without a prefix.
fn next_placemark(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memmem::find_iter(bytes.get(from..)?, b"Placemark").map(|hit| from + hit).find_map(|at| {
        let before = &bytes[from.saturating_sub(1).max(at.saturating_sub(64))..at];
        let open = before.iter().rposition(|b| *b == b'<')?;
        let prefix = &before[open + 1..];
        let is_prefix = prefix.is_empty()
            || prefix.ends_with(b":") && prefix.iter().all(|b| !b.is_ascii_whitespace() && *b != b'>');
        let start = at - prefix.len() - 1;
        (is_prefix && start >= from && !prefix.starts_with(b"/")).then_some(start)
    })
}

impl Walk<'_, '_> {
    /// Reads to the end of the text.
    fn events(&mut self) -> Result<(), String> {
        loop {
            self.at = self.base + self.reader.buffer_position() as usize;
            match self.reader.read_event().map_err(|error| error.to_string())? {
                Event::Start(tag) => self.open(&tag)?,
                Event::Empty(tag) => {
                    self.open(&tag)?;
                    self.close();
                }
                Event::End(_) => self.close(),
                Event::Text(text) => self.text(&text.xml10_content()),
                Event::CData(text) => self.text(&text.xml10_content()),
                Event::GeneralRef(name) => {
                    let c = name.resolve_char_ref().ok().flatten();
                    match (c, resolve_predefined_entity(&name)) {
                        (Some(c), _) => self.text(c.encode_utf8(&mut [0; 4])),
                        (None, Some(known)) => self.text(known),
                        // Left as it stands: a number in it will not be read.
                        (None, None) => self.text(&format!("&{};", &*name)),
                    }
                }
                Event::DocType(_) => (self.meet)(Met::DocType),
                Event::Eof if self.stack.is_empty() => return Ok(()),
                Event::Eof => return Err("the file ends inside it".to_owned()),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }

    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        let local = tag.local_name();
        let name = local.into_inner();
        if self.stack.is_empty() {
            if let Some(counted) = COUNTED.iter().find(|counted| **counted == name) {
                (self.meet)(Met::Counted(counted));
            }
            if !WHOLE.contains(&name) {
                return Ok(());
            }
            self.start = self.at;
        }
        self.elements += 1;
        if self.stack.len() >= DEPTH || self.elements > ELEMENTS {
            return Err(format!("it holds more than {DEPTH} levels or {ELEMENTS} elements"));
        }
        let attributes = tag.attributes().filter_map(Result::ok).filter_map(|a| {
            let value = a.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?;
            Some((a.key.local_name().into_inner().to_owned(), value.into_owned()))
        });
        self.stack.push(Element { name: name.to_owned(), attributes: attributes.collect(), ..Element::default() });
        Ok(())
    }

    fn close(&mut self) {
        let Some(done) = self.stack.pop() else { return };
        match self.stack.last_mut() {
            Some(parent) => parent.children.push(done),
            None => {
                self.elements = 0;
                (self.meet)(Met::Element(done));
            }
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(open) = self.stack.last_mut() {
            open.text.push_str(text);
        }
    }
}
