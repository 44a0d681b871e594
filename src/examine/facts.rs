//! Facts of a decoder to the blocks of a report.

use super::report::{DeclaredReport, IdentifierReport, TimeReport};
use crate::decode::{Event, Fact, Moment};
use crate::track::{Track, civil_text, offset_between, utc_text};

/// Start and end: by the rows where there are any, else by the events that state their time, else as declared; and the offset of
/// local time that a file name gives.
pub fn time(facts: &[Fact], events: &[Event], tracks: &[Track], given_s: Option<i64>) -> TimeReport {
    let primaries = || tracks.iter().filter(|track| track.primary).map(|track| &track.rows);
    let mut rows_span = None;
    for rows in primaries() {
        (0..rows.len()).filter_map(|row| rows.utc(row)).for_each(|ns| widen(&mut rows_span, ns));
    }
    let (mut utc, mut local) = (None, None);
    for rows in primaries() {
        (0..rows.local_ns.len()).filter_map(|row| rows.local(row)).for_each(|ns| widen(&mut local, ns));
    }
    for event in events {
        match event.moment {
            Some(Moment::Utc(ns)) => widen(&mut utc, ns),
            Some(Moment::Local(ns)) => widen(&mut local, ns),
            None => {}
        }
    }
    let span = rows_span.or(utc);
    let declared = facts.iter().find_map(|fact| match fact {
        Fact::Start { utc_ns, clock, .. } => Some((*utc_ns, *clock)),
        _ => None,
    });
    let duration_ns = facts.iter().find_map(|fact| match fact {
        Fact::Declared { name: "duration", value, .. } => Some((value * 1e9) as i64),
        _ => None,
    });
    let start = span.map(|s| s.0).or(declared.map(|d| d.0));
    let end = span.map(|s| s.1).or(start.zip(duration_ns).map(|(start, duration)| start.saturating_add(duration)));
    let named = facts.iter().find_map(|fact| match fact {
        Fact::LocalName { local_s, .. } => Some(*local_s),
        _ => None,
    });
    let offset = named.zip(declared.map(|d| d.0).or(start)).and_then(|(local, start)| offset_between(local, start));
    TimeReport {
        start_utc: start.map(utc_text),
        end_utc: end.map(utc_text),
        start_local: local.map(|(start, _)| civil_text(start)),
        end_local: local.map(|(_, end)| civil_text(end)),
        clock: start.or(local.map(|l| l.0)).map(|_| declared.map(|d| d.1).or(stated_clock(facts)).unwrap_or("phone")),
        utc_offset_s: offset.or(given_s),
        utc_offset_source: match (offset, given_s) {
            (Some(_), _) => Some("derived: local time in the file name against the start in UTC"),
            (None, Some(_)) => Some("given on the command line"),
            (None, None) => None,
        },
    }
}

fn widen(span: &mut Option<(i64, i64)>, ns: i64) {
    let (start, end) = span.unwrap_or((ns, ns));
    *span = Some((start.min(ns), end.max(ns)));
}

/// The clock that a decoder names apart from a start.
fn stated_clock(facts: &[Fact]) -> Option<&'static str> {
    facts.iter().find_map(|fact| match fact {
        Fact::Clock { clock, .. } => Some(*clock),
        _ => None,
    })
}

/// Each identifier once, where it was met first.
pub fn identifiers(facts: &[Fact]) -> Vec<IdentifierReport> {
    let mut found: Vec<IdentifierReport> = Vec::new();
    for fact in facts {
        if let Fact::Identifier { kind, value, at } = fact
            && !found.iter().any(|f| f.kind == *kind && f.value == *value)
        {
            found.push(IdentifierReport { kind, value: value.clone(), offset: at.offset() });
        }
    }
    found
}

pub fn declared(facts: &[Fact]) -> Vec<DeclaredReport> {
    let report = |fact: &Fact| match fact {
        Fact::Declared { name, value, unit, .. } => Some(DeclaredReport { name, value: *value, unit }),
        _ => None,
    };
    facts.iter().filter_map(report).collect()
}

pub fn notes(facts: &[Fact]) -> Vec<String> {
    let note = |fact: &Fact| match fact {
        Fact::Note { text, .. } => Some(text.clone()),
        _ => None,
    };
    facts.iter().filter_map(note).collect()
}
