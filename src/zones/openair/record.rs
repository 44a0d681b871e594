//! One OpenAir record: the lines from one `AC` to the next, into a zone.

use super::activation;
use super::class;
use super::notes::Notes;
use super::outline::Outline;
use crate::zones::draft::Draft;
use crate::zones::report::{Place, Report, short};
use crate::zones::shape::circle::{warn_of_no_radius, warn_of_null_island};
use crate::zones::shape::polygon::warn_of_extent;
use crate::zones::vertical::{Limits, Reference, Unit, VerticalLimit};
use crate::zones::zone::{About, EdgeRule, Shape, Volume};

/// A record while its lines come in.
pub struct Record<'t> {
    /// The line of its `AC`.
    pub line: usize,
    class: &'t str,
    kind: Option<&'t str>,
    name: Option<&'t str>,
    id: Option<&'t str>,
    floor: Option<&'t str>,
    ceiling: Option<&'t str>,
    active: Vec<&'t str>,
    outline: Outline,
    /// Why it cannot be used: the first reason.
    problem: Option<String>,
    notes: Notes,
}

impl<'t> Record<'t> {
    pub fn new(line: usize, class: &'t str) -> Self {
        Record {
            line,
            class: class.trim(),
            kind: None,
            name: None,
            id: None,
            floor: None,
            ceiling: None,
            active: Vec::new(),
            outline: Outline::default(),
            problem: None,
            notes: Notes::default(),
        }
    }

    /// Whether a name may still be its own, rather than the next record's that lost its `AC`.
    pub fn takes_name(&self) -> bool {
        self.name.is_none() || self.outline.is_empty()
    }

    /// Takes a line; `false` when no verdict uses it.
    pub fn take(&mut self, command: &str, words: &'t str, line: usize, budget: &mut usize) -> bool {
        match command {
            "AN" => keep(&mut self.name, words, "names", "AN", &mut self.notes),
            "AY" => keep(&mut self.kind, words, "types", "AY", &mut self.notes),
            "AI" => keep(&mut self.id, words, "ids", "AI", &mut self.notes),
            "AL" => keep(&mut self.floor, words, "floors", "AL", &mut self.notes),
            "AH" => keep(&mut self.ceiling, words, "ceilings", "AH", &mut self.notes),
            "AA" => self.active.push(words),
            "V" => match self.outline.variable(words, &mut self.notes) {
                Ok(used) => return used,
                Err(reason) => self.fail(line, "V", &reason),
            },
            _ if command.starts_with('D') => {
                if let Err(reason) = self.outline.line(command, words, budget, &mut self.notes) {
                    self.fail(line, command, &reason);
                }
            }
            _ => return false,
        }
        true
    }

    /// One line that cannot be read changes the outline: the record is given up, its first reason kept.
    fn fail(&mut self, line: usize, command: &str, reason: &str) {
        self.problem.get_or_insert_with(|| format!("line {line}, {}: {reason}", short(command)));
    }

    /// Whether its outline is drawn with chords.
    pub fn has_chords(&self) -> bool {
        self.outline.has_chords()
    }

    /// The record as a zone; `None` when it was skipped.
    pub fn finish(mut self, budget: &mut usize, report: &mut Report) -> Option<Draft> {
        let name = self.name.map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned);
        let id = self.id.map(str::trim).filter(|i| !i.is_empty()).map(str::to_owned);
        let mut place = Place::new(format!("line {}", self.line), name);
        if self.outline.is_empty() && self.problem.is_none() {
            self.problem = Some("has no outline".to_owned());
        }
        if let Some(reason) = self.problem {
            report.skip(place.index, place.name.or(id), reason);
            return None;
        }
        let windows = activation::windows(&self.active, &mut self.notes);
        let limits = limits(self.floor, self.ceiling, &mut self.notes);
        if place.name.is_none() {
            self.notes.warn("records without a name", "has no name (AN)".to_owned());
        }
        let kind = self.kind.map(str::trim).filter(|k| !k.is_empty());
        let restriction = class::restriction(self.class, kind);
        if restriction.is_none() {
            self.notes
                .warn("records without a class", "has no class: what it asks of an aircraft is unknown".to_owned());
        }
        self.notes.tell(&mut place, report);
        let shapes = match self.outline.shapes(budget, &mut place, report) {
            Ok(shapes) => shapes,
            Err(reason) => {
                report.skip(place.index, place.name.or(id), reason);
                return None;
            }
        };
        let volume = |shape| Volume::between(&limits, shape, EdgeRule::Unstated);
        let volumes: Vec<Volume> = shapes.into_iter().map(volume).collect();
        for volume in &volumes {
            warn_of_extent(volume, &mut place, report);
            if let Shape::Circle { lat, lon, radius_m } = volume.shape {
                warn_of_null_island(geo::Coord { x: lon, y: lat }, &mut place, report);
                if radius_m == 0.0 {
                    warn_of_no_radius(&mut place, report);
                }
            }
        }
        let about = About {
            facility: class::facility(self.class, kind),
            restriction,
            restriction_word: class::words(self.class, kind),
            windows,
            ..About::default()
        };
        Some(Draft { id, about, place, volumes })
    }
}

/// Keeps the first statement; one that differs from it is told.
fn keep<'t>(slot: &mut Option<&'t str>, words: &'t str, kind: &'static str, command: &str, notes: &mut Notes) {
    let first = *slot.get_or_insert(words);
    if first.trim() != words.trim() {
        let what = format!(
            "{command} says {:?} and then {:?}; the first counts ({kind} stated twice)",
            short(first.trim()),
            short(words.trim())
        );
        notes.ambiguous("records that state something twice", what);
    }
}

fn limits(floor: Option<&str>, ceiling: Option<&str>, notes: &mut Notes) -> Limits {
    let limits = Limits { lower: floor.map(|w| limit(w, notes)), upper: ceiling.map(|w| limit(w, notes)) };
    let stated: Vec<String> = limits.not_understood().map(short).collect();
    for words in stated {
        notes.warn(
            "limits that were not understood",
            format!("its limit {words:?} was not understood; it counts as unknown"),
        );
    }
    for (limit, command, what) in [(&limits.lower, "AL", "floor"), (&limits.upper, "AH", "ceiling")] {
        if limit.is_none() {
            notes.warn(
                "records without a floor or a ceiling",
                format!("has no {what} ({command}): it is open on that side"),
            );
        }
    }
    if let (Some(lower), Some(upper)) = (&limits.lower, &limits.upper)
        && lower.reference == upper.reference
        && metres(lower).zip(metres(upper)).is_some_and(|(low, high)| low > high)
    {
        let what = format!(
            "its floor {:?} lies above its ceiling {:?}: as stated there is nothing between them",
            short(&lower.raw),
            short(&upper.raw)
        );
        notes.warn("floors above ceilings", what);
    }
    limits
}

/// Feet unless it says otherwise; heights without a reference count from the sea.
fn limit(words: &str, notes: &mut Notes) -> VerticalLimit {
    let mut limit = VerticalLimit::read(words, Some(Unit::Foot), None);
    if limit.value.is_some_and(f64::is_finite) && limit.reference == Reference::Unknown {
        limit.reference = Reference::Amsl;
        let what = format!(
            "its limit {:?} has no reference; it was taken above the sea, not above ground",
            short(words.trim())
        );
        notes.ambiguous("limits without a reference", what);
    }
    limit
}

fn metres(limit: &VerticalLimit) -> Option<f64> {
    let unit = match limit.unit {
        Unit::Metre => 1.0,
        Unit::Foot => 0.3048,
        Unit::FlightLevel => 30.48,
    };
    limit.value.map(|value| value * unit)
}
