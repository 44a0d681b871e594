//! DJI telemetry tracks (`djmd`): a message of protocol buffers a frame. The first field names the protocol; the table tells its
//! paths. Of a protocol that the table does not have, a message that looks like a position is searched for, and that is told.

use std::fmt::Write as _;

use super::super::{Context, Diagnostic, Fact, Sink};
use super::movie::Track;
use super::protocols::{Protocol, by_name};
use super::row::Row;
use super::{frame, head};
use crate::bytes::civil::Reader;
use crate::bytes::protobuf::is_message;
use crate::evidence::{Evidence, Extent, Origin, Span};
use crate::layout::Value;

/// A sample of telemetry has some hundred bytes, the first one some thousand.
const MOST_SAMPLE: u64 = 1 << 20;

/// What came of a track.
#[derive(Clone, Copy, Debug, Default)]
pub struct Read {
    /// Samples that were read.
    pub rows: u64,
    /// Degrees.
    pub first_place: Option<(f64, f64)>,
    pub first_utc_ns: Option<i64>,
    /// Places of the first and of the last sample.
    pub ends: Option<(Span, Span)>,
    pub is_damaged: bool,
}

/// Hands every sample of a track over. Places of broken ones are added to `broken`.
pub fn read(
    evidence: &Evidence,
    track: &Track,
    context: &Context<'_>,
    sink: &mut dyn Sink,
    broken: &mut Vec<Span>,
) -> Read {
    let mut reader = Telemetry {
        track,
        context,
        sink,
        protocol: Named::None,
        found: None,
        civil: Reader::default(),
        counts: Counts::default(),
        read: Read::default(),
    };
    // Samples that lie upon one another would make a small file endless.
    let mut left = evidence.len.saturating_mul(2);
    for sample in track.samples.samples() {
        if sample.at.end() > evidence.len || sample.at.len > left {
            reader.counts.lost += 1;
            continue;
        }
        left -= sample.at.len;
        let bytes = match evidence.read(sample.at) {
            Ok(bytes) if sample.at.len <= MOST_SAMPLE && is_message(&bytes) => bytes,
            _ => {
                reader.broken(sample.at);
                broken.push(sample.at);
                continue;
            }
        };
        reader.read.ends = Some((reader.read.ends.map_or(sample.at, |ends| ends.0), sample.at));
        reader.sample(&bytes, sample.number, track.ns(sample.start), &sample.at.into());
    }
    reader.finish()
}

/// What the samples say that they are.
enum Named {
    None,
    Known(&'static Protocol),
    Unknown,
}

#[derive(Default)]
struct Counts {
    fixes: u64,
    broken: u64,
    lost: u64,
}

struct Telemetry<'a, 's> {
    track: &'a Track,
    context: &'a Context<'a>,
    sink: &'s mut dyn Sink,
    protocol: Named,
    /// Where a position was found in samples of an unknown protocol.
    found: Option<Vec<u64>>,
    civil: Reader,
    counts: Counts,
    read: Read,
}

impl Telemetry<'_, '_> {
    fn broken(&mut self, at: Span) {
        self.counts.broken += 1;
        let message = format!("track {}: a sample is no telemetry message; it is lost", self.track.id);
        self.sink.diagnostic(Diagnostic::loss("mp4/telemetry", Origin::Bytes(at.into()), message).losing(1));
    }

    fn sample(&mut self, bytes: &[u8], number: u64, start_ns: Option<i64>, at: &Extent) {
        if let Some(name) = head::protocol(bytes) {
            self.name(name, bytes, at);
        }
        let known = match self.protocol {
            Named::Known(protocol) => Some(protocol),
            Named::None | Named::Unknown => None,
        };
        if known.is_none() && self.found.is_none() {
            self.found = frame::search(bytes, &mut Vec::new());
        }
        let path = known.map(|protocol| protocol.position.as_slice()).or(self.found.as_deref());
        let frame = frame::read(bytes, known, path, &mut self.civil);
        let mut values = vec![
            ("track", Value::Unsigned(self.track.id.into())),
            ("sample", Value::Unsigned(number)),
            ("start", start_ns.map_or(Value::Absent, |ns| Value::F64(ns as f64 / 1e9))),
        ];
        values.extend(frame.values);
        self.read.first_utc_ns = self.read.first_utc_ns.or(frame.utc_ns);
        self.read.first_place = self.read.first_place.or(frame.place);
        self.read.rows += 1;
        self.counts.fixes += u64::from(frame.place.is_some());
        Row { record: "telemetry", at, start_ns, values: &values }.emit(self.context.tables, self.sink);
    }

    fn name(&mut self, name: &str, bytes: &[u8], at: &Extent) {
        let found = by_name(name);
        let is_new = match (&self.protocol, found) {
            (Named::None, _) => true,
            (Named::Known(old), Some(new)) => old.name != new.name,
            (Named::Known(_), None) | (Named::Unknown, Some(_)) => true,
            (Named::Unknown, None) => false,
        };
        if is_new {
            let told = head::tell(&format!("track {}", self.track.id), name, bytes, at, self.sink);
            self.protocol = told.map_or(Named::Unknown, Named::Known);
        }
    }

    fn finish(self) -> Read {
        let Counts { fixes, broken, lost } = self.counts;
        let mut text = format!("track {}: {} telemetry samples, {fixes} with a fix", self.track.id, self.read.rows);
        if broken > 0 {
            // A String takes all that is written into it.
            let _ = write!(text, ", {broken} broken");
        }
        self.sink.fact(Fact::Note { text, at: Origin::Bytes(self.track.at.into()) });
        if lost > 0 {
            let message = format!("track {}: {lost} telemetry samples lie behind the end of the file", self.track.id);
            let at = Origin::Bytes(self.track.at.into());
            self.sink.diagnostic(Diagnostic::loss("mp4/telemetry-cut", at, message).losing(lost));
        }
        if self.read.first_utc_ns.is_some() {
            self.sink.fact(Fact::Clock { clock: "telemetry", at: Origin::Bytes(self.track.at.into()) });
        }
        Read { is_damaged: broken + lost > 0, ..self.read }
    }
}
