//! KML 2.2 and its extensions: placemarks with areas and points. A placemark that cannot be read costs itself alone; what is no
//! placemark is counted.

mod coordinates;
mod described;
mod element;
mod geometry;
mod mode;
mod solid;
mod walk;

use std::collections::BTreeMap;

use super::draft::Draft;
use super::reader::{Input, Reader, Refused};
use super::report::{Place, Report, short};
use super::zone::About;
use element::Element;
use geometry::Dropped;
use walk::{Met, walk};

pub const READER: Reader = Reader { format: "kml", is_text: true, claims, read };

/// How much of a file is looked at to tell what it is, bytes.
const CLAIM_WITHIN: usize = 1 << 16;

/// XML in which a kml element, a document or a placemark begins.
fn claims(input: &Input<'_>) -> bool {
    let text = &input.text.text;
    let mut end = text.len().min(CLAIM_WITHIN);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let start = &text[..end];
    let begins = |name: &str| {
        memchr::memmem::find_iter(start.as_bytes(), name.as_bytes()).any(|at| {
            let behind = start.as_bytes().get(at + name.len());
            let is_prefix = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '_' | '-');
            start[..at].trim_end_matches(is_prefix).ends_with('<')
                && behind.is_none_or(|b| matches!(b, b'>' | b'/') || b.is_ascii_whitespace())
        })
    };
    input.first_char() == Some('<') && (begins("kml") || begins("Placemark"))
}

fn read(input: &Input<'_>, report: &mut Report) -> Result<Vec<Draft>, Refused> {
    let text = input.text;
    let mut drafts = Vec::new();
    let mut dropped = Dropped::default();
    let mut counted: BTreeMap<&'static str, usize> = BTreeMap::new();
    let (mut placemarks, mut links) = (0, 0);
    walk(&text.text, &mut |met| match met {
        Met::Element(element) if element.name == "NetworkLink" => {
            links += 1;
            let href = ["Link", "Url"].iter().find_map(|name| element.child(name)?.words("href")).unwrap_or_default();
            let reason = format!("what it links to ({:?}) is not fetched; save it and give it as a file", short(&href));
            report.skip(format!("NetworkLink {links}"), element.words("name"), reason);
        }
        Met::Element(element) => {
            placemarks += 1;
            drafts.extend(placemark(&element, placemarks, &mut dropped, report));
        }
        Met::Counted(name) => *counted.entry(name).or_default() += 1,
        Met::DocType => report.ignored.push("a document type; its entities were not resolved".to_owned()),
        Met::Damage(at, reason) => {
            placemarks += 1;
            let reason = format!("cannot be read: it begins at {}; {reason}", text.place(at));
            report.skip(format!("Placemark {placemarks}"), None, reason);
        }
    });
    report.ignored.extend(counted.into_iter().map(|(name, count)| format!("{name}: {count} elements")));
    if dropped.walls + dropped.repeated > 0 {
        report.ignored.push(format!(
            "faces of bodies: {} upright walls, which enclose nothing on the ground; {} floors and roofs that repeat the \
             outline of another face, their heights used",
            dropped.walls, dropped.repeated
        ));
    }
    if drafts.is_empty() && report.skipped.is_empty() {
        report.warn_file("the file holds no placemarks".to_owned());
    }
    Ok(drafts)
}

/// One placemark into a zone; `None` when it was skipped.
fn placemark(element: &Element, number: usize, dropped: &mut Dropped, report: &mut Report) -> Option<Draft> {
    let properties = described::properties(element);
    let name = element.words("name").or_else(|| properties.name());
    let id = properties.id(element.attribute("id").map(str::to_owned));
    let mut place = Place::new(format!("Placemark {number}"), name);
    if let Some(span) = element.child("TimeSpan").or_else(|| element.child("TimeStamp")) {
        let times = ["begin", "end", "when"].map(|edge| span.words(edge).unwrap_or_default());
        let what = format!(
            "has the time {:?}: when a viewer shows it, or when it is in force; it counts as in force always",
            short(times.join(" ").trim())
        );
        report.ambiguous(&mut place, "placemarks with a time", what);
    }
    let unnamed = place.name.is_none();
    if unnamed {
        place.name.clone_from(&id);
    }
    let volumes = geometry::Reader::new(&properties, &mut place, report, dropped).read(element);
    if unnamed {
        place.name = None;
    }
    let about: About = properties.about();
    (!volumes.is_empty()).then_some(Draft { id, about, place, volumes })
}

#[cfg(test)]
mod tests;
