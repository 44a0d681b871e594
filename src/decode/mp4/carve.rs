//! Telemetry of a clip without a usable table of samples: one that was never closed, for the power was lost. The media data are
//! gone through once, window by window, and what is a sample by its grammar and by its counters is carved.

use std::io;

use super::super::{Context, Diagnostic, Fact, Sink};
use super::candidates::{Candidate, Candidates, MOST_SAMPLE, Moment};
use super::frame::{self, Frame};
use super::head;
use super::protocols::{Protocol, by_name};
use super::row::Row;
use super::runs::{Run, follows};
use super::samples::MOST_SAMPLES;
use crate::bytes::civil::Reader;
use crate::bytes::protobuf::{Wire, at_path, is_message};
use crate::evidence::{Evidence, Origin, Span};
use crate::layout::Value;

/// Media data that are in memory at once, beside one sample that may reach beyond.
const WINDOW: usize = 1 << 20;
/// Runs of one file, and samples that wait for a second one to follow them.
const MOST_RUNS: usize = 16;
const MOST_WAITING: usize = 16;

/// What came of the media data.
#[derive(Debug, Default)]
pub struct Carved {
    /// Of all samples, in the order in which they were taken.
    pub spans: Vec<Span>,
    /// Where the first sample with a fix lies, and its place.
    pub first_fix: Option<(Span, (f64, f64))>,
}

/// Carves `regions`, which lie one behind the other.
///
/// # Errors
/// When a file that is not in memory cannot be read again.
pub fn carve(evidence: &Evidence, regions: &[Span], context: &Context<'_>, sink: &mut dyn Sink) -> io::Result<Carved> {
    let len: u64 = regions.iter().map(|region| region.len).sum();
    let mut carver = Carver {
        context,
        sink,
        civil: Reader::default(),
        protocol: None,
        found: None,
        runs: Vec::new(),
        latest: 0,
        waiting: Vec::new(),
        lone: 0,
        is_full: false,
        has_utc: false,
        carved: Carved::default(),
        // Real media data need far less; bytes that are made of beginnings would need endless time.
        budget: len.saturating_mul(4).saturating_add(WINDOW as u64),
    };
    for region in regions {
        carver.region(evidence, *region)?;
    }
    Ok(carver.finish(regions))
}

struct Carver<'a, 's> {
    context: &'a Context<'a>,
    sink: &'s mut dyn Sink,
    civil: Reader,
    /// That of the last head.
    protocol: Option<&'static Protocol>,
    /// Where a position was found by its looks, while no protocol is known.
    found: Option<Vec<u64>>,
    runs: Vec<Run>,
    /// Which of them the last sample went to.
    latest: usize,
    /// Samples that no run continues with and that may begin one.
    waiting: Vec<Waiting>,
    /// Those that nothing followed.
    lone: u64,
    is_full: bool,
    has_utc: bool,
    carved: Carved,
    budget: u64,
}

struct Waiting {
    moment: Moment,
    at: Span,
    bytes: Vec<u8>,
}

/// What stands at the place of the position.
#[derive(PartialEq, Eq)]
enum Fix {
    Place,
    /// No message, an empty one, or zeros.
    None,
    /// Numbers that are no place: no sample of this protocol.
    Nonsense,
}

impl Carver<'_, '_> {
    fn region(&mut self, evidence: &Evidence, region: Span) -> io::Result<()> {
        let mut windows = evidence.windows()?;
        let (mut offset, mut taken_to) = (region.offset, region.offset);
        while offset < region.end() && !self.is_full {
            let until = WINDOW.min((region.end() - offset) as usize);
            let len = ((WINDOW + MOST_SAMPLE) as u64).min(region.end() - offset);
            let window = windows.read(Span { offset, len })?;
            let from = taken_to.saturating_sub(offset) as usize;
            let mut candidates = Candidates::of(window, from, until, self.budget);
            for candidate in candidates.by_ref() {
                let at = Span { offset: offset + candidate.at as u64, len: candidate.bytes.len() as u64 };
                taken_to = at.end();
                self.candidate(candidate, at);
                if self.carved.spans.len() as u64 >= MOST_SAMPLES {
                    break;
                }
            }
            self.budget = candidates.budget();
            if self.budget == 0 || self.carved.spans.len() as u64 >= MOST_SAMPLES {
                self.is_full = true;
                let rest =
                    Span { offset: offset.max(taken_to), len: region.end().saturating_sub(offset.max(taken_to)) };
                let message = "the media data hold more of what looks like telemetry than any clip does: they are not searched \
                               from here on";
                self.sink.diagnostic(Diagnostic::loss("mp4/carve-limit", Origin::Bytes(rest.into()), message));
            }
            offset += until as u64;
        }
        Ok(())
    }

    fn candidate(&mut self, candidate: Candidate<'_>, at: Span) {
        let Candidate { bytes, moment, .. } = candidate;
        if candidate.has_head {
            self.head(bytes, at);
        }
        let fix = self.fix(bytes);
        if fix == Fix::Nonsense && !candidate.has_head {
            self.lone += 1;
            return;
        }
        if let Some(run) = self.runs.iter().rposition(|run| run.continues_with(moment)) {
            return self.emit(run, bytes, moment, at);
        }
        if self.runs.len() >= MOST_RUNS {
            self.lone += 1;
        } else if candidate.has_head {
            self.runs.push(Run::new(moment, at, self.protocol, true));
            self.emit(self.runs.len() - 1, bytes, moment, at);
        } else if fix != Fix::Place {
            self.lone += 1;
        } else if let Some(first) = self.waiting.iter().rposition(|waiting| follows(waiting.moment, moment)) {
            let first = self.waiting.remove(first);
            self.runs.push(Run::new(first.moment, first.at, self.protocol, false));
            let run = self.runs.len() - 1;
            self.emit(run, &first.bytes, first.moment, first.at);
            self.emit(run, bytes, moment, at);
        } else {
            if self.waiting.len() >= MOST_WAITING {
                self.waiting.remove(0);
                self.lone += 1;
            }
            self.waiting.push(Waiting { moment, at, bytes: bytes.to_vec() });
        }
    }

    /// A head: of the clip's own recording where it is the first one.
    fn head(&mut self, bytes: &[u8], at: Span) {
        let Some(name) = head::protocol(bytes) else { return };
        if self.runs.is_empty() {
            self.protocol = head::tell("media data", name, bytes, &at.into(), self.sink);
            return;
        }
        self.protocol = by_name(name);
        let serial = head::serial(bytes).map_or(String::new(), |serial| format!(", serial number {serial}"));
        let text = format!("media data: a further first sample stands at {}: protocol {name}{serial}", at.offset);
        self.sink.fact(Fact::Note { text, at: Origin::Bytes(at.into()) });
    }

    fn fix(&mut self, bytes: &[u8]) -> Fix {
        let (path, always_degrees) = match self.protocol {
            Some(protocol) => (protocol.position.as_slice(), protocol.always_degrees),
            None => {
                // The path of the first run holds for all that follows.
                if self.runs.is_empty() || self.found.is_none() {
                    self.found = frame::search(bytes, &mut Vec::new()).or(self.found.take());
                }
                (self.found.as_deref().unwrap_or_default(), false)
            }
        };
        let Some(message) = at_path(bytes, path).and_then(Wire::bytes) else { return Fix::None };
        if !is_message(message) {
            return Fix::Nonsense;
        }
        let position = frame::position_of(message, always_degrees);
        let is_zero = |half: Option<f64>| half.is_none_or(|half| half.abs() <= 1e-6);
        match position.place() {
            Some(_) => Fix::Place,
            None if is_zero(position.degrees.0) || is_zero(position.degrees.1) => Fix::None,
            None => Fix::Nonsense,
        }
    }

    fn emit(&mut self, number: usize, bytes: &[u8], moment: Moment, at: Span) {
        let Some(run) = self.runs.get_mut(number) else { return };
        let path = run.protocol.map(|protocol| protocol.position.as_slice()).or(self.found.as_deref());
        let Frame { place, utc_ns, values: told } = frame::read(bytes, run.protocol, path, &mut self.civil);
        run.push(moment, at, place.is_some());
        self.has_utc |= utc_ns.is_some();
        // Whose a further run is and when it was recorded, nothing tells.
        let (name, role) = if number == 0 { ("carved", "media") } else { ("carved-other", "last-known") };
        if std::mem::replace(&mut self.latest, number) != number {
            self.sink.restart();
        }
        let mut values = vec![
            ("state", Value::Text("carved".into())),
            ("run", Value::Unsigned(number as u64 + 1)),
            ("name", Value::Text(name.into())),
            ("role", Value::Text(role.into())),
            ("frame", Value::Unsigned(moment.frame)),
            ("timestamp", Value::Unsigned(moment.micros)),
        ];
        values.extend(told);
        let start_ns = i64::try_from(moment.micros).ok().and_then(|micros| micros.checked_mul(1000));
        Row { record: "carved_telemetry", at: &at.into(), start_ns, values: &values }
            .emit(self.context.tables, self.sink);
        self.carved.spans.push(at);
        if number == 0 {
            self.carved.first_fix = self.carved.first_fix.or(place.map(|place| (at, place)));
        }
    }

    fn finish(mut self, regions: &[Span]) -> Carved {
        self.lone += self.waiting.len() as u64;
        let whole = regions
            .first()
            .zip(regions.last())
            .map(|(first, last)| Span { offset: first.offset, len: last.end().saturating_sub(first.offset) });
        let origin = |span: Option<Span>| span.map_or(Origin::Item, |span| Origin::Bytes(span.into()));
        let left_out = match self.lone {
            0 => String::new(),
            lone => format!("; {lone} more look like samples, follow no other and are left out"),
        };
        let Some(first) = self.runs.first() else {
            let message = format!(
                "no sample table leads to telemetry (djmd); the media data were searched, and none was found{left_out}"
            );
            self.sink.diagnostic(Diagnostic::note("mp4/carved", origin(whole), message));
            return self.carved;
        };
        let head = match first.has_head {
            true => "the first sample, which names protocol and craft, is there",
            false => {
                "the first sample, which names protocol and craft, was not found: positions are those of a message that looks like one"
            }
        };
        let clock = if self.has_utc {
            "they state UTC"
        } else {
            "their clock counts from power-on, and nothing in them tells UTC"
        };
        let samples = self.carved.spans.len();
        let message = format!(
            "no sample table leads to telemetry (djmd): {samples} samples were carved out of the media data by their grammar and \
             counters, from offset {} to {}; {head}; {clock}{left_out}",
            first.first_at.offset,
            self.carved.spans.iter().map(|span| span.end()).max().unwrap_or(0),
        );
        self.sink.diagnostic(Diagnostic::note("mp4/carved", origin(whole), message));
        for (number, run) in (1..).zip(&self.runs) {
            tell_run(number, run, self.sink);
        }
        self.carved
    }
}

/// What one run is, where it has holes, and what a further one may be.
fn tell_run(number: u64, run: &Run, sink: &mut dyn Sink) {
    let at = || {
        let len = run.last_at.end().saturating_sub(run.first_at.offset);
        Origin::Bytes(Span { offset: run.first_at.offset, len }.into())
    };
    let seconds = |moment: Moment| moment.micros as f64 / 1e6;
    let text = format!(
        "carved run {number}: {} telemetry samples, {} with a fix, frames {} to {}, {:.3} s to {:.3} s after power-on, offsets {} to {}",
        run.samples,
        run.fixes,
        run.first.frame,
        run.last.frame,
        seconds(run.first),
        seconds(run.last),
        run.first_at.offset,
        run.last_at.end(),
    );
    sink.fact(Fact::Note { text, at: at() });
    let gaps = run.gaps();
    if gaps.frames > 0 {
        let message = format!(
            "carved run {number}: frame numbers have {} holes, {} frames are missing: their samples were cut, overwritten or \
             never written",
            gaps.places, gaps.frames
        );
        sink.diagnostic(Diagnostic::loss("mp4/carved-gaps", at(), message).losing(gaps.frames));
    }
    if number > 1 {
        let message = format!(
            "carved run {number} does not continue the one before: it may be what another recording, perhaps of another aircraft, \
             left in blocks that this file was given; its rows are in the track carved-other, with the role last-known"
        );
        sink.diagnostic(Diagnostic::note("mp4/carved-run", at(), message));
    }
}
