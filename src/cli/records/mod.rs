//! `records`: every field of every record, one JSON line each, or one wide table a type.

mod wide;

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::exit::{Outcome, Stop};
use super::item::Item;
use super::{Session, item};
use crate::decode::{Completeness, Diagnostic, Record, Severity, Sink};
use crate::layout::{Layout, Value};
use crate::write::Redaction;
use crate::write::files::{self, OutputFolder};
use wide::WideTables;

/// Every field of every record, as JSON lines or as one table a type
#[derive(Args)]
pub struct Records {
    /// A file, or file!/child
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only records of this table, such as osd, or type_16
    #[arg(long, value_name = "TYPE")]
    r#type: Option<String>,
    #[arg(long, value_enum, default_value = "jsonl")]
    to: Kind,
    /// Folder of the tables, or file of the JSON lines; stdout where one stream is enough
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Jsonl,
    Csv,
}

impl Records {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let inputs = [self.file.clone()];
        let item = item::open(session, &self.file)?;
        let (decoded, worst) = match (self.to, &self.output) {
            (Kind::Jsonl, None) => self.lines(session, &item, &mut BufWriter::new(io::stdout().lock()))?,
            (Kind::Jsonl, Some(path)) => {
                self.lines(session, &item, &mut files::create(path, &inputs, session.global.force)?)?
            }
            (Kind::Csv, None) if self.r#type.is_some() => {
                let (tables, decoded) = self.tables(session, &item)?;
                let mut out = BufWriter::new(io::stdout().lock());
                tables.by_name().try_for_each(|(_, table)| table.write(&mut out))?;
                out.flush()?;
                decoded
            }
            (Kind::Csv, None) => {
                return Err(Stop::usage("one table a type needs -o DIR; with --type one table goes to stdout"));
            }
            (Kind::Csv, Some(folder)) => {
                let mut outputs = OutputFolder::create(folder, &inputs, session.global.force)?;
                let (tables, decoded) = self.tables(session, &item)?;
                for (name, table) in tables.by_name() {
                    outputs.write(&format!("{name}.csv"), |out| table.write(out))?;
                }
                decoded
            }
        };
        let whole = decoded == Completeness::Whole && worst.is_none_or(|w| w == Severity::Note);
        let usable = decoded != Completeness::Unreadable;
        Ok(Outcome { incomplete: !whole, usable, ..Outcome::default() }.code())
    }

    fn wants(&self, record: &Record<'_>) -> bool {
        self.r#type.as_ref().is_none_or(|wanted| *wanted == record.name())
    }

    fn lines(
        &self,
        session: &Session<'_>,
        item: &Item,
        out: &mut dyn Write,
    ) -> Result<(Completeness, Option<Severity>), Stop> {
        let mut sink = Lines { verb: self, out, redaction: session.redaction(), error: None, worst: None };
        let decoded = item::decode(session, item, &mut sink)?;
        let (error, worst) = (sink.error, sink.worst);
        out.flush()?;
        match error {
            Some(error) => Err(error.into()),
            None => Ok((decoded.completeness, worst)),
        }
    }

    fn tables(
        &self,
        session: &Session<'_>,
        item: &Item,
    ) -> Result<(WideTables<'_>, (Completeness, Option<Severity>)), Stop> {
        let mut sink = WideTables::of(self.r#type.as_deref(), session.redaction());
        let decoded = item::decode(session, item, &mut sink)?;
        let worst = sink.worst;
        Ok((sink, (decoded.completeness, worst)))
    }
}

/// One JSON object a record: name, place, source clock, fields.
struct Lines<'a> {
    verb: &'a Records,
    out: &'a mut dyn Write,
    redaction: Redaction,
    error: Option<io::Error>,
    worst: Option<Severity>,
}

#[derive(Serialize)]
struct Line<'a> {
    record: &'a str,
    r#type: u16,
    offset: u64,
    length: u64,
    elapsed_s: Option<f64>,
    #[serde(skip_serializing_if = "is_zero")]
    doubtful_bytes: usize,
    fields: Fields<'a>,
}

fn is_zero(bytes: &usize) -> bool {
    *bytes == 0
}

struct Fields<'a>(Vec<(&'a str, Value<'a>)>);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Sink for Lines<'_> {
    fn wants(&self, layout: &Layout) -> bool {
        self.verb.r#type.as_ref().is_none_or(|wanted| *wanted == layout.name)
    }

    fn wants_events(&self) -> bool {
        false
    }

    fn record(&mut self, record: &Record<'_>) {
        if self.error.is_some() || !self.verb.wants(record) {
            return;
        }
        let line = Line {
            record: &record.name(),
            r#type: record.kind,
            offset: record.at.offset(),
            length: record.at.len(),
            elapsed_s: record.time.0.map(|ns| ns as f64 / 1e9),
            doubtful_bytes: record.doubtful,
            fields: Fields(self.redaction.fields(record)),
        };
        let written = serde_json::to_writer(&mut *self.out, &line).map_err(io::Error::from);
        self.error = written.and_then(|()| self.out.write_all(b"\n")).err();
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) {
        self.worst = self.worst.max(Some(diagnostic.severity));
    }
}
