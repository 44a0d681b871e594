//! The page: its frame, its style and script with the hashes that its policy names, and the sections in their order.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::items::Items;
use super::markup::{embedded, text};
use super::{
    Contents, clocks, data, devices, encounters, evidence, exposure, flights, methods, positions, summary, timeline,
};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("report.css");
/// One script: nothing of it is visible outside, and its parts know each other in this order.
const SCRIPT: &str = concat!(
    "(() => {\n'use strict';\n",
    include_str!("script/data.js"),
    include_str!("script/view.js"),
    include_str!("script/paint.js"),
    include_str!("script/map.js"),
    include_str!("script/profile.js"),
    include_str!("script/clock.js"),
    include_str!("script/tables.js"),
    include_str!("script/main.js"),
    "})();\n"
);

/// Writes the report.
///
/// # Errors
/// When `out` cannot be written.
pub fn report(contents: &Contents<'_>, out: &mut dyn Write) -> io::Result<()> {
    let met = encounters::ranked(contents);
    let drawn = data::drawn(contents, &met);
    let items = Items::of(&contents.evidence.files);
    let people = [
        exposure::people(contents, &items),
        positions::pilots(contents, &items),
        positions::table(contents, &items),
        exposure::servers(contents, &items),
    ];
    let title = match &contents.checked.case.case_id {
        Some(id) => text(id),
        None => "Case without an id".to_owned(),
    };
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
        digest(STYLE),
        digest(SCRIPT)
    );
    let parts = [
        ("policy", policy),
        ("title", title),
        ("style", STYLE.to_owned()),
        ("about", summary::about(contents)),
        ("first", summary::first(contents, &met, &items)),
        ("map-note", methods::map_note(contents, &drawn)),
        ("flights", flights::table(contents)),
        ("encounters", encounters::table(contents, &met)),
        ("findings", evidence::findings(contents)),
        ("evidence", evidence::table(contents, &items)),
        ("devices", devices::tables(contents, &items)),
        ("people", people.concat()),
        ("clocks", clocks::table(contents)),
        ("timeline", timeline::table(contents, &items)),
        ("diagnostics", evidence::diagnostics(contents)),
        ("methods", methods::methods(contents, &drawn)),
        ("sources", methods::sources(contents)),
        ("data", embedded(&drawn.document)),
        ("script", SCRIPT.to_owned()),
    ];
    let mut rest = PAGE;
    while let Some((before, behind)) = rest.split_once("{{") {
        out.write_all(before.as_bytes())?;
        let (name, behind) = behind.split_once("}}").unwrap_or(("", behind));
        if let Some((_, html)) = parts.iter().find(|(known, _)| *known == name) {
            out.write_all(html.as_bytes())?;
        }
        rest = behind;
    }
    out.write_all(rest.as_bytes())
}

/// As a content security policy names what it allows.
fn digest(content: &str) -> String {
    STANDARD.encode(Sha256::digest(content.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_the_page_is_filled() {
        let places: Vec<&str> =
            PAGE.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name).collect();
        assert_eq!(places.len(), 20, "{places:?}");
        assert!(!STYLE.contains("</style") && !SCRIPT.contains("</script"));
        assert!(!SCRIPT.contains("innerHTML") && !SCRIPT.contains("http:") && !SCRIPT.contains("https:"));
    }
}
