//! XMP packets: every property of every namespace, as an attribute or as an element, with its bytes.

use std::collections::BTreeMap;
use std::ops::Range;

use super::segments::EXTENDED_XMP;
use super::{Class, Photo};
use crate::bytes::text;
use crate::bytes::xml::{self, Element, Met, Walk};
use crate::decode::Diagnostic;
use crate::decode::cells::Cells;
use crate::evidence::{Extent, Origin, Span};

/// Elements that only hold others, and where the walk goes on behind damage.
const WALK: Walk<'static> = Walk { holders: &["xmpmeta", "RDF"], resume: &["rdf:Description"] };
const DJI: &str = "dji.com/drone-dji";
/// Part of a longer packet: its id, the length of the whole, and where the part belongs.
const PART_HEAD: usize = 32 + 4 + 4;
/// The longest packet that is put together.
const MOST: usize = 64 << 20;

/// A name with its value.
#[derive(Clone, Debug)]
pub struct Property {
    /// As written.
    pub prefix: String,
    pub name: String,
    pub value: String,
    pub at: Extent,
    /// Of DJI's own namespace, whatever its prefix.
    pub is_dji: bool,
}

/// Reads the packet that stands in these bytes of the item.
pub fn packet(photo: &mut Photo<'_, '_>, at: Range<usize>) {
    let Some(bytes) = photo.bytes.get(at.clone()) else { return };
    read(photo, bytes, &[(0, at.start, at.len())], true);
}

/// Parts of packets too long for one segment, by the id of their packet.
#[derive(Default)]
pub struct Extended {
    parts: BTreeMap<Vec<u8>, Vec<Part>>,
}

struct Part {
    /// Length of the whole packet, and where in it this part belongs.
    whole: usize,
    offset: usize,
    data: Range<usize>,
}

impl Extended {
    /// Takes one segment's data.
    pub fn add(&mut self, bytes: &[u8], data: Range<usize>) {
        let from = data.start + EXTENDED_XMP.len();
        let Some(head) = bytes.get(from..data.end).and_then(|rest| rest.first_chunk::<PART_HEAD>()) else { return };
        let (id, numbers) = head.split_at(32);
        let number =
            |at: usize| numbers.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_be_bytes) as usize;
        let part = Part { whole: number(0), offset: number(4), data: from + PART_HEAD..data.end };
        self.parts.entry(id.to_vec()).or_default().push(part);
    }

    /// Puts each packet together and reads it.
    pub fn read(self, photo: &mut Photo<'_, '_>) {
        for mut parts in self.parts.into_values() {
            parts.sort_by_key(|part| part.offset);
            let (mut packet, mut places) = (Vec::new(), Vec::new());
            let whole = parts.first().map_or(0, |part| part.whole);
            for part in &parts {
                if part.offset != packet.len() || packet.len() + part.data.len() > MOST {
                    break;
                }
                places.push((packet.len(), part.data.start, part.data.len()));
                packet.extend_from_slice(photo.bytes.get(part.data.clone()).unwrap_or_default());
            }
            if packet.len() != whole {
                photo.is_damaged = true;
                let at = parts.first().map_or(Origin::Item, |part| Origin::at(part.data.start, part.data.len()));
                let message = format!(
                    "an XMP packet of {whole} bytes is there to {} bytes only; what is there is read",
                    packet.len()
                );
                photo.sink.diagnostic(Diagnostic::damage("photo/xmp", at, message));
            }
            read(photo, &packet, &places, false);
        }
    }
}

/// `places`: where parts of the packet stand in the item: offset in the packet, in the item, length.
fn read(photo: &mut Photo<'_, '_>, packet: &[u8], places: &[(usize, usize, usize)], claims: bool) {
    let words = text::in_place(packet);
    let mut gathering = Gathering { places, namespaces: BTreeMap::new(), found: Vec::new() };
    let mut damage: Vec<(Range<usize>, String)> = Vec::new();
    // Padding of a packet is blanks and may be zeros.
    let end = words.rfind('>').map_or(0, |at| at + 1);
    xml::walk(words.get(..end).unwrap_or_default(), WALK, &mut |met| match met {
        Met::Open(element) => gathering.declare(&element),
        Met::Whole(element) => gathering.description(&element, ""),
        Met::Damage(at, reason) => damage.push((at, reason)),
        Met::Close(_) | Met::Markup(_) => {}
    });
    if claims {
        for (_, at, len) in places {
            photo.claim(*at, *len, Class::Known, "XMP packet");
        }
    }
    for (at, reason) in damage {
        photo.is_damaged = true;
        let at = extent(places, &at).map_or(Origin::Item, Origin::Bytes);
        let message = format!("the XMP packet cannot be read here: {reason}; the rest of it is");
        photo.sink.diagnostic(Diagnostic::damage("photo/xmp", at, message));
    }
    let found = gathering.found;
    for property in &found {
        let Some(mut cells) = Cells::of(photo.tables, "xmp") else { break };
        cells.words("prefix", Some(property.prefix.clone()));
        cells.words("name", Some(property.name.clone()));
        cells.words("value", Some(property.value.clone()));
        cells.emit(&property.at, photo.sink);
    }
    photo.properties.extend(found);
}

/// Properties on their way.
struct Gathering<'p> {
    places: &'p [(usize, usize, usize)],
    namespaces: BTreeMap<String, String>,
    found: Vec<Property>,
}

impl Gathering<'_> {
    fn declare(&mut self, element: &Element) {
        for attribute in element.attributes.iter().filter(|a| a.prefix == "xmlns") {
            self.namespaces.insert(attribute.name.clone(), attribute.value.clone());
        }
    }

    fn add(&mut self, inside: &str, prefix: &str, name: &str, value: &str, at: &Range<usize>) {
        let is_dji = self.namespaces.get(prefix).map_or(prefix == "drone-dji", |uri| uri.contains(DJI));
        let name = if inside.is_empty() { name.to_owned() } else { format!("{inside}/{name}") };
        if let (Some(at), false) = (extent(self.places, at), value.is_empty()) {
            self.found.push(Property { prefix: prefix.to_owned(), name, value: value.to_owned(), at, is_dji });
        }
    }

    /// The properties of one description; those of a structure inside it carry its name.
    fn description(&mut self, element: &Element, inside: &str) {
        self.declare(element);
        for attribute in &element.attributes {
            if !matches!(attribute.prefix.as_str(), "xmlns" | "rdf" | "xml" | "x") && attribute.name != "xmlns" {
                self.add(inside, &attribute.prefix, &attribute.name, attribute.value.trim(), &attribute.at);
            }
        }
        for child in &element.children {
            let items: Vec<&str> =
                child.children.iter().flat_map(|list| list.all("li")).map(Element::trimmed).collect();
            if child.children.is_empty() && !child.trimmed().is_empty() {
                self.add(inside, &child.prefix, &child.name, child.trimmed(), &child.at);
            } else if items.iter().any(|item| !item.is_empty()) {
                self.add(inside, &child.prefix, &child.name, &items.join(" "), &child.at);
            } else {
                let name = if inside.is_empty() { child.name.clone() } else { format!("{inside}/{}", child.name) };
                self.description(child, &name);
            }
        }
    }
}

/// Where a part of the packet stands in the item.
fn extent(places: &[(usize, usize, usize)], at: &Range<usize>) -> Option<Extent> {
    let spans: Vec<Span> = places
        .iter()
        .filter_map(|(start, file, len)| {
            let (from, to) = (at.start.max(*start), at.end.min(start + len));
            (from < to).then(|| Span::new(file + from - start, to - from))
        })
        .collect();
    Extent::of(&spans)
}
