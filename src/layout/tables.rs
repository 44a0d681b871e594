//! Reads the tables of one format: `format.toml`, `records.tsv`, `enums.tsv`, `channels.tsv`. A wrong row is an error with file
//! and line, never a guess. The grammar stands in `formats/README.md`.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use super::expr::Expr;
use super::field::{Field, Kind, Number, Scale};
use super::{Enumeration, Layout};
use crate::evidence::Sha256;

const RECORDS: &[&str; 12] =
    &["record", "name", "min_len", "field", "offset", "type", "bits", "scale", "unit", "enum", "basis", "source"];
const ENUMS: &[&str; 3] = &["enum", "value", "name"];
const CHANNELS: &[&str; 6] = &["record", "field", "channel", "track", "row", "basis"];

/// The four files of a format as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableText {
    pub id: String,
    pub description: String,
    pub records: String,
    pub enums: String,
    pub channels: String,
}

impl TableText {
    /// Reads `folder/<id>/`, for `--formats DIR`.
    ///
    /// # Errors
    /// The file that cannot be read.
    pub fn from_folder(folder: &Path, id: &str) -> Result<Self, TableError> {
        let read = |name: &str| {
            let path = folder.join(id).join(name);
            std::fs::read_to_string(&path).map_err(|e| TableError::new(&path.display().to_string(), 0, e.to_string()))
        };
        Ok(TableText {
            id: id.to_owned(),
            description: read("format.toml")?,
            records: read("records.tsv")?,
            enums: read("enums.tsv")?,
            channels: read("channels.tsv")?,
        })
    }

    /// One digest over the four files.
    pub fn sha256(&self) -> Sha256 {
        let all = [&self.description, &self.records, &self.enums, &self.channels];
        Sha256::of(all.map(|text| Sha256::of(text.as_bytes()).to_string()).concat().as_bytes())
    }
}

/// `format.toml`.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Description {
    pub id: String,
    pub title: String,
    pub vendor: String,
    #[serde(default)]
    pub extensions: Vec<String>,
    /// An envelope: other items lie in it, and nothing about a flight but in them.
    #[serde(default)]
    pub container: bool,
    /// A container of members with paths, which lie beside each other as files of a folder do.
    #[serde(default)]
    pub archive: bool,
    pub description: String,
    /// How an item is known to be of this format.
    #[serde(default)]
    pub recognition: String,
    #[serde(default)]
    pub notes: Vec<FormatNote>,
    #[serde(default, rename = "version")]
    pub versions: Vec<VersionRange>,
    #[serde(default, rename = "source")]
    pub sources: Vec<Source>,
}

/// What a reader of the tables must know.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct FormatNote {
    pub about: String,
    pub text: String,
}

/// How far a range of versions is read, and on what that was verified.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct VersionRange {
    pub range: String,
    pub status: String,
    pub verified: String,
}

/// Where facts came from.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Source {
    pub name: String,
    pub says: String,
    #[serde(default)]
    pub licence: String,
}

/// A field that feeds a column of a track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    pub record: String,
    pub field: String,
    pub channel: String,
    /// `subject/estimate/role`; `-` for channels that belong to the file, such as its clock.
    pub track: String,
    /// The record opens a row, rather than joining the row of its frame.
    pub opens_row: bool,
    pub basis: String,
}

/// Everything that the tables of one format say.
#[derive(Clone, Debug, PartialEq)]
pub struct Tables {
    pub id: String,
    pub description: Description,
    pub layouts: Vec<Arc<Layout>>,
    pub channels: Vec<Channel>,
    pub sha256: Sha256,
    /// By record type: `min_len` and index of its layouts, longest first.
    by_record: Vec<Vec<(usize, usize)>>,
    by_name: HashMap<String, Vec<usize>>,
}

/// A table that cannot be used; `line` is 0 for the file as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableError {
    pub file: String,
    pub line: usize,
    pub message: String,
}

impl TableError {
    fn new(file: &str, line: usize, message: impl Into<String>) -> Self {
        TableError { file: file.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.message),
            line => write!(f, "{}:{line}: {}", self.file, self.message),
        }
    }
}

impl std::error::Error for TableError {}

impl Tables {
    /// # Errors
    /// The first row that does not follow the grammar.
    pub fn parse(text: &TableText) -> Result<Self, TableError> {
        let file = |name: &str| format!("formats/{}/{name}", text.id);
        let description =
            toml::from_str(&text.description).map_err(|e| TableError::new(&file("format.toml"), 0, e.message()))?;
        let enums = parse_enums(&file("enums.tsv"), &text.enums)?;
        let layouts = parse_records(&file("records.tsv"), &text.records, &enums)?;
        let channels = parse_channels(&file("channels.tsv"), &text.channels, &layouts)?;
        let mut by_record: Vec<Vec<(usize, usize)>> = Vec::new();
        for layout in &layouts {
            if let Some(record) = layout.record.map(usize::from) {
                by_record.resize(by_record.len().max(record + 1), Vec::new());
                by_record[record].push((layout.min_len, layout.index));
            }
        }
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for layout in &layouts {
            by_name.entry(layout.name.clone()).or_default().push(layout.index);
        }
        for layouts in &mut by_record {
            layouts.sort_by_key(|&(min_len, _)| std::cmp::Reverse(min_len));
        }
        Ok(Tables { id: text.id.clone(), description, layouts, channels, sha256: text.sha256(), by_record, by_name })
    }

    /// The layout for a record of this type and content length. An empty record has nothing to misread: any layout does.
    pub fn layout(&self, record: u16, len: usize) -> Option<&Arc<Layout>> {
        let layouts = self.by_record.get(usize::from(record))?;
        let (_, index) = layouts.iter().find(|(min_len, _)| *min_len <= len || len == 0)?;
        Some(&self.layouts[*index])
    }

    /// Every layout of a record type, longest first.
    pub fn of_record(&self, record: u16) -> impl Iterator<Item = &Arc<Layout>> {
        self.by_record.get(usize::from(record)).into_iter().flatten().map(|(_, index)| &self.layouts[*index])
    }

    /// The name of a record type, whether or not its content can be read.
    pub fn record_name(&self, record: u16) -> Option<&str> {
        let (_, index) = *self.by_record.get(usize::from(record))?.first()?;
        Some(&self.layouts[index].name)
    }

    /// The layout of a structure outside the record chain, or of a nested one, for this content length.
    pub fn structure(&self, name: &str, len: usize) -> Option<&Arc<Layout>> {
        self.named(name).filter(|layout| layout.min_len <= len).max_by_key(|layout| layout.min_len)
    }

    /// Every layout of this name.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Arc<Layout>> {
        self.by_name.get(name).into_iter().flatten().map(|&i| &self.layouts[i])
    }
}

/// Rows of a table as (line, columns), the header checked.
fn rows<'a, const N: usize>(
    file: &str,
    text: &'a str,
    header: &[&str; N],
) -> Result<Vec<(usize, [&'a str; N])>, TableError> {
    let mut lines = text.lines().zip(1..);
    if lines.next().is_none_or(|(line, _)| columns(line) != Ok(*header)) {
        return Err(TableError::new(file, 1, format!("the header must be: {}", header.join(" "))));
    }
    let row = |(text, line)| match columns(text) {
        Ok(columns) => Ok((line, columns)),
        Err(count) => Err(TableError::new(file, line, format!("{count} columns, {N} are needed"))),
    };
    lines.map(row).collect()
}

/// The columns of a line, or how many it has instead.
fn columns<const N: usize>(line: &str) -> Result<[&str; N], usize> {
    let mut columns = [""; N];
    let (mut count, mut start) = (0, 0);
    for end in memchr::memchr_iter(b'\t', line.as_bytes()).chain([line.len()]) {
        if let Some(column) = columns.get_mut(count) {
            *column = &line[start..end];
        }
        (count, start) = (count + 1, end + 1);
    }
    if count == N { Ok(columns) } else { Err(count) }
}

fn parse_enums(file: &str, text: &str) -> Result<BTreeMap<String, Arc<Enumeration>>, TableError> {
    let mut enums: BTreeMap<String, Enumeration> = BTreeMap::new();
    for (line, row) in rows(file, text, ENUMS)? {
        let value = number(file, line, "value", row[1])?;
        let entry = enums.entry(row[0].to_owned()).or_default();
        row[0].clone_into(&mut entry.name);
        if entry.names.insert(value, row[2].to_owned()).is_some() {
            return Err(TableError::new(file, line, format!("{} {value} is named twice", row[0])));
        }
    }
    Ok(enums.into_iter().map(|(name, e)| (name, Arc::new(e))).collect())
}

fn parse_records(
    file: &str,
    text: &str,
    enums: &BTreeMap<String, Arc<Enumeration>>,
) -> Result<Vec<Arc<Layout>>, TableError> {
    let rows = rows(file, text, RECORDS)?;
    let mut layouts: Vec<Arc<Layout>> = Vec::new();
    for group in rows.chunk_by(|a, b| a.1[..3] == b.1[..3]) {
        let (line, row) = &group[0];
        let record = match row[0] {
            "-" => None,
            text => Some(number(file, *line, "record", text)?),
        };
        let min_len = number(file, *line, "min_len", row[2])?;
        let mut fields = Vec::with_capacity(group.len());
        for (line, row) in group {
            fields.push(parse_field(file, *line, row, enums, &layouts, &fields)?);
        }
        let (name, generations) = row[1].split_once('@').unwrap_or((row[1], ""));
        let layout = Layout::new(layouts.len(), record, name.to_owned(), min_len, fields).of_generations(generations);
        layouts.push(Arc::new(layout));
    }
    Ok(layouts)
}

fn parse_field(
    file: &str,
    line: usize,
    row: &[&str],
    enums: &BTreeMap<String, Arc<Enumeration>>,
    layouts: &[Arc<Layout>],
    above: &[Field],
) -> Result<Field, TableError> {
    let error = |message: String| TableError::new(file, line, message);
    let kind = match row[5].strip_prefix('=') {
        Some(text) => {
            let stored = |name: &str| above.iter().find(|field| field.name == name)?.scalar();
            Kind::Expr(Arc::new(Expr::parse(text, stored).map_err(error)?))
        }
        None => parse_kind(row[5], layouts).ok_or_else(|| error(format!("unknown type {:?}", row[5])))?,
    };
    let bits = match row[6] {
        "" => None,
        text => Some(parse_bits(text, &kind).ok_or_else(|| error(format!("bits {text:?} do not fit the type")))?),
    };
    let scale = match row[7] {
        "" => Scale::One,
        text => Scale::new(text.parse().map_err(|_| error(format!("scale {text:?} is not a number")))?),
    };
    let names = match row[9] {
        "" => None,
        name => Some(enums.get(name).cloned().ok_or_else(|| error(format!("no enum {name:?}")))?),
    };
    if row[10].is_empty() || row[11].is_empty() {
        return Err(error("basis and source must not be empty".to_owned()));
    }
    Ok(Field {
        name: row[3].to_owned(),
        offset: number(file, line, "offset", row[4])?,
        kind,
        bits,
        scale,
        unit: row[8].to_owned(),
        names,
        basis: row[10].to_owned(),
        source: row[11].to_owned(),
        line,
    })
}

fn parse_kind(text: &str, layouts: &[Arc<Layout>]) -> Option<Kind> {
    if let Some(number) = Number::parse(text) {
        return Some(Kind::Number(number));
    }
    match text {
        "text" => return Some(Kind::Text),
        "hex" => return Some(Kind::Hex(None)),
        "cell" => return Some(Kind::Cell),
        _ => {}
    }
    let (base, count) = text.strip_suffix(']')?.split_once('[')?;
    let count = if count.is_empty() { None } else { Some(count.parse().ok()?) };
    match (base, count) {
        ("char", Some(len)) => Some(Kind::Chars(len)),
        ("hex", Some(len)) => Some(Kind::Hex(Some(len))),
        (base, count) => match Number::parse(base) {
            Some(number) => Some(Kind::Array(number, count)),
            // A table must stand above the one that repeats it.
            None if count.is_none() => Some(Kind::Entries(layouts.iter().find(|l| l.name == base)?.clone())),
            None => None,
        },
    }
}

fn parse_bits(text: &str, kind: &Kind) -> Option<(u32, u32)> {
    let Kind::Number(number) = kind else { return None };
    let (first, last) = match text.split_once('-') {
        Some((first, last)) => (first.parse().ok()?, last.parse().ok()?),
        None => (text.parse().ok()?, text.parse().ok()?),
    };
    let fits = number.is_integer() && first <= last && last < 8 * number.size() as u32;
    fits.then_some((first, last - first + 1))
}

fn parse_channels(file: &str, text: &str, layouts: &[Arc<Layout>]) -> Result<Vec<Channel>, TableError> {
    rows(file, text, CHANNELS)?
        .into_iter()
        .map(|(line, row)| {
            if !layouts.iter().any(|l| l.name == row[0] && l.field(row[1]).is_some()) {
                return Err(TableError::new(file, line, format!("no field {}.{} in records.tsv", row[0], row[1])));
            }
            if row[5].is_empty() {
                return Err(TableError::new(file, line, "basis must not be empty"));
            }
            let opens_row = match row[4] {
                "0" => false,
                "1" => true,
                other => return Err(TableError::new(file, line, format!("row must be 0 or 1, not {other:?}"))),
            };
            let [record, field, channel, track] = [0, 1, 2, 3].map(|i| row[i].to_owned());
            Ok(Channel { record, field, channel, track, opens_row, basis: row[5].to_owned() })
        })
        .collect()
}

fn number<T: std::str::FromStr>(file: &str, line: usize, what: &str, text: &str) -> Result<T, TableError> {
    text.parse().map_err(|_| TableError::new(file, line, format!("{what} {text:?} is not a number that fits")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Value;

    fn text(records: &str) -> TableText {
        TableText {
            id: "demo".to_owned(),
            description: "id = \"demo\"\ntitle = \"Demo\"\nvendor = \"-\"\ndescription = \"made for a test\"\n"
                .to_owned(),
            records: format!("{}\n{records}", RECORDS.join("\t")),
            enums: format!("{}\nmode\t2\tHover\n", ENUMS.join("\t")),
            channels: format!("{}\n", CHANNELS.join("\t")),
        }
    }

    #[test]
    fn fields_are_read_with_bits_scale_and_names_and_are_absent_beyond_the_end() {
        let tables = Tables::parse(&text(
            "7\tdemo\t1\tmode\t0\tu8\t1-2\t\t\tmode\tnone\tV\n\
             7\tdemo\t1\theight\t1\ti16\t\t0.1\tm\t\ttakeoff\tV\n\
             7\tdemo\t1\tserial\t3\tchar[4]\t\t\t\t\tnone\tV\n",
        ))
        .expect("good rows");
        let layout = tables.layout(7, 7).expect("type 7");
        let content = [0b1111_1101, 0x04, 0x02, b'A', b'B', 0, b'x'];
        let mode = layout.field("mode").expect("a field");
        let value = mode.read(&content).expect("there");
        assert_eq!((value.integer(), mode.value_name(&value)), (Some(2), Some("Hover")));
        assert_eq!(layout.read("height", &content).map(|v| v.to_string()).as_deref(), Some("51.6"));
        assert_eq!(layout.read("serial", &content), Some(Value::Text("AB".into())));
        assert_eq!(layout.read("height", &content[..2]), None);
        assert_eq!(layout.covered(2).collect::<Vec<_>>(), [(0, 2)]);
    }

    #[test]
    fn a_wrong_row_is_named_by_file_and_line() {
        let error = Tables::parse(&text("7\tdemo\t1\tmode\t0\tu9\t\t\t\t\tnone\tV\n")).expect_err("u9");
        assert_eq!(error.to_string(), "formats/demo/records.tsv:2: unknown type \"u9\"");
        let error = Tables::parse(&text("7\tdemo\t1\tmode\t0\tu8\t\t\t\t\t\tV\n")).expect_err("no basis");
        assert_eq!(error.line, 2);
    }
}
