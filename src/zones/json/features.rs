//! Goes through the features of a text in their order, the damaged ones among them: each of those is skipped by its place and,
//! where that can still be read, its name.

use super::outline::{Element, Outline};
use super::{Broken, Cursor, Member, members};
use crate::zones::draft::Draft;
use crate::zones::properties::{Properties, text_of};
use crate::zones::report::Report;
use crate::zones::text::Text;

/// Hands each feature to `read`, which gives its zones.
pub fn each<Zones: IntoIterator<Item = Draft>>(
    text: &Text<'_>,
    outline: &Outline,
    report: &mut Report,
    mut read: impl FnMut(&Element, &mut Report) -> Zones,
) -> Vec<Draft> {
    let mut damages = outline.damages.iter().peekable();
    let mut drafts = Vec::new();
    let mut tell = |report: &mut Report, before: usize| {
        while let Some(damage) = damages.next_if(|d| d.start < before) {
            let reason = broken_words(text, damage.start, damage.broken);
            report.skip(damage.index.clone(), name_near(text, damage.start), reason);
        }
    };
    for element in &outline.elements {
        tell(report, element.range.start);
        drafts.extend(read(element, report));
    }
    tell(report, usize::MAX);
    if drafts.is_empty() && report.skipped.is_empty() {
        report.warn_file("the file holds no features".to_owned());
    }
    drafts
}

/// The members of a feature; one that is no sound object is skipped.
pub fn sound_members<'t>(text: &'t Text<'_>, element: &Element, report: &mut Report) -> Option<Vec<Member<'t>>> {
    let start = element.range.start;
    match members(text.text.as_ref(), start) {
        Ok(members) => Some(members),
        Err(broken) => {
            let reason = match broken {
                Broken::At(at) if at == start => "is no feature, not even an object".to_owned(),
                _ => broken_words(text, start, broken),
            };
            report.skip(element.index.clone(), name_near(text, start), reason);
            None
        }
    }
}

/// Why a value could not be read, with the place in the file.
fn broken_words(text: &Text<'_>, start: usize, broken: Broken) -> String {
    match broken {
        Broken::Cut => format!(
            "the file ends inside it: it begins at {} and the text stops at {}; what followed is lost",
            text.place(start),
            text.place(text.text.len())
        ),
        Broken::Unclosed => {
            format!("is no sound JSON: begins at {}, and a bracket or quote in it never closes", text.place(start))
        }
        Broken::At(at) => format!("is no sound JSON: begins at {}, breaks at {}", text.place(start), text.place(at)),
    }
}

/// How far the name of a damaged feature is looked for, bytes.
const NAME_WITHIN: usize = 1 << 16;

/// The name of a damaged feature, when its properties are still whole.
fn name_near(text: &Text<'_>, start: usize) -> Option<String> {
    let mut end = text.text.len().min(start + NAME_WITHIN);
    while !text.text.is_char_boundary(end) {
        end -= 1;
    }
    let rest = text.text.get(start..end)?;
    let Some(key) = memchr::memmem::find(rest.as_bytes(), b"\"properties\"") else { return first_name(rest) };
    // Behind the next feature's beginning it is that one's name.
    if memchr::memmem::find_iter(&rest.as_bytes()[..key], b"\"Feature\"").count() > 1 {
        return None;
    }
    let mut cursor = Cursor::new(rest, key);
    cursor.key().ok()?;
    let value = cursor.value().ok()?;
    let properties = Properties::of_object(serde_json::from_str(&rest[value]).ok()?);
    properties.name().or_else(|| properties.id(None))
}

/// The name among the members that still can be read before the damage.
fn first_name(rest: &str) -> Option<String> {
    let mut cursor = Cursor::new(rest, 0);
    cursor.expect(b'{').ok()?;
    loop {
        let key = cursor.key().ok()?;
        let value = cursor.value().ok()?;
        if matches!(&rest[key], "\"name\"" | "\"nfz_name\"") {
            return serde_json::from_str(&rest[value]).ok().as_ref().and_then(text_of);
        }
        cursor.expect(b',').ok()?;
    }
}
