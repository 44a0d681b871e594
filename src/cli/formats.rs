//! `formats`: what is read, how far it was verified, and on what.

use std::collections::BTreeMap;
use std::io::Write as _;

use clap::Args;
use serde::Serialize;

use super::Session;
use super::exit::{Outcome, Stop};
use crate::analyse::exposure::{KindRow, RateRow, kind_rows, rate_rows};
use crate::layout::{Description, Enumeration, Field, Tables};
use crate::write::document::{ExitReport, ToolReport, write_document};

/// What is read, and how far that was verified
#[derive(Args)]
pub struct Formats {
    /// One format, with its versions, tables and sources
    #[arg(value_name = "ID")]
    id: Option<String>,
}

#[derive(Serialize)]
struct Document<'a> {
    tool: ToolReport,
    formats: Vec<FormatReport<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exposure: Option<RulesReport>,
    exit: ExitReport,
}

#[derive(Serialize)]
struct FormatReport<'a> {
    id: &'a str,
    title: &'a str,
    vendor: &'a str,
    extensions: &'a [String],
    description: String,
    recognition: &'a str,
    notes: Vec<NoteReport<'a>>,
    versions: Vec<VersionReport<'a>>,
    records: Vec<RecordReport<'a>>,
    tables_sha256: String,
}

#[derive(Serialize)]
struct VersionReport<'a> {
    range: &'a str,
    status: &'a str,
    verified: &'a str,
}

#[derive(Serialize)]
struct RecordReport<'a> {
    name: &'a str,
    r#type: Option<u16>,
    /// Of the source, where they differ in this record.
    generations: &'a [String],
    min_length: usize,
    fields: Vec<FieldReport<'a>>,
}

#[derive(Serialize)]
struct FieldReport<'a> {
    name: &'a str,
    offset: usize,
    r#type: String,
    /// First bit and number of bits.
    bits: Option<(u32, u32)>,
    unit: &'a str,
    r#enum: Option<&'a str>,
    basis: &'a str,
    source: &'a str,
}

#[derive(Serialize)]
struct NoteReport<'a> {
    about: &'a str,
    text: String,
}

/// The rules for identifiers, under an id like that of a format.
const EXPOSURE: &str = "exposure";

#[derive(Serialize)]
struct RulesReport {
    kinds: Vec<RuleReport>,
    false_sightings: Vec<RateReport>,
}

#[derive(Serialize)]
struct RuleReport {
    kind: &'static str,
    about: &'static str,
    rule: &'static str,
    context: &'static str,
    keys: &'static str,
}

#[derive(Serialize)]
struct RateReport {
    corpus: &'static str,
    size: &'static str,
    kinds: &'static str,
    found: &'static str,
}

impl RulesReport {
    fn new() -> Self {
        let rule = |KindRow { kind, about, context, keys, rule, .. }| RuleReport { kind, about, rule, context, keys };
        let rate = |RateRow { corpus, size, kinds, found }| RateReport { corpus, size, kinds, found };
        RulesReport { kinds: kind_rows().map(rule).collect(), false_sightings: rate_rows().map(rate).collect() }
    }
}

/// What the exposure inventory looks for, and how often it was wrong.
fn rules_text(whole: bool) -> String {
    let rules = RulesReport::new();
    let mut text =
        format!("{EXPOSURE}  identifiers of people, phones, craft and servers: {} kinds\n", rules.kinds.len());
    for rate in &rules.false_sightings {
        text += &format!("  false sightings in {}, {}: {} ({})\n", rate.corpus, rate.size, rate.found, rate.kinds);
    }
    if whole {
        for rule in &rules.kinds {
            text += &format!("\n  {} ({}): {}\n", rule.kind, rule.about, rule.rule);
            for (head, words) in [("words before it", rule.context), ("endings of keys", rule.keys)] {
                if !words.is_empty() {
                    text += &format!("    {head}: {words}\n");
                }
            }
        }
    }
    text
}

impl Formats {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let asked_rules = self.id.as_deref() == Some(EXPOSURE);
        let chosen: Vec<&Tables> =
            session.tools.tables.iter().filter(|t| self.id.as_ref().is_none_or(|id| *id == t.id)).collect();
        if chosen.is_empty() && !asked_rules {
            let mut ids: Vec<&str> = session.tools.tables.iter().map(|t| t.id.as_str()).collect();
            ids.push(EXPOSURE);
            return Err(Stop::usage(format!("no such format; there are: {}", ids.join(", "))));
        }
        let mut out = std::io::stdout().lock();
        if session.json() {
            let outcome = Outcome { usable: true, ..Outcome::default() };
            let formats = chosen.iter().map(|t| report(t)).collect();
            let rules = (asked_rules || self.id.is_none()).then(RulesReport::new);
            let document =
                Document { tool: ToolReport::new(&session.tools), formats, exposure: rules, exit: outcome.report() };
            write_document(&document, &mut out)?;
            return Ok(0);
        }
        for tables in chosen {
            let Description { title, vendor, versions, sources, .. } = &tables.description;
            writeln!(out, "{}  {title}, {vendor}", tables.id)?;
            for version in versions {
                writeln!(out, "  version {:<6} {:<8} {}", version.range, version.status, version.verified)?;
            }
            if self.id.is_some() {
                out.write_all(knowledge(tables).as_bytes())?;
                for source in sources {
                    writeln!(out, "  source {}: {}", source.name, source.says)?;
                }
            }
            writeln!(out)?;
        }
        if asked_rules || self.id.is_none() {
            out.write_all(rules_text(asked_rules).as_bytes())?;
        }
        Ok(0)
    }
}

impl<'a> From<&'a Field> for FieldReport<'a> {
    fn from(field: &'a Field) -> Self {
        FieldReport {
            name: &field.name,
            offset: field.offset,
            r#type: field.kind.to_string(),
            bits: field.bits,
            unit: &field.unit,
            r#enum: field.names.as_deref().map(|names| names.name.as_str()),
            basis: &field.basis,
            source: &field.source,
        }
    }
}

fn report(tables: &Tables) -> FormatReport<'_> {
    let Description { id, title, vendor, extensions, description, recognition, notes, versions, .. } =
        &tables.description;
    FormatReport {
        id,
        title,
        vendor,
        extensions,
        description: folded(description),
        recognition,
        notes: notes.iter().map(|note| NoteReport { about: &note.about, text: folded(&note.text) }).collect(),
        versions: versions
            .iter()
            .map(|v| VersionReport { range: &v.range, status: &v.status, verified: &v.verified })
            .collect(),
        records: tables
            .layouts
            .iter()
            .map(|l| RecordReport {
                name: &l.name,
                r#type: l.record,
                generations: &l.generations,
                min_length: l.min_len,
                fields: l.fields.iter().map(Into::into).collect(),
            })
            .collect(),
        tables_sha256: tables.sha256.to_string(),
    }
}

/// Everything that the tables say: notes, each record with its fields, the names of values.
fn knowledge(tables: &Tables) -> String {
    let Description { description, recognition, notes, .. } = &tables.description;
    let mut text = format!("\n{}\n\n  recognised by: {recognition}\n", folded(description));
    for note in notes {
        text += &format!("  {}: {}\n", note.about, folded(&note.text));
    }
    let mut enums: BTreeMap<&str, &Enumeration> = BTreeMap::new();
    for layout in &tables.layouts {
        let kind = layout.record.map_or("structure".to_owned(), |kind| format!("type {kind}"));
        let of = if layout.generations.is_empty() {
            String::new()
        } else {
            format!(" of {}", layout.generations.join(", "))
        };
        text += &format!("\n  {} ({kind}){of}, from {} bytes\n", layout.name, layout.min_len);
        for field in &layout.fields {
            let bits = match field.bits {
                Some((first, 1)) => format!(" bit {first}"),
                Some((first, count)) => format!(" bits {first}-{}", first + count - 1),
                None => String::new(),
            };
            let place = format!("{}{bits}", field.offset);
            let names = field.names.as_deref();
            enums.extend(names.map(|names| (names.name.as_str(), names)));
            let measure = [field.unit.as_str(), names.map_or("", |n| n.name.as_str())].concat();
            text += &format!(
                "    {place:<14}{:<26}{:<9}{measure:<12}{:<12}{}\n",
                field.name,
                field.kind.to_string(),
                field.basis,
                field.source
            );
        }
    }
    text.push('\n');
    for (name, names) in enums {
        let values: Vec<String> = names.iter().map(|(value, word)| format!("{value} {word}")).collect();
        text += &format!("  values of {name}: {}\n", values.join(", "));
    }
    text.push('\n');
    text
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
