//! Which layout a record has, by type and payload length. What the log defines itself comes first, then what other logs of the
//! same firmware define, then tables, in each case those of exactly this length first. What two logs or two tables describe
//! differently is not chosen between without a word.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::super::{Diagnostic, Sink};
use super::census::Census;
use super::definitions::Definition;
use super::header::Header;
use super::kept::Kept;
use super::origins::{By, Origins, Trust};
use crate::evidence::{Origin, Span};
use crate::layout::{Expr, Field, Kind, Layout, Tables};

/// The layouts of one log.
pub struct Layouts<'t> {
    tables: &'t Tables,
    header: Option<&'t Header>,
    generation: Option<&'static str>,
    /// Its own definitions, then those of each other log.
    logs: Vec<Log>,
    /// Layouts made of definitions, by log, type and place in its list.
    made: HashMap<Place, Arc<Layout>>,
    names: HashSet<String>,
    told: HashSet<(u16, &'static str)>,
    /// By code: where the first of them stands, and what they say.
    notes: BTreeMap<&'static str, (u64, Vec<String>)>,
}

/// Types that one note speaks of.
const MOST_TOLD: usize = 50;

/// What one log says about records.
struct Log {
    /// As the source of its fields names it.
    name: String,
    definitions: HashMap<u16, Vec<Definition>>,
}

impl Log {
    fn new(name: String, all: Vec<Definition>) -> Self {
        let mut definitions: HashMap<u16, Vec<Definition>> = HashMap::new();
        for definition in all {
            definitions.entry(definition.kind).or_default().push(definition);
        }
        Log { name, definitions }
    }

    /// The longest definition of a type that fits.
    fn longest(&self, kind: u16, fits: impl Fn(&Definition) -> bool) -> Option<usize> {
        let all = self.definitions.get(&kind)?.iter().enumerate().filter(|(_, definition)| fits(definition));
        all.max_by_key(|(at, definition)| (definition.len, std::cmp::Reverse(*at))).map(|(at, _)| at)
    }
}

/// A definition: log, type, and place in the log's list for the type.
type Place = (usize, u16, usize);

/// What tables say of one type and length.
enum Found<'t> {
    One(&'t Arc<Layout>, Trust),
    Several,
    Nothing,
}

impl<'t> Layouts<'t> {
    /// `definitions`: those of the log itself.
    pub fn new(tables: &'t Tables, header: Option<&'t Header>, definitions: Vec<Definition>) -> Self {
        Layouts {
            tables,
            header,
            generation: header.and_then(Header::generation),
            logs: vec![Log::new("this log".to_owned(), definitions)],
            made: HashMap::new(),
            names: HashSet::new(),
            told: HashSet::new(),
            notes: BTreeMap::new(),
        }
    }

    /// Whether the log holds records of numbers that it does not define.
    pub fn lacks(&self, seen: &Census<u64>) -> bool {
        let own = self.logs.first();
        seen.iter().any(|(kind, len, _)| {
            let is_text = || self.tables.of_record(kind).any(|layout| has_open_end(layout));
            own.is_none_or(|own| own.longest(kind, |d| d.len == len || !d.is_doubtful).is_none()) && !is_text()
        })
    }

    /// Takes the definitions of other logs in.
    pub fn keep(&mut self, logs: Vec<Kept>, origins: &mut Origins) {
        for Kept { name, digest, definitions } in logs {
            self.logs.push(Log::new(name.clone(), definitions));
            origins.logs.push(format!("{name} ({digest})"));
        }
    }

    /// A layout, or none, for each pair of type and length; the numbers of `seen` say where a pair was met first.
    pub fn choose(
        mut self,
        seen: &Census<u64>,
        mut origins: Origins,
        sink: &mut dyn Sink,
    ) -> Census<Option<Arc<Layout>>> {
        let mut chosen = Census::default();
        let mut pairs: Vec<(u16, usize, u64)> = seen.iter().map(|(kind, len, first)| (kind, len, *first)).collect();
        pairs.sort_unstable();
        for (kind, len, first) in pairs {
            let found = self.layout(kind, len, first);
            let (layout, by) = match found {
                Ok((layout, by)) => (Some(layout), by),
                Err(by) => (None, by),
            };
            let name = layout.as_ref().map(|layout| layout.name.as_str()).or_else(|| self.tables.record_name(kind));
            origins.add(kind, len, name.unwrap_or_default(), by);
            if by == By::Tables(Trust::Only) {
                origins.made_for(layout.iter().flat_map(|layout| &layout.generations));
            }
            chosen.entry(kind, len, || layout);
        }
        let mut made: Vec<&Arc<Layout>> = self.made.values().collect();
        made.sort_by_key(|layout| layout.index);
        made.into_iter().for_each(|layout| sink.layout(layout));
        for (code, (first, all)) in self.notes {
            let at = Origin::Bytes(Span { offset: first, len: 0 }.into());
            sink.diagnostic(Diagnostic::note(code, at, all.join("; ")));
        }
        origins.tell(self.header, sink);
        chosen
    }

    /// The layout, and who describes it; else why there is none.
    fn layout(&mut self, kind: u16, len: usize, first: u64) -> Result<(Arc<Layout>, By), By> {
        let is_equal = |d: &Definition| d.len == len;
        if let Some(place) = self.own(kind, is_equal).or_else(|| self.kept(kind, len, first, is_equal)) {
            return Ok(self.make(place, first));
        }
        let tables = self.tables;
        let is_exact = |layout: &Layout| layout.min_len == len || has_open_end(layout) && layout.min_len <= len;
        match self.pick(tables.of_record(kind).filter(|layout| is_exact(layout)).collect()) {
            Found::One(layout, trust) => return Ok((layout.clone(), By::Tables(trust))),
            Found::Several => return Err(By::Ambiguous),
            Found::Nothing => {}
        }
        let is_shorter = |d: &Definition| d.len < len && !d.is_doubtful;
        let is_longer = |d: &Definition| d.len > len && !d.is_doubtful;
        let own = self.own(kind, is_shorter).or_else(|| self.own(kind, is_longer));
        let leading =
            own.or_else(|| self.kept(kind, len, first, is_shorter).or_else(|| self.kept(kind, len, first, is_longer)));
        if let Some(place @ (log, ..)) = leading {
            let (name, stated) = self.definition(place).map(|d| (d.name.clone(), d.len)).ok_or(By::Nothing)?;
            let whose = self.logs.get(log).map_or("", |log| log.name.as_str());
            let effect =
                if stated < len { "the bytes behind are kept as they are" } else { "fields behind are absent" };
            let words = format!(
                "{whose} defines type {kind} ({name}) with {stated} bytes and the records have {len}: the fields that fit are read, \
                 {effect}"
            );
            self.note("dji-dat/definition-length", kind, first, words);
            return Ok(self.make(place, first));
        }
        let shorter = tables.of_record(kind).map(|layout| layout.min_len).filter(|min_len| *min_len < len);
        let longest = shorter.max().ok_or(By::Nothing)?;
        match self.pick(tables.of_record(kind).filter(|layout| layout.min_len == longest).collect()) {
            Found::One(layout, trust) => {
                let words = format!(
                    "no table has {len} bytes for type {kind} ({}): the one for {longest} is read as its beginning, which may be wrong",
                    layout.name
                );
                self.note("dji-dat/prefix", kind, first, words);
                Ok((layout.clone(), By::Tables(trust)))
            }
            Found::Several => Err(By::Ambiguous),
            Found::Nothing => Err(By::Nothing),
        }
    }

    fn definition(&self, (log, kind, at): Place) -> Option<&Definition> {
        self.logs.get(log)?.definitions.get(&kind)?.get(at)
    }

    fn own(&self, kind: u16, fits: impl Fn(&Definition) -> bool) -> Option<Place> {
        Some((0, kind, self.logs.first()?.longest(kind, fits)?))
    }

    /// The definition of other logs that fits; none where two that fit contradict each other. Both that, and a definition of
    /// another length in a log of the same firmware, are told.
    fn kept(&mut self, kind: u16, len: usize, first: u64, fits: impl Fn(&Definition) -> bool) -> Option<Place> {
        let others = 1..self.logs.len();
        let longest = |log: usize, fits: &dyn Fn(&Definition) -> bool| {
            Some((log, kind, self.logs.get(log)?.longest(kind, fits)?))
        };
        let one = others.clone().find_map(|log| longest(log, &fits))?;
        let stated = self.definition(one)?;
        let disagrees = |place: &Place| self.definition(*place).is_some_and(|other| !stated.agrees_with(other));
        let by_fit = others.clone().filter_map(|log| longest(log, &fits)).find(&disagrees);
        let other = by_fit.or_else(|| others.clone().filter_map(|log| longest(log, &|_| true)).find(&disagrees));
        let Some(place) = other else { return Some(one) };
        let other = self.definition(place)?;
        let effect = match by_fit {
            Some(_) => format!("neither is used for its records of {len} bytes"),
            None => format!("the first is used, whose length suits its records of {len} bytes better"),
        };
        let words = format!(
            "{} at {} and {} at {} define type {kind} ({}) differently, {} bytes and {} bytes, though product and build are the \
             same: {effect}",
            self.logs.get(one.0)?.name,
            stated.offset,
            self.logs.get(place.0)?.name,
            other.offset,
            stated.name,
            stated.len,
            other.len
        );
        self.note("dji-dat/contradiction", kind, first, words);
        by_fit.is_none().then_some(one)
    }

    /// Those of the log's generation, then those of all, then the only one.
    fn pick(&self, all: Vec<&'t Arc<Layout>>) -> Found<'t> {
        let of = |layout: &Layout| layout.generations.iter().any(|g| Some(g.as_str()) == self.generation);
        let of_all = |layout: &Layout| layout.generations.is_empty() || layout.generations.iter().any(|g| g == "any");
        if let Some(layout) = all.iter().find(|layout| of(layout)) {
            let model = self.header.and_then(Header::model).filter(|model| model.is_own);
            let trust = match model.map(|model| model.build) {
                None if all.len() > 1 => Trust::NearestOfSeveral,
                None => Trust::Nearest,
                Some(Some(build)) if self.header.is_some_and(|header| header.build != build) => Trust::OtherBuild,
                Some(_) => Trust::Own,
            };
            return Found::One(layout, trust);
        }
        match (all.iter().find(|layout| of_all(layout)), &all[..]) {
            (Some(layout), _) => Found::One(layout, Trust::All),
            (None, [layout]) => Found::One(layout, Trust::Only),
            (None, []) => Found::Nothing,
            (None, _) => Found::Several,
        }
    }

    /// Once a type.
    fn note(&mut self, code: &'static str, kind: u16, first: u64, words: String) {
        if self.told.insert((kind, code)) {
            let (at, all) = self.notes.entry(code).or_insert((first, Vec::new()));
            *at = first.min(*at);
            if all.len() < MOST_TOLD {
                all.push(words);
            }
        }
    }

    fn make(&mut self, place: Place, first: u64) -> (Arc<Layout>, By) {
        let (log, kind, _) = place;
        let by = if log == 0 { By::Own } else { By::Kept(log - 1) };
        if let Some(layout) = self.made.get(&place) {
            return (layout.clone(), by);
        }
        let tables = self.tables;
        let whose = self.logs.get(log).map_or("", |log| log.name.as_str());
        let (fields, failed, name, len) = match self.definition(place) {
            Some(definition) => {
                let (fields, failed) = definition.fields(whose, |name, kind_of| self.meaning(kind, name, kind_of));
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
        self.made.insert(place, layout.clone());
        (layout, by)
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
