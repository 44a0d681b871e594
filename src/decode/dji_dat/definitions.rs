//! Layouts that a log defines itself, line by line in text records:
//!
//! ```text
//! Op.[config]              a record of numbers begins ([string]: a record of text)
//! name<TAB>imu_data
//! type<TAB>2048
//! Op.double<TAB>long0 0    a field, packed behind the one before; its default value
//! Op.expr flag bitand(shift_r(state,1),1)
//! ```

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::layout::{Expr, Field, Kind, Number, Scale};

/// One field of a definition.
#[derive(PartialEq)]
pub enum Line {
    /// Its name as the log spells it, its type, and its offset from the start of the payload.
    Stored {
        name: String,
        number: Number,
        offset: usize,
    },
    Computed {
        name: String,
        text: String,
    },
}

/// A record type as the log defines it.
pub struct Definition {
    pub kind: u16,
    pub name: String,
    pub lines: Vec<Line>,
    /// Bytes of its fields.
    pub len: usize,
    /// Where its first line stands.
    pub offset: u64,
    /// Something was lost between its lines, or a line of it is not understood: later offsets may be wrong.
    pub is_doubtful: bool,
}

/// Text of definitions that is kept; the logs at hand have 17,688 bytes.
const MOST_TEXT: usize = 4 << 20;
const MOST_FIELDS: usize = 1024;

/// Collects the lines as they come.
#[derive(Default)]
pub struct Reader {
    done: Vec<Definition>,
    open: Option<Open>,
    taken: usize,
    /// Lines that are not understood: how many, and where the first one stands.
    pub odd: Option<(u64, u64)>,
    /// Something was lost while definitions may have been written.
    has_gaps: bool,
    pace: Pace,
}

/// How definitions follow each other: 20 a second in real logs. Where nothing was written for far longer, as when the link to the
/// aircraft was lost, lines may be missing though every byte is there.
#[derive(Default)]
struct Pace {
    /// Ticks of a pause that is long; none where the rate is not known.
    long: Option<i64>,
    last: Option<u32>,
    steps: i64,
    ticks: i64,
}

/// Seconds of a long pause, and how many times the usual step it is.
const LONG_S: f64 = 2.0;
const LONG_STEPS: i64 = 8;

impl Pace {
    /// Whether this record comes late behind the one before.
    fn is_late(&mut self, tick: u32) -> bool {
        let Some(step) = self.last.replace(tick).map(|last| self.step(last, tick)) else { return false };
        let usual = self.ticks / self.steps.max(1);
        self.steps += 1;
        self.ticks = self.ticks.saturating_add(step);
        self.long.is_some_and(|long| step > long.max(usual.saturating_mul(LONG_STEPS)))
    }

    fn step(&self, from: u32, to: u32) -> i64 {
        i64::from(to.wrapping_sub(from) as i32).abs()
    }
}

struct Open {
    definition: Definition,
    kind: Option<u16>,
    is_numbers: bool,
}

impl Reader {
    /// `hz`: ticks a second, where it is known before the log is read.
    pub fn new(hz: Option<f64>) -> Self {
        let pace = Pace { long: hz.map(|hz| (hz * LONG_S) as i64), ..Pace::default() };
        Reader { pace, ..Reader::default() }
    }

    /// The payload of one definition record: whole lines, with NUL bytes behind.
    pub fn record(&mut self, payload: &[u8], offset: u64, tick: u32) {
        if self.pace.is_late(tick) {
            self.gap();
        }
        self.taken = self.taken.saturating_add(payload.len());
        if self.taken > MOST_TEXT {
            return;
        }
        for line in payload.split(|byte| matches!(byte, b'\n' | b'\r' | 0)) {
            let text = String::from_utf8_lossy(line);
            if !text.trim().is_empty() && self.line(text.trim(), offset).is_none() {
                let odd = self.odd.get_or_insert((0, offset));
                odd.0 += 1;
                if let Some(open) = &mut self.open {
                    open.definition.is_doubtful = true;
                }
            }
        }
    }

    /// Records were lost here: lines of a definition may be among them, and whole definitions.
    pub fn gap(&mut self) {
        self.has_gaps = true;
        if let Some(open) = &mut self.open {
            open.definition.is_doubtful = true;
        }
    }

    fn line(&mut self, line: &str, offset: u64) -> Option<()> {
        if let Some(what) = line.strip_prefix("Op.[") {
            self.close();
            let definition =
                Definition { kind: 0, name: String::new(), lines: Vec::new(), len: 0, offset, is_doubtful: false };
            self.open = Some(Open { definition, kind: None, is_numbers: what.starts_with("config") });
            return Some(());
        }
        let open = self.open.as_mut()?;
        let (head, rest) = line.split_once([' ', '\t'])?;
        let rest = rest.trim();
        match head {
            "name" => rest.clone_into(&mut open.definition.name),
            // Blocks whose type is no number are meant for other programs.
            "type" => open.kind = rest.parse().ok(),
            "Op.expr" => {
                let (name, text) = rest.split_once([' ', '\t'])?;
                open.push(Line::Computed { name: name.to_owned(), text: text.trim().to_owned() })?;
            }
            _ if !open.is_numbers => {}
            _ => {
                let number = number_of(head.strip_prefix("Op.")?)?;
                // Behind the name stands the default.
                let name = rest.rsplit_once([' ', '\t']).map_or(rest, |(name, _)| name).trim();
                let at = open.definition.len;
                open.push(Line::Stored { name: name.to_owned(), number, offset: at })?;
                open.definition.len = at + number.size();
            }
        }
        Some(())
    }

    fn close(&mut self) {
        if let Some(Open { mut definition, kind: Some(kind), .. }) = self.open.take()
            && definition.len > 0
        {
            definition.kind = kind;
            self.done.push(definition);
        }
    }

    /// Definitions may be missing: there is none, parts of the log are lost, a line belongs to none, or the log ends, at
    /// `last_tick`, while they were still being written.
    pub fn may_lack(&self, last_tick: u32) -> bool {
        let is_cut =
            self.pace.last.zip(self.pace.long).is_some_and(|(tick, long)| self.pace.step(tick, last_tick) < long);
        self.has_gaps || self.odd.is_some() || is_cut || self.done.is_empty() && self.open.is_none()
    }

    pub fn finish(mut self) -> Vec<Definition> {
        self.close();
        self.done
    }
}

impl Open {
    fn push(&mut self, line: Line) -> Option<()> {
        let has_room = self.definition.lines.len() < MOST_FIELDS;
        has_room.then(|| self.definition.lines.push(line))
    }
}

fn number_of(word: &str) -> Option<Number> {
    Some(match word {
        "uint8_t" => Number::U8,
        "int8_t" => Number::I8,
        "uint16_t" => Number::U16,
        "int16_t" => Number::I16,
        "uint32_t" => Number::U32,
        "int32_t" => Number::I32,
        "uint64_t" => Number::U64,
        "int64_t" => Number::I64,
        "float" | "fp32" => Number::F32,
        "double" | "fp64" => Number::F64,
        _ => return None,
    })
}

impl Definition {
    /// Says the same as another one.
    pub fn agrees_with(&self, other: &Definition) -> bool {
        (self.kind, &self.name, &self.lines) == (other.kind, &other.name, &other.lines)
    }

    /// The fields with names that are unique and lower-case. `log` is whose definition this is; `meaning` gives the row of a table that describes a field of this
    /// name and type: its unit, scale and names of values. Computed fields that cannot be computed come back as words.
    pub fn fields(&self, log: &str, meaning: impl Fn(&str, &Kind) -> Option<Field>) -> (Vec<Field>, Vec<String>) {
        let mut fields: Vec<Field> = Vec::with_capacity(self.lines.len());
        let mut uses: HashMap<String, usize> = HashMap::new();
        let mut taken: HashSet<String> = HashSet::new();
        let mut failed = Vec::new();
        let mut unique = |name: &str| {
            let plain: String = name.to_lowercase().chars().map(|c| if c.is_control() { '_' } else { c }).collect();
            let used = uses.entry(plain.clone()).or_default();
            loop {
                *used += 1;
                let name = if *used == 1 { plain.clone() } else { format!("{plain}_{used}") };
                if taken.insert(name.clone()) {
                    return name;
                }
            }
        };
        for line in &self.lines {
            match line {
                Line::Stored { name, number, offset } => {
                    let unique = unique(name);
                    let kind = Kind::Number(*number);
                    let known = meaning(&unique, &kind);
                    let source = match &known {
                        Some(row) => format!("definition in {log} at {}: {name}; {}", self.offset, row.source),
                        None => format!("definition in {log} at {}: {name}", self.offset),
                    };
                    let row = known.unwrap_or_else(|| Field::new(String::new(), 0, kind.clone(), Scale::One));
                    fields.push(Field { name: unique, offset: *offset, kind, source, bits: None, ..row });
                }
                Line::Computed { name, text } => {
                    let lower = text.to_lowercase();
                    let stored = |name: &str| fields.iter().find(|field| field.name == name)?.scalar();
                    match Expr::parse(&lower, stored) {
                        Ok(expr) => {
                            let kind = Kind::Expr(Arc::new(expr));
                            let source = format!("definition in {log} at {}: {name} = {text}", self.offset);
                            let field = Field::new(unique(name), 0, kind, Scale::One);
                            fields.push(Field { source, ..field });
                        }
                        Err(why) => failed.push(format!("{}.{name}: {why}", self.name)),
                    }
                }
            }
        }
        (fields, failed)
    }

    /// The name as part of file names and tables.
    pub fn safe_name(&self) -> String {
        let name: String = self.name.to_lowercase().chars().take(64).collect();
        let safe = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
        let name: String = name.chars().map(safe).collect();
        if name.trim_matches('_').is_empty() { format!("type_{}", self.kind) } else { name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(records: &[&str]) -> Vec<Definition> {
        let mut reader = Reader::default();
        records.iter().for_each(|text| reader.record(text.as_bytes(), 0, 0));
        reader.finish()
    }

    #[test]
    fn fields_are_packed_and_named_once_and_computed_ones_follow() {
        let definitions = read(&[
            "Op.[config]\nname\tdemo data\ntype\t700\n\0",
            "Op.double\tLon 0\0",
            "Op.uint8_t\tposFlg 0\0",
            "Op.uint8_t\tposFlg 0\0",
            "Op.uint8_t\tposflg_2 0\0",
            "Op.int16_t\tcap(%) 0\0",
            "Op.expr used bitand(shift_r(posFlg,1),1)\0",
            "Op.[config]\nname\tother\ntype\tnone",
            "Op.float\tx 0",
        ]);
        assert_eq!(definitions.len(), 1);
        let definition = &definitions[0];
        assert_eq!((definition.kind, definition.len, definition.safe_name().as_str()), (700, 13, "demo_data"));
        let (fields, failed) = definition.fields("this log", |_, _| None);
        let names: Vec<(&str, usize)> = fields.iter().map(|f| (f.name.as_str(), f.offset)).collect();
        let expected = [("lon", 0), ("posflg", 8), ("posflg_2", 9), ("posflg_2_2", 10), ("cap(%)", 11), ("used", 0)];
        assert_eq!(names, expected);
        assert!(failed.is_empty());
        let payload = [0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0];
        assert_eq!(fields[5].read(&payload).and_then(|v| v.number()), Some(1.0));
    }

    #[test]
    fn a_definition_with_a_hole_or_an_unknown_type_is_doubtful() {
        let mut reader = Reader::default();
        reader.record(b"Op.[config]\nname\ta\ntype\t1\nOp.float\tx 0\0", 0, 0);
        reader.gap();
        reader.record(b"Op.float\ty 0\0", 50, 0);
        reader.record(b"Op.[config]\nname\tb\ntype\t2\nOp.float\tx 0\nOp.quux\ty 0\0", 90, 0);
        assert_eq!(reader.odd, Some((1, 90)));
        let doubtful: Vec<bool> = reader.finish().iter().map(|d| d.is_doubtful).collect();
        assert_eq!(doubtful, [true, true]);
    }

    /// Fifty lines a twentieth of a second apart, and one five seconds behind them.
    #[test]
    fn a_pause_in_the_stream_of_definitions_makes_the_open_one_doubtful() {
        let mut reader = Reader::new(Some(1000.0));
        reader.record(b"Op.[config]\nname\ta\ntype\t1\0", 0, 0);
        (0..50).for_each(|n| reader.record(b"Op.float\tx 0\0", 0, n * 50));
        assert!(!reader.may_lack(60_000) && reader.may_lack(3_000), "the stream goes on to the end of a short log");
        reader.record(b"Op.float\ty 0\0", 0, 7_500);
        assert!(reader.may_lack(60_000));
        assert!(reader.finish()[0].is_doubtful);
    }
}
