//! What a placemark says in words: extended data, and the tables and lines of an HTML description.

use super::element::{Element, single_blanks};
use crate::zones::properties::{Properties, plain};

/// Lines of a description that count, by the beginning of their plain key: limits alone, the rest is talk.
const LINES: &[&str] = &["upper", "lower", "floor", "ceiling"];

/// Extended data first, then the rows of two cells of the description's tables, then its lines about limits.
pub fn properties(placemark: &Element) -> Properties {
    let mut entries: Vec<(String, String)> = Vec::new();
    for extended in placemark.all("ExtendedData") {
        for data in extended.all("Data") {
            entries.extend(data.attribute("name").zip(data.words("value")).map(|(name, value)| (plain(name), value)));
        }
        for simple in extended.all("SchemaData").flat_map(|schema| schema.all("SimpleData")) {
            let value = single_blanks(&simple.text);
            entries.extend(simple.attribute("name").map(|name| (plain(name), value)));
        }
    }
    if let Some(description) = placemark.child("description") {
        described(&description.text, &mut entries);
    }
    Properties::of_row(entries.iter().map(|(name, value)| (name.as_str(), value.clone())))
}

fn described(html: &str, entries: &mut Vec<(String, String)>) {
    let mut cells: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut rest = html;
    let end_line = |line: &mut String, entries: &mut Vec<(String, String)>| {
        let text = single_blanks(line);
        if let Some((key, value)) = text.split_once(':') {
            let key = plain(key);
            if LINES.iter().any(|start| key.starts_with(start)) {
                entries.push((key, value.trim().to_owned()));
            }
        }
        line.clear();
        text
    };
    while let Some(open) = rest.find('<') {
        push_text(&mut line, &rest[..open]);
        let Some(close) = rest[open..].find('>') else { break };
        let tag = rest[open + 1..open + close].trim().to_ascii_lowercase();
        let name: String = tag.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '/').collect();
        rest = &rest[open + close + 1..];
        match name.as_str() {
            "br" | "br/" | "p" | "/p" | "div" | "/div" | "li" | "/li" | "tr" | "table" | "/table" => {
                end_line(&mut line, entries);
            }
            "td" | "th" => line.clear(),
            "/td" | "/th" => {
                let text = end_line(&mut line, entries);
                cells.push(text);
            }
            "/tr" => {
                if let [key, value] = cells.as_slice() {
                    entries.push((plain(key), value.clone()));
                }
                cells.clear();
            }
            _ => {}
        }
    }
    // Plain text has its own line ends.
    for text in rest.lines() {
        push_text(&mut line, text);
        end_line(&mut line, entries);
    }
}

/// Text of HTML, the usual entities resolved.
fn push_text(line: &mut String, text: &str) {
    if text.contains('&') {
        let text = text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        line.push_str(&text);
    } else {
        line.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(html: &str) -> Vec<(String, String)> {
        let mut entries = Vec::new();
        described(html, &mut entries);
        entries
    }

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn tables_and_lines() {
        let html = "<table><tr><td>Type</td><td> Danger&nbsp;area </td></tr><tr><td>501918N 0053042W -<br/>Upper limit: 1000 FT MSL\
                    <br/>Lower limit: SFC <br/>Class: </td><td>Activity: Ordnance.</td><td>x</td></tr></table>";
        assert_eq!(
            entries(html),
            [pair("type", "Danger area"), pair("upperlimit", "1000 FT MSL"), pair("lowerlimit", "SFC")]
        );
        assert_eq!(entries("Contact: 5\nFloor: GND\r\nceiling: FL85"), [pair("floor", "GND"), pair("ceiling", "FL85")]);
        assert_eq!(entries("<td>open"), []);
        assert_eq!(entries("a < b"), []);
    }
}
