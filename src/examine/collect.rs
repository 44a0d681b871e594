//! The sink that keeps what an examination needs: tracks, events, facts, claims, counts, diagnostics, children.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::backup::Backups;
use super::coverage::Claims;
use super::nest::Nest;
use super::secrets::{event_shown, fact_shown};
use super::siblings::{Beside, Waiting};
use super::{Examined, examine_at};
use crate::analyse::exposure::{Reveal, Watch, redact};
use crate::decode::{Child, Class, Diagnostic, Event, Fact, Record, Severity, Sink, reads_siblings};
use crate::evidence::backup::Original;
use crate::evidence::{Evidence, Extent, Origin, Sha256, Span};
use crate::identify::is_recognised;
use crate::layout::{Layout, Tables};
use crate::track::TrackBuilder;

/// Records of the chain; nested ones are not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordCounts {
    pub decoded: u64,
    pub opaque: u64,
    pub lost: u64,
    /// By record type.
    pub by_kind: BTreeMap<u16, u64>,
}

/// A child as it was met.
pub struct ChildFound {
    pub name: String,
    pub at: Origin,
    pub len: u64,
    pub sha256: Sha256,
    pub format: Option<&'static str>,
    /// Domain and path on the phone, for a file of a backup.
    pub original: Option<String>,
}

pub struct Collector<'a> {
    evidence: &'a Evidence,
    nest: Nest<'a>,
    pub builder: TrackBuilder,
    pub claims: Claims,
    pub counts: RecordCounts,
    pub events: Vec<Event>,
    pub facts: Vec<Fact>,
    pub children: Vec<ChildFound>,
    /// Those of them that a format recognises; each was examined as it came, so that only one is in memory at a time.
    pub examined: Vec<Examined>,
    /// What says where members lay before they were backed up.
    pub backups: Backups,
    /// Parts of databases and logs of one aircraft, which are examined when all children have come.
    waiting: Vec<Waiting>,
    pub diagnostics: Diagnostics,
    /// Of record types that the item describes itself.
    pub names: BTreeMap<u16, String>,
    /// Looks for identifiers, when that is asked for.
    pub watch: Option<Watch>,
}

impl<'a> Collector<'a> {
    pub fn new(evidence: &'a Evidence, nest: Nest<'a>, tables: &Tables) -> Self {
        Collector {
            evidence,
            nest,
            builder: TrackBuilder::new(tables),
            claims: Claims::default(),
            counts: RecordCounts::default(),
            events: Vec::new(),
            facts: Vec::new(),
            children: Vec::new(),
            examined: Vec::new(),
            backups: Backups::default(),
            waiting: Vec::new(),
            diagnostics: Diagnostics { list: Vec::new(), most: nest.tools.limits.diagnostics },
            names: BTreeMap::new(),
            watch: nest.tools.exposure.then(|| Watch::new(nest.tools.reveal)),
        }
    }

    fn hides(&self) -> bool {
        self.nest.tools.reveal == Reveal::No
    }
}

impl Collector<'_> {
    /// Where a member lay before it was backed up.
    fn original(&self, name: &str) -> Option<Original> {
        self.backups.original(name).or_else(|| self.evidence.original_inside(name))
    }

    fn member(&self, name: &str, at: Origin, bytes: Vec<u8>) -> Evidence {
        let mut evidence = Evidence::child(self.evidence, name, at, bytes);
        evidence.original = self.original(name);
        evidence
    }

    /// Examines what waited: everything that may stand beside it has come.
    pub fn settle(&mut self) {
        let names = self.children.iter().map(|child| child.name.as_str());
        self.backups.tell(names).into_iter().for_each(|told| self.diagnostics.push(told));
        let Some(inner) = self.nest.inner() else { return };
        let waiting = std::mem::take(&mut self.waiting);
        for Waiting { name, at, bytes, .. } in &waiting {
            let evidence = self.member(name, at.clone(), bytes.clone());
            let beside = Beside::inside(&evidence, &inner.tools.limits, name, &waiting);
            self.examined.push(examine_at(&evidence, inner, &beside));
        }
        let places: HashMap<String, usize> =
            self.children.iter().enumerate().map(|(at, child)| (child.name.clone(), at)).collect();
        if !waiting.is_empty() {
            let prefix = format!("{}!/", self.evidence.label);
            let name = |examined: &Examined| examined.report.path.strip_prefix(&prefix).unwrap_or_default().to_owned();
            self.examined.sort_by_key(|examined| places.get(&name(examined)).copied().unwrap_or(usize::MAX));
        }
    }
}

impl Sink for Collector<'_> {
    fn wants(&self, layout: &Layout) -> bool {
        !self.nest.tools.tracks_only || self.builder.uses(layout)
    }

    fn layout(&mut self, layout: &Arc<Layout>) {
        self.builder.connect(layout);
        if let Some(kind) = layout.record {
            self.names.entry(kind).or_insert_with(|| layout.name.clone());
        }
    }

    fn record(&mut self, record: &Record<'_>) {
        self.claims.record(record);
        self.builder.record(record);
        if let Some(watch) = &mut self.watch {
            watch.record(record, record.layout.is_some_and(|layout| self.builder.uses(layout)));
        }
        if record.counted {
            *if record.layout.is_some() { &mut self.counts.decoded } else { &mut self.counts.opaque } += 1;
            *self.counts.by_kind.entry(record.kind).or_default() += 1;
        }
    }

    fn gap(&mut self) {
        self.builder.gap();
    }

    fn restart(&mut self) {
        self.builder.restart();
    }

    fn event(&mut self, event: Event) {
        if let Some(watch) = &mut self.watch {
            watch.event(&event);
        }
        self.events.push(if self.hides() { event_shown(event) } else { event });
    }

    fn fact(&mut self, fact: Fact) {
        match &fact {
            Fact::Epoch { utc_ns, .. } => self.builder.epoch(*utc_ns),
            Fact::TakeOffAltitude { metres, at } => self.builder.take_off(at.offset().unwrap_or(0), *metres),
            _ => {}
        }
        if let Some(watch) = &mut self.watch {
            watch.fact(&fact);
        }
        self.facts.push(if self.hides() { fact_shown(fact) } else { fact });
    }

    fn claim(&mut self, at: &Extent, class: Class, _what: &'static str) {
        self.claims.extent(at, class);
    }

    fn child(&mut self, child: Child<'_>) {
        let Child { name, at, bytes, format } = child;
        let len = bytes.len() as u64;
        self.nest.spend(len);
        let original = self.original(&name).map(|original| original.path);
        let sha256 = if !is_recognised(original.as_deref().unwrap_or(&name), bytes) {
            if let Some(watch) = &mut self.watch {
                watch.bytes(bytes, Some(&name));
            }
            Sha256::of(bytes)
        } else if let Some(inner) = self.nest.inner() {
            if reads_siblings(original.as_deref().unwrap_or(&name), bytes)
                && Waiting::may(&self.waiting, bytes, &self.nest.tools.limits)
            {
                let (name, original) = (name.clone(), original.clone());
                self.waiting.push(Waiting { name, at: at.clone(), bytes: bytes.to_vec(), original });
                Sha256::of(bytes)
            } else {
                let evidence = self.member(&name, at.clone(), bytes.to_vec());
                let alone = Beside::inside(&evidence, &inner.tools.limits, &name, &[]);
                self.examined.push(examine_at(&evidence, inner, &alone));
                evidence.sha256()
            }
        } else {
            let message = format!(
                "{name} is recognised and not looked into: it lies {} items deep, or what may come out of a file of this size \
                 has come out; extract it and give it by itself",
                self.nest.depth + 1
            );
            self.diagnostics.push(Diagnostic::loss("examine/depth", at.clone(), message));
            Sha256::of(bytes)
        };
        self.children.push(ChildFound { name, at, len, sha256, format, original });
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) {
        self.counts.lost += diagnostic.lost;
        let diagnostic = match redact(&diagnostic.message) {
            Cow::Owned(message) if self.hides() => Diagnostic { message: message.into(), ..diagnostic },
            _ => diagnostic,
        };
        self.diagnostics.push(diagnostic);
    }
}

/// Diagnostics, near neighbours of one code folded.
pub struct Diagnostics {
    pub list: Vec<Diagnostic>,
    most: usize,
}

/// Two findings of one code this close in the file are one place to look at.
const NEAR: u64 = 4096;

impl Diagnostics {
    pub fn push(&mut self, new: Diagnostic) {
        let full = self.list.len() >= self.most;
        let same = self
            .list
            .iter_mut()
            .rev()
            .take(if full { usize::MAX } else { 1 })
            .find(|old| old.code == new.code && old.severity == new.severity && (full || near(&old.at, &new.at)));
        match same {
            Some(old) => {
                old.count += new.count;
                old.lost += new.lost;
                old.at = spanning(&old.at, &new.at);
            }
            None => self.list.push(new),
        }
    }

    pub fn worst(&self) -> Option<Severity> {
        self.list.iter().map(|d| d.severity).max()
    }
}

fn near(old: &Origin, new: &Origin) -> bool {
    match (old.reach(), new.reach()) {
        (Some(old), Some(new)) => new.offset >= old.offset && new.offset.saturating_sub(old.end()) < NEAR,
        (old, new) => old == new,
    }
}

fn spanning(old: &Origin, new: &Origin) -> Origin {
    match (old.reach(), new.reach()) {
        (Some(a), Some(b)) => {
            let offset = a.offset.min(b.offset);
            Origin::Bytes(Span { offset, len: a.end().max(b.end()) - offset }.into())
        }
        _ => Origin::Item,
    }
}
