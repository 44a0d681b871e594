//! What the text of a CREATE TABLE statement says about the records of its table.

use super::record::Stored;
use std::borrow::Cow;

/// Towards which type a column leans, by the words of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Affinity {
    Integer,
    Real,
    Text,
    Numeric,
    Blob,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    /// As declared, in one line; empty where nothing is.
    pub kind: String,
    pub affinity: Affinity,
    /// What a record that ends before the column has there; `None` where that is no plain literal.
    pub default: Option<Stored<'static>>,
    /// Computed when it is read: no record holds it.
    pub is_virtual: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    pub without_rowid: bool,
    /// The column that is the row id itself; records hold NULL there.
    pub rowid_column: Option<usize>,
    /// Row ids are never used again; `sqlite_sequence` knows the highest.
    pub autoincrement: bool,
    /// Columns in the order of the record.
    pub stored: Vec<usize>,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// A bare word; keywords are such.
    Word(String),
    /// A quoted name, or text: SQLite takes either for the other.
    Quoted(String),
    Number(String),
    Mark(char),
}

impl Token {
    fn is(&self, keyword: &str) -> bool {
        matches!(self, Token::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    fn name(&self) -> Option<&str> {
        match self {
            Token::Word(name) | Token::Quoted(name) => Some(name),
            _ => None,
        }
    }
}

/// A statement longer than this is no schema that anybody wrote.
const MOST_SQL: usize = 1 << 20;

fn tokens(sql: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut chars = sql.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let rest = sql.get(at..).unwrap_or_default();
        match c {
            c if c.is_whitespace() => {}
            '-' if rest.starts_with("--") => while chars.next_if(|(_, c)| *c != '\n').is_some() {},
            '/' if rest.starts_with("/*") => {
                let end = at + rest.find("*/").map_or(rest.len(), |end| end + 2);
                while chars.next_if(|(at, _)| *at < end).is_some() {}
            }
            '\'' | '"' | '`' | '[' => {
                let close = if c == '[' { ']' } else { c };
                let mut text = String::new();
                while let Some((_, c)) = chars.next() {
                    // A doubled quote is one.
                    if c == close && (close == ']' || chars.next_if(|(_, next)| *next == close).is_none()) {
                        break;
                    }
                    text.push(c);
                }
                found.push(Token::Quoted(text));
            }
            c if c.is_ascii_digit() || c == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                let mut text = c.to_string();
                let mut before = c;
                while let Some((_, c)) = chars.next_if(|(_, c)| {
                    c.is_ascii_alphanumeric() || *c == '.' || matches!(*c, '+' | '-') && matches!(before, 'e' | 'E')
                }) {
                    text.push(c);
                    before = c;
                }
                found.push(Token::Number(text));
            }
            c if c.is_alphanumeric() || c == '_' || c == '$' || !c.is_ascii() => {
                let mut text = c.to_string();
                while let Some((_, c)) =
                    chars.next_if(|(_, c)| c.is_alphanumeric() || matches!(c, '_' | '$') || !c.is_ascii())
                {
                    text.push(c);
                }
                found.push(Token::Word(text));
            }
            c => found.push(Token::Mark(c)),
        }
    }
    found
}

/// What the statement says; `None` for views, virtual tables and what is no statement.
pub fn parse_table(sql: &str) -> Option<Table> {
    let tokens = tokens(sql.get(..MOST_SQL.min(sql.len()))?);
    let open = tokens.iter().position(|token| *token == Token::Mark('('))?;
    let (head, rest) = tokens.split_at(open);
    let mut head = head.iter();
    let is_table = head.next()?.is("create")
        && head.next().is_some_and(|word| word.is("table") || (word.is("temp") || word.is("temporary")));
    let name = head.next_back()?.name()?.to_owned();
    if !is_table {
        return None;
    }
    let mut depth = 0_usize;
    let close = rest.iter().position(|token| {
        match token {
            Token::Mark('(') => depth += 1,
            Token::Mark(')') => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    let without_rowid =
        rest.get(close..)?.windows(2).any(|pair| pair.iter().zip(["without", "rowid"]).all(|(a, b)| a.is(b)));

    let mut table = Table {
        name,
        columns: Vec::new(),
        without_rowid,
        rowid_column: None,
        autoincrement: false,
        stored: Vec::new(),
    };
    let mut key: Vec<usize> = Vec::new();
    for part in parts(rest.get(1..close)?) {
        let Some(first) = part.first() else { continue };
        if ["constraint", "primary", "unique", "check", "foreign"].into_iter().any(|word| first.is(word)) {
            let Some(at) = part.windows(2).position(|pair| pair[0].is("primary") && pair[1].is("key")) else {
                continue;
            };
            key = key_columns(part.get(at + 2..).unwrap_or_default(), &table.columns);
            if let [one] = key[..]
                && table.columns.get(one).is_some_and(|column| column.kind.eq_ignore_ascii_case("integer"))
            {
                table.rowid_column = Some(one);
            }
            table.autoincrement |= part.iter().any(|token| token.is("autoincrement"));
        } else if let Some(name) = first.name() {
            let (column, is_key, is_descending, counts) = column(name, part.get(1..).unwrap_or_default());
            let at = table.columns.len();
            if is_key {
                key = vec![at];
                if column.kind.eq_ignore_ascii_case("integer") && !is_descending {
                    table.rowid_column = Some(at);
                }
            }
            table.autoincrement |= counts;
            table.columns.push(column);
        }
    }
    let all = 0..table.columns.len();
    let is_stored = |at: &usize| table.columns.get(*at).is_some_and(|column| !column.is_virtual);
    if without_rowid {
        table.rowid_column = None;
        let mut stored = Vec::new();
        for at in key {
            if !stored.contains(&at) {
                stored.push(at);
            }
        }
        let others: Vec<usize> = all.filter(|at| !stored.contains(at) && is_stored(at)).collect();
        stored.extend(others);
        table.stored = stored;
    } else {
        table.stored = all.filter(is_stored).collect();
    }
    (!table.columns.is_empty()).then_some(table)
}

/// Parts between commas that stand in no parentheses.
fn parts(tokens: &[Token]) -> Vec<&[Token]> {
    let mut depth = 0_i32;
    tokens
        .split(|token| {
            match token {
                Token::Mark('(') => depth += 1,
                Token::Mark(')') => depth -= 1,
                _ => {}
            }
            depth == 0 && *token == Token::Mark(',')
        })
        .collect()
}

/// Columns of `(a, b DESC, ...)`.
fn key_columns(tokens: &[Token], columns: &[Column]) -> Vec<usize> {
    let end = tokens.iter().position(|token| *token == Token::Mark(')')).unwrap_or(tokens.len());
    let inner = tokens.get(1..end).unwrap_or_default();
    let names = parts(inner).into_iter().filter_map(|part| part.first()?.name());
    names.filter_map(|name| columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))).collect()
}

/// The column, whether it is the primary key, descending, and counts up.
fn column(name: &str, rest: &[Token]) -> (Column, bool, bool, bool) {
    const CONSTRAINTS: [&str; 11] = [
        "constraint",
        "primary",
        "not",
        "null",
        "unique",
        "check",
        "default",
        "collate",
        "references",
        "generated",
        "as",
    ];
    let is_constraint = |token: &Token| CONSTRAINTS.into_iter().any(|word| token.is(word));
    let typed = rest.iter().position(is_constraint).unwrap_or(rest.len());
    let (kind, constraints) = rest.split_at(typed);
    let kind = spelled(kind);
    let affinity = affinity(&kind);
    let at = |word: &str| constraints.iter().position(|token| token.is(word));
    let primary = at("primary");
    let is_descending = primary.is_some_and(|at| constraints.get(at + 2).is_some_and(|token| token.is("desc")));
    let is_generated = at("as").is_some() && at("references").is_none();
    let is_virtual = is_generated && at("stored").is_none();
    let default = match at("default") {
        Some(at) => literal(constraints.get(at + 1..).unwrap_or_default()).map(|value| leaning(value, affinity)),
        None => Some(Stored::Null),
    };
    let column = Column { name: name.to_owned(), kind, affinity, default, is_virtual };
    (column, primary.is_some(), is_descending, at("autoincrement").is_some())
}

/// The words of a type in one line.
fn spelled(tokens: &[Token]) -> String {
    let mut text = String::new();
    for token in tokens {
        let word = match token {
            Token::Word(word) | Token::Quoted(word) | Token::Number(word) => word.clone(),
            Token::Mark(mark) => mark.to_string(),
        };
        let is_mark = matches!(token, Token::Mark(_)) || text.ends_with('(');
        if !text.is_empty() && !is_mark {
            text.push(' ');
        }
        text.push_str(&word);
    }
    text
}

fn affinity(kind: &str) -> Affinity {
    let kind = kind.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| kind.contains(word));
    if has(&["INT"]) {
        Affinity::Integer
    } else if has(&["CHAR", "CLOB", "TEXT"]) {
        Affinity::Text
    } else if kind.is_empty() || has(&["BLOB"]) {
        Affinity::Blob
    } else if has(&["REAL", "FLOA", "DOUB"]) {
        Affinity::Real
    } else {
        Affinity::Numeric
    }
}

/// The literal at the start.
fn literal(tokens: &[Token]) -> Option<Stored<'static>> {
    let number = |text: &str, sign: i64| {
        let hex = text.strip_prefix("0x").or(text.strip_prefix("0X"));
        let whole = hex.map_or_else(|| text.parse().ok(), |hex| i64::from_str_radix(hex, 16).ok());
        whole.map(|whole: i64| Stored::Integer(sign * whole)).or_else(|| {
            let real: f64 = text.parse().ok()?;
            Some(Stored::Real(sign as f64 * real))
        })
    };
    match tokens {
        [Token::Mark('('), rest @ ..] => literal(rest),
        [Token::Mark('-'), Token::Number(text), ..] => number(text, -1),
        [Token::Mark('+'), Token::Number(text), ..] | [Token::Number(text), ..] => number(text, 1),
        [Token::Word(x), Token::Quoted(digits), ..] if x.eq_ignore_ascii_case("x") => {
            let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
            (0..digits.len())
                .step_by(2)
                .map(byte)
                .collect::<Option<Vec<u8>>>()
                .map(|blob| Stored::Blob(Cow::Owned(blob)))
        }
        [Token::Quoted(text), ..] => Some(Stored::Text(Cow::Owned(text.clone().into_bytes()))),
        [word, ..] if word.is("null") => Some(Stored::Null),
        [word, ..] if word.is("true") => Some(Stored::Integer(1)),
        [word, ..] if word.is("false") => Some(Stored::Integer(0)),
        _ => None,
    }
}

/// The literal as a column of this affinity keeps it.
fn leaning(value: Stored<'static>, affinity: Affinity) -> Stored<'static> {
    let parsed = |text: &[u8]| {
        let text = std::str::from_utf8(text).ok()?.trim();
        text.parse().map(Stored::Integer).ok().or_else(|| text.parse().map(Stored::Real).ok())
    };
    match (value, affinity) {
        (Stored::Integer(whole), Affinity::Text) => Stored::Text(Cow::Owned(whole.to_string().into_bytes())),
        (Stored::Integer(whole), Affinity::Real) => Stored::Real(whole as f64),
        (Stored::Text(text), Affinity::Integer | Affinity::Numeric | Affinity::Real) => match parsed(&text) {
            Some(Stored::Integer(whole)) if affinity == Affinity::Real => Stored::Real(whole as f64),
            Some(number) => number,
            None => Stored::Text(text),
        },
        (value, _) => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_types_keys_and_defaults() {
        let table = parse_table(
            "CREATE TABLE IF NOT EXISTS main.\"a \"\"b\"\" c\" (id INTEGER PRIMARY KEY AUTOINCREMENT, -- the id\n \
             [x y] VARCHAR ( 10 , 2 ) NOT NULL DEFAULT 'it''s', r REAL DEFAULT 3, n DEFAULT -7, \
             g INT GENERATED ALWAYS AS (n * 2) VIRTUAL, h INT AS (n) STORED, b BLOB DEFAULT x'00ff', \
             CHECK (n > 0), UNIQUE (r, n))",
        )
        .expect("a table");
        assert_eq!(table.name, "a \"b\" c");
        let names: Vec<_> = table.columns.iter().map(|c| (c.name.as_str(), c.affinity)).collect();
        use Affinity::*;
        assert_eq!(
            names,
            [("id", Integer), ("x y", Text), ("r", Real), ("n", Blob), ("g", Integer), ("h", Integer), ("b", Blob)]
        );
        assert_eq!((table.rowid_column, table.autoincrement, table.without_rowid), (Some(0), true, false));
        assert_eq!(table.stored, [0, 1, 2, 3, 5, 6]);
        assert_eq!(table.columns[1].kind.replace(' ', ""), "VARCHAR(10,2)");
        let default = |at: usize| table.columns[at].default.clone().expect("a literal");
        assert_eq!(default(1), Stored::Text(Cow::Borrowed(b"it's")));
        assert_eq!((default(2), default(3)), (Stored::Real(3.0), Stored::Integer(-7)));
        assert_eq!(default(6), Stored::Blob(Cow::Borrowed(&[0, 255])));
    }

    #[test]
    fn keys_of_tables_without_row_ids_stand_first() {
        let table =
            parse_table("create table t(a, b TEXT, c, primary key(c DESC, b)) without rowid, strict").expect("t");
        assert_eq!((table.stored, table.rowid_column, table.without_rowid), (vec![2, 1, 0], None, true));
        let table = parse_table("CREATE TABLE t(a INT PRIMARY KEY, b)").expect("t");
        assert_eq!(table.rowid_column, None, "only INTEGER is the row id");
        let table = parse_table("CREATE TABLE t(b, a INTEGER, PRIMARY KEY(a))").expect("t");
        assert_eq!(table.rowid_column, Some(1));
        let table = parse_table("CREATE TABLE t(a INTEGER PRIMARY KEY DESC)").expect("t");
        assert_eq!(table.rowid_column, None, "an old mistake that SQLite keeps");
        assert_eq!(parse_table("CREATE VIRTUAL TABLE t USING fts5(a)"), None);
        assert_eq!(parse_table("CREATE TABLE t(a"), None);
    }
}
