//! HTML as text: everything that comes from evidence is escaped here, and tables are put together.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::evidence::label::printable;

/// Text from evidence with what would steer a reader's eye made visible: control characters, bidirectional overrides, characters
/// without width, line separators.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}' => {
                let _ = write!(plain, "\\u{{{:x}}}", c as u32);
            }
            _ => plain.push(c),
        }
    }
    plain
}

/// Text as HTML, for elements and for quoted attributes.
pub fn text(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    for c in plain(text).chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(c),
        }
    }
    html
}

/// A name whose own direction of writing does not reach beyond it.
pub fn name(name: &str) -> String {
    format!("<bdi>{}</bdi>", text(name))
}

/// At most so many characters of a text, with a sign where something was left out.
pub fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}...", text.get(..end).unwrap_or(text))),
        None => Cow::Borrowed(text),
    }
}

/// A hash: the first digits to read, all of them to copy.
pub fn hash(sha256: &str) -> String {
    format!("<code class=\"hash\">{}</code>", text(sha256))
}

/// A data document that stands in a `script` element: nothing in it can end the element or be taken for markup.
pub fn embedded(document: &serde_json::Value) -> String {
    let mut safe = String::new();
    for c in document.to_string().chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(safe, "\\u{:04x}", c as u32);
            }
            _ => safe.push(c),
        }
    }
    safe
}

/// Tables with more rows than this have a filter.
const FILTERED: usize = 12;

/// A table with a caption; cells are HTML.
pub struct Table {
    id: String,
    label: String,
    head: String,
    /// Whether the cells of a column are numbers.
    numbers: Vec<bool>,
    rows: String,
    count: usize,
}

impl Table {
    /// Columns whose title begins with `#` hold numbers.
    pub fn new(id: &str, caption: &str, columns: &[&str]) -> Self {
        let mut head = format!("<table id=\"{id}\"><caption>{}</caption><thead><tr>", text(caption));
        for column in columns {
            let class = if column.starts_with('#') { " class=\"n\"" } else { "" };
            let _ = write!(head, "<th scope=\"col\"{class}>{}</th>", column.trim_start_matches('#'));
        }
        head.push_str("</tr></thead>");
        let numbers = columns.iter().map(|column| column.starts_with('#')).collect();
        Table { id: id.to_owned(), label: text(caption), head, numbers, rows: String::new(), count: 0 }
    }

    /// A row whose first cell names it; `attributes` may be empty.
    pub fn row(&mut self, attributes: &str, cells: &[String]) {
        let space = if attributes.is_empty() { "" } else { " " };
        let _ = write!(self.rows, "<tr{space}{attributes}>");
        for (at, cell) in cells.iter().enumerate() {
            let class = if self.numbers.get(at) == Some(&true) { " class=\"n\"" } else { "" };
            let _ = match at {
                0 => write!(self.rows, "<th scope=\"row\"{class}>{cell}</th>"),
                _ => write!(self.rows, "<td{class}>{cell}</td>"),
            };
        }
        self.rows.push_str("</tr>\n");
        self.count += 1;
    }

    /// A row below another that tells more of it.
    pub fn more(&mut self, class: &str, html: &str) {
        let _ = writeln!(self.rows, "<tr class=\"{class}\"><td colspan=\"{}\">{html}</td></tr>", self.numbers.len());
    }

    /// The table in a frame that scrolls where it is too wide; without rows these words.
    pub fn html(self, or: &str) -> String {
        if self.count == 0 {
            return format!("<p class=\"none\">{or}</p>\n");
        }
        let filter = match self.count > FILTERED {
            true => format!(
                "<p class=\"filter\" data-table=\"{id}\" hidden><label>Filter <input type=\"search\" id=\"{id}-filter\" \
                 aria-controls=\"{id}\" autocomplete=\"off\" spellcheck=\"false\"></label> \
                 <output for=\"{id}-filter\"></output></p>\n",
                id = self.id
            ),
            false => String::new(),
        };
        format!(
            "{filter}<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">{}<tbody>\n{}</tbody></table></div>\n",
            self.label, self.head, self.rows
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out() {
        assert_eq!(
            text("</script><img src=x onerror='a'>&\"\n"),
            "&lt;/script&gt;&lt;img src=x onerror=&#39;a&#39;&gt;&amp;&quot;\\x0a"
        );
        assert_eq!(text("a\u{202e}b\u{200b}c\u{2028}"), "a\\u{202e}b\\u{200b}c\\u{2028}");
        let document = serde_json::json!({ "name": "</script><!--\u{2028}&" });
        let safe = embedded(&document);
        assert!(!safe.contains(['<', '>', '&', '\u{2028}']), "{safe}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&safe).expect("the same document"), document);
    }
}
