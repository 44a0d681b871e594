//! Which layout a record has, by type and payload length. What the log defines itself comes first, tables second, of them those
//! of exactly this length first; what two tables describe differently is not chosen between.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::super::{Diagnostic, Sink};
use super::census::Census;
use super::definitions::Definition;
use crate::evidence::{Origin, Span};
use crate::layout::{Expr, Field, Kind, Layout, Tables};

/// The layouts of one log.
pub struct Layouts<'t> {
    tables: &'t Tables,
    generation: Option<&'t str>,
    definitions: HashMap<u16, Vec<Definition>>,
    /// Layouts made of definitions, by type and place in its list.
    made: HashMap<(u16, usize), Arc<Layout>>,
    names: HashSet<String>,
    told: HashSet<(u16, &'static str)>,
    notes: Vec<Diagnostic>,
}

/// What tables say of one type and length.
enum Found<'t> {
    One(&'t Arc<Layout>),
    Several,
    Nothing,
}

impl<'t> Layouts<'t> {
    pub fn new(tables: &'t Tables, generation: Option<&'t str>, definitions: Vec<Definition>) -> Self {
        let mut by_kind: HashMap<u16, Vec<Definition>> = HashMap::new();
        for definition in definitions {
            by_kind.entry(definition.kind).or_default().push(definition);
        }
        Layouts {
            tables,
            generation,
            definitions: by_kind,
            made: HashMap::new(),
            names: HashSet::new(),
            told: HashSet::new(),
            notes: Vec::new(),
        }
    }

    /// A layout, or none, for each pair of type and length; `T` says where a pair was met first.
    pub fn choose(mut self, seen: &Census<u64>, sink: &mut dyn Sink) -> Census<Option<Arc<Layout>>> {
        let mut chosen = Census::default();
        let mut pairs: Vec<(u16, usize, u64)> = seen.iter().map(|(kind, len, first)| (kind, len, *first)).collect();
        pairs.sort_unstable();
        for (kind, len, first) in pairs {
            let layout = self.layout(kind, len, first);
            chosen.entry(kind, len, || layout);
        }
        let mut made: Vec<&Arc<Layout>> = self.made.values().collect();
        made.sort_by_key(|layout| layout.index);
        made.into_iter().for_each(|layout| sink.layout(layout));
        self.notes.into_iter().for_each(|note| sink.diagnostic(note));
        chosen
    }

    fn layout(&mut self, kind: u16, len: usize, first: u64) -> Option<Arc<Layout>> {
        if let Some(at) = self.definition(kind, |d| d.len == len) {
            return Some(self.make(kind, at, first));
        }
        let tables = self.tables;
        let is_exact = |layout: &Layout| layout.min_len == len || has_open_end(layout) && layout.min_len <= len;
        match self.pick(tables.of_record(kind).filter(|layout| is_exact(layout)).collect()) {
            Found::One(layout) => return Some(layout.clone()),
            Found::Several => {
                self.ambiguous(kind, len, first);
                return None;
            }
            Found::Nothing => {}
        }
        let shorter = self.definition(kind, |d| d.len < len && !d.is_doubtful);
        if let Some(at) = shorter.or_else(|| self.definition(kind, |d| d.len > len && !d.is_doubtful)) {
            let (name, stated) = self.definitions.get(&kind)?.get(at).map(|d| (d.name.clone(), d.len))?;
            let effect =
                if stated < len { "the bytes behind are kept as they are" } else { "fields behind are absent" };
            let words = format!(
                "the log defines type {kind} ({name}) with {stated} bytes and writes {len}: the fields that fit are read, {effect}"
            );
            self.note("dji-dat/definition-length", kind, first, words);
            return Some(self.make(kind, at, first));
        }
        let longest = tables.of_record(kind).map(|layout| layout.min_len).filter(|min_len| *min_len < len).max()?;
        match self.pick(tables.of_record(kind).filter(|layout| layout.min_len == longest).collect()) {
            Found::One(layout) => {
                let words = format!(
                    "no table has {len} bytes for type {kind} ({}): the one for {longest} is read as its beginning, which may be wrong",
                    layout.name
                );
                self.note("dji-dat/prefix", kind, first, words);
                Some(layout.clone())
            }
            Found::Several => {
                self.ambiguous(kind, len, first);
                None
            }
            Found::Nothing => None,
        }
    }

    /// The longest definition of a type that fits.
    fn definition(&self, kind: u16, fits: impl Fn(&Definition) -> bool) -> Option<usize> {
        let all = self.definitions.get(&kind)?.iter().enumerate().filter(|(_, definition)| fits(definition));
        all.max_by_key(|(at, definition)| (definition.len, std::cmp::Reverse(*at))).map(|(at, _)| at)
    }

    /// Those of the log's generation, then those of all, then the only one.
    fn pick(&self, all: Vec<&'t Arc<Layout>>) -> Found<'t> {
        let of = |layout: &Layout| layout.generations.iter().any(|g| Some(g.as_str()) == self.generation);
        let of_all = |layout: &Layout| layout.generations.is_empty() || layout.generations.iter().any(|g| g == "any");
        let best = all.iter().find(|layout| of(layout)).or_else(|| all.iter().find(|layout| of_all(layout)));
        match (best, &all[..]) {
            (Some(layout), _) => Found::One(layout),
            (None, [layout]) => Found::One(layout),
            (None, []) => Found::Nothing,
            (None, _) => Found::Several,
        }
    }

    fn ambiguous(&mut self, kind: u16, len: usize, first: u64) {
        let name = self.tables.record_name(kind).unwrap_or_default();
        let words = format!(
            "generations describe type {kind} ({name}) of {len} bytes differently, and the log does not tell which one it is of: its \
             records are kept as they are"
        );
        self.note("dji-dat/ambiguous", kind, first, words);
    }

    /// Once a type.
    fn note(&mut self, code: &'static str, kind: u16, first: u64, words: String) {
        if self.told.insert((kind, code)) {
            let at = Origin::Bytes(Span { offset: first, len: 0 }.into());
            self.notes.push(Diagnostic::note(code, at, words));
        }
    }

    fn make(&mut self, kind: u16, at: usize, first: u64) -> Arc<Layout> {
        if let Some(layout) = self.made.get(&(kind, at)) {
            return layout.clone();
        }
        let tables = self.tables;
        let (fields, failed, name, len) = match self.definitions.get(&kind).and_then(|all| all.get(at)) {
            Some(definition) => {
                let (fields, failed) = definition.fields(|name, kind_of| self.meaning(kind, name, kind_of));
                (fields, failed, definition.safe_name(), definition.len)
            }
            None => (Vec::new(), Vec::new(), String::new(), 0),
        };
        for why in failed {
            self.note("dji-dat/expression", kind, first, format!("a computed field is left out: {why}"));
        }
        let name = tables.record_name(kind).map_or_else(|| self.free_name(kind, name), str::to_owned);
        let index = tables.layouts.len() + self.made.len();
        let fields = self.with_parts(kind, fields);
        let layout = Arc::new(Layout::new(index, Some(kind), name, len, fields));
        self.made.insert((kind, at), layout.clone());
        layout
    }

    /// A name that neither the tables nor another definition has.
    fn free_name(&mut self, kind: u16, name: String) -> String {
        let taken = self.tables.named(&name).next().is_some() || self.names.contains(&name);
        let name = if taken { format!("{name}_{kind}") } else { name };
        self.names.insert(name.clone());
        name
    }

    /// The row of the tables for a field of this name and type.
    fn meaning(&self, kind: u16, name: &str, number: &Kind) -> Option<Field> {
        let fields = self.described(kind).find_map(|layout| layout.field(name));
        fields.filter(|field| field.kind == *number && field.bits.is_none()).cloned()
    }

    /// Layouts of a type in the tables, those of the log's generation first.
    fn described(&self, kind: u16) -> impl Iterator<Item = &'t Arc<Layout>> {
        let own = self.generation;
        let is_own = move |layout: &Layout| layout.generations.iter().any(|g| Some(g.as_str()) == own);
        let all = self.tables.of_record(kind);
        all.filter(move |layout| is_own(layout))
            .chain(self.tables.of_record(kind).filter(move |layout| !is_own(layout)))
    }

    /// What tables derive from fields of a type, bits and computed values, where the log defines those fields the same way.
    fn with_parts(&self, kind: u16, mut fields: Vec<Field>) -> Vec<Field> {
        let Some(table) = self.described(kind).next() else { return fields };
        for part in &table.fields {
            if fields.iter().any(|field| field.name == part.name) {
                continue;
            }
            match &part.kind {
                Kind::Expr(expr) => {
                    let stored = |name: &str| fields.iter().find(|field| field.name == name)?.scalar();
                    if let Ok(expr) = Expr::parse(&expr.to_string(), stored) {
                        fields.push(Field { kind: Kind::Expr(Arc::new(expr)), ..part.clone() });
                    }
                }
                _ if part.bits.is_some() => {
                    let is_base = |f: &&Field| f.offset == part.offset && f.kind == part.kind && f.bits.is_none();
                    let base = table.fields.iter().find(is_base);
                    if base.is_some_and(|base| fields.iter().any(|f| is_base(&f) && f.name == base.name)) {
                        fields.push(part.clone());
                    }
                }
                _ => {}
            }
        }
        fields
    }
}

fn has_open_end(layout: &Layout) -> bool {
    layout.fields.iter().any(|field| field.kind == Kind::Text)
}
