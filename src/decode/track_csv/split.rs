//! Text into rows and cells: any one-byte separator, cells in quotes with separators and line ends in them. A quote that never
//! ends as it should costs its own line, not the rest of the file.

/// A quoted cell longer than this is a stray quote.
const LONGEST_QUOTED: usize = 64 << 10;

/// A cell in the text, quotes left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub start: usize,
    pub end: usize,
    /// Doubled quotes in it stand for one.
    pub quoted: bool,
}

impl Cell {
    /// Without blanks at its ends.
    #[inline]
    pub fn trimmed(self, text: &[u8]) -> &[u8] {
        text.get(self.start..self.end).unwrap_or_default().trim_ascii()
    }
}

/// A row in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    pub start: usize,
    /// Behind the last cell.
    pub end: usize,
    /// Behind the line end.
    pub next: usize,
    /// A quote in it does not end as a quoted cell does; the cells are those of the bare line.
    pub torn: bool,
}

/// Goes through the rows of a text.
pub struct Splitter<'t> {
    text: &'t [u8],
    at: usize,
    separator: u8,
    pub line_end: u8,
    has_quotes: bool,
    pub cells: Vec<Cell>,
}

impl<'t> Splitter<'t> {
    /// From byte `at` of the text on.
    pub fn new(text: &'t [u8], at: usize, separator: u8) -> Self {
        let line_end = if memchr::memchr(b'\n', text).is_none() { b'\r' } else { b'\n' };
        let has_quotes = memchr::memchr(b'"', text).is_some();
        Splitter { text, at, separator, line_end, has_quotes, cells: Vec::new() }
    }

    /// The next row, its cells in `cells`; `None` at the end.
    pub fn next_row(&mut self) -> Option<Row> {
        let start = self.at;
        if start >= self.text.len() {
            return None;
        }
        self.cells.clear();
        let row = match self.has_quotes.then(|| self.quoted_row(start)).flatten() {
            Some(row) => row,
            None => self.bare_row(start, self.has_quotes),
        };
        self.at = row.next;
        Some(row)
    }

    /// A row to the end of its line, quotes being ordinary characters.
    fn bare_row(&mut self, start: usize, torn: bool) -> Row {
        let rest = &self.text[start..];
        let len = memchr::memchr(self.line_end, rest).unwrap_or(rest.len());
        let next = start + (len + 1).min(rest.len());
        let end = start + self.without_return(&rest[..len]);
        let mut cell = start;
        self.cells.clear();
        for (at, &byte) in self.text[start..end].iter().enumerate() {
            if byte == self.separator {
                self.cells.push(Cell { start: cell, end: start + at, quoted: false });
                cell = start + at + 1;
            }
        }
        self.cells.push(Cell { start: cell, end, quoted: false });
        Row { start, end, next, torn }
    }

    /// Length of a line without the carriage return before its line end.
    fn without_return(&self, line: &[u8]) -> usize {
        line.len() - usize::from(self.line_end == b'\n' && line.last() == Some(&b'\r'))
    }

    /// A row whose quotes all end as they should, else `None`.
    fn quoted_row(&mut self, start: usize) -> Option<Row> {
        let mut at = start;
        loop {
            if self.text.get(at) == Some(&b'"') {
                let close = self.closing(at + 1)?;
                self.cells.push(Cell { start: at + 1, end: close, quoted: true });
                at = close + 1;
            } else {
                let rest = self.text.get(at..)?;
                let len = memchr::memchr2(self.separator, self.line_end, rest).unwrap_or(rest.len());
                let ends_line = rest.get(len) != Some(&self.separator);
                let end = at + if ends_line { self.without_return(&rest[..len]) } else { len };
                self.cells.push(Cell { start: at, end, quoted: false });
                at += len;
            }
            match self.text.get(at) {
                Some(byte) if *byte == self.separator => at += 1,
                _ => {
                    let end = self.cells.last().map_or(at, |cell| cell.end + usize::from(cell.quoted));
                    let line = self.text.get(at..)?;
                    let next = at + memchr::memchr(self.line_end, line).map_or(line.len(), |len| len + 1);
                    return Some(Row { start, end, next, torn: false });
                }
            }
        }
    }

    /// The quote that ends the cell whose content begins at `from`: nothing but a separator or a line end follows it.
    fn closing(&self, from: usize) -> Option<usize> {
        let reach = &self.text[from..self.text.len().min(from + LONGEST_QUOTED)];
        let mut at = 0;
        loop {
            at += memchr::memchr(b'"', reach.get(at..)?)?;
            match self.text.get(from + at + 1) {
                Some(b'"') => at += 2,
                None => return Some(from + at),
                Some(byte) if *byte == self.line_end => return Some(from + at),
                Some(b'\r') if self.text.get(from + at + 2) == Some(&b'\n') => return Some(from + at),
                Some(byte) if *byte == self.separator => return Some(from + at),
                Some(_) => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, separator: u8) -> Vec<(Vec<String>, bool)> {
        let mut splitter = Splitter::new(text.as_bytes(), 0, separator);
        let mut rows = Vec::new();
        let mut at = 0;
        while let Some(row) = splitter.next_row() {
            assert!(
                row.start == at && row.start <= row.end && row.end <= row.next && row.next > at,
                "{row:?} in {text:?}"
            );
            at = row.next;
            rows.push((splitter.cells.iter().map(|cell| text[cell.start..cell.end].to_owned()).collect(), row.torn));
        }
        assert_eq!(at, text.len(), "{text:?}");
        rows
    }

    fn bare(cells: &[&str]) -> (Vec<String>, bool) {
        (cells.iter().map(|cell| (*cell).to_owned()).collect(), false)
    }

    #[test]
    fn rows_and_cells() {
        assert_eq!(rows("a,b\r\n\n,\n1,2", b','), [bare(&["a", "b"]), bare(&[""]), bare(&["", ""]), bare(&["1", "2"])]);
        assert_eq!(rows("a;b\rc;d\r", b';'), [bare(&["a", "b"]), bare(&["c", "d"])]);
        let quoted = rows("\"a,\r\n\"\"b\"\"\",c\r\nd,\"\"\n", b',');
        assert_eq!(quoted, [bare(&["a,\r\n\"\"b\"\"", "c"]), bare(&["d", ""])]);
        assert_eq!(rows("5\" pipe,x\n", b','), [bare(&["5\" pipe", "x"])]);
    }

    #[test]
    fn a_stray_quote_costs_its_own_line() {
        let torn = |cells: &[&str]| (bare(cells).0, true);
        assert_eq!(rows("\"a,b\nc,d\n", b','), [torn(&["\"a", "b"]), bare(&["c", "d"])]);
        assert_eq!(rows("\"a\"b,c\nd,e", b','), [torn(&["\"a\"b", "c"]), bare(&["d", "e"])]);
    }
}
